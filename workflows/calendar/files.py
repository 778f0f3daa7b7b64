"""Years from files: a table of days as CSV, or the events of a calendar as iCalendar, where each says 休 or 班."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from workflows.calendar.proposals import MOST_DAYS, Line, Proposal, proposal_of
from workflows.calendar.values import DayKind, SpecialDay
from workflows.organisation.csv_lines import MOST_CSV_BYTES, csv_lines
from workflows.organisation.errors import ImportRefused

if TYPE_CHECKING:
    from icalendar import Event

COLUMNS = ("date", "kind", "name")
KINDS = {
    "holiday": DayKind.HOLIDAY,
    "休": DayKind.HOLIDAY,
    "放假": DayKind.HOLIDAY,
    "off": DayKind.HOLIDAY,
    "workday": DayKind.WORKDAY,
    "班": DayKind.WORKDAY,
    "上班": DayKind.WORKDAY,
    "补班": DayKind.WORKDAY,
    "work": DayKind.WORKDAY,
}
DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
MARKED = re.compile(r"(?P<name>.+?)\s*(?:调休)?[（(]?(?P<kind>休|班|放假|上班|补班|off|work)[）)]?")
SPECIAL_DAY = "X-APPLE-SPECIAL-DAY"
SPECIAL_DAYS = {"WORK-HOLIDAY": DayKind.HOLIDAY, "ALTERNATE-WORKDAY": DayKind.WORKDAY}
ICALENDAR = b"BEGIN:VCALENDAR"
BROKEN = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
"""What the library makes of a broken file."""


def propose(year: int, name: str, content: bytes) -> Proposal:
    """Return what a file says of a year.

    Args:
        year: The year.
        name: Of the file.
        content: CSV in UTF-8 or GB18030 with the header ``date,kind,name``; or iCalendar, whose events are whole days and say
            what they are at the end of their summary, such as 春节（休）, or as Apple's calendars do.

    Returns:
        The proposal.

    Raises:
        ImportRefused: Names each bad line, or event, its field and the reason.
    """
    if len(content) > MOST_CSV_BYTES:
        raise ImportRefused(((1, "file", "too_big"),))
    is_icalendar = content.removeprefix(b"\xef\xbb\xbf").lstrip().upper().startswith(ICALENDAR)
    return proposal_of(year, _events(content) if is_icalendar else _lines(content), name)


def written(days: tuple[SpecialDay, ...]) -> str:
    """Return days as the CSV file that :func:`propose` reads, to be corrected and imported again."""
    rows = [",".join(COLUMNS), *(f"{day.on.isoformat()},{day.kind.value},{day.name}" for day in days)]
    return "\n".join(rows) + "\n"


def _lines(content: bytes) -> Iterator[Line]:
    bad: list[tuple[int, str, str]] = []
    read: list[Line] = []
    for number, line in csv_lines(content, COLUMNS):
        day, kind = _date(line["date"]), KINDS.get(line["kind"])
        if day is None:
            bad.append((number, "date", "date"))
        elif kind is None:
            bad.append((number, "kind", "kind"))
        else:
            read.append(Line(number, SpecialDay(day, kind, line["name"])))
    if bad:
        raise ImportRefused(tuple(bad))
    yield from read


def _date(text: str) -> date | None:
    match = DATE.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _events(content: bytes) -> Iterator[Line]:
    from icalendar import Calendar, Event

    try:
        events = [one for one in Calendar.from_ical(content).walk("VEVENT") if isinstance(one, Event)]
    except BROKEN as error:
        raise ImportRefused(((1, "file", "icalendar"),)) from error
    bad: list[tuple[int, str, str]] = []
    read: list[Line] = []
    for number, event in enumerate(events, 1):
        kind, name = _marked(str(event.get("SUMMARY", "")), str(event.get(SPECIAL_DAY, "")))
        days = _days(event)
        if kind is None:
            bad.append((number, "summary", "unmarked"))
        elif not days:
            bad.append((number, "date", "whole_days"))
        else:
            read += (Line(number, SpecialDay(day, kind, name)) for day in days)
    if bad:
        raise ImportRefused(tuple(bad))
    yield from read


def _marked(summary: str, special_day: str) -> tuple[DayKind | None, str]:
    match = MARKED.fullmatch(summary.strip())
    name = match["name"] if match else summary.strip()
    if special_day in SPECIAL_DAYS:
        return SPECIAL_DAYS[special_day], name
    return (KINDS[match["kind"]] if match else None), name


def _days(event: "Event") -> list[date]:
    """Return the days of an event, or none where it is not of whole days, repeats, or lasts beyond reason."""
    try:
        begin, end = event.start, event.end
    except BROKEN:
        return []
    if isinstance(begin, datetime) or isinstance(end, datetime) or "RRULE" in event:
        return []
    length = max((end - begin).days, 1)
    return [begin + timedelta(days=day) for day in range(length)] if length <= MOST_DAYS else []
