"""The boxes of an inbox: which items or cases lie in each, page by page, and how many.

Pages are by key (the place of the last row seen), so that the thousandth page costs what the first one costs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, or_, select, true, tuple_
from sqlalchemy import case as when

from engine import canonical
from engine.errors import InvalidSubmission
from engine.model import InstanceState, ProcessInstance, WorkItem, WorkItemState
from engine.persistence.instances import instance_of, instances_with_definition
from engine.persistence.tables import process_definition, process_instance, work_item, work_item_candidate
from engine.persistence.work_items import COLUMNS, work_item_of
from workflows.acting import mine
from workflows.organisation.values import Person
from workflows.substitutions.queries import Owners, owners_for
from workflows.visibility import visible_to

BOXES = ("todo", "claimable", "in_progress", "done", "started")
LARGEST_PAGE = 100
NEAR, OVERDUE = "near", "overdue"


@dataclass(eq=False)
class UnknownBox(InvalidSubmission):
    """There is no such box."""

    box: str
    allowed: tuple[str, ...]
    field: str = "box"


@dataclass(eq=False)
class UnknownPage(InvalidSubmission):
    """The key of a page is none that a page before it gave."""

    field: str = "after"


@dataclass(frozen=True)
class Row:
    """One line of a box: a work item with its case, or in 我发起的 a case alone; ``steps`` are the open ones.

    ``owner`` is whose item it is where it lies in the box of their substitute (代).
    """

    case: ProcessInstance
    item: WorkItem | None
    lamp: str
    steps: tuple[str, ...]
    owner: str | None = None


@dataclass(frozen=True)
class Page:
    """Rows, and the key from which the next page goes on, or None at the end."""

    rows: tuple[Row, ...]
    next: str | None


@dataclass(frozen=True)
class Filter:
    """What narrows a box: a flow, a case, words of the title or number, and for open items how near they are due."""

    definition: str = ""
    instance: str = ""
    state: str = ""
    q: str = ""
    due: str = ""


_items: Select[Any] = instances_with_definition.join(
    work_item, work_item.c.instance_id == process_instance.c.id
).add_columns(*(column.label(f"item_{column.name}") for column in COLUMNS))

_counts = select(
    select(func.count())
    .where(work_item.c.assignee == bindparam("username"), work_item.c.state == WorkItemState.OPEN.value)
    .scalar_subquery()
    .label("todo"),
    select(func.count())
    .where(work_item_candidate.c.person == bindparam("username"), work_item_candidate.c.offered == true())
    .scalar_subquery()
    .label("claimable"),
)


def list_box(
    connection: Connection,
    person: Person,
    box: str,
    narrowed: Filter,
    now: datetime,
    near_due: timedelta,
    after: str | None = None,
    limit: int = 20,
) -> Page:
    """Return a page of a box.

    Args:
        connection: For reading.
        person: Whose box.
        box: One of :data:`BOXES`.
        narrowed: What to leave out.
        now: Aware instant, for lamps.
        near_due: How long before it is due an item turns yellow.
        after: The ``next`` of the page before.
        limit: Rows, at most 100.

    Returns:
        The page: what was opened, closed or started last stands first.
    """
    size = max(1, min(limit, LARGEST_PAGE))
    if box in ("todo", "claimable"):
        return _page_of_items(connection, person, box, narrowed, now, near_due, after, size)
    return page_of_cases(connection, _cases_in(person, box), narrowed, after, size)


def list_items(
    connection: Connection,
    person: Person,
    box: str,
    narrowed: Filter,
    now: datetime,
    near_due: timedelta,
    after: str | None = None,
    limit: int = 20,
) -> Page:
    """Return a page of a box as work items: where the box holds cases, the items in them that make them so.

    Of cases in progress and done these are the items the person closed, of started ones the open items.
    """
    return _page_of_items(connection, person, box, narrowed, now, near_due, after, max(1, min(limit, LARGEST_PAGE)))


@dataclass(frozen=True)
class Attention:
    """How many of a person's open items there are, how many are nearly due, how many overdue."""

    todo: int
    near_due: int
    overdue: int


