"""What is done with comments: say something in a case, and read what was said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine import canonical
from engine.model import Actor, EventKind, RecordChange, Value
from workflows.comments.audience import people_of_case, reads_comments
from workflows.comments.errors import CommentRefused, MentionRefused, TooManyMentions
from workflows.comments.naming import named_in
from workflows.comments.records import COMMENT
from workflows.comments.records import comment as table
from workflows.errors import OnlyAudits
from workflows.extent import Extent, extent_of, require_extent
from workflows.forms.validation import readable_text
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.visibility import record_reading, takes_part

MOST_MENTIONS = 50


@dataclass(frozen=True)
class Comment:
    """What somebody has said in a case; ``seq`` is the place of its event, ``mentions`` are usernames."""

    id: str
    instance_id: str
    seq: int
    author: str
    text: str
    mentions: tuple[str, ...]
    at: datetime


def add_comment(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    text: str,
    mentions: Iterable[str],
    now: datetime,
) -> Comment:
    """Say something in a case; the case may have ended, or be suspended.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who says it.
        instance_id: The case.
        text: What is said; lines stay as they are.
        mentions: Usernames of those who are to be told of it.
        now: Aware instant.

    Returns:
        The comment.

    Raises:
        CaseNotVisible: The person may not see the case.
        OnlyAudits: The person sees it only because they audit it.
        CommentRefused: There is no text, too much, or something that is no text.
        TooManyMentions: More people are mentioned than one comment may mention.
        MentionRefused: Somebody is mentioned who may not see the case.
    """
    require_extent(connection, office, person, instance_id, Extent.COPY, now)
    if not takes_part(connection, person, instance_id, now):
        raise OnlyAudits(instance_id)
    said = text.replace("\r\n", "\n").strip()
    limit = office.settings.comment_characters
    if not said or len(said) > limit or not readable_text(said, lines=True):
        raise CommentRefused(limit)
    mentioned = tuple(dict.fromkeys(mentions))
    locked = office.engine.lock_case(connection, instance_id)
    _require_readers(connection, office, instance_id, mentioned, now)
    seq, at = locked.head.seq + 1, max(now, locked.head_at)
    comment = Comment(f"{instance_id}-c{seq}", instance_id, seq, person.username, said, mentioned, at)
    values: dict[str, Value] = {
        "instance_id": instance_id,
        "seq": seq,
        "author": comment.author,
        "text": comment.text,
        "mentions": list(mentioned),
        "at": canonical.instant(at),
    }
    change = RecordChange(COMMENT, comment.id, values)
    told: dict[str, Value] = {"comment": comment.id, "mentions": list(mentioned)}
    office.engine.tell(connection, locked, EventKind.CASE_COMMENTED, told, [change], Actor(person.username), at)
    return comment


def mentions_in(connection: Connection, text: str, chosen: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the usernames of those whom a text names with ``@``, whether or not they may see anything.

    Args:
        connection: For reading.
        text: As it was typed.
        chosen: Usernames picked from the list while typing; they tell namesakes apart.
    """
    people: dict[str, list[str]] = {}
    for one in queries.list_people(connection) if "@" in text else ():
        people.setdefault(one.name, []).append(one.username)
    return named_in(text, people, chosen)


def list_comments(
    connection: Connection, office: Office, person: Person, instance_id: str, now: datetime, *, recorded: bool = False
) -> list[Comment]:
    """Return what was said in a case, in order.

    Args:
        connection: For reading; in a transaction where the reading is to be recorded.
        office: The office.
        person: Who reads.
        instance_id: The case.
        now: Aware instant.
        recorded: Whether the reading of the case was recorded already.

    Raises:
        CaseNotVisible: The person may not see the case.
    """
    if extent_of(connection, office, person, instance_id, now) < Extent.COPY:
        return []
    if not recorded:
        record_reading(connection, office, person, instance_id, "comments", now)
    rows = connection.execute(select(table).where(table.c.instance_id == instance_id).order_by(table.c.seq))
    return [
        Comment(
            row.id,
            row.instance_id,
            row.seq,
            row.author,
            row.text,
            tuple(row.mentions),
            row.at,
        )
        for row in rows
    ]


def list_mentionable(
    connection: Connection, office: Office, person: Person, instance_id: str, q: str, now: datetime, limit: int = 8
) -> list[Person]:
    """Return people of a case to mention, by a part of their name; raise ``CaseNotVisible``."""
    require_extent(connection, office, person, instance_id, Extent.COPY, now)
    found = people_of_case(connection, office, instance_id, now, q, limit + 1)
    return [one for one in found if one.username != person.username][:limit]


def _require_readers(
    connection: Connection, office: Office, instance_id: str, usernames: tuple[str, ...], now: datetime
) -> None:
    if len(usernames) > MOST_MENTIONS:
        raise TooManyMentions(MOST_MENTIONS)
    refused = []
    for username in usernames:
        person = queries.find_person(connection, username)
        if person is None or person.disabled or not reads_comments(connection, office, person, instance_id, now):
            refused.append(person.name if person else username)
    if refused:
        raise MentionRefused(tuple(refused))
