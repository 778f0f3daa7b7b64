"""Running cases as the office's administrator of flows finds them: where each stands, in whose hands, since when.

Apart from :mod:`workflows.boxes`, since whoever may intervene in a case need not be one of its readers: of what is written in a
case nothing is here but its title, and that only where they may see the case. The numbers it was given they read in the ledger
of numbers anyway.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, literal_column, select, tuple_

from engine import canonical
from engine.marking import unpack
from engine.model import ENDED, InstanceState, ProcessDefinition, ProcessInstance
from engine.persistence import definitions, incidents, instances
from engine.persistence.incidents import Incident
from engine.persistence.instances import instance_of, instances_with_definition
from engine.persistence.tables import (
    NO_COPY,
    OPEN,
    process_instance,
    work_item,
    work_item_candidate,
)
from workflows import duties, permissions
from workflows.box_contents import UnknownPage, key_of, within_flow
from workflows.numbering.records import given_number
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.substitutions.queries import owners_for
from workflows.visibility import visible_to
from workflows.waits import Wait, waits_of

STATES = tuple(one.value for one in InstanceState if one not in ENDED)
"""The states of cases that run."""
LARGEST_PAGE = 100
PEOPLE_SHOWN = 5
"""Of those who have one step of a case in hand, so many are named; a countersign may have a thousand."""
BRACKETS = str.maketrans("[【［（(]】］）)", "〔〔〔〔〔〕〕〕〕〕")
"""The brackets of a number as people type them, and as GB/T 9704 has them."""
_place = (process_instance.c.started_at, process_instance.c.id)
_runs = process_instance.c.ended_at.is_(None)  # as the index of running cases says it


@dataclass(frozen=True)
class Narrowed:
    """What narrows the list: a flow by its key, one of :data:`STATES`, the id or a number of one case, a version of the flow."""

    definition: str = ""
    state: str = ""
    q: str = ""
    version: int | None = None


@dataclass(frozen=True)
class OpenStep:
    """A step that waits for somebody.

    Attributes:
        name: What the model calls it.
        since: When the first of its open work items was opened.
        people: Usernames of who has them in hand, or to whom they are offered; not all where they are many.
        persons: How many these are.
        offered: Whether nobody has taken the first of them.
    """

    name: str
    since: datetime
    people: tuple[str, ...]
    persons: int
    offered: bool


@dataclass(frozen=True)
class RunningCase:
    """A case without its content; ``title`` is None where the reader may not see it.

    ``waits`` is what it waits for where that is no person; ``operations`` what the reader may do to it as a whole.
    """

    id: str
    number: str | None
    definition: ProcessDefinition
    state: InstanceState
    started_at: datetime
    title: str | None
    steps: tuple[OpenStep, ...]
    waits: tuple[Wait, ...]
    incidents: tuple[Incident, ...]
    operations: tuple[str, ...]


@dataclass(frozen=True)
class RunningPage:
    """Cases, the last started first, and the key from which the next page goes on, or None at the end."""

    rows: tuple[RunningCase, ...]
    next: str | None


def list_running(
    connection: Connection,
    office: Office,
    person: Person,
    narrowed: Narrowed,
    now: datetime,
    after: str | None = None,
    limit: int = 20,
) -> RunningPage:
    """Return a page of the cases that run.

    Args:
        connection: For reading.
        office: The office.
        person: Who looks, with the post for it.
        narrowed: What to leave out. Who asks for a case by its id or number finds it also after its end.
        now: Aware instant, for whom the person substitutes.
        after: The ``next`` of the page before.
        limit: Rows, at most 100.

    Raises:
        PostRequired: The person is no administrator of flows.
        UnknownPage: ``after`` is none that a page before gave.
    """
    duties.require(duties.may_jump(person))
    size = max(1, min(limit, LARGEST_PAGE))
    found = _asked_for(connection, narrowed, size) if narrowed.q else _running(connection, narrowed, after, size + 1)
    ids = [instance_id for _started_at, instance_id in found[:size]]
    following = key_of(*found[size - 1]) if len(found) > size else None
    return RunningPage(tuple(_described(connection, office, person, ids, now)), following)


def count_by_version(connection: Connection, person: Person, key: str) -> dict[int, int]:
    """Return how many cases of a flow run on each of its versions, the newest first; raise ``PostRequired``."""
    duties.require(duties.may_migrate(person))
    versions = {one.id: one.version for one in definitions.list_versions(connection, key)}
    counted = (
        select(process_instance.c.definition_id, func.count())
        .where(process_instance.c.definition_id.in_(versions), _runs)
        .group_by(process_instance.c.definition_id)
    )
    found = {versions[definition_id]: count for definition_id, count in connection.execute(counted)}
    return dict(sorted(found.items(), reverse=True))


def list_these(
    connection: Connection, office: Office, person: Person, ids: Sequence[str], now: datetime
) -> list[RunningCase]:
    """Return the cases with these ids, in this order, as :func:`list_running` shows them; raise ``PostRequired``."""
    duties.require(duties.may_migrate(person))
    known = set(connection.scalars(select(process_instance.c.id).where(process_instance.c.id.in_(ids))))
    return list(_described(connection, office, person, [one for one in dict.fromkeys(ids) if one in known], now))


def _asked_for(connection: Connection, narrowed: Narrowed, limit: int) -> list[tuple[datetime, str]]:
    """Return the cases with this id or number; both are looked up, and nothing that is written in a case is searched."""
    numbered = select(given_number.c.instance_id).where(given_number.c.text == narrowed.q.translate(BRACKETS))
    ids = [narrowed.q.lower(), *connection.scalars(numbered.limit(limit))]
    query = select(*_place).where(process_instance.c.id.in_(ids), *_of_flow(connection, narrowed))
    if narrowed.state:
        query = query.where(process_instance.c.state == narrowed.state)
    return _latest_first(connection, query, limit)


def _running(connection: Connection, narrowed: Narrowed, after: str | None, limit: int) -> list[tuple[datetime, str]]:
    """Return the places of the first cases after another one; each state is read in the order of the index of its own."""
    found: list[tuple[datetime, str]] = []
    for state in STATES:
        if narrowed.state in ("", state):
            query = select(*_place).where(process_instance.c.state == literal_column(f"'{state}'"), _runs)
            query = query.where(*_of_flow(connection, narrowed))
            if after:
                query = query.where(tuple_(*_place) < tuple_(*_place_in(after)))
            found += _latest_first(connection, query, limit)
    return sorted(found, reverse=True)[:limit]


def _latest_first(
    connection: Connection, query: Select[tuple[datetime, str]], limit: int
) -> list[tuple[datetime, str]]:
    ordered = query.order_by(*(column.desc() for column in _place)).limit(limit)
    return [(row.started_at, row.id) for row in connection.execute(ordered)]


def _of_flow(connection: Connection, narrowed: Narrowed) -> list[ColumnElement[bool]]:
    if not narrowed.definition:
        return []
    if narrowed.version is None:
        return [within_flow(connection, narrowed.definition)]
    of_flow = definitions.list_versions(connection, narrowed.definition)
    return [process_instance.c.definition_id.in_([one.id for one in of_flow if one.version == narrowed.version])]


def _place_in(after: str) -> tuple[datetime, str]:
    started_at, _sep, instance_id = after.partition("~")
    try:
        return canonical.parse_instant(started_at), instance_id
    except ValueError as error:
        raise UnknownPage from error


def _described(
    connection: Connection, office: Office, person: Person, ids: list[str], now: datetime
) -> Iterable[RunningCase]:
    visible = case((visible_to(person, owners_for(connection, person.username, now)), 1), else_=0)
    asked = instances_with_definition.add_columns(visible.label("visible")).where(process_instance.c.id.in_(ids))
    rows = {row.id: row for row in connection.execute(asked)}
    steps, failed = _open_steps(connection, ids), _open_incidents(connection, ids)
    for instance_id in ids:
        row = rows[instance_id]
        of = instance_of(row)
        yield RunningCase(
            of.id,
            of.number,
            of.definition,
            of.state,
            of.started_at,
            of.title if row.visible else None,
            steps.get(of.id, ()),
            _waits(connection, office, of) if of.id not in steps and of.state not in ENDED else (),
            failed.get(of.id, ()),
            permissions.allowed_on_case(person, of),
        )


def _open_steps(connection: Connection, ids: list[str]) -> Mapping[str, tuple[OpenStep, ...]]:
    item = work_item.c
    of_one_step = (item.instance_id, item.activity_id)
    ranked = (
        select(
            item.id,
            item.instance_id,
            item.activity_id,
            item.name,
            item.assignee,
            func.count().over(partition_by=of_one_step).label("items"),
            func.min(item.opened_at).over(partition_by=of_one_step).label("since"),
            func.row_number().over(partition_by=of_one_step, order_by=(item.opened_at, item.id)).label("place"),
        )
        .where(item.instance_id.in_(ids), OPEN, NO_COPY)
        .subquery()
    )
    shown = select(ranked).where(ranked.c.place <= PEOPLE_SHOWN)
    rows = connection.execute(shown.order_by(ranked.c.since, ranked.c.activity_id, ranked.c.place)).all()
    offers = _offers(connection, [row.id for row in rows if row.assignee is None])
    of_step: dict[tuple[str, str], list[Row[Any]]] = {}
    for row in rows:
        of_step.setdefault((row.instance_id, row.activity_id), []).append(row)
    found: dict[str, tuple[OpenStep, ...]] = {}
    for (instance_id, _activity_id), items in of_step.items():
        first = items[0]
        whose = ((one.assignee,) if one.assignee is not None else offers.get(one.id, ()) for one in items)
        people = tuple(dict.fromkeys(username for several in whose for username in several))
        step = OpenStep(
            first.name, first.since, people[:PEOPLE_SHOWN], max(len(people), first.items), first.assignee is None
        )
        found[instance_id] = (*found.get(instance_id, ()), step)
    return found


def _offers(connection: Connection, work_item_ids: list[str]) -> Mapping[str, tuple[str, ...]]:
    offer = work_item_candidate.c
    query = select(offer.work_item_id, offer.person).where(offer.work_item_id.in_(work_item_ids)).order_by(offer.person)
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(query) if work_item_ids else ():
        found[row.work_item_id] = (*found.get(row.work_item_id, ()), row.person)
    return found


def _open_incidents(connection: Connection, ids: list[str]) -> Mapping[str, tuple[Incident, ...]]:
    found: dict[str, tuple[Incident, ...]] = {}
    for one in incidents.list_open_of(connection, ids):
        found[one.instance_id] = (*found.get(one.instance_id, ()), one)
    return found


def _waits(connection: Connection, office: Office, of: ProcessInstance) -> tuple[Wait, ...]:
    process = office.engine.deployed(connection, of.definition.id).process
    return waits_of(process, unpack(instances.snapshot_of(connection, of.id)))
