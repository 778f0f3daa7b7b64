"""Reads one decision table, and says what of it would not run right."""

import unicodedata
from collections import Counter

from lxml import etree

from engine.decisions.computing import Budget, Frame
from engine.decisions.feel import Cell, compile_entry, compile_test
from engine.decisions.model import Aggregation, DecisionRule, DecisionTable, HitPolicy, Input, Output
from engine.decisions.syntax import Literal, Matches, Name, tested_against
from engine.decisions.temporal import Unfit, shown
from engine.decisions.terms import Term, written
from engine.decisions.type_refs import NUMERIC, fitted
from engine.errors import ExpressionFailed
from engine.expressions.limits import LAST_KEY_CHARACTER
from engine.spiff import dmn_rules
from engine.spiff.dmn_elements import Report, part, parts, text_of

CAMUNDA = "http://camunda.org/schema/1.0/dmn"
RANKING = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})


def is_usable(name: str) -> bool:
    """Tell whether a name can be that of a variable."""
    usable = name.isidentifier() and not name.startswith("__") and unicodedata.is_normalized("NFKC", name)
    return usable and all(char <= LAST_KEY_CHARACTER for char in name)


class TableReader:
    """Reads the table of one decision; ``known`` are the names it finds beside the variables of the case."""

    def __init__(self, report: Report, table: etree._Element, decision: str, known: frozenset[str]) -> None:
        self._report = report
        self._table = table
        self._decision = decision
        self._known = known

    def read(self) -> DecisionTable:
        """Return the table; it is of use only if no error was said."""
        inputs = tuple(self._input(node) for node in parts(self._table, "input"))
        outputs = self._outputs()
        self._known |= {name for one in inputs for name in one.expression.names}
        rules = tuple(self._rule(at, node, inputs, outputs) for at, node in enumerate(parts(self._table, "rule"), 1))
        if not rules or not outputs:
            self._report.say(self._table, dmn_rules.EMPTY, what="决策表没有输出列或规则")
        policy, aggregation = self._policy(outputs)
        return DecisionTable(policy, inputs, outputs, rules, aggregation)

    def _input(self, node: etree._Element) -> Input:
        expression = part(node, "inputExpression")
        if not text_of(expression):
            self._report.say(node, dmn_rules.EXPRESSION, source="", reason="输入列没有写明变量", column=1)
        cell = self._report.cell(expression, compile_entry)
        type_ref = self._report.type_ref(expression)
        values = part(node, "inputValues")
        allowed = self._report.cell(values, compile_test) if text_of(values) else None
        if values is not None and allowed is not None:
            self._check(values, allowed, type_ref, tuple(tested_against(allowed.node)))
        variable = node.get(f"{{{CAMUNDA}}}inputVariable") or "cellInput"
        return Input(node.get("label") or cell.source, cell, type_ref, allowed, variable)

    def _outputs(self) -> tuple[Output, ...]:
        nodes = parts(self._table, "output")
        outputs = tuple(self._output(node, alone=len(nodes) == 1) for node in nodes)
        names = Counter(output.name for output in outputs)
        for node, output in zip(nodes, outputs, strict=True):
            if names[output.name] > 1:
                self._report.say(node, dmn_rules.OUTPUT, name=output.name, reason="有几列同名，请起不同的名称")
        return outputs

    def _output(self, node: etree._Element, *, alone: bool) -> Output:
        name = node.get("name") or (self._decision if alone else "")
        if not is_usable(name) and node.get("name", "") == name:
            self._report.say(node, dmn_rules.OUTPUT, name=name, reason="请起一个可作变量的名称，不含空格和符号")
        type_ref = self._report.type_ref(node)
        values, fallback = part(node, "outputValues"), part(node, "defaultOutputEntry")
        allowed = self._report.cell(values, compile_test) if text_of(values) else None
        if values is not None and allowed is not None:
            self._check(values, allowed, type_ref, tuple(tested_against(allowed.node)))
        default = self._report.cell(fallback, compile_entry) if text_of(fallback) else None
        priorities = (allowed.literals or ()) if allowed is not None else ()
        output = Output(name, node.get("label") or name, type_ref, allowed, priorities, default)
        if fallback is not None and default is not None:
            self._entry(fallback, default, output)
        return output

    def _rule(
        self, number: int, node: etree._Element, inputs: tuple[Input, ...], outputs: tuple[Output, ...]
    ) -> DecisionRule:
        conditions, results = parts(node, "inputEntry"), parts(node, "outputEntry")
        if (len(conditions), len(results)) != (len(inputs), len(outputs)):
            cells, columns = len(conditions) + len(results), len(inputs) + len(outputs)
            self._report.say(node, dmn_rules.COLUMNS, rule=number, cells=cells, columns=columns)
        tests = tuple(self._report.cell(one, compile_test) for one in conditions)
        entries = tuple(self._report.cell(one, compile_entry) for one in results)
        for cell_node, test, column in zip(conditions, tests, inputs, strict=False):
            self._check(cell_node, test, column.type_ref, tuple(tested_against(test.node)))
        for cell_node, entry, output in zip(results, entries, outputs, strict=False):
            self._entry(cell_node, entry, output)
        return DecisionRule(node.get("id") or str(number), number, tests, entries)

    def _entry(self, node: etree._Element, entry: Cell, output: Output) -> None:
        if not isinstance(entry.node, Literal):
            self._check(node, entry, output.type_ref, ())
            return
        value = entry.node.value
        if self._check(node, entry, output.type_ref, (value,)) and not _is_allowed(output, value):
            self._report.say(
                node, dmn_rules.OUTPUT, name=output.label, reason=f"{shown(written(value))}不在该列允许的值之中"
            )

    def _check(self, node: etree._Element, cell: Cell, type_ref: str, values: tuple[Term, ...]) -> bool:
        """Hold the values written in a cell against the type of its column, and look for a text without quotes."""
        match cell.node:
            case Name(name) | Matches(Name(name)) if type_ref in ("", "string") and name not in self._known:
                self._report.say(node, dmn_rules.BARE_WORD, name=name)
        try:
            for value in values:
                fitted(type_ref, value)
        except Unfit as error:
            self._report.say(node, dmn_rules.VALUE, source=cell.source[:80], type=type_ref, reason=error)
            return False
        return True

    def _policy(self, outputs: tuple[Output, ...]) -> tuple[HitPolicy, Aggregation | None]:
        written_policy, written_aggregation = self._table.get("hitPolicy", "UNIQUE"), self._table.get("aggregation")
        if written_policy not in list(HitPolicy):
            self._refuse(written_policy, "没有这种策略")
            return HitPolicy.UNIQUE, None
        policy = HitPolicy(written_policy)
        if policy in RANKING and not any(output.priorities for output in outputs):
            self._refuse(policy, "没有一个输出列列出允许的值，无从知道先后")
        if written_aggregation is None:
            return policy, None
        if policy is not HitPolicy.COLLECT or written_aggregation not in list(Aggregation):
            self._refuse(f"{policy} {written_aggregation}", "只有 COLLECT 可以汇总，方法是 SUM、MIN、MAX 或 COUNT")
            return policy, None
        aggregation = Aggregation(written_aggregation)
        numeric = aggregation is Aggregation.COUNT or all(output.type_ref in NUMERIC for output in outputs)
        if len(outputs) != 1 or not numeric:
            self._refuse(f"COLLECT {aggregation}", "汇总时只能有一个输出列，且应是数字")
        return policy, aggregation

    def _refuse(self, policy: str, reason: str) -> None:
        self._report.say(self._table, dmn_rules.HIT_POLICY, policy=policy, reason=reason)


def _is_allowed(output: Output, value: Term) -> bool:
    if value is None or output.allowed is None or output.allowed.names:
        return True
    try:
        return output.allowed.holds(Frame({}, Budget(), fitted(output.type_ref, value)))
    except ExpressionFailed:
        return False
