"""What an anchor says, and how a file of anchors is read again without trusting the database. Pure, but for signatures.

An anchor is a line of JSON. Its ``changes`` are what is new since the one before, so that all that was ever anchored can be put
together from the lines; its ``header`` holds the root over all of it, and is what is signed. Whoever is handed a header, its
signature and the proof of one leaf needs nothing else.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import canonical
from engine.anchoring.merkle import root_of
from engine.errors import AnchorsUnreadable
from engine.history import EMPTY, GENESIS, Head

FORMAT = "banjie-anchor/1"
MARK_CHARACTERS = 16
"""How much of the hash of an event stands in an anchor, so that the first one that was changed can be named."""

Deployment = tuple[str, int, str]
"""Key, version and hash of a definition."""
IsSigned = Callable[[str, str, bytes], bool]
"""Tells by public key, signature and content whether the signature holds; the first two in hexadecimal."""


@dataclass
class Holdings:
    """What an installation holds: heads of chains, contents of files, deployed definitions, how many rows its tables have."""

    heads: dict[str, Head] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    deployments: set[Deployment] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def leaves(self) -> list[bytes]:
        """Return the leaves of the tree over all of it, in their order."""
        told: list[bytes] = [head_leaf(chain, head) for chain, head in self.heads.items()]
        told.extend(canonical.encode(["file", sha256]) for sha256 in self.files)
        told.extend(canonical.encode(["deployment", *one]) for one in self.deployments)
        told.extend(canonical.encode(["count", table, rows]) for table, rows in self.counts.items())
        return sorted(told)


@dataclass(frozen=True)
class Anchor:
    """One anchor as it was read.

    Attributes:
        number: From 1, without gap.
        at: The installation's clock.
        made_at: The machine's clock.
        root: Over everything the installation held.
        size: How many leaves the tree has.
        key: The public key that belongs to its signature, in hexadecimal.
        header: What was signed.
        changes: What was new.
        signature: In hexadecimal.
    """

    number: int
    at: datetime
    made_at: datetime
    root: str
    size: int
    key: str
    header: Mapping[str, Any]
    changes: Mapping[str, Any]
    signature: str

    @property
    def signed(self) -> bytes:
        """The bytes that the signature is over."""
        return canonical.encode(self.header)


@dataclass
class Trail:
    """What lines of anchors come to: the holdings of the last one, and the marks of all events that are anchored."""

    holdings: Holdings = field(default_factory=Holdings)
    marks: dict[str, list[str]] = field(default_factory=dict)
    number: int = 0
    digest: str = GENESIS
    last: Anchor | None = None

    def follow(self, line: bytes) -> Anchor:
        """Take in the next line, whatever it says.

        Raises:
            AnchorsUnreadable: It is no anchor.
        """
        anchor = read_line(line, self.number + 1)
        changes = anchor.changes
        for chain, (seq, hash_, marks) in changes["chains"].items():
            self.holdings.heads[chain] = Head(seq, hash_)
            self.marks.setdefault(chain, []).extend(marks)
        self.holdings.files.update(changes["files"])
        self.holdings.deployments.update((key, version, hash_) for key, version, hash_ in changes["deployments"])
        self.holdings.counts.update(changes["counts"])
        self.number, self.digest, self.last = anchor.number, canonical.digest(line), anchor
        return anchor

    def flaw_of(self, line: bytes, keys: Collection[str] | None, is_signed: IsSigned) -> str | None:
        """Take in the next line and say what is wrong with it.

        Args:
            line: Without its end.
            keys: Public keys that may have signed it; without them the one it names itself is believed.
            is_signed: Tells by public key, signature and content whether a signature holds.

        Returns:
            The first thing that is wrong, or None.

        Raises:
            AnchorsUnreadable: It is no anchor.
        """
        number, digest = self.number, self.digest
        anchor = self.follow(line)
        heads = self.holdings.heads
        unknown = keys is not None and anchor.key not in keys
        if unknown or not is_signed(anchor.key, anchor.signature, anchor.signed):
            return "anchor_signature"
        if anchor.number != number + 1 or anchor.header["previous"] != digest:
            return "anchor_order"
        lengths_differ = any(len(self.marks[chain]) != heads[chain].seq for chain in anchor.changes["chains"])
        if lengths_differ or anchor.header["changes"] != canonical.digest(canonical.encode(anchor.changes)):
            return "anchor_changes"
        return None

    def root_holds(self) -> bool:
        """Tell whether the root of the last anchor is that over all that the lines tell of."""
        if self.last is None:
            return True
        leaves = self.holdings.leaves()
        return (root_of(leaves), len(leaves)) == (self.last.root, self.last.size)


def head_leaf(chain: str, head: Head) -> bytes:
    """Return the leaf that the head of a chain is."""
    return canonical.encode(["chain", chain, head.seq, head.hash])


def compose(
    trail: Trail, now: Holdings, marks: Mapping[str, list[str]], at: datetime, made_at: datetime, key: str
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return header and changes of the next anchor, or None where nothing is new.

    Args:
        trail: All anchors so far.
        now: What the installation holds.
        marks: Those of the events of each chain since its anchored head.
        at: The installation's clock.
        made_at: The machine's clock.
        key: The public key of what will sign it.
    """
    before = trail.holdings
    changes: dict[str, Any] = {
        "chains": {
            chain: [head.seq, head.hash, marks[chain]]
            for chain, head in now.heads.items()
            if head != before.heads.get(chain, EMPTY)
        },
        "files": sorted(now.files - before.files),
        "deployments": sorted(list(one) for one in now.deployments - before.deployments),
        "counts": {table: rows for table, rows in now.counts.items() if rows != before.counts.get(table)},
    }
    if not any(changes.values()):
        return None
    whole = Holdings(
        {**before.heads, **now.heads},
        before.files | now.files,
        before.deployments | now.deployments,
        {**before.counts, **now.counts},
    )
    leaves = whole.leaves()
    header = {
        "format": FORMAT,
        "number": trail.number + 1,
        "at": canonical.instant(at),
        "made_at": canonical.instant(made_at),
        "previous": trail.digest,
        "changes": canonical.digest(canonical.encode(changes)),
        "size": len(leaves),
        "root": root_of(leaves),
        "key": key,
    }
    return header, changes


def line_of(header: Mapping[str, Any], changes: Mapping[str, Any], signature: str) -> bytes:
    """Return the line of an anchor, without its end."""
    return canonical.encode({"header": header, "changes": changes, "signature": signature})


def read_line(line: bytes, number: int) -> Anchor:
    """Read a line; raise ``AnchorsUnreadable`` with the number it should have."""
    try:
        told = canonical.decode(line)
        header, changes = told["header"], told["changes"]
        anchor = Anchor(
            number=int(header["number"]),
            at=canonical.parse_instant(header["at"]),
            made_at=canonical.parse_instant(header["made_at"]),
            root=str(header["root"]),
            size=int(header["size"]),
            key=str(header["key"]),
            header=header,
            changes=changes,
            signature=str(told["signature"]),
        )
        for _seq, _hash, _marks in changes["chains"].values():
            pass
        known = header["format"] == FORMAT and {"chains", "files", "deployments", "counts"} <= changes.keys()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AnchorsUnreadable(number) from error
    if not known or canonical.encode(told) != line:
        raise AnchorsUnreadable(number)
    return anchor


def follow_all(lines: Iterable[bytes]) -> Trail:
    """Return what lines come to, without judging them; raise ``AnchorsUnreadable``."""
    trail = Trail()
    for line in lines:
        trail.follow(line)
    return trail
