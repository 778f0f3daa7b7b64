"""What the pages of a meeting show: its agenda with results and ballots, who comes, its minutes and record."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from app.house import House
from app.sections.meeting_shown import show, text_of_minutes, votes_of
from app.sections.shape import Section
from engine.model import ProcessInstance
from workflows.meeting_arrangement import record_keeping
from workflows.meeting_arrangement.minutes_reading import reads_minutes
from workflows.meeting_arrangement.state import find_meeting
from workflows.meeting_arrangement.values import ASKS_LEAVE
from workflows.organisation.values import Person
from workflows.rooms import bookings


def agenda(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """The agenda: what was put on it, what became of each item, and who said what as the rule lets it be seen."""
    held = find_meeting(connection, case.id)
    if held is None:
        return None
    shown = show(connection, house, person, held, now)
    content: Mapping[str, object] = {
        "shown": shown,
        "held": held,
        "votes": {one.id: votes_of(held, one, house) for one in held.lines if one.is_decision},
        "booked": bookings.list_of_case(connection, case.id),
    }
    return Section("meetings/section_agenda.html", content)


def to_do(connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime) -> Section | None:
    """What is done at the step in hand beside its form, so that nobody has to look for it further down."""
    held = find_meeting(connection, case.id)
    if held is None:
        return None
    shown = show(connection, house, person, held, now)
    if shown.step is None:
        return None
    waiting = next((one for one in held.lines if one.closed_at is None), None)
    content: Mapping[str, object] = {"shown": shown, "held": held, "next_line": waiting}
    return Section("meetings/section_to_do.html", content, first=True)


def attendance(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """Who is to come, what they have answered, who has leave and who has come."""
    held = find_meeting(connection, case.id)
    if held is None or not held.seats:
        return None
    seat = held.find_seat(person.username)
    open_lines = any(one.closed_at is None for one in held.lines)
    content: Mapping[str, object] = {
        "shown": show(connection, house, person, held, now),
        "held": held,
        "may_write": seat is not None and seat.member and seat.answer == ASKS_LEAVE and open_lines,
    }
    return Section("meetings/section_attendance.html", content)


def minutes(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """The minutes as they stand, and the way to the full record."""
    held = find_meeting(connection, case.id)
    if held is None or held.opened_at is None:
        return None
    shown = show(connection, house, person, held, now)
    content: Mapping[str, object] = {
        "shown": shown,
        "held": held,
        "text": text_of_minutes(connection, shown) if held.closed_at is not None else "",
        "may_keep": shown.may_keep,
        "is_kept": record_keeping.is_kept(connection, case.id),
    }
    return Section("meetings/section_minutes.html", content)


def received(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """The minutes as they were issued, for a unit that signs for them and sees nothing else of the meeting."""
    held = find_meeting(connection, case.id)
    if held is None or not reads_minutes(connection, house.office, person, held, now):
        return None
    shown = show(connection, house, person, held, now)
    content: Mapping[str, object] = {"shown": shown, "held": held, "text": held.minutes_text}
    return Section("meetings/section_received.html", content)
