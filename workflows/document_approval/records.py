"""The records of documents, and the table of who signs what."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, UniqueConstraint

from engine.persistence.base import UtcDateTime, metadata
from workflows.record_tables import RecordTable

document = Table(
    "document",
    metadata,
    Column("instance_id", String, primary_key=True),
    Column("signed_by", String),
    Column("signed_at", String),
    Column("issued_on", String),
    Column("issuing_code", String),
    Column("year", Integer),
    Column("serial", Integer),
    Column("document_number", String),
    Column("registered_at", String),
    Column("dispatched_on", String),
    Column("document_type", String),
    Column("urgency", String),
    Column("classification", String),
    Column("disclosure_scope", String),
    Column("main_recipients", String),
    Column("copied_organs", String),
    Column("annexes", Integer),
    Column("copies", Integer),
    Column("recipients", Integer),
    Column("drafted_by_unit", String),
    Column("sealed_copies", Integer),
    Column("seal_supervisor", String),
    Column("retention", String),
    UniqueConstraint("issuing_code", "year", "serial"),
)
document_check = Table(
    "document_check",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("check_name", String, nullable=False),
    Column("seen", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("activity_id", String, nullable=False),
    Column("person", String, nullable=False),
    Column("answered_at", UtcDateTime, nullable=False),
    Index("ix_document_check_instance", "instance_id"),
)
signing_rule = Table(
    "signing_rule",
    metadata,
    Column("id", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("organ", String, nullable=False),
    Column("signatory", String, nullable=False),
    Column("important_to_principal", Boolean, nullable=False),
    Column("may_instruct", Boolean, nullable=False),
    Column("valid_from", String, nullable=False),
    Column("closed", Boolean, nullable=False),
)
DOCUMENT, CHECK, SIGNING = "document", "document_check", "signing_rule"
DOCUMENTS = RecordTable(DOCUMENT, document)
CHECKS = RecordTable(CHECK, document_check)
SIGNING_RULES = RecordTable(SIGNING, signing_rule)
