"""Executes a history again, from its events and the definition's files alone, and compares every consequence.

Nothing is asked of the office, the database or the clock: whatever came from outside is in the events
(:mod:`engine.recorded`). A divergence names the first event that executing again does not give.
"""

import base64
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from engine import canonical
from engine import history as chains
from engine import marking as markings
from engine.answers import Answering, Learning, Told, told_in
from engine.definitions import Deployed, build, hash_of
from engine.delegates import Vote
from engine.errors import BusinessError, ChainBroken, ProcessError, ReplayDiverged
from engine.execution.board import MOST_NODES, Steps
from engine.execution.execution import Execution
from engine.history import Entry, SealedEvent
from engine.marking import Arrival, Marking, new_marking
from engine.model import (
    INPUTS,
    UNMARKING,
    Completion,
    EventKind,
    HistoryEvent,
    Parting,
    ProcessDefinition,
    ReplayResult,
    ServiceResult,
    Side,
    Value,
    WorkItemRole,
)
from engine.parting import line_of, told_side
from engine.recorded import RecordedFailure, RecordedOutside, Seat, timing_of
from engine.redacted import Mark, Picks

EXPORT_FORMAT = "banjie-history/1"
FACTS = frozenset({EventKind.RECORD_CHANGED, EventKind.WORK_ITEM_DUE_SET})
"""Events that tell of something beside the marking; executing again does not give them."""


Follow = Callable[[HistoryEvent, Marking], None]
"""Is shown the last event of each command that has been executed again, and the marking; that changes with the next one."""


def replay(
    versions: Mapping[str, Deployed], events: Sequence[HistoryEvent], follow: Follow | None = None
) -> ReplayResult:
    """Execute a case again and compare.

    Args:
        versions: The definitions the case has run on, by hash.
        events: The whole chain of the case, in order.
        follow: Is shown every command that gave what history tells.

    Returns:
        Verified, or where it diverged, with the two states there.
    """
    instance_id = events[0].chain if events else ""
    replaying = _Replay(versions, instance_id, told_in(events), follow)
    try:
        replaying.run(events)
    except ReplayDiverged as error:
        return ReplayResult(
            instance_id,
            False,
            len(events),
            f"{error.expected} ≠ {error.actual}",
            error.seq,
            state_hashes=replaying.state_hashes,
            redacted_states=replaying.redacted_states,
            parting=replaying.parting(events, error.seq),
        )
    return ReplayResult(
        instance_id,
        True,
        len(events),
        state_hashes=replaying.state_hashes,
        redacted_states=replaying.redacted_states,
    )


def learn(
    versions: Mapping[str, Deployed],
    before: Sequence[HistoryEvent],
    after: Sequence[HistoryEvent],
    picks: Picks,
    mark: Mark,
) -> Told:
    """Execute a case as it was and as it is without what is to be cleared, and return what has to be told of the difference.

    Args:
        versions: The definitions the case has run on, by hash.
        before: The whole chain of the case, in order.
        after: The same without what is to be cleared.
        picks: Says which texts are to go.
        mark: Makes what stands for them.

    Raises:
        ReplayDiverged: The case does not execute again as it was, or without these texts cannot.
    """
    listening = _Listening(versions, before[0].chain, told_in(before))
    listening.run(before)
    learning = _Learning(versions, before[0].chain, Told())
    learning.learn_from(listening.heard, picks, mark)
    learning.run(after)
    return learning.told()


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
    versions: dict[str, Deployed] = {}
    first = events[0].event
    for one in [header, *header.get("later", ())]:
        files = {name: base64.b64decode(content) for name, content in one["files"].items()}
        if hash_of(files) != one["definition_hash"]:
            return ReplayResult(instance_id, False, len(events), "definition files: hash", 1)
        definition = ProcessDefinition(
            0, str(one["definition"]), int(one["version"]), "", one["definition_hash"], first.at, first.actor
        )
        versions[definition.hash] = build(definition, files)
    return replay(versions, [one.event for one in events])


def export_lines(versions: Sequence[Deployed], instance_id: str, events: Sequence[SealedEvent]) -> Iterable[bytes]:
    """Yield a case's history as JSON lines, with what a replay needs: first the definitions' files, then the events.

    Args:
        versions: The definitions the case has run on, the first one first.
        instance_id: The case.
        events: Its whole chain.
    """
    header: dict[str, Any] = {"format": EXPORT_FORMAT, "instance": instance_id, **_exported(versions[0])}
    if len(versions) > 1:
        header["later"] = [_exported(one) for one in versions[1:]]
    yield canonical.encode(header)
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


