"""The records of documents and their numbers, and the one way in which they are written: from history's own words."""

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

number_series = Table(
    "number_series",
    metadata,
    Column("issuing_code", String, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("opening", Integer, nullable=False),
    Column("last", Integer, nullable=False),
)

DOCUMENT = "document"
DOCUMENTS = RecordTable(DOCUMENT, document)
