"""Computes again what is due in a case, after the calendar has changed: a command of its own, told like every other.

What is provisional is computed by the calendar that is in force. What is not moves only where it is due just when the calendar
before says so: whatever somebody has fixed otherwise stays.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection

from engine import canonical
from engine.commands import overdue
from engine.commands.case import SYSTEM, Case, input_entry
from engine.delegates import Timing, WorkingCalendar
from engine.errors import ExpressionFailed
from engine.execution.variables import visible
from engine.history import Entry
from engine.marking import Scope, Token
from engine.model import Advanced, CalendarChange, EventKind, Value, Variables, WorkItem
from engine.persistence import history, work_items
from engine.process import Activity

Due = tuple[datetime, bool]
"""When something is due, and whether that is provisional."""


def recompute_due(case: Case, change: CalendarChange | None = None) -> Advanced | None:
    """Compute again what is due in working time.

    Args:
        case: The case, open or not.
        change: The change of the calendar; without one, only what is provisional is computed again.

    Returns:
        What the command left behind; None where nothing changes.
    """
    limits = _Limits(case, change)
    execution = case.execution(unattended=True, while_suspended=True)
    told: list[Entry] = []
    moved: list[Value] = []
    for item in work_items.list_due(case.connection, case.instance.id):
        new = limits.of_item(item)
        if new is not None and item.due_at is not None:
            told.append(due_set(case.connection, item, new[0], provisional=new[1]))
            moved.append(_moved(item.activity_id, item.id, (item.due_at, item.due_provisional), new))
    for holder, event_id, timing in limits.timers():
        new = limits.of_timer(event_id, timing)
        if new is not None:
            execution.correct_timer(holder, event_id, replace(timing, due_at=new[0], provisional=new[1]))
            moved.append(_moved(event_id, None, (timing.due_at, timing.provisional), new))
    if not moved:
        return None
    data: dict[str, Value] = {"moved": moved}
    if change is not None:
        data |= {"calendar": change.revision, "name": change.name}
    advanced = case.settle(execution, [input_entry(EventKind.DUE_RECOMPUTED, data), *told], SYSTEM)
    overdue.write_again(case)
    return advanced


def due_set(connection: Connection, item: WorkItem, due_at: datetime, *, provisional: bool) -> Entry:
    """Write by when a work item is due, and return the event that tells it."""
    work_items.set_due(connection, item.id, due_at, provisional=provisional)
    data: dict[str, Value] = {"due_at": canonical.instant(due_at), "due_provisional": provisional}
    return Entry(EventKind.WORK_ITEM_DUE_SET, data, item.activity_id, item.id)


class _Limits:
    """What is due in a case, by the calendar in force and by the one before."""

    def __init__(self, case: Case, change: CalendarChange | None) -> None:
        earlier = case.vocabulary.earlier_calendar
        corrects = change is not None and change.corrects and earlier is not None
        self._case = case
        self._before = earlier(case.connection, change.revision - 1) if change and earlier and corrects else None

    def of_item(self, item: WorkItem) -> Due | None:
        """Return by when a work item is due now, or None where that is as it was."""
        activity = self._case.deployed.process.activity(item.activity_id)
        scope = self._scope_of(item, activity)
        was = item.due_at, item.due_provisional
        return self._moved(
            activity, item.opened_at, was, lambda by: self._case.outside.due(activity, scope, item.opened_at, by)
        )

    def of_timer(self, event_id: str, timing: Timing) -> Due | None:
        """Return when a timer is due now, or None where that is as it was."""
        event, begun_at = self._case.deployed.process.activity(event_id), timing.begun_at
        assert begun_at is not None
        was = timing.due_at, timing.provisional
        return self._moved(
            event, begun_at, was, lambda by: self._case.outside.timer_from(event, timing.text, begun_at, by)
        )

    def timers(self) -> Iterator[tuple[int, str, Timing]]:
        """Yield the holder, the event and the timing of each timer that is counted in working time."""
        marking = self._case.marking
        holders: list[Token | Scope] = [*marking.tokens, *marking.scopes.values()]
        for holder in holders:
            for event_id, watch in list(holder.watches.items()):
                if watch.begun_at and watch.due_at:
                    begun_at, due_at = map(canonical.parse_instant, (watch.begun_at, watch.due_at))
                    yield holder.id, event_id, Timing(due_at, watch.provisional, begun_at, watch.text, watch.left)

    def _moved(
        self,
        activity: Activity,
        begun_at: datetime,
        was: tuple[datetime | None, bool],
        due: Callable[[WorkingCalendar | None], tuple[datetime | None, bool]],
    ) -> Due | None:
        if not was[1] and (self._before is None or not self._case.outside.in_working_time(activity)):
            return None
        try:
            if not was[1] and self._after_pauses(activity, begun_at, due, self._before) != was:
                return None
            new = self._after_pauses(activity, begun_at, due, None)
        except ExpressionFailed:  # what it was computed from is no longer there
            return None
        return new if new != was else None

    def _after_pauses(
        self,
        activity: Activity,
        begun_at: datetime,
        due: Callable[[WorkingCalendar | None], tuple[datetime | None, bool]],
        by: WorkingCalendar | None,
    ) -> Due | None:
        """Return when something is due by a calendar, later by as much as its case was suspended since it began."""
        due_at, provisional = due(by)
        if due_at is None:
            return None
        for suspended_at, resumed_at in self._pauses:
            if suspended_at >= begun_at:
                due_at, also = self._case.outside.resumed(activity, due_at, suspended_at, resumed_at, by)
                provisional = provisional or also
        return due_at, provisional

    @cached_property
    def _pauses(self) -> list[tuple[datetime, datetime]]:
        """When the case was suspended, and resumed again, in order; a suspension that lasts is none yet."""
        connection, chain = self._case.connection, self._case.instance.id
        told = [
            [one.event.at for one in history.list_of_kind(connection, chain, kind)]
            for kind in (EventKind.PROCESS_SUSPENDED, EventKind.PROCESS_RESUMED)
        ]
        return list(zip(*told, strict=False))

    @cached_property
    def _tokens(self) -> dict[str, int]:
        return work_items.tokens_of_open(self._case.connection, self._case.instance.id)

    def _scope_of(self, item: WorkItem, activity: Activity) -> Variables:
        """Return the variables that a work item's due date was computed from."""
        marking = self._case.marking
        scope = visible(marking, marking.token(self._tokens[item.id]).scope)
        if item.seat is not None and activity.countersign is not None and activity.countersign.element_variable:
            scope[activity.countersign.element_variable] = item.seat
        return scope


def _moved(activity_id: str, work_item_id: str | None, was: Due, new: Due) -> Value:
    return {
        "activity": activity_id,
        "item": work_item_id,
        "was": canonical.instant(was[0]),
        "was_provisional": was[1],
        "due_at": canonical.instant(new[0]),
        "provisional": new[1],
    }
