"""The whole life of a case as a row of moments, one for each event. Pure.

Tokens and the path come from what history tells, which is fast. The variables of a moment come from executing the history again,
which is exact; that is done once, when they are first asked for, and proves the history on the way.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from engine.definitions import Deployed
from engine.marking import Marking
from engine.model import SEND_BACK, WITHDRAW, EventKind, HistoryEvent, ReplayResult, Value, Variables
from engine.parting import written_by
from engine.process import Activity, Process
from engine.replay import replay
from engine.told_tokens import TokensUntold, ToldTokens, commands, told_tokens
from engine.told_work_items import Told, told_work_items
from workflows.cases import INTERVENTION
from workflows.reminders import REMINDER
from workflows.waits import Wait, waits_of

CHECKPOINT = 200
"""After so many commands all variables of the case are kept, between them only what changed."""
PUTTING_ELSEWHERE = frozenset({EventKind.PROCESS_MIGRATED, EventKind.VARIABLES_CORRECTED, EventKind.PROCESS_CANCELLED})


@dataclass(frozen=True)
class Move:
    """A token that was put elsewhere than the flow would: ``mode`` is send_back, withdraw or jump; steps by their ids."""

    seq: int
    mode: str
    origins: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Passage:
    """One time at a step: the events that opened the first and closed the last of its work items; None while one is open."""

    activity_id: str
    opened: int
    closed: int | None


@dataclass(frozen=True)
class Held:
    """What a case held after a command: its own variables, those before it, and what it then waited for.

    ``exact`` is False after the event in which history and execution part: what is shown then is what history tells.
    """

    variables: Variables
    before: Variables
    waits: tuple[Wait, ...]
    exact: bool = True


@dataclass
class Life:
    """A case from its first event to the last one.

    Attributes:
        versions: The definitions it has run on, by hash.
        events: Its whole chain, in order.
    """

    versions: Mapping[str, Deployed]
    events: Sequence[HistoryEvent]
    _traced: "_Trace | None" = field(default=None, repr=False)

    @cached_property
    def standing(self) -> tuple[ToldTokens, ...]:
        """Where the tokens stood, from each event on that has moved any; executed again where history does not say it."""
        processes = {key: one.process for key, one in self.versions.items()}
        try:
            return tuple(told_tokens(processes, self.events))
        except (TokensUntold, LookupError, TypeError, ValueError):
            return tuple(self._trace.standing)

    @cached_property
    def passed(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """The nodes and flows that each command has passed, by the number of the event that says so."""
        settled = (one for one in self.events if one.kind == EventKind.MARKING_SETTLED)
        listed = ((one.seq, one.data.get("passed")) for one in settled)
        return tuple((seq, tuple(map(str, told))) for seq, told in listed if isinstance(told, list) and told)

    @cached_property
    def runs_on(self) -> tuple[tuple[int, str], ...]:
        """From which event on the case runs on which version, by its hash."""
        told = (EventKind.PROCESS_STARTED, EventKind.PROCESS_MIGRATED)
        return tuple((one.seq, str(one.data["definition_hash"])) for one in self.events if one.kind in told)

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """What was sent back, taken back or put elsewhere."""
        moves, activities, standing = [], dict[str, str](), {one.seq: one for one in self.standing}
        before: ToldTokens | None = None
        for event in self.events:
            data: Mapping[str, Any] = event.data
            if event.kind == EventKind.WORK_ITEM_OPENED:
                activities[str(event.work_item_id)] = str(event.activity_id)
            elif event.kind == EventKind.TOKEN_MOVED:
                tokens = before.tokens if before is not None else {}
                taken = [tokens[one] for one in data.get("take", ()) if one in tokens]
                own = activities.get(event.work_item_id or "")
                origins = [own] if own is not None and data["mode"] == SEND_BACK else taken
                moves.append(Move(event.seq, str(data["mode"]), tuple(dict.fromkeys(origins)), str(event.activity_id)))
            before = standing.get(event.seq, before)
        return tuple(moves)

    @cached_property
    def returned(self) -> frozenset[int]:
        """The events by which somebody has decided so that a step before theirs, in the order of first doing, is done again."""
        returned, order = set[int](), dict[str | None, int]()
        for command in commands(self.events):
            first = command[0]
            if first.kind != EventKind.WORK_ITEM_COMPLETED:
                continue
            own = order.setdefault(first.activity_id, len(order))
            opened = (one.activity_id for one in command if one.kind == EventKind.WORK_ITEM_OPENED)
            if any(order.get(one, own) < own for one in opened):
                returned.add(first.seq)
        return frozenset(returned)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every time at a step, in the order in which they began; all seats of a countersign are one."""
        passages: dict[int, Passage] = {}
        tokens, waiting = dict[str, int](), dict[int, set[str]]()
        for event in self.events:
            key = str(event.work_item_id)
            if event.kind == EventKind.WORK_ITEM_OPENED and event.data.get("role", "step") == "step":
                tokens[key] = token = int(str(event.data["token"]))
                waiting.setdefault(token, set()).add(key)
                known = passages.setdefault(token, Passage(str(event.activity_id), event.seq, None))
                passages[token] = replace(known, closed=None)
            elif key in tokens and key in waiting[tokens[key]] and _closes(event):
                token = tokens[key]
                waiting[token].remove(key)
                if not waiting[token]:
                    passages[token] = replace(passages[token], closed=event.seq)
        return tuple(passages.values())

    @cached_property
    def written(self) -> Mapping[str, Sequence[int]]:
        """By variable, the events that have written something else into it than what it held."""
        held: dict[str, Value] = {}
        written: dict[str, list[int]] = {}
        for event in self.events:
            for key, value in written_by(event).items():
                if key not in held or held[key] != value:
                    held[key] = value
                    written.setdefault(key, []).append(event.seq)
        return written

    @cached_property
    def settled(self) -> list[int]:
        """The numbers of the events with which a command settled, in order."""
        return [one.seq for one in self.events if one.kind == EventKind.MARKING_SETTLED]

    def deployed_at(self, seq: int) -> Deployed:
        """Return the version that the case ran on at an event."""
        at = bisect_right(self.runs_on, seq, key=lambda one: one[0])
        return self.versions[self.runs_on[max(at - 1, 0)][1]]

    def find_activity(self, activity_id: str | None, seq: int) -> Activity | None:
        """Return an element as the version of an event says it, or else the latest other version that knows it."""
        others = [self.versions[version] for _seq, version in reversed(self.runs_on)]
        for deployed in (self.deployed_at(seq), *others):
            if activity_id in deployed.process.activities:
                return deployed.process.activity(str(activity_id))
        return None

    def items_at(self, seq: int) -> dict[str, Told]:
        """Return the work items as they were after an event, by id, in the order in which they were opened."""
        return told_work_items(self.events[:seq])

    def standing_at(self, seq: int) -> ToldTokens:
        """Return where the tokens stood after an event."""
        at = bisect_right(self.standing, seq, key=lambda one: one.seq)
        return self.standing[at - 1] if at else ToldTokens(0, {})

    def state_at(self, seq: int) -> str:
        """Return what could be said of the case as a whole after an event."""
        settled = [one for one in self.events[:seq] if one.kind == EventKind.MARKING_SETTLED]
        return str(settled[-1].data["state"]) if settled else "running"

    def held_at(self, seq: int) -> Held:
        """Return what the case held after the command that an event belongs to, which happened in one instant."""
        held = self._trace.held(self.command_of(seq))
        return held if self._settles(seq) else replace(held, before=held.variables)

    def last_held(self, variables: Variables, waits: tuple[Wait, ...]) -> Held:
        """Return what the case holds at its end, without executing it again: what is stored, beside what history tells."""
        if not self._settles(self.events[-1].seq):
            return Held(variables, variables, waits)
        last = self.command_of(self.events[-1].seq)
        first = self.settled[last - 1] if last else 0
        fresh: dict[str, Value] = {}
        for event in self.events[first:]:
            fresh |= written_by(event)
        before = dict(variables)
        for key in fresh:
            before.pop(key, None)
        wanted = set(fresh)
        for event in reversed(self.events[:first]):
            found = wanted & written_by(event).keys() if wanted else ()
            before |= {key: written_by(event)[key] for key in found}
            wanted -= set(found)
            if not wanted:
                break
        return Held(variables, before, waits)

    def prove(self) -> ReplayResult:
        """Execute the history again and return whether it gives what is told."""
        return self._trace.result

    def command_of(self, seq: int) -> int:
        """Return the place, among the commands that settled, of the one that an event belongs to or comes after."""
        return self._places[seq - 1]

    def standing_seq(self, seq: int) -> int:
        """Return the event after which a case stood as it does at an event: the one before its command, until that settles."""
        settles = self.settled[self.command_of(seq)] if self.settled else seq
        return self._begins[seq - 1] - 1 if seq < settles else seq

    def _settles(self, seq: int) -> bool:
        """Tell whether the command of an event let the case settle anew; urging or handing on leaves it as it stands."""
        return bool(self.settled) and self.settled[self.command_of(seq)] >= self._begins[seq - 1]

    @cached_property
    def _begins(self) -> list[int]:
        """The first event of the command of each event."""
        return [command[0].seq for command in commands(self.events) for _event in command]

    @cached_property
    def _places(self) -> list[int]:
        """The place of the command of each event, as above."""
        places: list[int] = []
        settled = 0
        for command in commands(self.events):
            settled += any(one.kind == EventKind.MARKING_SETTLED for one in command)
            places.extend([max(settled - 1, 0)] * len(command))
        return places

    @property
    def _trace(self) -> "_Trace":
        if self._traced is None:
            self._traced = _Trace(self)
        return self._traced


