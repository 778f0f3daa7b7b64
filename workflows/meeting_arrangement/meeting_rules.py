"""The rules of a meeting up to its opening, by kind of step: when it is, what it deals with, who comes, whether it may begin."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from engine.canonical import instant
from engine.marking import unpack
from engine.model import RecordChange, Value
from engine.persistence import instances
from workflows.contract import StepFacts, Verdict
from workflows.errors import OpinionRequired, PostRequired
from workflows.meeting_arrangement.agenda import first_topic_change, item_change, next_line_id
from workflows.meeting_arrangement.attendance import seat_id
from workflows.meeting_arrangement.errors import (
    AgendaIncomplete,
    MeetingTimesRefused,
    NotAVoter,
    NotQuorate,
    RoomNotBooked,
    UnknownBody,
)
from workflows.meeting_arrangement.membership import chair_of, members_of
from workflows.meeting_arrangement.minutes import SHANGHAI
from workflows.meeting_arrangement.quorum import ORDINARY
from workflows.meeting_arrangement.records import MEETING, SEAT
from workflows.meeting_arrangement.settings import Body, MeetingSettings
from workflows.meeting_arrangement.state import find_meeting, get_meeting, list_waiting
from workflows.meeting_arrangement.tally import Room, is_quorate
from workflows.meeting_arrangement.values import ASKS_LEAVE, ATTENDS, FIRST_TOPIC, GRANTED, REFUSED, Meeting
from workflows.organisation import queries
from workflows.rooms import bookings
from workflows.rooms.values import Booking

ARRANGERS = ("meeting_secretary", "office_director")
"""Posts that arrange meetings. Source: custom of such offices; who is asked at which step is drawn in the flow."""
FIRST_TOPIC_TITLE = "第一议题（由{unit}按当期公开报道填写）"
OPEN, ATTENDING, GRANT = "open", "attend", "grant"


def judge_arrange(
    connection: Connection, facts: StepFacts, decision: str, opinion: str, settings: MeetingSettings
) -> Verdict:
    """Fix when a meeting is, and put an agenda together from 第一议题 and the items that wait for its body.

    Raises:
        PostRequired: The person does not arrange meetings.
        UnknownBody: The office has no such body.
        MeetingTimesRefused: The times do not follow each other.
    """
    actor = queries.get_person(connection, facts.actor.acts_as)
    if not actor.posts & set(ARRANGERS):
        raise PostRequired(ARRANGERS)
    body = _body(str(facts.variables.get("meeting_body") or ""), settings)
    starts_at, ends_at, receipts = _times(facts)
    chair = chair_of(connection, body)
    values: dict[str, Value] = {
        "body": body.name,
        "starts_at": instant(starts_at),
        "ends_at": instant(ends_at),
        "chair": chair,
        "convened_at": None,
    }
    changes = [RecordChange(MEETING, facts.instance_id, values)]
    if find_meeting(connection, facts.instance_id) is None:
        changes += _first_agenda(connection, facts.instance_id, body, settings)
    written: dict[str, Value] = {
        "meeting_case": facts.instance_id,
        "meeting_at": _local(starts_at),
        "meeting_begins": instant(starts_at),
        "meeting_ends": instant(ends_at),
        "receipts_close": instant(receipts),
        "chair": chair,
    }
    return Verdict(written, tuple(changes))


def judge_set_agenda(
    connection: Connection, facts: StepFacts, decision: str, opinion: str, settings: MeetingSettings
) -> Verdict:
    """Let no agenda on that has nothing to deal with, no first topic and no reason why, or an item without its paper.

    Raises:
        AgendaIncomplete: Says what is missing.

    Source:
        DOMAIN of such offices: an agenda without 第一议题 wants a reason; papers go out with the notice.
    """
    held = get_meeting(connection, facts.instance_id)
    if not any(one.category != FIRST_TOPIC for one in held.lines):
        raise AgendaIncomplete("empty")
    has_first = any(one.category == FIRST_TOPIC for one in held.lines)
    excused = str(facts.variables.get("no_first_topic_reason") or "").strip()
    if _body(held.body, settings).first_topic and not has_first and not excused:
        raise AgendaIncomplete("first_topic", field="no_first_topic_reason")
    for line in held.lines:
        if line.item_case is not None and not _materials(connection, line.item_case):
            raise AgendaIncomplete("materials", line.title)
    return Verdict()


def judge_convene(
    connection: Connection, facts: StepFacts, decision: str, opinion: str, settings: MeetingSettings
) -> Verdict:
    """Send the notice with its papers: fix the room that is booked, and who is to come for what.

    Raises:
        RoomNotBooked: No room is booked for the whole time of the meeting.
        AgendaIncomplete: As :func:`judge_set_agenda` says.

    Source:
        PRACTICE of such offices: materials go out *with* the notice; who withdraws from an item sees none of its papers.
    """
    judge_set_agenda(connection, facts, decision, opinion, settings)
    held = get_meeting(connection, facts.instance_id)
    booked = [one for one in bookings.list_of_case(connection, facts.instance_id) if covers(one, held)]
    if not booked:
        raise RoomNotBooked
    room = booked[0].room.name
    members = members_of(connection, _body(held.body, settings))
    attendees = [one for line in held.lines for one in line.attendees if one not in members]
    values: dict[str, Value] = {"room": room, "convened_at": instant(facts.now), "opened_at": None}
    changes = [RecordChange(MEETING, facts.instance_id, values), *_seats(held, members, attendees)]
    invitations: list[Value] = [
        {
            "item_case": line.item_case,
            "readers": [one for one in (*members, *line.attendees) if one not in line.recused],
        }
        for line in held.lines
        if line.item_case is not None
    ]
    written: dict[str, Value] = {"room_name": room, "members": list(members), "invitations": invitations}
    return Verdict(written, tuple(changes))


def covers(booking: Booking, held: Meeting) -> bool:
    """Tell whether a room is booked for the whole time of a meeting, which may have been put off since."""
    return booking.starts_at <= held.starts_at and booking.ends_at >= held.ends_at


def judge_answer(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Keep what a member answers to the notice; who asks for leave says why.

    Raises:
        OpinionRequired: Leave is asked for without a word.
    """
    member = str(facts.variables.get("member") or facts.actor.acts_as)
    attends = decision == ATTENDING
    if not attends and not opinion.strip():
        raise OpinionRequired
    values: dict[str, Value] = {
        "answer": ATTENDS if attends else ASKS_LEAVE,
        "answer_reason": opinion.strip() or None,
        "answered_at": instant(facts.now),
    }
    return Verdict({}, (RecordChange(SEAT, seat_id(facts.instance_id, member), values),))


