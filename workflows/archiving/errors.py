"""What is refused about the archive."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import Conflict, InvalidSubmission, NotFound, NotPermitted


@dataclass(eq=False)
class ArchiveItemNotFound(NotFound):
    """There is no such 件."""

    item_id: str


@dataclass(eq=False)
class TransferNotFound(NotFound):
    """There is no such transfer list."""

    transfer_id: str


@dataclass(eq=False)
class NotPending(Conflict):
    """The case does not wait to be archived in this year: somebody was faster, or it is not its year."""

    title: str
    year: int


@dataclass(eq=False)
class YearNumbered(Conflict):
    """The year was numbered, so nothing of it is put together, taken apart or numbered any more."""

    year: int
    at: datetime
    by: str


@dataclass(eq=False)
class YearNotNumbered(Conflict):
    """The year has no numbers yet."""

    year: int


@dataclass(eq=False)
class YearNotOver(Conflict):
    """The year is not over, so it cannot be numbered."""

    year: int


@dataclass(eq=False)
class CasesPending(Conflict):
    """Cases of the year are neither put together nor decided about."""

    year: int
    count: int


@dataclass(eq=False)
class NothingToNumber(Conflict):
    """Nothing of the year was put together."""

    year: int


@dataclass(eq=False)
class OrderChanged(Conflict):
    """What is to be numbered is not what was shown."""


@dataclass(eq=False)
class ItemStateRefused(Conflict):
    """The 件 is not in the state for that; ``state`` is one of :class:`workflows.archiving.values.ItemState`."""

    title: str
    state: str


@dataclass(eq=False)
class PeriodRefused(InvalidSubmission):
    """It is not said for how long a 件 is kept, or the office has no such period."""

    title: str
    field: str = "retention"


@dataclass(eq=False)
class ArchiveWordsRefused(InvalidSubmission):
    """A text of a 件 is missing, too long or unreadable; ``limit`` is in characters."""

    field: str
    limit: int


@dataclass(eq=False)
class ArchiveUnitUnknown(InvalidSubmission):
    """There is no such unit."""

    unit: str
    field: str = "unit"


@dataclass(eq=False)
class ArchiveDateRefused(InvalidSubmission):
    """A 件 on paper needs the day of its document, which is over and not after the year it is filed in."""

    field: str = "dated_on"


@dataclass(eq=False)
class PagesRefused(InvalidSubmission):
    """The number of pages is none."""

    field: str = "pages"


@dataclass(eq=False)
class ManualResultMissing(InvalidSubmission):
    """A check that a person makes has no result in words; ``code`` names it."""

    code: str
    limit: int

    @property
    def field(self) -> str:
        """The field of the page."""
        return f"note-{self.code}"


@dataclass(eq=False)
class NotInspected(Conflict):
    """The year has not passed an inspection since it was numbered or last changed."""

    year: int


@dataclass(eq=False)
class NothingToTransfer(Conflict):
    """The unit has nothing of the year that is on no transfer list."""

    unit: str
    year: int


@dataclass(eq=False)
class TransferSigned(Conflict):
    """The transfer list was signed by that side already."""

    by: str
    at: datetime


@dataclass(eq=False)
class TransferNotHandedOver(Conflict):
    """The office has not signed the transfer list yet."""


@dataclass(eq=False)
class TransferChanged(Conflict):
    """What is on the transfer list is not what it was made of."""


@dataclass(eq=False)
class SameHand(NotPermitted):
    """Whoever hands over cannot take over."""
