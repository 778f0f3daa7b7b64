"""Scopes: subprocesses and called processes entered, repeated, ended."""

from engine.errors import (
    ExecutionFailed,
    NotAList,
    NotANumber,
)
from engine.execution import variables
from engine.execution.board import Step
from engine.execution.people import People
from engine.marking import ROOT, Runs, Scope, Token
from engine.model import (
    Value,
    Variables,
)
from engine.process import Activity, Exchange, Loop

MOST_RUNS = 1_000
"""How often at the most a number may repeat something; lists are as long as people made them."""
HANDED_ON = ("initiator", "initiator_unit", "title")
"""What a called process is always told of its caller."""


class Nesting(People):
    """A board with boards inside."""

    def _enter_scope(self, activity: Activity, scope: int) -> bool:
        token = self._new_token(activity, scope)
        self._arm_boundaries(token, activity)
        if activity.loop is None:
            self._begin_run(token, activity, None, None)
            return False
        token.runs = self._runs(activity, variables.visible(self.marking, scope))
        if token.runs.total == 0:
            self.marking.tokens.remove(token)
            return True
        self._begin_runs(token, activity)
        return False

    def _runs(self, activity: Activity, seen: Variables) -> Runs:
        loop = activity.loop
        assert loop is not None
        if loop.collection is not None:
            elements = seen.get(loop.collection)
            if not isinstance(elements, list):
                raise NotAList(activity.id, loop.collection)
            return Runs(len(elements), elements=list(elements))
        total = self._steps.value(loop.cardinality or "", seen)
        if isinstance(total, str) and total.isdecimal():
            total = int(total)
        if isinstance(total, bool) or not isinstance(total, int) or not 0 <= total <= MOST_RUNS:
            raise NotANumber(activity.id, loop.cardinality or "")
        return Runs(total)

    def _begin_runs(self, token: Token, activity: Activity) -> None:
        """Begin the next run of a sequential loop, or all that have not begun of a parallel one."""
        runs, loop = token.runs, activity.loop
        assert runs is not None
        assert loop is not None
        while runs.begun < runs.total:
            element = runs.elements[0] if runs.elements else None
            self._begin_run(token, activity, runs.begun, element)
            runs.begun += 1
            del runs.elements[:1]
            if loop.sequential:
                break

    def _begin_run(self, token: Token, activity: Activity, run: int | None, element: Value) -> None:
        seen = variables.visible(self.marking, token.scope)
        held: dict[str, Value] = {}
        if run is not None and activity.loop is not None:
            held["loopCounter"] = run
            if activity.loop.element_variable:
                held[activity.loop.element_variable] = element
        called = activity.called
        inside = (
            self._given(activity, {**seen, **held}) if called else {**held, **self._inputs(activity, {**seen, **held})}
        )
        scope = Scope(
            self.marking.next_id(),
            called or activity.id,
            token.id,
            token.scope,
            local=bool(called) or run is not None,
            opaque=bool(called),
            run=run,
            variables=inside,
        )
        self.marking.scopes[scope.id] = scope
        self._arm_scope(scope)
        self._begin_at(Step(self._process.start_of(scope.container), scope.id))

    def _given(self, activity: Activity, seen: Variables) -> dict[str, Value]:
        handed_on = {name: seen[name] for name in HANDED_ON if name in seen}
        return {**handed_on, **self._exchanged(activity.given, seen)}

    def _exchanged(self, exchange: Exchange, seen: Variables) -> dict[str, Value]:
        return {**(seen if exchange.everything else {}), **self._assigned(exchange.assigned, seen)}

    def _end_a_scope(self) -> bool:
        if not self.marking.tokens and not self.marking.arrivals:
            self.marking.scopes[ROOT].watches.clear()
        if len(self.marking.scopes) == 1:
            return False
        occupied = {token.scope for token in self.marking.tokens} | {one.scope for one in self.marking.arrivals}
        for scope in self.marking.scopes.values():
            if scope.token is not None and scope.id not in occupied:
                token = self.marking.token(scope.token)
                if not token.failed:
                    self._end_scope(scope, token)
                    return True
        return False

    def _end_scope(self, scope: Scope, token: Token) -> None:
        activity = self._process.activity(token.activity_id)
        inside = variables.visible(self.marking, scope.id)
        try:
            taken = Exchange(assigned=activity.outputs) if not activity.called else activity.taken
            assigned = self._exchanged(taken, inside)
        except ExecutionFailed as error:
            self._fail_at(token, activity, error)
            return
        del self.marking.scopes[scope.id]
        self._write(token.scope, assigned)
        if activity.by_event:
            self.marking.tokens.remove(token)
            self._passed.append(activity.id)
        elif token.runs is None:
            self._leave(token, activity, None)
        else:
            token.runs.completed += 1
            self._go_on_as_far_as_possible(token, activity)

    def _go_on_as_far_as_possible(self, token: Token, activity: Activity) -> None:
        """Begin the next run of a loop, or leave it; where that fails the token says so."""
        runs, loop = token.runs, activity.loop
        assert runs is not None
        assert loop is not None
        try:
            if runs.completed == runs.total or self._loop_met(token, runs, loop):
                for scope in self._scopes_of(token):
                    self._remove_scope(scope)
                self._leave(token, activity, None)
            elif not loop.sequential or not self._scopes_of(token):
                with self._undone_when_it_fails():
                    self._begin_runs(token, activity)
        except ExecutionFailed as error:
            self._fail_at(token, activity, error)
        self._look_at_new_conditions()

    def _loop_met(self, token: Token, runs: Runs, loop: Loop) -> bool:
        if loop.condition is None or not runs.completed:
            return False
        numbers: dict[str, Value] = {
            "nrOfInstances": runs.total,
            "nrOfCompletedInstances": runs.completed,
            "nrOfActiveInstances": runs.begun - runs.completed,
        }
        seen = variables.visible(self.marking, token.scope)
        return self._steps.value(loop.condition, {**seen, **numbers}) is True
