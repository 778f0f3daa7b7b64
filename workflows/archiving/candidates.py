"""Which cases wait to be archived in a year, which do not go to the archive and why, and which are not closed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
)

from engine.model import ENDED, InstanceState
from engine.persistence.tables import process_definition, process_instance
from workflows.archiving.meeting_sets import in_a_set
from workflows.archiving.records import archive_member, archive_scope, archive_year
from workflows.archiving.settings import ArchiveSettings
from workflows.archiving.values import ARCHIVED, NOT_ARCHIVED, Standing, Unfiled
from workflows.calendar.values import SHANGHAI
from workflows.document_approval.records import document
from workflows.incoming_document.records import MERGED, RETURNED, incoming_document
from workflows.keyset import Page, lines_of_pages, page_by_key

PAGE, EXPORTED_AT_ONCE = 50, 500


@dataclass(frozen=True)
class Narrowing:
    """What to leave out of a list; empty texts leave out nothing."""

    flow: str = ""
    retention: str = ""
    q: str = ""


@dataclass(frozen=True)
class Line:
    """One case as the lists show it; ``unfiled`` says by what it does not go to the archive, ``reason`` in whose words."""

    instance_id: str
    title: str
    number: str | None
    flow: str
    key: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    issued_on: str | None
    retention: str | None
    unfiled: str | None
    reason: str | None


_case, _incoming, _scope = process_instance.c, incoming_document.c, archive_scope.c
_has_ended = _case.state.in_([one.value for one in ENDED])
_in_a_set = and_(_has_ended, in_a_set(_case.id))
"""Items that a meeting has dealt with: once they have ended, their material is part of that meeting's set."""
_assembled = exists().where(archive_member.c.instance_id == _case.id, archive_member.c.item.is_not(None))
SORTS: dict[str, ColumnElement[Any]] = {
    "ended_at": func.coalesce(_case.ended_at, _case.started_at),
    "title": _case.title,
    "number": func.coalesce(_case.number, ""),
}
"""By what the lists can be sorted."""
_names = [one.name for one in fields(Line)]


def numbered_years(connection: Connection) -> set[int]:
    """Return the years that were numbered."""
    return set(connection.scalars(select(archive_year.c.year)))


def page_of(
    connection: Connection,
    settings: ArchiveSettings,
    year: int,
    standing: Standing,
    narrowed: Narrowing,
    sort: str = "ended_at",
    *,
    descending: bool = False,
    after: str | None = None,
    limit: int = PAGE,
) -> Page[Line]:
    """Return a page of the cases that stand so toward a year.

    Args:
        connection: For reading.
        settings: The office's scheme.
        year: Which is filed.
        standing: Which list.
        narrowed: What to leave out.
        sort: One of :data:`SORTS`.
        descending: Whether the largest comes first.
        after: The ``next`` of the page before; a key that is none begins anew.
        limit: Lines.
    """
    by = SORTS.get(sort, SORTS["ended_at"])
    query = _query(connection, settings, year, standing)
    query = query.where(*_conditions(settings, narrowed))
    return page_by_key(connection, query, _line, by, _case.id, after, limit, descending=descending)


def every_line(
    connection: Connection,
    settings: ArchiveSettings,
    year: int,
    standing: Standing,
    narrowed: Narrowing,
    sort: str = "ended_at",
    *,
    descending: bool = False,
) -> Iterator[Line]:
    """Yield all lines of a list, some hundred at a time."""
    return lines_of_pages(
        lambda after: page_of(
            connection,
            settings,
            year,
            standing,
            narrowed,
            sort,
            descending=descending,
            after=after,
            limit=EXPORTED_AT_ONCE,
        )
    )


def find_line(
    connection: Connection, settings: ArchiveSettings, year: int, standing: Standing, instance_id: str
) -> Line | None:
    """Return a case if it stands so toward a year."""
    query = _query(connection, settings, year, standing).where(_case.id == instance_id)
    row = connection.execute(query).first()
    return None if row is None else _line(row)


def counts(connection: Connection, settings: ArchiveSettings, year: int) -> Mapping[Standing, int]:
    """Return how many cases stand how toward a year."""
    return {
        one: connection.scalar(select(func.count()).select_from(_query(connection, settings, year, one).subquery()))
        or 0
        for one in Standing
    }


def years_of(connection: Connection) -> list[int]:
    """Return the years from that of the first case to that of the last that has ended, the newest first."""
    first = connection.scalar(select(func.min(_case.started_at)))
    last = connection.scalar(select(func.max(func.coalesce(_case.ended_at, _case.started_at))))
    if first is None or last is None:
        return []
    return list(range(last.astimezone(SHANGHAI).year, first.astimezone(SHANGHAI).year - 1, -1))


