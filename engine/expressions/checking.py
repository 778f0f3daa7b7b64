"""Refuses every syntax tree that holds a node which is not on the list."""

import ast
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from engine.errors import ExpressionInvalid
from engine.expressions.limits import DEEPEST, LARGEST_NUMBER, MOST_NODES
from engine.expressions.reasons import BAD_NAME, BAD_NUMBER, NOT_ACCEPTED, TOO_LARGE
from engine.expressions.source import Code
from engine.expressions.values import JUEL_NAMES


class Check:
    """Visits a syntax tree and refuses whatever is not on the list."""

    OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
    COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot)

    def __init__(self, source: str, code: Code) -> None:
        self.names: set[str] = set()
        self.functions: set[str] = set()
        self._source = source
        self._code = code
        self._nodes = 0

    def visit(self, node: ast.expr, depth: int) -> None:
        """Accept a node with all below it, or raise ``ExpressionInvalid``."""
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
        name = dotted(node)
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


def dotted(node: ast.expr) -> str | None:
    """Return the one key that a dotted name stands for, or None where the node is something else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None
