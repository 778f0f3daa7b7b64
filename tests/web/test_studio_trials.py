"""走一遍 and 用历史试: what a director sees of a draft before anybody approves it."""

import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.house import House
from tests.drafting import changed, drafted
from tests.office import DRAFT, Desk
from tests.web.clerk import Clerk, alert, field_errors
from tests.workflows.test_director_adds_a_step import SYSTEM_OF_RULES, redrawn
from tests.workflows.test_walks import everything

ACTS = re.compile(r'name="walk-acts" value="([^"]*)"')
ACTOR = re.compile(r'name="(walk-item|walk-person|walk-step)" value="([^"]*)"')
ROWS = re.compile(r"<tr>\s*<td.*?</tr>", re.DOTALL)


@pytest.fixture
def house(site: Flask) -> House:
    house: House = site.extensions["banjie"]
    return house


class Walking:
    """A director at the page of a walk: what is posted is what the page's form holds, and a button."""

    def __init__(self, site: Flask, desk: Desk, username: str = "zhenliyan") -> None:
        self.clerk = Clerk(site, username)
        self.path = f"/studio/{desk.instance_id}/walk"
        self.page = self.clerk.get(self.path)

    def press(self, **given: str) -> TestResponse:
        found = ACTS.search(self.page.text)
        assert found, alert(self.page)
        kept = {"walk-acts": unescape(found[1]), **dict(ACTOR.findall(self.page.text))}
        self.page = self.clerk.post(self.path, **{**kept, **given})
        return self.page

    def start(self, title: str = SYSTEM_OF_RULES, username: str = "gexingyao") -> TestResponse:
        return self.press(**{"walk-do": "start", "walk-title": title, "walk-person": username})


def heading(page: TestResponse) -> str:
    found = re.search(r'id="walk-heading">([^<]*)<', page.text)
    return unescape(found[1]).strip() if found else ""


def test_a_walk_goes_on_from_what_its_page_holds_and_nothing_is_stored(site: Flask, house: House) -> None:
    walking = Walking(site, drafted(house, redrawn()))
    before = everything(house)
    assert heading(walking.start()) == "起草 · 葛星遥"
    assert heading(walking.press(decision="submit", **{**DRAFT, "title": SYSTEM_OF_RULES})) == "部门负责人审核 · 石砚秋"
    assert heading(walking.press(decision="agree", opinion="同意。")) == "核稿 · 冉青禾"
    assert "“同意。”" in walking.page.text
    back = {"walk-do": "back", "walk-back": "draft", "walk-reason": "请补依据。"}
    assert heading(walking.press(**back)) == "起草 · 葛星遥"
    assert heading(walking.press(**{"walk-do": "undo"})) == "核稿 · 冉青禾"
    assert "时钟 2030-01-01 09:00" in walking.press(**{"walk-do": "clock", "walk-until": "2030-01-01T09:00"}).text
    assert everything(house) == before


def test_what_is_refused_stands_beside_its_field_with_what_was_typed(site: Flask, house: House) -> None:
    walking = Walking(site, drafted(house, redrawn()))
    walking.start()
    refused = walking.press(decision="submit", title=SYSTEM_OF_RULES, main_recipients="总部各部门", opinion="请审。")
    assert refused.status_code == 422
    assert alert(refused) == "有内容需要更正，请看标红的栏目。"
    assert field_errors(refused)["issuing_organ"] == "请填写。"
    assert 'value="总部各部门"' in refused.text
    assert ">请审。</textarea>" in refused.text
    assert heading(refused) == "起草 · 葛星遥"
    late = walking.press(**{"walk-do": "clock", "walk-until": "2001-01-01T09:00"})
    assert (late.status_code, "只能往后拨" in alert(late), heading(late)) == (422, True, "起草 · 葛星遥")


def test_a_file_that_a_step_asks_for_is_a_sample_that_is_never_stored(site: Flask, house: House) -> None:
    walking = Walking(site, drafted(house, redrawn()))
    before = everything(house)
    walking.start()
    sample = {"body_file": "sample-body_file", "annexes": "sample-annexes"}
    page = walking.press(decision="submit", **{**DRAFT, "title": SYSTEM_OF_RULES, **sample})
    assert heading(page) == "部门负责人审核 · 石砚秋"
    assert page.text.count(">样例文件<") == 4  # two at the step, two among what the case holds
    assert "/previews/" not in page.text
    assert everything(house) == before


