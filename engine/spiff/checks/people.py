"""Steps that people do: who, by when, in which seats, with which settings."""

from collections.abc import Iterator, Mapping

from engine import countersign
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.model import Finding
from engine.process import PERSON_TASKS, Activity
from engine.spiff import rules
from engine.spiff.checks.events import EXPRESSION, is_moment
from engine.spiff.checks.judged import LONGEST_NAME, VARIABLE, Judged

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
    "correlation": None,
    "may_skip_by_rule": frozenset({"false"}),
}
FIELD_SETTINGS = ("access:", "required:")
CALENDARS = frozenset({"natural", "working"})


def findings(judged: Judged) -> Iterator[Finding]:
    """Yield what is wrong with the persons' steps of a process, and with settings anywhere."""
    for activity in judged.activities:
        yield from _settings(judged, activity)
        if activity.element in PERSON_TASKS:
            yield from _who(judged, activity)
            yield from _due(judged, activity)
            yield from _seats(judged, activity)
            if activity.inputs or activity.outputs:
                yield judged.of(activity, rules.MAPPING_IGNORED)


def _who(judged: Judged, activity: Activity) -> Iterator[Finding]:
    vocabulary = judged.vocabulary
    written = activity.assignee or activity.candidate_users or activity.candidate_groups
    if not written and activity.lane not in vocabulary.posts.values():
        yield judged.of(activity, rules.NOBODY)
    for post in activity.candidate_groups:
        if not post.startswith(EXPRESSION) and post not in vocabulary.posts:
            yield judged.of(activity, rules.UNKNOWN_POST, post=post)
    functions = frozenset(VARIABLE_FUNCTIONS) | vocabulary.directory_functions
    for text in filter(None, (activity.assignee, activity.candidate_users, *activity.candidate_groups)):
        yield from judged.value(activity, text, functions)
        if not text.startswith(EXPRESSION) and any(len(name) > LONGEST_NAME for name in text.split(",")):
            yield judged.of(activity, rules.NAME_TOO_LONG, limit=LONGEST_NAME)
    if activity.kind is not None and activity.kind not in vocabulary.kinds:
        yield judged.of(activity, rules.UNKNOWN_KIND, kind=activity.kind)


def _due(judged: Judged, activity: Activity) -> Iterator[Finding]:
    if not activity.due:
        return
    if activity.due.startswith(EXPRESSION):
        yield from judged.value(activity, activity.due)
    elif not is_moment(activity.due, "duration") and not is_moment(activity.due, "date"):
        yield judged.of(activity, rules.BAD_DUE, due=activity.due)


def _seats(judged: Judged, activity: Activity) -> Iterator[Finding]:
    rule = activity.countersign
    if rule is None:
        return
    if not rule.collection or not rule.element_variable:
        yield judged.of(activity, rules.COLLECTION_MISSING)
    elif not VARIABLE.fullmatch(rule.collection):
        yield judged.of(activity, rules.BAD_COLLECTION, collection=rule.collection)
    if rule.element_variable:
        yield from judged.name(activity, rule.element_variable)
    if rule.completion.startswith("weight") and rule.weights is None:
        yield judged.of(activity, rules.WEIGHTS_MISSING)
    if rule.condition is not None:
        yield from judged.condition(activity, rule.condition)
    try:
        countersign.parse_completion(rule.completion)
    except ValueError:
        yield judged.of(activity, rules.BAD_COMPLETION, completion=rule.completion)


def _settings(judged: Judged, activity: Activity) -> Iterator[Finding]:
    for name, value in activity.properties.items():
        if name.startswith(FIELD_SETTINGS):
            continue
        if name not in SETTINGS:
            yield judged.of(activity, rules.UNKNOWN_SETTING, name=name)
            continue
        accepted = SETTINGS[name]
        if name == "calendar" and judged.vocabulary.calendar is not None:
            accepted = CALENDARS
        if name == "when_empty" and not (value in ("refuse", "administrator") or value.startswith("person:")):
            accepted = frozenset()
        if accepted is not None and value not in accepted:
            yield judged.of(activity, rules.UNSUPPORTED_SETTING, name=name, value=value)
