"""What lies in each box of an inbox, as conditions on rows, and in which order.

The order is that of an index (:mod:`engine.persistence.tables`), and where a page goes on is told by a key, so that the
thousandth page costs what the first one costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    exists,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy import case as when

from engine import canonical
from engine.errors import InvalidSubmission
from engine.model import ENDED, ProcessInstance, WorkItem, WorkItemState
from engine.persistence.tables import (
    IS_COPY,
    NO_COPY,
    OPEN,
    process_definition,
    process_instance,
    work_item,
    work_item_candidate,
    work_item_draft,
)
from engine.persistence.work_items import rank_of
from workflows.few import among_few
from workflows.organisation.records import person as people
from workflows.organisation.values import Person
from workflows.search.finding import found_by
from workflows.substitutions.queries import Owners, owners_for

BOXES = ("todo", "claimable", "in_progress", "done", "started", "copies", "drafts", "delegated")
BOXES_OF_ITEMS = ("todo", "claimable", "copies", "drafts", "delegated")
"""The boxes that hold open work items; the others hold cases."""
SHARED = ("todo", "claimable")
"""The boxes in which substitutes also find what is their owners'."""
NOBODY: Owners = {}
NEAR, OVERDUE = "near", "overdue"
ORDINARY = "平件"
"""What the urgency of a case is called that has none."""


@dataclass(eq=False)
class UnknownPage(InvalidSubmission):
    """The key of a page is none that a page before it gave."""

    field: str = "after"


@dataclass(frozen=True)
class Filter:
    """What narrows a box.

    Attributes:
        definition: A flow by its key.
        instance: A case by its id.
        state: A state of cases.
        q: Words that are found in a case.
        due: For items, how near they are due: :data:`NEAR`, :data:`OVERDUE`, or anything.
        step: The name of a step: of the item, or of an open one of the case.
        urgency: 特急, 加急 or 平件.
        initiator: A username, or a part of the name, of who started the case.
        read: Of copies, those that were read instead of those that were not.
    """

    definition: str = ""
    instance: str = ""
    state: str = ""
    q: str = ""
    due: str = ""
    step: str = ""
    urgency: str = ""
    initiator: str = ""
    read: bool = False


@dataclass(frozen=True)
class Contents:
    """The work items of a box: the table that leads to them, the condition on it, and the order.

    Attributes:
        source: ``work_item``, or a table that refers to it.
        condition: Which rows lie in the box.
        place: The columns of the order; the last is the item's id.
        descending: Whether the largest stands first.
        definition_key: The column that names the flow.
        rank_at: The column that tells by when an item is due.
    """

    source: FromClause
    condition: ColumnElement[bool]
    place: tuple[ColumnElement[Any], ...]
    descending: bool
    definition_key: ColumnElement[str]
    rank_at: ColumnElement[datetime]

    @property
    def order(self) -> tuple[ColumnElement[Any], ...]:
        """Return what a query of the box is ordered by."""
        return tuple(column.desc() for column in self.place) if self.descending else self.place


def owners_in(connection: Connection, person: Person, box: str, now: datetime) -> Owners:
    """Return whose items also lie in a box of a person who substitutes for them: those to do, and those on offer."""
    return owners_for(connection, person.username, now) if box in SHARED else NOBODY


def contents_of(
    box: str, username: str | ColumnElement[str], owners: Owners = NOBODY, *, read: bool = False
) -> Contents:
    """Return which work items lie in a person's box; of a box of cases, those that make the cases lie in it.

    Args:
        box: One of :data:`BOXES`.
        username: Whose box.
        owners: For whom the person substitutes.
        read: Of copies, those that were read.
    """
    item, offer, draft, case = work_item.c, work_item_candidate.c, work_item_draft.c, process_instance.c
    by_rank = (item.rank_at, item.opened_at, item.id)
    if box == "todo":
        mine = and_(_of(item.assignee, item.definition_key, username, owners), OPEN, NO_COPY)
        return Contents(work_item, mine, by_rank, False, item.definition_key, item.rank_at)
    if box == "claimable":
        offered = and_(_of(offer.person, offer.definition_key, username, owners), offer.offered == true())
        if owners:
            offered = and_(offered, ~_offered_before(username, owners))
        place = (offer.rank_at, offer.opened_at, offer.work_item_id)
        return Contents(work_item_candidate, offered, place, False, offer.definition_key, offer.rank_at)
    if box == "copies":
        state = WorkItemState.COMPLETED if read else WorkItemState.OPEN
        copies = and_(item.assignee == username, item.state == state.value, IS_COPY)
        return Contents(work_item, copies, (item.opened_at, item.id), True, item.definition_key, item.rank_at)
    if box == "drafts":
        joined = work_item_draft.join(work_item, item.id == draft.work_item_id)
        return Contents(joined, and_(draft.person == username, OPEN), by_rank, False, item.definition_key, item.rank_at)
    if box == "delegated":
        lent = and_(item.owner == username, OPEN)
        return Contents(work_item, lent, by_rank, False, item.definition_key, item.rank_at)
    if box == "started":
        opened = and_(case.initiator == username, OPEN, NO_COPY)
        return Contents(work_item, opened, (case.started_at, item.id), True, item.definition_key, item.rank_at)
    handled = and_(item.closed_by == username, NO_COPY, has_ended() if box == "done" else ~has_ended())
    return Contents(work_item, handled, (item.closed_at, item.id), True, item.definition_key, item.rank_at)


