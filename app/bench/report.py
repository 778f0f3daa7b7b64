"""What a run found: rows of a table, the same as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

BARE, FIVE_STEPS = "× 裸提交", "× 五步流程"


@dataclass(frozen=True)
class Row:
    """One measurement; ``goal`` is the most it should be, or the least where more is better."""

    name: str
    value: float
    unit: str
    goal: float
    met: bool


@dataclass(frozen=True)
class Report:
    """All measurements of a run."""

    bare_commit_ms: float
    database: str
    rows: tuple[Row, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def row(name: str, value: float, unit: str, goal: float) -> Row:
    shown = round(value, 2)
    return Row(name, shown, unit, goal, shown <= goal)


def row_at_least(name: str, value: float, unit: str, goal: float) -> Row:
    shown = round(value, 2)
    return Row(name, shown, unit, goal, shown >= goal)
