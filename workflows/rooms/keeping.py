"""Looking after the rooms: which there are, how many people they hold, when they are open."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.canonical import instant
from engine.model import Actor, RecordChange, Value
from engine.persistence.history import lock_ledger
from workflows.duties import DIRECTORS, require_post
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.recording import record_in_ledger
from workflows.rooms.errors import RoomNotFound, RoomRefused
from workflows.rooms.opening import require_room
from workflows.rooms.records import LEDGER, ROOM
from workflows.rooms.records import room as table
from workflows.rooms.values import Room, RoomFields, room_of

KEEPERS = (*DIRECTORS, "meeting_secretary")
"""Posts that look after the rooms."""


def list_rooms(connection: Connection, *, include_disabled: bool = False) -> list[Room]:
    """Return the rooms in the order in which they were added."""
    rooms = [room_of(row) for row in connection.execute(select(table).order_by(table.c.number))]
    return [one for one in rooms if include_disabled or not one.disabled]


def get_room(connection: Connection, room_id: str) -> Room:
    """Return a room; raise ``RoomNotFound``."""
    row = connection.execute(select(table).where(table.c.id == room_id)).first()
    if row is None:
        raise RoomNotFound(room_id)
    return room_of(row)


def add_room(connection: Connection, office: Office, person: Person, fields: RoomFields, now: datetime) -> Room:
    """Add a room.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who looks after the rooms.
        fields: What is said of it.
        now: Aware instant.

    Returns:
        The room.

    Raises:
        PostRequired: They do not look after the rooms.
        RoomRefused: What is said makes no room, or its name is taken.
    """
    require_post(person, KEEPERS)
    given = _cleaned(fields)
    lock_ledger(connection, LEDGER)
    _require_free_name(connection, given.name, "")
    number = (connection.scalar(select(func.max(table.c.number))) or 0) + 1
    change = RecordChange(ROOM, str(number), {"number": number, **room_values(given)})
    record_in_ledger(connection, office, LEDGER, [change], Actor(person.username), now)
    return get_room(connection, str(number))


def change_room(
    connection: Connection,
    office: Office,
    person: Person,
    room_id: str,
    fields: RoomFields,
    disabled: bool,
    now: datetime,
) -> None:
    """Change what is said of a room, or take it out of use; bookings that were made stay.

    Raises:
        PostRequired, RoomRefused: As for :func:`add_room`.
        RoomNotFound: There is no such room.
    """
    require_post(person, KEEPERS)
    given = _cleaned(fields)
    lock_ledger(connection, LEDGER)
    known = get_room(connection, room_id)
    _require_free_name(connection, given.name, room_id)
    values = room_values(given)
    if disabled != known.disabled:
        values["disabled_at"] = instant(now) if disabled else None
    record_in_ledger(connection, office, LEDGER, [RecordChange(ROOM, room_id, values)], Actor(person.username), now)


def _cleaned(fields: RoomFields) -> RoomFields:
    equipment = tuple(dict.fromkeys(one.strip() for one in fields.equipment if one.strip()))
    cleaned = replace(fields, name=fields.name.strip(), equipment=equipment)
    require_room(cleaned)
    return cleaned


def _require_free_name(connection: Connection, name: str, room_id: str) -> None:
    if connection.scalar(select(table.c.id).where(table.c.name == name, table.c.id != room_id)) is not None:
        raise RoomRefused("name", "name_taken")


def room_values(fields: RoomFields) -> dict[str, Value]:
    """Return what is said of a room as its record holds it."""
    return {
        "name": fields.name,
        "capacity": fields.capacity,
        "equipment": list(fields.equipment),
        "opens": fields.opens,
        "closes": fields.closes,
    }
