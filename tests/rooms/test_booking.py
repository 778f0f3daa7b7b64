"""Booking a room: once, in its hours, for as many as it holds; cancelled with a reason; all of it in the ledger."""

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from app.house import House
from app.transaction import reading, transaction
from tests.office import MORNING
from tests.rooms.booking import book, cancel, on_the_day, room, standing, wish, with_rooms
from workflows import verification
from workflows.errors import PostRequired, ReasonRequired
from workflows.organisation import queries
from workflows.rooms import bookings, keeping
from workflows.rooms.errors import (
    BookingOver,
    BookingRefused,
    NoRoomForAdministrators,
    NotYourBooking,
    OutsideOpeningHours,
    RoomClosed,
    RoomRefused,
    RoomTaken,
    RoomTooSmall,
)
from workflows.rooms.records import room_booking
from workflows.rooms.values import RoomFields


def test_a_booked_room_is_refused_to_whoever_comes_second_and_they_are_told_by_whom(house: House) -> None:
    with_rooms(house)
    book(house, wish("09:00", "11:00", "党委会2025年第21次会议"))
    with pytest.raises(RoomTaken) as refused:
        book(house, wish("10:30", "12:00", "安全例会"), "suiyiming")
    assert (refused.value.room, refused.value.purpose, refused.value.by) == (
        "1208",
        "党委会2025年第21次会议",
        "jinshubai",
    )
    assert len(standing(house)) == 1


@pytest.mark.parametrize(
    ("starts", "ends", "name"),
    [("11:00", "12:00", "1208"), ("08:00", "09:00", "1208"), ("09:00", "11:00", "1206")],
)
def test_what_only_touches_or_is_elsewhere_is_no_overlap(house: House, starts: str, ends: str, name: str) -> None:
    with_rooms(house)
    book(house, wish("09:00", "11:00"))
    book(house, wish(starts, ends, "另一件事"), "suiyiming", name)
    assert len(standing(house)) == 2


def test_the_database_itself_refuses_an_overlap_that_is_written_past_the_ledger(house: House) -> None:
    with_rooms(house)
    first = book(house, wish("09:00", "11:00"))
    values = {
        "room": first.room.number,
        "purpose": "绕过登记",
        "booked_by": "suiyiming",
        "booked_at": MORNING,
        "starts_at": on_the_day("10:59"),
        "ends_at": on_the_day("12:00"),
    }
    with pytest.raises(IntegrityError), transaction(house.pool) as connection:
        connection.execute(insert(room_booking).values(id="x", **values))
    with transaction(house.pool) as connection:
        connection.execute(insert(room_booking).values(id="y", **{**values, "starts_at": on_the_day("11:00")}))
    with pytest.raises(IntegrityError), transaction(house.pool) as connection:
        connection.execute(update(room_booking).where(room_booking.c.id == "y").values(starts_at=on_the_day("10:00")))


def test_a_cancelled_booking_leaves_the_room_free_and_its_reason_in_the_ledger(house: House) -> None:
    with_rooms(house)
    cancel(house, book(house, wish("09:00", "11:00")), reason="书记出差，会议改期")
    book(house, wish("09:00", "11:00", "安全例会"), "suiyiming")
    with reading(house.pool) as connection:
        told = [one.data["values"] for one in house.office.engine.history(connection, "office:rooms")]
        assert verification.verify(connection, house.office) == []
    assert told[-2]["cancel_reason"] == "书记出差，会议改期"
    assert [one.purpose for one in standing(house)] == ["安全例会"]


@pytest.mark.parametrize("reason", ["", "   ", "\x07"])
def test_nothing_is_cancelled_without_words(sqlite_house: House, reason: str) -> None:
    with_rooms(sqlite_house)
    booked = book(sqlite_house, wish("09:00", "11:00"))
    with pytest.raises(ReasonRequired):
        cancel(sqlite_house, booked, reason=reason)


def test_only_who_has_booked_and_who_looks_after_the_rooms_cancels(sqlite_house: House) -> None:
    with_rooms(sqlite_house)
    booked = book(sqlite_house, wish("09:00", "11:00"), "suiyiming")
    with pytest.raises(NotYourBooking):
        cancel(sqlite_house, booked, "gexingyao")
    cancel(sqlite_house, booked, "zhenliyan")
    with pytest.raises(BookingOver):
        cancel(sqlite_house, booked, "suiyiming")
    used = book(sqlite_house, wish("09:00", "11:00"), "suiyiming")
    with pytest.raises(BookingOver):
        cancel(sqlite_house, used, "suiyiming", day=26)


