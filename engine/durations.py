"""Dates and durations as ISO 8601 writes them."""

import re
from datetime import UTC, datetime, timedelta

DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W|(?:(?P<days>\d{1,5})D)?(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?"
    r"(?:(?P<seconds>\d{1,9})S)?)?)"
)


def due_at(text: str, opened_at: datetime) -> datetime:
    """Return the instant by which a step is due, in natural time.

    Args:
        text: An ISO 8601 duration of weeks, days, hours, minutes and seconds, counted from ``opened_at``; or a date or
            an instant. Months and years are not accepted: they have no fixed length.
        opened_at: Aware instant.

    Returns:
        Aware instant in UTC; a date means its end.

    Raises:
        ValueError: It is none of these.
    """
    duration = parse_duration(text)
    if duration is not None:
        return opened_at + duration
    moment = datetime.fromisoformat(text)
    if len(text) == len("2025-11-05"):
        moment += timedelta(days=1)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=opened_at.tzinfo)
    return moment.astimezone(UTC)


def parse_duration(text: str) -> timedelta | None:
    """Return the span of an ISO 8601 duration, or None where the text is not one."""
    match = DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    return timedelta(**{unit: int(amount) for unit, amount in match.groupdict().items() if amount})
