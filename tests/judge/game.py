"""The second judge: plays one case of a BPMN file by tokens, as BPMN 2.0.2 chapter 13 says.

It is written without SpiffWorkflow and without the engine; only expressions are evaluated by the engine's own language.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from tests.judge.board import ways_out
from tests.judge.happenings import AWAITED, correlation_of
from tests.judge.joins import arrivals, inclusive_enabled
from tests.judge.nesting import Nesting
from tests.judge.reader import Model, Node
from tests.judge.seats import Seats
from tests.judge.state import (
    FAILURES,
    Armed,
    Back,
    Hand,
    Path,
    Place,
    Scope,
    Standing,
    Stuck,
    Token,
    assigned,
    evaluate,
    names_nobody,
    value_of,
)

MOST_STEPS = 1_000
Service = Callable[[dict[str, Any]], dict[str, Any]]


class ServiceError(Exception):
    """Raised by a service for a business error that a boundary event may catch."""

    def __init__(self, code: str | None = None) -> None:
        super().__init__(code)
        self.code = code


class TokenGame(Nesting):
    """Plays one case. ``person_only`` are the values of the property ``kind`` that an empty list of seats cannot pass."""

    def __init__(
        self,
        model: Model,
        *,
        services: Mapping[str, Service] | None = None,
        person_only: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(model)
        self.services = services or {}
        self.person_only = person_only
        self._steps = 0

    def start(self, variables: Mapping[str, Any], event: str | None = None) -> None:
        self.begin_case(variables, event)
        self.settle()

    def complete(self, place: Place, decision: str, variables: Mapping[str, Any] | None = None) -> None:
        """Somebody is done at a place that waits for people."""
        token = self.open_token(place)
        token.scope.write(variables or {})
        token.scope.write({f"decision_of.{token.node.id}": decision})
        if token.seats is None:
            token.decision = decision
            if token.after:
                token.held, token.asked, token.after = True, [(None, person) for person in token.after], []
            else:
                self.finish(token)
        else:
            token.seats.said[place.seat] = decision
            self.count_votes(token)
        self.settle()

    def open_token(self, place: Place) -> Token:
        """The token that waits for somebody at a place."""
        return next(token for token in self.waiting_tokens() if place in open_places(token))

    def finish(self, token: Token) -> None:
        """The token of a person's step goes on, or straight back to who has lent it."""
        token.armed.clear()
        if token.back is None:
            self.leave(token)
        else:
            self.go_straight_back(token, token.back)

    def go_straight_back(self, token: Token, back: Back) -> None:
        self.remove(token)
        there = self.put(token.scope, back.node)
        there.back = back.further
        if back.person is not None:
            there.hands[None] = Hand(back.person)

    def fire_timer(self, place: Place, event_id: str) -> None:
        self.happen(next(armed for armed in self.all_armed("timer") if _named(armed) == (place, event_id)))
        self.settle()

    def deliver_message(self, name: str, correlation: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
        """Give a message to the oldest that awaits it; False, with nothing done, if nobody does."""
        for armed in self.all_armed("message"):
            if armed.event.definition.name == name and _correlates(correlation, armed.scope.visible()):
                self.happen(armed, payload)
                self.settle()
                return True
        return False

    def deliver_signal(self, name: str, payload: Mapping[str, Any]) -> int:
        """Give a signal to all that await it now, one after the other; return how many took it."""
        taken = 0
        for armed in [one for one in self.all_armed("signal") if one.event.definition.name == name]:
            if armed in armed.holder.armed:
                self.happen(armed, payload)
                self.settle()
                taken += 1
        return taken

    def jump(self, place: Place, target: str) -> None:
        """Take the token at a place away with all in it, and put one at another activity of the same scope."""
        token = self._token_at(place)
        self.remove(token)
        self.put(token.scope, token.scope.body.nodes[target.removeprefix(token.scope.prefix)])
        self.settle()

    def retry(self, place: Place) -> None:
        """Try again everything that failed at a place, one thing after the other."""
        failed = [token for token in self._tokens(Standing.FAILED) if token.place() == place]
        for scope in [scope for scope in self.live_scopes() if scope.stuck and scope.owner.place() == place]:
            scope.stuck = False
            self.scope_emptied(scope)
            self.settle()
        for token in failed:
            if token.standing is not Standing.FAILED or token not in self._tokens(Standing.FAILED):
                continue  # what was tried before it has taken it away
            if token.leaving:
                self.leave(token)
            elif token.runs is not None and token.inside == [] and token.runs.started:
                self.begin_next_run(token)
            else:
                token.standing = Standing.READY
                self.queue.append(token)
            self.settle()
        self.settle()

    @property
    def state(self) -> str:
        if self.completed:
            return "completed"
        return "incident" if self.incidents() else "running"

    def waiting(self) -> list[Place]:
        """What waits for people, one entry for each open seat."""
        return sorted(place for token in self.waiting_tokens() for place in open_places(token))

    def events(self) -> list[tuple[Place, str, str]]:
        """What is awaited: where, the event's id, its kind."""
        return sorted((*_named(armed), armed.event.kind) for armed in self.all_armed(*AWAITED))

    def incidents(self) -> list[Place]:
        """Where nodes failed, scopes cannot end, and joins starve."""
        found = [token.place() for token in self._tokens(Standing.FAILED)]
        found += [scope.owner.place() for scope in self.live_scopes() if scope.stuck]
        found += {place for _scope, place in self.starving()}
        return sorted(found)

    def starving(self) -> set[tuple[Scope, Place]]:
        """The joins to which nothing can come any more that they wait for, by scope."""
        found: set[tuple[Scope, Place]] = set()
        for scope in self.live_scopes():
            bringing = [token for token in scope.tokens if not token.node.triggered]
            if bringing and all(token.standing is Standing.ARRIVED for token in bringing):
                found |= {(scope, token.place()) for token in bringing}
        return found

    def scopes(self) -> list[Path]:
        """The paths of all scopes; a path stands as often as there are scopes on it."""
        return sorted(scope.path for scope in self.live_scopes())

    def variables(self, path: Path = ()) -> dict[str, Any]:
        """What the oldest scope of a path holds itself; the root's can be asked for when all is over, too."""
        if path == ():
            return dict(self.root.variables)
        scopes = [scope for scope in self.live_scopes() if scope.path == path]
        return dict(min(scopes, key=lambda scope: scope.number).variables)

    def node_at(self, place: Place) -> Node:
        """The node in the diagram of a place at which a token is."""
        return self._token_at(place).node

    def siblings(self, place: Place) -> Mapping[str, Node]:
        """The nodes of the scope in which the token of a place is, by id."""
        return self._token_at(place).scope.body.nodes

    def _tokens(self, standing: Standing) -> list[Token]:
        found = [token for scope in self.live_scopes() for token in scope.tokens if token.standing is standing]
        return sorted(found, key=lambda token: token.number)

    def waiting_tokens(self) -> list[Token]:
        return [token for token in self._tokens(Standing.WAITING) if token.node.element in ("userTask", "manualTask")]

    def _token_at(self, place: Place) -> Token:
        tokens = self._tokens(Standing.WAITING) + self._tokens(Standing.FAILED)
        return min(
            (token for token in tokens if token.place() == place._replace(seat=None)), key=lambda token: token.number
        )

    def settle(self) -> None:
        """Let everything move that can move by itself; joins that look around come before conditions."""
        self._steps = 0
        while self.queue or self._join_inclusively() or self._look_at_conditions():
            if self.queue and not (token := self.queue.popleft()).gone:
                self._step(token)

    def _join_inclusively(self) -> bool:
        for scope in self.live_scopes():
            joins = {token.node for token in scope.tokens if token.standing is Standing.ARRIVED}
            for join in sorted(joins, key=lambda join: join.position):
                if join.element == "inclusiveGateway" and inclusive_enabled(scope, join):
                    self._steps += 1
                    self._merge(scope, join)
                    return True
        return False

    def _look_at_conditions(self) -> bool:
        return self._steps <= MOST_STEPS and any(self.look_at(armed) for armed in self.all_armed("conditional"))

    def _merge(self, scope: Scope, join: Node) -> None:
        for token in arrivals(scope, join):
            self.remove(token)
        self.leave(self.place(scope, join))

    def _step(self, token: Token) -> None:
        self._steps += 1
        token.number = self.number()  # its age counts from when it comes to stand
        try:
            if self._steps > MOST_STEPS:
                raise Stuck(token.node.id)
            self._carry_out(token)
        except FAILURES:
            token.standing = Standing.FAILED

    def _carry_out(self, token: Token) -> None:
        """Carry out the node at which the token is; raises with nothing changed where that is not possible."""
        node, scope = token.node, token.scope
        match node.element:
            case "endEvent":
                self._end(token)
            case "parallelGateway" | "inclusiveGateway" if len(node.incoming) > 1:
                token.standing = Standing.ARRIVED
                if node.element == "parallelGateway" and len(arrivals(scope, node)) == len(node.incoming):
                    self._merge(scope, node)
            case "userTask" | "manualTask":
                self._open_task(token)
            case "subProcess" | "callActivity":
                self.enter(token)
            case "scriptTask":
                self._go_on(token, assigned(node.script, scope.visible()))
            case "serviceTask" | "businessRuleTask":
                self._serve(token)
            case "sendTask" | "intermediateThrowEvent":
                self._throw(token)
            case "intermediateCatchEvent" | "receiveTask" if node.kind != "link":
                self._await(token, [node, *node.boundary])
            case "eventBasedGateway":
                self._await(token, [scope.body.nodes[flow.target] for flow in node.outgoing])
            case _:
                self.depart(token, ways_out(node, scope, decision=token.decision))

    def arrive(self, token: Token) -> None:
        """Whoever is asked to do something is asked at once; all other nodes wait for their turn."""
        if token.node.element in ("userTask", "manualTask") and not self._passes_unseated(token):
            self.queue.remove(token)
            self._step(token)

    def _passes_unseated(self, token: Token) -> bool:
        """Whether it is a countersign that nobody sits at, which goes on like anything automatic."""
        try:
            seats = _seats(token.node, token.scope.visible())
        except FAILURES:
            return False
        return seats is not None and not seats.people

    def _await(self, token: Token, events: list[Node]) -> None:
        armed = [self.arming(event, token) for event in events]
        token.standing = Standing.WAITING
        self.attach(token, sorted(armed, key=lambda one: one.event.position))

    def _go_on(self, token: Token, written: Mapping[str, Any]) -> None:
        ways = ways_out(token.node, token.scope, written)
        token.scope.write(written)
        self.depart(token, ways)

    def _serve(self, token: Token) -> None:
        node, seen = token.node, token.scope.visible()
        inputs = {name: value_of(text, seen) for name, text in node.inputs.items()}
        if node.service not in self.services:
            raise Stuck(node.service)
        try:
            result = self.services[node.service](seen | inputs)
        except ServiceError as error:
            self._serve_error(token, error.code)
            return
        inside = seen | inputs | result
        outputs = {name: value_of(text, inside) for name, text in node.outputs.items()}
        self._go_on(token, result | outputs)

    def _serve_error(self, token: Token, code: str | None) -> None:
        catchers = [event for event in token.node.boundary if event.kind == "error"]
        exact = [event for event in catchers if event.definition.name == code]
        for event in exact or [event for event in catchers if event.definition.name is None]:
            self.happen(Armed(event, token))
            return
        if not self.caught(token.scope, "error", code):
            raise Stuck(token.node.id)

    def _throw(self, token: Token) -> None:
        node, scope = token.node, token.scope
        if node.kind == "link":
            target = scope.body.link_target(node.definition.name)
            if target is None:
                raise Stuck(node.id)
            self.put(scope, target)
            self.remove(token)
            return
        ways = ways_out(node, scope)
        self._send(node, scope)
        if node.kind == "escalation":
            self.caught(scope, "escalation", node.definition.name)
        if not token.gone:
            self.depart(token, ways)

    def _end(self, token: Token) -> None:
        node, scope = token.node, token.scope
        self._send(node, scope)
        match node.kind:
            case "terminate":
                for other in list(scope.tokens):
                    self.remove(other)
            case "error":
                if not self.caught(scope, "error", node.definition.name):
                    raise Stuck(node.id)
            case "escalation":
                self.remove(token)
                self.caught(scope, "escalation", node.definition.name)
            case _:
                self.remove(token)
        self.ask_whether_over(scope)

    def _send(self, node: Node, scope: Scope) -> None:
        if node.kind in ("message", "signal"):
            seen = scope.visible()
            payload = {name: value_of(text, seen) for name, text in node.inputs.items()}
            correlation = correlation_of(node, seen) if node.kind == "message" else {}
            self.outbox.append((node.kind, node.definition.name or "", correlation, payload))

    def _open_task(self, token: Token) -> None:
        node, scope = token.node, token.scope
        seats = _seats(node, scope.visible())
        if seats is None and not token.hands and names_nobody(node.assignee, scope.visible()):
            raise Stuck(node.id)
        if seats is not None and not seats.people:
            if node.properties.get("kind") in self.person_only:
                raise Stuck(node.id)
            written = {f"votes.{node.id}": {}, f"passed.{node.id}": True}
            if token.back is None:
                self._go_on(token, written)
            else:
                scope.write(written)
                self.go_straight_back(token, token.back)
            return
        boundary = [self.arming(event, token) for event in node.boundary]
        token.seats = seats
        token.standing = Standing.WAITING
        self.attach(token, boundary)

    def count_votes(self, token: Token) -> None:
        seats, node = token.seats, token.node
        if node.loop.until and "completion" not in node.properties:
            passed = seats.decided() if len(seats.said) == len(seats.people) else None
            try:
                if evaluate(node.loop.until, token.scope.visible() | seats.counts()):
                    passed = True
            except FAILURES:
                token.standing, token.armed, token.asked, token.hands = Standing.FAILED, [], [], {}
                return
        else:
            passed = seats.decided()
        if passed is not None:
            self.write_votes(token, passed=passed)
            self.finish(token)


def _seats(node: Node, seen: Mapping[str, Any]) -> Seats | None:
    if node.loop is None:
        return None
    people = seen.get(node.loop.collection or "")
    people = [] if people is None else people
    if not isinstance(people, list):
        raise Stuck(node.id)
    rule, _, limit = node.properties.get("completion", "").partition(":")
    rule = rule or ("sequence" if node.loop.sequential else "all")
    weights = evaluate(node.properties["weights"], seen) if rule == "weight" and people else {}
    one_by_one = node.loop.sequential or rule == "sequence"
    return Seats(list(dict.fromkeys(map(str, people))), rule, Fraction(limit or 0), one_by_one, weights)


def open_places(token: Token) -> list[Place]:
    """Where somebody may decide; nobody any more where the owner has decided and others sign after."""
    if token.held:
        return []
    return [token.place()] if token.seats is None else [token.place(seat) for seat in token.seats.open]


def _named(armed: Armed) -> tuple[Place, str]:
    return armed.place(), armed.scope.prefix + armed.event.id


def _correlates(correlation: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    return all(name in seen and seen[name] == value for name, value in correlation.items())
