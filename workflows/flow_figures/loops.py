"""Finds the ways by which a case came back to a step. Pure."""

from collections.abc import Iterator

from workflows.flow_figures.values import Life


def loops_of(life: Life) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield each way back: the steps from the last passage of a step to the next one, both included, and its event.

    The way is erased once it was told, as a walk's loops are: of A, B, A, B one loop is told, from A to A, and not another one
    from B to B, which would be the same coming back. Steps of parallel branches stand in the order in which they were opened.

    Args:
        life: Of one case.
    """
    way: list[tuple[str, int]] = []
    for passage in life.passages:
        if passage.undone or passage.again:
            continue
        here = (passage.activity_id, passage.group)
        if here in way:
            start = way.index(here)
            yield tuple(step for step, _group in [*way[start:], here]), passage.seq
            del way[start:]
        way.append(here)


def rounds_of(life: Life) -> dict[tuple[str, int], tuple[int, int]]:
    """Return how many rounds each step had, and the event with which the last one began."""
    rounds: dict[tuple[str, int], tuple[int, int]] = {}
    for passage in life.passages:
        if not passage.undone:
            rounds[passage.activity_id, passage.group] = (passage.round, passage.seq)
    return rounds
