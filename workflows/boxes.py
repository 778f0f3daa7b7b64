"""The boxes of an inbox, page by page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, select, tuple_

from engine.errors import InvalidSubmission
from engine.model import ProcessInstance, WorkItem, WorkItemState
from engine.persistence.instances import instance_of, instances_with_definition
from engine.persistence.tables import (
    NO_COPY,
    OPEN,
    process_instance,
    work_item,
    work_item_candidate,
    work_item_draft,
)
from engine.persistence.work_items import COLUMNS, work_item_of
from workflows.box_contents import (
    BOXES,
    BOXES_OF_ITEMS,
    NEAR,
    NOBODY,
    ORDINARY,
    OVERDUE,
    Contents,
    Filter,
    UnknownPage,
    beyond,
    contents_of,
    due_within,
    has_ended,
    has_open_step,
    key_of,
    narrowing,
    owners_in,
    place_of,
    started_by,
)
from workflows.organisation.values import Person
from workflows.substitutions.queries import Owners, owners_for
from workflows.visibility import few_visible, visible_to

__all__ = ["BOXES", "BOXES_OF_ITEMS", "NEAR", "ORDINARY", "OVERDUE", "Filter", "UnknownPage"]

LARGEST_PAGE = 100


@dataclass(eq=False)
class UnknownBox(InvalidSubmission):
    """There is no such box."""

    box: str
    allowed: tuple[str, ...]
    field: str = "box"


@dataclass(frozen=True)
class Row:
    """One line of a box: a work item with its case, or in boxes of cases a case alone; ``steps`` are the open ones.

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


_items: Select[Any] = instances_with_definition.join(
    work_item, work_item.c.instance_id == process_instance.c.id
).add_columns(*(column.label(f"item_{column.name}") for column in COLUMNS))


