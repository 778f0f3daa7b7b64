"""Measures how long anybody waits while four processes complete different seats of one countersign.

It is apart from the other measurements because each process of it runs this module.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.house import House, build
from app.settings import load
from app.transaction import reading, transaction
from engine.model import Actor, WorkItem
from workflows import definitions, worklist
from workflows.organisation import queries
from workflows.worklist import Submission

PROCESSES, SEATS = 4, 300
KEY = "bench_four_processes"
SYSTEM = Actor("bench")
READY = "ready"
COUNTERSIGN = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="https://banjie.example/bench">'
    f'<bpmn:process id="{KEY}" name="{KEY}" isExecutable="true">'
    '<bpmn:startEvent id="start" /><bpmn:userTask id="countersign" name="会签" camunda:assignee="${initiator}">'
    '<bpmn:multiInstanceLoopCharacteristics camunda:collection="seats" camunda:elementVariable="seat" />'
    '</bpmn:userTask><bpmn:endEvent id="end" />'
    '<bpmn:sequenceFlow id="to_countersign" sourceRef="start" targetRef="countersign" />'
    '<bpmn:sequenceFlow id="to_end" sourceRef="countersign" targetRef="end" />'
    "</bpmn:process></bpmn:definitions>"
)


@dataclass(frozen=True)
class Waits:
    """What the processes saw: how long each completion took, and what went wrong."""

    spans: tuple[float, ...]
    errors: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """The worst wait as a multiple of the median."""
        return max(self.spans) / statistics.median(self.spans) if self.spans else float("inf")


def four_processes(house: House) -> tuple[float, tuple[str, ...]]:
    """Return the worst wait as a multiple of the median, and every error; the house has at least one person."""
    waits = measure(house)
    return waits.ratio, waits.errors


def measure(house: House) -> Waits:
    """Complete the seats of one countersign from four processes that set off together."""
    with reading(house.pool) as connection:
        username = queries.list_people(connection)[0].username
    shares = [json.dumps([username, seats]) for seats in _shares(_start(house, username))]
    processes = [_process(house) for _ in shares]
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
        house.office.engine.deployed_version(connection, KEY)
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


def _start(house: House, username: str) -> Sequence[WorkItem]:
    engine = house.office.engine
    variables: Any = {"title": "一件用于测量的会签", "seats": [f"seat{n}" for n in range(SEATS)]}
    with transaction(house.pool) as connection:
        at = engine.now(connection)
        definitions.deploy_as(connection, house.office, SYSTEM, {f"{KEY}.bpmn": COUNTERSIGN.encode()}, at)
    with transaction(house.pool) as connection:
        deployed = engine.deployed_version(connection, KEY)
        unit = queries.get_person(connection, username).unit
        return engine.start(connection, deployed, Actor(username), unit, variables, engine.now(connection)).opened


def _shares(items: Sequence[WorkItem]) -> list[list[tuple[str, int]]]:
    return [[(item.id, item.version) for item in items[number::PROCESSES]] for number in range(PROCESSES)]


def _process(house: House) -> subprocess.Popen[str]:
    storage = house.settings.storage
    environment = {
        **os.environ,
        "BANJIE_DATABASE_URL": storage.database_url,
        "BANJIE_DATA_DIR": str(storage.data_dir),
    }
    command = [sys.executable, "-m", "app.bench_concurrency"]
    return subprocess.Popen(  # noqa: S603  (ourselves)
        command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
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
