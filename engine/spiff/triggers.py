"""Event definitions: what an event, send task or receive task is about."""

from collections.abc import Mapping

from lxml import etree

from engine.process import Trigger
from engine.spiff import xml

KINDS = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "conditionalEventDefinition": "conditional",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "terminateEventDefinition": "terminate",
    "linkEventDefinition": "link",
}
FORMS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


Declared = Mapping[str, etree._Element]
"""What stands directly below ``definitions``, by id: messages, signals, errors, escalations, event definitions."""


def declared(root: etree._Element) -> Declared:
    """Return what a file declares for its events to refer to; the first where an id stands twice."""
    found: dict[str, etree._Element] = {}
    for one in root:
        if isinstance(one.tag, str) and one.get("id"):
            found.setdefault(one.get("id", ""), one)
    return found


def definitions(node: etree._Element, known: Declared) -> list[etree._Element]:
    """Return the event definitions of a node, of whatever kind, also those it only refers to."""
    found = [
        child
        for child in node
        if xml.is_bpmn(child) and xml.local_name(child).endswith(("EventDefinition", "eventDefinitionRef"))
    ]
    return [_referred(one, known) for one in found]


def read(node: etree._Element, known: Declared) -> Trigger | None:
    """Return what a node is about, or None where it is about nothing that is known."""
    if xml.local_name(node) in ("sendTask", "receiveTask"):
        reference = node.get("messageRef")
        return Trigger("message", _named(known, "message", "name", reference)) if reference else None
    found = definitions(node, known) if xml.local_name(node).endswith("Event") else []
    kind = KINDS.get(xml.local_name(found[0])) if len(found) == 1 else None
    return _trigger(kind, found[0], known) if kind is not None else None


def _trigger(kind: str, definition: etree._Element, known: Declared) -> Trigger:
    if kind == "timer":
        for child in definition:
            if xml.is_bpmn(child) and xml.local_name(child) in FORMS:
                text = "".join(child.itertext()).strip()
                return Trigger(kind, text=text, form=FORMS[xml.local_name(child)])
        return Trigger(kind)
    if kind == "conditional":
        return Trigger(kind, text=xml.text_of(definition, "condition") or "")
    if kind == "link":
        return Trigger(kind, (definition.get("name") or "").strip() or None)
    attribute = {"error": "errorCode", "escalation": "escalationCode"}.get(kind, "name")
    return Trigger(kind, _named(known, kind, attribute, definition.get(f"{kind}Ref")))


def _named(known: Declared, kind: str, attribute: str, reference: str | None) -> str | None:
    """Return the name or code of what is referred to; one declared without it, or not at all, goes by its id."""
    if not reference or not reference.strip():
        return None
    local = reference.strip().rpartition(":")[2]
    one = known.get(local)
    if one is None or not xml.is_bpmn(one) or xml.local_name(one) != kind:
        return local
    return (one.get(attribute) or "").strip() or local


def _referred(definition: etree._Element, known: Declared) -> etree._Element:
    if xml.local_name(definition) != "eventDefinitionRef":
        return definition
    return known.get((definition.text or "").strip().rpartition(":")[2], definition)
