"""What may become of a matter beside the straight way: split, declined, handed back, paused, ended, returned, reported."""

from datetime import date

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import InstanceState
from engine.persistence import instances
from tests.supervising import Supervising, on
from tests.workflows.test_supervision_story import FIRST, SECOND, THIRD, course, lamp, merged, state, visits
from workflows.calendar import library
from workflows.calendar.actions import import_year, put_into_force
from workflows.calendar.demo import IMPORTED_BY, PUT_INTO_FORCE_BY
from workflows.calendar.proposals import Line, proposal_of
from workflows.calendar.values import DayKind, SpecialDay
from workflows.errors import NotAStarter, OpinionRequired, PostRequired
from workflows.links.records import case_link
from workflows.organisation import queries
from workflows.supervision.errors import (
    AskedAlready,
    DueDateFree,
    DueDateMissing,
    DueDatePast,
    ExtensionPending,
    FeedbackPlanIncomplete,
    LeadUnitMissing,
    MatterNotInProgress,
    MatterPaused,
    MergeTargetUnknown,
    NewDueDateTooEarly,
    PartsMissing,
    ReasonMissing,
    ResponsibleLeaderMissing,
)
from workflows.supervision.values import Lamp, State


@pytest.fixture
def office(sqlite_house: House) -> Supervising:
    return Supervising(sqlite_house)


def ended(office: Supervising, case: str) -> bool:
    with reading(office.house.pool) as connection:
        return instances.get_instance(connection, case).state is InstanceState.COMPLETED


def test_a_matter_is_looked_at_anew_when_the_calendar_changes(office: Supervising) -> None:
    matter = visits(office)
    office.act("wanliqing", matter, "accept")
    assert office.variables(matter)["watch_at"] == "2026-02-05T00:30:00.000000Z", "three working days before"
    office.at("2026-01-05 09:00")
    with transaction(office.house.pool) as connection:
        keeper, other = (queries.get_person(connection, name) for name in (IMPORTED_BY, PUT_INTO_FORCE_BY))
        free = [SpecialDay(date(2026, 2, day), DayKind.HOLIDAY, "春节") for day in (5, 6, 9)]
        known = library.propose(2026, office.house.office.calendars.current(connection)).days
        proposal = proposal_of(2026, (Line(n, day) for n, day in enumerate([*known, *free], 1)), "test")
        one = import_year(connection, office.engine, keeper, proposal, "更正通知", office.now)
        put_into_force(connection, office.engine, other, one.id, office.now)
    office.at("2026-01-05 10:00")
    assert office.variables(matter)["watch_at"] == "2026-02-02T00:30:00.000000Z"
    office.at("2026-02-02 09:00")
    assert [one.kind for one in course(office, matter).reminders] == ["near_due"]
    office.assert_proved()


def test_a_candidate_is_declined_only_with_a_reason(office: Supervising) -> None:
    case = office.decided(**THIRD)
    with pytest.raises(OpinionRequired):
        office.act("linxiaozhou", case, "reject")
    office.act("linxiaozhou", case, "reject", "由党委会议定后另行立项。")
    row = office.row(case)
    assert (row["disposal"], row["disposal_reason"], state(office, case)) == (
        "declined",
        "由党委会议定后另行立项。",
        None,
    )
    assert ended(office, case)
    assert office.number(case) is None
    office.assert_proved()


def test_a_candidate_hangs_on_what_it_came_from(office: Supervising) -> None:
    earlier = office.start("ruanzhiwei", "task_assignment", "核清列支渠道")
    told = office.decided(**{**THIRD, "source_case": earlier, "co_units": None, "due_on": None, "decision_no": 3})
    with reading(office.house.pool) as connection:
        links = connection.execute(case_link.select().where(case_link.c.relation == "supervises")).all()
    assert [(one.source_id, one.target_id) for one in links] == [(earlier, told)]
    assert office.variables(told)["co_units"] == []
    office.propose(told)
    assert office.row(told)["due_on"] == "2026-01-13", "thirty working days; the 4th of January, a Sunday, is one"
    assert office.row(told)["decision_no"] == "3"
    office.assert_proved()


def test_only_the_clerk_enters_a_candidate(office: Supervising) -> None:
    with pytest.raises(NotAStarter) as refused:
        office.start("gexingyao", "supervision", "查一查")
    assert refused.value.note == "请党办督查专员登记"


