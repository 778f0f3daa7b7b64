"""What supervision refuses."""

from dataclasses import dataclass
from datetime import date

from engine.errors import Conflict, InvalidSubmission, NotFound, NotPermitted


@dataclass(eq=False)
class LeadUnitMissing(InvalidSubmission):
    """A matter has one unit that leads."""

    field: str = "lead_unit"


@dataclass(eq=False)
class DueDateMissing(InvalidSubmission):
    """A matter has a due date, and the office has no usual limit for its source."""

    field: str = "due_on"


@dataclass(eq=False)
class DueDatePast(InvalidSubmission):
    """What is given out today cannot have been due before."""

    field: str = "due_on"


@dataclass(eq=False)
class DueDateFree(InvalidSubmission):
    """A due date is a working day, which a worked weekend is too."""

    due_on: str
    field: str = "due_on"


@dataclass(eq=False)
class ResponsibleLeaderMissing(InvalidSubmission):
    """A matter has a responsible leader, and nobody is in charge of the unit that leads."""

    field: str = "responsible_leader"


@dataclass(eq=False)
class FeedbackPlanIncomplete(InvalidSubmission):
    """A cycle of feedback has a first day, a list of days has days."""

    field: str = "first_feedback_on"


@dataclass(eq=False)
class MergeTargetUnknown(InvalidSubmission):
    """The matter into which this one is to be merged is not there, or has ended."""

    field: str = "merge_into"


@dataclass(eq=False)
class PartsMissing(InvalidSubmission):
    """Whoever splits a matter names at least two parts, each with a title."""

    field: str = "parts"


@dataclass(eq=False)
class AssigneeMissing(InvalidSubmission):
    """A task is given to a person, or to a unit that has a head."""

    field: str = "assigned_person"


@dataclass(eq=False)
class AccepterMissing(InvalidSubmission):
    """Somebody accepts what was done."""

    field: str = "accepter"


@dataclass(eq=False)
class NewDueDateTooEarly(InvalidSubmission):
    """An extension ends after the due date that it moves."""

    due_on: str
    field: str = "extension_due_on"


@dataclass(eq=False)
class ReasonMissing(InvalidSubmission):
    """Whoever asks for this says why, within the limit."""

    limit: int
    field: str = "reason"


@dataclass(eq=False)
class MatterPaused(NotPermitted):
    """The matter is paused; its unit reports and closes it once it goes on."""


@dataclass(eq=False)
class NotTheLeadUnit(NotPermitted):
    """Only the unit that leads asks for this."""


@dataclass(eq=False)
class MatterNotFound(NotFound):
    """There is no such matter."""

    instance_id: str


@dataclass(eq=False)
class ExtensionTooLate(Conflict):
    """An extension is asked for before the due date; after it, none is given."""

    due_on: date


@dataclass(eq=False)
class ExtensionPending(Conflict):
    """An extension was asked for and is not decided yet."""


@dataclass(eq=False)
class AskedAlready(Conflict):
    """This was asked for before, and is not decided yet."""


@dataclass(eq=False)
class MatterNotInProgress(Conflict):
    """This can only be asked for while the matter is in progress."""

    state: str


@dataclass(eq=False)
class OralOrderNotFound(NotFound):
    """There is no such oral order."""

    order_id: str


@dataclass(eq=False)
class OralOrderSettled(Conflict):
    """It was said before what becomes of this oral order."""

    order_id: str


@dataclass(eq=False)
class OralOrderRefused(InvalidSubmission):
    """An entry of the register of oral orders is incomplete; ``field`` says where."""

    field: str
