"""Who belongs to a body and who presides, by the posts and people that its settings name."""

from collections.abc import Iterable

from sqlalchemy import Connection

from workflows.meeting_arrangement.settings import PERSON_PREFIX, Body
from workflows.organisation import queries


def members_of(connection: Connection, body: Body) -> list[str]:
    """Return the usernames of a body's members, in order of rank."""
    return list(dict.fromkeys(one for named in body.members for one in _people(connection, named)))


def chair_of(connection: Connection, body: Body) -> str | None:
    """Return who presides over a body, or None where nobody holds the post."""
    return next(iter(_people(connection, body.presides)), None)


def _people(connection: Connection, named: str) -> Iterable[str]:
    if not named.startswith(PERSON_PREFIX):
        return queries.holders(connection, named)
    found = queries.find_person(connection, named.removeprefix(PERSON_PREFIX))
    return [found.username] if found is not None and not found.disabled else []
