"""What history tells of tokens beside where executing again puts them, command by command."""

from typing import Any

from sqlalchemy import Connection

from engine.api import Engine
from engine.marking import Marking
from engine.model import EventKind, HistoryEvent
from engine.replay import replay, versions_of
from engine.told_tokens import told_tokens

Standing = list[tuple[int, dict[int, str], list[int]]]


def tokens_by_both(connection: Connection, engine: Engine, instance_id: str) -> tuple[Standing, Standing]:
    """Return both sides: after each command the number of its last event, the tokens, and which of them failed."""
    from engine.persistence import definitions

    events = engine.history(connection, instance_id)
    named = versions_of(events)
    versions = {
        digest: engine.deployed(connection, definitions.get_by_hash(connection, key, digest).id)
        for key, digest in named
    }
    executed: Standing = []

    def follow(last: HistoryEvent, marking: Marking) -> None:
        if last.kind == EventKind.MARKING_SETTLED:
            failed = sorted(one.id for one in marking.tokens if one.failed)
            executed.append((last.seq, {one.id: one.activity_id for one in marking.tokens}, failed))

    result: Any = replay(versions, events, follow)
    assert result.verified, result
    processes = {digest: one.process for digest, one in versions.items()}
    told = [(one.seq, dict(one.tokens), sorted(one.failed)) for one in told_tokens(processes, events)]
    return told, executed
