"""Commands that edit a case from outside its flow: tokens moved, another version."""

from collections.abc import Mapping

from engine.commands import overdue
from engine.commands.case import Case, input_entry
from engine.definitions import Deployed
from engine.errors import MigrationRefused
from engine.execution import migration
from engine.execution.moves import Move
from engine.history import Entry
from engine.model import Actor, Advanced, EventKind, Value
from engine.persistence import work_items


def move_token(case: Case, move: Move, mode: str, reason: str, actor: Actor) -> Advanced:
    """Carry out a move.

    Args:
        case: The case.
        move: What :mod:`engine.execution.moves` planned for its marking.
        mode: ``send_back`` or ``jump``, for the reader of the history.
        reason: The actor's words.
        actor: Who moves.

    Returns:
        What the command left behind.

    Raises:
        NobodyToAct: The step would have nobody who can act.
    """
    execution = case.execution()
    execution.move(move.take, move.drop, move.put, move.arrive)
    return case.settle(execution, [moved_entry(move, mode, reason)], actor)


def moved_entry(
    move: Move,
    mode: str,
    reason: str,
    to: str | None = None,
    back: list[Value] | None = None,
    work_item_id: str | None = None,
) -> Entry:
    """Return the input event of a move; the work item that was sent back, or taken back, is closed by it."""
    data: dict[str, Value] = {
        "mode": mode,
        "reason": reason,
        "take": list(move.take),
        "drop": [[one.join, one.flow, one.scope] for one in move.drop],
        "put": list(move.put),
        "arrive": [[one.join, one.flow, one.scope] for one in move.arrive],
    }
    if to is not None:
        data["to"] = to
    if back is not None:
        data["back"] = back
    return input_entry(EventKind.TOKEN_MOVED, data, move.put[0], work_item_id)


def migrate(case: Case, old: Deployed, renamed: Mapping[str, str], actor: Actor, reason: str = "") -> Advanced:
    """Move a case to the version it was opened with, from the version it runs on.

    Args:
        case: The case, opened on the version it is to move to.
        old: The version it runs on.
        renamed: Ids of the old version and what they are called in the new one.
        actor: Who migrates.
        reason: Why, in words; history keeps it.

    Returns:
        What the command left behind.

    Raises:
        MigrationRefused: Something has no place in the other version.
        CaseSuspended: The case is suspended.
    """
    planned = migration.plan(old.process, case.deployed.process, case.marking, renamed)
    if planned.refused:
        raise MigrationRefused(planned.refused)
    execution = case.execution(unattended=True)
    execution.migrate(old.process, renamed)
    definition = case.deployed.definition
    data: dict[str, Value] = {
        "definition": definition.key,
        "version": definition.version,
        "definition_hash": definition.hash,
        "renamed": dict(renamed),
    }
    if reason:
        data["reason"] = reason
    advanced = case.settle(execution, [input_entry(EventKind.PROCESS_MIGRATED, data)], actor)
    for entry in execution.told:
        if entry.kind == EventKind.WORK_ITEM_RENEWED:
            kind = entry.data["kind"]
            name, step = str(entry.data["name"]), str(entry.activity_id)
            work_items.renew(case.connection, str(entry.work_item_id), step, name, str(kind) if kind else None)
    overdue.write_again(case)
    return advanced
