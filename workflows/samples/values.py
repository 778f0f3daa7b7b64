"""What a sample is drawn from and how, and what stands on its worksheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Method(StrEnum):
    """How cases come into a sample."""

    RANDOM = "random"
    RISK = "risk"


class Conclusion(StrEnum):
    """What an auditor concludes of a case."""

    SOUND = "sound"
    FLAWED = "flawed"
    TO_FOLLOW = "to_follow"


class Answer(StrEnum):
    """What an auditor answers to a question that is asked of each case."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


ALGORITHM = "sha256(seed + LF + case)"
"""By what a sample is ordered, as it is told with it: cases come in the order of that hash, and risk goes before it."""


@dataclass(frozen=True)
class Criteria:
    """Which cases a sample is drawn from: by what of them never changes, so that anybody can draw it again.

    Attributes:
        since: Aware instant; cases that began before it are left out.
        until: Aware instant; cases that began then or later are left out.
        flows: Keys of flows; all where there are none.
        units: Codes of the units that began them; all where there are none.
    """

    since: datetime
    until: datetime
    flows: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Size:
    """How many cases are wanted: so many, or so many in a hundred, at least one."""

    count: int = 0
    percent: int = 0

    def of(self, population: int) -> int:
        """Return how many cases of a population are drawn; a share is rounded up."""
        wanted = self.count or -(-population * self.percent // 100)
        return min(wanted, population)


@dataclass(frozen=True)
class Point:
    """Something to be looked at in a case: a deviation, with the events that show it and what its sentence is filled with."""

    kind: str
    seqs: tuple[int, ...]
    at: datetime
    actor: str
    step: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Sample:
    """A sample as it was drawn.

    Attributes:
        id: Year and running number, such as ``2026-003``.
        name: What it is for, in the auditor's words.
        method: How cases came into it.
        seed: What the order hangs on.
        algorithm: See :data:`ALGORITHM`.
        criteria: What it was drawn from.
        weights: By kind of deviation, for a sample by risk.
        questions: What is asked of each case.
        asked: The size that was asked for, ``5`` or ``10%``.
        size: How many cases are in it.
        population: How many it was drawn from.
        population_digest: SHA-256 over the ids of the population, one a line, in order.
        drawn_by: Username.
        drawn_at: Aware instant.
    """

    id: str
    name: str
    method: Method
    seed: str
    algorithm: str
    criteria: Criteria
    weights: Mapping[str, int]
    questions: tuple[str, ...]
    asked: str
    size: int
    population: int
    population_digest: str
    drawn_by: str
    drawn_at: datetime


@dataclass(frozen=True)
class SampledCase:
    """A line of a worksheet: a case, what is to be looked at in it, and what the auditor found."""

    id: str
    sample_id: str
    instance_id: str
    rank: int
    score: int
    points: tuple[Point, ...]
    answers: Mapping[int, Answer] = field(default_factory=dict)
    finding: str = ""
    conclusion: Conclusion | None = None
    noted_by: str = ""
    noted_at: datetime | None = None


@dataclass(frozen=True)
class Note:
    """What an auditor writes down of a case."""

    answers: Mapping[int, Answer]
    finding: str
    conclusion: Conclusion | None


@dataclass(frozen=True)
class Chosen:
    """A case that was drawn, with what its risk came to."""

    instance_id: str
    score: int
    points: Sequence[Point] = ()
