"""What events are about: names, timers, conditions."""

from collections.abc import Iterator
from datetime import UTC, datetime

from engine.durations import parse_cycle, parse_duration, parse_instant
from engine.model import Finding
from engine.process import Activity, Trigger
from engine.spiff import rules
from engine.spiff.checks.judged import LONGEST_NAME, Judged

ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
EXPRESSION = ("${", "#{")
TEXT_OF = {"message": "消息", "signal": "信号", "link": "链接"}
EXAMPLES = {"date": "2026-02-15T09:00+08:00", "duration": "P3D", "cycle": "R3/PT24H"}


def findings(judged: Judged) -> Iterator[Finding]:
    """Yield what is wrong with the triggers of a process."""
    for activity in judged.activities:
        trigger = activity.trigger
        if trigger is not None and len(trigger.name or "") > LONGEST_NAME:
            yield judged.of(activity, rules.NAME_TOO_LONG, limit=LONGEST_NAME)
        if trigger is None:
            if activity.element == "receiveTask":
                yield judged.of(activity, rules.NAME_MISSING, what="消息")
            continue
        if trigger.kind in TEXT_OF and not trigger.name:
            yield judged.of(activity, rules.NAME_MISSING, what=TEXT_OF[trigger.kind])
        if trigger.kind in TEXT_OF and trigger.name and any(sign in trigger.name for sign in EXPRESSION):
            yield judged.of(activity, rules.NAME_NOT_FIXED, what=TEXT_OF[trigger.kind], name=trigger.name)
        if trigger.kind == "timer":
            yield from _timer(judged, activity, trigger)
        if trigger.kind == "conditional":
            if not trigger.text:
                yield judged.of(activity, rules.EVENT_CONDITION_MISSING)
            else:
                yield from judged.condition(activity, trigger.text)


def _timer(judged: Judged, activity: Activity, trigger: Trigger) -> Iterator[Finding]:
    starting = activity.element == "startEvent" and activity.container == judged.process.key
    if trigger.text.startswith(EXPRESSION) and not starting:
        yield from judged.value(activity, trigger.text)
    elif not trigger.form or not is_moment(trigger.text, trigger.form):
        example = EXAMPLES.get(trigger.form, EXAMPLES["duration"])
        yield judged.of(activity, rules.BAD_TIMER, text=trigger.text, example=example)


def is_moment(text: str, form: str) -> bool:
    """Tell whether a text is a date, duration or cycle as ISO 8601 writes it; ``form`` says which."""
    try:
        if form == "cycle":
            parse_cycle(text, ANY_DAY)
        elif form == "date":
            parse_instant(text, ANY_DAY)
        else:
            return parse_duration(text) is not None
    except (ValueError, OverflowError):
        return False
    return True
