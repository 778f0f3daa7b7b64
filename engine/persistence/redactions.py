"""Payloads of history with other contents: the one change of history there is, told by the chain itself."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, bindparam, delete, func, insert, literal, select, update

from engine.persistence.tables import history_payload, redaction_slip


@dataclass(frozen=True)
class Replaced:
    """A payload's new salt and content."""

    seq: int
    salt: bytes
    content: bytes


def replace_payloads(connection: Connection, chain: str, told_in: int, replaced: Sequence[Replaced]) -> None:
    """Put other contents in the place of payloads that the event ``told_in`` of the chain says were cleared.

    Args:
        connection: In the transaction that has appended that event.
        chain: The case's id, or the name of an office ledger.
        told_in: The place of the event in the chain.
        replaced: What is there from then on.

    Raises:
        DatabaseError: The database sees no such event.
    """
    if not replaced:
        return
    slips = [{"chain": chain, "told_in": told_in, **vars(one)} for one in replaced]
    connection.execute(insert(redaction_slip), slips)
    connection.execute(
        update(history_payload)
        .where(history_payload.c.chain == chain, history_payload.c.seq == bindparam("at_seq"))
        .values(salt=bindparam("new_salt"), content=bindparam("new_content")),
        [{"at_seq": one.seq, "new_salt": one.salt, "new_content": one.content} for one in replaced],
    )
    connection.execute(delete(redaction_slip).where(redaction_slip.c.chain == chain))


def chains_with(connection: Connection, needles: Iterable[bytes]) -> set[str]:
    """Return the chains in whose payloads one of some byte strings stands."""
    found: set[str] = set()
    for needle in needles:
        holds = holding(connection, history_payload.c.content, needle)
        found.update(connection.scalars(select(history_payload.c.chain).where(holds).distinct()))
    return found


def holding(connection: Connection, column: ColumnElement[Any], needle: bytes | str) -> ColumnElement[bool]:
    """Return the condition that a column of bytes or text holds a needle of its kind."""
    if connection.dialect.name == "sqlite":
        return func.instr(column, needle) > 0
    return func.position(literal(needle, type_=column.type).op("IN")(column)) > 0


def wipe_log(pool: Engine) -> None:
    """Let SQLite take what was written into its file and empty the write-ahead log, in which older contents may stand.

    It is emptied only where nobody reads just then; what is written next overwrites it in any case.
    """
    if pool.dialect.name == "sqlite":
        with closing(pool.raw_connection()) as raw:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
