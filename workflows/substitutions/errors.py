"""What can be wrong with a standing substitution, or with acting under it."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import Conflict, InvalidSubmission, NotFound, NotPermitted


@dataclass(eq=False)
class SubstitutionNotFound(NotFound):
    """There is no such substitution, or it is none of this person's business; the two are not told apart."""

    substitution_id: str


@dataclass(eq=False)
class SubstitutionOver(Conflict):
    """The substitution has ended already."""

    ended_at: datetime


@dataclass(eq=False)
class SubstitutionOverlaps(Conflict):
    """The owner has a substitute already for this time and one of these flows."""

    owner: str
    substitute: str
    starts_at: datetime
    ends_at: datetime


@dataclass(eq=False)
class SelfSubstitution(InvalidSubmission):
    """Nobody is their own substitute."""

    field: str = "substitute"


@dataclass(eq=False)
class SubstituteUnusable(InvalidSubmission):
    """The substitute is nobody, or disabled."""

    field: str = "substitute"


@dataclass(eq=False)
class OwnerUnknown(InvalidSubmission):
    """Nobody is called so."""

    field: str = "owner"


@dataclass(eq=False)
class FlowUnknown(InvalidSubmission):
    """A flow that was never deployed cannot be substituted in."""

    key: str
    field: str = "definitions"


@dataclass(eq=False)
class FlowMissing(InvalidSubmission):
    """A substitution for no flow at all says nothing."""

    field: str = "definitions"


@dataclass(eq=False)
class BeginsInThePast(InvalidSubmission):
    """A substitution cannot begin before the day on which it is arranged."""

    field: str = "from"


@dataclass(eq=False)
class EndsTooEarly(InvalidSubmission):
    """A substitution ends after it begins, and not in the past."""

    field: str = "to"


@dataclass(eq=False)
class SubstitutionNotInForce(NotPermitted):
    """The person is, was or will be the owner's substitute, but not now."""

    owner: str
    starts_at: datetime
    ends_at: datetime


@dataclass(eq=False)
class FlowNotSubstituted(NotPermitted):
    """The person is the owner's substitute, but not in this flow."""

    owner: str
