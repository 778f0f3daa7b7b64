"""The tables of samples and of their worksheets: records of the ledger of samples, apart from every case."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from engine.persistence.base import UtcDateTime, metadata
from workflows.record_tables import CanonicalValue, RecordTable

LEDGER = "office:audit_samples"
SAMPLE, SAMPLE_CASE = "audit_sample", "audit_sample_case"

audit_sample = Table(
    SAMPLE,
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("method", String, nullable=False),
    Column("seed", String, nullable=False),
    Column("algorithm", String, nullable=False),
    Column("criteria", CanonicalValue, nullable=False),
    Column("weights", CanonicalValue, nullable=False),
    Column("questions", CanonicalValue, nullable=False),
    Column("asked", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("population", Integer, nullable=False),
    Column("population_digest", String(64), nullable=False),
    Column("drawn_by", String, nullable=False),
    Column("drawn_at", UtcDateTime, nullable=False),
)
audit_sample_case = Table(
    SAMPLE_CASE,
    metadata,
    Column("id", String, primary_key=True),
    Column("sample_id", String, nullable=False),
    Column("instance_id", String, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("score", Integer, nullable=False),
    Column("points", CanonicalValue, nullable=False),
    Column("answers", CanonicalValue),
    Column("finding", Text),
    Column("conclusion", String),
    Column("noted_by", String),
    Column("noted_at", UtcDateTime),
    Index("ix_audit_sample_case_sample", "sample_id", "rank"),
)
SAMPLES = RecordTable(SAMPLE, audit_sample)
SAMPLE_CASES = RecordTable(SAMPLE_CASE, audit_sample_case)
