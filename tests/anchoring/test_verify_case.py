"""The verifier that goes along with an exported case: one file, no Banjie, no package beside the standard library."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.anchoring import Anchorer
from app.house import House
from app.transaction import reading, transaction
from engine.anchoring import verify_case
from engine.anchoring.merkle import is_proved, proof_of, root_of
from engine.anchoring.signing import PRIVATE, PUBLIC, is_signed, own_key, read_public
from engine.errors import AnchorKeyUnreadable
from engine.model import Actor
from tests.anchoring.furnished import FLOW
from tests.databases import SETTLED, SqliteDatabases, installed
from tests.office import Desk
from workflows.anchoring import exporting
from workflows.attachments import actions as attachments
from workflows.recording import record_in_case

RFC_8032 = (
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
)  # fmt: skip
"""Public key, message and signature of the first three tests of RFC 8032, section 7.1."""


@pytest.fixture(scope="module")
def desk(sqlite_databases: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A case that was anchored on its way and went on after it, with an attachment."""
    with installed(sqlite_databases, SETTLED, tmp_path_factory.mktemp("exported")) as house:
        yield exported(house)


def exported(house: House) -> Desk:
    desk = Desk(house)
    desk.to_countersign()
    with transaction(house.pool) as connection:
        one = attachments.add(
            connection, house.office.store, "附件.txt", io.BytesIO(FLOW), 1_000, "gexingyao", desk.now
        )
        attachments.bind(connection, [one.id], desk.instance_id)
        told = {"files": [one.id]}
        record_in_case(connection, house.office, desk.instance_id, "case.filed", told, [], Actor("gexingyao"), desk.now)
    Anchorer(house).make()
    desk.act("luanhaiping", "agree")
    return desk


