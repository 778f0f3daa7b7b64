"""Dates, instants and spans as FEEL knows them; process variables hold them as ISO 8601 texts."""

import re
from datetime import UTC, date, datetime, time, timedelta

from engine.durations import parse_duration

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(DATE.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
LONGEST_SHOWN = 40
SECONDS_OF_A_MINUTE, SECONDS_OF_AN_HOUR = 60, 3600


class Unfit(ValueError):
    """A value that cannot be used so; its text is the reason, in Chinese."""


def moment(term: object) -> date:
    """Return a date or an instant, read from its text if need be; raise ``Unfit``."""
    if isinstance(term, date):
        return term
    text = term if isinstance(term, str) else ""
    try:
        if DATE.fullmatch(text):
            return date.fromisoformat(text)
        if INSTANT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError as error:
        raise Unfit(f"{shown(term)}不是有效的日期") from error
    raise Unfit(f"{shown(term)}不是日期，应写成 2026-02-15 的形式")


def day(term: object) -> date:
    """Return the calendar day of a date or an instant."""
    found = moment(term)
    return found.date() if isinstance(found, datetime) else found


def instant(term: object) -> datetime:
    """Return an instant; a date means its beginning."""
    found = moment(term)
    return found if isinstance(found, datetime) else datetime.combine(found, time.min)


def span(term: object) -> timedelta:
    """Return a span of time, read from its text if need be; raise ``Unfit``."""
    if isinstance(term, timedelta):
        return term
    text = term if isinstance(term, str) else ""
    found = parse_duration(text.removeprefix("-"))
    if found is None:
        raise Unfit(f"{shown(term)}不是时长，应写成 P3D 的形式，且不能用年和月")
    return -found if text.startswith("-") else found


def side_by_side(left: object, right: object) -> tuple[date, date]:
    """Return two moments of one kind: beside an instant a date means its beginning, in the zone of the instant.

    Source:
        DMN 1.4, 10.3.2.9.4: a date is converted to a date and time where one is expected.
    """
    one, other = moment(left), moment(right)
    if isinstance(one, datetime) and not isinstance(other, datetime):
        other = datetime.combine(other, time.min, one.tzinfo)
    elif isinstance(other, datetime) and not isinstance(one, datetime):
        one = datetime.combine(one, time.min, other.tzinfo)
    if isinstance(one, datetime) and isinstance(other, datetime) and (one.tzinfo is None) != (other.tzinfo is None):
        raise Unfit("一个时间写明了时区，另一个没有，不能比较")
    return one, other


def text_of(term: date | timedelta) -> str:
    """Return the ISO 8601 text of a date, an instant or a span."""
    if isinstance(term, datetime):
        return term.isoformat().removesuffix("+00:00") + "Z" if term.tzinfo is UTC else term.isoformat()
    return term.isoformat() if isinstance(term, date) else _text_of_span(term)


def _text_of_span(term: timedelta) -> str:
    sign, whole = ("-", -term) if term < timedelta(0) else ("", term)
    hours, rest = divmod(whole.seconds, SECONDS_OF_AN_HOUR)
    minutes, seconds = divmod(rest, SECONDS_OF_A_MINUTE)
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    clock = "".join(f"{amount}{unit}" for amount, unit in parts if amount)
    days = f"{whole.days}D" if whole.days or not clock else ""
    return f"{sign}P{days}" + (f"T{clock}" if clock else "")


def shown(term: object) -> str:
    """Return a value as a reason quotes it: short."""
    text = str(term)
    return f"“{text[:LONGEST_SHOWN]}…”" if len(text) > LONGEST_SHOWN else f"“{text}”"
