"""What the rules about documents refuse."""

from dataclasses import dataclass

from engine.errors import Conflict, ExecutionFailed, InvalidSubmission, NotPermitted


@dataclass(eq=False)
class ReportContainsRequest(InvalidSubmission):
    """A report must not contain a request (第十五条)."""

    field: str
    phrase: str


@dataclass(eq=False)
class ReconciliationRequired(InvalidSubmission):
    """Every change a countersigner asked for must be adopted, or it must be said why not."""

    field: str = "reconciliation"


@dataclass(eq=False)
class ConsultationRequired(InvalidSubmission):
    """Where a countersigner disagrees, the result of the consultation must be stated."""

    field: str = "consultation"


@dataclass(eq=False)
class NotTheSignatory(NotPermitted):
    """The document is to be signed by somebody else."""

    signatory: str


@dataclass(eq=False)
class UnknownIssuingCode(InvalidSubmission):
    """The office issues no documents with this code."""

    code: str
    field: str = "issuing_code"


@dataclass(eq=False)
class NoSignatory(ExecutionFailed):
    """Nobody holds the post that must sign this document."""

    rule: str


@dataclass(eq=False)
class NotSigned(ExecutionFailed):
    """A number is given only after the document was signed (第二十五条)."""

    instance_id: str


@dataclass(eq=False)
class SeriesStarted(Conflict):
    """Numbers of this series have been given; its opening number can no longer be set."""

    issuing_code: str
    year: int


@dataclass(eq=False)
class OpeningRefused(InvalidSubmission):
    """The opening number is not acceptable."""

    reason: str
    field: str = "opening"
