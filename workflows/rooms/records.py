"""The tables of rooms and bookings, and what keeps two bookings of one room apart in each dialect of SQL.

Whoever books holds the ledger of rooms, so that bookings come one after the other; the database refuses an overlap all the
same, whoever writes it. PostgreSQL does so by an exclusion constraint. The number of a room stands in it as a range of one
number, since equality there would need the extension btree_gist, which not every server has. SQLite does so by a trigger.
"""

from sqlalchemy import DDL, Column, ForeignKey, Index, Integer, String, Table, event

from engine.persistence.base import UtcDateTime, metadata
from workflows.record_tables import CanonicalValue, RecordTable

LEDGER = "office:rooms"
ROOM, BOOKING = "room", "room_booking"
OVERLAP = "ex_room_booking_overlap"

room = Table(
    "room",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("equipment", CanonicalValue, nullable=False),
    Column("opens", String, nullable=False),
    Column("closes", String, nullable=False),
    Column("disabled_at", UtcDateTime),
)
room_booking = Table(
    "room_booking",
    metadata,
    Column("id", String, primary_key=True),
    Column("room", Integer, ForeignKey("room.number"), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("purpose", String, nullable=False),
    Column("people", Integer),
    Column("instance_id", String),
    Column("booked_by", String, nullable=False),
    Column("booked_at", UtcDateTime, nullable=False),
    Column("cancelled_by", String),
    Column("cancelled_at", UtcDateTime),
    Column("cancel_reason", String),
    Index("ix_room_booking_starts", "starts_at", "room"),
    Index("ix_room_booking_instance", "instance_id"),
)
ROOMS = RecordTable(ROOM, room)
BOOKINGS = RecordTable(BOOKING, room_booking)

_APART_ON_POSTGRESQL = DDL(  # type: ignore[no-untyped-call]
    f"ALTER TABLE room_booking ADD CONSTRAINT {OVERLAP} EXCLUDE USING gist "
    "(int4range(room, room, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (cancelled_at IS NULL)"
)
_TAKEN = (
    "SELECT 1 FROM room_booking WHERE room = NEW.room AND cancelled_at IS NULL AND id <> NEW.id "
    "AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at"
)
for _verb in ("INSERT", "UPDATE"):
    _apart_on_sqlite = DDL(  # type: ignore[no-untyped-call]
        f"CREATE TRIGGER IF NOT EXISTS room_booking_apart_{_verb.lower()} BEFORE {_verb} ON room_booking "
        f"WHEN NEW.cancelled_at IS NULL AND EXISTS ({_TAKEN}) BEGIN SELECT RAISE(ABORT, '{OVERLAP}'); END"
    )
    event.listen(room_booking, "after_create", _apart_on_sqlite.execute_if(dialect="sqlite"))
event.listen(room_booking, "after_create", _APART_ON_POSTGRESQL.execute_if(dialect="postgresql"))
