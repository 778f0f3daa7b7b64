"""Whether a room can be booked for a time: its opening hours, its size. Pure."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from workflows.forms.validation import readable_text
from workflows.rooms.errors import BookingRefused, OutsideOpeningHours, RoomClosed, RoomRefused, RoomTooSmall
from workflows.rooms.values import Room, RoomFields, Wish

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST_NAME, LONGEST_PURPOSE, LONGEST_EQUIPMENT = 40, 200, 20
MOST_PEOPLE, MOST_EQUIPMENT = 10_000, 20
TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")


def require_room(fields: RoomFields) -> None:
    """Raise ``RoomRefused`` where what is said of a room makes no room."""
    if not _is_line(fields.name, LONGEST_NAME):
        raise RoomRefused("name", "name")
    if not 1 <= fields.capacity <= MOST_PEOPLE:
        raise RoomRefused("capacity", "capacity")
    if len(fields.equipment) > MOST_EQUIPMENT or not all(_is_line(one, LONGEST_EQUIPMENT) for one in fields.equipment):
        raise RoomRefused("equipment", "equipment")
    hours = fields.opens, fields.closes
    if not all(TIME_OF_DAY.fullmatch(one) for one in hours) or fields.opens >= fields.closes:
        raise RoomRefused("opens", "hours")


def require_fitting(room: Room, wish: Wish, now: datetime) -> None:
    """Refuse a booking that the room itself does not allow; who has booked it already is for the caller to look at.

    Args:
        room: The room.
        wish: What somebody wants to book.
        now: Aware instant.

    Raises:
        RoomClosed: The room is no longer in use.
        BookingRefused: The times are no span of one day, or have passed; there is no purpose; nobody comes.
        OutsideOpeningHours, RoomTooSmall: The room is not open then, or does not hold them.
    """
    if room.disabled:
        raise RoomClosed(room.name)
    if wish.starts_at >= wish.ends_at:
        raise BookingRefused("ends_at", "order")
    if wish.ends_at <= now:
        raise BookingRefused("starts_at", "past")
    starts, ends = wish.starts_at.astimezone(SHANGHAI), wish.ends_at.astimezone(SHANGHAI)
    until = ends.strftime("%H:%M")
    if ends.date() != starts.date():
        if until != "00:00" or (ends.date() - starts.date()).days != 1:
            raise BookingRefused("ends_at", "two_days")
        until = "24:00"
    if starts.strftime("%H:%M") < room.opens or (until, ends.second, ends.microsecond) > (room.closes, 0, 0):
        raise OutsideOpeningHours(room.name, room.opens, room.closes)
    if not _is_line(wish.purpose, LONGEST_PURPOSE):
        raise BookingRefused("purpose", "purpose")
    if wish.people is not None:
        if wish.people < 1:
            raise BookingRefused("people", "people")
        if wish.people > room.capacity:
            raise RoomTooSmall(room.name, room.capacity)


def _is_line(text: str, longest: int) -> bool:
    return bool(text.strip()) and len(text) <= longest and readable_text(text, lines=False)
