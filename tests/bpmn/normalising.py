"""Copies of public models in which everything is named that an office must name, so that their flows can be played.

What is drawn stays: nodes, flows, gateways, events and how they are nested. Who does a step, which service is called, forms,
listeners, and expressions about objects of other engines are replaced. A file that is no BPMN stays as it is.
"""

import re
from itertools import cycle

from lxml import etree

from engine.durations import parse_cycle, parse_duration, parse_instant
from engine.errors import ExpressionInvalid
from engine.expressions.language import compile_expression
from tests.judge.driving import START_AT

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
VENDORS = (CAMUNDA, "http://flowable.org/bpmn", "http://activiti.org/bpmn")
KNOWN = {"n", "m", "loopCounter", "nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances"}
SERVICE = "passes"
CONDITIONS = ("${n > 1}", "${m > 1}", "${n + m < 3}")
TIMES = {"timeDate": "2030-01-01T00:00:00+00:00", "timeDuration": "PT1H", "timeCycle": "R3/PT1H"}
NAMED = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
DROPPED = """ioSpecification dataInputAssociation dataOutputAssociation potentialOwner humanPerformer performer
    standardLoopCharacteristics documentation auditing monitoring loopDataOutputRef outputDataItem loopDataInputRef
    inputDataItem resourceRole""".split()
KEPT = {"in", "out", "inputOutput", "inputParameter", "outputParameter"}


def normalised(content: bytes) -> bytes:
    """Return the copy."""
    try:
        root = etree.fromstring(content, etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False))
    except etree.XMLSyntaxError:
        return content
    if root.tag != _tag("definitions"):
        return content
    _Normaliser(root).carry_out()
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


