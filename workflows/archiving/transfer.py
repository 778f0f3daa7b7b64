"""移交清册: what a unit hands over to the archive room, signed by both sides, two acts of two persons."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from engine import canonical
from engine.canonical import instant
from engine.model import Actor, RecordChange, Value
from engine.persistence.history import lock_ledger
from workflows.archiving.catalogue import find_year
from workflows.archiving.errors import (
    NothingToTransfer,
    NotInspected,
    SameHand,
    TransferChanged,
    TransferNotFound,
    TransferNotHandedOver,
    TransferSigned,
    YearNotNumbered,
)
from workflows.archiving.inspection import list_inspections
from workflows.archiving.records import ITEM, LEDGER, TRANSFER, archive_item, archive_transfer
from workflows.archiving.values import ItemState
from workflows.duties import ARCHIVISTS, HANDERS_OVER, require_post
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.recording import record_in_ledger


def make_list(connection: Connection, office: Office, person: Person, year: int, unit: str, now: datetime) -> str:
    """Make the list of what a unit hands over of a year: every numbered 件 of its that stands on no list yet.

    While a list was not taken over, making it anew brings it up to date, and signatures under what it said before are gone.

    Args:
        connection: In a transaction.
        office: The office.
        person: The archivist.
        year: Which was numbered.
        unit: Whose 件 they are.
        now: Aware instant.

    Returns:
        The id of the list.

    Raises:
        PostRequired: The person is no archivist.
        YearNotNumbered: There are no numbers yet.
        NotInspected: The last inspection found something, or there was none.
        NothingToTransfer: There is nothing to hand over.

    Source:
        DA/T 70-2018 as DOMAIN of such offices gives it: 移交与接收 is examined before; the list names each 件.
    """
    require_post(person, ARCHIVISTS)
    lock_ledger(connection, LEDGER)
    if find_year(connection, year) is None:
        raise YearNotNumbered(year)
    inspections = list_inspections(connection, year)
    if not inspections or inspections[0].failed:
        raise NotInspected(year)
    before = list_transfers(connection, year, unit)
    unsigned = next((one for one in before if one.taken_over_at is None), None)
    number = unsigned.number if unsigned is not None else len(before) + 1
    transfer_id = f"{year}-{unit}-{number}"
    item = archive_item.c
    ours = (item.year == year, item.unit == unit, or_(item.transfer.is_(None), item.transfer == transfer_id))
    of_unit = connection.execute(select(archive_item).where(*ours).order_by(item.archival_code)).all()
    rows = [one for one in of_unit if one.state == ItemState.NUMBERED.value]
    if not rows:
        raise NothingToTransfer(unit, year)
    if unsigned is not None and unsigned.digest == _digest(rows):
        return transfer_id
    values: dict[str, Value] = {
        "year": year,
        "unit": unit,
        "number": number,
        "items": len(rows),
        "digest": _digest(rows),
        "inspection": inspections[0].id,
        "made_at": instant(now),
        "made_by": person.username,
        "handed_over_at": None,
        "handed_over_by": None,
    }
    taken_out = [one for one in of_unit if one.transfer is not None and one.state != ItemState.NUMBERED.value]
    changes = [
        RecordChange(TRANSFER, transfer_id, values),
        *(RecordChange(ITEM, row.id, {"transfer": transfer_id}) for row in rows if row.transfer is None),
        *(RecordChange(ITEM, row.id, {"transfer": None}) for row in taken_out),
    ]
    record_in_ledger(connection, office, LEDGER, changes, Actor(person.username), now)
    return transfer_id


def hand_over(connection: Connection, office: Office, person: Person, transfer_id: str, now: datetime) -> None:
    """Sign a list for the office that hands over (移交人).

    Raises:
        PostRequired: The person does not sign for the office.
        TransferNotFound, TransferSigned, TransferChanged: There is nothing to sign.

    Source:
        STORY of such offices: 移交清册 is signed by the registry and by the archivist.
    """
    require_post(person, HANDERS_OVER)
    lock_ledger(connection, LEDGER)
    row = get_transfer(connection, transfer_id)
    if row.handed_over_at is not None:
        raise TransferSigned(row.handed_over_by, row.handed_over_at)
    _sign(connection, office, row, person, "handed_over", now)


def take_over(connection: Connection, office: Office, person: Person, transfer_id: str, now: datetime) -> None:
    """Sign a list for the archive room that takes over (接收人), after the office has.

    Raises:
        PostRequired: The person is no archivist.
        TransferNotFound, TransferSigned, TransferChanged, TransferNotHandedOver: There is nothing to sign.
        SameHand: The person has signed for the office.
    """
    require_post(person, ARCHIVISTS)
    lock_ledger(connection, LEDGER)
    row = get_transfer(connection, transfer_id)
    if row.taken_over_at is not None:
        raise TransferSigned(row.taken_over_by, row.taken_over_at)
    if row.handed_over_at is None:
        raise TransferNotHandedOver
    if row.handed_over_by == person.username:
        raise SameHand
    _sign(connection, office, row, person, "taken_over", now)


def get_transfer(connection: Connection, transfer_id: str) -> Row[Any]:
    """Return a list; raise ``TransferNotFound``."""
    row = connection.execute(select(archive_transfer).where(archive_transfer.c.id == transfer_id)).first()
    if row is None:
        raise TransferNotFound(transfer_id)
    return row


def list_transfers(connection: Connection, year: int, unit: str | None = None) -> list[Row[Any]]:
    """Return the lists of a year, of one unit or of all, in the order in which they were made."""
    table = archive_transfer.c
    query = select(archive_transfer).where(table.year == year, *([] if unit is None else [table.unit == unit]))
    return list(connection.execute(query.order_by(table.unit, table.number)))


def waiting(connection: Connection, year: int) -> list[tuple[str, int]]:
    """Return the units that have numbered 件 of a year on no list, and how many."""
    item = archive_item.c
    rows = connection.execute(
        select(item.unit, func.count())
        .where(item.year == year, item.state == ItemState.NUMBERED.value, item.transfer.is_(None))
        .group_by(item.unit)
        .order_by(item.unit)
    )
    return [(unit, count) for unit, count in rows]


def _sign(connection: Connection, office: Office, row: Row[Any], person: Person, side: str, now: datetime) -> None:
    """Keep a signature under what was listed, unless that is no longer what is there."""
    item = archive_item.c
    standing = item.state == ItemState.NUMBERED.value
    listed = connection.execute(
        select(archive_item).where(item.transfer == row.id, standing).order_by(item.archival_code)
    ).all()
    if _digest(listed) != row.digest:
        raise TransferChanged
    values: dict[str, Value] = {f"{side}_at": instant(now), f"{side}_by": person.username}
    record_in_ledger(connection, office, LEDGER, [RecordChange(TRANSFER, row.id, values)], Actor(person.username), now)


def _digest(rows: Any) -> str:
    """Return the digest of what a list says: each 档号 with its title and pages."""
    return canonical.digest(canonical.encode([[one.archival_code, one.title, one.pages] for one in rows]))
