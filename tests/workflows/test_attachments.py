"""Files that people attach: kept once by content, refused where they are none, bound to one case for good."""

import hashlib
import io
import threading
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.house import House
from app.transaction import reading, transaction
from tests.office import MORNING
from workflows.attachments import actions
from workflows.attachments.actions import (
    Attachment,
    AttachmentEmpty,
    AttachmentNotFound,
    AttachmentRefused,
    AttachmentTooBig,
)
from workflows.attachments.store import AttachmentStore

LIMIT = 1_000
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
ZIP = b"PK\x03\x04" + b"\x00" * 30


def upload(house: House, name: str = "通知.pdf", content: bytes = PDF, by: str = "gexingyao") -> Attachment:
    with transaction(house.pool) as connection:
        return actions.add(connection, house.office.store, name, io.BytesIO(content), LIMIT, by, MORNING)


def stored(house: House) -> list[str]:
    """Every file in the store, also what a failed upload may have left."""
    root = house.office.store.root
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def test_a_file_is_kept_under_its_content_and_read_back_unchanged(empty_house: House) -> None:
    attachment = upload(empty_house)
    assert attachment.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (attachment.name, attachment.size, attachment.media_type) == ("通知.pdf", len(PDF), "application/pdf")
    assert (attachment.uploaded_by, attachment.uploaded_at, attachment.instance_id) == ("gexingyao", MORNING, None)
    assert empty_house.office.store.path(attachment.sha256).read_bytes() == PDF
    with reading(empty_house.pool) as connection:
        assert actions.get(connection, attachment.id) == attachment


def test_the_same_content_is_kept_once_under_both_names(empty_house: House) -> None:
    first, second = upload(empty_house, "甲.pdf"), upload(empty_house, "乙.pdf", by="qiujingan")
    assert first.id != second.id
    assert first.sha256 == second.sha256
    assert stored(empty_house) == [first.sha256]
    with reading(empty_house.pool) as connection:
        found = actions.list_by_id(connection, [first.id, second.id, "nothing"])
    assert {one.name for one in found.values()} == {"甲.pdf", "乙.pdf"}


def test_the_same_content_arriving_eight_times_at_once_is_accepted_eight_times(empty_house: House) -> None:
    together, failures = threading.Barrier(8), []

    def arrive(number: int) -> None:
        together.wait()
        try:
            upload(empty_house, f"{number}.pdf")
        except Exception as error:  # noqa: BLE001  (a thread's failure is told below)
            failures.append(error)

    threads = [threading.Thread(target=arrive, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert stored(empty_house) == [hashlib.sha256(PDF).hexdigest()]


def test_a_file_of_no_bytes_is_refused_and_nothing_is_stored(empty_house: House) -> None:
    with pytest.raises(AttachmentEmpty):
        upload(empty_house, content=b"")
    assert stored(empty_house) == []


def test_a_file_up_to_the_limit_is_accepted_and_one_byte_more_is_refused(empty_house: House) -> None:
    exact = upload(empty_house, "满.txt", b"a" * LIMIT)
    assert exact.size == LIMIT
    with pytest.raises(AttachmentTooBig) as refused:
        upload(empty_house, "过.txt", b"b" * (LIMIT + 1))
    assert (refused.value.name, refused.value.limit_bytes) == ("过.txt", LIMIT)
    assert stored(empty_house) == [exact.sha256]


class Endless(io.RawIOBase):
    """A stream that never ends, and counts what was read of it."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b"a" * size


def test_no_more_than_needed_is_read_of_a_file_that_is_too_big(tmp_path: Path) -> None:
    endless = Endless()
    assert AttachmentStore(tmp_path).put(endless, LIMIT) is None
    assert endless.given <= 1 << 20
    assert list(tmp_path.iterdir()) == []


class Trickle(io.BytesIO):
    """A stream that hands out one byte at a time, as a slow client may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(1)


class Broken(io.RawIOBase):
    """A stream whose sender goes away."""

    def read(self, size: int = -1) -> bytes:
        raise ConnectionResetError


PROGRAMS = [
    b"MZ",
    b"MZ\x90\x00" + b"\x00" * 60,
    b"\x7fELF\x02\x01\x01",
    b"#!/bin/sh\nrm -rf /\n",
    b"\xca\xfe\xba\xbe\x00",
    b"\xcf\xfa\xed\xfe\x00",
    b"L\x00\x00\x00\x01\x14\x02\x00",
]


@pytest.mark.parametrize("stream", [io.BytesIO, Trickle])
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_is_refused_by_its_content_whatever_its_name_says(
    sqlite_house: House, program: bytes, stream: type[io.BytesIO]
) -> None:
    with transaction(sqlite_house.pool) as connection, pytest.raises(AttachmentRefused):
        actions.add(connection, sqlite_house.office.store, "通知.pdf", stream(program), LIMIT, "gexingyao", MORNING)
    assert stored(sqlite_house) == []


def test_a_sender_who_goes_away_leaves_nothing_behind(sqlite_house: House) -> None:
    broken: BinaryIO = Broken()  # type: ignore[assignment]
    with transaction(sqlite_house.pool) as connection, pytest.raises(ConnectionResetError):
        actions.add(connection, sqlite_house.office.store, "a.pdf", broken, LIMIT, "gexingyao", MORNING)
    assert stored(sqlite_house) == []


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.txt", PDF, "application/pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n1", "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        ("a.DOCX", ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.ofd", ZIP, "application/ofd"),
        ("a.zip", ZIP, "application/zip"),
        ("a.docx", b"no zip", "application/octet-stream"),
        ("a.txt", "放假通知".encode(), "text/plain"),
        ("a.txt", b"a\x00b", "application/octet-stream"),
        ("a.html", b"<script>alert(1)</script>", "application/octet-stream"),
        ("a.svg", b"<svg onload='alert(1)'/>", "application/octet-stream"),
        ("a.pdf", b"<html>", "application/octet-stream"),
        ("noname", b"a", "application/octet-stream"),
    ],
)
def test_the_media_type_is_judged_by_content_before_the_name(
    sqlite_house: House, name: str, content: bytes, media_type: str
) -> None:
    assert upload(sqlite_house, name, content).media_type == media_type


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\文件\\通知.pdf", "通知.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("通知\u202efdp.exe.pdf", "通知fdp.exe.pdf"),
        ("一\u2028二.pdf", "一二.pdf"),
        ("half\ud83d.pdf", "half.pdf"),
        ("😀.pdf", "😀.pdf"),
        ("  通知.pdf  ", "通知.pdf"),
        ("通" * 300 + ".pdf", "通" * 196 + ".pdf"),
        ("a." + "b" * 300, "a." + "b" * 198),
        (".gitignore", ".gitignore"),
    ],
)
def test_only_the_visible_last_part_of_a_name_is_kept(sqlite_house: House, name: str, kept: str) -> None:
    assert upload(sqlite_house, name).name == kept


