"""传阅: who was to read, who has, and whether nobody was missed, nobody wrong and nobody late. Pure.

Source:
    《党政机关公文处理工作条例》第二十四条（五）: 传阅…不得漏传、误传、延误.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.model import WorkItem, WorkItemState
from workflows.calendar.working_time import day_of

READING = "circulate"
"""The kind of step at which people read."""
READ, WAITING, MISSED, WRONG = "read", "waiting", "missed", "wrong"


@dataclass(frozen=True)
class Reader:
    """One line of the matrix.

    Attributes:
        person: Username.
        state: ``read``, ``waiting``; ``missed`` where somebody was to read and was never handed it; ``wrong`` where somebody
            was handed it whom nobody had named.
        handed_at: When it was handed to them.
        read_at: When they have read it.
        urged: How often they were urged.
        late_days: By how many days, as the office counts them, they were late, or are.
        opinion: What they wrote.
        work_item_id: Of what was handed to them.
    """

    person: str
    state: str
    handed_at: datetime | None
    read_at: datetime | None
    urged: int
    late_days: int
    opinion: str
    work_item_id: str | None


def coverage_of(
    named: Sequence[str],
    items: Iterable[WorkItem],
    due_on: date | None,
    days_between: Callable[[date, date], int],
    now: datetime,
) -> list[Reader]:
    """Return the matrix of a circulation: those named in their order, then whoever got it besides.

    Args:
        named: Who is to read, as the circulation was ordered.
        items: The case's work items; only those at which people read count. Whose item it is now has to read it.
        due_on: The last day on which it is not late; None where no time was set.
        days_between: How many days the office counts from one day to a later one.
        now: Aware instant.

    Returns:
        One line for each person.
    """
    handed: dict[str, WorkItem] = {}
    for item in items:
        counts = item.kind == READING and item.state in (WorkItemState.OPEN, WorkItemState.COMPLETED)
        if counts and item.assignee is not None:
            handed[item.assignee] = item
    people = dict.fromkeys([*named, *handed])
    return [_line(person, handed.get(person), person in named, due_on, days_between, now) for person in people]


def _line(
    person: str,
    item: WorkItem | None,
    is_named: bool,
    due_on: date | None,
    days_between: Callable[[date, date], int],
    now: datetime,
) -> Reader:
    if item is None:
        return Reader(person, MISSED, None, None, 0, 0, "", None)
    read_at = item.closed_at if item.state is WorkItemState.COMPLETED else None
    state = WRONG if not is_named else READ if read_at else WAITING
    until = day_of(read_at or now)
    late_days = days_between(due_on, until) if due_on is not None and until > due_on else 0
    return Reader(person, state, item.opened_at, read_at, item.urges, late_days, item.opinion or "", item.id)
