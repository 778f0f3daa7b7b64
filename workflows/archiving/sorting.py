"""排列和编号: in which order the 件 of a year stand, and which 件号 each gets. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

DIGITS = re.compile(r"(\d+)")
LAST_DAY = "9999-12-31"
Class = tuple[str, str]
"""Period and unit: within a year, one series of 件号."""


@dataclass(frozen=True)
class Sortable:
    """What the order depends on; ``see`` are the ids of the 件 that it notes (互注)."""

    id: str
    retention: str
    unit: str
    dated_on: str
    document_number: str
    title: str
    see: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Placed:
    """A 件 and its 件号."""

    item: Sortable
    serial: int


def placed(items: Iterable[Sortable], periods: Sequence[str]) -> list[Placed]:
    """Return all 件 of a year in their order, each class counted from 1 without gaps.

    Within a class those of one matter stand together, the matter at the day of its earliest 件, and within a matter by day,
    then number, then title.

    Args:
        items: Of one year; ids occur once.
        periods: The office's periods in their order; classes come by period, then by unit.

    Source:
        DA/T 22-2015: 年度、机构（问题）、保管期限 divide; in the lowest class by matter and time; 件号 in one run from 1.
    """
    classes: defaultdict[Class, list[Sortable]] = defaultdict(list)
    for one in items:
        classes[one.retention, one.unit].append(one)
    order = {name: position for position, name in enumerate(periods)}
    ranked = sorted(classes, key=lambda one: (order.get(one[0], len(order)), one[0], one[1]))
    return [Placed(one, serial) for key in ranked for serial, one in enumerate(_by_matter(classes[key]), start=1)]


def digest_of_order(order: Sequence[Placed]) -> list[list[str | int]]:
    """Return what a person confirms when numbering: each 件 with its class and number, as canonical JSON can hold it."""
    return [[one.item.id, one.item.retention, one.item.unit, one.serial] for one in order]


def gaps(serials: Iterable[int]) -> list[int]:
    """Return the numbers that are missing from a run that should begin at 1, and those that occur twice."""
    given = sorted(serials)
    wanted = set(range(1, len(given) + 1))
    twice = {one for one, other in pairwise(given) if one == other}
    return sorted((wanted - set(given)) | twice)


def _by_matter(items: Sequence[Sortable]) -> list[Sortable]:
    matters: defaultdict[str, list[Sortable]] = defaultdict(list)
    leader = _matters({one.id: one.see for one in items})
    for one in items:
        matters[leader[one.id]].append(one)
    several = [sorted(matter, key=_place) for matter in matters.values()]
    return [one for matter in sorted(several, key=lambda matter: _place(matter[0])) for one in matter]


def _matters(see: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """Return, for each id, the one by which all are known that hang together with it; who is noted notes back."""
    near: defaultdict[str, set[str]] = defaultdict(set)
    for one, noted in see.items():
        for other in noted & see.keys():
            near[one].add(other)
            near[other].add(one)
    leader: dict[str, str] = {}
    for first in sorted(see):
        ahead = [] if first in leader else [first]
        while ahead:
            one = ahead.pop()
            if one not in leader:
                leader[one] = first
                ahead.extend(near[one])
    return leader


def _place(one: Sortable) -> tuple[str, list[tuple[int, int, str]], str, str]:
    """Return by what a 件 is ordered: numbers count by their value, so that 9号 stands before 10号."""
    number = [
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in DIGITS.split(one.document_number) if part
    ]
    return one.dated_on or LAST_DAY, number, one.title, one.id