class _Normaliser:
    """Changes one document."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._conditions = cycle(CONDITIONS)
        self._processes = {one.get("id") for one in root.iter(_tag("process"))}

    def carry_out(self) -> None:
        for name in DROPPED:
            for one in list(self._root.iter(_tag(name))):
                one.getparent().remove(one)
        for process in list(self._root.iter(_tag("process"))):
            if process.find(f".//{_tag('startEvent')}") is None:
                self._root.remove(process)
                continue
            process.set("isExecutable", "true")
            process.attrib.pop("processType", None)
            for node in list(process.iter()):
                self._extensions(node)
            for node in list(process.iter()):
                self._node(node)
            self._flows(process)
        declared = {one.get("id") for one in self._root}
        for one in list(self._root.iter()):
            kind = next((kind for kind in NAMED if one.get(f"{kind}Ref")), None)
            local = one.get(f"{kind}Ref", "").rpartition(":")[2]
            if kind is not None:
                one.set(f"{kind}Ref", local)
                if local not in declared:
                    declared.add(local)
                    self._declare(kind, local)
        for kind, attribute in NAMED.items():
            for one in self._root.findall(_tag(kind)):
                name = one.get(attribute) or one.get("id", "")
                one.set(attribute, re.sub(r"[${}#]", "", name) or kind)

    def _extensions(self, node: etree._Element) -> None:
        """Take away what other engines write, but what calls hand over and what is written at the end of a subprocess."""
        kept = {f"{{{vendor}}}{name}" for vendor in VENDORS for name in ("collection", "elementVariable")}
        for name in [name for name in node.attrib if name.startswith("{") and name not in kept]:
            if name.partition("}")[0][1:] in VENDORS:
                del node.attrib[name]
        for holder in node.findall(_tag("extensionElements")):
            for one in list(holder.iter()):
                name = etree.QName(one).localname
                plain = not len(one) or name == "inputOutput"
                strange = one.get("local") or one.get("businessKey")
                text = one.get("sourceExpression") or (one.text or "").strip() or (one.get("source") or "")
                if one is not holder and (name not in KEPT or not plain or strange or not _is_known(text)):
                    one.getparent().remove(one)

    def _node(self, node: etree._Element) -> None:
        tag = _local(node)
        if tag in ("task", "callActivity") and (tag == "task" or node.get("calledElement") not in self._processes):
            node.tag = _tag("userTask")
        elif tag in ("businessRuleTask", "sendTask") and not node.get("messageRef"):
            node.tag = _tag("serviceTask")
        elif tag == "receiveTask" and not node.get("messageRef"):
            node.set("messageRef", "normalised_message")
            self._declare("message", "normalised_message")
        tag = _local(node)
        if tag in ("userTask", "manualTask"):
            node.set(f"{{{CAMUNDA}}}assignee", "gexingyao")
            for holder in node.findall(_tag("extensionElements")):
                node.remove(holder)
        elif tag == "serviceTask":
            node.set(f"{{{CAMUNDA}}}delegateExpression", f"${{{SERVICE}}}")
        elif tag == "scriptTask":
            for one in node.findall(_tag("script")):
                node.remove(one)
            etree.SubElement(node, _tag("script")).text = "m = m + 1"
        elif tag == "multiInstanceLoopCharacteristics":
            self._loop(node)
        elif tag in TIMES:
            node.text = node.text if _is_time(tag, (node.text or "").strip()) else TIMES[tag]
        elif tag == "timerEventDefinition" and not any(_local(one) in TIMES for one in node):
            etree.SubElement(node, _tag("timeDuration")).text = TIMES["timeDuration"]
        elif tag == "conditionalEventDefinition":
            for one in list(node):
                node.remove(one)
            etree.SubElement(node, _tag("condition")).text = next(self._conditions)
        elif tag in ("messageEventDefinition", "signalEventDefinition"):
            kind = tag.removesuffix("EventDefinition")
            if not node.get(f"{kind}Ref"):
                node.set(f"{kind}Ref", f"normalised_{kind}")
                self._declare(kind, f"normalised_{kind}")

    def _loop(self, loop: etree._Element) -> None:
        on_task = _local(loop.getparent()) in ("userTask", "manualTask")
        cardinality = loop.find(_tag("loopCardinality"))
        text = (cardinality.text or "").strip() if cardinality is not None else ""
        for vendor in VENDORS:
            loop.attrib.pop(f"{{{vendor}}}collection", None)
            loop.attrib.pop(f"{{{vendor}}}elementVariable", None)
        if cardinality is not None and (on_task or not text.isdecimal()):
            loop.remove(cardinality)
            text = ""
        if not text:
            loop.set(f"{{{CAMUNDA}}}collection", "seats" if on_task else "things")
            loop.set(f"{{{CAMUNDA}}}elementVariable", "seat" if on_task else "thing")
        condition = loop.find(_tag("completionCondition"))
        if condition is not None and not _is_known("".join(condition.itertext())):
            loop.remove(condition)

    def _declare(self, kind: str, identifier: str) -> None:
        if not any(one.get("id") == identifier for one in self._root.findall(_tag(kind))):
            self._root.insert(0, etree.Element(_tag(kind), id=identifier, name=identifier))

    def _flows(self, process: etree._Element) -> None:
        for container in [process, *process.iter(_tag("subProcess"))]:
            nodes = {one.get("id"): one for one in container if one.get("id")}
            flows = container.findall(_tag("sequenceFlow"))
            for number, flow in enumerate(flows):
                flow.set("id", flow.get("id") or f"{container.get('id')}_flow_{number}")
                if flow.get("sourceRef") not in nodes or flow.get("targetRef") not in nodes:
                    container.remove(flow)
            flows = container.findall(_tag("sequenceFlow"))
            for name, node in nodes.items():
                outgoing = [flow for flow in flows if flow.get("sourceRef") == name]
                if node.get("default") not in {flow.get("id") for flow in outgoing}:
                    node.attrib.pop("default", None)
                self._ways_out(
                    node, outgoing, [nodes[one.get("sourceRef")] for one in flows if one.get("targetRef") == name]
                )

    def _ways_out(self, node: etree._Element, outgoing: list[etree._Element], before: list[etree._Element]) -> None:
        tag = _local(node)
        chooses = tag in ("exclusiveGateway", "inclusiveGateway") and len(outgoing) > 1
        decided = (
            tag == "exclusiveGateway"
            and [_local(one) for one in before] == ["userTask"]
            and before[0].find(_tag("multiInstanceLoopCharacteristics")) is None
        )
        for number, flow in enumerate(outgoing):
            given = flow.find(_tag("conditionExpression"))
            text = "".join(given.itertext()).strip() if given is not None else ""
            if given is not None:
                flow.remove(given)
            if flow.get("id") == node.get("default") or (tag.endswith("Event") or tag == "parallelGateway"):
                continue
            if chooses or text:
                condition = etree.SubElement(flow, _tag("conditionExpression"))
                condition.text = (
                    f"${{decision == 'd{number}'}}"
                    if decided
                    else text
                    if text and _is_known(text)
                    else next(self._conditions)
                )


def _tag(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def _local(node: etree._Element) -> str:
    name = etree.QName(node)
    return name.localname if name.namespace == BPMN else ""


def _is_known(text: str) -> bool:
    """Whether an expression can be evaluated in a play."""
    try:
        expression = compile_expression(text)
    except ExpressionInvalid:
        return False
    return expression.names <= KNOWN and not expression.functions


def _is_time(form: str, text: str) -> bool:
    try:
        if form == "timeDuration":
            return parse_duration(text) is not None
        (parse_cycle if form == "timeCycle" else parse_instant)(text, START_AT)
    except (ValueError, OverflowError):
        return False
    return True
