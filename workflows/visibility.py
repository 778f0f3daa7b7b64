"""Who may see a case: one predicate for pages, API, lists, counts and attachments.

Its participants (initiator, owners past and present, candidates of open items, the secretary of a leader who has it in hand;
while a substitution is in force also who may act for one of those on an open item), the heads of the responsible units (the
initiator's, those asked to countersign, those the case was given to) and the leaders in charge of them, the office director, and
whoever keeps the register that the case stands in.
Auditors read everything; administrators see no content. Whoever reads a case, the reading is recorded.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select, true, union_all

from engine.model import Actor, Value, WorkItemState
from engine.persistence.tables import participant, process_instance, work_item, work_item_candidate
from workflows.acting import theirs
from workflows.case_keepers import case_keeper
from workflows.duties import AUDITORS, DIRECTORS, KEEPERS, reads_everything
from workflows.errors import CaseNotVisible
from workflows.few import among_few
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.secretaries import served_by
from workflows.organisation.values import Person
from workflows.responsible_units import responsible_unit
from workflows.substitutions.queries import Owners, owners_for

READINGS, READ = "office:readings", "case:read"
"""Tells who has read what of which case; a ledger for each reader, so that nobody who opens a case waits for another reader."""
NOTED = "banjie_readings"
"""Option of a connection that only reads: a list in which readings are noted, to be told when the page is read."""


def visible_to(person: Person, owners: Owners) -> ColumnElement[bool]:
    """Return the condition under which a row of ``process_instance`` is visible to a person who substitutes for owners."""
    own = _visible_in_their_own_right(person)
    return or_(own, _visible_as_substitute(owners)) if owners else own


def reads_every_case(person: Person) -> bool:
    """Tell whether every case is visible to a person, whatever they have to do with it."""
    return reads_everything(person) or "office_director" in person.posts


def require_visible(connection: Connection, person: Person, instance_id: str, now: datetime) -> None:
    """Raise ``CaseNotVisible`` unless the case is there and visible to the person; the two are not told apart."""
    if not sees(connection, person, instance_id, now):
        raise CaseNotVisible(instance_id)


def sees(connection: Connection, person: Person, instance_id: str, now: datetime) -> bool:
    """Tell whether the case is there and visible to the person."""
    this = select(process_instance.c.id).where(process_instance.c.id == instance_id)
    if connection.scalar(this.where(_visible_in_their_own_right(person))) is not None:
        return True
    owners = owners_for(connection, person.username, now)
    return bool(owners) and connection.scalar(this.where(_visible_as_substitute(owners))) is not None


def takes_part(connection: Connection, person: Person, instance_id: str, now: datetime) -> bool:
    """Tell whether the case would be visible to the person also if they held no post that audits."""
    held = tuple(one for one in person.holdings if one.post not in AUDITORS)
    return sees(connection, replace(person, holdings=held), instance_id, now)


def kept_by(person: Person) -> Select[tuple[str]]:
    """Return which cases stand in registers that a person keeps, to be asked only of who keeps one (:func:`keeps_registers`)."""
    posts = sorted(person.posts & set(KEEPERS))
    return select(case_keeper.c.instance_id).where(case_keeper.c.post.in_(posts))


def keeps_registers(person: Person) -> bool:
    """Tell whether a person keeps a register, whose cases they see whatever they have to do with them."""
    return bool(person.posts & set(KEEPERS))


def _visible_in_their_own_right(person: Person) -> ColumnElement[bool]:
    if reads_every_case(person):
        return true()
    case, item, candidate = process_instance.c, work_item.c, work_item_candidate.c
    username = person.username
    led = queries.led_by(username)
    kept = (kept_by(person).where(case_keeper.c.instance_id == case.id).exists(),) if keeps_registers(person) else ()
    return or_(
        *kept,
        case.initiator == username,
        case.initiator_unit.in_(led),
        exists().where(
            item.instance_id == case.id,
            or_(
                item.assignee == username,
                item.closed_by == username,
                item.owner == username,
                item.recorded_by == username,
                item.seat.in_(led),
            ),
        ),
        exists().where(participant.c.instance_id == case.id, participant.c.person == username),
        exists().where(responsible_unit.c.instance_id == case.id, responsible_unit.c.unit.in_(led)),
        exists().where(
            item.instance_id == case.id,
            item.state == WorkItemState.OPEN.value,
            item.assignee.in_(served_by(username)),
        ),
        exists(
            select(item.id)
            .where(
                and_(item.instance_id == case.id, item.state == WorkItemState.OPEN.value),
                candidate.work_item_id == item.id,
                candidate.person == username,
            )
            .offset(0)  # or PostgreSQL would first gather the open items of all cases
        ),
    )


def _visible_as_substitute(owners: Owners) -> ColumnElement[bool]:
    """Return the condition that an open item of the case is an owner's; what was done for them is visible for good."""
    case, item, candidate = process_instance.c, work_item.c, work_item_candidate.c
    opened = and_(item.instance_id == case.id, item.state == WorkItemState.OPEN.value)
    return or_(
        exists().where(opened, theirs(item.assignee, owners)),
        exists().where(
            opened, item.assignee.is_(None), candidate.work_item_id == item.id, theirs(candidate.person, owners)
        ),
    )


