"""Variables: conditions that ask for what nothing sets, and branches side by side that write the same one."""

from collections import Counter
from collections.abc import Iterator, Sequence

from engine.errors import ExpressionInvalid
from engine.expressions.language import compile_expression, compile_script
from engine.model import Finding
from engine.process import GATEWAYS, PERSON_TASKS, Activity, Flow, Process
from engine.spiff import rules
from engine.spiff.checks.judged import VARIABLE, Judged
from engine.spiff.checks.paths import closure
from engine.spiff.reader import decision_asked

ALWAYS = frozenset(
    "initiator initiator_unit title loopCounter nrOfInstances nrOfCompletedInstances nrOfActiveInstances".split()
)
MOST_WORK = 500_000
"""Nodes looked at in search of branches that write one variable; no office draws a process that needs as much."""
OF_STEPS = ("decision_of.", "votes.", "passed.")
Asked = tuple[Flow, frozenset[str]]
"""A flow with a condition, and the variables it asks for."""


def findings(judged: Judged) -> Iterator[Finding]:
    """Yield what may go wrong with the variables of a process."""
    asked = [(flow, _names(flow)) for flow in _conditional(judged)]
    if not any(_is_open(one) for one in judged.activities):
        yield from _unknown(judged, asked)
    yield from _not_offered(judged, asked)
    yield from _concurrent(judged)


def _is_open(activity: Activity) -> bool:
    """Tell whether a step may bring any variable: a message or signal does, and a call that hands everything back."""
    brings = activity.trigger is not None and activity.trigger.kind in ("message", "signal")
    return (brings and activity.element != "endEvent") or activity.taken.everything


def _unknown(judged: Judged, asked: Sequence[Asked]) -> Iterator[Finding]:
    """Find what is asked for in conditions and lists but that nothing in the process writes."""
    written = ALWAYS | judged.fields | judged.vocabulary.written
    for activity in judged.activities:
        written |= _writes(activity)
    for flow, names in asked:
        known = written | {"decision"} if _is_just_decided(judged.process, flow) else written
        for name in sorted(names - known):
            if not _is_of_a_step(judged, name):
                yield judged.on(flow, rules.UNKNOWN_VARIABLE, name=name)
    for activity in judged.activities:
        repeated = activity.countersign or activity.loop
        listed = (repeated.collection if repeated is not None else None) or ""
        if VARIABLE.fullmatch(listed) and listed not in written and not _is_of_a_step(judged, listed):
            yield judged.of(activity, rules.UNKNOWN_VARIABLE, name=listed)


def _not_offered(judged: Judged, asked: Sequence[Asked]) -> Iterator[Finding]:
    """Find conditions about a decision that are not written so that the step offers it."""
    for flow, names in asked:
        if "decision" in names and decision_asked(flow) is None and _is_just_decided(judged.process, flow):
            yield judged.on(flow, rules.DECISION_NOT_OFFERED)


def _conditional(judged: Judged) -> Iterator[Flow]:
    return (flow for flow in judged.process.flows if flow.condition is not None and not flow.is_default)


def _is_just_decided(process: Process, flow: Flow) -> bool:
    """Tell whether a condition stands where a decision is known: on a person's task, or at the gateway directly behind one."""
    sources = [flow.source, *(one.source for one in process.incoming(flow.source))]
    places = [place for place in map(process.activities.get, sources) if place is not None]
    if places and places[0].element not in GATEWAYS:
        places = places[:1]
    return any(place.element in PERSON_TASKS and place.countersign is None for place in places)


def _is_of_a_step(judged: Judged, name: str) -> bool:
    return name.startswith(OF_STEPS) and name.partition(".")[2] in judged.process.activities


def _names(flow: Flow) -> frozenset[str]:
    try:
        return compile_expression(flow.condition or "").names
    except ExpressionInvalid:
        return frozenset()


def _writes(activity: Activity) -> frozenset[str]:
    """Return the names that a step, as the model says, writes or holds."""
    names = {one.name for one in (*activity.inputs, *activity.outputs, *activity.taken.assigned)}
    names |= {field.key for field in activity.form_fields}
    names |= {name for name in (activity.result_variable, activity.decision_table) if name}
    if activity.loop is not None and activity.loop.element_variable:
        names.add(activity.loop.element_variable)
    return frozenset(names | _assigned(activity))


def _assigned(activity: Activity) -> set[str]:
    try:
        return {name for name, _value in compile_script(activity.script).lines} if activity.script else set()
    except ExpressionInvalid:
        return set()


def _concurrent(judged: Judged) -> Iterator[Finding]:
    """Find variables that two branches of one split write: the last commit wins, and the director should know."""
    process = judged.process
    edits = {one.id: _edits(one) for one in judged.activities}
    writers = Counter(name for names in edits.values() for name in names)
    shared = {name for name, number in writers.items() if number > 1}
    work = MOST_WORK
    for split in judged.activities if shared else ():
        heads = dict.fromkeys(flow.target for flow in process.outgoing(split.id) if flow.target in process.activities)
        if not _splits(split) or len(heads) < len("ab") or work <= 0:
            continue
        branches = [closure({head}, judged.ahead, without=split.id) for head in heads]
        work -= sum(map(len, branches))
        common = set.intersection(*branches)
        found = Counter(
            name for branch in branches for name in set().union(*(edits[node] for node in branch - common)) & shared
        )
        for name in sorted(name for name, number in found.items() if number > 1):
            yield judged.of(split, rules.WRITTEN_TWICE, name=name)


def _splits(activity: Activity) -> bool:
    """Tell whether several flows out of a node may be taken at once."""
    return activity.element not in ("exclusiveGateway", "eventBasedGateway")


def _edits(activity: Activity) -> set[str]:
    names = _assigned(activity) | {one.name for one in activity.outputs if activity.element not in PERSON_TASKS}
    for setting, value in activity.properties.items():
        if setting.startswith("access:") and value == "edit":
            names.add(setting.removeprefix("access:"))
    decided = activity.result_variable if activity.element == "businessRuleTask" else None
    return names | ({decided} if decided else set())
