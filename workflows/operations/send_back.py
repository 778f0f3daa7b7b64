"""退回: send a step back to one that was done before, with a look beforehand at what that changes; 撤回: take one's own back."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.commands.withdraw import plan_withdrawal
from engine.errors import Conflict, MoveRefused
from engine.execution import moves
from engine.execution.joins import onward
from engine.marking import Marking, unpack
from engine.model import Advanced, EventKind, Value, WorkItem, WorkItemRole, WorkItemState
from engine.persistence import history, instances, work_items
from engine.process import PERSON_TASKS, Process
from workflows import duties, permissions, worklist
from workflows.errors import NeverPassed
from workflows.office import Office
from workflows.operations.chosen import words
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.visibility import require_visible

AGAIN, DIRECT = "again", "direct"


@dataclass(frozen=True)
class Earlier:
    """A step to which an item can be sent back: its id and name, and who did it last."""

    activity_id: str
    name: str
    person: str | None


@dataclass(frozen=True)
class Preview:
    """What sending back would do.

    Attributes:
        cancels: Open work items that would be cancelled.
        restarts: Names of the steps that open again at once.
        keeps: Open work items beside it that go on, and steps done whose opinions stay.
        way_back: Names of the steps in the way back to this one.
    """

    cancels: tuple[WorkItem, ...]
    restarts: tuple[str, ...]
    keeps: tuple[WorkItem, ...]
    way_back: tuple[str, ...]


def earlier_steps(connection: Connection, office: Office, item: WorkItem) -> list[Earlier]:
    """Return the steps that a work item can be sent back to: certainly passed, and done by somebody; the nearest first."""
    process, marking, token_id = _standing_at(connection, office, item)
    if marking.find_token(token_id) is None:
        return []
    done = _last_done(connection, item.instance_id)
    targets = moves.send_back_targets(process, marking, marking.token(token_id))
    steps = [
        Earlier(one.activity_id, process.activity(one.activity_id).name, done[one.activity_id].assignee)
        for one in targets
        if one.activity_id in done
    ]
    return sorted(
        steps, key=lambda one: done[one.activity_id].closed_at or done[one.activity_id].opened_at, reverse=True
    )


def preview(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    to: str,
    now: datetime,
    resubmit: str = AGAIN,
) -> Preview:
    """Return what sending a work item back would do, without doing it.

    Raises:
        CaseNotVisible: The person has no part in the case.
        NeverPassed, MoveRefused: It cannot be sent back there.
    """
    item = work_items.get_work_item(connection, work_item_id)
    require_visible(connection, person, item.instance_id, now)
    process, marking, token_id = _standing_at(connection, office, item)
    if marking.find_token(token_id) is None:
        raise MoveRefused(item.activity_id, to, "not_passed")
    done = _last_done(connection, item.instance_id)
    if to not in done:
        raise NeverPassed(to)
    move = moves.plan_send_back(process, marking, token_id, to, direct=resubmit == DIRECT)
    items = work_items.list_of_instance(connection, item.instance_id)
    tokens = _with_what_hangs_on_them(marking, set(move.take))
    opened = [one for one in items if one.state is WorkItemState.OPEN and one.role is not WorkItemRole.COPY]
    cancels = tuple(one for one in opened if work_items.token_of(connection, one.id) in tokens)
    beside = [one for one in items if one.state is WorkItemState.COMPLETED and one.opinion]
    kept = tuple(one for one in opened if one not in cancels) + tuple(beside)
    way: tuple[str, ...] = (process.activity(to).name, process.activity(item.activity_id).name)
    if resubmit != DIRECT:
        way = tuple(process.activity(one).name for one in _way(process, to, item.activity_id))
    return Preview(cancels, (process.activity(to).name,), kept, way)


def send_back(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    version: int,
    to: str,
    reason: str,
    now: datetime,
    resubmit: str = AGAIN,
) -> Advanced:
    """Send a work item back; whoever did the step before has it again, unless they have left.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who sends back.
        work_item_id: What is sent back.
        version: What they saw.
        to: A step that was certainly passed, and done.
        reason: Why, in words.
        now: Aware instant.
        resubmit: ``again``: all steps between are run again; ``direct``: it comes straight back.

    Returns:
        What the command left behind.

    Raises:
        ReasonRequired: There are no words, or too many.
        NeverPassed, MoveRefused: It cannot be sent back there.
        NobodyToAct: The step would have nobody who can act.
    """
    locked = worklist.lock(connection, office, person, work_item_id, version, now)
    standing = worklist.stand_before(connection, office, person, locked, now)
    duties.require(permissions.may_send_back(standing))
    why = words(office, reason, required=True)
    done = _last_done(connection, locked.instance.id)
    if to not in done:
        raise NeverPassed(to)
    before = done[to].assignee if done[to].seat is None else None
    found = queries.find_person(connection, before) if before is not None else None
    whose = before if found is not None and not found.disabled else None
    return office.engine.send_back(
        connection, locked, to, why, standing.actor, now, person=whose, direct=resubmit == DIRECT
    )


def withdraw(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    version: int,
    reason: str,
    now: datetime,
) -> Advanced:
    """Take one's own step back while nobody has acted on what followed; raise ``WithdrawalRefused``.

    What was said there, and the files with it, is kept as a draft, so that a slip can be mended without typing everything again.
    """
    locked = worklist.lock(connection, office, person, work_item_id, version, now, completed=True)
    standing = worklist.stand_before(connection, office, person, locked, now)
    duties.require(permissions.may_withdraw(standing))
    why = words(office, reason, required=False)
    advanced = office.engine.withdraw(connection, locked, why, standing.actor, now)
    files = _handed_in(connection, locked.item)
    if locked.item.opinion or files:
        content = {"variables": {}, "opinion": locked.item.opinion or "", "attachments": files}
        for again in advanced.opened:
            work_items.save_draft(connection, again.id, person.username, content, now)
    return advanced


def _handed_in(connection: Connection, item: WorkItem) -> list[Value]:
    """Return the attachments that a completed work item was handed in with."""
    completed = history.list_of_kind(connection, item.instance_id, EventKind.WORK_ITEM_COMPLETED)
    last = next((one.event for one in reversed(completed) if one.event.work_item_id == item.id), None)
    ids = last.data.get("attachments") if last is not None else None
    return list(ids) if isinstance(ids, list) else []


def find_withdrawable(
    connection: Connection, office: Office, person: Person, work_item_id: str, now: datetime
) -> WorkItem | None:
    """Return a work item if the person may take it back as its case stands, else None."""
    item = work_items.get_work_item(connection, work_item_id)
    standing = worklist.stand_at(connection, office, person, item, now)
    refused = permissions.may_withdraw(standing) or why_not_withdrawn(connection, office, item)
    return None if refused else item


def why_not_withdrawn(connection: Connection, office: Office, item: WorkItem) -> Conflict | None:
    """Say why a completed work item cannot be taken back as the case stands, or nothing where it can."""
    process, marking, token_id = _standing_at(connection, office, item)
    try:
        plan_withdrawal(connection, process, marking, item, token_id)
    except Conflict as refused:
        return refused
    return None


def _standing_at(connection: Connection, office: Office, item: WorkItem) -> tuple[Process, Marking, int]:
    process = office.engine.process_of(connection, item.instance_id)
    marking = unpack(instances.snapshot_of(connection, item.instance_id))
    return process, marking, work_items.token_of(connection, item.id)


def _last_done(connection: Connection, instance_id: str) -> dict[str, WorkItem]:
    """Return the last completed work item of each step."""
    items = work_items.list_of_instance(connection, instance_id)
    return {
        one.activity_id: one for one in items if one.state is WorkItemState.COMPLETED and one.role is WorkItemRole.STEP
    }


def _with_what_hangs_on_them(marking: Marking, tokens: set[int]) -> set[int]:
    """Return tokens with those in the scopes that belong to them, at any depth."""
    found = set(tokens)
    while True:
        scopes = {scope.id for scope in marking.scopes.values() if scope.token in found}
        inside = {token.id for token in marking.tokens if token.scope in scopes} - found
        if not inside:
            return found
        found |= inside


def _way(process: Process, start: str, end: str) -> list[str]:
    """Return the persons' steps on the shortest way between two, both included."""
    ways: deque[tuple[str, ...]] = deque([(start,)])
    seen = {start}
    while ways:
        way = ways.popleft()
        if way[-1] == end:
            return [one for one in way if process.activity(one).element in PERSON_TASKS]
        for following in onward(process, way[-1]):
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return [start, end]