def few_visible(connection: Connection, person: Person, owners: Owners) -> list[ColumnElement[bool]]:
    """Return what :func:`visible_to` may be narrowed by, so that few cases are not sought among all.

    Args:
        connection: For reading.
        person: Who reads.
        owners: For whom they substitute.

    Returns:
        The condition that the case is one with which the person or an owner has to do; nothing where these are not few.
    """
    if reads_every_case(person):
        return []
    case, item, offer, username = process_instance.c, work_item.c, work_item_candidate.c, person.username
    whose = sorted({username, *owners})
    led = list(connection.scalars(queries.led_by(username)))
    own = [
        select(case.id).where(case.initiator == username),
        select(item.instance_id).where(item.assignee.in_(whose)),
        select(item.instance_id).where(item.closed_by == username),
        select(participant.c.instance_id).where(participant.c.person == username),
        select(item.instance_id)
        .join(work_item_candidate, offer.work_item_id == item.id)
        .where(offer.person.in_(whose), item.state == WorkItemState.OPEN.value),
    ]
    served = list(connection.scalars(served_by(username)))
    if served:
        own.append(select(item.instance_id).where(item.assignee.in_(served), item.state == WorkItemState.OPEN.value))
    if led:
        own += [
            select(case.id).where(case.initiator_unit.in_(led)),
            select(item.instance_id).where(item.seat.in_(led)),
            select(responsible_unit.c.instance_id).where(responsible_unit.c.unit.in_(led)),
        ]
    if keeps_registers(person):
        own.append(kept_by(person))
    ids = union_all(*own).subquery()
    return among_few(connection, select(ids.c[0])) or []


@dataclass(frozen=True)
class Reading:
    """That somebody has read something of a case: ``what`` of it, and with an attachment which."""

    instance_id: str
    what: str
    at: datetime
    attachment: str | None = None


def record_reading(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    what: str,
    now: datetime,
    attachment: str | None = None,
) -> None:
    """Tell the reader's ledger that they have read a case; a connection that only reads notes it for later.

    Args:
        connection: In a transaction, or for reading with a list under :data:`NOTED`.
        office: The office.
        person: Who reads.
        instance_id: The case.
        what: Of it: ``case``, ``history``, ``attachment`` …
        now: Aware instant.
        attachment: Which file it was.
    """
    one = Reading(instance_id, what, now, attachment)
    noted: list[Reading] | None = connection.get_execution_options().get(NOTED)
    if noted is None:
        tell_reading(connection, office, person, one)
    elif one not in noted:
        noted.append(one)


def tell_reading(connection: Connection, office: Office, person: Person, one: Reading) -> None:
    """Tell the reader's ledger of a reading; in a transaction."""
    data: dict[str, Value] = {"instance": one.instance_id, "what": one.what}
    if one.attachment is not None:
        data["attachment"] = one.attachment
    office.engine.record_ledger(connection, readings_of(person.username), READ, data, Actor(person.username), one.at)


def readings_of(username: str) -> str:
    """Return the ledger of what a person has read."""
    return f"{READINGS}:{username}"


def clears_incidents(posts: Iterable[str]) -> bool:
    """Tell whether holders of these posts may try failed automatic steps again."""
    return bool(set(posts) & set(DIRECTORS))
