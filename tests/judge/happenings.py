"""Events: how they are armed, what happens when they happen, and who catches what is thrown."""

import re
from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.judge.board import Board
from tests.judge.reader import Node
from tests.judge.state import FAILURES, Armed, Scope, Stuck, Token, evaluate, value_of

DURATION = re.compile(r"P(?=[\dT])(\d+W|(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)")
CYCLE = re.compile(r"R(?P<times>\d*)/(?:(?P<start>[^/]+)/)?(?P<interval>P[^/]+)")
AWAITED = frozenset({"timer", "message", "signal", "conditional"})


class Happenings(Board):
    """A board on which events happen."""

    @abstractmethod
    def run_event_subprocess(self, token: Token, start: Node) -> None:
        """Run the event subprocess in which the token is."""

    def arming(self, event: Node, holder: Token | Scope, subprocess: Node | None = None) -> Armed:
        """The event as it will be armed; raises where its time makes no sense."""
        armed = Armed(event, holder, subprocess)
        if event.kind == "timer":
            armed.left = _times(event, value_of(event.definition.text, armed.scope.visible()))
        return armed

    def attach(self, holder: Token | Scope, events: list[Armed]) -> None:
        """Arm events in file order, and look at once whether their conditions are true already."""
        holder.armed.extend(events)
        for armed in events:
            self.look_at(armed)

    def look_at(self, armed: Armed) -> bool:
        """Let a condition fire if it has turned true; tell whether it did."""
        if armed.event.kind != "conditional" or armed not in armed.holder.armed:
            return False
        try:
            is_true = bool(evaluate(armed.event.definition.text, armed.scope.visible()))
        except FAILURES:
            is_true = False
        turned = is_true and not armed.was_true
        armed.was_true = is_true
        if turned:
            self.happen(armed)
        return turned

    def all_armed(self, *kinds: str) -> list[Armed]:
        """Everything armed in the case, oldest first."""
        found: list[Armed] = []
        for scope in self.live_scopes():
            found += scope.armed
            found += [armed for token in scope.tokens for armed in token.armed]
        return sorted((armed for armed in found if armed.event.kind in kinds), key=lambda armed: armed.age)

    def happen(self, armed: Armed, payload: Mapping[str, Any] | None = None) -> None:
        armed.scope.write(payload or {})
        if armed.left is not None:
            armed.left -= 1
            if armed.left == 0:
                armed.holder.armed.remove(armed)
        if isinstance(armed.holder, Scope):
            self._start_event_subprocess(armed.holder, armed)
        elif armed.event.element == "boundaryEvent":
            self._leave_by_boundary(armed.holder, armed.event)
        else:
            armed.holder.armed.clear()
            armed.holder.node = armed.event
            self.leave(armed.holder)

    def _leave_by_boundary(self, token: Token, event: Node) -> None:
        if event.interrupting:
            if token.seats is not None:
                self.write_votes(token, passed=False)
            self.remove(token)
        self.leave(self.place(token.scope, event))

    def _start_event_subprocess(self, scope: Scope, armed: Armed) -> None:
        if armed.event.interrupting:
            for token in list(scope.tokens):
                self.remove(token)
            scope.armed.clear()
        self.run_event_subprocess(self.place(scope, armed.subprocess), armed.event)

    @staticmethod
    def write_votes(token: Token, *, passed: bool) -> None:
        name = token.node.id
        token.scope.write({f"votes.{name}": token.seats.votes, f"passed.{name}": passed})

    def caught(self, scope: Scope | None, kind: str, code: str | None) -> bool:
        """Let the nearest catcher outwards of an error or escalation have it; False, with nothing done, if there is none.

        Source:
            BPMN 2.0.2 section 10.5.7 and table 10.88; docs/semantics.md: event subprocesses of a scope before what is around it.
        """
        while scope is not None:
            for armed in [*scope.armed], ([*scope.owner.armed] if scope.owner else []):
                here = [one for one in armed if one.event.kind == kind]
                exact = [one for one in here if one.event.definition.name == code]
                for one in exact or [one for one in here if one.event.definition.name is None]:
                    self.happen(one)
                    return True
            scope = scope.parent
        return False


def correlation_of(node: Node, seen: Mapping[str, Any]) -> dict[str, Any]:
    """What a throw wants its receiver to hold: ``name`` or ``name=expression``, divided by commas."""
    found = {}
    for part in filter(None, (part.strip() for part in node.properties.get("correlation", "").split(","))):
        name, equals, expression = part.partition("=")
        found[name.strip()] = evaluate(expression if equals else name, seen)
    return found


def _times(event: Node, text: Any) -> int | None:
    """How often a timer fires, None for without end."""
    if event.definition.timer == "timeDuration" and DURATION.fullmatch(str(text)):
        return 1
    if event.definition.timer == "timeCycle" and (cycle := CYCLE.fullmatch(str(text))):
        if DURATION.fullmatch(cycle["interval"]) and (cycle["start"] is None or _is_instant(cycle["start"])):
            return int(cycle["times"]) if cycle["times"] else None
    elif event.definition.timer == "timeDate" and _is_instant(str(text)):
        return 1
    raise Stuck(f"{event.id}: {text}")


def _is_instant(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
