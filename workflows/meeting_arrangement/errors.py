"""What is refused about items and meetings."""

from dataclasses import dataclass

from engine.errors import Conflict, ExecutionFailed, InvalidSubmission, NotFound, NotPermitted


@dataclass(eq=False)
class AskedMissing(InvalidSubmission):
    """An item to be decided says what the meeting is asked to decide."""

    field: str = "asked"


@dataclass(eq=False)
class AmountMissing(InvalidSubmission):
    """An item that costs money says how much."""

    field: str = "amount"


@dataclass(eq=False)
class PaperTooLong(InvalidSubmission):
    """The paper is longer than the office allows."""

    limit: int
    field: str = "paper_characters"


@dataclass(eq=False)
class ReportTooLong(InvalidSubmission):
    """The report takes longer than the office allows."""

    limit: int
    field: str = "report_minutes"


@dataclass(eq=False)
class ConsentsMissing(InvalidSubmission):
    """An item is not ready: ``missing`` are of ``finance``, ``compliance``, ``leader``."""

    missing: tuple[str, ...]
    field: str = "opinion"


@dataclass(eq=False)
class ConsentsRefused(InvalidSubmission):
    """Somebody whose consent an item needs has refused it; named as in :class:`ConsentsMissing`."""

    missing: tuple[str, ...]
    field: str = "opinion"


@dataclass(eq=False)
class UnknownBody(InvalidSubmission):
    """The office has no such body."""

    name: str
    field: str = "meeting_body"


@dataclass(eq=False)
class MeetingTimesRefused(InvalidSubmission):
    """The times of a meeting do not follow each other; ``reason`` is one of ``order``, ``past``, ``receipts``."""

    field: str
    reason: str


@dataclass(eq=False)
class AgendaIncomplete(InvalidSubmission):
    """No notice goes out with this agenda.

    ``reason`` is one of ``empty``, ``first_topic``, ``materials``; ``title`` names the line where it is about one.
    """

    reason: str
    title: str = ""
    field: str = "opinion"


@dataclass(eq=False)
class RoomNotBooked(InvalidSubmission):
    """A notice names a room, which has to be booked for the time of the meeting."""

    field: str = "opinion"


@dataclass(eq=False)
class ItemNotReady(InvalidSubmission):
    """The item is not among those that were accepted for this body and are on no agenda."""

    item_case: str


@dataclass(eq=False)
class LineNotFound(NotFound):
    """There is no such line on the agenda."""

    line: str


@dataclass(eq=False)
class ResolutionNotFound(NotFound):
    """There is no such resolution."""

    resolution: str


@dataclass(eq=False)
class MinutesNotReadable(NotPermitted):
    """The meeting has no minutes yet that this person may read."""

    instance_id: str


@dataclass(eq=False)
class MeetingNotFound(NotFound):
    """The case is no meeting, or has not become one yet."""

    instance_id: str


@dataclass(eq=False)
class NotInHand(NotPermitted):
    """This is done by whoever has the step in hand at which it is done."""

    instance_id: str


@dataclass(eq=False)
class NotQuorate(Conflict):
    """Not enough members are there: ``due`` are to come, ``present`` have, ``least`` are needed."""

    due: int
    present: int
    least: int


@dataclass(eq=False)
class LineClosed(Conflict):
    """The item was dealt with already, or is not being dealt with yet."""

    title: str


@dataclass(eq=False)
class LinesOpen(Conflict):
    """Items of the agenda are not dealt with yet."""

    titles: tuple[str, ...]


@dataclass(eq=False)
class NotAVoter(InvalidSubmission):
    """This person says nothing to this item.

    ``reason`` is one of ``no_member``, ``absent``, ``recused``.
    """

    person: str
    reason: str
    field: str = "person"


@dataclass(eq=False)
class HeadSpeaksLast(Conflict):
    """The head speaks after all others; ``waits`` are those who have not spoken."""

    person: str
    waits: int


@dataclass(eq=False)
class HeadHasSpoken(Conflict):
    """The head has spoken, after whom nobody speaks."""

    person: str


@dataclass(eq=False)
class ChoiceRefused(InvalidSubmission):
    """This is no choice here: a report is not voted on, a decision is, and secret ballots have no names."""

    reason: str
    field: str = "choice"


@dataclass(eq=False)
class StandsMissing(Conflict):
    """Members who are there have said nothing yet to what is to be decided."""

    waits: int


@dataclass(eq=False)
class CountsRefused(InvalidSubmission):
    """The counts of a secret ballot do not add up to the members who vote."""

    voters: int
    cast: int
    field: str = "yes"


@dataclass(eq=False)
class BallotsGiven(Conflict):
    """Who has voted on an item can no longer withdraw from it."""

    person: str


@dataclass(eq=False)
class WordsRefused(InvalidSubmission):
    """There are no words, too many, or some that are no text."""

    limit: int
    field: str


@dataclass(eq=False)
class NoWrittenOpinion(NotPermitted):
    """A written opinion is given by members who have asked for leave, until the item is dealt with."""


@dataclass(eq=False)
class ResolutionRefused(InvalidSubmission):
    """A resolution names a unit in the lead, others beside it, and a day; ``reason`` is ``unit``, ``twice`` or ``day``."""

    field: str
    reason: str


@dataclass(eq=False)
class ConclusionMissing(Conflict):
    """The minutes say nothing of an item that was dealt with."""

    titles: tuple[str, ...]


@dataclass(eq=False)
class NotTheChair(NotPermitted):
    """The minutes are signed by who presides."""

    chair: str


@dataclass(eq=False)
class NotSignedYet(InvalidSubmission):
    """What was not signed is not issued."""


@dataclass(eq=False)
class RecordMissing(InvalidSubmission):
    """A meeting is not closed without its full record."""

    field: str = "opinion"


@dataclass(eq=False)
class RecordNotReadable(NotPermitted):
    """The full record of a meeting is read with permission."""

    instance_id: str


@dataclass(eq=False)
class NothingToMinute(ExecutionFailed):
    """A case is asked to issue minutes of a meeting that was not held."""

    instance_id: str
