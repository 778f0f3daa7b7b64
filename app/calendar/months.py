"""Twelve months as they hang on a wall, and the days of a notice as the notice writes them."""

from calendar import MONDAY, Calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.calendar.values import DayKind, SpecialDay
from workflows.calendar.working_time import WorkingTime

MONTHS = range(1, 13)


@dataclass(frozen=True)
class Day:
    """One day of a month; ``special`` is what a notice says of it."""

    on: date
    works: bool
    special: SpecialDay | None


@dataclass(frozen=True)
class Month:
    """A month: weeks from Monday on, with None for the days of its neighbours, and how many of its days are worked."""

    number: int
    weeks: tuple[tuple[Day | None, ...], ...]
    working_days: int


@dataclass(frozen=True)
class Holiday:
    """What a notice says of one holiday: the spans that are off, by first and last day, and the days that are worked."""

    name: str
    off: tuple[tuple[date, date], ...]
    worked: tuple[date, ...]

    @property
    def days(self) -> int:
        return sum((last - first).days + 1 for first, last in self.off)


@dataclass(frozen=True)
class Difference:
    """A day that two imports say different things of; None is what its weekday says."""

    on: date
    was: DayKind | None
    becomes: DayKind | None


def months_of(calendar: WorkingTime, year: int) -> tuple[Month, ...]:
    return tuple(_month(calendar, year, number) for number in MONTHS)


def holidays_of(days: Iterable[SpecialDay]) -> tuple[Holiday, ...]:
    """Put days together as a notice does: what is off in one go belongs together, whatever it is called."""
    known = sorted(days)
    off = _spans([day.on for day in known if day.kind is DayKind.HOLIDAY])
    names = {day.on: day.name for day in known}
    together: list[list[str]] = []
    for first, last in off:
        called = list(dict.fromkeys(names[on] for on in _each(first, last)))
        joined = [group for group in together if set(group) & set(called)]
        merged = list(dict.fromkeys(name for group in (*joined, called) for name in group))
        together = [*(group for group in together if group not in joined), merged]
    together += [[name] for name in dict.fromkeys(names.values()) if not any(name in group for group in together)]
    found = [
        Holiday(
            "、".join(group),
            tuple(span for span in off if names[span[0]] in group),
            tuple(day.on for day in known if day.kind is DayKind.WORKDAY and day.name in group),
        )
        for group in together
    ]
    return tuple(sorted(found, key=lambda one: one.off[0][0] if one.off else one.worked[0]))


def differences(before: Iterable[SpecialDay], after: Iterable[SpecialDay]) -> tuple[Difference, ...]:
    was, becomes = ({day.on: day.kind for day in days} for days in (before, after))
    return tuple(
        Difference(on, was.get(on), becomes.get(on))
        for on in sorted(was.keys() | becomes.keys())
        if was.get(on) is not becomes.get(on)
    )


def _month(calendar: WorkingTime, year: int, number: int) -> Month:
    weeks = tuple(
        tuple(
            Day(on, calendar.is_working(on), calendar.find_special(on)) if on.month == number else None for on in week
        )
        for week in Calendar(MONDAY).monthdatescalendar(year, number)
    )
    return Month(number, weeks, sum(day.works for week in weeks for day in week if day is not None))


def _each(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _spans(days: list[date]) -> tuple[tuple[date, date], ...]:
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = spans[-1][0], day
        else:
            spans.append((day, day))
    return tuple(spans)
