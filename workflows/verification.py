"""Checks everything the office keeps against history: the engine's chains and rows, its own records, and files."""

from sqlalchemy import Connection

from engine.model import EventKind, HistoryEvent, Value
from engine.verification import Break
from workflows.attachments import actions as attachments
from workflows.calendar import actions as calendar
from workflows.calendar.calendars import LEDGER as CALENDAR
from workflows.comments.records import COMMENT, read_comments
from workflows.document_approval import numbering
from workflows.document_approval.records import read_documents
from workflows.document_approval.rules import DOCUMENT
from workflows.office import Office
from workflows.organisation import secretaries
from workflows.phrases import actions as phrases
from workflows.substitutions import actions as substitutions

NUMBERS = "office:numbers"
ORGANISATION = "office:organisation"


def verify(connection: Connection, office: Office) -> list[Break]:
    """Return every break: of a chain, of a row against history, of a stored file against its name."""
    breaks = office.engine.verify(connection)
    broken = {one.chain for one in breaks}
    changes = office.engine.events_of_kind(connection, EventKind.RECORD_CHANGED)
    stored, told = read_documents(connection), _told(changes)
    for instance_id in sorted((stored.keys() | told.keys()) - broken):
        if stored.get(instance_id) != told.get(instance_id):
            breaks.append(Break(instance_id, None, DOCUMENT))
    breaks.extend(_comments(connection, changes, broken))
    if NUMBERS not in broken:
        opened = [event.data for event in office.engine.events_of_kind(connection, numbering.OPENED)]
        for code, year in numbering.broken_series(connection, opened):
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
    breaks.extend(Break("files", None, sha256) for sha256 in attachments.damaged(connection, office.store))
    return breaks


def _told(changes: list[HistoryEvent]) -> dict[str, dict[str, Value]]:
    told: dict[str, dict[str, Value]] = {}
    for event in changes:
        values = event.data.get("values")
        if event.data.get("record") == DOCUMENT and isinstance(values, dict):
            known = {name: value for name, value in values.items() if value is not None}
            told.setdefault(str(event.data["id"]), {}).update(known)
    return told


def _comments(connection: Connection, changes: list[HistoryEvent], broken: set[str]) -> list[Break]:
    told = {str(event.data["id"]): event.data["values"] for event in changes if event.data.get("record") == COMMENT}
    stored = read_comments(connection)
    differing = sorted(one for one in stored.keys() | told.keys() if stored.get(one) != told.get(one))
    chains = [(one, one.rpartition("-")[0]) for one in differing]
    return [Break(chain, None, f"{COMMENT} {one}") for one, chain in chains if chain not in broken]
