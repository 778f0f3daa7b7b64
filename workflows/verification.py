"""Checks everything the office keeps against history: the engine's chains and rows, its own records, and files."""

from collections.abc import Iterator

from sqlalchemy import Connection

from engine.model import EventKind, HistoryEvent
from engine.verification import Break
from workflows.attachments import actions as attachments
from workflows.audit_log import projection as audit_log
from workflows.calendar import actions as calendar
from workflows.calendar.calendars import LEDGER as CALENDAR
from workflows.catalogue import record_tables
from workflows.numbering import series
from workflows.numbering.records import LEDGER as NUMBERS
from workflows.office import Office
from workflows.organisation import secretaries
from workflows.phrases import actions as phrases
from workflows.record_tables import RecordTable, told_of
from workflows.substitutions import actions as substitutions

ORGANISATION = "office:organisation"


def verify(connection: Connection, office: Office) -> list[Break]:
    """Return every break: of a chain, of a row against history, of a stored file against its name."""
    breaks = office.engine.verify(connection)
    broken = {one.chain for one in breaks}
    changes = office.engine.events_of_kind(connection, EventKind.RECORD_CHANGED)
    for table in record_tables(office.businesses):
        breaks.extend(_records(connection, table, changes, broken))
    if NUMBERS not in broken:
        opened = [event.data for event in office.engine.events_of_kind(connection, series.OPENED)]
        for code, year in series.broken_series(connection, opened):
            breaks.append(Break(NUMBERS, None, f"{code}〔{year}〕"))
    if CALENDAR not in broken:
        imported = office.engine.history(connection, CALENDAR)
        breaks.extend(Break(CALENDAR, None, f"calendar {one}") for one in calendar.broken(connection, imported))
    if phrases.LEDGER not in broken:
        events = office.engine.history(connection, phrases.LEDGER)
        if phrases.told_otherwise(connection, [(event.kind, event.data) for event in events]):
            breaks.append(Break(phrases.LEDGER, None, "phrase"))
    if substitutions.LEDGER not in broken:
        told_there = office.engine.history(connection, substitutions.LEDGER)
        breaks.extend(
            Break(substitutions.LEDGER, None, f"substitution {one}")
            for one in substitutions.broken(connection, told_there)
        )
    if ORGANISATION not in broken:
        said = office.engine.history(connection, ORGANISATION)
        for leader, secretary in secretaries.broken(connection, said):
            breaks.append(Break(ORGANISATION, None, f"secretary {secretary} {leader}"))
    breaks.extend(
        Break(chain, seq, "audit_entry") for chain, seq in audit_log.broken(connection, {one.chain for one in breaks})
    )
    breaks.extend(Break("files", None, sha256) for sha256 in attachments.damaged(connection, office.store))
    return breaks


def _records(
    connection: Connection, table: RecordTable, changes: list[HistoryEvent], broken: set[str]
) -> Iterator[Break]:
    """Yield the records that say something else than history, which is silent about those of broken chains."""
    stored, told = table.read(connection), told_of(changes, table.name)
    for record_id in sorted(stored.keys() | told.keys()):
        chain, values = told.get(record_id, (table.name, None))
        if stored.get(record_id) != values and chain not in broken:
            yield Break(chain, None, f"{table.name} {record_id}")
