"""The flows of documents as drawn: complete, legible, with somebody for every step."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

from engine.process import Process
from engine.spiff import reader, xml
from workflows.catalogue import KINDS
from workflows.organisation.posts import POSTS

BPMN = Path(__file__).parents[2] / "bpmn"
NAMESPACES = {
    "di": xml.BPMNDI,
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "dd": "http://www.omg.org/spec/DD/20100524/DI",
}
STEPS = {
    "outgoing_document": (
        "起草 部门负责人审核 部门会签 会签意见采纳 核稿 办公室主任审核 分管领导审签 签发 复核 "
        "登记编号 排版 校对 印制 用印登记 核发 签收"
    ),
    "internal_submission": (
        "起草 部门负责人审核 部门会签 会签意见采纳 办公室主任审核 分管领导批示 主要负责人批示 办理 反馈 批示人阅知"
    ),
    "seal_use": "填写申请 部门负责人审核 办公室主任审批 分管领导审批 用印登记",
}
ONWARD = {"agree", "submit", "pass"}
Box = tuple[float, float, float, float]


def process_of(key: str) -> Process:
    models = reader.read_models({f"{key}.bpmn": (BPMN / key / f"{key}.bpmn").read_bytes()})
    return reader.read_process(models, key)


def root_of(key: str) -> etree._Element:
    return etree.parse(BPMN / key / f"{key}.bpmn").getroot()


def boxes(key: str) -> dict[str, Box]:
    found = {}
    for shape in root_of(key).iterfind(".//di:BPMNShape", NAMESPACES):
        bounds = shape.find("dc:Bounds", NAMESPACES)
        x, y, width, height = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
        found[shape.get("bpmnElement")] = (x, y, x + width, y + height)
    return found


def edges(key: str) -> dict[str, list[tuple[float, float]]]:
    return {
        edge.get("bpmnElement"): [
            (float(at.get("x")), float(at.get("y"))) for at in edge.iterfind("dd:waypoint", NAMESPACES)
        ]
        for edge in root_of(key).iterfind(".//di:BPMNEdge", NAMESPACES)
    }


def crosses(start: tuple[float, float], end: tuple[float, float], box: Box) -> bool:
    """Tell whether a level or upright line goes through a box."""
    left, right = sorted((start[0], end[0]))
    upper, lower = sorted((start[1], end[1]))
    return left < box[2] and right > box[0] and upper < box[3] and lower > box[1]


@pytest.mark.parametrize("key", STEPS)
def test_every_node_and_flow_is_drawn_and_nothing_else(key: str) -> None:
    process = process_of(key)
    assert set(process.activities) <= set(boxes(key))
    assert set(edges(key)) == {flow.id for flow in process.flows}


@pytest.mark.parametrize("key", STEPS)
def test_no_node_overlaps_another_nor_does_a_line_go_through_one(key: str) -> None:
    process = process_of(key)
    drawn = {name: box for name, box in boxes(key).items() if name in process.activities}
    for (one, a), (other, b) in combinations(drawn.items(), 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (one, other)
    ends = {flow.id: {flow.source, flow.target} for flow in process.flows}
    for flow, points in edges(key).items():
        for start, end in pairwise(points):
            assert start[0] == end[0] or start[1] == end[1], f"{flow} is slanting"
            through = [name for name, box in drawn.items() if crosses(start, end, box) and name not in ends[flow]]
            assert not through, (flow, through)


@pytest.mark.parametrize("key", STEPS)
def test_every_node_lies_in_the_lane_that_names_it(key: str) -> None:
    root, places = root_of(key), boxes(key)
    for lane in root.iter(f"{{{xml.BPMN}}}lane"):
        _left, upper, _right, lower = places[lane.get("id")]
        for reference in lane.iter(f"{{{xml.BPMN}}}flowNodeRef"):
            node = places[reference.text]
            assert upper <= node[1], reference.text
            assert node[3] <= lower, reference.text


@pytest.mark.parametrize("key", STEPS)
def test_every_step_has_a_kind_somebody_a_lane_and_a_time(key: str) -> None:
    for activity in process_of(key).activities.values():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", activity.id)
        if activity.element != "userTask":
            continue
        assert activity.kind in KINDS
        assert activity.assignee or set(activity.candidate_groups) & set(POSTS)
        assert activity.lane
        assert activity.due
        for decision in activity.decisions:
            assert re.search(r"[\u4e00-\u9fff]", decision.label), (activity.id, decision)


@pytest.mark.parametrize("key", STEPS)
def test_the_steps_come_in_the_order_of_practice(key: str) -> None:
    process = process_of(key)
    steps, node = [], process.start.id
    while process.activity(node).element != "endEvent":
        outgoing = process.outgoing(node)
        asked = [flow for flow in outgoing if reader.decision_asked(flow) in ONWARD]
        conditional = [flow for flow in outgoing if flow.condition]
        node = (asked or conditional or outgoing)[0].target
        if process.activity(node).element == "userTask":
            steps.append(process.activity(node).name)
    assert steps == STEPS[key].split()
