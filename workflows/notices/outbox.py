"""What goes outside: taken when it is due, and settled once it is known what became of it.

A message is marked as being sent in a transaction of its own, before it is sent. So whoever dies in between leaves one that
nobody sends again, rather than one that is sent twice; ``banjie doctor`` names it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, true, update

from engine.model import WorkItemState
from engine.persistence.tables import NO_COPY, OPEN, process_instance, work_item, work_item_candidate
from workflows.notices.kinds import TO_DO, Channel, NoticeKind
from workflows.notices.preferences import preferences_of
from workflows.notices.records import notice, notice_delivery, outside_message
from workflows.notices.settings import NoticeSettings
from workflows.organisation import queries

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
    worth = _worth_sending(connection, first.person, channel, [row.id for row in due])
    _set(connection, [row.id for row in due if row.id not in worth], state=DROPPED, settled_at=now)
    if not worth:
        return Taken(None)
    _set(connection, worth, state=SENDING, settled_at=now, attempts=outside_message.c.attempts + 1)
    return Taken(_outgoing(connection, first.person, channel, tuple(sorted(worth))))


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


def _worth_sending(connection: Connection, person: str, channel: Channel, rows: list[int]) -> set[int]:
    """Return the rows whose notice is still news, still holds, and is still wanted by this channel."""
    chosen, known = preferences_of(connection, [person])[person], queries.find_person(connection, person)
    if known is None or known.disabled:
        return set()
    news = connection.execute(
        select(
            outside_message.c.id,
            notice.c.kind,
            notice.c.work_item_id,
            work_item.c.state,
            work_item.c.assignee,
            work_item_candidate.c.offered,
        )
        .join(notice, notice.c.id == outside_message.c.notice_id)
        .outerjoin(work_item, work_item.c.id == notice.c.work_item_id)
        .outerjoin(
            work_item_candidate,
            and_(work_item_candidate.c.work_item_id == work_item.c.id, work_item_candidate.c.person == person),
        )
        .where(outside_message.c.id.in_(rows), notice.c.read_at.is_(None), notice.c.moot_at.is_(None))
    ).all()
    worth = set()
    for row in news:
        kind = NoticeKind(row.kind)
        is_open = row.state == WorkItemState.OPEN.value
        about_an_item = row.work_item_id is not None and (kind in TO_DO or kind is NoticeKind.OVERDUE)
        holds = not about_an_item or (is_open and kind is NoticeKind.OVERDUE)
        if channel in chosen.ways_out(kind) and (holds or (is_open and (row.assignee == person or bool(row.offered)))):
            worth.add(row.id)
    return worth


def _outgoing(connection: Connection, person: str, channel: Channel, rows: tuple[int, ...]) -> Outgoing:
    urgent = func.count().filter(process_instance.c.urgency == URGENT)
    mine = connection.execute(
        select(func.count(), urgent)
        .select_from(work_item)
        .join(process_instance, process_instance.c.id == work_item.c.instance_id)
        .where(work_item.c.assignee == person, OPEN, NO_COPY)
    ).one()
    offered = connection.execute(
        select(func.count(), urgent)
        .select_from(work_item_candidate)
        .join(work_item, work_item.c.id == work_item_candidate.c.work_item_id)
        .join(process_instance, process_instance.c.id == work_item.c.instance_id)
        .where(work_item_candidate.c.person == person, work_item_candidate.c.offered == true())
    ).one()
    unread = connection.scalar(
        select(func.count())
        .select_from(notice)
        .where(
            notice.c.person == person,
            notice.c.read_at.is_(None),
            notice.c.moot_at.is_(None),
            or_(
                notice.c.kind.not_in([one.value for one in TO_DO - {NoticeKind.CIRCULATED}]),  # which is no item to do
                notice.c.work_item_id.is_(None),
            ),
        )
    )
    address = preferences_of(connection, [person])[person].address(channel)
    return Outgoing(rows, channel, address, mine[0] + offered[0], mine[1] + offered[1], unread or 0)


def _set(connection: Connection, rows: Collection[int], **values: object) -> None:
    if rows:
        connection.execute(update(outside_message).where(outside_message.c.id.in_(rows)).values(**values))
