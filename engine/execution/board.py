"""What every part of an execution stands on: the marking, what is told of it, tokens placed and taken away, failures."""

from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from engine.delegates import Outside
from engine.errors import (
    BusinessError,
    ExecutionFailed,
    NobodyToAct,
    ProcessError,
)
from engine.execution import variables
from engine.history import Entry
from engine.marking import Marking, Scope, Token
from engine.model import (
    SEMANTICS_VERSION,
    EventKind,
    RecordChange,
    Value,
    Variables,
)
from engine.process import PERSON_TASKS, Activity, Assigned, Flow, Process

CarryOut = Callable[[Activity, Variables], Variables]
MOST_NODES = {1: 1_000, 2: 10_000, 3: 10_000, 4: 10_000}
"""By the versions of the semantics that can be executed: how many automatic nodes one command may run."""


class Steps(Protocol):
    """Executes nodes; :class:`engine.spiff.stepper.Stepper` does."""

    @property
    def process(self) -> Process:
        """The process whose nodes are executed."""
        ...

    def carry_out(self, activity_id: str, scope: Variables, service: CarryOut) -> Variables:
        """Carry out an automatic task and return what it assigns."""
        ...

    def ways_out(self, activity_id: str, scope: Variables) -> Sequence[Flow]:
        """Return the flows by which a token leaves a node."""
        ...

    def value(self, text: str, scope: Variables) -> Value:
        """Return what an attribute of the model stands for."""
        ...


@dataclass(frozen=True)
class Step:
    """A token that can move by itself; ``carried_out`` when only its way out is left to choose, ``back`` as of a token."""

    activity: Activity
    scope: int
    decision: str | None = None
    carried_out: bool = False
    back: list[Any] | None = None


