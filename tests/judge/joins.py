"""When an inclusive join is enabled, BPMN 2.0.2 section 13.4.3, and what a parallel one needs."""

from functools import lru_cache

from tests.judge.reader import Body, Node
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
