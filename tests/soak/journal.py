"""What clients were answered: the acts that must be in history, each exactly once."""

import json
import threading
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Acknowledged:
    """One act as it was answered in the end; ``subject`` is what it was done to or what it made."""

    act: str
    key: str
    person: str
    subject: str
    status: int
    attempts: int
    answer: Any


class Journal:
    """Kept outside the servers, in a file and in memory; an answer is written down before its client goes on."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")
        self._lock = threading.Lock()
        self.lines: list[Acknowledged] = []

    def write(self, line: Acknowledged) -> None:
        with self._lock:
            self.lines.append(line)
            self._file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
            self._file.flush()

    def close(self) -> None:
        self._file.close()

    def done(self, act: str) -> list[Acknowledged]:
        """The acts of one name that succeeded."""
        return [line for line in self.lines if line.act == act and line.status < 300]

    def statuses(self) -> Counter[int]:
        return Counter(line.status for line in self.lines)

    def retried(self) -> int:
        """How many acts were sent again after a broken connection."""
        return sum(line.attempts > 1 for line in self.lines)
