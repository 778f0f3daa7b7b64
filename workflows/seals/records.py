"""The record of a seal's use, written by the step at which it is used."""

from datetime import UTC

from sqlalchemy import Column, Index, Integer, String, Table

from engine.canonical import instant
from engine.model import RecordChange, Value
from engine.persistence.base import UtcDateTime, metadata
from workflows.contract import StepFacts
from workflows.record_tables import RecordTable

SEAL_USE = "seal_use"

seal_use = Table(
    "seal_use",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("seal", String, nullable=False),
    Column("matter", String, nullable=False),
    Column("document_number", String),
    Column("copies", Integer, nullable=False),
    Column("basis", String),
    Column("approved_by", String),
    Column("applicant", String),
    Column("unit", String),
    Column("keeper", String, nullable=False),
    Column("supervisor", String),
    Column("used_at", UtcDateTime, nullable=False),
    Index("ix_seal_use_used", "used_at", "id"),
    Index("ix_seal_use_instance", "instance_id"),
)
SEAL_USES = RecordTable(SEAL_USE, seal_use)


def seal_change(facts: StepFacts, seal: str, *, approved_by: str, seal_basis: Value = None) -> RecordChange:
    """Return the record of a seal's use at a step; a step that is done anew is one more use.

    Args:
        facts: Of the step: ``sealed_copies``, ``seal_basis``, ``seal_supervisor``, ``title`` and the case's initiator count.
        seal: What the seal is called.
        approved_by: Username of whoever approved that it is used.
        seal_basis: On what grounds, where the step's variables do not say.
    """
    variables = facts.variables
    at = instant(facts.now.astimezone(UTC))
    values: dict[str, Value] = {
        "instance_id": facts.instance_id,
        "seal": seal or "—",
        "matter": str(variables.get("title") or ""),
        "document_number": variables.get("document_number"),
        "copies": variables.get("sealed_copies") or 0,
        "basis": variables.get("seal_basis") or seal_basis,
        "approved_by": approved_by or None,
        "applicant": variables.get("initiator"),
        "unit": variables.get("initiator_unit"),
        "keeper": facts.actor.username,
        "supervisor": variables.get("seal_supervisor"),
        "used_at": at,
    }
    return RecordChange(SEAL_USE, f"{facts.instance_id}-{facts.activity.id}-{at}", values)
