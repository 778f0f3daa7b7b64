"""督办台账: the register of matters with their lamps, as one condition on rows, so that lists, counts and exports agree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, literal, or_, select, tuple_

from engine import canonical
from engine.errors import InvalidSubmission
from engine.model import InstanceState
from engine.persistence.tables import process_instance, work_item
from workflows.duties import SUPERVISION_CLERK
from workflows.organisation.values import Person
from workflows.substitutions.queries import owners_for
from workflows.supervision.lamps import LampDays
from workflows.supervision.records import matter
from workflows.supervision.values import ENDED, REPORTED, UNDER_WAY, Lamp, State
from workflows.visibility import visible_to

READERS = """supervision_clerk office_director process_administrator principal executive_head deputy_leader unit_head
    unit_registrar handler auditor security_auditor""".split()
"""Posts that may open the register; each finds there what they may see."""
CLERKS = frozenset({SUPERVISION_CLERK})
"""Posts that keep the registers of matters and tasks, and see all of them as :mod:`workflows.visibility` says."""
LARGEST_PAGE = 100
LAST_DAY = "9999-12-31"
KEY_LENGTH = 2

_columns, _case = matter.c, process_instance.c
STATE: ColumnElement[Any] = case(
    (and_(_columns.phase.is_not(None), _case.state == InstanceState.CANCELLED.value), State.TERMINATED.value),
    (_columns.phase.in_([one.value for one in ENDED]), _columns.phase),
    (
        and_(
            _columns.phase.is_not(None),
            or_(_columns.paused_on.is_not(None), _case.state == InstanceState.SUSPENDED.value),
        ),
        State.PAUSED.value,
    ),
    (
        and_(_columns.phase == State.IN_PROGRESS.value, _columns.extension_asked_on.is_not(None)),
        State.EXTENSION_ASKED.value,
    ),
    else_=_columns.phase,
)
"""The state of a matter, as :func:`workflows.supervision.matters.state_of` tells it of a row; what befell its case counts too."""


@dataclass(frozen=True)
class BoardFilter:
    """What narrows the register; ``state`` is a state, ``all``, or nothing for what is under way."""

    lamp: str = ""
    unit: str = ""
    source: str = ""
    state: str = ""
    q: str = ""
    sort: str = "due"


@dataclass(frozen=True)
class Line:
    """One matter of the register.

    ``late_days`` are the working days for which it is, or was said to be done, too late; ``feedback_late`` says that its next
    feedback was due before today.
    """

    instance_id: str
    title: str
    number: str | None
    state: State
    lamp: Lamp
    source_kind: str
    source_number: str | None
    lead_unit: str | None
    co_units: tuple[str, ...]
    responsible_leader: str | None
    due_on: date | None
    original_due_on: date | None
    extensions: int
    registered_on: date | None
    closed_on: date | None
    last_feedback_on: date | None
    last_progress: int | None
    next_feedback_on: date | None
    late_days: int
    feedback_late: bool


@dataclass(frozen=True)
class BoardPage:
    """Lines, and the key from which the next page goes on, or None at the end."""

    rows: tuple[Line, ...]
    next: str | None


@dataclass(eq=False)
class UnknownBoardPage(InvalidSubmission):
    """The key of a page is none that a page before it gave."""

    field: str = "after"


SORTS: Mapping[str, tuple[ColumnElement[Any], bool]] = {
    "due": (func.coalesce(_columns.due_on, LAST_DAY), False),
    "registered": (func.coalesce(_columns.registered_on, _columns.entered_on), True),
    "feedback": (func.coalesce(_columns.last_feedback_on, ""), False),
}
"""By what the register can be sorted, and whether the largest stands first."""


def list_matters(
    connection: Connection,
    person: Person,
    narrowed: BoardFilter,
    on: LampDays,
    now: datetime,
    after: str | None = None,
    limit: int = 20,
) -> BoardPage:
    """Return a page of the register.

    Args:
        connection: For reading.
        person: Who reads; they find what they may see, and a clerk of supervision everything.
        narrowed: What to leave out, and the order.
        on: The days that part the lamps.
        now: Aware instant, for substitutions.
        after: The ``next`` of the page before.
        limit: Rows, at most 100.

    Returns:
        The page.

    Raises:
        UnknownBoardPage: ``after`` is none that a page before gave.
    """
    size = max(1, min(limit, LARGEST_PAGE))
    sorted_by, descending = SORTS.get(narrowed.sort, SORTS["due"])
    place = (sorted_by, _columns.instance_id)
    query = _lines(on, sorted_by).where(*_conditions(connection, person, narrowed, on, now))
    if after:
        key = tuple_(*map(literal, page_key(after)))
        query = query.where(tuple_(*place) < key if descending else tuple_(*place) > key)
    order = [column.desc() if descending else column.asc() for column in place]
    found = connection.execute(query.order_by(*order).limit(size + 1)).all()
    rows = tuple(_line(row, on) for row in found[:size])
    more = len(found) > size
    following = canonical.encode([found[size - 1].sorted_by, rows[-1].instance_id]).decode() if more else None
    return BoardPage(rows, following)


def every_matter(
    connection: Connection, person: Person, narrowed: BoardFilter, on: LampDays, now: datetime
) -> Iterator[Line]:
    """Yield all lines of the register in its order, for an export."""
    after: str | None = None
    while True:
        page = list_matters(connection, person, narrowed, on, now, after, LARGEST_PAGE)
        yield from page.rows
        after = page.next
        if after is None:
            return


def count_lamps(
    connection: Connection, person: Person, narrowed: BoardFilter, on: LampDays, now: datetime
) -> Mapping[Lamp, int]:
    """Return how many matters show each lamp, whichever lamp the register is narrowed to."""
    all_lamps = BoardFilter(**{**vars(narrowed), "lamp": ""})
    shown = lamp_column(on)
    rows = connection.execute(
        select(shown.label("lamp"), func.count().label("number"))
        .select_from(_joined())
        .where(*_conditions(connection, person, all_lamps, on, now))
        .group_by(shown)
    )
    return {Lamp(row.lamp): row.number for row in rows}


def lines_of(connection: Connection, instance_ids: tuple[str, ...], on: LampDays) -> list[Line]:
    """Return the lines of some matters, by their number."""
    query = _lines(on, _columns.due_on).where(_columns.instance_id.in_(instance_ids))
    return [_line(row, on) for row in connection.execute(query.order_by(_columns.registered_on, _columns.number))]


def find_line(connection: Connection, instance_id: str, on: LampDays) -> Line | None:
    """Return the line of one matter; None where there is none, or it never became one."""
    query = _lines(on, _columns.due_on).where(_columns.instance_id == instance_id, STATE.is_not(None))
    row = connection.execute(query).first()
    return _line(row, on) if row is not None else None


def list_candidates(connection: Connection, kind: str) -> list[Row[Any]]:
    """Return the candidates that wait at an open step of a kind, with its work item and version, the oldest first."""
    query = (
        select(matter, work_item.c.id.label("work_item_id"), work_item.c.version, work_item.c.opened_at)
        .join(work_item, work_item.c.instance_id == _columns.instance_id)
        .where(_columns.phase == State.CANDIDATE.value, work_item.c.kind == kind, work_item.c.state == "open")
        .order_by(work_item.c.opened_at, work_item.c.id)
    )
    return list(connection.execute(query))


def lamp_column(on: LampDays) -> ColumnElement[Any]:
    """Return the lamp of a row, as :func:`workflows.supervision.lamps.lamp_of` tells it."""
    today = on.today.isoformat()
    return case(
        (STATE.in_([one.value for one in ENDED]), Lamp.DONE.value),
        (
            or_(STATE.in_([State.PAUSED.value, State.CANDIDATE.value]), _columns.due_on.is_(None)),
            Lamp.GREY.value,
        ),
        (
            STATE.in_([one.value for one in REPORTED]),
            case((_columns.applied_on <= _columns.due_on, Lamp.GREEN.value), else_=Lamp.RED.value),
        ),
        (_columns.due_on < today, Lamp.RED.value),
        (
            or_(_columns.next_feedback_on < today, _columns.due_on <= on.near_until.isoformat()),
            Lamp.YELLOW.value,
        ),
        else_=Lamp.GREEN.value,
    )


def _joined() -> Any:
    return matter.join(process_instance, _case.id == _columns.instance_id)


def _lines(on: LampDays, sorted_by: ColumnElement[Any]) -> Any:
    return select(
        matter, STATE.label("state"), lamp_column(on).label("lamp"), sorted_by.label("sorted_by")
    ).select_from(_joined())


def _conditions(
    connection: Connection, person: Person, narrowed: BoardFilter, on: LampDays, now: datetime
) -> list[ColumnElement[bool]]:
    visible = visible_to(person, owners_for(connection, person.username, now))
    conditions: list[ColumnElement[bool]] = [STATE.is_not(None), visible]
    if narrowed.state == "":
        conditions.append(STATE.in_(sorted(one.value for one in UNDER_WAY)))
    elif narrowed.state != "all":
        conditions.append(literal(narrowed.state) == STATE)
    if narrowed.lamp:
        conditions.append(lamp_column(on) == narrowed.lamp)
    if narrowed.unit:
        conditions.append(_columns.lead_unit == narrowed.unit)
    if narrowed.source:
        conditions.append(_columns.source_kind == narrowed.source)
    for word in narrowed.q.split():
        searched = (_columns.title, _columns.number, _columns.source_number)
        conditions.append(or_(*(column.contains(word, autoescape=True) for column in searched)))
    return conditions


def page_key(after: str) -> list[str]:
    """Return what the key of a page says; raise ``UnknownBoardPage``."""
    try:
        key = canonical.decode(after.encode())
    except (ValueError, UnicodeError) as error:
        raise UnknownBoardPage from error
    if not isinstance(key, list) or len(key) != KEY_LENGTH or not all(isinstance(one, str) for one in key):
        raise UnknownBoardPage
    return [str(one) for one in key]


def _line(row: Row[Any], on: LampDays) -> Line:
    said = row._mapping
    state, lamp, due_on = State(said["state"]), Lamp(said["lamp"]), _day(said["due_on"])
    reported_on = _day(said["applied_on"]) if state in REPORTED else None
    next_feedback_on = _day(said["next_feedback_on"])
    with_unit = state in (State.IN_PROGRESS, State.EXTENSION_ASKED)
    return Line(
        instance_id=said["instance_id"],
        title=said["title"],
        number=said["number"],
        state=state,
        lamp=lamp,
        source_kind=said["source_kind"],
        source_number=said["source_number"],
        lead_unit=said["lead_unit"],
        co_units=tuple(map(str, said["co_units"] or ())),
        responsible_leader=said["responsible_leader"],
        due_on=due_on,
        original_due_on=_day(said["original_due_on"]),
        extensions=said["extensions"] or 0,
        registered_on=_day(said["registered_on"]),
        closed_on=_day(said["closed_on"]),
        last_feedback_on=_day(said["last_feedback_on"]),
        last_progress=said["last_progress"],
        next_feedback_on=next_feedback_on,
        late_days=on.late_days(due_on, reported_on) if lamp is Lamp.RED and due_on else 0,
        feedback_late=with_unit and next_feedback_on is not None and next_feedback_on < on.today,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
