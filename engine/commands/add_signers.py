"""Add signers to a step, and remove them."""

from collections.abc import Sequence

from engine.commands.case import Case, input_entry
from engine.history import Entry
from engine.model import Actor, Advanced, EventKind, Value
from engine.persistence.work_items import LockedWorkItem


def add_signers(
    case: Case, locked: LockedWorkItem, mode: str, people: Sequence[str], reason: str, actor: Actor
) -> Advanced:
    """Ask people to sign before or after a work item's owner, or beside them.

    Args:
        case: The work item's case, opened.
        locked: The work item.
        mode: ``before``, ``after`` or ``parallel``; see :meth:`engine.execution.signing.Signing.add_signers`.
        people: Usernames, or elements of the countersign's collection.
        reason: The actor's words.
        actor: Who asks.

    Returns:
        What the command left behind.

    Raises:
        NobodyToAct: A seat would have nobody who can act.
    """
    execution = case.execution()
    execution.add_signers(locked.token_id, locked.item.id, mode, people)
    data: dict[str, Value] = {"token": locked.token_id, "mode": mode, "people": list(people), "reason": reason}
    return case.settle(execution, [_about(locked, EventKind.SIGNERS_ADDED, data)], actor)


def remove_signer(
    case: Case, locked: LockedWorkItem, person: str, work_item_id: str | None, reason: str, actor: Actor
) -> Advanced:
    """Ask somebody no longer who was added to a step.

    Args:
        case: The work item's case, opened.
        locked: The work item whose owner added them.
        person: Who was added: a username or the element of a seat.
        work_item_id: Theirs, where it is open.
        reason: The actor's words.
        actor: Who removes.

    Returns:
        What the command left behind.
    """
    execution = case.execution()
    execution.remove_signer(locked.token_id, person, work_item_id)
    data: dict[str, Value] = {"token": locked.token_id, "person": person, "item": work_item_id, "reason": reason}
    return case.settle(execution, [_about(locked, EventKind.SIGNER_REMOVED, data)], actor)


def _about(locked: LockedWorkItem, kind: EventKind, data: dict[str, Value]) -> Entry:
    return input_entry(kind, data, locked.item.activity_id, locked.item.id)
