"""Part D of the acceptance story, through the services, on both databases: two matters, a merged one, a task."""

from datetime import datetime

import pytest

from app.house import House
from app.transaction import reading
from engine.model import InstanceState
from engine.persistence import instances
from tests.supervising import SHANGHAI, Supervising, on
from workflows.links.records import case_link
from workflows.supervision import board, bulletin
from workflows.supervision.bulletin import Figure, Month
from workflows.supervision.errors import ExtensionTooLate, NotTheLeadUnit
from workflows.supervision.lamps import lamp_days
from workflows.supervision.matters import state_of
from workflows.supervision.reading import Course, course_of
from workflows.supervision.values import Lamp, State

MEETING = {"source_kind": "meeting", "source_number": "党委会2025年第21次会议"}
FIRST = {
    **MEETING,
    "title": "节日值守方案",
    "matter": "12月12日前印发节日值守方案。",
    "lead_unit": "AHB",
    "due_on": "2025-12-12",
    "decision_no": "1",
}
SECOND = {
    **MEETING,
    "title": "所属企业节前检查和整改",
    "matter": "2026年2月13日前完成所属企业节前检查和整改。",
    "lead_unit": "AHB",
    "due_on": "2026-02-13",
    "decision_no": "2",
}
THIRD = {
    **MEETING,
    "title": "走访慰问",
    "matter": "2026年2月10日前完成走访慰问。",
    "lead_unit": "DQB",
    "co_units": ["CWB", "ZZB"],
    "due_on": "2026-02-10",
    "decision_no": "3",
}
FOURTH = {
    **MEETING,
    "title": "核清党费列支渠道",
    "matter": "财务部12月3日前核清党费列支渠道。",
    "lead_unit": "CWB",
    "due_on": "2025-12-03",
    "decision_no": "4",
}


def state(office: Supervising, case: str) -> State | None:
    class Row:
        pass

    row = Row()
    row.__dict__.update(office.row(case))
    return state_of(row)


def course(office: Supervising, case: str) -> Course:
    with reading(office.house.pool) as connection:
        return course_of(connection, case)


def line(office: Supervising, case: str) -> board.Line:
    today = office.now.date()
    with reading(office.house.pool) as connection:
        calendar = office.house.office.calendars.current(connection)
        found = board.find_line(connection, case, lamp_days(today, calendar, office.house.supervision.near_due_days))
    assert found
    return found


def lamp(office: Supervising, case: str) -> Lamp:
    return line(office, case).lamp


def local_day(at: datetime) -> str:
    return at.astimezone(SHANGHAI).date().isoformat()


@pytest.fixture
def office(house: House) -> Supervising:
    return Supervising(house, "2025-12-01 08:30")


def merged(office: Supervising) -> str:
    """① and ② arrive, and become one: 沐原督〔2025〕18号."""
    first, second = office.decided(**FIRST), office.decided(**SECOND)
    assert state(office, first) is State.CANDIDATE
    office.act("linxiaozhou", first, "merge", "与节前检查合并督办。", title=FIRST["title"], merge_into=second)
    office.propose(
        second,
        title="节日安全生产和值班值守",
        matter="①12月12日前印发节日值守方案；②2026年2月13日前完成所属企业节前检查和整改。",
        co_units=["ZBS", "QY1"],
        feedback_cycle="half_monthly",
        first_feedback_on="2025-12-12",
    )
    return second


def visits(office: Supervising) -> str:
    """③ arrives and is taken up: 沐原督〔2025〕19号."""
    third = office.decided(**THIRD)
    office.propose(third, feedback_cycle="monthly", first_feedback_on="2025-12-05")
    return third


def test_two_candidates_become_one_matter_and_the_other_says_into_what_it_was_merged(office: Supervising) -> None:
    matter = merged(office)
    assert office.number(matter) == "沐原督〔2025〕18号"
    assert state(office, matter) is State.AWAITING_RECEIPT
    first = next(one for one in office.cases_of("supervision") if one != matter)
    assert office.row(first)["merged_into"] == matter
    assert state(office, first) is None
    with reading(office.house.pool) as connection:
        assert instances.get_instance(connection, first).state is InstanceState.COMPLETED
        links = connection.execute(case_link.select().where(case_link.c.relation == "merged_into")).all()
    assert [(one.source_id, one.target_id) for one in links] == [(matter, first)]
    office.assert_proved()


