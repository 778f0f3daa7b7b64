"""Safe and total expressions: a small, checked part of Python's expression language.

Foreign text is parsed to a syntax tree, every node of which must be on a short list, and is then computed by the functions
below; nothing is ever handed to Python's own evaluation. There is no attribute access: a dotted name such as
``passed.countersign`` is one key, looked up in the scope. The size of texts, of results and of the work in between is
bounded, so that every expression ends quickly. Reasons are written in Chinese: the director reads them beside his diagram.
"""

import ast
import keyword
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from functools import lru_cache

from engine.errors import ExpressionFailed, ExpressionInvalid
from engine.model import Value

LONGEST_SOURCE = 2_000
LONGEST_SCRIPT = 20_000
MOST_NODES = 400
DEEPEST = 40
LARGEST_NUMBER = Decimal(10) ** 30
LONGEST_RESULT = 100_000
MOST_STEPS = 1_000_000
DIGITS = 28
LAST_KEY_CHARACTER = "\uffff"

EXACT = Context(prec=100, traps=[InvalidOperation, DivisionByZero, Overflow])
"""Enough digits for sums and products of the largest numbers; only a quotient is rounded, to ``DIGITS``."""

WRAPPER = re.compile(r"\s*[$#]\{(?P<inside>.*)\}\s*", re.DOTALL)
OPENING = re.compile(r"[$#]\{")
PIECES = re.compile(
    r"""(?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
    r"""|(?P<juel>&&|\|\||!(?!=))|(?P<break>[\r\n\t])|(?P<code>[^'"&|!\r\n\t]+|.)""",
    re.DOTALL,
)
JUEL_SIGNS = {"&&": " and ", "||": " or ", "!": "~"}
JUEL_NAMES: Mapping[str, Value] = {"true": True, "false": False, "null": None}
NOT_CODE = frozenset("~#\\;")
UNUSUAL_ESCAPE = re.compile(r"\\[^\\'\"nt]", re.DOTALL)

NOT_AN_EXPRESSION = "不是可以识别的表达式"
TOO_LONG = "太长"
TOO_LARGE = "太复杂"
NOT_ACCEPTED = "这里的写法不能使用"
NOT_PLAIN = "含有全角符号或不规范的字符，请改用半角"
BAD_NAME = "这个名称不能使用"
BAD_TEXT = "文字的写法不能使用"
BAD_NUMBER = "数字太大"
MIXED = "表达式前后不能再有其他文字"
NOT_AN_ASSIGNMENT = "不是“名称 = 表达式”的形式"
NOTHING_ASSIGNED = "没有赋值"
TOO_MANY_STEPS = "运算量太大"

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
        evaluation = _Evaluation(self.source, scope, functions)
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
    code = _Code.of(source)
    try:
        tree = ast.parse(code.text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionInvalid(source, NOT_AN_EXPRESSION, code.column(getattr(error, "offset", 0) or 0)) from error
    check = _Check(source, code)
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
    for line in _lines(source):
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


def _lines(source: str) -> Iterator[str]:
    for line in source.splitlines():
        if line.strip().startswith("#"):
            continue
        ends = [piece.start() for piece in _semicolons(line)]
        for start, end in zip([0, *(at + 1 for at in ends)], [*ends, len(line)], strict=True):
            if statement := line[start:end].strip():
                yield statement


def _semicolons(line: str) -> Iterator[re.Match[str]]:
    outside = PIECES.sub(lambda piece: "_" * len(piece[0]) if piece.lastgroup == "text" else piece[0], line)
    return re.finditer(";", outside)


def _is_target(name: str) -> bool:
    usable = name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__")
    return usable and name not in JUEL_NAMES and unicodedata.is_normalized("NFKC", name)


@dataclass(frozen=True)
class _Code:
    """The Python text of an expression; ``origins`` says where in the source each of its characters came from."""

    text: str
    origins: tuple[int, ...]

    @classmethod
    def of(cls, source: str) -> "_Code":
        wrapped = WRAPPER.fullmatch(source)
        start, end = wrapped.span("inside") if wrapped else (0, len(source))
        start += len(source[start:end]) - len(source[start:end].lstrip())
        end -= len(source[start:end]) - len(source[start:end].rstrip())
        pieces: list[str] = []
        origins: list[int] = []
        after_text = False
        for match in PIECES.finditer(source, start, end):
            piece = cls._piece(source, match, after_text)
            after_text = match.lastgroup == "text" or (after_text and not piece.strip())
            pieces.append(piece)
            origins.extend(match.start() + (at if len(piece) == len(match[0]) else 0) for at in range(len(piece)))
        return cls("".join(pieces), tuple(origins))

    @staticmethod
    def _piece(source: str, match: re.Match[str], after_text: bool) -> str:
        piece, column = match[0], match.start() + 1
        if match.lastgroup == "text":
            if after_text or UNUSUAL_ESCAPE.search(piece):
                raise ExpressionInvalid(source, BAD_TEXT, column)
            return piece
        if match.lastgroup == "juel":
            return JUEL_SIGNS[piece]
        if match.lastgroup == "break":
            return " "
        if not unicodedata.is_normalized("NFKC", piece):  # Python would take the name for a different one
            unusual = (at for at, char in enumerate(piece) if not unicodedata.is_normalized("NFKC", char))
            raise ExpressionInvalid(source, NOT_PLAIN, column + next(unusual, 0))
        if NOT_CODE & set(piece):
            raise ExpressionInvalid(source, NOT_ACCEPTED, column)
        return piece

    def column(self, offset: int) -> int:
        """Return the column in the source for the column in the text; both count from 1, 0 is unknown."""
        if not 0 < offset <= len(self.origins):
            return 0
        return self.origins[offset - 1] + 1

    def column_of(self, node: ast.expr) -> int:
        """Return the column in the source at which a node begins."""
        return self.column(len(self.text.encode()[: node.col_offset].decode()) + 1)


class _Check:
    """Visits a syntax tree and refuses whatever is not on the list."""

    OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
    COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot)

    def __init__(self, source: str, code: _Code) -> None:
        self.names: set[str] = set()
        self.functions: set[str] = set()
        self._source = source
        self._code = code
        self._nodes = 0

    def visit(self, node: ast.expr, depth: int) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES or depth > DEEPEST:
            raise self._refused(node, TOO_LARGE)
        match node:
            case ast.Name() | ast.Attribute():
                self._name(node)
            case ast.Constant():
                self._constant(node)
            case _:
                for child in self._children(node):
                    self.visit(child, depth + 1)

    def _children(self, node: ast.expr) -> Sequence[ast.expr]:
        match node:
            case ast.BoolOp(values=values):
                return values
            case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub() | ast.UAdd(), operand=operand):
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
            case ast.Dict(keys=keys, values=values) if None not in keys:
                return (*(key for key in keys if key is not None), *values)
            case ast.Subscript(value=value, slice=index) if not isinstance(index, ast.Slice):
                return (value, index)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if not name.startswith("__"):
                self.functions.add(name)
                return args
        raise self._refused(node, NOT_ACCEPTED)

    def _name(self, node: ast.Name | ast.Attribute) -> None:
        name = _dotted(node)
        if name is None:
            raise self._refused(node, NOT_ACCEPTED)
        if any(part.startswith("__") for part in name.split(".")):
            raise self._refused(node, BAD_NAME)
        if name not in JUEL_NAMES:
            self.names.add(name)

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, float):
            written = ast.get_source_segment(self._code.text, node) or ""
            try:
                value = node.value = Decimal(written.replace("_", ""))  # type: ignore[assignment]  # exactly as written
            except InvalidOperation as error:
                raise self._refused(node, BAD_NUMBER) from error
        if not (value is None or isinstance(value, bool | int | Decimal | str)):
            raise self._refused(node, NOT_ACCEPTED)
        if isinstance(value, int | Decimal) and value > LARGEST_NUMBER:
            raise self._refused(node, BAD_NUMBER)

    def _refused(self, node: ast.expr, reason: str) -> ExpressionInvalid:
        return ExpressionInvalid(self._source, reason, self._code.column_of(node))


