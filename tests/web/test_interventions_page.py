"""流程干预: who administers flows finds running cases, and what may be done to them, without reading what is written there."""

import re
from html import unescape

import pytest
from flask import Flask

from tests.flows import model
from tests.office import TITLE, Desk
from tests.web.clerk import Clerk, alert
from tests.web.test_interventions import FIRST, SECOND, deploy, steps

ADMINISTRATOR = "boruoxi"
ENTRY = 'href="/interventions"'
FAILING = "s_ -> x_\nx_ -> write: ${amount > 1}\nx_ -> check: ${amount <= 1}\nwrite -> e_\ncheck -> e_"


@pytest.fixture
def desk(each_site: Flask) -> Desk:
    return Desk(each_site.extensions["banjie"])


@pytest.fixture
def clerk(each_site: Flask) -> Clerk:
    return Clerk(each_site, ADMINISTRATOR)


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_post_finds_the_page_in_the_navigation_and_nobody_else_does(each_site: Flask, clerk: Clerk) -> None:
    assert ENTRY in clerk.get("/worklist").text
    for username in ("zhenliyan", "gexingyao", "jiziheng"):
        other = Clerk(each_site, username)
        assert ENTRY not in other.get("/worklist").text
        assert other.get("/interventions").status_code == 403


def test_a_case_is_listed_with_its_place_and_without_its_title(clerk: Clerk, desk: Desk) -> None:
    desk.to_countersign()
    page = clerk.get("/interventions").text
    assert TITLE not in page
    assert desk.instance_id in page
    shown = plain(page)
    assert "（您不能查看标题）" in shown
    assert "部门会签" in shown
    assert "栾海平" in shown
    for name in ("suspend", "jump", "migrate", "cancel"):
        assert f'href="/cases/{desk.instance_id}/do/{name}"' in page
        form = clerk.get(f"/cases/{desk.instance_id}/do/{name}")
        assert form.status_code == 200
        assert TITLE not in form.text
        assert f'href="/interventions?q={desk.instance_id}"' in form.text
    assert clerk.get(f"/cases/{desk.instance_id}").status_code == 403


def test_whoever_has_intervened_goes_back_to_the_case_in_the_list(clerk: Clerk, desk: Desk) -> None:
    desk.to_countersign()
    path = f"/cases/{desk.instance_id}/do/suspend"
    suspended = clerk.post(path, reason="等上级意见")
    assert suspended.location == f"/interventions?q={desk.instance_id}"
    page = clerk.get(suspended.location).text
    assert "已挂起</span>" in page
    assert f'href="/cases/{desk.instance_id}/do/resume"' in page
    assert f'href="/cases/{desk.instance_id}/do/migrate"' not in page


def test_the_list_is_narrowed_and_says_where_it_is_empty(clerk: Clerk, desk: Desk) -> None:
    desk.start()
    assert desk.instance_id in clerk.get("/interventions?definition=outgoing_document&state=running").text
    for query in ("state=incident", "definition=nothing", "q=节假日", "state=odd"):
        page = clerk.get(f"/interventions?{query}")
        assert page.status_code == 200
        assert "没有这样的事项" in page.text
    assert clerk.get("/interventions?after=x").status_code == 422


def test_a_step_that_failed_says_why_and_is_tried_again_from_the_list(clerk: Clerk, desk: Desk) -> None:
    deploy(desk, model(FAILING, key="failing"))
    desk.start(key="failing")
    page = clerk.get("/interventions?state=incident").text
    [retry] = re.findall(r'action="(/cases/incidents/[^"]+/retry)"', page)
    assert "amount" in page
    tried = clerk.post(retry)
    assert tried.location == f"/interventions?q={desk.instance_id}"
    assert "重试仍未成功" in clerk.get(tried.location).text


def test_a_case_moves_to_another_version_after_a_look_at_what_that_would_do(clerk: Clerk, desk: Desk) -> None:
    deploy(desk, model(FIRST))
    desk.start(key="flow")
    desk.act("gexingyao", "submit")
    path = f"/cases/{desk.instance_id}/do/migrate"
    assert "这个流程没有别的版本" in clerk.get(path).text
    deploy(desk, model(SECOND))
    assert "确认迁移版本" not in clerk.get(path).text, "nothing is moved unseen"
    look = clerk.post(path, version="2", preview="1")
    assert look.status_code == 200
    assert "这样不能迁移" in look.text
    assert "确认迁移版本" not in look.text
    assert steps(desk) == ["check"]
    refused = clerk.post(path, version="2")
    assert refused.status_code == 409
    assert alert(refused)
    chosen = {"version": "2", "step.check": "check_again"}
    look = clerk.post(path, **chosen, preview="1")
    assert "可以迁移" in look.text
    assert "确认迁移版本" in look.text
    assert steps(desk) == ["check"]
    assert clerk.post(path, **chosen).status_code == 302
    assert steps(desk) == ["check_again"]


def test_a_migration_is_asked_for_by_those_alone_who_may(each_site: Flask, desk: Desk) -> None:
    desk.start()
    assert Clerk(each_site, "zhenliyan").get(f"/cases/{desk.instance_id}/do/migrate").status_code == 403
