"""Previews: what is shown, to whom, and that nothing in a file can do anything."""

from io import BytesIO

import pytest
from docx import Document
from flask import Flask

from tests.office import DRAFT, TITLE
from tests.web.clerk import Clerk, case_of

PDF = b"%PDF-1.4\nholidays\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def attached(clerk: Clerk, name: str, content: bytes) -> str:
    return f"/attachments/{clerk.upload(name, content).json['id']}"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_is_shown_in_whatever_charset_it_came(site: Flask, charset: str) -> None:
    clerk = Clerk(site, "gexingyao")
    page = clerk.get(attached(clerk, "名单.txt", "值班表：䶮、㛃两位同志<b>值守</b>".encode(charset)) + "/preview").text
    assert "值班表：䶮、㛃两位同志&lt;b&gt;值守&lt;/b&gt;" in page


def test_a_long_text_is_cut_and_the_page_says_so(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    page = clerk.get(attached(clerk, "长.txt", ("头。" + "字" * 200_000 + "尾。").encode()) + "/preview").text
    assert "只显示前 500000 字节" in page
    assert "头。" in page
    assert "尾。" not in page


def test_a_word_document_is_shown_as_its_text(site: Flask) -> None:
    document, file = Document(), BytesIO()
    document.add_paragraph("一、元旦：1月1日至3日放假。")
    document.add_table(1, 2).rows[0].cells[1].text = "表中的话"
    document.save(file)
    clerk = Clerk(site, "gexingyao")
    page = clerk.get(attached(clerk, "通知.docx", file.getvalue()) + "/preview").text
    assert "一、元旦：1月1日至3日放假。" in page
    assert "表中的话" in page


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("页.html", b"<script>alert(1)</script>"),
        ("假图.png", b"<svg onload='alert(1)'/>"),
        ("坏.docx", b"PK\x03\x04 no document"),
    ],
)
def test_what_could_do_something_is_never_shown(site: Flask, name: str, content: bytes) -> None:
    clerk = Clerk(site, "gexingyao")
    path = attached(clerk, name, content)
    page = clerk.get(f"{path}/preview")
    assert page.status_code == 200
    assert "不能预览，请下载" in page.text
    assert "alert(1)" not in page.text
    assert clerk.get(f"{path}/inline").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "media_type"), [("扫描件.pdf", PDF, "application/pdf"), ("现场.png", PNG, "image/png")]
)
def test_a_file_that_is_shown_comes_under_a_policy_that_lets_it_do_nothing(
    site: Flask, name: str, content: bytes, media_type: str
) -> None:
    clerk = Clerk(site, "gexingyao")
    path = attached(clerk, name, content)
    body, headers = clerk.download(f"{path}/inline")
    assert body == content
    assert headers["Content-Type"] == media_type
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; frame-ancestors 'self'")
    assert "script-src" not in headers["Content-Security-Policy"]
    assert not headers["Content-Disposition"].startswith("attachment")
    page = clerk.get(f"{path}/preview")
    assert f'src="{path}/inline"' in page.text
    assert f'href="{path}"' in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_a_preview_is_seen_by_those_who_may_see_the_case_and_an_auditors_look_is_recorded(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    path = attached(clerk, "对照表.pdf", PDF)
    assert Clerk(site, "shiyanqiu").get(f"{path}/preview").status_code == 404
    item = clerk.start(TITLE)
    clerk.submit(item, **DRAFT, annexes=path.removeprefix("/attachments/"))
    for address in (f"{path}/preview", f"{path}/inline"):
        assert Clerk(site, "shiyanqiu").download(address)[0]
        assert Clerk(site, "tanzhixing").get(address).status_code == 403
    auditor = Clerk(site, "peishenzhi")
    auditor.get(f"{path}/preview")
    readings = auditor.get("/audit/log?category=readings&person=peishenzhi").text.partition("<tbody>")[2]
    assert case_of(item).removeprefix("/cases/") in readings
    assert "打开附件" in readings
