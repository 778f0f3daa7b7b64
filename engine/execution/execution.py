"""One command on one case: where tokens go, what they leave behind, what is told of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine import canonical
from engine import marking as markings
from engine.delegates import Assignment, Timing
from engine.errors import (
    BusinessError,
    ExecutionFailed,
    JoinStarved,
    LoopWithoutPerson,
)
from engine.execution import joins, migration, variables
from engine.execution.board import Step
from engine.execution.signing import Signing
from engine.history import Entry
from engine.marking import ROOT, Arrival, Scope, Token
from engine.model import (
    Completion,
    EventKind,
    InstanceState,
    ServiceResult,
    Value,
    Variables,
    WorkItemRole,
)
from engine.process import AWAITED, CATCHING, PERSON_TASKS, Activity, Flow, Process
from engine.redacted import edited


class Execution(Signing):
    """One command on one case. Make it, call one of its commands, then read ``told``."""

    def start(self, event_id: str | None = None) -> None:
        """Put the first token on a start event, by default the one that people start, and let it run."""
        start = self._process.activity(event_id) if event_id else self._process.start
        self._arm_scope(self.marking.scopes[ROOT])
        self._begin_at(Step(start, ROOT))
        self._look_at_new_conditions()
        self._settle()

    def complete(self, token_id: int, completion: Completion, seat: str | None = None) -> None:
        """Complete a person's step, or one seat of it, and let the token run on when it is decided."""
        token = self.marking.token(token_id)
        activity = self._process.activity(token.activity_id)
        self._write(token.scope, {**completion.variables, f"decision_of.{activity.local_id}": completion.decision})
        if activity.countersign is not None and token.tally is not None and seat is not None:
            self._vote(token, activity, seat, completion.decision)
        elif token.signers:
            self._hold(token, activity, completion.decision)
        else:
            self._done(token, activity, completion.decision)
        self._settle()

    def retry(self, token_id: int) -> None:
        """Try again what failed."""
        token = self.marking.token(token_id)
        activity = self._process.activity(token.activity_id)
        token.failed = False
        if token.runs is not None:
            self._go_on_as_far_as_possible(token, activity)
        elif token.tally is not None:
            self._open_next_seat(token, token.tally, activity)
        elif not self._scopes_of(token):  # an inner scope that could not end is tried again when things settle
            self.marking.tokens.remove(token)
            if token.carried_out:
                self._ready.append(Step(activity, token.scope, token.decision, carried_out=True))
            elif activity.element in PERSON_TASKS:
                self._open(activity, token.scope, back=token.back)
            elif not joins.is_join(self._process, activity) or self._enabled(activity, token.scope):
                self._ready.append(Step(activity, token.scope, token.decision))
        self._settle()

    def fire_timer(self, holder: int, event_id: str) -> None:
        """Let a timer that a token or scope waits for happen."""
        self._happen(holder, self._process.activity(event_id), {})
        self._settle()

    def receive(self, holder: int, event_id: str, payload: Variables) -> None:
        """Hand a message or signal to a token or scope that waits for it."""
        self._happen(holder, self._process.activity(event_id), payload)
        self._settle()

    def finish_service(self, token_id: int, result: ServiceResult) -> None:
        """Take what a slow service returned."""
        token = self.marking.token(token_id)
        activity = self._process.activity(token.activity_id)
        self.records.extend(result.records)
        self.marking.tokens.remove(token)
        try:
            seen = variables.visible(self.marking, token.scope)
            self._write(token.scope, self._mapped(activity, seen, result.variables))
        except ExecutionFailed as error:
            self._fail(Step(activity, token.scope, carried_out=True), error)
        else:
            self._ready.append(Step(activity, token.scope, carried_out=True))
        self._settle()

    def fail_service(self, token_id: int, error: ExecutionFailed) -> None:
        """Take that a slow service failed: a business error is thrown at the token, any other makes an incident."""
        token = self.marking.token(token_id)
        activity = self._process.activity(token.activity_id)
        self._remove(token)
        error.from_outside = False  # the command itself says why
        if not isinstance(error, BusinessError) or not self._throw(activity, token.scope, "error", error.code):
            self._fail(Step(activity, token.scope), error)
        self._settle()

    def move(
        self,
        take: Sequence[int],
        drop: Sequence[Arrival],
        put: tuple[str, int] | None,
        arrive: Sequence[Arrival],
        to: str | None = None,
        back: list[Any] | None = None,
    ) -> None:
        """Edit the marking: take tokens and arrivals away, put a token at an activity, let arrivals be, and run on.

        ``to`` is whose step it then is, where that is known; ``back`` where its token goes straight once it is completed.
        """
        if put is not None:
            self._take_up_again(self.marking.scopes[put[1]])
        for token_id in take:
            token = self.marking.find_token(token_id)
            if token is not None:
                self._remove(token)
        for one in drop:
            if one in self.marking.arrivals:
                self.marking.arrivals.remove(one)
        self.marking.arrivals.extend(arrive)
        if put is not None:
            activity_id, scope = put
            self._enter(self._process.activity(activity_id), scope, None, None, to, back)
        self._settle()

    def cancel(self) -> None:
        """End the case where it stands: everything in it is taken away."""
        for scope in [scope for scope in self.marking.scopes.values() if scope.token is None]:
            self._empty(scope)
            scope.watches.clear()
        self.marking.cancelled = True
        self.marking.suspended_at = None

    def suspend(self, at: datetime) -> None:
        """Let the case wait for nothing until it is resumed."""
        self.marking.suspended_at = canonical.instant(at)

    def resume(self, at: datetime) -> datetime:
        """Let the case go on; its timers are due later by as long as it was suspended. Return since when it was."""
        suspended_at = canonical.parse_instant(self.marking.suspended_at or "")
        self.marking.suspended_at = None
        holders: list[Token | Scope] = [*self.marking.tokens, *self.marking.scopes.values()]
        for holder in holders:
            for event_id, watch in holder.watches.items():
                if watch.due_at is not None:
                    due_at = canonical.parse_instant(watch.due_at)
                    begun_at = canonical.parse_instant(watch.begun_at) if watch.begun_at else None
                    timing = Timing(due_at, watch.provisional, begun_at, watch.text, watch.left)
                    event = self._process.activity(event_id)
                    if begun_at is None:
                        timing = replace(timing, due_at=due_at + (at - suspended_at))
                    else:
                        timing = self._outside.timer_resumed(holder.id, event, timing, suspended_at)
                    holder.watches[event_id] = self._set_timer(holder.id, event, timing)
        return suspended_at

    def circulate(self, people: Sequence[str], activity_id: str) -> None:
        """Hand copies of the case to people; they hang on no token, and nothing that moves the case takes them away."""
        activity = self._process.activity(activity_id)
        for person in people:
            work_item_id = f"{self._instance_id}-{self.marking.next_id()}"
            self._tell_opened(work_item_id, 0, activity, None, Assignment(person), WorkItemRole.COPY, None)

    def correct(self, values: Variables) -> None:
        """Write other values of the case's own variables; nothing moves but what waits for a condition about them."""
        self._write(ROOT, values)
        self._settle()

    def clear(self, edits: Sequence[Mapping[str, Any]]) -> None:
        """Put other values in the place of what was cleared; nothing moves, and no condition is looked at."""
        cleared = markings.unpack(edited(markings.pack(self.marking), edits))
        self.marking.tokens[:] = cleared.tokens
        self.marking.arrivals[:] = cleared.arrivals
        self.marking.scopes.clear()
        self.marking.scopes.update(cleared.scopes)

    def migrate(self, old: Process, renamed: Mapping[str, str]) -> None:
        """Move the case from another version to the one this execution runs on; the plan must have refused nothing."""
        fresh = migration.apply(old, self._process, self.marking, renamed)
        for token in self.marking.tokens:
            activity = self._process.activity(token.activity_id)
            for work_item_id in self._outside.open_items(token.id) if activity.element in PERSON_TASKS else ():
                renewed = {"name": activity.name, "kind": activity.kind}
                self.told.append(Entry(EventKind.WORK_ITEM_RENEWED, renewed, activity.id, work_item_id))
            for event in fresh.get(token.id, ()):
                if event.trigger is not None and event.trigger.kind in AWAITED:
                    self._arm(token.watches, token.id, event, token.scope)
        for scope in self.marking.scopes.values():
            for event in fresh.get(scope.id, ()):
                self._arm(scope.watches, scope.id, event, scope.id)
        self._settle()

    def correct_timer(self, holder: int, event_id: str, timing: Timing) -> None:
        """Write when a timer is due by another calendar."""
        watches = self.marking.watches_of(holder)
        watches[event_id] = self._set_timer(holder, self._process.activity(event_id), timing)

    @property
    def state(self) -> InstanceState:
        """What can be said of the case now."""
        if not self.marking.tokens:
            return InstanceState.CANCELLED if self.marking.cancelled else InstanceState.COMPLETED
        if self.marking.suspended_at is not None:
            return InstanceState.SUSPENDED
        failed = any(token.failed for token in self.marking.tokens)
        return InstanceState.INCIDENT if failed else InstanceState.RUNNING

    def settled(self, state_hash: str) -> Entry:
        """Return the event that closes the command: what tokens passed, which were made and taken away, and the state hash."""
        told: dict[str, Value] = {"passed": list(self._passed), "state": str(self.state), "state_hash": state_hash}
        if self._semantics > 2:  # noqa: PLR2004  (versions are told by number)
            told["moved"] = self._moved()
        return Entry(EventKind.MARKING_SETTLED, told)

    def _moved(self) -> dict[str, Value]:
        """Return what the command has changed of tokens, arrivals and what scopes wait for, without what is empty."""
        before, after = self._tokens_before, [token.id for token in self.marking.tokens]
        scopes = self.marking.scopes
        arrivals = Counter(self.marking.arrivals)
        changes: dict[str, Value] = {
            "made": [one for one in after if one not in before],
            "gone": [one for one in before if one not in after],
            "arrived": [_listed(one) for one in (arrivals - self._arrivals_before).elements()],
            "joined": [_listed(one) for one in (self._arrivals_before - arrivals).elements()],
            "disarmed": [
                [scope, event]
                for scope, event in self._watched_before
                if scope in scopes and event not in scopes[scope].watches
            ],
        }
        return {name: change for name, change in changes.items() if change}

    def _settle(self) -> None:
        executed = 0
        while True:
            while self._ready:
                step = self._ready.popleft()
                executed += 1
                if executed > self._most_nodes:
                    self._fail(step, LoopWithoutPerson(step.activity.id, self._most_nodes))
                else:
                    self._run(step)
            if not (self._end_a_scope() or self._join_inclusively() or self._meet_a_condition()):
                break
        self._starve()

    def _run(self, step: Step) -> None:
        """Carry out a node and let its token leave; where it has to wait or fails, leave a token that says so."""
        activity = step.activity
        carried_out, self._called = step.carried_out, False
        try:
            if not carried_out:
                with self._undone_when_it_fails():
                    carried_out = self._carry_out(step)
                self._called = False
                self._look_at_new_conditions()
                if not carried_out:
                    return
            flows = self._steps.ways_out(activity.id, self._sees(step))
        except BusinessError as error:
            if not self._throw(activity, step.scope, "error", error.code):
                self._fail(step, error)
        except ExecutionFailed as error:
            carried_out, self._called = carried_out or self._called, False
            self._fail(Step(activity, step.scope, step.decision, carried_out), error)
        else:
            self._passed.append(activity.id)
            decided = activity.element in PERSON_TASKS and activity.countersign is None
            for flow in flows:
                self._passed.append(flow.id)
                self._enter(self._process.activity(flow.target), step.scope, flow, step.decision if decided else None)

    def _carry_out(self, step: Step) -> bool:
        """Do what a node does before its token leaves; False where the token waits at it or is gone."""
        activity, scope, trigger = step.activity, step.scope, step.activity.trigger
        if activity.is_scope:
            return self._enter_scope(activity, scope)
        if activity.element == "eventBasedGateway":
            targets = sorted(
                (flow.target for flow in self._process.outgoing(activity.id)), key=self._process.places.__getitem__
            )
            events = [self._process.activity(target) for target in targets]  # as they stand in the file
            self._wait(activity, scope, events)
            return False
        if activity.element in CATCHING and trigger is not None and trigger.kind in AWAITED:
            self._wait(activity, scope, [activity])
            return False
        if activity.element in ("intermediateThrowEvent", "endEvent", "sendTask") and trigger is not None:
            return self._throw_event(step, trigger.kind, trigger.name)
        if activity.slow:
            self._request(activity, scope)
            return False
        if activity.element in ("scriptTask", "serviceTask", "businessRuleTask", "sendTask"):
            self._task(activity, scope)
        return True

    def _task(self, activity: Activity, scope: int) -> None:
        seen = variables.visible(self.marking, scope)
        inside = {**seen, **self._inputs(activity, seen)} if activity.inputs else seen
        result = self._steps.carry_out(activity.id, inside, self._call)
        if self._called:
            self._write(scope, result)  # stays, whatever becomes of the outputs: the service will not be called again
        assigned = self._mapped(activity, inside, result)
        self._write(scope, assigned)
        if activity.element in ("scriptTask", "businessRuleTask"):
            changed = variables.changed(seen, assigned)
            self.told.append(Entry(EventKind.VARIABLES_SET, {"variables": changed}, activity.id))

    def _call(self, activity: Activity, seen: Variables) -> Variables:
        try:
            result = self._outside.call(activity, seen)
        except BusinessError as error:
            told: dict[str, Value] = {"service": activity.service, "variables": {}, "error": error.code}
            self.told.append(Entry(EventKind.SERVICE_RETURNED, told, activity.id))
            raise
        self.told.append(
            Entry(
                EventKind.SERVICE_RETURNED,
                {"service": activity.service, "variables": dict(result.variables)},
                activity.id,
            )
        )
        self.records.extend(result.records)
        self._called = True
        return result.variables

    def _mapped(self, activity: Activity, inside: Variables, result: Variables) -> Variables:
        """Return what is written of a task's result: the result, and what its outputs make of it."""
        return {**result, **self._assigned(activity.outputs, {**inside, **result})} if activity.outputs else result

    def _request(self, activity: Activity, scope: int) -> None:
        token = self._new_token(activity, scope)
        token.requested = True
        self._arm_boundaries(token, activity)
        seen = variables.visible(self.marking, scope)
        inputs = {**seen, **self._inputs(activity, seen)} if activity.inputs else seen
        self.told.append(
            Entry(
                EventKind.SERVICE_REQUESTED,
                {"token": token.id, "service": activity.service, "inputs": dict(inputs)},
                activity.id,
            )
        )

    def _enter(
        self,
        activity: Activity,
        scope: int,
        flow: Flow | None,
        decision: str | None,
        to: str | None = None,
        back: list[Any] | None = None,
    ) -> None:
        if activity.element in PERSON_TASKS:
            self._open(activity, scope, to, back, asked_for=flow is None)
        elif flow is not None and joins.is_join(self._process, activity):
            self.marking.arrivals.append(Arrival(activity.id, flow.id, scope))
            if activity.element == "parallelGateway" and self._enabled(activity, scope):
                self._join(activity, scope)
        else:
            self._ready.append(Step(activity, scope, decision))

    def _enabled(self, join: Activity, scope: int) -> bool:
        enabled = joins.inclusive_enabled if join.element == "inclusiveGateway" else joins.parallel_enabled
        return enabled(self._process, self.marking, join.id, scope)

    def _join(self, join: Activity, scope: int) -> None:
        joins.consume(self._process, self.marking, join.id, scope)
        self._ready.append(Step(join, scope))

    def _join_inclusively(self) -> bool:
        if not self._process.has_inclusive_joins:
            return False
        for activity in self._process.activities.values():
            if activity.element == "inclusiveGateway":
                for scope in sorted({one.scope for one in self.marking.arrivals if one.join == activity.id}):
                    if self._enabled(activity, scope):
                        self._join(activity, scope)
                        return True
        return False

    def _starve(self) -> None:
        """Make an incident of each join in whose scope nothing is left that could still arrive, and close those of others."""
        failed = [token for token in self.marking.tokens if self._is_starved(token)]
        if not self.marking.arrivals and not failed:
            return
        bringing = {token.scope for token in self.marking.tokens if self._may_bring(token)}
        for token in list(failed) if self._semantics > 2 else ():  # noqa: PLR2004  (versions are told by number)
            if token.scope in bringing:  # somebody has put a token back into the scope
                self._remove(token)
                failed.remove(token)
        starved = {(token.activity_id, token.scope) for token in failed}
        for scope in sorted({one.scope for one in self.marking.arrivals} - bringing):
            waiting = dict.fromkeys(one.join for one in self.marking.arrivals if one.scope == scope)
            fresh = [join for join in waiting if (join, scope) not in starved]
            for join in fresh[: 1 if self._semantics == 1 else None]:
                self._fail(Step(self._process.activity(join), scope), JoinStarved(join))

    def _may_bring(self, token: Token) -> bool:
        """Tell whether a token may still come to a join of its scope; one that starves, or in an event subprocess, cannot."""
        return not self._process.activity(token.activity_id).by_event and not self._is_starved(token)

    def _is_starved(self, token: Token) -> bool:
        return (
            token.failed
            and not token.carried_out
            and joins.is_join(self._process, self._process.activity(token.activity_id))
        )


def _listed(arrival: Arrival) -> Value:
    return [arrival.join, arrival.flow, arrival.scope]
