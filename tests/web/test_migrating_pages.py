"""在办事项: the administrator of flows chooses running cases, sees where they would stand, and moves them with a reason."""

import re
from html import unescape

import pytest
from flask import Flask

from tests.flows import model
from tests.office import Desk
from tests.web.clerk import Clerk, alert, field_errors
from tests.web.test_interventions import FIRST, SECOND, deploy
from tests.workflows.test_migrating import version_of

PLACE = "/definitions/flow/running"
REASON = "改用新的核对环节。"


@pytest.fixture
def desks(each_site: Flask) -> tuple[Desk, Desk]:
    """Two cases of the first version: one at the step ``write``, and one at a step that the second does not know."""
    first, second = (Desk(each_site.extensions["banjie"]) for _ in range(2))
    deploy(first, model(FIRST))
    first.start(key="flow")
    second.start(key="flow")
    second.act("gexingyao", "submit")
    deploy(first, model(SECOND))
    return first, second


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_running_cases_are_listed_by_version_to_who_may_move_them(each_site: Flask, desks: tuple[Desk, Desk]) -> None:
    administrator = Clerk(each_site, "boruoxi")
    page = administrator.get(PLACE).text
    assert all(desk.instance_id in page for desk in desks)
    assert "第 1 版 2 件" in plain(page)
    assert f'href="{PLACE}"' in administrator.get("/definitions/flow").text
    assert "没有这样的事项" in administrator.get(f"{PLACE}?version=2").text
    for username in ("zhenliyan", "gexingyao", "jiziheng"):
        other = Clerk(each_site, username)
        assert other.get(PLACE).status_code == 403
        assert other.post(PLACE, versions="1", to="2").status_code == 403
        assert other.post("/definitions/flow/migrate", versions="1", to="2", reason=REASON).status_code == 403
    assert f'href="{PLACE}"' not in Clerk(each_site, "zhenliyan").get("/definitions/flow").text
    assert administrator.get("/definitions/nothing/running").status_code == 404


def test_a_trial_says_of_each_case_where_it_would_stand_or_why_it_cannot_move(
    each_site: Flask, desks: tuple[Desk, Desk]
) -> None:
    administrator = Clerk(each_site, "boruoxi")
    shown = plain(administrator.post(PLACE, versions="1", to="2").text)
    assert "1 件可以迁移，1 件不能" in shown
    assert "write → write 可以迁移" in shown
    assert "不能迁移 “check”：新版本中没有这个环节。 指定对应的环节后单独迁移" in shown
    assert [version_of(one) for one in desks] == [1, 1]
    nothing = administrator.post(PLACE, to="2")
    assert (nothing.status_code, alert(nothing)) == (422, "请先选择要迁移的事项。")
    assert administrator.post(PLACE, versions="1", to="9").status_code == 404


def test_chosen_cases_are_moved_each_for_itself_and_the_reason_is_told(
    each_site: Flask, desks: tuple[Desk, Desk]
) -> None:
    administrator = Clerk(each_site, "boruoxi")
    ids = [one.instance_id for one in desks]
    unsaid = administrator.post("/definitions/flow/migrate", case=ids[0], to="2", reason=" ")
    assert (unsaid.status_code, "reason" in field_errors(unsaid)) == (422, True)
    assert [version_of(one) for one in desks] == [1, 1]
    moved = administrator.post("/definitions/flow/migrate", case=ids, to="2", reason=REASON)
    shown = plain(moved.text)
    assert "已迁移 1 件，未迁移 1 件。" in shown
    assert "已迁移到第 2 版" in shown
    assert "未迁移 事项不能迁移到这个版本：check：新版本中没有这个环节。" in shown
    assert [version_of(one) for one in desks] == [2, 1]
    told = plain(Clerk(each_site, "gexingyao").get(f"/cases/{ids[0]}").text)
    assert "柏若溪 将事项迁移到第 2 版流程" in told
    assert REASON in told
