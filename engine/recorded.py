"""What a replay needs from outside, as history recorded it: who was resolved, what a service returned, when a timer is due.

Executing again asks in the order in which the live command asked; each answer is taken from the events once. Where the live
command got no answer, it recorded an incident, and executing again fails in the same words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine import canonical
from engine.delegates import Assignment, Skip, Timing, Vote
from engine.errors import BusinessError, ExecutionFailed
from engine.model import EventKind, HistoryEvent, ServiceResult, Variables, WorkItemRole
from engine.process import Activity, Process

FORGOTTEN = datetime(1, 1, 1, tzinfo=UTC)
"""Stands for an instant that was undone before it was told."""


@dataclass
class Seat:
    """A work item as a replay knows it."""

    token_id: int
    seat: str | None
    role: WorkItemRole = WorkItemRole.STEP
    open: bool = True
    vote: Vote | None = None


SeatsByToken = Mapping[int, Mapping[str, Seat]]
"""By the token they belong to, and their id: a case may have had thousands, a token has few."""


class RecordedFailure(ExecutionFailed):
    """A failure that history tells of, under the name and with the facts it had."""

    from_outside = True

    def __init__(self, name: str, facts: Mapping[str, Any]) -> None:
        """Take what the incident's event says."""
        super().__init__(name)
        self._name = name
        self._facts = facts

    @property
    def error_name(self) -> str:
        """The name of the error it stands for."""
        return self._name

    def facts(self) -> Iterator[tuple[str, object]]:
        """Yield the facts as they were told."""
        yield from self._facts.items()


class RecordedOutside:
    """Answers one command from its recorded consequences."""

    def __init__(self, consequences: Sequence[HistoryEvent], work_items: SeatsByToken, process: Process) -> None:
        """Take the events between a command and the next, the work items before it, and the definition."""
        self._left = list(consequences)
        self._opened = {one.work_item_id: one for one in consequences if one.kind == EventKind.WORK_ITEM_OPENED}
        self._skips = {str(one.data["item"]): one for one in consequences if one.kind == EventKind.WORK_ITEM_SKIPPED}
        self._items = work_items
        self._process = process

    def assign(
        self, work_item_id: str, activity: Activity, scope: Variables, to: str | None = None, *, may_skip: bool = False
    ) -> Assignment:
        """Return who the work item was for, or why there was none; raise the recorded failure where it was not opened."""
        if work_item_id in self._skips:
            data = self._skips[work_item_id].data
            return Assignment(None, skip=Skip(str(data["person"]), str(data["reason"]), str(data["decision"])))
        event = self._opened.get(work_item_id)
        if event is None:
            self._raise_failure({activity.id})
            return Assignment(None)  # the step was undone by what failed after it, and will be again
        due_at = event.data["due_at"]
        return Assignment(
            event.data["assignee"],  # type: ignore[arg-type]
            tuple(event.data["candidates"]),  # type: ignore[arg-type]
            canonical.parse_instant(str(due_at)) if due_at else None,
            bool(event.data["due_provisional"]),
        )

    def call(self, activity: Activity, inputs: Variables) -> ServiceResult:
        """Return what the service returned; raise the recorded failure or business error where it did not."""
        for event in self._left:
            if event.activity_id != activity.id:
                continue
            if event.kind == EventKind.SERVICE_RETURNED:
                self._left.remove(event)
                if "error" in event.data:
                    raise BusinessError(str(event.data["error"]))
                return ServiceResult(event.data["variables"])  # type: ignore[arg-type]
            if self._is_from_outside(event):
                break
        self._raise_failure({activity.id})
        raise LookupError(f"history does not call {activity.service}")

    def timer(self, holder: int, event: Activity, scope: Variables) -> Timing:
        """Return when the timer was due; raise the recorded failure where it could not be computed."""
        for one in self._left:
            if one.kind == EventKind.TIMER_SET and one.activity_id == event.id and one.data["holder"] == holder:
                self._left.remove(one)
                return timing_of(one.data)
        waits = {flow.source for flow in self._process.incoming(event.id)}
        self._raise_failure({event.id, event.container, *waits} | ({event.attached_to} if event.attached_to else set()))
        return Timing(FORGOTTEN, False, FORGOTTEN, "", 1)  # undone by what failed after it, and will be again

    def timer_again(self, holder: int, event: Activity, text: str, last: datetime, left: int | None) -> Timing:
        """Return when the cycle was due again."""
        return self.timer(holder, event, {})

    def timer_resumed(self, holder: int, event: Activity, timing: Timing, suspended_at: datetime) -> Timing:
        """Return when the timer in working time was due after the case was resumed."""
        return self.timer(holder, event, {})

    def votes(self, token_id: int) -> list[Vote]:
        """Return what was said on the closed seats of a countersign."""
        return [item.vote for item in self._items.get(token_id, {}).values() if item.vote]

    def open_items(self, token_id: int) -> list[str]:
        """Return the work items of a token that were open before the command."""
        return [key for key, item in self._items.get(token_id, {}).items() if item.open]

    def _raise_failure(self, activities: set[str]) -> None:
        """Raise the next failure from outside that history tells of one of these activities, if it tells of any."""
        for event in self._left:
            if event.activity_id in activities and self._is_from_outside(event):
                self._left.remove(event)
                raise RecordedFailure(str(event.data["error"]), event.data["facts"])  # type: ignore[arg-type]

    @staticmethod
    def _is_from_outside(event: HistoryEvent) -> bool:
        """Tell whether an incident's failure came from outside; semantics 1 did not say, and of those it had all may have."""
        if event.kind != EventKind.INCIDENT_OPENED:
            return False
        return "outside" not in event.data or bool(event.data["outside"])


def timing_of(data: Mapping[str, Any]) -> Timing:
    """Return when a timer is due, as the event that set it says."""
    due_at = canonical.parse_instant(str(data["due_at"]))
    begun_at = canonical.parse_instant(str(data["begun_at"])) if data["begun_at"] else None
    return Timing(due_at, bool(data["provisional"]), begun_at, str(data["text"]), data["left"])
