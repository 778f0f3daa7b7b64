"""What the pages and sections of meetings show: a meeting with the names of all that it names, and what may be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.house import House
from engine.model import WorkItem
from workflows.cases import get_row
from workflows.extent import opens
from workflows.meeting_arrangement import in_hand
from workflows.meeting_arrangement.confidence import knows_stands
from workflows.meeting_arrangement.deliberation import Floor, floor_of, head_of
from workflows.meeting_arrangement.errors import UnknownBody
from workflows.meeting_arrangement.in_hand import find_actor
from workflows.meeting_arrangement.minutes import compose
from workflows.meeting_arrangement.quorum import CHOICES
from workflows.meeting_arrangement.tally import total
from workflows.meeting_arrangement.values import Line, Meeting
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.visibility import reads_every_case


@dataclass(frozen=True)
class Votes:
    """What is needed for an item: how many are counted, are there and may vote, and the least numbers."""

    floor: Floor
    counted: int
    voters: tuple[str, ...]
    quorum: int
    passing: int
    head: str | None
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A meeting for a reader: names of people and units, which items' cases they may open, what is in their hands.

    ``step`` is the one they have in hand at which something of this is done; its own page is where it is submitted.
    """

    held: Meeting
    names: Mapping[str, str]
    units: Mapping[str, str]
    visible: frozenset[str]
    step: WorkItem | None
    may_set_agenda: bool
    may_gather: bool
    may_deliberate: bool
    may_write_minutes: bool
    may_keep: bool
    minutes_title: str
    me: str
    known: frozenset[str]

    def may_see_stands(self, line: Line) -> bool:
        """Tell whether the reader sees who said what to an item: who was in the room for it, and who keeps what was said."""
        return line.id in self.known


def show(connection: Connection, house: House, person: Person, held: Meeting, now: datetime) -> Shown:
    """Gather what a meeting's pages show to a reader, who may see its case."""
    people = {name or "" for one in held.seats for name in (one.person, one.leave_by)}
    people |= {held.chair or "", held.signed_by or ""}
    for line in held.lines:
        people |= {*line.attendees, *line.recused, line.reporter or "", line.checked_by or ""}
    cases = {one.item_case for one in held.lines if one.item_case is not None}

    hand = in_hand.find_hand(connection, house.office, person, held.instance_id, in_hand.ALL, now)
    step = hand[0] if hand is not None else None

    def in_my_hand(kinds: frozenset[str]) -> bool:
        return (
            step is not None and find_actor(connection, house.office, person, held.instance_id, kinds, now) is not None
        )

    return Shown(
        held=held,
        names=queries.names_of(connection, people - {""}),
        units=queries.names_of_units(connection),
        visible=frozenset(one for one in cases if opens(connection, house.office, person, one, now)),
        step=step,
        may_set_agenda=in_my_hand(in_hand.AGENDA),
        may_gather=in_my_hand(in_hand.GATHERING),
        may_deliberate=in_my_hand(in_hand.DELIBERATION),
        may_write_minutes=in_my_hand(in_hand.MINUTES),
        may_keep=held.opened_at is not None and in_my_hand(in_hand.RECORD),
        minutes_title=held.minutes_title or house.meetings.minutes_title(held.body),
        me=person.username,
        known=frozenset(
            one.id
            for one in held.lines
            if reads_every_case(person) or knows_stands(connection, person.username, held, one)
        ),
    )


def votes_of(held: Meeting, line: Line, house: House) -> Votes | None:
    """Return what is needed for an item, or None where the office no longer has the body."""
    try:
        floor = floor_of(held, line, house.meetings)
    except UnknownBody:
        return None
    voters = tuple(one.person for one in held.members if one.person in floor.room.voters)
    head = head_of(floor)
    cast = len(voters)
    return Votes(
        floor=floor,
        counted=len(floor.room.counted(floor.rule)),
        voters=tuple(one for one in voters if one != head) + ((head,) if head in voters else ()),
        quorum=floor.rule.quorum.least(total(floor.rule, floor.rule.quorum, floor.room, cast)),
        passing=floor.rule.passing.least(total(floor.rule, floor.rule.passing, floor.room, cast)),
        head=head,
        choices=tuple(one.value for one in CHOICES[line.matter]),
    )


def text_of_minutes(connection: Connection, shown: Shown) -> str:
    """Return the minutes of a meeting: as they were signed, or as they would be signed now."""
    if shown.held.minutes_text:
        return shown.held.minutes_text
    recorder = get_row(connection, shown.held.instance_id).initiator
    names = {**shown.names, **queries.names_of(connection, {recorder})}
    return compose(shown.held, names, shown.units, recorder)
