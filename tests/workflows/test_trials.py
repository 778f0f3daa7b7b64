"""用历史试: what past cases were given is handed to a draft; it fits, goes another way, or comes to no end."""

import re

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.errors import DefinitionRefused, NobodyToAct
from engine.persistence import work_items
from engine.trial import GOES_ON
from tests.drafting import changed, drafted, turning
from tests.office import BETWEEN, BODY, DRAFT, MORNING, Desk, flow_files
from tests.workflows.test_director_adds_a_step import SYSTEM_OF_RULES, redrawn
from tests.workflows.test_walks import limited
from workflows.errors import PostRequired
from workflows.operations import send_back
from workflows.trials.differences import ADDED, INSTEAD, MISSING, differences
from workflows.trials.past import DIVERGES, FITS, STUCK, PastTrial, try_on_the_past

NOBODY = 'camunda:assignee="${head_of(title)}"'


def finished(house: House, title: str, after: int) -> Desk:
    desk = Desk(house, MORNING + after * BETWEEN / 10, title=title)
    desk.to_the_end()
    return desk


def tried(desk: Desk, most: int = 20, username: str = "zhenliyan") -> PastTrial:
    with reading(desk.house.pool) as connection:
        return try_on_the_past(connection, desk.house.office, desk.person(username), desk.instance_id, most, desk.now)


def without_leader() -> dict[str, bytes]:
    """The files of 发文 without 分管领导审签."""
    files = flow_files()
    model = files["outgoing_document.bpmn"].decode()
    for element, name in (("userTask", "leader_review"), ("exclusiveGateway", "leader_decision")):
        model = re.sub(rf'<bpmn:{element} id="{name}".*?</bpmn:{element}>', "", model, flags=re.DOTALL)
        model = model.replace(f"<bpmn:flowNodeRef>{name}</bpmn:flowNodeRef>", "")
        model = re.sub(
            rf'<bpmndi:BPMNShape [^>]*bpmnElement="{name}".*?</bpmndi:BPMNShape>', "", model, flags=re.DOTALL
        )
    for name in ("to_leader_decision", "leader_agrees", "leader_returns"):
        model = re.sub(rf'<bpmn:sequenceFlow id="{name}"[^>]*?/>', "", model)
        model = re.sub(rf'<bpmn:sequenceFlow id="{name}".*?</bpmn:sequenceFlow>', "", model, flags=re.DOTALL)
        model = re.sub(rf'<bpmndi:BPMNEdge [^>]*bpmnElement="{name}".*?</bpmndi:BPMNEdge>', "", model, flags=re.DOTALL)
        model = re.sub(rf"<bpmn:(incoming|outgoing)>{name}</bpmn:(incoming|outgoing)>", "", model)
    model = model.replace('targetRef="leader_review"', 'targetRef="appoint_signatory"')
    return {**files, "outgoing_document.bpmn": model.encode()}


def test_cases_that_meet_the_condition_of_a_new_step_go_another_way_and_the_others_fit(house: House) -> None:
    titles = [SYSTEM_OF_RULES, Desk(house).title, SYSTEM_OF_RULES, Desk(house).title, SYSTEM_OF_RULES]
    for place, title in enumerate(titles):
        finished(house, title, place)
    desk = drafted(house, redrawn())
    trial = tried(desk)
    assert [trial.count(one) for one in (FITS, DIVERGES, STUCK)] == [2, 3, 0]
    assert [one.case.title for one in trial.outcomes] == titles[::-1]
    for one in trial.outcomes:
        if one.result == FITS:
            assert (one.before, one.differences, one.assumed) == (one.after, (), ())
        else:
            [place] = one.differences
            assert (place.kind, place.after, place.follows) == (ADDED, ("compliance_review",), "edit")
            assert (one.after - one.before, one.assumed) == (1, ("compliance_review",))
    assert trial.names["compliance_review"] == "合规审查"
    assert trial.marks == {DIVERGES: {"compliance_review": 3}, STUCK: {}}
    assert len(tried(desk, 5).outcomes) == 5
    assert [one.case.title for one in tried(desk, 2).outcomes] == titles[:-3:-1]


def test_a_draft_that_finds_nobody_for_a_step_makes_the_case_stuck_there(house: House) -> None:
    finished(house, SYSTEM_OF_RULES, 0)
    finished(house, Desk(house).title, 1)
    desk = drafted(house, changed('camunda:candidateGroups="compliance_reviewer"', NOBODY, redrawn()))
    fits, stuck = tried(desk).outcomes
    assert (fits.result, stuck.result) == (FITS, STUCK)
    assert stuck.stuck is not None
    assert (stuck.stuck.activity_id, stuck.stuck.reason) == ("compliance_review", NobodyToAct.__name__)
    assert tried(desk).marks == {DIVERGES: {}, STUCK: {"compliance_review": 1}}


def test_people_who_have_left_since_do_not_make_an_old_step_stuck(sqlite_house: House) -> None:
    finished(sqlite_house, Desk(sqlite_house).title, 0)
    desk = drafted(sqlite_house, changed("办公室主任审核", "办公室负责人审核"))
    with transaction(sqlite_house.pool) as connection:
        connection.exec_driver_sql("update holding set post = 'unit_head' where post = 'document_secretary'")
    assert [one.result for one in tried(desk).outcomes] == [FITS]


def test_a_step_that_was_taken_out_is_missing_and_the_rest_goes_on(sqlite_house: House) -> None:
    finished(sqlite_house, Desk(sqlite_house).title, 0)
    without = without_leader()
    desk = drafted(sqlite_house, without)
    [one] = tried(desk).outcomes
    [place] = one.differences
    assert (one.result, place.kind, place.before, one.assumed) == (DIVERGES, MISSING, ("leader_review",), ())
    assert one.after == one.before - 1


