"""Pages of registers by key, on real tables: every line once, in order, whatever the size of a page and whatever is asked."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Column, ColumnElement, Connection, Integer, MetaData, Row, String, Table, insert, select

from app.house import House
from app.transaction import transaction
from engine.persistence.base import UtcDateTime
from tests.office import MORNING
from workflows.keyset import lines_of_pages, page_by_key

LINES = 23
TABLE = Table(
    "line_of_a_register",
    MetaData(),
    Column("id", String, primary_key=True),
    Column("words", String),
    Column("number", Integer),
    Column("at", UtcDateTime),
)


def id_of(row: Row[Any]) -> str:
    return str(row.id)


@pytest.fixture
def register(empty_house: House) -> Iterator[Connection]:
    """Many lines that are alike in what they are sorted by, texts with a separator among them."""
    rows = [
        {"id": f"{n:02}", "words": f"件\t{n % 4}", "number": n % 5, "at": MORNING + timedelta(microseconds=n % 3)}
        for n in range(LINES)
    ]
    with transaction(empty_house.pool) as connection:
        TABLE.create(connection)
        connection.execute(insert(TABLE), rows)
        yield connection


@pytest.mark.parametrize("column", [TABLE.c.words, TABLE.c.number, TABLE.c.at], ids=lambda one: one.name)
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 7, LINES])
def test_each_line_stands_on_one_page(
    register: Connection, column: ColumnElement[Any], descending: bool, limit: int
) -> None:
    whole = page_by_key(register, select(TABLE), id_of, column, TABLE.c.id, None, LINES, descending=descending)
    assert whole.next is None
    paged = lines_of_pages(
        lambda after: page_by_key(
            register, select(TABLE), id_of, column, TABLE.c.id, after, limit, descending=descending
        )
    )
    assert list(paged) == list(whole.rows)
    assert sorted(whole.rows) == [f"{n:02}" for n in range(LINES)]


@pytest.mark.parametrize("after", ["", "x", "x\tx", "-1\t0", "9" * 400 + "\t0", "②\t0", "2025-11-07\t"])
@pytest.mark.parametrize("column", [TABLE.c.number, TABLE.c.at], ids=lambda one: one.name)
def test_a_key_that_is_none_begins_anew(register: Connection, column: ColumnElement[Any], after: str) -> None:
    page = page_by_key(register, select(TABLE), id_of, column, TABLE.c.id, after, 3, descending=False)
    assert page.rows == page_by_key(register, select(TABLE), id_of, column, TABLE.c.id, None, 3, descending=False).rows
