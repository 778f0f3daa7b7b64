"""A player who picks what to do next in a game; commands are values, so that an engine can be given the same."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.judge.drawing import MESSAGES, SIGNALS
from tests.judge.game import TokenGame
from tests.judge.reader import Node
from tests.judge.state import Place

T = TypeVar("T")
Pick = Callable[[Sequence[T]], T]
"""Picks one of several: ``random.Random(seed).choice``, or a draw of Hypothesis."""

ASKED = re.compile(r"decision == '(\w+)'")
SEAT_DECISIONS = ("agree", "agree", "amend", "disagree")
PERSONS = frozenset({"userTask", "manualTask"})
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


Command = Complete | FireTimer | DeliverMessage | DeliverSignal | Jump | Retry


def apply(game: TokenGame, command: Command) -> None:
    """Give a command to the judge."""
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
    waiting, events, incidents = game.waiting(), game.events(), game.incidents()
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


def _persons(nodes: Mapping[str, Node], activity: str) -> list[str]:
    prefix = activity.rpartition(":")[0]
    return [f"{prefix}:{node.id}" if prefix else node.id for node in nodes.values() if node.element in PERSONS]
