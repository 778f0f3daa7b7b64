"""Rows of history: appended, read, never changed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, false, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from engine import canonical
from engine.history import EMPTY, Entry, Head, SealedEvent, seal
from engine.model import Actor, HistoryEvent, Value
from engine.persistence.tables import history_event, history_payload, ledger_head

LedgerTold = Callable[[Connection, HistoryEvent], None]
LEDGER_TOLD = "banjie_ledger_told"
"""Option of a pool: takes each entry of an office ledger into what the office keeps of them, in the same transaction."""
_insert_event = insert(history_event)
_insert_payload = insert(history_payload)
_joined = select(history_event, history_payload.c.salt, history_payload.c.content).join(
    history_payload,
    (history_payload.c.chain == history_event.c.chain) & (history_payload.c.seq == history_event.c.seq),
)
_COLUMNS = tuple(history_event.c.keys())
_event = history_event.c
_told = select(
    *(_event.chain, _event.seq, _event.at, _event.actor, _event.on_behalf_of, _event.recorded_by, _event.kind),
    *(_event.activity_id, _event.work_item_id, history_payload.c.content),
    *(_event.payload_digest, _event.previous_hash, _event.hash),
).join(history_payload, (history_payload.c.chain == _event.chain) & (history_payload.c.seq == _event.seq))
"""Events in the order of their fields, for reading many at once."""


def append(
    connection: Connection, chain: str, head: Head, entries: Sequence[Entry], actor: Actor, at: datetime
) -> Head:
    """Append entries behind ``head`` and return the new head; the caller holds the chain's lock."""
    last = _append(connection, chain, head, entries, actor, at)[-1].event
    return Head(last.seq, last.hash)


def _append(
    connection: Connection, chain: str, head: Head, entries: Sequence[Entry], actor: Actor, at: datetime
) -> list[SealedEvent]:
    sealed = seal(chain, head, entries, actor, at)
    connection.execute(_insert_event, [_event_row(one.event) for one in sealed])
    connection.execute(
        _insert_payload,
        [{"chain": chain, "seq": one.event.seq, "salt": one.salt, "content": one.content} for one in sealed],
    )
    return sealed


def append_to_ledger(connection: Connection, ledger: str, entry: Entry, actor: Actor, at: datetime) -> HistoryEvent:
    """Append one entry to an office ledger, whose head is locked until the transaction ends, and return what was written."""
    [sealed] = _append(connection, ledger, lock_ledger(connection, ledger), [entry], actor, at)
    new = sealed.event
    connection.execute(update(ledger_head).where(ledger_head.c.chain == ledger).values(seq=new.seq, hash=new.hash))
    event = replace(new, data=canonical.decode(sealed.content))  # as it will be read back
    told: LedgerTold | None = connection.get_execution_options().get(LEDGER_TOLD)
    if told is not None:
        told(connection, event)
    return event


def lock_ledger(connection: Connection, ledger: str) -> Head:
    """Lock an office ledger until the transaction ends, and return its head; it starts here if it was never written."""
    lock = select(ledger_head).where(ledger_head.c.chain == ledger).with_for_update()
    row = connection.execute(lock).first()
    if row is None:
        _open_ledger(connection, ledger)
        row = connection.execute(lock).one()
    return Head(row.seq, row.hash)


def last_about(connection: Connection, chain: str, work_item_id: str) -> tuple[str | None, datetime | None]:
    """Return who acted last on a work item, and when; nobody and never where history does not know it."""
    row = connection.execute(
        select(history_event.c.actor, history_event.c.at)
        .where(history_event.c.chain == chain, history_event.c.work_item_id == work_item_id)
        .order_by(history_event.c.seq.desc())
        .limit(1)
    ).first()
    return (row.actor, row.at) if row else (None, None)


def list_events(
    connection: Connection, chain: str, after: int = 0, limit: int | None = None, about: str | None = None
) -> list[SealedEvent]:
    """Return events of a chain with their payloads, in order, from the one after ``after``, or those about one work item."""
    query = _joined.where(history_event.c.chain == chain, history_event.c.seq > after).order_by(history_event.c.seq)
    if about is not None:
        query = query.where(history_event.c.work_item_id == about)
    return [_sealed(row) for row in connection.execute(query.limit(limit) if limit else query)]


