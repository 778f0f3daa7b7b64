"""What is said and voted in a meeting stays in its room: who sees opinions and ballots, and whose reading is withheld.

Source:
    Rules of such bodies: what is discussed, what members say and how they vote is confidential; who withdraws from an item (回避)
    reads nothing of it.
"""

from sqlalchemy import Connection, select

from engine.persistence.tables import process_instance, work_item
from workflows.meeting_arrangement.in_hand import MINUTES
from workflows.meeting_arrangement.records import agenda_line
from workflows.meeting_arrangement.state import find_meeting
from workflows.meeting_arrangement.values import Line, Meeting


def knows_stands(connection: Connection, username: str, held: Meeting, line: Line) -> bool:
    """Tell whether somebody may know who said what to an item, and how they voted.

    Args:
        connection: For reading.
        username: Who reads; those who read everything anyway are not asked here.
        held: The meeting.
        line: Of its agenda.

    Returns:
        True for its members, but for those who have withdrawn from the item, and for those who record the meeting or go over its
        minutes.
    """
    if username in line.recused:
        return False
    return username in {one.person for one in held.members} or _keeps(connection, username, held.instance_id)


def withholds(connection: Connection, username: str, instance_id: str) -> bool:
    """Tell whether the chain of a meeting says what somebody may not know: it tells of every item alike."""
    held = find_meeting(connection, instance_id)
    if held is None:
        return False
    return not all(knows_stands(connection, username, held, one) for one in held.lines)


def bars_from_item(connection: Connection, username: str, instance_id: str) -> bool:
    """Tell whether somebody has withdrawn from an item, whose case and papers they then open no more."""
    line = agenda_line.c
    recused = connection.scalars(select(line.recused).where(line.item_case == instance_id, line.removed.is_not(True)))
    return any(username in one for one in recused)


def _keeps(connection: Connection, username: str, instance_id: str) -> bool:
    """Tell whether somebody arranges the meeting, or has had a step of its at which opinions are recorded or gone over."""
    case, item = process_instance.c, work_item.c
    begun = select(case.id).where(case.id == instance_id, case.initiator == username)
    had = select(item.id).where(
        item.instance_id == instance_id,
        item.kind.in_(sorted(MINUTES)),
        (item.assignee == username) | (item.closed_by == username),
    )
    return connection.scalar(select(begun.exists() | had.exists())) is True