def test_somebody_else_is_acted_for_where_more_than_one_may(site: Flask, house: House) -> None:
    walking = Walking(site, drafted(house, redrawn()))
    walking.start()
    asked = {**DRAFT, "title": SYSTEM_OF_RULES, "countersign_units": "AHB"}
    walking.press(decision="submit", **asked)
    walking.press(decision="agree", countersign_units="AHB")
    number = dict(ACTOR.findall(walking.page.text))["walk-item"]
    assert heading(walking.press(**{"walk-look": f"{number}:nobody"})) == "部门会签 · 栾海平"
    assert "以栾海平办理" in walking.page.text


def test_a_title_is_needed_and_the_form_of_the_start_stays_filled_in(site: Flask, house: House) -> None:
    walking = Walking(site, drafted(house, redrawn()))
    refused = walking.start(title=" ")
    assert (refused.status_code, "title" in field_errors(refused)) == (422, True)
    assert '<option value="gexingyao" selected>' in refused.text


def test_a_page_that_holds_no_walk_begins_anew_and_says_so(site: Flask, house: House) -> None:
    walking = Walking(site, drafted(house, redrawn()))
    broken = walking.clerk.post(walking.path, **{"walk-acts": "[{}]", "walk-do": "start"})
    assert (broken.status_code, "无法读取" in alert(broken)) == (422, True)
    nobody = walking.start(username="nobody-here")
    assert nobody.status_code == 404
    assert "发起试走" in nobody.text


def test_a_draft_with_errors_is_mended_before_it_is_tried(site: Flask, house: House) -> None:
    desk = drafted(house, changed('targetRef="leader_review"', 'targetRef="nowhere"'))
    clerk = Clerk(site, "zhenliyan")
    for name in ("walk", "trial"):
        page = clerk.get(f"/studio/{desk.instance_id}/{name}")
        assert (page.status_code, "草稿有必须改正的问题" in page.text) == (200, True)


def test_who_draws_no_flows_tries_none(site: Flask, house: House) -> None:
    desk = drafted(house, redrawn())
    clerk = Clerk(site, "gexingyao")
    for name in ("walk", "trial"):
        assert clerk.get(f"/studio/{desk.instance_id}/{name}").status_code == 403
    assert clerk.post(f"/studio/{desk.instance_id}/walk", **{"walk-do": "start"}).status_code == 403


def test_past_cases_are_told_by_what_became_of_them_and_shown_to_who_may_see_them(site: Flask, house: House) -> None:
    for title in (SYSTEM_OF_RULES, Desk(house).title):
        Desk(house, title=title).to_the_end()
    desk = drafted(house, redrawn())
    path = f"/studio/{desk.instance_id}/trial"
    page = Clerk(site, "zhenliyan").get(f"{path}?last=5").text
    assert "1 件一致，1 件不同，0 件走不通" in page
    [parted] = [row for row in ROWS.findall(page) if "不同" in row]
    assert "在“核稿”之后多了“合规审查”" in unescape(parted)
    assert "19 → 20" in unescape(parted)
    assert page.count(SYSTEM_OF_RULES) == 1
    administrator = drafted(house, redrawn(), username="boruoxi")  # draws flows, and has no part in the documents
    narrowed = Clerk(site, "boruoxi").get(f"/studio/{administrator.instance_id}/trial").text
    assert "1 件一致，1 件不同，0 件走不通" in narrowed
    assert SYSTEM_OF_RULES not in narrowed
    assert "沐原办〔2025〕47号" in narrowed


def test_why_a_case_cannot_go_on_is_a_sentence(site: Flask, house: House) -> None:
    Desk(house, title=SYSTEM_OF_RULES).to_the_end()
    nobody = changed('camunda:candidateGroups="compliance_reviewer"', 'camunda:assignee="${head_of(title)}"', redrawn())
    desk = drafted(house, nobody)
    page = unescape(Clerk(site, "zhenliyan").get(f"/studio/{desk.instance_id}/trial").text)
    assert "0 件一致，0 件不同，1 件走不通" in page
    assert "在“合规审查”处：" in page
    assert '"label": "1"' in page
