"""What is refused about samples."""

from dataclasses import dataclass

from engine.errors import InvalidSubmission, NotFound


@dataclass(eq=False)
class SampleNotFound(NotFound):
    """There is no such sample, or no such case in it."""

    sample_id: str


@dataclass(eq=False)
class NothingToSample(InvalidSubmission):
    """No case meets what was asked for."""

    field: str = "since"


@dataclass(eq=False)
class SampleSizeRefused(InvalidSubmission):
    """A size is a whole number of cases, or a share from 1 to 100 percent."""

    field: str = "size"


@dataclass(eq=False)
class SampleNameRequired(InvalidSubmission):
    """A sample says what it is for."""

    field: str = "name"


@dataclass(eq=False)
class FindingTooLong(InvalidSubmission):
    """A finding is at most so long."""

    most: int
    field: str = "finding"
