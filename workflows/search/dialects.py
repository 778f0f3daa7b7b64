"""What is special to one database about terms: SQLite keeps them in FTS5, PostgreSQL in a ``tsvector`` with a GIN index.

FTS5 is told the terms of a row again to forget it, because it keeps no copy of them.
"""

from collections.abc import Sequence

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    bindparam,
    cast,
    column,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.sql.sqltypes import Text

from workflows.search.records import case_text

_remember = text("INSERT INTO case_term (rowid, terms) VALUES (:id, :terms)")
_forget = text("INSERT INTO case_term (case_term, rowid, terms) VALUES ('delete', :id, :terms)")
_forget_all = text("INSERT INTO case_term (case_term) VALUES ('delete-all')")
_found = text("SELECT rowid FROM case_term WHERE case_term MATCH :sought")
_by_value = text("SET LOCAL plan_cache_mode = force_custom_plan")
_keep = (
    update(case_text)
    .where(case_text.c.id == bindparam("row_id"))
    .values(terms=func.array_to_tsvector(cast(bindparam("words"), ARRAY(Text))))
)


def set_terms(connection: Connection, row_id: int, before: Sequence[str], terms: Sequence[str]) -> None:
    """Write the terms of a row in place of those it had.

    Args:
        connection: In a transaction.
        row_id: ``case_text.id``.
        before: All that it had, none where it is new.
        terms: All that it has now.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_keep, {"row_id": row_id, "words": list(terms)})
        return
    if before:
        connection.execute(_forget, {"id": row_id, "terms": " ".join(before)})
    if terms:
        connection.execute(_remember, {"id": row_id, "terms": " ".join(terms)})


def with_terms(dialect: str, terms: Sequence[str]) -> Select[tuple[str]]:
    """Return the query of the ids of cases that have all of these terms, of which there is one at least; it may be limited.

    On SQLite the terms come first and each row is looked up as it is found, so that a limited query ends early.
    """
    ids = select(case_text.c.instance_id)
    if dialect == "postgresql":
        sought = " & ".join(f"'{one}'" for one in terms)
        return ids.where(case_text.c.terms.bool_op("@@")(cast(sought, TSQUERY)))
    sought = " AND ".join(f'"{one}"' for one in terms)
    found = _found.bindparams(sought=sought).columns(column("rowid", Integer)).subquery("found")
    return ids.select_from(found.join(case_text, case_text.c.id == found.c.rowid))


def plan_for_these_terms(connection: Connection) -> None:
    """Let the database choose its way by the words that are sought, in this transaction.

    PostgreSQL would soon use one plan for all words of a statement it has prepared; but rare and common ones are found in
    different ways, of which the wrong one takes a hundred times as long.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_by_value)


def clear(connection: Connection) -> None:
    """Take every row and term away."""
    connection.execute(delete(case_text))
    if connection.dialect.name == "sqlite":
        connection.execute(_forget_all)
