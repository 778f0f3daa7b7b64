"""Reads what is recorded of items and meetings."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Table, and_, or_, select

from engine.model import InstanceState
from engine.persistence.tables import process_instance
from workflows.meeting_arrangement.errors import LineNotFound, MeetingNotFound
from workflows.meeting_arrangement.quorum import Choice
from workflows.meeting_arrangement.records import (
    agenda_item,
    agenda_line,
    meeting,
    meeting_resolution,
    meeting_seat,
    meeting_stand,
    written_opinion,
)
from workflows.meeting_arrangement.tally import Counts, Outcome
from workflows.meeting_arrangement.values import Item, Line, Meeting, Resolution, Seat, Stand, WrittenOpinion

Made = TypeVar("Made")


def find_meeting(connection: Connection, instance_id: str) -> Meeting | None:
    """Return a meeting with all that is recorded of it, or None where the case is none."""
    row = connection.execute(select(meeting).where(meeting.c.instance_id == instance_id)).first()
    if row is None:
        return None
    lines = select(agenda_line).where(agenda_line.c.instance_id == instance_id, agenda_line.c.removed.is_not(True))
    seats = select(meeting_seat).where(meeting_seat.c.instance_id == instance_id).order_by(meeting_seat.c.rank)
    return Meeting(
        instance_id=row.instance_id,
        body=row.body,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        chair=row.chair,
        room=row.room,
        year=row.year,
        number=row.number,
        convened_at=row.convened_at,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        minutes_title=row.minutes_title,
        minutes_text=row.minutes_text or "",
        signed_by=row.signed_by,
        signed_on=row.signed_on,
        issue=row.issue,
        dispatched_on=row.dispatched_on,
        copies=row.copies,
        recipients=tuple(row.recipients or ()),
        lines=tuple(map(_line, connection.execute(lines.order_by(agenda_line.c.position, agenda_line.c.id)))),
        seats=tuple(map(_seat, connection.execute(seats))),
        stands=_by_line(connection, meeting_stand, instance_id, meeting_stand.c.place, _stand),
        written=_by_line(connection, written_opinion, instance_id, written_opinion.c.given_at, _written),
        resolutions=_by_line(connection, meeting_resolution, instance_id, meeting_resolution.c.place, _resolution),
    )


def get_meeting(connection: Connection, instance_id: str) -> Meeting:
    """Return a meeting; raise ``MeetingNotFound``."""
    found = find_meeting(connection, instance_id)
    if found is None:
        raise MeetingNotFound(instance_id)
    return found


def line_of(held: Meeting, line_id: str) -> Line:
    """Return a line of a meeting's agenda; raise ``LineNotFound``."""
    found = held.find_line(line_id)
    if found is None:
        raise LineNotFound(line_id)
    return found


def find_item(connection: Connection, instance_id: str) -> Item | None:
    """Return an item that was decided about, or None."""
    row = connection.execute(select(agenda_item).where(agenda_item.c.instance_id == instance_id)).first()
    return _item(row) if row is not None else None


def list_waiting(connection: Connection, body: str) -> list[Item]:
    """Return the items that were accepted for a body and are on no agenda, in the order of acceptance.

    An item that a meeting has postponed waits again, and so do those of a meeting that was called off.
    """
    of_meeting = process_instance.alias()
    line = agenda_line.c
    taken = (
        select(line.item_case)
        .join(of_meeting, of_meeting.c.id == line.instance_id)
        .where(
            line.item_case == agenda_item.c.instance_id,
            line.removed.is_not(True),
            of_meeting.c.state != InstanceState.CANCELLED.value,
            or_(line.outcome.is_(None), line.outcome != Outcome.POSTPONED.value),
        )
        .exists()
    )
    waits = and_(
        agenda_item.c.body == body,
        agenda_item.c.accepted.is_(True),
        process_instance.c.state.in_([InstanceState.RUNNING.value, InstanceState.INCIDENT.value]),
    )
    query = (
        select(agenda_item)
        .join(process_instance, process_instance.c.id == agenda_item.c.instance_id)
        .where(waits, ~taken)
        .order_by(agenda_item.c.decided_at, agenda_item.c.instance_id)
    )
    return list(map(_item, connection.execute(query)))


def meetings_of_item(connection: Connection, item_case: str) -> list[tuple[Meeting, Line]]:
    """Return the meetings on whose agenda an item is or was once the notice was out, each with its line, in order."""
    line, of_meeting = agenda_line.c, process_instance.c
    query = (
        select(agenda_line)
        .join(process_instance, of_meeting.id == line.instance_id)
        .join(meeting, meeting.c.instance_id == line.instance_id)
        .where(
            line.item_case == item_case,
            line.removed.is_not(True),
            meeting.c.convened_at.is_not(None),
            of_meeting.state != InstanceState.CANCELLED.value,
        )
        .order_by(meeting.c.starts_at, line.id)
    )
    lines = list(map(_line, connection.execute(query)))
    return [(get_meeting(connection, one.instance_id), one) for one in lines]


def _by_line(
    connection: Connection, table: Table, instance_id: str, place: Any, make: Callable[[Row[Any]], Made]
) -> Mapping[str, tuple[Made, ...]]:
    query = select(table).where(table.c.instance_id == instance_id).order_by(place, table.c.id)
    if "removed" in table.c:
        query = query.where(table.c.removed.is_not(True))
    found: defaultdict[str, list[Made]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.line].append(make(row))
    return {line: tuple(made) for line, made in found.items()}


def _line(row: Row[Any]) -> Line:
    return Line(
        id=row.id,
        instance_id=row.instance_id,
        position=row.position,
        item_case=row.item_case,
        category=row.category,
        matter=row.matter,
        title=row.title,
        unit=row.unit,
        reporter=row.reporter,
        minutes=row.minutes,
        attendees=tuple(row.attendees),
        recused=dict(row.recused),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        present=tuple(row.present or ()),
        counts=Counts(**row.counts) if row.counts else None,
        outcome=Outcome(row.outcome) if row.outcome else None,
        conclusion=row.conclusion or "",
        checked=row.checked,
        checked_by=row.checked_by,
        check_remark=row.check_remark or "",
    )


def _seat(row: Row[Any]) -> Seat:
    return Seat(
        person=row.person,
        rank=row.rank,
        member=row.member,
        answer=row.answer,
        answer_reason=row.answer_reason or "",
        answered_at=row.answered_at,
        leave=row.leave,
        leave_by=row.leave_by,
        leave_at=row.leave_at,
        uncounted_reason=row.uncounted_reason or "",
        arrived_at=row.arrived_at,
    )


def _stand(row: Row[Any]) -> Stand:
    choice = Choice(row.choice) if row.choice else None
    return Stand(row.person, row.place, row.opinion or "", choice, row.said_at)


def _written(row: Row[Any]) -> WrittenOpinion:
    return WrittenOpinion(row.person, row.opinion, row.given_at)


def _resolution(row: Row[Any]) -> Resolution:
    return Resolution(
        row.id, row.line, row.place, row.matter, row.lead_unit, tuple(row.co_units), row.due_on, row.number
    )


def _item(row: Row[Any]) -> Item:
    return Item(
        instance_id=row.instance_id,
        title=row.title,
        unit=row.unit,
        category=row.category,
        matter=row.matter,
        reporter=row.reporter,
        minutes=row.minutes,
        attendees=tuple(row.attendees),
        recused=tuple(row.recused),
        body=row.body,
        planned_number=row.planned_number,
        decided_at=row.decided_at,
    )
