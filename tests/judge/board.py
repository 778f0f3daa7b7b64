"""Tokens put, moved and taken away, and the ways out of a node: what every kind of step is made of.

Whatever may fail is computed before anything is changed, so that a node that fails has had no effects.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from tests.judge.reader import GATEWAYS, Flow, Node
from tests.judge.state import FAILURES, Scope, Standing, Stuck, Token, evaluate

Outgoing = tuple[str, str, dict[str, Any], dict[str, Any]]


class Board(ABC):
    """The tokens of one case. ``outbox`` holds (kind, name, correlation, payload) of what was thrown."""

    def __init__(self) -> None:
        self.root: Scope | None = None
        self.completed = False
        self.outbox: list[Outgoing] = []
        self.queue: deque[Token] = deque()
        self._numbers = count(1)

    @abstractmethod
    def scope_emptied(self, scope: Scope) -> None:
        """The last token of the scope is gone."""

    @abstractmethod
    def arrive(self, token: Token) -> None:
        """A token has come to a node over a flow, and is in the queue."""

    def number(self) -> int:
        return next(self._numbers)

    def live_scopes(self) -> Iterator[Scope]:
        """From the root inwards, older ones first."""
        if self.root is not None and not self.completed:
            yield from self.root.with_all_inside()

    def place(self, scope: Scope, node: Node, via: Flow | None = None, decision: str | None = None) -> Token:
        """A new token that is not in the queue."""
        token = Token(self.number(), scope, node, via, decision, Standing.WAITING)
        scope.tokens.append(token)
        scope.stuck = False
        return token

    def put(self, scope: Scope, node: Node, via: Flow | None = None, decision: str | None = None) -> Token:
        """A new token that is ready to move."""
        token = self.place(scope, node, via, decision)
        token.standing = Standing.READY
        self.queue.append(token)
        return token

    def remove(self, token: Token) -> None:
        """Take a token away with everything in it; its scope is not asked whether it is over."""
        token.gone = True
        token.scope.tokens.remove(token)
        token.armed.clear()
        for scope in token.inside:
            self.clear(scope)
        token.inside = []

    def clear(self, scope: Scope) -> None:
        for token in list(scope.tokens):
            self.remove(token)
        scope.armed.clear()
        scope.gone = True

    def ask_whether_over(self, scope: Scope) -> None:
        if not scope.tokens and not scope.gone:
            self.scope_emptied(scope)

    def depart(self, token: Token, ways: list[Flow]) -> None:
        """The token goes over these flows."""
        scope, decided = token.scope, token.node.element in ("userTask", "manualTask")
        self.remove(token)
        for flow in ways:
            target = scope.body.nodes[flow.target]
            self.arrive(
                self.put(scope, target, flow, token.decision if decided and target.element in GATEWAYS else None)
            )
        self.ask_whether_over(scope)

    def leave(self, token: Token) -> None:
        """The token goes on, or stays as an incident where it cannot."""
        token.leaving = True
        try:
            ways = ways_out(token.node, token.scope, decision=token.decision)
        except FAILURES:
            token.standing = Standing.FAILED
        else:
            self.depart(token, ways)


def ways_out(
    node: Node, scope: Scope, written: Mapping[str, Any] | None = None, *, decision: str | None = None
) -> list[Flow]:
    """The flows taken out of a node, once ``written`` is written; raises where there is none to take.

    Source:
        BPMN 2.0.2 sections 13.3.1 to 13.4.3.
    """
    flows = node.outgoing
    if node.element == "parallelGateway" or not flows:
        return flows
    default = [flow for flow in flows if flow.id == node.default]
    others = [flow for flow in flows if flow.id != node.default]
    seen = scope.visible() | dict(written or {})
    if decision is not None:
        seen["decision"] = decision

    def holds(flow: Flow) -> bool:
        return flow.condition is None or bool(evaluate(flow.condition, seen))

    if node.element == "exclusiveGateway":
        taken = next(([flow] for flow in others if holds(flow)), default)
    else:
        taken = [flow for flow in others if holds(flow)]
        conditional = [flow for flow in taken if flow.condition is not None]
        if node.element in GATEWAYS:
            taken = taken or default
        elif not conditional:
            taken = [flow for flow in flows if flow in taken or flow in default]
    if not taken:
        raise Stuck(node.id)
    return taken