def attention(connection: Connection, person: Person, now: datetime, near_due: timedelta) -> Attention:
    """Count what a person's open items, and those of whom they substitute for, ask for at an instant."""
    owners = owners_for(connection, person.username, now)
    counted: Any = select(
        func.count(),
        func.count().filter(_due(NEAR, now, near_due)),
        func.count().filter(_due(OVERDUE, now, near_due)),
    )
    return Attention(*connection.execute(_with_case(counted.where(*_todo_of(person, owners)), owners)).one())


def counts(connection: Connection, person: Person, now: datetime) -> Mapping[str, int]:
    """Return how many rows lie in the boxes that ask for attention: todo and claimable."""
    owners = owners_for(connection, person.username, now)
    if not owners:
        return dict(connection.execute(_counts, {"username": person.username}).one()._mapping)
    offers = select(func.count()).join(work_item, work_item.c.id == work_item_candidate.c.work_item_id)
    todo = _with_case(select(func.count()).select_from(work_item).where(*_todo_of(person, owners)), owners)
    claimable = _with_case(offers.where(*_offered_to(person, owners)), owners)
    asked = select(todo.scalar_subquery().label("todo"), claimable.scalar_subquery().label("claimable"))
    return dict(connection.execute(asked).one()._mapping)


def page_of_cases(
    connection: Connection, condition: ColumnElement[bool], narrowed: Filter, after: str | None, limit: int
) -> Page:
    """Return a page of cases that meet a condition, the last started first, with their open steps."""
    case = process_instance.c
    query = instances_with_definition.where(condition, *_narrowing(narrowed))
    if after:
        query = query.where(tuple_(case.started_at, case.id) < tuple_(*_place(after)))
    found = connection.execute(query.order_by(case.started_at.desc(), case.id.desc()).limit(limit + 1)).all()
    cases = [instance_of(row) for row in found[:limit]]
    steps = _open_steps(connection, [one.id for one in cases])
    rows = tuple(Row(one, None, "none", tuple(dict.fromkeys(steps.get(one.id, ())))) for one in cases)
    following = f"{canonical.instant(cases[-1].started_at)}~{cases[-1].id}" if len(found) > limit else None
    return Page(rows, following)


def lamp_of(item: WorkItem, now: datetime, near_due: timedelta) -> str:
    """Return an item's lamp: red when overdue, yellow when nearly due, green before, none without a time limit."""
    if item.due_at is None or item.state is not WorkItemState.OPEN:
        return "none"
    if item.due_at < now:
        return "red"
    return "yellow" if item.due_at - now <= near_due else "green"


def _page_of_items(
    connection: Connection,
    person: Person,
    box: str,
    narrowed: Filter,
    now: datetime,
    near_due: timedelta,
    after: str | None,
    limit: int,
) -> Page:
    item, offer = work_item.c, work_item_candidate.c
    owners = owners_for(connection, person.username, now) if box in ("todo", "claimable") else {}
    place = (item.opened_at, item.id)
    query = _items.where(*_narrowing(narrowed))
    if narrowed.due:
        query = query.where(_due(narrowed.due, now, near_due))
    if box == "todo":
        query = query.where(*_todo_of(person, owners))
    elif box in ("in_progress", "done"):
        ended = process_instance.c.state == InstanceState.COMPLETED.value
        query = query.where(item.closed_by == person.username, ended if box == "done" else ~ended)
    elif box == "started":
        query = query.where(process_instance.c.initiator == person.username, item.state == WorkItemState.OPEN.value)
    else:
        query = query.join(work_item_candidate, offer.work_item_id == item.id).where(*_offered_to(person, owners))
        query = query.add_columns(offer.person.label("offered_to"))
        place = (offer.opened_at, offer.work_item_id)
    if after:
        query = query.where(tuple_(*place) < tuple_(*_place(after)))
    found = connection.execute(query.order_by(*(column.desc() for column in place)).limit(limit + 1)).all()
    rows = []
    for row in found[:limit]:
        one = work_item_of(row, prefix="item_")
        whose = row.offered_to if box == "claimable" else one.assignee
        owner = whose if owners and whose != person.username else None
        rows.append(Row(instance_of(row), one, lamp_of(one, now, near_due), (one.name,), owner))
    last = rows[-1].item if len(found) > limit else None
    return Page(tuple(rows), f"{canonical.instant(last.opened_at)}~{last.id}" if last else None)


