"""What a person has been told: read, counted, marked as read; and who has read what somebody has said."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, func, select, update

from engine import canonical
from engine.errors import NotFound
from engine.model import Variables
from engine.persistence.tables import process_instance
from workflows.boxes import UnknownPage
from workflows.notices.kinds import NoticeKind
from workflows.notices.records import notice
from workflows.notices.unread import UNREAD
from workflows.organisation.values import Person
from workflows.substitutions.queries import owners_for
from workflows.visibility import visible_to

LARGEST_PAGE = 100
_own = notice.c.person == bindparam("username")
_count = select(func.count()).select_from(notice).where(_own, UNREAD)


@dataclass(eq=False)
class NoticeNotFound(NotFound):
    """There is no such notice of this person."""

    notice_id: int


@dataclass(frozen=True)
class Notice:
    """One thing that somebody was told; ``title`` and ``facts`` are empty where they may no longer see the case.

    ``on_behalf_of`` is for whom they stand in, where it is not their own to do.
    """

    id: int
    kind: NoticeKind
    instance_id: str
    work_item_id: str | None
    actor: str
    at: datetime
    read_at: datetime | None
    facts: Variables
    title: str
    visible: bool
    on_behalf_of: str | None = None


@dataclass(frozen=True)
class NoticePage:
    """Notices, the newest first, and the key from which the next page goes on, or None at the end."""

    rows: tuple[Notice, ...]
    next: str | None


@dataclass(frozen=True)
class Receipt:
    """Somebody who was told, and when they read it; None until then."""

    person: str
    read_at: datetime | None


def count_unread(connection: Connection, person: Person, now: datetime) -> int:
    """Return how many notices a person has not read; what they were told as a substitute counts while they stand in."""
    return connection.scalar(_count, {"username": person.username, "now": now}) or 0


def list_notices(
    connection: Connection,
    person: Person,
    now: datetime,
    *,
    unread: bool = False,
    after: str | None = None,
    limit: int = 20,
) -> NoticePage:
    """Return a page of a person's notices, the newest first.

    Args:
        connection: For reading.
        person: Whose notices, and nobody else's.
        now: Aware instant, for what they may see.
        unread: Whether to leave out what was read.
        after: The ``next`` of the page before.
        limit: Rows, at most 100.

    Raises:
        UnknownPage: ``after`` is none that a page before gave.
    """
    size = max(1, min(limit, LARGEST_PAGE))
    conditions = [notice.c.person == person.username, notice.c.moot_at.is_(None)]
    if unread:
        conditions.append(UNREAD)
    if after:
        conditions.append(notice.c.id < _place(after))
    query = _listed(connection, person, now).where(*conditions).order_by(notice.c.id.desc()).limit(size + 1)
    found = connection.execute(query, {"now": now} if unread else {}).all()
    rows = tuple(map(_notice_of, found[:size]))
    return NoticePage(rows, str(rows[-1].id) if len(found) > size else None)


def read_notice(connection: Connection, person: Person, notice_id: int, now: datetime) -> Notice:
    """Mark a notice as read, unless it is already, and return it; raise ``NoticeNotFound`` for anybody else's."""
    own = and_(notice.c.id == notice_id, notice.c.person == person.username)
    connection.execute(update(notice).where(own, notice.c.read_at.is_(None)).values(read_at=now))
    row = connection.execute(_listed(connection, person, now).where(own)).first()
    if row is None:
        raise NoticeNotFound(notice_id)
    return _notice_of(row)


def read_all(connection: Connection, person: Person, now: datetime, up_to: int | None = None) -> int:
    """Mark a person's notices as read, up to the newest one they have seen; return how many were not."""
    newest = notice.c.id <= up_to if up_to is not None else notice.c.id.is_not(None)
    unread = update(notice).where(_own, UNREAD, newest).values(read_at=now)
    return connection.execute(unread, {"username": person.username, "now": now}).rowcount


def receipts_of(connection: Connection, instance_id: str, seqs: Collection[int]) -> dict[int, list[Receipt]]:
    """Return who was told of events of a case, and when they read it, by the events' places in its history.

    Args:
        connection: For reading.
        instance_id: The case.
        seqs: Of comments or urges.

    Returns:
        Receipts, in the order in which people were told.
    """
    rows = connection.execute(
        select(notice.c.seq, notice.c.person, notice.c.read_at)
        .where(notice.c.instance_id == instance_id, notice.c.seq.in_(seqs))
        .order_by(notice.c.id)
    )
    found: dict[int, list[Receipt]] = {}
    for row in rows:
        found.setdefault(row.seq, []).append(Receipt(row.person, row.read_at))
    return found


def _listed(connection: Connection, person: Person, now: datetime) -> Select[Any]:
    owners = owners_for(connection, person.username, now)
    visible = case((visible_to(person, owners), 1), else_=0).label("visible")
    return select(notice, process_instance.c.title, visible).join(
        process_instance, process_instance.c.id == notice.c.instance_id
    )


def _notice_of(row: Row[Any]) -> Notice:
    values = row._mapping
    visible = bool(values["visible"])
    return Notice(
        id=values["id"],
        kind=NoticeKind(values["kind"]),
        instance_id=values["instance_id"],
        work_item_id=values["work_item_id"],
        actor=values["actor"],
        at=values["at"],
        read_at=values["read_at"],
        facts=canonical.decode(bytes(values["facts"])) if visible else {},
        title=values["title"] if visible else "",
        visible=visible,
        on_behalf_of=values["on_behalf_of"],
    )


def _place(after: str) -> int:
    if not after.isdecimal() or len(after) > len(str(2**63)):
        raise UnknownPage
    return int(after)
