"""Clears contents of one chain: history tells it, payloads lose them, and the case goes on without them."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import canonical
from engine import history as chains
from engine import replay as replays
from engine.commands.case import Case, input_entry, record_entry
from engine.definitions import Deployed
from engine.delegates import Vocabulary
from engine.errors import ChainBroken, ClearingRefused, ReplayDiverged
from engine.history import SALT_BYTES, Entry, SealedEvent
from engine.model import Actor, EventKind, HistoryEvent, RecordChange, Value
from engine.persistence import definitions, history, instances, redactions
from engine.persistence.redactions import Replaced
from engine.redacted import Mark, Path, Picks, texts_in, without

PicksOfEvent = Callable[[HistoryEvent, Path, str], bool]
"""Says of a text in an event's payload whether it is to go."""


@dataclass(frozen=True)
class Wanted:
    """What is to go from a chain, and what is told of it.

    Attributes:
        picks: Asked of every text in the chain's payloads.
        kept: Asked of every text in the case's marking that ``picks_now`` has picked: what is there from then on.
        picks_now: Asked of every text in the case's marking, by its place in the snapshot.
        mark: Makes what stands for a text.
        told: ``reason``, ``requested_by``, ``approved_by`` and whatever else the chain is to say.
        records: Changes of records that are told with it.
    """

    picks: PicksOfEvent
    picks_now: Picks
    kept: Callable[[Path, str], Value]
    mark: Mark
    told: Mapping[str, Value]
    records: tuple[RecordChange, ...] = ()


@dataclass(frozen=True)
class Cleared:
    """What was cleared of a chain: the payloads by their places, and the changes of records that lost something."""

    seq: int
    payloads: tuple[int, ...]
    changes: tuple[HistoryEvent, ...]


def clear_in_case(
    connection: Connection,
    vocabulary: Vocabulary,
    deployed_by: Callable[[Connection, int], Deployed],
    instance_id: str,
    wanted: Wanted,
    actor: Actor,
    now: datetime,
) -> Cleared:
    """Clear contents of a case, whatever its state.

    Args:
        connection: In a transaction.
        vocabulary: What the engine was handed.
        deployed_by: Returns a definition by the id of its row.
        instance_id: The case; it stays locked until the transaction ends.
        wanted: What is to go.
        actor: Who has approved it.
        now: Aware instant.

    Returns:
        What was cleared; work items, records and other tables are for the caller to follow.

    Raises:
        ProcessInstanceNotFound: There is no such case.
        ClearingRefused: The case's history does not verify, or could not be executed again without these contents.
    """
    locked = instances.lock_instance(connection, instance_id)
    sealed = history.list_events(connection, instance_id)
    replaced, after = _without(sealed, wanted)
    before = [one.event for one in sealed]
    named = [(one, definitions.get_by_hash(connection, *one).id) for one in replays.versions_of(before)]
    versions = {key_and_hash[1]: deployed_by(connection, row_id) for key_and_hash, row_id in named}
    try:
        chains.check(instance_id, sealed, locked.head)
        told = replays.learn(
            versions, before, after, lambda _path, text: _is_gone(wanted, before, text), wanted.mark
        ).as_values()
    except (ChainBroken, ReplayDiverged) as error:
        raise ClearingRefused(instance_id, error.seq) from error
    case = Case(connection, vocabulary, deployed_by(connection, locked.definition_id), locked, now)
    execution = case.execution(while_suspended=True)
    edits = _edits(locked.snapshot, wanted)
    execution.clear(edits)
    data: dict[str, Value] = {**wanted.told, **told, "edits": [*edits], "events": _named(replaced)}
    entries = [input_entry(EventKind.CONTENT_REDACTED, data), *_records(connection, vocabulary, wanted)]
    case.settle(execution, entries, actor)
    return _finish(connection, instance_id, locked.head.seq + 1, replaced, after)


def clear_in_ledger(connection: Connection, ledger: str, wanted: Wanted, actor: Actor, now: datetime) -> Cleared:
    """Clear contents of an office ledger; see :func:`clear_in_case`."""
    head = history.lock_ledger(connection, ledger)
    sealed = history.list_events(connection, ledger)
    try:
        chains.check(ledger, sealed, head)
    except ChainBroken as error:
        raise ClearingRefused(ledger, error.seq) from error
    replaced, after = _without(sealed, wanted)
    data: dict[str, Value] = {**wanted.told, "events": _named(replaced)}
    history.append_to_ledger(connection, ledger, Entry(EventKind.CONTENT_REDACTED, data), actor, now)
    return _finish(connection, ledger, head.seq + 1, replaced, after)


def _finish(
    connection: Connection, chain: str, seq: int, replaced: Sequence[Replaced], after: Sequence[HistoryEvent]
) -> Cleared:
    redactions.replace_payloads(connection, chain, seq, replaced)
    places = tuple(one.seq for one in replaced)
    changes = [one for one in after if one.seq in set(places) and one.kind == EventKind.RECORD_CHANGED]
    return Cleared(seq, places, tuple(changes))


def _without(sealed: Sequence[SealedEvent], wanted: Wanted) -> tuple[list[Replaced], list[HistoryEvent]]:
    """Return the payloads that change, each under a new salt, and all events as they are then."""
    replaced: list[Replaced] = []
    after: list[HistoryEvent] = []
    for one in sealed:
        data = _event_without(one.event, wanted)
        if data is None:
            after.append(one.event)
            continue
        replaced.append(Replaced(one.event.seq, os.urandom(SALT_BYTES), canonical.encode(data)))
        after.append(replace(one.event, data=data))
    return replaced, after


def _event_without(event: HistoryEvent, wanted: Wanted) -> dict[str, Any] | None:
    """Return an event's data without what is to go, or None where it has nothing of it."""
    found = False

    def mark(text: str) -> Any:
        nonlocal found
        found = True
        return wanted.mark(text)

    data: dict[str, Any] = without(event.data, lambda path, text: wanted.picks(event, path, text), mark)
    return data if found else None


def _is_gone(wanted: Wanted, before: Sequence[HistoryEvent], text: str) -> bool:
    """Tell whether a text goes wherever it stands: what an expression gave is in no event by its place."""
    return wanted.picks(before[0], (), text)


def _edits(snapshot: bytes, wanted: Wanted) -> list[dict[str, Value]]:
    found = [(path, text) for path, text in texts_in(canonical.decode(snapshot)) if wanted.picks_now(path, text)]
    return [{"path": list(path), "value": wanted.kept(path, text)} for path, text in found]


def _named(replaced: Sequence[Replaced]) -> list[Value]:
    return [{"seq": one.seq, "digest": canonical.digest(one.salt + one.content)} for one in replaced]


def _records(connection: Connection, vocabulary: Vocabulary, wanted: Wanted) -> list[Entry]:
    for change in wanted.records:
        vocabulary.records[change.record](connection, change)
    return [*map(record_entry, wanted.records)]
