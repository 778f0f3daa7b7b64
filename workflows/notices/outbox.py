"""What goes outside: taken when it is due, and settled once it is known what became of it.

A message is marked as being sent in a transaction of its own, before it is sent. So whoever dies in between leaves one that
nobody sends again, rather than one that is sent twice; ``banjie doctor`` names it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, update

from engine.model import WorkItemState
from engine.persistence.tables import process_definition, process_instance, work_item, work_item_candidate
from workflows.box_contents import SHARED, contents_of
from workflows.notices.kinds import TO_DO, Channel, NoticeKind
from workflows.notices.preferences import preferences_of
from workflows.notices.records import notice, notice_delivery, outside_message
from workflows.notices.settings import NoticeSettings
from workflows.notices.unread import UNREAD
from workflows.organisation import queries
from workflows.substitutions.queries import Owners, owners_for

WAITING, SENDING, SENT, DROPPED, PARKED = "waiting", "sending", "sent", "dropped", "parked"
URGENT = "特急"
OVERDUE = timedelta(minutes=10)
"""How long a message may be on its way before whoever sent it is taken for dead."""
LONGEST_ERROR = 300


@dataclass(frozen=True)
class Outgoing:
    """One message to one person by one channel: how much there is, and nothing of what it is."""

    rows: tuple[int, ...]
    channel: Channel
    address: str
    todo: int
    urgent: int
    unread: int


@dataclass(frozen=True)
class Taken:
    """What was taken up: a message to send, or None where nothing of it was worth sending any more."""

    outgoing: Outgoing | None


@dataclass(frozen=True)
class Stuck:
    """A message that was set aside, or whose sender has died; ``error`` says why as far as it is known."""

    person: str
    channel: str
    error: str | None


def is_due(connection: Connection, now: datetime) -> bool:
    """Tell whether anything is to be sent."""
    return connection.execute(_waiting(now).limit(1)).first() is not None


def take_due(
    connection: Connection, settings: NoticeSettings, now: datetime, without: Collection[Channel] = ()
) -> Taken | None:
    """Take up everything that is due to the person who has waited longest, and mark it as being sent.

    Args:
        connection: In a transaction; others take up what is due to others.
        settings: The office's.
        now: Aware instant.
        without: Channels to leave alone.

    Returns:
        What was taken up; None where nothing is due.
    """
    channels = [one.value for one in settings.channels if one not in without]
    query = _waiting(now).join(notice_delivery, notice_delivery.c.person == outside_message.c.person)
    first = connection.execute(
        query.where(outside_message.c.channel.in_(channels))
        .limit(1)
        .with_for_update(of=notice_delivery, skip_locked=True)
    ).first()
    if first is None:
        return None
    channel = Channel(first.channel)
    due = connection.execute(
        _waiting(now).where(outside_message.c.person == first.person, outside_message.c.channel == first.channel)
    ).all()
    if not due:
        return Taken(None)
    owners = owners_for(connection, first.person, now)
    worth = _worth_sending(connection, first.person, channel, [row.id for row in due], owners)
    _set(connection, [row.id for row in due if row.id not in worth], state=DROPPED, settled_at=now)
    if not worth:
        return Taken(None)
    _set(connection, worth, state=SENDING, settled_at=now, attempts=outside_message.c.attempts + 1)
    return Taken(_outgoing(connection, first.person, channel, tuple(sorted(worth)), owners, now))


def sent(connection: Connection, outgoing: Outgoing, now: datetime) -> None:
    """Write that a message has arrived."""
    _set(connection, outgoing.rows, state=SENT, settled_at=now, error=None)


def not_sent(connection: Connection, outgoing: Outgoing, error: str, settings: NoticeSettings, now: datetime) -> None:
    """Write that a message has certainly not arrived: it is tried again later, or set aside after the last attempt."""
    tries = select(outside_message.c.id, outside_message.c.attempts).where(outside_message.c.id.in_(outgoing.rows))
    for row in connection.execute(tries).all():
        if row.attempts >= settings.most_attempts:
            _set(connection, [row.id], state=PARKED, settled_at=now, error=error[:LONGEST_ERROR])
        else:
            later = now + settings.first_pause * 2 ** (row.attempts - 1)
            _set(connection, [row.id], state=WAITING, due_at=later, error=error[:LONGEST_ERROR])


def perhaps_sent(connection: Connection, outgoing: Outgoing, error: str, now: datetime) -> None:
    """Write that nobody knows whether a message has arrived: it is set aside, so that it never arrives twice."""
    _set(connection, outgoing.rows, state=PARKED, settled_at=now, error=error[:LONGEST_ERROR])


def list_stuck(connection: Connection, now: datetime) -> list[Stuck]:
    """Return what was set aside, and what somebody began to send and never finished."""
    message = outside_message.c
    dead = and_(message.state == SENDING, message.settled_at < now - OVERDUE)
    rows = connection.execute(select(outside_message).where(or_(message.state == PARKED, dead)).order_by(message.id))
    return [Stuck(row.person, row.channel, row.error) for row in rows]


def _waiting(now: datetime) -> Select[Any]:
    message = outside_message.c
    return (
        select(message.id, message.person, message.channel)
        .where(message.state == WAITING, message.due_at <= now)
        .order_by(message.due_at, message.id)
    )


def _worth_sending(connection: Connection, person: str, channel: Channel, rows: list[int], owners: Owners) -> set[int]:
    """Return the rows whose notice is still news, still holds, and is still wanted by this channel.

    What a substitute was told holds while the item is its owner's and they stand in for them in its flow.
    """
    chosen, known = preferences_of(connection, [person])[person], queries.find_person(connection, person)
    if known is None or known.disabled:
        return set()
    whose = func.coalesce(notice.c.on_behalf_of, notice.c.person)
    news = connection.execute(
        select(
            outside_message.c.id,
            notice.c.kind,
            notice.c.work_item_id,
            notice.c.on_behalf_of,
            process_definition.c.key,
            work_item.c.state,
            work_item.c.assignee,
            work_item_candidate.c.offered,
        )
        .join(notice, notice.c.id == outside_message.c.notice_id)
        .join(process_instance, process_instance.c.id == notice.c.instance_id)
        .join(process_definition, process_definition.c.id == process_instance.c.definition_id)
        .outerjoin(work_item, work_item.c.id == notice.c.work_item_id)
        .outerjoin(
            work_item_candidate,
            and_(work_item_candidate.c.work_item_id == work_item.c.id, work_item_candidate.c.person == whose),
        )
        .where(outside_message.c.id.in_(rows), notice.c.read_at.is_(None), notice.c.moot_at.is_(None))
    ).all()
    worth = set()
    for row in news:
        kind, owner = NoticeKind(row.kind), row.on_behalf_of
        if owner is not None and not _stands_in(owners, owner, row.key):
            continue
        is_open = row.state == WorkItemState.OPEN.value
        about_an_item = row.work_item_id is not None and (kind in TO_DO or kind is NoticeKind.OVERDUE)
        holds = not about_an_item or (is_open and kind is NoticeKind.OVERDUE)
        theirs = is_open and (row.assignee == (owner or person) or bool(row.offered))
        if channel in chosen.ways_out(kind) and (holds or theirs):
            worth.add(row.id)
    return worth


def _stands_in(owners: Owners, owner: str, definition_key: str) -> bool:
    flows = owners.get(owner, frozenset())
    return flows is None or definition_key in flows


def _outgoing(
    connection: Connection, person: str, channel: Channel, rows: tuple[int, ...], owners: Owners, now: datetime
) -> Outgoing:
    todo, urgent = (sum(counted) for counted in zip(*_to_do(connection, person, owners), strict=True))
    unread = connection.scalar(
        select(func.count())
        .select_from(notice)
        .where(
            notice.c.person == person,
            UNREAD,
            or_(
                notice.c.kind.not_in([one.value for one in TO_DO - {NoticeKind.CIRCULATED}]),  # which is no item to do
                notice.c.work_item_id.is_(None),
            ),
        ),
        {"now": now},
    )
    address = preferences_of(connection, [person])[person].address(channel)
    return Outgoing(rows, channel, address, todo, urgent, unread or 0)


def _to_do(connection: Connection, person: str, owners: Owners) -> Iterator[tuple[int, int]]:
    """Yield how many items lie in the boxes of a person who substitutes for owners, and how many of them are urgent."""
    for box in SHARED:
        inside = contents_of(box, person, owners)
        item_id = inside.place[-1]
        rows = select(func.count(), func.count().filter(process_instance.c.urgency == URGENT)).select_from(
            inside.source
        )
        if inside.source is not work_item:
            rows = rows.join(work_item, work_item.c.id == item_id)
        rows = rows.join(process_instance, process_instance.c.id == work_item.c.instance_id)
        counted = connection.execute(rows.where(inside.condition)).one()
        yield counted[0], counted[1]


def _set(connection: Connection, rows: Collection[int], **values: object) -> None:
    if rows:
        connection.execute(update(outside_message).where(outside_message.c.id.in_(rows)).values(**values))
