"""发文字号: given once, in order, without gap or twin, for each 机关代字 and year.

The row of a series is locked while a number is taken, and taken back with everything else if the transaction fails; so a
number exists exactly when its document's registration does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.canonical import instant
from engine.model import Value
from workflows.document_approval.errors import OpeningRefused, SeriesStarted
from workflows.document_approval.records import document, number_series

LARGEST_OPENING = 99_999


@dataclass(frozen=True)
class Series:
    """One series of numbers: those up to ``opening`` were given on paper before the system was used."""

    issuing_code: str
    year: int
    opening: int
    last: int


@dataclass(frozen=True)
class LedgerLine:
    """One number and the case it was given to."""

    serial: int
    number: str
    instance_id: str
    registered_at: str


def next_serial(connection: Connection, issuing_code: str, year: int) -> int:
    """Take the next serial of a series, which stays locked until the transaction ends; a new series starts at 1."""
    series = number_series.c
    of_series = (series.issuing_code == issuing_code, series.year == year)
    last = connection.scalar(select(series.last).where(*of_series).with_for_update())
    if last is None:
        _open(connection, issuing_code, year)
        last = connection.scalar(select(series.last).where(*of_series).with_for_update()) or 0
    connection.execute(update(number_series).where(*of_series).values(last=last + 1))
    return last + 1


def set_opening(
    connection: Connection,
    issuing_code: str,
    year: int,
    opening: int,
    record: Callable[[str, Mapping[str, Value]], None],
) -> None:
    """Say up to which serial numbers were given on paper before the system was used.

    Raises:
        SeriesStarted: A number of the series was given here already.
        OpeningRefused: The opening is negative or beyond reason.
    """
    if not 0 <= opening <= LARGEST_OPENING:
        raise OpeningRefused("range")
    known = find_series(connection, issuing_code, year)
    if known is not None and known.last != known.opening:
        raise SeriesStarted(issuing_code, year)
    values = {"opening": opening, "last": opening}
    if known is None:
        connection.execute(insert(number_series).values(issuing_code=issuing_code, year=year, **values))
    else:
        connection.execute(
            update(number_series)
            .where(number_series.c.issuing_code == issuing_code, number_series.c.year == year)
            .values(**values)
        )
    record("numbers:opened", {"issuing_code": issuing_code, "year": year, "opening": opening})


def find_series(connection: Connection, issuing_code: str, year: int) -> Series | None:
    """Return a series, or None before its first number."""
    return next((one for one in list_series(connection) if (one.issuing_code, one.year) == (issuing_code, year)), None)


def list_series(connection: Connection) -> list[Series]:
    """Return all series, newest year first."""
    rows = connection.execute(select(number_series).order_by(number_series.c.year.desc(), number_series.c.issuing_code))
    return [Series(**row._mapping) for row in rows]


def ledger(connection: Connection, issuing_code: str, year: int) -> list[LedgerLine]:
    """Return the numbers given in a series, in order."""
    rows = connection.execute(
        select(document)
        .where(document.c.issuing_code == issuing_code, document.c.year == year)
        .order_by(document.c.serial)
    )
    return [LedgerLine(row.serial, row.document_number, row.instance_id, row.registered_at) for row in rows]


def registered(now: datetime) -> str:
    """Write the instant of a registration as records keep it."""
    return instant(now)


def _open(connection: Connection, issuing_code: str, year: int) -> None:
    """Start a series at 0; somebody else may have done so in the same moment."""
    try:
        with connection.begin_nested():
            connection.execute(insert(number_series).values(issuing_code=issuing_code, year=year, opening=0, last=0))
    except IntegrityError:
        return
