"""What the rules about documents refuse."""

from dataclasses import dataclass

from engine.errors import Conflict, ExecutionFailed, InvalidSubmission, NotPermitted


@dataclass(eq=False)
class ReportContainsRequest(InvalidSubmission):
    """A report must not contain a request (第十五条)."""

    field: str
    phrase: str


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


@dataclass(eq=False)
class TypeUnfit(InvalidSubmission):
    """This type of document does not serve this intent towards such a body (第八条)."""

    document_type: str
    direction: str
    intent: str
    allowed: tuple[str, ...]
    field: str = "document_type"


@dataclass(eq=False)
class BodyMismatch(InvalidSubmission):
    """The code is that of another body; each registered body issues under its own (第十七条)."""

    organ: str
    code: str
    registered: str
    field: str = "issuing_organ"


@dataclass(eq=False)
class MayNotInstruct(InvalidSubmission):
    """Documents with this code give no instructions to subordinate Party committees (第十六条（二）)."""

    code: str
    field: str = "issuing_code"


@dataclass(eq=False)
class MainRecipientMissing(InvalidSubmission):
    """A document of this type says to whom it goes (第九条（八）)."""

    field: str = "main_recipients"


@dataclass(eq=False)
class AnswerWithoutRequest(InvalidSubmission):
    """An answer to a subordinate body names the request that it answers (第八条（十二）)."""

    field: str = "source_document"


@dataclass(eq=False)
class NotWithheld(InvalidSubmission):
    """What is announced to the public is not withheld from it."""

    field: str = "disclosure_scope"


@dataclass(eq=False)
class CopiedToSubordinate(InvalidSubmission):
    """A document to a superior body is not copied to a subordinate one (第十五条（一）)."""

    organ: str
    field: str = "copied_organs"


@dataclass(eq=False)
class SkippedOrganNotCopied(InvalidSubmission):
    """A document that skips a level is copied to the body that was skipped (第十四条)."""

    organ: str
    field: str = "copied_organs"


@dataclass(eq=False)
class AddressedToPerson(InvalidSubmission):
    """Documents go to a superior body, not to a person who leads it (第十五条（五）)."""

    organ: str
    field: str = "main_recipients"


@dataclass(eq=False)
class OwnOpinionMissing(InvalidSubmission):
    """A subordinate's request is passed on with an opinion of one's own (第十五条（三）)."""

    field: str = "body"


@dataclass(eq=False)
class ConsentMissing(InvalidSubmission):
    """An office reports important matters upward with its own Party committee's consent (第十五条（二）)."""

    field: str = "consent"


@dataclass(eq=False)
class SuperiorNotCopied(InvalidSubmission):
    """An important document to subordinate bodies is copied to the direct superior (第十六条（一）)."""

    organ: str
    field: str = "copied_organs"


@dataclass(eq=False)
class ApprovalNotStated(InvalidSubmission):
    """What was approved by a higher body and is issued by an office says so in its text (第十六条（二）)."""

    field: str = "body"


@dataclass(eq=False)
class UnequalJointIssue(InvalidSubmission):
    """Only bodies of one level issue a document together (第十七条)."""

    organ: str
    field: str = "joint_organs"


@dataclass(eq=False)
class AnnexesUnlisted(InvalidSubmission):
    """The note of annexes lists as many as are attached (第九条（十）)."""

    attached: int
    listed: int
    field: str = "annex_note"


@dataclass(eq=False)
class ChecksUnanswered(InvalidSubmission):
    """Something about the document is to be looked at again, or kept with a reason."""

    checks: tuple[str, ...]
    field: str = "override_reason"


@dataclass(eq=False)
class JointSignaturesMissing(InvalidSubmission):
    """Of a body that issues the document too, signatory and day are not stated (第二十二条)."""

    organ: str
    field: str = "joint_signatures"


@dataclass(eq=False)
class SealedMoreThanPrinted(InvalidSubmission):
    """More copies would be sealed than were printed."""

    printed: int
    field: str = "sealed_copies"


@dataclass(eq=False)
class NothingToVoid(Conflict):
    """The case has no number that could be made void."""

    instance_id: str


@dataclass(eq=False)
class AlreadyIssued(Conflict):
    """A document that was dispatched is withdrawn or abolished by another document; its number stands."""

    instance_id: str
    number: str


@dataclass(eq=False)
class SigningRuleRefused(InvalidSubmission):
    """A line of the table of who signs what is not acceptable; ``reason`` is a code."""

    reason: str
    field: str
