"""The records of documents."""

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint

from engine.persistence.base import metadata
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
    UniqueConstraint("issuing_code", "year", "serial"),
)
DOCUMENT = "document"
DOCUMENTS = RecordTable(DOCUMENT, document)
