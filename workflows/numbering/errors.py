"""What is refused about numbers."""

from dataclasses import dataclass

from engine.errors import Conflict, ExecutionFailed, InvalidSubmission


@dataclass(eq=False)
class SeriesStarted(Conflict):
    """Numbers of this series have been given; its opening number can no longer be set."""

    code: str
    year: int


@dataclass(eq=False)
class OpeningRefused(InvalidSubmission):
    """The opening number is not acceptable."""

    reason: str
    field: str = "opening"


@dataclass(eq=False)
class UnknownSeries(ExecutionFailed):
    """A model asks for a number of a series that the office does not have."""

    code: str
