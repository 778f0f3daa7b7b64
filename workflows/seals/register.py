"""用印登记: a line for each use of a seal; units are called as they were when it was used."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from workflows.keyset import Page, lines_of_pages, page_by_key
from workflows.organisation.records import person, unit
from workflows.organisation.unit_names import UnitNames, unit_names
from workflows.seals.records import seal_use

PAGE, EXPORTED_AT_ONCE = 50, 500
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Narrowing:
    """What to leave out of the register; empty texts leave out nothing. Days are ISO dates in Asia/Shanghai."""

    seal: str = ""
    unit: str = ""
    since: str = ""
    until: str = ""
    q: str = ""


@dataclass(frozen=True)
class Line:
    """One use: which seal, on what, how often, on whose word, by whom and watched by whom. People and units by name."""

    id: str
    used_at: datetime
    seal: str
    matter: str
    document_number: str | None
    copies: int
    basis: str | None
    approved_by: str | None
    applicant: str | None
    unit: str | None
    keeper: str | None
    supervisor: str | None
    instance_id: str


_approver, _applicant, _keeper, _watcher = (
    person.alias(name) for name in ("approver", "applicant", "keeper", "watcher")
)
SORTS: dict[str, ColumnElement[Any]] = {
    "used_at": seal_use.c.used_at,
    "seal": seal_use.c.seal,
    "copies": seal_use.c.copies,
    "unit": func.coalesce(unit.c.name, ""),
}
"""By what the register can be sorted; a unit that was renamed stands in one place, that of its name of now."""
_names = [one.name for one in fields(Line)]


def page_of(
    connection: Connection,
    narrowed: Narrowing,
    sort: str = "used_at",
    *,
    descending: bool = True,
    after: str | None = None,
    limit: int = PAGE,
) -> Page[Line]:
    """Return a page of the register.

    Args:
        connection: For reading.
        narrowed: What to leave out.
        sort: One of :data:`SORTS`.
        descending: Whether the largest comes first.
        after: The ``next`` of the page before; a key that is none begins anew.
        limit: Lines.
    """
    by = SORTS.get(sort, SORTS["used_at"])
    query = _query(narrowed)
    named = partial(_line, unit_names(connection))
    return page_by_key(connection, query, named, by, seal_use.c.id, after, limit, descending=descending)


def every_line(
    connection: Connection, narrowed: Narrowing, sort: str = "used_at", *, descending: bool = True
) -> Iterator[Line]:
    """Yield all lines, a few hundred at a time."""
    return lines_of_pages(
        lambda after: page_of(connection, narrowed, sort, descending=descending, after=after, limit=EXPORTED_AT_ONCE)
    )


def seals_used(connection: Connection) -> list[str]:
    """Return the names of the seals that were ever used."""
    return list(connection.scalars(select(seal_use.c.seal).distinct().order_by(seal_use.c.seal)))


def _query(narrowed: Narrowing) -> Select[Any]:
    use = seal_use.c
    named = {
        "approved_by": _approver.c.name,
        "applicant": _applicant.c.name,
        "keeper": _keeper.c.name,
        "supervisor": _watcher.c.name,
    }
    query = (
        select(*((named[name] if name in named else use[name]).label(name) for name in _names))
        .select_from(seal_use)
        .outerjoin(_approver, _approver.c.username == use.approved_by)
        .outerjoin(_applicant, _applicant.c.username == use.applicant)
        .outerjoin(_keeper, _keeper.c.username == use.keeper)
        .outerjoin(_watcher, _watcher.c.username == use.supervisor)
        .outerjoin(unit, unit.c.code == use.unit)
    )
    return query.where(*_conditions(narrowed))


def _conditions(narrowed: Narrowing) -> Iterator[ColumnElement[bool]]:
    use = seal_use.c
    if narrowed.seal:
        yield use.seal == narrowed.seal
    if narrowed.unit:
        yield use.unit == narrowed.unit
    if since := _midnight(narrowed.since):
        yield use.used_at >= since
    if until := _midnight(narrowed.until):
        yield use.used_at < until + timedelta(days=1)
    if narrowed.q:
        sought = (use.matter, use.document_number, use.basis)
        yield or_(*(column.contains(narrowed.q, autoescape=True) for column in sought))


def _midnight(day: str) -> datetime | None:
    try:
        begins = date.fromisoformat(day)
    except ValueError:
        return None
    return datetime(begins.year, begins.month, begins.day, tzinfo=SHANGHAI)


def _line(units: UnitNames, row: Row[Any]) -> Line:
    kept = {name: row._mapping[name] for name in _names}
    return Line(**{**kept, "unit": units.at(row.unit, row.used_at) if row.unit else None})
