"""发文字号: given once, in order, without gap or twin, for each 机关代字 and year.

The row of a series is locked while a number is taken, and taken back with everything else if the transaction fails; so a
number exists exactly when its document's registration does.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.model import Value
from workflows.document_approval.errors import OpeningRefused, SeriesStarted
from workflows.document_approval.records import document, number_series

LARGEST_OPENING = 99_999
OPENED = "numbers:opened"

_of_series = (number_series.c.issuing_code == bindparam("of_code"), number_series.c.year == bindparam("of_year"))
_lock = select(number_series).where(*_of_series).with_for_update()
_update_series = update(number_series).where(*_of_series).values(last=bindparam("last"))
_update_opening = update(number_series).where(*_of_series).values(opening=bindparam("opening"), last=bindparam("last"))
_given = (
    select(document.c.issuing_code, document.c.year, document.c.serial)
    .where(document.c.serial.is_not(None))
    .order_by(document.c.serial)
)


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
    """Take the next serial of a series, which stays locked until the transaction ends; a new series starts at 1.

    Args:
        connection: In the transaction that registers the document.
        issuing_code: 机关代字, known to be the office's.
        year: Of 成文日期, in full.

    Returns:
        One more than the last serial given, or than the opening.

    Source:
        第二十五条（二）: the number is fixed at 登记. That it starts anew each year and leaves no gap is practice.
    """
    serial = _locked(connection, issuing_code, year).last + 1
    connection.execute(_update_series, {"of_code": issuing_code, "of_year": year, "last": serial})
    return serial


def set_opening(
    connection: Connection,
    issuing_code: str,
    year: int,
    opening: int,
    record: Callable[[str, Mapping[str, Value]], None],
) -> None:
    """Say up to which serial numbers were given on paper before the system was used.

    Args:
        connection: In a transaction.
        issuing_code: 机关代字, known to be the office's.
        year: In full.
        opening: The last serial of the paper register, 0 where there was none.
        record: Writes the event to the ledger of numbers.

    Raises:
        SeriesStarted: A number of the series was given here already.
        OpeningRefused: The opening is negative or beyond reason.
    """
    if not 0 <= opening <= LARGEST_OPENING:
        raise OpeningRefused("range")
    known = _locked(connection, issuing_code, year)
    if known.last != known.opening:
        raise SeriesStarted(issuing_code, year)
    opened = {"of_code": issuing_code, "of_year": year, "opening": opening, "last": opening}
    connection.execute(_update_opening, opened)
    record(OPENED, {"issuing_code": issuing_code, "year": year, "opening": opening})


def find_series(connection: Connection, issuing_code: str, year: int) -> Series | None:
    """Return a series, or None before its first number."""
    return next((one for one in list_series(connection) if (one.issuing_code, one.year) == (issuing_code, year)), None)


def list_series(connection: Connection) -> list[Series]:
    """Return all series, newest year first."""
    rows = connection.execute(select(number_series).order_by(number_series.c.year.desc(), number_series.c.issuing_code))
    return [Series(**row._mapping) for row in rows]


def ledger(connection: Connection, issuing_code: str, year: int) -> list[LedgerLine]:
    """Return the numbers given in a series, in order; those up to its ``opening`` are in the paper register."""
    rows = connection.execute(
        select(document)
        .where(document.c.issuing_code == issuing_code, document.c.year == year)
        .order_by(document.c.serial)
    )
    return [LedgerLine(row.serial, row.document_number, row.instance_id, row.registered_at) for row in rows]


def broken_series(connection: Connection, told: Iterable[Mapping[str, Value]]) -> list[tuple[str, int]]:
    """Return the series whose row contradicts the ledger of numbers, or the documents that bear its numbers.

    Args:
        connection: In a transaction that sees one state of the database.
        told: What each :data:`OPENED` event of the ledger says, in order.

    Returns:
        Code and year of each, in order: the opening is not the one told last, or the numbers given are not all those
        from the opening to the last.
    """
    openings = {(str(one["issuing_code"]), int(str(one["year"]))): one["opening"] for one in told}
    rows = {(row.issuing_code, row.year): Series(**row._mapping) for row in connection.execute(select(number_series))}
    given: dict[tuple[str, int], list[int]] = {}
    for code, year, serial in connection.execute(_given):
        given.setdefault((code, year), []).append(serial)
    return sorted(
        (code, year)
        for code, year in rows.keys() | openings.keys() | given.keys()
        if not _is_whole(rows.get((code, year)), openings.get((code, year), 0), given.get((code, year), []))
    )


def _is_whole(series: Series | None, opening: Value, given: list[int]) -> bool:
    if series is None:
        return False
    return series.opening == opening and given == list(range(series.opening + 1, series.last + 1))


def _locked(connection: Connection, issuing_code: str, year: int) -> Series:
    """Lock a series until the transaction ends; it starts here if this is the first that is heard of it."""
    of_series = {"of_code": issuing_code, "of_year": year}
    row = connection.execute(_lock, of_series).first()
    if row is None:
        _open(connection, issuing_code, year)
        row = connection.execute(_lock, of_series).one()
    return Series(**row._mapping)


def _open(connection: Connection, issuing_code: str, year: int) -> None:
    """Start a series at 0; somebody else may have done so in the same moment."""
    try:
        with connection.begin_nested():
            connection.execute(insert(number_series).values(issuing_code=issuing_code, year=year, opening=0, last=0))
    except IntegrityError:
        return