def list_box(
    connection: Connection,
    person: Person,
    box: str,
    narrowed: Filter,
    now: datetime,
    near_until: datetime,
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
        near_until: Aware instant; what is due by then, and not overdue, shows a yellow lamp.
        after: The ``next`` of the page before.
        limit: Rows, at most 100.

    Returns:
        The page. Open items: overdue and nearest due first, then what was received first; copies: the last first; cases:
        what the person handled, or started, last.
    """
    if box in BOXES_OF_ITEMS:
        return list_items(connection, person, box, narrowed, now, near_until, after, limit)
    size = _size(limit)
    if box == "started":
        mine = process_instance.c.initiator == person.username
        return page_of_cases(connection, mine, narrowed, person, NOBODY, after, size)
    return _page_of_handled(connection, person, narrowed, after, size, ended=box == "done")


def list_items(
    connection: Connection,
    person: Person,
    box: str,
    narrowed: Filter,
    now: datetime,
    near_until: datetime,
    after: str | None = None,
    limit: int = 20,
) -> Page:
    """Return a page of a box as work items: where the box holds cases, the items in them that make them so.

    Of cases in progress and done these are the items the person closed, of started ones the open items.
    """
    owners = owners_in(connection, person, box, now)
    inside = contents_of(box, person.username, owners, read=narrowed.read)
    of_case = _without(narrowed, "definition", "initiator")
    query = _joined(inside).where(inside.condition, *narrowing(connection, of_case, person, owners))
    if narrowed.definition:
        query = query.where(inside.definition_key == narrowed.definition)
    if narrowed.initiator:
        query = query.where(started_by(connection, work_item.c.initiator, narrowed.initiator))
    if narrowed.due:
        query = query.where(due_within(inside.rank_at, narrowed.due, now, near_until))
    if narrowed.step:
        query = query.where(work_item.c.name == narrowed.step)
    if after:
        query = beyond(query, inside.place, after, descending=inside.descending)
    size = _size(limit)
    found = connection.execute(query.order_by(*inside.order).limit(size + 1)).all()
    rows = []
    for row in found[:size]:
        one = work_item_of(row, prefix="item_")
        whose = row.offered_to if inside.source is work_item_candidate else one.assignee
        owner = whose if whose in owners else None
        rows.append(Row(instance_of(row), one, lamp_of(one, now, near_until), (one.name,), owner))
    last = rows[-1] if len(found) > size else None
    return Page(tuple(rows), place_of(box, last.item, last.case) if last and last.item else None)


def find_following(
    connection: Connection,
    person: Person,
    box: str,
    narrowed: Filter,
    now: datetime,
    near_until: datetime,
    place: str,
) -> str | None:
    """Return the id of the item that follows a place in a box, or else of its first one; None where it is empty."""
    for after in (place, None):
        page = list_items(connection, person, box, narrowed, now, near_until, after, 1)
        if page.rows and page.rows[0].item:
            return page.rows[0].item.id
    return None


def titles_of(connection: Connection, person: Person, work_item_ids: Iterable[str], now: datetime) -> Mapping[str, str]:
    """Return the titles of the cases of work items, as far as the person may see them, by work item."""
    owners = owners_for(connection, person.username, now)
    asked = work_item.alias("asked")
    rows = connection.execute(
        select(asked.c.id, process_instance.c.title)
        .join(process_instance, process_instance.c.id == asked.c.instance_id)
        .where(asked.c.id.in_(list(work_item_ids)), visible_to(person, owners))
    )
    return {row.id: row.title for row in rows}


def titles_of_cases(
    connection: Connection, person: Person, instance_ids: Iterable[str], now: datetime
) -> Mapping[str, str]:
    """Return the titles of cases, as far as the person may see them, by id."""
    owners = owners_for(connection, person.username, now)
    rows = connection.execute(
        select(process_instance.c.id, process_instance.c.title).where(
            process_instance.c.id.in_(list(instance_ids)), visible_to(person, owners)
        )
    )
    return {row.id: row.title for row in rows}


def page_of_cases(
    connection: Connection,
    condition: ColumnElement[bool],
    narrowed: Filter,
    person: Person,
    owners: Owners,
    after: str | None,
    limit: int,
) -> Page:
    """Return a page of cases that meet a condition, the last started first, with their open steps."""
    place = (process_instance.c.started_at, process_instance.c.id)
    query = instances_with_definition.where(condition)
    if narrowed.step:
        query = query.where(has_open_step(narrowed.step, process_instance.c.id))
    conditions = narrowing(connection, narrowed, person, owners)
    found, more = _cases(connection, query.where(*conditions), place, after, limit)
    following = key_of(found[-1].started_at, found[-1].id) if more else None
    return Page(_rows_of_cases(connection, [instance_of(row) for row in found]), following)


def visible_cases(
    connection: Connection, person: Person, narrowed: Filter, now: datetime, after: str | None = None, limit: int = 20
) -> Page:
    """Return a page of the cases a person may see at an instant, the last started first."""
    owners = owners_for(connection, person.username, now)
    visible = and_(visible_to(person, owners), *few_visible(connection, person, owners))
    return page_of_cases(connection, visible, narrowed, person, owners, after, _size(limit))


def lamp_of(item: WorkItem, now: datetime, near_until: datetime) -> str:
    """Return an item's lamp: red when overdue, yellow when nearly due, green before, none without a time limit."""
    if item.due_at is None or item.state is not WorkItemState.OPEN:
        return "none"
    if item.due_at < now:
        return "red"
    return "yellow" if item.due_at <= near_until else "green"


def _page_of_handled(
    connection: Connection, person: Person, narrowed: Filter, after: str | None, limit: int, *, ended: bool
) -> Page:
    """Return a page of cases in which the person closed an item, each where they did so last.

    Of cases that have ended, a step is one at which the person did so; nothing is open in them. What is asked of a case is
    asked before whether there is a later item of it: what is left out costs less so.
    """
    mine, later = work_item.c, work_item.alias("later")
    place = (mine.closed_at, mine.id)
    conditions = [mine.closed_by == person.username, NO_COPY]
    last = [
        later.c.instance_id == process_instance.c.id,
        later.c.closed_by == person.username,
        later.c.role != "copy",
        tuple_(later.c.closed_at, later.c.id) > tuple_(*place),
    ]
    if narrowed.definition:
        conditions.append(mine.definition_key == narrowed.definition)
    if narrowed.initiator:
        conditions.append(started_by(connection, mine.initiator, narrowed.initiator))
    if narrowed.step and ended:
        conditions.append(mine.name == narrowed.step)
        last.append(later.c.name == narrowed.step)
    elif narrowed.step:
        conditions.append(has_open_step(narrowed.step, mine.instance_id))
    query = (
        instances_with_definition.join(work_item, mine.instance_id == process_instance.c.id)
        .add_columns(mine.closed_at.label("handled_at"), mine.id.label("handled_id"))
        .where(*conditions, ~exists().where(*last), has_ended() if ended else ~has_ended())
    )
    of_case = narrowing(connection, _without(narrowed, "definition", "initiator"), person, NOBODY)
    found, more = _cases(connection, query.where(*of_case), place, after, limit)
    following = key_of(found[-1].handled_at, found[-1].handled_id) if more else None
    return Page(_rows_of_cases(connection, [instance_of(row) for row in found]), following)


def _cases(
    connection: Connection,
    query: Select[Any],
    place: tuple[ColumnElement[Any], ...],
    after: str | None,
    limit: int,
) -> tuple[list[Any], bool]:
    """Return the rows of a page, the largest place first, and whether there are more."""
    if after:
        query = beyond(query, place, after, descending=True)
    found = connection.execute(query.order_by(*(column.desc() for column in place)).limit(limit + 1)).all()
    return list(found[:limit]), len(found) > limit


def _rows_of_cases(connection: Connection, cases: list[ProcessInstance]) -> tuple[Row, ...]:
    steps = _open_steps(connection, [one.id for one in cases])
    return tuple(Row(one, None, "none", tuple(dict.fromkeys(steps.get(one.id, ())))) for one in cases)


def _joined(inside: Contents) -> Select[Any]:
    if inside.source is work_item_candidate:
        offers = _items.join(work_item_candidate, work_item_candidate.c.work_item_id == work_item.c.id)
        return offers.add_columns(work_item_candidate.c.person.label("offered_to"))
    if inside.source is not work_item:
        return _items.join(work_item_draft, work_item_draft.c.work_item_id == work_item.c.id)
    return _items


def _without(narrowed: Filter, *names: str) -> Filter:
    """Leave out what is asked of an item: it repeats the flow of its case, and who started it, in the index of its box."""
    return Filter(**{**vars(narrowed), **dict.fromkeys(names, "")})


def _open_steps(connection: Connection, instance_ids: list[str]) -> dict[str, list[str]]:
    steps: dict[str, list[str]] = {}
    rows = connection.execute(
        select(work_item.c.instance_id, work_item.c.name)
        .where(work_item.c.instance_id.in_(instance_ids), OPEN, NO_COPY)
        .order_by(work_item.c.opened_at)
    )
    for row in rows:
        steps.setdefault(row.instance_id, []).append(row.name)
    return steps


def _size(limit: int) -> int:
    return max(1, min(limit, LARGEST_PAGE))
