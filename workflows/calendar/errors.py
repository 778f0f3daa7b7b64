"""What can be wrong with a year of the calendar, or with what is done to it."""

from dataclasses import dataclass
from datetime import datetime

from engine.errors import Conflict, InvalidSubmission, NotFound, NotPermitted


@dataclass(eq=False)
class CalendarImportNotFound(NotFound):
    """There is no such import of a year."""

    import_id: str


@dataclass(eq=False)
class ImportSettled(Conflict):
    """The import was put into force or discarded already."""

    by: str
    at: datetime


@dataclass(eq=False)
class OwnImport(NotPermitted):
    """Whoever has imported a year does not put it into force themselves."""

    year: int


@dataclass(eq=False)
class SourceRequired(InvalidSubmission):
    """A year without the notice that says so counts for nothing."""

    limit: int
    field: str = "source"


@dataclass(eq=False)
class YearRefused(InvalidSubmission):
    """The year is none that a calendar could be about."""

    first: int
    last: int
    field: str = "year"


@dataclass(eq=False)
class YearNotPublished(InvalidSubmission):
    """The library has no data of this year, since the notice had not come out, or was not taken up, when it was made."""

    year: int
    first: int
    last: int
    field: str = "year"


@dataclass(eq=False)
class SameAsInForce(InvalidSubmission):
    """The import says nothing else than what is in force."""

    year: int
    field: str = "year"


@dataclass(eq=False)
class CaseUnknown(InvalidSubmission):
    """There is no case of this number, or this person may not see it; the two are not told apart."""

    field: str = "case"
