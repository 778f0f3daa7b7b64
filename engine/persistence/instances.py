"""Rows of process instances: the snapshot and what lists show of a case."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from engine.errors import ProcessInstanceNotFound
from engine.history import Head
from engine.model import ENDED, InstanceState, ProcessDefinition, ProcessInstance
from engine.persistence.tables import process_definition, process_instance

TITLE_UNTIL_GIVEN = ""
_insert = insert(process_instance)
_update = (
    update(process_instance)
    .where(process_instance.c.id == bindparam("instance_id"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in (
                "definition_id",
                "title",
                "urgency",
                "number",
                "state",
                "ended_at",
                "snapshot",
                "head_seq",
                "head_hash",
                "head_at",
            )
        }
    )
)
_unfollowed = (
    select(process_instance.c.id, process_instance.c.followed_seq)
    .where(process_instance.c.head_seq > process_instance.c.followed_seq)
    .order_by(process_instance.c.head_at, process_instance.c.id)
    .limit(1)
)
instances_with_definition: Select[Any] = select(
    process_instance, *(column.label(f"definition_{column.name}_") for column in process_definition.c)
).join(process_definition, process_definition.c.id == process_instance.c.definition_id)
"""Every instance with its definition; a row becomes a value by :func:`instance_of`."""


@dataclass(frozen=True)
class LockedInstance:
    """A case whose row is locked until the transaction ends; ``head_at`` is the instant of its last event.

    Several processes ask the clock before they wait for the lock, so a command may come with an instant before that; it is then
    told as having happened at the same one, and time in a history never runs backwards.
    """

    id: str
    definition_id: int
    initiator: str
    snapshot: bytes
    head: Head
    head_at: datetime
    state: InstanceState
    ended_at: datetime | None


def goes_on(connection: Connection, instance_id: str) -> bool:
    """Tell whether there is such a case and it has not ended."""
    state = connection.scalar(select(process_instance.c.state).where(process_instance.c.id == instance_id))
    return state is not None and state not in {one.value for one in ENDED}


def lock_instance(connection: Connection, instance_id: str) -> LockedInstance:
    """Lock a case; raise ``ProcessInstanceNotFound``."""
    row = connection.execute(
        select(process_instance).where(process_instance.c.id == instance_id).with_for_update(key_share=True)
    ).first()
    if row is None:
        raise ProcessInstanceNotFound(instance_id)
    return locked_instance_of(row)


def locked_instance_of(row: Row[Any]) -> LockedInstance:
    """Return the lock that a row selected for update stands for."""
    values = row._mapping
    return LockedInstance(
        values["id"],
        values["definition_id"],
        values["initiator"],
        bytes(values["snapshot"]),
        Head(values["head_seq"], values["head_hash"]),
        values["head_at"],
        InstanceState(values["state"]),
        values["ended_at"],
    )


@dataclass(frozen=True)
class Unfollowed:
    """A case that has told more than those who follow it have taken."""

    id: str
    followed_seq: int


def find_unfollowed(connection: Connection) -> Unfollowed | None:
    """Return the case whose news have waited longest."""
    row = connection.execute(_unfollowed).first()
    return Unfollowed(row.id, row.followed_seq) if row else None


def lock_unfollowed(connection: Connection, without: Collection[str]) -> Unfollowed | None:
    """Lock and return the case whose news have waited longest, but for some, and for those that somebody else has locked."""
    query = _unfollowed.where(process_instance.c.id.not_in(without)).with_for_update(key_share=True, skip_locked=True)
    row = connection.execute(query).first()
    return Unfollowed(row.id, row.followed_seq) if row else None


def set_followed(connection: Connection, instance_id: str, seq: int) -> None:
    """Write how far a case was followed."""
    connection.execute(update(process_instance).where(process_instance.c.id == instance_id).values(followed_seq=seq))


def is_any(connection: Connection) -> bool:
    """Tell whether there is any case, ended or not."""
    return connection.scalar(select(process_instance.c.id).limit(1)) is not None


def insert_instance(connection: Connection, values: Mapping[str, object]) -> None:
    """Write a new case."""
    connection.execute(_insert, dict(values))


def save(connection: Connection, instance: LockedInstance, values: Mapping[str, object]) -> None:
    """Write what a command left behind: the columns of the ``_update`` statement."""
    connection.execute(
        _update, {"instance_id": instance.id, **{f"new_{name}": value for name, value in values.items()}}
    )


def set_head(connection: Connection, instance: LockedInstance, head: Head, at: datetime) -> None:
    """Write where the case's chain ends, after events that left the marking as it was."""
    connection.execute(
        update(process_instance)
        .where(process_instance.c.id == instance.id)
        .values(head_seq=head.seq, head_hash=head.hash, head_at=at)
    )


def get_instance(connection: Connection, instance_id: str) -> ProcessInstance:
    """Return a case; raise ``ProcessInstanceNotFound``."""
    row = connection.execute(instances_with_definition.where(process_instance.c.id == instance_id)).first()
    if row is None:
        raise ProcessInstanceNotFound(instance_id)
    return instance_of(row)


def head_of(connection: Connection, instance_id: str) -> Head:
    """Return the last event of a case's chain, as its row says; raise ``ProcessInstanceNotFound``."""
    columns = process_instance.c
    row = connection.execute(select(columns.head_seq, columns.head_hash).where(columns.id == instance_id)).first()
    if row is None:
        raise ProcessInstanceNotFound(instance_id)
    return Head(row.head_seq, row.head_hash)


def snapshot_of(connection: Connection, instance_id: str) -> bytes:
    """Return the snapshot of a case; raise ``ProcessInstanceNotFound``."""
    snapshot = connection.scalar(select(process_instance.c.snapshot).where(process_instance.c.id == instance_id))
    if snapshot is None:
        raise ProcessInstanceNotFound(instance_id)
    return bytes(snapshot)


def instance_of(row: Row[Any]) -> ProcessInstance:
    """Return the value of a row of :data:`instances_with_definition`, also where more was joined to it."""
    values = row._mapping
    ended_at: datetime | None = values["ended_at"]
    return ProcessInstance(
        id=values[process_instance.c.id],
        definition=ProcessDefinition(
            **{column.name: values[f"definition_{column.name}_"] for column in process_definition.c}
        ),
        title=values["title"],
        urgency=values["urgency"],
        number=values["number"],
        state=InstanceState(values[process_instance.c.state]),
        initiator=values["initiator"],
        initiator_unit=values["initiator_unit"],
        started_at=values["started_at"],
        ended_at=ended_at,
    )
