"""Writes the audit log with each entry of an office ledger, makes it anew from history, and compares the two."""

from collections.abc import Iterator
from dataclasses import fields

from sqlalchemy import Connection, bindparam, cast, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.sqltypes import Text

from engine.model import HistoryEvent
from engine.persistence import history
from workflows.audit_log.entries import AuditEntry, entry_of, is_audited
from workflows.audit_log.records import audit_entry
from workflows.search.text import terms_of

COLUMNS = tuple(audit_entry.c[one.name] for one in fields(AuditEntry))
_insert = insert(audit_entry).returning(audit_entry.c.id)
_remember = text("INSERT INTO audit_term (rowid, terms) VALUES (:row_id, :terms)")
_forget = text("INSERT INTO audit_term (audit_term, rowid, terms) VALUES ('delete', :row_id, :terms)")
_forget_all = text("INSERT INTO audit_term (audit_term) VALUES ('delete-all')")
_keep = (
    update(audit_entry)
    .where(audit_entry.c.id == bindparam("row_id"))
    .values(terms=func.array_to_tsvector(cast(bindparam("term_list"), ARRAY(Text))))
)


def project(connection: Connection, event: HistoryEvent) -> None:
    """Write the row of an entry, in the transaction in which it was told."""
    if not is_audited(event.chain):
        return
    entry = entry_of(event)
    row_id = connection.execute(_insert, vars(entry)).scalar_one()
    if entry.words is None:
        return
    _set_terms(connection, row_id, [], terms_of(entry.words))


def refresh(connection: Connection, chain: str) -> None:
    """Let go of what a ledger no longer says, once contents of it were cleared."""
    told = {one.event.seq: entry_of(one.event).words for one in history.list_events(connection, chain)}
    row = audit_entry.c
    kept = select(row.id, row.seq, row.words).where(row.chain == chain, row.words.is_not(None))
    for one in connection.execute(kept).all():
        words = told.get(one.seq)
        if words != one.words:
            connection.execute(update(audit_entry).where(row.id == one.id).values(words=words))
            _set_terms(connection, one.id, terms_of(one.words), terms_of(words or ""))


def _set_terms(connection: Connection, row_id: int, before: list[str], terms: list[str]) -> None:
    """Write the terms of a row; SQLite is told those it had, because it keeps no copy of them."""
    if connection.dialect.name == "postgresql":
        connection.execute(_keep, {"row_id": row_id, "term_list": terms})
        return
    if before:
        connection.execute(_forget, {"row_id": row_id, "terms": " ".join(before)})
    if terms:
        connection.execute(_remember, {"row_id": row_id, "terms": " ".join(terms)})


def rebuild(connection: Connection) -> None:
    """Make the whole log anew from the ledgers, in the order of time."""
    connection.execute(delete(audit_entry))
    if connection.dialect.name == "sqlite":
        connection.execute(_forget_all)
    told = [
        one.event
        for chain in sorted(history.list_ledgers(connection))
        if is_audited(chain)
        for one in history.list_events(connection, chain)
    ]
    for event in sorted(told, key=lambda one: one.at):
        project(connection, event)


def broken(connection: Connection, chains_broken: set[str]) -> Iterator[tuple[str, int]]:
    """Yield the places, by chain and number, of which the log says something else than history, or one of both nothing.

    Args:
        connection: In a transaction that sees one state of the database.
        chains_broken: Chains that do not hold by themselves; nothing is said of those.

    Yields:
        In order.
    """
    ledgers = {one for one in history.list_ledgers(connection) if is_audited(one)}
    stored_of = set(connection.scalars(select(audit_entry.c.chain).distinct()))
    for chain in sorted((ledgers | stored_of) - chains_broken):
        told = {one.event.seq: entry_of(one.event) for one in history.list_events(connection, chain)}
        query = select(*COLUMNS).where(audit_entry.c.chain == chain)
        stored = {row.seq: AuditEntry(**row._mapping) for row in connection.execute(query)}
        yield from ((chain, seq) for seq in sorted(told.keys() | stored.keys()) if told.get(seq) != stored.get(seq))
