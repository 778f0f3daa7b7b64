"""议定事项: what is to be done, by which unit, until when; and what the minutes say of each item."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from engine.model import RecordChange, Value
from workflows.meeting_arrangement.errors import LineClosed, ResolutionNotFound, ResolutionRefused
from workflows.meeting_arrangement.in_hand import MINUTES, require_actor, words
from workflows.meeting_arrangement.records import LINE, RESOLUTION, meeting_resolution
from workflows.meeting_arrangement.state import get_meeting, line_of
from workflows.meeting_arrangement.values import Meeting, Resolution
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.recording import record_in_case

RESOLVED, RESOLUTION_CHANGED = "meeting.resolved", "meeting.resolution_changed"
RESOLUTION_REMOVED, CONCLUDED = "meeting.resolution_removed", "meeting.concluded"


@dataclass(frozen=True)
class ResolutionFields:
    """What is said of a resolution, as it was entered: codes of units, and a day as ISO 8601 writes it."""

    matter: str
    lead_unit: str
    co_units: tuple[str, ...]
    due_on: str


def add_resolution(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    line_id: str,
    fields: ResolutionFields,
    now: datetime,
) -> None:
    """Record what is to be done after an item.

    Raises:
        NotInHand, MeetingNotFound, LineNotFound: It is not theirs to record.
        LineClosed: The item was not taken up.
        ResolutionRefused, WordsRefused: It does not say what, by whom, until when.
    """
    actor = require_actor(connection, office, person, instance_id, MINUTES, now)
    held = get_meeting(connection, instance_id)
    line = line_of(held, line_id)
    if line.opened_at is None:
        raise LineClosed(line.title)
    values = _values(connection, office, fields)
    known = select(func.count()).select_from(meeting_resolution).where(meeting_resolution.c.instance_id == instance_id)
    place = (connection.scalar(known) or 0) + 1
    change = RecordChange(
        RESOLUTION,
        f"{instance_id}-r{place}",
        {"instance_id": instance_id, "line": line_id, "place": place, **values},
    )
    told: dict[str, Value] = {"title": line.title}
    record_in_case(connection, office, instance_id, RESOLVED, told, [change], actor, now)


def change_resolution(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    resolution_id: str,
    fields: ResolutionFields,
    now: datetime,
) -> None:
    """Change a resolution; raise as :func:`add_resolution` does, and ``ResolutionNotFound``."""
    actor = require_actor(connection, office, person, instance_id, MINUTES, now)
    known = _get(get_meeting(connection, instance_id), resolution_id)
    change = RecordChange(RESOLUTION, known.id, _values(connection, office, fields))
    told: dict[str, Value] = {"matter": known.matter}
    record_in_case(connection, office, instance_id, RESOLUTION_CHANGED, told, [change], actor, now)


def remove_resolution(
    connection: Connection, office: Office, person: Person, instance_id: str, resolution_id: str, now: datetime
) -> None:
    """Take a resolution back before the minutes are signed; raise as :func:`change_resolution` does."""
    actor = require_actor(connection, office, person, instance_id, MINUTES, now)
    known = _get(get_meeting(connection, instance_id), resolution_id)
    change = RecordChange(RESOLUTION, known.id, {"removed": True})
    told: dict[str, Value] = {"matter": known.matter}
    record_in_case(connection, office, instance_id, RESOLUTION_REMOVED, told, [change], actor, now)


def conclude(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    line_id: str,
    conclusion: str,
    now: datetime,
) -> None:
    """Write what the minutes say of an item; raise ``LineClosed`` where it was not dealt with, and as above."""
    actor = require_actor(connection, office, person, instance_id, MINUTES, now)
    line = line_of(get_meeting(connection, instance_id), line_id)
    if line.closed_at is None:
        raise LineClosed(line.title)
    change = RecordChange(LINE, line_id, {"conclusion": words(office, conclusion, "conclusion")})
    told: dict[str, Value] = {"title": line.title}
    record_in_case(connection, office, instance_id, CONCLUDED, told, [change], actor, now)


def _values(connection: Connection, office: Office, fields: ResolutionFields) -> dict[str, Value]:
    matter = words(office, fields.matter, "matter")
    units = {one.code for one in queries.list_units(connection)}
    _require_units(fields, units)
    try:
        due_on = date.fromisoformat(fields.due_on.strip()).isoformat()
    except ValueError as error:
        raise ResolutionRefused("due_on", "day") from error
    return {
        "matter": matter,
        "lead_unit": fields.lead_unit,
        "co_units": list(dict.fromkeys(fields.co_units)),
        "due_on": due_on,
    }


def _require_units(fields: ResolutionFields, known: Collection[str]) -> None:
    """Refuse a resolution that is nobody's, or several units'; the others help."""
    if fields.lead_unit not in known:
        raise ResolutionRefused("lead_unit", "unit")
    if any(one not in known for one in fields.co_units):
        raise ResolutionRefused("co_units", "unit")
    if fields.lead_unit in fields.co_units:
        raise ResolutionRefused("co_units", "twice")


def _get(held: Meeting, resolution_id: str) -> Resolution:
    found = next((one for one in held.all_resolutions if one.id == resolution_id), None)
    if found is None:
        raise ResolutionNotFound(resolution_id)
    return found
