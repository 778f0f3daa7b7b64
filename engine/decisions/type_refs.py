"""The types a column can name, and which values are of them."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from engine.decisions.temporal import Unfit, moment, shown, text_of
from engine.decisions.terms import Term, kind, number
from engine.expressions.values import plain


def _text(term: Term) -> Term:
    if isinstance(term, date):
        return text_of(term)
    if not isinstance(term, str):
        raise Unfit(f"{kind(term)}{shown(term)}不是文字，文字应写在双引号中")
    return term


def _whole(term: Term) -> Term:
    found = plain(number(term))
    if isinstance(found, Decimal):
        raise Unfit(f"{shown(term)}不是整数")
    return found


def _truth(term: Term) -> Term:
    if not isinstance(term, bool):
        raise Unfit(f"{kind(term)}{shown(term)}不是 true 或 false")
    return term


TYPES: Mapping[str, Callable[[Term], Term]] = {
    "string": _text,
    "boolean": _truth,
    "number": lambda term: plain(number(term)),
    "double": lambda term: plain(number(term)),
    "integer": _whole,
    "long": _whole,
    "date": moment,
    "dateTime": moment,
    "date and time": moment,
}
ANY = frozenset({"", "Any"})
NUMERIC = frozenset({"", "number", "double", "integer", "long"})


def fitted(type_ref: str, term: Term) -> Term:
    """Return a value as one of a type; null is of every type.

    Args:
        type_ref: A key of :data:`TYPES`, or empty for any.
        term: The value.

    Returns:
        The value; a text that says a date becomes one where dates are asked for, a whole decimal an int.

    Raises:
        Unfit: It is not of this type.
    """
    return term if term is None or type_ref not in TYPES else TYPES[type_ref](term)
