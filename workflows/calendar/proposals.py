"""What is proposed as a year's special days, and what a proposal must be. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from workflows.calendar.values import DayKind, SpecialDay
from workflows.calendar.working_time import WEEKDAYS
from workflows.forms.validation import readable_text
from workflows.organisation.errors import ImportRefused

FIRST_YEAR, LAST_YEAR = 2004, 2100
LONGEST_NAME = 20
MOST_DAYS = 150
DECEMBER = 12


@dataclass(frozen=True)
class Line:
    """One day as a file or library gives it; ``number`` is what a reader finds it by."""

    number: int
    day: SpecialDay


@dataclass(frozen=True)
class Proposal:
    """The special days of a year, as somebody proposes them; ``origin`` says where they were read."""

    year: int
    days: tuple[SpecialDay, ...]
    origin: str


def proposal_of(year: int, lines: Iterable[Line], origin: str) -> Proposal:
    """Return the proposal that lines make.

    Args:
        year: The year it is about.
        lines: Its days; what the notice says of the last December may stand among them.
        origin: Where they were read.

    Returns:
        The proposal, its days in order.

    Raises:
        ImportRefused: Names each bad line, its field and the reason.
    """
    read = list(lines)
    bad = [(line.number, *problem) for line, problem in _problems(year, read)]
    if not read:
        bad.append((1, "file", "no_days"))
    if len(read) > MOST_DAYS:
        bad = [(1, "file", "too_big")]
    if bad:
        raise ImportRefused(tuple(bad))
    return Proposal(year, tuple(sorted(line.day for line in read)), origin)


def _problems(year: int, lines: list[Line]) -> Iterator[tuple[Line, tuple[str, str]]]:
    seen: set[date] = set()
    for line in lines:
        problem = _problem(year, line.day, seen)
        if problem:
            yield line, problem
        seen.add(line.day.on)


def _problem(year: int, day: SpecialDay, seen: set[date]) -> tuple[str, str] | None:
    if day.on.year != year and (day.on.year, day.on.month) != (year - 1, DECEMBER):
        return "date", "other_year"
    if day.on in seen:
        return "date", "twice"
    if day.kind is DayKind.WORKDAY and day.on.weekday() < WEEKDAYS:
        return "kind", "works_anyway"
    if not day.name or len(day.name) > LONGEST_NAME or not readable_text(day.name, lines=False):
        return "name", "day_name"
    return None