def test_the_first_matter_is_extended_before_it_is_due_and_closed_on_time(office: Supervising) -> None:
    matter = merged(office)
    office.act("luanhaiping", matter, "accept", handler="suiyiming")
    assert state(office, matter) is State.IN_PROGRESS
    office.at("2025-12-12 10:00")
    assert office.steps(matter).count("co_report") == 2
    office.act("shangkewei", matter, "submit", "值班表已排定。", step="co_report")
    office.act("suiyiming", matter, "submit", progress=40, done="值守方案已印发。", step="report")
    office.act("luanhaiping", matter, "agree", step="sign_feedback")
    assert office.row(matter)["last_feedback_on"] == "2025-12-12"
    assert office.row(matter)["next_feedback_on"] == "2025-12-26"
    for day in ("2025-12-26", "2026-01-09", "2026-01-23"):
        office.at(f"{day} 10:00")
        office.act("suiyiming", matter, "submit", progress=60, done="按计划检查。", step="report")
        office.act("luanhaiping", matter, "agree", step="sign_feedback")
    office.at("2026-02-05 09:00")
    asked = (on("2026-02-28 00:00").date(), "砚江热电2号炉检修顺延，整改随停机窗口", "已整改七家。")
    with pytest.raises(NotTheLeadUnit):
        office.ask("ask_extension", "shangkewei", matter, *asked)
    office.ask("ask_extension", "suiyiming", matter, *asked)
    assert state(office, matter) is State.EXTENSION_ASKED
    office.act("luanhaiping", matter, "agree", step="sign_extension")
    office.act("linxiaozhou", matter, "agree", step="check_extension", extension_due_on="2026-02-28")
    office.act("biancongzhou", matter, "agree", step="responsible_extension")
    office.at("2026-02-06 10:00")
    office.act(
        "qiujingan", matter, "agree", "同意延至2月28日。", step="approve_extension", extension_due_on="2026-02-28"
    )
    row = office.row(matter)
    assert (row["original_due_on"], row["due_on"], row["extensions"]) == ("2026-02-13", "2026-02-28", 1)
    assert state(office, matter) is State.IN_PROGRESS
    [handling] = [one for one in office.items(matter) if one.activity_id == "handle"]
    assert handling.due_at is not None
    assert handling.due_at >= on("2026-02-28 18:00")
    office.at("2026-02-27 09:00")
    office.act("suiyiming", matter, "submit", step="handle", result="8家企业检查整改全部完成。")
    office.act("luanhaiping", matter, "agree", step="sign_closing", result="8家企业检查整改全部完成。")
    assert state(office, matter) is State.AWAITING_REVIEW
    office.act("linxiaozhou", matter, "pass")
    assert state(office, matter) is State.AWAITING_READING
    office.act("shaoqiheng", matter, "agree", "很好。")
    office.act("linxiaozhou", matter, "submit")
    assert state(office, matter) is State.CLOSED
    assert office.row(matter)["closed_on"] == "2026-02-27"
    office.assert_proved()


def test_the_second_matter_turns_red_is_urged_reported_returned_and_closed(office: Supervising) -> None:
    matter = visits(office)
    office.act("wanliqing", matter, "accept")
    for day in ("2025-12-05", "2026-01-05", "2026-02-05"):
        office.at(f"{day} 10:00")
        office.act("wanliqing", matter, "submit", step="report", progress=50, done="按方案走访。")
    assert office.steps(matter) == ["handle"], "what the head reports needs no other signature"
    assert [(one.kind, local_day(one.told_at)) for one in course(office, matter).reminders] == [
        ("near_due", "2026-02-05")
    ], "three working days before"
    office.at("2026-02-10 17:00")
    assert (lamp(office, matter), line(office, matter).late_days) == (Lamp.YELLOW, 0)
    office.at("2026-02-11 09:00")
    assert (lamp(office, matter), line(office, matter).late_days) == (Lamp.RED, 1)
    assert course(office, matter).reminders[-1].kind == "overdue"
    with pytest.raises(ExtensionTooLate):
        office.ask("ask_extension", "wanliqing", matter, on("2026-02-20 00:00").date(), "还差两户。", "八成")
    office.ask("urge", "linxiaozhou", matter, "已逾期，请当日报办结。")
    assert office.steps(matter) == ["handle"]
    office.at("2026-02-12 09:00")
    office.ask("urge", "linxiaozhou", matter, "催办单：再次催办。")
    [report] = [one for one in office.items(matter) if one.activity_id == "read_overdue"]
    assert report.assignee == "qiujingan"
    office.act("qiujingan", matter, "submit", "请抓紧。", step="read_overdue")
    office.at("2026-02-14 10:00")
    assert line(office, matter).late_days == 4, "Saturday the 14th is worked"
    office.act("wanliqing", matter, "submit", step="handle", result="走访慰问完成。")
    office.act("linxiaozhou", matter, "revise", "缺签收表。")
    assert state(office, matter) is State.IN_PROGRESS
    office.at("2026-02-23 10:00")
    assert line(office, matter).late_days == 4, "from the 15th to the 23rd it is Spring Festival"
    office.at("2026-02-24 10:00")
    assert line(office, matter).late_days == 5
    office.act("wanliqing", matter, "submit", step="handle", result="走访慰问完成，附签收表。")
    office.at("2026-02-25 10:00")
    office.act("linxiaozhou", matter, "pass")
    office.at("2026-02-26 10:00")
    office.act("shaoqiheng", matter, "agree", "阅。")
    office.at("2026-02-27 10:00")
    office.act("linxiaozhou", matter, "submit")
    assert state(office, matter) is State.CLOSED
    assert office.row(matter)["extensions"] is None
    told = course(office, matter)
    assert [(one.kind, one.returned_on, one.reason) for one in told.returns] == [
        ("closing", "2026-02-14", "缺签收表。")
    ]
    assert [one.given_on for one in told.feedbacks] == ["2025-12-05", "2026-01-05", "2026-02-05"]
    office.assert_proved()


