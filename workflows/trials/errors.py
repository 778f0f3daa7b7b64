"""What walking through a draft refuses."""

from dataclasses import dataclass

from engine.errors import Conflict, InvalidSubmission


@dataclass(eq=False)
class WalkUnreadable(InvalidSubmission):
    """What the page sends as the acts of a walk is none."""


@dataclass(eq=False)
class WalkTooLong(InvalidSubmission):
    """A walk has no more acts than can be carried out at once."""

    most: int


@dataclass(eq=False)
class WalkStepGone(Conflict):
    """The draft was changed, and the step at which somebody acted is no longer open then."""

    step: str


@dataclass(eq=False)
class WalkClockRefused(InvalidSubmission):
    """The clock of a walk is put forward only, and not without end."""

    field: str = "until"


@dataclass(eq=False)
class WalkTimersEndless(InvalidSubmission):
    """So many timers fire until the instant that the clock was not put there."""

    most: int
    field: str = "until"
