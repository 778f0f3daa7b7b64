"""Why contents are not cleared."""

from dataclasses import dataclass

from engine.errors import Conflict, InvalidSubmission, NotFound, NotPermitted


@dataclass(eq=False)
class PlaceNotFound(NotFound):
    """There is nothing at this place of the case that could be cleared."""

    kind: str
    place: str


@dataclass(eq=False)
class ClearingNotFound(NotFound):
    """There is no such request."""

    clearing_id: str


@dataclass(eq=False)
class ClearingDecided(Conflict):
    """The request was decided already."""

    clearing_id: str
    decided_by: str


@dataclass(eq=False)
class ClearingAsked(Conflict):
    """Somebody has asked for the same already."""

    asked_by: str


@dataclass(eq=False)
class OwnClearing(NotPermitted):
    """Who asks for a clearing cannot approve it: it takes two people."""

    clearing_id: str


@dataclass(eq=False)
class ReaderCannotClear(NotPermitted):
    """Whoever holds a post of audit can neither ask for a clearing nor approve it."""


@dataclass(eq=False)
class ReasonTellsContent(InvalidSubmission):
    """The reason repeats what is to be cleared."""

    field: str = "reason"
