"""The table of standing substitutions."""

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text

from engine.persistence.base import UtcDateTime, metadata

# ``definitions`` is a list of keys of flows, or null for all. A substitution is ended, never removed.
substitution = Table(
    "substitution",
    metadata,
    Column("id", String, primary_key=True),
    Column("owner", ForeignKey("person.username"), nullable=False),
    Column("substitute", ForeignKey("person.username"), nullable=False),
    Column("definitions", JSON(none_as_null=True)),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_by", String),
    Column("ended_at", UtcDateTime),
    Index("ix_substitution_substitute", "substitute", "ends_at"),
    Index("ix_substitution_owner", "owner", "ends_at"),
)
