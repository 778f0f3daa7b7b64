"""Make anchors of an installation and keep their file: rows first, then the lines that can be copied elsewhere."""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.house import House
from app.transaction import reading, transaction
from engine.anchoring.anchors import Anchor, Trail, read_line
from engine.anchoring.signing import is_signed, own_key, read_public
from engine.clock import SystemClock
from engine.errors import AnchorsUnreadable
from engine.persistence import anchors
from engine.verification import Break
from workflows.anchoring import checking, making

FILE = "anchors.jsonl"
log = logging.getLogger(__name__)


class Anchorer:
    """Makes the anchors of one process; what the earlier ones say is read once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._trail = Trail()
        self._one_at_a_time = threading.Lock()

    def due(self, machine: datetime) -> bool:
        """Tell whether the interval has passed since the last anchor, by the machine's clock."""
        minutes = self._house.settings.anchors.minutes
        with reading(self._house.pool) as connection:
            last = anchors.last_made_at(connection)
        return last is None or machine - last >= timedelta(minutes=minutes)

    def make(self) -> Anchor | None:
        """Make an anchor and write it to the file; None where nothing has changed, or another process was faster."""
        house = self._house
        key = own_key(house.settings.storage.data_dir)
        with self._one_at_a_time:
            with reading(house.pool) as connection:
                for line in anchors.list_lines(connection, self._trail.number):
                    self._trail.follow(line)
                now = house.office.engine.now(connection)
                made = making.next_anchor(
                    connection, house.office.businesses, self._trail, key, now, SystemClock().now()
                )
            if made is not None:
                try:
                    with transaction(house.pool) as connection:
                        anchors.append(connection, made.anchor, made.line)
                except IntegrityError:
                    made = None
            write_file(house)
        return made.anchor if made is not None else None


def file_of(house: House) -> Path:
    """Where the lines are written: as set, or in the data folder."""
    return house.settings.storage.data_dir / (house.settings.anchors.file or FILE)


def write_file(house: House) -> None:
    """Add to the file what it lacks; one that does not end as the rows say is left as it is, for it may be right."""
    path = file_of(house)
    last = b""
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                last = line.strip() or last
    with reading(house.pool) as connection:
        try:
            number = read_line(last, 0).number if last else 0
        except AnchorsUnreadable:
            number = -1
        if last and anchors.find_line(connection, number) != last:
            log.warning("%s does not end as the database says; nothing is written to it", path)
            return
        lines = list(anchors.list_lines(connection, number))
    if lines:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(b"".join(line + b"\n" for line in lines))


def lines_in(path: Path) -> list[bytes]:
    """Return the lines of a file of anchors."""
    return [line for line in path.read_bytes().splitlines() if line]


def check(house: House, connection: Connection, kept: Path | None = None, keys: Sequence[Path] = ()) -> list[Break]:
    """Compare an installation with anchors kept elsewhere, or with its own where none are named."""
    lines = lines_in(kept) if kept is not None else None
    named = {read_public(one) for one in keys} or None
    return checking.check(connection, house.office.businesses, lines, named, is_signed)
