"""The records of links between cases."""

from sqlalchemy import Column, Index, String, Table

from engine.model import RecordChange
from engine.persistence.base import metadata
from workflows.record_tables import RecordTable

LINK = "case_link"

case_link = Table(
    "case_link",
    metadata,
    Column("id", String, primary_key=True),
    Column("source_id", String, nullable=False),
    Column("target_id", String, nullable=False),
    Column("relation", String, nullable=False),
    Index("ix_case_link_source", "source_id"),
    Index("ix_case_link_target", "target_id"),
)
LINKS = RecordTable(LINK, case_link)


def link_change(source_id: str, target_id: str, relation: str) -> RecordChange:
    """Return the change that ties a case to the one it came from.

    Args:
        source_id: The earlier case.
        target_id: The later one, in whose history the change is told.
        relation: One of :data:`workflows.links.relations.RELATIONS`.
    """
    values = {"source_id": source_id, "target_id": target_id, "relation": relation}
    return RecordChange(LINK, f"{target_id}-{source_id}-{relation}", dict(values))
