"""What the calendar of rooms shows: a day in half hours or a week in days, with rooms as columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from workflows.rooms.opening import SHANGHAI
from workflows.rooms.values import Booking, Room

SLOT = timedelta(minutes=30)
FIRST, LAST = "08:00", "20:00"
DAYS_OF_WEEK = 7


@dataclass(frozen=True)
class Cell:
    """One cell of a day: some time of a room that is free, closed, or taken by bookings that hang together."""

    room: Room
    starts_at: datetime
    open: bool
    bookings: tuple[Booking, ...] = ()
    rows: int = 1


@dataclass(frozen=True)
class SlotRow:
    """Half an hour: a cell for each room in which it is not covered by a booking that began earlier."""

    starts_at: datetime
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class DayRow:
    """A day of a week: the bookings of each room."""

    day: date
    bookings: tuple[tuple[Booking, ...], ...]


def day_rows(day: date, rooms: Sequence[Room], bookings: Sequence[Booking]) -> list[SlotRow]:
    """Return the half hours of a day, from the earliest opening of a room to the last closing."""
    begins = min((one.opens for one in rooms), default=FIRST)
    ends = max((one.closes for one in rooms), default=LAST)
    starts, last = [_floor(at_time(day, begins))], at_time(day, ends)
    while starts[-1] + SLOT < last:
        starts.append(starts[-1] + SLOT)
    columns = [_column(starts, room, [one for one in bookings if one.room.id == room.id]) for room in rooms]
    return [SlotRow(at, tuple(column[at] for column in columns if at in column)) for at in starts]


def week_rows(day: date, rooms: Sequence[Room], bookings: Sequence[Booking]) -> list[DayRow]:
    """Return the days of the week of a day, from Monday."""
    monday = monday_of(day)
    return [
        DayRow(
            one,
            tuple(
                tuple(booked for booked in bookings if booked.room.id == room.id and _day(booked.starts_at) == one)
                for room in rooms
            ),
        )
        for one in (monday + timedelta(days=at) for at in range(DAYS_OF_WEEK))
    ]


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def at_time(day: date, written: str) -> datetime:
    """Return the instant of a time of day such as ``08:00``; ``24:00`` is the beginning of the next."""
    hours, minutes = map(int, written.split(":"))
    return datetime.combine(day, time(), SHANGHAI) + timedelta(hours=hours, minutes=minutes)


def _column(starts: Sequence[datetime], room: Room, bookings: Sequence[Booking]) -> dict[datetime, Cell]:
    """Return the cells of a room by when they begin; bookings that share half an hour share a cell."""
    cells, at = {}, 0
    while at < len(starts):
        together: dict[str, Booking] = {}
        rows, until = 0, starts[at]
        while at + rows < len(starts) and (rows == 0 or any(one.ends_at > until for one in together.values())):
            begins, until = starts[at + rows], starts[at + rows] + SLOT
            together |= {one.id: one for one in bookings if one.starts_at < until and one.ends_at > begins}
            rows += 1
        day = _day(starts[at])
        is_open = starts[at] >= at_time(day, room.opens) and starts[at] + SLOT <= at_time(day, room.closes)
        cells[starts[at]] = Cell(room, starts[at], is_open, tuple(together.values()), rows)
        at += rows
    return cells


def _floor(at: datetime) -> datetime:
    local = at.astimezone(SHANGHAI)
    return local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
