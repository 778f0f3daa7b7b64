"""Anchors: when one is made, what is written where, what is found that the chains alone would not show."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, text
from sqlalchemy.exc import DatabaseError

from app import anchoring, backup
from app.anchoring import Anchorer
from app.house import House
from app.scheduler import Ticker
from app.transaction import reading, transaction
from engine.anchoring import verify_case
from engine.anchoring.signing import PUBLIC, own_key
from engine.clock import SystemClock
from engine.persistence import anchors
from engine.persistence.tables import anchor
from tests.anchoring.tampering import _chain, _write
from tests.cli.test_commands import Shell
from tests.databases import EMPTY, SqliteDatabases, installation
from tests.office import Desk
from tests.web.clerk import Clerk
from tests.web.conftest import _application
from workflows import verification
from workflows.attachments import actions as attachments
from workflows.attachments.records import attachment, stored_file


@pytest.fixture
def desk(sqlite_house: House) -> Desk:
    desk = Desk(sqlite_house)
    desk.start()
    return desk


@pytest.fixture
def site(sqlite_house: House) -> Iterator[Flask]:
    yield from _application(sqlite_house)


def found(house: House, kept: Path | None = None, *keys: Path) -> list[tuple[str, int | None, str]]:
    with reading(house.pool) as connection:
        breaks = verification.verify(connection, house.office) + anchoring.check(house, connection, kept, keys)
    return [(one.chain, one.seq, one.reason) for one in breaks]


def keep(house: House, folder: Path) -> tuple[Path, Path]:
    """Copy file and public key elsewhere."""
    folder.mkdir()
    file, key = folder / "anchors.jsonl", folder / PUBLIC
    file.write_bytes(anchoring.file_of(house).read_bytes())
    key.write_bytes((house.settings.storage.data_dir / PUBLIC).read_bytes())
    return file, key


def test_one_is_made_only_where_something_has_changed_and_the_file_says_what_the_rows_say(desk: Desk) -> None:
    house = desk.house
    first = Anchorer(house).make()
    assert first is not None
    assert Anchorer(house).make() is None
    other = Desk(house, desk.now)
    other.start()
    second = Anchorer(house).make()
    assert second is not None
    assert (first.number, second.number) == (1, 2)
    assert list(second.changes["chains"]) == [other.instance_id]
    with reading(house.pool) as connection:
        assert anchoring.lines_in(anchoring.file_of(house)) == list(anchors.list_lines(connection))
    assert found(house) == []


def test_a_clock_that_jumps_a_year_makes_no_more_than_one(desk: Desk) -> None:
    house = desk.house
    ticker = Ticker(house)
    ticker.anchor()
    with transaction(house.pool) as connection:
        house.office.engine.set_clock(connection, house.office.engine.now(connection) + timedelta(days=365))
    Desk(house, desk.now).start()
    ticker.anchor()
    with reading(house.pool) as connection:
        assert len(list(anchors.list_lines(connection))) == 1
        made_at = anchors.last_made_at(connection)
    assert made_at is not None
    assert not Anchorer(house).due(made_at + timedelta(minutes=9))
    assert Anchorer(house).due(made_at + timedelta(minutes=10))
    assert abs(made_at - SystemClock().now()) < timedelta(minutes=5)


def test_what_was_rewritten_with_all_hashes_is_found_only_by_anchors(desk: Desk, tmp_path: Path) -> None:
    house = desk.house
    Anchorer(house).make()
    file, key = keep(house, tmp_path / "elsewhere")
    _rewrite(house, desk.instance_id, 1)
    assert found(house) == [(desk.instance_id, 1, "anchor_event")]
    assert found(house, file, key) == [(desk.instance_id, 1, "anchor_event")]


def test_new_anchors_in_the_place_of_the_old_are_found_by_those_that_were_kept(desk: Desk, tmp_path: Path) -> None:
    """Whoever rewrites a chain, has the server's key and makes all anchors anew contradicts nothing that is left there."""
    house = desk.house
    Anchorer(house).make()
    file, key = keep(house, tmp_path / "elsewhere")
    _rewrite(house, desk.instance_id, 1)
    with transaction(house.pool) as connection:
        connection.execute(delete(anchor))
    anchoring.file_of(house).unlink()
    Anchorer(house).make()
    assert found(house) == []
    assert ("anchors", 1, "anchor_replaced") in found(house, file, key)
    assert (desk.instance_id, 1, "anchor_event") in found(house, file, key)


def test_a_tail_that_was_cut_off_is_found(desk: Desk, tmp_path: Path) -> None:
    house = desk.house
    Anchorer(house).make()
    with transaction(house.pool) as connection:
        _no_triggers(connection)
        events = _chain(connection, "office:organisation")
        _write(connection, "office:organisation", events[:-3], len(events) - 3)
    assert ("office:organisation", len(events) - 2, "anchor_missing") in found(house)


