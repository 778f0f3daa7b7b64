"""The days of a meeting's steps are working days; what stands at an instant, such as a receipt, stays at it."""

import pytest

from app.house import House
from app.transaction import reading
from engine.persistence import work_items
from tests.meetings.days import PLAN, REPORT, Days, moment


@pytest.fixture
def days(house: House) -> Days:
    return Days(house)


def due(days: Days, case: str, step: str) -> str:
    with reading(days.house.pool) as connection:
        item = next(one for one in work_items.list_of_instance(connection, case) if one.activity_id == step)
    assert item.due_at is not None
    return item.due_at.astimezone(moment("11-10 09:00").tzinfo).strftime("%m-%d %H:%M")


def test_three_days_from_a_friday_end_on_wednesday(days: Days) -> None:
    days.at("11-14 10:00")
    case = days.start("suiyiming", "agenda_item", REPORT)
    assert due(days, case, "draft").startswith("11-19 ")


def test_receipts_are_due_when_the_notice_says(days: Days) -> None:
    _report, _plan, case = days.to_agenda()
    days.book(case)
    days.convene(case)
    assert due(days, case, "answer") == "11-21 17:00"


def test_a_unit_has_two_working_days_to_check_the_minutes_before_they_go_on_without_it(days: Days) -> None:
    report, plan, case = days.to_meeting()
    days.open_meeting(case)
    days.deliberate(case)
    days.resolve(case)
    days.at("11-28 10:00")
    days.act("jinshubai", case)
    days.deliver()
    days.act("wanliqing", plan, "agree")
    days.at("11-30 20:00")
    assert days.steps("zhenliyan", case) == []
    days.at("12-02 23:00")
    assert days.steps("zhenliyan", case) == ["edit"]
    assert days.line(case, PLAN).checked == "agree"
    assert days.line(case, REPORT).checked is None
    assert days.steps("luanhaiping", report) == ["check_extract"]
    days.assert_sound()
