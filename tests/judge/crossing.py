"""Flows across a drawing, which make it unstructured: unbalanced joins, tokens too many, joins that starve."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.judge.drawing import Canvas, Loose, Sheet

SOURCES = frozenset(
    "userTask scriptTask subProcess callActivity receiveTask intermediateCatchEvent parallelGateway boundaryEvent".split()
)
CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})
TARGETS = frozenset(
    "userTask scriptTask subProcess callActivity receiveTask intermediateCatchEvent intermediateThrowEvent sendTask "
    "parallelGateway exclusiveGateway inclusiveGateway endEvent eventBasedGateway".split()
)
WAITS = frozenset({"userTask"})


@dataclass(frozen=True)
class Crossing:
    """A flow from one node to another of the same canvas, all chosen by number."""

    canvas: int
    source: int
    target: int
    conditional: bool


def cross(sheets: list[Sheet], crossing: Crossing) -> None:
    """Draw the flow if the file stays one that may be deployed."""
    canvases = [canvas for sheet in sheets for canvas in sheet.canvases]
    canvas = canvases[crossing.canvas % len(canvases)]
    sources = [node for node in canvas.nodes if _may_leave(canvas, node)]
    targets = [node for node in canvas.nodes if _may_be_entered(canvas, node)]
    if not sources or not targets:
        return
    source, target = sources[crossing.source % len(sources)], targets[crossing.target % len(targets)]
    if source == target or any((line.source, line.target) == (source, target) for line in canvas.lines):
        return
    tag = canvas.nodes[source].tag
    may_ask = tag != "parallelGateway" and not tag.endswith("Event")  # BPMN has no conditions behind events
    conditional = tag in CHOOSING or (crossing.conditional and may_ask)
    before = len(canvas.lines)
    canvas.connect(Loose(source, "${n > 1}" if conditional else None), target)
    if _runs_in_circles(canvas):
        del canvas.lines[before:]


def _may_leave(canvas: Canvas, node: str) -> bool:
    drawn = canvas.nodes[node]
    outgoing = sum(line.source == node for line in canvas.lines)
    if drawn.tag in CHOOSING:
        return outgoing > 1
    is_link_or_handler = "linkEvent" in drawn.inside or "triggeredByEvent" in drawn.attributes
    return drawn.tag in SOURCES and outgoing > 0 and not is_link_or_handler


def _may_be_entered(canvas: Canvas, node: str) -> bool:
    drawn = canvas.nodes[node]
    sources = [canvas.nodes[line.source].tag for line in canvas.lines if line.target == node]
    asks = any("decision" in (line.condition or "") for line in canvas.lines if line.source == node)
    follows_events = "eventBasedGateway" in sources
    asked_elsewhere = asks and drawn.tag in CHOOSING
    is_link_catch = "linkEvent" in drawn.inside and drawn.tag == "intermediateCatchEvent"
    return drawn.tag in TARGETS and not is_link_catch and bool(sources) and not follows_events and not asked_elsewhere


def _runs_in_circles(canvas: Canvas) -> bool:
    """Whether there is a loop that needs nobody; a boundary event may happen as soon as its activity begins."""
    following: dict[str, list[str]] = {node: list(_goes_on_by_itself(canvas, node)) for node in canvas.nodes}
    done: set[str] = set()
    open_nodes: set[str] = set()

    def circles(node: str) -> bool:
        if node in done:
            return False
        if node in open_nodes:
            return True
        open_nodes.add(node)
        found = any(circles(after) for after in following[node])
        open_nodes.discard(node)
        done.add(node)
        return found

    return any(circles(node) for node in canvas.nodes)


def _goes_on_by_itself(canvas: Canvas, node: str) -> Iterator[str]:
    drawn = canvas.nodes[node]
    waits = drawn.tag in WAITS and "multiInstance" not in drawn.inside
    waits = waits or (drawn.tag == "intermediateCatchEvent" and "timerEvent" in drawn.inside)
    if not waits:
        yield from (line.target for line in canvas.lines if line.source == node)
    yield from (other for other, one in canvas.nodes.items() if one.attributes.get("attachedToRef") == node)
    if drawn.tag == "intermediateThrowEvent" and "linkEvent" in drawn.inside:
        name = drawn.inside
        yield from (
            other for other, one in canvas.nodes.items() if one.inside == name and one.tag == "intermediateCatchEvent"
        )
