"""What open pages are told of the boxes of many people at once: how many items lie in each, and which came last; so of notices.

It is apart from the counts of one person's page since it asks for thousands of people in one statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from engine import canonical
from engine.persistence.base import UtcDateTime
from workflows.box_contents import BOXES_OF_ITEMS, NOBODY, SHARED, contents_of
from workflows.notices.records import notice
from workflows.notices.unread import UNREAD
from workflows.organisation.records import person
from workflows.substitutions.queries import Owners, owners_for, substituting

ASKED_AT_ONCE = 5_000
NOTICES = "notices"
"""What stands for the notices that somebody has not read, beside the boxes."""
TOLD = (*BOXES_OF_ITEMS, NOTICES)


@dataclass(frozen=True)
class Waiting:
    """How many rows lie in a box, and a text that becomes another one when another row is the last that came."""

    count: int = 0
    newest: str = ""


def _lying(box: str, username: str | ColumnElement[str], owners: Owners = NOBODY) -> tuple[Select[Any], Any]:
    """Return the query for what lies in a box, and where it looks."""
    inside = contents_of(box, username, owners if box in SHARED else NOBODY)
    *_before, opened_at, item_id = inside.place
    whose = literal(username) if isinstance(username, str) else username
    columns: tuple[Any, ...] = (
        literal(box).label("box"),
        whose.label("person"),
        func.count(),
        func.max(opened_at),
        func.max(item_id),
    )
    return select(*columns).where(inside.condition), inside.source


def _of_many(box: str) -> Select[Any]:
    query, source = _lying(box, person.c.username)
    return query.select_from(person, source).where(_asked).group_by(person.c.username)


def _unread_of_many() -> Select[Any]:
    """Return the query for what many have not read; taken from the index of the unread alone, so the newest says no time."""
    columns: tuple[Any, ...] = (
        literal(NOTICES),
        person.c.username,
        func.count(),
        cast(null(), UtcDateTime),
        cast(func.max(notice.c.id), String),
    )
    unread = person.join(notice, notice.c.person == person.c.username)
    return select(*columns).select_from(unread).where(_asked, UNREAD).group_by(person.c.username)


_asked = person.c.username.in_(bindparam("usernames", expanding=True))
_waiting = union_all(*map(_of_many, BOXES_OF_ITEMS), _unread_of_many())


def waiting(connection: Connection, usernames: Sequence[str], now: datetime) -> dict[str, dict[str, Waiting]]:
    """Return what lies in the boxes of open items of many people at once, and the notices they have not read.

    Args:
        connection: For reading.
        usernames: Whose boxes; thousands are asked for in one statement, those who substitute for others one by one.
        now: Aware instant, for substitutions.

    Returns:
        For each username, known or not, each of :data:`TOLD`.
    """
    found = {username: dict.fromkeys(TOLD, Waiting()) for username in usernames}
    for start in range(0, len(usernames), ASKED_AT_ONCE):
        asked = {"usernames": usernames[start : start + ASKED_AT_ONCE], "now": now}
        for box, username, *lying in connection.execute(_waiting, asked):
            found[username][box] = _waiting_of(*lying)
    for username in found.keys() & substituting(connection, now):
        owners = owners_for(connection, username, now)
        for box in SHARED:
            query, source = _lying(box, username, owners)
            _box, _person, *lying = connection.execute(query.select_from(source)).one()
            found[username][box] = _waiting_of(*lying)
    return found


def _waiting_of(count: int, came_at: datetime | None, row_id: str | None) -> Waiting:
    return Waiting(count, "~".join(one for one in (came_at and canonical.instant(came_at), row_id) if one))