def versions_of(events: Iterable[HistoryEvent]) -> list[tuple[str, str]]:
    """Return key and hash of the definitions a case has run on, in order, each once; processes of one file share a hash."""
    told = (EventKind.PROCESS_STARTED, EventKind.PROCESS_MIGRATED)
    named = (event.data for event in events if event.kind in told)
    return list(dict.fromkeys((str(data["definition"]), str(data["definition_hash"])) for data in named))


def read_export(lines: Iterable[bytes]) -> tuple[dict[str, Any], list[SealedEvent]]:
    """Read what :func:`export_lines` wrote; raise ``ValueError`` where it is something else."""
    decoded = [canonical.decode(line) for line in lines if line.strip()]
    if len(decoded) < len(("header", "start")) or not isinstance(decoded[0], dict):
        raise ValueError(f"not a {EXPORT_FORMAT} file")
    if decoded[0].get("format") != EXPORT_FORMAT:
        raise ValueError(f"not a {EXPORT_FORMAT} file")
    return decoded[0], [_read_event(line) for line in decoded[1:]]


def _exported(deployed: Deployed) -> dict[str, Any]:
    return {
        "definition": deployed.definition.key,
        "version": deployed.definition.version,
        "definition_hash": deployed.definition.hash,
        "files": {name: base64.b64encode(content).decode() for name, content in deployed.files.items()},
    }


def _read_event(line: dict[str, str]) -> SealedEvent:
    values: dict[str, Any] = dict(line)
    salt, content = bytes.fromhex(str(values.pop("salt"))), str(values.pop("payload")).encode()
    values["at"] = canonical.parse_instant(str(values["at"]))
    return SealedEvent(HistoryEvent(**values, data=canonical.decode(content)), salt, content)