class _Trace:
    """What executing a history again has shown."""

    def __init__(self, life: Life) -> None:
        self.standing: list[ToldTokens] = []
        self._life = life
        self._whole: list[dict[str, Value]] = []
        self._changes: list[dict[str, Value]] = []
        self._waits: list[tuple[Wait, ...]] = []
        self._last: dict[str, Value] = {}
        self.result = replay(life.versions, life.events, self._follow)

    def held(self, command: int) -> Held:
        known = min(command, len(self._changes) - 1)
        if known < 0:
            return Held(self._told_since({}, 0, command), {}, (), exact=False)
        after = self._variables(known)
        if known == command:
            return Held(after, self._variables(command - 1) if command else {}, self._waits[command])
        before = self._told_since(after, known + 1, command - 1)
        return Held(self._told_since(after, known + 1, command), before, (), exact=False)

    def _follow(self, last: HistoryEvent, marking: Marking) -> None:
        if last.kind != EventKind.MARKING_SETTLED:
            return
        variables = marking.variables
        changed = {key: one for key, one in variables.items() if key not in self._last or self._last[key] != one}
        if len(self._changes) % CHECKPOINT == 0:
            self._whole.append(dict(variables))
        self._changes.append(changed)
        self._last |= changed
        tokens = {one.id: one.activity_id for one in marking.tokens}
        self.standing.append(ToldTokens(last.seq, tokens, frozenset(one.id for one in marking.tokens if one.failed)))
        self._waits.append(waits_of(self._process_at(last.seq), marking))

    def _process_at(self, seq: int) -> Process:
        return self._life.deployed_at(seq).process

    def _variables(self, command: int) -> dict[str, Value]:
        checkpoint = command // CHECKPOINT
        variables = dict(self._whole[checkpoint])
        for changed in self._changes[checkpoint * CHECKPOINT + 1 : command + 1]:
            variables |= changed
        return variables

    def _told_since(self, variables: Variables, first: int, last: int) -> dict[str, Value]:
        """Return variables with what history tells of some commands that were not executed again."""
        ends, told = self._life.settled, dict(variables)
        begin = ends[first - 1] if first else 0
        for event in self._life.events[begin : ends[last] if 0 <= last < len(ends) else begin]:
            told |= written_by(event)
        return told