def judge_grant_leave(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Keep whether a member was given leave, and by whom.

    Source:
        Rules of such bodies: a member who cannot come asks the one who presides for leave beforehand.
    """
    member = str(facts.variables.get("member") or "")
    values: dict[str, Value] = {
        "leave": GRANTED if decision == GRANT else REFUSED,
        "leave_by": facts.actor.acts_as,
        "leave_at": instant(facts.now),
    }
    return Verdict({}, (RecordChange(SEAT, seat_id(facts.instance_id, member), values),))


def judge_check_in(
    connection: Connection, facts: StepFacts, decision: str, opinion: str, settings: MeetingSettings
) -> Verdict:
    """Let a meeting begin only with its quorum, and with one of its members in the chair.

    Raises:
        NotQuorate: Too few members are there.
        NotAVoter: Who is to preside is no member who is there.

    Source:
        《中国共产党地方委员会工作条例》 and 《中国共产党党组工作条例》, as :mod:`workflows.meeting_arrangement.tally` says.
    """
    if decision != OPEN:
        return Verdict()
    held = get_meeting(connection, facts.instance_id)
    rule = _body(held.body, settings).rule(ORDINARY)
    there = Room(held.due, held.arrived)
    if not is_quorate(there, rule):
        due, present = len(held.due), len(there.voters)
        raise NotQuorate(due, present, rule.quorum.least(due))
    chair = str(facts.variables.get("chair") or held.chair or "")
    if chair not in there.voters:
        raise NotAVoter(chair, "absent" if chair in held.due else "no_member", field="chair")
    values: dict[str, Value] = {"opened_at": instant(facts.now), "chair": chair}
    return Verdict({"chair": chair}, (RecordChange(MEETING, facts.instance_id, values),))


def _body(name: str, settings: MeetingSettings) -> Body:
    found = settings.find_body(name)
    if found is None:
        raise UnknownBody(name)
    return found


def _times(facts: StepFacts) -> tuple[datetime, datetime, datetime]:
    """Return when a meeting begins and ends, and by when receipts are due, from what the form holds of the office's wall."""
    starts_at, ends_at = (_instant(facts.variables.get(name)) for name in ("starts_at", "ends_at"))
    receipts = _instant(facts.variables.get("receipts_due"))
    if starts_at is None or starts_at <= facts.now:
        raise MeetingTimesRefused("starts_at", "past")
    if ends_at is None or ends_at <= starts_at or ends_at - starts_at > timedelta(days=1):
        raise MeetingTimesRefused("ends_at", "order")
    if receipts is None or not facts.now < receipts <= starts_at:
        raise MeetingTimesRefused("receipts_due", "receipts")
    return starts_at, ends_at, receipts


def _instant(value: Value) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=SHANGHAI).astimezone(UTC) if isinstance(value, str) else None


def _local(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _first_agenda(
    connection: Connection, instance_id: str, body: Body, settings: MeetingSettings
) -> list[RecordChange]:
    lines = []
    if body.first_topic:
        units = {one.code: one.name for one in queries.list_units(connection)}
        unit = settings.first_topic_unit
        title = FIRST_TOPIC_TITLE.format(unit=units.get(unit, unit))
        lines.append(first_topic_change(instance_id, unit, title))
    for at, item in enumerate(list_waiting(connection, body.name)):
        line_id = next_line_id(connection, instance_id, ahead=at)
        lines.append(item_change(instance_id, item, at + 1, line_id))
    return lines


def _materials(connection: Connection, item_case: str) -> bool:
    variables = unpack(instances.snapshot_of(connection, item_case)).variables
    return bool(variables.get("materials"))


def _seats(held: Meeting, members: list[str], attendees: list[str]) -> list[RecordChange]:
    """Return a seat for everybody who is to come; after a notice that was sent again, what they answered before is void."""
    people = list(dict.fromkeys((*members, *attendees)))
    unanswered: dict[str, Value] = dict.fromkeys(
        ("answer", "answer_reason", "answered_at", "leave", "leave_by", "leave_at", "arrived_at")
    )
    return [
        RecordChange(
            SEAT,
            seat_id(held.instance_id, one),
            {
                "instance_id": held.instance_id,
                "person": one,
                "rank": rank,
                "member": one in members,
                **unanswered,
            },
        )
        for rank, one in enumerate(people, start=1)
    ]
