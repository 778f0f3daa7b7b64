"""How nodes hang together: starts, flows, gateways, boundary events, links, and what can be reached."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from engine.model import Finding
from engine.process import CATCHING, GATEWAYS, Activity, Flow, Process
from engine.spiff import rules
from engine.spiff.checks.judged import Judged
from engine.spiff.checks.paths import closure, on_circles, turned
from engine.spiff.checks.waiting import WAITING

CONDITIONAL = frozenset(
    """exclusiveGateway inclusiveGateway userTask manualTask scriptTask serviceTask sendTask receiveTask
    businessRuleTask callActivity subProcess""".split()
)


def findings(judged: Judged) -> Iterator[Finding]:
    """Yield what is wrong with the structure of a process and its subprocesses."""
    process = judged.process
    if PurePosixPath(process.file).name.partition(".")[0] != process.key:
        yield judged.at(judged.element, rules.KEY_NOT_FILE, key=process.key)
    known = [one for one in judged.vocabulary.judged if one is not None]
    if process.business is not None and process.business not in known:
        business, names = process.business, "、".join(known)
        yield judged.at(judged.element, rules.UNKNOWN_BUSINESS, business=business, known=names)
    containers = [(process.key, None), *((one.id, one) for one in judged.activities if one.element == "subProcess")]
    for container, subprocess in containers:
        yield from _starts(judged, container, subprocess)
        yield from _links(judged, judged.inside.get(container, []))
    for flow in process.flows:
        yield from _flow(judged, flow)
    for activity in judged.activities:
        yield from _node(judged, activity)
    yield from _reach(judged, [container for container, _subprocess in containers])
    yield from _loops(judged)


def _starts(judged: Judged, container: str, subprocess: Activity | None) -> Iterator[Finding]:
    starts = judged.process.starts_of(container)
    plain = [start for start in starts if start.trigger is None]
    several = len(plain) > 1 or (subprocess is not None and len(starts) > 1)
    if not starts:
        if subprocess is None:
            yield judged.at(judged.element, rules.NO_START)
        else:
            yield judged.of(subprocess, rules.NO_START)
    elif several:
        yield judged.of(starts[1], rules.SEVERAL_STARTS)


def _links(judged: Judged, inside: Sequence[Activity]) -> Iterator[Finding]:
    links = [one for one in inside if _is_link(one)]
    names = Counter(one.trigger.name for one in links if one.trigger and one.element == "intermediateCatchEvent")
    for link in links:
        name = link.trigger.name if link.trigger is not None else None
        if link.element == "intermediateThrowEvent" and name is not None and name not in names:
            yield judged.of(link, rules.LINK_MISSING, name=name)
        if link.element == "intermediateCatchEvent" and name is not None and names[name] > 1:
            yield judged.of(link, rules.LINK_TWICE, name=name)


def _is_link(activity: Activity) -> bool:
    return activity.trigger is not None and activity.trigger.kind == "link"


def _flow(judged: Judged, flow: Flow) -> Iterator[Finding]:
    activities = judged.process.activities
    source, target = activities.get(flow.source), activities.get(flow.target)
    if source is None or target is None:
        yield judged.on(flow, rules.FLOW_DANGLING)
        return
    if source.container != target.container:
        yield judged.on(flow, rules.FLOW_CROSSES)
    if (
        source.element == "endEvent"
        or target.element in ("startEvent", "boundaryEvent")
        or (source.element == "intermediateThrowEvent" and _is_link(source))
        or (target.element == "intermediateCatchEvent" and _is_link(target))
        or source.by_event
        or target.by_event
    ):
        yield judged.on(flow, rules.FLOW_MISPLACED)
    if flow.condition is not None and not flow.is_default:
        if source.element not in CONDITIONAL:
            yield judged.on(flow, rules.CONDITION_MISPLACED)
        else:
            yield from judged.condition(flow, flow.condition)
    elif source.element in ("exclusiveGateway", "inclusiveGateway"):
        several = len(judged.process.outgoing(source.id)) > 1
        if several and not flow.is_default:
            yield judged.on(flow, rules.CONDITION_MISSING)


def _node(judged: Judged, activity: Activity) -> Iterator[Finding]:
    process = judged.process
    if activity.element == "eventBasedGateway":
        for flow in process.outgoing(activity.id):
            target = process.activities.get(flow.target)
            if target is not None and not _is_awaited(process, target):
                yield judged.of(target, rules.EVENT_GATEWAY_TARGET)
    if activity.element == "boundaryEvent":
        yield from _boundary(judged, activity)
    if activity.trigger is not None and activity.trigger.kind == "error" and not activity.interrupting:
        yield judged.of(activity, rules.ERROR_NOT_INTERRUPTING)
    throws = activity.element == "endEvent" and activity.trigger is not None and activity.trigger.kind == "error"
    if throws and not _is_caught(process, activity):
        code = activity.trigger.name if activity.trigger is not None else None
        yield judged.of(activity, rules.ERROR_NOT_CAUGHT, code=code or "")


def _is_awaited(process: Process, target: Activity) -> bool:
    awaited = target.element in CATCHING and target.trigger is not None and target.trigger.kind != "link"
    return awaited and len(process.incoming(target.id)) == 1 and not process.boundaries(target.id)


def _boundary(judged: Judged, event: Activity) -> Iterator[Finding]:
    host = judged.process.activities.get(event.attached_to or "")
    kind = event.trigger.kind if event.trigger is not None else ""
    if host is None or host.container != event.container or host.element in GATEWAYS or host.element.endswith("Event"):
        yield judged.of(event, rules.BOUNDARY_DANGLING)
        return
    able = {
        "error": host.is_scope
        or host.element == "serviceTask"
        or (host.element == "sendTask" and host.trigger is None),
        "escalation": host.is_scope,
    }
    if not able.get(kind, host.element in WAITING or host.is_scope or host.slow) or host.by_event:
        yield judged.of(event, rules.BOUNDARY_NEVER, host=host.name or host.id)


def _is_caught(process: Process, thrower: Activity) -> bool:
    container = thrower.container
    code = thrower.trigger.name if thrower.trigger is not None else None
    while True:
        catching = [*process.event_subprocess_starts(container), *process.boundaries(container)]
        for event in catching:
            if event.trigger is not None and event.trigger.kind == "error" and event.trigger.name in (None, code):
                return True
        around = process.activities.get(container)
        if around is None:
            return False
        container = around.container


def _reach(judged: Judged, containers: list[str]) -> Iterator[Finding]:
    process, activities = judged.process, judged.activities
    starts = {start.id for container in containers for start in process.starts_of(container)}
    reached = closure(starts | {one.id for one in activities if one.by_event}, judged.ahead)
    ends = {one.id for one in activities if not _leaves(judged, one) and one.element not in GATEWAYS}
    ending = closure(ends, turned(judged.ahead))
    for activity in activities:
        if not _leaves(judged, activity) and activity.element in GATEWAYS:
            yield judged.of(activity, rules.NO_WAY_OUT)
        elif not _leaves(judged, activity) and activity.element != "endEvent" and not activity.by_event:
            yield judged.of(activity, rules.IMPLICIT_END)
        elif activity.id not in ending:
            yield judged.of(activity, rules.END_OUT_OF_REACH)
        if activity.id not in reached:
            yield judged.of(activity, rules.NO_WAY_IN)


def _leaves(judged: Judged, activity: Activity) -> bool:
    throws_link = activity.element == "intermediateThrowEvent" and _is_link(activity)
    return bool(judged.process.outgoing(activity.id)) or throws_link


def _loops(judged: Judged) -> Iterator[Finding]:
    """Find circles that nobody and nothing stops, those that a process makes by calling itself among them."""
    process, waiting = judged.process, judged.waiting
    automatic = {one.id for one in judged.activities if not waiting.at(process, one)}
    circles = on_circles({key: [one for one in judged.ahead[key] if one in automatic] for key in automatic})
    for activity in judged.activities:
        if activity.id in circles or waiting.calls_itself_at_once(process, activity):
            yield judged.of(activity, rules.LOOP_WITHOUT_PERSON)
