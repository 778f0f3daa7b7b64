"""The office's own errors; their kinds are the engine's."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import Conflict, InvalidSubmission, NotPermitted


@dataclass(eq=False)
class CaseNotVisible(NotPermitted):
    """This person has no part in the case."""

    instance_id: str


@dataclass(eq=False)
class NotStartedFrom(InvalidSubmission):
    """Cases of a flow are not started from those of another; both are named."""

    source: str
    flow: str
    field: str = "source"


@dataclass(eq=False)
class CaseEnded(Conflict):
    """The case has ended, so nothing in it can be moved."""

    instance_id: str


@dataclass(eq=False)
class NothingThere(Conflict):
    """No token stands at this step, so none can be moved from it."""

    activity_id: str


@dataclass(eq=False)
class SeveralThere(Conflict):
    """Several tokens stand at this step, and it was not said which is meant."""

    activity_id: str


@dataclass(eq=False)
class NotTheAssignee(NotPermitted):
    """The work item is in somebody else's hands."""

    work_item_id: str
    assignee: str


@dataclass(eq=False)
class NotACandidate(NotPermitted):
    """The work item is not offered to this person."""

    work_item_id: str


@dataclass(eq=False)
class NothingToRelease(NotPermitted):
    """The work item was not taken from a pool, so it cannot be put back."""

    work_item_id: str


@dataclass(eq=False)
class NotClaimable(NotPermitted):
    """The work item has its person already and need not be claimed."""

    work_item_id: str


@dataclass(eq=False)
class PostRequired(NotPermitted):
    """Only holders of certain posts may do this."""

    posts: tuple[str, ...]


@dataclass(eq=False)
class NotAStarter(NotPermitted):
    """Only holders of certain posts start cases of this flow; ``note`` is what its model says to others."""

    flow: str
    posts: tuple[str, ...]
    note: str


@dataclass(eq=False)
class WithoutBusiness(NotPermitted):
    """The person only administers or audits, and has no part in the office's business."""


@dataclass(eq=False)
class OnlyAudits(NotPermitted):
    """The person reads this case because they audit it, and has no part in it."""

    instance_id: str


@dataclass(eq=False)
class OpinionRequired(InvalidSubmission):
    """This decision needs an opinion in words."""

    field: str = "opinion"


@dataclass(eq=False)
class OpinionTooLong(InvalidSubmission):
    """The opinion is longer than the office allows."""

    limit: int
    field: str = "opinion"


@dataclass(eq=False)
class OpinionUnreadable(InvalidSubmission):
    """The opinion holds characters that are no text."""

    field: str = "opinion"


@dataclass(eq=False)
class TitleRefused(InvalidSubmission):
    """The title is empty, too long, or not one line of text."""

    limit: int
    field: str = "title"


@dataclass(eq=False)
class ReasonRequired(InvalidSubmission):
    """An intervention needs a reason in words, not longer than the office allows."""

    limit: int
    field: str = "reason"


@dataclass(eq=False)
class AttachmentNotUsable(NotPermitted):
    """An attachment that somebody else uploaded, or that belongs to another case, cannot be handed in."""


@dataclass(eq=False)
class NotSuspended(Conflict):
    """The case is not suspended."""

    instance_id: str


@dataclass(eq=False)
class CaseNumbered(NotPermitted):
    """The case has a number already; who began it cannot end it any more."""

    instance_id: str
    number: str


@dataclass(eq=False)
class CopyIsRead(NotPermitted):
    """A copy is read, not decided."""

    work_item_id: str


@dataclass(eq=False)
class NotACopy(NotPermitted):
    """Only copies are marked as read."""

    work_item_id: str


@dataclass(eq=False)
class OpinionAwaited(NotPermitted):
    """The work item was given to somebody for an opinion and has not come back."""

    work_item_id: str
    assignee: str


@dataclass(eq=False)
class NothingDelegated(NotPermitted):
    """The work item was given to nobody for an opinion."""

    work_item_id: str


@dataclass(eq=False)
class OnlyAsked(NotPermitted):
    """Who was asked to sign or to read cannot dispose of the step."""

    work_item_id: str


@dataclass(eq=False)
class SwitchedOff(NotPermitted):
    """The model of this step does not allow the operation."""

    step: str
    operation: str


@dataclass(eq=False)
class NothingToWithdraw(NotPermitted):
    """Only a step that was completed can be taken back."""

    work_item_id: str


@dataclass(eq=False)
class NotDoneByYou(NotPermitted):
    """Only who has completed a step can take it back."""

    work_item_id: str


@dataclass(eq=False)
class YourOwn(NotPermitted):
    """Nobody urges themselves."""

    work_item_id: str


@dataclass(eq=False)
class NoPartInCase(NotPermitted):
    """Only those who have a part in the case may do this."""

    instance_id: str


@dataclass(eq=False)
class ServesNobodyHere(NotPermitted):
    """The work item is with no leader whom this person serves."""

    work_item_id: str


@dataclass(eq=False)
class NothingToRecord(NotPermitted):
    """There is nothing here that a leader decides."""

    work_item_id: str


@dataclass(eq=False)
class NothingToConfirm(NotPermitted):
    """Nothing was recorded here for somebody, or it is confirmed already."""

    work_item_id: str


@dataclass(eq=False)
class UrgedAlready(Conflict):
    """It was urged not long ago, and may be urged again only later."""

    at: datetime
    again_at: datetime


@dataclass(eq=False)
class PersonRefused(InvalidSubmission):
    """A person cannot be chosen here.

    ``reason`` is one of ``unknown``, ``yourself``, ``twice``, ``nobody``, ``not_added``, ``not_a_leader``.
    """

    field: str
    person: str
    reason: str


@dataclass(eq=False)
class SignersRefused(InvalidSubmission):
    """Signers cannot be added in this way.

    ``reason`` is one of ``unknown_mode``, ``no_countersign`` (only a countersign has seats), ``seat_after`` (a seat decides by
    itself), ``before_and_after`` (both cannot be open at once).
    """

    reason: str
    field: str = "mode"


@dataclass(eq=False)
class NothingEarlier(NotPermitted):
    """No step before this one was certainly passed and done, so there is nothing to send back to."""

    work_item_id: str


@dataclass(eq=False)
class NeverPassed(InvalidSubmission):
    """Nobody has done this step in this case, so it cannot be sent back to."""

    target: str
    field: str = "to"
