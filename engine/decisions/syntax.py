"""The trees of S-FEEL: a cell is a yes-or-no over the input value, any other expression is a value.

Unary tests are written out as what they mean: ``< 10`` is a comparison of the input with 10, ``1,5`` is a choice of two
equalities. There are no loops, so a tree is computed in as many steps as it has nodes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.decisions.terms import Term
from engine.expressions.language import Expression


@dataclass(frozen=True)
class Literal:
    """A value as written."""

    value: Term


@dataclass(frozen=True)
class Subject:
    """The value under test, ``?``."""


@dataclass(frozen=True)
class Name:
    """A variable."""

    name: str


@dataclass(frozen=True)
class Chain:
    """Operations of one rank, from left to right."""

    first: "Node"
    following: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True)
class Negative:
    """A minus sign."""

    operand: "Node"


@dataclass(frozen=True)
class Comparison:
    """Two values compared by one of the six signs."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Within:
    """A value in a range; ``above`` is ``>`` or ``>=``, ``below`` is ``<`` or ``<=``."""

    value: "Node"
    above: str
    low: "Node"
    below: str
    high: "Node"


@dataclass(frozen=True)
class Matches:
    """The value under test equals another, or stands in it if that is a list."""

    value: "Node"


@dataclass(frozen=True)
class In:
    """A value that becomes the one under test for a test of its own."""

    value: "Node"
    test: "Node"


@dataclass(frozen=True)
class Both:
    """All hold."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True)
class Either:
    """One holds."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    """The opposite holds."""

    node: "Node"


@dataclass(frozen=True)
class If:
    """One of two values."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True)
class ListOf:
    """A list."""

    elements: tuple["Node", ...]


@dataclass(frozen=True)
class Call:
    """A function called."""

    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class House:
    """An expression of the house between ``${`` and ``}``."""

    expression: Expression


Node = (
    Literal | Subject | Name | Chain | Negative | Comparison | Within | Matches | In | Both | Either | Not | If | ListOf
    | Call | House
)  # fmt: skip
TESTS = (Comparison, Within, Matches, In, Both, Either, Not)
"""The nodes whose value is yes or no."""


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes below one that are about the same value under test."""
    match node:
        case Chain(first, following):
            return (first, *(operand for _sign, operand in following))
        case Negative(one) | Matches(one) | Not(one) | In(one, _):
            return (one,)
        case Comparison(_, left, right):
            return (left, right)
        case Within(value, _, low, _, high):
            return (value, low, high)
        case Both(nodes) | Either(nodes) | ListOf(nodes) | Call(_, nodes):
            return nodes
        case If(condition, then, otherwise):
            return (condition, then, otherwise)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it that is about the same value under test."""
    ahead = [node]
    while ahead:
        one = ahead.pop()
        yield one
        ahead.extend(children(one))


def tested_against(node: Node) -> Iterator[Term]:
    """Yield the literal values that a test compares the value under test with."""
    for one in walk(node):
        match one:
            case Matches(Literal(value)) | Comparison(_, Subject(), Literal(value)):
                yield value
            case Within(Subject(), _, low, _, high):
                yield from (end.value for end in (low, high) if isinstance(end, Literal))