def test_a_candidate_is_split_into_as_many_as_there_are_parts(office: Supervising) -> None:
    case = office.decided(**SECOND)
    with pytest.raises(PartsMissing):
        office.act("linxiaozhou", case, "split", parts=[{"title": "检查"}])
    parts = [{"title": "检查", "matter": "查八家企业。"}, {"title": "整改", "due_on": "2026-02-12"}]
    office.act("linxiaozhou", case, "split", parts=parts)
    office.at("2025-12-01 09:00")
    _original, *made = office.cases_of("supervision")
    told = {office.row(one)["title"]: office.variables(one) for one in made}
    assert {title: (one["matter"], one["due_on"], one["lead_unit"]) for title, one in told.items()} == {
        "检查": ("查八家企业。", "2026-02-13", "AHB"),
        "整改": (SECOND["matter"], "2026-02-12", "AHB"),
    }
    with reading(office.house.pool) as connection:
        links = connection.execute(case_link.select().where(case_link.c.relation == "follows")).all()
    assert {(one.source_id, one.target_id) for one in links} == {(case, one) for one in made}
    office.assert_proved()


def test_a_candidate_is_merged_into_something_that_is_there_and_under_way(office: Supervising) -> None:
    case, other = office.decided(**FIRST), office.decided(**THIRD)
    office.act("linxiaozhou", other, "reject", "不督办。")
    for named in (None, case, other, "沐原督〔2025〕99号"):
        with pytest.raises(MergeTargetUnknown):
            office.act("linxiaozhou", case, "merge", merge_into=named)
    matter = visits(office)
    office.act("linxiaozhou", case, "merge", merge_into="沐原督〔2025〕18号")
    assert office.row(case)["merged_into"] == matter
    assert {one.title for one in course(office, matter).sources} == {FIRST["title"], THIRD["title"]}
    office.assert_proved()


def test_what_is_proposed_must_be_complete(office: Supervising) -> None:
    case = office.start("linxiaozhou", "supervision", "查一查", matter="查一查。", source_kind="other")
    office.act("linxiaozhou", case, "propose")

    def propose(**said: object) -> None:
        office.act("linxiaozhou", case, "submit", **{"lead_unit": "AHB", "due_on": "2026-01-30", **said})

    for error, said in (
        (DueDateMissing, {"due_on": None}),
        (DueDatePast, {"due_on": "2025-11-28"}),
        (DueDateFree, {"due_on": "2026-02-16"}),
        (ResponsibleLeaderMissing, {"lead_unit": "QY1"}),
        (FeedbackPlanIncomplete, {"feedback_cycle": "monthly"}),
        (FeedbackPlanIncomplete, {"feedback_cycle": "dates", "feedback_dates": []}),
    ):
        with pytest.raises(error):
            propose(**said)
    propose(lead_unit="AHB", co_units=["AHB", "CWB"])
    told = office.variables(case)
    assert (told["co_units"], told["responsible_leader"], told["instructed_by"]) == (
        ["CWB"],
        "biancongzhou",
        "shaoqiheng",
    )
    office.act("zhenliyan", case, "revise", "请写明成果形式。")
    assert office.steps(case) == ["propose"]
    propose(source_kind="oral", due_on=None)
    assert office.variables(case)["due_on"] == "2025-12-08", "five working days, as the office says of oral orders"
    office.act("zhenliyan", case, "agree")
    office.act("qiujingan", case, "reject", "不必督办。")
    assert office.row(case)["disposal"] == "declined"
    assert ended(office, case)
    office.assert_proved()


def test_a_matter_without_a_unit_is_not_proposed(office: Supervising) -> None:
    case = office.decided(**{**THIRD, "lead_unit": None})
    office.act("linxiaozhou", case, "propose")
    with pytest.raises(Exception, match="acceptable") as refused:
        office.act("linxiaozhou", case, "submit")
    assert "lead_unit" in str(refused.value) or refused.type is LeadUnitMissing


