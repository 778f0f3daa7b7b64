"""Checks everything the office keeps against history: the engine's chains and rows, its own records, and files."""

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import Connection

from engine.model import EventKind, HistoryEvent
from engine.verification import Break, told_or_broken
from workflows.attachments import actions as attachments
from workflows.attachments import told as uploads
from workflows.audit_log import projection as audit_log
from workflows.calendar import actions as calendar
from workflows.calendar.calendars import LEDGER as CALENDAR
from workflows.catalogue import record_tables
from workflows.clearings import cleared_files
from workflows.flow_changes import drafts
from workflows.flow_changes.records import FLOW_CHANGE
from workflows.numbering import series
from workflows.numbering.records import LEDGER as NUMBERS
from workflows.office import Office
from workflows.organisation import secretaries
from workflows.organisation import told as organisation
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
    for ledger, look in _LEDGERS.items():
        if ledger not in broken:
            breaks.extend(told_or_broken(ledger, look(connection, office)))
    breaks.extend(Break(FLOW_CHANGE, None, f"flow_file {one}") for one in drafts.damaged(connection))
    breaks.extend(told_or_broken("audit_log", _audit_log(connection, {one.chain for one in breaks})))
    breaks.extend(Break("files", None, sha256) for sha256 in attachments.damaged(connection, office.store))
    return breaks


def _audit_log(connection: Connection, broken: set[str]) -> Iterator[Break]:
    for chain, seq in audit_log.broken(connection, broken):
        yield Break(chain, seq, "audit_entry")


def _numbers(connection: Connection, office: Office) -> Iterator[Break]:
    opened = [event.data for event in office.engine.events_of_kind(connection, series.OPENED)]
    for code, year in series.broken_series(connection, opened):
        yield Break(NUMBERS, None, f"{code}〔{year}〕")


def _calendar(connection: Connection, office: Office) -> Iterator[Break]:
    for one in calendar.broken(connection, office.engine.history(connection, CALENDAR)):
        yield Break(CALENDAR, None, f"calendar {one}")


def _phrases(connection: Connection, office: Office) -> Iterator[Break]:
    told = [(event.kind, event.data) for event in office.engine.history(connection, phrases.LEDGER)]
    for one in phrases.broken(connection, told):
        yield Break(phrases.LEDGER, None, f"phrase {one}")


def _substitutions(connection: Connection, office: Office) -> Iterator[Break]:
    for one in substitutions.broken(connection, office.engine.history(connection, substitutions.LEDGER)):
        yield Break(substitutions.LEDGER, None, f"substitution {one}")


def _organisation(connection: Connection, office: Office) -> Iterator[Break]:
    told = office.engine.history(connection, ORGANISATION)
    for leader, secretary in secretaries.broken(connection, told):
        yield Break(ORGANISATION, None, f"secretary {secretary} {leader}")
    for one in organisation.broken(connection, told):
        yield Break(ORGANISATION, None, one)


def _attachments(connection: Connection, office: Office) -> Iterator[Break]:
    told = office.engine.history(connection, uploads.LEDGER)
    for one in uploads.broken(connection, told, cleared_files(connection)):
        yield Break(uploads.LEDGER, None, one)


_LEDGERS: Mapping[str, Callable[[Connection, Office], Iterator[Break]]] = {
    NUMBERS: _numbers,
    CALENDAR: _calendar,
    phrases.LEDGER: _phrases,
    substitutions.LEDGER: _substitutions,
    ORGANISATION: _organisation,
    uploads.LEDGER: _attachments,
}
"""What is compared with each ledger, as long as its chain is whole."""


def _records(
    connection: Connection, table: RecordTable, changes: list[HistoryEvent], broken: set[str]
) -> Iterator[Break]:
    """Yield the records that say something else than history, which is silent about those of broken chains."""
    try:
        stored = table.read(connection)
    except ValueError:
        yield Break(table.name, None, f"{table.name} unreadable")
        return
    told = told_of(changes, table.name)
    for record_id in sorted(stored.keys() | told.keys()):
        chain, values = told.get(record_id, (table.name, None))
        if stored.get(record_id) != values and chain not in broken:
            yield Break(chain, None, f"{table.name} {record_id}")
