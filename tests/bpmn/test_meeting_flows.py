"""The flows 议题 and 会议 as drawn: lasting ids, whole diagrams, somebody for every step, the order of practice, messages."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

from engine.process import Activity, Process
from engine.spiff import reader, xml
from workflows.catalogue import KINDS
from workflows.organisation.posts import POSTS

BPMN = Path(__file__).parents[2] / "bpmn"
KEYS = ("agenda_item", "meeting_arrangement", "meeting_record_reading")
NAMESPACES = {
    "di": xml.BPMNDI,
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "waypoint": "http://www.omg.org/spec/DD/20100524/DI",
}
Bounds = tuple[float, float, float, float]
ORDER = {
    "agenda_item": "起草议题 部门负责人签字 会签、合规审查 分管领导意见 办公室初审 主要负责人审定 审阅会议材料 核对纪要",
    "meeting_arrangement": """会议筹备 拟定议程、预订会议室 发会议通知 会议回执 请假审批 签到 会议议事 起草纪要 核稿
        签发纪要 印发纪要 签收纪要 会议记录归存""",
    "meeting_record_reading": "填写查阅事由 审批",
}
THROWN = {
    "agenda_item": {"纪要核对结果"},
    "meeting_arrangement": {"议题列入会议", "议题已上会", "纪要送核对", "decision_taken", "纪要已印发"},
}
CAUGHT = {
    "agenda_item": {"议题列入会议", "议题已上会", "纪要送核对", "纪要已印发"},
    "meeting_arrangement": {"纪要核对结果"},
}


def root(key: str) -> etree._Element:
    return etree.parse(BPMN / key / f"{key}.bpmn").getroot()


def process(key: str) -> Process:
    return reader.read_process(reader.read_models({f"{key}.bpmn": (BPMN / key / f"{key}.bpmn").read_bytes()}), key)


def tasks(key: str) -> list[Activity]:
    return [one for one in process(key).activities.values() if one.element == "userTask"]


def shapes(key: str) -> dict[str, Bounds]:
    found = {}
    for shape in root(key).iterfind(".//di:BPMNShape", NAMESPACES):
        bounds = shape.find("dc:Bounds", NAMESPACES)
        x, y, width, height = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
        found[shape.get("bpmnElement")] = (x, y, x + width, y + height)
    return found


def edges(key: str) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    for edge in root(key).iterfind(".//di:BPMNEdge", NAMESPACES):
        points = [(float(one.get("x")), float(one.get("y"))) for one in edge.iterfind("waypoint:waypoint", NAMESPACES)]
        yield edge.get("bpmnElement"), points


def around(of: Process, node: str) -> set[str]:
    """Return a node, what it stands in, and what it is attached to."""
    found = {node}
    while (activity := of.activities.get(node)) is not None and activity.container != of.key:
        node = activity.container
        found.add(node)
    return found


def meets(line: tuple[tuple[float, float], tuple[float, float]], box: Bounds) -> bool:
    (x1, y1), (x2, y2) = line
    left, top, right, bottom = box
    return max(x1, x2) > left + 1 and min(x1, x2) < right - 1 and max(y1, y2) > top + 1 and min(y1, y2) < bottom - 1


@pytest.mark.parametrize("key", KEYS)
def test_ids_are_english_snake_case_and_names_chinese(key: str) -> None:
    of = process(key)
    for activity in of.activities.values():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", activity.id)
        if activity.element != "exclusiveGateway":
            assert re.search(r"[\u4e00-\u9fff]", activity.name), activity.id
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", flow.id) for flow in of.flows)


@pytest.mark.parametrize("key", KEYS)
def test_everything_is_drawn(key: str) -> None:
    of = process(key)
    assert set(of.activities) <= set(shapes(key))
    assert {name for name, _points in edges(key)} == {flow.id for flow in of.flows}


@pytest.mark.parametrize("key", KEYS)
def test_no_two_nodes_overlap_but_those_of_which_one_stands_in_the_other(key: str) -> None:
    of = process(key)
    drawn = {name: bounds for name, bounds in shapes(key).items() if name in of.activities}
    for (one, a), (other, b) in combinations(drawn.items(), 2):
        related = other in around(of, one) or one in around(of, other)
        attached = of.activities[one].element == "boundaryEvent" or of.activities[other].element == "boundaryEvent"
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart or related or attached, (one, other)


@pytest.mark.parametrize("key", KEYS)
def test_no_flow_is_drawn_through_a_node(key: str) -> None:
    of = process(key)
    flows = {flow.id: flow for flow in of.flows}
    drawn = {name: bounds for name, bounds in shapes(key).items() if name in of.activities}
    for name, points in edges(key):
        own = around(of, flows[name].source) | around(of, flows[name].target)
        for node, box in drawn.items():
            assert node in own or not any(meets(line, box) for line in pairwise(points)), (name, node)


@pytest.mark.parametrize(
    ("key", "task"), [(key, one) for key in KEYS for one in tasks(key)], ids=lambda one: getattr(one, "id", one)
)
def test_a_step_has_a_kind_somebody_a_lane_and_a_time(key: str, task: Activity) -> None:
    assert task.kind in KINDS
    assert task.assignee or task.candidate_groups
    assert set(task.candidate_groups) <= set(POSTS)
    assert task.lane
    assert task.due


@pytest.mark.parametrize("key", KEYS)
def test_every_decision_has_a_name_on_its_button(key: str) -> None:
    for task in tasks(key):
        for decision in task.decisions:
            assert re.search(r"[\u4e00-\u9fff]", decision.label), (task.id, decision)


@pytest.mark.parametrize("key", KEYS)
def test_the_steps_come_in_the_order_of_practice(key: str) -> None:
    """议题: signed by the head, consulted about, 分管领导, 初审, 审定; 会议: receipts, 签到, 纪要 edited, signed, issued."""
    of = process(key)
    passed, ahead = [], [of.start.id]
    while ahead:
        node = ahead.pop(0)
        if node in passed:
            continue
        passed.append(node)
        inside = [one.id for one in of.activities.values() if one.container == node and one.element == "startEvent"]
        ahead = inside + [flow.target for flow in of.outgoing(node)] + ahead
    names = {one.id: one.name for one in tasks(key)}
    assert [names[one] for one in passed if one in names] == ORDER[key].split()


@pytest.mark.parametrize("key", ["agenda_item", "meeting_arrangement"])
def test_the_messages_between_them_fit_together(key: str) -> None:
    events = [
        one for one in process(key).activities.values() if one.trigger is not None and one.trigger.kind == "message"
    ]
    thrown = {one.trigger.name for one in events if one.element == "intermediateThrowEvent" and one.trigger}
    caught = {one.trigger.name for one in events if one.element != "intermediateThrowEvent" and one.trigger}
    assert thrown == THROWN[key]
    assert caught == CAUGHT[key]


def test_a_resolution_is_told_with_all_that_the_supervision_clerk_needs() -> None:
    event = process("meeting_arrangement").activity("decision_taken")
    told = {one.name for one in event.inputs}
    assert told == set(
        "title matter lead_unit co_units due_on source_case source_kind source_number decision_no".split()
    )


def test_nothing_is_decided_by_a_timer() -> None:
    """Time runs out for receipts and for checking the minutes, never for leave, votes or the signature."""
    for key in KEYS:
        of = process(key)
        timed = {
            one.attached_to for one in of.activities.values() if one.trigger is not None and one.trigger.kind == "timer"
        }
        assert timed <= {"receipts", "check_minutes"}