def data_of(connection: Connection, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Mapping[str, Value]]:
    """Return what some events tell, by chain and number; nothing of those that are not there."""
    numbers = defaultdict[str, list[int]](list)
    for chain, seq in sorted(places):
        numbers[chain].append(seq)
    of_chain = (and_(_event.chain == chain, _event.seq.in_(seqs)) for chain, seqs in numbers.items())
    rows = connection.execute(_joined.where(or_(false(), *of_chain)))  # SQLite finds no pairs by its index
    return {(one.event.chain, one.event.seq): one.event.data for one in map(_sealed, rows)}


def list_of_kind(connection: Connection, chain: str, kind: str) -> list[SealedEvent]:
    """Return the events of one kind of a chain, in order."""
    query = _joined.where(history_event.c.chain == chain, history_event.c.kind == kind)
    return [_sealed(row) for row in connection.execute(query.order_by(history_event.c.seq))]


def list_by_kind(connection: Connection, kind: str) -> list[SealedEvent]:
    """Return the events of one kind of all chains, in the order of each chain."""
    query = _joined.where(history_event.c.kind == kind).order_by(history_event.c.chain, history_event.c.seq)
    return [_sealed(row) for row in connection.execute(query)]


def list_contents(connection: Connection) -> Iterator[tuple[str, str, bytes]]:
    """Yield chain, kind and content of every event, in no order."""
    row, payload = history_event.c, history_payload.c
    query = select(row.chain, row.kind, payload.content).join_from(
        history_event, history_payload, (payload.chain == row.chain) & (payload.seq == row.seq)
    )
    for one in connection.execute(query):
        yield one.chain, one.kind, bytes(one.content)


def list_of_chains(connection: Connection, chains: Sequence[str]) -> dict[str, list[HistoryEvent]]:
    """Return the events of several chains with their payloads, by chain and in order; a chain without events is left out."""
    query = _told.where(history_event.c.chain.in_(chains)).order_by(history_event.c.chain, history_event.c.seq)
    found: dict[str, list[HistoryEvent]] = {}
    for row in connection.execute(query):
        chain, seq, at, actor, owner, recorder, kind, activity, item, content, digest, previous, own = row
        data = _decoded(bytes(content))
        event = HistoryEvent(chain, seq, at, actor, owner, recorder, kind, activity, item, data, digest, previous, own)
        found.setdefault(chain, []).append(event)
    return found


def list_ledgers(connection: Connection) -> dict[str, Head]:
    """Return the head of every office ledger."""
    return {row.chain: Head(row.seq, row.hash) for row in connection.execute(select(ledger_head))}


def list_chains(connection: Connection) -> set[str]:
    """Return the name of every chain that has an event."""
    return set(connection.scalars(select(history_event.c.chain).distinct()))


def last_instant(connection: Connection) -> datetime | None:
    """Return the instant of the latest event of all chains, or None before the first."""
    latest: datetime | None = connection.scalar(select(func.max(history_event.c.at)))
    return latest


def _open_ledger(connection: Connection, ledger: str) -> None:
    """Write the head of an empty ledger; somebody else may have done so in the same moment."""
    try:
        with connection.begin_nested():
            connection.execute(insert(ledger_head).values(chain=ledger, seq=EMPTY.seq, hash=EMPTY.hash))
    except IntegrityError:
        return


def _event_row(event: HistoryEvent) -> dict[str, object]:
    row = dict(vars(event))
    del row["data"]
    return row


def _sealed(row: Row[Any]) -> SealedEvent:
    *values, salt, content = tuple(row)  # of the join above
    event = HistoryEvent(**dict(zip(_COLUMNS, values, strict=True)), data=_decoded(content))
    return SealedEvent(event, bytes(salt), bytes(content))


def _decoded(content: bytes) -> dict[str, Value]:
    try:
        data: dict[str, Value] = canonical.decode(content)
    except ValueError:
        return {}
    return data
