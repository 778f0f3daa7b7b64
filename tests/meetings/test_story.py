"""The acceptance story, part C: 议题 and 党委会, from 2025-11-10 to 11-28, in its dates and words; on both databases."""

import pytest
from sqlalchemy import select

from app.house import House
from app.transaction import reading, transaction
from engine.model import InstanceState
from engine.persistence import instances
from tests.meetings.days import CLERK, MEMBERS, PLAN, PRESENT, REPORT, Days, moment
from tests.office import SYSTEM, flow_files
from workflows import definitions
from workflows.errors import CaseNotVisible
from workflows.links.records import case_link
from workflows.meeting_arrangement import deliberation, record_keeping
from workflows.meeting_arrangement.errors import (
    ConsentsMissing,
    HeadSpeaksLast,
    RecordMissing,
    RecordNotReadable,
    RoomNotBooked,
)
from workflows.meeting_arrangement.records import record_reading
from workflows.meeting_arrangement.tally import Counts, Outcome
from workflows.rooms.errors import RoomTaken
from workflows.visibility import sees

INTAKE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="file" targetNamespace="https://example.org/bpmn">
<bpmn:message id="taken" name="decision_taken" />
<bpmn:process id="intake" name="待立项" isExecutable="true">
  <bpmn:startEvent id="start"><bpmn:messageEventDefinition messageRef="taken" /></bpmn:startEvent>
  <bpmn:userTask id="consider" name="待立项" camunda:assignee="linxiaozhou" />
  <bpmn:endEvent id="end" />
  <bpmn:sequenceFlow id="to_consider" sourceRef="start" targetRef="consider" />
  <bpmn:sequenceFlow id="to_end" sourceRef="consider" targetRef="end" />
