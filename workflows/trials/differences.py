"""What is different between two ways through a flow: which steps were added, left out, or taken instead of others. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

ADDED, MISSING, INSTEAD = "added", "missing", "instead"
MOST_STEPS = 1_000
"""Of a longer way, only so many steps are compared."""


@dataclass(frozen=True)
class Difference:
    """One place at which two ways part.

    Attributes:
        kind: added, missing or instead.
        before: The steps that only the old way has, by id.
        after: The steps that only the new way has.
        follows: The step of the new way that it comes after; empty at the beginning.
    """

    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    follows: str


def differences(before: Sequence[str], after: Sequence[str]) -> tuple[Difference, ...]:
    """Return the places at which two ways part, in order; none where they are the same."""
    old, new = before[:MOST_STEPS], after[:MOST_STEPS]
    kinds = {"insert": ADDED, "delete": MISSING, "replace": INSTEAD}
    return tuple(
        Difference(kinds[tag], tuple(old[gone:left]), tuple(new[begun:come]), new[begun - 1] if begun else "")
        for tag, gone, left, begun, come in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
        if tag in kinds
    )
