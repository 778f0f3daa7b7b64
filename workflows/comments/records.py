"""The records of comments, and the one way in which they are written: from history's own words."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, insert, select

from engine import canonical
from engine.model import RecordChange, Variables
from engine.persistence.base import UtcDateTime, metadata

COMMENT = "comment"

comment = Table(
    "comment",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("author", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("mentions", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_comment_instance", "instance_id", "seq"),
)


def apply_comment(connection: Connection, change: RecordChange) -> None:
    """Write what history says of a comment."""
    values = dict(change.values)
    values["mentions"] = canonical.encode(values["mentions"])  # type: ignore[assignment]  # a column of bytes
    row = {**values, "at": canonical.parse_instant(str(values["at"]))}
    connection.execute(insert(comment).values(id=change.record_id, **row))


def said_in(
    connection: Connection, instance_id: str, only: Collection[str] | None = None
) -> list[tuple[datetime, str]]:
    """Return when what was said in a case, in order; with ``only``, in the comments of these ids."""
    query = select(comment.c.at, comment.c.text).where(comment.c.instance_id == instance_id).order_by(comment.c.seq)
    rows = connection.execute(query if only is None else query.where(comment.c.id.in_(only)))
    return [(row.at, row.text) for row in rows]


def read_comments(connection: Connection) -> dict[str, Variables]:
    """Return what the rows say of each comment, by its id, in history's words."""
    return {
        row.id: {
            "instance_id": row.instance_id,
            "seq": row.seq,
            "author": row.author,
            "text": row.text,
            "mentions": canonical.decode(bytes(row.mentions)),
            "at": canonical.instant(row.at),
        }
        for row in connection.execute(select(comment))
    }
