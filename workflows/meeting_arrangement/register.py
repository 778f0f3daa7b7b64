"""会议登记: a line for each meeting that was arranged, cancelled ones included, with its minutes and who has signed for them."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, or_, select

from engine.model import InstanceState, WorkItemState
from engine.persistence.tables import process_instance, work_item
from workflows.calendar.working_time import beginning_of
from workflows.keyset import Page, lines_of_pages, page_by_key
from workflows.meeting_arrangement.records import agenda_line, meeting, meeting_seat
from workflows.organisation.records import person, unit
from workflows.receipts import RECEIVE

PAGE, EXPORTED_AT_ONCE = 50, 500
PREPARING, CONVENED, HELD, ISSUED, DONE, CANCELLED = "preparing", "convened", "held", "issued", "done", "cancelled"
STATES = (PREPARING, CONVENED, HELD, ISSUED, DONE, CANCELLED)
"""筹备, 已通知, 已召开, 纪要已印发, 办结, 已取消."""


@dataclass(frozen=True)
class Narrowing:
    """What to leave out of the register; empty texts leave out nothing. Days are ISO dates of the meeting."""

    body: str = ""
    state: str = ""
    unit: str = ""
    since: str = ""
    until: str = ""
    q: str = ""


@dataclass(frozen=True)
class Line:
    """One meeting as the register shows it; people and units by name, ``state`` one of :data:`STATES`."""

    instance_id: str
    title: str
    body: str
    number: str | None
    starts_at: datetime
    ends_at: datetime
    room: str | None
    chair: str | None
    organiser: str | None
    unit: str | None
    state: str
    items: int
    due: int
    present: int
    minutes_title: str | None
    issue: str | None
    signed_by: str | None
    signed_on: str | None
    dispatched_on: str | None
    copies: int | None
    recipients: int
    received: int


_chair, _organiser, _signer = person.alias("chair"), person.alias("organiser"), person.alias("signer")
_case = process_instance.c
_state = case(
    (_case.state == InstanceState.CANCELLED.value, CANCELLED),
    (_case.state == InstanceState.COMPLETED.value, DONE),
    (meeting.c.dispatched_on.is_not(None), ISSUED),
    (meeting.c.opened_at.is_not(None), HELD),
    (meeting.c.convened_at.is_not(None), CONVENED),
    else_=PREPARING,
)
SORTS: dict[str, ColumnElement[Any]] = {
    "starts_at": meeting.c.starts_at,
    "number": func.coalesce(meeting.c.year * 1_000_000 + meeting.c.serial, 0),
    "title": _case.title,
    "unit": func.coalesce(unit.c.name, ""),
    "signed_on": func.coalesce(meeting.c.signed_on, ""),
}
"""By what the register can be sorted."""


def page_of(
    connection: Connection,
    narrowed: Narrowing,
    visible: ColumnElement[bool],
    sort: str = "starts_at",
    *,
    descending: bool = True,
    after: str | None = None,
    limit: int = PAGE,
) -> Page[Line]:
    """Return a page of the register.

    Args:
        connection: For reading.
        narrowed: What to leave out.
        visible: The condition under which the reader may see a case; who does not see a meeting does not find it here.
        sort: One of :data:`SORTS`.
        descending: Whether the largest comes first.
        after: The ``next`` of the page before; a key that is none begins anew.
        limit: Lines.
    """
    by = SORTS.get(sort, SORTS["starts_at"])
    query = _query().where(visible, *_conditions(narrowed))
    return page_by_key(connection, query, _line, by, meeting.c.instance_id, after, limit, descending=descending)


def every_line(
    connection: Connection,
    narrowed: Narrowing,
    visible: ColumnElement[bool],
    sort: str = "starts_at",
    *,
    descending: bool = True,
) -> Iterator[Line]:
    """Yield all lines, some hundred at a time."""
    return lines_of_pages(
        lambda after: page_of(
            connection, narrowed, visible, sort, descending=descending, after=after, limit=EXPORTED_AT_ONCE
        )
    )


def bodies_of(connection: Connection) -> list[str]:
    """Return the bodies that have met, in order; the office may no longer have all of them."""
    return list(connection.scalars(select(meeting.c.body).distinct().order_by(meeting.c.body)))


def _count(column: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    counted = select(func.count()).where(column == meeting.c.instance_id, *conditions)
    return counted.correlate(meeting).scalar_subquery()


def _query() -> Select[Any]:
    held, seat, line, item = meeting.c, meeting_seat.c, agenda_line.c, work_item.c
    to_come = (seat.member.is_(True), seat.uncounted_reason.is_(None))
    asked = (item.kind == RECEIVE, item.seat.is_not(None))
    signed, opened = WorkItemState.COMPLETED.value, WorkItemState.OPEN.value
    columns: dict[str, ColumnElement[Any]] = {
        "title": _case.title,
        "chair": _chair.c.name,
        "organiser": _organiser.c.name,
        "unit": unit.c.name,
        "signed_by": _signer.c.name,
        "state": _state,
        "items": _count(line.instance_id, line.removed.is_not(True)),
        "due": _count(seat.instance_id, *to_come),
        "present": _count(seat.instance_id, *to_come, seat.arrived_at.is_not(None)),
        "recipients": _count(item.instance_id, *asked, item.state.in_((signed, opened))),
        "received": _count(item.instance_id, *asked, item.state == signed),
    }
    names = [one.name for one in fields(Line)]
    return (
        select(*(columns.get(name, held.get(name)).label(name) for name in names))  # type: ignore[union-attr]
        .select_from(meeting)
        .join(process_instance, _case.id == held.instance_id)
        .outerjoin(unit, unit.c.code == _case.initiator_unit)
        .outerjoin(_chair, _chair.c.username == held.chair)
        .outerjoin(_organiser, _organiser.c.username == _case.initiator)
        .outerjoin(_signer, _signer.c.username == held.signed_by)
    )


def _conditions(narrowed: Narrowing) -> Iterator[ColumnElement[bool]]:
    held = meeting.c
    if narrowed.body:
        yield held.body == narrowed.body
    if narrowed.state in STATES:
        yield _state == narrowed.state
    if narrowed.unit:
        yield _case.initiator_unit == narrowed.unit
    if narrowed.since:
        yield held.starts_at >= beginning_of(narrowed.since)
    if narrowed.until:
        yield held.starts_at < beginning_of(narrowed.until, days=1)
    if narrowed.q:
        sought = (_case.title, held.number, held.room, held.minutes_title, held.issue, _organiser.c.name)
        yield or_(*(column.contains(narrowed.q, autoescape=True) for column in sought))


def _line(row: Row[Any]) -> Line:
    return Line(**{one.name: row._mapping[one.name] for one in fields(Line)})
