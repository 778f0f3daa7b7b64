"""Steps that run by themselves: scripts, services, decision tables, calls, repetition, and what they hand over."""

from collections.abc import Iterator

from engine.decisions.mapping import MAPPINGS
from engine.errors import ExpressionInvalid
from engine.expressions.language import compile_script
from engine.model import Finding
from engine.process import ADDRESSEE, PERSON_TASKS, Activity
from engine.spiff import rules
from engine.spiff.checks.events import EXPRESSION
from engine.spiff.checks.judged import CONDITION_FUNCTIONS, LONGEST_NAME, VARIABLE, Judged, missing_functions

MOST_RUNS = 1_000
"""Runs of a repeated subprocess or call that a model may ask for by number."""


def findings(judged: Judged) -> Iterator[Finding]:
    """Yield what is wrong with the automatic steps of a process."""
    for activity in judged.activities:
        if activity.element == "scriptTask":
            yield from _script(judged, activity)
        elif activity.element == "serviceTask" or (activity.element == "sendTask" and activity.trigger is None):
            yield from _service(judged, activity)
        elif activity.element == "businessRuleTask":
            if activity.decision_table is None:
                yield judged.of(activity, rules.DECISION_MISSING)
            elif activity.decision_table not in judged.decisions:
                yield judged.of(activity, rules.UNKNOWN_DECISION, decision=activity.decision_table)
            if activity.result_mapping is not None and activity.result_mapping not in MAPPINGS:
                yield judged.of(activity, rules.BAD_RESULT_MAPPING, mapping=activity.result_mapping)
        elif activity.element == "callActivity":
            yield from _call(judged, activity)
        yield from _loop(judged, activity)
        yield from _handed_over(judged, activity)


def _script(judged: Judged, activity: Activity) -> Iterator[Finding]:
    if not activity.script:
        yield judged.of(activity, rules.SCRIPT_MISSING)
        return
    try:
        script = compile_script(activity.script)
    except ExpressionInvalid as error:
        yield judged.of(activity, rules.BAD_EXPRESSION, source=error.source, reason=error.reason)
        return
    for _name, expression in script.lines:
        if unknown := expression.functions - CONDITION_FUNCTIONS:
            reason = missing_functions(unknown)
            yield judged.of(activity, rules.BAD_EXPRESSION, source=expression.source, reason=reason)


def _service(judged: Judged, activity: Activity) -> Iterator[Finding]:
    vocabulary = judged.vocabulary
    if activity.service is None:
        yield judged.of(activity, rules.SERVICE_MISSING)
    elif activity.service in vocabulary.slow_services:
        if not activity.slow:
            yield judged.of(activity, rules.SERVICE_SLOW, service=activity.service)
    elif activity.service not in vocabulary.services:
        yield judged.of(activity, rules.UNKNOWN_SERVICE, service=activity.service)


def _call(judged: Judged, activity: Activity) -> Iterator[Finding]:
    if not activity.called or "{" in activity.called:
        yield judged.of(activity, rules.CALLED_MISSING)
    elif activity.called not in judged.waiting.together:
        yield judged.of(activity, rules.CALLED_UNKNOWN, key=activity.called)


def _loop(judged: Judged, activity: Activity) -> Iterator[Finding]:
    loop = activity.loop
    if loop is None:
        return
    if loop.collection is not None:
        if not VARIABLE.fullmatch(loop.collection):
            yield judged.of(activity, rules.BAD_COLLECTION, collection=loop.collection)
    elif loop.cardinality is None:
        yield judged.of(activity, rules.LOOP_UNBOUNDED)
    elif loop.cardinality.isascii() and loop.cardinality.isdecimal():
        if int(loop.cardinality[:LONGEST_NAME]) > MOST_RUNS:
            yield judged.of(activity, rules.LOOP_TOO_OFTEN, limit=MOST_RUNS)
    elif loop.cardinality.startswith(EXPRESSION):
        yield from judged.value(activity, loop.cardinality)
    else:
        yield judged.of(activity, rules.LOOP_UNBOUNDED)
    if loop.condition is not None:
        yield from judged.condition(activity, loop.condition)
    if loop.element_variable is not None:
        yield from judged.name(activity, loop.element_variable)


def _handed_over(judged: Judged, activity: Activity) -> Iterator[Finding]:
    if activity.element in PERSON_TASKS:
        return
    for one in (*activity.inputs, *activity.outputs, *activity.given.assigned, *activity.taken.assigned):
        yield from judged.value(activity, one.value)
        yield from judged.name(activity, one.name)
    if activity.result_variable is not None and activity.element == "businessRuleTask":
        yield from judged.name(activity, activity.result_variable)
    throws = activity.trigger is not None and activity.element in ("intermediateThrowEvent", "endEvent", "sendTask")
    if throws and ADDRESSEE in activity.properties:
        yield from judged.value(activity, activity.properties[ADDRESSEE])
    for part in activity.properties.get("correlation", "").split(","):
        name, equals, expression = (piece.strip() for piece in part.partition("="))
        if name:
            yield from judged.name(activity, name)
        if name and throws:
            yield from judged.condition(activity, expression if equals else name)
