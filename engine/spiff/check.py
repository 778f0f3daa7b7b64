"""Judges files before they are deployed: whatever would not run as BPMN 2.0 says is refused, with element and line.

What is accepted here is exactly what :mod:`engine.execution` carries out. ``docs/bpmn-support.md`` lists it element by element.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import PurePosixPath

from lxml import etree

from engine import countersign
from engine.delegates import Vocabulary
from engine.durations import parse_duration
from engine.errors import ExpressionInvalid, FileUnreadable
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.expressions.language import compile_expression, compile_script, compile_value
from engine.model import Activity, Finding, Flow, Process
from engine.spiff import reader, rules, xml
from engine.spiff.rules import Rule
from engine.spiff.stepper import Stepper

LONGEST_NAME = 200
SUPPORTED = frozenset(
    "startEvent endEvent userTask manualTask scriptTask serviceTask exclusiveGateway parallelGateway".split()
)
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway"})
SETTINGS: Mapping[str, frozenset[str] | None] = {
    "kind": None,
    "opinion": frozenset({"optional", "required", "required_on_refusal"}),
    "operations": None,
    "when_empty": None,
    "when_initiator": frozenset({"self"}),
    "same_person": frozenset({"ask"}),
    "calendar": frozenset({"natural"}),
    "completion": None,
    "decisions": None,
    "agreeing": None,
    "weights": None,
    "may_skip_by_rule": frozenset({"false"}),
}
FIELD_SETTINGS = ("access:", "required:")


def check(files: Mapping[str, bytes], vocabulary: Vocabulary) -> list[Finding]:
    """Say everything that is to be said of the files of one deployment.

    Args:
        files: Name and content; exactly one is BPMN, others are its forms.
        vocabulary: The names a model may use.

    Returns:
        Findings in the order of file and line; the files are deployable if none is an error.
    """
    models = [name for name in files if name.endswith((".bpmn", ".bpmn20.xml", ".xml"))]
    if len(models) != 1:
        return [_finding(next(iter(files), ""), 1, None, rules.FILES_AMBIGUOUS, count=len(models))]
    file = models[0]
    try:
        root = xml.parse(file, files[file])
        element = reader.find_process(file, root)
    except FileUnreadable as error:
        return [_finding(file, error.line, None, rules.FILE_UNREADABLE, reason=error.reason)]
    process = reader.read_process(file, element)
    judge = _Judge(process, element, vocabulary)
    findings = sorted(judge.findings(), key=lambda finding: (finding.line, finding.rule))
    if not any(finding.severity == "error" for finding in findings):
        findings.extend(_refused_by_spiffworkflow(process, element))
    return findings


def _refused_by_spiffworkflow(process: Process, element: etree._Element) -> Iterator[Finding]:
    try:
        Stepper(process, element)
    except FileUnreadable as error:
        yield _finding(process.file, error.line, None, rules.SPIFFWORKFLOW_REFUSES, reason=error.reason)


class _Judge:
    def __init__(self, process: Process, element: etree._Element, vocabulary: Vocabulary) -> None:
        self._process = process
        self._element = element
        self._vocabulary = vocabulary
        self._file = process.file

    def findings(self) -> Iterator[Finding]:
        yield from self._ids()
        yield from self._shape()
        for activity in self._process.activities.values():
            yield from self._activity(activity)
        yield from self._flows()
        yield from self._reach()

    def _of(self, activity: Activity, rule: Rule, **facts: object) -> Finding:
        return _finding(self._file, activity.line, activity.id, rule, **facts)

    def _on(self, flow: Flow, rule: Rule, **facts: object) -> Finding:
        return _finding(self._file, flow.line, flow.id, rule, **facts)

    def _ids(self) -> Iterator[Finding]:
        named = [node for node in self._element.iter() if xml.is_bpmn(node)]
        ids = Counter(node.get("id") for node in named if node.get("id"))
        for node in named:
            line, node_id, name = node.sourceline or 0, node.get("id"), node.get("name", "")
            if ids.get(node_id, 0) > 1:
                yield _finding(self._file, line, node_id, rules.DUPLICATE_ID, id=node_id)
            if max(len(node_id or ""), len(name)) > LONGEST_NAME:
                yield _finding(self._file, line, node_id, rules.NAME_TOO_LONG, limit=LONGEST_NAME)
            if not node_id and xml.local_name(node) in reader.FLOW_NODES | {"sequenceFlow", "process"}:
                yield _finding(self._file, line, None, rules.MISSING_ID)
        if PurePosixPath(self._file).name.partition(".")[0] != self._process.key:
            yield _finding(
                self._file, self._element.sourceline or 0, self._process.key, rules.KEY_NOT_FILE, key=self._process.key
            )

    def _shape(self) -> Iterator[Finding]:
        elements = Counter(activity.element for activity in self._process.activities.values())
        line = self._element.sourceline or 0
        if elements["startEvent"] == 0:
            yield _finding(self._file, line, self._process.key, rules.NO_START)
        if elements["startEvent"] > 1:
            yield _finding(self._file, line, self._process.key, rules.SEVERAL_STARTS)
        if elements["endEvent"] == 0:
            yield _finding(self._file, line, self._process.key, rules.NO_END)
        for node in self._element:
            if not xml.is_bpmn(node):
                continue
            for child in node:
                if xml.is_bpmn(child) and xml.local_name(child).endswith("EventDefinition"):
                    tag = xml.local_name(child)
                    yield _finding(self._file, node.sourceline or 0, node.get("id"), rules.UNSUPPORTED_EVENT, tag=tag)
            if self._loops_unsupported(node):
                yield _finding(self._file, node.sourceline or 0, node.get("id"), rules.UNSUPPORTED_LOOP)

    def _loops_unsupported(self, node: etree._Element) -> bool:
        multi = node.find(xml.bpmn("multiInstanceLoopCharacteristics")) is not None
        looped = node.find(xml.bpmn("standardLoopCharacteristics")) is not None
        return looped or (multi and xml.local_name(node) not in reader.PERSON_TASKS)

    def _activity(self, activity: Activity) -> Iterator[Finding]:
        if activity.element not in SUPPORTED:
            instead = rules.INSTEAD.get(activity.element, "请改用本平台支持的元素。")
            yield self._of(activity, rules.UNSUPPORTED_ELEMENT, tag=activity.element, instead=instead)
            return
        if activity.element in reader.PERSON_TASKS:
            yield from self._person_task(activity)
        elif activity.element == "serviceTask":
            if activity.service is None:
                yield self._of(activity, rules.SERVICE_MISSING)
            elif activity.service not in self._vocabulary.services:
                yield self._of(activity, rules.UNKNOWN_SERVICE, service=activity.service)
        elif activity.element == "scriptTask":
            yield from self._script(activity)
        yield from self._settings(activity)

    def _script(self, activity: Activity) -> Iterator[Finding]:
        if not activity.script:
            yield self._of(activity, rules.SCRIPT_MISSING)
            return
        try:
            compile_script(activity.script)
        except ExpressionInvalid as error:
            yield self._of(activity, rules.BAD_EXPRESSION, source=error.source, reason=error.reason)

    def _person_task(self, activity: Activity) -> Iterator[Finding]:
        vocabulary = self._vocabulary
        written = activity.assignee or activity.candidate_users or activity.candidate_groups
        if not written and activity.lane not in vocabulary.posts.values():
            yield self._of(activity, rules.NOBODY)
        for post in activity.candidate_groups:
            if not post.startswith(("${", "#{")) and post not in vocabulary.posts:
                yield self._of(activity, rules.UNKNOWN_POST, post=post)
        people = [text for text in (activity.assignee, activity.candidate_users, *activity.candidate_groups) if text]
        functions = frozenset(VARIABLE_FUNCTIONS) | vocabulary.directory_functions
        for text in [*people, *([activity.due] if activity.due else [])]:
            yield from self._expression(activity, text, functions)
        if activity.kind is not None and activity.kind not in vocabulary.kinds:
            yield self._of(activity, rules.UNKNOWN_KIND, kind=activity.kind)
        if activity.due and not activity.due.startswith(("${", "#{")) and not _is_due(activity.due):
            yield self._of(activity, rules.BAD_DUE, due=activity.due)
        if activity.countersign is not None:
            rule = activity.countersign
            if not rule.collection or not rule.element_variable:
                yield self._of(activity, rules.COLLECTION_MISSING)
            try:
                countersign.parse_completion(rule.completion)
            except ValueError:
                yield self._of(activity, rules.BAD_COMPLETION, completion=rule.completion)

    def _expression(self, activity: Activity, text: str, functions: frozenset[str]) -> Iterator[Finding]:
        try:
            unknown = compile_value(text).functions - functions
        except ExpressionInvalid as error:
            yield self._of(activity, rules.BAD_EXPRESSION, source=text, reason=error.reason)
        else:
            if unknown:
                reason = "没有函数 " + "、".join(sorted(unknown))
                yield self._of(activity, rules.BAD_EXPRESSION, source=text, reason=reason)

    def _settings(self, activity: Activity) -> Iterator[Finding]:
        for name, value in activity.properties.items():
            if name.startswith(FIELD_SETTINGS):
                continue
            if name not in SETTINGS:
                yield self._of(activity, rules.UNKNOWN_SETTING, name=name)
                continue
            accepted = SETTINGS[name]
            if accepted is not None and value not in accepted:
                yield self._of(activity, rules.UNSUPPORTED_SETTING, name=name, value=value)

    def _flows(self) -> Iterator[Finding]:
        activities = self._process.activities
        pairs = Counter((flow.source, flow.target) for flow in self._process.flows)
        for flow in self._process.flows:
            if flow.source not in activities or flow.target not in activities:
                yield self._on(flow, rules.FLOW_DANGLING)
                continue
            if pairs[(flow.source, flow.target)] > 1:
                yield self._on(flow, rules.FLOW_TWICE)
            source = activities[flow.source]
            if source.element == "exclusiveGateway":
                yield from self._choice(flow)
            elif flow.condition is not None:
                yield self._on(flow, rules.CONDITION_MISPLACED)
        for activity in activities.values():
            if activity.element not in GATEWAYS and len(self._process.outgoing(activity.id)) > 1:
                yield self._of(activity, rules.SEVERAL_OUTGOING)

    def _choice(self, flow: Flow) -> Iterator[Finding]:
        if flow.condition is None:
            if not flow.is_default and len(self._process.outgoing(flow.source)) > 1:
                yield self._on(flow, rules.CONDITION_MISSING)
            return
        try:
            unknown = compile_expression(flow.condition).functions - frozenset(VARIABLE_FUNCTIONS)
        except ExpressionInvalid as error:
            yield self._on(flow, rules.BAD_EXPRESSION, source=flow.condition, reason=error.reason)
        else:
            if unknown:
                reason = "没有函数 " + "、".join(sorted(unknown))
                yield self._on(flow, rules.BAD_EXPRESSION, source=flow.condition, reason=reason)

    def _reach(self) -> Iterator[Finding]:
        activities = self._process.activities
        onward: dict[str, set[str]] = {key: set() for key in activities}
        backward: dict[str, set[str]] = {key: set() for key in activities}
        for flow in self._process.flows:
            if flow.source in activities and flow.target in activities:
                onward[flow.source].add(flow.target)
                backward[flow.target].add(flow.source)
        starts = {a.id for a in activities.values() if a.element == "startEvent"}
        ends = {a.id for a in activities.values() if a.element == "endEvent"}
        reached, ending = _closure(starts, onward), _closure(ends, backward)
        for activity in activities.values():
            if not onward[activity.id] and activity.element != "endEvent":
                yield self._of(activity, rules.NO_WAY_OUT)
            elif activity.id not in ending:
                yield self._of(activity, rules.END_OUT_OF_REACH)
            if activity.id not in reached:
                yield self._of(activity, rules.NO_WAY_IN)
        automatic = {a.id for a in activities.values() if a.element not in reader.PERSON_TASKS}
        among = {key: onward[key] & automatic for key in automatic}
        for key in sorted(automatic):
            if key in _closure(among[key], among):
                yield self._of(activities[key], rules.LOOP_WITHOUT_PERSON)


def _closure(seeds: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    """Return everything reachable from the seeds, the seeds included."""
    found, ahead = set(seeds), list(seeds)
    while ahead:
        for follower in edges[ahead.pop()] - found:
            found.add(follower)
            ahead.append(follower)
    return found


def _is_due(text: str) -> bool:
    if parse_duration(text) is not None:
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _finding(file: str, line: int, element: str | None, rule: Rule, **facts: object) -> Finding:
    return Finding(file, line, element, rule.id, rule.severity, rule.sentence.format(**facts))
