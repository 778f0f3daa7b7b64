"""Which cases are counted: of one flow, of a version or all of them, of a period, of a unit, of an urgency."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, true

from engine.persistence.tables import process_definition, process_instance
from workflows.flow_figures.values import Case

STARTED, ENDED = "started", "ended"


@dataclass(frozen=True)
class Chosen:
    """What was chosen.

    Attributes:
        key: Of the flow.
        version: By which cases run now, or ended; None for all.
        by: ``started`` or ``ended``: which of the two lies in the period.
        since: Aware instant from which on.
        until: Aware instant before which.
        unit: Code of the initiator's unit; empty for all.
        urgency: As cases bear it; empty for all.
    """

    key: str
    version: int | None
    by: str
    since: datetime
    until: datetime
    unit: str = ""
    urgency: str = ""


def list_cases(
    connection: Connection, chosen: Chosen, most: int, also: ColumnElement[bool] | None = None
) -> tuple[list[Case], bool]:
    """Return the cases that were chosen, the last started first.

    Args:
        connection: For reading.
        chosen: What was chosen.
        most: So many at most.
        also: A further condition, such as that somebody may see them.

    Returns:
        The cases, and whether there are more.
    """
    case, definition = process_instance.c, process_definition.c
    moment = case.ended_at if chosen.by == ENDED else case.started_at
    query = (
        select(case.id, case.title, case.number, definition.version, case.started_at, case.ended_at)
        .join(process_definition, definition.id == case.definition_id)
        .where(
            definition.key == chosen.key,
            moment >= chosen.since,
            moment < chosen.until,
            definition.version == chosen.version if chosen.version is not None else true(),
            case.initiator_unit == chosen.unit if chosen.unit else true(),
            case.urgency == chosen.urgency if chosen.urgency else true(),
            also if also is not None else true(),
        )
        .order_by(case.started_at.desc(), case.id.desc())
        .limit(most + 1)
    )
    found = [Case(*row) for row in connection.execute(query)]
    return found[:most], len(found) > most


def list_urgencies(connection: Connection, key: str) -> list[str]:
    """Return the urgencies that cases of a flow bear."""
    case, definition = process_instance.c, process_definition.c
    query = (
        select(case.urgency)
        .join(process_definition, definition.id == case.definition_id)
        .where(definition.key == key, case.urgency.is_not(None))
        .distinct()
        .order_by(case.urgency)
    )
    return [str(one) for one in connection.scalars(query)]


def list_units(connection: Connection, key: str) -> list[str]:
    """Return the codes of the units whose people have started cases of a flow."""
    case, definition = process_instance.c, process_definition.c
    query = (
        select(case.initiator_unit)
        .join(process_definition, definition.id == case.definition_id)
        .where(definition.key == key, case.initiator_unit != "")
        .distinct()
        .order_by(case.initiator_unit)
    )
    return [str(one) for one in connection.scalars(query)]
