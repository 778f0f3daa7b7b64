"""Booking rooms, and cancelling with a reason. No two bookings of one room that stand ever overlap."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.exc import IntegrityError

from engine.canonical import instant
from engine.errors import ProcessError
from engine.model import Actor, RecordChange, Value
from engine.persistence.history import lock_ledger
from workflows.duties import WITHOUT_BUSINESS, holds, require
from workflows.errors import ReasonRequired
from workflows.forms.validation import readable_text
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.recording import record_in_ledger
from workflows.rooms.errors import (
    BookingNotFound,
    BookingOver,
    NoRoomForAdministrators,
    NotYourBooking,
    RoomTaken,
)
from workflows.rooms.keeping import KEEPERS, get_room, list_rooms
from workflows.rooms.opening import require_fitting
from workflows.rooms.records import BOOKING, LEDGER
from workflows.rooms.records import room_booking as table
from workflows.rooms.values import Booking, Room, Wish, booking_of

"""Posts that give no part in the office's business. Source: PRACTICE of such offices (三员)."""


def may_book(person: Person) -> ProcessError | None:
    """Say why this person may not book rooms."""
    return None if person.posts - set(WITHOUT_BUSINESS) else NoRoomForAdministrators()


def may_cancel(person: Person, booking: Booking, now: datetime) -> ProcessError | None:
    """Say why this person may not cancel a booking: it is for who has booked, and for who looks after the rooms."""
    if booking.cancelled_at is not None or booking.ends_at <= now:
        return BookingOver(booking.id)
    if person.username == booking.booked_by or holds(person, KEEPERS) is None:
        return None
    return NotYourBooking(booking.id)


def book(connection: Connection, office: Office, person: Person, room_id: str, wish: Wish, now: datetime) -> Booking:
    """Book a room.

    Args:
        connection: In a transaction; the ledger of rooms stays locked until it ends, so that bookings come one by one.
        office: The office.
        person: Who books.
        room_id: The room.
        wish: What is wanted.
        now: Aware instant.

    Returns:
        The booking.

    Raises:
        NoRoomForAdministrators: The person has no part in the office's business.
        RoomNotFound, RoomClosed, BookingRefused, OutsideOpeningHours, RoomTooSmall: It cannot be booked so.
        RoomTaken: Somebody was faster.
    """
    require(may_book(person))
    lock_ledger(connection, LEDGER)
    room = get_room(connection, room_id)
    wanted = replace(wish, purpose=wish.purpose.strip())
    require_fitting(room, wanted, now)
    _require_free(connection, room, wanted)
    number = (connection.scalar(select(func.count()).select_from(table)) or 0) + 1
    values: dict[str, Value] = {
        "room": room.number,
        "starts_at": instant(wanted.starts_at),
        "ends_at": instant(wanted.ends_at),
        "purpose": wanted.purpose,
        "people": wanted.people,
        "instance_id": wanted.instance_id,
        "booked_by": person.username,
        "booked_at": instant(now),
    }
    change = RecordChange(BOOKING, str(number), values)
    try:
        with connection.begin_nested():
            record_in_ledger(connection, office, LEDGER, [change], Actor(person.username), now)
    except IntegrityError:  # somebody wrote without holding the ledger
        _require_free(connection, room, wanted)
        raise
    return get_booking(connection, str(number))


def cancel(connection: Connection, office: Office, person: Person, booking_id: str, reason: str, now: datetime) -> None:
    """Cancel a booking.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who cancels.
        booking_id: What is cancelled.
        reason: Why, in words.
        now: Aware instant.

    Raises:
        BookingNotFound, BookingOver, NotYourBooking: There is nothing that they may cancel.
        ReasonRequired: There are no words, or too many.
    """
    lock_ledger(connection, LEDGER)
    require(may_cancel(person, get_booking(connection, booking_id), now))
    words, limit = reason.strip(), office.settings.opinion_characters
    if not words or len(words) > limit or not readable_text(words, lines=True):
        raise ReasonRequired(limit)
    change = _cancellation(booking_id, person.username, words, now)
    record_in_ledger(connection, office, LEDGER, [change], Actor(person.username), now)


def release(
    connection: Connection, office: Office, username: str, instance_id: str, reason: str, now: datetime
) -> None:
    """Cancel what was booked for a case that has ended, and is not over yet; the rooms are free again.

    Args:
        connection: In a transaction.
        office: The office.
        username: Who has ended the case; that they may is for the caller to say.
        instance_id: The case.
        reason: Why it has ended.
        now: Aware instant.
    """
    if not list_of_case(connection, instance_id):
        return
    lock_ledger(connection, LEDGER)
    changes = [
        _cancellation(one.id, username, reason, now)
        for one in list_of_case(connection, instance_id)
        if one.ends_at > now
    ]
    record_in_ledger(connection, office, LEDGER, changes, Actor(username), now)


def get_booking(connection: Connection, booking_id: str) -> Booking:
    """Return a booking; raise ``BookingNotFound``."""
    found = _bookings(connection, table.c.id == booking_id)
    if not found:
        raise BookingNotFound(booking_id)
    return found[0]


def list_between(connection: Connection, starts_at: datetime, ends_at: datetime) -> list[Booking]:
    """Return the standing bookings of all rooms that touch a span, by time, then room."""
    return _bookings(
        connection, table.c.starts_at < ends_at, table.c.ends_at > starts_at, table.c.cancelled_at.is_(None)
    )


def list_of_case(connection: Connection, instance_id: str) -> list[Booking]:
    """Return the standing bookings for a case, by time."""
    return _bookings(connection, table.c.instance_id == instance_id, table.c.cancelled_at.is_(None))


def free_rooms(connection: Connection, wish: Wish, now: datetime) -> list[Room]:
    """Return the rooms that could be booked so, the smallest first."""
    taken = {one.room.number for one in list_between(connection, wish.starts_at, wish.ends_at)}
    return sorted(
        (one for one in list_rooms(connection) if one.number not in taken and _fits(one, wish, now)),
        key=lambda one: (one.capacity, one.number),
    )


def _cancellation(booking_id: str, username: str, reason: str, now: datetime) -> RecordChange:
    values: dict[str, Value] = {"cancelled_by": username, "cancelled_at": instant(now), "cancel_reason": reason}
    return RecordChange(BOOKING, booking_id, values)


def _fits(room: Room, wish: Wish, now: datetime) -> bool:
    try:
        require_fitting(room, wish, now)
    except ProcessError:
        return False
    return True


def _require_free(connection: Connection, room: Room, wish: Wish) -> None:
    for one in list_between(connection, wish.starts_at, wish.ends_at):
        if one.room.number == room.number:
            raise RoomTaken(room.name, one.starts_at, one.ends_at, one.purpose, one.booked_by)


def _bookings(connection: Connection, *conditions: ColumnElement[bool]) -> list[Booking]:
    query = select(table).where(*conditions).order_by(table.c.starts_at, table.c.room)
    rows: Sequence[Any] = connection.execute(query).all()
    rooms = {one.number: one for one in list_rooms(connection, include_disabled=True)} if rows else {}
    return [booking_of(row, rooms) for row in rows]
