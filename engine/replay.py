"""Executes a history again from the exported events and the definition's files alone, and compares every consequence.

Nothing here touches a database: what came from outside at the time (who was resolved, what a service returned, when a step is
due) is read from the events.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import canonical
from engine import history as chains
from engine import marking as markings
from engine.definitions import Deployed, build, hash_of
from engine.delegates import Assignment, Vote
from engine.errors import ChainBroken, ProcessError, ReplayDiverged, ServiceFailed
from engine.execution import Execution
from engine.history import Entry, SealedEvent
from engine.marking import Marking
from engine.model import (
    INPUTS,
    SEMANTICS_VERSION,
    Activity,
    Completion,
    EventKind,
    HistoryEvent,
    ProcessDefinition,
    ReplayResult,
    ServiceResult,
    Variables,
)

EXPORT_FORMAT = "banjie-history/1"
REPLAYABLE_SEMANTICS = frozenset({SEMANTICS_VERSION})


@dataclass
class _Seat:
    token_id: int
    seat: str | None
    open: bool = True
    vote: Vote | None = None


@dataclass
class _RecordedOutside:
    """Answers from the events of one command."""

    consequences: Sequence[HistoryEvent]
    work_items: dict[str, _Seat] = field(default_factory=dict)

    def assign(self, work_item_id: str, activity: Activity, scope: Variables) -> Assignment:
        for event in self.consequences:
            if event.kind == EventKind.WORK_ITEM_OPENED and event.work_item_id == work_item_id:
                data = event.data
                due_at = data["due_at"]
                return Assignment(
                    data["assignee"],  # type: ignore[arg-type]
                    tuple(data["candidates"]),  # type: ignore[arg-type]
                    canonical.parse_instant(str(due_at)) if due_at else None,
                    bool(data["due_provisional"]),
                )
        raise LookupError(f"history does not open {work_item_id}")

    def call(self, activity: Activity, variables: Variables) -> ServiceResult:
        for event in self.consequences:
            if event.activity_id == activity.id and event.kind == EventKind.SERVICE_RETURNED:
                return ServiceResult(event.data["variables"])  # type: ignore[arg-type]
            if event.activity_id == activity.id and event.kind == EventKind.INCIDENT_OPENED:
                raise _failure_of(event)
        raise LookupError(f"history does not call {activity.service}")

    def votes(self, token_id: int) -> list[Vote]:
        return [item.vote for item in self.work_items.values() if item.token_id == token_id and item.vote]

    def open_seats(self, token_id: int) -> list[str]:
        return [key for key, item in self.work_items.items() if item.token_id == token_id and item.open]


def replay(deployed: Deployed, events: Sequence[HistoryEvent]) -> ReplayResult:
    """Execute a case again and compare.

    Args:
        deployed: The definition the case is pinned to.
        events: The whole chain of the case, in order.

    Returns:
        Verified, or where it diverged.
    """
    instance_id = events[0].chain if events else ""
    try:
        _Replay(deployed, instance_id).run(events)
    except ReplayDiverged as error:
        return ReplayResult(instance_id, False, len(events), f"{error.expected} ≠ {error.actual}", error.seq)
    return ReplayResult(instance_id, True, len(events))


def replay_export(lines: Iterable[bytes]) -> ReplayResult:
    """Check the chain of an exported history and execute it again, from the export alone.

    Args:
        lines: What :func:`export_lines` made.

    Returns:
        Verified, or where the chain breaks or the replay diverged.

    Raises:
        ValueError: The lines are not such an export.
    """
    header, events = read_export(lines)
    instance_id = str(header["instance"])
    try:
        chains.check(instance_id, events)
    except ChainBroken as error:
        return ReplayResult(instance_id, False, len(events), f"chain: {error.reason}", error.seq)
    files = {name: base64.b64decode(content) for name, content in header["files"].items()}
    if hash_of(files) != header["definition_hash"]:
        return ReplayResult(instance_id, False, len(events), "definition files: hash", 1)
    first = events[0].event
    definition = ProcessDefinition(
        0, str(header["definition"]), int(header["version"]), "", hash_of(files), first.at, first.actor
    )
    return replay(build(definition, files), [one.event for one in events])


def export_lines(deployed: Deployed, instance_id: str, events: Sequence[SealedEvent]) -> Iterable[bytes]:
    """Yield a case's history as JSON lines, with what a replay needs: first the definition's files, then the events."""
    yield canonical.encode(
        {
            "format": EXPORT_FORMAT,
            "instance": instance_id,
            "definition": deployed.definition.key,
            "version": deployed.definition.version,
            "definition_hash": deployed.definition.hash,
            "files": {name: base64.b64encode(content).decode() for name, content in deployed.files.items()},
        }
    )
    for one in events:
        event = dict(vars(one.event))
        del event["data"]
        yield canonical.encode(
            {
                **event,
                "at": canonical.instant(one.event.at),
                "salt": one.salt.hex(),
                "payload": one.content.decode(),
            }
        )


def read_export(lines: Iterable[bytes]) -> tuple[dict[str, Any], list[SealedEvent]]:
    """Read what :func:`export_lines` wrote; raise ``ValueError`` where it is something else."""
    decoded = [canonical.decode(line) for line in lines if line.strip()]
    if not decoded or not isinstance(decoded[0], dict) or decoded[0].get("format") != EXPORT_FORMAT:
        raise ValueError(f"not a {EXPORT_FORMAT} file")
    return decoded[0], [_read_event(line) for line in decoded[1:]]


def _read_event(line: dict[str, str]) -> SealedEvent:
    values: dict[str, Any] = dict(line)
    salt, content = bytes.fromhex(str(values.pop("salt"))), str(values.pop("payload")).encode()
    values["at"] = canonical.parse_instant(str(values["at"]))
    return SealedEvent(HistoryEvent(**values, data=canonical.decode(content)), salt, content)


class _Replay:
    def __init__(self, deployed: Deployed, instance_id: str) -> None:
        self._deployed = deployed
        self._instance_id = instance_id
        self._marking = Marking()
        self._items: dict[str, _Seat] = {}

    def run(self, events: Sequence[HistoryEvent]) -> None:
        told = [event for event in events if event.kind != EventKind.RECORD_CHANGED]
        index = 0
        while index < len(told):
            end = index + 1
            while end < len(told) and told[end].kind not in INPUTS:
                end += 1
            self._command(told[index], told[index + 1 : end])
            index = end

    def _command(self, command: HistoryEvent, consequences: Sequence[HistoryEvent]) -> None:
        if command.data.get("semantics_version") not in REPLAYABLE_SEMANTICS:
            raise self._diverged(command.seq, "semantics_version", str(command.data.get("semantics_version")))
        if command.kind in (EventKind.WORK_ITEM_CLAIMED, EventKind.WORK_ITEM_RELEASED):
            self._open_item(command)
            actual: list[Entry] = []
        else:
            try:
                actual = self._execute(command, consequences)
            except (ProcessError, LookupError, TypeError) as error:
                raise self._diverged(command.seq, command.kind, str(error)) from error
        self._compare(command, consequences, actual)

    def _execute(self, command: HistoryEvent, consequences: Sequence[HistoryEvent]) -> list[Entry]:
        outside = _RecordedOutside(consequences, self._items)
        execution = Execution(
            self._deployed.stepper, self._marking, self._instance_id, outside, person_only=frozenset()
        )
        data = command.data
        if command.kind == EventKind.PROCESS_STARTED:
            if data["definition_hash"] != self._deployed.definition.hash:
                raise LookupError("another definition")
            execution.start(data["variables"])  # type: ignore[arg-type]
        elif command.kind == EventKind.WORK_ITEM_COMPLETED:
            item = self._open_item(command)
            item.open = False
            decision, opinion = str(data["decision"]), str(data["opinion"])
            if item.seat is not None:
                item.vote = Vote(item.seat, decision, opinion, command.actor, command.at)
            completion = Completion(decision, opinion, data["variables"])  # type: ignore[arg-type]
            execution.complete(item.token_id, completion, item.seat)
        else:
            execution.retry(int(str(data["token"])))
        self._marking = execution.marking
        for entry in execution.told:
            self._follow(entry)
        snapshot = markings.pack(self._marking)
        return [*execution.told, execution.settled(markings.state_hash(snapshot))]

    def _follow(self, entry: Entry) -> None:
        if entry.kind == EventKind.WORK_ITEM_OPENED:
            seat = entry.data["seat"]
            self._items[str(entry.work_item_id)] = _Seat(
                int(str(entry.data["token"])), str(seat) if seat is not None else None
            )
        elif entry.kind == EventKind.WORK_ITEM_CANCELLED:
            self._items[str(entry.work_item_id)].open = False

    def _open_item(self, command: HistoryEvent) -> _Seat:
        item = self._items.get(str(command.work_item_id))
        if item is None or not item.open:
            raise self._diverged(command.seq, command.kind, "the work item is not open")
        return item

    def _compare(self, command: HistoryEvent, recorded: Sequence[HistoryEvent], actual: Sequence[Entry]) -> None:
        for event, entry in zip(recorded, actual, strict=False):
            if _essence(event) != _essence(entry):
                raise self._diverged(event.seq, _text(event), _text(entry))
        if len(recorded) != len(actual):
            at = recorded[len(actual)] if len(recorded) > len(actual) else command
            raise self._diverged(at.seq, f"{len(recorded)} consequences", str(len(actual)))

    def _diverged(self, seq: int, expected: str, actual: str) -> ReplayDiverged:
        return ReplayDiverged(self._instance_id, seq, expected, actual)


def _failure_of(event: HistoryEvent) -> ServiceFailed:
    facts = event.data["facts"]
    if event.data["error"] != ServiceFailed.__name__ or not isinstance(facts, dict):
        raise LookupError(f"history tells of {event.data['error']}")
    details = facts["details"]
    known = {name: str(value) for name, value in details.items()} if isinstance(details, dict) else {}
    return ServiceFailed(str(facts["service"]), str(facts["cause"]), known)


def _essence(told: HistoryEvent | Entry) -> tuple[str, str | None, str | None, bytes]:
    return str(told.kind), told.activity_id, told.work_item_id, canonical.encode(told.data)


def _text(told: HistoryEvent | Entry) -> str:
    return f"{told.kind} {canonical.encode(told.data).decode()}"
