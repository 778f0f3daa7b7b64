"""What a DMN file says, in the engine's words. Everything is frozen; requirements form no circle."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.decisions.feel import Cell
from engine.decisions.terms import Term
from engine.model import Value


class HitPolicy(StrEnum):
    """Which of the rules that match make the result; DMN 1.3, 8.2.10."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """What COLLECT makes of the outputs it collects; DMN 1.3, 8.2.11."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


LISTING = frozenset({HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT})
"""The policies whose result is a list."""


@dataclass(frozen=True)
class Input:
    """A column of conditions; ``variable`` is the name under which cells of the house see the value."""

    label: str
    expression: Cell
    type_ref: str = ""
    allowed: Cell | None = None
    variable: str = "cellInput"


@dataclass(frozen=True)
class Output:
    """A column of results; ``priorities`` are the allowed values, the most important first."""

    name: str
    label: str = ""
    type_ref: str = ""
    allowed: Cell | None = None
    priorities: tuple[Term, ...] = ()
    default: Cell | None = None


@dataclass(frozen=True)
class DecisionRule:
    """A row; ``number`` counts from 1."""

    id: str
    number: int
    tests: tuple[Cell, ...]
    entries: tuple[Cell, ...]


@dataclass(frozen=True)
class DecisionTable:
    """A table; every rule has a test for each input and an entry for each output."""

    hit_policy: HitPolicy
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[DecisionRule, ...]
    aggregation: Aggregation | None = None


@dataclass(frozen=True)
class LiteralExpression:
    """A decision made by one expression."""

    expression: Cell
    type_ref: str = ""


@dataclass(frozen=True)
class Decision:
    """A decision with those it requires; ``variable`` is the name of its result beside its id."""

    id: str
    name: str
    variable: str
    logic: DecisionTable | LiteralExpression
    required: tuple["Decision", ...] = ()


@dataclass(frozen=True)
class DecisionResult:
    """What a decision came to: a row of named outputs for each rule that counts.

    ``rules`` are the ids of the rules that match; ``listing`` says whether the policy makes a list.
    """

    decision: str
    outputs: tuple[str, ...]
    rows: tuple[Mapping[str, Value], ...]
    listing: bool = False
    rules: tuple[str, ...] = ()
