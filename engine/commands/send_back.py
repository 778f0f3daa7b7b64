"""Send a work item back to an earlier step."""

from engine.commands.case import Case
from engine.commands.edit import moved_entry
from engine.execution.moves import Move
from engine.model import SEND_BACK, Actor, Advanced, Completion, Value, WorkItemState
from engine.persistence import work_items
from engine.persistence.work_items import LockedWorkItem


def send_back(
    case: Case, locked: LockedWorkItem, move: Move, reason: str, actor: Actor, to: str | None, *, direct: bool
) -> Advanced:
    """Carry out a send back.

    Args:
        case: The work item's case, opened.
        locked: The work item that is sent back.
        move: What :mod:`engine.execution.moves` planned.
        reason: The actor's words.
        actor: Who sends back.
        to: Whose the earlier step is to be again; without it, as its model says.
        direct: Whether its token then comes straight back to this step, and to this person.

    Returns:
        What the command left behind.

    Raises:
        NobodyToAct: The step would have nobody who can act.
    """
    item = locked.item
    work_items.close(case.connection, locked, actor, Completion(SEND_BACK, reason), case.now, WorkItemState.RETURNED)
    back: list[Value] | None = None
    if direct:
        owner = None if item.seat is not None else (item.assignee or actor.acts_as)
        back = [item.activity_id, case.marking.token(locked.token_id).scope, owner]
    execution = case.execution()
    execution.move(move.take, move.drop, move.put, move.arrive, to, back)
    return case.settle(execution, [moved_entry(move, SEND_BACK, reason, to, back, item.id)], actor)
