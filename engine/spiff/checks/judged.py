"""One process under judgement, and how a finding about it is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from engine.canonical import LAST_ORDERED_CHARACTER
from engine.delegates import Vocabulary
from engine.errors import ExpressionInvalid
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.expressions.language import compile_expression, compile_value
from engine.model import Finding
from engine.process import Activity, Flow, Process
from engine.spiff import rules
from engine.spiff.checks.paths import onward
from engine.spiff.checks.waiting import Waiting
from engine.spiff.reader import Model
from engine.spiff.rules import Rule

LONGEST_NAME = 200
VARIABLE = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
"""A variable where a model names one, dotted or not."""
CONDITION_FUNCTIONS = frozenset(VARIABLE_FUNCTIONS)


@dataclass(frozen=True)
class Judged:
    """A process as it was read, its element, and what it may refer to.

    Attributes:
        process: The process, without those it calls.
        model: As it stands in its file.
        vocabulary: The names a model may use.
        waiting: Where tokens may wait, in any process that can be called.
        decisions: The decisions that business rule tasks can ask.
        fields: The fields of the forms in the deployment.
    """

    process: Process
    model: Model
    vocabulary: Vocabulary
    waiting: Waiting
    decisions: frozenset[str]
    fields: frozenset[str]

    @property
    def element(self) -> etree._Element:
        """The process's XML element."""
        return self.model.element

    @cached_property
    def activities(self) -> list[Activity]:
        """The flow nodes of the process, in the order of the file."""
        return list(self.process.activities.values())

    @cached_property
    def inside(self) -> dict[str, list[Activity]]:
        """The flow nodes by the process or subprocess in which they stand."""
        return self.waiting.inside(self.process)

    @cached_property
    def ahead(self) -> dict[str, list[str]]:
        """The nodes that a token can come to next, by node."""
        return {one.id: onward(self.process, one) for one in self.activities}

    def of(self, activity: Activity, rule: Rule, **facts: object) -> Finding:
        """Return a finding about a flow node."""
        return finding(self.process.file, activity.line, activity.id, rule, **facts)

    def on(self, flow: Flow, rule: Rule, **facts: object) -> Finding:
        """Return a finding about a flow."""
        return finding(self.process.file, flow.line, flow.id, rule, **facts)

    def at(self, node: etree._Element, rule: Rule, **facts: object) -> Finding:
        """Return a finding about an XML element."""
        return finding(self.model.file, node.sourceline or 0, node.get("id"), rule, **facts)

    def value(
        self, activity: Activity, text: str, functions: frozenset[str] = CONDITION_FUNCTIONS
    ) -> Iterator[Finding]:
        """Judge an attribute that may hold an expression."""
        try:
            unknown = compile_value(text).functions - functions
        except ExpressionInvalid as error:
            yield self.of(activity, rules.BAD_EXPRESSION, source=text, reason=error.reason)
        else:
            if unknown:
                yield self.of(activity, rules.BAD_EXPRESSION, source=text, reason=missing_functions(unknown))

    def name(self, activity: Activity, name: str) -> Iterator[Finding]:
        """Judge the name of a variable that a step writes."""
        if not name or name.startswith("$") or max(name) > LAST_ORDERED_CHARACTER or len(name) > LONGEST_NAME:
            yield self.of(activity, rules.BAD_VARIABLE, name=name)

    def condition(self, where: Activity | Flow, text: str) -> Iterator[Finding]:
        """Judge a condition."""
        tell = self.on if isinstance(where, Flow) else self.of
        try:
            unknown = compile_expression(text).functions - CONDITION_FUNCTIONS
        except ExpressionInvalid as error:
            yield tell(where, rules.BAD_EXPRESSION, source=text, reason=error.reason)  # type: ignore[arg-type]
        else:
            if unknown:
                yield tell(where, rules.BAD_EXPRESSION, source=text, reason=missing_functions(unknown))  # type: ignore[arg-type]


def missing_functions(names: frozenset[str]) -> str:
    """Return what is wrong with an expression that calls what there is not."""
    return "没有函数 " + "、".join(sorted(names))


def finding(file: str, line: int, element: str | None, rule: Rule, **facts: object) -> Finding:
    """Return a finding in the words of its rule."""
    return Finding(file, line, element, rule.id, rule.severity, rule.sentence.format(**facts))
