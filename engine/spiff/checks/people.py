"""Steps that people do: who, by when, in which seats, with which settings."""

import re
from collections.abc import Iterator, Mapping

from engine import countersign, step_settings
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.model import Finding
from engine.process import ADDRESSEE, PERSON_TASKS, Activity, starters_of
from engine.spiff import rules
from engine.spiff.checks.events import EXPRESSION, is_moment
from engine.spiff.checks.judged import LONGEST_NAME, VARIABLE, Judged

SETTINGS: Mapping[str, frozenset[str] | None] = {
    "kind": None,
    "opinion": frozenset({"optional", "required", "required_on_refusal"}),
    "operations": None,
    "when_empty": None,
    "when_initiator": step_settings.WHEN_INITIATOR,
    "same_person": step_settings.SAME_PERSON,
    "on_timeout": None,
    "calendar": frozenset({"natural"}),
    "completion": None,
    "decisions": None,
    "agreeing": None,
    "weights": None,
    "view": frozenset({"case", "step"}),
    "correlation": None,
    ADDRESSEE: None,
    "may_skip_by_rule": frozenset({"false"}),
    "relation": None,
    "sources": None,
    "starters": None,
    "starters_note": None,
}
FIELD_SETTINGS = ("access:", "carry:", "required:")
NAMED_PERSON = re.compile(r"person:[^\s${},]+")
CALENDARS = frozenset({"natural", "working"})


def findings(judged: Judged) -> Iterator[Finding]:
    """Yield what is wrong with the persons' steps of a process, and with settings anywhere."""
    for activity in judged.activities:
        yield from _settings(judged, activity)
        yield from _starters(judged, activity)
        yield from _timeout(judged, activity)
        yield from _skipped(judged, activity)
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
        if name == "when_empty" and not (value in ("refuse", "administrator") or NAMED_PERSON.fullmatch(value)):
            accepted = frozenset()
        if accepted is not None and value not in accepted:
            yield judged.of(activity, rules.UNSUPPORTED_SETTING, name=name, value=value)


def _starters(judged: Judged, activity: Activity) -> Iterator[Finding]:
    for post in starters_of(activity):
        if post not in judged.vocabulary.posts:
            yield judged.of(activity, rules.UNKNOWN_POST, post=post)


def _timeout(judged: Judged, activity: Activity) -> Iterator[Finding]:
    value = activity.properties.get("on_timeout")
    if value is None:
        return
    try:
        step_settings.parse_on_timeout(value)
    except ValueError:
        yield judged.of(activity, rules.BAD_TIMEOUT, value=value, limit=step_settings.MOST_REMINDERS)
    else:
        if activity.due is None:
            yield judged.of(activity, rules.TIMEOUT_IN_VAIN)


def _skipped(judged: Judged, activity: Activity) -> Iterator[Finding]:
    """Yield what is wrong with a step being skipped, or handed to the initiator's superior."""
    refusing, written = judged.vocabulary.refusing, activity.properties
    one_person = activity.assignee is not None and activity.countersign is None
    for name, value in step_settings.skipping_settings(activity).items():
        if activity.kind in judged.vocabulary.never_skipped(judged.process.business):
            yield judged.of(activity, rules.NEVER_SKIPPED, kind=activity.kind, name=name, value=value)
        elif not one_person or step_settings.going_on(activity, frozenset(), refusing) is None:
            yield judged.of(activity, rules.SETTING_IN_VAIN, name=name, value=value)
        else:
            for field in (key.removeprefix("required:") for key in written if key.startswith("required:")):
                yield judged.of(activity, rules.SKIPPED_FIELDS, name=name, value=value, field=field)
    if not one_person and written.get("when_initiator") == step_settings.SUPERIOR:
        yield judged.of(activity, rules.SETTING_IN_VAIN, name="when_initiator", value=step_settings.SUPERIOR)
