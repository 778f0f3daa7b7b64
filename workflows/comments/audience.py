"""Whom a comment may mention: those who may see its case, and nobody else."""

from datetime import datetime

from sqlalchemy import Connection, and_, select, union

from engine.model import WorkItemState
from engine.persistence.tables import participant, process_instance, work_item, work_item_candidate
from workflows.case_keepers import case_keeper
from workflows.duties import AUDITORS
from workflows.extent import Extent, extent_of
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.records import holding, leader_secretary, unit
from workflows.organisation.values import Person
from workflows.responsible_units import responsible_unit
from workflows.substitutions.records import substitution
from workflows.visibility import sees

READING_POSTS = ("office_director", *AUDITORS)


def people_of_case(
    connection: Connection, office: Office, instance_id: str, now: datetime, q: str = "", limit: int | None = None
) -> list[Person]:
    """Return those who may see a case and whose name or username contains ``q``, in the office's order.

    The predicate of :mod:`workflows.visibility` decides; it is asked only of those who could be meant at all.

    Args:
        connection: For reading.
        office: The office.
        instance_id: The case.
        now: Aware instant.
        q: Part of a name or username, or nothing.
        limit: How many at the most.

    Returns:
        People who are not disabled.
    """
    named = _perhaps(connection, instance_id)
    found: list[Person] = []
    for person in queries.list_people(connection, q):
        if limit is not None and len(found) >= limit:
            break
        if person.username in named and reads_comments(connection, office, person, instance_id, now):
            found.append(person)
    return found


def reads_comments(connection: Connection, office: Office, person: Person, instance_id: str, now: datetime) -> bool:
    """Tell whether somebody sees what is said in a case: not who sees of it no more than a step of theirs shows."""
    seen = sees(connection, person, instance_id, now)
    return seen and extent_of(connection, office, person, instance_id, now) >= Extent.COPY


def _perhaps(connection: Connection, instance_id: str) -> set[str]:
    """Return everybody who may perhaps see a case; asking the predicate of a whole house would take too long."""
    case, item, offer = process_instance.c, work_item.c, work_item_candidate.c
    opened = and_(item.instance_id == instance_id, item.state == WorkItemState.OPEN.value)
    units = union(
        select(case.initiator_unit.label("code")).where(case.id == instance_id),
        select(item.seat).where(item.instance_id == instance_id, item.seat.is_not(None)),
        select(responsible_unit.c.unit).where(responsible_unit.c.instance_id == instance_id),
    ).subquery()
    responsible = unit.c.code.in_(select(units.c.code))
    in_hand = union(
        select(item.assignee.label("username")).where(opened, item.assignee.is_not(None)),
        select(offer.person).join(work_item, item.id == offer.work_item_id).where(opened),
    ).subquery()
    theirs = select(in_hand.c.username)
    acted = (item.assignee, item.closed_by, item.owner, item.recorded_by)
    usernames = union(
        select(case.initiator.label("username")).where(case.id == instance_id),
        *(select(column).where(item.instance_id == instance_id) for column in acted),
        theirs,
        select(participant.c.person).where(participant.c.instance_id == instance_id),
        *(select(column).where(responsible) for column in (unit.c.head, unit.c.leader)),
        select(holding.c.username).where(holding.c.post.in_(READING_POSTS)),
        select(holding.c.username)
        .join(case_keeper, case_keeper.c.post == holding.c.post)
        .where(case_keeper.c.instance_id == instance_id),
        select(leader_secretary.c.secretary).where(leader_secretary.c.leader.in_(theirs)),
        select(substitution.c.substitute).where(substitution.c.owner.in_(theirs)),
    )
    return {row.username for row in connection.execute(usernames) if row.username}
