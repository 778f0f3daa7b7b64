"""The steps of a flow's main path, as a bar above the page: done, current, to come. Pure.

The main path goes from the start to an end without coming back: at a gateway where one way is chosen it follows the way the case
has taken, else the first in the file that leads to an end; where several ways are gone, it has the steps of them all.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.process import PERSON_TASKS, Activity, Process

CHOOSING = frozenset({"exclusiveGateway", "eventBasedGateway"})
DONE, CURRENT, TO_COME = "done", "current", "to_come"


@dataclass(frozen=True)
class BarStep:
    """One step of the bar; ``state`` is done, current or to_come."""

    id: str
    name: str
    state: str


def step_bar(process: Process, done: Sequence[str], current: Collection[str]) -> tuple[BarStep, ...]:
    """Return the steps of the main path with what has become of each.

    After a return, steps behind the current ones are to come again, though they were passed. A current step that lies beside the
    main path stands behind the last step done.

    Args:
        process: The definition.
        done: Nodes and flows that were passed, in order.
        current: The steps at which tokens stand.

    Returns:
        Steps in the order in which they follow each other.
    """
    order = {element: place for place, element in enumerate(done)}
    steps = [one for one in _ordered(process, _links(process, order)) if _is_step(process, one)]
    known = {one.id for one in steps}
    beside = [process.activity(one) for one in current if one in process.activities and one not in known]
    beside = [one for one in beside if _is_step(process, one) and one.container == process.key]
    if beside:
        passed = [place for place, one in enumerate(steps) if one.id in order]
        at = passed[-1] + 1 if passed and not known & set(current) else 0
        steps[at:at] = beside
    last = max((place for place, one in enumerate(steps) if one.id in current), default=len(steps))
    return tuple(
        BarStep(one.id, one.name or one.id, _state(one.id, place < last, order, current))
        for place, one in enumerate(steps)
    )


def _state(step: str, before: bool, done: Mapping[str, int], current: Collection[str]) -> str:
    if step in current:
        return CURRENT
    return DONE if before and step in done else TO_COME


def _is_step(process: Process, one: Activity) -> bool:
    """Tell whether people know a node as a step: they act there, inside of it, or in what it calls."""
    if not one.is_scope or one.by_event:
        return one.element in PERSON_TASKS
    return one.element == "callActivity" or _has_people(process, one.id)


def _has_people(process: Process, scope: str) -> bool:
    inside = [one for one in process.activities.values() if one.container == scope]
    return any(one.element in PERSON_TASKS or (one.is_scope and _is_step(process, one)) for one in inside)


def _links(process: Process, order: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Return the main path: for each node on it the nodes that follow, none of which comes back."""
    links: dict[str, tuple[str, ...]] = {}
    behind: set[str] = set()  # the nodes between the start and the one that is looked at
    pending: list[tuple[str, Iterator[str]]] = []

    def enter(node: str) -> None:
        behind.add(node)
        links[node] = tuple(one for one in _following(process, node, order, behind) if one not in behind)
        pending.append((node, iter(links[node])))

    enter(process.start.id)
    while pending:
        node, rest = pending[-1]
        following = next(rest, None)
        if following is None:
            pending.pop()
            behind.discard(node)
        elif following not in links:
            enter(following)
    return links


def _following(process: Process, node: str, order: Mapping[str, int], behind: Collection[str]) -> list[str]:
    activity = process.activity(node)
    if (
        activity.element == "intermediateThrowEvent"
        and activity.trigger is not None
        and activity.trigger.kind == "link"
    ):
        catch = process.link_catch(activity)
        return [catch.id] if catch else []
    flows = process.outgoing(node)
    if activity.element not in CHOOSING:
        return [flow.target for flow in flows]
    leading = [flow for flow in flows if flow.target not in behind and _ends(process, flow.target, behind)]
    taken = [flow for flow in leading if flow.id in order]
    chosen = max(taken, key=lambda flow: order[flow.id]) if taken else next(iter(leading), None)
    return [chosen.target] if chosen else []


def _ends(process: Process, start: str, behind: Collection[str]) -> bool:
    """Tell whether an end can be reached from a node without coming back to the path so far."""
    seen, pending = {start}, [start]
    while pending:
        node = pending.pop()
        if not process.outgoing(node):
            return True
        fresh = {flow.target for flow in process.outgoing(node)} - seen - set(behind)
        seen |= fresh
        pending.extend(fresh)
    return False


def _ordered(process: Process, links: Mapping[str, tuple[str, ...]]) -> list[Activity]:
    """Return the nodes of the main path so that none stands before one that leads to it; else as in the file."""
    waiting = dict.fromkeys(links, 0)
    for following in links.values():
        for one in following:
            waiting[one] += 1
    free = [node for node, count in waiting.items() if count == 0]
    ordered: list[Activity] = []
    while free:
        node = min(free, key=process.places.__getitem__)
        free.remove(node)
        ordered.append(process.activity(node))
        for one in links[node]:
            waiting[one] -= 1
            if waiting[one] == 0:
                free.append(one)
    return ordered
