"""The tables of numbers. A number given is a record of its case; a series is opened in the ledger of numbers."""

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint

from engine.persistence.base import UtcDateTime, metadata
from workflows.record_tables import RecordTable

NUMBER = "number"
LEDGER = "office:numbers"

number_series = Table(
    "number_series",
    metadata,
    Column("code", String, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("opening", Integer, nullable=False),
    Column("last", Integer, nullable=False),
)

given_number = Table(
    "given_number",
    metadata,
    Column("id", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("text", String, nullable=False),
    Column("instance_id", String, nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("voided_at", UtcDateTime),
    Column("voided_by", String),
    Column("void_reason", String),
    UniqueConstraint("code", "year", "serial"),
    Index("ix_given_number_instance", "instance_id"),
    Index("ix_given_number_text", "text"),
)
NUMBERS = RecordTable(NUMBER, given_number)
