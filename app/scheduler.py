"""Looks at what is due, again and again: in one serving process, or in workers of its own.

The rows of jobs decide what is done and when; this only ticks (ADR 10). Whoever dies loses nothing, and whoever ticks beside
another does nothing twice.
"""

import fcntl
import logging
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.finishing import finish_clearings
from app.house import House
from app.outside.sending import send_due
from app.transaction import reading, transaction
from engine import following, jobs
from engine.clock import SystemClock
from engine.errors import ProcessError

if TYPE_CHECKING:
    from app.anchoring import Anchorer

MOST_AT_ONCE = 10
"""How many jobs are done before somebody who wants to stop is listened to."""
ANCHOR_LOOK_SECONDS = 30
"""Seconds between two looks whether it is time for an anchor."""
SCHEDULER_LOCK, TICK_LOCK = "scheduler.lock", "tick.lock"

Door = partial[AbstractContextManager[Connection]]
log = logging.getLogger(__name__)


class Turn:
    """A file that one process of this machine holds at a time; when the process ends, however it does, the next may have it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: IO[bytes] | None = None

    def take(self, *, wait: bool = False) -> bool:
        """Hold the file, and tell whether this process does."""
        if self._held is None:
            file = self._path.open("ab")
            try:
                fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
            else:
                self._held = file
        return self.held

    @property
    def held(self) -> bool:
        """Whether this process holds the file."""
        return self._held is not None

    def give_back(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


class Ticker:
    """Does what is due at each tick, until it is stopped."""

    def __init__(self, house: House, turn: Turn | None = None) -> None:
        self._house = house
        self._turn = turn
        self._stopping = threading.Event()
        self._in_trouble = False
        self._anchorer: Anchorer | None = None

    def tick(self) -> None:
        """Do what is due, unless it is another process' turn."""
        if self._turn is not None and not self._turn.take():
            return
        try:
            while not self._stopping.is_set() and run_due(self._house, most=MOST_AT_ONCE):
                pass
            while not self._stopping.is_set() and follow(self._house, most=MOST_AT_ONCE):
                pass
            finish_clearings(self._house)
        except SQLAlchemyError as error:
            if not self._in_trouble:
                log.warning("what is due waits for the database: %s", error)
            self._in_trouble = True
        else:
            self._in_trouble = False

    def send(self) -> None:
        """Send what is due outside, in the process whose turn it is; others outside may be slow, so this has its own thread."""
        if self._turn is not None and not self._turn.held:
            return
        try:
            send_due(self._house, self._stopping.is_set)
        except SQLAlchemyError as error:
            log.info("messages wait for the database: %s", error)

    def anchor(self) -> None:
        """Make an anchor where it is time for one: one at most at each look, however far an adjustable clock has jumped."""
        if self._turn is not None and not self._turn.held:
            return
        if self._anchorer is None:
            from app.anchoring import Anchorer

            self._anchorer = Anchorer(self._house)
        try:
            if self._anchorer.due(SystemClock().now()):
                self._anchorer.make()
        except (SQLAlchemyError, ProcessError, OSError) as error:
            log.warning("no anchor was made: %s", error)

    def stop(self) -> None:
        """Take up no further job."""
        self._stopping.set()
        if self._turn is not None:
            self._turn.give_back()


def serves_jobs(house: House) -> bool:
    """Tell whether the serving process does what is due."""
    in_server = house.settings.jobs.in_server
    return in_server == "always" or (in_server == "sqlite" and house.pool.dialect.name == "sqlite")


@contextmanager
def ticking(house: House, *, in_turn: bool) -> Iterator[None]:
    """Tick in the background while the block runs; the job under way is finished before it ends.

    Args:
        house: The installation.
        in_turn: Whether only one process of this machine ticks, the others standing by.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    turn = Turn(house.settings.storage.data_dir / SCHEDULER_LOCK) if in_turn else None
    ticker = Ticker(house, turn)
    scheduler = BackgroundScheduler(timezone=UTC)
    for act in (ticker.tick, ticker.send):
        scheduler.add_job(
            act, "interval", seconds=house.settings.jobs.poll_seconds, coalesce=True, misfire_grace_time=None
        )
    if house.settings.anchors.minutes:
        scheduler.add_job(
            ticker.anchor, "interval", seconds=ANCHOR_LOOK_SECONDS, coalesce=True, misfire_grace_time=None
        )
    scheduler.start()
    try:
        yield
    finally:
        ticker.stop()
        scheduler.shutdown(wait=True)


def run_due(house: House, most: int = 1_000) -> int:
    """Do what is due now; return how many jobs were done or postponed."""
    return jobs.run_due(house.office.engine, *_doors(house), most=most)


def follow(house: House, most: int = 100) -> int:
    """Hand what cases have newly told to those who follow them; return how many cases had something to tell."""
    return following.follow(*_doors(house), house.office.followers, most)


def pass_time(house: House, until: datetime) -> int:
    """Let time pass up to an instant, as :func:`engine.jobs.pass_time` says; whoever else does so on this machine waits."""
    turn = Turn(house.settings.storage.data_dir / TICK_LOCK)
    turn.take(wait=True)
    try:
        return jobs.pass_time(house.office.engine, *_doors(house), until)
    finally:
        turn.give_back()


def _doors(house: House) -> tuple[Door, Door]:
    return partial(transaction, house.pool), partial(reading, house.pool)