def test_the_bulletin_of_february_counts_two_closed_one_in_time_one_extended_one_late_one_returned(
    office: Supervising,
) -> None:
    first, second = merged(office), visits(office)
    office.act("luanhaiping", first, "accept")
    office.act("wanliqing", second, "accept")
    office.at("2026-02-05 09:00")
    asked = (on("2026-02-28 00:00").date(), "砚江热电2号炉检修顺延，整改随停机窗口", "已整改七家。")
    office.ask("ask_extension", "luanhaiping", first, *asked)
    office.act("linxiaozhou", first, "agree", step="check_extension")
    office.act("biancongzhou", first, "agree", step="responsible_extension")
    office.at("2026-02-06 10:00")
    office.act("qiujingan", first, "agree", step="approve_extension")
    office.at("2026-02-14 10:00")
    office.act("wanliqing", second, "submit", step="handle", result="走访慰问完成。")
    office.act("linxiaozhou", second, "revise", "缺签收表。")
    office.at("2026-02-24 10:00")
    office.act("wanliqing", second, "submit", step="handle", result="走访慰问完成，附签收表。")
    office.at("2026-02-27 10:00")
    office.act("luanhaiping", first, "submit", step="handle", result="全部完成。")
    for case in (first, second):
        office.act("linxiaozhou", case, "pass")
        office.act("shaoqiheng", case, "agree")
        office.act("linxiaozhou", case, "submit")
    office.at("2026-03-02 09:00")
    with reading(office.house.pool) as connection:
        told = bulletin.read(connection, Month(2026, 2), on("2026-03-02 09:00").date())
        march = bulletin.read(connection, Month(2026, 3), on("2026-03-02 09:00").date())
    figures = (Figure.CLOSED, Figure.ON_TIME, Figure.EXTENDED, Figure.OVERDUE, Figure.RETURNED)
    assert [told.count(figure) for figure in figures] == [2, 1, 1, 1, 1]
    assert told.matters[Figure.ON_TIME] == told.matters[Figure.EXTENDED] == (first,)
    assert told.matters[Figure.OVERDUE] == told.matters[Figure.RETURNED] == (second,)
    assert all(march.count(figure) == 0 for figure in Figure)
    office.assert_proved()


def test_a_decision_that_is_no_matter_becomes_a_task_that_its_leader_accepts(office: Supervising) -> None:
    fourth = office.decided(**FOURTH)
    office.act("linxiaozhou", fourth, "assign", title=FOURTH["title"], assigned_person="zonghuaigu")
    assert office.row(fourth)["disposal"] == "assigned"
    office.at("2025-12-01 10:00")
    [task] = office.cases_of("task_assignment")
    told = office.variables(task)
    assert {name: told[name] for name in ("title", "matter", "due_on", "accepter")} == {
        "title": FOURTH["title"],
        "matter": FOURTH["matter"],
        "due_on": "2025-12-03",
        "accepter": "ruanzhiwei",
    }
    with reading(office.house.pool) as connection:
        links = connection.execute(case_link.select().where(case_link.c.relation == "assigned_from")).all()
    assert [(one.source_id, one.target_id) for one in links] == [(fourth, task)]
    office.act("zonghuaigu", task, "accept")
    office.at("2025-12-02 15:00")
    office.act("zonghuaigu", task, "submit", done="党费列支渠道已核清。")
    office.act("ruanzhiwei", task, "pass", "同意。")
    with reading(office.house.pool) as connection:
        assert instances.get_instance(connection, task).state is InstanceState.COMPLETED
    office.assert_proved()
