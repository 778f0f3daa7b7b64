"""The office's own errors; their kinds are the engine's."""

from dataclasses import dataclass

from engine.errors import Conflict, InvalidSubmission, NotPermitted


@dataclass(eq=False)
class CaseNotVisible(NotPermitted):
    """This person has no part in the case."""

    instance_id: str


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