def test_anchors_of_another_key_or_changed_lines_are_not_believed(desk: Desk, tmp_path: Path) -> None:
    house = desk.house
    Anchorer(house).make()
    file, key = keep(house, tmp_path / "elsewhere")
    stranger = tmp_path / "stranger.pub"
    stranger.write_text(own_key(file.parent).public)
    assert ("anchors", 1, "anchor_signature") in found(house, file, stranger)
    assert found(house, file, stranger, key) == []
    line = json.loads(file.read_bytes())
    line["changes"]["files"] = ["0" * 64]
    file.write_text(json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
    assert {one for one in found(house, file, key) if one[2] != "anchor_replaced"} == {("anchors", 1, "anchor_changes")}
    file.write_bytes(b"nothing")
    assert ("anchors", 1, "anchor_unreadable") in found(house, file, key)


def test_a_file_and_a_deployment_that_are_gone_with_their_rows_are_found(desk: Desk, tmp_path: Path) -> None:
    house = desk.house
    with transaction(house.pool) as connection:
        one = attachments.add(
            connection, house.office.store, "附件.txt", io.BytesIO(b"one"), 100, "gexingyao", desk.now
        )
    Anchorer(house).make()
    house.office.store.path(one.sha256).unlink()
    assert found(house) == [("files", None, one.sha256)]
    with transaction(house.pool) as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(delete(attachment).where(attachment.c.sha256 == one.sha256))
        connection.execute(delete(stored_file).where(stored_file.c.sha256 == one.sha256))
        connection.execute(text("UPDATE process_definition SET hash = 'x'"))
    assert ("files", None, one.sha256) in found(house)
    anchored = {reason.split()[0] for chain, _seq, reason in found(house) if chain == "anchors"}
    assert anchored == {"attachment", "process_definition", "stored_file"}


def test_a_file_that_says_something_else_than_the_rows_is_left_as_it_is(desk: Desk) -> None:
    house = desk.house
    Anchorer(house).make()
    path = anchoring.file_of(house)
    path.write_bytes(b"kept\n")
    Desk(house, desk.now).start()
    Anchorer(house).make()
    assert path.read_bytes() == b"kept\n"


def test_the_database_refuses_to_change_anchors(desk: Desk) -> None:
    Anchorer(desk.house).make()
    with pytest.raises(DatabaseError, match="append-only"), transaction(desk.house.pool) as connection:
        connection.execute(text("UPDATE anchor SET root = 'x'"))


def test_anchors_come_back_with_a_restore_and_go_on_under_another_key(
    desk: Desk, tmp_path: Path, sqlite_databases: SqliteDatabases
) -> None:
    house = desk.house
    Anchorer(house).make()
    file, key = keep(house, tmp_path / "elsewhere")
    archive = tmp_path / "backup.zip"
    assert backup.backup(house, archive) == []
    with zipfile.ZipFile(archive) as packed:
        assert not [name for name in packed.namelist() if "key" in name and "idempotency" not in name]
    url = sqlite_databases.new(EMPTY)
    restored = installation(url, tmp_path / "restored")
    assert backup.restore(restored, archive) == []
    assert anchoring.file_of(restored).read_bytes() == file.read_bytes()
    assert found(restored, file, key) == []
    Desk(restored, desk.now).start()
    assert Anchorer(restored).make() is not None
    own = tmp_path / "restored" / PUBLIC
    assert found(restored, file, key, own) == []
    assert ("anchors", 2, "anchor_signature") in found(restored, file, key)
    restored.pool.dispose()
    sqlite_databases.drop(url)


def test_the_auditor_finds_anchors_file_key_and_an_export_that_carries_its_verifier(desk: Desk, site: Flask) -> None:
    auditor = Clerk(site, "peishenzhi")
    assert "还没有锚定" in auditor.get("/audit/anchors").text
    made = Anchorer(desk.house).make()
    assert made is not None
    page = auditor.get("/audit/anchors").text
    assert made.root[:16] in page
    content, headers = auditor.download("/audit/anchors/file")
    assert content == anchoring.file_of(desk.house).read_bytes()
    assert "attachment" in headers["Content-Disposition"]
    assert auditor.download("/audit/anchors/key")[0].decode().strip() == made.key
    content, _headers = auditor.download(f"/audit/{desk.instance_id}/export/verifiable?thread=1")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert set(archive.namelist()) == {
            f"{desk.instance_id}.jsonl", f"{desk.instance_id}.proof.json", "anchor.pub", "verify_case.py", "说明.txt",
        }  # fmt: skip
    assert Clerk(site, "gexingyao").get("/audit/anchors/file").status_code == 403
    assert Clerk(site, "shiyanqiu").get(f"/audit/{desk.instance_id}/export/verifiable").status_code in (403, 404)


def test_the_command_line_anchors_verifies_and_exports(desk: Desk, tmp_path: Path) -> None:
    house = desk.house
    shell = Shell(house.settings.storage.database_url, house.settings.storage.data_dir, BANJIE_CLOCK_ADJUSTABLE="1")
    key, export = tmp_path / "kept.pub", tmp_path / "export.zip"
    assert "锚定第 1 号" in shell("anchor", "--public-key", key)
    assert "没有变化" in shell("anchor")
    file = anchoring.file_of(house)
    assert "全部一致" in shell("verify", "--anchors", file, "--key", key)
    assert "已导出 1 个事项" in shell("export", "history", desk.instance_id, "--with-verifier", export, "--thread")
    assert verify_case.main([str(export), "--key", str(key)]) == 0
    _rewrite(house, desk.instance_id, 2)
    told = json.loads(shell("verify", "--anchors", file, "--key", key, "--json", code=1))
    assert told == [{"chain": desk.instance_id, "seq": 2, "reason": "anchor_event"}]
    assert "第 2 条记录：与锚定时的记录不同" in shell("verify", "--anchors", file, "--key", key, code=1)


def _rewrite(house: House, chain: str, seq: int) -> None:
    with transaction(house.pool) as connection:
        _no_triggers(connection)
        events = _chain(connection, chain)
        events[seq - 1]["recorded_by"] = "nobody"
        _write(connection, chain, events, seq - 1)


def _no_triggers(connection: object) -> None:
    for table in ("history_event", "history_payload", "anchor"):
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))  # type: ignore[attr-defined]
