"""One log from the database to the bytes of a file, and the ledger that tells who has taken one away."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from engine.api import Engine
from engine.model import Actor, Value
from workflows.event_logs.comma_separated import HEADER, comma_separated, rows_of
from workflows.event_logs.people import people
from workflows.event_logs.traces import Told, counted, traces
from workflows.event_logs.values import Wanted
from workflows.event_logs.xes import written, xes
from workflows.office import Office
from workflows.organisation.values import Person

LEDGER = "office:event_logs"
"""The ledger of logs that were taken away."""
EXPORTED = "event_log:exported"
SALT_BYTES = 32


def event_log(
    connection: Connection,
    engine: Engine,
    wanted: Wanted,
    salt: bytes,
    *,
    as_table: bool,
    told: Told | None = None,
) -> Iterator[bytes]:
    """Yield the log of a flow.

    Args:
        connection: For reading, open until the last part was taken.
        engine: Knows the flows.
        wanted: Which cases.
        salt: For pseudonyms; people stand under their names where it is empty.
        as_table: As comma-separated values; else as XES.
        told: Counts what is told.

    Yields:
        Parts of the file.

    Raises:
        ProcessDefinitionNotFound: There is no such flow or version.
    """
    name = engine.deployed_version(connection, wanted.key, wanted.version).definition.name
    found = counted(traces(connection, engine, wanted), told or Told())
    known = people(connection, salt)
    if as_table:
        yield from comma_separated(HEADER, rows_of(found, known))
    else:
        yield from xes(wanted, name, found, known)


def record_export(
    connection: Connection, office: Office, person: Person, wanted: Wanted, form: str, told: Told, now: datetime
) -> None:
    """Tell the ledger that somebody has taken a log away, and which.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who took it.
        wanted: Which cases it was about.
        form: ``xes`` or ``csv``, with ``+names`` where people stand under their names.
        told: How much it says.
        now: Aware instant.
    """
    data: dict[str, Value] = {
        "definition": wanted.key,
        "version": wanted.version,
        "from": written(wanted.since) if wanted.since else None,
        "until": written(wanted.until) if wanted.until else None,
        "units": [*sorted(wanted.units)],
        "form": form,
        "cases": told.cases,
        "events": told.events,
    }
    office.engine.record_ledger(connection, LEDGER, EXPORTED, data, Actor(person.username), now)
