"""What people do to steps beyond completing them, in the judge's own words: which tokens go, and where one is put.

The judge reads no history: for a withdrawal it remembers of each completion what was there just before and just after.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.judge.game import TokenGame, open_places
from tests.judge.joins import arrivals, dominators, leads_to, parallel_joins_ahead, passed
from tests.judge.reader import Node
from tests.judge.seats import Seats
from tests.judge.state import Back, Hand, Place, Scope, Standing, Token

PERSONS = frozenset({"userTask", "manualTask"})
MODEL = "gexingyao"
"""Whose a step is that is not done in seats, in all drawings."""


@dataclass
class Done:
    """One completion: where, by whom, what it left behind, and whether it took nothing away but its own token."""

    token: Token
    node: Node
    seat: str | None
    seats: Seats | None
    person: str | None
    back: Back | None
    left: dict[Token, Standing]
    starved: frozenset[tuple[Scope, Place]]
    there: frozenset[Token]
    alone: bool
    withdrawn: bool = False


class Office(TokenGame):
    """A token game with everything that people may do to what is theirs. ``copies`` are those that were not read."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.suspended = False
        self.cancelled = False
        self.copies: list[tuple[str, str]] = []
        self.done: list[Done] = []

    @property
    def state(self) -> str:
        if self.cancelled:
            return "cancelled"
        return "suspended" if self.suspended else super().state

    def events(self) -> list[tuple[Place, str, str]]:
        return [] if self.suspended else super().events()

    def deliver_message(self, name: str, correlation: Mapping[str, Any], payload: Mapping[str, Any]) -> bool:
        return not self.suspended and super().deliver_message(name, correlation, payload)

    def deliver_signal(self, name: str, payload: Mapping[str, Any]) -> int:
        return 0 if self.suspended else super().deliver_signal(name, payload)

    def complete(self, place: Place, decision: str, variables: Mapping[str, Any] | None = None) -> None:
        token = self.open_token(place)
        before, awaited, starving = self._all_tokens(), self._awaited(), self.starving()
        hand = token.hands.pop(place.seat, None)
        super().complete(place, decision, variables)
        after = self._all_tokens()
        self.done.append(
            Done(
                token,
                token.node,
                place.seat,
                token.seats,
                hand.person if hand else None,
                token.back,
                left={one: one.standing for one in after if one not in before},
                starved=frozenset(self.starving() - starving),
                there=frozenset(after),
                alone=[one for one in before if one not in after] == [token] and awaited <= self._awaited(),
            )
        )

    def sign(self, place: Place, person: str) -> None:
        """Somebody who was asked signs; where the owner has decided, the token goes on after the last."""
        token, asked = next(
            (token, one)
            for token in self.waiting_tokens()
            if token.place() == place
            for one in token.asked
            if one[1] == person
        )
        token.asked.remove(asked)
        if token.held and not token.asked:
            self.finish(token)
        self.settle()

    def add_signers(self, place: Place, mode: str, people: tuple[str, ...]) -> None:
        token = self.open_token(place)
        if mode == "before":
            token.asked += [(place.seat, person) for person in people]
        elif mode == "after":
            token.after += people
        else:
            token.seats.people += people
        self.settle()

    def remove_signer(self, place: Place, kind: str, person: str) -> None:
        token = self.open_token(place)
        if kind == "seat":
            token.seats.people.remove(person)
            token.hands.pop(person, None)
            token.asked = [one for one in token.asked if one[0] != person]
            self.count_votes(token)
        elif kind == "after":
            token.after.remove(person)
        else:
            token.asked.remove((place.seat, person))
        self.settle()

    def send_back(self, place: Place, depth: int, target: str, person: str | None, *, direct: bool) -> None:
        """Take the token away with all that can only come after the target, and put one there.

        Where the target lies in a branch of a block that was joined, all that comes after the joins goes, and what the other
        branches brought counts as brought.
        """
        token = self.open_token(place)
        going = around(token, depth)
        scope = going.scope
        node = scope.body.nodes[target.removeprefix(scope.prefix)]
        certain = node.id in dominators(scope.body, going.node.id)
        back = self._way_back(token) if direct else None
        heads: set[str] = set()
        if not direct:
            heads = {node.id} if certain else {join.id for join in parallel_joins_ahead(scope.body, node, alone=True)}
        for one in list(scope.tokens):
            if one is going or heads & dominators(scope.body, _standing_at(one)):
                self.remove(one)
        there = self.put(scope, node)
        there.back = back
        if person is not None and node.loop is None:
            there.hands[None] = Hand(person)
        if not direct and not certain:
            self._count_as_brought(scope, node)
        self.settle()

    def _way_back(self, token: Token) -> Back:
        hand = token.hands.get(None)
        return Back(token.node, hand.person if hand else None, token.back)

    def _count_as_brought(self, scope: Scope, node: Node) -> None:
        places = {token.node.id for token in scope.tokens if token.standing is not Standing.ARRIVED}
        for join in parallel_joins_ahead(scope.body, node):
            held = {token.via.id for token in arrivals(scope, join)}
            for flow in join.incoming:
                if flow.id not in held and not any(leads_to(scope.body, join, flow, one) for one in places):
                    brought = self.place(scope, join, flow)
                    brought.standing = Standing.ARRIVED

    def may_be_withdrawn(self, done: Done) -> bool:
        """Tell whether all that a completion left behind is as it was then, and nothing else was lost by it."""
        if done.withdrawn or self.cancelled or self.suspended:
            return False
        if done.seat is not None:
            standing = not done.token.gone and done.token.standing is Standing.WAITING
            return standing and done.token.seats is done.seats and done.seat in done.seats.said
        if not done.alone or (done.token.scope.gone and done.token.scope is not self.root):
            return False
        if not done.left and not done.starved:
            return frozenset(self._all_tokens()) == done.there
        standing_still = all(not one.gone and one.standing is standing for one, standing in done.left.items())
        return standing_still and done.starved <= self.starving()

    def withdraw(self, number: int) -> None:
        """Take a completion back: its traces go, and the step is open again for whom it was."""
        done = self.done[number]
        done.withdrawn = True
        hand = {done.seat: Hand(done.person)} if done.person is not None else {}
        if done.seat is not None:
            del done.token.seats.said[done.seat]
            done.token.hands |= hand
        else:
            for one in done.left:
                if not one.gone:
                    self.remove(one)
            self.completed = self.root.gone = False
            there = self.put(done.token.scope, done.node)
            there.back, there.hands = done.back, hand
        self.settle()

    def hand_over(self, place: Place, how: str, person: str) -> None:
        """Transfer, delegate to somebody, or resolve; a step that was delegated returns to whose it was."""
        token = self.open_token(place)
        hand = token.hands.get(place.seat) or Hand(place.seat or MODEL)
        if how == "transfer":
            token.hands[place.seat] = Hand(person)
        elif how == "delegate":
            token.hands[place.seat] = Hand(person, hand.person)
        elif how == "resolve":
            token.hands[place.seat] = Hand(str(hand.owner))

    def correct(self, values: Mapping[str, Any]) -> None:
        """The case's own variables hold something else; only who waits for a condition notices."""
        self.root.write(values)
        self.settle()

    def cancel(self) -> None:
        self.clear(self.root)
        self.completed = self.cancelled = True
        self.suspended = False

    def hands(self) -> list[tuple[Place, str, str | None]]:
        """Whose open steps are, where they are another's than the model says."""
        return sorted(
            (place, hand.person, hand.owner)
            for token in self.waiting_tokens()
            for place in open_places(token)
            if (hand := token.hands.get(place.seat)) and hand != Hand(place.seat or MODEL)
        )

    def signing(self) -> list[tuple[Place, str]]:
        """Who was asked to sign and has not, by step."""
        return sorted((token.place(), person) for token in self.waiting_tokens() for _seat, person in token.asked)

    def completable(self) -> list[Place]:
        """Places where the owner may decide: not while others sign before, nor while it is lent for an opinion."""
        return sorted(
            place
            for token in self.waiting_tokens()
            for place in open_places(token)
            if token is self.open_token(place)
            and place.seat not in {seat for seat, _person in token.asked}
            and (token.hands.get(place.seat) or Hand("")).owner is None
        )

    def _all_tokens(self) -> list[Token]:
        return [token for scope in self.live_scopes() for token in scope.tokens]

    def _awaited(self) -> set[tuple[Scope, str]]:
        """The events of event subprocesses that are awaited, by scope; those of scopes that are gone do not matter."""
        scopes = {self.root, *self.live_scopes()}
        return {(scope, armed.event.id) for scope in scopes for armed in scope.armed}


def around(token: Token, depth: int) -> Token:
    """The token itself, or the one around it so many scopes outwards."""
    for _ in range(depth):
        token = token.scope.owner
    return token


def earlier(token: Token) -> list[tuple[int, str]]:
    """The persons' steps that were certainly passed on the way to a token, as depth and name."""
    found, depth, here = [], 0, token
    while here is not None:
        before = passed(here.scope.body, here.node.id)
        nodes = here.scope.body.nodes.values()
        names = [here.scope.prefix + node.id for node in nodes if node.id in before and node.element in PERSONS]
        found += [(depth, name) for name in names]
        depth, here = depth + 1, here.scope.owner
    return found


def _standing_at(token: Token) -> str:
    """Where a token stands; at a join it is still as if it were before it."""
    return token.via.source if token.standing is Standing.ARRIVED else token.node.id