def _of(
    whose: ColumnElement[Any], flow: ColumnElement[Any], username: str | ColumnElement[str], owners: Owners
) -> ColumnElement[bool]:
    """Return the condition under which a column names a person, or somebody they substitute for in the flow."""
    if not owners:
        return whose == username
    within = (
        or_(whose != owner, flow.in_(sorted(flows))) for owner, flows in sorted(owners.items()) if flows is not None
    )
    return and_(whose.in_([username, *sorted(owners)]), *within)


def _offered_before(username: str | ColumnElement[str], owners: Owners) -> ColumnElement[bool]:
    """Return whether an item is also offered to the person, or to an earlier one of the owners: it is shown once."""
    offer, other = work_item_candidate, work_item_candidate.alias("other")
    earlier = _place_among(other.c.person, username) < _place_among(offer.c.person, username)
    theirs = _of(other.c.person, other.c.definition_key, username, owners)
    return exists().where(other.c.work_item_id == offer.c.work_item_id, theirs, earlier)


def _place_among(column: ColumnElement[str], username: str | ColumnElement[str]) -> ColumnElement[str]:
    """Order people: the person first, then those they substitute for."""
    return when((column == username, ""), else_=column)


def place_of(box: str, item: WorkItem, case: ProcessInstance) -> str:
    """Return the key of an item's place in a box, from which a page goes on."""
    if box == "started":
        return key_of(case.started_at, item.id)
    if box == "copies":
        return key_of(item.opened_at, item.id)
    if box in ("in_progress", "done"):
        return key_of(item.closed_at, item.id)
    return key_of(rank_of(item.due_at), item.opened_at, item.id)


def key_of(*place: datetime | str | None) -> str:
    """Return the key that stands for a place in an order."""
    return "~".join(canonical.instant(one) if isinstance(one, datetime) else str(one) for one in place)


def beyond(query: Select[Any], place: Sequence[ColumnElement[Any]], after: str, *, descending: bool) -> Select[Any]:
    """Narrow a query to what comes after a place; raise ``UnknownPage`` for a key that no page gave."""
    parts = after.split("~", len(place) - 1)
    try:
        *instants, row_id = parts
        values: list[Any] = [*(canonical.parse_instant(one) for one in instants), row_id]
    except ValueError as error:
        raise UnknownPage from error
    if len(values) != len(place):
        raise UnknownPage
    here, there = tuple_(*place), tuple_(*values)
    return query.where(here < there if descending else here > there)


def due_within(rank_at: ColumnElement[datetime], how: str, now: datetime, near_until: datetime) -> ColumnElement[bool]:
    """Return the condition under which an item is overdue, or nearly due."""
    return rank_at < now if how == OVERDUE else and_(rank_at >= now, rank_at <= near_until)


def has_ended() -> ColumnElement[bool]:
    """Return the condition under which a case is no longer in progress."""
    return process_instance.c.state.in_(sorted(ENDED))


def narrowing(connection: Connection, narrowed: Filter, person: Person, owners: Owners) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter on a case; those on an item are the box's.

    Args:
        connection: For reading.
        narrowed: What to leave out.
        person: Who looks for it.
        owners: For whom they substitute.
    """
    case = process_instance.c
    conditions: list[ColumnElement[bool]] = []
    if narrowed.definition:
        conditions.append(within_flow(connection, narrowed.definition))
    if narrowed.instance:
        conditions.append(case.id == narrowed.instance)
    if narrowed.state:
        conditions.append(case.state == narrowed.state)
    if narrowed.urgency == ORDINARY:
        conditions.append(or_(case.urgency.is_(None), case.urgency.in_(("", ORDINARY))))
    elif narrowed.urgency:
        pressing = case.urgency == narrowed.urgency
        conditions += among_few(connection, select(case.id).where(pressing)) or [pressing]
    if narrowed.initiator:
        conditions.append(started_by(connection, case.initiator, narrowed.initiator))
    return conditions + found_by(connection, narrowed.q, person, owners)


def started_by(connection: Connection, initiator: ColumnElement[str], named: str) -> ColumnElement[bool]:
    """Return the condition under which a column names somebody of this username, or whose name contains it."""
    usernames = connection.scalars(select(people.c.username).where(people.c.name.contains(named, autoescape=True)))
    return initiator.in_(sorted({named, *usernames}))


def within_flow(connection: Connection, definition_key: str) -> ColumnElement[bool]:
    """Return the condition under which a case is one of a flow.

    Its versions are asked for beforehand: PostgreSQL knows how common each of them is, but has no idea of a key it looks up.
    """
    versions = select(process_definition.c.id).where(process_definition.c.key == definition_key)
    return process_instance.c.definition_id.in_(sorted(connection.scalars(versions)))


def has_open_step(name: str, instance_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition under which the case that a column names waits at a step of this name."""
    waiting = work_item.alias("waiting")  # the list may be of work items itself
    is_open = waiting.c.state == literal_column("'open'")  # as the index of what waits says it
    there = select(waiting.c.id).where(waiting.c.instance_id == instance_id, waiting.c.name == name, is_open)
    return exists(there.offset(0))  # or PostgreSQL would first gather the open items of all cases
