"""Pages of registers by key: where a page ends says where the next one goes on, whatever was entered meanwhile."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Integer, Row, Select, or_, select, union

from engine.canonical import instant, parse_instant
from engine.persistence.base import UtcDateTime

Line = TypeVar("Line")
SEPARATOR = "\t"
MOST_DIGITS = 18
"""Of a number in a key: no column holds a longer one."""


@dataclass(frozen=True)
class Page(Generic[Line]):
    """Lines, and the key from which the next page goes on, or None at the end."""

    rows: tuple[Line, ...]
    next: str | None


def page_by_key(
    connection: Connection,
    query: Select[Any],
    line_of: Callable[[Row[Any]], Line],
    by: ColumnElement[Any],
    row_id: ColumnElement[str],
    after: str | None,
    limit: int,
    *,
    descending: bool,
) -> Page[Line]:
    """Return a page of what a query yields.

    Args:
        connection: For reading.
        query: The register, narrowed but neither sorted nor limited.
        line_of: Makes a line of a row.
        by: By what the register is sorted; never null, a text, a whole number or an instant.
        row_id: What tells rows apart that are alike in that.
        after: The ``next`` of the page before; a key that is none begins anew.
        limit: Lines.
        descending: Whether the largest comes first.
    """
    return _page(connection, _from_key(query, by, row_id, after, limit, descending=descending), line_of, limit)


def newest_of_branches(
    connection: Connection,
    branches: Sequence[Select[Any]],
    line_of: Callable[[Row[Any]], Line],
    by: ColumnElement[Any],
    row_id: ColumnElement[Any],
    after: str | None,
    limit: int,
) -> Page[Line]:
    """Return a page of what any of several queries of the same columns yields, the largest first, each row once.

    Each query is cut to a page of its own before they are put together, so that each is answered from its own index in order;
    one condition with ``OR`` would make a database look at all rows, or sort them.

    Args:
        connection: For reading.
        branches: At least one, narrowed but neither sorted nor limited.
        line_of: Makes a line of a row.
        by: By what they are sorted; never null.
        row_id: What tells rows apart that are alike in that.
        after: The ``next`` of the page before; a key that is none begins anew.
        limit: Lines.
    """
    cut = [_from_key(one, by, row_id, after, limit, descending=True) for one in branches]
    if len(cut) == 1:
        return _page(connection, cut[0], line_of, limit)
    together = union(*(select(one.subquery()) for one in cut)).subquery()
    ordered = select(together).order_by(together.c.sorted_by.desc(), together.c.row_id.desc()).limit(limit + 1)
    return _page(connection, ordered, line_of, limit)


def _from_key(
    query: Select[Any],
    by: ColumnElement[Any],
    row_id: ColumnElement[Any],
    after: str | None,
    limit: int,
    *,
    descending: bool,
) -> Select[Any]:
    """Return a query in order from the place that a key names, cut one row after the page."""
    query = query.add_columns(by.label("sorted_by"), row_id.label("row_id"))
    place = _place(after, by, row_id)
    if place is not None:
        value, last_id = place
        further = by < value if descending else by > value
        behind = row_id < last_id if descending else row_id > last_id
        bound = by <= value if descending else by >= value  # by this alone a database finds the place in its index
        query = query.where(bound, or_(further, behind))
    ordered = (by.desc(), row_id.desc()) if descending else (by, row_id)
    return query.order_by(*ordered).limit(limit + 1)


def _page(connection: Connection, query: Select[Any], line_of: Callable[[Row[Any]], Line], limit: int) -> Page[Line]:
    found = connection.execute(query).all()
    last = found[limit - 1] if len(found) > limit else None
    return Page(tuple(map(line_of, found[:limit])), _key(last) if last is not None else None)


def lines_of_pages(page_after: Callable[[str | None], Page[Line]]) -> Iterator[Line]:
    """Yield the lines of all pages, each page asked for when the one before is used up.

    Args:
        page_after: Returns the page that follows a key; None stands for the beginning.
    """
    after: str | None = None
    while True:
        page = page_after(after)
        yield from page.rows
        if page.next is None:
            return
        after = page.next


def _key(row: Row[Any]) -> str:
    value = instant(row.sorted_by) if isinstance(row.sorted_by, datetime) else row.sorted_by
    return f"{value}{SEPARATOR}{row.row_id}"


def _place(after: str | None, by: ColumnElement[Any], row_id: ColumnElement[Any]) -> tuple[Any, Any] | None:
    text, separator, last_id = (after or "").rpartition(SEPARATOR)
    try:
        return (_value(text, by), _value(last_id, row_id)) if separator else None
    except ValueError:
        return None


def _value(text: str, of: ColumnElement[Any]) -> Any:
    """Return a part of a key as its column has it; raise ``ValueError`` where it is none."""
    if isinstance(of.type, Integer):
        if not text.isdecimal() or len(text) > MOST_DIGITS:
            raise ValueError(text)
        return int(text)
    return parse_instant(text) if isinstance(of.type, UtcDateTime) else text
