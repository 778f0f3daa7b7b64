"""转办, 委派, 催办, 传阅, 代录, 改派, 交接: a work item changes hands, or those who have it are told something."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine.errors import CaseSuspended, WorkItemNotFound
from engine.model import ENDED, Actor, Advanced, InstanceState, WorkItem, WorkItemRole, WorkItemState
from engine.persistence import instances, work_items
from workflows import duties, permissions, worklist
from workflows.errors import CaseEnded, PersonRefused, UrgedAlready
from workflows.office import Office
from workflows.operations.chosen import chosen_people, chosen_person, words
from workflows.organisation.values import Person
from workflows.worklist import Submission


def transfer(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    version: int,
    to: str,
    reason: str,
    now: datetime,
) -> None:
    """转办: give a work item to somebody who decides in one's place; raise ``PersonRefused``."""
    locked = worklist.lock(connection, office, person, work_item_id, version, now)
    standing = worklist.stand_before(connection, office, person, locked, now)
    duties.require(permissions.may_transfer(standing))
    whom = chosen_person(connection, to, "to", but=standing.rights)
    why = words(office, reason, required=False)
    office.engine.transfer(connection, locked, whom.username, why, standing.actor, now)


def delegate(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    version: int,
    to: str,
    reason: str,
    now: datetime,
) -> None:
    """委派: give a work item to somebody for an opinion, after which it comes back; raise ``PersonRefused``."""
    locked = worklist.lock(connection, office, person, work_item_id, version, now)
    standing = worklist.stand_before(connection, office, person, locked, now)
    duties.require(permissions.may_delegate(standing))
    whom = chosen_person(connection, to, "to", but=standing.rights)
    why = words(office, reason, required=False)
    office.engine.delegate(connection, locked, whom.username, why, standing.actor, now)


def resolve(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    version: int,
    opinion: str,
    now: datetime,
) -> None:
    """Return a work item with the opinion that was asked for, which needs words; its owner may take it back without."""
    locked = worklist.lock(connection, office, person, work_item_id, version, now)
    standing = worklist.stand_before(connection, office, person, locked, now)
    duties.require(permissions.may_resolve(standing))
    said = words(office, opinion, required=person.username != locked.item.owner)
    office.engine.resolve(connection, locked, said, standing.actor, now)


def urge(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    version: int,
    message: str,
    now: datetime,
) -> None:
    """催办: urge those who have a work item in hand; raise ``UrgedAlready`` where that was done not long ago."""
    locked = worklist.lock(connection, office, person, work_item_id, version, now)
    standing = worklist.stand_before(connection, office, person, locked, now)
    duties.require(permissions.may_urge(standing))
    last = locked.item.urged_at
    again_at = last + timedelta(hours=office.settings.urge_hours) if last is not None else None
    if last is not None and again_at is not None and now < again_at:
        raise UrgedAlready(last, again_at)
    office.engine.urge(connection, locked, words(office, message, required=False), standing.actor, now)


def urge_all(
    connection: Connection, office: Office, person: Person, work_item_ids: Sequence[str], message: str, now: datetime
) -> int:
    """催办 several work items at once; those that were urged not long ago are passed over.

    Returns:
        How many were urged.

    Raises:
        ProcessError: What :func:`urge` raises for one of them, other than that it was urged already; then none is urged.
    """
    urged = 0
    for work_item_id in work_item_ids:
        version = work_items.get_work_item(connection, work_item_id).version
        try:
            urge(connection, office, person, work_item_id, version, message, now)
        except UrgedAlready:
            continue
        urged += 1
    return urged


def circulate(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    people: Sequence[str],
    message: str,
    now: datetime,
) -> Advanced:
    """传阅: hand copies of a case to people who are to read it.

    Raises:
        PersonRefused: Somebody cannot be chosen, or has an unread copy already.
    """
    item = work_items.get_work_item(connection, work_item_id)
    standing = worklist.stand_at(connection, office, person, item, now)
    duties.require(permissions.may_circulate(standing))
    whom = chosen_people(connection, people, "people", but=person)
    unread = work_items.unread_copies(connection, item.instance_id)
    twice = next((one for one in whom if one in unread), None)
    if twice is not None:
        raise PersonRefused("people", twice, "twice")
    said = words(office, message, required=False)
    return office.engine.circulate(connection, item.instance_id, whom, said, item.activity_id, standing.actor, now)


def mark_read(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    version: int,
    opinion: str,
    now: datetime,
) -> None:
    """已阅: say that a copy was read, with words or without."""
    locked = worklist.lock(connection, office, person, work_item_id, version, now)
    duties.require(permissions.may_mark_read(worklist.stand_before(connection, office, person, locked, now)))
    said = words(office, opinion, required=False)
    office.engine.mark_read(connection, locked, said, Actor(person.username), now)


