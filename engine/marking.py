"""What a case is between two commands: scopes with their variables, tokens, arrivals that wait at a join.

The canonical bytes of a marking are the snapshot that is stored, and their SHA-256 is the state hash that history records;
neither depends on the library that executes the nodes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine import canonical
from engine.model import Value

FORMAT = 2
ROOT = 0
"""The id of a case's outermost scope; tokens and other scopes are numbered from 1."""


@dataclass
class Tally:
    """How a countersign stands: seats in all, still open, for and against, with their weights; who comes next."""

    total: int
    open: int = 0
    agreed: int = 0
    against: int = 0
    total_weight: Decimal = Decimal(0)
    agreed_weight: Decimal = Decimal(0)
    against_weight: Decimal = Decimal(0)
    pending: list[str] = field(default_factory=list)


@dataclass
class Runs:
    """How a repeated subprocess or call stands: runs in all, begun, completed, and the elements of those to come."""

    total: int
    begun: int = 0
    completed: int = 0
    elements: list[Value] = field(default_factory=list)


@dataclass
class Watch:
    """One event that a token or scope waits for.

    Attributes:
        due_at: When a timer is due, as :func:`engine.canonical.instant` writes it.
        provisional: Whether that instant may still be corrected, because a calendar lacks a year.
        begun_at: What a timer in working time is counted from.
        text: The timer's text after its expressions were evaluated.
        left: How often a timer's cycle still fires, this time included; None without an end.
        met: Whether a condition was true when it was last looked at.
        correlation: The variables a message has to match, and what they were when the wait began.
    """

    due_at: str | None = None
    provisional: bool = False
    begun_at: str | None = None
    text: str = ""
    left: int | None = 1
    met: bool = False
    correlation: dict[str, Value] | None = None


@dataclass
class Token:
    """A token that waits at an activity.

    Attributes:
        id: Its number within the case.
        activity_id: Where it stands.
        scope: The scope in which that is.
        failed: The activity could not be carried out, entered or left.
        carried_out: It failed only in choosing the way out.
        decision: What was decided just before, for the gateway it stands at.
        tally: How the seats of a countersign stand.
        runs: How a repeated subprocess or call stands.
        requested: A slow service was asked for and has not answered.
        signers: Who signs after the step's owner, in order, before the owner has decided.
        held: The owner has decided as ``decision`` says, and the token waits for those who sign after.
        back: Where the token goes straight when the step is completed: activity, scope, whose it is, and its own ``back``.
        watches: What it waits for, by the id of the event, in the order of the file.
    """

    id: int
    activity_id: str
    scope: int = ROOT
    failed: bool = False
    carried_out: bool = False
    decision: str | None = None
    tally: Tally | None = None
    runs: Runs | None = None
    requested: bool = False
    signers: list[str] = field(default_factory=list)
    held: bool = False
    back: list[Any] | None = None
    watches: dict[str, Watch] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrival:
    """A token that came over a flow to a join and has not been consumed."""

    join: str
    flow: str
    scope: int = ROOT


@dataclass
class Scope:
    """One run of a process, called process, or embedded subprocess, with the variables it holds.

    Attributes:
        id: Its number within the case.
        container: The process or subprocess whose nodes run in it.
        token: The token at the subprocess or call activity that it belongs to; None for the root.
        parent: The scope of that token.
        local: Whether variables are written here when no scope holds them; true for processes and for repeated runs.
        opaque: Whether what lies outside is unseen; true for processes.
        run: The number of the run, from 0, of a repeated subprocess or call.
        variables: What it holds.
        watches: The events that its event subprocesses wait for.
    """

    id: int
    container: str
    token: int | None = None
    parent: int | None = None
    local: bool = True
    opaque: bool = True
    run: int | None = None
    variables: dict[str, Value] = field(default_factory=dict)
    watches: dict[str, Watch] = field(default_factory=dict)


