"""What a meeting refuses or survives: the wrong hand, too few, whoever withdraws, what is put off, what is changed late."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.house import House
from app.transaction import reading, transaction
from engine.errors import CaseSuspended
from engine.model import Actor, InstanceState, RecordChange
from engine.persistence import instances, jobs
from tests.meetings.days import CLERK, MEMBERS, PLAN, PLANNED, PRESENT, REPORT, Days
from workflows.errors import CaseNotVisible, OpinionRequired, PersonRefused, PostRequired
from workflows.meeting_arrangement import agenda, attendance, deliberation, in_hand, resolutions
from workflows.meeting_arrangement.agenda import LineFields
from workflows.meeting_arrangement.errors import (
    AgendaIncomplete,
    AmountMissing,
    AskedMissing,
    BallotsGiven,
    ChoiceRefused,
    ConclusionMissing,
    ConsentsRefused,
    CountsRefused,
    HeadHasSpoken,
    ItemNotReady,
    LineClosed,
    LinesOpen,
    MeetingTimesRefused,
    NotAVoter,
    NotInHand,
    NotQuorate,
    NotTheChair,
    NoWrittenOpinion,
    PaperTooLong,
    ReportTooLong,
    ResolutionRefused,
    StandsMissing,
    WordsRefused,
)
from workflows.meeting_arrangement.resolutions import ResolutionFields
from workflows.meeting_arrangement.state import list_waiting
from workflows.meeting_arrangement.tally import Counts, Outcome
from workflows.operations.hands import transfer
from workflows.operations.lifecycle import cancel, suspend
from workflows.recording import record_in_case
from workflows.rooms import bookings
from workflows.rooms.values import Wish
from workflows.substitutions import actions as substitutions
from workflows.substitutions.values import Arrangement
from workflows.visibility import require_visible


@pytest.fixture
def days(sqlite_house: House) -> Days:
    return Days(sqlite_house)


def waiting(days: Days) -> list[str]:
    with reading(days.house.pool) as connection:
        return [one.instance_id for one in list_waiting(connection, "党委会")]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"asked": " "}, AskedMissing),
        ({"amount": None}, AmountMissing),
        ({"amount": "0"}, AmountMissing),
        ({"paper_characters": 2001}, PaperTooLong),
        ({"report_minutes": 11}, ReportTooLong),
    ],
)
def test_an_item_says_what_its_category_asks_for(
    days: Days, given: dict[str, object], refusal: type[Exception]
) -> None:
    case = days.start("miaoruogu", "agenda_item", PLAN)
    with pytest.raises(refusal):
        days.act("miaoruogu", case, title=PLAN, **{**PLANNED, **given})


def test_an_item_whose_consent_was_refused_does_not_pass(days: Days) -> None:
    plan = days.put_forward_plan()
    days.send_back("zhenliyan", plan, "draft", "缺财务部会签、合规审查意见")
    days.ask_to_sign("miaoruogu", plan, "zonghuaigu", "tongxueling", "qiujingan")
    days.act("zonghuaigu", plan, "disagree", "党费不能列支走访慰问。")
    days.act("tongxueling", plan, "agree", "符合")
    days.act("qiujingan", plan, "agree", "同意提交")
    days.act("miaoruogu", plan, title=PLAN, **PLANNED)
    with pytest.raises(ConsentsRefused) as refused:
        days.act("zhenliyan", plan, "pass")
    assert refused.value.missing == ("finance",)


def test_an_item_is_consulted_about_in_the_flow_where_its_drafter_asks_for_it(days: Days) -> None:
    case = days.start("miaoruogu", "agenda_item", PLAN)
    asked = {"consulted": ["zonghuaigu", "tongxueling"], "responsible_leader": "qiujingan"}
    days.act("miaoruogu", case, title=PLAN, materials=[days.paper("miaoruogu")], **PLANNED, **asked)
    days.act("wanliqing", case, "agree")
    days.act("tongxueling", case, "agree", "符合")
    days.act("zonghuaigu", case, "amend", "写明工会经费的科目。")
    days.act("qiujingan", case, "agree", "同意提交")
    days.act("zhenliyan", case, "pass")
    assert days.steps("shaoqiheng", case) == ["principal_decision"]


def test_only_who_arranges_meetings_arranges_one(days: Days) -> None:
    case = days.start("suiyiming", "meeting_arrangement", "安全例会")
    with pytest.raises(PostRequired):
        days.act(
            "suiyiming",
            case,
            title="安全例会",
            meeting_body="党委会",
            starts_at="2025-11-25T09:00",
            ends_at="2025-11-25T10:00",
            receipts_due="2025-11-21T17:00",
        )


@pytest.mark.parametrize(
    ("starts", "ends", "receipts", "field"),
    [
        ("2025-11-09T09:00", "2025-11-09T10:00", "2025-11-08T17:00", "starts_at"),
        ("2025-11-25T09:00", "2025-11-25T09:00", "2025-11-21T17:00", "ends_at"),
        ("2025-11-25T09:00", "2025-11-25T10:00", "2025-11-25T09:01", "receipts_due"),
    ],
)
def test_the_times_of_a_meeting_follow_each_other(
    days: Days, starts: str, ends: str, receipts: str, field: str
) -> None:
    case = days.start(CLERK, "meeting_arrangement", "党委会会议")
    given = {"title": "党委会会议", "meeting_body": "党委会", "starts_at": starts, "ends_at": ends}
    with pytest.raises(MeetingTimesRefused) as refused:
        days.act(CLERK, case, **given, receipts_due=receipts)
    assert refused.value.field == field


def test_an_agenda_wants_its_first_topic_or_a_reason_and_a_paper_for_each_item(days: Days) -> None:
    report, plan, case = days.to_agenda()
    del report, plan
    first = days.meeting(case).lines[0]
    days.record(agenda.remove_line, case, first.id, "本次不学习")
    with pytest.raises(AgendaIncomplete, match="first_topic"):
        days.act(CLERK, case)
    days.record(agenda.add_first_topic, case, "DQB", "第一议题：传达学习最新讲话")
    assert days.meeting(case).lines[0].title == "第一议题：传达学习最新讲话"
    for one in days.meeting(case).lines[1:]:
        days.record(agenda.remove_line, case, one.id, "改期")
    with pytest.raises(AgendaIncomplete, match="empty"):
        days.act(CLERK, case)


def test_an_item_without_a_paper_is_named(days: Days) -> None:
    case = days.start("suiyiming", "agenda_item", REPORT)
    given = {
        "category": "汇报类",
        "three_major": "不属于",
        "reporter": "luanhaiping",
        "report_minutes": 5,
        "summary": "汇报。",
    }
    days.act("suiyiming", case, title=REPORT, responsible_leader="biancongzhou", **given)
    days.act("luanhaiping", case, "agree")
    days.act("biancongzhou", case, "agree")
    days.accept(case)
    meeting = days.arrange()
    with pytest.raises(AgendaIncomplete) as refused:
        days.act(CLERK, meeting)
    assert (refused.value.reason, refused.value.title) == ("materials", REPORT)


def test_lines_change_places_and_what_was_taken_off_waits_for_another_meeting(days: Days) -> None:
    report, plan, case = days.to_agenda()
    last = days.line(case, PLAN)
    days.record(agenda.move_line, case, last.id, True)
    assert [one.item_case for one in days.meeting(case).lines] == [None, plan, report]
    days.record(agenda.move_line, case, last.id, True)
    assert [one.item_case for one in days.meeting(case).lines] == [None, plan, report]
    days.record(agenda.remove_line, case, last.id, "材料待补充")
    assert waiting(days) == [plan]
    days.record(agenda.add_item, case, plan)
    assert waiting(days) == []
    with pytest.raises(ItemNotReady):
        days.record(agenda.add_item, case, plan)
    assert [one.item_case for one in days.meeting(case).lines] == [None, report, plan]
    days.assert_sound()


def test_nobody_comes_in_for_what_they_withdraw_from(days: Days) -> None:
    _report, _plan, case = days.to_agenda()
    line = days.line(case, PLAN)
    with pytest.raises(PersonRefused):
        days.record(agenda.change_line, case, line.id, LineFields("", ("ruanzhiwei",), ("ruanzhiwei",)))


def test_who_withdraws_beforehand_sees_no_paper_of_the_item_and_has_no_vote(days: Days) -> None:
    report, plan, case = days.to_agenda()
    line = days.line(case, PLAN)
    attendees = ("wanliqing", "zonghuaigu", "tongxueling")
    days.record(agenda.change_line, case, line.id, LineFields("", attendees, ("ruanzhiwei",), "本人分管经费"))
    days.book(case)
    days.convene(case)
    assert days.steps("ruanzhiwei", plan) == []
    assert days.steps("ruanzhiwei", report) == ["study"]
    with pytest.raises(CaseNotVisible), reading(days.house.pool) as connection:
        require_visible(connection, days.person("ruanzhiwei"), plan, days.now)
    days.answer(case)
    days.open_meeting(case)
    settings = days.house.meetings
    days.record(deliberation.open_line, case, line.id, settings=settings)
    with pytest.raises(NotAVoter, match="recused"):
        days.record(deliberation.speak, case, line.id, "ruanzhiwei", "同意", "yes", settings=settings)
    for member in ("yuwenshu", "qiujingan", "qishouzhuo", "biancongzhou"):
        days.record(deliberation.speak, case, line.id, member, "同意", "yes", settings=settings)
    days.record(deliberation.speak, case, line.id, "shaoqiheng", "同意", "no", settings=settings)
    days.record(deliberation.close_line, case, line.id, "同意。", None, settings=settings)
    closed = days.line(case, PLAN)
    assert (closed.outcome, closed.counts) == (Outcome.PASSED, Counts(yes=4, no=1))  # 4 > 6/2
    assert "ruanzhiwei" not in closed.present


def test_a_meeting_that_is_short_does_not_begin_and_counts_no_one_twice(days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.at("11-25 09:00")
    days.record(attendance.check_in, case, {*MEMBERS[:3], "luanhaiping", "wanliqing"})
    with pytest.raises(NotQuorate) as refused:
        days.act(CLERK, case, "open")
    assert (refused.value.due, refused.value.present, refused.value.least) == (7, 3, 4)
    days.record(attendance.excuse, case, "qishouzhuo", "长期驻外")
    assert len(days.meeting(case).due) == 6
    days.act(CLERK, case, "open")  # three of six is 半数以上
    with pytest.raises(NotInHand):
        days.record(attendance.check_in, case, set(), by="zhenliyan")


def test_a_meeting_is_presided_over_by_a_member_who_is_there(days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.at("11-25 09:00")
    days.record(attendance.check_in, case, {"luanhaiping", *MEMBERS[1:]})
    with pytest.raises(NotAVoter, match="absent"):
        days.act(CLERK, case, "open")
    with pytest.raises(NotAVoter, match="no_member"):
        days.act(CLERK, case, "open", chair="luanhaiping")
    days.act(CLERK, case, "open", chair="yuwenshu")
    line = days.line(case, PLAN)
    settings = days.house.meetings
    days.record(deliberation.open_line, case, line.id, settings=settings)
    for member in MEMBERS[2:]:
        days.record(deliberation.speak, case, line.id, member, "", "yes", settings=settings)
    days.record(deliberation.speak, case, line.id, "yuwenshu", "", "yes", settings=settings)


def test_a_meeting_that_is_put_off_is_called_again_under_its_number_and_told_to_its_items(house: House) -> None:
    days = Days(house)
    report, _plan, case = days.to_meeting()
    days.at("11-25 09:00")
    days.record(attendance.check_in, case, set(MEMBERS[:3]))
    days.act(CLERK, case, "adjourn")
    given = {"title": "党委会会议", "meeting_body": "党委会"}
    times = {"starts_at": "2025-11-27T09:00", "ends_at": "2025-11-27T11:00", "receipts_due": "2025-11-26T12:00"}
    days.act(CLERK, case, **given, **times)
    with reading(house.pool) as connection:
        [old] = bookings.list_of_case(connection, case)
    days.record(bookings.cancel, old.id, "会议改期")
    starts, ends = days.meeting(case).starts_at, days.meeting(case).ends_at
    days.record(bookings.book, "1", Wish(starts, ends, "党委会", 11, case))
    days.convene(case)
    held = days.meeting(case)
    assert (held.number, held.arrived) == ("2025年第21次", frozenset())
    assert days.variables(report)["meeting_at"] == "2025-11-27 09:00"
    assert days.steps("shaoqiheng", report) == ["study"]
    assert days.steps("shaoqiheng", case) == ["answer"]
    days.assert_sound()


def test_who_has_not_answered_by_the_beginning_is_asked_no_more_and_leave_that_was_not_given_is_none(
    days: Days,
) -> None:
    _report, _plan, case = days.to_agenda()
    days.book(case)
    days.convene(case)
    with pytest.raises(OpinionRequired):
        days.act("miaoyuanchuan", case, "leave")
    days.act("shaoqiheng", case, "attend")
    days.act("miaoyuanchuan", case, "leave", "出差")
    days.act("shaoqiheng", case, "refuse", "议题重要，请到会。")
    away = days.meeting(case).find_seat("miaoyuanchuan")
    assert away is not None
    assert away.leave == "refused"
    days.at("11-25 09:01")
    assert days.steps("yuwenshu", case) == []
    assert days.steps(CLERK, case) == ["check_in"]


def test_a_written_opinion_is_for_members_who_ask_for_leave_until_the_item_is_dealt_with(days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    line = days.line(case, PLAN)
    for other in ("yuwenshu", "zhenliyan"):
        with pytest.raises(NoWrittenOpinion):
            days.record(attendance.write_opinion, case, line.id, "同意", by=other)
    with pytest.raises(WordsRefused):
        days.record(attendance.write_opinion, case, line.id, " ", by="miaoyuanchuan")
    with pytest.raises(CaseNotVisible):
        days.record(attendance.write_opinion, case, line.id, "同意", by="wanliqing")
    days.open_meeting(case)
    days.deliberate(case)
    with pytest.raises(LineClosed):
        days.record(attendance.write_opinion, case, line.id, "不同意", by="miaoyuanchuan")


def test_items_are_dealt_with_one_by_one_by_whoever_records_the_meeting(days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    settings = days.house.meetings
    report, plan = days.line(case, REPORT), days.line(case, PLAN)
    with pytest.raises(NotInHand):
        days.record(deliberation.open_line, case, plan.id, settings=settings)  # not yet at the meeting
    days.open_meeting(case)
    with pytest.raises(NotInHand):
        days.record(deliberation.open_line, case, plan.id, settings=settings, by="shaoqiheng")
    with pytest.raises(LineClosed):
        days.record(deliberation.speak, case, plan.id, "yuwenshu", "同意", "yes", settings=settings)
    days.record(deliberation.open_line, case, report.id, settings=settings)
    with pytest.raises(LinesOpen):
        days.record(deliberation.open_line, case, plan.id, settings=settings)
    with pytest.raises(ChoiceRefused, match="report"):
        days.record(deliberation.speak, case, report.id, "yuwenshu", "同意", "yes", settings=settings)
    days.record(deliberation.speak, case, report.id, "yuwenshu", "请安全部盯紧。", "", settings=settings)
    days.record(deliberation.close_line, case, report.id, "", None, settings=settings)
    days.record(deliberation.open_line, case, plan.id, settings=settings)
    for choice in ("", "defer", "maybe"):
        with pytest.raises(ChoiceRefused):
            days.record(deliberation.speak, case, plan.id, "yuwenshu", "同意", choice, settings=settings)
    with pytest.raises(NotAVoter, match="absent"):
        days.record(deliberation.speak, case, plan.id, "miaoyuanchuan", "同意", "yes", settings=settings)
    with pytest.raises(StandsMissing):
        days.record(deliberation.close_line, case, plan.id, "", None, settings=settings)
    with pytest.raises(LinesOpen):
        days.act(CLERK, case)


def test_who_has_spoken_withdraws_no_more_and_after_the_head_nobody_speaks(days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case)
    settings = days.house.meetings
    plan = days.line(case, PLAN)
    days.record(deliberation.open_line, case, plan.id, settings=settings)
    days.record(deliberation.recuse, case, plan.id, "qishouzhuo", "涉及亲属单位", settings=settings)
    for member in ("yuwenshu", "qiujingan", "biancongzhou", "ruanzhiwei", "shaoqiheng"):
        days.record(deliberation.speak, case, plan.id, member, "同意", "yes", settings=settings)
    with pytest.raises(BallotsGiven):
        days.record(deliberation.recuse, case, plan.id, "yuwenshu", "后悔", settings=settings)
    days.record(attendance.check_in, case, {*PRESENT, "miaoyuanchuan"})  # comes in after the head has spoken
    with pytest.raises(NotAVoter, match="absent"):
        days.record(deliberation.speak, case, plan.id, "miaoyuanchuan", "同意", "yes", settings=settings)
    days.record(deliberation.speak, case, plan.id, "yuwenshu", "更正：弃权", "abstain", settings=settings)
    days.record(deliberation.close_line, case, plan.id, "同意。", None, settings=settings)
    assert days.line(case, PLAN).counts == Counts(yes=4, abstain=1)
    with pytest.raises(LineClosed):
        days.record(deliberation.speak, case, plan.id, "yuwenshu", "再改", "no", settings=settings)
    days.assert_sound()


def test_nobody_speaks_after_the_head(days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case, present=MEMBERS[:5])
    settings = days.house.meetings
    report = days.line(case, REPORT)
    days.record(deliberation.open_line, case, report.id, settings=settings)
    for member in (*MEMBERS[1:5], MEMBERS[0]):
        days.record(deliberation.speak, case, report.id, member, "好。", "", settings=settings)
    days.record(attendance.check_in, case, set(MEMBERS[:4]))  # one has left, and is back
    days.record(attendance.check_in, case, set(MEMBERS[:5]))
    with pytest.raises(HeadHasSpoken):
        days.record(
            deliberation.speak, replaced(days, case, report.id), report.id, MEMBERS[5], "?", "", settings=settings
        )


def replaced(days: Days, case: str, line_id: str) -> str:
    """Let another member have been there from the beginning, without having spoken."""
    changes = [
        RecordChange("agenda_line", line_id, {"present": list(MEMBERS[:6])}),
        RecordChange("meeting_seat", f"{case}-{MEMBERS[5]}", {"arrived_at": "2025-11-25T01:00:00.000000Z"}),
    ]
    with transaction(days.house.pool) as connection:
        record_in_case(connection, days.office, case, "meeting.arrived", {}, changes, Actor(CLERK), days.now)
    return case


def test_personnel_needs_two_thirds_and_is_deferred_not_abstained_from(days: Days) -> None:
    case = days.start("shiyanqiu", "agenda_item", "关于干部任免的方案")
    given = {
        **PLANNED,
        "three_major": "重要人事任免",
        "involves_money": False,
        "attendees": [],
        "reporter": "shiyanqiu",
    }
    paper = days.paper("shiyanqiu")
    days.act(
        "shiyanqiu", case, title="关于干部任免的方案", materials=[paper], responsible_leader="miaoyuanchuan", **given
    )
    days.act("shiyanqiu", case, "agree")
    days.act("miaoyuanchuan", case, "agree")
    days.accept(case)
    meeting = days.arrange()
    days.book(meeting)
    days.convene(meeting)
    days.at("11-25 09:00")
    days.record(attendance.check_in, meeting, set(MEMBERS[:4]))
    days.act(CLERK, meeting, "open")
    settings = days.house.meetings
    line = days.line(meeting, "干部任免")
    with pytest.raises(NotQuorate) as refused:
        days.record(deliberation.open_line, meeting, line.id, settings=settings)
    assert refused.value.least == 5
    days.record(attendance.check_in, meeting, set(MEMBERS[:5]))
    days.record(deliberation.open_line, meeting, line.id, settings=settings)
    with pytest.raises(ChoiceRefused):
        days.record(deliberation.speak, meeting, line.id, "yuwenshu", "", "abstain", settings=settings)
    days.record(deliberation.speak, meeting, line.id, "yuwenshu", "考察不充分", "defer", settings=settings)
    for member in (*MEMBERS[2:5], MEMBERS[0]):
        days.record(deliberation.speak, meeting, line.id, member, "", "yes", settings=settings)
    days.record(deliberation.close_line, meeting, line.id, "同意。", None, settings=settings)
    closed = days.line(meeting, "干部任免")
    assert (closed.outcome, closed.counts) == (Outcome.PASSED, Counts(yes=4, defer=1))
    days.assert_sound()


def test_a_secret_ballot_is_counted_and_kept_by_no_name(days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case)
    body = days.house.meetings.bodies[0]
    rules = {name: replace(rule, secret=True) for name, rule in body.rules.items()}
    settings = replace(days.house.meetings, bodies=(replace(body, rules=rules),))
    plan = days.line(case, PLAN)
    days.record(deliberation.open_line, case, plan.id, settings=settings)
    with pytest.raises(ChoiceRefused, match="secret"):
        days.record(deliberation.speak, case, plan.id, "yuwenshu", "同意", "yes", settings=settings)
    days.record(deliberation.speak, case, plan.id, "yuwenshu", "说明情况。", "", settings=settings)
    for counts in (None, Counts(yes=7), Counts(yes=7, no=-1)):
        with pytest.raises(CountsRefused):
            days.record(deliberation.close_line, case, plan.id, "", counts, settings=settings)
    days.record(deliberation.close_line, case, plan.id, "", Counts(yes=3, no=3), settings=settings)
    closed = days.line(case, PLAN)
    assert closed.outcome is Outcome.NOT_PASSED  # a tie
    assert {one.choice for one in days.meeting(case).stands[plan.id]} == {None}


def test_an_item_that_is_put_off_waits_again_and_comes_to_the_next_meeting(days: Days) -> None:
    report, plan, case = days.to_meeting()
    days.open_meeting(case)
    settings = days.house.meetings
    for line in days.meeting(case).lines[:2]:
        days.record(deliberation.open_line, case, line.id, settings=settings)
        days.record(deliberation.close_line, case, line.id, "已听取。", None, settings=settings)
    postponed = days.line(case, PLAN)
    with pytest.raises(WordsRefused):
        days.record(deliberation.postpone_line, case, postponed.id, "", settings=settings)
    days.record(deliberation.postpone_line, case, postponed.id, "列支渠道待核清。", settings=settings)
    days.act(CLERK, case)
    days.deliver()
    assert waiting(days) == [plan]
    days.act(CLERK, case)
    days.deliver()
    assert days.steps("wanliqing", plan) == []  # no minutes to check
    assert days.steps("luanhaiping", report) == ["check_extract"]
    later = days.start(CLERK, "meeting_arrangement", "党委会会议")
    times = {"starts_at": "2025-12-09T09:00", "ends_at": "2025-12-09T11:00", "receipts_due": "2025-12-08T17:00"}
    days.act(CLERK, later, title="党委会会议", meeting_body="党委会", **times)
    assert [one.item_case for one in days.meeting(later).lines] == [None, plan]
    days.assert_sound()


def test_minutes_that_a_unit_wants_changed_go_back_and_are_checked_anew(days: Days) -> None:
    report, plan, case = days.to_meeting()
    days.open_meeting(case)
    days.deliberate(case)
    days.resolve(case)
    days.act(CLERK, case)
    days.deliver()
    days.act("luanhaiping", report, "amend", "“12月12日”应写明“前”。")
    days.act("wanliqing", plan, "agree")
    days.deliver()
    assert days.steps(CLERK, case) == ["draft_minutes"]
    line = days.line(case, REPORT)
    assert (line.checked, line.checked_by, line.check_remark) == ("amend", "luanhaiping", "“12月12日”应写明“前”。")
    days.record(resolutions.conclude, case, line.id, "会议强调，12月12日前印发方案。")
    days.act(CLERK, case)
    days.deliver()
    assert "12月12日前" in str(days.variables(report)["minutes_extract"])
    assert days.steps("luanhaiping", report) == ["check_extract"]
    days.act("luanhaiping", report, "agree")
    days.act("wanliqing", plan, "agree")
    days.deliver()
    assert days.steps("zhenliyan", case) == ["edit"]
    days.assert_sound()


def test_a_unit_that_checks_too_late_holds_nothing_up_and_its_word_is_not_taken_for_a_later_text(days: Days) -> None:
    report, plan, case = days.to_meeting()
    days.open_meeting(case)
    days.deliberate(case)
    days.resolve(case)
    days.act(CLERK, case)
    days.deliver()
    days.act("wanliqing", plan, "agree")
    days.at("11-27 23:00")
    assert days.steps("zhenliyan", case) == ["edit"]
    days.act("luanhaiping", report, "agree")  # two days late: nobody waits for it any more
    days.deliver()
    days.act("zhenliyan", case, "revise", "补写要求。")
    days.act(CLERK, case)
    days.deliver()
    assert days.steps("luanhaiping", report) == ["check_extract"]
    assert days.line(case, REPORT).checked is None
    days.assert_sound()


def test_minutes_say_something_of_every_item_and_are_signed_by_who_presided(days: Days) -> None:
    report, plan, case = days.to_meeting()
    days.open_meeting(case)
    settings = days.house.meetings
    for line in days.meeting(case).lines:
        days.record(deliberation.open_line, case, line.id, settings=settings)
        for member in (*PRESENT[1:], PRESENT[0]) if line.is_decision else ():
            days.record(deliberation.speak, case, line.id, member, "", "yes", settings=settings)
        days.record(deliberation.close_line, case, line.id, "", None, settings=settings)
    days.act(CLERK, case)
    days.deliver()
    with pytest.raises(ConclusionMissing) as refused:
        days.act(CLERK, case)
    assert refused.value.titles == (REPORT, PLAN)
    for title in (REPORT, PLAN):
        days.record(resolutions.conclude, case, days.line(case, title).id, "同意。")
    days.act(CLERK, case)
    days.deliver()
    days.act("luanhaiping", report, "agree")
    days.act("wanliqing", plan, "agree")
    days.deliver()
    days.act("zhenliyan", case, "agree")
    [item] = days.items("shaoqiheng", case)
    with transaction(days.house.pool) as connection:
        transfer(
            connection, days.office, days.person("shaoqiheng"), item.id, item.version, "yuwenshu", "出差", days.now
        )
    with pytest.raises(NotTheChair):
        days.act("yuwenshu", case, "agree")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (ResolutionFields("印发方案", "XXX", (), "2025-12-12"), "lead_unit"),
        (ResolutionFields("印发方案", "AHB", ("XXX",), "2025-12-12"), "co_units"),
        (ResolutionFields("印发方案", "AHB", ("AHB",), "2025-12-12"), "co_units"),
        (ResolutionFields("印发方案", "AHB", (), "12月12日"), "due_on"),
    ],
)
def test_a_resolution_has_one_unit_in_the_lead_and_a_day(days: Days, fields: ResolutionFields, field: str) -> None:
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case)
    line = days.line(case, REPORT)
    with pytest.raises(LineClosed):
        days.record(resolutions.add_resolution, case, line.id, fields)
    days.record(deliberation.open_line, case, line.id, settings=days.house.meetings)
    with pytest.raises(ResolutionRefused) as refused:
        days.record(resolutions.add_resolution, case, line.id, fields)
    assert refused.value.field == field


def test_resolutions_are_changed_and_taken_back_until_the_minutes_are_signed(days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case)
    days.deliberate(case)
    days.resolve(case)
    first, second = days.meeting(case).all_resolutions[:2]
    days.record(
        resolutions.change_resolution, case, first.id, ResolutionFields("印发值守方案", "AHB", ("ZBS",), "2025-12-10")
    )
    days.record(resolutions.remove_resolution, case, second.id)
    kept = days.meeting(case).all_resolutions
    assert (kept[0].matter, kept[0].co_units) == ("印发值守方案", ("ZBS",))
    assert second.id not in [one.id for one in kept]
    with pytest.raises(NotInHand):
        days.record(resolutions.remove_resolution, case, first.id, by="shaoqiheng")
    days.assert_sound()


def test_a_substitute_records_the_meeting_and_history_names_both(days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case)
    arranged = Arrangement(CLERK, "ranqinghe", days.now, days.now.replace(hour=23), None, "培训")
    with transaction(days.house.pool) as connection:
        substitutions.arrange(connection, days.office, days.person(CLERK), arranged, days.now)
    line = days.line(case, REPORT)
    days.record(deliberation.open_line, case, line.id, settings=days.house.meetings, by="ranqinghe")
    with reading(days.house.pool) as connection:
        told = [one for one in days.office.engine.history(connection, case) if one.kind == "case:recorded"][-1]
    assert (told.actor, told.on_behalf_of) == ("ranqinghe", CLERK)


def test_nothing_is_recorded_in_a_case_that_is_suspended(days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case)
    with transaction(days.house.pool) as connection:
        suspend(connection, days.office, days.person("zhenliyan"), case, "待查", days.now)
    line = days.line(case, REPORT)
    with pytest.raises((CaseSuspended, NotInHand)):
        days.record(deliberation.open_line, case, line.id, settings=days.house.meetings)


def test_the_items_of_a_meeting_that_is_called_off_wait_again(days: Days) -> None:
    report, plan, case = days.to_agenda()
    assert waiting(days) == []
    with transaction(days.house.pool) as connection:
        cancel(connection, days.office, days.person("boruoxi"), case, "本月不开", days.now)
    assert waiting(days) == [report, plan]


def test_no_message_of_a_meeting_is_left_without_whoever_it_is_for(days: Days) -> None:
    report, plan, case = days.to_meeting()
    days.open_meeting(case)
    days.deliberate(case)
    days.resolve(case)
    days.act(CLERK, case)
    days.deliver()
    days.act("luanhaiping", report, "agree")
    days.deliver()
    days.at("11-28 09:30")  # 乙 is not checked in time
    days.act("zhenliyan", case, "agree")
    days.act("shaoqiheng", case, "agree", "同意印发。")
    days.deliver()
    with reading(days.house.pool) as connection:
        states = [instances.get_instance(connection, one).state for one in (report, plan)]
        names = connection.scalars(select(jobs.job.c.name).where(jobs.job.c.kind == jobs.MESSAGE)).all()
    assert states == [InstanceState.COMPLETED] * 2
    assert set(names) == {"decision_taken"}  # which the supervision clerk's flow takes


def test_a_meeting_in_january_is_numbered_in_its_own_year(days: Days) -> None:
    report = days.put_forward_report()
    days.accept(report)
    days.at("12-30 09:00")
    case = days.start(CLERK, "meeting_arrangement", "党委会会议")
    times = {"starts_at": "2026-01-06T09:00", "ends_at": "2026-01-06T11:00", "receipts_due": "2026-01-05T17:00"}
    days.act(CLERK, case, title="党委会会议", meeting_body="党委会", **times)
    held = days.meeting(case)
    days.record(bookings.book, "1", Wish(held.starts_at, held.ends_at, "党委会", 8, case))
    days.convene(case)
    assert days.meeting(case).number == "2026年第1次"


def test_who_has_nothing_in_hand_is_nobody_here(days: Days) -> None:
    _report, _plan, case = days.to_agenda()
    with reading(days.house.pool) as connection:
        found = in_hand.find_actor(connection, days.office, days.person("zhenliyan"), case, in_hand.AGENDA, days.now)
        mine = in_hand.find_actor(connection, days.office, days.person(CLERK), case, in_hand.AGENDA, days.now)
    assert found is None
    assert mine is not None
    assert mine.username == CLERK