def record_for(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    leader: str,
    submission: Submission,
    now: datetime,
) -> Advanced:
    """代录: type in what a leader has written or said; it counts as the leader's, and waits for them to confirm it.

    Args:
        connection: In a transaction.
        office: The office.
        person: The leader's secretary.
        work_item_id: What the leader has in hand.
        leader: Username.
        submission: The leader's decision and words, with the scan where there is one.
        now: Aware instant.

    Returns:
        What the command left behind.

    Raises:
        PersonRefused: The item is not with that leader, or the person does not serve them.
    """
    locked = worklist.lock(connection, office, person, work_item_id, submission.version, now)
    standing = worklist.stand_before(connection, office, person, locked, now)
    duties.require(permissions.may_record_for(standing))
    item = locked.item
    whose = {item.assignee} if item.assignee is not None else set(item.candidates)
    if leader not in whose & standing.leaders:
        raise PersonRefused("person", leader, "not_a_leader")
    actor = Actor(leader, recorded_by=person.username)
    return worklist.hand_in(connection, office, person, locked, actor, replace(submission, variables={}), now)


def confirm(
    connection: Connection, office: Office, person: Person, work_item_id: str, version: int, now: datetime
) -> None:
    """Confirm what a secretary has recorded for oneself."""
    locked = worklist.lock(connection, office, person, work_item_id, version, now, completed=True)
    duties.require(permissions.may_confirm(worklist.stand_before(connection, office, person, locked, now)))
    office.engine.confirm(connection, locked, Actor(person.username), now)


def reassignable(connection: Connection, person: Person, instance_id: str) -> list[WorkItem]:
    """Return the open work items of a case that could be given to somebody else from outside; raise ``PostRequired``."""
    duties.require(duties.may_jump(person))
    items = work_items.list_of_instance(connection, instance_id)
    return [one for one in items if one.state is WorkItemState.OPEN and one.role is not WorkItemRole.COPY]


def reassign(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    work_item_id: str,
    to: str,
    reason: str,
    now: datetime,
) -> None:
    """改派: give a work item that is not one's own to somebody else, which is an intervention, told as such.

    Args:
        connection: In a transaction.
        office: The office.
        person: The administrator of flows; what is written in the case need not be theirs to read.
        instance_id: The case.
        work_item_id: One of :func:`reassignable`.
        to: Username.
        reason: Why, in words.
        now: Aware instant.

    Raises:
        PostRequired: The person is no administrator of flows.
        ReasonRequired: There are no words, or too many.
        CaseEnded, WorkItemNotFound, CaseSuspended: There is no such open item.
        PersonRefused: There is no such person, or it is theirs already.

    Source:
        PRACTICE of such offices: 改派 belongs to 流程管理员, with a reason, and is shown everywhere as 干预.
    """
    duties.require(duties.may_jump(person))
    why = words(office, reason, required=True)
    instances.lock_instance(connection, instance_id)
    case = instances.get_instance(connection, instance_id)
    if case.state in ENDED:
        raise CaseEnded(instance_id)
    if case.state is InstanceState.SUSPENDED:
        raise CaseSuspended(instance_id)
    item = next((one for one in reassignable(connection, person, instance_id) if one.id == work_item_id), None)
    if item is None:
        raise WorkItemNotFound(work_item_id)
    whom = chosen_person(connection, to, "to")
    if whom.username == item.assignee:
        raise PersonRefused("to", to, "twice")
    locked = office.engine.lock_work_item(connection, item.id, item.version)
    office.engine.transfer(connection, locked, whom.username, why, Actor(person.username), now, intervention=True)


def require_may_hand_over(person: Person) -> None:
    """Raise ``PostRequired`` unless the person may hand everything open of one person to another."""
    duties.require(duties.may_hand_over(person))


def hand_over(
    connection: Connection, office: Office, person: Person, from_: str, to: str, reason: str, now: datetime
) -> int:
    """交接: give everything that one person has in hand to another, in one act; names in history stay.

    Returns:
        How many work items changed hands.

    Raises:
        PostRequired: The person may not.
        PersonRefused: One of the two is unknown, or both are the same; who gives may have been disabled already.
        ReasonRequired: There are no words, or too many.
    """
    duties.require(duties.may_hand_over(person))
    whom = chosen_person(connection, to, "to")
    if whom.username == from_:
        raise PersonRefused("to", to, "yourself")
    why = words(office, reason, required=True)
    actor = Actor(person.username)
    items = sorted(work_items.list_open_of(connection, from_), key=lambda one: one.instance_id)
    for item in items:  # in the order of cases, as whoever locks several does
        locked = office.engine.lock_work_item(connection, item.id, item.version)
        office.engine.transfer(connection, locked, whom.username, why, actor, now)
    return len(items)
