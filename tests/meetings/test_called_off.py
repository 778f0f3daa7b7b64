"""A meeting that is called off: its items wait again or end, its room is free, and the archive loses sight of nothing."""

import pytest

from app.house import House
from app.transaction import reading
from engine.model import InstanceState
from engine.persistence import instances
from tests.archiving import Archive
from tests.meetings.days import CLERK, MEMBERS, PLAN, Days
from workflows.archiving.materials import bundle_of
from workflows.archiving.values import Standing
from workflows.meeting_arrangement import deliberation
from workflows.meeting_arrangement.state import list_waiting
from workflows.operations import lifecycle
from workflows.rooms import bookings


@pytest.fixture
def days(house: House) -> Days:
    return Days(house)


def call_off(days: Days, case: str, by: str = "boruoxi", reason: str = "主要负责人外出，会议取消") -> None:
    days.record(lifecycle.cancel, case, reason, by=by)
    days.deliver()


def waiting(days: Days) -> list[str]:
    with reading(days.house.pool) as connection:
        return [one.instance_id for one in list_waiting(connection, "党委会")]


def places(days: Days) -> dict[str, str]:
    """Where the archive has each case of items and meetings: the list it is in, or the meeting whose set it belongs to."""
    archive = Archive(days.house)
    every = [one for key in ("agenda_item", "meeting_arrangement") for one in days.cases_of(key)]
    found = [(one, list_.value) for list_ in Standing for one in archive.standing(list_) if one in every]
    with reading(days.house.pool) as connection:
        for meeting in archive.standing(Standing.PENDING) & set(days.cases_of("meeting_arrangement")):
            found += [(one, meeting) for one in bundle_of(connection, days.office, meeting).cases if one != meeting]
    assert sorted(one for one, _place in found) == sorted(every)  # each once, none lost
    return dict(found)


def test_the_items_of_a_meeting_that_is_called_off_wait_again_and_its_room_is_free(days: Days) -> None:
    report, plan, case = days.to_agenda()
    days.book(case)
    days.convene(case)
    assert waiting(days) == []
    call_off(days, case)
    assert waiting(days) == [report, plan]
    with reading(days.house.pool) as connection:
        assert bookings.list_of_case(connection, case) == []
        assert instances.get_instance(connection, case).state is InstanceState.CANCELLED
    assert places(days) == {report: "unfinished", plan: "unfinished", case: "not_archived"}
    days.assert_sound()


def test_items_of_a_cancelled_meeting_are_dealt_with_by_the_next_and_filed_with_that(days: Days) -> None:
    report, plan, cancelled = days.to_agenda()
    days.book(cancelled)
    days.convene(cancelled)
    for member in MEMBERS:
        days.act(member, plan, "read")
    call_off(days, cancelled)
    again = days.arrange("11-20 11:00")
    assert [one.item_case for one in days.meeting(again).lines] == [None, report, plan]
    days.book(again)
    days.convene(again)
    assert days.steps("qishouzhuo", plan) == ["study"]  # members have its papers anew
    days.answer(again)
    days.open_meeting(again)
    days.deliberate(again)
    days.sign_minutes(report, plan, again)
    days.dispatch(again)
    days.receive(again)
    days.close(again)
    assert places(days) == {again: "pending", report: again, plan: again, cancelled: "not_archived"}
    days.assert_sound()


def test_what_was_discussed_before_the_meeting_was_called_off_can_be_put_before_another(days: Days) -> None:
    """An item that waits for minutes which never come is not stuck."""
    report, plan, cancelled = days.to_meeting()
    days.open_meeting(cancelled)
    days.deliberate(cancelled)
    days.resolve(cancelled)
    days.act(CLERK, cancelled)
    days.deliver()
    assert days.steps("wanliqing", plan) == ["check_extract"]
    call_off(days, cancelled)
    assert places(days) == {report: "unfinished", plan: "unfinished", cancelled: "not_archived"}
    again = days.arrange("11-26 09:00", "12-02", "12-01T17:00")
    assert [one.item_case for one in days.meeting(again).lines] == [None, report, plan]
    days.book(again, day="12-02")
    days.convene(again)
    days.act("wanliqing", plan, "agree")  # what it was asked to check is finished first
    days.deliver()
    assert days.steps("qishouzhuo", plan) == ["study"]
    assert days.variables(plan)["discussed_in"] == "党委会2025年第22次会议"
    days.assert_sound()


def test_an_item_that_was_put_off_and_withdrawn_stands_for_itself(days: Days) -> None:
    """Its case ends without a meeting that has dealt with it; the archive names it, and the meeting's set leaves it out."""
    report, plan, case = days.to_meeting()
    days.open_meeting(case)
    for line in (one for one in days.meeting(case).lines if not one.is_decision):
        days.record(deliberation.open_line, case, line.id, settings=days.house.meetings)
        days.record(deliberation.close_line, case, line.id, "会议强调安全。", None, settings=days.house.meetings)
    put_off = days.line(case, PLAN)
    days.record(deliberation.postpone_line, case, put_off.id, "列支渠道待核清", settings=days.house.meetings)
    days.act(CLERK, case)
    days.deliver()
    assert places(days) == {report: "unfinished", plan: "unfinished", case: "unfinished"}
    call_off(days, plan, by="miaoruogu", reason="方案撤回")
    assert places(days) == {report: "unfinished", plan: "not_archived", case: "unfinished"}
    days.assert_sound()
