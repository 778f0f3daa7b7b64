"""Rows of anchors, and what is read of the database to make one or to compare it with one."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, func, insert, select

from engine.anchoring.anchors import MARK_CHARACTERS, Anchor, Deployment
from engine.history import EMPTY, Head
from engine.persistence.tables import anchor, history_event, ledger_head, process_definition, process_instance

READ_AT_ONCE = 2_000
MOST_ASKED_ONE_BY_ONE = 500
"""Chains that have gone on, beyond which all events are read in one go."""


def append(connection: Connection, one: Anchor, line: bytes) -> None:
    """Write an anchor; another process that wrote the same number meanwhile makes this an ``IntegrityError``."""
    row = {"number": one.number, "at": one.at, "made_at": one.made_at, "root": one.root, "line": line}
    connection.execute(insert(anchor).values(row))


def list_lines(connection: Connection, after: int = 0) -> Iterator[bytes]:
    """Yield the lines of anchors in order, from the one after a number."""
    query = select(anchor.c.line).where(anchor.c.number > after).order_by(anchor.c.number)
    return (bytes(line) for line in connection.scalars(query))


def last_made_at(connection: Connection) -> datetime | None:
    """Return when the last anchor was made by the machine's clock; None before the first."""
    return connection.scalar(select(anchor.c.made_at).order_by(anchor.c.number.desc()).limit(1))


def list_newest(connection: Connection, limit: int, before: int | None) -> list[bytes]:
    """Return the lines of the newest anchors, or of the newest before a number, newest first."""
    query = select(anchor.c.line).order_by(anchor.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(anchor.c.number < before)
    return [bytes(line) for line in connection.scalars(query)]


def find_line(connection: Connection, number: int) -> bytes | None:
    """Return the line of an anchor, or None where there is none of that number."""
    line = connection.scalar(select(anchor.c.line).where(anchor.c.number == number))
    return None if line is None else bytes(line)


def list_rows(connection: Connection) -> list[tuple[int, Mapping[str, object]]]:
    """Return the number and all columns of each anchor, in order."""
    rows = connection.execute(select(anchor).order_by(anchor.c.number))
    return [(row.number, dict(row._mapping)) for row in rows]


def heads(connection: Connection) -> dict[str, Head]:
    """Return the heads of all chains, of cases and of ledgers."""
    found = {row.chain: Head(row.seq, row.hash) for row in connection.execute(select(ledger_head)) if row.seq > 0}
    case = process_instance.c
    for row in connection.execute(select(case.id, case.head_seq, case.head_hash)):
        found[row.id] = Head(row.head_seq, row.head_hash)
    return found


def deployments(connection: Connection) -> set[Deployment]:
    """Return all that was deployed."""
    row = process_definition.c
    return {(one.key, one.version, one.hash) for one in connection.execute(select(row.key, row.version, row.hash))}


def counts(connection: Connection, tables: Collection[Table]) -> dict[str, int]:
    """Return how many rows tables have, by name."""
    row = connection.execute(_count_all(tuple(tables))).one()
    return {str(table.name): rows for table, rows in zip(tables, row, strict=True)}


@cache
def _count_all(tables: tuple[Table, ...]) -> Select[Any]:
    return select(*(select(func.count()).select_from(table).scalar_subquery() for table in tables))


def marks_after(connection: Connection, before: Mapping[str, Head], now: Mapping[str, Head]) -> dict[str, list[str]]:
    """Return, of each chain that has gone on, the marks of its events since then.

    Args:
        connection: For reading.
        before: The heads that are anchored.
        now: The heads of the moment.
    """
    changed = {chain for chain, head in now.items() if head != before.get(chain, EMPTY)}
    found: dict[str, list[str]] = {chain: [] for chain in changed}
    if len(changed) > MOST_ASKED_ONE_BY_ONE:
        for chain, seq, hash_ in all_hashes(connection):
            if chain in changed and before.get(chain, EMPTY).seq < seq <= now[chain].seq:
                found[chain].append(hash_[:MARK_CHARACTERS])
        return found
    row = history_event.c
    for chain in changed:
        head, known = now[chain], before.get(chain, EMPTY)
        query = select(row.hash).where(row.chain == chain, row.seq > known.seq, row.seq <= head.seq)
        found[chain] = [one[:MARK_CHARACTERS] for one in connection.scalars(query.order_by(row.seq))]
    return found


def all_hashes(connection: Connection) -> Iterator[tuple[str, int, str]]:
    """Yield chain, number and hash of every event, by chain and in order."""
    row = history_event.c
    query = select(row.chain, row.seq, row.hash).order_by(row.chain, row.seq)
    for one in connection.execute(query.execution_options(yield_per=READ_AT_ONCE)):
        yield one.chain, one.seq, one.hash
