"""What a page shows of one matter or task beside its steps: sources, feedback, due dates, reminders, returns."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from workflows.reminders import reminder
from workflows.supervision.records import (
    assigned_task,
    matter_assistance,
    matter_due_change,
    matter_feedback,
    matter_return,
    matter_source,
)


@dataclass(frozen=True)
class Course:
    """What became of a matter, each in order."""

    sources: tuple[Row[Any], ...]
    feedbacks: tuple[Row[Any], ...]
    assistances: tuple[Row[Any], ...]
    due_changes: tuple[Row[Any], ...]
    returns: tuple[Row[Any], ...]
    reminders: tuple[Row[Any], ...]

    def assisting(self, round_no: int) -> tuple[Row[Any], ...]:
        """Return what assisting units have told for a round of feedback."""
        return tuple(one for one in self.assistances if one.round == round_no)

    @property
    def files(self) -> set[str]:
        """The attachments that were given as evidence."""
        return {str(one) for told in self.feedbacks for one in told.evidence or ()}

    @property
    def people(self) -> set[str]:
        """Everybody who is named in it."""
        named = {
            *(one.given_by for one in self.feedbacks),
            *(one.signed_by for one in self.feedbacks),
            *(one.told_by for one in self.assistances),
            *(one.asked_by for one in self.due_changes),
            *(one.decided_by for one in self.due_changes),
            *(one.returned_by for one in self.returns),
            *(one.told_by for one in self.reminders),
            *(person for one in self.reminders for person in one.people),
        }
        return {one for one in named if one}


def course_of(connection: Connection, instance_id: str) -> Course:
    """Return what became of a matter."""
    return Course(
        _rows(connection, matter_source, instance_id, "id"),
        _rows(connection, matter_feedback, instance_id, "round"),
        _rows(connection, matter_assistance, instance_id, "round"),
        _rows(connection, matter_due_change, instance_id, "id"),
        _rows(connection, matter_return, instance_id, "id"),
        _rows(connection, reminder, instance_id, "serial"),
    )


def find_task(connection: Connection, instance_id: str) -> Row[Any] | None:
    """Return the row of a task, or None."""
    return connection.execute(select(assigned_task).where(assigned_task.c.instance_id == instance_id)).first()


def _rows(connection: Connection, table: Table, instance_id: str, order: str) -> tuple[Row[Any], ...]:
    query = select(table).where(table.c.instance_id == instance_id).order_by(table.c[order], *table.primary_key.columns)
    return tuple(connection.execute(query))
