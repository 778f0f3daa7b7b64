"""The functions that conditions and scripts may call."""

from collections.abc import Sequence
from decimal import Decimal

from engine.expressions.limits import DIGITS
from engine.expressions.values import Functions, equal
from engine.model import Value


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
        return any(equal(value, element) for element in container)
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
