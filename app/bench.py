"""Measures completions as ratios to a bare commit, both in one run on one database.

The bare commit is an INSERT of one row and a COMMIT, by SQLAlchemy Core through the same pool.
"""

import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Column, Integer, MetaData, String, Table, event, insert

from app.house import House
from app.transaction import reading, transaction
from engine.model import Actor
from workflows import cases, definitions, worklist
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.worklist import Submission

REPEATS = 300
SEATS = (300, 1000)
STARTUP_SECONDS, PAUSE_SECONDS = 30.0, 0.1
FLOW, COUNTERSIGN = "bench_five_steps", "bench_countersign"
SYSTEM = Actor("bench")
_probe = Table("bench_probe", MetaData(), Column("id", Integer, primary_key=True), Column("text", String))


@dataclass(frozen=True)
class Row:
    """One measurement; ``goal`` is the most it should be."""

    name: str
    value: float
    unit: str
    goal: float
    met: bool


@dataclass(frozen=True)
class Report:
    """All measurements of a run."""

    bare_commit_ms: float
    database: str
    rows: tuple[Row, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def run(house: House, username: str, password: str, port: int) -> Report:
    """Measure on an installation with one person who can sign in; it is for this alone."""
    with transaction(house.pool) as connection:
        _probe.create(connection, checkfirst=True)
        for files in (
            {f"{FLOW}.bpmn": _five_steps(username), f"{FLOW}.form": FORM},
            {f"{COUNTERSIGN}.bpmn": _countersign(username)},
        ):
            definitions.deploy_as(connection, house.office, SYSTEM, files, house.office.engine.now(connection))
        person = queries.get_person(connection, username)
    bare = _median(lambda n: _bare_commit(house, n), REPEATS)
    items: list[tuple[str, int]] = []
    start = _median(lambda _n: items.extend(_start(house, person)), REPEATS)
    statements = _Statements()
    with statements.counted(house):
        _complete(house, person, *items.pop())
    complete = _median(lambda _n: items.extend(_complete(house, person, *items.pop(0))), REPEATS)
    rows = [
        _ratio("完成一件待办（服务层，五步流程）", complete, bare, 4),
        _ratio(
            "完成一件待办（HTTP：会话、CSRF、表单、权限）", _over_http(house, username, password, port, items), bare, 8
        ),
        _row("每次完成的 SQL 语句", statements.executed, "条", 12),
        _row("每次完成的提交", statements.commits, "次", 1),
        _ratio("发起一个事项", start, bare, 6),
    ]
    rows.extend(
        _row(f"{seats} 席会签中完成一席", _seat(house, person, seats) / complete, "× 五步流程", 1.5) for seats in SEATS
    )
    rows.append(_row("重放并全部验证", _replayed(house, person), "条/秒", 1000, at_least=True))
    return Report(round(bare * 1000, 3), house.pool.dialect.name, tuple(rows))


def _row(name: str, value: float, unit: str, goal: float, *, at_least: bool = False) -> Row:
    return Row(name, round(value, 2), unit, goal, value >= goal if at_least else value <= goal)


def _ratio(name: str, seconds: float, bare: float, goal: float) -> Row:
    return _row(name, seconds / bare, "× 裸提交", goal)


def _median(act: Callable[[int], object], repeats: int) -> float:
    spans = []
    for number in range(repeats):
        started = time.perf_counter()
        act(number)
        spans.append(time.perf_counter() - started)
    return statistics.median(spans)


def _bare_commit(house: House, _number: int) -> None:
    with transaction(house.pool) as connection:
        connection.execute(insert(_probe).values(text="one row"))


def _start(house: House, person: Person) -> list[tuple[str, int]]:
    with transaction(house.pool) as connection:
        at = house.office.engine.now(connection)
        advanced = cases.start(connection, house.office, person, FLOW, "一件用于测量的事项", {}, at)
    return [(item.id, item.version) for item in advanced.opened]


def _complete(house: House, person: Person, work_item_id: str, version: int) -> list[tuple[str, int]]:
    with transaction(house.pool) as connection:
        at: datetime = house.office.engine.now(connection)
        submission = Submission(version, "submit", "同意。", {"note": "一段测量用的文字"})
        advanced = worklist.complete(connection, house.office, person, work_item_id, submission, at)
    return [(item.id, item.version) for item in advanced.opened]


def _seat(house: House, person: Person, seats: int) -> float:
    engine = house.office.engine
    variables: Any = {"title": "一件用于测量的会签", "seats": [f"seat{n}" for n in range(seats)]}
    with transaction(house.pool) as connection:
        deployed = engine.deployed_version(connection, COUNTERSIGN)
        actor, at = Actor(person.username), engine.now(connection)
        opened = engine.start(connection, deployed, actor, person.unit, variables, at).opened
    return _median(lambda n: _vote(house, person, opened[n].id, opened[n].version), min(REPEATS, seats) - 1)


def _vote(house: House, person: Person, work_item_id: str, version: int) -> None:
    with transaction(house.pool) as connection:
        at = house.office.engine.now(connection)
        submission = Submission(version, "agree", "同意。")
        worklist.complete(connection, house.office, person, work_item_id, submission, at)


def _replayed(house: House, person: Person) -> float:
    items = _start(house, person)
    instance_id = items[0][0].rpartition("-")[0]
    while items:
        items = _complete(house, person, *items[0])
    with reading(house.pool) as connection:
        started = time.perf_counter()
        events = sum(house.office.engine.replay(connection, instance_id).events for _ in range(30))
        return events / (time.perf_counter() - started)


class _Statements:
    """Counts what one completion sends to the database."""

    def __init__(self) -> None:
        self.executed = 0
        self.commits = 0

    @contextmanager
    def counted(self, house: House) -> Iterator[None]:
        event.listen(house.pool, "before_cursor_execute", self._execute)
        event.listen(house.pool, "commit", self._commit)
        yield
        event.remove(house.pool, "before_cursor_execute", self._execute)
        event.remove(house.pool, "commit", self._commit)

    def _execute(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            self.executed += 1

    def _commit(self, _connection: Any) -> None:
        self.commits += 1


def _over_http(house: House, username: str, password: str, port: int, items: list[tuple[str, int]]) -> float:
    """Complete work items through a server in a process of its own, over one kept connection."""
    storage = house.settings.storage
    environment = {
        **os.environ,
        "BANJIE_DATABASE_URL": storage.database_url,
        "BANJIE_DATA_DIR": str(storage.data_dir),
    }
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:  # noqa: S603  (ourselves)
        try:
            client = _Client(port)
            client.sign_in(username, password)
            return _median(lambda n: client.complete(*items[n]), min(REPEATS, len(items)))
        finally:
            server.terminate()


class _Client:
    """As little of a browser as a measurement needs, so that it measures the server."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=STARTUP_SECONDS)
        self._cookie = ""
        self._token = ""
        deadline = time.monotonic() + STARTUP_SECONDS
        while True:
            try:
                self._ask("GET", "/healthz")
            except OSError:
                self._connection.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_SECONDS)
            else:
                return

    def sign_in(self, username: str, password: str) -> None:
        self._read_token("/sign-in")
        self._ask("POST", "/sign-in", {"username": username, "password": password, "csrf_token": self._token})
        self._read_token("/password")

    def complete(self, work_item_id: str, version: int) -> None:
        """Complete a work item; the page that follows is not asked for, and the session stays as it was."""
        cookie = self._cookie
        form = {
            "csrf_token": self._token,
            "version": version,
            "decision": "submit",
            "opinion": "同意。",
            "note": "文字",
        }
        form["idempotency_key"] = f"bench-{work_item_id}"
        status, _body = self._ask("POST", f"/worklist/{work_item_id}", form)
        self._cookie = cookie
        if status != http.client.FOUND:
            raise RuntimeError(f"{status} instead of a redirect")

    def _read_token(self, path: str) -> None:
        _status, page = self._ask("GET", path)
        self._token = page.partition('name="csrf_token" value="')[2].partition('"')[0]

    def _ask(self, method: str, path: str, form: dict[str, Any] | None = None) -> tuple[int, str]:
        headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request(method, path, urlencode(form) if form else None, headers)
        answer = self._connection.getresponse()
        body = answer.read().decode()
        if cookie := answer.getheader("Set-Cookie"):
            self._cookie = cookie.partition(";")[0]
        return answer.status, body


FORM = b'{"type":"default","components":[{"type":"textarea","key":"note","label":"\xe8\xaf\xb4\xe6\x98\x8e"}]}'
_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="https://banjie.example/bench">'
)


def _five_steps(username: str) -> bytes:
    task = (
        '<bpmn:userTask id="step{n}" name="第{n}步" camunda:assignee="{who}" camunda:formRef="' + FLOW + '" '
        'camunda:dueDate="P3D"><bpmn:extensionElements><camunda:properties>'
        '<camunda:property name="access:note" value="edit" /></camunda:properties></bpmn:extensionElements></bpmn:userTask>'
    )
    nodes = ["start", *(f"step{n}" for n in range(1, 6)), "end"]
    body = "".join(task.format(n=n, who=username) for n in range(1, 6)) + _chain(nodes)
    return _model(FLOW, '<bpmn:startEvent id="start" /><bpmn:endEvent id="end" />' + body)


def _countersign(username: str) -> bytes:
    body = (
        '<bpmn:startEvent id="start" /><bpmn:endEvent id="end" />'
        f'<bpmn:userTask id="countersign" name="会签" camunda:assignee="{username}">'
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="seats" camunda:elementVariable="seat" />'
        "</bpmn:userTask>" + _chain(["start", "countersign", "end"])
    )
    return _model(COUNTERSIGN, body)


def _chain(nodes: list[str]) -> str:
    flow = '<bpmn:sequenceFlow id="f_{0}_{1}" sourceRef="{0}" targetRef="{1}" />'
    return "".join(flow.format(source, target) for source, target in pairwise(nodes))


def _model(key: str, body: str) -> bytes:
    return f'{_HEAD}<bpmn:process id="{key}" name="{key}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'.encode()
