"""Rows that name others which are not there: the database refuses them, unless somebody has told it not to."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Select, and_, select

from engine.persistence.base import metadata


@dataclass(frozen=True)
class Dangling:
    """A row, by its table and key, that hangs on nothing."""

    table: str
    key: str


def dangling(connection: Connection) -> Iterator[Dangling]:
    """Yield every row of a table whose foreign key names a row that is not there.

    Args:
        connection: In a transaction that sees one state of the database.
    """
    for query, table in _queries():
        for row in connection.execute(query):
            yield Dangling(table, " ".join(map(str, row)))


def _queries() -> Iterator[tuple[Select[tuple[object, ...]], str]]:
    for table in metadata.sorted_tables:
        for reference in table.foreign_key_constraints:
            other = reference.referred_table.alias("other")
            pairs = [(one.parent, other.c[one.column.name]) for one in reference.elements]
            there = select(1).where(*(theirs == ours for ours, theirs in pairs)).exists()
            named = and_(*(ours.is_not(None) for ours, _theirs in pairs))
            yield select(*table.primary_key.columns).where(named, ~there), str(table.name)
