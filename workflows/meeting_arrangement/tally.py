"""Whether a meeting is quorate for an item, and what its ballots decide. Pure.

Written opinions of those who are absent are kept beside the ballots and count nowhere; whoever has withdrawn from an item
counts neither as due nor as voting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workflows.meeting_arrangement.quorum import Base, Choice, MatterRule, Threshold


class Outcome(StrEnum):
    """What a meeting has made of an item."""

    NOTED = "noted"
    """Heard and noted; nothing was voted on."""
    PASSED = "passed"
    NOT_PASSED = "not_passed"
    POSTPONED = "postponed"


@dataclass(frozen=True)
class Room:
    """Who counts at an item: usernames.

    ``due`` are the members who are to come, ``present`` those who have, ``recused`` those who withdrew from this item.
    """

    due: frozenset[str]
    present: frozenset[str]
    recused: frozenset[str] = frozenset()

    @property
    def voters(self) -> frozenset[str]:
        """Who may vote: members present who have not withdrawn."""
        return (self.due & self.present) - self.recused

    def counted(self, rule: MatterRule) -> frozenset[str]:
        """Return of whom the shares are taken: members who are to come, without those who withdrew unless a rule keeps them."""
        return self.due if rule.recused_counted else self.due - self.recused


@dataclass(frozen=True)
class Counts:
    """How many have said what."""

    yes: int = 0
    no: int = 0
    abstain: int = 0
    defer: int = 0

    @property
    def cast(self) -> int:
        """How many ballots there are."""
        return self.yes + self.no + self.abstain + self.defer


@dataclass(frozen=True)
class Ballots:
    """What was said to an item by name; ``written`` are opinions of members who are absent."""

    choices: Mapping[str, Choice] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)


def is_quorate(room: Room, rule: MatterRule) -> bool:
    """Tell whether enough members are there to take up a matter.

    Source:
        《中国共产党地方委员会工作条例》 and 《中国共产党党组工作条例》: 半数以上成员到会, for 干部任免 三分之二以上.
        以上 includes the number itself; a body's own rule is the setting ``meetings.bodies.rules``.
    """
    return rule.quorum.is_met(len(room.voters), total(rule, rule.quorum, room, len(room.voters)))


def count(room: Room, ballots: Ballots) -> Counts:
    """Count the ballots of those who may vote; what others have said, in writing or otherwise, is not counted.

    Source:
        《中国共产党党组工作条例（试行）》第二十五条 and the rules of deliberation of such bodies: who is absent may write, and
        that counts as no vote; nobody votes for another; who withdraws (回避) leaves.
    """
    given = [choice for person, choice in ballots.choices.items() if person in room.voters]
    return Counts(*(given.count(one) for one in (Choice.YES, Choice.NO, Choice.ABSTAIN, Choice.DEFER)))


def outcome(room: Room, counts: Counts, rule: MatterRule) -> Outcome:
    """Return what a vote decides; what is not passed by the rule is not passed, a tie among it.

    Source:
        《中国共产党地方委员会工作条例》 and 《中国共产党党组工作条例》: 赞成票超过应到会成员半数为通过; a body's own rule is the
        setting ``meetings.bodies.rules``.
    """
    passed = rule.passing.is_met(counts.yes, total(rule, rule.passing, room, counts.cast))
    return Outcome.PASSED if passed else Outcome.NOT_PASSED


def total(rule: MatterRule, threshold: Threshold, room: Room, cast: int) -> int:
    """Return the base of a share: how many are counted, are there, or have voted."""
    match threshold.base:
        case Base.DUE:
            return len(room.counted(rule))
        case Base.PRESENT:
            return len(room.voters)
        case Base.CAST:
            return cast
