"""Why a comment is not accepted."""

from dataclasses import dataclass

from engine.errors import InvalidSubmission


@dataclass(eq=False)
class CommentRefused(InvalidSubmission):
    """A comment is empty, longer than the office allows, or holds characters that are no text."""

    limit: int
    field: str = "text"


@dataclass(eq=False)
class MentionRefused(InvalidSubmission):
    """Somebody is mentioned who may not see the case; ``people`` are their names."""

    people: tuple[str, ...]
    field: str = "text"


@dataclass(eq=False)
class TooManyMentions(InvalidSubmission):
    """More people are mentioned than one comment may mention."""

    limit: int
    field: str = "text"
