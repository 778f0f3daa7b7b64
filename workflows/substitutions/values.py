"""What a standing substitution is. Its state is never stored: the clock says it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from workflows.calendar.values import SHANGHAI


class SubstitutionState(StrEnum):
    """待生效, 生效中, 已结束."""

    PENDING = "pending"
    IN_FORCE = "in_force"
    ENDED = "ended"


@dataclass(frozen=True)
class Substitution:
    """``substitute`` may act for ``owner`` from ``starts_at`` until before ``ends_at``; ``definitions`` None is all flows."""

    id: str
    owner: str
    substitute: str
    definitions: frozenset[str] | None
    starts_at: datetime
    ends_at: datetime
    reason: str
    created_by: str
    created_at: datetime
    ended_by: str | None
    ended_at: datetime | None

    @property
    def over_at(self) -> datetime:
        """When it is over: as arranged, or earlier where it was ended."""
        return self.ends_at if self.ended_at is None else min(self.ends_at, self.ended_at)

    def state_at(self, now: datetime) -> SubstitutionState:
        """Return its state at an instant; one ended before it began was never in force."""
        if now >= self.over_at:
            return SubstitutionState.ENDED
        return SubstitutionState.PENDING if now < self.starts_at else SubstitutionState.IN_FORCE

    def covers(self, definition: str) -> bool:
        """Tell whether it holds for a flow."""
        return self.definitions is None or definition in self.definitions


@dataclass(frozen=True)
class Arrangement:
    """What somebody asks for; ``definitions`` None is all flows, now and later."""

    owner: str
    substitute: str
    starts_at: datetime
    ends_at: datetime
    definitions: frozenset[str] | None = None
    reason: str = ""


def whole_days(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the period from the first instant of a day until the last of another, in Asia/Shanghai.

    Args:
        first: The first day.
        last: The last day, which is included.

    Returns:
        Aware instants: the beginning, and the end, which is not included.
    """
    return beginning_of(first), beginning_of(last + timedelta(days=1))


def beginning_of(day: date) -> datetime:
    """Return the first instant of a day in Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)
