"""Requests to clear contents (清除内容): one person asks, another approves; the request is a record of its case."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Column, Connection, Index, Integer, String, Table, Text, select, true

from engine.persistence.base import UtcDateTime, metadata
from workflows.record_tables import RecordTable

CLEARING = "clearing"


class PlaceKind(StrEnum):
    """What of a case can be cleared: everything that people write freely."""

    FIELD = "field"
    OPINION = "opinion"
    COMMENT = "comment"
    ATTACHMENT = "attachment"


clearing = Table(
    CLEARING,
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("place", String, nullable=False),
    Column("label", String, nullable=False),
    Column("everywhere", Boolean, nullable=False),
    Column("sha256", String),
    Column("size", Integer),
    Column("media_type", String),
    Column("reason", Text, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("decided_by", String),
    Column("decided_at", UtcDateTime),
    Column("approved", Boolean),
    Column("answer", Text),
    Index("ix_clearing_instance", "instance_id"),
    Index("ix_clearing_asked", "asked_at", "id"),
)
"""``place`` is a field's key, or the id of a work item, comment or attachment; ``label`` says what it is, without its content."""
CLEARINGS = RecordTable(CLEARING, clearing)


def cleared_files(connection: Connection) -> dict[str, datetime]:
    """Return when contents of files were first cleared, by their SHA-256, as the records of clearings say."""
    row = clearing.c
    query = select(row.sha256, row.decided_at).where(row.sha256.is_not(None), row.approved == true())
    found: dict[str, datetime] = {}
    for sha256, decided_at in connection.execute(query.order_by(row.decided_at)):
        found.setdefault(sha256, decided_at)
    return found
