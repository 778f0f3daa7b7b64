"""编号: all 件 of a year get their numbers in one act, once. Nothing is renumbered; what is taken out keeps its number."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine import canonical
from engine.canonical import instant
from engine.model import Actor, RecordChange, Variables
from engine.persistence.history import lock_ledger
from workflows.archiving import candidates
from workflows.archiving.assembling import is_over, one_line, require_unnumbered
from workflows.archiving.catalogue import get_item
from workflows.archiving.errors import (
    CasesPending,
    ItemStateRefused,
    NothingToNumber,
    OrderChanged,
    YearNotOver,
)
from workflows.archiving.records import ITEM, LEDGER, YEAR, archive_item, archive_member
from workflows.archiving.settings import ArchiveSettings
from workflows.archiving.sorting import Placed, Sortable, digest_of_order, placed
from workflows.archiving.values import ItemState, Standing
from workflows.document_approval.records import document
from workflows.duties import ARCHIVISTS, require_post
from workflows.incoming_document.records import incoming_document
from workflows.links.records import case_link
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.recording import record_in_ledger


@dataclass(frozen=True)
class Order:
    """How a year would be numbered now; ``digest`` names this very order, so that it is what gets confirmed."""

    placed: tuple[Placed, ...]
    digest: str

    def codes(self, settings: ArchiveSettings, year: int) -> dict[str, str]:
        """Return the 档号 that each 件 would get, by id."""
        return {
            one.item.id: settings.written(year, one.item.retention, one.item.unit, one.serial) for one in self.placed
        }


def order_of(connection: Connection, settings: ArchiveSettings, year: int) -> Order:
    """Return the order in which what was put together of a year would be numbered.

    Args:
        connection: For reading.
        settings: The office's scheme.
        year: Which is filed.
    """
    see = _see(connection, year)
    rows = connection.execute(
        select(archive_item).where(archive_item.c.year == year, archive_item.c.state == ItemState.ASSEMBLED.value)
    )
    items = [
        Sortable(
            id=row.id,
            retention=row.retention,
            unit=row.unit,
            dated_on=row.dated_on or "",
            document_number=row.document_number or "",
            title=row.title,
            see=frozenset(see.get(row.id, ())),
        )
        for row in rows
    ]
    order = tuple(placed(items, tuple(settings.periods)))
    return Order(order, canonical.digest(canonical.encode(digest_of_order(order))))


def number(
    connection: Connection,
    office: Office,
    settings: ArchiveSettings,
    person: Person,
    year: int,
    confirmed: str,
    now: datetime,
) -> int:
    """Give the 件 of a year their numbers, all in one act; each notes those that it hangs together with.

    Args:
        connection: In a transaction; the ledger of the archive stays locked until it ends, so that of two who number at once the
            second finds the year numbered.
        office: The office.
        settings: Its scheme.
        person: The archivist.
        year: Which is filed.
        confirmed: The digest of the order that was shown.
        now: Aware instant.

    Returns:
        How many 件 got a number.

    Raises:
        PostRequired: The person is no archivist.
        YearNotOver, YearNumbered, CasesPending, NothingToNumber: It is not the time.
        OrderChanged: Something was put together or taken apart after the order was shown.

    Source:
        PRACTICE of such offices: closing gives no 档号; in spring the year's 件 are numbered once. DOMAIN of such offices:
        档号 is unique and stable, 件号 has no gaps (DA/T 22-2015, DA/T 13-2022).
    """
    require_post(person, ARCHIVISTS)
    lock_ledger(connection, LEDGER)
    require_unnumbered(connection, year)
    if not is_over(year, now):
        raise YearNotOver(year)
    pending = candidates.counts(connection, settings, year)[Standing.PENDING]
    if pending:
        raise CasesPending(year, pending)
    order = order_of(connection, settings, year)
    if not order.placed:
        raise NothingToNumber(year)
    if order.digest != confirmed:
        raise OrderChanged
    codes = order.codes(settings, year)
    at = instant(now)
    changes = [
        RecordChange(
            ITEM,
            one.item.id,
            {
                "state": ItemState.NUMBERED.value,
                "serial": one.serial,
                "archival_code": codes[one.item.id],
                "see": [*sorted(one.item.see, key=codes.__getitem__)],
                "numbered_at": at,
            },
        )
        for one in order.placed
    ]
    done: Variables = {
        "year": year,
        "items": len(order.placed),
        "numbered_at": at,
        "numbered_by": person.username,
    }
    changes.append(RecordChange(YEAR, str(year), done))
    record_in_ledger(connection, office, LEDGER, changes, Actor(person.username), now)
    return len(order.placed)


def remove(connection: Connection, office: Office, person: Person, item_id: str, reason: str, now: datetime) -> None:
    """Take a numbered 件 out (出件); its number stays with the reason, and no other moves up.

    Raises:
        PostRequired: The person is no archivist.
        ArchiveItemNotFound, ItemStateRefused: There is none with a number that could be taken out.
        ArchiveWordsRefused: There is no reason.

    Source:
        DOMAIN of such offices: 档号 once fixed is not changed.
    """
    require_post(person, ARCHIVISTS)
    lock_ledger(connection, LEDGER)
    row = get_item(connection, item_id)
    if row.state != ItemState.NUMBERED.value:
        raise ItemStateRefused(row.title, row.state)
    removed: Variables = {
        "state": ItemState.REMOVED.value,
        "removed_at": instant(now),
        "removed_by": person.username,
        "removal_reason": one_line(reason, "reason"),
    }
    record_in_ledger(connection, office, LEDGER, [RecordChange(ITEM, item_id, removed)], Actor(person.username), now)


def _see(connection: Connection, year: int) -> Mapping[str, set[str]]:
    """Return which 件 of a year note each other: their cases are tied, or one answers the other by its number.

    Source:
        DA/T 22-2015 leaves 来文 and 复文 separate 件; custom is that each then notes the other (互注).
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    source, target, register = archive_member.alias("source"), archive_member.alias("target"), incoming_document.c
    assembled = (archive_item.c.year == year, archive_item.c.state == ItemState.ASSEMBLED.value)
    ids = select(archive_item.c.id).where(*assembled)
    tied = (
        select(source.c.item, target.c.item)
        .select_from(case_link)
        .join(source, source.c.instance_id == case_link.c.source_id)
        .join(target, target.c.instance_id == case_link.c.target_id)
    )
    answered = (
        select(source.c.item, target.c.item)
        .select_from(incoming_document)
        .join(document, document.c.document_number == register.reply_number)
        .join(source, source.c.instance_id == register.instance_id)
        .join(target, target.c.instance_id == document.c.instance_id)
    )
    for query in (tied, answered):
        both = query.where(source.c.item.in_(ids), target.c.item.in_(ids), source.c.item != target.c.item)
        for one, other in connection.execute(both):
            found[one].add(other)
            found[other].add(one)
    return found
