"""A player who picks what to do next in a game; commands are values, so that an engine can be given the same."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.judge.drawing import MESSAGES, SIGNALS
from tests.judge.game import TokenGame
from tests.judge.people import PERSONS, Office, earlier
from tests.judge.reader import Node
from tests.judge.state import Place

T = TypeVar("T")
Pick = Callable[[Sequence[T]], T]
"""Picks one of several: ``random.Random(seed).choice``, or a draw of Hypothesis."""

ASKED = re.compile(r"decision == '(\w+)'")
SEAT_DECISIONS = ("agree", "agree", "amend", "disagree")
OTHERS = ("tongxueling", "zhaiwenbo", "muyunqi")
"""People whom no model names."""
STILL = frozenset({"suspended", "cancelled", "completed"})
RECENT = 4
KINDS = frozenset({"complete", "timer", "message", "signal", "sent", "jump", "retry"})
CORRELATIONS: tuple[Mapping[str, Any], ...] = ({}, {}, {}, {"n": 1}, {"n": 1, "m": 0})
ASSIGNMENTS: tuple[Mapping[str, Any], ...] = ({}, {}, {"n": 0}, {"n": 1}, {"n": 3}, {"m": 2}, {"m": 0, "n": 2})


@dataclass(frozen=True)
class Complete:
    """Somebody completes what waits at a place."""

    place: Place
    decision: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FireTimer:
    """A timer is due."""

    place: Place
    event_id: str


@dataclass(frozen=True)
class DeliverMessage:
    """A message comes in; ``sent`` where it is one of the case's own outbox, which it leaves when it is taken."""

    name: str
    correlation: Mapping[str, Any]
    payload: Mapping[str, Any]
    sent: bool = False


@dataclass(frozen=True)
class DeliverSignal:
    """A signal comes in; ``sent`` where it is one of the case's own outbox, which it leaves."""

    name: str
    payload: Mapping[str, Any]
    sent: bool = False


@dataclass(frozen=True)
class Jump:
    """A token is moved to another activity of its scope."""

    place: Place
    target: str


@dataclass(frozen=True)
class Retry:
    """What failed at a place is tried again."""

    place: Place


@dataclass(frozen=True)
class Sign:
    """Somebody who was asked to sign does."""

    place: Place
    person: str
    decision: str


@dataclass(frozen=True)
class SendBack:
    """A step is sent back to another, so many scopes outwards; ``certain`` where the engine must do it."""

    place: Place
    depth: int
    target: str
    person: str | None
    direct: bool
    certain: bool


@dataclass(frozen=True)
class Withdraw:
    """The completion of this number is taken back; ``hopeless`` where that must be refused."""

    number: int
    hopeless: bool


@dataclass(frozen=True)
class AddSigners:
    """The owner of a step asks others to sign."""

    place: Place
    mode: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class RemoveSigner:
    """The owner of a step asks somebody no longer who was ``asked``, is to sign ``after``, or was given a ``seat``."""

    place: Place
    kind: str
    person: str


@dataclass(frozen=True)
class HandOver:
    """A step changes hands (``transfer``, ``delegate``, ``resolve``), or its owner is urged."""

    place: Place
    how: str
    person: str


@dataclass(frozen=True)
class Circulate:
    """Copies are handed around at a step."""

    activity: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class MarkRead:
    """Somebody has read a copy."""

    activity: str
    person: str


@dataclass(frozen=True)
class Correct:
    """What the case's variables hold is put right, beside its steps and also after its end."""

    variables: Mapping[str, Any]


@dataclass(frozen=True)
class Standstill:
    """The case is suspended, resumed or cancelled."""

    how: str


PeoplesCommand = (
    Sign | SendBack | Withdraw | AddSigners | RemoveSigner | HandOver | Circulate | MarkRead | Correct | Standstill
)
Command = Complete | FireTimer | DeliverMessage | DeliverSignal | Jump | Retry | PeoplesCommand


def apply(game: TokenGame, command: Command) -> None:
    """Give a command to the judge."""
    if isinstance(game, Office) and isinstance(command, PeoplesCommand):
        _apply_peoples(game, command)
        return
    match command:
        case Complete(place, decision, variables):
            game.complete(place, decision, variables)
        case FireTimer(place, event_id):
            game.fire_timer(place, event_id)
        case DeliverMessage(name, correlation, payload, sent):
            if game.deliver_message(name, correlation, payload) and sent:
                game.outbox.remove(("message", name, dict(correlation), dict(payload)))
        case DeliverSignal(name, payload, sent):
            if sent:
                game.outbox.remove(("signal", name, {}, dict(payload)))
            game.deliver_signal(name, payload)
        case Jump(place, target):
            game.jump(place, target)
        case Retry(place):
            game.retry(place)


