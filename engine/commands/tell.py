"""Tell history something of a case that changes nothing in its flow: it says so, and which business records it has written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from engine.commands.case import record_entry
from engine.history import Entry
from engine.model import Actor, RecordChange
from engine.persistence import history, instances
from engine.persistence.instances import LockedInstance


def tell(
    connection: Connection,
    locked: LockedInstance,
    entry: Entry,
    records: Sequence[RecordChange],
    actor: Actor,
    now: datetime,
) -> datetime:
    """Append an input that leaves the marking as it is; the case may have ended, or be waiting for whatever it likes.

    Args:
        connection: In a transaction.
        locked: The case; one command on it in this transaction, for its head is what the next one would build on.
        entry: An input of :data:`engine.model.UNMARKING`, made by :func:`engine.commands.case.input_entry`.
        records: The business records written with it.
        actor: Who tells.
        now: Aware instant.

    Returns:
        The instant at which it is told to have happened: ``now``, or that of the last event where this is later.
    """
    at = max(now, locked.head_at)
    head = history.append(connection, locked.id, locked.head, [entry, *map(record_entry, records)], actor, at)
    instances.set_head(connection, locked, head, at)
    return at
