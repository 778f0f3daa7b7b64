"""What the office knows of its rooms and their bookings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row


@dataclass(frozen=True)
class Room:
    """A room; ``opens`` and ``closes`` are times of day in Asia/Shanghai, such as ``08:00``."""

    id: str
    number: int
    name: str
    capacity: int
    equipment: tuple[str, ...]
    opens: str
    closes: str
    disabled: bool


@dataclass(frozen=True)
class RoomFields:
    """What is said of a room: as in :class:`Room`, as it was entered."""

    name: str
    capacity: int
    equipment: tuple[str, ...]
    opens: str
    closes: str


@dataclass(frozen=True)
class Booking:
    """A booking, from an instant to an instant that no longer belongs to it; people are usernames."""

    id: str
    room: Room
    starts_at: datetime
    ends_at: datetime
    purpose: str
    people: int | None
    instance_id: str | None
    booked_by: str
    booked_at: datetime
    cancelled_by: str | None
    cancelled_at: datetime | None
    cancel_reason: str | None


@dataclass(frozen=True)
class Wish:
    """What somebody wants to book: aware instants, what for, how many people come, for which case."""

    starts_at: datetime
    ends_at: datetime
    purpose: str
    people: int | None = None
    instance_id: str | None = None


def room_of(row: Row[Any]) -> Room:
    """Return the room that a row says."""
    return Room(
        id=row.id,
        number=row.number,
        name=row.name,
        capacity=row.capacity,
        equipment=tuple(row.equipment),
        opens=row.opens,
        closes=row.closes,
        disabled=row.disabled_at is not None,
    )


def booking_of(row: Row[Any], rooms: dict[int, Room]) -> Booking:
    """Return the booking that a row says; ``rooms`` are all rooms by number."""
    values = dict(row._mapping)
    return Booking(**{**values, "room": rooms[row.room]})
