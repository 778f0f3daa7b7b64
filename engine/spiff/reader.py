"""Turns BPMN files into a :class:`engine.process.Process`: what a model says, before anybody judges it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from engine.errors import FileUnreadable
from engine.process import (
    PERSON_TASKS,
    SEAT_DECISIONS,
    Activity,
    Countersign,
    Decision,
    Flow,
    Loop,
    Process,
)
from engine.spiff import extensions, triggers, xml

FLOW_NODES = frozenset(
    """startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent implicitThrowEvent
    task userTask manualTask scriptTask serviceTask sendTask receiveTask businessRuleTask callActivity
    subProcess adHocSubProcess transaction
    exclusiveGateway inclusiveGateway parallelGateway eventBasedGateway complexGateway""".split()
)
BPMN_FILES = (".bpmn", ".bpmn2", ".xml")
MOST_NODES = 10_000
"""Flow nodes and flows of one file; no office draws a tenth of that, and more would keep the reader of a report waiting."""
MOST_PROCESSES = 100
MOST_WRITTEN = 500_000
"""Characters of conditions, scripts and parameters in one file."""
WRITTEN = (
    *map(xml.bpmn, ("conditionExpression", "script", "condition", "completionCondition", "loopCardinality")),
    *(prefix + name for prefix in xml.IN_EXTENSIONS for name in ("inputParameter", "outputParameter")),
)
LISTED = re.compile(r"(?:[$#]\{[^}]*\}|[^,])+")
SUBMIT = Decision("submit", "提交")
DEFAULT_AGREEING = "agree|amend"


@dataclass(frozen=True)
class Model:
    """A process as it stands in its file; ``declared`` is what its events refer to there."""

    key: str
    file: str
    element: etree._Element
    declared: triggers.Declared
    executable: bool = True


def is_model(name: str) -> bool:
    """Tell by its name whether a file is a BPMN file."""
    return name.lower().endswith(BPMN_FILES)


def drawn_in(file: str, content: bytes) -> list[Model]:
    """Return the processes of a file that are meant to be executed, in its order.

    A process that does not say whether it is executable is, unless it is public or another one of its file says so: that is
    how Camunda, Flowable and Activiti read it. Where none is, those drawn are returned as not executable.

    Raises:
        FileUnreadable: It is no BPMN, has no process, or more than anybody draws.
    """
    root = xml.parse(file, content)
    if root.tag != xml.bpmn("definitions"):
        raise FileUnreadable(file, root.sourceline or 1, "不是 BPMN 2.0 文件")
    processes = root.findall(xml.bpmn("process"))
    if not processes:
        raise FileUnreadable(file, root.sourceline or 1, "没有流程（process）")
    if len(processes) > MOST_PROCESSES:
        raise FileUnreadable(file, processes[-1].sourceline or 1, f"超过 {MOST_PROCESSES} 个流程的上限")
    if sum(1 for _node in root.iter(*map(xml.bpmn, (*FLOW_NODES, "sequenceFlow")))) > MOST_NODES:
        raise FileUnreadable(file, root.sourceline or 1, f"超过 {MOST_NODES} 个环节和连线的上限，请拆成几个流程")
    if sum(len("".join(one.itertext())) for one in root.iter(*WRITTEN)) > MOST_WRITTEN:
        raise FileUnreadable(file, root.sourceline or 1, f"条件、脚本和参数超过 {MOST_WRITTEN} 个字符的上限")
    drawn = [one for one in processes if any(xml.local_name(node) in FLOW_NODES for node in one if xml.is_bpmn(node))]
    said = [one for one in processes if xml.flag(one, "isExecutable")]
    unsaid = [one for one in drawn if one.get("isExecutable") is None and one.get("processType") != "Public"]
    taken = said or unsaid
    known = triggers.declared(root)
    return [
        Model(one.get("id", "").strip(), file, one, known, executable=bool(taken))
        for one in taken or drawn or processes[:1]
    ]


def read_models(files: Mapping[str, bytes]) -> dict[str, Model]:
    """Return the executable processes of the BPMN files among these, by key, in the order of the files.

    Raises:
        FileUnreadable: A file is no BPMN, or brings a key a second time.
    """
    models: dict[str, Model] = {}
    for file in sorted(filter(is_model, files)):
        for model in drawn_in(file, files[file]):
            if model.key in models:
                raise FileUnreadable(file, model.element.sourceline or 1, f"流程标识“{model.key}”出现多次")
            if model.executable:
                models[model.key] = model
    return models


def read_process(models: Mapping[str, Model], key: str) -> Process:
    """Return what the model of this key says, with all that it calls and that is among the models."""
    main = read_own(models[key])
    activities, flows = dict(main.activities), list(main.flows)
    called: dict[str, None] = {}
    ahead = list(main.activities.values())
    while ahead:
        name = ahead.pop().called
        if name is None or name == key or name in called or name not in models:
            continue
        called[name] = None
        one = read_own(models[name], f"{name}:")
        activities.update(one.activities)
        flows.extend(one.flows)
        ahead.extend(one.activities.values())
    return replace(main, activities=activities, flows=tuple(flows), called=tuple(called))


def read_own(model: Model, prefix: str = "") -> Process:
    """Return what a model says, without what it calls; ``prefix`` stands before the ids of its nodes and flows."""
    activities: dict[str, Activity] = {}
    flows: list[Flow] = []
    _read_container(model, model.element, model.key, prefix, None, activities, flows)
    name = model.element.get("name", "").strip() or model.key
    properties = extensions.properties(model.element)
    return Process(model.key, name, model.file, activities, tuple(flows), properties=properties)


def _read_container(
    model: Model,
    element: etree._Element,
    container: str,
    prefix: str,
    lane_around: str | None,
    activities: dict[str, Activity],
    flows: list[Flow],
) -> None:
    """Read the flow nodes of a process or subprocess, and of the subprocesses in it, whose lane is theirs too."""
    own = tuple(_flows(element, prefix))
    flows.extend(own)
    outgoing: dict[str, list[Flow]] = {}
    for flow in own:
        outgoing.setdefault(flow.source, []).append(flow)
    lanes = _lanes(element)
    nodes = [node for node in element if xml.is_bpmn(node) and xml.local_name(node) in FLOW_NODES]
    elements = {prefix + node.get("id", ""): xml.local_name(node) for node in nodes}
    for node in nodes:
        activity = _activity(model, node, container, prefix)
        lane = lanes.get(node.get("id", ""), lane_around)
        decisions = _decisions(activity, outgoing, elements)
        activities[activity.id] = replace(activity, lane=lane, decisions=decisions)
        if activity.element == "subProcess":
            _read_container(model, node, activity.id, prefix, lane, activities, flows)


def _flows(container: etree._Element, prefix: str) -> Iterator[Flow]:
    """Yield the sequence flows of a container; one without an id goes by its ends, for BPMN does not ask for ids of flows."""
    defaults = {(node.get("id"), node.get("default")) for node in container if node.get("default")}
    unnamed: Counter[str] = Counter()
    for flow in container.findall(xml.bpmn("sequenceFlow")):
        source, target, flow_id = flow.get("sourceRef", ""), flow.get("targetRef", ""), flow.get("id")
        if not flow_id:
            flow_id = f"{source}..{target}"
            unnamed[flow_id] += 1
            flow_id += f"..{unnamed[flow_id]}" if unnamed[flow_id] > 1 else ""
        yield Flow(
            id=prefix + flow_id,
            name=flow.get("name", "").strip(),
            source=prefix + source,
            target=prefix + target,
            condition=xml.text_of(flow, "conditionExpression"),
            is_default=(source, flow.get("id")) in defaults,
            line=flow.sourceline or 0,
        )


def _lanes(container: etree._Element) -> dict[str, str]:
    """Return the innermost lane's name of each node."""
    return {
        (reference.text or "").strip(): lane.get("name", "").strip()
        for lanes in container.findall(xml.bpmn("laneSet"))
        for lane in lanes.iter(xml.bpmn("lane"))
        for reference in lane.findall(xml.bpmn("flowNodeRef"))
    }


