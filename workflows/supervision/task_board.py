"""任务交办台账: the register of tasks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, literal, or_, select, tuple_

from engine import canonical
from engine.model import InstanceState
from engine.persistence.tables import process_instance
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.substitutions.queries import owners_for
from workflows.supervision.board import LARGEST_PAGE, LAST_DAY, page_key
from workflows.supervision.lamps import LampDays
from workflows.supervision.records import assigned_task
from workflows.supervision.task_rules import TaskState
from workflows.visibility import visible_to

_columns, _case = assigned_task.c, process_instance.c
STATE: ColumnElement[Any] = case(
    (_case.state == InstanceState.CANCELLED.value, TaskState.DROPPED.value), else_=_columns.state
)
OPEN = tuple(sorted(one.value for one in set(TaskState) - {TaskState.ACCEPTED, TaskState.DROPPED}))


@dataclass(frozen=True)
class TaskFilter:
    """What narrows the register; ``state`` is a state, ``all``, or nothing for what is open; ``late`` leaves what is overdue."""

    state: str = ""
    q: str = ""
    unit: str = ""
    late: bool = False


def list_tasks(
    connection: Connection,
    person: Person,
    narrowed: TaskFilter,
    today: date,
    now: datetime,
    after: str | None = None,
    limit: int = 20,
) -> tuple[list[Row[Any]], str | None]:
    """Return a page of the tasks that a person may see, the nearest due first, and the key from which the next goes on.

    Args:
        connection: For reading.
        person: Who reads.
        narrowed: What to leave out.
        today: The day in Asia/Shanghai, for what is overdue.
        now: Aware instant, for substitutions.
        after: What the page before returned.
        limit: Rows, at most 100.

    Returns:
        Rows of the tasks with ``shown_state``, and a key or None.

    Raises:
        UnknownBoardPage: ``after`` is none that a page before gave.
    """
    size = max(1, min(limit, LARGEST_PAGE))
    due = func.coalesce(_columns.due_on, LAST_DAY)
    conditions: list[ColumnElement[bool]] = [visible_to(person, owners_for(connection, person.username, now))]
    if narrowed.state == "":
        conditions.append(STATE.in_(OPEN))
    elif narrowed.state != "all":
        conditions.append(literal(narrowed.state) == STATE)
    if narrowed.unit:
        its_people = _columns.assigned_person.in_(queries.members(connection, narrowed.unit))
        conditions.append(or_(_columns.assigned_unit == narrowed.unit, its_people))
    if narrowed.late:
        unfinished = and_(STATE.in_(OPEN), _columns.finished_on.is_(None))
        conditions.append(and_(_columns.due_on < today.isoformat(), unfinished))
    for word in narrowed.q.split():
        searched = (_columns.title, _columns.number, _columns.source_number)
        conditions.append(or_(*(column.contains(word, autoescape=True) for column in searched)))
    if after:
        conditions.append(tuple_(due, _columns.instance_id) > tuple_(*map(literal, page_key(after))))
    query = (
        select(assigned_task, _case.initiator, STATE.label("shown_state"), due.label("sorted_by"))
        .join(process_instance, _case.id == _columns.instance_id)
        .where(*conditions)
        .order_by(due, _columns.instance_id)
    )
    found = connection.execute(query.limit(size + 1)).all()
    rows = list(found[:size])
    if len(found) <= size:
        return rows, None
    return rows, canonical.encode([rows[-1].sorted_by, rows[-1].instance_id]).decode()


def every_task(
    connection: Connection, person: Person, narrowed: TaskFilter, today: date, now: datetime
) -> Iterator[list[Row[Any]]]:
    """Yield all tasks of the register in its order, page by page, for an export."""
    after: str | None = None
    while True:
        rows, after = list_tasks(connection, person, narrowed, today, now, after, LARGEST_PAGE)
        yield rows
        if after is None:
            return


def late_days(row: Row[Any], on: LampDays) -> int:
    """Return for how many working days a task that is not finished is overdue; none where it is not."""
    late = bool(row.due_on) and row.due_on < on.today.isoformat() and row.shown_state in OPEN and not row.finished_on
    return max(on.late_days(date.fromisoformat(row.due_on)), 1) if late else 0