def is_intervention(event: HistoryEvent) -> bool:
    """Tell whether somebody has acted on what was not theirs, or put the case elsewhere than its flow would."""
    moved = event.kind == EventKind.TOKEN_MOVED and event.data.get("mode") == "jump"
    return moved or event.kind in PUTTING_ELSEWHERE or bool(event.data.get(INTERVENTION))


def is_send_back(event: HistoryEvent) -> bool:
    """Tell whether something was sent back or taken back."""
    back = event.kind == EventKind.TOKEN_MOVED and event.data.get("mode") in (SEND_BACK, WITHDRAW)
    return back or event.kind == EventKind.WORK_ITEM_WITHDRAWN


def is_urging(event: HistoryEvent) -> bool:
    """Tell whether somebody was urged, or told that something is due or overdue."""
    if event.kind == EventKind.RECORD_CHANGED:
        return event.data.get("record") == REMINDER
    return event.kind in (EventKind.WORK_ITEM_URGED, EventKind.WORK_ITEM_OVERDUE)


def is_change(event: HistoryEvent) -> bool:
    """Tell whether an event has written something into the form or a record."""
    if event.kind == EventKind.RECORD_CHANGED:
        return True
    return any(not key.startswith("decision_of.") for key in written_by(event))


def _closes(event: HistoryEvent) -> bool:
    closing = (EventKind.WORK_ITEM_COMPLETED, EventKind.WORK_ITEM_CANCELLED, EventKind.WORK_ITEM_READ)
    return event.kind in closing or (event.kind == EventKind.TOKEN_MOVED and event.data.get("mode") == SEND_BACK)
