"""Subprocesses, called processes and their runs: how scopes begin and end."""

from collections.abc import Mapping
from typing import Any

from tests.judge.board import ways_out
from tests.judge.happenings import Happenings
from tests.judge.reader import Mapped, Model, Node
from tests.judge.state import FAILURES, Armed, Runs, Scope, Standing, Stuck, Token, evaluate, value_of

ALWAYS_HANDED_ON = ("initiator", "initiator_unit", "title")
Prepared = tuple[Scope, list[Armed], Node]


class Nesting(Happenings):
    """A board on which scopes begin and end."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def begin_case(self, variables: Mapping[str, Any], event: str | None) -> None:
        process = self.model.processes[self.model.key]
        scope = Scope(self.number(), process, dict(variables), is_root=True, is_local=True)
        prepared = self._prepared(scope, process.start(event))
        self.root = scope
        self._begin(prepared)

    def enter(self, token: Token) -> None:
        """A token comes to a subprocess or call activity."""
        token.runs = Runs(_given(token.node, token.scope.visible()))
        if not token.runs.given:
            self.depart(token, ways_out(token.node, token.scope))
            return
        boundary = [self.arming(event, token) for event in token.node.boundary]
        first = 1 if token.node.loop and token.node.loop.sequential else len(token.runs.given)
        prepared = [self._run(token, index) for index in range(first)]
        token.standing = Standing.WAITING
        self.attach(token, boundary)
        if not token.gone:
            self._begin_runs(token, prepared)

    def begin_next_run(self, token: Token) -> None:
        try:
            prepared = self._run(token, token.runs.started)
        except FAILURES:
            token.standing = Standing.FAILED
        else:
            token.standing = Standing.WAITING
            self._begin_runs(token, [prepared])

    def run_event_subprocess(self, token: Token, start: Node) -> None:
        token.runs = Runs([{}])
        try:
            prepared = self._run(token, 0, start)
        except FAILURES:
            token.standing = Standing.FAILED
        else:
            self._begin_runs(token, [prepared])

    def _run(self, token: Token, index: int, start: Node | None = None) -> Prepared:
        node, outside, given = token.node, token.scope, token.runs.given[index]
        seen = outside.visible() | given
        number, run = self.number(), index if node.loop else None
        if node.element == "callActivity":
            called = value_of(node.called, seen)
            process = self.model.processes.get(called)
            if process is None:
                raise Stuck(f"{node.id}: {called}")
            handed_on = {name: seen[name] for name in ALWAYS_HANDED_ON if name in seen} | _handed(node.ins, seen)
            prefix = "" if called == self.model.key else f"{called}:"
            scope = Scope(number, process, handed_on, token, run, prefix, is_root=True, is_local=True)
        else:
            own = given | {name: value_of(text, seen) for name, text in node.inputs.items()}
            scope = Scope(number, node.body, own, token, run, outside.prefix, is_local=node.loop is not None)
        return self._prepared(scope, start or scope.body.start())

    def _prepared(self, scope: Scope, start: Node | None) -> Prepared:
        if start is None:
            raise Stuck(f"{scope.body.id}: no start")
        armed = [self.arming(one.body.start(), scope, one) for one in scope.body.event_subprocesses()]
        return scope, armed, start

    def _begin_runs(self, token: Token, prepared: list[Prepared]) -> None:
        token.runs.started += len(prepared)
        token.inside += [scope for scope, _armed, _start in prepared]
        for one in prepared:
            self._begin(one)

    def _begin(self, prepared: Prepared) -> None:
        """Arm the event subprocesses, then put a token at the start; one that fires at once may come before or instead."""
        scope, armed, start = prepared
        interrupting = {one for one in armed if one.event.interrupting}
        self.attach(scope, armed)
        if not interrupting - set(scope.armed):
            self.put(scope, start)

    def scope_emptied(self, scope: Scope) -> None:
        if scope.owner is None:
            self.clear(scope)
            self.completed = True
        else:
            try:
                self._end_run(scope, scope.owner)
            except FAILURES:
                scope.stuck = True

    def _end_run(self, scope: Scope, owner: Token) -> None:
        node, outside, runs = owner.node, owner.scope, owner.runs
        if node.element == "callActivity":
            written = _handed(node.outs, scope.visible())
        else:
            written = {name: value_of(text, scope.visible()) for name, text in node.outputs.items()}
        finished = runs.finished + 1
        if self._all_over(owner, finished, outside.visible() | written):
            ways = [] if node.triggered else ways_out(node, outside, written)
            outside.write(written)
            self.depart(owner, ways)
            return
        outside.write(written)
        runs.finished = finished
        owner.inside.remove(scope)
        self.clear(scope)
        if node.loop.sequential:
            self.begin_next_run(owner)

    @staticmethod
    def _all_over(owner: Token, finished: int, seen: dict[str, Any]) -> bool:
        total, loop = len(owner.runs.given), owner.node.loop
        if finished == total or loop is None:
            return True
        counts = {
            "nrOfInstances": total,
            "nrOfCompletedInstances": finished,
            "nrOfActiveInstances": owner.runs.started - finished,
        }
        return loop.until is not None and bool(evaluate(loop.until, seen | counts))


def _given(node: Node, seen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each run holds from its beginning."""
    if node.loop is None:
        return [{}]
    if node.loop.collection is None:
        total = evaluate(node.loop.cardinality or "", seen)
        if isinstance(total, bool) or not isinstance(total, int) or total < 0:
            raise Stuck(node.id)
        return [{"loopCounter": index} for index in range(total)]
    elements = evaluate(node.loop.collection, seen)
    if not isinstance(elements, list):
        raise Stuck(node.id)
    name = node.loop.element_variable
    return [{"loopCounter": at} | ({name: one} if name else {}) for at, one in enumerate(elements)]


def _handed(mappings: list[Mapped], seen: dict[str, Any]) -> dict[str, Any]:
    """What ``camunda:in`` or ``camunda:out`` hand over."""
    handed: dict[str, Any] = {}
    for one in mappings:
        if one.expression is not None:
            handed[one.target] = value_of(one.expression, seen)
        elif one.source is not None:
            if one.source not in seen:
                raise Stuck(one.source)
            handed[one.target] = seen[one.source]
        else:
            handed |= seen
    return handed