def test_a_matter_that_is_handed_back_is_given_to_another_unit_under_its_number(office: Supervising) -> None:
    matter = visits(office)
    with pytest.raises(OpinionRequired):
        office.act("wanliqing", matter, "revise")
    office.act("wanliqing", matter, "revise", "走访慰问由人力资源部牵头。")
    assert state(office, matter) is State.HANDED_BACK
    office.act("linxiaozhou", matter, "again", lead_unit="ZZB", responsible_leader="miaoyuanchuan")
    assert state(office, matter) is State.AWAITING_RECEIPT
    office.act("shiyanqiu", matter, "accept")
    row = office.row(matter)
    assert (row["number"], row["lead_unit"], row["original_due_on"]) == ("沐原督〔2025〕18号", "ZZB", "2026-02-10")
    office.assert_proved()


def test_a_paused_matter_asks_for_nothing_and_is_due_later_by_as_long_as_it_stood(office: Supervising) -> None:
    matter = visits(office)
    office.act("wanliqing", matter, "accept")
    with pytest.raises(ReasonMissing):
        office.ask("ask_pause", "linxiaozhou", matter, " ")
    office.ask("ask_pause", "linxiaozhou", matter, "等上级政策。")
    with pytest.raises(AskedAlready):
        office.ask("ask_pause", "wanliqing", matter, "等上级政策。")
    office.act("qiujingan", matter, "revise", "不必。", step="approve_pause")
    assert state(office, matter) is State.IN_PROGRESS
    office.at("2025-12-05 09:00")
    office.act("wanliqing", matter, "submit", step="report", progress=10, done="已制定方案。")
    office.at("2025-12-29 09:00")
    office.ask("ask_pause", "wanliqing", matter, "等上级政策。")
    office.act("qiujingan", matter, "agree", step="approve_pause")
    assert (state(office, matter), lamp(office, matter)) == (State.PAUSED, Lamp.GREY)
    with pytest.raises(MatterPaused):
        office.act("wanliqing", matter, "submit", step="handle", result="完成。")
    office.at("2026-01-07 09:00")
    assert "report" not in office.steps(matter), "the feedback of the 5th of January is not asked for"
    office.act("linxiaozhou", matter, "submit", step="go_on")
    row = office.row(matter)
    assert (row["due_on"], row["original_due_on"], row["extensions"]) == ("2026-02-25", "2026-02-10", None)
    assert state(office, matter) is State.IN_PROGRESS
    [handling] = [one for one in office.items(matter) if one.activity_id == "handle"]
    assert handling.due_at == on("2026-02-26 00:00"), "the end of the day"
    office.at("2026-02-11 10:00")
    assert lamp(office, matter) is Lamp.YELLOW, "a feedback is late"
    assert [one.kind for one in course(office, matter).reminders] == []
    office.at("2026-02-13 10:00")
    assert [one.kind for one in course(office, matter).reminders] == ["near_due"]
    office.assert_proved()


def test_a_leader_ends_a_matter_before_it_is_done(office: Supervising) -> None:
    matter = visits(office)
    with pytest.raises(PostRequired):
        office.ask("ask_termination", "wanliqing", matter, "不做了。")
    office.act("wanliqing", matter, "accept")
    office.ask("ask_termination", "linxiaozhou", matter, "事项已并入上级统一安排。")
    office.act("qiujingan", matter, "agree", step="approve_termination")
    assert state(office, matter) is State.TERMINATED
    assert office.steps(matter) == []
    assert ended(office, matter)
    with pytest.raises(MatterNotInProgress):
        office.ask("urge", "linxiaozhou", matter, "请抓紧。")
    office.assert_proved()


def test_an_extension_is_asked_for_once_at_a_time_and_by_a_later_working_day(office: Supervising) -> None:
    matter = merged(office)
    office.act("luanhaiping", matter, "accept", handler="suiyiming")
    for error, day in ((NewDueDateTooEarly, "2026-02-13"), (DueDateFree, "2026-02-16")):
        with pytest.raises(error):
            office.ask("ask_extension", "suiyiming", matter, on(f"{day} 00:00").date(), "检修顺延", "过半")
    office.ask("ask_extension", "suiyiming", matter, on("2026-02-28 00:00").date(), "检修顺延", "过半")
    with pytest.raises(ExtensionPending):
        office.ask("ask_extension", "luanhaiping", matter, on("2026-02-28 00:00").date(), "检修顺延", "过半")
    office.act("luanhaiping", matter, "agree", step="sign_extension")
    with pytest.raises(DueDateFree):
        office.act("linxiaozhou", matter, "agree", step="check_extension", extension_due_on="2026-03-01")
    office.act("linxiaozhou", matter, "agree", step="check_extension", extension_due_on="2026-02-27")
    office.act("biancongzhou", matter, "revise", "节前必须完成。", step="responsible_extension")
    row = office.row(matter)
    assert (row["due_on"], row["extensions"], state(office, matter)) == ("2026-02-13", None, State.IN_PROGRESS)
    assert [one.outcome for one in course(office, matter).due_changes] == ["refused"]
    office.assert_proved()


