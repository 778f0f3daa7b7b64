"""Computes an accepted syntax tree, within bounds."""

import ast
from collections.abc import Sequence
from decimal import Decimal, localcontext

from engine.errors import ExpressionFailed
from engine.expressions.checking import dotted
from engine.expressions.limits import DIGITS, EXACT, LARGEST_NUMBER, LAST_KEY_CHARACTER, LONGEST_RESULT, MOST_STEPS
from engine.expressions.reasons import BAD_NAME, BAD_NUMBER, NOT_ACCEPTED, TOO_MANY_STEPS
from engine.expressions.values import JUEL_NAMES, Functions, Scope, equal, kind_of, plain
from engine.model import Value


class Evaluation:
    """Computes one accepted tree."""

    def __init__(self, source: str, scope: Scope, functions: Functions) -> None:
        self._source = source
        self._scope = scope
        self._functions = functions
        self._steps = 0

    def value(self, node: ast.expr) -> Value:
        """Return the value of an accepted node; raise ``ExpressionFailed``."""
        match node:
            case ast.Constant(value=constant):
                return plain(constant) if isinstance(constant, Decimal) else constant  # type: ignore[return-value]
            case ast.Name() | ast.Attribute():
                return self._named(dotted(node) or "")
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
            raise self._failed(f"键应当是文字，不能是{kind_of(key)}")
        return key

    def _truth(self, node: ast.expr) -> bool:
        return bool(self.value(node))

    def _number(self, value: Value) -> int | Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self._failed(f"{kind_of(value)}不能当作数字")
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
        return self._bounded(plain(result))

    def _bounded(self, value: Value) -> Value:
        if isinstance(value, str | list) and len(value) > LONGEST_RESULT:
            raise self._failed("结果太长")
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return plain(Decimal(self._number(value)))
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
        return equal(left, right)

    def _contains(self, container: Value, value: Value) -> bool:
        if isinstance(container, str) and isinstance(value, str):
            return value in container
        if isinstance(container, list | dict):
            self._spend(container)
            return any(equal(value, element) for element in container)
        raise self._failed(f"在{kind_of(container)}中不能查找{kind_of(value)}")

    def _item(self, container: Value, index: Value) -> Value:
        if isinstance(container, list) and isinstance(index, int) and not isinstance(index, bool):
            if -len(container) <= index < len(container):
                return container[index]
        elif isinstance(container, dict) and isinstance(index, str) and index in container:
            return container[index]
        raise self._failed(f"{kind_of(container)}中没有这一项")

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
