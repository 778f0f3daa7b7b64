"""Reads BPMN XML into the judge's own small model; nothing here is shared with the engine's reader."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
VENDORS = ("{http://camunda.org/schema/1.0/bpmn}", "{http://flowable.org/bpmn}", "{http://activiti.org/bpmn}")
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"})
TASKS = frozenset(
    "task userTask manualTask scriptTask serviceTask businessRuleTask sendTask receiveTask callActivity subProcess".split()
)
EVENTS = frozenset(
    "startEvent endEvent boundaryEvent intermediateCatchEvent intermediateThrowEvent implicitThrowEvent".split()
)
FLOW_NODES = GATEWAYS | TASKS | EVENTS
REFERENCES = {
    "message": ("messageRef", "name"),
    "signal": ("signalRef", "name"),
    "error": ("errorRef", "errorCode"),
    "escalation": ("escalationRef", "escalationCode"),
}


@dataclass(frozen=True)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    condition: str | None


@dataclass(frozen=True)
class Definition:
    """An event definition; ``name`` is what it is matched by, ``text`` a timer's or a condition's."""

    kind: str
    name: str | None = None
    text: str = ""
    timer: str = ""


@dataclass(frozen=True)
class Loop:
    """Multi-instance characteristics."""

    sequential: bool
    collection: str | None
    element_variable: str | None
    cardinality: str | None
    until: str | None


@dataclass(frozen=True)
class Mapped:
    """A ``camunda:in`` or ``camunda:out``; neither source nor expression means all variables."""

    source: str | None
    expression: str | None
    target: str | None


@dataclass(eq=False)
class Node:
    """A flow node with what hangs on it; ``position`` is its place in the file."""

    id: str
    element: str
    position: int
    definition: Definition | None = None
    interrupting: bool = True
    attached_to: str | None = None
    default: str | None = None
    loop: Loop | None = None
    body: "Body | None" = None
    triggered: bool = False
    script: str = ""
    called: str = ""
    service: str = ""
    assignee: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    ins: list[Mapped] = field(default_factory=list)
    outs: list[Mapped] = field(default_factory=list)
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    boundary: "list[Node]" = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The kind of its event, or the empty text."""
        return self.definition.kind if self.definition else ""


@dataclass(eq=False)
class Body:
    """What is drawn directly in a process or a subprocess."""

    id: str
    nodes: dict[str, Node]

    def start(self, event: str | None = None) -> Node | None:
        """The start event named, or the one without a trigger, or the only one of an event subprocess."""
        starts = [node for node in self.nodes.values() if node.element == "startEvent"]
        if event is not None:
            return next((node for node in starts if node.id == event), None)
        return next((node for node in starts if node.definition is None), starts[0] if starts else None)

    def event_subprocesses(self) -> Iterator[Node]:
        return (node for node in self.nodes.values() if node.triggered)

    def link_target(self, name: str | None) -> Node | None:
        catches = (node for node in self.nodes.values() if node.element == "intermediateCatchEvent")
        return next((node for node in catches if node.kind == "link" and node.definition.name == name), None)


@dataclass(frozen=True)
class Model:
    """All processes of the files; ``key`` is the one that a case plays."""

    key: str
    processes: Mapping[str, Body]

    def bodies(self) -> Iterator[Body]:
        """Every process and every subprocess."""
        open_bodies = list(self.processes.values())
        while open_bodies:
            body = open_bodies.pop()
            yield body
            open_bodies.extend(node.body for node in body.nodes.values() if node.body)


def read(files: Mapping[str, bytes], key: str) -> Model:
    """Read all files; raise ``KeyError`` where none holds the process ``key``."""
    processes: dict[str, Body] = {}
    for content in files.values():
        document = ET.fromstring(content)
        reader = _Reader(document)
        for process in document.iter(f"{BPMN}process"):
            processes[process.get("id", "")] = reader.body(process)
    if key not in processes:
        raise KeyError(key)
    return Model(key, processes)


