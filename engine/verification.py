"""Checks the whole database against history: chains, and the rows that are only projections of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine import history as chains
from engine import marking as markings
from engine.commands.settlement import shown_columns
from engine.delegates import Vocabulary
from engine.errors import ChainBroken
from engine.history import Head, SealedEvent
from engine.model import EventKind, InstanceState, WorkItemState
from engine.persistence import history
from engine.persistence.tables import process_instance, work_item


@dataclass(frozen=True)
class Break:
    """One place where what is stored contradicts itself."""

    chain: str
    seq: int | None
    reason: str


def verify(connection: Connection, vocabulary: Vocabulary) -> Iterator[Break]:
    """Yield every break of a chain, and every row that says something else than history.

    Args:
        connection: In a transaction that sees one state of the database.
        vocabulary: Names the variables that lists show of a case.

    Yields:
        Breaks, by chain.
    """
    ledgers = history.list_ledgers(connection)
    for ledger, head in sorted(ledgers.items()):
        yield from _chain(connection, ledger, head, [])
    rows = connection.execute(select(process_instance)).all()
    for row in rows:
        events: list[SealedEvent] = []
        broken = list(_chain(connection, row.id, Head(row.head_seq, row.head_hash), events))
        yield from broken
        if not broken:
            yield from _projections(connection, vocabulary, row._mapping, events)
    for stray in sorted(history.list_chains(connection) - set(ledgers) - {row.id for row in rows}):
        yield Break(stray, None, "a chain that belongs to nothing")


def _chain(connection: Connection, chain: str, head: Head, events: list[SealedEvent]) -> Iterator[Break]:
    try:
        events.extend(history.list_events(connection, chain))
        chains.check(chain, events, head)
    except ChainBroken as error:
        yield Break(chain, error.seq, error.reason)


def _projections(
    connection: Connection, vocabulary: Vocabulary, row: object, events: list[SealedEvent]
) -> Iterator[Break]:
    values: dict[str, object] = dict(row)  # type: ignore[call-overload]  # the mapping of a row
    chain, snapshot = str(values["id"]), bytes(values["snapshot"])  # type: ignore[call-overload]
    last = next((one for one in reversed(events) if one.event.kind == EventKind.MARKING_SETTLED), None)
    if last is None or last.event.data["state_hash"] != markings.state_hash(snapshot):
        yield Break(chain, last.event.seq if last else None, "snapshot")
        return
    expected = {**shown_columns(vocabulary, markings.unpack(snapshot)), "state": last.event.data["state"]}
    expected["ended_at"] = last.event.at if expected["state"] == InstanceState.COMPLETED else None
    for column, value in expected.items():
        if values[column] != value:
            yield Break(chain, last.event.seq, f"process_instance.{column}")
    yield from _work_items(connection, chain, events)


def _work_items(connection: Connection, chain: str, events: list[SealedEvent]) -> Iterator[Break]:
    told: dict[str, dict[str, object]] = {}
    for event in (one.event for one in events):
        if event.kind == EventKind.WORK_ITEM_OPENED:
            told[str(event.work_item_id)] = {
                "state": WorkItemState.OPEN,
                "assignee": event.data["assignee"],
                "seat": event.data["seat"],
                "activity_id": event.activity_id,
                "opened_at": event.at,
            }
        elif event.kind == EventKind.WORK_ITEM_CLAIMED:
            told[str(event.work_item_id)]["assignee"] = event.actor
        elif event.kind == EventKind.WORK_ITEM_RELEASED:
            told[str(event.work_item_id)]["assignee"] = None
        elif event.kind == EventKind.WORK_ITEM_CANCELLED:
            told[str(event.work_item_id)] |= {"state": WorkItemState.CANCELLED, "closed_at": event.at}
        elif event.kind == EventKind.WORK_ITEM_COMPLETED:
            item = told[str(event.work_item_id)]
            item |= {
                "state": WorkItemState.COMPLETED,
                "assignee": item["assignee"] or event.actor,
                "closed_by": event.actor,
                "closed_at": event.at,
                "decision": event.data["decision"],
                "opinion": event.data["opinion"],
                "circled": event.data["circled"],
            }
    rows = {
        row.id: row._mapping for row in connection.execute(select(work_item).where(work_item.c.instance_id == chain))
    }
    for work_item_id in sorted(set(rows) ^ set(told)):
        yield Break(chain, None, f"work_item {work_item_id}")
    for work_item_id in sorted(set(rows) & set(told)):
        for column, value in told[work_item_id].items():
            if rows[work_item_id][column] != value:
                yield Break(chain, None, f"work_item {work_item_id}.{column}")
