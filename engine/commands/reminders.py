"""The jobs that tell that a step is overdue: one for each open work item whose model asks for it (``on_timeout``).

They are written in the transaction that opens the item and taken away in the one that closes it, so that a step which comes again
after a send back has its own. A suspended case has none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.history import Entry
from engine.model import EventKind, HistoryEvent, WorkItem
from engine.persistence import jobs
from engine.process import Activity, Process
from engine.step_settings import on_timeout_of

CLOSING = frozenset({EventKind.WORK_ITEM_COMPLETED, EventKind.WORK_ITEM_CANCELLED, EventKind.TOKEN_MOVED})
"""Events by which an open work item is closed in a command that moves a case."""
Told = Mapping[str, Sequence[datetime]]
"""When it was told of each work item that it is overdue, in order."""
Later = Callable[[Activity, datetime, int], datetime]
"""The instant that lies, for a step, so many of the spans between two reminders after another."""


def take_away(connection: Connection, process: Process, instance_id: str, told: Iterable[Entry]) -> None:
    """Take away the jobs of the work items that a command has closed; ``told`` is what it tells, its input included."""
    closed = [
        str(one.work_item_id) for one in told if one.kind in CLOSING and one.work_item_id and _timed(process, one)
    ]
    if closed:
        jobs.remove_overdue(connection, instance_id, closed)


def enqueue(
    connection: Connection, process: Process, instance_id: str, items: Iterable[WorkItem], told: Told, later: Later
) -> None:
    """Write the jobs of open work items.

    Args:
        connection: In the transaction that makes them due.
        process: The definition of their case.
        instance_id: The case.
        items: Open work items.
        told: When it was told of them before.
        later: Counts the spans between two times.
    """
    rows: list[dict[str, Any]] = []
    for item in items:
        before = told.get(item.id, ())
        if item.due_at is not None and awaits(process, item.activity_id, len(before)):
            due_at = next_at(process.activity(item.activity_id), item.due_at, before, later)
            content = {"number": len(before) + 1}
            rows.append(jobs.row_of(jobs.OVERDUE, item.id, content, due_at, instance_id=instance_id))
    if rows:
        jobs.enqueue_all(connection, rows)


def awaits(process: Process, activity_id: str, told: int) -> bool:
    """Tell whether somebody is still to be told when a step is overdue, after ``told`` times."""
    rule = on_timeout_of(process.activity(activity_id))
    return rule is not None and told < rule.times


def next_at(activity: Activity, due_at: datetime, told: Sequence[datetime], later: Later) -> datetime:
    """Return when it is told next that a work item is overdue: when it is due, then one span after the last time.

    Args:
        activity: The item's step.
        due_at: Aware instant by which the item is due.
        told: When it was told before.
        later: Counts the spans between two times.

    Returns:
        Aware instant.
    """
    return max(later(activity, due_at, len(told)), later(activity, told[-1], 1)) if told else due_at


def told_overdue(events: Iterable[HistoryEvent]) -> dict[str, list[datetime]]:
    """Return when events tell of each work item that it is overdue."""
    told: dict[str, list[datetime]] = {}
    for event in events:
        if event.kind == EventKind.WORK_ITEM_OVERDUE:
            told.setdefault(str(event.work_item_id), []).append(event.at)
    return told


def _timed(process: Process, entry: Entry) -> bool:
    """Tell whether the work item of a closing event may have a job; a move names the step it goes to, not the item's."""
    return entry.kind == EventKind.TOKEN_MOVED or on_timeout_of(process.activity(str(entry.activity_id))) is not None
