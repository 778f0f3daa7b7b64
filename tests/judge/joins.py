"""When an inclusive join is enabled, BPMN 2.0.2 section 13.4.3, and what a parallel one needs."""

from functools import lru_cache

from tests.judge.reader import Body, Flow, Node
from tests.judge.state import Scope, Standing, Token


def arrivals(scope: Scope, join: Node) -> list[Token]:
    """The oldest token on each incoming flow that holds one, in file order of the flows."""
    first: dict[str, Token] = {}
    for token in sorted(scope.tokens, key=lambda token: token.number):
        if token.node is join and token.standing is Standing.ARRIVED:
            first.setdefault(token.via.id, token)
    return [first[flow.id] for flow in join.incoming if flow.id in first]


def inclusive_enabled(scope: Scope, join: Node) -> bool:
    """Whether no token elsewhere can reach an empty flow into the join that could not reach a full one as well."""
    full = {token.via.id for token in arrivals(scope, join)}
    if not full:
        return False
    for token in scope.tokens:
        if token.node is join and token.standing is Standing.ARRIVED:
            continue
        within_reach = {flow.id for flow in join.incoming if token.node.id in _sources(scope.body, join, flow.source)}
        if within_reach and not within_reach & full:
            return False
    return True


@lru_cache(maxsize=1024)
def _sources(body: Body, join: Node, last: str) -> frozenset[str]:
    """The nodes from which a path leads to ``last`` without visiting the join; ``last`` is one of them."""
    before: dict[str, set[str]] = {}
    for node in body.nodes.values():
        for following in _successors(body, node):
            before.setdefault(following, set()).add(node.id)
    found: set[str] = set()
    open_nodes = [last] if last != join.id else []
    while open_nodes:
        node_id = open_nodes.pop()
        if node_id not in found:
            found.add(node_id)
            open_nodes.extend(before.get(node_id, set()) - {join.id})
    return frozenset(found)


def _successors(body: Body, node: Node) -> list[str]:
    following = [flow.target for flow in node.outgoing] + [event.id for event in node.boundary]
    if node.element == "intermediateThrowEvent" and node.kind == "link":
        target = body.link_target(node.definition.name)
        following += [target.id] if target else []
    return following


def leads_to(body: Body, join: Node, flow: Flow, node_id: str) -> bool:
    """Whether a path leads from a node to a flow into a join without visiting the join."""
    return node_id in _sources(body, join, flow.source)


def parallel_joins_ahead(body: Body, node: Node, *, alone: bool = False) -> list[Node]:
    """The parallel joins that a token at a node may come to; ``alone`` those that it could not feed by itself."""
    joins = [one for one in body.nodes.values() if one.element == "parallelGateway" and len(one.incoming) > 1]
    ahead = reached(body, node.id)
    return [
        join
        for join in joins
        if join.id in ahead and not (alone and all(leads_to(body, join, flow, node.id) for flow in join.incoming))
    ]


@lru_cache(maxsize=4096)
def reached(body: Body, start: str, without: str | None = None) -> frozenset[str]:
    """The nodes that can be come to from one, itself included, without visiting another."""
    found: set[str] = set()
    ahead = [start] if start != without else []
    while ahead:
        node_id = ahead.pop()
        if node_id not in found:
            found.add(node_id)
            ahead += [one for one in _successors(body, body.nodes[node_id]) if one != without]
    return frozenset(found)


@lru_cache(maxsize=4096)
def dominators(body: Body, node_id: str) -> frozenset[str]:
    """The nodes that every path from a start to a node visits, itself included; none where no path leads there."""
    starts = [node.id for node in body.nodes.values() if node.element == "startEvent"]
    ways = [start for start in starts if node_id in reached(body, start)]
    return frozenset(
        one for one in body.nodes if ways and not any(node_id in reached(body, start, one) for start in ways)
    )


@lru_cache(maxsize=4096)
def passed(body: Body, node_id: str) -> frozenset[str]:
    """The nodes that every way to a node leaves by a flow of theirs: one that an event has interrupted was not passed."""
    return frozenset(one for one in dominators(body, node_id) - {node_id} if not _reached_past(body, one, node_id))


def _reached_past(body: Body, node_id: str, target: str) -> bool:
    """Whether a boundary event of a node leads to another without the node's own flows."""
    return any(target in reached(body, event.id, node_id) for event in body.nodes[node_id].boundary)
