"""Paths through a drawing that may be wrong: what can be reached, and which nodes lie on circles. Linear in its size."""

from collections.abc import Iterable, Mapping, Sequence

from engine.process import Activity, Process

Edges = Mapping[str, Sequence[str]]


def onward(process: Process, activity: Activity) -> list[str]:
    """Return the nodes next to one: over its flows, those of its boundary events, and over a link; only those there are."""
    ahead = [flow.target for flow in process.outgoing(activity.id) if flow.target in process.activities]
    ahead.extend(boundary.id for boundary in process.boundaries(activity.id))
    if (
        activity.trigger is not None
        and activity.trigger.kind == "link"
        and activity.element == "intermediateThrowEvent"
    ):
        catch = process.link_catch(activity)
        if catch is not None:
            ahead.append(catch.id)
    return ahead


def closure(seeds: Iterable[str], edges: Edges, without: str | None = None) -> set[str]:
    """Return everything reachable from the seeds, the seeds included, without visiting one node."""
    found = set(seeds)
    ahead = list(found)
    while ahead:
        for follower in edges.get(ahead.pop(), ()):
            if follower not in found and follower != without:
                found.add(follower)
                ahead.append(follower)
    return found


def turned(edges: Edges) -> dict[str, list[str]]:
    """Return the same edges, backwards."""
    back: dict[str, list[str]] = {}
    for source, targets in edges.items():
        for target in targets:
            back.setdefault(target, []).append(source)
    return back


def on_circles(edges: Edges) -> set[str]:
    """Return the nodes from which a path leads back to themselves.

    Source:
        Kosaraju's algorithm for strongly connected components.
    """
    order = _in_order_of_finish(edges)
    back = turned(edges)
    found: set[str] = {source for source, targets in edges.items() if source in targets}
    seen: set[str] = set()
    for start in reversed(order):
        if start in seen:
            continue
        component = [start]
        seen.add(start)
        for node in component:
            for before in back.get(node, ()):
                if before not in seen:
                    seen.add(before)
                    component.append(before)
        if len(component) > 1:
            found.update(component)
    return found


def _in_order_of_finish(edges: Edges) -> list[str]:
    order: list[str] = []
    seen: set[str] = set()
    for start in edges:
        if start in seen:
            continue
        seen.add(start)
        stack = [(start, iter(edges[start]))]
        while stack:
            node, targets = stack[-1]
            following = next((one for one in targets if one not in seen and one in edges), None)
            if following is None:
                order.append(node)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(edges[following])))
    return order
