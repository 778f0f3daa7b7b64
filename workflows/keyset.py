"""Pages of registers by key: where a page ends says where the next one goes on, whatever was entered meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Integer, Row, Select, and_, or_

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
    query = query.add_columns(by.label("sorted_by"), row_id.label("row_id"))
    place = _place(after, by)
    if place is not None:
        value, last_id = place
        further = by < value if descending else by > value
        same = row_id < last_id if descending else row_id > last_id
        query = query.where(or_(further, and_(by == value, same)))
    ordered = (by.desc(), row_id.desc()) if descending else (by, row_id)
    found = connection.execute(query.order_by(*ordered).limit(limit + 1)).all()
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


def _place(after: str | None, by: ColumnElement[Any]) -> tuple[Any, str] | None:
    text, separator, row_id = (after or "").rpartition(SEPARATOR)
    try:
        if not separator:
            return None
        if isinstance(by.type, Integer):
            return (int(text), row_id) if text.isdecimal() and len(text) <= MOST_DIGITS else None
        return (parse_instant(text) if isinstance(by.type, UtcDateTime) else text), row_id
    except ValueError:
        return None
