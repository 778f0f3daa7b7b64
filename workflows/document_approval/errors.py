"""What the rules about documents refuse."""

from dataclasses import dataclass

from engine.errors import ExecutionFailed, InvalidSubmission, NotPermitted


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
class NotTheOriginalSignatory(NotPermitted):
    """After a change of substance the document goes back to the one who signed it (第二十五条)."""

    signatory: str


@dataclass(eq=False)
class SignatoryNotAppointed(NotPermitted):
    """An important or upward document is signed by the principal, and nobody was appointed by that rule (第二十二条)."""


@dataclass(eq=False)
class DirectionMismatch(InvalidSubmission):
    """This type of document goes in one direction only (第八条)."""

    document_type: str
    direction: str
    field: str = "document_type"


@dataclass(eq=False)
class SignatureMissing(InvalidSubmission):
    """What is verified and registered has been signed before (第二十五条)."""


@dataclass(eq=False)
class RegistrationIncomplete(InvalidSubmission):
    """A registration states where the document goes and in how many copies (第二十五条)."""

    field: str


@dataclass(eq=False)
class NotNumbered(InvalidSubmission):
    """A document is dispatched only after it was registered and has its number (第二十五条)."""


@dataclass(eq=False)
class DispatchedBeforeIssue(InvalidSubmission):
    """A document cannot go to print before its own date."""

    issued_on: str
    field: str = "dispatched_on"


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
class RefusedTextUnchanged(InvalidSubmission):
    """The signatory has refused this text; it cannot be passed on as it is."""

    field: str = "body"
