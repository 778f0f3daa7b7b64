"""Reads the cases of a log, a few at a time, so that a log of any length needs the memory of a few cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, and_, or_, select

from engine.api import Engine
from engine.persistence import history
from engine.persistence.tables import process_definition, process_instance
from workflows.event_logs.lifecycle import log_events
from workflows.event_logs.values import Trace, Wanted

CASES_AT_ONCE = 100


@dataclass
class Told:
    """How much a log has told so far."""

    cases: int = 0
    events: int = 0


def traces(connection: Connection, engine: Engine, wanted: Wanted) -> Iterator[Trace]:
    """Yield the cases of a log with their events, in the order in which they began.

    Args:
        connection: For reading, open until the last case was taken.
        engine: Knows the flows.
        wanted: Which cases.

    Raises:
        ProcessDefinitionNotFound: There is no such flow or version.
    """
    engine.deployed_version(connection, wanted.key, wanted.version)
    after: tuple[datetime, str] | None = None
    while rows := _next_cases(connection, wanted, after):
        chains = history.list_of_chains(connection, [row.id for row in rows])
        for row in rows:
            process = engine.deployed(connection, row.definition_id).process
            steps = {activity.id: activity.name for activity in process.activities.values() if activity.name}
            yield Trace(
                instance_id=row.id,
                title=row.title,
                number=row.number or "",
                version=row.version,
                initiator_unit=row.initiator_unit,
                started_at=row.started_at,
                state=row.state,
                events=tuple(log_events(chains.get(row.id, ()), steps)),
            )
        after = (rows[-1].started_at, rows[-1].id)


def counted(found: Iterator[Trace], told: Told) -> Iterator[Trace]:
    """Yield the same cases, and count them and their events."""
    for trace in found:
        told.cases += 1
        told.events += len(trace.events)
        yield trace


def _next_cases(connection: Connection, wanted: Wanted, after: tuple[datetime, str] | None) -> list[Row[tuple[object]]]:
    case, definition = process_instance.c, process_definition.c
    columns = (case.id, case.title, case.number, case.state, case.initiator_unit, case.started_at, case.definition_id)
    query = (
        select(*columns, definition.version)
        .join(process_definition, definition.id == case.definition_id)
        .where(definition.key == wanted.key)
        .order_by(case.started_at, case.id)
        .limit(CASES_AT_ONCE)
    )
    if wanted.version is not None:
        query = query.where(definition.version == wanted.version)
    if wanted.since is not None:
        query = query.where(case.started_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(case.started_at < wanted.until)
    if wanted.units:
        query = query.where(case.initiator_unit.in_(sorted(wanted.units)))
    if after is not None:
        query = query.where(or_(case.started_at > after[0], and_(case.started_at == after[0], case.id > after[1])))
    return list(connection.execute(query))
