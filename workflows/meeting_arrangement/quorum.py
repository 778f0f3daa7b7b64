"""When a meeting may decide, and when something is decided: the rules of quorum and vote as a table. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ORDINARY, PERSONNEL = "一般事项", "干部任免"
MATTERS = (ORDINARY, PERSONNEL)
"""Kinds of matter that a body may have rules of its own for."""


class Base(StrEnum):
    """What a fraction is of."""

    DUE = "due"
    """应到会: the members who are to come, less those excused from the count."""
    PRESENT = "present"
    """实到: the members who have come."""
    CAST = "cast"
    """The ballots that were cast."""


class Choice(StrEnum):
    """What a member may say to a decision; how it is called depends on the matter (:data:`CHOICES`)."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"
    DEFER = "defer"


CHOICES: Mapping[str, tuple[Choice, ...]] = {
    ORDINARY: (Choice.YES, Choice.NO, Choice.ABSTAIN),
    PERSONNEL: (Choice.YES, Choice.NO, Choice.DEFER),
}
"""赞成、反对、弃权; for 干部任免 同意、不同意、缓议.

Source: 《党政领导干部选拔任用工作条例》 for 干部任免 (发表同意、不同意或者缓议等明确意见); the other is practice.
"""


@dataclass(frozen=True)
class Threshold:
    """A fraction of a base that must be reached (``>=``, 以上 includes the number itself) or exceeded (``>``, 超过、过半)."""

    op: str
    numerator: int
    denominator: int
    base: Base

    def is_met(self, count: int, total: int) -> bool:
        """Tell whether a count is enough of a total; of nobody nothing is enough."""
        if total <= 0:
            return False
        given, needed = count * self.denominator, total * self.numerator
        return given > needed if self.op == ">" else given >= needed

    def least(self, total: int) -> int:
        """Return the smallest count that is enough of a total."""
        share = total * self.numerator
        return share // self.denominator + 1 if self.op == ">" else -(-share // self.denominator)


@dataclass(frozen=True)
class MatterRule:
    """How a body decides about one kind of matter.

    Attributes:
        matter: One of :data:`MATTERS`.
        quorum: How many members must be there.
        passing: How many must say yes.
        secret: Whether ballots are only counted, and not kept by name.
        recused_counted: Whether members who have withdrawn from an item stay in the base.
    """

    matter: str
    quorum: Threshold
    passing: Threshold
    secret: bool = False
    recused_counted: bool = False


def parse_threshold(text: str) -> Threshold:
    """Read a rule as the settings write it.

    Args:
        text: Such as ``>= 1/2 of due`` or ``> 1/2 of cast``.

    Raises:
        ValueError: It is not written so, or asks for nothing or for more than all.
    """
    op, fraction, of, base = text.split()
    numerator, denominator = map(int, fraction.split("/"))
    sane = 0 <= numerator <= denominator and denominator > 0 and (op, numerator) not in ((">=", 0), (">", denominator))
    if op not in (">", ">=") or of != "of" or not sane:
        raise ValueError(text)
    return Threshold(op, numerator, denominator, Base(base))
