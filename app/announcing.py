"""Tells other processes, after a commit, that something was committed: never what, so that nothing leaves the database.

On PostgreSQL a thread sends one NOTIFY for all that was committed since the last one, on a connection of its own: no commit
waits for it. On SQLite every process sees by the file that it has changed. A message that is lost with its process costs
those who wait for it seconds, since they also look by themselves.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

CHANNEL = "banjie_committed"
PAUSE_SECONDS = 0.1
LAST_WORD_SECONDS = 2.0
ANNOUNCER = "banjie_announcer"

log = logging.getLogger(__name__)


class Announcer:
    """Sends what was committed at most every tenth of a second; its thread begins with the first commit."""

    def __init__(self, pool: Engine) -> None:
        self._pool = pool
        self._guard = threading.Lock()
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._pending = False
        self._thread: threading.Thread | None = None

    def committed(self) -> None:
        """Have it told that something was committed; returns at once."""
        self._pending = True
        self._wake.set()
        if self._thread is None:
            self._start()

    def stop(self) -> None:
        """Send what is still to be told, and end."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(LAST_WORD_SECONDS)

    def _start(self) -> None:
        with self._guard:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._pending:
                self._pending = False
                self._send()
            if self._stopping.is_set() and not self._pending:
                return
            self._stopping.wait(PAUSE_SECONDS)

    def _send(self) -> None:
        try:
            with self._pool.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(f"NOTIFY {CHANNEL}"))
        except SQLAlchemyError as error:
            log.info("a commit was not announced: %s", error)


@contextmanager
def announcing(pool: Engine) -> Iterator[None]:
    """Announce what is committed through a pool while the block runs."""
    if pool.dialect.name != "postgresql":
        yield
        return
    announcer = Announcer(pool)
    pool.update_execution_options(**{ANNOUNCER: announcer})
    try:
        yield
    finally:
        pool.update_execution_options(**{ANNOUNCER: None})
        announcer.stop()


def announce(pool: Engine) -> None:
    """Have others told of a commit, where this process announces."""
    announcer: Announcer | None = pool.get_execution_options().get(ANNOUNCER)
    if announcer is not None:
        announcer.committed()
