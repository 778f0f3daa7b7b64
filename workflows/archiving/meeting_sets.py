"""Which items belong to the set of which meeting: the material of a meeting stays together."""

from sqlalchemy import ColumnElement, and_, exists, select

from engine.model import InstanceState
from engine.persistence.tables import process_instance
from workflows.meeting_arrangement.records import agenda_line
from workflows.meeting_arrangement.tally import Outcome

_of_meeting = process_instance.alias("of_meeting")


def is_dealt_with() -> ColumnElement[bool]:
    """Say that a line of an agenda is one by which its item belongs to its meeting's set.

    Returns:
        A condition on ``agenda_line``: the meeting has dealt with the item, and was not called off. What it has put off goes to
        the meeting that takes it up again, or stands for itself, and so does everything that a cancelled meeting had before it.

    Source:
        DA/T 22-2015 as DOMAIN of such offices gives it: the material of a meeting stays together.
    """
    line = agenda_line.c
    cancelled = exists().where(
        _of_meeting.c.id == line.instance_id, _of_meeting.c.state == InstanceState.CANCELLED.value
    )
    return and_(
        line.removed.is_not(True), line.outcome.is_not(None), line.outcome != Outcome.POSTPONED.value, ~cancelled
    )


def in_a_set(case_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Say that a case is an item which belongs to the set of a meeting."""
    line = agenda_line.c
    return select(line.id).where(line.item_case == case_id, is_dealt_with()).exists()
