"""What Camunda, Flowable and Activiti write beside BPMN, read alike; the standard's potential owners too."""

import re
from dataclasses import dataclass

from lxml import etree

from engine.process import Assigned, Exchange, FormField
from engine.spiff import xml

OWNER = re.compile(r"(?:(?P<kind>user|group)\s*\(\s*(?P<inside>[^()]*)\s*\)|(?P<plain>[^,()]+))\s*(?:,|$)")
SERVICE_ATTRIBUTES = ("delegateExpression", "topic", "expression", "class", "type")


@dataclass(frozen=True)
class Owners:
    """Who may do a step, as ``humanPerformer`` and ``potentialOwner`` say it."""

    assignee: str | None
    users: str | None
    groups: tuple[str, ...]


def properties(node: etree._Element) -> dict[str, str]:
    """Return the properties of an element by name."""
    found = xml.extension_elements(node, "property")
    return {one.get("name", ""): one.get("value", "") for one in found if one.get("name")}


def unwrapped(text: str) -> str:
    """Return an expression without the ``${…}`` around it."""
    return text.strip().removeprefix("${").removeprefix("#{").removesuffix("}").strip()


def potential_owners(node: etree._Element) -> Owners:
    """Return who may do a step by the elements of the standard.

    Source:
        BPMN 2.0.2 section 10.3.1 for the elements; ``user(…)`` and ``group(…)`` inside them are Activiti's, and a bare name
        is a group.
    """
    performer = _expressions(node, "humanPerformer") or _expressions(node, "performer")
    users: list[str] = []
    groups: list[str] = []
    for text in _expressions(node, "potentialOwner"):
        for match in OWNER.finditer(text):
            names = [name.strip() for name in (match["inside"] or match["plain"] or "").split(",") if name.strip()]
            (users if match["kind"] == "user" else groups).extend(names)
    assignee = performer[0] if performer else None
    named = OWNER.fullmatch(assignee) if assignee else None
    if named is not None and named["kind"] == "user":
        assignee = named["inside"].strip()
    return Owners(assignee, ",".join(users) or None, tuple(groups))


def _expressions(node: etree._Element, role: str) -> list[str]:
    if not len(node):
        return []
    return [
        text.strip()
        for owner in node.findall(xml.bpmn(role))
        for expression in owner.iter(xml.bpmn("formalExpression"), xml.bpmn("expression"))
        if (text := expression.text) and text.strip()
    ]


def service(node: etree._Element) -> str | None:
    """Return the name of the service a task calls, whichever attribute says it."""
    for name in SERVICE_ATTRIBUTES:
        value = xml.extension_attribute(node, name)
        if value is not None and value != "external":
            return unwrapped(value)
    return None


def is_asynchronous(node: etree._Element) -> bool:
    """Tell whether a service is to run after the commit."""
    return any(xml.extension_attribute(node, name) in ("true", "1") for name in ("asyncBefore", "async"))


def decision_table(node: etree._Element) -> str | None:
    """Return the id of the decision that a business rule task asks."""
    name = xml.extension_attribute(node, "decisionRef")
    if name is None:
        for one in xml.extension_elements(node, "field"):
            if one.get("name") == "decisionTableReferenceKey":
                name = one.get("stringValue") or "".join(one.itertext()).strip()
    return unwrapped(name) if name else None


def parameters(node: etree._Element, direction: str) -> tuple[Assigned, ...]:
    """Return the ``inputParameter`` or ``outputParameter`` of an element."""
    return tuple(
        Assigned(one.get("name", ""), (one.text or "").strip())
        for one in xml.extension_elements(node, direction)
        if one.get("name")
    )


def exchange(node: etree._Element, direction: str) -> Exchange:
    """Return what a call activity hands over ``in`` or takes ``out``."""
    if xml.local_name(node) != "callActivity":
        return Exchange()
    everything = False
    assigned: list[Assigned] = []
    for one in xml.extension_elements(node, direction):
        everything = everything or one.get("variables") == "all"
        target = one.get("target")
        if target and (source := one.get("source")):
            assigned.append(Assigned(target, f"${{{source}}}"))
        elif target and (expression := one.get("sourceExpression")):
            assigned.append(Assigned(target, expression))
    return Exchange(everything, tuple(assigned))


def form_fields(node: etree._Element) -> tuple[FormField, ...]:
    """Return the fields that the model itself declares: ``formField`` or ``formProperty``."""
    fields = [*xml.extension_elements(node, "formField"), *xml.extension_elements(node, "formProperty")]
    return tuple(
        FormField(
            key=field.get("id", ""),
            label=field.get("label") or field.get("name") or field.get("id", ""),
            type=field.get("type", "string"),
            required=_required(field),
            options=tuple(
                (value.get("id", ""), value.get("name") or value.get("id", "")) for value in _children(field, "value")
            ),
        )
        for field in fields
        if field.get("id")
    )


def _required(field: etree._Element) -> bool:
    constraints = [one for holder in _children(field, "validation") for one in _children(holder, "constraint")]
    named = any(one.get("name") == "required" and one.get("config", "true") != "false" for one in constraints)
    return named or field.get("required") == "true"


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for namespace in xml.EXTENSIONS for child in element.findall(f"{{{namespace}}}{name}")]
