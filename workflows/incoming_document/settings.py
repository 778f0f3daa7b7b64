"""What an office decides about what comes in; every value comes from ``config.toml``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

READ, ACT = "阅件", "办件"
"""来文类型: to be read, or to be acted upon."""


@dataclass(frozen=True)
class Limit:
    """How long an office takes for what comes in with an urgency, empty where it bears none, and of a type.

    One of ``hours`` and ``days`` is above 0; days are working days where the office has a calendar of them.
    """

    urgency: str
    handling: str
    hours: int = 0
    days: int = 0


def natural_after(_connection: Connection, day: date, days: int) -> date:
    """Return the day that lies so many days after another."""
    return day + timedelta(days=days)


def natural_between(_connection: Connection, first: date, last: date) -> int:
    """Return how many days lie behind one day up to another, that one included; 0 where it is not later."""
    return max(0, (last - first).days)


@dataclass(frozen=True)
class Days:
    """How an office counts days: every one, unless it is handed a calendar of working days."""

    after: Callable[[Connection, date, int], date] = natural_after
    between: Callable[[Connection, date, date], int] = natural_between


@dataclass(frozen=True)
class IncomingSettings:
    """The series of 收文号, time limits, words that ask for nothing, and how the office counts days."""

    series: str
    limits: tuple[Limit, ...] = ()
    bare_words: tuple[str, ...] = ()
    days: Days = Days()

    def limit_of(self, urgency: str, handling: str) -> Limit | None:
        """Return the time limit of an urgency and a type, or None where the office has none."""
        return next((one for one in self.limits if (one.urgency, one.handling) == (urgency, handling)), None)
