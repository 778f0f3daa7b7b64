"""Every flow that comes with the house, as drawn: all of it, in its lane, nothing over something else, a name on each button."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

from engine.process import Decision, Process
from engine.spiff import reader, xml

BPMN = Path(__file__).parents[2] / "bpmn"
KEYS = sorted(file.stem for file in BPMN.glob("*/*.bpmn"))
NAMESPACES = {
    "di": xml.BPMNDI,
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "dd": "http://www.omg.org/spec/DD/20100524/DI",
}
SUBMITTED = {"draft", "arrange", "set_agenda", "apply", "request"}
"""Steps at which something is put before somebody for the first time: 提交 is the name of that act."""
Box = tuple[float, float, float, float]
Point = tuple[float, float]


def process_of(key: str) -> Process:
    models = reader.read_models({f"{key}.bpmn": (BPMN / key / f"{key}.bpmn").read_bytes()})
    return reader.read_process(models, key)


def root_of(key: str) -> etree._Element:
    return etree.parse(BPMN / key / f"{key}.bpmn").getroot()


def box_of(bounds: etree._Element) -> Box:
    x, y, width, height = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def boxes(key: str) -> dict[str, Box]:
    found = root_of(key).iterfind(".//di:BPMNShape", NAMESPACES)
    return {shape.get("bpmnElement"): box_of(shape.find("dc:Bounds", NAMESPACES)) for shape in found}


def lines(key: str) -> dict[str, list[Point]]:
    return {
        edge.get("bpmnElement"): [
            (float(at.get("x")), float(at.get("y"))) for at in edge.iterfind("dd:waypoint", NAMESPACES)
        ]
        for edge in root_of(key).iterfind(".//di:BPMNEdge", NAMESPACES)
    }


def around(process: Process, node: str) -> set[str]:
    """A node, what it is attached to, and the subprocesses it stands in."""
    found: set[str] = set()
    while (activity := process.activities.get(node)) is not None:
        found |= {node, *filter(None, [activity.attached_to])}
        node = activity.container
    return found


def apart(a: Box, b: Box) -> bool:
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def span(start: Point, end: Point) -> Box:
    return min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1])


@pytest.mark.parametrize("key", KEYS)
def test_every_node_and_flow_is_drawn_and_no_other(key: str) -> None:
    process = process_of(key)
    assert set(process.activities) <= set(boxes(key))
    assert set(lines(key)) == {flow.id for flow in process.flows}


@pytest.mark.parametrize("key", KEYS)
def test_no_node_lies_over_another_and_what_stands_in_a_subprocess_stands_wholly_in_it(key: str) -> None:
    process, drawn = process_of(key), boxes(key)
    for one, other in combinations(process.activities, 2):
        a, b = drawn[one], drawn[other]
        if process.activities[one].attached_to == other or process.activities[other].attached_to == one:
            continue
        if process.activities[one].container == other or process.activities[other].container == one:
            inner, outer = (a, b) if process.activities[one].container == other else (b, a)
            assert outer[0] < inner[0], (one, other)
            assert outer[1] < inner[1], (one, other)
            assert inner[2] < outer[2], (one, other)
            assert inner[3] < outer[3], (one, other)
        elif other not in around(process, one) and one not in around(process, other):
            assert apart(a, b), (one, other)


@pytest.mark.parametrize("key", KEYS)
def test_every_line_is_level_or_upright_and_goes_through_no_node(key: str) -> None:
    process, drawn = process_of(key), boxes(key)
    ends = {flow.id: around(process, flow.source) | around(process, flow.target) for flow in process.flows}
    for flow, points in lines(key).items():
        for start, end in pairwise(points):
            assert start[0] == end[0] or start[1] == end[1], f"{flow} is slanting"
            through = [
                name
                for name in process.activities
                if name not in ends[flow] and not apart(span(start, end), drawn[name])
            ]
            assert not through, (flow, through)


@pytest.mark.parametrize("key", KEYS)
def test_no_name_of_a_flow_lies_over_a_node(key: str) -> None:
    process, drawn = process_of(key), boxes(key)
    for edge in root_of(key).iterfind(".//di:BPMNEdge", NAMESPACES):
        label = edge.find("di:BPMNLabel/dc:Bounds", NAMESPACES)
        if label is None:
            continue
        named = edge.get("bpmnElement")
        around_it = next(around(process, flow.source) for flow in process.flows if flow.id == named)
        holding = {one for one in around_it if process.activities[one].element == "subProcess"}
        over = [one for one in process.activities if one not in holding and not apart(box_of(label), drawn[one])]
        assert not over, (named, over)


@pytest.mark.parametrize("key", KEYS)
def test_every_node_lies_in_the_lane_that_names_it(key: str) -> None:
    places = boxes(key)
    for lane in root_of(key).iter(f"{{{xml.BPMN}}}lane"):
        _left, upper, _right, lower = places[lane.get("id")]
        for reference in lane.iter(f"{{{xml.BPMN}}}flowNodeRef"):
            node = places[reference.text]
            assert upper <= node[1], reference.text
            assert node[3] <= lower, reference.text


@pytest.mark.parametrize("key", KEYS)
def test_the_button_of_a_step_names_the_act(key: str) -> None:
    for activity in process_of(key).activities.values():
        for decision in activity.decisions:
            assert re.search(r"[\u4e00-\u9fff]", decision.label), (activity.id, decision)
            assert decision.label != "提交" or activity.id in SUBMITTED, activity.id


@pytest.mark.parametrize(("name", "label"), [(' name="签收"', "签收"), ("", "提交")])
def test_a_step_with_one_way_out_has_a_button_named_as_that_way_is(name: str, label: str) -> None:
    flow = f'<bpmn:sequenceFlow id="only"{name} sourceRef="step" targetRef="end" />'
    step = '<bpmn:startEvent id="start" /><bpmn:userTask id="step" /><bpmn:endEvent id="end" />'
    begin = '<bpmn:sequenceFlow id="begin" sourceRef="start" targetRef="step" />'
    model = f'<bpmn:process id="flow" isExecutable="true">{step}{begin}{flow}</bpmn:process>'
    content = f'<bpmn:definitions xmlns:bpmn="{xml.BPMN}" targetNamespace="x">{model}</bpmn:definitions>'
    process = reader.read_process(reader.read_models({"flow.bpmn": content.encode()}), "flow")
    assert process.activities["step"].decisions == (Decision("submit", label),)
