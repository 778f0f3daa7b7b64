"""Draws a sample: an order over the population that anybody can compute again. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence


def population_digest(ids: Iterable[str]) -> str:
    """Return the hash of a population, by which it can be told whether another one is the same.

    Args:
        ids: Of the cases, in any order.

    Returns:
        SHA-256 in hexadecimal, over the sorted ids with a line feed after each.
    """
    return hashlib.sha256("".join(f"{one}\n" for one in sorted(ids)).encode()).hexdigest()


def drawn(seed: str, ids: Iterable[str], size: int, scores: Mapping[str, int] | None = None) -> list[str]:
    """Return a sample.

    Args:
        seed: Any text; another one gives another order.
        ids: The population, in any order.
        size: How many at most.
        scores: The risk of each case, where a sample goes by it: the larger comes first, and the seed decides among equals.

    Returns:
        The ids of the cases that were drawn, in the order in which they came.

    Source:
        Ordering by a keyed hash is simple random sampling without replacement, as long as nobody chooses the ids by it; the
        seed is shown and kept, which auditing standards ask of a sample (it can be repeated). Risk before chance is custom.
    """
    known = scores or {}
    return sorted(ids, key=lambda one: (-known.get(one, 0), _place(seed, one), one))[:size]


def scored(kinds: Sequence[str], weights: Mapping[str, int]) -> int:
    """Return the risk of a case: the weight of each kind of deviation in it, as often as it occurs."""
    return sum(weights.get(kind, 0) for kind in kinds)


def _place(seed: str, instance_id: str) -> str:
    return hashlib.sha256(f"{seed}\n{instance_id}".encode()).hexdigest()
