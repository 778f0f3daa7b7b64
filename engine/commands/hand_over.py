"""Commands by which an open work item changes hands, or its hands are told something: the marking stays as it is."""

from datetime import datetime

from sqlalchemy import Connection

from engine.commands.tell import tell
from engine.delegates import Vocabulary
from engine.model import READ, Actor, Completion, EventKind, Value
from engine.persistence import work_items
from engine.persistence.work_items import LockedWorkItem


def transfer(
    connection: Connection,
    vocabulary: Vocabulary,
    locked: LockedWorkItem,
    to: str,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    intervention: bool = False,
) -> None:
    """Give a work item to somebody who decides in the giver's place; an ``intervention`` is told as one."""
    told: dict[str, Value] = {"from": locked.item.assignee, "to": to, "reason": reason}
    if intervention:
        told["intervention"] = True
    tell(connection, vocabulary, locked.instance, EventKind.WORK_ITEM_TRANSFERRED, told, actor, now, about=locked)
    work_items.hand_over(connection, locked, to, None)


def delegate(
    connection: Connection,
    vocabulary: Vocabulary,
    locked: LockedWorkItem,
    to: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a work item to somebody for an opinion; it returns to its owner, who decides."""
    owner = locked.item.assignee or actor.acts_as
    told = {"from": owner, "to": to, "reason": reason}
    tell(connection, vocabulary, locked.instance, EventKind.WORK_ITEM_DELEGATED, told, actor, now, about=locked)
    work_items.hand_over(connection, locked, to, owner)


def resolve(
    connection: Connection, vocabulary: Vocabulary, locked: LockedWorkItem, opinion: str, actor: Actor, now: datetime
) -> None:
    """Return a work item to its owner, with the opinion that was asked for."""
    owner = str(locked.item.owner)
    told = {"from": locked.item.assignee, "to": owner, "opinion": opinion}
    tell(connection, vocabulary, locked.instance, EventKind.WORK_ITEM_RESOLVED, told, actor, now, about=locked)
    work_items.hand_over(connection, locked, owner, None)


def urge(
    connection: Connection, vocabulary: Vocabulary, locked: LockedWorkItem, message: str, actor: Actor, now: datetime
) -> None:
    """Urge those who have a work item in hand."""
    item = locked.item
    asked: list[Value] = [item.assignee] if item.assignee else list(item.candidates)
    told: dict[str, Value] = {"message": message, "to": asked}
    at = tell(connection, vocabulary, locked.instance, EventKind.WORK_ITEM_URGED, told, actor, now, about=locked)
    work_items.note_urged(connection, item.id, at)


def confirm(
    connection: Connection, vocabulary: Vocabulary, locked: LockedWorkItem, actor: Actor, now: datetime
) -> None:
    """Confirm what somebody has recorded for the actor."""
    at = tell(connection, vocabulary, locked.instance, EventKind.WORK_ITEM_CONFIRMED, {}, actor, now, about=locked)
    work_items.note_confirmed(connection, locked.item.id, at)


def mark_read(
    connection: Connection, vocabulary: Vocabulary, locked: LockedWorkItem, opinion: str, actor: Actor, now: datetime
) -> None:
    """Say that a copy was read."""
    told = {"opinion": opinion}
    at = tell(connection, vocabulary, locked.instance, EventKind.WORK_ITEM_READ, told, actor, now, about=locked)
    work_items.close(connection, locked, actor, Completion(READ, opinion), at)
