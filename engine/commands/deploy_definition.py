"""Deploy the next version of a definition."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from engine import canonical
from engine.commands.outside import LiveOutside
from engine.definitions import build, called_from_elsewhere, hash_of, parts_of
from engine.delegates import Timing, Vocabulary
from engine.history import Entry
from engine.model import Actor, ProcessDefinition, Value
from engine.persistence import definitions, history, jobs, subscriptions
from engine.persistence.subscriptions import Subscription
from engine.process import Activity, Process

LEDGER = "office:definitions"


def deploy_definition(
    connection: Connection, vocabulary: Vocabulary, files: Mapping[str, bytes], actor: Actor, now: datetime
) -> list[ProcessDefinition]:
    """Write checked files as the next version of each process in them; the same files again are the version they are already.

    A process that is called but not among the files is pinned at its newest version: its files become part of the definition.

    Args:
        connection: In a transaction.
        vocabulary: What the engine was handed.
        files: Name and content, already found deployable.
        actor: Who deploys.
        now: Aware instant.

    Returns:
        The versions, in the order of the files.
    """
    parts = parts_of(files, files_called(connection, files))
    return [_deploy_one(connection, vocabulary, key, part, actor, now) for key, part in parts.items()]


def files_called(connection: Connection, files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Return the files of the newest version of each process that is called but not among the files, by key."""
    found: dict[str, dict[str, bytes]] = {}
    for key in called_from_elsewhere(files):
        newest = definitions.find_newest(connection, key)
        if newest is not None:
            found[key] = definitions.files_of(connection, newest.id)
    return found


def _deploy_one(
    connection: Connection, vocabulary: Vocabulary, key: str, files: Mapping[str, bytes], actor: Actor, now: datetime
) -> ProcessDefinition:
    hash_ = hash_of(files)
    newest = definitions.find_newest(connection, key)
    if newest is not None and newest.hash == hash_:
        return newest
    process = build(ProcessDefinition(0, key, 0, "", hash_, now, actor.username), files).process
    earlier = [one.id for one in definitions.list_versions(connection, key)]
    deployed = definitions.insert_definition(connection, key, process.name, hash_, files, actor.username, now)
    if earlier:
        jobs.remove_start_timers(connection, earlier)
        subscriptions.remove_starts(connection, earlier)
    _await_starts(connection, vocabulary, process, deployed.id, now)
    told = Entry(
        "definition:deployed",
        {"key": deployed.key, "version": deployed.version, "hash": hash_, "files": [*sorted(files)]},
    )
    history.append_to_ledger(connection, LEDGER, told, actor, now)
    return deployed


def _await_starts(
    connection: Connection, vocabulary: Vocabulary, process: Process, definition_id: int, now: datetime
) -> None:
    starts = [one for one in process.starts_of(process.key) if one.trigger is not None]
    waits = [
        Subscription(one.trigger.kind, one.trigger.name or "", None, definition_id, None, one.id)
        for one in starts
        if one.trigger is not None and one.trigger.kind in ("message", "signal")
    ]
    if waits:
        subscriptions.add(connection, waits)
        offers = sorted({one.name for one in waits if one.kind == "message"})
        if offers:
            jobs.enqueue_all(connection, [jobs.row_of(jobs.OFFER, name, {}, now) for name in offers])
    outside = LiveOutside(connection, vocabulary, "", now)
    for start in _timers(starts):
        set_start_timer(connection, definition_id, start.id, outside.timer(0, start, {}))


def set_start_timer(connection: Connection, definition_id: int, event_id: str, timing: Timing) -> None:
    """Write when a timer starts the next case of a definition, and from when that is counted where it is in working time."""
    content: dict[str, Value] = {
        "text": timing.text,
        "left": timing.left,
        "due_at": canonical.instant(timing.due_at),
        "begun_at": canonical.instant(timing.begun_at) if timing.begun_at is not None else None,
    }
    jobs.enqueue(connection, jobs.START_TIMER, event_id, content, timing.due_at, definition_id=definition_id)


def _timers(starts: Iterable[Activity]) -> list[Activity]:
    return [one for one in starts if one.trigger is not None and one.trigger.kind == "timer"]
