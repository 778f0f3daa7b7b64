"""发文登记簿: a line for each number that was given to a document, void ones included.

Units are called as they were when they began the document, as its approval sheet calls them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from engine.model import WorkItemState
from engine.persistence.tables import process_instance, work_item
from workflows.document_approval.records import document
from workflows.keyset import Page, lines_of_pages, page_by_key
from workflows.numbering.records import given_number
from workflows.organisation.records import person, unit
from workflows.organisation.unit_names import UnitNames, unit_names
from workflows.receipts import RECEIVE

PAGE, EXPORTED_AT_ONCE = 50, 500
VOID, DISPATCHED, WAITING = "void", "dispatched", "waiting"
STATES = (WAITING, DISPATCHED, VOID)
"""Whether a document was numbered and is still to be dispatched, was dispatched, or its number is void."""


@dataclass(frozen=True)
class Narrowing:
    """What to leave out of the register; empty texts leave out nothing. Days are ISO dates of 成文日期."""

    code: str = ""
    year: str = ""
    document_type: str = ""
    unit: str = ""
    state: str = ""
    since: str = ""
    until: str = ""
    q: str = ""


@dataclass(frozen=True)
class Line:
    """One document as the register shows it.

    Source: 第二十五条（二）: 发文字号、分送范围和印制份数 are recorded in detail; the columns are those such registers have.
    """

    id: str
    number: str
    code: str
    year: int
    serial: int
    instance_id: str
    title: str
    document_type: str | None
    urgency: str | None
    classification: str | None
    disclosure_scope: str | None
    main_recipients: str | None
    copied_organs: str | None
    annexes: int | None
    copies: int | None
    recipients: int | None
    received: int
    drafted_by: str | None
    unit: str | None
    signed_by: str | None
    issued_on: str | None
    dispatched_on: str | None
    sealed_copies: int | None
    retention: str | None
    given_at: datetime
    voided_at: datetime | None
    voided_by: str | None
    void_reason: str | None

    @property
    def state(self) -> str:
        """One of :data:`STATES`."""
        return VOID if self.voided_at is not None else DISPATCHED if self.dispatched_on else WAITING


_signer, _drafter, _voider = person.alias("signer"), person.alias("drafter"), person.alias("voider")
_is_its_number = and_(
    document.c.instance_id == given_number.c.instance_id, document.c.document_number == given_number.c.text
)
_received = (
    select(func.count())
    .where(
        work_item.c.instance_id == given_number.c.instance_id,
        work_item.c.kind == RECEIVE,
        work_item.c.seat.is_not(None),
        work_item.c.state == WorkItemState.COMPLETED.value,
        given_number.c.voided_at.is_(None),
    )
    .scalar_subquery()
)
SORTS: dict[str, ColumnElement[Any]] = {
    "number": given_number.c.year * 1_000_000 + given_number.c.serial,
    "issued_on": func.coalesce(document.c.issued_on, ""),
    "dispatched_on": func.coalesce(document.c.dispatched_on, ""),
    "title": process_instance.c.title,
    "unit": func.coalesce(unit.c.name, ""),
}
"""By what the register can be sorted; a unit that was renamed stands in one place, that of its name of now."""


def page_of(
    connection: Connection,
    codes: Sequence[str],
    narrowed: Narrowing,
    sort: str = "number",
    *,
    descending: bool = True,
    after: str | None = None,
    limit: int = PAGE,
) -> Page[Line]:
    """Return a page of the register.

    Args:
        connection: For reading.
        codes: The 机关代字 whose documents stand in it.
        narrowed: What to leave out.
        sort: One of :data:`SORTS`.
        descending: Whether the largest comes first.
        after: The ``next`` of the page before; a key that is none begins anew.
        limit: Lines.
    """
    by = SORTS.get(sort, SORTS["number"])
    query = _query(codes, narrowed)
    named = partial(_line, unit_names(connection))
    return page_by_key(connection, query, named, by, given_number.c.id, after, limit, descending=descending)


def every_line(
    connection: Connection, codes: Sequence[str], narrowed: Narrowing, sort: str = "number", *, descending: bool = True
) -> Iterator[Line]:
    """Yield all lines, a few hundred at a time."""
    return lines_of_pages(
        lambda after: page_of(
            connection, codes, narrowed, sort, descending=descending, after=after, limit=EXPORTED_AT_ONCE
        )
    )


def years_of(connection: Connection, codes: Sequence[str]) -> list[int]:
    """Return the years in which documents with these codes were numbered, the newest first."""
    year = given_number.c.year
    return list(connection.scalars(select(year).where(given_number.c.code.in_(codes)).distinct().order_by(year.desc())))


_names = [one.name for one in fields(Line)]


def _query(codes: Sequence[str], narrowed: Narrowing) -> Select[Any]:
    number = given_number.c
    columns = {
        "id": number.id,
        "number": number.text,
        "code": number.code,
        "year": number.year,
        "serial": number.serial,
        "instance_id": number.instance_id,
        "title": process_instance.c.title,
        "received": _received,
        "drafted_by": _drafter.c.name,
        "unit": process_instance.c.initiator_unit,
        "signed_by": _signer.c.name,
        "given_at": number.given_at,
        "voided_at": number.voided_at,
        "voided_by": _voider.c.name,
        "void_reason": number.void_reason,
    }
    columns |= {name: document.c[name] for name in _names if name not in columns}
    query = (
        select(*(columns[name].label(name) for name in _names), process_instance.c.started_at)
        .select_from(given_number)
        .join(process_instance, process_instance.c.id == number.instance_id)
        .outerjoin(document, _is_its_number)
        .outerjoin(unit, unit.c.code == process_instance.c.initiator_unit)
        .outerjoin(_drafter, _drafter.c.username == process_instance.c.initiator)
        .outerjoin(_signer, _signer.c.username == document.c.signed_by)
        .outerjoin(_voider, _voider.c.username == number.voided_by)
        .where(number.code.in_(codes))
    )
    return query.where(*_conditions(narrowed))


def _conditions(narrowed: Narrowing) -> Iterator[ColumnElement[bool]]:
    number = given_number.c
    if narrowed.code:
        yield number.code == narrowed.code
    if narrowed.year:
        yield number.year == (int(narrowed.year) if narrowed.year.isdecimal() else 0)
    if narrowed.document_type:
        yield document.c.document_type == narrowed.document_type
    if narrowed.unit:
        yield process_instance.c.initiator_unit == narrowed.unit
    if narrowed.since:
        yield document.c.issued_on >= narrowed.since
    if narrowed.until:
        yield document.c.issued_on <= narrowed.until
    if narrowed.state in STATES:
        stands = case(
            (number.voided_at.is_not(None), VOID), (document.c.dispatched_on.is_not(None), DISPATCHED), else_=WAITING
        )
        yield stands == narrowed.state
    if narrowed.q:
        sought = (number.text, process_instance.c.title, document.c.main_recipients, document.c.copied_organs)
        yield or_(*(column.contains(narrowed.q, autoescape=True) for column in sought))


def _line(units: UnitNames, row: Row[Any]) -> Line:
    kept = {name: row._mapping[name] for name in _names}
    return Line(**{**kept, "unit": units.at(row.unit, row.started_at) if row.unit else None})
