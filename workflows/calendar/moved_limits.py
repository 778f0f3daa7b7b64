"""Writes which limits a change of the calendar has moved; it is one of those who follow history (:mod:`engine.following`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from engine import canonical
from engine.model import EventKind, HistoryEvent
from workflows.calendar.records import moved_limit


def write_moved_limits(connection: Connection, instance_id: str, events: Sequence[HistoryEvent]) -> None:
    """Write what was due otherwise before.

    Args:
        connection: In a transaction that holds the case.
        instance_id: The case.
        events: Whole commands, in order.
    """
    told = [event for event in events if event.kind == EventKind.DUE_RECOMPUTED and "calendar" in event.data]
    if not told:
        return
    known = set(connection.scalars(select(moved_limit.c.seq).where(moved_limit.c.instance_id == instance_id)))
    rows = [row for event in told if event.seq not in known for row in _rows(instance_id, event)]
    if rows:
        connection.execute(insert(moved_limit), rows)


def _rows(instance_id: str, event: HistoryEvent) -> Iterable[Mapping[str, Any]]:
    data: Mapping[str, Any] = event.data
    for position, one in enumerate(data["moved"]):
        yield {
            "revision": data["calendar"],
            "instance_id": instance_id,
            "seq": event.seq,
            "position": position,
            "activity_id": one["activity"],
            "work_item_id": one["item"],
            "was": canonical.parse_instant(one["was"]),
            "was_provisional": one["was_provisional"],
            "due_at": canonical.parse_instant(one["due_at"]),
            "provisional": one["provisional"],
        }
