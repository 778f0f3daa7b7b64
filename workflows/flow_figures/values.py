"""What history tells of the steps of one case, and what is counted of many: the values. Pure.

No value here holds a person: what is not carried cannot be ranked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Measure(StrEnum):
    """What a figure is about; ADR 29 says it of each exactly."""

    WAITING = "waiting"
    WORKING = "working"
    REWORK = "rework"
    WHOLE = "whole"


class Closing(StrEnum):
    """How a work item was closed; by nobody's act where it was taken away."""

    COMPLETED = "completed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Edit(StrEnum):
    """What somebody changed at a step besides deciding."""

    FIELDS = "fields"
    FILES = "files"
    SIGNERS = "signers"
    ASKED = "asked"


@dataclass(frozen=True)
class Told:
    """One event as the figures read it; ``data`` is empty where the kind alone says everything."""

    seq: int
    at: datetime
    kind: str
    activity_id: str | None = None
    work_item_id: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Stretch:
    """A part of the time in which a work item was open; ``taken_up`` says that somebody had begun with it."""

    begins: datetime
    ends: datetime
    taken_up: bool


@dataclass(frozen=True)
class Item:
    """One work item of a person's step: its open time in stretches that follow each other, and what became of it.

    Attributes:
        opened_seq: The event that opened it.
        closed_seq: The event that closed it, None while it is open.
        round: Of its step in this case, from 1.
        begun: Whether history tells of somebody taking it up before closing it.
        is_step: Whether it is the step or a seat of it, rather than a signer's who was added.
        decision: By which it was completed, where that was not redacted.
        opinion: Whether it was closed with words of its own.
        withdrawn: Whether its completion was taken back later.
    """

    opened_seq: int
    opened_at: datetime
    closed_seq: int | None
    closing: Closing | None
    round: int
    stretches: tuple[Stretch, ...]
    begun: bool
    is_step: bool
    decision: str | None = None
    opinion: bool = False
    withdrawn: bool = False
    edits: frozenset[Edit] = frozenset()

    @property
    def is_done(self) -> bool:
        """Whether somebody closed it by an act of theirs, so that its time has an end that means something."""
        return self.closing in (Closing.COMPLETED, Closing.RETURNED)


@dataclass(frozen=True)
class Passage:
    """One time that a case came to a step: its work items, of which a countersign has one for each seat.

    Attributes:
        activity_id: The step.
        round: How often the case had then come to it, this time included.
        seq: The event that opened the first item.
        again: It goes on with a round that was open before, since its completion was withdrawn.
        undone: It was taken away since what had led to it was withdrawn; it is no round.
    """

    activity_id: str
    group: int
    round: int
    seq: int
    items: tuple[Item, ...]
    again: bool = False
    undone: bool = False


@dataclass(frozen=True)
class Sent:
    """A token put at another step by a person: ``send_back``, or ``jump`` by an intervention."""

    source: str | None
    target: str
    mode: str
    seq: int


@dataclass(frozen=True)
class Life:
    """What happened at the steps of one case.

    Attributes:
        passages: In the order in which they began.
        sent: Send backs and jumps, in order.
        passed: How often a token went through each node and flow, by id.
        skipped: How often a step went on by its settings without anybody.
        pauses: When the case was suspended.
    """

    passages: tuple[Passage, ...]
    sent: tuple[Sent, ...]
    passed: Mapping[str, int]
    skipped: Mapping[str, int]
    pauses: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Case:
    """A case whose figures are counted: what a list shows of it."""

    id: str
    title: str
    number: str | None
    version: int
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Spread:
    """How a number of spans of working time is spread.

    ``middle`` is the median, ``most`` the 90th percentile by nearest rank: a span that was really measured.
    """

    count: int
    middle: timedelta
    mean: timedelta
    most: timedelta
    total: timedelta


@dataclass(frozen=True)
class StepFigures:
    """What is counted at one step.

    Attributes:
        activity_id: The step.
        cases: In so many cases somebody was given it.
        rounds: So often cases came to it, all rounds together.
        cases_again: In so many cases more than once.
        most_rounds: The most rounds of one case.
        items: Work items that somebody closed; seats and added signers are items of their own.
        begun: Of these, so many that history tells of somebody taking up before closing them.
        running: Items that are open.
        taken_away: Items that were closed by nobody's act.
        skipped: So often the step went on by its settings.
        seats: The most items that one passage had.
        waiting: Of items of first rounds, until somebody took them up.
        working: Of those items of first rounds that were taken up before they were closed, from then on.
        rework: Of items of later rounds, all their open time.
        whole: Of passages, from the first opening to the last closing.
    """

    activity_id: str
    cases: int
    rounds: int
    cases_again: int
    most_rounds: int
    items: int
    begun: int
    running: int
    taken_away: int
    skipped: int
    seats: int
    waiting: Spread | None
    working: Spread | None
    rework: Spread | None
    whole: Spread | None

    def spread(self, measure: Measure) -> Spread | None:
        """Return the figures of one measure, None where nothing was measured."""
        return {
            Measure.WAITING: self.waiting,
            Measure.WORKING: self.working,
            Measure.REWORK: self.rework,
            Measure.WHOLE: self.whole,
        }[measure]


@dataclass(frozen=True)
class SentCount:
    """How often a step was sent back, or a case put, to another; ``cases`` in how many cases."""

    source: str | None
    target: str
    mode: str
    times: int
    cases: int


@dataclass(frozen=True)
class Unchanged:
    """A step at which all that was decided was one decision, and nothing was edited.

    ``opinions`` of its ``items`` had words of their own beside the decision; ``unused`` are the other decisions it offered.
    """

    activity_id: str
    items: int
    cases: int
    decision: str
    opinions: int
    unused: tuple[str, ...]


@dataclass(frozen=True)
class Loop:
    """A way by which cases came back to a step: the steps from its last passage to the next, both included."""

    steps: tuple[str, ...]
    times: int
    cases: int


@dataclass(frozen=True)
class Returning:
    """A case that came back to steps: so many rounds more than the first ones, and the step with the most."""

    case: Case
    rounds_more: int
    activity_id: str
    rounds: int
    seq: int


@dataclass(frozen=True)
class FlowFigures:
    """All figures of the cases of one flow that were chosen.

    ``left_out`` says that there were more cases than are counted at once; the last ones are.
    """

    cases: int
    left_out: bool
    steps: Mapping[str, StepFigures]
    passed: Mapping[str, int]
    sent: tuple[SentCount, ...]
    unchanged: tuple[Unchanged, ...]
    loops: tuple[Loop, ...]
    returning: tuple[Returning, ...]