@pytest.mark.parametrize("name", ["", " ", "/", "a/", "..", "../..", " . ", "\x00", "\u202e"])
def test_a_file_without_a_usable_name_is_refused(sqlite_house: House, name: str) -> None:
    with pytest.raises(AttachmentRefused):
        upload(sqlite_house, name)
    assert stored(sqlite_house) == []


@given(st.text())
def test_any_name_is_kept_as_a_plain_one_or_not_at_all(name: str) -> None:
    kept = actions._clean_name(name)
    assert len(kept) <= actions.LONGEST_NAME
    assert not set(kept) & set("/\\\x00\r\n")
    assert kept not in (".", "..")
    kept.encode()


def usable(house: House, attachment: Attachment, username: str, instance_id: str | None = None) -> bool:
    with reading(house.pool) as connection:
        return bool(actions.usable_by(connection, frozenset({attachment.id}), username, instance_id))


def test_a_new_file_can_be_handed_in_by_its_uploader_alone(empty_house: House) -> None:
    attachment = upload(empty_house)
    assert usable(empty_house, attachment, "gexingyao")
    assert usable(empty_house, attachment, "gexingyao", "case-1")
    assert not usable(empty_house, attachment, "qiujingan")
    assert not usable(empty_house, attachment, "qiujingan", "case-1")


def test_a_bound_file_can_be_handed_in_again_with_its_case_and_with_no_other(empty_house: House) -> None:
    attachment = upload(empty_house)
    with transaction(empty_house.pool) as connection:
        actions.bind(connection, [attachment.id], "case-1")
        actions.bind(connection, [attachment.id], "case-1")
        actions.bind(connection, [], "case-1")
        assert actions.get(connection, attachment.id).instance_id == "case-1"
    assert usable(empty_house, attachment, "qiujingan", "case-1")
    assert not usable(empty_house, attachment, "gexingyao", "case-2")
    assert not usable(empty_house, attachment, "gexingyao")


def test_a_file_that_went_to_another_case_meanwhile_is_not_bound_in_silence(empty_house: House) -> None:
    attachment, other = upload(empty_house), upload(empty_house)
    with transaction(empty_house.pool) as connection:
        actions.bind(connection, [attachment.id], "case-1")
    with pytest.raises(AttachmentNotFound) as refused, transaction(empty_house.pool) as connection:
        actions.bind(connection, [attachment.id, other.id], "case-2")
    assert refused.value.attachment_id == attachment.id
    with reading(empty_house.pool) as connection:
        assert actions.get(connection, attachment.id).instance_id == "case-1"
        assert actions.get(connection, other.id).instance_id is None


@pytest.mark.parametrize("attachment_id", ["nothing", "", "a\x00b", "\ud800", "a" * 5_000, "' OR 1=1 --", "１"])
def test_an_id_that_does_not_exist_is_not_found_whatever_it_holds(empty_house: House, attachment_id: str) -> None:
    with reading(empty_house.pool) as connection:
        with pytest.raises(AttachmentNotFound):
            actions.get(connection, attachment_id)
        assert actions.usable_by(connection, frozenset({attachment_id}), "gexingyao", None) == frozenset()
    with pytest.raises(AttachmentNotFound), transaction(empty_house.pool) as connection:
        actions.bind(connection, [attachment_id], "case-1")


def test_ids_cannot_be_guessed(sqlite_house: House) -> None:
    ids = {upload(sqlite_house).id for _ in range(20)}
    assert len(ids) == 20
    assert all(len(one) >= 20 for one in ids)


def test_a_stored_file_that_is_changed_cut_off_or_gone_is_found(empty_house: House) -> None:
    good, changed, cut, gone = (upload(empty_house, content=PDF + bytes([number])) for number in range(4))
    store = empty_house.office.store
    with reading(empty_house.pool) as connection:
        assert actions.damaged(connection, store) == []
    store.path(changed.sha256).write_bytes(PDF + b"x")
    store.path(cut.sha256).write_bytes(PDF)
    store.path(gone.sha256).unlink()
    with reading(empty_house.pool) as connection:
        assert sorted(actions.damaged(connection, store)) == sorted([changed.sha256, cut.sha256, gone.sha256])
    assert set(store.names()) == {good.sha256, changed.sha256, cut.sha256}


def test_uploading_a_damaged_file_again_heals_it(empty_house: House) -> None:
    attachment = upload(empty_house)
    empty_house.office.store.path(attachment.sha256).write_bytes(b"x")
    upload(empty_house)
    with reading(empty_house.pool) as connection:
        assert actions.damaged(connection, empty_house.office.store) == []
