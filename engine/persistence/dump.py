"""The whole database as lines of JSON, table by table: the same for every kind of database, so it can move between them."""

import base64
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Integer, Table, func, insert, select, text

from engine.persistence.base import metadata

BYTES, INSTANT = "$bytes", "$instant"
BATCH_ROWS = 500


def tables() -> list[Table]:
    """Return all tables that are no caches of others, each after those it refers to."""
    return [table for table in metadata.sorted_tables if not table.info.get("cache")]


def is_empty(connection: Connection) -> bool:
    """Tell whether no table has a row."""
    return all(not connection.scalar(select(func.count()).select_from(table)) for table in tables())


def rows_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield each row of a table as a line of JSON, in the order of its key."""
    for row in connection.execute(select(table).order_by(*table.primary_key.columns)).yield_per(BATCH_ROWS):
        yield msgspec.json.encode({name: _written(value) for name, value in row._mapping.items()})


def load_rows(connection: Connection, table: Table, lines: Iterable[bytes]) -> None:
    """Write the rows that :func:`rows_of` made; rows of a tree come after the row they hang on."""
    rows = [{name: _read(value) for name, value in msgspec.json.decode(line).items()} for line in lines]
    for start in range(0, len(rows), BATCH_ROWS):
        connection.execute(insert(table), rows[start : start + BATCH_ROWS])
    for column in table.primary_key.columns:
        if (
            connection.dialect.name == "postgresql"
            and isinstance(column.type, Integer)
            and column.autoincrement is True
        ):
            _continue_sequence(connection, table.name, column.name)


def defer_references(connection: Connection) -> None:
    """Let references be checked at the end, for trees whose rows come in any order."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))


def _continue_sequence(connection: Connection, table: str, column: str) -> None:
    connection.execute(
        text(
            "SELECT setval(pg_get_serial_sequence(:table, :column), "  # noqa: S608  (names of our own tables)
            f"(SELECT coalesce(max({column}), 0) + 1 FROM {table}), false)"
        ),
        {"table": table, "column": column},
    )


def _written(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {BYTES: base64.b64encode(bytes(value)).decode()}
    return {INSTANT: value.isoformat()} if isinstance(value, datetime) else value


def _read(value: Any) -> Any:
    if isinstance(value, dict) and BYTES in value:
        return base64.b64decode(value[BYTES])
    if isinstance(value, dict) and INSTANT in value:
        return datetime.fromisoformat(value[INSTANT])
    return value
