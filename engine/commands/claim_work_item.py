"""Claim a work item out of a pool, and put it back."""

from datetime import datetime

from sqlalchemy import Connection

from engine.errors import WorkItemAlreadyClaimed
from engine.history import Entry
from engine.model import SEMANTICS_VERSION, Actor, EventKind
from engine.persistence import history, instances, work_items
from engine.persistence.work_items import LockedWorkItem


def claim_work_item(connection: Connection, locked: LockedWorkItem, actor: Actor, now: datetime) -> None:
    """Make the actor the assignee of a pool item; raise ``WorkItemAlreadyClaimed`` where somebody is already."""
    if locked.item.assignee is not None:
        raise WorkItemAlreadyClaimed(locked.item.id, locked.item.assignee, locked.claimed_at)
    work_items.assign(connection, locked, actor.username, now)
    _tell(connection, locked, EventKind.WORK_ITEM_CLAIMED, actor, now)


def release_work_item(connection: Connection, locked: LockedWorkItem, actor: Actor, now: datetime) -> None:
    """Put a claimed item back into its pool."""
    work_items.assign(connection, locked, None, None)
    _tell(connection, locked, EventKind.WORK_ITEM_RELEASED, actor, now)


def _tell(connection: Connection, locked: LockedWorkItem, kind: EventKind, actor: Actor, now: datetime) -> None:
    entry = Entry(kind, {"semantics_version": SEMANTICS_VERSION}, locked.item.activity_id, locked.item.id)
    head = history.append(connection, locked.instance.id, locked.instance.head, [entry], actor, now)
    instances.set_head(connection, locked.instance, head)
