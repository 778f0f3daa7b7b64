"""How much of a case a reader sees: all of it, the case as it stands, or no more than their own step shows.

Apart from visibility, which says for lists and pages alike whether somebody knows of a case at all: what is asked here is asked
of one case that is opened, and of what its flow says of its steps.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, or_, select

from engine.model import EventKind, HistoryEvent, WorkItem, WorkItemRole, WorkItemState
from engine.persistence import instances
from engine.persistence.tables import participant, process_instance, work_item, work_item_candidate
from engine.process import Process
from workflows.acting import theirs
from workflows.contract import DEFAULT_BUSINESS
from workflows.errors import CaseNotVisible
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.secretaries import served_by
from workflows.organisation.values import Person
from workflows.responsible_units import responsible_unit
from workflows.steps import find_step
from workflows.substitutions.queries import Owners, owners_for
from workflows.visibility import keeps_registers, kept_by, reads_every_case, require_visible

VIEW, STEP_ALONE = "view", "step"
"""The setting of a step by which whoever has to do with it alone sees of the case what the step shows."""
_led_case, _own_item = process_instance.alias("led_case"), work_item.alias("own_item")
_offer, _given_unit = work_item_candidate.alias("offer"), responsible_unit.alias("given_unit")
NAMED = ("people", "to", "person")
"""Under which of these an event names whom it is about."""


class Extent(IntEnum):
    """How much of a case somebody sees.

    ``STEP``: what the forms of their own steps show, and what they themselves have done, such as who signs for a document.
    ``COPY``: the case as it stands; neither its earlier versions nor its chain. ``WHOLE``: everything.
    """

    STEP = 1
    COPY = 2
    WHOLE = 3


def extent_of(connection: Connection, office: Office, person: Person, instance_id: str, now: datetime) -> Extent:
    """Return how much of a case a person sees.

    Args:
        connection: For reading.
        office: The office.
        person: Who reads.
        instance_id: The case.
        now: Aware instant.

    Raises:
        CaseNotVisible: The person may not see the case, or its business bars them from it, or there is none.

    Source:
        PRACTICE of such offices: who receives a document sees the document, not how the house came to it.
    """
    require_visible(connection, person, instance_id, now)
    if reads_every_case(person):
        return Extent.WHOLE
    definition = instances.get_instance(connection, instance_id).definition.id
    process = office.engine.deployed(connection, definition).process
    business = office.businesses.get(process.business or DEFAULT_BUSINESS)
    if business is not None and business.bars is not None and business.bars(connection, person.username, instance_id):
        raise CaseNotVisible(instance_id)
    if _leads_the_case(connection, person, instance_id):
        return Extent.WHOLE

    def narrow(activity_id: str) -> bool:
        return find_step(connection, office, definition, activity_id)[1].properties.get(VIEW) == STEP_ALONE

    had = [
        Extent.STEP if narrow(one.activity_id) else Extent.COPY if one.role == WorkItemRole.COPY else Extent.WHOLE
        for one in connection.execute(_theirs(connection, person, instance_id, now)).all()
    ]
    if Extent.WHOLE not in had and _takes_part(connection, person, instance_id):
        gave = _steps_given_away(office.engine.history(connection, instance_id), person.username)
        had.append(Extent.STEP if gave and all(map(narrow, gave)) else Extent.WHOLE)
    return max(had, default=Extent.WHOLE)


def wide_steps(process: Process) -> frozenset[str] | None:
    """Return the steps that show whoever has them the whole case, or None where there are no others."""
    alone = {one.id for one in process.activities.values() if one.properties.get(VIEW) == STEP_ALONE}
    return frozenset(process.activities) - alone if alone else None


def sees_beyond_steps(
    username: str, owners: Owners, instance_id: ColumnElement[str], wide: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Return the condition that a person sees more of a case than their own steps show, for queries of many cases.

    It asks no history: who has given away all they had in a case, and whom others only named, does not meet it, even where
    :func:`extent_of` lets them see the whole.

    Args:
        username: Who reads; one who reads every case is not asked here.
        owners: For whom they substitute.
        instance_id: The column that names the case.
        wide: The column that names its steps that show the whole of it (:func:`wide_steps`), each between spaces.
    """
    case, item, given, led = _led_case.c, _own_item.c, _given_unit.c, queries.led_by(username)
    return or_(
        exists(
            select(case.id).where(case.id == instance_id, or_(case.initiator == username, case.initiator_unit.in_(led)))
        ),
        exists(select(given.id).where(given.instance_id == instance_id, given.unit.in_(led))),
        exists(
            select(item.id)
            .join(process_instance, process_instance.c.id == item.instance_id)
            .where(
                item.instance_id == instance_id,
                wide.contains(" " + item.activity_id + " "),
                _is_own(_own_item, _offer, username, owners),
            )
        ),
    )


