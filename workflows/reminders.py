"""What a business has told people of a case beside its steps: that it is nearly due, that it is overdue, that they are urged.

Notices follow these records, so that a business need not know how people are told.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index, Integer, String, Table

from engine.canonical import instant
from engine.model import RecordChange
from engine.persistence.base import UtcDateTime, metadata
from workflows.record_tables import CanonicalValue, RecordTable

REMINDER = "reminder"


class ReminderKind(StrEnum):
    """Why people are reminded."""

    NEAR_DUE = "near_due"
    OVERDUE = "overdue"
    URGED = "urged"


reminder = Table(
    "reminder",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("people", CanonicalValue, nullable=False),
    Column("due_on", String),
    Column("words", String),
    Column("told_by", String),
    Column("told_at", UtcDateTime, nullable=False),
    Index("ix_reminder_instance", "instance_id", "told_at"),
)
REMINDERS = RecordTable(REMINDER, reminder)


def reminded(
    instance_id: str,
    serial: int,
    kind: ReminderKind,
    people: Sequence[str],
    at: datetime,
    due_on: str | None,
    words: str = "",
    by: str = "",
) -> RecordChange:
    """Return the change that tells of a reminder.

    Args:
        instance_id: The case.
        serial: The how manieth reminder of the case it is.
        kind: Why they are told.
        people: Usernames.
        at: Aware instant.
        due_on: By when the case is due, as ISO 8601 writes it.
        words: What somebody says with it.
        by: Who urges; empty where the clock does.

    Returns:
        A change of :data:`REMINDERS`.
    """
    return RecordChange(
        REMINDER,
        f"{instance_id}-{serial}",
        {
            "instance_id": instance_id,
            "serial": serial,
            "kind": kind.value,
            "people": list(people),
            "due_on": due_on,
            "words": words or None,
            "told_by": by or None,
            "told_at": instant(at),
        },
    )
