"""Calendars for tests: what the library says of some years, with the office's usual hours."""

from datetime import datetime, time, timedelta

from workflows.calendar import library
from workflows.calendar.values import SHANGHAI, SpecialDay, WorkingHours
from workflows.calendar.working_time import WorkingTime

HOURS = WorkingHours(((time(8, 30), time(12)), (time(14), time(17, 30))))
NOTHING = WorkingTime((), frozenset(), HOURS)


def published(*years: int) -> WorkingTime:
    """The calendar with these years in force, as the notices of the State Council say."""
    days: list[SpecialDay] = [day for year in years for day in library.propose(year, NOTHING).days]
    return WorkingTime(tuple(sorted(days)), frozenset(years), HOURS)


def at(text: str) -> datetime:
    """An instant in Shanghai, such as ``2026-02-13 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)
