"""签收: which of the units that a document or minutes went to have signed, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.model import WorkItemState
from engine.persistence.tables import work_item
from workflows.organisation import queries
from workflows.organisation.unit_names import unit_names

RECEIVE = "receive"


@dataclass(frozen=True)
class Receipt:
    """One unit: who signs for it, or has signed, by username and by name, and when; how often they were urged."""

    work_item_id: str
    unit: str
    assignee: str | None
    person: str
    signed_at: datetime | None
    due_at: datetime | None
    urges: int
    urged_at: datetime | None


def list_receipts(connection: Connection, instance_id: str) -> list[Receipt]:
    """Return the receipts of a case, a line for each unit, in the order of the distribution.

    Args:
        connection: For reading.
        instance_id: The case.

    Returns:
        Those of the last distribution, where a document was dispatched more than once.
    """
    item = work_item.c
    asked = (WorkItemState.OPEN.value, WorkItemState.COMPLETED.value)
    rows = connection.execute(
        select(work_item)
        .where(item.instance_id == instance_id, item.kind == RECEIVE, item.seat.is_not(None), item.state.in_(asked))
        .order_by(item.opened_at, item.id)
    ).all()
    latest = {row.seat: row for row in rows}
    units = unit_names(connection)
    whose = {name for row in latest.values() for name in (row.closed_by, row.assignee) if name}
    names = queries.names_of(connection, whose)
    return [
        Receipt(
            work_item_id=row.id,
            unit=units.at(seat, row.closed_at),
            assignee=row.assignee,
            person=names.get(row.closed_by or row.assignee or "", ""),
            signed_at=row.closed_at,
            due_at=row.due_at,
            urges=row.urges,
            urged_at=row.urged_at,
        )
        for seat, row in latest.items()
    ]
