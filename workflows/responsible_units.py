"""Which units a case has been given to: their heads, and the leaders in charge of them, may see it."""

from collections.abc import Iterable

from sqlalchemy import Column, Index, String, Table

from engine.model import RecordChange
from engine.persistence.base import metadata
from workflows.record_tables import RecordTable

RESPONSIBLE_UNIT = "responsible_unit"
LEADING, ASSISTING = "leading", "assisting"

responsible_unit = Table(
    "responsible_unit",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("role", String),
    Index("ix_responsible_unit_instance", "instance_id"),
    Index("ix_responsible_unit_unit", "unit", "instance_id"),
)
RESPONSIBLE_UNITS = RecordTable(RESPONSIBLE_UNIT, responsible_unit)
"""A unit whose ``role`` is empty was responsible once; its people keep what they have seen."""


def given_to(instance_id: str, leading: str, assisting: Iterable[str]) -> tuple[RecordChange, ...]:
    """Return the changes that say to whom a case is given.

    Args:
        instance_id: The case.
        leading: Code of the unit that leads (牵头).
        assisting: Codes of those that assist (协办).

    Returns:
        One change for each unit.
    """
    roles = {**dict.fromkeys(assisting, ASSISTING), leading: LEADING}
    return tuple(
        RecordChange(
            RESPONSIBLE_UNIT, f"{instance_id}-{unit}", {"instance_id": instance_id, "unit": unit, "role": role}
        )
        for unit, role in roles.items()
        if unit
    )
