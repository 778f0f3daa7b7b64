"""What the pages of a matter and of a task show beside the form: lamp, due dates, feedback, and what can be asked for."""

from datetime import datetime

from sqlalchemy import Connection

from app.house import House
from app.sections.shape import Section
from app.sentences.supervision import (
    CHANGES,
    DISPOSALS,
    LAMPS,
    REMINDERS,
    RETURNS,
    SOURCES,
    STATES,
    TASK_STATES,
)
from engine.model import ENDED, ProcessInstance
from workflows.attachments import actions as attachments
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.supervision import asking, board
from workflows.supervision.lamps import lamp_days
from workflows.supervision.matters import find_row
from workflows.supervision.reading import course_of, find_task
from workflows.supervision.values import State
from workflows.worklist import SHANGHAI


def matter_section(
    connection: Connection, house: House, person: Person, case: ProcessInstance, now: datetime
) -> Section | None:
    """Show how a matter stands, its feedback and due dates, and the buttons for what this person may ask for."""
    row = find_row(connection, case.id)
    if row is None:
        return None
    today = now.astimezone(SHANGHAI).date()
    on = lamp_days(today, house.office.calendars.current(connection), house.supervision.near_due_days)
    course = course_of(connection, case.id)
    people = {row.responsible_leader, row.handler, *course.people}
    units = queries.names_of_units(connection)
    into = find_row(connection, row.merged_into) if row.merged_into else None
    return Section(
        "supervision/section.html",
        {
            "row": row,
            "line": board.find_line(connection, case.id, on),
            "course": course,
            "names": {**queries.names_of(connection, {one for one in people if one}), **units},
            "lamps": LAMPS,
            "states": STATES,
            "sources": SOURCES,
            "changes": CHANGES,
            "returns": RETURNS,
            "reminders": REMINDERS,
            "files": attachments.list_by_id(connection, course.files),
            "disposals": DISPOSALS,
            "into": into,
            "asks": () if case.state in ENDED else _asks(connection, person, row.lead_unit, row.handler, case.id, on),
        },
    )


def task_section(
    connection: Connection, _house: House, _person: Person, case: ProcessInstance, _now: datetime
) -> Section | None:
    """Show how a task stands and what was told of it."""
    row = find_task(connection, case.id)
    if row is None:
        return None
    course = course_of(connection, case.id)
    people = {row.assigned_person, row.accepter, *course.people}
    units = queries.names_of_units(connection)
    return Section(
        "supervision/task_section.html",
        {
            "row": row,
            "course": course,
            "names": {**queries.names_of(connection, {one for one in people if one}), **units},
            "states": TASK_STATES,
            "files": attachments.list_by_id(connection, course.files),
            "returns": RETURNS,
        },
    )


def _asks(
    connection: Connection,
    person: Person,
    unit: str | None,
    handler: str | None,
    instance_id: str,
    on: board.LampDays,
) -> tuple[str, ...]:
    """Return what the person may ask for now; the deed looks again."""
    line = board.find_line(connection, instance_id, on)
    if line is None:
        return ()
    theirs = person.username in (handler, queries.head_of(connection, unit or ""))
    clerk = bool(person.posts & set(asking.CLERKS))
    in_time = line.due_on is not None and line.due_on >= on.today
    with_unit = line.state in (State.AWAITING_RECEIPT, State.IN_PROGRESS, State.EXTENSION_ASKED)
    possible = {
        "extension": theirs and line.state is State.IN_PROGRESS and in_time,
        "pause": (theirs or clerk) and line.state is State.IN_PROGRESS,
        "urging": bool(person.posts & set(asking.URGERS)) and with_unit,
        "termination": clerk and line.state is not State.CANDIDATE,
    }
    return tuple(name for name, holds in possible.items() if holds)