</bpmn:process></bpmn:definitions>""".encode()


def test_the_story_from_the_first_item_to_the_minutes(house: House) -> None:
    days = Days(house)
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, {"intake.bpmn": INTAKE}, days.now)

    report, plan, case = days.to_agenda()
    held = days.meeting(case)
    assert [one.title for one in held.lines] == ["第一议题（由党群工作部按当期公开报道填写）", REPORT, PLAN]
    assert [one.category for one in held.lines] == ["第一议题", "汇报类", "决策类"]

    days.book(case)
    with pytest.raises(RoomTaken):
        days.book(case, by="suiyiming")
    days.convene(case)
    assert days.meeting(case).number == "2025年第21次"
    assert days.variables(plan)["discussed_in"] == "党委会2025年第21次会议"
    assert "1208" in str(days.variables(plan)["room_name"])

    days.answer(case)
    away = days.meeting(case).find_seat("miaoyuanchuan")
    assert away is not None
    assert (away.leave, away.leave_by, away.answer_reason) == ("granted", "shaoqiheng", "赴砚江热电现场")

    days.open_meeting(case)
    held = days.meeting(case)
    assert (len(held.due), len(held.there)) == (7, 6)

    days.deliberate(case)
    decided, noted = days.line(case, PLAN), days.line(case, REPORT)
    assert noted.outcome is Outcome.NOTED
    assert noted.counts is None
    assert (decided.outcome, decided.counts) == (Outcome.PASSED, Counts(yes=5, no=0, abstain=1))
    assert [one.person for one in days.meeting(case).stands[decided.id]][-1] == "shaoqiheng"
    assert [one.person for one in days.meeting(case).written[decided.id]] == ["miaoyuanchuan"]
    assert days.variables(plan)["outcome"] == "passed"

    days.at("11-26 09:00")
    days.resolve(case)
    days.act(CLERK, case)
    days.deliver()
    assert str(days.variables(report)["minutes_extract"]).splitlines() == [
        REPORT,
        "会议听取了汇报。",
        "会议强调，节日安全不能放假。",
        "议定：印发节日值守方案（责任单位：安全环保部；完成时限：2025年12月12日）",
        "议定：完成所属企业节前检查和整改（责任单位：安全环保部；完成时限：2026年2月13日）",
    ]
    days.act("luanhaiping", report, "agree")
    days.act("wanliqing", plan, "agree")
    days.deliver()
    days.at("11-27 09:00")
    days.act("zhenliyan", case, "agree")
    days.at("11-28 09:00")
    days.act("shaoqiheng", case, "agree", "同意印发。")
    held = days.meeting(case)
    assert (held.issue, held.signed_on) == ("第21期", "2025-11-28")
    assert "出席：邵启衡、郁文澍、仇敬安、祁守拙、卞从周、阮知微" in held.minutes_text
    assert "请假：缪远川" in held.minutes_text
    assert "列席：栾海平（第二项）；万里晴、宗怀谷、佟雪岭（第三项）" in held.minutes_text
    assert "弃权" not in held.minutes_text

    days.deliver()
    taken = sorted(map(days.variables, days.cases_of("intake")), key=lambda one: str(one["decision_no"]))
    assert [(one["matter"], one["lead_unit"], one["due_on"], one["decision_no"]) for one in taken] == [
        ("印发节日值守方案", "AHB", "2025-12-12", 1),
        ("完成所属企业节前检查和整改", "AHB", "2026-02-13", 2),
        ("完成走访慰问", "DQB", "2026-02-10", 3),
        ("核清党费列支渠道", "CWB", "2025-12-03", 4),
    ]
    assert {one["source_number"] for one in taken} == {"党委会纪要2025年第21期"}
    assert {(one["source_case"], one["source_kind"], tuple(one["co_units"])) for one in taken} == {  # type: ignore[arg-type]
        (case, "meeting", ())
    }
    assert held.minutes_title == "中共沐原能源集团有限公司委员会会议纪要"
    days.dispatch(case)
    with pytest.raises(RecordMissing):
        days.act(CLERK, case)
    days.close(case)
    days.receive(case)
    with reading(house.pool) as connection:
        states = {instances.get_instance(connection, one).state for one in (report, plan, case)}
        links = {(one.source_id, one.target_id, one.relation) for one in connection.execute(select(case_link)).all()}
    assert states == {InstanceState.COMPLETED}
    assert links == {(report, case, "discussed_at"), (plan, case, "discussed_at")}
    days.assert_sound()


def test_each_resolution_becomes_a_candidate_of_supervision_and_starts_none_by_itself(house: House) -> None:
    """D1: 蔺晓舟 has four 待立项, each tied to the meeting."""
    days = Days(house)
    with transaction(house.pool) as connection:
        for key in ("task_assignment", "supervision"):
            definitions.deploy_as(connection, house.office, SYSTEM, flow_files(key), days.now)
    report, plan, case = days.to_meeting()
    days.open_meeting(case)
    days.deliberate(case)
    days.resolve(case)
    days.act(CLERK, case)
    days.deliver()
    days.act("luanhaiping", report, "agree")
    days.act("wanliqing", plan, "agree")
    days.deliver()
    days.act("zhenliyan", case, "agree")
    days.act("shaoqiheng", case, "agree", "同意印发。")
    days.deliver()
    candidates = days.cases_of("supervision")
    assert [len(days.items("linxiaozhou", one)) for one in candidates] == [1] * 4
    with reading(house.pool) as connection:
        tied = connection.execute(select(case_link).where(case_link.c.source_id == case)).all()
    assert {one.target_id for one in tied} == set(candidates)
    days.assert_sound()


def test_an_item_that_costs_money_does_not_pass_without_finance_and_compliance(house: House) -> None:
    """C3, C4: sent back straight to whoever signs, then passed; what is missing is named."""
    days = Days(house)
    plan = days.put_forward_plan()
    with pytest.raises(ConsentsMissing) as refused:
        days.act("zhenliyan", plan, "pass")
    assert refused.value.missing == ("finance", "compliance", "leader")
    days.mend_plan(plan)
    assert days.steps("zhenliyan", plan) == ["preliminary_review"]
    days.act("zhenliyan", plan, "pass")
    assert days.steps("shaoqiheng", plan) == ["principal_decision"]
    days.assert_sound()


def test_what_a_unit_can_settle_itself_goes_to_no_meeting(house: House) -> None:
    """C5: 「采购比价」 is refused, and appears on no agenda."""
    days = Days(house)
    report = days.put_forward_report()
    days.accept(report)
    price = days.start("gexingyao", "agenda_item", "关于采购比价结果的汇报")
    given = {
        "category": "汇报类",
        "three_major": "不属于",
        "reporter": "shiyanqiu",
        "report_minutes": 5,
        "summary": "比价。",
    }
    days.act("gexingyao", price, title="关于采购比价结果的汇报", responsible_leader="miaoyuanchuan", **given)
    days.act("shiyanqiu", price, "agree")
    days.act("miaoyuanchuan", price, "agree")
    days.act("zhenliyan", price, "pass")
    days.act("shaoqiheng", price, "reject", "部门职权内事项，不上会")
    case = days.arrange()
    assert [one.item_case for one in days.meeting(case).lines] == [None, report]
    with reading(house.pool) as connection:
        assert instances.get_instance(connection, price).state is InstanceState.COMPLETED
    days.assert_sound()


def test_no_notice_goes_out_without_a_room(house: House) -> None:
    days = Days(house)
    _report, _plan, case = days.to_agenda()
    days.act(CLERK, case)
    with pytest.raises(RoomNotBooked):
        days.act(CLERK, case)
    days.book(case)
    days.act(CLERK, case)


def test_papers_are_seen_by_members_and_by_who_comes_in_for_that_item_alone(house: House) -> None:
    """C6, C8, part G: nobody else sees the papers of 乙."""
    days = Days(house)
    report, plan, case = days.to_agenda()
    seen = lambda username, one: in_sight(days, username, one)  # noqa: E731
    assert not seen("qishouzhuo", plan)
    days.book(case)
    days.convene(case)
    assert all(seen(one, plan) and seen(one, report) for one in MEMBERS)
    assert [seen(one, plan) for one in ("wanliqing", "zonghuaigu", "tongxueling")] == [True] * 3
    assert not seen("luanhaiping", plan)
    assert not seen("tongxueling", report)
    assert [seen(one, case) for one in ("luanhaiping", "zonghuaigu")] == [False, False]
    assert not any(seen(one, other) for one in ("gexingyao", "jiziheng") for other in (report, plan, case))


def test_who_presides_speaks_last(house: House) -> None:
    days = Days(house)
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case)
    settings = house.meetings
    plan = days.line(case, PLAN)
    days.record(deliberation.open_line, case, plan.id, settings=settings)
    with pytest.raises(HeadSpeaksLast):
        days.record(deliberation.speak, case, plan.id, "shaoqiheng", "同意", "yes", settings=settings)
    for member in (*PRESENT[1:], PRESENT[0]):
        days.record(deliberation.speak, case, plan.id, member, "同意", "yes", settings=settings)
    assert len(days.meeting(case).stands[plan.id]) == 6


def test_the_full_record_is_read_with_permission_and_who_asked_and_allowed_is_kept(house: House) -> None:
    """C10: 会议记录另存，查阅须批准."""
    days = Days(house)
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case)
    days.record(record_keeping.keep_record, case, "阮知微：列支渠道先核清。")
    days.deliberate(case)
    with pytest.raises(RecordNotReadable):
        days.record(record_keeping.read_record, case, house.meetings, by="zhenliyan")
    asked = days.start("zhenliyan", "meeting_record_reading", "查阅党委会会议记录", source=case)
    assert days.variables(asked)["meeting_number"] == "党委会2025年第21次会议"
    days.act("zhenliyan", asked, title="查阅党委会会议记录", purpose="核对列支渠道的意见")
    days.act("shaoqiheng", asked, "agree", "准予查阅。")
    read = days.record(record_keeping.read_record, case, house.meetings, by="zhenliyan")
    assert read.text == "阮知微：列支渠道先核清。"
    with transaction(house.pool) as connection:
        told = [
            one
            for one in house.office.engine.history(connection, "office:readings:zhenliyan")
            if one.kind == record_keeping.READ
        ]
        kept = connection.execute(select(record_reading)).one()
    assert [(one.actor, one.data["instance"]) for one in told] == [("zhenliyan", case)]
    assert (kept.person, kept.purpose, kept.allowed, kept.decided_by) == (
        "zhenliyan",
        "核对列支渠道的意见",
        True,
        "shaoqiheng",
    )
    days.at("12-10 09:00")
    with pytest.raises(RecordNotReadable):
        days.record(record_keeping.read_record, case, house.meetings, by="zhenliyan")
    with pytest.raises(CaseNotVisible):
        days.record(record_keeping.read_record, case, house.meetings, by="gexingyao")
    days.assert_sound()


def in_sight(days: Days, username: str, case: str) -> bool:
    person = days.person(username)
    with reading(days.house.pool) as connection:
        return sees(connection, person, case, moment("11-24 09:00"))
