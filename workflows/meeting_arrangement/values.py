"""What is known of a meeting: its agenda, who is to come, what was said and decided. Read from its records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workflows.meeting_arrangement.quorum import ORDINARY, Choice
from workflows.meeting_arrangement.tally import Counts, Outcome

FIRST_TOPIC, REPORT, DECISION, STUDY = "第一议题", "汇报类", "决策类", "学习类"
CATEGORIES = (REPORT, DECISION, STUDY)
ATTENDS, ASKS_LEAVE = "attend", "leave"
GRANTED, REFUSED = "granted", "refused"
AGREED, AMENDED = "agree", "amend"
CHECKED = (AGREED, AMENDED)


@dataclass(frozen=True)
class Line:
    """One line of an agenda.

    ``item_case`` is the case of the item, ``recused`` the reason by member, ``present`` who was there when it was taken up,
    ``checked`` what the reporting unit has said to its minutes.
    """

    id: str
    instance_id: str
    position: int
    item_case: str | None
    category: str
    matter: str
    title: str
    unit: str | None
    reporter: str | None
    minutes: int | None
    attendees: tuple[str, ...]
    recused: Mapping[str, str]
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    present: tuple[str, ...] = ()
    counts: Counts | None = None
    outcome: Outcome | None = None
    conclusion: str = ""
    checked: str | None = None
    checked_by: str | None = None
    check_remark: str = ""

    @property
    def is_decision(self) -> bool:
        """Whether it is voted on."""
        return self.category == DECISION

    @property
    def is_open(self) -> bool:
        """Whether the meeting is at it."""
        return self.opened_at is not None and self.closed_at is None


@dataclass(frozen=True)
class Seat:
    """A person who is to come, as a member or for single items, with what they answered and when they came."""

    person: str
    rank: int
    member: bool
    answer: str | None = None
    answer_reason: str = ""
    answered_at: datetime | None = None
    leave: str | None = None
    leave_by: str | None = None
    leave_at: datetime | None = None
    uncounted_reason: str = ""
    arrived_at: datetime | None = None

    @property
    def counted(self) -> bool:
        """Whether they are 应到: a member not excused from the count."""
        return self.member and not self.uncounted_reason


@dataclass(frozen=True)
class Stand:
    """What a member has said to an item, in which place, and their ballot where it was voted on by name."""

    person: str
    place: int
    opinion: str
    choice: Choice | None
    said_at: datetime


@dataclass(frozen=True)
class WrittenOpinion:
    """What a member who is absent has written to an item; it is no ballot."""

    person: str
    opinion: str
    given_at: datetime


@dataclass(frozen=True)
class Resolution:
    """议定事项: what is to be done, by whom, until when (ISO date); ``number`` once the minutes are signed."""

    id: str
    line: str
    place: int
    matter: str
    lead_unit: str
    co_units: tuple[str, ...]
    due_on: str
    number: int | None


@dataclass(frozen=True)
class Meeting:
    """A meeting with all that is recorded of it; ``chair`` presides, speaks last and signs.

    ``minutes_title`` is what stood above the minutes when they were signed, ``recipients`` the units that they went to.
    """

    instance_id: str
    body: str
    starts_at: datetime
    ends_at: datetime
    chair: str | None
    room: str | None
    year: int | None
    number: str | None
    convened_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    minutes_title: str | None
    minutes_text: str
    signed_by: str | None
    signed_on: str | None
    issue: str | None
    dispatched_on: str | None
    copies: int | None
    recipients: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    seats: tuple[Seat, ...] = ()
    stands: Mapping[str, tuple[Stand, ...]] = field(default_factory=dict)
    written: Mapping[str, tuple[WrittenOpinion, ...]] = field(default_factory=dict)
    resolutions: Mapping[str, tuple[Resolution, ...]] = field(default_factory=dict)

    def find_line(self, line_id: str) -> Line | None:
        """Return the line of this id, or None."""
        return next((one for one in self.lines if one.id == line_id), None)

    def find_seat(self, person: str) -> Seat | None:
        """Return the seat of a person, or None."""
        return next((one for one in self.seats if one.person == person), None)

    @property
    def members(self) -> tuple[Seat, ...]:
        """The members, in order of rank."""
        return tuple(one for one in self.seats if one.member)

    @property
    def due(self) -> frozenset[str]:
        """Who is 应到."""
        return frozenset(one.person for one in self.seats if one.counted)

    @property
    def arrived(self) -> frozenset[str]:
        """Who has come, members and others."""
        return frozenset(one.person for one in self.seats if one.arrived_at is not None)

    @property
    def there(self) -> frozenset[str]:
        """Who is 实到: of those who are to come."""
        return self.due & self.arrived

    @property
    def all_resolutions(self) -> tuple[Resolution, ...]:
        """All that is to be done, in the order of the agenda."""
        return tuple(one for line in self.lines for one in self.resolutions.get(line.id, ()))


@dataclass(frozen=True)
class Item:
    """What a unit puts before a body, as the principal has decided about it; ``recused`` and ``attendees`` are usernames."""

    instance_id: str
    title: str
    unit: str
    category: str
    matter: str = ORDINARY
    reporter: str | None = None
    minutes: int | None = None
    attendees: tuple[str, ...] = ()
    recused: tuple[str, ...] = ()
    body: str | None = None
    planned_number: str | None = None
    decided_at: datetime | None = None
