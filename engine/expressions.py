"""Safe and total expressions: a small, checked part of Python's expression language.

Foreign text is parsed to a syntax tree, every node of which must be on a short list, and is then computed by the functions
below; nothing is ever handed to Python's own evaluation. There is no attribute access: a dotted name such as
``passed.countersign`` is one key, looked up in the scope. Size of text and of results is bounded, so that every
expression ends quickly.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from functools import lru_cache

from engine.errors import ExpressionFailed, ExpressionInvalid
from engine.model import Value

LONGEST_SOURCE = 2_000
MOST_NODES = 400
DEEPEST = 40
LARGEST_NUMBER = Decimal(10) ** 30
LONGEST_RESULT = 100_000
DIGITS = 28

WRAPPER = re.compile(r"^\s*[$#]\{(?P<inside>.*)\}\s*$", re.DOTALL)
TARGET = re.compile(r"^[^\W\d]\w*$")
STRINGS = re.compile(r"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
JUEL = ((re.compile(r"&&"), " and "), (re.compile(r"\|\|"), " or "), (re.compile(r"!(?!=)"), " not "))
JUEL_NAMES = {"true": True, "false": False, "null": None}

Scope = Mapping[str, Value]
Functions = Mapping[str, Callable[..., Value]]


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
        return _Evaluation(self.source, scope, functions).value(self._tree)


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
        for target, expression in self.lines:
            assigned[target] = expression.evaluate({**scope, **assigned}, functions)
        return assigned


@lru_cache(maxsize=4096)
def compile_expression(source: str) -> Expression:
    """Check an expression, with or without a ``${…}`` around it.

    Args:
        source: As written in the model. ``&&``, ``||``, ``!``, ``true``, ``false`` and ``null`` are understood too.

    Returns:
        The accepted expression.

    Raises:
        ExpressionInvalid: Says why and at which column.
    """
    if len(source) > LONGEST_SOURCE:
        raise ExpressionInvalid(source[:40] + "…", f"longer than {LONGEST_SOURCE} characters")
    wrapped = WRAPPER.match(source)
    text = _as_python((wrapped["inside"] if wrapped else source).strip())
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionInvalid(source, "not an expression", getattr(error, "offset", 0) or 0) from error
    check = _Check(source)
    check.visit(tree, 0)
    return Expression(source, frozenset(check.names), frozenset(check.functions), tree)


@lru_cache(maxsize=1024)
def compile_script(source: str) -> Script:
    """Check a script: lines of ``name = expression``; blank lines and lines that start with ``#`` are skipped.

    Raises:
        ExpressionInvalid: A line is something else.
    """
    lines: list[tuple[str, Expression]] = []
    for line in re.split(r"[\n;]", source):
        if not line.strip() or line.strip().startswith("#"):
            continue
        target, equals, expression = line.partition("=")
        if not equals or not TARGET.match(target.strip()) or expression.startswith("="):
            raise ExpressionInvalid(line.strip(), "not of the form name = expression")
        lines.append((target.strip(), compile_expression(expression)))
    if not lines:
        raise ExpressionInvalid(source, "no assignment")
    return Script(source, tuple(lines))


def compile_value(text: str) -> Expression | Literal:
    """Check what a model's attribute holds: ``${…}`` is an expression, anything else stands for itself."""
    return compile_expression(text) if WRAPPER.match(text) else Literal(text)


def _as_python(text: str) -> str:
    parts = STRINGS.split(text)
    for index in range(0, len(parts), 2):
        for pattern, replacement in JUEL:
            parts[index] = pattern.sub(replacement, parts[index])
    return "".join(parts).strip()


