"""Lists whose rows are few among very many: looked at one by one, not sought among all of them in order."""

import json
from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ARRAY, ColumnElement, Connection, Select, any_, column, func, literal, select

from engine.persistence.tables import process_instance

Value = TypeVar("Value", int, str)
FEW = 1_000
"""Rows that are looked at one by one; where there are more, a page of a list that is gone through in order is full soon."""


def among_few(
    connection: Connection, ids: Select[tuple[str]], most: int | None = None
) -> list[ColumnElement[bool]] | None:
    """Return the condition that a case is one of those a query yields, or None where these are not few.

    Args:
        connection: For reading.
        ids: Yields ids of cases, some perhaps more than once; it is read no further than is needed.
        most: How many are few, where it is not :data:`FEW`.
    """
    most = FEW if most is None else most
    found = list(connection.scalars(ids.limit(most + 1)))
    if len(found) > most:
        return None
    return [one_of(connection, process_instance.c.id, sorted(set(found)))]


def one_of(connection: Connection, among: ColumnElement[Value], values: Sequence[Value]) -> ColumnElement[bool]:
    """Return the condition that a column has one of up to some thousands of values, all handed over as one."""
    if connection.dialect.name == "postgresql":
        return among == any_(literal(values, ARRAY(among.type)))
    handed = func.json_each(json.dumps(values)).table_valued(column("value", among.type))
    return among.in_(select(handed.c.value))
