"""Hands what a case was once given to another definition, and says where it goes another way.

A replay proves that the same definition gives the same events; a trial asks what another one would make of the same inputs. So
it is lenient where a replay is strict: what people have decided is handed in when the step they decided at is reached, whatever
came before; a step that nobody ever decided at goes on by a decision that agrees, and what services returned is taken from
history. Nothing is written, and no service is called: the case lives in memory. Who would have to act at a step that is new, or
is given to others than before, is asked of the office as it is now.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import canonical
from engine.commands.outside import LiveOutside
from engine.definitions import Deployed
from engine.delegates import Assignment, Skip, Vocabulary, Vote
from engine.errors import BusinessError, MoveRefused, ProcessError
from engine.execution import moves
from engine.execution.execution import Execution
from engine.given import Command, commands_of, steps_in, steps_of
from engine.history import Entry
from engine.marking import Marking, Token, new_marking
from engine.model import Completion, EventKind, HistoryEvent, ServiceResult, Variables, WorkItemRole
from engine.process import PERSON_TASKS, SEAT_DECISIONS, Activity, Process

MOST_MORE = 100
"""How many commands more than it once took a case may take before it is given up."""
MOST_NODES = 5_000
"""How many nodes of a case are passed before it is given up."""
WAITS, REFUSES_ONLY, GOES_ON, UNFITTING = "waits", "refuses_only", "goes_on", "unfitting"
"""Why a case is stuck where no error says so: nothing of what it waits for has ever come; a step can only be refused; it comes to
no end; what history holds cannot be carried out."""


ANSWERS = frozenset({EventKind.WORK_ITEM_OPENED, EventKind.WORK_ITEM_SKIPPED})


@dataclass(frozen=True)
class Stuck:
    """Where a case cannot go on, and why: the name of an error with its facts, or one of the reasons above."""

    activity_id: str
    reason: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Tried:
    """What became of a case.

    Attributes:
        before: The steps and automatic tasks it once came to, in order.
        after: Those it came to now.
        stuck: Why it did not come to its end, where it did not.
        assumed: The steps that went on by a decision nobody has ever made.
        uncalled: The services that were never called for it before, and were not called now.
        nodes: How many nodes were passed.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    stuck: Stuck | None
    assumed: tuple[str, ...]
    uncalled: tuple[str, ...]
    nodes: int


@dataclass
class Item:
    """A work item as a trial knows it."""

    activity_id: str
    token_id: int
    seat: str | None
    role: WorkItemRole
    open: bool = True
    vote: Vote | None = None


