"""People and words that come with an operation: whether they can be accepted."""

from collections.abc import Iterable

from sqlalchemy import Connection

from workflows.errors import PersonRefused, ReasonRequired
from workflows.forms.validation import readable_text
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person


def chosen_person(connection: Connection, username: str, field: str, *, but: Person | None = None) -> Person:
    """Return a person of the office who may be handed something.

    Args:
        connection: For reading.
        username: Who was chosen.
        field: Under which the choice came.
        but: Who may not be chosen.

    Raises:
        PersonRefused: There is no such person, they were disabled, or it is oneself.
    """
    found = queries.find_person(connection, username)
    if found is None or found.disabled:
        raise PersonRefused(field, username, "unknown")
    if but is not None and found.username == but.username:
        raise PersonRefused(field, username, "yourself")
    return found


def chosen_people(
    connection: Connection, usernames: Iterable[str], field: str, *, but: Person | None = None
) -> list[str]:
    """Return the usernames of several people, each once, in order; raise ``PersonRefused``, also where there are none."""
    chosen = [chosen_person(connection, one, field, but=but).username for one in dict.fromkeys(usernames)]
    if not chosen:
        raise PersonRefused(field, "", "nobody")
    return chosen


def words(office: Office, text: str, *, required: bool) -> str:
    """Return a reason or message without the space around it; raise ``ReasonRequired``."""
    limit = office.settings.opinion_characters
    if (required and not text.strip()) or len(text) > limit or not readable_text(text, lines=True):
        raise ReasonRequired(limit)
    return text.strip()
