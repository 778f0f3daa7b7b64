"""Putting cases together as 件, taking them apart again, and saying what does not go to the archive; before the numbers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from engine.canonical import instant
from engine.model import Actor, RecordChange, Value
from engine.persistence.history import lock_ledger
from workflows.archiving.candidates import Line, find_line
from workflows.archiving.catalogue import get_item
from workflows.archiving.errors import (
    ArchiveDateRefused,
    ArchiveUnitUnknown,
    ArchiveWordsRefused,
    ItemStateRefused,
    NotPending,
    PagesRefused,
    PeriodRefused,
    YearNumbered,
)
from workflows.archiving.materials import bundle_of
from workflows.archiving.records import (
    ITEM,
    LEDGER,
    MEMBER,
    PART,
    SCOPE,
    archive_item,
    archive_member,
    archive_part,
    archive_year,
)
from workflows.archiving.settings import ArchiveSettings
from workflows.archiving.values import (
    ARCHIVED,
    NOT_ARCHIVED,
    Described,
    ItemState,
    Part,
    PartKind,
    Standing,
    Wish,
    year_at,
)
from workflows.duties import ARCHIVISTS, require_post
from workflows.forms.validation import readable_text
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.recording import record_in_ledger

LONGEST_LINE, MOST_PAGES = 200, 100_000
NOTHING_SAID = Wish()


def assemble(
    connection: Connection,
    office: Office,
    settings: ArchiveSettings,
    person: Person,
    year: int,
    instance_id: str,
    wish: Wish,
    now: datetime,
) -> str:
    """Put a case together as a 件, with those that belong to it and everything that was handed in with them.

    Args:
        connection: In a transaction; the ledger of the archive stays locked until it ends.
        office: The office.
        settings: Its scheme.
        person: The archivist.
        year: Which is filed.
        instance_id: The case.
        wish: What the archivist says of it; what is empty is as it was proposed.
        now: Aware instant.

    Returns:
        The id of the 件.

    Raises:
        PostRequired: The person is no archivist.
        YearNumbered: The year has its numbers.
        NotPending: The case does not wait to be archived in this year.
        PeriodRefused, ArchiveUnitUnknown, PagesRefused, ArchiveWordsRefused: What is said of it cannot be.

    Source:
        PRACTICE of such offices: in spring the archivist assembles the 件 of the year before; a changed period says why.
    """
    require_post(person, ARCHIVISTS)
    lock_ledger(connection, LEDGER)
    require_unnumbered(connection, year)
    line = _pending(connection, settings, year, instance_id)
    retention = wish.retention or line.retention or ""
    _require_period(settings, retention, line.title)
    bundle = bundle_of(connection, office, instance_id)
    changes: list[RecordChange] = []
    if line.retention and retention != line.retention:
        changes.append(_scope(instance_id, ARCHIVED, retention, one_line(wish.reason, "reason"), person, now))
    described = bundle.described
    said = Described(
        title=described.title,
        document_number=described.document_number,
        responsible=described.responsible,
        dated_on=described.dated_on,
        classification=described.classification,
        pages=_pages(wish.pages) or described.pages,
        remarks=one_line(wish.remarks, "remarks", required=False) or described.remarks,
    )
    values = _item(connection, settings, year, retention, wish.unit, said, person, now)
    changes.append(RecordChange(ITEM, instance_id, {**values, "instance_id": instance_id}))
    changes += _parts(connection, instance_id, bundle.parts)
    changes += [RecordChange(MEMBER, one, {"item": instance_id}) for one in bundle.cases]
    record_in_ledger(connection, office, LEDGER, changes, Actor(person.username), now)
    return instance_id


def add_paper(
    connection: Connection,
    office: Office,
    settings: ArchiveSettings,
    person: Person,
    year: int,
    described: Described,
    wish: Wish,
    now: datetime,
) -> str:
    """Add a 件 that is on paper alone, so that paper and electronic ones are numbered in one run.

    Raises:
        PostRequired, YearNumbered, PeriodRefused, ArchiveUnitUnknown, PagesRefused, ArchiveWordsRefused: As for
            :func:`assemble`.
        ArchiveDateRefused: It has no date, or one that is not yet.

    Source:
        PRACTICE of such offices: last year's paper, paper and electronic side by side.
    """
    require_post(person, ARCHIVISTS)
    lock_ledger(connection, LEDGER)
    require_unnumbered(connection, year)
    said = Described(
        title=one_line(described.title, "title"),
        document_number=one_line(described.document_number or "", "document_number", required=False) or None,
        responsible=one_line(described.responsible or "", "responsible"),
        dated_on=_day(described.dated_on, year),
        classification=one_line(described.classification or "", "classification", required=False) or None,
        pages=_pages(wish.pages),
        remarks=one_line(wish.remarks, "remarks", required=False) or None,
    )
    _require_period(settings, wish.retention, said.title)
    on_paper = select(func.count()).select_from(archive_item).where(archive_item.c.instance_id.is_(None))
    item_id = f"paper-{(connection.scalar(on_paper) or 0) + 1}"
    values = _item(connection, settings, year, wish.retention, wish.unit, said, person, now)
    changes = [RecordChange(ITEM, item_id, values), *_parts(connection, item_id, [Part(PartKind.PAPER, said.title)])]
    record_in_ledger(connection, office, LEDGER, changes, Actor(person.username), now)
    return item_id


def dissolve(connection: Connection, office: Office, person: Person, item_id: str, now: datetime) -> Row[Any]:
    """Take a 件 apart that has no number yet; its cases wait again. Return the row as it was.

    Raises:
        PostRequired: The person is no archivist.
        ArchiveItemNotFound, ItemStateRefused: There is none that could be taken apart.
    """
    require_post(person, ARCHIVISTS)
    lock_ledger(connection, LEDGER)
    row = get_item(connection, item_id)
    if row.state != ItemState.ASSEMBLED.value:
        raise ItemStateRefused(row.title, row.state)
    members = connection.scalars(
        select(archive_member.c.instance_id)
        .where(archive_member.c.item == item_id)
        .order_by(archive_member.c.instance_id)
    )
    changes = [
        RecordChange(ITEM, item_id, {"state": ItemState.DISSOLVED.value}),
        *(RecordChange(MEMBER, one, {"item": None}) for one in members),
    ]
    record_in_ledger(connection, office, LEDGER, changes, Actor(person.username), now)
    return row


def decide(
    connection: Connection,
    office: Office,
    settings: ArchiveSettings,
    person: Person,
    year: int,
    instance_id: str,
    archiving: str,
    reason: str,
    now: datetime,
) -> None:
    """Say that a case does not go to the archive, or does after all; with a reason.

    Raises:
        PostRequired, YearNumbered: As for :func:`assemble`.
        NotPending: The case does not stand so that this could be said of it.
        ArchiveWordsRefused: There is no reason.

    Source:
        PRACTICE of such offices: 不归档 with a reason is legal. 《企业文件材料归档范围和档案保管期限规定》（国家档案局令第10号）.
    """
    require_post(person, ARCHIVISTS)
    lock_ledger(connection, LEDGER)
    require_unnumbered(connection, year)
    if archiving == NOT_ARCHIVED:
        _pending(connection, settings, year, instance_id)
    elif find_line(connection, settings, year, Standing.NOT_ARCHIVED, instance_id) is None:
        raise NotPending("", year)
    said = NOT_ARCHIVED if archiving == NOT_ARCHIVED else ARCHIVED
    change = _scope(instance_id, said, None, one_line(reason, "reason"), person, now)
    record_in_ledger(connection, office, LEDGER, [change], Actor(person.username), now)


def require_unnumbered(connection: Connection, year: int) -> None:
    """Raise ``YearNumbered`` where a year has its numbers."""
    row = connection.execute(select(archive_year).where(archive_year.c.year == year)).first()
    if row is not None:
        raise YearNumbered(year, row.numbered_at, row.numbered_by)


def one_line(text: str, field: str, *, required: bool = True) -> str:
    """Return what was typed into a field of one line; raise ``ArchiveWordsRefused`` for what cannot stand there."""
    words = text.strip()
    if (required and not words) or len(words) > LONGEST_LINE or not readable_text(words, lines=False):
        raise ArchiveWordsRefused(field, LONGEST_LINE)
    return words


def _pending(connection: Connection, settings: ArchiveSettings, year: int, instance_id: str) -> Line:
    line = find_line(connection, settings, year, Standing.PENDING, instance_id)
    if line is None:
        raise NotPending("", year)
    return line


def _item(
    connection: Connection,
    settings: ArchiveSettings,
    year: int,
    retention: str,
    unit: str,
    said: Described,
    person: Person,
    now: datetime,
) -> dict[str, Value]:
    code = unit or settings.unit
    units = {one.code: one.name for one in queries.list_units(connection, include_disabled=True)}
    if code not in units:
        raise ArchiveUnitUnknown(code)
    return {
        "year": year,
        "retention": retention,
        "unit": code,
        "title": said.title,
        "document_number": said.document_number,
        "responsible": said.responsible or units[code],  # a message began the case, and nobody issued it elsewhere
        "dated_on": said.dated_on,
        "classification": said.classification,
        "pages": said.pages,
        "remarks": said.remarks,
        "state": ItemState.ASSEMBLED.value,
        "assembled_at": instant(now),
        "assembled_by": person.username,
    }


def _parts(connection: Connection, item_id: str, parts: Sequence[Part]) -> list[RecordChange]:
    """Return the records of the parts; those that an earlier assembly had and this has not are dropped."""
    before = connection.scalars(
        select(archive_part.c.id).where(archive_part.c.item == item_id).order_by(archive_part.c.position)
    ).all()
    written = {
        f"{item_id}-{position:04}": {
            "item": item_id,
            "position": position,
            "kind": one.kind.value,
            "name": one.name,
            "instance_id": one.instance_id,
            "attachment": one.attachment,
            "sha256": one.sha256,
            "size": one.size,
            "seq": one.seq,
            "dropped": None,
        }
        for position, one in enumerate(parts, start=1)
    }
    return [
        *(RecordChange(PART, part_id, dict(values)) for part_id, values in written.items()),
        *(RecordChange(PART, one, {"dropped": True}) for one in before if one not in written),
    ]


def _scope(
    instance_id: str, archiving: str, retention: str | None, reason: str, person: Person, now: datetime
) -> RecordChange:
    values: dict[str, Value] = {
        "archiving": archiving,
        "retention": retention,
        "reason": reason,
        "decided_at": instant(now),
        "decided_by": person.username,
    }
    return RecordChange(SCOPE, instance_id, values)


def _require_period(settings: ArchiveSettings, retention: str, title: str) -> None:
    if retention not in settings.periods:
        raise PeriodRefused(title)


def _pages(pages: int | None) -> int | None:
    if pages is not None and not 1 <= pages <= MOST_PAGES:
        raise PagesRefused
    return pages


def _day(text: str | None, year: int) -> str:
    try:
        day = date.fromisoformat(text or "")
    except ValueError as error:
        raise ArchiveDateRefused from error
    if day.year > year:
        raise ArchiveDateRefused
    return day.isoformat()


def is_over(year: int, now: datetime) -> bool:
    """Tell whether a year is over in Asia/Shanghai."""
    return year_at(now) > year