class Board(ABC):
    """A case under one command. The layers above it add people, events, scopes and the run itself."""

    def __init__(
        self,
        steps: Steps,
        marking: Marking,
        instance_id: str,
        outside: Outside,
        person_only: frozenset[str],
        *,
        unattended: bool = False,
        semantics: int = SEMANTICS_VERSION,
    ) -> None:
        """Prepare a command.

        Args:
            steps: Executes the nodes of the case's definition.
            marking: The case; it is changed, and must be thrown away if the command raises.
            instance_id: Prefix of the ids of work items and incidents.
            outside: Answers what the marking does not say.
            person_only: Kinds of step that nothing but a person decides.
            unattended: Nobody waits for an answer, so a step that would have nobody becomes an incident; otherwise the
                command raises ``NobodyToAct``.
            semantics: The version of the engine's semantics by which it is executed; see :data:`MOST_NODES`.
        """
        self.marking = marking
        self.told: list[Entry] = []
        self.records: list[RecordChange] = []
        self._steps = steps
        self._process = steps.process
        self._instance_id = instance_id
        self._outside = outside
        self._person_only = person_only
        self._semantics = semantics
        self._most_nodes = MOST_NODES[semantics]
        self._unopened: tuple[type[ProcessError], ...] = (
            (ExecutionFailed, NobodyToAct) if unattended else (ExecutionFailed,)
        )
        self._passed: list[str] = []
        self._ready: deque[Step] = deque()
        self._opened: dict[int, list[str]] = {}
        self._skipped: set[tuple[str, int]] = set()
        self._called = False
        self._unseen: deque[tuple[int, Activity] | Step] = deque()
        self._sees_next = 0
        self._tokens_before = [token.id for token in marking.tokens]
        self._arrivals_before = Counter(marking.arrivals)
        self._watched_before = [(scope.id, event) for scope in marking.scopes.values() for event in scope.watches]

    @abstractmethod
    def _run(self, step: Step) -> None:
        """Carry out a node and let its token leave."""

    @abstractmethod
    def _settle(self) -> None:
        """Let everything run that can."""

    @abstractmethod
    def _enter(
        self,
        activity: Activity,
        scope: int,
        flow: Flow | None,
        decision: str | None,
        to: str | None = None,
        back: list[Any] | None = None,
    ) -> None:
        """Let a token come to a node; ``to`` is whose step it then is, where that is known, ``back`` as of a token."""

    @abstractmethod
    def _cancel_items(self, token: Token, activity: Activity, reason: str) -> None:
        """Tell that the open work items of a token are no longer needed."""

    def _leave(self, token: Token, activity: Activity, decision: str | None) -> None:
        self.marking.tokens.remove(token)
        self._ready.append(Step(activity, token.scope, decision, carried_out=True))

    def _remove(self, token: Token) -> None:
        """Take a token away, with the work items, scopes and waits that hang on it."""
        activity = self._process.activity(token.activity_id)
        if token.failed:
            self.told.append(Entry(EventKind.INCIDENT_CLOSED, {"token": token.id}, activity.id))
        elif activity.element in PERSON_TASKS:
            self._cancel_items(token, activity, "interrupted")
        for scope in self._scopes_of(token):
            self._remove_scope(scope)
        self.marking.tokens.remove(token)

    def _remove_scope(self, scope: Scope) -> None:
        self._empty(scope)
        del self.marking.scopes[scope.id]

    def _empty(self, scope: Scope) -> None:
        """Take everything away that stands in a scope, or is about to move in it."""
        for token in [token for token in self.marking.tokens if token.scope == scope.id]:
            self._remove(token)
        self.marking.arrivals = [one for one in self.marking.arrivals if one.scope != scope.id]
        self._ready = deque(step for step in self._ready if step.scope != scope.id)
        self._unseen = deque(one for one in self._unseen if not isinstance(one, Step) or one.scope != scope.id)
        self._sees_next = min(self._sees_next, len(self._unseen))

    def _scopes_of(self, token: Token) -> list[Scope]:
        return [scope for scope in self.marking.scopes.values() if scope.token == token.id]

    def _new_token(self, activity: Activity, scope: int) -> Token:
        token = Token(self.marking.next_id(), activity.id, scope)
        self.marking.tokens.append(token)
        return token

    def _sees(self, step: Step) -> dict[str, Value]:
        seen = variables.visible(self.marking, step.scope)
        if step.decision is not None:
            seen["decision"] = step.decision
        return seen

    def _write(self, scope: int, values: Variables) -> None:
        variables.write(self.marking, scope, values)

    def _inputs(self, activity: Activity, seen: Variables) -> dict[str, Value]:
        return self._assigned(activity.inputs, seen)

    def _assigned(self, assigned: Sequence[Assigned], seen: Variables) -> dict[str, Value]:
        return {one.name: self._steps.value(one.value, seen) for one in assigned}

    @contextmanager
    def _undone_when_it_fails(self) -> Iterator[None]:
        """Take back what was told, placed and numbered inside the block when it fails."""
        marking = self.marking
        last_id = marking.last_id
        lengths = len(self.told), len(self.records), len(marking.tokens), len(self._ready)
        scopes, opened = set(marking.scopes), set(self._opened)
        try:
            yield
        except BusinessError:
            raise
        except (ExecutionFailed, NobodyToAct):
            if self._called:  # what a service did stays done, and told
                raise
            marking.last_id = last_id
            del self.told[lengths[0] :], self.records[lengths[1] :], marking.tokens[lengths[2] :]
            while len(self._ready) > lengths[3]:
                self._ready.pop()
            marking.scopes = {key: scope for key, scope in marking.scopes.items() if key in scopes}
            self._opened = {key: items for key, items in self._opened.items() if key in opened}
            self._unseen.clear()
            self._sees_next = 0
            raise

    def _fail(self, step: Step, error: ProcessError) -> None:
        token = Token(
            self.marking.next_id(),
            step.activity.id,
            step.scope,
            failed=True,
            carried_out=step.carried_out,
            decision=step.decision,
            back=step.back,
        )
        self.marking.tokens.append(token)
        self._tell_incident(token, token.id, step.activity, error)

    def _take_up_again(self, scope: Scope) -> None:
        """Say of a scope that could not end, and into which something moves again, that it is no incident any more."""
        if self._semantics < 4 or scope.token is None:  # noqa: PLR2004  (versions are told by number)
            return
        token = self.marking.token(scope.token)
        occupied = {one.scope for one in self.marking.tokens} | {one.scope for one in self.marking.arrivals}
        if token.failed and scope.id not in occupied:
            token.failed = False
            self.told.append(Entry(EventKind.INCIDENT_CLOSED, {"token": token.id}, token.activity_id))

    def _fail_at(self, token: Token, activity: Activity, error: ProcessError) -> None:
        """Let a token that stays where it is say that it could not go on."""
        token.failed = True
        self._tell_incident(token, self.marking.next_id(), activity, error)

    def _tell_incident(self, token: Token, number: int, activity: Activity, error: ProcessError) -> None:
        self.told.append(
            Entry(
                EventKind.INCIDENT_OPENED,
                {
                    "incident": f"{self._instance_id}-{number}",
                    "token": token.id,
                    "error": error.error_name,
                    "facts": {name: _told(fact) for name, fact in error.facts()},
                    **({"outside": error.from_outside} if self._semantics > 1 else {}),
                },
                activity.id,
            )
        )


def _told(fact: object) -> Value:
    return {str(name): str(value) for name, value in fact.items()} if isinstance(fact, Mapping) else str(fact)
