"""What a calendar is made of: special days, working hours, and a year as it was imported and put into force."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone in which the office has its days."""


class DayKind(StrEnum):
    """放假 and 上班 (调休): the days that are not what their weekday says."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"


@dataclass(frozen=True, order=True)
class SpecialDay:
    """One day of a notice; ``name`` is the holiday it belongs to."""

    on: date
    kind: DayKind
    name: str


@dataclass(frozen=True)
class WorkingHours:
    """The spans of a day in which the office works, in order; each begins before it ends, and none touches another's inside."""

    spans: tuple[tuple[time, time], ...]

    @cached_property
    def length(self) -> timedelta:
        """How much working time a day has."""
        return sum((ends - begins for begins, ends in self._since_midnight), timedelta())

    @property
    def closing(self) -> time:
        """When the office closes."""
        return self.spans[-1][1]

    def passed(self, at: timedelta) -> timedelta:
        """Return how much of a working day's time has passed so long after midnight."""
        return sum((min(at, ends) - begins for begins, ends in self._since_midnight if at > begins), timedelta())

    def reached(self, passed: timedelta) -> timedelta:
        """Return how long after midnight so much of a working day's time has passed; ``passed`` is more than none."""
        for begins, ends in self._since_midnight:
            if passed <= ends - begins:
                return begins + passed
            passed -= ends - begins
        raise ValueError("a day has less working time than that")

    @cached_property
    def _since_midnight(self) -> tuple[tuple[timedelta, timedelta], ...]:
        return tuple((_after_midnight(begins), _after_midnight(ends)) for begins, ends in self.spans)


class YearState(StrEnum):
    """待复核, 已生效, 已被更正, 已作废."""

    PENDING = "pending"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class ImportedYear:
    """One import of a year, which counts from when somebody else has put it into force; none is ever removed.

    Attributes:
        id: Of the import.
        year: The year that it is about; it may also say what the last December's days are.
        source: 依据: the notice that says so.
        instance_id: The case that holds the notice, or None.
        origin: Where the days were read from: the name of a file, or of the library with its version.
        days: The special days, in order.
        imported_by: Username.
        imported_at: Aware instant.
        put_into_force_by: Username, or None.
        put_into_force_at: Aware instant, or None.
        revision: The how manieth putting into force this was, of all years; None before.
        discarded_by: Username, or None.
        discarded_at: Aware instant, or None.
        state: What has become of it.
    """

    id: str
    year: int
    source: str
    instance_id: str | None
    origin: str
    days: tuple[SpecialDay, ...]
    imported_by: str
    imported_at: datetime
    put_into_force_by: str | None
    put_into_force_at: datetime | None
    revision: int | None
    discarded_by: str | None
    discarded_at: datetime | None
    state: YearState


def _after_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)
