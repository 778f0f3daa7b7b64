"""Complete a work item: what a person did with it, and all that follows."""

from datetime import datetime

from sqlalchemy import Connection

from engine import marking as markings
from engine.commands.case import Case, input_entry, record_entry
from engine.definitions import Deployed
from engine.delegates import Vocabulary
from engine.errors import UnknownDecision
from engine.history import Entry
from engine.marking import Marking
from engine.model import Actor, Advanced, Completion, EventKind, WorkItem, WorkItemRole
from engine.persistence import work_items
from engine.persistence.work_items import LockedWorkItem
from engine.process import SEAT_DECISIONS, Activity, Decision


def complete_work_item(
    connection: Connection,
    vocabulary: Vocabulary,
    deployed: Deployed,
    locked: LockedWorkItem,
    marking: Marking,
    actor: Actor,
    completion: Completion,
    now: datetime,
) -> Advanced:
    """Complete a work item and let its token run on.

    Args:
        connection: In the transaction that holds the lock.
        vocabulary: What the engine was handed.
        deployed: The case's definition.
        locked: The work item, at the version the person saw.
        marking: The case's marking, as unpacked from ``locked``; it is changed.
        actor: Who acts; that they may is for the caller to say.
        completion: What they hand in, already judged.
        now: Aware instant.

    Returns:
        What the command left behind.

    Raises:
        UnknownDecision: The step does not offer this decision.
        NobodyToAct: A step that follows would have nobody who can act.
        StaleWorkItem: Another transaction was faster.
    """
    item = locked.item
    activity = deployed.process.activity(item.activity_id)
    require_offered(activity, item.role, completion.decision)
    for change in completion.records:
        vocabulary.records[change.record](connection, change)
    case = Case(connection, vocabulary, deployed, locked.instance, now, marking)
    work_items.close(connection, locked, actor, completion, case.now)
    if locked.drafted:
        work_items.drop_draft(connection, item.id, actor.username)
    execution = case.execution()
    scope = case.marking.token(locked.token_id).scope
    if item.role is WorkItemRole.STEP:
        execution.complete(locked.token_id, completion, item.seat)
    else:
        execution.sign(locked.token_id)
    told = [completed_entry(item, locked.token_id, scope, completion)]
    told.extend(map(record_entry, completion.records))
    return case.settle(execution, told, actor)


def require_offered(activity: Activity, role: WorkItemRole, decision: str) -> None:
    """Raise ``UnknownDecision`` unless the step, or a signer of it, is offered this decision."""
    allowed = tuple(offered.value for offered in decisions_of(activity, role))
    if decision not in allowed:
        raise UnknownDecision("decision", decision, allowed)


def decisions_of(activity: Activity, role: WorkItemRole) -> tuple[Decision, ...]:
    """Return what may be decided: what the step offers, or for a signer whether they agree."""
    return activity.decisions if role is WorkItemRole.STEP else SEAT_DECISIONS


def completed_entry(item: WorkItem, token_id: int, scope: int, completion: Completion) -> Entry:
    """Return the input event of a completion."""
    return input_entry(
        EventKind.WORK_ITEM_COMPLETED,
        {
            "token": token_id,
            "scope": scope,
            "seat": item.seat,
            "decision": completion.decision,
            "opinion": completion.opinion,
            "circled": completion.circled,
            "attachments": list(completion.attachments),
            "variables": dict(completion.variables),
        },
        item.activity_id,
        item.id,
    )


def unpacked(locked: LockedWorkItem) -> Marking:
    """Return the marking of the case a locked work item belongs to."""
    return markings.unpack(locked.instance.snapshot)
