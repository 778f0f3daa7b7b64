"""Claim a work item out of a pool, and put it back."""

from datetime import datetime

from sqlalchemy import Connection

from engine.commands.tell import tell
from engine.delegates import Vocabulary
from engine.errors import WorkItemAlreadyClaimed
from engine.model import Actor, EventKind
from engine.persistence import work_items
from engine.persistence.work_items import LockedWorkItem


def claim_work_item(
    connection: Connection, vocabulary: Vocabulary, locked: LockedWorkItem, actor: Actor, now: datetime
) -> None:
    """Make the actor, or whom they act for, the assignee of a pool item.

    Raises:
        WorkItemAlreadyClaimed: Somebody is already.
    """
    if locked.item.assignee is not None:
        raise WorkItemAlreadyClaimed(locked.item.id, locked.item.assignee, locked.claimed_at)
    at = tell(connection, vocabulary, locked.instance, EventKind.WORK_ITEM_CLAIMED, {}, actor, now, about=locked)
    work_items.assign(connection, locked, actor.acts_as, at)


def release_work_item(
    connection: Connection, vocabulary: Vocabulary, locked: LockedWorkItem, actor: Actor, now: datetime
) -> None:
    """Put a claimed item back into its pool."""
    tell(connection, vocabulary, locked.instance, EventKind.WORK_ITEM_RELEASED, {}, actor, now, about=locked)
    work_items.assign(connection, locked, None, None)
