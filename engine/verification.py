"""Checks the whole database against history: chains, and the rows that are only projections of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine import canonical, told_cases
from engine import history as chains
from engine import marking as markings
from engine.commands import reminders
from engine.commands.case import shown_columns
from engine.commands.deploy_definition import LEDGER as DEFINITIONS
from engine.definitions import Deployed
from engine.delegates import Vocabulary
from engine.errors import ChainBroken, ProcessError
from engine.execution.waiting import awaited
from engine.history import Head, SealedEvent
from engine.marking import Marking, Watch
from engine.model import ENDED, EventKind, HistoryEvent, WorkItemState
from engine.persistence import definitions, history, incidents, jobs, subscriptions
from engine.persistence.dangling import dangling
from engine.persistence.jobs import Job
from engine.persistence.tables import participant, process_instance, work_item, work_item_candidate
from engine.persistence.work_items import rank_of
from engine.process import Process
from engine.told_definitions import bent_definitions
from engine.told_work_items import told_work_items

_REPEATED = ("opened_at", "rank_at", "definition_key")
"""What an offer repeats of its work item."""


@dataclass(frozen=True)
class Break:
    """One place where what is stored contradicts itself."""

    chain: str
    seq: int | None
    reason: str


def verify(
    connection: Connection, vocabulary: Vocabulary, deployed: Callable[[Connection, int], Deployed]
) -> Iterator[Break]:
    """Yield every break of a chain, and every row that says something else than history.

    Args:
        connection: In a transaction that sees one state of the database.
        vocabulary: Names the variables that lists show of a case.
        deployed: Returns a definition by the id of its row.

    Yields:
        Breaks, by chain.
    """
    ledgers = history.list_ledgers(connection)
    told_of_definitions: list[SealedEvent] = []
    for ledger, head in sorted(ledgers.items()):
        yield from _chain(connection, ledger, head, told_of_definitions if ledger == DEFINITIONS else [])
    bent = list(bent_definitions(connection, [one.event for one in told_of_definitions]))
    yield from (Break(DEFINITIONS, None, one.reason) for one in bent)
    unusable = {one.definition_id for one in bent}
    yield from (Break(one.table, None, f"{one.table} {one.key}") for one in dangling(connection))
    rows = connection.execute(select(process_instance)).all()
    for row in rows:
        events: list[SealedEvent] = []
        broken = list(_chain(connection, row.id, Head(row.head_seq, row.head_hash), events))
        if not broken:
            usable = row.definition_id not in unusable
            broken = told_or_broken(row.id, _told(connection, vocabulary, deployed, dict(row._mapping), events, usable))
        yield from broken
    for stray in sorted(history.list_chains(connection) - set(ledgers) - {row.id for row in rows}):
        yield Break(stray, None, "a chain that belongs to nothing")


def told_or_broken(chain: str, breaks: Iterator[Break]) -> list[Break]:
    """Return breaks, and one more where history, though whole, tells what no system of this kind has ever told.

    Args:
        chain: Whose history it is.
        breaks: Found on the way.
    """
    found: list[Break] = []
    try:
        found.extend(breaks)
    except (LookupError, TypeError, ValueError, AttributeError, StopIteration, ProcessError):
        found.append(Break(chain, None, "untellable"))
    return found


def _told(
    connection: Connection,
    vocabulary: Vocabulary,
    deployed: Callable[[Connection, int], Deployed],
    values: Mapping[str, Any],
    events: list[SealedEvent],
    usable: bool,
) -> Iterator[Break]:
    """Compare all that is kept of a case with its history; without its definition what hangs on that is left out."""
    broken = list(_case(connection, values, [one.event for one in events]))
    yield from broken
    if broken or not usable:
        return
    chain = str(values["id"])
    runs_on, marking = deployed(connection, values["definition_id"]), markings.unpack(bytes(values["snapshot"]))
    yield from _projections(connection, vocabulary, values, runs_on.definition.key, events)
    yield from _waits(connection, chain, runs_on.process, marking)
    yield from _reminders(connection, chain, runs_on.process, marking, events)


def _chain(connection: Connection, chain: str, head: Head, events: list[SealedEvent]) -> Iterator[Break]:
    try:
        events.extend(history.list_events(connection, chain))
        chains.check(chain, events, head)
    except ChainBroken as error:
        yield Break(chain, error.seq, error.reason)


def _case(connection: Connection, values: Mapping[str, Any], events: list[HistoryEvent]) -> Iterator[Break]:
    """Compare what the row of a case says besides its variables, its incidents and its participants."""
    chain = str(values["id"])
    expected: dict[str, object] = told_cases.told_case(events)
    last = next((one for one in reversed(events) if one.kind == EventKind.MARKING_SETTLED), None)
    if last is None or last.data["state_hash"] != markings.state_hash(bytes(values["snapshot"])):
        yield Break(chain, last.seq if last else None, "snapshot")
        return
    named = definitions.find_by_id(connection, int(values["definition_id"]))
    on = {"definition": named.key, "definition_hash": named.hash} if named is not None else {}
    if on != expected.pop("on"):
        yield Break(chain, None, "process_instance.definition_id")
    for column, value in expected.items():
        if values[column] != value:
            yield Break(chain, None, f"process_instance.{column}")
    failed = told_cases.told_incidents(events)
    rows = {one["id"]: one for one in incidents.list_rows(connection, chain)}
    for incident_id in sorted(failed.keys() | rows.keys()):
        if failed.get(incident_id) != rows.get(incident_id):
            yield Break(chain, None, f"incident {incident_id}")
    took_part = set(connection.scalars(select(participant.c.person).where(participant.c.instance_id == chain)))
    for person in sorted(took_part ^ told_cases.told_participants(events)):
        yield Break(chain, None, f"participant {person}")


def _projections(
    connection: Connection, vocabulary: Vocabulary, values: Mapping[str, Any], key: str, events: list[SealedEvent]
) -> Iterator[Break]:
    chain, snapshot = str(values["id"]), bytes(values["snapshot"])
    last = next((one for one in reversed(events) if one.event.kind == EventKind.MARKING_SETTLED), None)
    assert last is not None  # its hash was compared before
    expected = {**shown_columns(vocabulary, markings.unpack(snapshot)), "state": last.event.data["state"]}
    expected["ended_at"] = _ended_at(events)
    for column, value in expected.items():
        if values[column] != value:
            yield Break(chain, last.event.seq, f"process_instance.{column}")
    repeated = {"definition_key": key, "initiator": values["initiator"]}
    yield from _work_items(connection, chain, repeated, events)


def _ended_at(events: list[SealedEvent]) -> datetime | None:
    """Return when a case ended; what is told of it afterwards leaves that as it is."""
    ended: datetime | None = None
    for event in (one.event for one in events if one.event.kind == EventKind.MARKING_SETTLED):
        ended = (ended or event.at) if event.data["state"] in ENDED else None
    return ended


def _waits(connection: Connection, chain: str, process: Process, marking: Marking) -> Iterator[Break]:
    """Compare the timers and subscriptions of a case with what its marking waits for."""
    told = {(one.kind, one.holder, one.event_id, one.name, one.due_at) for one in awaited(process, marking)}
    timers = [one for one in jobs.list_of_instance(connection, chain) if one.kind == jobs.TIMER]
    stored = {
        ("timer", one.holder, one.name, "", watch.due_at if (watch := _watch(marking, one)) else None) for one in timers
    }
    stored |= {
        (one.kind, one.holder, one.event_id, one.name, None)
        for one in subscriptions.list_of_instance(connection, chain)
    }
    for kind, holder, event_id, _name, _due_at in sorted(told ^ stored, key=str):
        yield Break(chain, None, f"{kind} {holder}.{event_id}")


def _watch(marking: Marking, timer: Job) -> Watch | None:
    """Return what a timer's row stands for; a row that was postponed after a failure is still that timer's."""
    watch = marking.watches_of(int(timer.holder or 0)).get(timer.name)
    late = timer.due_at is None or timer.attempts > 0
    if watch is None or watch.due_at is None:
        return None
    return watch if late or canonical.parse_instant(watch.due_at) == timer.due_at else None


def _reminders(
    connection: Connection, chain: str, process: Process, marking: Marking, events: list[SealedEvent]
) -> Iterator[Break]:
    """Compare who is still to be told that a work item is overdue with what history tells of the open ones.

    When it is told for the first time is compared as well; later times hang on a setting that may have changed since.
    """
    stored = {
        (one.name, int(str(one.content["number"]))): one
        for one in jobs.list_of_instance(connection, chain)
        if one.kind == jobs.OVERDUE
    }
    told: dict[tuple[str, int], object] = {}
    if process.has_timeouts and marking.suspended_at is None:
        times = reminders.told_overdue(one.event for one in events)
        for work_item_id, item in told_work_items(one.event for one in events).items():
            number = len(times.get(work_item_id, ()))
            due = item["state"] == WorkItemState.OPEN and item["due_at"] is not None
            if due and reminders.awaits(process, item["activity_id"], number):
                told[work_item_id, number + 1] = item["due_at"]
    for work_item_id, number in sorted(set(told) ^ set(stored)):
        yield Break(chain, None, f"overdue {work_item_id} {number}")
    for work_item_id, number in sorted(set(told) & set(stored)):
        job = stored[work_item_id, number]
        if number == 1 and job.attempts == 0 and job.due_at != told[work_item_id, number]:
            yield Break(chain, None, f"overdue {work_item_id} {number}")


def _work_items(
    connection: Connection, chain: str, repeated: Mapping[str, object], events: list[SealedEvent]
) -> Iterator[Break]:
    told = told_work_items(one.event for one in events)
    for item in told.values():
        item |= {"rank_at": rank_of(item["due_at"]), **repeated}
    candidates = {key: item.pop("candidates") for key, item in told.items()}
    rows = {
        row.id: row._mapping for row in connection.execute(select(work_item).where(work_item.c.instance_id == chain))
    }
    for work_item_id in sorted(set(rows) ^ set(told)):
        yield Break(chain, None, f"work_item {work_item_id}")
    for work_item_id in sorted(set(rows) & set(told)):
        for column, value in told[work_item_id].items():
            if rows[work_item_id][column] != value:
                yield Break(chain, None, f"work_item {work_item_id}.{column}")
    yield from _offers(connection, chain, told, candidates)


def _offers(
    connection: Connection, chain: str, told: Mapping[str, Mapping[str, object]], candidates: Mapping[str, object]
) -> Iterator[Break]:
    """Compare to whom items are, or were, offered."""
    expected = {
        (work_item_id, str(person)): (
            told[work_item_id]["state"] == WorkItemState.OPEN and told[work_item_id]["assignee"] is None,
            *(told[work_item_id][column] for column in _REPEATED),
        )
        for work_item_id, people in candidates.items()
        if isinstance(people, list)
        for person in people
    }
    rows = connection.execute(
        select(work_item_candidate)
        .join(work_item, work_item.c.id == work_item_candidate.c.work_item_id)
        .where(work_item.c.instance_id == chain)
    )
    stored = {
        (row.work_item_id, row.person): (row.offered, *(getattr(row, column) for column in _REPEATED)) for row in rows
    }
    for work_item_id, person in sorted(set(expected) | set(stored)):
        if expected.get((work_item_id, person)) != stored.get((work_item_id, person)):
            yield Break(chain, None, f"work_item {work_item_id} candidate {person}")