@dataclass
class Marking:
    """Everything a case is between two commands. ``last_id`` numbers tokens, scopes, work items and incidents alike.

    ``suspended_at`` is when the case was suspended, as :func:`engine.canonical.instant` writes it, while it is.
    """

    tokens: list[Token] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    scopes: dict[int, Scope] = field(default_factory=dict)
    last_id: int = 0
    suspended_at: str | None = None
    cancelled: bool = False

    def next_id(self) -> int:
        """Return a number this case has not used yet."""
        self.last_id += 1
        return self.last_id

    def token(self, token_id: int) -> Token:
        """Return the token with this id; a caller that holds a work item or incident knows that it is there."""
        return next(token for token in self.tokens if token.id == token_id)

    def find_token(self, token_id: int) -> Token | None:
        """Return the token with this id, or None where it has moved on."""
        return next((token for token in self.tokens if token.id == token_id), None)

    def watches_of(self, holder: int) -> dict[str, Watch]:
        """Return what a token or scope waits for; nothing where it is no longer there."""
        if holder in self.scopes:
            return self.scopes[holder].watches
        token = self.find_token(holder)
        return token.watches if token is not None else {}

    @property
    def variables(self) -> dict[str, Value]:
        """The variables of the case itself, those of its outermost scope."""
        return self.scopes[ROOT].variables


def new_marking(container: str, variables: Mapping[str, Value]) -> Marking:
    """Return the marking of a case of this process before its first token."""
    return Marking(scopes={ROOT: Scope(ROOT, container, variables=dict(variables))})


def pack(marking: Marking) -> bytes:
    """Return the snapshot of a marking."""
    return canonical.encode(
        {
            "format": FORMAT,
            "last_id": marking.last_id,
            "tokens": [_without_defaults(token, Token) for token in marking.tokens],
            "arrivals": [[arrival.join, arrival.flow, arrival.scope] for arrival in marking.arrivals],
            "scopes": [_without_defaults(scope, Scope) for scope in marking.scopes.values()],
            **({"suspended_at": marking.suspended_at} if marking.suspended_at else {}),
            **({"cancelled": True} if marking.cancelled else {}),
        }
    )


def unpack(snapshot: bytes) -> Marking:
    """Return the marking of a snapshot."""
    content = canonical.decode(snapshot)
    return Marking(
        tokens=[_read_token(token) for token in content["tokens"]],
        arrivals=[Arrival(*arrival) for arrival in content["arrivals"]],
        scopes={scope["id"]: _read_scope(scope) for scope in content["scopes"]},
        last_id=content["last_id"],
        suspended_at=content.get("suspended_at"),
        cancelled=content.get("cancelled", False),
    )


def state_hash(snapshot: bytes) -> str:
    """Return the state hash of a case whose snapshot this is."""
    return canonical.digest(snapshot)


def state_hash_1(marking: Marking) -> str:
    """Return the state hash as semantics 1 recorded it: over the first format of the snapshot."""
    tokens: list[dict[str, object]] = []
    for token in marking.tokens:
        packed: dict[str, object] = {"id": token.id, "activity": token.activity_id}
        if token.failed:
            packed["failed"] = True
        if token.decision is not None:
            packed["decision"] = token.decision
        if token.tally is not None:
            packed["tally"] = vars(token.tally)
        tokens.append(packed)
    arrivals = [[arrival.join, arrival.flow] for arrival in marking.arrivals]
    return canonical.digest(
        canonical.encode(
            {
                "format": 1,
                "last_id": marking.last_id,
                "tokens": tokens,
                "arrivals": arrivals,
                "variables": marking.variables,
            }
        )
    )


_BLANK = {Token: vars(Token(0, "")), Scope: vars(Scope(-1, "")), Watch: vars(Watch())}


def _without_defaults(value: Token | Scope | Watch, kind: type) -> dict[str, Any]:
    """Return the fields that say something; most tokens only stand somewhere."""
    blank = _BLANK[kind]
    packed: dict[str, Any] = {}
    for name, content in vars(value).items():
        if name == "id" or content != blank[name]:
            if name == "watches":
                packed[name] = [[event, _without_defaults(watch, Watch)] for event, watch in content.items()]
            else:
                packed[name] = vars(content) if isinstance(content, Tally | Runs) else content
    return packed


def _read_token(packed: dict[str, Any]) -> Token:
    if packed.get("tally"):
        packed["tally"] = Tally(**packed["tally"])
    if packed.get("runs"):
        packed["runs"] = Runs(**packed["runs"])
    return Token(**_with_watches(packed))


def _read_scope(packed: dict[str, Any]) -> Scope:
    return Scope(**_with_watches(packed))


def _with_watches(packed: dict[str, Any]) -> dict[str, Any]:
    if "watches" in packed:
        packed["watches"] = {event: Watch(**watch) for event, watch in packed["watches"]}
    return packed
