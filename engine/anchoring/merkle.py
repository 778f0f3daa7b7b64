"""A Merkle tree over leaves of bytes, and the proof that a leaf is in it. Pure.

Leaves and nodes are hashed apart, so that nobody can pass a node off as a leaf.

Source:
    RFC 9162 (Certificate Transparency 2.0), section 2.1; the same tree as RFC 6962.
"""

import hashlib
from collections.abc import Sequence

LEAF, NODE = b"\x00", b"\x01"


def root_of(leaves: Sequence[bytes]) -> str:
    """Return the root over leaves in their order, in lower-case hexadecimal; that of none is the hash of nothing.

    Args:
        leaves: The contents of the leaves.

    Source:
        RFC 9162, section 2.1.1.
    """
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    return _folded([_of_leaf(one) for one in leaves])[-1][0].hex()


def proof_of(leaves: Sequence[bytes], index: int) -> list[str]:
    """Return the hashes that lead from a leaf to the root, the nearest first.

    Args:
        leaves: The contents of all leaves.
        index: Which leaf, from 0.

    Source:
        RFC 9162, section 2.1.3.1.
    """
    path: list[str] = []
    for row in _folded([_of_leaf(one) for one in leaves])[:-1]:
        beside = index ^ 1
        if beside < len(row):
            path.append(row[beside].hex())
        index >>= 1
    return path


def is_proved(leaf: bytes, index: int, size: int, path: Sequence[str], root: str) -> bool:
    """Tell whether a proof leads from a leaf to a root.

    Args:
        leaf: The content of the leaf.
        index: Its place, from 0.
        size: How many leaves the tree has.
        path: What :func:`proof_of` returned.
        root: In hexadecimal.

    Source:
        RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    place, last, hashed = index, size - 1, _of_leaf(leaf)
    for one in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            hashed = _of_node(bytes.fromhex(one), hashed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = _of_node(hashed, bytes.fromhex(one))
        place, last = place >> 1, last >> 1
    return last == 0 and hashed.hex() == root


def _folded(row: list[bytes]) -> list[list[bytes]]:
    """Return the rows of the tree, leaves first; the last of an odd row goes up as it is, which gives the tree of the RFC."""
    rows = [row]
    while len(row) > 1:
        pairs = [_of_node(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        row = pairs + row[len(pairs) * 2 :]
        rows.append(row)
    return rows


def _of_leaf(content: bytes) -> bytes:
    return hashlib.sha256(LEAF + content).digest()


def _of_node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE + left + right).digest()
