"""终止办理, 挂起, 恢复: what is done to a case as a whole."""

from datetime import datetime

from sqlalchemy import Connection

from engine.model import Actor, Advanced
from engine.persistence import instances
from workflows import duties, permissions
from workflows.office import Office
from workflows.operations.chosen import words
from workflows.organisation.values import Person
from workflows.rooms import bookings


def cancel(
    connection: Connection, office: Office, person: Person, instance_id: str, reason: str, now: datetime
) -> Advanced:
    """End a case where it stands; it stays readable, with the reason. The rooms that were booked for it are free again.

    Raises:
        PostRequired, CaseNumbered, CaseEnded: The person may not, or it has ended.
        ReasonRequired: There are no words, or too many.
    """
    instances.lock_instance(connection, instance_id)
    duties.require(permissions.may_cancel(person, instances.get_instance(connection, instance_id)))
    why = words(office, reason, required=True)
    ended = office.engine.cancel(connection, instance_id, why, Actor(person.username), now)
    bookings.release(connection, office, person.username, instance_id, why, now)
    return ended


def suspend(
    connection: Connection, office: Office, person: Person, instance_id: str, reason: str, now: datetime
) -> Advanced:
    """Stop a case's clocks.

    Raises:
        PostRequired, CaseSuspended, CaseEnded: The person may not, or it is suspended or ended already.
        ReasonRequired: There are no words, or too many.
        SuspensionRefused: An automatic step is under way.
    """
    instances.lock_instance(connection, instance_id)
    duties.require(permissions.may_suspend(person, instances.get_instance(connection, instance_id)))
    why = words(office, reason, required=True)
    return office.engine.suspend(connection, instance_id, why, Actor(person.username), now)


def resume(connection: Connection, office: Office, person: Person, instance_id: str, now: datetime) -> Advanced:
    """Let a suspended case go on; raise ``PostRequired`` or ``NotSuspended``."""
    instances.lock_instance(connection, instance_id)
    duties.require(permissions.may_resume(person, instances.get_instance(connection, instance_id)))
    return office.engine.resume(connection, instance_id, Actor(person.username), now)
