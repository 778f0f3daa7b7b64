"""The tables of the archive. All are told to one ledger, since a 件 may hold several cases and a year all of them."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from engine.persistence.base import UtcDateTime, metadata
from workflows.record_tables import CanonicalValue, RecordTable

LEDGER = "office:archive"
ITEM, PART, MEMBER, SCOPE = "archive_item", "archive_part", "archive_member", "archive_scope"
YEAR, INSPECTION, TRANSFER = "archive_year", "archive_inspection", "archive_transfer"

archive_item = Table(
    ITEM,
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String),
    Column("year", Integer, nullable=False),
    Column("retention", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("document_number", String),
    Column("responsible", String),
    Column("dated_on", String),
    Column("classification", String),
    Column("pages", Integer),
    Column("remarks", Text),
    Column("state", String, nullable=False),
    Column("assembled_at", UtcDateTime, nullable=False),
    Column("assembled_by", String, nullable=False),
    Column("serial", Integer),
    Column("archival_code", String),
    Column("see", CanonicalValue),
    Column("numbered_at", UtcDateTime),
    Column("removed_at", UtcDateTime),
    Column("removed_by", String),
    Column("removal_reason", String),
    Column("transfer", String),
    UniqueConstraint("year", "retention", "unit", "serial"),
    UniqueConstraint("archival_code"),
    Index("ix_archive_item_year", "year", "state"),
)
"""A 件; its id is the case it was put together from, or one of its own where it is on paper alone."""

archive_part = Table(
    PART,
    metadata,
    Column("id", String, primary_key=True),
    Column("item", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("instance_id", String),
    Column("attachment", String),
    Column("sha256", String),
    Column("size", Integer),
    Column("seq", Integer),
    Column("dropped", Boolean),
    Index("ix_archive_part_item", "item", "position"),
)

archive_member = Table(
    MEMBER,
    metadata,
    Column("instance_id", String, primary_key=True),
    Column("item", String),
    Index("ix_archive_member_item", "item"),
)
"""Which 件 a case belongs to; none once that was taken apart."""

archive_scope = Table(
    SCOPE,
    metadata,
    Column("instance_id", String, primary_key=True),
    Column("archiving", String, nullable=False),
    Column("retention", String),
    Column("reason", String, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("decided_by", String, nullable=False),
)
"""What the archivist has decided about a case, against or beside what its closing says."""

archive_year = Table(
    YEAR,
    metadata,
    Column("id", String, primary_key=True),
    Column("year", Integer, nullable=False, unique=True),
    Column("items", Integer, nullable=False),
    Column("numbered_at", UtcDateTime, nullable=False),
    Column("numbered_by", String, nullable=False),
)
"""That a year was numbered: once, so its row is there or is not."""

archive_inspection = Table(
    INSPECTION,
    metadata,
    Column("id", String, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("items", Integer, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("manual", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("results", CanonicalValue, nullable=False),
    Column("inspected_at", UtcDateTime, nullable=False),
    Column("inspected_by", String, nullable=False),
    Index("ix_archive_inspection_year", "year", "inspected_at"),
)

archive_transfer = Table(
    TRANSFER,
    metadata,
    Column("id", String, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("unit", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("items", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("inspection", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String, nullable=False),
    Column("handed_over_at", UtcDateTime),
    Column("handed_over_by", String),
    Column("taken_over_at", UtcDateTime),
    Column("taken_over_by", String),
    UniqueConstraint("year", "unit", "number"),
)

RECORDS = (
    RecordTable(ITEM, archive_item),
    RecordTable(PART, archive_part),
    RecordTable(MEMBER, archive_member),
    RecordTable(SCOPE, archive_scope),
    RecordTable(YEAR, archive_year),
    RecordTable(INSPECTION, archive_inspection),
    RecordTable(TRANSFER, archive_transfer),
)
