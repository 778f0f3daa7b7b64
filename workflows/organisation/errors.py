"""What can be wrong with units, posts, people and passwords."""

from dataclasses import dataclass

from engine.errors import Conflict, InvalidSubmission, NotFound, NotPermitted


@dataclass(eq=False)
class PersonNotFound(NotFound):
    """There is no such person."""

    username: str


@dataclass(eq=False)
class UnitNotFound(NotFound):
    """There is no such unit."""

    code: str


@dataclass(eq=False)
class PostNotFound(NotFound):
    """There is no such post."""

    code: str


@dataclass(eq=False)
class CodeTaken(Conflict):
    """The code or username is in use already."""

    code: str


@dataclass(eq=False)
class FieldRefused(InvalidSubmission):
    """A field of the organisation's data is not acceptable."""

    field: str
    reason: str


@dataclass(eq=False)
class ImportRefused(InvalidSubmission):
    """Lines of the imported file are not acceptable; nothing of it was imported."""

    lines: tuple[tuple[int, str, str], ...]


@dataclass(eq=False)
class InvalidCredentials(NotPermitted):
    """Username and password do not belong together."""


@dataclass(eq=False)
class AccountLocked(NotPermitted):
    """Too many failed attempts; signing in is paused."""

    minutes: int


@dataclass(eq=False)
class PasswordTooWeak(InvalidSubmission):
    """The password is too short, or is the username."""

    least_characters: int
    field: str = "new_password"


@dataclass(eq=False)
class NotASecretary(InvalidSubmission):
    """Only an enabled holder of the post of leaders' secretary serves leaders."""

    field: str = "secretary"


@dataclass(eq=False)
class NotALeader(InvalidSubmission):
    """Secretaries serve leaders: enabled holders of one of their posts."""

    field: str = "leader"


@dataclass(eq=False)
class ServesAlready(Conflict):
    """The secretary serves this leader already."""

    secretary: str
    leader: str


@dataclass(eq=False)
class ServesNot(NotFound):
    """The secretary does not serve this leader."""

    secretary: str
    leader: str
