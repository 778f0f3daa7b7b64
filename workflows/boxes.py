"""The boxes of an inbox: which items or cases lie in each, page by page, and how many.

Pages are by key (the place of the last row seen), so that the thousandth page costs what the first one costs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from engine import canonical
from engine.errors import InvalidSubmission
from engine.model import InstanceState, ProcessInstance, WorkItem, WorkItemState
from engine.persistence.instances import instance_of, instances_with_definition
from engine.persistence.tables import process_definition, process_instance, work_item, work_item_candidate
from engine.persistence.work_items import COLUMNS, work_item_of
from workflows.organisation.values import Person
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
    """One line of a box: a work item with its case, or in 我发起的 a case alone; ``steps`` are the open ones."""

    case: ProcessInstance
    item: WorkItem | None
    lamp: str
    steps: tuple[str, ...]


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
_waiting = union_all(
    *(
        select(literal(box).label("box"), who.label("person"), func.count(), func.max(opened_at), func.max(item_id))
        .where(who.in_(bindparam("usernames", expanding=True)), waits)
        .group_by(who)
        for box, who, opened_at, item_id, waits in (
            (
                "todo",
                work_item.c.assignee,
                work_item.c.opened_at,
                work_item.c.id,
                work_item.c.state == WorkItemState.OPEN.value,
            ),
            (
                "claimable",
                work_item_candidate.c.person,
                work_item_candidate.c.opened_at,
                work_item_candidate.c.work_item_id,
                work_item_candidate.c.offered == true(),
            ),
        )
    )
)
ASKING = ("todo", "claimable")
"""The boxes that ask for attention."""
ASKED_AT_ONCE = 5_000


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
    """Count what a person's open items ask for at an instant."""
    row = connection.execute(
        select(
            func.count(),
            func.count().filter(_due(NEAR, now, near_due)),
            func.count().filter(_due(OVERDUE, now, near_due)),
        ).where(work_item.c.assignee == person.username, work_item.c.state == WorkItemState.OPEN.value)
    ).one()
    return Attention(*row)


def counts(connection: Connection, person: Person) -> Mapping[str, int]:
    """Return how many rows lie in the boxes that ask for attention: todo and claimable."""
    return dict(connection.execute(_counts, {"username": person.username}).one()._mapping)


@dataclass(frozen=True)
class Waiting:
    """How many rows lie in a box, and a text that becomes another one when another row is the last that came."""

    count: int = 0
    newest: str = ""


def waiting(connection: Connection, usernames: Sequence[str]) -> dict[str, dict[str, Waiting]]:
    """Return what lies in the boxes that ask for attention of many people at once.

    Args:
        connection: For reading.
        usernames: Whose boxes; any number, thousands are asked for in one statement.

    Returns:
        For each username, known or not, each of :data:`ASKING`.
    """
    found = {username: dict.fromkeys(ASKING, Waiting()) for username in usernames}
    for start in range(0, len(usernames), ASKED_AT_ONCE):
        asked = {"usernames": usernames[start : start + ASKED_AT_ONCE]}
        for box, username, count, opened_at, item_id in connection.execute(_waiting, asked):
            found[username][box] = Waiting(count, f"{canonical.instant(opened_at)}~{item_id}")
    return found


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
    place = (item.opened_at, item.id)
    query = _items.where(*_narrowing(narrowed))
    if narrowed.due:
        query = query.where(_due(narrowed.due, now, near_due))
    if box == "todo":
        query = query.where(item.assignee == person.username, item.state == WorkItemState.OPEN.value)
    elif box in ("in_progress", "done"):
        ended = process_instance.c.state == InstanceState.COMPLETED.value
        query = query.where(item.closed_by == person.username, ended if box == "done" else ~ended)
    elif box == "started":
        query = query.where(process_instance.c.initiator == person.username, item.state == WorkItemState.OPEN.value)
    else:
        query = query.join(work_item_candidate, offer.work_item_id == item.id).where(*_offered_to(person))
        place = (offer.opened_at, offer.work_item_id)
    if after:
        query = query.where(tuple_(*place) < tuple_(*_place(after)))
    found = connection.execute(query.order_by(*(column.desc() for column in place)).limit(limit + 1)).all()
    rows = []
    for row in found[:limit]:
        one = work_item_of(row, prefix="item_")
        rows.append(Row(instance_of(row), one, lamp_of(one, now, near_due), (one.name,)))
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


def _offered_to(person: Person) -> tuple[ColumnElement[bool], ...]:
    return work_item_candidate.c.person == person.username, work_item_candidate.c.offered == true()


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
    connection: Connection, person: Person, narrowed: Filter, after: str | None = None, limit: int = 20
) -> Page:
    """Return a page of the cases a person may see, the last started first."""
    return page_of_cases(connection, visible_to(person), narrowed, after, max(1, min(limit, LARGEST_PAGE)))