def may_be_refused(command: Command) -> bool:
    """Tell whether only an engine can say that a command is carried out."""
    match command:
        case SendBack():
            return not command.certain
        case Withdraw():
            return command.hopeless
        case AddSigners():
            return command.mode == "parallel"  # seats may need weights
    return False


def _apply_peoples(game: Office, command: PeoplesCommand) -> None:
    match command:
        case Sign(place, person, _decision):
            game.sign(place, person)
        case SendBack(place, depth, target, person, direct, _certain):
            game.send_back(place, depth, target, person, direct=direct)
        case Withdraw(number, _hopeless):
            game.withdraw(number)
        case AddSigners(place, mode, people):
            game.add_signers(place, mode, people)
        case RemoveSigner(place, kind, person):
            game.remove_signer(place, kind, person)
        case HandOver(place, how, person):
            game.hand_over(place, how, person)
        case Circulate(activity, people):
            game.copies += [(activity, person) for person in people]
        case MarkRead(activity, person):
            game.copies.remove((activity, person))
        case Correct(variables):
            game.correct(variables)
        case Standstill("cancel"):
            game.cancel()
        case Standstill(how):
            game.suspended = how == "suspend"


def offered(game: TokenGame, place: Place) -> tuple[str, ...]:
    """The decisions that a place offers: those its flows and the gateways directly behind ask for."""
    if place.seat is not None:
        return SEAT_DECISIONS
    node, nodes = game.node_at(place), game.siblings(place)
    flows = list(node.outgoing)
    for flow in node.outgoing:
        if nodes[flow.target].element in ("exclusiveGateway", "inclusiveGateway"):
            flows += nodes[flow.target].outgoing
    asked = [word for flow in flows for word in ASKED.findall(flow.condition or "")]
    return tuple(dict.fromkeys(asked)) or ("submit",)


def next_command(game: TokenGame, pick: Pick[Any], kinds: frozenset[str] = KINDS) -> Command | None:
    """One of the commands that are possible now.

    Args:
        game: Not changed.
        pick: Chooses; whatever it chooses is a possible command.
        kinds: The kinds of commands to choose from.

    Returns:
        None where nothing of these kinds is possible, as when the case is over, or nothing but to retry what failed.
    """
    if isinstance(game, Office):
        command = next_of_people(game, pick)
        if command is not None or game.state in STILL:
            return command
    waiting = game.completable() if isinstance(game, Office) else game.waiting()
    events, incidents = game.events(), game.incidents()
    possible = ["complete"] * 6 * bool(waiting) + sorted({kind for _place, _event, kind in events} - {"conditional"})
    possible += ["sent"] * bool(game.outbox) + ["jump"] * bool(waiting)
    possible += ["retry"] * bool(possible and incidents)
    possible = [kind for kind in possible if kind in kinds]
    if not possible:
        return None
    match pick(possible):
        case "complete":
            place = pick(waiting)
            return Complete(place, pick(offered(game, place)), pick(ASSIGNMENTS))
        case "timer":
            return FireTimer(*pick([(place, event) for place, event, kind in events if kind == "timer"]))
        case "message":
            awaited = [armed.event.definition.name for armed in game.all_armed("message")]
            return DeliverMessage(pick([*awaited, *MESSAGES]), pick(CORRELATIONS), pick(ASSIGNMENTS))
        case "signal":
            return DeliverSignal(pick(SIGNALS), pick(ASSIGNMENTS))
        case "sent":
            kind, name, correlation, payload = pick(game.outbox)
            if kind == "signal":
                return DeliverSignal(name, payload, sent=True)
            return DeliverMessage(name, correlation, payload, sent=True)
        case "retry":
            return Retry(pick(incidents))
    place = pick(waiting)
    return Jump(place, pick(_persons(game.siblings(place), place.activity)))


