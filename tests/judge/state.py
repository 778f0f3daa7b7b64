"""What a case is while it is played: scopes, the tokens in them, and the events they await."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from engine.errors import ProcessError
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.expressions.language import compile_expression, compile_script, compile_value
from tests.judge.reader import Body, Flow, Node
from tests.judge.seats import Seats

Path = tuple[tuple[str, int | None], ...]


class Stuck(Exception):
    """A node cannot be carried out."""


FAILURES = (Stuck, ProcessError)


class Place(NamedTuple):
    """Where a token is, in words that another engine can use too: the scopes around it from the root inwards."""

    path: Path
    activity: str
    seat: str | None = None


class Standing(Enum):
    """How a token stands; one that left behind a failure stands FAILED where it was."""

    READY = "in the queue"
    WAITING = "for somebody, for an event, or for what is inside"
    ARRIVED = "at a join"
    FAILED = "cannot go on"


@dataclass
class Runs:
    """The runs of an activity: what each is given, how many have begun and ended."""

    given: list[dict[str, Any]]
    started: int = 0
    finished: int = 0


@dataclass(frozen=True)
class Back:
    """Where a token goes straight when its step is done: a node of its scope, whose it is there, and where from there."""

    node: Node
    person: str | None
    further: "Back | None"


@dataclass(frozen=True)
class Hand:
    """In whose hand a step is other than the model says, and to whom it returns from there."""

    person: str
    owner: str | None = None


@dataclass(eq=False)
class Token:
    """A token; it gets a new number each time it goes on, so that numbers tell who came first.

    ``hands`` and ``asked`` are by seat, or None; ``asked`` are who signs now, ``after`` who will once the owner has decided,
    which ``held`` says they have.
    """

    number: int
    scope: "Scope"
    node: Node
    via: Flow | None = None
    decision: str | None = None
    standing: Standing = Standing.READY
    leaving: bool = False
    gone: bool = False
    seats: Seats | None = None
    runs: Runs | None = None
    inside: "list[Scope]" = field(default_factory=list)
    armed: "list[Armed]" = field(default_factory=list)
    hands: dict[str | None, Hand] = field(default_factory=dict)
    asked: list[tuple[str | None, str]] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    held: bool = False
    back: Back | None = None

    @property
    def name(self) -> str:
        return self.scope.prefix + self.node.id

    def place(self, seat: str | None = None) -> Place:
        return Place(self.scope.path, self.name, seat)


@dataclass(eq=False)
class Armed:
    """An event that may happen: on a token, or on a scope as the start of an event subprocess."""

    event: Node
    holder: "Token | Scope"
    subprocess: Node | None = None
    left: int | None = None
    was_true: bool = False

    @property
    def scope(self) -> "Scope":
        return self.holder if isinstance(self.holder, Scope) else self.holder.scope

    @property
    def age(self) -> tuple[int, int, int]:
        """Oldest first: by token, what is outside before what is inside, then as in the file."""
        if isinstance(self.holder, Token):
            return (self.holder.number, 0, self.event.position)
        owner = self.holder.owner
        return (owner.number if owner else 0, self.holder.number, self.event.position)

    def place(self) -> Place:
        if isinstance(self.holder, Token):
            return self.holder.place()
        return Place(self.holder.path, self.holder.prefix + self.subprocess.id)


@dataclass(eq=False)
class Scope:
    """A scope of variables with its tokens. ``is_root`` hides what is outside; ``is_local`` keeps what is new."""

    number: int
    body: Body
    variables: dict[str, Any]
    owner: Token | None = None
    index: int | None = None
    prefix: str = ""
    is_root: bool = False
    is_local: bool = False
    stuck: bool = False
    gone: bool = False
    tokens: list[Token] = field(default_factory=list)
    armed: list[Armed] = field(default_factory=list)

    @property
    def parent(self) -> "Scope | None":
        return self.owner.scope if self.owner else None

    @property
    def path(self) -> Path:
        return (*self.owner.scope.path, (self.owner.name, self.index)) if self.owner else ()

    def visible(self) -> dict[str, Any]:
        """All variables that can be read here."""
        if self.is_root or self.parent is None:
            return dict(self.variables)
        return self.parent.visible() | self.variables

    def write(self, values: Mapping[str, Any]) -> None:
        """Give each value to the first scope outwards that holds the name or is local."""
        for name, value in values.items():
            scope = self
            while name not in scope.variables and not scope.is_local and scope.parent is not None:
                scope = scope.parent
            scope.variables[name] = value

    def with_all_inside(self) -> "Iterator[Scope]":
        yield self
        for token in self.tokens:
            for scope in token.inside:
                yield from scope.with_all_inside()


def evaluate(text: str, seen: Mapping[str, Any]) -> Any:
    """The value of an expression, with or without ``${…}``."""
    return compile_expression(text).evaluate(seen, VARIABLE_FUNCTIONS)


def value_of(text: str, seen: Mapping[str, Any]) -> Any:
    """The value of ``${…}``; any other text is itself."""
    return compile_value(text).evaluate(seen, VARIABLE_FUNCTIONS)


def assigned(script: str, seen: Mapping[str, Any]) -> dict[str, Any]:
    """What a script assigns."""
    return compile_script(script).evaluate(seen, VARIABLE_FUNCTIONS)


def names_nobody(assignee: str, seen: Mapping[str, Any]) -> bool:
    """Whether an expression for a person is empty; whom the office's own functions name is not the judge's business."""
    if not assignee.startswith("${"):
        return False
    expression = compile_expression(assignee)
    return expression.functions <= VARIABLE_FUNCTIONS.keys() and not expression.evaluate(seen, VARIABLE_FUNCTIONS)