@pytest.fixture
def folder(desk: Desk, tmp_path: Path) -> Path:
    """The export, unpacked."""
    packed = io.BytesIO()
    office = desk.house.office
    with reading(desk.house.pool) as connection:
        exports = [(desk.instance_id, office.engine.export(connection, desk.instance_id))]
        exporting.write_archive(connection, office, exports, packed, with_files=True)
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def said(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = verify_case.main([str(folder), *arguments])
    return status, capsys.readouterr().out


def change(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_an_export_is_checked_by_a_python_that_has_nothing_else(desk: Desk, folder: Path) -> None:
    kept = desk.house.settings.storage.data_dir / PUBLIC
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify_case.py", "--key", str(kept)],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"通过：{desk.instance_id}" in done.stdout
    assert "签名有效" in done.stdout
    assert "公钥与另处保存的一致。" in done.stdout
    assert "只由记录链证明" in done.stdout
    assert "1 个附件与登记的摘要一致。" in done.stdout


def test_it_also_says_so_in_english(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = said(folder, capsys, "--english")
    assert status == 0
    assert "events are linked without gap" in told


def test_one_changed_byte_of_any_line_names_its_event(
    desk: Desk, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / f"{desk.instance_id}.jsonl"
    lines = path.read_bytes().split(b"\n")[:-1]
    for seq in range(1, len(lines)):
        event = json.loads(lines[seq])
        event["actor"] = event["actor"][:-1] + "0"
        bent = [*lines[:seq], json.dumps(event).encode(), *lines[seq + 1 :]]
        path.write_bytes(b"\n".join(bent) + b"\n")
        status, told = said(folder, capsys)
        assert (status, f"第 {seq} 条记录被改动" in told) == (1, True), told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'"document_type', b'"document_typo', "第 5 条记录的内容被改动"),
        (b"gexingyao", b"gexingyap", "第 1 条记录被改动"),
    ],
)
def test_a_changed_payload_is_named_as_well(
    desk: Desk, folder: Path, capsys: pytest.CaptureFixture[str], old: bytes, new: bytes, told: str
) -> None:
    path = folder / f"{desk.instance_id}.jsonl"
    lines = path.read_bytes().split(b"\n")
    place = next(seq for seq, line in enumerate(lines) if seq and old in line)
    lines[place] = lines[place].replace(old, new, 1)
    path.write_bytes(b"\n".join(lines))
    status, output = said(folder, capsys)
    assert status == 1
    assert f"第 {place} 条记录" in output


def test_a_line_that_is_gone_and_a_tail_that_was_cut_off_are_named(
    desk: Desk, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / f"{desk.instance_id}.jsonl"
    lines = path.read_bytes().split(b"\n")[:-1]
    path.write_bytes(b"\n".join(lines[:4] + lines[5:]))
    assert "第 4 条记录缺失" in said(folder, capsys)[1]
    path.write_bytes(b"\n".join(lines[:6]))
    status, told = said(folder, capsys)
    assert status == 1
    assert "导出中没有那么多" in told


def test_a_proof_of_another_anchor_another_key_and_a_changed_file_are_refused(
    desk: Desk, folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    other = own_key(tmp_path_factory.mktemp("other"))
    key = folder / "other.pub"
    key.write_text(other.public)
    assert "不是用另处保存的那把密钥签的" in said(folder, capsys, "--key", str(key))[1]
    proof = folder / f"{desk.instance_id}.proof.json"
    whole = proof.read_bytes()
    change(proof, b'"number":1', b'"number":2')
    assert "签名无效" in said(folder, capsys)[1]
    proof.write_bytes(whole)
    told = json.loads(whole)
    proof.write_text(json.dumps({**told, "path": [*told["path"][:-1], "0" * 64]}))
    assert "包含证明不成立" in said(folder, capsys)[1]
    proof.write_bytes(whole)
    [file] = (folder / "files").iterdir()
    file.write_bytes(b"<definitionz/>")
    assert (said(folder, capsys)[0], said(folder, capsys)[1].count("被改动")) == (1, 1)


def test_a_redacted_content_holds_only_as_a_later_event_says(
    desk: Desk, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The chain is written anew here, as a system would that redacts the payload of the second event."""
    path = folder / f"{desk.instance_id}.jsonl"
    (folder / f"{desk.instance_id}.proof.json").unlink()
    lines = path.read_bytes().split(b"\n")[:-1]
    second = json.loads(lines[2])
    cleared = verify_case.canonical({"$redacted": "0" * 64}).decode()
    digest = verify_case.digest(bytes.fromhex(second["salt"]) + cleared.encode())
    last = json.loads(lines[-1])
    payload = verify_case.canonical({"events": [{"seq": 2, "digest": digest}], "reason": "依规清除"})
    event = {
        **last, "seq": last["seq"] + 1, "kind": "content_redacted", "previous_hash": last["hash"],
        "payload": payload.decode(), "payload_digest": verify_case.digest(bytes.fromhex(last["salt"]) + payload),
    }  # fmt: skip
    sealed = {name: event[name] for name in (*verify_case.FIELDS, "payload_digest", "previous_hash")}
    event["hash"] = verify_case.digest(verify_case.canonical(sealed))
    lines[2] = json.dumps({**second, "payload": cleared}).encode()
    path.write_bytes(b"\n".join(lines))
    assert "第 2 条记录的内容被改动" in said(folder, capsys)[1]
    path.write_bytes(b"\n".join([*lines, json.dumps(event).encode()]))
    status, told = said(folder, capsys)
    assert status == 0, told
    assert f"其中 1 条的内容已依规清除（见第 {event['seq']} 条记录）" in told


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_signatures_are_checked_as_rfc_8032_says(public: str, message: str, signature: str) -> None:
    key, content, signed = (bytes.fromhex(one) for one in (public, message, signature))
    assert verify_case.is_signed(key, signed, content)
    assert not verify_case.is_signed(key, signed, content + b"x")
    assert not verify_case.is_signed(key, bytes([signed[0] ^ 1]) + signed[1:], content)


def test_both_checks_of_signatures_agree(tmp_path: Path) -> None:
    key = own_key(tmp_path)
    for length in range(0, 200, 37):
        content = bytes(length)
        signature = key.sign(content)
        assert verify_case.is_signed(bytes.fromhex(key.public), bytes.fromhex(signature), content)
        assert is_signed(key.public, signature, content)
        assert not is_signed(key.public, signature, content + b"x")


def test_a_leaf_of_a_tree_of_any_size_is_proved_and_no_other(tmp_path: Path) -> None:
    for size in range(1, 20):
        leaves = [str(one).encode() for one in range(size)]
        root = root_of(leaves)
        for index in range(size):
            path = proof_of(leaves, index)
            assert is_proved(leaves[index], index, size, path, root)
            assert verify_case.is_included(leaves[index], index, size, path, root)
            assert not is_proved(b"x", index, size, path, root)
            assert size == 1 or not is_proved(leaves[index], (index + 1) % size, size, path, root)


def test_the_roots_are_those_of_the_published_tree() -> None:
    """Test vectors of Certificate Transparency: the empty tree, one empty leaf, and two leaves."""
    assert root_of([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of([b""]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of([b"", b"\x00"]) == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"


def test_the_private_key_is_its_owners_alone_and_stays_the_same(tmp_path: Path) -> None:
    key = own_key(tmp_path)
    assert (tmp_path / PRIVATE).stat().st_mode & 0o777 == 0o600
    assert own_key(tmp_path).public == key.public == read_public(tmp_path / PUBLIC)
    assert (tmp_path / PRIVATE).read_text().strip() not in repr(key)
    (tmp_path / PRIVATE).write_text("no key")
    with pytest.raises(AnchorKeyUnreadable):
        own_key(tmp_path)
