"""Rows that name others which are not there: the database refuses them, unless somebody has told it not to."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, select

from engine.persistence.base import metadata
from engine.persistence.tables import history_event, history_payload

_event, _payload = history_event.c, history_payload.c
_said = select(1).where(_payload.chain == _event.chain, _payload.seq == _event.seq).exists()
_silent: Select[Any] = select(_event.chain, _event.seq).where(~_said)
"""Events without a payload, which is a row of its own only so that its content can go."""


@dataclass(frozen=True)
class Dangling:
    """A row, by its table and key, that hangs on nothing."""

    table: str
    key: str


def dangling(connection: Connection) -> Iterator[Dangling]:
    """Yield every row of a table whose foreign key names a row that is not there, and every event without its payload.

    Args:
        connection: In a transaction that sees one state of the database.
    """
    for query, table in _queries():
        for row in connection.execute(query):
            yield Dangling(table, " ".join(map(str, row)))


@cache
def _queries() -> tuple[tuple[Select[Any], str], ...]:
    return (*_references(), (_silent, str(history_event.name)))


def _references() -> Iterator[tuple[Select[Any], str]]:
    for table in metadata.sorted_tables:
        for reference in table.foreign_key_constraints:
            other = reference.referred_table.alias("other")
            pairs = [(one.parent, other.c[one.column.name]) for one in reference.elements]
            there = select(1).where(*(theirs == ours for ours, theirs in pairs)).exists()
            named = and_(*(ours.is_not(None) for ours, _theirs in pairs))
            yield select(*table.primary_key.columns).where(named, ~there), str(table.name)
