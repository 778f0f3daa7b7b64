"""Events: how they are awaited, what happens when they happen, who catches what is thrown."""

from abc import abstractmethod
from collections.abc import Sequence

from engine import canonical
from engine.delegates import Timing
from engine.errors import (
    ErrorNotCaught,
    ExecutionFailed,
)
from engine.execution import variables
from engine.execution.board import Board, Step
from engine.history import Entry
from engine.marking import Scope, Token, Watch
from engine.model import (
    EventKind,
    Value,
    Variables,
)
from engine.process import ADDRESSEE, AWAITED, Activity


class Happenings(Board):
    """A board on which events happen."""

    @abstractmethod
    def _decide(self, token: Token | None, activity: Activity, scope: int, *, passed: bool) -> None:
        """Write what was said on the seats of a countersign, and how it ended."""

    def _wait(self, activity: Activity, scope: int, events: Sequence[Activity]) -> None:
        token = self._new_token(activity, scope)
        for event in events:
            self._arm(token.watches, token.id, event, scope)
        if activity.element == "receiveTask":
            self._arm_boundaries(token, activity)

    def _arm_boundaries(self, token: Token, activity: Activity) -> None:
        for event in self._process.boundaries(activity.id):
            if event.trigger is not None and event.trigger.kind in AWAITED:
                self._arm(token.watches, token.id, event, token.scope)

    def _arm_scope(self, scope: Scope) -> None:
        for event in self._process.event_subprocess_starts(scope.container):
            self._arm(scope.watches, scope.id, event, scope.id)

    def _arm(self, watches: dict[str, Watch], holder: int, event: Activity, scope: int) -> None:
        watch = Watch()
        trigger = event.trigger
        if trigger is not None and trigger.kind == "timer":
            timing = self._outside.timer(holder, event, variables.visible(self.marking, scope))
            watch = self._set_timer(holder, event, timing)
        elif trigger is not None and trigger.kind == "message" and event.properties.get("correlation"):
            seen = variables.visible(self.marking, scope)
            names = [name.strip() for name in event.properties["correlation"].split(",")]
            watch.correlation = {name: seen.get(name) for name in names}
        elif trigger is not None and trigger.kind == "conditional":
            self._see_soon((holder, event))
        watches[event.id] = watch

    def _see_soon(self, unseen: tuple[int, Activity] | Step) -> None:
        """Keep what is to be looked at: what comes of one thing before the next, in the order in which it came."""
        place = self._sees_next if self._semantics > 2 else len(self._unseen)  # noqa: PLR2004  (as in _begin_at)
        self._unseen.insert(place, unseen)
        self._sees_next += 1

    def _begin_at(self, step: Step) -> None:
        """Put the first token of a scope at its start, once the conditions that hold already were looked at."""
        if self._semantics > 2:  # noqa: PLR2004  (versions are told by number)
            self._see_soon(step)
        else:
            self._ready.append(step)

    def _look_at_new_conditions(self) -> None:
        """Let conditional events whose condition holds from the start happen, in the order in which they were armed.

        The start of a scope comes after the events that are armed with it: one may happen before it, or instead of it.
        """
        while self._unseen:
            unseen, self._sees_next = self._unseen.popleft(), 0
            if isinstance(unseen, Step):
                self._ready.append(unseen)
                continue
            holder, event = unseen
            watch = self.marking.watches_of(holder).get(event.id)
            if watch is not None:
                token = self.marking.find_token(holder)
                self._look_at(holder, event, watch, token.scope if token is not None else holder)

    def _look_at(self, holder: int, event: Activity, watch: Watch, scope: int) -> bool:
        """Let a conditional event happen if its condition has turned true; tell whether it did."""
        before, watch.met = watch.met, event.trigger is not None and self._holds(event.trigger.text, scope)
        if watch.met and not before:
            self._happen(holder, event, {})
            return True
        return False

    def _set_timer(self, holder: int, event: Activity, timing: Timing) -> Watch:
        begun_at = canonical.instant(timing.begun_at) if timing.begun_at else None
        due_at = canonical.instant(timing.due_at)
        watch = Watch(due_at, timing.provisional, begun_at, timing.text, timing.left)
        told: dict[str, Value] = {
            "holder": holder,
            "due_at": due_at,
            "provisional": timing.provisional,
            "begun_at": begun_at,
            "text": timing.text,
            "left": timing.left,
        }
        self.told.append(Entry(EventKind.TIMER_SET, told, event.id))
        return watch

    def _happen(self, holder: int, event: Activity, payload: Variables) -> None:
        """Let an event happen to a token, or to a scope that has an event subprocess for it."""
        if holder in self.marking.scopes:
            self._start_event_subprocess(self.marking.scopes[holder], event, payload)
            return
        token = self.marking.token(holder)
        self._write(token.scope, payload)
        if event.attached_to is None:
            self._remove(token)
        elif event.interrupting:
            self._interrupt(token)
        else:
            self._await_again(token.watches, token.id, event)
        self._run(Step(event, token.scope, carried_out=True))

    def _interrupt(self, token: Token) -> None:
        self._remove(token)
        if token.tally is not None:
            self._decide(token, self._process.activity(token.activity_id), token.scope, passed=False)

    def _await_again(self, watches: dict[str, Watch], holder: int, event: Activity) -> None:
        """Keep waiting for an event that does not interrupt: a timer as often as its cycle says, others for good."""
        if event.trigger is None or event.trigger.kind != "timer":
            return
        watch = watches[event.id]
        if watch.left is not None and watch.left <= 1:
            del watches[event.id]
            return
        assert watch.due_at is not None
        left = watch.left - 1 if watch.left is not None else None
        timing = self._outside.timer_again(holder, event, watch.text, canonical.parse_instant(watch.due_at), left)
        watches[event.id] = self._set_timer(holder, event, timing)

    def _start_event_subprocess(self, scope: Scope, event: Activity, payload: Variables) -> None:
        self._take_up_again(scope)
        self._write(scope.id, payload)
        if event.interrupting:
            self._empty(scope)
            scope.watches.clear()
        else:
            self._await_again(scope.watches, scope.id, event)
        activity = self._process.activity(event.container)
        token = self._new_token(activity, scope.id)
        try:
            with self._undone_when_it_fails():
                held = self._inputs(activity, variables.visible(self.marking, scope.id))
                number = self.marking.next_id()
                inner = Scope(number, activity.id, token.id, scope.id, local=False, opaque=False, variables=held)
                self.marking.scopes[inner.id] = inner
                self._arm_scope(inner)
                self._ready.append(Step(event, inner.id, carried_out=True))
        except ExecutionFailed as error:
            self._fail_at(token, activity, error)
        self._look_at_new_conditions()

    def _meet_a_condition(self) -> bool:
        """Let one event happen whose condition has become true; remember of the others how they stand."""
        if not self._process.has_conditions:
            return False
        holders: list[tuple[int, int, dict[str, Watch]]] = [
            *((token.id, token.scope, token.watches) for token in self.marking.tokens if not token.failed),
            *((scope.id, scope.id, scope.watches) for scope in self.marking.scopes.values()),
        ]
        for holder, scope, watches in sorted(holders, key=lambda one: one[0]):
            for event_id, watch in list(watches.items()):
                event = self._process.activity(event_id)
                if event.trigger is None or event.trigger.kind != "conditional":
                    continue
                if self._look_at(holder, event, watch, scope):
                    return True
        return False

    def _holds(self, condition: str, scope: int) -> bool:
        try:
            return self._steps.value(condition, variables.visible(self.marking, scope)) is True
        except ExecutionFailed:
            return False

    def _throw_event(self, step: Step, kind: str, name: str | None) -> bool:
        """Throw what a throw or end event throws; False where the thrower itself is gone by that."""
        activity, scope = step.activity, step.scope
        if kind in ("message", "signal"):
            self._send(activity, scope, kind, name or "")
        elif kind == "terminate":
            self._empty(self.marking.scopes[scope])
            self.marking.scopes[scope].watches.clear()
        elif kind == "error":
            if not self._throw(activity, scope, "error", name):
                raise ErrorNotCaught(activity.id, name or "")
            self._passed.append(activity.id)
            return False
        elif kind == "escalation":
            return self._escalate(activity, scope, name)
        elif kind == "link":
            catch = self._process.link_catch(activity)
            if catch is not None:
                self._ready.append(Step(catch, scope))
        return True

    def _send(self, activity: Activity, scope: int, kind: str, name: str) -> None:
        seen = variables.visible(self.marking, scope)
        payload = self._inputs(activity, seen)
        if kind == "signal":
            self.told.append(Entry(EventKind.SIGNAL_THROWN, {"name": name, "payload": payload}, activity.id))
            return
        correlation: dict[str, Value] = {}
        for part in filter(None, (part.strip() for part in activity.properties.get("correlation", "").split(","))):
            variable, _, expression = part.partition("=")
            correlation[variable.strip()] = self._steps.value(f"${{{expression or variable}}}", seen)
        told: dict[str, Value] = {"name": name, "correlation": correlation, "payload": payload}
        if ADDRESSEE in activity.properties:
            told[ADDRESSEE] = self._steps.value(activity.properties[ADDRESSEE], seen)
        self.told.append(Entry(EventKind.MESSAGE_THROWN, told, activity.id))

    def _throw(self, activity: Activity, scope_id: int, kind: str, code: str | None) -> bool:
        """Let the nearest catcher of an error take it: a boundary event of the activity itself, or outwards; tell if one did."""
        own = self._catching(self._process.boundaries(activity.id), kind, code)
        if own is not None:
            self._ready.append(Step(own, scope_id, carried_out=True))
            return True
        catcher = self._catcher(scope_id, kind, code)
        if catcher is None:
            return False
        self._happen(*catcher, {})
        return True

    def _escalate(self, activity: Activity, scope_id: int, code: str | None) -> bool:
        catcher = self._catcher(scope_id, "escalation", code)
        if catcher is None:
            return True
        holder, event = catcher
        self._happen(holder, event, {})
        alive = scope_id in self.marking.scopes and not (event.interrupting and holder == scope_id)
        if not alive:
            self._passed.append(activity.id)
        return alive

    def _catcher(self, scope_id: int, kind: str, code: str | None) -> tuple[int, Activity] | None:
        """Return who takes an error or escalation thrown in a scope, looking outwards, and by which event."""
        scope: Scope | None = self.marking.scopes[scope_id]
        while scope is not None:
            starts = [self._process.activity(event_id) for event_id in scope.watches]
            event = self._catching(starts, kind, code)
            if event is not None:
                return scope.id, event
            if scope.token is None or scope.parent is None:
                return None
            token = self.marking.token(scope.token)
            event = self._catching(self._process.boundaries(token.activity_id), kind, code)
            if event is not None:
                return token.id, event
            scope = self.marking.scopes[scope.parent]
        return None

    @staticmethod
    def _catching(events: Sequence[Activity], kind: str, code: str | None) -> Activity | None:
        able = [event for event in events if event.trigger is not None and event.trigger.kind == kind]
        exact = [event for event in able if event.trigger is not None and event.trigger.name == code]
        any_code = [event for event in able if event.trigger is not None and event.trigger.name is None]
        return next(iter([*exact, *any_code]), None)
