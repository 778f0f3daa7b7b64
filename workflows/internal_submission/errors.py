"""What the rules about submissions refuse."""

from dataclasses import dataclass

from engine.errors import InvalidSubmission


@dataclass(eq=False)
class ResultMissing(InvalidSubmission):
    """What came of the instruction is reported in words."""

    field: str = "result"
