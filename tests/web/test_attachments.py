"""Attachments: refused before they are stored, handed out only to those who may see the case."""

from pathlib import Path

import pytest
from flask import Flask

from app.house import House
from tests.office import DRAFT, TITLE
from tests.web.clerk import Clerk, case_of

PDF = b"%PDF-1.4\nholidays\n%%EOF\n"


def stored(house: House) -> list[Path]:
    return [path for path in (house.settings.storage.data_dir / "attachments").rglob("*") if path.is_file()]


def test_a_file_is_stored_and_comes_back_as_it_was_under_its_name(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    answer = clerk.upload("附件1 节假日对照表.pdf", PDF)
    assert answer.status_code == 201
    assert answer.json["name"] == "附件1 节假日对照表.pdf"
    assert answer.json["size"] == len(PDF)
    content, headers = clerk.download(f"/attachments/{answer.json['id']}")
    assert content == PDF
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "%E8%8A%82" in headers["Content-Disposition"]


def test_a_page_as_attachment_is_never_shown_by_the_browser(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    for name, content in (("页面.html", b"<script>alert(1)</script>"), ("图.svg", b"<svg onload='alert(1)'/>")):
        _content, headers = clerk.download(f"/attachments/{clerk.upload(name, content).json['id']}")
        assert headers["Content-Type"] == "application/octet-stream"
        assert headers["Content-Disposition"].startswith("attachment;")
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("空.pdf", b"", 422, "是空的"),
        ("程序.exe", b"MZ\x90", 422, "是程序"),
        ("大.pdf", b"%PDF-" + b"0" * 50_000_001, 413, "超过 50 兆字节"),
        ("更大.pdf", b"%PDF-" + b"0" * 61_000_000, 413, "超过上限"),
    ],
)
def test_a_file_that_cannot_be_accepted_is_refused_and_not_stored(
    site: Flask, sqlite_house: House, name: str, content: bytes, status: int, words: str
) -> None:
    answer = Clerk(site, "gexingyao").upload(name, content)
    assert answer.status_code == status
    assert words in answer.json["detail"]
    assert stored(sqlite_house) == []


def test_a_file_not_handed_in_yet_is_its_uploaders_alone(site: Flask) -> None:
    path = f"/attachments/{Clerk(site, 'gexingyao').upload('草稿.pdf', PDF).json['id']}"
    assert Clerk(site, "shiyanqiu").get(path).status_code == 404


def test_a_file_of_a_case_is_read_by_those_who_may_see_the_case(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    attachment = clerk.upload("对照表.pdf", PDF).json["id"]
    clerk.submit(clerk.start(TITLE), **DRAFT, annexes=attachment)
    path = f"/attachments/{attachment}"
    assert Clerk(site, "shiyanqiu").download(path)[0] == PDF
    assert Clerk(site, "tanzhixing").get(path).status_code == 403


def test_somebody_elses_file_cannot_be_handed_in_nor_its_name_be_learned(site: Flask) -> None:
    attachment = Clerk(site, "shiyanqiu").upload("干部考察材料.pdf", PDF).json["id"]
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    for where in ("annexes", "attachments"):
        answer = clerk.submit(item, **DRAFT, **{where: attachment})
        assert answer.status_code in (403, 422), where
        assert "干部考察材料" not in answer.text


def test_a_refused_form_still_names_the_files_that_were_sent(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    attachment = clerk.upload("对照表.pdf", PDF).json["id"]
    answer = clerk.submit(clerk.start(TITLE), title=TITLE, annexes=attachment)
    assert answer.status_code == 422
    assert f'name="annexes" value="{attachment}"' in answer.text
    assert "对照表.pdf" in answer.text


def test_a_handed_in_file_is_listed_with_its_step(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    attachment = clerk.upload("说明.pdf", PDF).json["id"]
    item = clerk.start(TITLE)
    clerk.submit(item, **DRAFT, attachments=attachment)
    assert "说明.pdf" in Clerk(site, "shiyanqiu").get(case_of(item)).text
