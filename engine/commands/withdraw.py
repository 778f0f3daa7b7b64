"""Withdraw: somebody takes a step back that they have completed, while nobody has acted on what followed from it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine.commands.case import Case, input_entry
from engine.commands.edit import moved_entry
from engine.errors import WithdrawalRefused
from engine.execution.moves import Move
from engine.marking import Arrival, Marking
from engine.model import (
    INPUTS,
    WITHDRAW,
    Actor,
    Advanced,
    EventKind,
    HistoryEvent,
    Value,
    WorkItem,
    WorkItemRole,
    WorkItemState,
)
from engine.persistence import history, work_items
from engine.persistence.work_items import LockedWorkItem
from engine.process import Process

MOST_FOLLOWING = 2_000
"""A step that more events have followed cannot be withdrawn; so much is read of a history, and no more."""
HAPPENED = frozenset({EventKind.TIMER_FIRED, EventKind.MESSAGE_RECEIVED, EventKind.SIGNAL_RECEIVED})
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
    """A completed work item as history tells it.

    Attributes:
        scope: Of its token.
        back: Where its token went straight, if it did.
        consequences: What followed until the next command.
        later: What followed after that.
    """

    scope: int
    back: list[Value] | None
    consequences: tuple[HistoryEvent, ...]
    later: tuple[HistoryEvent, ...]

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
    following = [one.event for one in history.list_events(connection, instance_id, done.seq, limit=MOST_FOLLOWING)]
    if len(following) == MOST_FOLLOWING:
        raise WithdrawalRefused(work_item_id, "moved_on")
    ended = next((place for place, one in enumerate(following) if one.kind in INPUTS), len(following))
    data: Mapping[str, Any] = done.data
    return Done(int(data["scope"]), data.get("back"), tuple(following[:ended]), tuple(following[ended:]))


def plan_withdrawal(
    connection: Connection, process: Process, marking: Marking, item: WorkItem, token_id: int
) -> tuple[Move | None, Done]:
    """Return the edit that puts a completed step back where it was.

    Args:
        connection: For reading.
        process: The case's definition.
        marking: The case as it stands.
        item: The completed work item.
        token_id: Its token.

    Returns:
        The edit, or None where it was one seat of a countersign that goes on; with it what history tells of the step.

    Raises:
        WithdrawalRefused: It cannot be taken back; ``reason`` says why.
    """
    if marking.cancelled or item.activity_id not in process.activities:
        raise WithdrawalRefused(item.id, "moved_on")
    done = find_done(connection, item.instance_id, item.id)
    settled = next((one for one in done.consequences if one.kind == EventKind.MARKING_SETTLED), None)
    if settled is None:
        raise WithdrawalRefused(item.id, "moved_on")
    if any(one.kind in IRREVOCABLE for one in done.consequences):
        raise WithdrawalRefused(item.id, "followed")
    for following in (work_items.get_work_item(connection, one) for one in done.opened):
        if following.state is not WorkItemState.OPEN or following.version > 1:
            raise WithdrawalRefused(item.id, "handled")
    if any(one.kind == EventKind.SIGNERS_ADDED and one.work_item_id in done.opened for one in done.later):
        raise WithdrawalRefused(item.id, "handled")
    token = marking.find_token(token_id)
    if token is not None:
        if item.seat is None or item.role is not WorkItemRole.STEP:
            raise WithdrawalRefused(item.id, "others_sign")
        return None, done
    if item.seat is not None or item.role is not WorkItemRole.STEP:
        raise WithdrawalRefused(item.id, "decided")
    moved = _moved(settled)
    made, arrived = moved.get("made", ()), [Arrival(*one) for one in moved.get("arrived", ())]
    there = {one.id for one in marking.tokens}.issuperset(made) and not Counter(arrived) - Counter(marking.arrivals)
    alone = moved.get("gone") == [token_id] and not moved.get("joined") and not moved.get("disarmed")
    if not alone or not there or done.scope not in marking.scopes or _touched(done.later, moved):
        raise WithdrawalRefused(item.id, "moved_on")
    return Move(tuple(made), tuple(arrived), (item.activity_id, done.scope)), done


def _moved(settled: HistoryEvent) -> Mapping[str, Any]:
    moved: Mapping[str, Any] = settled.data["moved"]  # type: ignore[assignment]  # what the settled event tells
    return moved


def _touched(later: Sequence[HistoryEvent], moved: Mapping[str, Any]) -> bool:
    """Tell whether something that a step left behind has moved since; where it left nothing, whether anything has."""
    made, arrived = moved.get("made", ()), moved.get("arrived", ())
    if any(one.kind in HAPPENED and one.data["holder"] in made for one in later):
        return True
    since = [_moved(one) for one in later if one.kind == EventKind.MARKING_SETTLED]
    if not made and not arrived:
        return any(since)
    return any(one in arrived for change in since for one in change.get("joined", ()))


def withdraw(case: Case, locked: LockedWorkItem, reason: str, actor: Actor) -> Advanced:
    """Take a completed step back; raise ``WithdrawalRefused``."""
    item, person = locked.item, str(locked.item.assignee)
    move, done = plan_withdrawal(case.connection, case.deployed.process, case.marking, item, locked.token_id)
    work_items.withdraw(case.connection, item.id)
    execution = case.execution()
    if move is not None:
        execution.move(move.take, move.drop, move.put, move.arrive, person, done.back)
        return case.settle(execution, [moved_entry(move, WITHDRAW, reason, person, done.back, item.id)], actor)
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
