"""会议登记: a line for each meeting that somebody may see, narrowed, sorted and page by page."""

from typing import Any

import pytest

from app.house import House
from app.transaction import reading
from tests.meetings.days import Days
from workflows.keyset import Page
from workflows.meeting_arrangement import register
from workflows.meeting_arrangement.register import Line, Narrowing
from workflows.operations import lifecycle
from workflows.substitutions.queries import owners_for
from workflows.visibility import visible_to


@pytest.fixture
def days(house: House) -> Days:
    return Days(house)


def page(days: Days, username: str = "zhenliyan", narrowed: Narrowing | None = None, **said: Any) -> Page[Line]:
    person = days.person(username)
    with reading(days.house.pool) as connection:
        visible = visible_to(person, owners_for(connection, username, days.now))
        return register.page_of(connection, narrowed or Narrowing(), visible, **said)


def found(days: Days, username: str = "zhenliyan", **narrowed: str) -> list[str]:
    return [one.instance_id for one in page(days, username, Narrowing(**narrowed)).rows]


def test_a_line_says_of_a_meeting_what_such_registers_say(days: Days) -> None:
    _report, _plan, case = days.to_agenda()
    [line] = page(days).rows
    assert (line.state, line.number, line.minutes_title, line.items) == ("preparing", None, None, 3)
    days.book(case)
    days.convene(case)
    assert page(days).rows[0].state == "convened"
    days.answer(case)
    days.open_meeting(case)
    [line] = page(days).rows
    assert (line.state, line.due, line.present) == ("held", 7, 6)
    days.deliberate(case)
    days.sign_minutes(_report, _plan, case)
    days.dispatch(case)
    days.act("luanhaiping", case, "received")
    [line] = page(days).rows
    assert (line.body, line.number, line.room, line.chair) == ("党委会", "2025年第21次", "1208", "邵启衡")
    assert (line.organiser, line.unit, line.state) == ("靳书白", "党委办公室", "issued")
    assert (line.minutes_title, line.issue) == ("中共沐原能源集团有限公司委员会会议纪要", "第21期")
    assert (line.signed_by, line.signed_on, line.dispatched_on) == ("邵启衡", "2025-11-28", "2025-11-28")
    assert (line.copies, line.recipients, line.received) == (12, 3, 1)
    for username in ("wanliqing", "zonghuaigu"):
        days.act(username, case, "received")
    days.close(case)
    assert page(days).rows[0].state == "done"


def test_meetings_are_narrowed_searched_and_sorted_page_by_page(days: Days) -> None:
    first = days.arrange()
    second = days.arrange("11-20 09:30", "11-27", "11-26T17:00")
    third = days.arrange("11-20 10:00", "12-02", "12-01T17:00")
    days.record(lifecycle.cancel, third, "会议取消", by="jinshubai")
    assert found(days) == [third, second, first]
    assert found(days, state="cancelled") == [third]
    assert found(days, state="preparing", until="2025-11-26") == [first]
    assert found(days, since="2025-11-27", until="2025-11-27") == [second]
    assert found(days, body="党组会") == []
    assert found(days, unit="BGS", body="党委会") == [third, second, first]
    assert found(days, unit="AHB") == []
    assert found(days, q="靳书白") == [third, second, first]
    assert found(days, q="没有这样的会") == []
    for nonsense in ("9999-12-31", "0001-01-01", "x"):
        assert found(days, since=nonsense) in ([], [third, second, first])
    for sort in register.SORTS:
        walked, after = list[str](), None
        while True:
            part = page(days, sort=sort, descending=False, after=after, limit=1)
            walked += [one.instance_id for one in part.rows]
            after = part.next
            if after is None:
                break
        assert sorted(walked) == sorted([first, second, third]), sort
    person = days.person("zhenliyan")
    with reading(days.house.pool) as connection:
        lines = register.every_line(connection, Narrowing(), visible_to(person, {}), "starts_at", descending=False)
        assert [one.instance_id for one in lines] == [first, second, third]


def test_nobody_finds_a_meeting_that_they_may_not_see(days: Days) -> None:
    _report, _plan, case = days.to_dispatch()
    assert found(days, "shaoqiheng") == [case]
    assert found(days, "jinshubai") == [case]
    assert found(days, "zonghuaigu") == [case]  # whose unit signs for the minutes
    assert found(days, "peishenzhi") == [case]  # who audits
    assert found(days, "tongxueling") == []
    assert found(days, "kuangyuheng") == []