class _Check:
    """Visits a syntax tree and refuses whatever is not on the list."""

    OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
    COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot)

    def __init__(self, source: str) -> None:
        self.source = source
        self.names: set[str] = set()
        self.functions: set[str] = set()
        self._nodes = 0

    def visit(self, node: ast.expr, depth: int) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES or depth > DEEPEST:
            raise self._refused(node, "too large")
        if isinstance(node, ast.Attribute | ast.Name):
            self.names.add(self._dotted(node))
            return
        for child in self._children(node):
            self.visit(child, depth + 1)

    def _children(self, node: ast.expr) -> Sequence[ast.expr]:
        match node:
            case ast.Constant(value=value) if value is None or isinstance(value, bool | int | float | str):
                return ()
            case ast.BoolOp(values=values):
                return values
            case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.UAdd(), operand=operand):
                return (operand,)
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, self.OPERATORS):
                return (left, right)
            case ast.Compare(left=left, ops=ops, comparators=others) if all(
                isinstance(op, self.COMPARISONS) for op in ops
            ):
                return (left, *others)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return (test, body, orelse)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return elements
            case ast.Dict(keys=keys, values=values) if all(key is not None for key in keys):
                return (*(key for key in keys if key is not None), *values)
            case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Slice):
                return (value, index)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                self.functions.add(name)
                return args
        raise self._refused(node, "not accepted here")

    def _dotted(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            if node.id.startswith("__"):
                raise self._refused(node, "not a name")
            return node.id
        if isinstance(node, ast.Attribute) and not node.attr.startswith("_"):
            return f"{self._dotted(node.value)}.{node.attr}"
        raise self._refused(node, "not accepted here")

    def _refused(self, node: ast.expr, reason: str) -> ExpressionInvalid:
        return ExpressionInvalid(self.source, reason, node.col_offset + 1)


class _Evaluation:
    """Computes one accepted tree."""

    def __init__(self, source: str, scope: Scope, functions: Functions) -> None:
        self._source = source
        self._scope = scope
        self._functions = functions

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=constant):
                return Decimal(str(constant)) if isinstance(constant, float) else constant  # type: ignore[return-value]
            case ast.Name() | ast.Attribute():
                return self._named(ast.unparse(node))
            case ast.BoolOp(op=ast.And(), values=values):
                return all(self._truth(value) for value in values)
            case ast.BoolOp(values=values):
                return any(self._truth(value) for value in values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self._truth(operand)
            case ast.UnaryOp(op=op, operand=operand):
                number = self._number(self.value(operand))
                return -number if isinstance(op, ast.USub) else number
            case ast.BinOp(left=left, op=op, right=right):
                return self._arithmetic(op, self.value(left), self.value(right))
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self._compared(left, ops, others)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body) if self._truth(test) else self.value(orelse)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return [self.value(element) for element in elements]
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                return {str(self.value(key)): self.value(value) for key, value in pairs if key is not None}
            case ast.Subscript(value=container, slice=index):
                return self._item(self.value(container), self.value(index))
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._called(name, [self.value(argument) for argument in args])
        raise self._failed("not accepted here")

    def _named(self, name: str) -> Value:
        if name in self._scope:
            return self._scope[name]
        if name in JUEL_NAMES:
            return JUEL_NAMES[name]
        raise self._failed(f"no variable {name}")

    def _truth(self, node: ast.expr) -> bool:
        return bool(self.value(node))

    def _number(self, value: Value) -> int | Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self._failed(f"{type(value).__name__} is not a number")
        return value

    def _arithmetic(self, op: ast.operator, left: Value, right: Value) -> Value:
        if isinstance(op, ast.Add) and isinstance(left, str) and isinstance(right, str):
            return self._bounded(left + right)
        if isinstance(op, ast.Add) and isinstance(left, list) and isinstance(right, list):
            return self._bounded(left + right)
        one, other = Decimal(self._number(left)), Decimal(self._number(right))
        with localcontext() as context:
            context.prec = DIGITS * 2
            try:
                match op:
                    case ast.Add():
                        result = one + other
                    case ast.Sub():
                        result = one - other
                    case ast.Mult():
                        result = one * other
                    case ast.Div():
                        context.prec = DIGITS
                        result = one / other
                    case ast.FloorDiv():
                        result = (one / other).to_integral_value("ROUND_FLOOR")
                    case _:
                        result = one - other * (one / other).to_integral_value("ROUND_FLOOR")
            except (ZeroDivisionError, InvalidOperation) as error:
                raise self._failed("division by zero" if not other else "no number") from error
        if abs(result) > LARGEST_NUMBER:
            raise self._failed("number too large")
        return int(result) if result == result.to_integral_value() else result.normalize()

    def _bounded(self, value: Value) -> Value:
        if isinstance(value, str | list) and len(value) > LONGEST_RESULT:
            raise self._failed("result too long")
        return value

    def _compared(self, left: ast.expr, ops: Sequence[ast.cmpop], others: Sequence[ast.expr]) -> bool:
        value = self.value(left)
        for op, other in zip(ops, others, strict=True):
            following = self.value(other)
            if not self._holds(op, value, following):
                return False
            value = following
        return True

    def _holds(self, op: ast.cmpop, left: Value, right: Value) -> bool:
        match op:
            case ast.Eq() | ast.Is():
                return _equal(left, right)
            case ast.NotEq() | ast.IsNot():
                return not _equal(left, right)
            case ast.In() | ast.NotIn():
                return self._contains(right, left) == isinstance(op, ast.In)
        if not (isinstance(left, str) and isinstance(right, str)):
            left, right = self._number(left), self._number(right)
        match op:
            case ast.Lt():
                return left < right  # type: ignore[operator]
            case ast.LtE():
                return left <= right  # type: ignore[operator]
            case ast.Gt():
                return left > right  # type: ignore[operator]
        return left >= right  # type: ignore[operator]

    def _contains(self, container: Value, value: Value) -> bool:
        if isinstance(container, str) and isinstance(value, str):
            return value in container
        if isinstance(container, list | dict):
            return any(_equal(value, element) for element in container)
        raise self._failed(f"{type(container).__name__} contains nothing")

    def _item(self, container: Value, index: Value) -> Value:
        if isinstance(container, list) and isinstance(index, int) and -len(container) <= index < len(container):
            return container[index]
        if isinstance(container, dict) and isinstance(index, str) and index in container:
            return container[index]
        raise self._failed(f"no element {index!r}")

    def _called(self, name: str, arguments: list[Value]) -> Value:
        function = self._functions.get(name)
        if function is None:
            raise self._failed(f"no function {name}")
        try:
            return self._bounded(function(*arguments))
        except (TypeError, ValueError, ArithmeticError) as error:
            raise self._failed(f"{name}: {error}") from error

    def _failed(self, reason: str) -> ExpressionFailed:
        return ExpressionFailed(self._source, reason)


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return left == right


