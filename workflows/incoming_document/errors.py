"""What the rules about incoming documents refuse."""

from dataclasses import dataclass

from engine.errors import Conflict, InvalidSubmission


@dataclass(eq=False)
class CountMismatch(InvalidSubmission):
    """What came is not what was sent; it is signed for once the sender was asked (第二十四条)."""

    field: str = "counted_ok"


@dataclass(eq=False)
class UrgencyOfTelegram(InvalidSubmission):
    """特提 and 平急 are for telegrams alone (第九条)."""

    urgency: str
    field: str = "urgency"


@dataclass(eq=False)
class SuspectedDuplicate(InvalidSubmission):
    """A document of this body with this number is registered already."""

    number: str
    instance_id: str
    field: str = "source_number"


@dataclass(eq=False)
class NothingToMergeInto(InvalidSubmission):
    """No document of this body with this number is registered, so this one is no further copy of it."""

    field: str = "source_number"


@dataclass(eq=False)
class InstructorsMissing(InvalidSubmission):
    """It is not said which leader is to instruct."""

    field: str = "instructors"


@dataclass(eq=False)
class InstructionRequired(InvalidSubmission):
    """An instruction consists of words."""

    field: str = "opinion"


@dataclass(eq=False)
class LeadUnitMissing(InvalidSubmission):
    """Where units act upon a document, one of them leads (第二十四条)."""

    field: str = "lead_unit"


@dataclass(eq=False)
class LeadAmongOthers(InvalidSubmission):
    """The unit that leads cannot be one of those that help it."""

    field: str = "co_units"


@dataclass(eq=False)
class SentencesUnallocated(InvalidSubmission):
    """Every sentence of an instruction gets a destination; these have none."""

    sentences: tuple[str, ...]
    field: str = "destinations"


@dataclass(eq=False)
class DestinationContradicts(InvalidSubmission):
    """What is not acted upon goes nowhere else."""

    sentence: str
    field: str = "destinations"


@dataclass(eq=False)
class DestinationReasonMissing(InvalidSubmission):
    """It is not said why a sentence is not acted upon."""

    sentence: str
    field: str = "destinations"


@dataclass(eq=False)
class DestinationUnitsMissing(InvalidSubmission):
    """It is not said which units are to propose the topic."""

    sentence: str
    field: str = "destinations"


@dataclass(eq=False)
class ReadersMissing(InvalidSubmission):
    """It is not said who is to read."""

    field: str = "circulation"


@dataclass(eq=False)
class ReadingDateMissing(InvalidSubmission):
    """Who is asked to read is told until when."""

    field: str = "circulation_due"


@dataclass(eq=False)
class DueBeforeToday(InvalidSubmission):
    """A time limit lies in the past."""

    due_on: str
    field: str


@dataclass(eq=False)
class NothingAllocated(InvalidSubmission):
    """Nobody would act upon the document, nobody read it, and no instruction sends it elsewhere."""

    field: str = "lead_unit"


@dataclass(eq=False)
class HandlerMissing(InvalidSubmission):
    """A unit that signs for a document names who handles it."""

    field: str


@dataclass(eq=False)
class ReplacementMissing(InvalidSubmission):
    """It is not said which other unit takes the place of the one that declined."""

    field: str


@dataclass(eq=False)
class ReplacementInvolved(InvalidSubmission):
    """The unit has a part in the document already."""

    field: str


@dataclass(eq=False)
class NotReadyToClose(InvalidSubmission):
    """Somebody has still to read, or to report.

    Attributes:
        readers: The names of those who have not read.
        lead: The name of the unit that leads, where it has not reported.
        units: The names of the units that help it and have not reported.
        unverified: Whether a registration of the officer on duty awaits its verification.
    """

    readers: tuple[str, ...]
    lead: str
    units: tuple[str, ...]
    unverified: bool


@dataclass(eq=False)
class RetentionMissing(InvalidSubmission):
    """What is archived is kept for a period that is proposed now."""

    field: str = "retention"


@dataclass(eq=False)
class ArchiveReasonMissing(InvalidSubmission):
    """It is not said why a document is not archived."""

    field: str = "archive_reason"


@dataclass(eq=False)
class NotRegistered(Conflict):
    """The document is not registered, so there is no registration to correct."""

    instance_id: str


@dataclass(eq=False)
class NothingCorrected(InvalidSubmission):
    """What is handed in says the same as the registration."""

    field: str = "reason"
