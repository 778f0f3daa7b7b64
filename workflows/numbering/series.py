"""A series of numbers: for each code, such as a 机关代字, and year given once, in order, without gap or twin.

The row of a series is locked while a number is taken, and taken back with everything else if the transaction fails; so a
number exists exactly when what it was given to is registered. A number that is void stays in its place.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.canonical import instant
from engine.model import EventKind, RecordChange, Value
from engine.persistence.tables import history_event
from workflows.numbering.errors import OpeningRefused, SeriesStarted
from workflows.numbering.records import NUMBER, given_number, number_series
from workflows.numbering.settings import NumberSettings

LARGEST_OPENING = 99_999
OPENED = "numbers:opened"

_of_series = (number_series.c.code == bindparam("of_code"), number_series.c.year == bindparam("of_year"))
_lock = select(number_series).where(*_of_series).with_for_update()
_update_series = update(number_series).where(*_of_series).values(last=bindparam("last"))
_update_opening = update(number_series).where(*_of_series).values(opening=bindparam("opening"), last=bindparam("last"))
_given = select(given_number.c.code, given_number.c.year, given_number.c.serial).order_by(given_number.c.serial)


@dataclass(frozen=True)
class Series:
    """One series of numbers: those up to ``opening`` were given on paper before the system was used."""

    code: str
    year: int
    opening: int
    last: int


@dataclass(frozen=True)
class LedgerLine:
    """One number and the case it was given to."""

    serial: int
    text: str
    instance_id: str
    given_at: datetime
    voided_at: datetime | None
    voided_by: str | None
    void_reason: str | None


@dataclass(frozen=True)
class Given:
    """A number that was taken, and the change of records that gives it to its case."""

    serial: int
    text: str
    change: RecordChange


def give(
    connection: Connection, code: str, year: int, instance_id: str, now: datetime, settings: NumberSettings
) -> Given:
    """Take the next number of a series for a case; whoever calls has the change told and written.

    Args:
        connection: In the transaction that tells and writes it.
        code: Of the series, known to be the office's.
        year: In full.
        instance_id: The case.
        now: Aware instant.
        settings: How the office writes its numbers.

    Returns:
        The number.
    """
    serial = next_serial(connection, code, year)
    text = settings.written(code, year, serial)
    values: dict[str, Value] = {
        "code": code,
        "year": year,
        "serial": serial,
        "text": text,
        "instance_id": instance_id,
        "given_at": instant(now),
    }
    return Given(serial, text, RecordChange(NUMBER, f"{code}-{year}-{serial}", values))


def gaps(connection: Connection, one: Series) -> list[tuple[int, int]]:
    """Return the numbers of a series that nothing was given, as ranges from first to last, in order.

    There are none while nobody has written to the database behind the system's back; numbers on paper are none.
    """
    of_series = given_number.c.code == one.code, given_number.c.year == one.year
    query = select(given_number.c.serial).where(*of_series).order_by(given_number.c.serial)
    found, before = list[tuple[int, int]](), one.opening
    for serial in [*connection.scalars(query), one.last + 1]:
        if serial > before + 1:
            found.append((before + 1, serial - 1))
        before = max(before, serial)
    return found


def next_serial(connection: Connection, code: str, year: int) -> int:
    """Take the next serial of a series, which stays locked until the transaction ends; a new series starts at 1.

    Args:
        connection: In the transaction that registers the document.
        code: Of the series, known to be the office's.
        year: In full; of 成文日期 for 发文字号.

    Returns:
        One more than the last serial given, or than the opening.

    Source:
        第二十五条（二）: the number is fixed at 登记. That it starts anew each year and leaves no gap is practice.
    """
    serial = _locked(connection, code, year).last + 1
    connection.execute(_update_series, {"of_code": code, "of_year": year, "last": serial})
    return serial


def lock(connection: Connection, code: str, year: int) -> None:
    """Lock a series until the transaction ends, for a decision that hangs on what was numbered in it so far.

    Args:
        connection: In the transaction that may take a number.
        code: Of the series, known to be the office's.
        year: In full.
    """
    _locked(connection, code, year)


def set_opening(
    connection: Connection,
    code: str,
    year: int,
    opening: int,
    record: Callable[[str, Mapping[str, Value]], None],
) -> None:
    """Say up to which serial numbers were given on paper before the system was used.

    Args:
        connection: In a transaction.
        code: 机关代字, known to be the office's.
        year: In full.
        opening: The last serial of the paper register, 0 where there was none.
        record: Writes the event to the ledger of numbers.

    Raises:
        SeriesStarted: A number of the series was given here already.
        OpeningRefused: The opening is negative or beyond reason.
    """
    if not 0 <= opening <= LARGEST_OPENING:
        raise OpeningRefused("range")
    known = _locked(connection, code, year)
    if known.last != known.opening:
        raise SeriesStarted(code, year)
    opened = {"of_code": code, "of_year": year, "opening": opening, "last": opening}
    connection.execute(_update_opening, opened)
    record(OPENED, {"code": code, "year": year, "opening": opening})


def find_series(connection: Connection, code: str, year: int) -> Series | None:
    """Return a series, or None before its first number."""
    return next((one for one in list_series(connection) if (one.code, one.year) == (code, year)), None)


def list_series(connection: Connection) -> list[Series]:
    """Return all series, newest year first."""
    rows = connection.execute(select(number_series).order_by(number_series.c.year.desc(), number_series.c.code))
    return [Series(**row._mapping) for row in rows]


def ledger(connection: Connection, code: str, year: int, after: int = 0, limit: int | None = None) -> list[LedgerLine]:
    """Return the numbers given in a series, in order; those up to its ``opening`` are in the paper register.

    Args:
        connection: For reading.
        code: Of the series.
        year: In full.
        after: The serial after which they begin.
        limit: How many at most; all without it.
    """
    columns = [given_number.c[one.name] for one in fields(LedgerLine)]
    of_series = given_number.c.code == code, given_number.c.year == year, given_number.c.serial > after
    query = select(*columns).where(*of_series).order_by(given_number.c.serial)
    return [LedgerLine(*row) for row in connection.execute(query.limit(limit) if limit else query)]


def count_given(connection: Connection) -> Mapping[tuple[str, int], tuple[int, int]]:
    """Return, by code and year, how many numbers were given here, and how many of them are void."""
    number = given_number.c
    rows = connection.execute(
        select(number.code, number.year, func.count(), func.count(number.voided_at)).group_by(number.code, number.year)
    )
    return {(code, year): (given, void) for code, year, given, void in rows}


def givers(connection: Connection, lines: Iterable[LedgerLine]) -> Mapping[str, str]:
    """Return the username of whoever registered what each number was given to, by the number as it is written.

    History knows it: the number was given in the command of that instant.
    """
    asked = {(one.instance_id, one.given_at): one.text for one in lines}
    event = history_event.c
    rows = connection.execute(
        select(event.chain, event.at, event.actor).where(
            event.chain.in_({case for case, _at in asked}), event.kind == EventKind.RECORD_CHANGED
        )
    )
    return {asked[row.chain, row.at]: row.actor for row in rows if (row.chain, row.at) in asked}


def broken_series(connection: Connection, told: Iterable[Mapping[str, Value]]) -> list[tuple[str, int]]:
    """Return the series whose row contradicts the ledger of numbers, or the numbers given in it.

    Args:
        connection: In a transaction that sees one state of the database.
        told: What each :data:`OPENED` event of the ledger says, in order.

    Returns:
        Code and year of each, in order: the opening is not the one told last, or the numbers given are not all those
        from the opening to the last.
    """
    openings = {(str(one["code"]), int(str(one["year"]))): one["opening"] for one in told}
    rows = {(row.code, row.year): Series(**row._mapping) for row in connection.execute(select(number_series))}
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


def _locked(connection: Connection, code: str, year: int) -> Series:
    """Lock a series until the transaction ends; it starts here if this is the first that is heard of it."""
    of_series = {"of_code": code, "of_year": year}
    row = connection.execute(_lock, of_series).first()
    if row is None:
        _open(connection, code, year)
        row = connection.execute(_lock, of_series).one()
    return Series(**row._mapping)


def _open(connection: Connection, code: str, year: int) -> None:
    """Start a series at 0; somebody else may have done so in the same moment."""
    try:
        with connection.begin_nested():
            connection.execute(insert(number_series).values(code=code, year=year, opening=0, last=0))
    except IntegrityError:
        return