def _dotted(node: ast.expr) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


class _Evaluation:
    """Computes one accepted tree."""

    def __init__(self, source: str, scope: Scope, functions: Functions) -> None:
        self._source = source
        self._scope = scope
        self._functions = functions
        self._steps = 0

    def value(self, node: ast.expr) -> Value:
        match node:
            case ast.Constant(value=constant):
                return _plain(constant) if isinstance(constant, Decimal) else constant  # type: ignore[return-value]
            case ast.Name() | ast.Attribute():
                return self._named(_dotted(node) or "")
            case ast.BoolOp(op=ast.And(), values=values):
                return all(self._truth(value) for value in values)
            case ast.BoolOp(values=values):
                return any(self._truth(value) for value in values)
            case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
                return not self._truth(operand)
            case ast.UnaryOp(op=op, operand=operand):
                return self._arithmetic(ast.Sub() if isinstance(op, ast.USub) else ast.Add(), 0, self.value(operand))
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
                return {self._key(key): self.value(value) for key, value in pairs if key is not None}
            case ast.Subscript(value=container, slice=index):
                return self._item(self.value(container), self.value(index))
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._called(name, [self.value(argument) for argument in args])
        raise self._failed(NOT_ACCEPTED)

    def result(self, value: Value) -> Value:
        """Return the value if it is one that can be kept: not too large, and with nothing in it that is no value."""
        size, open_values = 0, [value]
        while open_values:
            one = open_values.pop()
            size += 1
            match one:
                case str():
                    size += len(one)
                case list():
                    open_values.extend(one)
                case dict():
                    if any(key.startswith("$") or any(char > LAST_KEY_CHARACTER for char in key) for key in one):
                        raise self._failed(BAD_NAME)
                    size += sum(map(len, one))
                    open_values.extend(one.values())
                case None | bool() | int() | Decimal():
                    pass
                case _:
                    raise self._failed(f"结果不能是 {type(one).__name__}")
            if size > LONGEST_RESULT or len(open_values) > LONGEST_RESULT:
                raise self._failed("结果太长")
        return value

    def _named(self, name: str) -> Value:
        if name in JUEL_NAMES:
            return JUEL_NAMES[name]
        if name in self._scope:
            return self._scope[name]
        raise self._failed(f"没有变量 {name}")

    def _key(self, node: ast.expr) -> str:
        key = self.value(node)
        if not isinstance(key, str):
            raise self._failed(f"键应当是文字，不能是{_kind(key)}")
        return key

    def _truth(self, node: ast.expr) -> bool:
        return bool(self.value(node))

    def _number(self, value: Value) -> int | Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self._failed(f"{_kind(value)}不能当作数字")
        number = Decimal(value)
        if not number.is_finite() or number.copy_abs() > LARGEST_NUMBER:
            raise self._failed(BAD_NUMBER)
        return value

    def _arithmetic(self, op: ast.operator, left: Value, right: Value) -> Value:
        if isinstance(op, ast.Add) and isinstance(left, str) and isinstance(right, str):
            return self._bounded(left + right)
        if isinstance(op, ast.Add) and isinstance(left, list) and isinstance(right, list):
            return self._bounded(left + right)
        one, other = Decimal(self._number(left)), Decimal(self._number(right))
        with localcontext(EXACT) as context:
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
                    case _:
                        quotient, rest = divmod(one, other)
                        if rest and (rest < 0) != (other < 0):  # Python's integers round down, decimals towards zero
                            quotient, rest = quotient - 1, rest + other
                        result = quotient if isinstance(op, ast.FloorDiv) else rest
            except ArithmeticError as error:
                raise self._failed(BAD_NUMBER if other else "除数为零") from error
        return self._bounded(_plain(result))

    def _bounded(self, value: Value) -> Value:
        if isinstance(value, str | list) and len(value) > LONGEST_RESULT:
            raise self._failed("结果太长")
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return _plain(Decimal(self._number(value)))
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
                return self._equal(left, right)
            case ast.NotEq() | ast.IsNot():
                return not self._equal(left, right)
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

    def _equal(self, left: Value, right: Value) -> bool:
        self._spend(left)
        return _equal(left, right)

    def _contains(self, container: Value, value: Value) -> bool:
        if isinstance(container, str) and isinstance(value, str):
            return value in container
        if isinstance(container, list | dict):
            self._spend(container)
            return any(_equal(value, element) for element in container)
        raise self._failed(f"在{_kind(container)}中不能查找{_kind(value)}")

    def _item(self, container: Value, index: Value) -> Value:
        if isinstance(container, list) and isinstance(index, int) and not isinstance(index, bool):
            if -len(container) <= index < len(container):
                return container[index]
        elif isinstance(container, dict) and isinstance(index, str) and index in container:
            return container[index]
        raise self._failed(f"{_kind(container)}中没有这一项")

    def _called(self, name: str, arguments: list[Value]) -> Value:
        function = self._functions.get(name)
        if function is None:
            raise self._failed(f"没有函数 {name}")
        for argument in arguments:
            self._spend(argument)
        try:
            with localcontext(EXACT):
                value = function(*arguments)
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise self._failed(f"函数 {name} 不能这样使用") from error
        return self._bounded(value)

    def _spend(self, value: Value) -> None:
        """Count a step for each element of a value that is about to be walked through."""
        open_values = [value]
        while open_values:
            one = open_values.pop()
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise self._failed(TOO_MANY_STEPS)
            if isinstance(one, list):
                open_values.extend(one)
            elif isinstance(one, dict):
                open_values.extend(one.values())

    def _failed(self, reason: str) -> ExpressionFailed:
        return ExpressionFailed(self._source, reason)


