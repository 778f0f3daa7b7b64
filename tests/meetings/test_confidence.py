"""What is said and voted stays in the room: who records, who sits in it, and nobody who has withdrawn."""

import pytest

from app.house import House
from app.sections.meeting_shown import show
from app.transaction import reading, transaction
from tests.meetings.days import PLAN, PRESENT, REPORT, Days
from workflows import cases
from workflows.errors import CaseNotVisible
from workflows.extent import opens
from workflows.meeting_arrangement import deliberation
from workflows.meeting_arrangement.state import get_meeting
from workflows.thread import thread_of


@pytest.fixture
def days(house: House) -> Days:
    return Days(house)


def discussed(days: Days, *recused: str) -> tuple[str, str, str]:
    """Everything up to the end of the discussion; some withdraw from 乙 once it has begun."""
    report, plan, case = days.to_meeting()
    days.open_meeting(case)
    settings = days.house.meetings
    for line in (one for one in days.meeting(case).lines if not one.is_decision):
        days.record(deliberation.open_line, case, line.id, settings=settings)
        days.record(deliberation.close_line, case, line.id, "会议强调，节日安全不能放假。", None, settings=settings)
    line = days.line(case, PLAN)
    days.record(deliberation.open_line, case, line.id, settings=settings)
    for member in recused:
        days.record(deliberation.recuse, case, line.id, member, "亲属在慰问名单内", settings=settings)
    for member in (*PRESENT[1:], PRESENT[0]):
        if member not in recused:
            days.record(deliberation.speak, case, line.id, member, "同意", "yes", settings=settings)
    days.record(deliberation.close_line, case, line.id, "原则同意走访慰问工作方案。", None, settings=settings)
    days.act("jinshubai", case)
    days.deliver()
    return report, plan, case


def knows(days: Days, username: str, case: str, title: str) -> bool:
    person = days.person(username)
    with reading(days.house.pool) as connection:
        shown = show(connection, days.house, person, get_meeting(connection, case), days.now)
    return shown.may_see_stands(days.line(case, title))


def reads_chain(days: Days, username: str, case: str) -> bool:
    person = days.person(username)
    with transaction(days.house.pool) as connection:  # for the reading of an auditor is recorded
        try:
            told = cases.history(connection, days.office, person, case, days.now)
        except CaseNotVisible:
            return False
    return bool(told)


def test_who_has_withdrawn_reads_no_ballots_on_any_way_and_opens_the_item_no_more(days: Days) -> None:
    """Part G and DOMAIN 4.3: 回避 also from the papers and the record."""
    report, plan, case = discussed(days, "ruanzhiwei")
    assert not knows(days, "ruanzhiwei", case, PLAN)
    assert knows(days, "ruanzhiwei", case, REPORT)
    assert not reads_chain(days, "ruanzhiwei", case)
    assert not reads_chain(days, "ruanzhiwei", plan)
    assert reads_chain(days, "ruanzhiwei", report)
    person = days.person("ruanzhiwei")
    with transaction(days.house.pool) as connection:
        assert not opens(connection, days.office, person, plan, days.now)
        thread = thread_of(connection, days.office, person, case, days.now)
        for refused in (cases.get_case, cases.timeline, cases.export):
            with pytest.raises(CaseNotVisible):
                refused(connection, days.office, person, plan, days.now)
    assert plan not in {one.case.id for one in thread.cases}
    assert thread.hidden == 1
    days.assert_sound()


def test_ballots_are_read_by_the_members_and_by_who_keeps_them(days: Days) -> None:
    _report, _plan, case = discussed(days)
    for one in ("qishouzhuo", "miaoyuanchuan", "jinshubai", "peishenzhi", "zhenliyan"):
        assert knows(days, one, case, PLAN), one
        assert reads_chain(days, one, case), one


def test_who_sends_the_minutes_out_reads_no_ballots(days: Days) -> None:
    report, plan, case = discussed(days)
    days.resolve(case)
    days.act("jinshubai", case)
    days.deliver()
    days.act("luanhaiping", report, "agree")
    days.act("wanliqing", plan, "agree")
    days.deliver()
    days.act("zhenliyan", case, "agree")
    days.act("shaoqiheng", case, "agree", "同意印发。")
    days.deliver()
    assert not knows(days, "shaxiaoman", case, PLAN)
    assert not reads_chain(days, "shaxiaoman", case)
    assert not knows(days, "luanhaiping", case, PLAN)
    assert not reads_chain(days, "luanhaiping", case)
