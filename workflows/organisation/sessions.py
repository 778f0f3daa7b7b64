"""Sessions that were ended by signing out, remembered until their cookies would have expired anyway."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from workflows.organisation.records import ended_session


def end_session(connection: Connection, key: str, machine_now: datetime, forgotten_at: datetime) -> None:
    """Write that a session has ended, and forget those whose cookies have expired.

    Args:
        connection: In a transaction.
        key: What the session's cookie carries.
        machine_now: The machine's instant.
        forgotten_at: When the cookie will have expired.
    """
    connection.execute(delete(ended_session).where(ended_session.c.forgotten_at < machine_now))
    if not list_ended(connection, [key]):
        connection.execute(insert(ended_session).values(key=key, forgotten_at=forgotten_at))


def list_ended(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Return those of some sessions that have ended."""
    return set(connection.scalars(select(ended_session.c.key).where(ended_session.c.key.in_(keys))))
