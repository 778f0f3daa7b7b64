"""What a case waits for besides people: the timers, messages and signals of its tokens and scopes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.marking import Marking, Watch
from engine.process import Process


@dataclass(frozen=True)
class Awaited:
    """One event that a token or scope waits for; ``due_at`` of a timer as canonical text."""

    holder: int
    event_id: str
    kind: str
    name: str
    due_at: str | None


def awaited(process: Process, marking: Marking) -> tuple[Awaited, ...]:
    """Return every timer, message and signal that a case waits for, the oldest token or scope first, then in file order.

    A suspended case waits for nothing.
    """
    if not process.awaits_events or marking.suspended_at is not None:
        return ()
    return tuple(
        Awaited(holder, event_id, trigger.kind, trigger.name or "", watch.due_at)
        for holder, watches in sorted(_holders(marking), key=lambda one: one[0])
        for event_id, watch in watches.items()
        if (trigger := process.activity(event_id).trigger) is not None
        and trigger.kind in ("timer", "message", "signal")
    )


def _holders(marking: Marking) -> Iterator[tuple[int, dict[str, Watch]]]:
    for token in marking.tokens:
        yield token.id, token.watches
    for scope in marking.scopes.values():
        yield scope.id, scope.watches