class _Replay:
    def __init__(
        self,
        versions: Mapping[str, Deployed],
        instance_id: str,
        told: Told,
        follow: Follow | None = None,
    ) -> None:
        self._versions = versions
        self._told = told
        self.redacted_states = 0
        self._instance_id = instance_id
        self._follow_command = follow
        self._deployed: Deployed | None = None
        self._marking = Marking()
        self._items: dict[str, Seat] = {}
        self._of_token: defaultdict[int, dict[str, Seat]] = defaultdict(dict)
        self._before: dict[str, Value] = {}
        self._given: list[Entry] = []
        self._refusal = ""
        self.state_hashes = 0

    def run(self, events: Sequence[HistoryEvent]) -> None:
        told = [event for event in events if event.kind not in FACTS]
        index = 0
        while index < len(told):
            end = index + 1
            while end < len(told) and told[end].kind not in INPUTS:
                end += 1
            self._command(told[index], told[index + 1 : end])
            index = end

    def _command(self, command: HistoryEvent, consequences: Sequence[HistoryEvent]) -> None:
        if command.data.get("semantics_version") not in MOST_NODES:
            raise self._diverged(command.seq, "semantics_version", str(command.data.get("semantics_version")))
        self._before, self._given, self._refusal = self._variables(), [], ""
        if command.kind in UNMARKING:
            self._mark_nothing(command)
            actual: list[Entry] = []
        else:
            try:
                actual = self._execute(command, consequences)
            except (ProcessError, LookupError, TypeError, ValueError, AssertionError) as error:
                self._refusal = f"{type(error).__name__}: {error}"
                raise self._diverged(command.seq, command.kind, str(error)) from error
        self._given = actual
        self._compare(command, consequences, actual)
        if actual:
            self.state_hashes += 1
        if self._follow_command is not None:
            self._follow_command(consequences[-1] if consequences else command, self._marking)

    def parting(self, events: Sequence[HistoryEvent], seq: int) -> Parting:
        """Return the two states after the command in which a history was found to part from what executing gives."""
        processes = {key: one.process for key, one in self._versions.items()}
        given = Side(
            tokens=tuple(sorted(token.activity_id for token in self._marking.tokens)),
            variables=self._variables(),
            open_items=tuple(sorted(key for key, one in self._items.items() if one.open)),
            consequences=tuple(map(line_of, self._given)) or ((self._refusal,) if self._refusal else ()),
        )
        command, told = told_side(processes, events, seq, self._before)
        return Parting(seq, command, told, given)

    def _variables(self) -> dict[str, Value]:
        return dict(self._marking.variables) if self._marking.scopes else {}

    def _mark_nothing(self, command: HistoryEvent) -> None:
        if command.kind == EventKind.WORK_ITEM_READ:
            self._open_item(command).open = False
        elif command.kind == EventKind.WORK_ITEM_CONFIRMED:
            if command.work_item_id not in self._items:
                raise self._diverged(command.seq, command.kind, "there is no such work item")
        elif command.work_item_id is not None:
            self._open_item(command)

    def _execute(self, command: HistoryEvent, consequences: Sequence[HistoryEvent]) -> list[Entry]:
        data: Mapping[str, Any] = command.data
        before = self._deployed
        if command.kind in (EventKind.PROCESS_STARTED, EventKind.PROCESS_MIGRATED):
            self._deployed = self._versions[data["definition_hash"]]
        if self._deployed is None:
            raise LookupError("the history does not begin with a start")
        if command.kind == EventKind.PROCESS_STARTED:
            self._marking = new_marking(self._deployed.process.key, data["variables"])
        semantics = int(data["semantics_version"])
        outside = RecordedOutside(consequences, self._of_token, self._deployed.process)
        execution = Execution(
            self._steps(command.seq, self._deployed.stepper),
            self._marking,
            self._instance_id,
            outside,
            person_only=frozenset(),
            unattended=True,
            semantics=semantics,
        )
        self._carry_out(execution, command, consequences, before)
        for entry in execution.told:
            self._follow(entry)
        if semantics == 1:
            return [*execution.told, execution.settled(markings.state_hash_1(self._marking))]
        return [*execution.told, execution.settled(markings.state_hash(markings.pack(self._marking)))]

    def _steps(self, seq: int, stepper: Steps) -> Steps:
        return Answering(stepper, self._told.answers[seq]) if seq in self._told.answers else stepper

    def _carry_out(
        self,
        execution: Execution,
        command: HistoryEvent,
        consequences: Sequence[HistoryEvent],
        before: Deployed | None,
    ) -> None:
        data: Mapping[str, Any] = command.data
        match command.kind:
            case EventKind.PROCESS_STARTED:
                execution.start(data.get("event"))
            case EventKind.WORK_ITEM_COMPLETED:
                self._complete(execution, command)
            case EventKind.INCIDENT_RETRIED:
                execution.retry(data["token"])
            case EventKind.TIMER_FIRED:
                execution.fire_timer(data["holder"], str(command.activity_id))
            case EventKind.MESSAGE_RECEIVED | EventKind.SIGNAL_RECEIVED:
                execution.receive(data["holder"], str(command.activity_id), data["payload"])
            case EventKind.SERVICE_FINISHED:
                execution.finish_service(data["token"], ServiceResult(data["variables"]))
            case EventKind.SERVICE_FAILED:
                execution.fail_service(data["token"], _failure_of(data))
            case EventKind.TOKEN_MOVED:
                if command.work_item_id is not None:
                    self._items[command.work_item_id].open = False
                drop, arrive = ([Arrival(*one) for one in data[name]] for name in ("drop", "arrive"))
                execution.move(data["take"], drop, tuple(data["put"]), arrive, data.get("to"), data.get("back"))
            case EventKind.WORK_ITEM_WITHDRAWN:
                self._items[str(command.work_item_id)].vote = None
                vote = data["token"], data["seat"], data["decision"], data["person"], data["following"]
                execution.withdraw_vote(*vote)
            case EventKind.SIGNERS_ADDED:
                execution.add_signers(data["token"], str(command.work_item_id), data["mode"], data["people"])
            case EventKind.SIGNER_REMOVED:
                execution.remove_signer(data["token"], data["person"], data["items"], seat=data["seat"])
            case EventKind.PROCESS_CIRCULATED:
                execution.circulate(data["people"], str(command.activity_id))
            case EventKind.PROCESS_CANCELLED:
                execution.cancel()
            case EventKind.PROCESS_SUSPENDED:
                execution.suspend(command.at)
            case EventKind.PROCESS_RESUMED:
                execution.resume(command.at)
            case EventKind.VARIABLES_CORRECTED:
                execution.correct(data["variables"])
            case EventKind.CONTENT_REDACTED:
                execution.clear(data["edits"])
            case EventKind.PROCESS_MIGRATED:
                if before is None:
                    raise LookupError("migrated before it was started")
                execution.migrate(before.process, data["renamed"])
            case EventKind.DUE_RECOMPUTED:
                for event in consequences:
                    if event.kind == EventKind.TIMER_SET:
                        holder = int(str(event.data["holder"]))
                        execution.correct_timer(holder, str(event.activity_id), timing_of(event.data))

    def _complete(self, execution: Execution, command: HistoryEvent) -> None:
        data: Mapping[str, Any] = command.data
        item = self._open_item(command)
        item.open = False
        decision, opinion = str(data["decision"]), str(data["opinion"])
        if item.role is not WorkItemRole.STEP:
            execution.sign(item.token_id)
            return
        if item.seat is not None:
            item.vote = Vote(item.seat, decision, opinion, command.actor, command.at)
        execution.complete(item.token_id, Completion(decision, opinion, data["variables"]), item.seat)

    def _follow(self, entry: Entry) -> None:
        if entry.kind == EventKind.WORK_ITEM_OPENED:
            seat, role = entry.data["seat"], WorkItemRole(str(entry.data.get("role", WorkItemRole.STEP)))
            token, key = int(str(entry.data["token"])), str(entry.work_item_id)
            item = Seat(token, str(seat) if seat is not None else None, role)
            self._items[key] = self._of_token[token][key] = item
        elif entry.kind == EventKind.WORK_ITEM_CANCELLED:
            self._items[str(entry.work_item_id)].open = False

    def _open_item(self, command: HistoryEvent) -> Seat:
        item = self._items.get(str(command.work_item_id))
        if item is None or not item.open:
            raise self._diverged(command.seq, command.kind, "the work item is not open")
        return item

    def _compare(self, command: HistoryEvent, recorded: Sequence[HistoryEvent], actual: Sequence[Entry]) -> None:
        for event, entry in zip(recorded, actual, strict=False):
            if _essence(event) != _essence(entry) and not self._meets_without(event, entry):
                raise self._diverged(event.seq, _text(event), _text(entry))
        if len(recorded) != len(actual):
            at = recorded[len(actual)] if len(recorded) > len(actual) else command
            raise self._diverged(at.seq, f"{len(recorded)} consequences", str(len(actual)))

    def _meets_without(self, event: HistoryEvent, entry: Entry) -> bool:
        """Tell whether a state is the one that a clearing told of, and nothing but its hash is another."""
        told = self._told.states.get(event.seq)
        if event.kind != EventKind.MARKING_SETTLED or told is None:
            return False
        self.redacted_states += 1
        return canonical.encode({**event.data, "state_hash": told}) == canonical.encode(entry.data)

    def _diverged(self, seq: int, expected: str, actual: str) -> ReplayDiverged:
        return ReplayDiverged(self._instance_id, seq, expected, actual)