def _activity(model: Model, node: etree._Element, container: str, prefix: str) -> Activity:
    element = xml.local_name(node)
    properties = extensions.properties(node)
    owners = extensions.potential_owners(node)
    attached_to = xml.local_reference(node, node.get("attachedToRef", ""))
    called = xml.local_reference(node, node.get("calledElement", "")) if element == "callActivity" else ""
    documentation = node.find(xml.bpmn("documentation"))
    return Activity(
        id=prefix + node.get("id", ""),
        element=element,
        name=node.get("name", "").strip(),
        line=node.sourceline or 0,
        container=container,
        file=model.file,
        documentation=(documentation.text or "").strip() if documentation is not None else "",
        assignee=xml.extension_attribute(node, "assignee") or owners.assignee,
        candidate_users=xml.extension_attribute(node, "candidateUsers") or owners.users,
        candidate_groups=_listed(xml.extension_attribute(node, "candidateGroups")) or owners.groups,
        due=xml.extension_attribute(node, "dueDate"),
        form=_form(node),
        form_fields=extensions.form_fields(node),
        service=extensions.service(node) if element in ("serviceTask", "sendTask") else None,
        slow=element == "serviceTask" and extensions.is_asynchronous(node),
        script=_script(node),
        decision_table=extensions.decision_table(node) if element == "businessRuleTask" else None,
        result_variable=xml.extension_attribute(node, "resultVariable"),
        result_mapping=xml.extension_attribute(node, "mapDecisionResult"),
        properties=properties,
        inputs=extensions.parameters(node, "inputParameter"),
        outputs=extensions.parameters(node, "outputParameter"),
        countersign=_countersign(node, properties) if element in PERSON_TASKS else None,
        loop=_loop(node) if element in ("subProcess", "callActivity") else None,
        trigger=triggers.read(node, model.declared),
        attached_to=prefix + attached_to if attached_to else None,
        interrupting=xml.flag(
            node, "cancelActivity" if element == "boundaryEvent" else "isInterrupting", otherwise=True
        ),
        by_event=element == "subProcess" and xml.flag(node, "triggeredByEvent"),
        called=called or None,
        given=extensions.exchange(node, "in"),
        taken=extensions.exchange(node, "out"),
    )


