"""The command line, as somebody at a shell meets it: each command in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from app.house import House
from app.transaction import transaction
from tests import processes
from tests.databases import EMPTY, installation
from tests.engine.test_history import TRIGGERS_OFF
from tests.office import BPMN, Desk
from tests.processes import Done

FLOW = BPMN / "outgoing_document" / "outgoing_document.bpmn"


class Shell:
    """Runs ``banjie`` on one installation."""

    def __init__(self, database_url: str, data_dir: Path, **environment: str) -> None:
        self.database_url = database_url
        self.data_dir = data_dir
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BANJIE_")},
            "BANJIE_DATABASE_URL": database_url,
            "BANJIE_DATA_DIR": str(data_dir),
            "COLUMNS": "200",
            **environment,
        }

    def __call__(self, *arguments: str | Path, code: int = 0) -> str:
        done = self.run(list(map(str, arguments)))
        assert done.code == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def run(self, arguments: list[str]) -> Done:
        return processes.run(arguments, self.environment)


class FreshInterpreter(Shell):
    """The same in an interpreter that starts with nothing read in, as users' shells start it."""

    def run(self, arguments: list[str]) -> Done:
        command = [sys.executable, "-m", "app.cli", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(f"sqlite:///{tmp_path}/new.db", tmp_path / "data", BANJIE_CLOCK_ADJUSTABLE="1")


@pytest.fixture
def used(house: House) -> tuple[Shell, Desk]:
    """An installation on each kind of database with a case on its way."""
    desk = Desk(house)
    desk.to_countersign()
    settings = house.settings.storage
    return Shell(settings.database_url, settings.data_dir, BANJIE_CLOCK_ADJUSTABLE="1"), desk


def test_an_installation_is_set_up_and_may_be_set_up_again(tmp_path: Path) -> None:
    shell = FreshInterpreter(f"sqlite:///{tmp_path}/new.db", tmp_path / "data", BANJIE_CLOCK_ADJUSTABLE="1")
    assert "第 1 版" in shell("init")
    assert "第 1 版" in shell("init")
    logins = json.loads(shell("demo", "--password", "one-for-all-of-them", "--json"))
    assert len(logins) == 39
    assert set(logins[0]) == {"username", "name", "unit", "posts", "password"}
    assert {login["password"] for login in logins} == {"one-for-all-of-them"}
    assert {login["password"] for login in json.loads(shell("demo", "--json"))} == {None}
    assert "全部一致" in shell("verify")
    assert "✗" not in shell("doctor")


def test_an_installation_without_the_demonstration_has_a_first_administrator(tmp_path: Path) -> None:
    shell = Shell(f"sqlite:///{tmp_path}/new.db", tmp_path)
    assert "系统管理员 root 的密码：" in shell("init", "--admin", "root")


def test_the_clock_starts_with_the_demonstration_and_goes_forward_only(shell: Shell) -> None:
    shell("init")
    shell("demo")
    assert shell("tick").startswith("2025-11-03T00:00")
    assert shell("tick", "--at", "2025-11-05T08:40+08:00").startswith("2025-11-05T00:40")
    assert "之前" in shell("tick", "--at", "2024-01-01T00:00+08:00", code=1)
    shell("tick", "--at", "2025-11-06T08:40", code=2)


def test_the_clock_of_a_real_installation_cannot_be_set(tmp_path: Path) -> None:
    shell = Shell(f"sqlite:///{tmp_path}/new.db", tmp_path)
    shell("init")
    assert "不能设置" in shell("tick", "--at", "2025-11-05T08:40+08:00", code=1)


def test_check_says_what_is_wrong_and_where(shell: Shell, tmp_path: Path) -> None:
    assert "可以部署" in shell("check", FLOW)
    broken = tmp_path / "outgoing_document.bpmn"
    broken.write_text(FLOW.read_text(encoding="utf-8").replace("registry_clerk", "nobody"), encoding="utf-8")
    (tmp_path / "outgoing_document.form").write_bytes(FLOW.with_suffix(".form").read_bytes())
    assert "unknown_post 岗位“nobody”不存在，" in shell("check", broken, code=1)
    [report] = json.loads(shell("check", "--json", broken, code=1))
    assert set(report) == {"file", "deployable", "findings"}
    assert set(report["findings"][0]) == {"file", "line", "element", "rule", "severity", "message"}
    shell("check", tmp_path / "missing.bpmn", code=2)


def test_a_changed_flow_is_the_next_version(shell: Shell, tmp_path: Path) -> None:
    shell("init")
    changed = tmp_path / "outgoing_document.bpmn"
    changed.write_text(FLOW.read_text(encoding="utf-8").replace("拟文", "开始"), encoding="utf-8")
    (tmp_path / "outgoing_document.form").write_bytes(FLOW.with_suffix(".form").read_bytes())
    assert "第 2 版" in shell("deploy", changed)
    assert "第 2 版" in shell("deploy", changed)
    changed.write_bytes(b"<nothing>")
    assert "没有部署" in shell("deploy", changed, code=1)


def test_a_case_replays_from_the_database_and_from_its_export_alone(used: tuple[Shell, Desk], tmp_path: Path) -> None:
    shell, desk = used
    assert "一致" in shell("replay", desk.instance_id)
    [result] = json.loads(shell("replay", "--all", "--json"))
    assert result["verified"] is True
    export = tmp_path / "case.jsonl"
    export.write_text(shell("export", "history", desk.instance_id), encoding="utf-8")
    nowhere = FreshInterpreter(f"sqlite:///{tmp_path}/nowhere.db", tmp_path / "nowhere", PYTHONHASHSEED="7")
    assert "一致" in nowhere("replay", "--file", export)
    assert "没有这个事项" in shell("replay", "no-such-case", code=1)


def test_one_changed_character_is_named_by_the_command_line(used: tuple[Shell, Desk]) -> None:
    shell, desk = used
    with transaction(desk.house.pool) as connection:
        for statement in TRIGGERS_OFF[connection.dialect.name]:
            connection.execute(text(statement))
        connection.execute(
            text("UPDATE history_event SET actor = 'gexingyaq' WHERE chain = :chain AND seq = 4"),
            {"chain": desk.instance_id},
        )
    assert f"{desk.instance_id} 第 4 条记录：记录被改动，与它的哈希不符" in shell("verify", code=1)
    assert "第 4 条记录不一致：记录被改动" in shell("replay", desk.instance_id, code=1)


@pytest.mark.parametrize("target_kind", ["sqlite", "postgresql"])
def test_a_backup_is_restored_into_an_empty_place_and_verifies(
    used: tuple[Shell, Desk], tmp_path: Path, target_kind: str, request: pytest.FixtureRequest
) -> None:
    shell, desk = used
    archive = tmp_path / "backup.zip"
    assert "全部一致" in shell("backup", archive)
    databases = request.getfixturevalue("sqlite_databases" if target_kind == "sqlite" else "postgres_databases")
    url = databases.new(EMPTY)
    target = Shell(url, tmp_path / "elsewhere", BANJIE_CLOCK_ADJUSTABLE="1")
    assert "全部一致" in target("restore", archive)
    assert "全部一致" in target("verify")
    assert "一致" in target("replay", "--all")
    assert "不是空的" in target("restore", archive, code=1)
    restored = installation(url, tmp_path / "elsewhere")
    following = Desk(restored, desk.now)
    following.start()
    following.instance_id = desk.instance_id
    following.act("luanhaiping", "agree")
    restored.pool.dispose()
    databases.drop(url)


def test_attachments_come_back_with_a_restore(used: tuple[Shell, Desk], tmp_path: Path) -> None:
    import io

    from workflows.attachments import actions

    shell, desk = used
    with transaction(desk.house.pool) as connection:
        store = desk.house.office.store
        kept = actions.add(connection, store, "正文.txt", io.BytesIO("正文".encode()), 100, "gexingyao", desk.now)
    archive = tmp_path / "backup.zip"
    shell("backup", archive)
    target = Shell(f"sqlite:///{tmp_path}/restored.db", tmp_path / "elsewhere")
    target("restore", archive)
    stored = tmp_path / "elsewhere" / "attachments" / kept.sha256[:2] / kept.sha256
    assert stored.read_text(encoding="utf-8") == "正文"
    stored.write_text("改过", encoding="utf-8")
    assert kept.sha256 in target("verify", code=1)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 broken"])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    shell = Shell(f"sqlite:///{tmp_path}/new.db", tmp_path)
    garbage = tmp_path / "garbage.zip"
    garbage.write_bytes(content)
    assert "没有恢复" in shell("restore", garbage, code=1)


def test_a_wrong_configuration_is_named(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[web]\nunheard_of = 1\n", encoding="utf-8")
    shell = Shell(f"sqlite:///{tmp_path}/new.db", tmp_path, BANJIE_CONFIG=str(config))
    assert "unheard_of" in shell("doctor", code=1)


def test_a_database_that_was_never_set_up_is_named(tmp_path: Path) -> None:
    shell = Shell(f"sqlite:///{tmp_path}/new.db", tmp_path)
    assert "banjie init" in shell("verify", code=1)
    assert "✗ 数据库结构：尚未初始化，请运行 banjie init" in shell("doctor", code=1)
