"""The tables of attachments."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from engine.persistence.base import UtcDateTime, metadata

stored_file = Table(
    "stored_file",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("media_type", String, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("cleared_at", UtcDateTime),
)
Index(
    "ix_stored_file_cleared",
    stored_file.c.sha256,
    sqlite_where=stored_file.c.cleared_at.is_not(None),
    postgresql_where=stored_file.c.cleared_at.is_not(None),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", String, primary_key=True),
    Column("sha256", ForeignKey("stored_file.sha256"), nullable=False),
    Column("name", String, nullable=False),
    Column("uploaded_by", String, nullable=False),
    Column("uploaded_at", UtcDateTime, nullable=False),
    Column("instance_id", String, index=True),
)
