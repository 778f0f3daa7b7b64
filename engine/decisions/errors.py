"""Why a decision could not be made; reasons are Chinese, for the person who has to put it right.

``column`` is the heading of the column and ``rule`` the number of the row, counted from 1, as the modeler shows them; empty
and 0 where the trouble is in neither.
"""

from dataclasses import dataclass

from engine.errors import ExecutionFailed


@dataclass(eq=False)
class DecisionFailed(ExecutionFailed):
    """The decision could not be made with the values at hand."""

    decision: str
    reason: str
    column: str = ""
    rule: int = 0


@dataclass(eq=False)
class CellFailed(DecisionFailed):
    """A cell or an expression of the decision could not be evaluated."""


@dataclass(eq=False)
class InputRefused(DecisionFailed):
    """The value of an input is not of the type or range its column names."""


@dataclass(eq=False)
class OutputRefused(DecisionFailed):
    """The value of an output is not of the type or range its column names."""


@dataclass(eq=False)
class RulesContradict(DecisionFailed):
    """More rules match than the hit policy allows; ``rules`` are their numbers."""

    rules: tuple[int, ...] = ()


@dataclass(eq=False)
class ResultUnfit(DecisionFailed):
    """The rules that match do not make a result of the kind asked for."""
