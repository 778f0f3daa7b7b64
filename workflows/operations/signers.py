"""加签 and 减签: others are asked to sign before, after or beside the owner of a step, or no longer."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from engine.marking import Token, unpack
from engine.model import Advanced, WorkItem, WorkItemRole, WorkItemState
from engine.persistence import work_items
from workflows import duties, permissions, worklist
from workflows.errors import PersonRefused, SignersRefused
from workflows.office import Office
from workflows.operations.chosen import chosen_people, words
from workflows.organisation import queries
from workflows.organisation.values import Person

BEFORE, AFTER, PARALLEL = "before", "after", "parallel"


def add_signer(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    version: int,
    people: Sequence[str],
    mode: str,
    reason: str,
    now: datetime,
) -> Advanced:
    """Ask others to sign.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who has the step in hand.
        work_item_id: The step, or the seat of a countersign.
        version: What they saw.
        people: Usernames; for a countersign of units the codes of units.
        mode: ``before`` the owner acts, ``after`` that, or in ``parallel`` as more seats of a countersign.
        reason: Why, in words.
        now: Aware instant.

    Returns:
        What the command left behind.

    Raises:
        SignersRefused: The step does not allow this mode, or signers before and after would be open at once.
        PersonRefused: Somebody cannot be chosen, or signs already.
    """
    locked = worklist.lock(connection, office, person, work_item_id, version, now)
    standing = worklist.stand_before(connection, office, person, locked, now)
    duties.require(permissions.may_add_signer(standing))
    token = unpack(locked.instance.snapshot).token(locked.token_id)
    _require_mode(mode, token, standing.step_items)
    seats = mode == PARALLEL
    units = seats and _has_units(connection, standing.step_items)
    chosen = _units(connection, people) if units else chosen_people(connection, people, "people", but=standing.rights)
    there = _there(standing.step_items, token, seats=seats)
    twice = next((one for one in chosen if one in there), None)
    if twice is not None:
        raise PersonRefused("people", twice, "twice")
    why = words(office, reason, required=False)
    return office.engine.add_signers(connection, locked, mode, chosen, why, standing.actor, now)


def remove_signer(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    version: int,
    signer: str,
    reason: str,
    now: datetime,
) -> Advanced:
    """Ask somebody no longer whom one has added; raise ``PersonRefused`` where they were not, or have signed."""
    locked = worklist.lock(connection, office, person, work_item_id, version, now)
    standing = worklist.stand_before(connection, office, person, locked, now)
    duties.require(permissions.may_remove_signer(standing))
    token = unpack(locked.instance.snapshot).token(locked.token_id)
    added = [one for one in standing.step_items if _signs(one, signer) and one.parent_id == locked.item.id]
    item_id = added[0].id if added else None
    if item_id is None and signer not in token.signers:
        raise PersonRefused("person", signer, "not_added")
    why = words(office, reason, required=False)
    return office.engine.remove_signer(connection, locked, signer, item_id, why, standing.actor, now)


def removable(connection: Connection, item: WorkItem, token: Token) -> list[str]:
    """Return whom the owner of a work item has added and could remove: usernames, or elements of seats."""
    items = work_items.list_of_token(connection, item.instance_id, token.id)
    added = [one for one in items if one.parent_id == item.id and one.state is WorkItemState.OPEN]
    return [one.seat or one.assignee or "" for one in added] + list(token.signers)


def _signs(item: WorkItem, signer: str) -> bool:
    return item.state is WorkItemState.OPEN and signer in (item.seat, item.assignee)


def _require_mode(mode: str, token: Token, items: Sequence[WorkItem]) -> None:
    if mode not in (BEFORE, AFTER, PARALLEL):
        raise SignersRefused("unknown_mode")
    if mode == PARALLEL and token.tally is None:
        raise SignersRefused("no_countersign")
    if mode == AFTER and token.tally is not None:
        raise SignersRefused("seat_after")
    before = any(one.role is WorkItemRole.BEFORE and one.state is WorkItemState.OPEN for one in items)
    if (mode == AFTER and before) or (mode == BEFORE and token.signers):
        raise SignersRefused("before_and_after")


def _has_units(connection: Connection, items: Sequence[WorkItem]) -> bool:
    codes = {one.code for one in queries.list_units(connection, include_disabled=True)}
    return any(one.seat in codes for one in items if one.seat is not None)


def _units(connection: Connection, chosen: Sequence[str]) -> list[str]:
    known = {one.code for one in queries.list_units(connection)}
    unknown = next((one for one in chosen if one not in known), None)
    if unknown is not None or not chosen:
        raise PersonRefused("people", unknown or "", "unknown" if unknown else "nobody")
    return list(dict.fromkeys(chosen))


def _there(items: Sequence[WorkItem], token: Token, *, seats: bool) -> set[str]:
    """Return who signs already: open or done, or still to be called."""
    counted = [one for one in items if one.state in (WorkItemState.OPEN, WorkItemState.COMPLETED)]
    pending = token.tally.pending if token.tally is not None else []
    if seats:
        return {one.seat for one in counted if one.seat is not None} | set(pending)
    return {one.assignee for one in counted if one.assignee is not None} | set(token.signers)
