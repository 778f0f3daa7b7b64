"""What the units that act upon a document have done, as the register keeps it."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from workflows.incoming_document.records import LEAD, incoming_unit


@dataclass(frozen=True)
class UnitPart:
    """The part of one unit in a document: that it leads or helps, and how far it is."""

    unit: str
    role: str
    assigned_at: datetime
    received_at: datetime | None
    received_by: str | None
    handler: str | None
    declined_at: datetime | None
    declined_by: str | None
    decline_reason: str | None
    taken_off_at: datetime | None
    reported_at: datetime | None
    reported_by: str | None
    result: str | None
    signed_at: datetime | None
    signed_by: str | None

    @property
    def leads(self) -> bool:
        """Whether it is the unit that leads (主办)."""
        return self.role == LEAD

    @property
    def done_at(self) -> datetime | None:
        """When it was done with its part, or taken off it; None while it acts."""
        if self.taken_off_at is not None:
            return self.taken_off_at
        return (self.signed_at or self.reported_at) if self.has_reported else None

    @property
    def has_reported(self) -> bool:
        """Whether it is done: a report was made, and of the unit that leads its head has signed it."""
        return self.reported_at is not None and (self.signed_at is not None or not self.leads)


_columns = [incoming_unit.c[one.name] for one in fields(UnitPart)]
_parts = (
    select(*_columns)
    .where(incoming_unit.c.instance_id == bindparam("instance_id"))
    .order_by(incoming_unit.c.assigned_at, incoming_unit.c.role.desc(), incoming_unit.c.unit)
)


def parts_of(connection: Connection, instance_id: str) -> list[UnitPart]:
    """Return the parts of all units in a document, of those too that were taken off; the one that leads first."""
    return [UnitPart(*row) for row in connection.execute(_parts, {"instance_id": instance_id})]


def helping_units(connection: Connection, instance_id: str, *, without: str = "", besides: str = "") -> list[str]:
    """Return the units that help with a document now.

    Args:
        connection: For reading.
        instance_id: The case.
        without: One that is just being taken off.
        besides: One that just comes in its place.
    """
    parts = parts_of(connection, instance_id)
    found = [one.unit for one in parts if not one.leads and one.taken_off_at is None and one.unit != without]
    return [*found, *([besides] if besides else [])]
