"""Double booking is impossible, however many ask at once and in whatever order; on both databases."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from threading import Barrier
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from app.house import House
from app.transaction import reading, transaction
from tests.office import MORNING
from tests.rooms.booking import book, cancel, on_the_day, room, standing, wish, with_rooms
from workflows import verification
from workflows.rooms.errors import RoomTaken
from workflows.rooms.keeping import list_rooms
from workflows.rooms.records import room_booking
from workflows.rooms.values import Booking

AT_ONCE = 50
QUARTERS = 16
MINUTES = 15


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Let as many threads act in the same moment; return what each got, or the refusal it met."""
    together = Barrier(count)

    def turn(one: int) -> Any:
        together.wait()
        try:
            return act(one)
        except RoomTaken as error:
            return error

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(turn, range(count)))


def quarter(number: int) -> str:
    return f"{8 + number * MINUTES // 60:02}:{number * MINUTES % 60:02}"


def no_two_overlap(found: list[Booking]) -> bool:
    return all(
        one.room.id != other.room.id or one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
        for one, other in combinations(found, 2)
    )


def test_of_fifty_who_want_one_room_at_one_time_one_gets_it(house: House) -> None:
    with_rooms(house)
    answers = at_once(AT_ONCE, lambda one: book(house, wish("09:00", "11:00", f"第{one}个会"), "suiyiming"))
    assert Counter(type(one) for one in answers) == {RoomTaken: AT_ONCE - 1, Booking: 1}
    assert len(standing(house)) == 1
    with reading(house.pool) as connection:
        assert verification.verify(connection, house.office) == []


def test_fifty_who_want_overlapping_times_never_share_a_minute(house: House) -> None:
    with_rooms(house)

    def ask(one: int) -> Booking:
        return book(house, wish(quarter(one % 20), quarter(one % 20 + 1 + one % 5)), name=("1208", "1206")[one % 2])

    answers = at_once(AT_ONCE, ask)
    found = standing(house)
    assert len(found) == sum(isinstance(one, Booking) for one in answers) > 0
    assert no_two_overlap(found)


def test_a_booking_that_meets_one_written_past_the_ledger_is_told_that_the_room_is_taken(house: House) -> None:
    """On PostgreSQL the constraint waits for the other transaction; on SQLite there is one writer."""
    with_rooms(house)
    number = room(house).number
    values = {"starts_at": on_the_day("09:00"), "ends_at": on_the_day("10:00"), "purpose": "先写下的"}
    with ThreadPoolExecutor(1) as thread:
        with transaction(house.pool) as connection:
            written = {**values, "room": number, "booked_by": "suiyiming", "booked_at": MORNING}
            connection.execute(insert(room_booking).values(id="past", **written))
            asked = thread.submit(book, house, wish("09:30", "11:00"))
        assert isinstance(asked.exception(), RoomTaken)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.one_of(
            st.tuples(st.sampled_from(["1208", "1206"]), st.integers(0, QUARTERS), st.integers(1, 8)),
            st.integers(0, 30),
        ),
        max_size=25,
    )
)
def test_no_two_standing_bookings_overlap_whatever_is_booked_and_cancelled(
    house: House, acts: list[tuple[str, int, int] | int]
) -> None:
    """A list of wishes (room, first quarter, quarters) and of cancellations (which of those standing)."""
    if not rooms_there(house):
        with_rooms(house)
    for one in standing(house):
        cancel(house, one)
    for act in acts:
        before = standing(house)
        if isinstance(act, int):
            if before:
                cancel(house, before[act % len(before)])
            continue
        name, first, quarters = act
        wanted = wish(quarter(first), quarter(first + quarters))
        free = all(
            one.room.name != name or one.ends_at <= wanted.starts_at or wanted.ends_at <= one.starts_at
            for one in before
        )
        try:
            book(house, wanted, name=name)
            booked = True
        except RoomTaken:
            booked = False
        assert booked == free
        assert no_two_overlap(standing(house))


def rooms_there(house: House) -> bool:
    with reading(house.pool) as connection:
        return bool(list_rooms(connection))
