"""What the pages of the calendar show of cases, as far as a reader may see these."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from engine.persistence import jobs
from engine.persistence.tables import process_definition, process_instance, work_item
from workflows.calendar.errors import CaseUnknown
from workflows.calendar.records import moved_limit
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.substitutions.queries import owners_for
from workflows.visibility import visible_to
from workflows.waits import place_of

MOST_SHOWN = 200


@dataclass(frozen=True)
class MovedLimit:
    """A limit that a change of the calendar has moved, or made certain; ``title`` is empty where the reader may not see the case.

    ``was`` and ``due_at`` are aware instants.
    """

    instance_id: str
    title: str
    flow: str
    place: str
    was: datetime
    was_provisional: bool
    due_at: datetime
    provisional: bool


@dataclass(frozen=True)
class Moved:
    """What a change of the calendar has moved.

    Attributes:
        limits: The limits, the one that is due first coming first; not more than :data:`MOST_SHOWN`.
        certain: How many are no longer provisional.
        total: How many there are.
        left: How many cases are still to be looked at.
    """

    limits: tuple[MovedLimit, ...]
    certain: int
    total: int
    left: int


def find_case(connection: Connection, person: Person, text: str, now: datetime) -> str | None:
    """Return the id of the case that a person names by its number or id, or None for an empty text.

    Raises:
        CaseUnknown: There is no such case, or the person may not see it.
    """
    if not text.strip():
        return None
    case = process_instance.c
    named = or_(case.number == text.strip(), case.id == text.strip())
    visible = visible_to(person, owners_for(connection, person.username, now))
    found = connection.scalar(select(case.id).where(named, visible).order_by(case.started_at.desc()).limit(1))
    if found is None:
        raise CaseUnknown
    return str(found)


def moved_by(connection: Connection, office: Office, person: Person, revision: int, now: datetime) -> Moved:
    """Return what the putting into force of a year has moved, for a reader.

    Args:
        connection: For reading.
        office: The office.
        person: Who reads; of cases they may not see, the title is left out.
        revision: Of the calendar, since the year was put into force.
        now: Aware instant.
    """
    visible = visible_to(person, owners_for(connection, person.username, now))
    item = work_item.alias("moved_item")
    rows = connection.execute(
        select(
            moved_limit,
            process_instance.c.title,
            process_instance.c.definition_id,
            process_definition.c.name.label("flow"),
            item.c.name.label("step"),
            visible.label("visible"),
        )
        .join(process_instance, process_instance.c.id == moved_limit.c.instance_id)
        .join(process_definition, process_definition.c.id == process_instance.c.definition_id)
        .outerjoin(item, item.c.id == moved_limit.c.work_item_id)
        .where(moved_limit.c.revision == revision)
        .order_by(moved_limit.c.due_at, moved_limit.c.id)
        .limit(MOST_SHOWN)
    )
    limits = tuple(
        MovedLimit(
            row.instance_id,
            row.title if row.visible else "",
            row.flow,
            row.step or _place(connection, office, row.definition_id, row.activity_id),
            row.was,
            row.was_provisional,
            row.due_at,
            row.provisional,
        )
        for row in rows
    )
    certain = moved_limit.c.was_provisional & ~moved_limit.c.provisional
    counted = connection.execute(
        select(func.count(), func.count().filter(certain)).where(moved_limit.c.revision == revision)
    ).one()
    return Moved(limits, counted[1], counted[0], jobs.count_recomputing(connection, revision))


def _place(connection: Connection, office: Office, definition_id: int, event_id: str) -> str:
    """Return what a timer is called; one that the case's version no longer has is called nothing."""
    process = office.engine.deployed(connection, definition_id).process
    return place_of(process, process.activities[event_id]) if event_id in process.activities else ""
