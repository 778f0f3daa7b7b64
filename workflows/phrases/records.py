"""The table of usual phrases. A row with an owner is that person's own; one without is the office's."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from engine.persistence.base import metadata

phrase = Table(
    "phrase",
    metadata,
    Column("id", String, primary_key=True),
    Column("owner", ForeignKey("person.username")),
    Column("kind", String),
    Column("text", String, nullable=False),
    Column("position", Integer, nullable=False),
    Index("ix_phrase_owner", "owner", "position"),
)