class _StuckError(Exception):
    def __init__(self, activity_id: str, reason: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.stuck = Stuck(activity_id, reason, facts or {})


def attempt(
    connection: Connection, vocabulary: Vocabulary, old: Process, new: Deployed, events: Sequence[HistoryEvent]
) -> Tried:
    """Hand a finished case's inputs to another definition.

    Args:
        connection: For reading.
        vocabulary: What the engine was handed.
        old: The process the case ended on.
        new: The other definition.
        events: The whole chain of the case, in order.

    Returns:
        Which way it went.
    """
    commands = commands_of(events)
    trial = _Trial(connection, vocabulary, old, new, commands)
    stuck = None
    try:
        trial.run()
    except _StuckError as error:
        stuck = error.stuck
    before = steps_of(old, commands)
    return Tried(before, tuple(trial.after), stuck, tuple(trial.assumed), tuple(trial.uncalled), trial.nodes)


class _TrialOutside(LiveOutside):
    """Answers from history where it can, and asks the office for the rest, which only reads."""

    def __init__(self, trial: "_Trial", connection: Connection, vocabulary: Vocabulary, now: datetime) -> None:
        super().__init__(connection, vocabulary, trial.instance_id, now, trial.new.process)
        self._trial = trial

    def assign(
        self, work_item_id: str, activity: Activity, scope: Variables, to: str | None = None, *, may_skip: bool = False
    ) -> Assignment:
        recorded = self._trial.recorded_assignment(activity)
        if recorded is not None and (may_skip or recorded.skip is None):
            return recorded
        return super().assign(work_item_id, activity, scope, to)

    def call(self, activity: Activity, inputs: Variables) -> ServiceResult:
        return self._trial.recorded_result(activity)

    def votes(self, token_id: int) -> list[Vote]:
        return [one.vote for one in self._trial.items.values() if one.token_id == token_id and one.vote is not None]

    def open_items(self, token_id: int) -> list[str]:
        return [key for key, one in self._trial.items.items() if one.token_id == token_id and one.open]


class _Trial:
    def __init__(
        self,
        connection: Connection,
        vocabulary: Vocabulary,
        old: Process,
        new: Deployed,
        commands: Sequence[Command],
    ) -> None:
        self._connection = connection
        self._vocabulary = vocabulary
        self._old = old
        self.new = new
        self._process = new.process
        self._left = deque(commands)
        self._most_commands = len(commands) + MOST_MORE
        self.instance_id = commands[0].input.chain
        self.items: dict[str, Item] = {}
        self.after: list[str] = []
        self.assumed: list[str] = []
        self.uncalled: list[str] = []
        self.nodes = 0
        self._marking = Marking()
        self._now = commands[0].input.at
        self._seen: set[int] = set()
        told = [one for command in commands for one in command.consequences]
        self._opened = {one.work_item_id: one for one in told if one.kind == EventKind.WORK_ITEM_OPENED}
        self._answers: dict[str | None, deque[HistoryEvent]] = {}
        self._results: dict[str | None, deque[HistoryEvent]] = {}
        for one in told:
            if one.kind == EventKind.SERVICE_RETURNED:
                self._results.setdefault(one.activity_id, deque()).append(one)
            elif one.kind in ANSWERS and "role" not in one.data:
                self._answers.setdefault(one.activity_id, deque()).append(one)
        self._failures = {(one.activity_id, one.data["error"]) for one in told if one.kind == EventKind.INCIDENT_OPENED}

    def recorded_assignment(self, activity: Activity) -> Assignment | None:
        """Return whose a step was, or that it was skipped, unless the draft gives it to others."""
        before = self._old.activities.get(activity.id)
        if before is None or _given_to(before) != _given_to(activity):
            return None
        answers = self._answers.get(activity.id)
        if not answers:
            return None
        event = answers.popleft() if len(answers) > 1 else answers[0]
        data: Mapping[str, Any] = event.data
        if event.kind == EventKind.WORK_ITEM_SKIPPED:
            return Assignment(None, skip=Skip(data["person"], data["reason"], data["decision"]))
        return Assignment(data["assignee"], tuple(data["candidates"]))

    def recorded_result(self, activity: Activity) -> ServiceResult:
        """Return what a service returned next, or last, at this step; nothing where it was never called there."""
        results = self._results.get(activity.id)
        if not results:
            self.uncalled.append(activity.id)
            return ServiceResult()
        event = results.popleft() if len(results) > 1 else results[0]
        if "error" in event.data:
            raise BusinessError(str(event.data["error"]))
        data: Mapping[str, Any] = event.data
        return ServiceResult(data["variables"])

    def run(self) -> None:
        """Hand in everything, then let what is left go on; raise ``_StuckError``."""
        self._start(self._left.popleft().input)
        while self._marking.tokens:
            if not self._left:
                self._go_on()
                continue
            event = self._left[0].input
            self._now = max(self._now, event.at)
            if self._fire_new_timer():
                continue
            if self._hand_in(event) or not self._make_way(event):
                self._left.popleft()

    def _start(self, event: HistoryEvent) -> None:
        data: Mapping[str, Any] = event.data
        started_by = data.get("event") if data.get("event") in self._process.activities else None
        self._marking = new_marking(self._process.key, data["variables"])
        self._command(lambda execution: execution.start(started_by), self._process.start.id)

    def _hand_in(self, event: HistoryEvent) -> bool:
        """Hand in an input where the case can take it; True also for those that move nothing."""
        data: Mapping[str, Any] = event.data
        match event.kind:
            case EventKind.WORK_ITEM_COMPLETED:
                return self._complete_as(event)
            case EventKind.TIMER_FIRED:
                return self._happen(event, "timer", {})
            case EventKind.MESSAGE_RECEIVED | EventKind.SIGNAL_RECEIVED:
                return self._happen(event, "", data["payload"])
            case EventKind.SERVICE_FINISHED:
                token = self._requested(str(event.activity_id))
                if token is not None:
                    self._finish(token, data["variables"])
                return token is not None
            case EventKind.SERVICE_FAILED:
                return self._fail_as(event)
            case EventKind.INCIDENT_RETRIED:
                token = next((one for one in self._marking.tokens if one.failed), None)
                if token is not None:
                    self._command(lambda execution: execution.retry(token.id), token.activity_id)
                return True
            case EventKind.TOKEN_MOVED:
                return self._move_as(event)
            case EventKind.SIGNERS_ADDED if data["mode"] == "parallel":
                return self._add_seats(event)
            case EventKind.SIGNER_REMOVED if data["seat"]:
                return self._remove_seat(event)
            case EventKind.VARIABLES_CORRECTED:
                self._command(lambda execution: execution.correct(data["variables"]), self._process.start.id)
                return True
        return True

    def _complete_as(self, event: HistoryEvent) -> bool:
        opened = self._opened.get(event.work_item_id)
        if opened is not None and "role" in opened.data:
            return True  # a signer who was asked besides; nobody was asked now
        data: Mapping[str, Any] = event.data
        found = self._open_item(str(event.activity_id), data["seat"])
        if found is None:
            return False
        self._complete(found, str(data["decision"]), str(data["opinion"]), data["variables"], event.actor)
        return True

    def _complete(self, item_id: str, decision: str, opinion: str, values: Variables, actor: str) -> None:
        item = self.items[item_id]
        item.open = False
        if item.seat is not None:
            item.vote = Vote(item.seat, decision, opinion, actor, self._now)
        completion = Completion(decision, opinion, values)
        self._command(lambda execution: execution.complete(item.token_id, completion, item.seat), item.activity_id)

    def _happen(self, event: HistoryEvent, kind: str, payload: Variables) -> bool:
        event_id = str(event.activity_id)
        holder = self._holder(event_id)
        if holder is None:
            return False
        if kind == "timer":
            self._command(lambda execution: execution.fire_timer(holder, event_id), event_id)
        else:
            self._command(lambda execution: execution.receive(holder, event_id, payload), event_id)
        return True

    def _finish(self, token: Token, values: Variables) -> None:
        self._command(lambda execution: execution.finish_service(token.id, ServiceResult(values)), token.activity_id)

    def _fail_as(self, event: HistoryEvent) -> bool:
        """Let a service fail in a way that the flow may deal with; of others somebody has tried again."""
        data: Mapping[str, Any] = event.data
        if data["error"] != BusinessError.__name__:
            return True
        token = self._requested(str(event.activity_id))
        if token is not None:
            error = BusinessError(str(data["facts"]["code"]))
            self._command(lambda execution: execution.fail_service(token.id, error), token.activity_id)
        return token is not None

    def _move_as(self, event: HistoryEvent) -> bool:
        data: Mapping[str, Any] = event.data
        to = data["put"][0]
        opened = self._opened.get(event.work_item_id)
        if to not in self._process.activities:
            return True
        if opened is None:
            self._move(to, lambda: moves.jump(self._process, self._marking, to, None))
            return True
        found = self._open_item(str(opened.activity_id), self._seat_of(opened))
        if found is None:
            return False
        item = self.items[found]
        token, direct = self._marking.token(item.token_id), "back" in data
        item.open = False
        targets = moves.send_back_targets(self._process, self._marking, token)
        block = next((one for one in targets if one.split == to), None)
        back = [item.activity_id, token.scope, None, token.back] if direct else None
        if block is not None:
            self._move(
                to, lambda: moves.send_back(self._process, self._marking, token, block.activity_id, whole_block=True)
            )
        else:
            self._move(
                to, lambda: moves.plan_send_back(self._process, self._marking, token.id, to, direct=direct), back
            )
        return True

    def _move(self, to: str, plan: Any, back: list[Any] | None = None) -> None:
        try:
            move: moves.Move = plan()
        except MoveRefused as error:
            raise _StuckError(to, error.error_name, dict(error.facts())) from error
        self._command(
            lambda execution: execution.move(move.take, move.drop, move.put, move.arrive, None, back), move.put[0]
        )

    def _add_seats(self, event: HistoryEvent) -> bool:
        opened = self._opened.get(event.work_item_id)
        found = self._open_item(str(event.activity_id), self._seat_of(opened)) if opened is not None else None
        if found is not None:
            people: Any = event.data["people"]
            token_id = self.items[found].token_id
            self._command(
                lambda execution: execution.add_signers(token_id, found, "parallel", people), str(event.activity_id)
            )
        return found is not None

    def _remove_seat(self, event: HistoryEvent) -> bool:
        person = str(event.data["person"])
        found = self._open_item(str(event.activity_id), person)
        if found is not None:
            item = self.items[found]
            self._command(
                lambda execution: execution.remove_signer(item.token_id, person, [found], seat=True), item.activity_id
            )
        return True

    def _make_way(self, event: HistoryEvent) -> bool:
        """Let something go on that stands before an input that cannot be handed in yet; False where nothing does."""
        place = str(event.activity_id)
        if place not in self._process.activities:
            return False
        due = {one.input.activity_id for one in self._left if one.input.kind == EventKind.WORK_ITEM_COMPLETED}
        standing = self._standing()
        for token in standing:
            if token.activity_id not in due:
                self._assume(token)
                return True
        for later in self._left:
            completes = later.input is not event and later.input.kind == EventKind.WORK_ITEM_COMPLETED
            place = str(later.input.activity_id)
            if completes and self._open_item(place, self._seat_of(later.input)) is not None:
                self._left.remove(later)
                self._hand_in(later.input)
                return True
        return self._let_wait_end()

    def _go_on(self) -> None:
        """Let the case go on where nothing is left to be handed in."""
        for token in self._standing():
            self._assume(token)
            return
        if self._let_wait_end():
            return
        token = self._marking.tokens[0]
        failed = next((one for one in self._marking.tokens if one.failed), None)
        raise _StuckError((failed or token).activity_id, WAITS)

    def _let_wait_end(self) -> bool:
        """Let a timer of the way fire, or a service that nobody has ever asked for return nothing."""
        for token in self._marking.tokens:
            if token.requested:
                self.uncalled.append(token.activity_id)
                self._finish(token, {})
                return True
            if token.failed or self._process.activity(token.activity_id).element in PERSON_TASKS:
                continue
            timer = next((key for key, watch in token.watches.items() if watch.due_at is not None), None)
            if timer is not None:
                self._command(lambda execution, held=token.id, key=timer: execution.fire_timer(held, key), timer)
                return True
        return False

    def _assume(self, token: Token) -> None:
        activity = self._process.activity(token.activity_id)
        decision = self._agreeing(activity)
        found = next(key for key, one in self.items.items() if one.token_id == token.id and one.open)
        if activity.id not in self.assumed:
            self.assumed.append(activity.id)
        self._complete(found, decision, "", {}, "")

    def _agreeing(self, activity: Activity) -> str:
        if activity.countersign is not None:
            offered = [one.value for one in activity.decisions or SEAT_DECISIONS]
            return next((one for one in offered if one in activity.countersign.agreeing), offered[0])
        refusing = self._vocabulary.refusing
        decision = next((one.value for one in activity.decisions if one.value not in refusing), None)
        if decision is None:
            raise _StuckError(activity.id, REFUSES_ONLY)
        return decision

    def _fire_new_timer(self) -> bool:
        """Let a timer fire that the draft has and history has not, where it is due before the next input."""
        due = {one.input.activity_id for one in self._left}
        for token in self._marking.tokens:
            if token.activity_id not in due:
                continue  # a step that nobody has ever decided at goes on at once
            for event_id, watch in token.watches.items():
                if watch.due_at is None or not self._is_new_timer(event_id):
                    continue
                if canonical.parse_instant(watch.due_at) <= self._now:
                    self._command(
                        lambda execution, held=token.id, key=event_id: execution.fire_timer(held, key), event_id
                    )
                    return True
        return False

    def _is_new_timer(self, event_id: str) -> bool:
        before = self._old.activities.get(event_id)
        return before is None or before.trigger != self._process.activity(event_id).trigger

    def _standing(self) -> list[Token]:
        """Return the tokens at steps that wait for a person."""
        waiting = {one.token_id for one in self.items.values() if one.open and one.role is WorkItemRole.STEP}
        return [one for one in self._marking.tokens if one.id in waiting and not one.failed]

    def _open_item(self, activity_id: str, seat: object) -> str | None:
        fitting = (
            key
            for key, one in self.items.items()
            if one.open and one.activity_id == activity_id and one.role is WorkItemRole.STEP and one.seat == seat
        )
        return next(fitting, None)

    def _seat_of(self, told: HistoryEvent) -> object:
        return told.data.get("seat")

    def _requested(self, activity_id: str) -> Token | None:
        """Return the token that waits for a service at this task."""
        return next((one for one in self._marking.tokens if one.activity_id == activity_id and one.requested), None)

    def _holder(self, event_id: str) -> int | None:
        holders: list[Any] = [*self._marking.tokens, *self._marking.scopes.values()]
        return next((one.id for one in holders if event_id in one.watches), None)

    def _command(self, carry_out: Any, at: str) -> None:
        """Execute one command and take up what it tells; raise ``_StuckError`` where it fails."""
        self._most_commands -= 1
        if self._most_commands < 0 or self.nodes > MOST_NODES:
            raise _StuckError(at, GOES_ON)
        outside = _TrialOutside(self, self._connection, self._vocabulary, self._now)
        execution = Execution(self.new.stepper, self._marking, self.instance_id, outside, frozenset(), unattended=True)
        try:
            carry_out(execution)
        except ProcessError as error:
            raise _StuckError(at, error.error_name, dict(error.facts())) from error
        except (LookupError, TypeError, ValueError, AssertionError) as error:
            raise _StuckError(at, UNFITTING) from error
        settled = execution.settled("")
        self.nodes += len(settled.data["passed"])  # type: ignore[arg-type]
        told = [*execution.told, settled]
        for entry in told:
            self._follow(entry)
        self.after.extend(steps_in(self._process, told, self._seen))
        for entry in told:
            again = (entry.activity_id, entry.data.get("error")) in self._failures
            if entry.kind == EventKind.INCIDENT_OPENED and not again:
                facts: Any = entry.data["facts"]
                raise _StuckError(str(entry.activity_id), str(entry.data["error"]), facts)

    def _follow(self, entry: Entry) -> None:
        if entry.kind == EventKind.WORK_ITEM_OPENED:
            data: Mapping[str, Any] = entry.data
            role = WorkItemRole(str(data.get("role", WorkItemRole.STEP)))
            self.items[str(entry.work_item_id)] = Item(str(entry.activity_id), data["token"], data["seat"], role)
        elif entry.kind == EventKind.WORK_ITEM_CANCELLED:
            self.items[str(entry.work_item_id)].open = False


def _given_to(activity: Activity) -> tuple[object, ...]:
    """Return what says whose a step is."""
    asked = activity.assignee, activity.candidate_users, activity.candidate_groups, activity.lane, activity.countersign
    return (*asked, *(activity.properties.get(name) for name in ("when_empty", "when_initiator", "same_person")))
