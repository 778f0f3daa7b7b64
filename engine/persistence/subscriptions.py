"""Rows of event subscriptions: which cases wait for which message or signal, and which definitions start by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select

from engine.persistence.tables import event_subscription


@dataclass(frozen=True)
class Subscription:
    """Somebody who waits for a message or signal: a token or scope of a case, or the start event of a definition."""

    kind: str
    name: str
    instance_id: str | None
    definition_id: int | None
    holder: int | None
    event_id: str


def add(connection: Connection, subscriptions: Sequence[Subscription]) -> None:
    """Write that these wait."""
    connection.execute(insert(event_subscription), [vars(one) for one in subscriptions])


def remove(connection: Connection, instance_id: str, waits: Iterable[tuple[int, str]]) -> None:
    """Write that a case no longer waits for these events, each given by its holder and event."""
    columns = event_subscription.c
    which = [and_(columns.holder == holder, columns.event_id == event_id) for holder, event_id in waits]
    connection.execute(delete(event_subscription).where(columns.instance_id == instance_id, or_(*which)))


def remove_starts(connection: Connection, definition_ids: Iterable[int]) -> None:
    """Write that nothing starts cases of these definitions any more."""
    connection.execute(
        delete(event_subscription).where(
            event_subscription.c.definition_id.in_(list(definition_ids)), event_subscription.c.instance_id.is_(None)
        )
    )


def list_waiting(connection: Connection, kind: str, name: str, instance_id: str | None = None) -> list[Subscription]:
    """Return the cases that wait for a message or signal of this name, the oldest case first; or the one that is named."""
    columns = event_subscription.c
    whose = columns.instance_id.is_not(None) if instance_id is None else columns.instance_id == instance_id
    rows = connection.execute(
        select(event_subscription)
        .where(columns.kind == kind, columns.name == name, whose)
        .order_by(columns.instance_id, columns.holder, columns.id)
    )
    return [_subscription_of(row) for row in rows]


def list_starting(connection: Connection, kind: str, name: str) -> list[Subscription]:
    """Return the definitions that a message or signal of this name starts, the oldest first."""
    columns = event_subscription.c
    rows = connection.execute(
        select(event_subscription)
        .where(columns.kind == kind, columns.name == name, columns.instance_id.is_(None))
        .order_by(columns.definition_id, columns.id)
    )
    return [_subscription_of(row) for row in rows]


def list_of_instance(connection: Connection, instance_id: str) -> list[Subscription]:
    """Return what a case waits for."""
    rows = connection.execute(select(event_subscription).where(event_subscription.c.instance_id == instance_id))
    return [_subscription_of(row) for row in rows]


def _subscription_of(row: Row[Any]) -> Subscription:
    values = dict(row._mapping)
    del values["id"]
    return Subscription(**values)
