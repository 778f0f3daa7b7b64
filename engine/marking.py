"""What a case is between two commands: tokens, arrivals that wait at a join, variables.

The canonical bytes of a marking are the snapshot that is stored, and their SHA-256 is the state hash that history records;
neither depends on the library that executes the nodes.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from engine import canonical
from engine.model import Value

FORMAT = 1


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
class Token:
    """A token at an activity; ``failed`` when the activity is automatic and could not be carried out."""

    id: int
    activity_id: str
    failed: bool = False
    decision: str | None = None
    tally: Tally | None = None


@dataclass(frozen=True)
class Arrival:
    """A token that came over a flow to a join and has not been consumed."""

    join: str
    flow: str


@dataclass
class Marking:
    """Everything a case is between two commands. ``last_id`` numbers tokens, work items and incidents alike."""

    tokens: list[Token] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    variables: dict[str, Value] = field(default_factory=dict)
    last_id: int = 0

    def next_id(self) -> int:
        """Return a number this case has not used yet."""
        self.last_id += 1
        return self.last_id

    def token(self, token_id: int) -> Token:
        """Return the token with this id; a caller that holds a work item or incident knows that it is there."""
        return next(token for token in self.tokens if token.id == token_id)


def pack(marking: Marking) -> bytes:
    """Return the snapshot of a marking."""
    return canonical.encode(
        {
            "format": FORMAT,
            "last_id": marking.last_id,
            "tokens": [_pack_token(token) for token in marking.tokens],
            "arrivals": [[arrival.join, arrival.flow] for arrival in marking.arrivals],
            "variables": marking.variables,
        }
    )


def unpack(snapshot: bytes) -> Marking:
    """Return the marking of a snapshot."""
    content = canonical.decode(snapshot)
    return Marking(
        tokens=[_unpack_token(token) for token in content["tokens"]],
        arrivals=[Arrival(join, flow) for join, flow in content["arrivals"]],
        variables=content["variables"],
        last_id=content["last_id"],
    )


def state_hash(snapshot: bytes) -> str:
    """Return the state hash of a case whose snapshot this is."""
    return canonical.digest(snapshot)


def _pack_token(token: Token) -> dict[str, object]:
    packed: dict[str, object] = {"id": token.id, "activity": token.activity_id}
    if token.failed:
        packed["failed"] = True
    if token.decision is not None:
        packed["decision"] = token.decision
    if token.tally is not None:
        packed["tally"] = vars(token.tally)
    return packed


def _unpack_token(packed: dict[str, object]) -> Token:
    tally = packed.get("tally")
    return Token(
        id=packed["id"],  # type: ignore[arg-type]
        activity_id=packed["activity"],  # type: ignore[arg-type]
        failed=bool(packed.get("failed", False)),
        decision=packed.get("decision"),  # type: ignore[arg-type]
        tally=Tally(**tally) if isinstance(tally, dict) else None,
    )
