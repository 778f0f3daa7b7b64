"""Turns at writing to a SQLite file, in the order of asking, among the threads and processes that share it.

SQLite lets one writer in at a time and has the others look again after ever longer pauses: whoever is unlucky meets
somebody else each time and waits for seconds while others pass by. Whoever waits for a turn here sleeps until it comes.
Turns are only about fairness; that there is one writer at a time is still seen to by SQLite's own lock, also against
programs that take no turns.
"""

import fcntl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turns:
    """Hands out turns on one database file; all threads of a process share one."""

    def __init__(self, database: str, timeout_seconds: float) -> None:
        """Name the file, and how long a thread waits for the others of its process before it tries without a turn."""
        self._path = Path(f"{database}-turn")
        self._timeout_seconds = timeout_seconds
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for a turn, and keep it until the block ends or the process dies."""
        got = self._wait()
        try:
            if not got:
                yield
                return
            with self._path.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        finally:
            if got:
                self._pass_on()

    def _wait(self) -> bool:
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(self._timeout_seconds):
            return True
        with self._guard:
            if mine.is_set():
                return True
            self._waiting.remove(mine)
            return False

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
