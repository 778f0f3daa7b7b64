"""User tasks done in seats: who has spoken, who may speak now, and whether it is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

CONSENT = frozenset({"agree", "amend"})


@dataclass
class Seats:
    """``rule`` is one of all, first, sequence, ratio, count, weight; ``limit`` its number. Nobody opposes without a word."""

    people: list[str]
    rule: str = "all"
    limit: Fraction = Fraction(0)
    one_by_one: bool = False
    weights: Mapping[str, int | Decimal] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    @property
    def open(self) -> list[str]:
        silent = [person for person in self.people if person not in self.said]
        return silent[:1] if self.one_by_one else silent

    @property
    def votes(self) -> dict[str, Any]:
        """What was said, in the order of opening; who typed it in and when is not the judge's business."""
        return {person: {"decision": self.said[person]} for person in self.people if person in self.said}

    @property
    def agreed(self) -> list[str]:
        return [person for person, decision in self.said.items() if decision in CONSENT]

    def counts(self) -> dict[str, int]:
        """What a completion condition may ask for."""
        return {
            "nrOfInstances": len(self.people),
            "nrOfCompletedInstances": len(self.said),
            "nrOfActiveInstances": len(self.open),
            "nrOfAgreed": len(self.agreed),
            "nrOfOpposed": len(self.said) - len(self.agreed),
        }

    def decided(self) -> bool | None:
        """True for passed, False for failed, None while it is open."""
        everybody_spoke = len(self.said) == len(self.people)
        unopposed = len(self.agreed) == len(self.said)
        if self.rule == "first":
            return unopposed if self.said else None
        if self.rule in ("all", "sequence"):
            return unopposed if everybody_spoke else None
        needed = self.limit * (1 if self.rule == "count" else self._weight(self.people))
        if self._weight(self.agreed) >= needed:
            return True
        silent = [person for person in self.people if person not in self.said]
        within_reach = self._weight(self.agreed) + self._weight(silent) >= needed
        return None if within_reach and not everybody_spoke else False

    def _weight(self, people: list[str]) -> Fraction:
        if self.rule != "weight":
            return Fraction(len(people))
        return sum((Fraction(self.weights[person]) for person in people), Fraction(0))
