"""The table of the audit log: a projection of the office ledgers, written with each entry and made anew from history.

Each index answers one way of asking in the order in which it is shown, so that a page costs as much among a million rows as
among a thousand; what is about one thing is few, and the last columns of its index sort that out by its side. ``words`` is
what entries say that people have typed; readings and sign-ins say nothing of that kind.
"""

from sqlalchemy import DDL, Column, Index, Integer, String, Table, Text, UniqueConstraint, event
from sqlalchemy.dialects.postgresql import TSVECTOR

from engine.persistence.base import CACHE, UtcDateTime, metadata

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chain", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("on_behalf_of", String),
    Column("recorded_by", String),
    Column("category", String, nullable=False),
    Column("act", String, nullable=False),
    Column("object_kind", String),
    Column("object_id", String),
    Column("outcome", String, nullable=False),
    Column("words", Text),
    Column("terms", Text().with_variant(TSVECTOR(), "postgresql")),
    UniqueConstraint("chain", "seq"),
    Index("ix_audit_entry_at", "at", "id"),
    Index("ix_audit_entry_actor", "actor", "at", "id"),
    Index("ix_audit_entry_actor_act", "actor", "act", "at", "id"),
    Index("ix_audit_entry_actor_category", "actor", "category", "at", "id"),
    Index("ix_audit_entry_category", "category", "at", "id"),
    Index("ix_audit_entry_act", "act", "at", "id"),
    Index("ix_audit_entry_object", "object_id", "at", "id", "object_kind", "category", "act"),
    info=CACHE,
)
SAYS_SOMETHING = audit_entry.c.words.is_not(None)
"""Entries with words; they are few among readings and sign-ins."""
Index(
    "ix_audit_entry_words",
    *(audit_entry.c.at, audit_entry.c.id),
    sqlite_where=SAYS_SOMETHING,
    postgresql_where=SAYS_SOMETHING,
)
Index("ix_audit_entry_terms", audit_entry.c.terms, postgresql_using="gin").ddl_if(dialect="postgresql")
event.listen(
    audit_entry,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        "CREATE VIRTUAL TABLE IF NOT EXISTS audit_term "
        "USING fts5(terms, content='', columnsize=0, detail=none, tokenize='ascii')"
    ).execute_if(dialect="sqlite"),
)