def _cases_in(person: Person, box: str) -> ColumnElement[bool]:
    case, item, username = process_instance.c, work_item.c, person.username
    if box == "started":
        return case.initiator == username
    handled = exists().where(item.instance_id == case.id, item.closed_by == username)
    ended = case.state == InstanceState.COMPLETED.value
    return and_(handled, ended if box == "done" else ~ended)


def _place(after: str) -> tuple[datetime, str]:
    at, _, row_id = after.partition("~")
    try:
        return canonical.parse_instant(at), row_id
    except ValueError as error:
        raise UnknownPage from error


def _due(how: str, now: datetime, near_due: timedelta) -> ColumnElement[bool]:
    due = work_item.c.due_at
    return due < now if how == OVERDUE else and_(due >= now, due <= now + near_due)


def _todo_of(person: Person, owners: Owners) -> tuple[ColumnElement[bool], ...]:
    return mine(work_item.c.assignee, person, owners), work_item.c.state == WorkItemState.OPEN.value


def _offered_to(person: Person, owners: Owners) -> tuple[ColumnElement[bool], ...]:
    """Return when an item is offered to a person or an owner; one offered to several of them counts once."""
    offer = work_item_candidate
    offered = (mine(offer.c.person, person, owners), offer.c.offered == true())
    if not owners:
        return offered
    other = offer.alias()
    earlier = _place_among(other.c.person, person) < _place_among(offer.c.person, person)
    again = exists().where(other.c.work_item_id == offer.c.work_item_id, mine(other.c.person, person, owners), earlier)
    return (*offered, ~again)


def _place_among(column: ColumnElement[str], person: Person) -> ColumnElement[str]:
    """Order people: the person first, then those they substitute for."""
    return when((column == person.username, ""), else_=column)


def _with_case(query: Select[Any], owners: Owners) -> Select[Any]:
    """Add the case to a query of work items where a substitution may be for some flows only."""
    return query.join(process_instance, process_instance.c.id == work_item.c.instance_id) if owners else query


def _narrowing(narrowed: Filter) -> list[ColumnElement[bool]]:
    case = process_instance.c
    conditions: list[ColumnElement[bool]] = []
    if narrowed.definition:
        conditions.append(process_definition.c.key == narrowed.definition)
    if narrowed.instance:
        conditions.append(case.id == narrowed.instance)
    if narrowed.state:
        conditions.append(case.state == narrowed.state)
    if narrowed.q:
        conditions.append(
            or_(case.title.contains(narrowed.q, autoescape=True), case.number.contains(narrowed.q, autoescape=True))
        )
    return conditions


def _open_steps(connection: Connection, instance_ids: list[str]) -> dict[str, list[str]]:
    steps: dict[str, list[str]] = {}
    rows = connection.execute(
        select(work_item.c.instance_id, work_item.c.name)
        .where(work_item.c.instance_id.in_(instance_ids), work_item.c.state == WorkItemState.OPEN.value)
        .order_by(work_item.c.opened_at)
    )
    for row in rows:
        steps.setdefault(row.instance_id, []).append(row.name)
    return steps


def visible_cases(
    connection: Connection, person: Person, narrowed: Filter, now: datetime, after: str | None = None, limit: int = 20
) -> Page:
    """Return a page of the cases a person may see at an instant, the last started first."""
    owners = owners_for(connection, person.username, now)
    return page_of_cases(connection, visible_to(person, owners), narrowed, after, max(1, min(limit, LARGEST_PAGE)))
