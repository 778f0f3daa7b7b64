"""Withdraw: somebody takes a step back that they have completed, while nobody has acted on what followed from it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine.commands.case import Case, input_entry
from engine.commands.edit import moved_entry
from engine.errors import WithdrawalRefused
from engine.execution.moves import Move
from engine.marking import Arrival, Marking
from engine.model import INPUTS, Actor, Advanced, EventKind, HistoryEvent, Value, WorkItem, WorkItemRole, WorkItemState
from engine.persistence import history, work_items
from engine.persistence.work_items import LockedWorkItem

WITHDRAW = "withdraw"
MOST_CONSEQUENCES = 2_000
"""More than any step has in practice; a step that has more cannot be withdrawn."""
IRREVOCABLE = frozenset(
    {
        EventKind.SERVICE_RETURNED,
        EventKind.SERVICE_REQUESTED,
        EventKind.MESSAGE_THROWN,
        EventKind.SIGNAL_THROWN,
        EventKind.VARIABLES_SET,
    }
)
"""Consequences that have reached somebody else, or cannot be told apart from what was there before."""


@dataclass(frozen=True)
class Done:
    """A completed work item as history tells it: the scope of its token, and what followed until the next command."""

    scope: int
    consequences: tuple[HistoryEvent, ...]

    @property
    def opened(self) -> list[str]:
        """The work items that were opened because of it."""
        return [str(one.work_item_id) for one in self.consequences if one.kind == EventKind.WORK_ITEM_OPENED]


def find_done(connection: Connection, instance_id: str, work_item_id: str) -> Done:
    """Return what history tells of a completed work item; raise ``WithdrawalRefused`` where it says too little."""
    events = [one.event for one in history.list_events(connection, instance_id, about=work_item_id)]
    done = next((one for one in reversed(events) if one.kind == EventKind.WORK_ITEM_COMPLETED), None)
    if done is None or "scope" not in done.data:
        raise WithdrawalRefused(work_item_id, "too_old")
    following = [one.event for one in history.list_events(connection, instance_id, done.seq, limit=MOST_CONSEQUENCES)]
    ended = next((place for place, one in enumerate(following) if one.kind in INPUTS), len(following))
    return Done(int(str(done.data["scope"])), tuple(following[:ended]))


def plan_withdrawal(
    connection: Connection, marking: Marking, item: WorkItem, token_id: int
) -> tuple[Move | None, Done]:
    """Return the edit that puts a completed step back where it was.

    Args:
        connection: For reading.
        marking: The case as it stands.
        item: The completed work item.
        token_id: Its token.

    Returns:
        The edit, or None where it was one seat of a countersign that goes on; with it what history tells of the step.

    Raises:
        WithdrawalRefused: It cannot be taken back; ``reason`` says why.
    """
    done = find_done(connection, item.instance_id, item.id)
    settled = next((one for one in done.consequences if one.kind == EventKind.MARKING_SETTLED), None)
    if settled is None:
        raise WithdrawalRefused(item.id, "moved_on")
    if any(one.kind in IRREVOCABLE for one in done.consequences):
        raise WithdrawalRefused(item.id, "followed")
    for following in (work_items.get_work_item(connection, one) for one in done.opened):
        if following.state is not WorkItemState.OPEN or following.version > 1:
            raise WithdrawalRefused(item.id, "handled")
    token = marking.find_token(token_id)
    if token is not None:
        if item.seat is None or item.role is not WorkItemRole.STEP:
            raise WithdrawalRefused(item.id, "others_sign")
        return None, done
    if item.seat is not None or item.role is not WorkItemRole.STEP:
        raise WithdrawalRefused(item.id, "decided")
    moved: Mapping[str, Any] = settled.data["moved"]  # type: ignore[assignment]  # what the settled event tells
    made, arrived = moved.get("made", ()), [Arrival(*one) for one in moved.get("arrived", ())]
    there = {one.id for one in marking.tokens}.issuperset(made) and not Counter(arrived) - Counter(marking.arrivals)
    if moved.get("gone") != [token_id] or moved.get("joined") or not there or done.scope not in marking.scopes:
        raise WithdrawalRefused(item.id, "moved_on")
    return Move(tuple(made), tuple(arrived), (item.activity_id, done.scope)), done


def withdraw(case: Case, locked: LockedWorkItem, reason: str, actor: Actor) -> Advanced:
    """Take a completed step back; raise ``WithdrawalRefused``."""
    item, person = locked.item, str(locked.item.assignee)
    move, done = plan_withdrawal(case.connection, case.marking, item, locked.token_id)
    work_items.withdraw(case.connection, item.id)
    execution = case.execution()
    if move is not None:
        execution.move(move.take, move.drop, move.put, move.arrive, person)
        return case.settle(execution, [moved_entry(move, WITHDRAW, reason, person, None, item.id)], actor)
    siblings = work_items.list_of_token(case.connection, case.instance.id, locked.token_id)
    following = next((one.seat for one in siblings if one.id in done.opened), None)
    execution.withdraw_vote(locked.token_id, str(item.seat), str(item.decision), person, following)
    data: dict[str, Value] = {
        "token": locked.token_id,
        "seat": item.seat,
        "decision": item.decision,
        "person": person,
        "following": following,
        "reason": reason,
    }
    told = input_entry(EventKind.WORK_ITEM_WITHDRAWN, data, item.activity_id, item.id)
    return case.settle(execution, [told], actor)
