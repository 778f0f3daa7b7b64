"""What the rules about the use of seals refuse."""

from dataclasses import dataclass

from engine.errors import InvalidSubmission


@dataclass(eq=False)
class SealNotApproved(InvalidSubmission):
    """A seal is used only after somebody who may has approved it."""


@dataclass(eq=False)
class SealedMoreThanApproved(InvalidSubmission):
    """More copies would be sealed than were approved."""

    approved: int
    field: str = "sealed_copies"
