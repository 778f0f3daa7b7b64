"""督查通报: the figures of a month, each with the matters that make it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from workflows.reminders import ReminderKind, reminder
from workflows.supervision.delegates import GRANTED
from workflows.supervision.records import matter, matter_due_change, matter_feedback, matter_return
from workflows.supervision.rules import SHANGHAI
from workflows.supervision.values import REPORTED, ChangeKind, ReturnKind, State

READERS = """supervision_clerk office_director process_administrator principal executive_head deputy_leader auditor
    security_auditor""".split()
"""Posts that read the bulletin."""
DECEMBER = 12
DONE = frozenset({State.CLOSED.value, *(one.value for one in REPORTED)})


class Figure(StrEnum):
    """What is counted.

    Source:
        Practice of such offices: a bulletin tells the on-time rate, what is overdue, how often there were extensions and returns.
    """

    REGISTERED = "registered"
    CLOSED = "closed"
    ON_TIME = "on_time"
    EXTENDED = "extended"
    OVERDUE = "overdue"
    RETURNED = "returned"
    HANDED_BACK = "handed_back"
    URGED = "urged"
    FEEDBACK_LATE = "feedback_late"
    TERMINATED = "terminated"
    UNDER_WAY = "under_way"


@dataclass(frozen=True)
class Month:
    """A month of a year."""

    year: int
    month: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        years, month = (1, 1) if self.month == DECEMBER else (0, self.month + 1)
        return date(self.year + years, month, 1) - timedelta(days=1)

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True)
class Told:
    """What is known of one matter, for the figures.

    Attributes:
        instance_id: Its case.
        lead_unit: Code of the unit that leads.
        registered_on: When it was given out.
        original_due_on: By when it was due at first.
        changes: When its due date was moved, and to which day.
        done_on: When its unit said that it was done, unless that was returned since.
        closed_on: When it was closed or ended.
        terminated: Whether it ended before it was done.
        extended_on: When an extension was granted.
        returned_on: When a closing was returned.
        handed_back_on: When a unit handed it back.
        urged_on: When its unit was urged.
        late_feedback_on: When a feedback was given after its day.
    """

    instance_id: str
    lead_unit: str
    registered_on: date
    original_due_on: date
    changes: tuple[tuple[date, date], ...] = ()
    done_on: date | None = None
    closed_on: date | None = None
    terminated: bool = False
    extended_on: tuple[date, ...] = ()
    returned_on: tuple[date, ...] = ()
    handed_back_on: tuple[date, ...] = ()
    urged_on: tuple[date, ...] = ()
    late_feedback_on: tuple[date, ...] = ()

    def due_on(self, day: date) -> date:
        """Return by when it was due, as was known on a day."""
        moved = [new for decided, new in self.changes if decided <= day]
        return moved[-1] if moved else self.original_due_on


@dataclass(frozen=True)
class Bulletin:
    """The figures of a month: for each, the matters that make it, by case; and those of each unit."""

    month: Month
    matters: Mapping[Figure, tuple[str, ...]]
    units: Mapping[str, Mapping[Figure, tuple[str, ...]]] = field(default_factory=dict)

    def count(self, figure: Figure, unit: str | None = None) -> int:
        """Return a figure."""
        said = self.matters if unit is None else self.units.get(unit, {})
        return len(said.get(figure, ()))


def bulletin_of(told: Iterable[Told], month: Month, today: date) -> Bulletin:
    """Work out the figures of a month. Pure.

    A matter is overdue in a month in which it was not done after its due date, as the date was known then; closed in time where
    it was done by that date. What lies ahead of today counts nowhere.

    Args:
        told: All that is known of the matters.
        month: The month.
        today: The day in Asia/Shanghai.

    Returns:
        The figures.
    """
    end = min(month.last, today)
    every: dict[Figure, list[str]] = {figure: [] for figure in Figure}
    units: dict[str, dict[Figure, list[str]]] = {}
    for one in told:
        for figure in _figures(one, month, end):
            every[figure].append(one.instance_id)
            units.setdefault(one.lead_unit, {}).setdefault(figure, []).append(one.instance_id)
    return Bulletin(
        month,
        {figure: tuple(ids) for figure, ids in every.items()},
        {unit: {figure: tuple(ids) for figure, ids in said.items()} for unit, said in sorted(units.items())},
    )


def read(connection: Connection, month: Month, today: date) -> Bulletin:
    """Return the bulletin of a month from what is recorded."""
    return bulletin_of(_told(connection, month), month, today)


def _figures(one: Told, month: Month, end: date) -> list[Figure]:
    if one.registered_on > end:
        return []
    closed = one.closed_on in month and not one.terminated
    done, due = one.done_on, one.due_on(end)
    still = one.closed_on is None or one.closed_on > end
    late = due < end and (done is None or done > due) and (done is None or done >= month.first)
    overdue = late and (one.closed_on is None or one.closed_on >= month.first) and not _ended_in_time(one, due)
    found = {
        Figure.REGISTERED: one.registered_on in month,
        Figure.CLOSED: closed,
        Figure.ON_TIME: closed and done is not None and done <= one.due_on(done),
        Figure.EXTENDED: _any_in(one.extended_on, month),
        Figure.OVERDUE: overdue,
        Figure.RETURNED: _any_in(one.returned_on, month),
        Figure.HANDED_BACK: _any_in(one.handed_back_on, month),
        Figure.URGED: _any_in(one.urged_on, month),
        Figure.FEEDBACK_LATE: _any_in(one.late_feedback_on, month),
        Figure.TERMINATED: one.terminated and one.closed_on in month,
        Figure.UNDER_WAY: still,
    }
    return [figure for figure, holds in found.items() if holds]


def _ended_in_time(one: Told, due: date) -> bool:
    """Tell whether a matter was ended before it could be overdue."""
    return one.terminated and one.closed_on is not None and one.closed_on <= due


def _any_in(days: Sequence[date], month: Month) -> bool:
    return any(day in month for day in days)


def _told(connection: Connection, month: Month) -> list[Told]:
    """Read what is known of the matters that were under way at some time of a month."""
    first, last = month.first.isoformat(), month.last.isoformat()
    rows = connection.execute(
        select(matter)
        .where(
            matter.c.registered_on.is_not(None),
            matter.c.registered_on <= last,
            matter.c.closed_on.is_(None) | (matter.c.closed_on >= first),
        )
        .order_by(matter.c.registered_on, matter.c.number, matter.c.instance_id)
    ).all()
    ids = [row.instance_id for row in rows]
    changes = _rows_of(connection, matter_due_change, ids)
    returns = _rows_of(connection, matter_return, ids)
    feedbacks = _rows_of(connection, matter_feedback, ids)
    urges = _rows_of(connection, reminder, ids)
    return [
        Told(
            instance_id=row.instance_id,
            lead_unit=row.lead_unit or "",
            registered_on=date.fromisoformat(row.registered_on),
            original_due_on=date.fromisoformat(row.original_due_on or row.due_on),
            changes=tuple(
                (date.fromisoformat(one.decided_on), date.fromisoformat(one.new_due_on))
                for one in sorted(changes.get(row.instance_id, ()), key=lambda one: one.decided_on or "")
                if one.outcome == GRANTED and one.new_due_on
            ),
            done_on=_day(row.applied_on) if row.phase in DONE else None,
            closed_on=_day(row.closed_on),
            terminated=row.phase == State.TERMINATED.value,
            extended_on=tuple(
                date.fromisoformat(one.decided_on)
                for one in changes.get(row.instance_id, ())
                if one.kind == ChangeKind.EXTENSION.value and one.outcome == GRANTED
            ),
            returned_on=_returned(returns.get(row.instance_id, ()), ReturnKind.CLOSING),
            handed_back_on=_returned(returns.get(row.instance_id, ()), ReturnKind.RECEIPT),
            urged_on=tuple(
                one.told_at.astimezone(SHANGHAI).date()
                for one in urges.get(row.instance_id, ())
                if one.kind == ReminderKind.URGED.value
            ),
            late_feedback_on=tuple(
                date.fromisoformat(one.given_on)
                for one in feedbacks.get(row.instance_id, ())
                if one.due_on and one.given_on > one.due_on
            ),
        )
        for row in rows
    ]


def _rows_of(connection: Connection, table: Table, ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """Return the rows of a table about matters, by matter."""
    found: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(select(table).where(table.c.instance_id.in_(ids))) if ids else ():
        found.setdefault(row.instance_id, []).append(row)
    return found


def _returned(rows: Iterable[Row[Any]], kind: ReturnKind) -> tuple[date, ...]:
    return tuple(date.fromisoformat(one.returned_on) for one in rows if one.kind == kind.value)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