def opens(connection: Connection, office: Office, person: Person, instance_id: str, now: datetime) -> bool:
    """Tell whether a person sees anything of a case."""
    try:
        extent_of(connection, office, person, instance_id, now)
    except CaseNotVisible:
        return False
    return True


def require_extent(
    connection: Connection, office: Office, person: Person, instance_id: str, least: Extent, now: datetime
) -> None:
    """Raise ``CaseNotVisible`` unless a person sees at least so much of a case."""
    if extent_of(connection, office, person, instance_id, now) < least:
        raise CaseNotVisible(instance_id)


def own_items(connection: Connection, person: Person, instance_id: str, now: datetime) -> frozenset[str]:
    """Return the work items of a case that are or were a person's, their unit's, or are one's they stand in for."""
    return frozenset(row.id for row in connection.execute(_theirs(connection, person, instance_id, now)))


def require_own(connection: Connection, person: Person, item: WorkItem, now: datetime) -> None:
    """Raise ``CaseNotVisible`` unless an item is or was a person's, as :func:`own_items` says."""
    if item.id not in own_items(connection, person, item.instance_id, now):
        raise CaseNotVisible(item.instance_id)


def _theirs(connection: Connection, person: Person, instance_id: str, now: datetime) -> Select[Any]:
    item, owners = work_item.c, owners_for(connection, person.username, now)
    return (
        select(item.id, item.activity_id, item.role)
        .join(process_instance, process_instance.c.id == item.instance_id)
        .where(item.instance_id == instance_id, _is_own(work_item, work_item_candidate, person.username, owners))
    )


def _is_own(items: FromClause, offers: FromClause, username: str, owners: Owners) -> ColumnElement[bool]:
    """Return the condition that an item is or was a person's, their unit's, or is one's they stand in for; see ``theirs``."""
    item, offer = items.c, offers.c
    offered_to_them = or_(offer.person == username, theirs(offer.person, owners))
    in_hand = or_(
        item.assignee.in_(served_by(username)),
        theirs(item.assignee, owners),
        select(offer.person).where(offer.work_item_id == item.id, offered_to_them).exists(),
    )
    return or_(
        *(column == username for column in (item.assignee, item.closed_by, item.owner, item.recorded_by)),
        item.seat.in_(queries.led_by(username)),
        and_(item.state == WorkItemState.OPEN.value, in_hand),
    )


def _leads_the_case(connection: Connection, person: Person, instance_id: str) -> bool:
    """Tell whether a person began a case, leads the unit that did or one that it was given to, or keeps its register."""
    case, led = process_instance.c, queries.led_by(person.username)
    given = select(responsible_unit.c.id).where(
        responsible_unit.c.instance_id == instance_id, responsible_unit.c.unit.in_(led)
    )
    begun = or_(case.initiator == person.username, case.initiator_unit.in_(led), given.exists())
    if keeps_registers(person):
        begun = or_(begun, case.id.in_(kept_by(person)))
    return connection.scalar(select(case.id).where(case.id == instance_id, begun)) is not None


def _takes_part(connection: Connection, person: Person, instance_id: str) -> bool:
    row = {"instance_id": instance_id, "person": person.username}
    return connection.scalar(select(participant.c.person).filter_by(**row)) is not None


def _steps_given_away(events: Iterable[HistoryEvent], username: str) -> set[str]:
    """Return the steps whose items somebody gave away, or was told of as overdue."""
    return {
        event.activity_id
        for event in events
        if event.activity_id and event.kind != EventKind.PROCESS_CIRCULATED and username in _named(event)
    }


def _named(event: HistoryEvent) -> Iterator[str]:
    yield event.actor
    for name in NAMED:
        value = event.data.get(name)
        yield from map(str, value if isinstance(value, list) else [value])
