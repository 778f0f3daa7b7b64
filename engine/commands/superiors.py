"""Who stands above a person, as the directory says: the head of their unit, or the leader in charge of it."""

from collections.abc import Callable, Mapping

from engine.model import Value

Functions = Mapping[str, Callable[..., Value]]
NEEDED = frozenset({"unit_of", "head_of", "leader_of"})
"""The functions of the directory that are asked."""


def superior_of(functions: Functions, person: str, unit: str = "") -> str:
    """Return the head of a person's unit or, where they are the head, the leader in charge of it (分管领导).

    Args:
        functions: Of the directory.
        person: Whose superior is asked for.
        unit: Code of the unit they act for; without it, the one they belong to first.

    Returns:
        A username; empty where nobody stands above them there.
    """
    unit = unit or str(functions["unit_of"](person) or "")
    above = (str(functions[name](unit) or "") for name in ("head_of", "leader_of"))
    return next((one for one in above if one not in ("", person)), "")
