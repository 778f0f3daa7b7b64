"""What secretaries have recorded for a leader (代录) and the leader has not confirmed yet."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.model import WorkItemState
from engine.persistence.tables import UNCONFIRMED, process_instance, work_item
from workflows.organisation.values import Person

MOST_LISTED = 20


@dataclass(frozen=True)
class Unconfirmed:
    """One recording that waits for its leader: the work item, the title of its case, and who recorded it."""

    work_item_id: str
    title: str
    recorded_by: str


def list_unconfirmed(connection: Connection, person: Person) -> list[Unconfirmed]:
    """Return what was recorded for a person and waits for them, the oldest first, at most 20.

    Args:
        connection: For reading; one query by index.
        person: For whom it was recorded.
    """
    item = work_item.c
    rows = connection.execute(
        select(item.id, process_instance.c.title, item.recorded_by)
        .join(process_instance, process_instance.c.id == item.instance_id)
        .where(item.closed_by == person.username, item.state == WorkItemState.COMPLETED.value, UNCONFIRMED)
        .order_by(item.closed_at)
        .limit(MOST_LISTED)
    )
    return [Unconfirmed(row.id, row.title, row.recorded_by) for row in rows]
