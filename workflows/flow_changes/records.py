"""The working copies of flows that are being changed, and the record of each change."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from engine.persistence.base import UtcDateTime, metadata
from workflows.record_tables import CanonicalValue, RecordTable

FLOW_CHANGE = "flow_change"

flow_file = Table(
    "flow_file",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""What the files of drafts hold, by content: nothing that was once submitted is written over."""
flow_draft = Table(
    "flow_draft",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id"), primary_key=True),
    Column("base_version", Integer, nullable=False),
    Column("files", CanonicalValue, nullable=False),
    Column("version", Integer, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("saved_by", String, nullable=False),
)
"""What is being drawn, one for each case of a change. Like every draft it is outside history until it is submitted."""
flow_change = Table(
    "flow_change",
    metadata,
    Column("instance_id", String, primary_key=True),
    Column("flow_key", String),
    Column("base_version", Integer),
    Column("files", CanonicalValue),
    Column("reason", String),
    Column("drafted_by", String),
    Column("approved_by", String),
    Column("deployed_version", Integer),
)
FLOW_CHANGES = RecordTable(FLOW_CHANGE, flow_change)
