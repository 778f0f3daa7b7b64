"""收文登记簿: a line for each number that was given to a document that came in, void ones and returned ones included.

The numbers of the paper register, up to the opening of a series, are one line of their own. Units are called as they were when
the document was done with, as the pages of its case call them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, or_, select

from engine.model import InstanceState, WorkItemRole, WorkItemState
from engine.persistence import work_items
from engine.persistence.tables import process_instance, work_item, work_item_candidate
from workflows.calendar.working_time import beginning_of
from workflows.incoming_document.instructions import INSTRUCT, instructions_in
from workflows.incoming_document.records import CLOSED, RETURNED, incoming_copy, incoming_document
from workflows.keyset import Page, lines_of_pages, page_by_key
from workflows.numbering.records import given_number
from workflows.numbering.series import list_series
from workflows.organisation import queries
from workflows.organisation.records import person, unit
from workflows.organisation.unit_names import UnitNames, unit_names

PAGE, EXPORTED_AT_ONCE = 50, 200
RUNNING, OVERDUE, SENT_BACK, DONE, CANCELLED, VOID = "running", "overdue", "returned", "closed", "cancelled", "void"
STATES = (RUNNING, OVERDUE, DONE, SENT_BACK, CANCELLED, VOID)
"""在办, 逾期, 办结, 退文, 终止, 作废; what is overdue is running too."""
INSTRUCTION_CHARACTERS = 500


@dataclass(frozen=True)
class Narrowing:
    """What to leave out of the register; empty texts leave out nothing. Days are ISO dates of registration."""

    year: str = ""
    source_organ: str = ""
    handling: str = ""
    urgency: str = ""
    unit: str = ""
    state: str = ""
    since: str = ""
    until: str = ""
    q: str = ""


@dataclass(frozen=True)
class Line:
    """One document as the register shows it.

    Source: 第二十四条（二）: 对公文的主要信息和办理情况应当详细记载; the columns are those such registers have.
    """

    id: str
    number: str
    year: int
    serial: int
    instance_id: str
    title: str
    state_of_case: str
    source_organ: str | None
    source_number: str | None
    issued_on: str | None
    document_type: str | None
    telegram: bool | None
    urgency: str | None
    classification: str | None
    handling: str | None
    channel: str | None
    forwarding_unit: str | None
    copies: int | None
    pages: int | None
    annex_count: int | None
    contact: str | None
    return_demand: str | None
    remarks: str | None
    received_at: datetime | None
    received_by: str | None
    registered_at: datetime | None
    registered_by: str | None
    needs_verification: bool | None
    verified_at: datetime | None
    proposal: str | None
    lead_unit: str | None
    co_units: tuple[str, ...]
    due_on: str | None
    result: str | None
    reply_number: str | None
    archiving: str | None
    retention: str | None
    archive_reason: str | None
    outcome: str | None
    outcome_reason: str | None
    closed_at: datetime | None
    further_copies: int
    voided_at: datetime | None
    void_reason: str | None

    def state(self, today: date) -> str:
        """Return one of :data:`STATES` on a day."""
        if self.voided_at is not None:
            return VOID
        if self.outcome == RETURNED:
            return SENT_BACK
        if self.outcome == CLOSED:
            return DONE
        if self.state_of_case == InstanceState.CANCELLED.value:
            return CANCELLED
        return OVERDUE if self.due_on is not None and self.due_on < today.isoformat() else RUNNING


@dataclass(frozen=True)
class Place:
    """Where a document is: a step that is open, and the names of those who have it in hand."""

    step: str
    people: tuple[str, ...]


_receiver, _registrar = person.alias("receiver"), person.alias("registrar")
_copies = (
    select(func.count())
    .where(incoming_copy.c.first_id == given_number.c.instance_id)
    .correlate(given_number)
    .scalar_subquery()
)
SORTS: dict[str, ColumnElement[Any]] = {
    "number": given_number.c.year * 1_000_000 + given_number.c.serial,
    "source_organ": func.coalesce(incoming_document.c.source_organ, ""),
    "issued_on": func.coalesce(incoming_document.c.issued_on, ""),
    "due_on": func.coalesce(incoming_document.c.due_on, ""),
    "title": process_instance.c.title,
    "lead_unit": func.coalesce(unit.c.name, ""),
}
"""By what the register can be sorted; a unit that was renamed stands in one place, that of its name of now."""


def page_of(
    connection: Connection,
    series: str,
    narrowed: Narrowing,
    today: date,
    sort: str = "number",
    *,
    descending: bool = True,
    after: str | None = None,
    limit: int = PAGE,
    visible: ColumnElement[bool] | None = None,
) -> Page[Line]:
    """Return a page of the register.

    Args:
        connection: For reading.
        series: The code of its series of numbers.
        narrowed: What to leave out.
        today: Tells what is overdue.
        sort: One of :data:`SORTS`.
        descending: Whether the largest comes first.
        after: The ``next`` of the page before; a key that is none begins anew.
        limit: Lines.
        visible: The condition under which the reader may see a case, for those who do not read the whole register.
    """
    by = SORTS.get(sort, SORTS["number"])
    query = _query(series, narrowed, today)
    if visible is not None:
        query = query.where(visible)
    named = partial(_line, unit_names(connection))
    return page_by_key(connection, query, named, by, given_number.c.id, after, limit, descending=descending)


def every_line(
    connection: Connection,
    series: str,
    narrowed: Narrowing,
    today: date,
    sort: str = "number",
    *,
    descending: bool = True,
    visible: ColumnElement[bool] | None = None,
) -> Iterator[Line]:
    """Yield all lines, some hundred at a time."""
    return lines_of_pages(
        lambda after: page_of(
            connection,
            series,
            narrowed,
            today,
            sort,
            descending=descending,
            after=after,
            limit=EXPORTED_AT_ONCE,
            visible=visible,
        )
    )


def years_of(connection: Connection, series: str) -> list[int]:
    """Return the years in which documents were numbered, or the numbers of a paper register were taken over, the newest first."""
    return sorted({one.year for one in list_series(connection) if one.code == series}, reverse=True)


def openings_of(connection: Connection, series: str, year: str) -> list[tuple[int, int]]:
    """Return, for a year or for all, up to which number the paper register went: year and last number, the newest first."""
    found = [(one.year, one.opening) for one in list_series(connection) if one.code == series and one.opening]
    return sorted((one for one in found if year in ("", str(one[0]))), reverse=True)


def organs_of(connection: Connection) -> list[str]:
    """Return from whom documents have come, in order."""
    organ = incoming_document.c.source_organ
    return list(connection.scalars(select(organ).where(organ.is_not(None)).distinct().order_by(organ).limit(500)))


def places_of(connection: Connection, instance_ids: Sequence[str]) -> dict[str, tuple[Place, ...]]:
    """Return where documents are now, by case: the steps that are open and who has them; readers are not named one by one."""
    item = work_item.c
    rows = connection.execute(
        select(item.instance_id, item.name, item.kind, item.assignee, work_item_candidate.c.person)
        .outerjoin(work_item_candidate, work_item_candidate.c.work_item_id == item.id)
        .where(
            item.instance_id.in_(list(instance_ids)),
            item.state == WorkItemState.OPEN.value,
            item.role != WorkItemRole.COPY.value,
        )
        .order_by(item.opened_at, item.id)
    ).all()
    names = queries.names_of(connection, {row.assignee or row.person for row in rows if row.assignee or row.person})
    found: dict[str, dict[str, dict[str, None]]] = {}
    for row in rows:
        holder = row.assignee or row.person
        found.setdefault(row.instance_id, {}).setdefault(row.name, {})[names.get(holder, "")] = None
    return {
        instance_id: tuple(Place(step, tuple(one for one in people if one)) for step, people in steps.items())
        for instance_id, steps in found.items()
    }


def instructions_told(connection: Connection, instance_ids: Sequence[str]) -> dict[str, str]:
    """Return what leaders have said of documents, by case, each in one text for a table; in two queries, however many."""
    said: dict[str, list[str]] = {}
    for one in instructions_in(connection, work_items.list_completed(connection, instance_ids, INSTRUCT)):
        if one.words:
            said.setdefault(one.instance_id, []).append(f"{one.name}：{one.words}")
    return {instance_id: "\n".join(told)[:INSTRUCTION_CHARACTERS] for instance_id, told in said.items()}


_names = [one.name for one in fields(Line)]


def _query(series: str, narrowed: Narrowing, today: date) -> Select[Any]:
    number, register = given_number.c, incoming_document.c
    columns = {
        "id": number.id,
        "number": number.text,
        "year": number.year,
        "serial": number.serial,
        "instance_id": number.instance_id,
        "title": process_instance.c.title,
        "state_of_case": process_instance.c.state,
        "received_by": _receiver.c.name,
        "registered_by": _registrar.c.name,
        "further_copies": _copies,
        "voided_at": number.voided_at,
        "void_reason": number.void_reason,
    }
    columns |= {name: register[name] for name in _names if name not in columns}
    query = (
        select(*(columns[name].label(name) for name in _names), process_instance.c.ended_at)
        .select_from(given_number)
        .join(process_instance, process_instance.c.id == number.instance_id)
        .outerjoin(incoming_document, register.instance_id == number.instance_id)
        .outerjoin(unit, unit.c.code == register.lead_unit)
        .outerjoin(_receiver, _receiver.c.username == register.received_by)
        .outerjoin(_registrar, _registrar.c.username == register.registered_by)
        .where(number.code == series)
    )
    return query.where(*_conditions(narrowed, today))


def _conditions(narrowed: Narrowing, today: date) -> Iterator[ColumnElement[bool]]:
    number, register = given_number.c, incoming_document.c
    if narrowed.year:
        is_year = narrowed.year.isdecimal() and len(narrowed.year) == len("2025")
        yield number.year == (int(narrowed.year) if is_year else 0)
    for name in ("source_organ", "handling", "urgency"):
        if wanted := getattr(narrowed, name):
            yield register[name] == wanted
    if narrowed.unit:
        yield register.lead_unit == narrowed.unit
    if narrowed.since:
        yield register.registered_at >= beginning_of(narrowed.since)
    if narrowed.until:
        yield register.registered_at < beginning_of(narrowed.until, days=1)
    if narrowed.state in STATES:
        wanted_states = (RUNNING, OVERDUE) if narrowed.state == RUNNING else (narrowed.state,)
        yield _stands(today).in_(wanted_states)
    if narrowed.q:
        sought = (
            number.text,
            process_instance.c.title,
            register.source_number,
            register.source_organ,
            register.remarks,
        )
        yield or_(*(column.contains(narrowed.q, autoescape=True) for column in sought))


def _stands(today: date) -> ColumnElement[str]:
    register = incoming_document.c
    return case(
        (given_number.c.voided_at.is_not(None), VOID),
        (register.outcome == RETURNED, SENT_BACK),
        (register.outcome == CLOSED, DONE),
        (process_instance.c.state == InstanceState.CANCELLED.value, CANCELLED),
        (register.due_on < today.isoformat(), OVERDUE),
        else_=RUNNING,
    )


def _line(units: UnitNames, row: Row[Any]) -> Line:
    kept = {name: row._mapping[name] for name in _names}
    lead = units.at(row.lead_unit, row.ended_at) if row.lead_unit else None
    helping = tuple(units.at(str(code), row.ended_at) for code in row.co_units or ())
    return Line(**{**kept, "lead_unit": lead, "co_units": helping})
