"""What every command on a case does once it has been executed: tell history, then write what follows from it."""

from datetime import datetime

from sqlalchemy import Connection

from engine import marking as markings
from engine.delegates import Vocabulary
from engine.execution import Execution
from engine.history import Entry, Head
from engine.marking import Marking
from engine.model import Actor, Advanced, EventKind, InstanceState, RecordChange
from engine.persistence import history, incidents, instances, work_items
from engine.persistence.instances import LockedInstance


def settle(
    connection: Connection,
    vocabulary: Vocabulary,
    instance: LockedInstance,
    execution: Execution,
    told: list[Entry],
    actor: Actor,
    at: datetime,
) -> Advanced:
    """Append the command to the case's history, and write the work items, incidents and the case from it.

    Args:
        connection: In the command's transaction; the case is locked.
        vocabulary: Names the variables that lists show of a case.
        instance: The case.
        execution: The command, executed.
        told: The input event, and the changes of business records that came with it.
        actor: Who acts.
        at: The command's instant.

    Returns:
        What the command left behind.
    """
    snapshot = markings.pack(execution.marking)
    entries = [
        *told,
        *execution.told,
        *map(record_entry, execution.records),
        execution.settled(markings.state_hash(snapshot)),
    ]
    head = history.append(connection, instance.id, instance.head, entries, actor, at)
    opened = work_items.open_work_items(connection, instance.id, _of(execution.told, EventKind.WORK_ITEM_OPENED), at)
    cancelled = [str(entry.work_item_id) for entry in _of(execution.told, EventKind.WORK_ITEM_CANCELLED)]
    if cancelled:
        work_items.cancel(connection, cancelled, at)
    failed = incidents.open_incidents(connection, instance.id, _of(execution.told, EventKind.INCIDENT_OPENED), at)
    state = execution.state
    instances.save(connection, instance, columns_of(vocabulary, execution.marking, state, snapshot, head, at))
    return Advanced(instance.id, state, opened, failed)


def columns_of(
    vocabulary: Vocabulary, marking: Marking, state: InstanceState, snapshot: bytes, head: Head, at: datetime
) -> dict[str, object]:
    """Return the columns of a case's row that follow from its marking."""
    return {
        **shown_columns(vocabulary, marking),
        "state": state.value,
        "ended_at": at if state is InstanceState.COMPLETED else None,
        "snapshot": snapshot,
        "head_seq": head.seq,
        "head_hash": head.hash,
    }


def shown_columns(vocabulary: Vocabulary, marking: Marking) -> dict[str, object]:
    """Return title, urgency and number of a case, from the variables that stand for them."""
    shown = {column: marking.variables.get(variable) for column, variable in vocabulary.columns.items()}
    return {
        **{column: str(value) if value else None for column, value in shown.items()},
        "title": str(shown["title"] or ""),
    }


def record_entry(change: RecordChange) -> Entry:
    """Return the event that tells of a business record's new values."""
    return Entry(
        EventKind.RECORD_CHANGED,
        {"record": change.record, "id": change.record_id, "values": dict(change.values)},
    )


def _of(entries: list[Entry], kind: EventKind) -> list[Entry]:
    return [entry for entry in entries if entry.kind == kind]