def _plain(number: Decimal) -> int | Decimal:
    """Return a number in its one form: a whole number is an int, others have no trailing zeros."""
    return int(number) if number == number.to_integral_value() else number.normalize(EXACT)


def _kind(value: Value) -> str:
    match value:
        case None:
            return "空值"
        case bool():
            return "是否值"
        case int() | Decimal():
            return "数字"
        case str():
            return "文字"
        case list():
            return "列表"
    return "对照表"


def _equal(left: Value, right: Value) -> bool:
    """Compare as Python does, except that a boolean never equals a number."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(value, right[key]) for key, value in left.items())
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def _count(value: Value) -> int:
    if value is None:
        return 0
    if isinstance(value, str | list | dict):
        return len(value)
    raise TypeError("nothing that can be counted")


def _empty(value: Value) -> bool:
    return value is None or value in ("", [], {})


def _contains(container: Value, value: Value) -> bool:
    if container is None:
        return False
    if isinstance(container, str) and isinstance(value, str):
        return value in container
    if isinstance(container, list | dict):
        return any(_equal(value, element) for element in container)
    raise TypeError("contains nothing")


def _numbers(values: Sequence[Value]) -> list[int | Decimal]:
    given = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    numbers = [value for value in given if isinstance(value, int | Decimal) and not isinstance(value, bool)]
    if len(numbers) != len(given):
        raise TypeError("not only numbers")
    return numbers


def _total(*values: Value) -> Value:
    return sum((Decimal(number) for number in _numbers(values)), Decimal(0))


def _absolute(value: Value) -> Value:
    [number] = _numbers([value])
    return abs(Decimal(number))


def _rounded(value: Value, digits: Value = 0) -> Value:
    [number] = _numbers([value])
    if isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= DIGITS:
        raise ValueError("digits")
    return Decimal(number).quantize(Decimal(1).scaleb(-digits), "ROUND_HALF_UP")


VARIABLE_FUNCTIONS: Functions = {
    "count": _count,
    "empty": _empty,
    "contains": _contains,
    "min": lambda *values: min(_numbers(values)),
    "max": lambda *values: max(_numbers(values)),
    "sum": _total,
    "abs": _absolute,
    "round": _rounded,
}
"""The functions that conditions and scripts may call; expressions about people may call the office's too."""
