"""归档文件目录: the 件 of a year by their 档号, those still without one, and what each is made of.

A year, a period and a unit are a class of 件, and a class has one name: that which the unit had when the year ended.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from workflows.archiving.errors import ArchiveItemNotFound
from workflows.archiving.records import archive_item, archive_member, archive_part, archive_transfer, archive_year
from workflows.archiving.values import ItemState
from workflows.keyset import Page, lines_of_pages, page_by_key
from workflows.organisation.unit_names import UnitNames, unit_names

PAGE, EXPORTED_AT_ONCE = 50, 500
SHOWN = (ItemState.ASSEMBLED.value, ItemState.NUMBERED.value, ItemState.REMOVED.value)
NUMBERED = (ItemState.NUMBERED.value, ItemState.REMOVED.value)


@dataclass(frozen=True)
class Narrowing:
    """What to leave out of the catalogue; empty texts leave out nothing."""

    retention: str = ""
    unit: str = ""
    transfer: str = ""
    q: str = ""


@dataclass(frozen=True)
class Line:
    """One 件 as the catalogue shows it.

    Source:
        归档文件目录: 档号、文号、责任者、题名、日期、密级、页数、备注.
    """

    id: str
    instance_id: str | None
    archival_code: str | None
    serial: int | None
    retention: str
    unit: str
    unit_name: str
    document_number: str | None
    responsible: str | None
    title: str
    dated_on: str | None
    classification: str | None
    pages: int | None
    remarks: str | None
    see: Any
    state: str
    removal_reason: str | None
    parts: int


@dataclass(frozen=True)
class Filed:
    """Where a case lies in the archive, for those who may see the case."""

    item: Row[Any]
    parts: int
    see: tuple[str, ...]
    taken_over_at: Any


_item = archive_item.c
_parts = (
    select(func.count())
    .where(archive_part.c.item == _item.id, archive_part.c.dropped.is_not(True))
    .correlate(archive_item)
    .scalar_subquery()
)
SORTS: dict[str, ColumnElement[Any]] = {
    "archival_code": func.coalesce(_item.archival_code, ""),
    "dated_on": func.coalesce(_item.dated_on, ""),
    "title": _item.title,
    "document_number": func.coalesce(_item.document_number, ""),
}
"""By what the catalogue can be sorted."""
_names = [one.name for one in fields(Line)]


def page_of(
    connection: Connection,
    year: int,
    narrowed: Narrowing,
    sort: str = "archival_code",
    *,
    descending: bool = False,
    after: str | None = None,
    limit: int = PAGE,
) -> Page[Line]:
    """Return a page of the catalogue of a year.

    Args:
        connection: For reading.
        year: Which was, or is being, filed.
        narrowed: What to leave out.
        sort: One of :data:`SORTS`.
        descending: Whether the largest comes first.
        after: The ``next`` of the page before; a key that is none begins anew.
        limit: Lines.
    """
    by = SORTS.get(sort, SORTS["archival_code"])
    query = _query(year, narrowed)
    named = partial(_line, unit_names(connection), year)
    return page_by_key(connection, query, named, by, _item.id, after, limit, descending=descending)


def every_line(
    connection: Connection,
    year: int,
    narrowed: Narrowing,
    sort: str = "archival_code",
    *,
    descending: bool = False,
) -> Iterator[Line]:
    """Yield all lines, some hundred at a time."""
    return lines_of_pages(
        lambda after: page_of(
            connection, year, narrowed, sort, descending=descending, after=after, limit=EXPORTED_AT_ONCE
        )
    )


def counts(connection: Connection, year: int) -> Mapping[str, int]:
    """Return how many 件 of a year are in which state."""
    rows = connection.execute(select(_item.state, func.count()).where(_item.year == year).group_by(_item.state))
    return {row.state: row[1] for row in rows}


def counts_by_class(connection: Connection, year: int) -> list[tuple[str, str, int]]:
    """Return period, unit and how many 件 a year has in each class."""
    rows = connection.execute(
        select(_item.retention, _item.unit, func.count())
        .where(_item.year == year, _item.state.in_(SHOWN))
        .group_by(_item.retention, _item.unit)
        .order_by(_item.retention, _item.unit)
    )
    return [(retention, code, count) for retention, code, count in rows]


def find_year(connection: Connection, year: int) -> Row[Any] | None:
    """Return when a year was numbered and by whom, or None."""
    return connection.execute(select(archive_year).where(archive_year.c.year == year)).first()


def get_item(connection: Connection, item_id: str) -> Row[Any]:
    """Return a 件; raise ``ArchiveItemNotFound``."""
    row = connection.execute(select(archive_item).where(_item.id == item_id)).first()
    if row is None:
        raise ArchiveItemNotFound(item_id)
    return row


def list_parts(connection: Connection, item_id: str) -> list[Row[Any]]:
    """Return the parts of a 件 in their order."""
    part = archive_part.c
    query = select(archive_part).where(part.item == item_id, part.dropped.is_not(True)).order_by(part.position)
    return list(connection.execute(query))


def codes_of(connection: Connection, item_ids: Iterable[str]) -> dict[str, str]:
    """Return the 档号 of 件, as far as they have one, by id."""
    rows = connection.execute(
        select(_item.id, _item.archival_code).where(_item.id.in_(list(item_ids)), _item.archival_code.is_not(None))
    )
    return {row.id: row.archival_code for row in rows}


def codes_of_year(connection: Connection, year: int) -> dict[str, str]:
    """Return the 档号 that were given to the 件 of a year, by id."""
    rows = connection.execute(
        select(_item.id, _item.archival_code).where(_item.year == year, _item.archival_code.is_not(None))
    )
    return {row.id: row.archival_code for row in rows}


def find_filed(connection: Connection, instance_id: str) -> Filed | None:
    """Return where a case lies in the archive, or None while it is part of no 件."""
    row = connection.execute(
        select(archive_item)
        .join(archive_member, archive_member.c.item == _item.id)
        .where(archive_member.c.instance_id == instance_id)
    ).first()
    if row is None:
        return None
    noted = codes_of(connection, row.see or ())
    taken = select(archive_transfer.c.taken_over_at).where(archive_transfer.c.id == row.transfer)
    return Filed(
        item=row,
        parts=len(list_parts(connection, row.id)),
        see=tuple(noted[one] for one in row.see or () if one in noted),
        taken_over_at=connection.scalar(taken) if row.transfer else None,
    )


def _query(year: int, narrowed: Narrowing) -> Select[Any]:
    kept = (_item[name] for name in _names if name not in ("unit_name", "parts"))
    query = select(*kept, _parts.label("parts")).where(_item.year == year, _item.state.in_(SHOWN))
    return query.where(*_conditions(narrowed))


def _conditions(narrowed: Narrowing) -> Iterator[ColumnElement[bool]]:
    if narrowed.retention:
        yield _item.retention == narrowed.retention
    if narrowed.unit:
        yield _item.unit == narrowed.unit
    if narrowed.transfer:
        yield _item.transfer == narrowed.transfer
    if narrowed.q:
        sought = (_item.title, _item.document_number, _item.archival_code, _item.responsible, _item.remarks)
        yield or_(*(column.contains(narrowed.q, autoescape=True) for column in sought))


def _line(units: UnitNames, year: int, row: Row[Any]) -> Line:
    kept = {name: row._mapping[name] for name in _names if name != "unit_name"}
    return Line(**kept, unit_name=units.when_ended(row.unit, year))
