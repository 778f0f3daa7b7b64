"""Counts working time. Pure: a calendar is a value that is made once and never changes.

A day is found by counting: how many working days there are up to a date is weekdays, which a formula counts, corrected by the
special days before it. So nothing here takes longer for a longer span.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate

from workflows.calendar.values import SHANGHAI, DayKind, SpecialDay, WorkingHours

DAYS_OF_WEEK, WEEKDAYS = 7, 5


@dataclass(frozen=True)
class WorkingTime:
    """The working time of an office, as far as it is known.

    A year that is not in force is taken to have no special days; what hangs on it is provisional.

    Attributes:
        special: The days that are not what their weekday says.
        years: The years that are in force.
        hours: The office's hours.
        pending: Years that were imported and wait for somebody to put them into force.
    """

    special: tuple[SpecialDay, ...]
    years: frozenset[int]
    hours: WorkingHours
    pending: frozenset[int] = frozenset()

    def after(self, start: datetime, days: int, rest: timedelta) -> tuple[datetime, bool]:
        """Return the instant that lies so many working days and so much working time after another.

        The day of the start does not count, and whole days end when the office closes on the last of them. Time goes on from
        there, or without days from the start.

        Args:
            start: Aware instant, any zone; judged by its day in Asia/Shanghai.
            days: Working days, none or more.
            rest: Working time, none or more.

        Returns:
            Aware instant in UTC; True with it where a year was needed that is not in force.

        Source:
            《民法典》第二百零一条: the day on which a period begins does not count. The notices of the State Council on holidays
            say which weekends are worked (调休). That a day ends with the office's hours is a setting, ``[calendar] hours``.
        """
        at, begun_on = start, day_of(start)
        first = begun_on + timedelta(days=1) if days else begun_on
        if days:
            at = datetime.combine(self.add(begun_on, days), self.hours.closing, SHANGHAI)
        if rest:
            at = self._later(at, rest)
        return at.astimezone(UTC), bool(self._missing(first, day_of(at)))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two instants; none where the second is not later."""
        return max(self._passed(end) - self._passed(start), timedelta())

    def add(self, day: date, days: int) -> date:
        """Return the working day that is so many working days after a day; the day itself where that is none."""
        return self._day_with(self._count(day) + days, day) if days else day

    def days_between(self, day: date, other: date) -> int:
        """Return how many working days come after a day, up to another one, which counts; none where it is not later."""
        return max(self._count(other) - self._count(day), 0)

    def is_working(self, day: date) -> bool:
        """Tell whether the office works on a day."""
        found = self.find_special(day)
        return found.kind is DayKind.WORKDAY if found else day.weekday() < WEEKDAYS

    def find_special(self, day: date) -> SpecialDay | None:
        """Return what a notice says of a day, or None."""
        return self._by_day.get(day)

    def missing(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """Return the years from the day after one instant to the day of another that are not in force."""
        return self._missing(day_of(start) + timedelta(days=1), last_day_of(end))

    def end_of_day(self, now: datetime, days: int) -> datetime:
        """Return the end (24:00) of the day that is so many working days after the day of an instant, in UTC."""
        last = self.add(day_of(now), days)
        return datetime.combine(last + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)

    @cached_property
    def _by_day(self) -> dict[date, SpecialDay]:
        return {one.on: one for one in self.special}

    @cached_property
    def _corrections(self) -> tuple[list[int], list[int]]:
        """Return the days that are not what their weekday says, and by how much the count is then wrong, all before included."""
        wrong = sorted(
            (one.on.toordinal(), 1 if one.kind is DayKind.WORKDAY else -1)
            for one in self._by_day.values()
            if (one.kind is DayKind.WORKDAY) == (one.on.weekday() >= WEEKDAYS)
        )
        return [day for day, _by in wrong], [0, *accumulate(by for _day, by in wrong)]

    def _count(self, day: date) -> int:
        return self._count_to(day.toordinal())

    def _count_to(self, ordinal: int) -> int:
        """Return how many working days there are up to a day, which counts; the first of all days is a Monday."""
        weeks, begun = divmod(ordinal, DAYS_OF_WEEK)
        days, corrections = self._corrections
        return weeks * WEEKDAYS + min(begun, WEEKDAYS) + corrections[bisect_right(days, ordinal)]

    def _day_with(self, count: int, after: date) -> date:
        """Return the first day up to which there are so many working days; it comes after a day with fewer."""
        begin = after.toordinal()
        weeks = (count - self._count_to(begin) + len(self.special)) // WEEKDAYS + 2
        days = range(begin, begin + weeks * DAYS_OF_WEEK)
        return date.fromordinal(days[bisect_left(days, count, key=self._count_to)])

    def _passed(self, at: datetime) -> timedelta:
        """Return how much working time has passed since the beginning of all days."""
        local = at.astimezone(SHANGHAI)
        day = local.date()
        passed = self._count_to(day.toordinal() - 1) * self.hours.length
        if self.is_working(day):
            passed += self.hours.passed(local - datetime.combine(day, time(), SHANGHAI))
        return passed

    def _later(self, at: datetime, rest: timedelta) -> datetime:
        """Return the first instant at which so much more working time has passed."""
        whole, begun = divmod(self._passed(at) + rest, self.hours.length)
        if not begun:
            whole, begun = whole - 1, self.hours.length
        before = at.astimezone(SHANGHAI).date() - timedelta(days=1)
        day = self._day_with(whole + 1, before)
        return datetime.combine(day, time(), SHANGHAI) + self.hours.reached(begun)

    def _missing(self, first: date, last: date) -> tuple[int, ...]:
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.years)


FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(9998, 12, 31)
"""Between which days the registers of an office are asked for."""


def day_of(at: datetime) -> date:
    """Return the day of an instant in Asia/Shanghai."""
    return at.astimezone(SHANGHAI).date()


def beginning_of(day: str, days: int = 0) -> datetime:
    """Return the instant at which a day begins in Asia/Shanghai.

    Args:
        day: ISO date; a text that is no day, and a day before all of them, stand for the first of all.
        days: How many days later.
    """
    try:
        named = date.fromisoformat(day)
    except ValueError:
        named = FIRST_DAY
    return datetime.combine(min(max(named, FIRST_DAY), LAST_DAY) + timedelta(days=days), time(), SHANGHAI)


def last_day_of(end: datetime) -> date:
    """Return the last day of what ends at an instant: midnight ends the day before."""
    return day_of(end - timedelta(microseconds=1))


def in_force(years: Iterable[tuple[int, Iterable[SpecialDay]]]) -> tuple[SpecialDay, ...]:
    """Return the special days of several years together; of a December, its own year's notice gives way to the next one's.

    Args:
        years: Each year with its days.

    Returns:
        Each day once, in order.

    Source:
        The notice for 2019 was the one that moved the 29th of December 2018.
    """
    found = {day.on: day for _year, days in sorted(years, key=lambda one: one[0]) for day in days}
    return tuple(found[day] for day in sorted(found))
