"""What can be done with a work item as its case stands: the rules of permission, and what only a look at the case tells."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine.errors import ProcessError
from engine.marking import unpack
from engine.model import WorkItem
from engine.persistence import instances, work_items
from workflows.errors import NothingEarlier, PersonRefused, UrgedAlready
from workflows.office import Office
from workflows.operations.send_back import earlier_steps, why_not_withdrawn
from workflows.operations.signers import removable
from workflows.organisation import queries
from workflows.worklist import Choice, ItemDetail, Operation


def offered(connection: Connection, office: Office, detail: ItemDetail, now: datetime) -> tuple[Operation, ...]:
    """Return the operations of a work item's page, each with what it can be aimed at.

    Args:
        connection: For reading.
        office: The office.
        detail: The page, with what the rules of permission say.
        now: Aware instant.
    """
    return tuple(_looked_at(connection, office, detail.item, one, now) for one in detail.operations)


def _looked_at(
    connection: Connection, office: Office, item: WorkItem, operation: Operation, now: datetime
) -> Operation:
    if not operation.allowed:
        return operation
    refusal: ProcessError | None = None
    targets: tuple[Choice, ...] = ()
    if operation.name == "send_back":
        steps = earlier_steps(connection, office, item)
        targets = tuple(Choice(one.activity_id, one.name) for one in steps)
        refusal = None if steps else NothingEarlier(item.id)
    elif operation.name == "withdraw":
        refusal = why_not_withdrawn(connection, item)
    elif operation.name == "remove_signer":
        targets = _removable(connection, item)
        refusal = None if targets else PersonRefused("person", "", "not_added")
    elif operation.name == "urge" and item.urged_at is not None:
        again_at = item.urged_at + timedelta(hours=office.settings.urge_hours)
        refusal = UrgedAlready(item.urged_at, again_at) if now < again_at else None
    return replace(operation, refusal=refusal, targets=targets)


def _removable(connection: Connection, item: WorkItem) -> tuple[Choice, ...]:
    marking = unpack(instances.snapshot_of(connection, item.instance_id))
    token = marking.find_token(work_items.token_of(connection, item.id))
    added = removable(connection, item, token) if token is not None else []
    names = queries.names_of(connection, set(added))
    units = {one.code: one.name for one in queries.list_units(connection)}
    return tuple(Choice(one, units.get(one) or names.get(one, one)) for one in added)
