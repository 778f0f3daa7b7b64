"""Who may see a case: one predicate for pages, API, lists, counts and attachments.

Its participants (initiator, owners past and present, candidates of open items), the heads of the responsible units (the
initiator's and those asked to countersign) and the leaders in charge of them, the office director. Auditors read everything,
and their reading is recorded; administrators see no content.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, true

from engine.model import Actor, WorkItemState
from engine.persistence.tables import process_instance, work_item, work_item_candidate
from workflows.errors import CaseNotVisible
from workflows.office import Office
from workflows.organisation.records import unit
from workflows.organisation.values import Person
from workflows.permissions import DIRECTORS, reads_everything

READINGS = "office:readings"


def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition under which a row of ``process_instance`` is visible to a person."""
    if reads_everything(person) or "office_director" in person.posts:
        return true()
    case, item, candidate = process_instance.c, work_item.c, work_item_candidate.c
    username = person.username
    led = select(unit.c.code).where(or_(unit.c.head == username, unit.c.leader == username))
    return or_(
        case.initiator == username,
        case.initiator_unit.in_(led),
        exists().where(
            item.instance_id == case.id,
            or_(item.assignee == username, item.closed_by == username, item.seat.in_(led)),
        ),
        exists().where(
            and_(item.instance_id == case.id, item.state == WorkItemState.OPEN.value),
            candidate.work_item_id == item.id,
            candidate.person == username,
        ),
    )


def require_visible(connection: Connection, person: Person, instance_id: str) -> None:
    """Raise ``CaseNotVisible`` unless the case is there and visible to the person; the two are not told apart."""
    if not sees(connection, person, instance_id):
        raise CaseNotVisible(instance_id)


def sees(connection: Connection, person: Person, instance_id: str) -> bool:
    """Tell whether the case is there and visible to the person."""
    found = connection.scalar(
        select(process_instance.c.id).where(process_instance.c.id == instance_id, visible_to(person))
    )
    return found is not None


def record_reading(
    connection: Connection, office: Office, person: Person, instance_id: str, what: str, now: datetime
) -> None:
    """Tell the ledger that somebody who reads everything has read a case in which they have no part."""
    if reads_everything(person):
        data = {"instance": instance_id, "what": what}
        office.engine.record_ledger(connection, READINGS, "case:read", data, Actor(person.username), now)


def clears_incidents(posts: Iterable[str]) -> bool:
    """Tell whether holders of these posts may try failed automatic steps again."""
    return bool(set(posts) & set(DIRECTORS))
