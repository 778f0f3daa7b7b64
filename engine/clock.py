"""The only place that reads the time.

It is apart so that everything else receives instants as arguments, and so that a demonstration or a test can set the
clock of an installation and let it run on from there.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells what time it is, as an aware UTC instant."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the machine's instant, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class ShiftedClock:
    """A clock that runs as fast as another one, a fixed span away from it."""

    base: Clock
    offset: timedelta

    def now(self) -> datetime:
        """Return the base's instant plus the offset, aware, in UTC."""
        return self.base.now() + self.offset


@dataclass(frozen=True)
class FrozenClock:
    """A clock that stands still, for replay and for tests."""

    instant: datetime

    def now(self) -> datetime:
        """Return the instant it was made with."""
        return self.instant


@dataclass
class RehearsalClock:
    """A clock that is put forward by hand, for what is only rehearsed and never stored."""

    instant: datetime

    def now(self) -> datetime:
        """Return the instant it was put to last."""
        return self.instant
