"""Dates, durations and cycles as ISO 8601 writes them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W|(?:(?P<days>\d{1,5})D)?(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?"
    r"(?:(?P<seconds>\d{1,9})S)?)?)"
)
CYCLE = re.compile(r"R(?P<times>\d{0,6})/(?:(?P<start>[^/P][^/]*)/)?(?P<every>P[^/]+)(?:/(?P<end>[^/]+))?")


@dataclass(frozen=True)
class Cycle:
    """A repeating interval: how often (None without an end), every how long, from when at the earliest, until when.

    ``span`` is the interval as it is written.
    """

    times: int | None
    every: timedelta
    span: str
    start: datetime | None
    end: datetime | None


def parse_duration(text: str) -> timedelta | None:
    """Return the span of an ISO 8601 duration of weeks, days, hours, minutes and seconds, or None where the text is not one.

    Months and years are not accepted: they have no fixed length.
    """
    match = DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    return timedelta(**{unit: int(amount) for unit, amount in match.groupdict().items() if amount})


def working_span(text: str) -> tuple[int, timedelta]:
    """Return the working days and the working time besides that a duration stands for.

    Unlike in natural time, a day is not twenty-four hours: ``P1D`` is a working day, ``PT24H`` are twenty-four hours of work.

    Args:
        text: A duration that :func:`parse_duration` accepts; its week is seven days.

    Returns:
        Days, and the rest.

    Raises:
        ValueError: It is no duration.
    """
    match = DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    amounts = {unit: int(amount or 0) for unit, amount in match.groupdict().items()}
    days = amounts.pop("days") + amounts.pop("weeks") * 7
    return days, timedelta(**amounts)


def parse_instant(text: str, near: datetime) -> datetime:
    """Return the instant that a date or a date with time stands for.

    Args:
        text: As ISO 8601 writes it; a date means its end.
        near: Its zone is used where the text has none.

    Returns:
        Aware instant in UTC.

    Raises:
        ValueError: It is neither.
    """
    moment = datetime.fromisoformat(text.strip())
    try:
        if len(text.strip()) == len("2025-11-05"):
            moment += timedelta(days=1)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=near.tzinfo)
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


def parse_cycle(text: str, near: datetime) -> Cycle:
    """Return the repeating interval that a text such as ``R3/PT1H`` or ``R/2026-01-05T09:00+08:00/P7D`` stands for.

    Raises:
        ValueError: It is none, or repeats without any time between.
    """
    match = CYCLE.fullmatch(text.strip())
    every = parse_duration(match["every"]) if match else None
    if match is None or not every:
        raise ValueError(text)
    times = int(match["times"]) if match["times"] else None
    if times == 0:
        raise ValueError(text)
    start = parse_instant(match["start"], near) if match["start"] else None
    end = parse_instant(match["end"], near) if match["end"] else None
    return Cycle(times, every, match["every"], start, end)


def due_at(text: str, opened_at: datetime) -> datetime:
    """Return the instant by which something is due, in natural time.

    Args:
        text: A duration, counted from ``opened_at``; or a date or an instant.
        opened_at: Aware instant.

    Returns:
        Aware instant in UTC; a date means its end.

    Raises:
        ValueError: It is none of these, or lies beyond what a date can say.
    """
    duration = parse_duration(text)
    if duration is None:
        return parse_instant(text, opened_at)
    try:
        return opened_at + duration
    except OverflowError as error:
        raise ValueError(text) from error
