"""When a step done in seats is decided. Pure arithmetic over a tally.

A rule ends early in both directions: as soon as it is met, and as soon as it can no longer be met. ``all`` waits for
everybody, because every opinion is asked for.
"""

from decimal import Decimal

from engine.marking import Tally

COMPLETIONS = ("all", "first", "sequence", "ratio", "count", "weight")
WITH_THRESHOLD = ("ratio", "count", "weight")


def parse_completion(text: str) -> tuple[str, Decimal]:
    """Split ``ratio:0.6`` into its rule and threshold.

    Args:
        text: One of :data:`COMPLETIONS`; those of :data:`WITH_THRESHOLD` followed by a colon and a positive number.

    Returns:
        The rule, and its threshold (0 where it has none).

    Raises:
        ValueError: It is none of these.
    """
    rule, _, threshold = text.partition(":")
    if rule not in COMPLETIONS or (rule in WITH_THRESHOLD) != bool(threshold):
        raise ValueError(text)
    if not threshold:
        return rule, Decimal(0)
    try:
        limit = Decimal(threshold)
    except ArithmeticError as error:
        raise ValueError(text) from error
    if not limit.is_finite() or limit <= 0 or (rule == "ratio" and limit > 1):
        raise ValueError(text)
    return rule, limit


def decided(completion: str, tally: Tally) -> bool | None:
    """Tell whether the countersign has passed, failed, or goes on.

    Args:
        completion: As written in the model, such as ``all`` or ``ratio:0.6``.
        tally: How the seats stand.

    Returns:
        True when passed, False when failed, None while it is open.
    """
    rule, limit = parse_completion(completion)
    waiting = tally.total - tally.agreed - tally.against
    if rule in ("all", "sequence"):
        return None if waiting else tally.against == 0
    if rule == "first":
        return None if tally.agreed + tally.against == 0 else tally.against == 0
    if rule == "weight":
        needed, reached = limit * tally.total_weight, tally.agreed_weight
        possible = tally.total_weight - tally.against_weight
    else:
        needed = limit * tally.total if rule == "ratio" else limit
        reached, possible = Decimal(tally.agreed), Decimal(tally.agreed + waiting)
    if reached >= needed:
        return True
    return False if possible < needed or not waiting else None
