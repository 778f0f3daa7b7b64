"""When a join is enabled. Pure questions about a marking and the flows of one scope."""

from collections import Counter

from engine.marking import Arrival, Marking
from engine.process import Activity, Process

JOINING = frozenset({"parallelGateway", "inclusiveGateway"})


def is_join(process: Process, activity: Activity) -> bool:
    """Tell whether tokens wait here for each other."""
    return activity.element in JOINING and len(process.incoming(activity.id)) > 1


def arrived(marking: Marking, join: str, scope: int) -> Counter[str]:
    """Return how many tokens wait at a join, by the flow they came over."""
    return Counter(one.flow for one in marking.arrivals if one.join == join and one.scope == scope)


def parallel_enabled(process: Process, marking: Marking, join: str, scope: int) -> bool:
    """Tell whether a parallel gateway has a token on each of its incoming flows.

    Source:
        BPMN 2.0.2 section 13.4.1.
    """
    waiting = arrived(marking, join, scope)
    return all(waiting[flow.id] for flow in process.incoming(join))


def inclusive_enabled(process: Process, marking: Marking, join: str, scope: int) -> bool:
    """Tell whether an inclusive gateway with at least one token needs to wait for no other.

    It waits for a token elsewhere that can reach one of its empty incoming flows and none of those that hold a token, on paths
    that do not visit the gateway.

    Source:
        BPMN 2.0.2 section 13.4.3.
    """
    waiting = arrived(marking, join, scope)
    if not waiting:
        return False
    flows = process.incoming(join)
    empty = {flow.source for flow in flows if not waiting[flow.id]}
    holding = {flow.source for flow in flows if waiting[flow.id]}
    if not empty:
        return True
    return not any(
        _reaches(process, place, empty, join) and not _reaches(process, place, holding, join)
        for place in _places(marking, scope, join)
    )


def consume(process: Process, marking: Marking, join: str, scope: int) -> None:
    """Take one token from each incoming flow of a join that holds one; excess tokens stay where they are."""
    for flow in process.incoming(join):
        arrival = Arrival(join, flow.id, scope)
        if arrival in marking.arrivals:
            marking.arrivals.remove(arrival)


def reachable(process: Process, start: str, without: str | None = None) -> set[str]:
    """Return the nodes that a token at ``start`` can come to, itself included, without visiting one of them."""
    found, ahead = {start}, [start]
    while ahead:
        for node in onward(process, ahead.pop()):
            if node not in found and node != without:
                found.add(node)
                ahead.append(node)
    return found


def onward(process: Process, activity_id: str) -> list[str]:
    """Return the nodes next to one: over its flows, those of its boundary events, and over a link."""
    ahead = [flow.target for flow in process.outgoing(activity_id)]
    ahead.extend(boundary.id for boundary in process.boundaries(activity_id))
    activity = process.activity(activity_id)
    if (
        activity.element == "intermediateThrowEvent"
        and activity.trigger is not None
        and activity.trigger.kind == "link"
    ):
        catch = process.link_catch(activity)
        if catch is not None:
            ahead.append(catch.id)
    return ahead


def _reaches(process: Process, place: str, targets: set[str], join: str) -> bool:
    return not targets.isdisjoint(reachable(process, place, without=join))


def _places(marking: Marking, scope: int, join: str) -> set[str]:
    """Return where tokens of the scope are, other than at the join itself."""
    standing = {token.activity_id for token in marking.tokens if token.scope == scope and token.activity_id != join}
    return standing | {one.join for one in marking.arrivals if one.scope == scope and one.join != join}
