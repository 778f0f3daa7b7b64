"""The tables of the calendar. An import is put into force or discarded, never changed or removed."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from engine.persistence.base import UtcDateTime, metadata

calendar_import = Table(
    "calendar_import",
    metadata,
    Column("id", String, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("instance_id", ForeignKey("process_instance.id")),
    Column("origin", String, nullable=False),
    Column("imported_by", String, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
    Column("put_into_force_by", String),
    Column("put_into_force_at", UtcDateTime),
    Column("revision", Integer, unique=True),
    Column("discarded_by", String),
    Column("discarded_at", UtcDateTime),
)

# ``on`` is a date as ISO 8601 writes it.
calendar_day = Table(
    "calendar_day",
    metadata,
    Column("import_id", ForeignKey("calendar_import.id"), primary_key=True),
    Column("on", String(10), primary_key=True),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
)

# What a change of the calendar has moved, written from history by a follower and no business record: whoever follows history
# anew writes the same. ``work_item_id`` is null for a timer.
moved_limit = Table(
    "moved_limit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("activity_id", String, nullable=False),
    Column("work_item_id", String),
    Column("was", UtcDateTime, nullable=False),
    Column("was_provisional", Boolean, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("provisional", Boolean, nullable=False),
    UniqueConstraint("instance_id", "seq", "position"),
    Index("ix_moved_limit_revision", "revision", "due_at", "id"),
)
