"""Commands that leave the marking as it is: history is told, and the case's row says where its chain ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from engine.commands.case import input_entry, record_entry
from engine.delegates import Vocabulary
from engine.model import Actor, EventKind, RecordChange, Value
from engine.persistence import history, instances
from engine.persistence.instances import LockedInstance
from engine.persistence.work_items import LockedWorkItem


def tell(
    connection: Connection,
    vocabulary: Vocabulary,
    instance: LockedInstance,
    kind: EventKind,
    data: Mapping[str, Value],
    actor: Actor,
    now: datetime,
    *,
    about: LockedWorkItem | None = None,
    records: Sequence[RecordChange] = (),
) -> datetime:
    """Tell a case's history of something that moves nothing, with the business records that it changes.

    Args:
        connection: In the transaction that holds the case's lock.
        vocabulary: What the engine was handed.
        instance: The case, locked.
        kind: One of :data:`engine.model.UNMARKING`.
        data: What is told.
        actor: Who acts.
        now: Aware instant.
        about: The work item it is about.
        records: Changes of business records; they are written here.

    Returns:
        The instant at which it is told to have happened: ``now``, unless the case's last event is later.
    """
    at = max(now, instance.head_at)
    for change in records:
        vocabulary.records[change.record](connection, change)
    activity_id, work_item_id = (about.item.activity_id, about.item.id) if about is not None else (None, None)
    entries = [input_entry(kind, dict(data), activity_id, work_item_id), *map(record_entry, records)]
    head = history.append(connection, instance.id, instance.head, entries, actor, at)
    instances.set_head(connection, instance, head, at)
    return at
