"""Measures how long anybody waits while four processes complete different seats of one countersign.

Each of the processes runs this module.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.bench import flows
from app.bench.report import Row, row
from app.bench.served import environment
from app.bench.stand import Item, Stand
from app.house import House, build
from app.settings import load
from app.transaction import reading, transaction
from workflows import worklist
from workflows.organisation import queries
from workflows.worklist import Submission

PROCESSES = 4
READY = "ready"
GOAL = 20


@dataclass(frozen=True)
class Waits:
    """What the processes saw: how long each completion took, and what went wrong."""

    spans: tuple[float, ...]
    errors: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """The worst wait as a multiple of the median."""
        return max(self.spans) / statistics.median(self.spans) if self.spans else float("inf")


def rows(stand: Stand) -> list[Row]:
    seats = stand.sizes.shared_seats
    waits = measure(stand, seats)
    return [
        row(f"四进程同办一个 {seats} 席会签：出错", len(waits.errors), "次", 0),
        row(f"四进程同办一个 {seats} 席会签：最长等待", waits.ratio, "× 中位数", GOAL),
    ]


def measure(stand: Stand, seats: int) -> Waits:
    """Complete the seats of one countersign from four processes that set off together."""
    shares = [json.dumps([stand.person.username, share]) for share in _shares(stand.start_countersign(seats))]
    processes = [_process(stand.house) for _ in shares]
    try:
        for process in processes:
            _read(process, READY)
        for process, share in zip(processes, shares, strict=True):
            _write(process, share)
        told = [
            json.loads(process.communicate()[0] or '[[], ["a process ended without a word"]]') for process in processes
        ]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    spans, errors = (tuple(one for each in told for one in each[part]) for part in (0, 1))
    return Waits(spans, errors)


def work() -> None:
    """Be one of the processes: complete the seats that standard input names, and tell how long each took."""
    house = build(load())
    with reading(house.pool) as connection:
        house.office.engine.deployed_version(connection, flows.COUNTERSIGN)
    print(READY, flush=True)  # noqa: T201  (the parent reads it)
    username, seats = json.loads(sys.stdin.readline())
    with reading(house.pool) as connection:
        person = queries.get_person(connection, username)
    spans, errors = [], []
    for work_item_id, version in seats:
        started = time.perf_counter()
        try:
            with transaction(house.pool) as connection:
                at = house.office.engine.now(connection)
                submission = Submission(version, "agree", "同意。")
                worklist.complete(connection, house.office, person, work_item_id, submission, at)
        except Exception as error:  # noqa: BLE001  (whatever goes wrong is what is counted)
            errors.append(f"{type(error).__name__}: {error}")
        spans.append(time.perf_counter() - started)
    print(json.dumps([spans, errors]))  # noqa: T201


def _shares(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[number::PROCESSES] for number in range(PROCESSES)]


def _process(house: House) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app.bench.concurrency"]
    return subprocess.Popen(  # noqa: S603  (ourselves)
        command, env=environment(house), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def _read(process: subprocess.Popen[str], expected: str) -> None:
    if process.stdout is None or process.stdout.readline().strip() != expected:
        raise ChildProcessError("a process of the measurement did not start")


def _write(process: subprocess.Popen[str], line: str) -> None:
    if process.stdin is None:
        raise ChildProcessError("a process of the measurement does not listen")
    process.stdin.write(line + "\n")
    process.stdin.flush()


if __name__ == "__main__":
    work()
