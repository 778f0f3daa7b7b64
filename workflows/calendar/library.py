"""Years from the library chinesecalendar: it proposes them, and has only those whose notice had come out when it was made."""

from datetime import date
from importlib.metadata import version

from chinese_calendar import Holiday, constants

from workflows.calendar.errors import YearNotPublished
from workflows.calendar.proposals import DECEMBER, Line, Proposal, proposal_of
from workflows.calendar.values import DayKind, SpecialDay
from workflows.calendar.working_time import WorkingTime

PACKAGE = "chinesecalendar"


def published_years() -> range:
    """Return the years that the library has."""
    years = {day.year for day in constants.holidays}
    return range(min(years), max(years) + 1)


def propose(year: int, known: WorkingTime) -> Proposal:
    """Return what the library says of a year, and of the last December where that is otherwise than is known.

    Args:
        year: The year.
        known: What is in force.

    Returns:
        The proposal.

    Raises:
        YearNotPublished: The library does not have the year.
    """
    published = published_years()
    if year not in published:
        raise YearNotPublished(year, published[0], published[-1])
    days = [day for day in _special_days() if day.on.year == year or _is_news_of_december(day, year, known)]
    lines = (Line(number, day) for number, day in enumerate(sorted(days), 1))
    return proposal_of(year, lines, f"{PACKAGE} {version(PACKAGE)}")


def _is_news_of_december(day: SpecialDay, year: int, known: WorkingTime) -> bool:
    said = known.find_special(day.on)
    is_of_december = (day.on.year, day.on.month) == (year - 1, DECEMBER)
    return is_of_december and day.on.year in known.years and (said is None or said.kind is not day.kind)


def _special_days() -> list[SpecialDay]:
    named: dict[DayKind, dict[date, str]] = {DayKind.HOLIDAY: constants.holidays, DayKind.WORKDAY: constants.workdays}
    return [SpecialDay(on, kind, Holiday(name).chinese) for kind, days in named.items() for on, name in days.items()]
