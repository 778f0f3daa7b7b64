"""What a case waits for besides people, for those who look at it: timers, messages, signals, conditions, slow services. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine import canonical
from engine.marking import Marking, Watch
from engine.process import AWAITED, Activity, Process

SERVICE = "service"


@dataclass(frozen=True)
class Wait:
    """One thing a case waits for.

    Attributes:
        kind: timer, message, signal, conditional, or service for one that works in the background.
        name: Of the message, signal or service; empty for the others.
        place: What the event is called in the diagram, or the step it is attached to, or the subprocess it would start.
        due_at: Of a timer.
        provisional: Whether a calendar may still correct that.
        begun_at: What a timer in working time is counted from, else None.
    """

    kind: str
    name: str
    place: str
    due_at: datetime | None = None
    provisional: bool = False
    begun_at: datetime | None = None


def waits_of(process: Process, marking: Marking) -> tuple[Wait, ...]:
    """Return what a case waits for besides people: timers first, as they are due, then the rest in the order of the case."""
    found = [
        _wait(process, event, watch)
        for event_id, watch in _watches(marking)
        if (event := process.activity(event_id)).trigger is not None
        and event.trigger.kind in AWAITED
        and not _only_beside(event)
    ]
    for token in marking.tokens:
        if token.requested:
            activity = process.activity(token.activity_id)
            found.append(Wait(SERVICE, activity.service or "", activity.name))
    timers = sorted((one for one in found if one.due_at is not None), key=lambda one: str(one.due_at))
    return (*timers, *dict.fromkeys(one for one in found if one.due_at is None))


def place_of(process: Process, event: Activity) -> str:
    """Return what an event is called, or what it belongs to where it has no name of its own."""
    if event.name:
        return event.name
    around = event.attached_to or (event.container if event.element == "startEvent" else "")
    return process.activities[around].name if around in process.activities else ""


def _watches(marking: Marking) -> Iterator[tuple[str, Watch]]:
    for token in marking.tokens:
        yield from token.watches.items()
    for scope in marking.scopes.values():
        yield from scope.watches.items()


def _only_beside(event: Activity) -> bool:
    """Tell whether an event would only start something beside, whenever it comes: nothing of the case waits for it."""
    comes = event.trigger is not None and event.trigger.kind in ("message", "signal")
    return comes and event.element == "startEvent" and not event.interrupting


def _wait(process: Process, event: Activity, watch: Watch) -> Wait:
    assert event.trigger is not None
    due_at = canonical.parse_instant(watch.due_at) if watch.due_at else None
    named = event.trigger.name or "" if event.trigger.kind in ("message", "signal") else ""
    begun_at = canonical.parse_instant(watch.begun_at) if watch.begun_at else None
    return Wait(event.trigger.kind, named, place_of(process, event), due_at, watch.provisional, begun_at)
