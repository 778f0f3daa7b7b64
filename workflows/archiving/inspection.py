"""Gathers what the checks of the archive need to know, makes them, and keeps their report."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from engine.canonical import instant
from engine.model import ENDED, Actor, RecordChange, Value
from engine.persistence.history import lock_ledger
from engine.persistence.tables import history_event, process_instance
from workflows.archiving.catalogue import NUMBERED, find_year
from workflows.archiving.checks import BY_HAND, ByHand, ItemFacts, Outcome, Package, PartFacts, Result, inspect
from workflows.archiving.errors import ManualResultMissing, YearNotNumbered
from workflows.archiving.records import (
    INSPECTION,
    LEDGER,
    archive_inspection,
    archive_item,
    archive_member,
    archive_part,
)
from workflows.archiving.settings import ArchiveSettings
from workflows.attachments.records import attachment, stored_file
from workflows.attachments.store import AttachmentStore
from workflows.duties import ARCHIVISTS, require_post
from workflows.forms.validation import readable_text
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.recording import record_in_ledger

LONGEST_NOTE = 200
PDF, ENCRYPTED_PDF, OLE = "application/pdf", b"/Encrypt", "application/x-ole-storage"


def examine(
    connection: Connection,
    office: Office,
    settings: ArchiveSettings,
    person: Person,
    year: int,
    by_hand: Mapping[str, ByHand],
    now: datetime,
) -> list[Result]:
    """Make all checks of a numbered year, and keep the report.

    Args:
        connection: In a transaction.
        office: The office; its files are read in full.
        settings: Its scheme.
        person: The archivist.
        year: Which was numbered.
        by_hand: What was found with the checks that a person makes.
        now: Aware instant.

    Returns:
        The results, in the order of the checks.

    Raises:
        PostRequired: The person is no archivist.
        YearNotNumbered: There are no numbers yet.
        ManualResultMissing: A check that a person makes has no result in words.
    """
    require_post(person, ARCHIVISTS)
    for code in BY_HAND:
        note = by_hand[code].note.strip() if code in by_hand else ""
        if not note or len(note) > LONGEST_NOTE or not readable_text(note, lines=False):
            raise ManualResultMissing(code, LONGEST_NOTE)
    lock_ledger(connection, LEDGER)
    package = package_of(connection, office.store, settings, year)
    results = inspect(package, by_hand)
    held = select(func.count()).select_from(archive_inspection).where(archive_inspection.c.year == year)
    values: dict[str, Value] = {
        "year": year,
        "items": len(package.items),
        **{one.value: sum(result.outcome is one for result in results) for one in Outcome},
        "results": [_told(one) for one in results],
        "inspected_at": instant(now),
        "inspected_by": person.username,
    }
    change = RecordChange(INSPECTION, f"{year}-{(connection.scalar(held) or 0) + 1}", values)
    record_in_ledger(connection, office, LEDGER, [change], Actor(person.username), now)
    return results


def package_of(connection: Connection, store: AttachmentStore, settings: ArchiveSettings, year: int) -> Package:
    """Return what there is of a numbered year, as it is found now; raise ``YearNotNumbered``."""
    numbered = find_year(connection, year)
    if numbered is None:
        raise YearNotNumbered(year)
    parts = _parts(connection, store, year)
    running = _running(connection, year)
    rows = connection.execute(
        select(archive_item)
        .where(archive_item.c.year == year, archive_item.c.state.in_(NUMBERED))
        .order_by(archive_item.c.archival_code)
    )
    items = tuple(
        ItemFacts(
            id=row.id,
            retention=row.retention,
            unit=row.unit,
            serial=row.serial,
            archival_code=row.archival_code,
            expected_code=settings.written(year, row.retention, row.unit, row.serial)
            if row.retention in settings.periods
            else "",
            title=row.title,
            document_number=row.document_number or "",
            responsible=row.responsible or "",
            dated_on=row.dated_on or "",
            ended=row.id not in running,
            parts=tuple(parts.get(row.id, ())),
        )
        for row in rows
    )
    return Package(year, numbered.items, items, frozenset(settings.periods), settings.formats)


def list_inspections(connection: Connection, year: int) -> list[Row[Any]]:
    """Return the reports of a year, the newest first."""
    query = select(archive_inspection).where(archive_inspection.c.year == year)
    return list(
        connection.execute(query.order_by(archive_inspection.c.inspected_at.desc(), archive_inspection.c.id.desc()))
    )


def _parts(connection: Connection, store: AttachmentStore, year: int) -> Mapping[str, Sequence[PartFacts]]:
    part, file, event = archive_part.c, stored_file.c, history_event.c
    query = (
        select(archive_part, file.media_type, event.hash)
        .join(archive_item, archive_item.c.id == part.item)
        .outerjoin(attachment, attachment.c.id == part.attachment)
        .outerjoin(stored_file, file.sha256 == attachment.c.sha256)
        .outerjoin(history_event, and_(event.chain == part.instance_id, event.seq == part.seq))
        .where(archive_item.c.year == year, part.dropped.is_not(True))
        .order_by(part.item, part.position)
    )
    found: defaultdict[str, list[PartFacts]] = defaultdict(list)
    for row in connection.execute(query):
        is_file = row.attachment is not None
        path = store.path(row.sha256) if is_file else None
        there = path is not None and path.exists()
        found[row.item].append(
            PartFacts(
                position=row.position,
                name=row.name,
                is_file=is_file,
                from_history=row.seq is not None,
                sha256=row.sha256,
                found_sha256=store.digest_of(row.sha256) if is_file else row.hash,
                size=row.size,
                found_size=path.stat().st_size if path is not None and there else None,
                media_type=row.media_type or "",
                encrypted=path is not None and there and _is_encrypted(path, row.media_type or ""),
            )
        )
    return found


def _running(connection: Connection, year: int) -> set[str]:
    """Return the 件 of which a case has not ended."""
    query = (
        select(archive_member.c.item)
        .join(archive_item, archive_item.c.id == archive_member.c.item)
        .join(process_instance, process_instance.c.id == archive_member.c.instance_id)
        .where(archive_item.c.year == year, process_instance.c.state.not_in([one.value for one in ENDED]))
    )
    return set(connection.scalars(query))


def _is_encrypted(path: Path, media_type: str) -> bool:
    """Tell whether a PDF says that it is encrypted, or an office document is wrapped as encrypted ones are."""
    if media_type == PDF:
        return ENCRYPTED_PDF in path.read_bytes()
    return media_type == OLE and path.read_bytes().find("EncryptedPackage".encode("utf-16-le")) >= 0


def _told(one: Result) -> Value:
    return {
        "code": one.code,
        "outcome": one.outcome.value,
        "objects": one.objects,
        "failed": one.failed,
        "failures": [[failure.archival_code, failure.what] for failure in one.failures],
        "note": one.note,
    }
