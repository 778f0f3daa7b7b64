"""The agenda: what a meeting deals with, in which order, and who comes in for what. It stands once the notice is out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.model import RecordChange, Value
from workflows.errors import PersonRefused
from workflows.meeting_arrangement.errors import ItemNotReady, WordsRefused
from workflows.meeting_arrangement.in_hand import AGENDA, require_actor, words
from workflows.meeting_arrangement.quorum import ORDINARY
from workflows.meeting_arrangement.records import LINE, agenda_line
from workflows.meeting_arrangement.state import get_meeting, line_of, list_waiting
from workflows.meeting_arrangement.values import FIRST_TOPIC, Item, Line
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.recording import QUIET, record_in_case

LONGEST_TITLE = 200
ITEM_ADDED, FIRST_TOPIC_ADDED = "meeting.item_added", "meeting.first_topic_added"
LINE_REMOVED, LINE_MOVED, LINE_CHANGED = "meeting.line_removed", "meeting.line_moved", "meeting.line_changed"


@dataclass(frozen=True)
class LineFields:
    """What is said of a line beside its item: usernames of those who come in for it, and of members who withdraw."""

    title: str
    attendees: tuple[str, ...]
    recused: tuple[str, ...]
    recusal_reason: str = ""


def first_topic_change(instance_id: str, unit: str, title: str) -> RecordChange:
    """Return the change that reserves the first line for 第一议题, to be filled in by a unit.

    Source:
        DOMAIN of such offices: every Party meeting begins with the newest speeches and instructions; slot 1 is reserved.
    """
    values: dict[str, Value] = {
        "instance_id": instance_id,
        "position": 0,
        "item_case": None,
        "category": FIRST_TOPIC,
        "matter": ORDINARY,
        "title": title,
        "unit": unit or None,
        "attendees": [],
        "recused": {},
        "removed": None,
    }
    return RecordChange(LINE, f"{instance_id}-first", values)


def item_change(instance_id: str, item: Item, position: int, line_id: str) -> RecordChange:
    """Return the change that puts an item on an agenda, with what its own case says of it."""
    values: dict[str, Value] = {
        "instance_id": instance_id,
        "position": position,
        "item_case": item.instance_id,
        "category": item.category,
        "matter": item.matter,
        "title": item.title,
        "unit": item.unit,
        "reporter": item.reporter,
        "minutes": item.minutes,
        "attendees": list(item.attendees),
        "recused": dict.fromkeys(item.recused, ""),
    }
    return RecordChange(LINE, line_id, values)


def add_item(
    connection: Connection, office: Office, person: Person, instance_id: str, item_case: str, now: datetime
) -> None:
    """Put an item that was accepted for this body at the end of the agenda.

    Raises:
        NotInHand: The person does not have the agenda in hand.
        MeetingNotFound: The case is no meeting.
        ItemNotReady: It was not accepted for this body, or is on an agenda already.
    """
    actor = require_actor(connection, office, person, instance_id, AGENDA, now)
    held = get_meeting(connection, instance_id)
    item = next((one for one in list_waiting(connection, held.body) if one.instance_id == item_case), None)
    if item is None:
        raise ItemNotReady(item_case)
    change = item_change(instance_id, item, _next_position(held.lines), next_line_id(connection, instance_id))
    record_in_case(connection, office, instance_id, ITEM_ADDED, {"title": item.title}, [change], actor, now)


def add_first_topic(
    connection: Connection, office: Office, person: Person, instance_id: str, unit: str, title: str, now: datetime
) -> None:
    """Reserve the first line for 第一议题 again, after it was removed; raise as :func:`change_line` does."""
    actor = require_actor(connection, office, person, instance_id, AGENDA, now)
    held = get_meeting(connection, instance_id)
    if any(one.category == FIRST_TOPIC for one in held.lines):
        return
    change = first_topic_change(instance_id, unit, _title(title))
    record_in_case(connection, office, instance_id, FIRST_TOPIC_ADDED, {}, [change], actor, now)


def remove_line(
    connection: Connection, office: Office, person: Person, instance_id: str, line_id: str, reason: str, now: datetime
) -> None:
    """Take a line off the agenda, with a reason; its item waits for another meeting.

    Raises:
        NotInHand, MeetingNotFound, LineNotFound: There is nothing that the person may take off.
        WordsRefused: There is no reason.
    """
    actor = require_actor(connection, office, person, instance_id, AGENDA, now)
    line = line_of(get_meeting(connection, instance_id), line_id)
    why = words(office, reason, "reason")
    change = RecordChange(LINE, line_id, {"removed": True})
    told: dict[str, Value] = {"title": line.title, "reason": why}
    record_in_case(connection, office, instance_id, LINE_REMOVED, told, [change], actor, now)


def move_line(
    connection: Connection, office: Office, person: Person, instance_id: str, line_id: str, up: bool, now: datetime
) -> None:
    """Let a line change places with its neighbour; 第一议题 stays first. Raise as :func:`remove_line` does."""
    actor = require_actor(connection, office, person, instance_id, AGENDA, now)
    held = get_meeting(connection, instance_id)
    line = line_of(held, line_id)
    movable = [one for one in held.lines if one.category != FIRST_TOPIC]
    if line not in movable:
        return
    at = movable.index(line)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(movable):
        return
    changes = [
        RecordChange(LINE, line.id, {"position": movable[other].position}),
        RecordChange(LINE, movable[other].id, {"position": line.position}),
    ]
    told: dict[str, Value] = {"title": line.title, QUIET: True}
    record_in_case(connection, office, instance_id, LINE_MOVED, told, changes, actor, now)


def change_line(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    line_id: str,
    fields: LineFields,
    now: datetime,
) -> None:
    """Say who comes in for a line, and which members withdraw from it; for 第一议题 also what it is.

    Raises:
        NotInHand, MeetingNotFound, LineNotFound: There is nothing that the person may change.
        PersonRefused: Somebody is unknown, or comes in for what they withdraw from.
        WordsRefused: 第一议题 has no title, or the reason is no text.
    """
    actor = require_actor(connection, office, person, instance_id, AGENDA, now)
    line = line_of(get_meeting(connection, instance_id), line_id)
    _require_people(connection, (*fields.attendees, *fields.recused))
    both = next((one for one in fields.attendees if one in fields.recused), None)
    if both is not None:
        raise PersonRefused("recused", both, "twice")
    why = words(office, fields.recusal_reason, "recusal_reason", needed=False)
    values: dict[str, Value] = {
        "attendees": list(dict.fromkeys(fields.attendees)),
        "recused": {one: line.recused.get(one) or why for one in fields.recused},
    }
    if line.category == FIRST_TOPIC:
        values["title"] = _title(fields.title)
    told: dict[str, Value] = {"title": line.title}
    record_in_case(
        connection, office, instance_id, LINE_CHANGED, told, [RecordChange(LINE, line_id, values)], actor, now
    )


def next_line_id(connection: Connection, instance_id: str, ahead: int = 0) -> str:
    """Return the id of the next line of a meeting; removed lines keep theirs."""
    known = select(func.count()).select_from(agenda_line).where(agenda_line.c.instance_id == instance_id)
    return f"{instance_id}-{(connection.scalar(known) or 0) + 1 + ahead}"


def _next_position(lines: Sequence[Line]) -> int:
    return max((one.position for one in lines), default=0) + 1


def _title(title: str) -> str:
    text = " ".join(title.split())
    if not text or len(text) > LONGEST_TITLE:
        raise WordsRefused(LONGEST_TITLE, "title")
    return text


def _require_people(connection: Connection, usernames: Sequence[str]) -> None:
    known = {one.username for one in queries.list_people(connection)}
    unknown = next((one for one in usernames if one not in known), None)
    if unknown is not None:
        raise PersonRefused("attendees", unknown, "unknown")
