"""Where the tokens of a case stood after each command, as its history tells it, without executing anything again. Pure.

A command tells by number which tokens it has made and taken away, and of most where they stand: at the step of their work item,
their incident, their timer, their slow service. The others wait at a subprocess, a call, a gateway or an event, and are found by
the flows that the command passed. That is much faster than executing again, which proves what is told here.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.model import INPUTS, UNMARKING, EventKind, HistoryEvent
from engine.process import CATCHING, Process

TELLING_SEMANTICS = 3
"""Since this version a command tells which tokens it has made and taken away."""
_AT_A_TOKEN = frozenset({EventKind.WORK_ITEM_OPENED, EventKind.SERVICE_REQUESTED, EventKind.INCIDENT_OPENED})
_HAPPENED = frozenset({EventKind.TIMER_FIRED, EventKind.MESSAGE_RECEIVED, EventKind.SIGNAL_RECEIVED})


@dataclass(frozen=True)
class ToldTokens:
    """Where the tokens stand from an event on: the activity of each, by its number; ``failed`` are those of incidents."""

    seq: int
    tokens: Mapping[int, str]
    failed: frozenset[int] = frozenset()


class TokensUntold(LookupError):
    """A history does not say enough: it is of an older version of the semantics, or contradicts itself."""


def told_tokens(processes: Mapping[str, Process], events: Sequence[HistoryEvent]) -> Iterator[ToldTokens]:
    """Yield where the tokens stand after each command that has moved any.

    Args:
        processes: The versions the case has run on, by the hash of their definition.
        events: The whole chain of the case, in order.

    Yields:
        One for each command that settled, with the number of the event that says so.

    Raises:
        TokensUntold: The history does not say where a token stands.
    """
    teller = _Teller(processes)
    for command in commands(events):
        settled = next((one for one in reversed(command) if one.kind == EventKind.MARKING_SETTLED), None)
        if command[0].kind not in UNMARKING and settled is not None:
            yield teller.follow(command, settled)


def commands(events: Sequence[HistoryEvent]) -> Iterator[list[HistoryEvent]]:
    """Yield the events of each command: its input, and what follows from it or is told with it."""
    command: list[HistoryEvent] = []
    for event in events:
        if event.kind in INPUTS and command:
            yield command
            command = []
        command.append(event)
    if command:
        yield command


class _Teller:
    def __init__(self, processes: Mapping[str, Process]) -> None:
        self._processes = processes
        self._process: Process | None = None
        self._tokens: dict[int, str] = {}
        self._failed: frozenset[int] = frozenset()

    def follow(self, command: Sequence[HistoryEvent], settled: HistoryEvent) -> ToldTokens:
        first = command[0]
        data: Mapping[str, Any] = first.data
        if first.kind in (EventKind.PROCESS_STARTED, EventKind.PROCESS_MIGRATED):
            self._process = self._processes.get(str(data["definition_hash"]))
        if first.kind == EventKind.PROCESS_MIGRATED:
            renamed = data["renamed"]
            self._tokens = {key: str(renamed.get(one, one)) for key, one in self._tokens.items()}
        if self._process is None or int(data["semantics_version"]) < TELLING_SEMANTICS:
            raise TokensUntold(str(first.seq))
        moved: Any = settled.data.get("moved") or {}
        made, gone = [int(one) for one in moved.get("made", ())], {int(one) for one in moved.get("gone", ())}
        if gone - self._tokens.keys():
            raise TokensUntold(str(settled.seq))
        left = [self._tokens[one] for one in sorted(gone)]
        kept = {key: one for key, one in self._tokens.items() if key not in gone}
        places = self._places(self._process, command, settled, made, left)
        self._tokens = {**kept, **{one: places[one] for one in sorted(made)}}
        self._failed = self._incidents(command)
        return ToldTokens(settled.seq, self._tokens, self._failed)

    def _incidents(self, command: Sequence[HistoryEvent]) -> frozenset[int]:
        failed = set(self._failed)
        if command[0].kind == EventKind.INCIDENT_RETRIED:
            failed.discard(int(str(command[0].data["token"])))
        for event in command:
            if event.kind == EventKind.INCIDENT_OPENED:
                failed.add(int(str(event.data["token"])))
            elif event.kind == EventKind.INCIDENT_CLOSED:
                failed.discard(int(str(event.data["token"])))
        return frozenset(failed & self._tokens.keys())

    def _places(
        self,
        process: Process,
        command: Sequence[HistoryEvent],
        settled: HistoryEvent,
        made: Sequence[int],
        left: Sequence[str],
    ) -> dict[int, str]:
        """Return where the tokens stand that a command has made."""
        places = {
            token: place for event in command for token, place in _named(process, event, set(made)) if token in made
        }
        hidden = sorted(one for one in made if one not in places)
        if hidden:
            waiting = _waiting(process, command[0], settled, left, Counter(places.values()))
            if len(waiting) < len(hidden):
                raise TokensUntold(str(settled.seq))
            places |= zip(hidden, waiting[-len(hidden) :], strict=True)
        return places


def _named(process: Process, event: HistoryEvent, made: set[int]) -> Iterator[tuple[int, str]]:
    """Yield a token and where it stands, where an event names both."""
    if event.kind in _AT_A_TOKEN:
        yield int(str(event.data["token"])), str(event.activity_id)
    elif event.kind == EventKind.TIMER_SET and event.activity_id is not None:
        timer = process.activity(event.activity_id)
        holder = int(str(event.data["holder"]))
        if timer.attached_to is not None:
            yield holder, timer.attached_to
        elif timer.element in CATCHING and holder in made:
            gates = [flow.source for flow in process.incoming(timer.id)]
            behind = [one for one in gates if process.activity(one).element == "eventBasedGateway"]
            yield holder, behind[0] if behind else timer.id


def _waiting(
    process: Process, first: HistoryEvent, settled: HistoryEvent, left: Sequence[str], named: Counter[str]
) -> list[str]:
    """Return the places at which tokens of a command have come to wait without an event that names them, in order."""
    passed = [str(one) for one in settled.data["passed"]]  # type: ignore[union-attr]  # a list of ids
    flows = {flow.id: flow.target for flow in process.flows}
    entered: list[str] = []
    if first.kind in (EventKind.TOKEN_MOVED, EventKind.INCIDENT_RETRIED):
        entered.append(str(first.activity_id))
    elif first.kind in _HAPPENED and first.activity_id is not None:
        entered.extend(_started(process, first.activity_id))
    for one in passed:
        entered.extend([flows[one]] if one in flows else _started(process, one) if one != first.activity_id else ())
    through = Counter(passed)
    through.subtract(Counter(left))
    entries: deque[str] = deque()
    for place in entered:
        if not _may_wait(process, place):
            continue
        if through[place] > 0:
            through[place] -= 1  # came and went on in the same command
        elif named[place] > 0:
            named[place] -= 1
        else:
            entries.append(place)
    return list(entries)


def _started(process: Process, start: str) -> list[str]:
    """Return the event subprocess that a start event has started, if it is of one."""
    activity = process.activities.get(start)
    if activity is None or activity.element != "startEvent" or activity.container not in process.activities:
        return []
    return [activity.container] if process.activity(activity.container).by_event else []


def _may_wait(process: Process, place: str) -> bool:
    activity = process.activities.get(place)
    return activity is not None and (
        activity.is_scope or activity.element in CATCHING or activity.element == "eventBasedGateway"
    )
