"""What the values of cells are, and how they compare and combine. Reasons are raised as ``Unfit``."""

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Any

from engine.decisions.temporal import Unfit, moment, shown, side_by_side, span, text_of
from engine.expressions.limits import DIGITS, EXACT, LARGEST_NUMBER, LONGEST_RESULT
from engine.expressions.reasons import BAD_NUMBER
from engine.expressions.values import equal, kind_of, plain
from engine.model import Value

Term = Value | date | timedelta
"""What a cell can have for a value: a process variable's value, or a date, an instant or a span on its way to one."""

ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def kind(term: Term) -> str:
    """Return what people call this kind of value."""
    if isinstance(term, date | timedelta):
        return "日期" if isinstance(term, date) else "时长"
    return kind_of(term)


def written(term: Term) -> Value:
    """Return the value as a process variable holds it: dates and spans as ISO 8601 texts."""
    return text_of(term) if isinstance(term, date | timedelta) else term


def number(term: Term) -> Decimal:
    """Return a number, or raise ``Unfit``."""
    if isinstance(term, bool) or not isinstance(term, int | Decimal):
        raise Unfit(f"{kind(term)}{shown(term)}不能当作数字")
    found = Decimal(term)
    if not found.is_finite() or found.copy_abs() > LARGEST_NUMBER:
        raise Unfit(BAD_NUMBER)
    return found


def ordered(sign: str, left: Term, right: Term) -> bool | None:
    """Tell whether ``left sign right`` holds; None, which is neither yes nor no, where one of them is null.

    Source:
        DMN 1.3, tables 42 and 44 (ordering with null is null).
    """
    if left is None or right is None:
        return None
    return ORDERS[sign](*_comparable(left, right))


def same(left: Term, right: Term) -> bool:
    """Tell whether two values are equal; values of different kinds are not, and only null equals null."""
    if left is None or right is None:
        return left is right
    if isinstance(left, date | timedelta) or isinstance(right, date | timedelta):
        one, other = _comparable(left, right)
        return one == other
    return equal(left, right)


def _comparable(left: Term, right: Term) -> tuple[object, object]:
    if isinstance(left, date) or isinstance(right, date):
        return side_by_side(left, right)
    if isinstance(left, timedelta) or isinstance(right, timedelta):
        return span(left), span(right)
    if isinstance(left, str) and isinstance(right, str):
        return left, right
    return number(left), number(right)


def combined(sign: str, left: Term, right: Term) -> Term:
    """Return ``left sign right`` of numbers, texts, dates and spans; raise ``Unfit`` where there is no such thing."""
    try:
        if isinstance(left, date | timedelta) or isinstance(right, date | timedelta):
            return _shifted(sign, left, right)
        if sign == "+" and isinstance(left, str) and isinstance(right, str):
            return bounded(left + right)
        return _calculated(sign, number(left), number(right))
    except OverflowError as error:
        raise Unfit("日期超出范围") from error


def _shifted(sign: str, left: Term, right: Term) -> Term:
    match sign:
        case "+" if isinstance(left, timedelta) and isinstance(right, timedelta):
            return left + right
        case "+" if isinstance(left, timedelta):
            return moment(right) + left
        case "+":
            return moment(left) + span(right)
        case "-" if isinstance(left, timedelta):
            return left - span(right)
        case "-" if isinstance(right, timedelta):
            return moment(left) - right
        case "-":
            one, other = side_by_side(left, right)
            return one - other
    raise Unfit(f"{kind(left)}和{kind(right)}不能用“{sign}”计算")


def _calculated(sign: str, left: Decimal, right: Decimal) -> Value:
    with localcontext(EXACT) as context:
        try:
            match sign:
                case "+":
                    result = left + right
                case "-":
                    result = left - right
                case "*":
                    result = left * right
                case _:
                    context.prec = DIGITS
                    result = left / right
        except ArithmeticError as error:
            raise Unfit(BAD_NUMBER if right else "除数为零") from error
    return plain(number(result))


def bounded(value: Value) -> Value:
    """Return the value if it is short enough to be kept, or raise ``Unfit``."""
    size = 0
    for part in parts(value):
        size += 1 + (len(part) if isinstance(part, str) else 0)
        if size > LONGEST_RESULT:
            raise Unfit("结果太长")
    return value


def parts(value: object) -> Iterator[object]:
    """Yield a value and everything in it, keys included."""
    ahead: list[object] = [value]
    while ahead:
        one = ahead.pop()
        yield one
        if isinstance(one, list):
            ahead.extend(one)
        elif isinstance(one, dict):
            ahead.extend(one)
            ahead.extend(one.values())
