"""Whatever is drawn at random is a process that BPMN accepts and that an engine may be given."""

from collections import Counter

from hypothesis import given, settings

from tests.judge.reader import Body, Node, read
from tests.judge.strategies import MOST_NODES, Process, processes, with_services


@given(process=processes | with_services)
@settings(max_examples=200, deadline=None)
def test_every_drawing_has_one_start_and_a_way_from_it_to_an_end_by_every_node(process: Process) -> None:
    model = read(process.files(), "flow")
    assert 3 <= sum(len(body.nodes) for body in model.bodies()) <= MOST_NODES
    for body in model.bodies():
        [start] = [node for node in body.nodes.values() if node.element == "startEvent"]
        forwards = {node.id: following(body, node) for node in body.nodes.values() if not node.triggered}
        backwards = {node: {one for one, after in forwards.items() if node in after} for node in forwards}
        ends = {node for node in forwards if body.nodes[node].element == "endEvent"}
        assert reached(forwards, {start.id}) == set(forwards)
        assert reached(backwards, ends) == set(forwards)


@given(process=processes | with_services)
@settings(max_examples=200, deadline=None)
def test_no_drawing_has_a_flow_twice_or_a_choice_without_a_condition(process: Process) -> None:
    for body in read(process.files(), "flow").bodies():
        flows = [flow for node in body.nodes.values() for flow in node.outgoing]
        assert not [pair for pair, times in Counter((one.source, one.target) for one in flows).items() if times > 1]
        for node in body.nodes.values():
            if node.element in ("exclusiveGateway", "inclusiveGateway") and len(node.outgoing) > 1:
                assert all(flow.condition or flow.id == node.default for flow in node.outgoing)
            if node.element in ("parallelGateway", "eventBasedGateway"):
                assert not any(flow.condition for flow in node.outgoing)


@given(process=processes | with_services)
@settings(max_examples=200, deadline=None)
def test_no_drawing_has_a_loop_that_needs_neither_a_person_nor_a_timer(process: Process) -> None:
    model = read(process.files(), "flow")
    for body in model.bodies():
        by_itself = {node.id: set() if waits(node) else following(body, node) for node in body.nodes.values()}
        for node in body.nodes.values():
            by_itself[node.id] |= {event.id for event in node.boundary}
            assert node.id not in reached(by_itself, by_itself[node.id])


def waits(node: Node) -> bool:
    return (node.element == "userTask" and node.loop is None) or (
        node.element == "intermediateCatchEvent" and node.kind == "timer"
    )


def following(body: Body, node: Node) -> set[str]:
    after = {flow.target for flow in node.outgoing} | {event.id for event in node.boundary}
    if node.element == "intermediateThrowEvent" and node.kind == "link":
        after.add(body.link_target(node.definition.name).id)
    return after


def reached(edges: dict[str, set[str]], start: set[str]) -> set[str]:
    found: set[str] = set()
    open_nodes = set(start)
    while open_nodes:
        found |= open_nodes
        open_nodes = {after for node in open_nodes for after in edges[node]} - found
    return found
