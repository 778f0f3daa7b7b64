"""What the pages of the calendar show of cases, as far as a reader may see these."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, or_, select

from engine.persistence import jobs
from engine.persistence.tables import process_definition, process_instance, work_item
from workflows.calendar.errors import CaseUnknown
from workflows.calendar.records import moved_limit
from workflows.duties import may_keep_calendar
from workflows.incoming_document.records import incoming_document
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.substitutions.queries import owners_for
from workflows.visibility import sees, visible_to
from workflows.waits import place_of

MOST_SHOWN = 200


@dataclass(frozen=True)
class SourceCase:
    """The case that holds the notice: its number, None before it has one, and whether the reader may open it."""

    instance_id: str
    number: str | None
    visible: bool


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

    Who keeps the calendar need not take part in the case of the notice: the 收文号 stands on the paper that they go by. Naming
    it shows them nothing; the link is for those who may see the case.

    Raises:
        CaseUnknown: There is no such case; or the person may not see it, and it is none that came in and has a number.
    """
    if not text.strip():
        return None
    case = process_instance.c
    named = or_(case.number == text.strip(), case.id == text.strip())
    known = visible_to(person, owners_for(connection, person.username, now))
    if may_keep_calendar(person) is None:
        registered = exists().where(incoming_document.c.instance_id == case.id)
        known = or_(known, and_(case.number.is_not(None), registered))
    found = connection.scalar(select(case.id).where(named, known).order_by(case.started_at.desc()).limit(1))
    if found is None:
        raise CaseUnknown
    return str(found)


def find_source(connection: Connection, person: Person, instance_id: str | None, now: datetime) -> SourceCase | None:
    """Return what a reader is shown of the case that holds a notice, or None where no case was named.

    Args:
        connection: For reading.
        person: Who reads.
        instance_id: Of an import.
        now: Aware instant.
    """
    if instance_id is None:
        return None
    number = connection.scalar(select(process_instance.c.number).where(process_instance.c.id == instance_id))
    return SourceCase(instance_id, number, sees(connection, person, instance_id, now))


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
