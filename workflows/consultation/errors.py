"""What is refused about the opinions of countersigning units."""

from dataclasses import dataclass

from engine.errors import InvalidSubmission


@dataclass(eq=False)
class ReconciliationRequired(InvalidSubmission):
    """Every change a countersigner asked for must be adopted, or it must be said why not."""

    field: str = "reconciliation"


@dataclass(eq=False)
class OpinionUnanswered(InvalidSubmission):
    """Of one unit it is not said whether its opinion was adopted."""

    unit: str
    field: str = "reconciliations"


@dataclass(eq=False)
class NotAdoptedWithoutReason(InvalidSubmission):
    """An opinion was not, or only partly, adopted, and nothing says why."""

    unit: str
    field: str = "reconciliations"


@dataclass(eq=False)
class ConsultationRequired(InvalidSubmission):
    """Where a countersigner disagrees, the result of the consultation must be stated."""

    field: str = "consultation"


@dataclass(eq=False)
class NotAgreedUpon(InvalidSubmission):
    """Departments have not come to an agreement, so the document does not go down (第十六条（四）)."""

    unit: str
    field: str = "reconciliations"
