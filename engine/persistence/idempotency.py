"""Answers kept under the key a client gave its request: the same key gets the same answer, once there is one.

The answer is written in the transaction of the act, so there is one exactly when the act was done.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from engine.errors import KeyReused
from engine.persistence.tables import idempotency_key

_insert = insert(idempotency_key)


@dataclass(frozen=True)
class StoredAnswer:
    """What was answered: an HTTP status and a body."""

    status: int
    answer: bytes


def find_answer(connection: Connection, person: str, key: str, request_digest: str) -> StoredAnswer | None:
    """Return what was answered to this person's request under this key, or None.

    Raises:
        KeyReused: The key was used for a different request.
    """
    row = connection.execute(
        select(idempotency_key).where(idempotency_key.c.person == person, idempotency_key.c.key == key)
    ).first()
    if row is None:
        return None
    if row.request_digest != request_digest:
        raise KeyReused(key)
    return StoredAnswer(row.status, bytes(row.answer))


def store_answer(
    connection: Connection, person: str, key: str, request_digest: str, stored: StoredAnswer, now: datetime
) -> None:
    """Keep an answer under a key."""
    row = {"person": person, "key": key, "request_digest": request_digest, "at": now}
    connection.execute(_insert, {**row, "status": stored.status, "answer": stored.answer})