@pytest.mark.parametrize("username", ["jiziheng", "yuemingda", "changguanfu"])
def test_who_only_administers_books_no_room(sqlite_house: House, username: str) -> None:
    with_rooms(sqlite_house)
    with pytest.raises(NoRoomForAdministrators):
        book(sqlite_house, wish("09:00", "11:00"), username)


@pytest.mark.parametrize(
    ("starts", "ends", "refusal"),
    [
        ("07:59", "09:00", OutsideOpeningHours),
        ("19:00", "20:01", OutsideOpeningHours),
        ("11:00", "09:00", BookingRefused),
        ("09:00", "09:00", BookingRefused),
    ],
)
def test_a_room_is_booked_within_its_hours(
    sqlite_house: House, starts: str, ends: str, refusal: type[Exception]
) -> None:
    with_rooms(sqlite_house)
    with pytest.raises(refusal):
        book(sqlite_house, wish(starts, ends))
    assert standing(sqlite_house) == []


def test_a_whole_day_of_opening_can_be_booked_but_no_night_and_no_past(sqlite_house: House) -> None:
    with_rooms(sqlite_house)
    book(sqlite_house, wish("08:00", "20:00"))
    overnight = bookings.Wish(on_the_day("19:00"), on_the_day("09:00", 26), "通宵")
    with pytest.raises(BookingRefused, match="two_days"):
        book(sqlite_house, overnight)
    with pytest.raises(BookingRefused, match="past"):
        book(sqlite_house, wish("08:00", "09:00", day=6))


def test_a_room_holds_no_more_than_its_seats(sqlite_house: House) -> None:
    with_rooms(sqlite_house)
    book(sqlite_house, wish("09:00", "10:00", people=20))
    with pytest.raises(RoomTooSmall):
        book(sqlite_house, wish("10:00", "11:00", people=21))
    with reading(sqlite_house.pool) as connection:
        free = bookings.free_rooms(connection, wish("09:30", "11:00", people=10), MORNING)
    assert [one.name for one in free] == ["1206", "1501报告厅"]


def test_a_room_out_of_use_is_not_booked_and_keeps_what_was_booked(sqlite_house: House) -> None:
    with_rooms(sqlite_house)
    book(sqlite_house, wish("09:00", "11:00"))
    fields = RoomFields("1208", 16, ("投影", "投影", " "), "08:30", "18:00")
    with transaction(sqlite_house.pool) as connection:
        keeper = queries.get_person(connection, "jinshubai")
        keeping.change_room(connection, sqlite_house.office, keeper, "1", fields, True, MORNING)
    with reading(sqlite_house.pool) as connection:
        closed = keeping.get_room(connection, "1")
        assert verification.verify(connection, sqlite_house.office) == []
    assert (closed.capacity, closed.equipment, closed.disabled) == (16, ("投影",), True)
    assert len(standing(sqlite_house)) == 1
    with pytest.raises(RoomClosed), transaction(sqlite_house.pool) as connection:
        bookings.book(connection, sqlite_house.office, keeper, "1", wish("14:00", "15:00"), MORNING)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (RoomFields("", 10, (), "08:00", "18:00"), "name"),
        (RoomFields("1208", 10, (), "08:00", "18:00"), "name_taken"),
        (RoomFields("1301", 0, (), "08:00", "18:00"), "capacity"),
        (RoomFields("1301", 10, ("投\n影",), "08:00", "18:00"), "equipment"),
        (RoomFields("1301", 10, (), "18:00", "08:00"), "hours"),
        (RoomFields("1301", 10, (), "8:00", "18:00"), "hours"),
    ],
)
def test_what_makes_no_room_is_refused(sqlite_house: House, fields: RoomFields, reason: str) -> None:
    with_rooms(sqlite_house)
    with reading(sqlite_house.pool) as connection:
        keeper = queries.get_person(connection, "jinshubai")
    with transaction(sqlite_house.pool) as connection, pytest.raises(RoomRefused, match=f"reason='{reason}'"):
        keeping.add_room(connection, sqlite_house.office, keeper, fields, MORNING)


def test_rooms_are_for_those_who_look_after_them(sqlite_house: House) -> None:
    fields = RoomFields("1301", 10, (), "08:00", "24:00")
    with transaction(sqlite_house.pool) as connection, pytest.raises(PostRequired):
        keeping.add_room(connection, sqlite_house.office, queries.get_person(connection, "suiyiming"), fields, MORNING)
    with transaction(sqlite_house.pool) as connection:
        keeper = queries.get_person(connection, "boruoxi")
        assert keeping.add_room(connection, sqlite_house.office, keeper, fields, MORNING).number == 1
    assert room(sqlite_house, "1301").closes == "24:00"
