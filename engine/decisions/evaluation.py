"""Decides: evaluates a decision, and before it those it requires, with the variables of a case."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from engine.decisions import hit_policies
from engine.decisions.computing import Budget, Frame
from engine.decisions.errors import CellFailed, InputRefused, OutputRefused, ResultUnfit
from engine.decisions.feel import Cell
from engine.decisions.mapping import mapped
from engine.decisions.model import (
    LISTING,
    Decision,
    DecisionResult,
    DecisionRule,
    DecisionTable,
    HitPolicy,
    Input,
    LiteralExpression,
    Output,
)
from engine.decisions.temporal import Unfit, shown
from engine.decisions.terms import Term, bounded, written
from engine.decisions.type_refs import fitted
from engine.errors import ExpressionFailed
from engine.expressions.values import Scope
from engine.model import Value


def decide(decision: Decision, scope: Scope) -> DecisionResult:
    """Return what the decision comes to.

    Required decisions are made first, each once; their results hide variables of the same name.

    Args:
        decision: As read from its file.
        scope: The variables of the case; a dotted name is one key before it is a path.

    Returns:
        The rows of the result, at most one unless the hit policy makes a list; :func:`engine.decisions.mapping.mapped`
        brings them into shape.

    Raises:
        CellFailed: A variable is missing, kinds do not fit, a division by zero, or too many steps.
        InputRefused: An input is not of its type or not among its allowed values.
        OutputRefused: The same of an output.
        RulesContradict: UNIQUE with several rules, or ANY with different outputs.
        ResultUnfit: Outputs cannot be aggregated, or the result is too long.
    """
    return _Deciding(scope).result(decision)


class _Deciding:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._budget = Budget()
        self._done: dict[str, DecisionResult] = {}

    def result(self, decision: Decision) -> DecisionResult:
        if decision.id not in self._done:
            self._done[decision.id] = self._made(decision)
        return self._done[decision.id]

    def _made(self, decision: Decision) -> DecisionResult:
        known: dict[str, Value] = {}
        for required in decision.required:
            known |= _known_by(required, self.result(required))
        frame = Frame({**self._scope, **known} if known else self._scope, self._budget)
        if isinstance(decision.logic, LiteralExpression):
            result = _expressed(decision, decision.logic, frame)
        else:
            result = _Table(decision.id, decision.logic, frame).result()
        try:
            bounded([dict(row) for row in result.rows])
        except Unfit as error:
            raise ResultUnfit(decision.id, str(error)) from error
        return result


def _known_by(decision: Decision, result: DecisionResult) -> dict[str, Value]:
    """Return the names under which those who require a decision find its result: its outputs', its own, its id."""
    columns: dict[str, Value] = {}
    for name in result.outputs:
        values: list[Value] = [row[name] for row in result.rows]
        columns[name] = values if result.listing else next(iter(values), None)
    whole = mapped(result)
    return columns | {decision.variable: whole, decision.id: whole}


def _expressed(decision: Decision, logic: LiteralExpression, frame: Frame) -> DecisionResult:
    with _trouble(decision.id):
        term = logic.expression.term(frame)
    value = _output(decision.id, Output(decision.variable, decision.variable, logic.type_ref), 0, term, frame)
    return DecisionResult(decision.id, (decision.variable,), ({decision.variable: value},))


class _Table:
    def __init__(self, decision: str, table: DecisionTable, frame: Frame) -> None:
        self._decision = decision
        self._table = table
        self._frame = frame

    def result(self) -> DecisionResult:
        table, policy = self._table, self._table.hit_policy
        matching = list(islice(self._matching(), 1 if policy is HitPolicy.FIRST else None))
        if policy is HitPolicy.UNIQUE:
            hit_policies.require_one(self._decision, matching)
        hits = [(rule, self._row(rule.entries, rule.number)) for rule in matching]
        rows = hit_policies.chosen(self._decision, policy, table.outputs, hits)
        if not rows and any(output.default for output in table.outputs):
            rows = [self._row([output.default for output in table.outputs], 0)]
        elif table.aggregation is not None:
            [output] = table.outputs
            values = [row[output.name] for row in rows]
            total = hit_policies.aggregated(self._decision, table.aggregation, output.label, values)
            rows = [] if total is None else [{output.name: total}]
        return DecisionResult(
            self._decision,
            tuple(output.name for output in table.outputs),
            tuple(rows),
            listing=policy in LISTING and table.aggregation is None,
            rules=tuple(rule.id for rule in matching),
        )

    def _matching(self) -> Iterator[DecisionRule]:
        columns = [(one.label, self._column(one)) for one in self._table.inputs]
        for rule in self._table.rules:
            if all(self._holds(rule, *column, test) for column, test in zip(columns, rule.tests, strict=True)):
                yield rule

    def _column(self, column: Input) -> Frame:
        """Return the frame for the tests of a column: its value is the one under test."""
        with _trouble(self._decision, column.label):
            raw = column.expression.term(self._frame)
        try:
            term = fitted(column.type_ref, raw)
        except Unfit as error:
            raise InputRefused(self._decision, str(error), column.label) from error
        frame = Frame({**self._frame.scope, column.variable: written(raw)}, self._frame.budget, term)
        with _trouble(self._decision, column.label):
            if term is not None and column.allowed is not None and not column.allowed.holds(frame):
                raise InputRefused(self._decision, f"{shown(written(term))}不在允许的输入值之中", column.label)
        return frame

    def _holds(self, rule: DecisionRule, label: str, frame: Frame, test: Cell) -> bool:
        with _trouble(self._decision, label, rule.number):
            return test.holds(frame)

    def _row(self, entries: "tuple[Cell, ...] | list[Cell | None]", number: int) -> dict[str, Value]:
        row: dict[str, Value] = {}
        for output, entry in zip(self._table.outputs, entries, strict=True):
            with _trouble(self._decision, output.label, number):
                term = entry.term(self._frame) if entry is not None else None
                row[output.name] = _output(self._decision, output, number, term, self._frame)
        return row


def _output(decision: str, output: Output, rule: int, term: Term, frame: Frame) -> Value:
    try:
        term = fitted(output.type_ref, term)
        value = written(term)
        frame.budget.walk(value)
    except Unfit as error:
        raise OutputRefused(decision, f"{_row(rule)}{error}", output.label, rule) from error
    allowed = output.allowed is None or value is None or output.allowed.holds(Frame(frame.scope, frame.budget, term))
    if not allowed:
        raise OutputRefused(decision, f"{_row(rule)}{shown(value)}不在允许的输出值之中", output.label, rule)
    return value


@contextmanager
def _trouble(decision: str, column: str = "", rule: int = 0) -> Iterator[None]:
    """Say where it was that an expression failed."""
    try:
        yield
    except ExpressionFailed as error:
        where = f"列“{column}”" if column else ""
        reason = f"{where}{_row(rule)}“{error.expression}”{error.reason}"
        raise CellFailed(decision, reason, column, rule) from error


def _row(rule: int) -> str:
    return f"规则 {rule} 的" if rule else ""
