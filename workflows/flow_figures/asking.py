"""What the pages of 流程热力 ask for: the figures of chosen cases, and the cases behind one figure.

A unit of few cases is not shown by itself: its figures would be those of one or two people. The lists name only cases that the
reader may see, whoever may read the figures.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from engine.persistence.tables import process_instance
from workflows.flow_figures.choosing import Chosen, list_cases
from workflows.flow_figures.figures import count
from workflows.flow_figures.loops import loops_of
from workflows.flow_figures.reading import model_of, offered_by, read_lives, versions_of
from workflows.flow_figures.spans import spans_of
from workflows.flow_figures.values import Case, FlowFigures, Life, Measure
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.substitutions.queries import owners_for
from workflows.visibility import visible_to

MOST_LISTED = 200


@dataclass(frozen=True)
class Limits:
    """What an office decides about these figures; every value comes from ``config.toml``.

    Attributes:
        smallest_group: A unit with fewer cases is not shown by itself.
        unchanged_from: From so many decisions on a step is named that decided always the same.
        most_cases: So many cases are counted at once, the last started ones.
    """

    smallest_group: int
    unchanged_from: int
    most_cases: int


@dataclass(frozen=True)
class Asked:
    """Which figure is looked behind: one of a step, of a flow of the drawing, of steps sent back, or of a loop."""

    step: str = ""
    measure: Measure | None = None
    flow: str = ""
    source: str = ""
    target: str = ""
    loop: tuple[str, ...] = ()


@dataclass(frozen=True)
class Behind:
    """One case, or one moment of it, behind a figure.

    Attributes:
        case: The case.
        seq: The event to look at; None where the figure has no one moment.
        span: What was measured there; None where the figure counts.
        round: Of the step; None where the figure is of no step.
        times: How often, in this case.
    """

    case: Case
    seq: int | None
    span: timedelta | None = None
    round: int | None = None
    times: int = 1


def figures_of(connection: Connection, office: Office, chosen: Chosen, limits: Limits) -> FlowFigures | None:
    """Return the figures of the chosen cases, None where they are those of one unit and too few.

    Args:
        connection: For reading.
        office: The office.
        chosen: Which cases.
        limits: What the office has decided.
    """
    cases, left_out = list_cases(connection, chosen, limits.most_cases)
    if chosen.unit and len(cases) < limits.smallest_group:
        return None
    versions = versions_of(connection, office, chosen.key)
    models = {one.definition.version: model_of(office, one) for one in versions}
    lives = read_lives(connection, cases, models)
    working = office.calendars.current(connection)
    return count(lives, working, offered_by(versions), limits.unchanged_from, left_out=left_out)


def list_behind(
    connection: Connection, office: Office, person: Person, chosen: Chosen, asked: Asked, limits: Limits, now: datetime
) -> list[Behind]:
    """Return what stands behind a figure: the longest first, else the most frequent.

    Args:
        connection: For reading.
        office: The office.
        person: Who looks; only cases they may see are named.
        chosen: Which cases.
        asked: Which figure.
        limits: What the office has decided.
        now: Aware instant, for whom the person substitutes.

    Returns:
        At most :data:`MOST_LISTED`; nothing of a unit with too few cases.
    """
    counted, _more = list_cases(connection, chosen, limits.most_cases)
    if chosen.unit and len(counted) < limits.smallest_group:
        return []
    visible = visible_to(person, owners_for(connection, person.username, now))
    cases, _more = list_cases(connection, chosen, limits.most_cases, visible)
    among = {one.id for one in counted}
    seen = [one for one in cases if one.id in among]
    models = {one.definition.version: model_of(office, one) for one in versions_of(connection, office, chosen.key)}
    working = office.calendars.current(connection)
    found: list[Behind] = []
    for case, life in read_lives(connection, seen, models):
        if asked.measure is not None:
            found += [
                Behind(case, one.seq, one.span, one.round)
                for one in spans_of(life, working)
                if one.activity_id == asked.step and one.measure is asked.measure
            ]
        else:
            found += _counted(case, life, asked)
    return sorted(found, key=lambda one: (-(one.span or timedelta()), -one.times))[:MOST_LISTED]


def visible_among(connection: Connection, person: Person, cases: Iterable[Case], now: datetime) -> set[str]:
    """Return the ids of those cases that a person may see at an instant."""
    visible = visible_to(person, owners_for(connection, person.username, now))
    among = process_instance.c.id.in_([case.id for case in cases])
    return set(connection.scalars(select(process_instance.c.id).where(among, visible)))


def _counted(case: Case, life: Life, asked: Asked) -> Iterator[Behind]:
    if asked.flow:
        if life.passed.get(asked.flow):
            yield Behind(case, None, times=life.passed[asked.flow])
    elif asked.loop:
        ways = [seq for way, seq in loops_of(life) if way == asked.loop]
        if ways:
            yield Behind(case, ways[0], times=len(ways))
    elif asked.target:
        for one in life.sent:
            if ((one.source or ""), one.target) == (asked.source, asked.target):
                yield Behind(case, one.seq)
    else:
        passages = [one for one in life.passages if one.activity_id == asked.step and not one.undone]
        if passages:
            last = passages[-1]
            yield Behind(case, last.seq, None, last.round, len({(one.group, one.round) for one in passages}))
