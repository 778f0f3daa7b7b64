"""Acting for somebody else (代理): whose work items are also a substitute's, to find and to do.

Apart from :mod:`workflows.permissions`, which is pure: this asks who substitutes for whom. No chain is followed.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from engine.errors import NotPermitted
from engine.model import ProcessInstance, WorkItem, WorkItemState
from engine.persistence.tables import process_definition, process_instance
from workflows.organisation.values import Person
from workflows.substitutions.errors import FlowNotSubstituted, SubstitutionNotInForce
from workflows.substitutions.queries import Owners, list_of_person, owners_for
from workflows.substitutions.values import SubstitutionState


def acting_for(
    connection: Connection, person: Person, item: WorkItem, case: ProcessInstance, now: datetime
) -> str | None:
    """Return for whom a person may act on an item that is not their own to act on.

    Args:
        connection: For reading; one query by index.
        person: Who wants to act.
        item: With its candidates.
        case: The item's case.
        now: Aware instant.

    Returns:
        The owner's username: the assignee, or of a pool item that nobody has claimed the first candidate; None where
        no substitution in force covers the flow.
    """
    if item.state is not WorkItemState.OPEN:
        return None
    owners = owners_for(connection, person.username, now)
    return next((one for one in _whose(item) if one in owners and _covers(owners[one], case)), None)


def why_not(
    connection: Connection, person: Person, item: WorkItem, case: ProcessInstance, now: datetime
) -> NotPermitted | None:
    """Say why a substitution does not let a person act on an item, or None where there is no such substitution."""
    mine = [one for one in list_of_person(connection, person.username) if one.substitute == person.username]
    about = [one for one in mine if one.owner in _whose(item)]
    for one in about:
        if one.state_at(now) is SubstitutionState.IN_FORCE and not one.covers(case.definition.key):
            return FlowNotSubstituted(one.owner)
    return SubstitutionNotInForce(about[0].owner, about[0].starts_at, about[0].over_at) if about else None


def theirs(column: ColumnElement[str | None], owners: Owners) -> ColumnElement[bool]:
    """Return the condition under which a column names somebody substituted for, in a flow that is covered.

    The case (``process_instance``) has to be among what is asked, or correlated.
    """
    return and_(column.in_(sorted(owners)), *_within(column, owners))


def mine(column: ColumnElement[str | None], person: Person, owners: Owners) -> ColumnElement[bool]:
    """Return the condition under which a column names a person, or somebody they substitute for; as :func:`theirs`."""
    if not owners:
        return column == person.username
    return and_(column.in_(sorted({person.username, *owners})), *_within(column, owners))


def _whose(item: WorkItem) -> tuple[str, ...]:
    return (item.assignee,) if item.assignee is not None else item.candidates


def _covers(flows: frozenset[str] | None, case: ProcessInstance) -> bool:
    return flows is None or case.definition.key in flows


def _within(column: ColumnElement[str | None], owners: Owners) -> list[ColumnElement[bool]]:
    return [
        or_(
            column != owner,
            process_instance.c.definition_id.in_(
                select(process_definition.c.id).where(process_definition.c.key.in_(sorted(flows)))
            ),
        )
        for owner, flows in sorted(owners.items())
        if flows is not None
    ]
