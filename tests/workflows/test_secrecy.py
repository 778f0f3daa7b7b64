"""国家秘密 is refused before it is stored: by the name of a file, by the head of a text, by a title."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document

from app.house import House
from app.transaction import reading, transaction
from tests.office import Desk
from workflows.attachments import actions
from workflows.secrecy import StateSecretRefused, mark_in_first_lines, mark_in_name, mark_in_text

AT = datetime(2025, 11, 5, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "name",
    [
        "关于安全工作的通知（秘密★1年）.pdf",
        "扫描件 秘密★长期.jpg",
        "机密★1年.docx",
        "绝密.pdf",
        "绝密文件.pdf",
        "2025机密-03.tif",
        "【秘密】会议通知.ofd",
        "秘密_通知.pdf",
        "通知-秘密.pdf",
        "秘密5年.pdf",
    ],
)
def test_a_name_that_bears_a_mark_is_recognised(name: str) -> None:
    assert mark_in_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "关于2026年部分节假日安排的通知.pdf",
        "商业秘密保护办法.docx",
        "保守国家秘密法学习材料.pdf",
        "核心商密★10年.pdf",
        "商业秘密★5年.pdf",
        "非机密资料.docx",
        "秘密花园读书会.docx",
    ],
)
def test_an_ordinary_name_is_accepted(name: str) -> None:
    assert mark_in_name(name) == ""


@pytest.mark.parametrize("title", ["关于某事的通知 秘密★1年", "机密 长期 某某通知", "绝密★"])
def test_a_mark_in_a_text_is_recognised(title: str) -> None:
    assert mark_in_text(title)


@pytest.mark.parametrize("title", ["关于做好国家秘密保护工作的通知", "机密文件管理办法", "商业秘密★3年"])
def test_the_bare_word_in_a_text_is_no_mark(title: str) -> None:
    assert mark_in_text(title) == ""


def test_the_head_of_a_document_says_its_level_by_itself_or_in_front() -> None:
    assert mark_in_first_lines(["", "机密", "某某通知"]) == "机密"
    assert mark_in_first_lines(["000012", "秘密★1年", "特急"]) == "秘密★1年"
    assert mark_in_first_lines(["关于保守国家秘密的通知", "一、秘密", "二、其他"]) == ""


def upload(house: House, name: str, content: bytes) -> None:
    with transaction(house.pool) as connection:
        actions.add(connection, house.office.store, name, io.BytesIO(content), 1_000_000, "quanning", AT)


def word_file(*lines: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("扫描件（秘密★1年）.pdf", b"%PDF-1.4 scan"),
        ("通知.txt", "秘密★1年\n关于某事的通知".encode()),
        ("通知.txt", "机密\r\n关于某事的通知".encode("gb18030")),
        ("通知.docx", word_file("份号 000012", "机密★3年", "关于某事的通知")),
    ],
)
def test_nothing_of_a_refused_file_is_kept(sqlite_house: House, tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(StateSecretRefused):
        upload(sqlite_house, name, content)
    assert list(sqlite_house.office.store.names()) == []
    assert [path for path in sqlite_house.office.store.root.glob("**/*") if path.is_file()] == []
    with reading(sqlite_house.pool) as connection:
        assert connection.exec_driver_sql("select count(*) from attachment").scalar() == 0


def test_an_ordinary_file_is_kept(sqlite_house: House) -> None:
    upload(sqlite_house, "通知.docx", word_file("关于2026年部分节假日安排的通知"))
    upload(sqlite_house, "损坏.docx", b"PK\x03\x04 no archive")
    assert len(list(sqlite_house.office.store.names())) == 2


def test_no_case_of_any_flow_is_started_under_a_title_with_a_mark(sqlite_house: House) -> None:
    with pytest.raises(StateSecretRefused) as refused:
        Desk(sqlite_house).start(title="关于某事的通知（机密★1年）")
    assert refused.value.field == "title"
