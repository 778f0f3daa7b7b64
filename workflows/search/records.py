"""The table of the index: a row for each case, with all that can be found in it."""

from sqlalchemy import DDL, Column, ForeignKey, Index, Integer, Table, Text, event
from sqlalchemy.dialects.postgresql import TSVECTOR

from engine.persistence.base import CACHE, metadata

PENDING_KILOBYTES = 256
"""What PostgreSQL gathers before it sorts it into the index; every search goes through that much from end to end."""

# ``terms`` is kept by PostgreSQL alone; SQLite keeps terms in a table of its own kind, which names rows by ``id``. Where some
# steps show those who have them no more than the step, ``wide`` names the others, each between spaces, and ``label`` is what a
# reader of no other step may find the case by: title and number, as every list shows them. Elsewhere both are null.
case_text = Table(
    "case_text",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False, unique=True),
    Column("head", Text, nullable=False),
    Column("opinions", Text, nullable=False),
    Column("label", Text),
    Column("wide", Text),
    Column("terms", Text().with_variant(TSVECTOR(), "postgresql")),
    info=CACHE,
)
Index(
    "ix_case_text_terms",
    case_text.c.terms,
    postgresql_using="gin",
    postgresql_with={"gin_pending_list_limit": PENDING_KILOBYTES},
).ddl_if(dialect="postgresql")
event.listen(
    case_text,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        "CREATE VIRTUAL TABLE IF NOT EXISTS case_term "
        "USING fts5(terms, content='', columnsize=0, detail=none, tokenize='ascii')"
    ).execute_if(dialect="sqlite"),
)
