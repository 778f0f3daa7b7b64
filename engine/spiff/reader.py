"""Turns a BPMN file into a :class:`engine.model.Process`: what the model says, before anybody judges it."""

from collections.abc import Iterator

from lxml import etree

from engine.errors import FileUnreadable
from engine.model import Activity, Countersign, Decision, Flow, Process
from engine.spiff import xml

FLOW_NODES = frozenset(
    """startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent implicitThrowEvent
    task userTask manualTask scriptTask serviceTask sendTask receiveTask businessRuleTask callActivity
    subProcess adHocSubProcess transaction
    exclusiveGateway inclusiveGateway parallelGateway eventBasedGateway complexGateway""".split()
)
PERSON_TASKS = frozenset({"userTask", "manualTask"})
SUBMIT = Decision("submit", "提交")
DEFAULT_SEAT_DECISIONS = "agree:同意|amend:有修改意见|disagree:不同意"
DEFAULT_AGREEING = "agree|amend"


def find_process(file: str, root: etree._Element) -> etree._Element:
    """Return the one executable process of a file.

    Args:
        file: Its name, for errors.
        root: Its root element.

    Returns:
        The ``process`` element.

    Raises:
        FileUnreadable: It is no BPMN file, or has no executable process or several.
    """
    if root.tag != xml.bpmn("definitions"):
        raise FileUnreadable(file, root.sourceline or 1, "不是 BPMN 2.0 文件")
    processes = [p for p in root.findall(xml.bpmn("process")) if p.get("isExecutable") == "true"]
    if len(processes) != 1:
        raise FileUnreadable(
            file, root.sourceline or 1, f'应有且只有一个可执行流程（isExecutable="true"），现有 {len(processes)} 个'
        )
    return processes[0]


def read_process(file: str, element: etree._Element) -> Process:
    """Return what a ``process`` element says.

    Only the top level is read; elements within a subprocess belong to it.
    """
    flows = tuple(_flows(element))
    lanes = _lanes(element)
    nodes = [node for node in element if xml.is_bpmn(node) and xml.local_name(node) in FLOW_NODES]
    elements = {node.get("id", ""): xml.local_name(node) for node in nodes}
    return Process(
        key=element.get("id", ""),
        name=element.get("name") or element.get("id", ""),
        file=file,
        activities={node.get("id", ""): _activity(node, lanes, flows, elements) for node in nodes},
        flows=flows,
    )


def _flows(process: etree._Element) -> Iterator[Flow]:
    defaults = {node.get("default") for node in process if xml.is_bpmn(node) and node.get("default")}
    for flow in process.findall(xml.bpmn("sequenceFlow")):
        condition = flow.find(xml.bpmn("conditionExpression"))
        text = (condition.text or "").strip() if condition is not None else ""
        yield Flow(
            id=flow.get("id", ""),
            name=flow.get("name", "").strip(),
            source=flow.get("sourceRef", ""),
            target=flow.get("targetRef", ""),
            condition=text or None,
            is_default=flow.get("id") in defaults,
            line=flow.sourceline or 0,
        )


def _lanes(process: etree._Element) -> dict[str, str]:
    """Return the innermost lane's name of each node."""
    return {
        (reference.text or "").strip(): lane.get("name", "")
        for lane in process.iter(xml.bpmn("lane"))
        for reference in lane.findall(xml.bpmn("flowNodeRef"))
    }


def _activity(
    node: etree._Element, lanes: dict[str, str], flows: tuple[Flow, ...], elements: dict[str, str]
) -> Activity:
    element = xml.local_name(node)
    properties = {p.get("name", ""): p.get("value", "") for p in xml.extension_elements(node, "property")}
    countersign = _countersign(node, properties) if element in PERSON_TASKS else None
    script = node.find(xml.bpmn("script"))
    documentation = node.find(xml.bpmn("documentation"))
    return Activity(
        id=node.get("id", ""),
        element=element,
        name=node.get("name", "").strip(),
        line=node.sourceline or 0,
        lane=lanes.get(node.get("id", "")),
        documentation=(documentation.text or "").strip() if documentation is not None else "",
        assignee=xml.extension_attribute(node, "assignee"),
        candidate_users=xml.extension_attribute(node, "candidateUsers"),
        candidate_groups=_listed(xml.extension_attribute(node, "candidateGroups")),
        due=xml.extension_attribute(node, "dueDate"),
        form=xml.extension_attribute(node, "formRef"),
        service=_service(node) if element == "serviceTask" else None,
        script=(script.text or "").strip() if script is not None else None,
        properties=properties,
        decisions=_decisions(node.get("id", ""), flows, elements, properties, countersign),
        countersign=countersign,
    )


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _service(node: etree._Element) -> str | None:
    name = xml.extension_attribute(node, "delegateExpression") or xml.extension_attribute(node, "topic")
    return name.removeprefix("${").removeprefix("#{").removesuffix("}").strip() if name else None


def _countersign(node: etree._Element, properties: dict[str, str]) -> Countersign | None:
    loop = node.find(xml.bpmn("multiInstanceLoopCharacteristics"))
    if loop is None:
        return None
    collection = xml.extension_attribute(loop, "collection") or ""
    sequential = loop.get("isSequential") == "true"
    return Countersign(
        collection=collection.removeprefix("${").removeprefix("#{").removesuffix("}").strip(),
        element_variable=xml.extension_attribute(loop, "elementVariable") or "",
        completion=properties.get("completion", "sequence" if sequential else "all"),
        agreeing=frozenset(properties.get("agreeing", DEFAULT_AGREEING).split("|")),
        weights=properties.get("weights") or None,
    )


def _decisions(
    activity_id: str,
    flows: tuple[Flow, ...],
    elements: dict[str, str],
    properties: dict[str, str],
    countersign: Countersign | None,
) -> tuple[Decision, ...]:
    if countersign is not None:
        return tuple(_labelled(text) for text in properties.get("decisions", DEFAULT_SEAT_DECISIONS).split("|"))
    outgoing = [flow for flow in flows if flow.source == activity_id]
    if len(outgoing) != 1 or elements.get(outgoing[0].target) != "exclusiveGateway":
        return (SUBMIT,)
    choices = [flow for flow in flows if flow.source == outgoing[0].target]
    asked = [decision_asked(flow) for flow in choices]
    if not any(asked):
        return (SUBMIT,)
    return tuple(
        Decision(value or flow.id, flow.name or value or flow.id)
        for flow, value in zip(choices, asked, strict=True)
        if value or flow.is_default
    )


def _labelled(text: str) -> Decision:
    value, _, label = text.partition(":")
    return Decision(value.strip(), label.strip() or value.strip())


def decision_asked(flow: Flow) -> str | None:
    """Return X where the flow's condition is ``decision == 'X'``, in either notation; else ``None``."""
    text = (flow.condition or "").strip()
    for opening in ("${", "#{"):
        text = text.removeprefix(opening)
    left, equals, right = text.removesuffix("}").partition("==")
    right = right.strip()
    if (
        not equals
        or left.strip() != "decision"
        or len(right) < len("''")
        or right[0] not in "'\""
        or right[-1] != right[0]
    ):
        return None
    return right[1:-1]
