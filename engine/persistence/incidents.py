"""Rows of incidents: automatic steps that failed and wait for somebody to try again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine import canonical
from engine.errors import IncidentNotFound
from engine.history import Entry
from engine.model import Value
from engine.persistence.tables import incident


@dataclass(frozen=True)
class Incident:
    """An automatic step that failed; ``error`` and ``facts`` say why, ``activity_id`` where."""

    id: str
    instance_id: str
    token_id: int
    activity_id: str
    error: str
    facts: Mapping[str, Value]
    opened_at: datetime
    closed_at: datetime | None


def open_incidents(connection: Connection, instance_id: str, entries: Sequence[Entry], at: datetime) -> tuple[str, ...]:
    """Write the incidents that ``incident:opened`` entries tell of, and return their ids."""
    if not entries:
        return ()
    connection.execute(
        insert(incident),
        [
            {
                "id": entry.data["incident"],
                "instance_id": instance_id,
                "token_id": entry.data["token"],
                "activity_id": entry.activity_id,
                "error": entry.data["error"],
                "facts": canonical.encode(entry.data["facts"]),
                "opened_at": at,
                "closed_at": None,
            }
            for entry in entries
        ],
    )
    return tuple(str(entry.data["incident"]) for entry in entries)


def close_incident(connection: Connection, incident_id: str, at: datetime) -> None:
    """Write that somebody tried again."""
    connection.execute(update(incident).where(incident.c.id == incident_id).values(closed_at=at))


def close_incidents_of(connection: Connection, instance_id: str, token_ids: Sequence[int], at: datetime) -> None:
    """Write that the tokens of open incidents were taken away."""
    connection.execute(
        update(incident)
        .where(
            incident.c.instance_id == instance_id, incident.c.token_id.in_(token_ids), incident.c.closed_at.is_(None)
        )
        .values(closed_at=at)
    )


def get_open_incident(connection: Connection, incident_id: str) -> Incident:
    """Return an open incident; raise ``IncidentNotFound``."""
    row = connection.execute(
        select(incident).where(incident.c.id == incident_id, incident.c.closed_at.is_(None))
    ).first()
    if row is None:
        raise IncidentNotFound(incident_id)
    return _incident_of(row)


def list_open(connection: Connection, instance_id: str) -> list[Incident]:
    """Return the open incidents of a case, oldest first."""
    return list_open_of(connection, [instance_id])


def list_open_of(connection: Connection, instance_ids: Collection[str]) -> list[Incident]:
    """Return the open incidents of several cases, oldest first."""
    rows = connection.execute(
        select(incident)
        .where(incident.c.instance_id.in_(instance_ids), incident.c.closed_at.is_(None))
        .order_by(incident.c.opened_at, incident.c.token_id)
    )
    return [_incident_of(row) for row in rows]


def list_rows(connection: Connection, instance_id: str) -> list[dict[str, Any]]:
    """Return the rows of a case's incidents as they stand, for comparison; raise ``ValueError`` where facts are unreadable."""
    rows = connection.execute(select(incident).where(incident.c.instance_id == instance_id))
    return [{**row._mapping, "facts": canonical.decode(bytes(row.facts))} for row in rows]


def _incident_of(row: Row[Any]) -> Incident:
    return Incident(**{**row._mapping, "facts": canonical.decode(bytes(row.facts))})
