"""Working days as this business needs them. The calendar of the office counts them; without one, every day counts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Protocol

from sqlalchemy import Connection

ONE_DAY = timedelta(days=1)


class WorkingDays(Protocol):
    """Counts whole working days."""

    @property
    def years(self) -> frozenset[int]:
        """The years of which it is known on which days the office works."""
        ...

    def add(self, day: date, days: int) -> date:
        """Return the working day that is so many working days after a day; the day itself where that is none."""
        ...

    def days_between(self, day: date, other: date) -> int:
        """Return how many working days come after a day, up to another one, which counts; none where it is not later."""
        ...

    def is_working(self, day: date) -> bool:
        """Tell whether the office works on a day."""
        ...


CountDays = Callable[[Connection], WorkingDays]
"""Return the calendar in force, for as long as a transaction lasts."""


class NaturalDays:
    """A calendar on which the office works every day."""

    years: frozenset[int] = frozenset()

    def add(self, day: date, days: int) -> date:
        """Return the day that is so many days after a day."""
        return day + days * ONE_DAY

    def days_between(self, day: date, other: date) -> int:
        """Return how many days come after a day, up to another one; none where it is not later."""
        return max((other - day).days, 0)

    def is_working(self, day: date) -> bool:
        """Tell whether the office works on a day: always."""
        del day
        return True


def every_day(_connection: Connection) -> WorkingDays:
    """Return a calendar on which every day counts."""
    return NaturalDays()


def day_before(days: WorkingDays, day: date, count: int) -> date:
    """Return the last working day after which so many working days remain up to a day, which counts.

    Args:
        days: The calendar.
        day: Such as a due date.
        count: Working days, at least one.

    Returns:
        Such as the 5th of February 2026 for three working days before the 10th.
    """
    found = day - ONE_DAY
    while days.days_between(found, day) < count or not days.is_working(found):
        found -= ONE_DAY
    return found


def working_day_from(days: WorkingDays, day: date) -> date:
    """Return a day if the office works on it, else the next one on which it does."""
    return day if days.is_working(day) else days.add(day, 1)


def is_free(days: WorkingDays, day: date) -> bool:
    """Tell whether it is known that the office does not work on a day."""
    return day.year in days.years and not days.is_working(day)