def _count(value: Value) -> int:
    if value is None:
        return 0
    if isinstance(value, str | list | dict):
        return len(value)
    raise TypeError("nothing that can be counted")


def _contains(container: Value, value: Value) -> bool:
    if container is None:
        return False
    if isinstance(container, str):
        return str(value) in container
    if isinstance(container, list | dict):
        return any(_equal(value, element) for element in container)
    raise TypeError("contains nothing")


def _numbers(values: tuple[Value, ...]) -> list[int | Decimal]:
    given = values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)
    numbers = [value for value in given if isinstance(value, int | Decimal) and not isinstance(value, bool)]
    if len(numbers) != len(given):
        raise TypeError("not only numbers")
    return numbers


def _rounded(value: Value, digits: Value = 0) -> Value:
    number = _numbers((value,))[0]
    if not isinstance(digits, int) or not 0 <= digits <= DIGITS:
        raise ValueError("digits")
    result = Decimal(number).quantize(Decimal(1).scaleb(-digits), "ROUND_HALF_UP")
    return int(result) if digits == 0 else result


VARIABLE_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "count": _count,
    "empty": lambda value: _count(value) == 0,
    "contains": _contains,
    "min": lambda *values: min(_numbers(values)),
    "max": lambda *values: max(_numbers(values)),
    "sum": lambda *values: sum(_numbers(values)),
    "abs": lambda value: abs(_numbers((value,))[0]),
    "round": _rounded,
}
"""The functions that conditions and scripts may call; expressions about people may call the office's too."""