class _Listening(_Replay):
    """Executes again and gathers what every call was answered, by command."""

    def __init__(self, versions: Mapping[str, Deployed], instance_id: str, told: Told) -> None:
        super().__init__(versions, instance_id, told)
        self.heard: dict[int, list[Any]] = {}

    def _steps(self, seq: int, stepper: Steps) -> Steps:
        steps = Answering(stepper, self._told.answers.get(seq, {}))
        self.heard[seq] = steps.heard
        return steps


class _Learning(_Replay):
    """Executes without what is cleared, and learns which answers and state hashes are others."""

    def learn_from(self, heard: Mapping[int, Sequence[Any]], picks: Picks, mark: Mark) -> None:
        self._heard, self._picks, self._mark = heard, picks, mark
        self._learned: dict[int, dict[int, Any]] = {}

    def told(self) -> Told:
        return Told(self._told.states, {seq: one for seq, one in self._learned.items() if one})

    def _steps(self, seq: int, stepper: Steps) -> Steps:
        steps = Learning(stepper, self._heard.get(seq, ()), self._picks, self._mark)
        self._learned[seq] = steps.learned
        return steps

    def _meets_without(self, event: HistoryEvent, entry: Entry) -> bool:
        if event.kind == EventKind.MARKING_SETTLED:
            self._told.states[event.seq] = str(entry.data["state_hash"])
        return super()._meets_without(event, entry)


def _failure_of(data: Mapping[str, Any]) -> BusinessError | RecordedFailure:
    if data["error"] == BusinessError.__name__:
        return BusinessError(str(data["facts"]["code"]))
    return RecordedFailure(str(data["error"]), data["facts"])


def _essence(told: HistoryEvent | Entry) -> tuple[str, str | None, str | None, bytes]:
    return str(told.kind), told.activity_id, told.work_item_id, canonical.encode(told.data)


def _text(told: HistoryEvent | Entry) -> str:
    return f"{told.kind} {canonical.encode(told.data).decode()}"