class _Reader:
    """Reads one file."""

    def __init__(self, document: ET.Element) -> None:
        self.named = {element.get("id"): element for element in document if element.get("id")}
        self.positions = {element: number for number, element in enumerate(document.iter())}

    def body(self, parent: ET.Element) -> Body:
        nodes = {}
        for element in parent:
            if _tag(element) in FLOW_NODES:
                nodes[element.get("id", "")] = self.node(element)
        for element in parent.findall(f"{BPMN}sequenceFlow"):
            condition = element.findtext(f"{BPMN}conditionExpression")
            flow = Flow(element.get("id", ""), element.get("sourceRef", ""), element.get("targetRef", ""), condition)
            nodes[flow.source].outgoing.append(flow)
            nodes[flow.target].incoming.append(flow)
        for node in nodes.values():
            if node.attached_to:
                nodes[node.attached_to].boundary.append(node)
        return Body(parent.get("id", ""), nodes)

    def node(self, element: ET.Element) -> Node:
        node = Node(element.get("id", ""), _tag(element), self.positions[element])
        node.definition = self.definition(element)
        node.attached_to = element.get("attachedToRef")
        switch = "cancelActivity" if node.element == "boundaryEvent" else "isInterrupting"
        node.interrupting = node.kind == "error" or element.get(switch, "true") == "true"
        node.default = element.get("default")
        node.loop = _loop(element)
        node.triggered = element.get("triggeredByEvent") == "true"
        node.body = self.body(element) if node.element == "subProcess" else None
        node.script = element.findtext(f"{BPMN}script", "")
        node.called = element.get("calledElement", "")
        node.service = _extension(element, "delegateExpression").removeprefix("${").removesuffix("}")
        node.assignee = _extension(element, "assignee")
        node.properties = {
            one.get("name", ""): one.get("value", "") for one in _inside(element, "properties", "property")
        }
        node.inputs = _parameters(element, "inputParameter")
        node.outputs = _parameters(element, "outputParameter")
        node.ins = [_mapped(one) for one in _inside(element, "in")]
        node.outs = [_mapped(one) for one in _inside(element, "out")]
        return node

    def definition(self, element: ET.Element) -> Definition | None:
        if _tag(element) in {"receiveTask", "sendTask"}:
            return Definition("message", self.referred(element, "message"))
        found = next((one for one in element if _tag(one).endswith("EventDefinition")), None)
        if found is None:
            return None
        kind = _tag(found).removesuffix("EventDefinition")
        if kind == "timer":
            time = next(one for one in found if _tag(one).startswith("time"))
            return Definition(kind, text=(time.text or "").strip(), timer=_tag(time))
        if kind == "conditional":
            return Definition(kind, text=found.findtext(f"{BPMN}condition", ""))
        if kind == "link":
            return Definition(kind, found.get("name"))
        return Definition(kind, self.referred(found, kind))

    def referred(self, element: ET.Element, kind: str) -> str | None:
        attribute, name = REFERENCES.get(kind, ("", ""))
        root = self.named.get(element.get(attribute))
        return root.get(name) if root is not None else None


def _tag(element: ET.Element) -> str:
    return element.tag.removeprefix(BPMN)


def _extension(element: ET.Element, name: str, otherwise: str = "") -> str:
    return next((element.attrib[vendor + name] for vendor in VENDORS if vendor + name in element.attrib), otherwise)


def _inside(element: ET.Element, *path: str) -> Iterator[ET.Element]:
    extensions = element.find(f"{BPMN}extensionElements")
    for vendor in VENDORS if extensions is not None else ():
        yield from extensions.findall("/".join(vendor + step for step in path))


def _parameters(element: ET.Element, name: str) -> dict[str, str]:
    return {one.get("name", ""): (one.text or "").strip() for one in _inside(element, "inputOutput", name)}


def _mapped(element: ET.Element) -> Mapped:
    source, expression = element.get("source"), element.get("sourceExpression")
    return Mapped(source, expression, element.get("target"))


def _loop(element: ET.Element) -> Loop | None:
    found = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if found is None:
        return None
    return Loop(
        sequential=found.get("isSequential") == "true",
        collection=_extension(found, "collection") or None,
        element_variable=_extension(found, "elementVariable") or None,
        cardinality=found.findtext(f"{BPMN}loopCardinality"),
        until=found.findtext(f"{BPMN}completionCondition"),
    )
