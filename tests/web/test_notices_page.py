"""The page of notices, and that on which people choose what reaches them where."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.scheduler import follow
from app.transaction import reading
from tests.office import TITLE, Desk
from tests.web.clerk import Clerk, field_errors
from tests.workflows.test_comments import say
from tests.workflows.test_substitutions import SubstitutedDesk
from workflows.notices.kinds import ALWAYS, Channel, Interval, NoticeKind
from workflows.notices.preferences import Preferences, preferences_of

OPEN = re.compile(r'action="(/notices/\d+)"')
READ = re.compile(r'action="(/notices/\d+/read)"')
COUNT = re.compile(r'通知</span><span class="banjie-count"[^>]*>(\d+)<')


@pytest.fixture
def desk(site: Flask) -> Desk:
    desk = Desk(site.extensions["banjie"])
    desk.to_countersign()
    say(desk, "gexingyao", "@栾海平 请看", "luanhaiping")
    follow(desk.house)
    return desk


@pytest.fixture
def clerk(site: Flask, desk: Desk) -> Clerk:
    return Clerk(site, "luanhaiping")


def preferences(desk: Desk) -> Preferences:
    with reading(desk.house.pool) as connection:
        return preferences_of(connection, ["luanhaiping"])["luanhaiping"]


def test_the_unread_are_listed_and_counted_and_each_opens_what_it_is_about(clerk: Clerk, desk: Desk) -> None:
    page = clerk.get("/notices").text
    assert COUNT.findall(page) == ["2"]
    assert "葛星遥 在评论中提到您" in page
    assert TITLE in page
    mention, assigned = OPEN.findall(page)
    assert clerk.post(mention).location == f"/cases/{desk.instance_id}#comments"
    [item] = desk.open_items("luanhaiping")
    assert clerk.post(assigned).location == f"/worklist/{item.id}"
    assert OPEN.findall(clerk.get("/notices").text) == []
    assert COUNT.findall(clerk.get("/worklist").text) == []
    assert OPEN.findall(clerk.get("/notices?all=1").text) == [mention, assigned]


def test_what_a_substitute_is_told_says_for_whom_they_stand_in(site: Flask) -> None:
    desk = SubstitutedDesk(site.extensions["banjie"])
    desk.arrange(ends_at=desk.now + timedelta(days=36500))
    desk.to_countersign()
    follow(desk.house)
    assert "代万里晴</span> 石砚秋 送来“部门会签”，请办理" in Clerk(site, "miaoruogu").get("/notices").text
    assert "代万里晴" not in Clerk(site, "wanliqing").get("/notices").text


def test_one_or_all_are_marked_as_read(clerk: Clerk) -> None:
    first, _second = READ.findall(clerk.get("/notices").text)
    assert clerk.post(first, next="/notices?all=1").location == "/notices?all=1"
    assert COUNT.findall(clerk.get("/notices").text) == ["1"]
    clerk.post("/notices/read", up_to="999999")
    assert "没有未读的通知" in clerk.get("/notices").text


def test_notices_of_others_are_nobodys_business(site: Flask, clerk: Clerk) -> None:
    [first, *_rest] = OPEN.findall(clerk.get("/notices").text)
    assert Clerk(site, "gexingyao").post(first).status_code == 404


def test_opening_needs_the_token_against_forgery(clerk: Clerk) -> None:
    [first, *_rest] = OPEN.findall(clerk.get("/notices").text)
    assert clerk.post_without_token(first).status_code == 403


def test_choices_are_kept_and_what_everybody_is_told_cannot_be_turned_off(clerk: Clerk, desk: Desk) -> None:
    assert preferences(desk) == Preferences()
    saved = clerk.post(
        "/notices/settings",
        **{"interval": "daily", "email": " luan@muyuan.example ", "robot_id": "", "mentioned.in_app": "on"},
    )
    assert saved.status_code == 302
    kept = preferences(desk)
    assert (kept.interval, kept.email) == (Interval.DAILY, "luan@muyuan.example")
    assert {one for one in NoticeKind if kept.wants(one, Channel.IN_APP)} == ALWAYS | {NoticeKind.MENTIONED}
    assert kept.wants(NoticeKind.MENTIONED, Channel.MAIL), "a channel that is not there keeps what was chosen"
    page = clerk.get("/notices/settings").text
    assert 'value="daily" checked' in page
    assert "本单位没有开通这个渠道" in page


def test_what_is_no_address_is_shown_again_with_the_reason(clerk: Clerk, desk: Desk) -> None:
    refused = clerk.post("/notices/settings", interval="daily", email="no address", robot_id="")
    assert refused.status_code == 422
    assert field_errors(refused) == {"email": "这不是有效的邮箱地址。"}
    assert 'value="no address"' in refused.text
    assert preferences(desk) == Preferences()
