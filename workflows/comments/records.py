"""The records of comments."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, String, Table, Text, select

from engine.persistence.base import UtcDateTime, metadata
from workflows.record_tables import CanonicalValue, RecordTable

COMMENT = "comment"

comment = Table(
    "comment",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("author", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("mentions", CanonicalValue, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_comment_instance", "instance_id", "seq"),
)


COMMENTS = RecordTable(COMMENT, comment)


def said_in(
    connection: Connection, instance_id: str, only: Collection[str] | None = None
) -> list[tuple[datetime, str]]:
    """Return when what was said in a case, in order; with ``only``, in the comments of these ids."""
    query = select(comment.c.at, comment.c.text).where(comment.c.instance_id == instance_id).order_by(comment.c.seq)
    rows = connection.execute(query if only is None else query.where(comment.c.id.in_(only)))
    return [(row.at, row.text) for row in rows]
