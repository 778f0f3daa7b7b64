"""What stands in the file: elements, event definitions, loops, ids, and what is written beside BPMN and would be lost."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.canonical import LAST_ORDERED_CHARACTER
from engine.model import Finding
from engine.process import GATEWAYS, PERSON_TASKS
from engine.spiff import reader, rules, triggers, xml
from engine.spiff.checks.judged import LONGEST_NAME, Judged

IDENTIFIER = re.compile(r"[\w.\-]+")
CARRIERS = reader.FLOW_NODES | {"sequenceFlow", "process"}
"""Elements whose ids history and variables speak of."""

SUPPORTED = frozenset(
    """startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent
    userTask manualTask scriptTask serviceTask sendTask receiveTask businessRuleTask callActivity subProcess
    exclusiveGateway inclusiveGateway parallelGateway eventBasedGateway""".split()
)
REPEATABLE = PERSON_TASKS | {"subProcess", "callActivity"}
NONE = "none"
EVENTS = {
    "endEvent": frozenset({NONE, "message", "signal", "error", "escalation", "terminate"}),
    "intermediateCatchEvent": frozenset({"timer", "message", "signal", "conditional", "link"}),
    "intermediateThrowEvent": frozenset({NONE, "message", "signal", "escalation", "link"}),
    "boundaryEvent": frozenset({"timer", "message", "signal", "conditional", "error", "escalation"}),
}
STARTS = {
    "process": frozenset({NONE, "timer", "message", "signal"}),
    "subProcess": frozenset({NONE}),
    "eventSubProcess": frozenset({"timer", "message", "signal", "conditional", "error", "escalation"}),
}
DATA = ("ioSpecification", "dataInputAssociation", "dataOutputAssociation")
LOOP_OUTPUTS = ("loopDataOutputRef", "outputDataItem")


def findings(judged: Judged) -> Iterator[Finding]:
    """Yield what is wrong with the elements of a process."""
    nodes = [node for node in judged.element.iter() if xml.is_bpmn(node)]
    yield from _ids(judged, nodes)
    for node in nodes:
        tag = xml.local_name(node)
        if tag in reader.FLOW_NODES:
            yield from _node(judged, node, tag)
        elif tag == "sequenceFlow":
            yield from _condition(judged, node)
        elif tag == "dataObject" and xml.extension_elements(node, "value"):
            yield judged.at(node, rules.DATA_IGNORED)


def _ids(judged: Judged, nodes: list[etree._Element]) -> Iterator[Finding]:
    ids = Counter(node.get("id") for node in nodes if node.get("id"))
    called = {one.called for one in judged.activities if one.called} & set(judged.waiting.together)
    for node in nodes:
        node_id, name, tag = node.get("id"), node.get("name", ""), xml.local_name(node)
        if ids.get(node_id, 0) > 1 or (node_id in called and tag == "subProcess"):
            yield judged.at(node, rules.DUPLICATE_ID, id=node_id)
        if max(len(node_id or ""), len(name)) > LONGEST_NAME:
            yield judged.at(node, rules.NAME_TOO_LONG, limit=LONGEST_NAME)
        if tag not in CARRIERS:
            continue
        if not node_id and tag != "sequenceFlow":
            yield judged.at(node, rules.MISSING_ID)
        if node_id and (not IDENTIFIER.fullmatch(node_id) or max(node_id) > LAST_ORDERED_CHARACTER):
            yield judged.at(node, rules.BAD_ID, id=node_id)


def _condition(judged: Judged, node: etree._Element) -> Iterator[Finding]:
    """Find a condition without text, such as one that only refers to a file: it would not hold anybody back."""
    empty = node.find(xml.bpmn("conditionExpression")) is not None and not xml.text_of(node, "conditionExpression")
    source = judged.process.activities.get(node.get("sourceRef", ""))
    if empty and source is not None and source.element not in GATEWAYS:
        yield judged.at(node, rules.CONDITION_EMPTY)


def _node(judged: Judged, node: etree._Element, tag: str) -> Iterator[Finding]:
    if tag not in SUPPORTED:
        yield judged.at(node, rules.UNSUPPORTED_ELEMENT, tag=tag, instead=rules.INSTEAD.get(tag, ""))
        return
    if xml.flag(node, "isForCompensation"):
        yield judged.at(node, rules.UNSUPPORTED_COMPENSATION)
    yield from _event(judged, node, tag)
    yield from _loop(judged, node, tag)
    if any(node.find(xml.bpmn(name)) is not None for name in DATA):
        yield judged.at(node, rules.DATA_IGNORED)
    if node.get("default") and judged.process.activities.get(node.get("id", "")) is not None:
        outgoing = {flow.id for flow in judged.process.outgoing(node.get("id", ""))}
        if node.get("default") not in outgoing:
            yield judged.at(node, rules.DEFAULT_DANGLING, flow=node.get("default"))


def _event(judged: Judged, node: etree._Element, tag: str) -> Iterator[Finding]:
    found = triggers.definitions(node, judged.model.declared) if tag.endswith("Event") else []
    if len(found) > 1:
        yield judged.at(node, rules.SEVERAL_TRIGGERS)
        return
    name = xml.local_name(found[0]) if found else ""
    kind = triggers.KINDS.get(name, "") if found else NONE
    allowed = EVENTS.get(tag)
    if tag == "startEvent":
        parent = node.getparent()
        place = xml.local_name(parent)
        by_event = place == "subProcess" and xml.flag(parent, "triggeredByEvent")
        allowed = STARTS.get("eventSubProcess" if by_event else place)
    if allowed is None:
        return
    if kind == NONE and kind not in allowed:
        yield judged.at(node, rules.TRIGGER_MISSING)
    elif kind not in allowed:
        yield judged.at(node, rules.UNSUPPORTED_EVENT, tag=name, instead=rules.INSTEAD_OF_EVENT.get(name, ""))


def _loop(judged: Judged, node: etree._Element, tag: str) -> Iterator[Finding]:
    multi = node.find(xml.bpmn("multiInstanceLoopCharacteristics"))
    if node.find(xml.bpmn("standardLoopCharacteristics")) is not None:
        yield judged.at(node, rules.UNSUPPORTED_LOOP)
    if multi is None:
        return
    if tag not in REPEATABLE or (tag == "subProcess" and xml.flag(node, "triggeredByEvent")):
        yield judged.at(node, rules.UNSUPPORTED_LOOP)
    if any(multi.find(xml.bpmn(name)) is not None for name in LOOP_OUTPUTS) or xml.extension_elements(
        multi, "variableAggregation"
    ):
        yield judged.at(node, rules.LOOP_OUTPUT)