def _query(connection: Connection, settings: ArchiveSettings, year: int, standing: Standing) -> Select[Any]:
    unfiled = _unfiled(settings)
    columns: dict[str, ColumnElement[Any]] = {
        "instance_id": _case.id,
        "flow": process_definition.c.name,
        "key": process_definition.c.key,
        "issued_on": document.c.issued_on,
        "retention": _proposed(settings),
        "unfiled": unfiled,
        "reason": _reason(settings),
    }
    query = (
        select(*(columns.get(name, process_instance.c.get(name)).label(name) for name in _names))  # type: ignore[union-attr]
        .select_from(process_instance)
        .join(process_definition, process_definition.c.id == _case.definition_id)
        .outerjoin(incoming_document, _incoming.instance_id == _case.id)
        .outerjoin(document, document.c.instance_id == _case.id)
        .outerjoin(archive_scope, _scope.instance_id == _case.id)
        .where(not_(_in_a_set), not_(_assembled))
    )
    finished = _finished_by(year)
    if standing is Standing.UNFINISHED:
        return query.where(_case.started_at < _midnight(year + 1), not_(finished))
    if standing is Standing.NOT_ARCHIVED:
        return query.where(finished, _not_before(year), unfiled.is_not(None))
    numbered = numbered_years(connection)
    if year in numbered:
        return query.where(false())
    within = () if year - 1 in numbered else (_not_before(year),)
    return query.where(finished, *within, unfiled.is_(None))


def _finished_by(year: int) -> ColumnElement[bool]:
    """Say that a case has ended, and belongs to a year or one before.

    Source:
        DOMAIN of such offices, from DA/T 22-2015: a document by the day it was issued, what goes on for years by the year it is
        closed, a meeting by its close.
    """
    issued = document.c.issued_on
    dated = and_(issued.is_not(None), issued <= f"{year}-12-31")
    closed = and_(issued.is_(None), _case.ended_at < _midnight(year + 1))
    return and_(_has_ended, or_(dated, closed))


def _not_before(year: int) -> ColumnElement[bool]:
    """Say that what has ended belongs to a year or a later one; what an earlier, numbered year left over goes to the next."""
    issued = document.c.issued_on
    return or_(
        and_(issued.is_not(None), issued >= f"{year}-01-01"),
        and_(issued.is_(None), _case.ended_at >= _midnight(year)),
    )


def _unfiled(settings: ArchiveSettings) -> ColumnElement[Any]:
    by_flow = [key for key, one in settings.flows.items() if one.reason]
    return case(
        (_scope.archiving == ARCHIVED, null()),
        (_scope.archiving == NOT_ARCHIVED, Unfiled.DECIDED.value),
        (_incoming.outcome == MERGED, Unfiled.MERGED.value),
        (_incoming.outcome == RETURNED, Unfiled.RETURNED.value),
        (_incoming.archiving == NOT_ARCHIVED, Unfiled.CLOSING.value),
        (_case.state == InstanceState.CANCELLED.value, Unfiled.CANCELLED.value),
        (process_definition.c.key.in_(by_flow), Unfiled.FLOW.value),
        else_=null(),
    )


def _reason(settings: ArchiveSettings) -> ColumnElement[Any]:
    by_flow = [
        (process_definition.c.key == key, literal(one.reason)) for key, one in settings.flows.items() if one.reason
    ]
    return case(
        (_scope.archiving.is_not(None), _scope.reason),
        (_incoming.outcome.in_([MERGED, RETURNED]), _incoming.outcome_reason),
        (_incoming.archiving == NOT_ARCHIVED, _incoming.archive_reason),
        (_case.state == InstanceState.CANCELLED.value, null()),
        *by_flow,
        else_=null(),
    )


def _proposed(settings: ArchiveSettings) -> ColumnElement[Any]:
    """Return the period that is proposed: the archivist's, else that of the closing, else that of the flow."""
    by_flow = [
        (process_definition.c.key == key, literal(one.retention))
        for key, one in settings.flows.items()
        if one.retention
    ]
    of_flow: ColumnElement[Any] = case(*by_flow, else_=null()) if by_flow else null()
    return func.coalesce(_scope.retention, document.c.retention, _incoming.retention, of_flow)


def _conditions(settings: ArchiveSettings, narrowed: Narrowing) -> Iterator[ColumnElement[bool]]:
    if narrowed.flow:
        yield process_definition.c.key == narrowed.flow
    if narrowed.retention:
        yield _proposed(settings) == narrowed.retention
    if narrowed.q:
        yield or_(*(one.contains(narrowed.q, autoescape=True) for one in (_case.title, _case.number)))


def _midnight(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=SHANGHAI)


def _line(row: Any) -> Line:
    return Line(**{name: row._mapping[name] for name in _names})