def test_what_a_unit_tells_is_signed_by_its_head_who_may_return_it(office: Supervising) -> None:
    matter = merged(office)
    office.act("luanhaiping", matter, "accept", handler="suiyiming")
    office.at("2025-12-12 10:00")
    office.act("tanzhixing", matter, "submit", "2号炉检修顺延。", step="co_report")
    office.act("suiyiming", matter, "submit", step="report", progress=30, done="方案起草。")
    office.act("luanhaiping", matter, "revise", "写明印发时间。", step="sign_feedback")
    office.act("suiyiming", matter, "submit", step="report", progress=40, done="方案12月12日印发。")
    office.act("luanhaiping", matter, "agree", step="sign_feedback")
    [told] = course(office, matter).feedbacks
    assert (told.given_by, told.signed_by, told.done) == ("suiyiming", "luanhaiping", "方案12月12日印发。")
    assert [(one.unit, one.words) for one in course(office, matter).assisting(1)] == [("QY1", "2号炉检修顺延。")]
    assert office.steps(matter) == ["handle"], "whoever has not told the leading unit by then is not asked any more"
    office.assert_proved()


def test_an_overdue_matter_is_reported_by_the_clock_and_again_until_it_is_done(office: Supervising) -> None:
    matter = visits(office)
    office.act("wanliqing", matter, "accept")
    office.at("2026-02-12 18:00")
    assert "read_overdue" not in office.steps(matter)
    office.at("2026-02-13 09:00")
    assert office.steps(matter).count("read_overdue") == 1, "the third working day"
    office.act("qiujingan", matter, "submit", step="read_overdue")
    office.at("2026-03-06 09:00")
    assert office.steps(matter).count("read_overdue") == 1, "ten working days later"
    office.act("wanliqing", matter, "submit", step="handle", result="完成。")
    assert (state(office, matter), lamp(office, matter)) == (State.AWAITING_REVIEW, Lamp.RED)
    office.act("linxiaozhou", matter, "pass")
    office.act("shaoqiheng", matter, "revise", "再跑一户。")
    assert state(office, matter) is State.IN_PROGRESS
    office.act("wanliqing", matter, "submit", step="handle", result="已补走访。")
    office.act("linxiaozhou", matter, "pass")
    office.act("shaoqiheng", matter, "agree")
    office.act("linxiaozhou", matter, "submit")
    assert office.steps(matter) == [], "nothing is left to read of a matter that is closed"
    office.assert_proved()


def test_a_task_is_handed_back_told_of_and_returned_before_it_is_accepted(office: Supervising) -> None:
    task = office.start("ruanzhiwei", "task_assignment", "核清列支渠道")
    said = {"matter": "核清。", "assigned_unit": "CWB", "due_on": "2025-12-03"}
    office.act("ruanzhiwei", task, "submit", **said)
    office.act("zonghuaigu", task, "revise", "需党群先核支出范围。")
    assert office.steps(task) == ["allocate"]
    office.act("ruanzhiwei", task, "submit", matter="会同党群核清。")
    office.act("zonghuaigu", task, "accept")
    office.act("zonghuaigu", task, "progress", progress_percent=50, done="已核党费。")
    office.act("zonghuaigu", task, "submit", done="已核清。")
    office.act("ruanzhiwei", task, "revise", "缺依据。")
    office.act("zonghuaigu", task, "submit", done="已核清，附依据。")
    office.act("ruanzhiwei", task, "pass")
    told = course(office, task)
    assert [(one.progress, one.done) for one in told.feedbacks] == [
        (50, "已核党费。"),
        (100, "已核清。"),
        (100, "已核清，附依据。"),
    ]
    assert [one.kind for one in told.returns] == ["receipt", "closing"]
    assert office.number(task) == "交办〔2025〕1号"
    office.assert_proved()
