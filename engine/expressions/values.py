"""What values are to expressions: kinds, equality, and the types of scopes and tables."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from engine.expressions.limits import EXACT
from engine.model import Value

JUEL_NAMES: Mapping[str, Value] = {"true": True, "false": False, "null": None}
Scope = Mapping[str, Value]
Functions = Mapping[str, Callable[..., Value]]


def plain(number: Decimal) -> int | Decimal:
    """Return a number in its one form: a whole number is an int, others have no trailing zeros."""
    return int(number) if number == number.to_integral_value() else number.normalize(EXACT)


def kind_of(value: Value) -> str:
    """Return what people call this kind of value."""
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


def equal(left: Value, right: Value) -> bool:
    """Compare as Python does, except that a boolean never equals a number."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(value, right[key]) for key, value in left.items())
    return isinstance(left, bool) == isinstance(right, bool) and left == right
