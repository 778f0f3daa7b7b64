"""Expressions, literals and scripts: checked once, evaluated often."""

import ast
import keyword
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from engine.errors import ExpressionFailed, ExpressionInvalid
from engine.expressions.checking import Check
from engine.expressions.evaluation import Evaluation
from engine.expressions.limits import LONGEST_SCRIPT, LONGEST_SOURCE
from engine.expressions.reasons import (
    BAD_NAME,
    MIXED,
    NOT_AN_ASSIGNMENT,
    NOT_AN_EXPRESSION,
    NOTHING_ASSIGNED,
    TOO_LARGE,
    TOO_LONG,
)
from engine.expressions.source import OPENING, WRAPPER, Code, statements
from engine.expressions.values import JUEL_NAMES, Functions, Scope
from engine.model import Value


@dataclass(frozen=True)
class Expression:
    """An accepted expression; ``names`` and ``functions`` are what it asks of the scope and the table."""

    source: str
    names: frozenset[str]
    functions: frozenset[str]
    _tree: ast.expr

    def evaluate(self, scope: Scope, functions: Functions) -> Value:
        """Return the value.

        Args:
            scope: Values by name; dotted names are single keys.
            functions: The table of functions that may be called.

        Returns:
            The value; never a float.

        Raises:
            ExpressionFailed: A name is missing, a type does not fit, a division by zero, or a result beyond bounds.
        """
        evaluation = Evaluation(self.source, scope, functions)
        try:
            return evaluation.result(evaluation.value(self._tree))
        except RecursionError as error:
            raise ExpressionFailed(self.source, TOO_LARGE) from error


@dataclass(frozen=True)
class Literal:
    """A text without an expression in it: its value is the text."""

    source: str
    names: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()

    def evaluate(self, scope: Scope, functions: Functions) -> Value:
        """Return the text."""
        return self.source


@dataclass(frozen=True)
class Script:
    """A list of assignments, carried out in order."""

    source: str
    lines: tuple[tuple[str, Expression], ...]

    def evaluate(self, scope: Scope, functions: Functions) -> dict[str, Value]:
        """Return the values assigned; a line sees what the lines before it assigned.

        Raises:
            ExpressionFailed: One of the lines failed; nothing is assigned then.
        """
        assigned: dict[str, Value] = {}
        seen = dict(scope)
        for target, expression in self.lines:
            assigned[target] = seen[target] = expression.evaluate(seen, functions)
        return assigned


@lru_cache(maxsize=4096)
def compile_expression(source: str) -> Expression:
    """Check an expression, with or without a ``${…}`` around it.

    Args:
        source: As written in the model. ``&&``, ``||``, ``!``, ``true``, ``false`` and ``null`` are understood too.

    Returns:
        The accepted expression.

    Raises:
        ExpressionInvalid: Says why and at which column of ``source``, counted from 1.
    """
    if len(source) > LONGEST_SOURCE:
        raise ExpressionInvalid(source[:40] + "…", TOO_LONG)
    code = Code.of(source)
    try:
        tree = ast.parse(code.text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionInvalid(source, NOT_AN_EXPRESSION, code.column(getattr(error, "offset", 0) or 0)) from error
    check = Check(source, code)
    check.visit(tree, 0)
    return Expression(source, frozenset(check.names), frozenset(check.functions), tree)


@lru_cache(maxsize=1024)
def compile_script(source: str) -> Script:
    """Check a script: lines of ``name = expression``; blank lines and lines that start with ``#`` are skipped.

    A semicolon ends a line too. Names are plain: a script cannot set a dotted one.

    Raises:
        ExpressionInvalid: A line is something else.
    """
    if len(source) > LONGEST_SCRIPT:
        raise ExpressionInvalid(source[:40] + "…", TOO_LONG)
    lines: list[tuple[str, Expression]] = []
    for line in statements(source):
        target, equals, expression = line.partition("=")
        if not equals or expression.startswith("="):
            raise ExpressionInvalid(line, NOT_AN_ASSIGNMENT)
        if not _is_target(target.strip()):
            raise ExpressionInvalid(line, BAD_NAME, 1)
        lines.append((target.strip(), compile_expression(expression)))
    if not lines:
        raise ExpressionInvalid(source, NOTHING_ASSIGNED)
    return Script(source, tuple(lines))


def compile_value(text: str) -> Expression | Literal:
    """Check what a model's attribute holds: ``${…}`` is an expression, anything else stands for itself.

    Raises:
        ExpressionInvalid: The expression is not accepted, or stands in the middle of other text.
    """
    if WRAPPER.fullmatch(text):
        return compile_expression(text)
    if OPENING.search(text):
        raise ExpressionInvalid(text, MIXED)
    return Literal(text)


def _is_target(name: str) -> bool:
    usable = name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__")
    return usable and name not in JUEL_NAMES and unicodedata.is_normalized("NFKC", name)
