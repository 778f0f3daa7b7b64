"""Cells and expressions of decisions: parsed once, evaluated often.

S-FEEL is the language whatever the file calls it; an expression of the house can be written between ``${`` and ``}``.
"""

from dataclasses import dataclass
from functools import lru_cache

from engine.decisions.computing import Frame
from engine.decisions.parsing import Parser
from engine.decisions.syntax import Either, House, Literal, Matches, Node
from engine.decisions.temporal import Unfit
from engine.decisions.terms import Term
from engine.errors import ExpressionFailed, ExpressionInvalid
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.expressions.language import compile_expression
from engine.expressions.limits import LONGEST_SOURCE
from engine.expressions.reasons import BAD_NUMBER, TOO_LARGE, TOO_LONG
from engine.expressions.source import WRAPPER

ANYTHING = ("", "-")


@dataclass(frozen=True)
class Cell:
    """An accepted cell; ``names`` are the variables it speaks of."""

    source: str
    node: Node
    names: frozenset[str] = frozenset()

    def term(self, frame: Frame) -> Term:
        """Return the value, dates as dates.

        Args:
            frame: The variables, the value under test, and the steps that are left.

        Returns:
            The value; of a test it is yes, no, or None where null leaves it open.

        Raises:
            ExpressionFailed: A variable is missing, a kind does not fit, a division by zero, or beyond bounds.
        """
        try:
            return frame.value(self.node)
        except Unfit as error:
            raise ExpressionFailed(self.source, str(error)) from error
        except RecursionError as error:
            raise ExpressionFailed(self.source, TOO_LARGE) from error
        except ArithmeticError as error:
            raise ExpressionFailed(self.source, BAD_NUMBER) from error

    def holds(self, frame: Frame) -> bool:
        """Tell whether the value under test meets this test; raise ``ExpressionFailed``."""
        return self.term(frame) is True

    @property
    def literals(self) -> tuple[Term, ...] | None:
        """The values of a test that is nothing but a list of them, else None."""
        nodes = self.node.nodes if isinstance(self.node, Either) else (self.node,)
        values = [node.value for node in nodes if isinstance(node, Matches)]
        found = tuple(value.value for value in values if isinstance(value, Literal))
        return found if len(found) == len(nodes) else None


@lru_cache(maxsize=8192)
def compile_test(source: str) -> Cell:
    """Check an input cell: unary tests, a condition that speaks of ``?``, or nothing (``-``), which anything meets.

    Raises:
        ExpressionInvalid: Says why and at which column, counted from 1.

    Source:
        DMN 1.3, 7.3.3 and 9.1, grammar rules 7 to 17.
    """
    text = source.strip()
    if text in ANYTHING:
        return Cell(text, Literal(value=True))
    if house := _of_the_house(text):
        return Cell(text, Matches(house.node), house.names)
    parser = _parser(text, with_subject=True)
    return Cell(text, parser.whole(parser.tests), frozenset(parser.names))


@lru_cache(maxsize=8192)
def compile_entry(source: str) -> Cell:
    """Check an expression: of an input, of an output cell (an empty one is null), or of a decision without a table.

    Raises:
        ExpressionInvalid: Says why and at which column, counted from 1.
    """
    text = source.strip()
    if not text:
        return Cell(text, Literal(None))
    if house := _of_the_house(text):
        return house
    parser = _parser(text, with_subject=False)
    return Cell(text, parser.whole(parser.expression), frozenset(parser.names))


def _parser(text: str, *, with_subject: bool) -> Parser:
    if len(text) > LONGEST_SOURCE:
        raise ExpressionInvalid(text[:40] + "…", TOO_LONG)
    return Parser(text, with_subject=with_subject)


def _of_the_house(text: str) -> Cell | None:
    if not WRAPPER.fullmatch(text):
        return None
    expression = compile_expression(text)
    if unknown := expression.functions - frozenset(VARIABLE_FUNCTIONS):
        raise ExpressionInvalid(text, "没有函数 " + "、".join(sorted(unknown)))
    return Cell(text, House(expression), expression.names)