def next_of_people(game: Office, pick: Pick[Any]) -> PeoplesCommand | None:
    """What people do beside completing steps, now and then; None where it is the turn of everything else."""
    places, alone = game.completable(), _alone(game)
    if game.state in STILL:
        return _next_when_still(game, pick)
    signing = game.signing()
    possible = ["sign"] * 3 * bool(signing)
    possible += [kind for kind in ("send_back", "add_signers", "transfer", "delegate", "urge") if alone]
    possible += ["send_back", "add_signers"] * bool(alone) + ["withdraw"] * 2 * bool(game.done)
    possible += ["resolve"] * 3 * any(owner for _place, _person, owner in game.hands())
    possible += ["remove_signer"] * 2 * any(_removable(game, place) for place in alone)
    possible += [pick(("circulate", "suspend", "correct"))] + ["mark_read"] * bool(game.copies)
    others = len(possible) if places or game.events() else 0
    kind = pick([*possible, *["other"] * 5 * others, *["cancel"] * (pick(range(8)) == 0)])
    match kind:
        case "sign":
            return Sign(*pick(signing), pick(SEAT_DECISIONS))
        case "send_back":
            return _sent_back(game, pick, pick(alone))
        case "withdraw":
            number = pick(range(len(game.done))[-RECENT:])
            done = game.done[number]
            return None if done.withdrawn else Withdraw(number, hopeless=not game.may_be_withdrawn(done))
        case "add_signers":
            return _added(game, pick, pick(alone))
        case "remove_signer":
            place = pick([place for place in alone if _removable(game, place)])
            return RemoveSigner(place, *pick(_removable(game, place)))
        case "transfer" | "delegate" | "urge":
            return HandOver(pick(alone), kind, pick(OTHERS))
        case "resolve":
            return HandOver(pick([place for place, _person, owner in game.hands() if owner]), kind, "")
        case "circulate":
            return Circulate(pick(places).activity if places else _first(game), (pick(OTHERS),))
        case "mark_read":
            return MarkRead(*pick(game.copies))
        case "correct":
            return Correct(pick(ASSIGNMENTS))
        case "suspend" | "cancel":
            return Standstill(kind)
    return None


def _next_when_still(game: Office, pick: Pick[Any]) -> PeoplesCommand | None:
    """What may be done to a case that is suspended or has ended."""
    possible = ["circulate"] + ["mark_read"] * bool(game.copies)
    if game.suspended:
        possible += ["resume"] * 6 + ["cancel"] * (pick(range(8)) == 0)
    else:
        possible += ["withdraw", "none", "none"] * bool(game.done) + ["correct"] + ["none"] * 3
    match pick(possible):
        case "circulate":
            return Circulate(_first(game), (pick(OTHERS),))
        case "mark_read":
            return MarkRead(*pick(game.copies))
        case "withdraw":
            number = pick(range(len(game.done))[-RECENT:])
            done = game.done[number]
            return None if done.withdrawn else Withdraw(number, hopeless=not game.may_be_withdrawn(done))
        case "correct":
            return Correct(pick(ASSIGNMENTS))
        case "none":
            return None
        case how:
            return Standstill(how)


def _first(game: Office) -> str:
    return next(iter(game.root.body.nodes))


def _alone(game: Office) -> list[Place]:
    """Places in their owner's hand, others may sign before, where no second token stands: it is clear which one is meant."""
    bare = [token.place() for token in game.waiting_tokens()]
    lent = {place for place, _person, owner in game.hands() if owner is not None}
    return [one for one in game.waiting() if one not in lent and bare.count(one._replace(seat=None)) == 1]


def _sent_back(game: Office, pick: Pick[Any], place: Place) -> SendBack | None:
    """To a step that was certainly passed, or to any of the scope, which the engine may refuse."""
    token = game.open_token(place)
    passed = earlier(token)
    anywhere = [
        (0, token.scope.prefix + node.id) for node in token.scope.body.nodes.values() if node.element in PERSONS
    ]
    others = [one for one in anywhere if one not in passed and one[1] != place.activity]
    targets = passed if passed and pick(range(4)) else others
    if not targets or (targets is others and pick(range(3))):
        return None
    (depth, target), direct = pick(targets), pick((False, False, True))
    certain = targets is passed and (depth == 0 or not direct)
    return SendBack(place, depth, target, pick((None, pick(OTHERS))), direct, certain)


def _added(game: Office, pick: Pick[Any], place: Place) -> AddSigners | None:
    token = game.open_token(place)
    modes = ["before"] * (not token.after)
    modes += ["parallel"] if token.seats is not None else ["after"] * (not token.asked)
    there = {*(person for _seat, person in token.asked), *token.after, *(token.seats.people if token.seats else ())}
    free = [person for person in OTHERS if person not in there]
    return AddSigners(place, pick(modes), tuple(free[: pick((1, 1, 2))])) if free else None


def _removable(game: Office, place: Place) -> list[tuple[str, str]]:
    token = game.open_token(place)
    found = [("asked", person) for seat, person in token.asked if seat == place.seat]
    found += [("after", person) for person in token.after]
    people = token.seats.people if token.seats is not None else []
    return found + [("seat", one) for one in people if one in OTHERS and one not in (place.seat, *token.seats.said)]


def _persons(nodes: Mapping[str, Node], activity: str) -> list[str]:
    prefix = activity.rpartition(":")[0]
    return [f"{prefix}:{node.id}" if prefix else node.id for node in nodes.values() if node.element in PERSONS]
