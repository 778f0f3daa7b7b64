"""What the section of comments on a page of a case shows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.current import current_house
from app.security import new_key
from workflows.comments import actions
from workflows.comments.actions import Comment
from workflows.notices.reading import Receipt, receipts_of
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.visibility import takes_part


@dataclass(frozen=True)
class Section:
    """The comments of a case in order, names by username, and, of the reader's own comments, who has read them."""

    instance_id: str
    comments: tuple[Comment, ...]
    names: dict[str, str]
    receipts: dict[int, list[Receipt]]
    limit: int
    idempotency_key: str
    text: str = ""
    error: str = ""
    may_comment: bool = True


def comment_section(
    connection: Connection, person: Person, instance_id: str, at: datetime, text: str = "", error: str = ""
) -> Section:
    """Return the section for a reader; after a refusal with what was typed, and why it was refused."""
    office = current_house().office
    comments = tuple(actions.list_comments(connection, office, person, instance_id, at, recorded=True))
    own = [one.seq for one in comments if one.author == person.username]
    receipts = receipts_of(connection, instance_id, own) if own else {}
    usernames = {one.author for one in comments} | {one.person for told in receipts.values() for one in told}
    return Section(
        instance_id=instance_id,
        comments=comments,
        names=queries.names_of(connection, usernames) if usernames else {},
        receipts=receipts,
        limit=office.settings.comment_characters,
        idempotency_key=new_key(),
        text=text,
        error=error,
        may_comment=takes_part(connection, person, instance_id, at),
    )
