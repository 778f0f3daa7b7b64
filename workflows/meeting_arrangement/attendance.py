"""Who has come, who is excused from the count, and what those who are absent have written."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from engine.canonical import instant
from engine.errors import CaseSuspended
from engine.model import Actor, InstanceState, RecordChange, Value
from workflows.errors import PersonRefused
from workflows.meeting_arrangement.errors import LineClosed, NoWrittenOpinion
from workflows.meeting_arrangement.in_hand import GATHERING, require_actor, words
from workflows.meeting_arrangement.records import SEAT, WRITTEN_OPINION
from workflows.meeting_arrangement.state import get_meeting, line_of
from workflows.meeting_arrangement.values import ASKS_LEAVE, Meeting, Seat
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.recording import record_in_case
from workflows.visibility import require_visible

ARRIVED, NOT_ARRIVED = "meeting.arrived", "meeting.not_arrived"
UNCOUNTED, COUNTED = "meeting.uncounted", "meeting.counted"
WRITTEN = "meeting.written_opinion"


def seat_id(instance_id: str, person: str) -> str:
    """Return the id of somebody's seat at a meeting."""
    return f"{instance_id}-{person}"


def stand_id(line_id: str, person: str) -> str:
    """Return the id of what somebody says, or has written, to a line."""
    return f"{line_id}-{person}"


def check_in(
    connection: Connection, office: Office, person: Person, instance_id: str, arrived: Collection[str], now: datetime
) -> None:
    """Say who has come by now; whoever is named no more was marked by mistake. Arrivals keep the time at which they were told.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who keeps the list.
        instance_id: The meeting.
        arrived: Usernames of all who are there.
        now: Aware instant.

    Raises:
        NotInHand, MeetingNotFound: It is not theirs to say.
        PersonRefused: Somebody is named who was not invited.
    """
    actor = require_actor(connection, office, person, instance_id, GATHERING, now)
    held = get_meeting(connection, instance_id)
    unknown = next((one for one in arrived if held.find_seat(one) is None), None)
    if unknown is not None:
        raise PersonRefused("arrived", unknown, "unknown")
    came = [one for one in held.seats if one.person in arrived and one.arrived_at is None]
    gone = [one for one in held.seats if one.person not in arrived and one.arrived_at is not None]
    for act, seats, value in ((ARRIVED, came, instant(now)), (NOT_ARRIVED, gone, None)):
        if seats:
            changes = [RecordChange(SEAT, seat_id(instance_id, one.person), {"arrived_at": value}) for one in seats]
            told: dict[str, Value] = {"people": [one.person for one in seats]}
            record_in_case(connection, office, instance_id, act, told, changes, actor, now)


def excuse(
    connection: Connection, office: Office, person: Person, instance_id: str, member: str, reason: str, now: datetime
) -> None:
    """Leave a member out of 应到, with a reason; without one they count again.

    Raises:
        NotInHand, MeetingNotFound: It is not theirs to say.
        PersonRefused: This is no member.
        WordsRefused: The reason is no text.

    Source:
        Party practice: members who are long ill, abroad or under discipline do not count as 应到会; the count is computed,
        and can be corrected with a reason.
    """
    actor = require_actor(connection, office, person, instance_id, GATHERING, now)
    _member(get_meeting(connection, instance_id), member)
    why = words(office, reason, "reason", needed=False)
    change = RecordChange(SEAT, seat_id(instance_id, member), {"uncounted_reason": why or None})
    told: dict[str, Value] = {"people": [member], "reason": why}
    record_in_case(connection, office, instance_id, UNCOUNTED if why else COUNTED, told, [change], actor, now)


def write_opinion(
    connection: Connection, office: Office, person: Person, instance_id: str, line_id: str, opinion: str, now: datetime
) -> None:
    """Keep what a member who asks for leave has written to an item; it is read out and counts as no vote.

    Raises:
        CaseNotVisible: The case is not theirs to see.
        MeetingNotFound, LineNotFound: There is no such meeting or line.
        NoWrittenOpinion: They are no member, have not asked for leave, or have withdrawn from the item.
        LineClosed: The item was dealt with.
        WordsRefused: There are no words.

    Source:
        Rules of such bodies: who is absent may give an opinion in writing, which is not counted (:mod:`tally`).
    """
    require_visible(connection, person, instance_id, now)
    locked = office.engine.lock_case(connection, instance_id)
    if locked.state is InstanceState.SUSPENDED:
        raise CaseSuspended(instance_id)
    held = get_meeting(connection, instance_id)
    line = line_of(held, line_id)
    seat = held.find_seat(person.username)
    asked = seat is not None and seat.member and seat.answer == ASKS_LEAVE
    if not asked or person.username in line.recused or person.username in held.arrived:
        raise NoWrittenOpinion
    if line.closed_at is not None:
        raise LineClosed(line.title)
    said = words(office, opinion, "written_opinion")
    values: dict[str, Value] = {
        "instance_id": instance_id,
        "line": line_id,
        "person": person.username,
        "opinion": said,
        "given_at": instant(now),
    }
    change = RecordChange(WRITTEN_OPINION, stand_id(line_id, person.username), values)
    told: dict[str, Value] = {"title": line.title}
    record_in_case(connection, office, instance_id, WRITTEN, told, [change], Actor(person.username), now)


def _member(held: Meeting, username: str) -> Seat:
    found = held.find_seat(username)
    if found is None or not found.member:
        raise PersonRefused("member", username, "unknown")
    return found
