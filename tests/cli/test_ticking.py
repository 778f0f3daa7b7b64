"""What is due is done: by ``tick``, by a server, by workers, beside each other."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.house import House
from app.scheduler import Turn
from app.transaction import reading, transaction
from engine.persistence.tables import history_event, work_item
from tests.browser import server
from tests.cli.test_commands import Shell
from tests.engine.running import START
from tests.engine.test_passing_time import ASKING, CALLED, DAY, HOUR, REPEATED
from tests.flows import model
from tests.office import SYSTEM, Desk
from tests.serving import STARTUP_SECONDS, installation_environment
from workflows import definitions

TIMED = REPEATED


@pytest.fixture
def used(house: House) -> tuple[Shell, Desk]:
    """An installation on each kind of database whose clock stands at START, with a case that three timers will fire in."""
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, TIMED, START)
        house.office.engine.set_clock(connection, START)
    desk = Desk(house, START)
    desk.start(key="flow")
    settings = house.settings.storage
    return Shell(settings.database_url, settings.data_dir, BANJIE_CLOCK_ADJUSTABLE="1"), desk


def fired(desk: Desk) -> int:
    with reading(desk.house.pool) as connection:
        query = select(func.count()).select_from(history_event).where(history_event.c.kind == "timer:fired")
        return connection.scalar(query) or 0


def wait_until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while not met():
        assert time.monotonic() < deadline, "it did not happen"


def set_clock(desk: Desk, at: datetime) -> None:
    with transaction(desk.house.pool) as connection:
        desk.house.office.engine.set_clock(connection, at)


@contextmanager
def worker(desk: Desk) -> Iterator[subprocess.Popen[bytes]]:
    settings = desk.house.settings.storage
    environment = installation_environment(settings.database_url, settings.data_dir)
    command = [sys.executable, "-m", "app.cli", "worker"]
    environment["BANJIE_JOBS__POLL_SECONDS"] = "0.1"
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            assert "正在执行" in process.stdout.readline().decode()
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(STARTUP_SECONDS) == 0


def test_tick_fires_what_falls_due_on_the_way_and_says_how_much(used: tuple[Shell, Desk]) -> None:
    shell, desk = used
    assert "执行了 0 项" in shell("tick")
    said = shell("tick", "--at", (START + 150 * timedelta(minutes=1)).isoformat())
    assert said.startswith("2025-11-07T03:30")
    assert "执行了 2 项" in said
    assert [item.activity_id for item in desk.open_items("gexingyao")] == ["ask", "remind", "remind"]
    assert "之前" in shell("tick", "--at", START.isoformat(), code=1)
    set_clock(desk, START + DAY)
    assert "执行了 1 项" in shell("tick")
    assert "全部一致" in shell("verify")


def test_two_ticks_beside_each_other_fire_everything_once(used: tuple[Shell, Desk]) -> None:
    _shell, desk = used
    settings = desk.house.settings.storage
    environment = installation_environment(settings.database_url, settings.data_dir)
    command = [sys.executable, "-m", "app.cli", "tick", "--at", (START + DAY).isoformat()]
    ticks = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _number in range(2)]
    assert [one.wait(STARTUP_SECONDS) for one in ticks] == [0, 0]
    assert fired(desk) == 3


def test_a_server_on_sqlite_does_what_falls_due_and_a_tick_beside_it_does_nothing_twice(
    sqlite_house: House, tmp_path: Path
) -> None:
    with transaction(sqlite_house.pool) as connection:
        definitions.deploy_as(connection, sqlite_house.office, SYSTEM, TIMED, START)
        sqlite_house.office.engine.set_clock(connection, START)
    desk = Desk(sqlite_house, START)
    desk.start(key="flow")
    settings = sqlite_house.settings.storage
    shell = Shell(settings.database_url, settings.data_dir, BANJIE_CLOCK_ADJUSTABLE="1")
    with server(settings.database_url, settings.data_dir):
        set_clock(desk, START + HOUR)
        wait_until(lambda: fired(desk) == 1)
        shell("tick", "--at", (START + DAY).isoformat())
        assert fired(desk) == 3
    assert "全部一致" in shell("verify")


def test_any_number_of_workers_on_postgresql_do_what_falls_due_once(house: House, used: tuple[Shell, Desk]) -> None:
    shell, desk = used
    if house.pool.dialect.name == "sqlite":
        assert "banjie serve" in shell("worker")
        return
    with worker(desk), worker(desk):
        set_clock(desk, START + DAY)
        wait_until(lambda: fired(desk) == 3)
    assert "全部一致" in shell("verify")


def test_one_process_of_a_machine_has_its_turn_and_the_next_takes_over(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "lock"), Turn(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    first.give_back()
    assert second.take()
    assert not first.take()
    second.give_back()


def test_what_was_set_aside_is_reported_and_tried_again(used: tuple[Shell, Desk]) -> None:
    from engine.persistence import jobs

    shell, desk = used
    assert "✓ 到期任务" in shell("doctor")
    with transaction(desk.house.pool) as connection:
        [timer] = jobs.list_of_instance(connection, desk.instance_id)
        jobs.postpone(connection, timer.id, None, "OSError: the disk was full")
    said = shell("doctor", code=1)
    assert "✗ 到期任务：1 项" in said
    assert "the disk was full" in said
    set_clock(desk, START + HOUR)
    shell("tick", "--parked")
    assert fired(desk) == 1
    assert "✓ 到期任务" in shell("doctor")


def test_a_backup_holds_what_is_still_to_come(used: tuple[Shell, Desk], tmp_path: Path) -> None:
    shell, _desk = used
    shell("backup", tmp_path / "backup.zip")
    target = Shell(f"sqlite:///{tmp_path}/restored.db", tmp_path / "elsewhere", BANJIE_CLOCK_ADJUSTABLE="1")
    target("restore", tmp_path / "backup.zip")
    assert "执行了 3 项" in target("tick", "--at", (START + DAY).isoformat())
    assert "全部一致" in target("verify")
    assert "一致" in target("replay", "--all")


def test_models_that_call_each_other_are_checked_and_deployed_together(shell: Shell, tmp_path: Path) -> None:
    for name, content in {**ASKING, **CALLED, **model("s_ -> ask\nask -> e_", key="alone")}.items():
        (tmp_path / name).write_bytes(content)
    shell("init")
    assert "called_unknown" in shell("check", tmp_path / "asking.bpmn", code=1)
    assert "可以部署" in shell("check", tmp_path / "asking.bpmn", tmp_path / "alone.bpmn", tmp_path / "called.bpmn")
    shell("deploy", tmp_path / "called.bpmn")
    assert "可以部署" in shell("check", tmp_path / "asking.bpmn")
    assert "asking 第 1 版" in shell("deploy", tmp_path / "asking.bpmn")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(f"sqlite:///{tmp_path}/new.db", tmp_path / "data", BANJIE_CLOCK_ADJUSTABLE="1")


def test_a_table_holds_the_item_of_every_firing(used: tuple[Shell, Desk]) -> None:
    shell, desk = used
    shell("tick", "--at", (START + DAY).isoformat())
    with reading(desk.house.pool) as connection:
        opened = list(
            connection.scalars(
                select(work_item.c.opened_at).where(work_item.c.activity_id == "remind").order_by(work_item.c.opened_at)
            )
        )
    assert opened == [START + HOUR, START + 2 * HOUR, START + 3 * HOUR]
