"""Which posts keep the register that a case stands in: whoever holds one of them may see it, whenever they came to the post."""

from sqlalchemy import Column, Index, String, Table

from engine.model import RecordChange
from engine.persistence.base import metadata
from workflows.record_tables import RecordTable

CASE_KEEPER = "case_keeper"

case_keeper = Table(
    "case_keeper",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("post", String, nullable=False),
    Index("ix_case_keeper_instance", "instance_id", "post"),
    Index("ix_case_keeper_post", "post", "instance_id"),
)
CASE_KEEPERS = RecordTable(CASE_KEEPER, case_keeper)


def kept_by(instance_id: str, post: str) -> RecordChange:
    """Return the change that says that a post keeps the register a case stands in.

    Args:
        instance_id: The case.
        post: One of :data:`workflows.duties.KEEPERS`.
    """
    return RecordChange(CASE_KEEPER, f"{instance_id}-{post}", {"instance_id": instance_id, "post": post})
