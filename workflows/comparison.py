"""What differs between two texts: by paragraph, and within changed paragraphs by word. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
WORD = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
"""A Chinese character is a word here; figures and Latin words stay whole."""

STEPS = 16
MOST_STEPS = 2_000_000
"""Steps that one comparison may take: for each pair of equal words (or paragraphs) one, for each pair at all
a sixteenth; what goes beyond is shown as removed and added as a whole."""

LEAST_ALIKE = 0.3
"""Paragraphs that are less alike are no change of each other."""


@dataclass(frozen=True)
class Part:
    """A piece of a paragraph: same, added or removed."""

    change: str
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the comparison; ``change`` is same, added, removed, or changed where its parts differ."""

    change: str
    parts: tuple[Part, ...]


def compare(old: Sequence[str], new: Sequence[str]) -> list[Paragraph]:
    """Return both texts as one, in order, with what was removed before what was added."""
    same = next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    found = [Paragraph(SAME, (Part(SAME, text),)) for text in old[:same]]
    old, new = old[same:], new[same:]
    budget = _Budget(MOST_STEPS)
    if not budget.allows(old, new):
        found.extend(Paragraph(REMOVED, (Part(REMOVED, text),)) for text in old)
        found.extend(Paragraph(ADDED, (Part(ADDED, text),)) for text in new)
        return found
    for change, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            found.extend(Paragraph(SAME, (Part(SAME, text),)) for text in old[from_old:to_old])
        else:
            found.extend(_replaced(old[from_old:to_old], new[from_new:to_new], budget))
    return found


def differs(compared: Sequence[Paragraph]) -> bool:
    """Tell whether anything was changed."""
    return any(one.change != SAME for one in compared)


class _Budget:
    """How many steps may still be taken in one comparison, so that no text makes it take minutes."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def allows(self, old: Sequence[str], new: Sequence[str]) -> bool:
        there, here = Counter(old), Counter(new)
        steps = sum(count * here[one] for one, count in there.items()) + len(old) * len(new) // STEPS
        if steps > self._left:
            return False
        self._left -= steps
        return True


def _replaced(old: Sequence[str], new: Sequence[str], budget: _Budget) -> Iterator[Paragraph]:
    for before, after in zip_longest(old, new):
        if before is None:
            yield Paragraph(ADDED, (Part(ADDED, after),))
        elif after is None:
            yield Paragraph(REMOVED, (Part(REMOVED, before),))
        else:
            yield from _changed(before, after, budget)


def _changed(before: str, after: str, budget: _Budget) -> Iterator[Paragraph]:
    old, new = WORD.findall(before), WORD.findall(after)
    if budget.allows(old, new):
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        if matcher.ratio() >= LEAST_ALIKE:
            yield Paragraph(CHANGED, tuple(_parts(matcher, old, new)))
            return
    yield Paragraph(REMOVED, (Part(REMOVED, before),))
    yield Paragraph(ADDED, (Part(ADDED, after),))


def _parts(matcher: "SequenceMatcher[str]", old: list[str], new: list[str]) -> Iterator[Part]:
    for change, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        removed, added = "".join(old[from_old:to_old]), "".join(new[from_new:to_new])
        if change == "equal":
            yield Part(SAME, removed)
            continue
        if removed:
            yield Part(REMOVED, removed)
        if added:
            yield Part(ADDED, added)
