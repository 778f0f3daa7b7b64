"""At the meeting: items are taken up one by one, members speak in turn and the head last, ballots decide by the table."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.canonical import instant
from engine.model import Actor, RecordChange, Value
from workflows.meeting_arrangement.attendance import stand_id
from workflows.meeting_arrangement.errors import (
    BallotsGiven,
    ChoiceRefused,
    CountsRefused,
    HeadHasSpoken,
    HeadSpeaksLast,
    LineClosed,
    LinesOpen,
    NotAVoter,
    NotQuorate,
    StandsMissing,
    UnknownBody,
)
from workflows.meeting_arrangement.in_hand import DELIBERATION, require_actor, words
from workflows.meeting_arrangement.quorum import CHOICES, Choice, MatterRule
from workflows.meeting_arrangement.records import LINE, STAND
from workflows.meeting_arrangement.settings import MeetingSettings
from workflows.meeting_arrangement.state import get_meeting, line_of
from workflows.meeting_arrangement.tally import (
    Ballots,
    Counts,
    Outcome,
    Room,
    count,
    is_quorate,
    outcome,
    total,
)
from workflows.meeting_arrangement.values import Line, Meeting
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.recording import QUIET, record_in_case

OPENED, RECUSED, SPOKEN = "meeting.item_opened", "meeting.recused", "meeting.spoken"
CLOSED, POSTPONED = "meeting.item_closed", "meeting.item_postponed"


@dataclass(frozen=True)
class Floor:
    """A line that a meeting is at, with its rule and who counts there."""

    held: Meeting
    line: Line
    rule: MatterRule
    room: Room

    @property
    def spoken(self) -> dict[str, Choice | None]:
        """Who has spoken, with their ballot."""
        return {one.person: one.choice for one in self.held.stands.get(self.line.id, ())}

    @property
    def silent(self) -> frozenset[str]:
        """Members who could speak and have not."""
        return self.room.voters - self.spoken.keys()


def floor_of(held: Meeting, line: Line, settings: MeetingSettings) -> Floor:
    """Return a line of a meeting with its rule and who counts there. Pure.

    Who comes in after an item was taken up has no part in it; who leaves has none either.

    Raises:
        UnknownBody: The office no longer has the body.
    """
    body = settings.find_body(held.body)
    if body is None:
        raise UnknownBody(held.body)
    present = held.arrived & set(line.present) if line.opened_at is not None else held.arrived
    return Floor(held, line, body.rule(line.matter), Room(held.due, present, frozenset(line.recused)))


def require_quorum(floor: Floor) -> None:
    """Raise ``NotQuorate`` where too few members are there for an item."""
    if not is_quorate(floor.room, floor.rule):
        counted = total(floor.rule, floor.rule.quorum, floor.room, len(floor.room.voters))
        raise NotQuorate(counted, len(floor.room.voters), floor.rule.quorum.least(counted))


def open_line(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    line_id: str,
    settings: MeetingSettings,
    now: datetime,
) -> None:
    """Take up an item, after the one before it is done with.

    Raises:
        NotInHand, MeetingNotFound, LineNotFound: It is not theirs to record.
        LineClosed: It was taken up already.
        LinesOpen: Another item is not done with.
        NotQuorate: Too few members are there for it.
    """
    actor = require_actor(connection, office, person, instance_id, DELIBERATION, now)
    held = get_meeting(connection, instance_id)
    line = line_of(held, line_id)
    if line.opened_at is not None:
        raise LineClosed(line.title)
    before = [one.title for one in held.lines if one.is_open]
    if before:
        raise LinesOpen(tuple(before))
    floor = floor_of(held, line, settings)
    require_quorum(floor)
    values: dict[str, Value] = {"opened_at": instant(now), "present": _present(floor)}
    _tell(connection, office, floor, OPENED, {}, [RecordChange(LINE, line_id, values)], actor, now)


def recuse(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    line_id: str,
    member: str,
    reason: str,
    settings: MeetingSettings,
    now: datetime,
) -> None:
    """Let a member withdraw from an item before they have spoken to it; the item still needs its quorum.

    Raises:
        NotInHand, MeetingNotFound, LineNotFound, LineClosed: It is not theirs to record, or not now.
        NotAVoter: This is no member who is there.
        BallotsGiven: They have spoken.
        NotQuorate: Without them too few are there.
        WordsRefused: There is no reason.

    Source:
        Rules of such bodies: who is concerned, or whose relatives are, withdraws (回避) from discussion and vote.
    """
    actor = require_actor(connection, office, person, instance_id, DELIBERATION, now)
    floor = _open_floor(connection, instance_id, line_id, settings)
    _require_voter(floor, member)
    if member in floor.spoken:
        raise BallotsGiven(member)
    why = words(office, reason, "reason")
    withdrawn = {**floor.line.recused, member: why}
    require_quorum(Floor(floor.held, floor.line, floor.rule, _without(floor.room, member)))
    change = RecordChange(LINE, line_id, {"recused": dict(withdrawn)})
    _tell(connection, office, floor, RECUSED, {"people": [member], "reason": why}, [change], actor, now)


def speak(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    line_id: str,
    member: str,
    opinion: str,
    choice: str,
    settings: MeetingSettings,
    now: datetime,
) -> None:
    """Record what a member says to an item, with their ballot where it is voted on by name.

    What was recorded is corrected in the same way while the item is open; history keeps both.

    Raises:
        NotInHand, MeetingNotFound, LineNotFound, LineClosed: It is not theirs to record, or not now.
        NotAVoter: This is no member who is there, or they have withdrawn.
        ChoiceRefused: It is no choice of this item.
        HeadSpeaksLast, HeadHasSpoken: It is not their turn.
        WordsRefused: The opinion is no text, or nothing at all was said.

    Source:
        Rules of such bodies: members speak one by one, 主要负责人末位表态; ballots as
        :data:`workflows.meeting_arrangement.quorum.CHOICES` says.
    """
    actor = require_actor(connection, office, person, instance_id, DELIBERATION, now)
    floor = _open_floor(connection, instance_id, line_id, settings)
    _require_voter(floor, member)
    given = _choice(floor, choice)
    _require_turn(floor, member)
    said = words(office, opinion, "opinion", needed=given is None)
    known = {one.person: one.place for one in floor.held.stands.get(line_id, ())}
    values: dict[str, Value] = {
        "instance_id": instance_id,
        "line": line_id,
        "person": member,
        "place": known.get(member, len(known) + 1),
        "opinion": said or None,
        "choice": given.value if given is not None else None,
        "said_at": instant(now),
    }
    change = RecordChange(STAND, stand_id(line_id, member), values)
    _tell(connection, office, floor, SPOKEN, {"people": [member], QUIET: True}, [change], actor, now)


def close_line(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    line_id: str,
    conclusion: str,
    counts: Counts | None,
    settings: MeetingSettings,
    now: datetime,
) -> None:
    """End an item: a report is noted, a decision is what its ballots say.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who records the meeting.
        instance_id: The meeting.
        line_id: The item.
        conclusion: What was agreed, for the minutes; it can be written later too.
        counts: Of a secret ballot.
        settings: The bodies of the office.
        now: Aware instant.

    Raises:
        NotInHand, MeetingNotFound, LineNotFound, LineClosed: It is not theirs to record, or not now.
        NotQuorate: Members have left, or withdrawn.
        StandsMissing: Members who are there have not spoken to what is to be decided.
        CountsRefused: A secret ballot does not add up.
        WordsRefused: The conclusion is no text.
    """
    actor = require_actor(connection, office, person, instance_id, DELIBERATION, now)
    floor = _open_floor(connection, instance_id, line_id, settings)
    values: dict[str, Value] = {
        "closed_at": instant(now),
        "conclusion": words(office, conclusion, "conclusion", needed=False) or None,
    }
    if floor.line.is_decision:
        require_quorum(floor)
        result = _counted(floor, counts)
        values["counts"] = {"yes": result.yes, "no": result.no, "abstain": result.abstain, "defer": result.defer}
        values["outcome"] = outcome(floor.room, result, floor.rule).value
        values["present"] = _present(floor)
    else:
        values["outcome"] = Outcome.NOTED.value
    _tell(connection, office, floor, CLOSED, {}, [RecordChange(LINE, line_id, values)], actor, now)


def postpone_line(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    line_id: str,
    reason: str,
    settings: MeetingSettings,
    now: datetime,
) -> None:
    """Put an item off to another meeting, whether it was taken up or not.

    Raises:
        NotInHand, MeetingNotFound, LineNotFound, LineClosed: It is not theirs to record, or not now.
        WordsRefused: There is no reason.

    Source:
        Rules of such bodies: where opinions are far apart or a fact is unclear, the vote is put off.
    """
    actor = require_actor(connection, office, person, instance_id, DELIBERATION, now)
    held = get_meeting(connection, instance_id)
    line = line_of(held, line_id)
    if line.closed_at is not None:
        raise LineClosed(line.title)
    why = words(office, reason, "reason")
    values: dict[str, Value] = {"closed_at": instant(now), "outcome": Outcome.POSTPONED.value, "conclusion": why}
    floor = floor_of(held, line, settings)
    _tell(connection, office, floor, POSTPONED, {"reason": why}, [RecordChange(LINE, line_id, values)], actor, now)


def head_of(floor: Floor) -> str | None:
    """Return who speaks last: the chair where they vote, else the first in rank of those who do. Pure."""
    if floor.held.chair in floor.room.voters:
        return floor.held.chair
    return next((one.person for one in floor.held.members if one.person in floor.room.voters), None)


def _open_floor(connection: Connection, instance_id: str, line_id: str, settings: MeetingSettings) -> Floor:
    held = get_meeting(connection, instance_id)
    line = line_of(held, line_id)
    if not line.is_open:
        raise LineClosed(line.title)
    return floor_of(held, line, settings)


def _require_voter(floor: Floor, member: str) -> None:
    if member in floor.line.recused:
        raise NotAVoter(member, "recused")
    if member not in floor.room.voters:
        raise NotAVoter(member, "absent" if member in floor.held.due else "no_member")


def _require_turn(floor: Floor, member: str) -> None:
    head = head_of(floor)
    waits = floor.silent - {member}
    if member == head and waits:
        raise HeadSpeaksLast(member, len(waits))
    if member != head and head in floor.spoken and member not in floor.spoken:
        raise HeadHasSpoken(str(head))


def _choice(floor: Floor, choice: str) -> Choice | None:
    if not floor.line.is_decision or floor.rule.secret:
        if choice:
            raise ChoiceRefused("secret" if floor.line.is_decision else "report")
        return None
    if choice not in [one.value for one in CHOICES[floor.line.matter]]:
        raise ChoiceRefused("unknown")
    return Choice(choice)


def _counted(floor: Floor, counts: Counts | None) -> Counts:
    if not floor.rule.secret:
        if floor.silent:
            raise StandsMissing(len(floor.silent))
        return count(floor.room, Ballots({one: said for one, said in floor.spoken.items() if said is not None}))
    given = counts or Counts()
    voters = len(floor.room.voters)
    if given.cast != voters or min(given.yes, given.no, given.abstain, given.defer) < 0:
        raise CountsRefused(voters, given.cast)
    return given


def _without(room: Room, member: str) -> Room:
    return Room(room.due, room.present, room.recused | {member})


def _present(floor: Floor) -> list[Value]:
    """Return who is there for an item: members who have not withdrawn, and those who come in for it."""
    invited = set(floor.line.attendees) & floor.room.present
    return [one.person for one in floor.held.seats if one.person in floor.room.voters | invited]


def _tell(
    connection: Connection,
    office: Office,
    floor: Floor,
    act: str,
    data: dict[str, Value],
    changes: list[RecordChange],
    actor: Actor,
    now: datetime,
) -> None:
    told: dict[str, Value] = {"title": floor.line.title, **data}
    record_in_case(connection, office, floor.held.instance_id, act, told, changes, actor, now)
