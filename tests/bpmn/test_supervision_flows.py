"""The flows of supervision as drawn: lasting ids, everything in its place, somebody for every step, the order of practice."""

import re
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.process import Activity
from engine.spiff import reader, xml
from workflows.catalogue import KINDS
from workflows.organisation.posts import POSTS

BPMN = Path(__file__).parents[2] / "bpmn"
KEYS = ("supervision", "task_assignment")
ROOTS = {key: etree.parse(BPMN / key / f"{key}.bpmn").getroot() for key in KEYS}
PROCESSES = {
    key: reader.read_process(reader.read_models({f"{key}.bpmn": (BPMN / key / f"{key}.bpmn").read_bytes()}), key)
    for key in KEYS
}
NAMESPACES = {
    "di": xml.BPMNDI,
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "way": "http://www.omg.org/spec/DD/20100524/DI",
}
Box = tuple[float, float, float, float]
TASKS = [(key, one) for key in KEYS for one in PROCESSES[key].activities.values() if one.element == "userTask"]
ONWARD = {"agree", "submit", "pass", "accept", "propose"}


def shapes(key: str) -> dict[str, Box]:
    found = {}
    for shape in ROOTS[key].iterfind(".//di:BPMNShape", NAMESPACES):
        bounds = shape.find("dc:Bounds", NAMESPACES)
        x, y, width, height = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
        found[shape.get("bpmnElement")] = (x, y, x + width, y + height)
    return found


def around(key: str, activity: str) -> set[str]:
    """The subprocesses that an activity stands in, and itself."""
    found, known = set(), PROCESSES[key].activities
    while activity in known:
        found.add(activity)
        activity = known[activity].container
    return found


@pytest.mark.parametrize("key", KEYS)
def test_ids_are_english_snake_case_and_names_chinese(key: str) -> None:
    assert PROCESSES[key].key == key
    for activity in PROCESSES[key].activities.values():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", activity.id)
        told_by_others = activity.element.endswith("Gateway") or activity.id.endswith("_start")
        if not told_by_others and activity.id != "part_sent":
            assert re.search(r"[\u4e00-\u9fff]", activity.name), activity.id
    for flow in PROCESSES[key].flows:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", flow.id)


@pytest.mark.parametrize("key", KEYS)
def test_everything_is_drawn_and_nothing_lies_over_something_else(key: str) -> None:
    drawn = {name: box for name, box in shapes(key).items() if name in PROCESSES[key].activities}
    assert set(drawn) == set(PROCESSES[key].activities)
    edges = {edge.get("bpmnElement") for edge in ROOTS[key].iterfind(".//di:BPMNEdge", NAMESPACES)}
    assert edges == {flow.id for flow in PROCESSES[key].flows}
    attached = {(one.id, one.attached_to) for one in PROCESSES[key].activities.values() if one.attached_to}
    for (one, a), (other, b) in combinations(drawn.items(), 2):
        if (one, other) in attached or (other, one) in attached:
            continue
        if one in around(key, other) or other in around(key, one):
            inner, outer = (a, b) if other in around(key, one) else (b, a)
            assert all(inner[side] > outer[side] for side in (0, 1)), (one, other)
            assert all(inner[side] < outer[side] for side in (2, 3)), (one, other)
        else:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (one, other)


@pytest.mark.parametrize("key", KEYS)
def test_no_line_runs_through_a_node(key: str) -> None:
    drawn = {name: box for name, box in shapes(key).items() if name in PROCESSES[key].activities}
    flows = {flow.id: flow for flow in PROCESSES[key].flows}
    for edge in ROOTS[key].iterfind(".//di:BPMNEdge", NAMESPACES):
        flow = flows[edge.get("bpmnElement")]
        points = [(float(one.get("x")), float(one.get("y"))) for one in edge.iterfind("way:waypoint", NAMESPACES)]
        source = PROCESSES[key].activities[flow.source]
        allowed = {flow.source, flow.target, source.attached_to} | around(key, flow.source)
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2, flow.id
            for name, box in drawn.items():
                if name in allowed:
                    continue
                clear = max(x1, x2) <= box[0] or min(x1, x2) >= box[2] or max(y1, y2) <= box[1] or min(y1, y2) >= box[3]
                assert clear, (flow.id, name)


@pytest.mark.parametrize(("key", "task"), TASKS, ids=lambda one: one if isinstance(one, str) else one.id)
def test_a_step_has_a_kind_somebody_a_lane_and_a_limit(key: str, task: Activity) -> None:
    assert task.kind in KINDS
    assert task.assignee or task.candidate_groups
    assert set(task.candidate_groups) <= set(POSTS)
    assert task.lane
    assert task.due or task.id == "go_on", "only a pause has no end"
    for decision in task.decisions:
        assert decision.value == "submit" or re.search(r"[\u4e00-\u9fff]", decision.label), (task.id, decision)


def way(key: str, node: str) -> list[str]:
    """The names of the steps on the way that nobody refuses; a subprocess is one step."""
    process: Any = PROCESSES[key]
    names = []
    for _ in range(100):
        activity = process.activity(node)
        if activity.element in ("userTask", "subProcess"):
            names.append(activity.name)
        if activity.element == "endEvent":
            return [*names, activity.name]
        outgoing = process.outgoing(node)
        asked = [flow for flow in outgoing if reader.decision_asked(flow) in ONWARD]
        default = [flow for flow in outgoing if flow.is_default]
        node = (asked or default or outgoing)[0].target
    raise AssertionError(node)


def test_a_matter_takes_the_steps_of_practice() -> None:
    """待立项 → 拟办 → 立项审批 → 交办 → 签收 → 办理 with 反馈 → 办结申请 → 审核 → 批示人审阅 → 销号."""
    assert (
        way("supervision", "start")
        == """待立项 拟办 办公室主任审核 立项审批 签收 办理 办结审核 批示人审阅 销号 已销号""".split()
    )
    inside = [one.name for one in PROCESSES["supervision"].activities.values() if one.container == "handling"]
    assert {"办理", "办结申请审签", "本期反馈"} <= set(inside)


def test_a_task_is_given_received_done_and_accepted() -> None:
    assert way("task_assignment", "start") == "交办 签收 办理 验收 办结".split()
