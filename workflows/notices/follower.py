"""Writes notices from what history newly tells; it is one of those who follow history (:mod:`engine.following`)."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from engine import canonical
from engine.model import INPUTS, EventKind, HistoryEvent
from workflows.notices.kinds import STOOD_IN_FOR, Channel, NoticeKind
from workflows.notices.outbox import WAITING
from workflows.notices.preferences import Preferences, preferences_of
from workflows.notices.records import notice, outside_message
from workflows.notices.settings import NoticeSettings
from workflows.notices.telling import told_of
from workflows.notices.timing import goes_out_at
from workflows.notices.told import Told

TAKEN_FROM_THE_POOL = frozenset(
    {EventKind.WORK_ITEM_CLAIMED, EventKind.WORK_ITEM_COMPLETED, EventKind.WORK_ITEM_CANCELLED}
)
OUT_OF_HAND = frozenset(
    {
        EventKind.WORK_ITEM_COMPLETED,
        EventKind.WORK_ITEM_CANCELLED,
        EventKind.WORK_ITEM_TRANSFERRED,
        EventKind.WORK_ITEM_DELEGATED,
        EventKind.WORK_ITEM_RESOLVED,
    }
)
"""After which a work item is no longer theirs who had it, and so no longer a substitute's to do."""
NOTHING_DONE = frozenset({EventKind.WORK_ITEM_URGED, EventKind.WORK_ITEM_OVERDUE, EventKind.WORK_ITEM_CONFIRMED})
"""Inputs that leave a work item to be done as it was."""


def write_notices(
    connection: Connection, instance_id: str, events: Sequence[HistoryEvent], settings: NoticeSettings
) -> None:
    """Write who is told what of events of a case, and what of it is to go outside.

    Whoever acts on a work item has read what they were told of it, and an offer that somebody else has taken is moot. Of an
    owner and a substitute, what either was told is moot once the other has acted.

    Args:
        connection: In a transaction that holds the case.
        instance_id: The case.
        events: Whole commands, in order.
        settings: The office's.
    """
    told = list(told_of(connection, instance_id, events, settings.bare_words))
    chosen = preferences_of(connection, {one.person for one in told})
    wanted = [one for one in told if chosen[one.person].wants(one.kind, Channel.IN_APP)]
    _write(connection, instance_id, _new(connection, instance_id, wanted), chosen, settings)
    for event in events:
        if event.work_item_id is not None:
            _settle(connection, event)


def _new(connection: Connection, instance_id: str, told: list[Told]) -> list[Told]:
    """Leave out what was written when the same events were followed before."""
    rows = connection.execute(
        select(notice.c.seq, notice.c.person, notice.c.kind).where(
            notice.c.instance_id == instance_id, notice.c.seq.in_({one.seq for one in told})
        )
    )
    known = {(row.seq, row.person, row.kind) for row in rows} if told else set()
    return [one for one in told if (one.seq, one.person, one.kind.value) not in known]


def _write(
    connection: Connection,
    instance_id: str,
    told: list[Told],
    chosen: dict[str, Preferences],
    settings: NoticeSettings,
) -> None:
    if not told:
        return
    rows = [
        {
            "person": one.person,
            "kind": one.kind.value,
            "instance_id": instance_id,
            "seq": one.seq,
            "work_item_id": one.work_item_id,
            "on_behalf_of": one.on_behalf_of,
            "actor": one.actor,
            "at": one.at,
            "facts": canonical.encode(dict(one.facts)),
        }
        for one in told
    ]
    ids = connection.scalars(insert(notice).returning(notice.c.id, sort_by_parameter_order=True), rows).all()
    outside = [
        {
            "notice_id": notice_id,
            "channel": channel.value,
            "person": one.person,
            "state": WAITING,
            "due_at": due_at,
            "attempts": 0,
        }
        for notice_id, one in zip(ids, told, strict=True)
        for channel in chosen[one.person].ways_out(one.kind)
        if channel in settings.channels
        and (due_at := goes_out_at(chosen[one.person].interval, one.at, settings)) is not None
    ]
    if outside:
        connection.execute(insert(outside_message), outside)


def _settle(connection: Connection, event: HistoryEvent) -> None:
    about = update(notice).where(
        notice.c.work_item_id == event.work_item_id,
        notice.c.seq < event.seq,
        notice.c.read_at.is_(None),
        notice.c.moot_at.is_(None),
    )
    if event.kind in INPUTS:
        connection.execute(about.where(notice.c.person == event.actor).values(read_at=event.at))
    moot = list(_moot_after(event))
    if moot:
        connection.execute(about.where(or_(*moot)).values(moot_at=event.at))


def _moot_after(event: HistoryEvent) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions under which what somebody was told of a work item is no longer worth reading."""
    if event.kind in TAKEN_FROM_THE_POOL:
        yield and_(notice.c.kind == NoticeKind.OFFERED.value, notice.c.person != event.actor)
    if event.kind in OUT_OF_HAND:
        yield notice.c.on_behalf_of.is_not(None)
    if event.kind in INPUTS - NOTHING_DONE:
        owner = event.on_behalf_of or event.actor
        yield notice.c.on_behalf_of == owner
        if event.on_behalf_of is not None:
            yield and_(notice.c.person == owner, notice.c.kind.in_([one.value for one in STOOD_IN_FOR]))
