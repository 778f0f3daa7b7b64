"""The records of incoming documents: the register, what each unit does, further copies, corrections of a registration."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from engine.persistence.base import UtcDateTime, metadata
from workflows.record_tables import CanonicalValue, RecordTable

INCOMING, UNIT, COPY, CORRECTION = "incoming_document", "incoming_unit", "incoming_copy", "incoming_correction"
RETURNED, MERGED, CLOSED = "returned", "merged", "closed"
"""How a document's way through the office has ended, apart from being cancelled."""
LEAD, HELPING = "lead", "helping"
"""主办 and 协办."""

incoming_document = Table(
    INCOMING,
    metadata,
    Column("instance_id", String, primary_key=True),
    Column("received_at", UtcDateTime),
    Column("received_by", String),
    Column("channel", String),
    Column("forwarding_unit", String),
    Column("copies", Integer),
    Column("registered_at", UtcDateTime),
    Column("registered_by", String),
    Column("source_organ", String),
    Column("source_number", String),
    Column("source_key", String),
    Column("issued_on", String),
    Column("document_type", String),
    Column("telegram", Boolean),
    Column("urgency", String),
    Column("classification", String),
    Column("handling", String),
    Column("pages", Integer),
    Column("annex_count", Integer),
    Column("contact", String),
    Column("return_demand", String),
    Column("remarks", Text),
    Column("reply_required", Boolean),
    Column("needs_verification", Boolean),
    Column("verified_at", UtcDateTime),
    Column("verified_by", String),
    Column("proposal", Text),
    Column("lead_unit", String),
    Column("co_units", CanonicalValue),
    Column("due_on", String),
    Column("result", Text),
    Column("reply_number", String),
    Column("replied_on", String),
    Column("archiving", String),
    Column("retention", String),
    Column("archive_reason", String),
    Column("outcome", String),
    Column("outcome_reason", String),
    Column("closed_at", UtcDateTime),
    Column("closed_by", String),
    Index("ix_incoming_document_source", "source_key"),
    Index("ix_incoming_document_lead_unit", "lead_unit"),
)

incoming_unit = Table(
    UNIT,
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("role", String, nullable=False),
    Column("assigned_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime),
    Column("received_by", String),
    Column("handler", String),
    Column("declined_at", UtcDateTime),
    Column("declined_by", String),
    Column("decline_reason", String),
    Column("taken_off_at", UtcDateTime),
    Column("reported_at", UtcDateTime),
    Column("reported_by", String),
    Column("result", Text),
    Column("signed_at", UtcDateTime),
    Column("signed_by", String),
    Index("ix_incoming_unit_instance", "instance_id"),
)

incoming_copy = Table(
    COPY,
    metadata,
    Column("id", String, primary_key=True),
    Column("first_id", String, nullable=False),
    Column("received_at", UtcDateTime),
    Column("channel", String),
    Column("forwarding_unit", String),
    Column("copies", Integer),
    Column("merged_at", UtcDateTime, nullable=False),
    Column("merged_by", String, nullable=False),
    Index("ix_incoming_copy_first", "first_id"),
)

incoming_correction = Table(
    CORRECTION,
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("field", String, nullable=False),
    Column("old", CanonicalValue),
    Column("new", CanonicalValue),
    Column("reason", String, nullable=False),
    Column("corrected_at", UtcDateTime, nullable=False),
    Column("corrected_by", String, nullable=False),
    Index("ix_incoming_correction_instance", "instance_id"),
)

RECORDS = (
    RecordTable(INCOMING, incoming_document),
    RecordTable(UNIT, incoming_unit),
    RecordTable(COPY, incoming_copy),
    RecordTable(CORRECTION, incoming_correction),
)


def unit_record_id(instance_id: str, unit: str) -> str:
    """Return under which id it is kept what a unit does with a document."""
    return f"{instance_id}-{unit}"
