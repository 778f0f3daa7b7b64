"""Computes an accepted S-FEEL tree, within bounds. Reasons are raised as ``Unfit``."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal, localcontext

from engine.decisions.parsing import TEMPORAL
from engine.decisions.syntax import (
    Both,
    Call,
    Chain,
    Comparison,
    Either,
    House,
    If,
    In,
    ListOf,
    Literal,
    Matches,
    Name,
    Negative,
    Node,
    Not,
    Subject,
    Within,
)
from engine.decisions.temporal import Unfit
from engine.decisions.terms import Term, bounded, combined, kind, number, ordered, same, written
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.expressions.language import Expression
from engine.expressions.limits import EXACT, MOST_STEPS
from engine.expressions.reasons import TOO_MANY_STEPS
from engine.expressions.values import Scope, plain

SHORTEST_WALK = 3
"""As many characters it takes at least to have an expression of the house walk through a value once more: ``==x``."""


@dataclass
class Budget:
    """The steps that are left to one decision with all it requires."""

    steps: int = MOST_STEPS

    def spend(self, steps: int = 1) -> None:
        """Count steps; raise ``Unfit`` when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise Unfit(TOO_MANY_STEPS)

    def walk(self, value: object, times: int = 1) -> None:
        """Count a step for each element of a value that is about to be walked through so many times."""
        ahead = [value]
        while ahead:
            one = ahead.pop()
            self.spend(times)
            if isinstance(one, list | dict):
                self.spend(times * len(one))
                ahead.extend(
                    part for part in (one.values() if isinstance(one, dict) else one) if isinstance(part, list | dict)
                )


@dataclass(frozen=True)
class Frame:
    """What a tree is computed with; ``subject`` is the value under test."""

    scope: Scope
    budget: Budget = field(default_factory=Budget)
    subject: Term = None

    def value(self, node: Node) -> Term:
        """Return the value of a node; of a test it is yes, no, or None where null leaves it open."""
        self.budget.spend()
        match node:
            case Literal(value):
                return value
            case Subject():
                return self.subject
            case Name(name):
                return self._named(name)
            case Chain(first, following):
                result = self.value(first)
                for sign, operand in following:
                    result = self._combined(sign, result, self.value(operand))
                return result
            case Negative(operand):
                value = self.value(operand)
                return -value if isinstance(value, timedelta) else combined("-", 0, value)
            case Comparison(sign, left, right):
                return self._compared(sign, self.value(left), self.value(right))
            case Within(value, above, low, below, high):
                one = self.value(value)
                ends = (self._compared(above, one, self.value(low)), self._compared(below, one, self.value(high)))
                return _all(ends)
            case Matches(value):
                return self._matches(value)
            case In(value, test):
                return replace(self, subject=self.value(value)).truth(test)
            case Both(nodes):
                return _all(self.truth(one) for one in nodes)
            case Either(nodes):
                return _not(_all(_not(self.truth(one)) for one in nodes))
            case Not(one):
                return _not(self.truth(one))
            case If(condition, then, otherwise):
                return self.value(then if self.truth(condition) else otherwise)
            case ListOf(elements):
                return [written(self.value(one)) for one in elements]
            case Call(function, arguments):
                return self._called(function, [self.value(one) for one in arguments])
            case House(expression):
                return self._evaluated(expression)

    def truth(self, node: Node) -> bool | None:
        """Return yes, no or None; raise ``Unfit`` where the value is something else."""
        value = self.value(node)
        if value is None or isinstance(value, bool):
            return value
        raise Unfit(f"{kind(value)}不能当作条件")

    def _named(self, name: str) -> Term:
        """Look a name up: the whole dotted name is a key before its parts are."""
        if name in self.scope:
            return self.scope[name]
        head, *path = name.split(".")
        value = self.scope.get(head)
        for key in path:
            if not isinstance(value, dict) or key not in value:
                break
            value = value[key]
        else:
            if head in self.scope:
                return value
        raise Unfit(f"没有变量 {name}")

    def _combined(self, sign: str, left: Term, right: Term) -> Term:
        if isinstance(left, str) and isinstance(right, str):
            self.budget.spend((len(left) + len(right)) // 100)
        return combined(sign, left, right)

    def _compared(self, sign: str, left: Term, right: Term) -> bool | None:
        if sign not in ("=", "!="):
            return ordered(sign, left, right)
        self.budget.walk(left)
        return same(left, right) == (sign == "=")

    def _matches(self, node: Node) -> bool:
        """Tell whether a value, or one of its elements, equals the value under test.

        An expression of the house may also say yes or no by itself; S-FEEL is known for a test by its form.
        """
        value = self.value(node)
        if isinstance(node, House) and isinstance(value, bool):
            return value
        self.budget.walk(value)
        if isinstance(value, list) and any(same(self.subject, one) for one in value):
            return True
        return same(self.subject, value)

    def _called(self, function: str, arguments: list[Term]) -> Term:
        if function in TEMPORAL:
            [argument] = arguments
            return None if argument is None else TEMPORAL[function](argument)
        values = [written(argument) for argument in arguments]
        for one in values:
            self.budget.walk(one)
        try:
            with localcontext(EXACT):
                value = VARIABLE_FUNCTIONS[function](*values)
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise Unfit(f"函数 {function} 不能这样使用") from error
        return plain(number(value)) if isinstance(value, Decimal) else bounded(value)

    def _evaluated(self, expression: Expression) -> Term:
        most_walks = 1 + len(expression.source) // SHORTEST_WALK
        for name in expression.names:
            self.budget.walk(self.scope.get(name), most_walks)
        return expression.evaluate(self.scope, VARIABLE_FUNCTIONS)


def _all(truths: Iterable[bool | None]) -> bool | None:
    """Return no at the first no; None if one is open; else yes."""
    result: bool | None = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth
