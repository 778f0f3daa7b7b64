"""Compare an office with anchors: those it keeps itself, or those that were kept elsewhere, where nobody could rewrite them."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from engine.anchoring.anchors import MARK_CHARACTERS, IsSigned, Trail, follow_all, read_line
from engine.errors import AnchorsUnreadable
from engine.history import Head
from engine.persistence import anchors
from engine.verification import Break
from workflows.anchoring.making import counted_tables
from workflows.attachments.records import stored_file
from workflows.contract import Business

ANCHORS = "anchors"


def check(
    connection: Connection,
    businesses: Mapping[str, Business],
    kept: Sequence[bytes] | None,
    keys: Collection[str] | None,
    is_signed: IsSigned,
) -> list[Break]:
    """Return every place where the office is not what its anchors say it was.

    What was told after the last anchor can only be compared with itself, which is done elsewhere.

    Args:
        connection: In a transaction that sees one state of the database.
        businesses: The businesses of the office.
        kept: The lines of a file that was kept elsewhere; without them the office's own rows are believed.
        keys: Public keys that may have signed; without them the one that each anchor names is believed.
        is_signed: Tells by public key, signature and content whether a signature holds.
    """
    own = list(anchors.list_lines(connection))
    breaks = [Break(ANCHORS, number, "anchor_row") for number in _bent_rows(connection)]
    if kept is not None:
        breaks.extend(Break(ANCHORS, number, "anchor_replaced") for number in _replaced(kept, own))
    trail, flaws = _believed([*kept, *own[len(kept) :]] if kept is not None else own, keys, is_signed)
    breaks.extend(flaws)
    breaks.extend(_chains(connection, trail))
    breaks.extend(_rest(connection, businesses, trail))
    return breaks


def _believed(lines: Sequence[bytes], keys: Collection[str] | None, is_signed: IsSigned) -> tuple[Trail, list[Break]]:
    """Follow lines as far as they hold; from the first that does not, none is believed."""
    trail = Trail()
    for index, line in enumerate(lines):
        try:
            flaw = trail.flaw_of(line, keys, is_signed)
        except AnchorsUnreadable:
            flaw = "anchor_unreadable"
        if flaw is not None:
            return follow_all(lines[:index]), [Break(ANCHORS, index + 1, flaw)]
    return trail, [] if trail.root_holds() else [Break(ANCHORS, trail.number, "anchor_root")]


def _replaced(kept: Sequence[bytes], own: Sequence[bytes]) -> Iterator[int]:
    """Yield the number of the first line that the office has otherwise than it was kept."""
    for index, line in enumerate(kept):
        if index >= len(own) or own[index] != line:
            yield index + 1
            return


def _bent_rows(connection: Connection) -> Iterator[int]:
    """Yield the numbers of rows whose columns are not what their line says."""
    for number, row in anchors.list_rows(connection):
        try:
            told = read_line(bytes(row["line"]), number)  # type: ignore[call-overload]  # a column of bytes
        except AnchorsUnreadable:
            continue
        if (told.number, told.at, told.made_at, told.root) != (number, row["at"], row["made_at"], row["root"]):
            yield number


def _chains(connection: Connection, trail: Trail) -> Iterator[Break]:
    """Compare the events of all chains with their marks; of each chain the first that differs is named."""
    found: dict[str, int] = {}
    broken: set[str] = set()
    for chain, seq, hash_ in anchors.all_hashes(connection):
        marks = trail.marks.get(chain)
        if marks is None or chain in broken:
            continue
        expected = found.get(chain, 0) + 1
        if seq != expected:
            broken.add(chain)
            behind = expected > len(marks)  # what was anchored is there; this one hangs on nothing
            yield Break(chain, seq, "previous_hash") if behind else Break(chain, expected, "anchor_missing")
        elif seq <= len(marks) and not _is_marked(
            hash_, marks[seq - 1], seq == len(marks), trail.holdings.heads[chain]
        ):
            broken.add(chain)
            yield Break(chain, seq, "anchor_event")
        found[chain] = seq
    for chain, marks in trail.marks.items():
        if chain not in broken and found.get(chain, 0) < len(marks):
            yield Break(chain, found.get(chain, 0) + 1, "anchor_missing")


def _is_marked(hash_: str, mark: str, is_last: bool, head: Head) -> bool:
    return hash_ == head.hash if is_last else hash_[:MARK_CHARACTERS] == mark


def _rest(connection: Connection, businesses: Mapping[str, Business], trail: Trail) -> Iterator[Break]:
    """Compare what else was anchored: files, deployments, how many rows there are at least.

    That a file which has its row lies where it should is not asked here.
    """
    for sha256 in sorted(trail.holdings.files - set(connection.scalars(select(stored_file.c.sha256)))):
        yield Break("files", None, sha256)
    there = anchors.deployments(connection)
    for key, version, hash_ in sorted(trail.holdings.deployments - there):
        yield Break(ANCHORS, trail.number, f"process_definition {key} {version} {hash_[:MARK_CHARACTERS]}")
    counts = anchors.counts(connection, counted_tables(businesses))
    for name, rows in sorted(trail.holdings.counts.items()):
        if counts.get(name, rows) < rows:
            yield Break(ANCHORS, trail.number, f"{name} < {rows}")