def test_what_was_refused_sent_back_and_taken_back_fits_the_flow_it_ran_on(house: House) -> None:
    desk = Desk(house)
    desk.start(title=desk.title)
    desk.act("gexingyao", "submit", **{**DRAFT, "title": desk.title})
    desk.act("shiyanqiu", "revise", "请补充依据。")
    desk.act("gexingyao", "submit", title=desk.title)
    back_to_draft(desk, "shiyanqiu")
    desk.act("gexingyao", "submit", title=desk.title)
    take_back(desk, "gexingyao", "draft")
    desk.act("gexingyao", "submit", title=desk.title)
    desk.act("shiyanqiu", "agree")
    desk.act("ranqinghe", "agree", document_type="通知", main_recipients="各所属企业，总部各部门")
    desk.act("zhenliyan", "agree")
    desk.act("miaoyuanchuan", "agree")
    desk.act("qiujingan", "agree", "同意印发。")
    desk.act("shaxiaoman", "pass", title=desk.title, body=BODY)
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])
    desk.act("quanning", "submit")
    desk.act("gexingyao", "pass", "校对无误。")
    desk.act("quanning", "submit")
    desk.act("quanning", "submit", sealed_copies=19, seal_basis="签发意见", seal_supervisor="quanning")
    desk.act("shaxiaoman", "submit", dispatched_on="2025-11-14", retention="10年")
    desk.receive("tanzhixing")
    change = drafted(house, redrawn())
    [one] = tried(change).outcomes
    assert (one.result, one.differences, one.before, one.after) == (FITS, (), one.after, one.before)


def back_to_draft(desk: Desk, username: str) -> None:
    desk.now += BETWEEN
    [item] = desk.open_items(username)
    with transaction(desk.house.pool) as connection:
        given = item.id, item.version, "draft", "请核对。", desk.now
        send_back.send_back(connection, desk.house.office, desk.person(username), *given)


def take_back(desk: Desk, username: str, step: str) -> None:
    with transaction(desk.house.pool) as connection:
        done = [one for one in work_items.list_of_instance(connection, desk.instance_id) if one.activity_id == step]
        last = done[-1]
        given = last.id, last.version, "", desk.now
        send_back.withdraw(connection, desk.house.office, desk.person(username), *given)


def test_ways_are_told_apart_by_what_was_added_left_out_and_taken_instead() -> None:
    assert differences(("a", "b"), ("a", "b")) == ()
    [added] = differences(("a", "b"), ("a", "x", "b"))
    [missing] = differences(("a", "b", "c"), ("a", "c"))
    [instead] = differences(("a", "b", "c"), ("a", "x", "c"))
    assert [(one.kind, one.before, one.after, one.follows) for one in (added, missing, instead)] == [
        (ADDED, (), ("x",), "a"),
        (MISSING, ("b",), (), "a"),
        (INSTEAD, ("b",), ("x",), "a"),
    ]


def test_a_step_with_a_limit_in_working_time_passes_at_once_where_nobody_has_ever_done_it(house: House) -> None:
    finished(house, SYSTEM_OF_RULES, 0)
    [one] = tried(drafted(house, limited())).outcomes
    assert (one.result, one.assumed) == (DIVERGES, ("compliance_review",))
    assert [place.after for place in one.differences] == [("compliance_review",)]


def test_a_new_limit_on_an_old_step_fires_where_it_once_took_longer(sqlite_house: House) -> None:
    finished(sqlite_house, Desk(sqlite_house).title, 0)
    limit = """<bpmn:boundaryEvent id="director_late" name="主任未审" attachedToRef="director_review"><bpmn:timerEventDefinition>
      <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:userTask id="deputy_review" name="副主任审核" camunda:candidateGroups="process_administrator" />
    <bpmn:exclusiveGateway id="director_decision"
    """
    flows = """<bpmn:sequenceFlow id="to_deputy" sourceRef="director_late" targetRef="deputy_review" />
    <bpmn:sequenceFlow id="deputy_agrees" sourceRef="deputy_review" targetRef="leader_review" />
    <bpmn:sequenceFlow id="director_agrees\""""
    lane = "<bpmn:flowNodeRef>director_review</bpmn:flowNodeRef>"
    for limited_to, results in (("PT10M", ("deputy_review",)), ("PT2H", ())):
        files = changed('<bpmn:exclusiveGateway id="director_decision"', limit.format(limited_to).strip())
        files = changed('<bpmn:sequenceFlow id="director_agrees"', flows, files)
        nodes = ("director_late", "deputy_review")
        files = changed(lane, lane + "".join(f"<bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>" for one in nodes), files)
        [one] = tried(drafted(sqlite_house, files)).outcomes
        assert tuple(step for place in one.differences for step in place.after) == results


def test_a_draft_with_errors_is_not_tried(sqlite_house: House) -> None:
    desk = drafted(sqlite_house, changed('targetRef="leader_review"', 'targetRef="nowhere"'))
    with pytest.raises(DefinitionRefused):
        tried(desk)


def test_only_who_draws_flows_tries_them(sqlite_house: House) -> None:
    desk = drafted(sqlite_house, redrawn())
    with pytest.raises(PostRequired):
        tried(desk, username="gexingyao")


def test_a_draft_that_goes_round_without_end_is_given_up(sqlite_house: House) -> None:
    finished(sqlite_house, Desk(sqlite_house).title, 0)
    desk = drafted(sqlite_house, turning())
    [one] = tried(desk).outcomes
    assert one.result == STUCK
    assert one.stuck is not None
    assert one.stuck.reason == GOES_ON
