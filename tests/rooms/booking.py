"""Bookings in tests: rooms by name, times of 25 November 2025 on the office's wall."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.house import House
from app.transaction import reading, transaction
from tests.office import MORNING, SYSTEM
from workflows.organisation import queries
from workflows.rooms import bookings, demo, keeping
from workflows.rooms.values import Booking, Room, Wish

SHANGHAI = ZoneInfo("Asia/Shanghai")


def on_the_day(time: str, day: int = 25) -> datetime:
    hour, minute = map(int, time.split(":"))
    return datetime(2025, 11, day, hour, minute, tzinfo=SHANGHAI)


def with_rooms(house: House) -> House:
    with transaction(house.pool) as connection:
        demo.load(connection, house.office, SYSTEM, MORNING)
    return house


def room(house: House, name: str = "1208") -> Room:
    with reading(house.pool) as connection:
        return next(one for one in keeping.list_rooms(connection) if one.name == name)


def wish(starts: str, ends: str, purpose: str = "党委会", people: int | None = None, day: int = 25) -> Wish:
    return Wish(on_the_day(starts, day), on_the_day(ends, day), purpose, people)


def book(house: House, wanted: Wish, username: str = "jinshubai", name: str = "1208") -> Booking:
    with reading(house.pool) as connection:
        person = queries.get_person(connection, username)
    room_id = room(house, name).id
    with transaction(house.pool) as connection:
        return bookings.book(connection, house.office, person, room_id, wanted, MORNING)


def cancel(house: House, booking: Booking, username: str = "jinshubai", reason: str = "会议改期", day: int = 7) -> None:
    with reading(house.pool) as connection:
        person = queries.get_person(connection, username)
    with transaction(house.pool) as connection:
        bookings.cancel(connection, house.office, person, booking.id, reason, on_the_day("12:00", day))


def standing(house: House) -> list[Booking]:
    with reading(house.pool) as connection:
        return bookings.list_between(connection, on_the_day("00:00", 1), on_the_day("23:59", 30))
