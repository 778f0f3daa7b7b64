"""Chains of events: how an event is sealed to the one before it, and how a chain is checked.

Pure. A payload is kept beside its event and enters the hash only through a salted digest, so that a content which must go
can be removed while the chain stays whole.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine import canonical
from engine.errors import ChainBroken
from engine.model import Actor, EventKind, HistoryEvent, Value

GENESIS = "0" * 64
SALT_BYTES = 16


@dataclass(frozen=True)
class Entry:
    """What is to be told: an event before it has a place in a chain."""

    kind: str
    data: Mapping[str, Value] = field(default_factory=dict)
    activity_id: str | None = None
    work_item_id: str | None = None


@dataclass(frozen=True)
class Head:
    """The last event of a chain, by number and hash."""

    seq: int
    hash: str


@dataclass(frozen=True)
class SealedEvent:
    """An event with its place in the chain, and the salt and bytes of its payload."""

    event: HistoryEvent
    salt: bytes
    content: bytes


EMPTY = Head(0, GENESIS)


def seal(chain: str, head: Head, entries: Sequence[Entry], actor: Actor, at: datetime) -> list[SealedEvent]:
    """Give entries their place behind ``head``.

    Args:
        chain: The case's id, or the name of an office ledger.
        head: The last event so far.
        entries: In the order they happened; all by the same actor at the same instant.
        actor: Who acts, for whom, typed in by whom.
        at: Aware instant.

    Returns:
        One sealed event for each entry, in order.
    """
    sealed: list[SealedEvent] = []
    salts = os.urandom(SALT_BYTES * len(entries))
    seq, previous = head.seq, head.hash
    written = canonical.instant(at)
    for index, entry in enumerate(entries):
        seq += 1
        salt = salts[index * SALT_BYTES : (index + 1) * SALT_BYTES]
        content = canonical.encode(entry.data)
        payload_digest = canonical.digest(salt + content)
        own = _hash(chain, seq, written, actor, entry, payload_digest, previous)
        event = HistoryEvent(
            chain=chain,
            seq=seq,
            at=at,
            actor=actor.username,
            on_behalf_of=actor.on_behalf_of,
            recorded_by=actor.recorded_by,
            kind=entry.kind,
            activity_id=entry.activity_id,
            work_item_id=entry.work_item_id,
            data=entry.data,
            payload_digest=payload_digest,
            previous_hash=previous,
            hash=own,
        )
        sealed.append(SealedEvent(event, salt, content))
        previous = own
    return sealed


def check(chain: str, sealed: Iterable[SealedEvent], head: Head | None = None) -> Head:
    """Check that events follow each other without gap, and that no field or payload was changed.

    A payload that does not give its event's digest holds only where a later event of the same chain says that it was cleared,
    and gives the digest of what is there now; where several say so, the last one counts.

    Args:
        chain: The name every event must carry.
        sealed: The whole chain from its first event.
        head: Where the chain is known to end, if that is known from elsewhere.

    Returns:
        The last event found.

    Raises:
        ChainBroken: Names the first event that does not hold.
    """
    last = EMPTY
    changed: dict[int, str] = {}
    cleared: dict[int, str] = {}
    for one in sealed:
        event = one.event
        if event.chain != chain or event.seq != last.seq + 1:
            raise ChainBroken(chain, last.seq + 1, "missing")
        if event.previous_hash != last.hash:
            raise ChainBroken(chain, event.seq, "previous_hash")
        digest = canonical.digest(one.salt + one.content)
        if digest != event.payload_digest:
            changed[event.seq] = digest
        actor = Actor(event.actor, event.on_behalf_of, event.recorded_by)
        entry = Entry(event.kind, {}, event.activity_id, event.work_item_id)
        written = canonical.instant(event.at)
        if _hash(chain, event.seq, written, actor, entry, event.payload_digest, last.hash) != event.hash:
            raise ChainBroken(chain, event.seq, "hash")
        last = Head(event.seq, event.hash)
        if event.kind == EventKind.CONTENT_REDACTED:
            cleared |= {seq: told for seq, told in cleared_by(event).items() if seq < event.seq}
    for seq, digest in changed.items():
        if cleared.get(seq) != digest:
            raise ChainBroken(chain, seq, "payload")
    if head is not None and last != head:
        raise ChainBroken(chain, last.seq + 1, "missing")
    return last


def cleared_by(event: HistoryEvent) -> dict[int, str]:
    """Return which payloads an event says were cleared: the digest of what each holds since, by its place in the chain."""
    told = event.data.get("events")
    found = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return {one["seq"]: str(one.get("digest")) for one in found if isinstance(one.get("seq"), int)}  # type: ignore[misc]


def _hash(chain: str, seq: int, at: str, actor: Actor, entry: Entry, payload_digest: str, previous: str) -> str:
    return canonical.digest(
        canonical.encode_plain(
            {
                "chain": chain,
                "seq": seq,
                "at": at,
                "actor": actor.username,
                "on_behalf_of": actor.on_behalf_of,
                "recorded_by": actor.recorded_by,
                "kind": entry.kind,
                "activity_id": entry.activity_id,
                "work_item_id": entry.work_item_id,
                "payload_digest": payload_digest,
                "previous_hash": previous,
            }
        )
    )
