"""Claim a work item out of a pool, and put it back."""

from datetime import datetime

from sqlalchemy import Connection

from engine.commands.case import input_entry
from engine.commands.tell import tell
from engine.errors import WorkItemAlreadyClaimed
from engine.model import Actor, EventKind
from engine.persistence import work_items
from engine.persistence.work_items import LockedWorkItem


def claim_work_item(connection: Connection, locked: LockedWorkItem, actor: Actor, now: datetime) -> None:
    """Make the actor the assignee of a pool item; raise ``WorkItemAlreadyClaimed`` where somebody is already."""
    if locked.item.assignee is not None:
        raise WorkItemAlreadyClaimed(locked.item.id, locked.item.assignee, locked.claimed_at)
    at = max(now, locked.instance.head_at)
    work_items.assign(connection, locked, actor.username, at)
    _tell(connection, locked, EventKind.WORK_ITEM_CLAIMED, actor, at)


def release_work_item(connection: Connection, locked: LockedWorkItem, actor: Actor, now: datetime) -> None:
    """Put a claimed item back into its pool."""
    work_items.assign(connection, locked, None, None)
    _tell(connection, locked, EventKind.WORK_ITEM_RELEASED, actor, max(now, locked.instance.head_at))


def _tell(connection: Connection, locked: LockedWorkItem, kind: EventKind, actor: Actor, at: datetime) -> None:
    entry = input_entry(kind, {}, locked.item.activity_id, locked.item.id)
    tell(connection, locked.instance, entry, (), actor, at)