def _form(node: etree._Element) -> str | None:
    """Return the name of the form of a step, however Camunda's designer writes where it lies."""
    form = xml.extension_attribute(node, "formRef") or xml.extension_attribute(node, "formKey")
    return form.removeprefix("camunda-forms:deployment:").removeprefix("forms/") if form else None


def _script(node: etree._Element) -> str | None:
    script = node.find(xml.bpmn("script"))
    if script is None:
        return None
    text = "".join(script.itertext()).strip()
    result = xml.extension_attribute(node, "resultVariable")
    return f"{result} = {text}" if result and text else text


def _listed(text: str | None) -> tuple[str, ...]:
    """Return what commas divide; those inside an expression do not."""
    return tuple(part for match in LISTED.finditer(text or "") if (part := match[0].strip()))


def _countersign(node: etree._Element, properties: Mapping[str, str]) -> Countersign | None:
    loop = _loop(node)
    if loop is None:
        return None
    completion = properties.get("completion", "sequence" if loop.sequential else "all")
    return Countersign(
        collection=loop.collection or "",
        element_variable=loop.element_variable or "",
        completion=completion,
        agreeing=frozenset(properties.get("agreeing", DEFAULT_AGREEING).split("|")),
        weights=properties.get("weights") or None,
        condition=None if "completion" in properties else loop.condition,
        sequential=loop.sequential or completion == "sequence",
    )


def _loop(node: etree._Element) -> Loop | None:
    loop = node.find(xml.bpmn("multiInstanceLoopCharacteristics"))
    if loop is None:
        return None
    collection = xml.extension_attribute(loop, "collection") or xml.text_of(loop, "loopDataInputRef")
    item = loop.find(xml.bpmn("inputDataItem"))
    named = (item.get("name") or item.get("id")) if item is not None else None
    return Loop(
        sequential=xml.flag(loop, "isSequential"),
        collection=extensions.unwrapped(collection) if collection else None,
        element_variable=xml.extension_attribute(loop, "elementVariable") or named,
        cardinality=xml.text_of(loop, "loopCardinality"),
        condition=xml.text_of(loop, "completionCondition"),
    )


def _decisions(
    activity: Activity, outgoing: Mapping[str, list[Flow]], elements: Mapping[str, str]
) -> tuple[Decision, ...]:
    """Return what may be decided in a step: what the gateway behind it asks for, or its own ways out."""
    if activity.element not in PERSON_TASKS:
        return ()
    if activity.countersign is not None:
        given = activity.properties.get("decisions")
        return tuple(_labelled(text) for text in given.split("|")) if given is not None else SEAT_DECISIONS
    own = outgoing.get(activity.id, [])
    gateways = [flow.target for flow in own if elements.get(flow.target) in ("exclusiveGateway", "inclusiveGateway")]
    choices = [*own, *(flow for gateway in dict.fromkeys(gateways) for flow in outgoing.get(gateway, ()))]
    asked = [decision_asked(flow) for flow in choices]
    if not any(asked):
        return (Decision(SUBMIT.value, own[0].name or SUBMIT.label) if len(own) == 1 else SUBMIT,)
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
    left, equals, right = extensions.unwrapped(flow.condition or "").partition("==")
    right = right.strip()
    quoted = len(right) >= len("''") and right[0] in "'\"" and right[-1] == right[0]
    return right[1:-1] if equals and left.strip() == "decision" and quoted else None
