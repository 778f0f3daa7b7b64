"""The pages of the archive: the archivist's way through a year, what others see of it, and what they may not do."""

import io
import re

import openpyxl
import pytest
from flask import Flask

from app.current import HOUSE
from app.house import House
from app.transaction import transaction
from tests.archiving import CLERK, Archive, issue_the_notice
from tests.web.clerk import Clerk, alert, field_errors

CONFIRMED = re.compile(r'name="confirmed" value="([0-9a-f]+)"')
CODE = "M018-WS·2025-D10-BGS-0001"
BY_HAND = {"note-virus": "查杀无异常", "note-carrier": "两人在场"}


@pytest.fixture
def issued(site: Flask) -> str:
    """The case of a document that was issued in 2025, as it is found in the spring of 2026."""
    house: House = site.extensions[HOUSE]
    case = issue_the_notice(house).instance_id
    with transaction(house.pool) as connection:
        house.office.engine.set_clock(connection, Archive(house).now)
    return case


@pytest.fixture
def archivist(site: Flask, issued: str) -> Clerk:
    """Signs in once the clock is set: who signs in is told at once."""
    return Clerk(site, "kuangyuheng")


def number(archivist: Clerk, case: str) -> None:
    assert archivist.post("/archive/assemble", year="2025", case=case).status_code == 302
    [confirmed] = CONFIRMED.findall(archivist.get("/archive/order?year=2025").text)
    assert archivist.post("/archive/order", year="2025", confirmed=confirmed).status_code == 302


def test_the_archivist_goes_through_the_year(site: Flask, archivist: Clerk, issued: str) -> None:
    page = archivist.get("/archive").text
    assert "待归档 <strong>1</strong>" in page
    assert f'value="{issued}" checked' in page
    case = archivist.get(f"/archive/cases/{issued}?year=2025").text
    assert "花脸稿" in case
    assert "发文稿纸" in case
    number(archivist, issued)
    catalogue = archivist.get("/archive/catalogue?year=2025").text
    assert CODE in catalogue
    assert "确认编号" not in archivist.get("/archive/order?year=2025").text
    assert CODE in archivist.get("/archive/catalogue/print?year=2025").text
    assert archivist.post("/archive/inspections", year="2025", **BY_HAND).status_code == 302
    assert "通过 13、人工 2、不通过 0" in archivist.get("/archive/inspections?year=2025").text
    made = archivist.post("/archive/transfers", year="2025", unit="BGS").location
    assert "签字接收" not in archivist.get(made).text
    registry = Clerk(site, CLERK)
    assert "签字移交" in registry.get(made).text
    assert registry.post(made, side="handed_over").status_code == 302
    assert archivist.post(made, side="taken_over").status_code == 302
    signed = archivist.get(f"{made}?print=1").text
    assert signed.index("移交人") < signed.index("沙小满") < signed.index("接收人") < signed.index("匡玉衡")


def test_the_code_stands_on_the_page_of_the_case_and_ends_its_thread(
    site: Flask, archivist: Clerk, issued: str
) -> None:
    drafter = Clerk(site, "gexingyao")
    assert "档号" not in drafter.get(f"/cases/{issued}").text
    number(archivist, issued)
    page = drafter.get(f"/cases/{issued}").text
    assert CODE in page
    assert "/archive/items" not in page
    assert CODE in drafter.get(f"/cases/{issued}/thread").text


def test_the_catalogue_shows_of_a_case_no_more_than_it_must(site: Flask, archivist: Clerk, issued: str) -> None:
    number(archivist, issued)
    assert "对照表.pdf" in archivist.get(f"/archive/items/{issued}").text
    assert archivist.get(f"/cases/{issued}").status_code == 403
    assert f"/cases/{issued}" not in archivist.get("/archive/catalogue?year=2025").text
    assert "/attachments/" not in archivist.get(f"/archive/items/{issued}").text
    auditor = Clerk(site, "peishenzhi")
    assert f"/cases/{issued}" in auditor.get(f"/archive/items/{issued}").text


def test_a_reader_who_sees_no_case_finds_kinds_of_parts_but_not_their_names(
    site: Flask, archivist: Clerk, issued: str
) -> None:
    said = {"title": "纸质批复", "responsible": "砚江省国资委", "dated_on": "2025-03-01", "retention": "永久"}
    archivist.post("/archive/paper", year="2025", **said)
    number(archivist, issued)
    registry = Clerk(site, CLERK)  # who has registered the document, and may see it
    assert "对照表.pdf" in registry.get(f"/archive/items/{issued}").text
    parts = registry.get("/archive/items/paper-1").text.partition("件内文件")[2]
    assert "纸质文件" in parts
    assert "纸质批复" not in parts


def test_the_table_holds_the_columns_of_the_catalogue(archivist: Clerk, issued: str) -> None:
    number(archivist, issued)
    content, _headers = archivist.download("/archive/catalogue.xlsx?year=2025")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    header, row = list(sheet.iter_rows(values_only=True))
    assert header[:9] == ("序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "备注")
    assert row[1:4] == (CODE, "沐原办〔2025〕47号", "集团办公室")
    assert row[5] == "20251113"
    content, _headers = archivist.download("/archive/list.xlsx?year=2025&standing=pending")
    assert openpyxl.load_workbook(io.BytesIO(content)).active.max_row == 1  # type: ignore[union-attr]


def test_what_is_not_archived_has_a_reason_and_can_be_taken_back(archivist: Clerk, issued: str) -> None:
    path = f"/archive/cases/{issued}"
    refused = archivist.post(path, year="2025", what="not_archived", why="")
    assert (refused.status_code, list(field_errors(refused))) == (422, ["why"])
    assert archivist.post(path, year="2025", what="not_archived", why="试用数据").status_code == 302
    assert "档案员：试用数据" in archivist.get("/archive?year=2025&standing=not_archived").text
    assert "改为归档" in archivist.get(f"{path}?year=2025").text
    assert archivist.post(path, year="2025", what="archived", why="仍有查考价值").status_code == 302
    assert "待归档 <strong>1</strong>" in archivist.get("/archive?year=2025").text


def test_another_period_than_the_proposed_one_needs_a_reason(archivist: Clerk, issued: str) -> None:
    path = f"/archive/cases/{issued}"
    refused = archivist.post(path, year="2025", what="assemble", retention="30年", reason="")
    assert (refused.status_code, list(field_errors(refused))) == (422, ["reason"])
    changed = archivist.post(path, year="2025", what="assemble", retention="30年", reason="重要通知", pages="3")
    assert changed.status_code == 302
    assert "M018-WS·2025-D30-BGS-0001" in archivist.get("/archive/order?year=2025").text


def test_a_piece_of_paper_is_filed_with_the_others(archivist: Clerk, issued: str) -> None:
    said = {"title": "纸质批复", "responsible": "砚江省国资委", "dated_on": "2025-03-01", "retention": "永久"}
    refused = archivist.post("/archive/paper", year="2025", **{**said, "dated_on": "2026-03-01"})
    assert (refused.status_code, list(field_errors(refused))) == (422, ["dated_on"])
    assert archivist.post("/archive/paper", year="2025", **said).status_code == 302
    number(archivist, issued)
    assert "M018-WS·2025-Y-BGS-0001" in archivist.get("/archive/catalogue?year=2025&q=批复").text


def test_a_numbered_item_is_taken_out_and_keeps_its_number(archivist: Clerk, issued: str) -> None:
    assert archivist.post("/archive/assemble", year="2025", case=issued).status_code == 302
    assert archivist.post(f"/archive/items/{issued}", what="dissolve").status_code == 302
    number(archivist, issued)
    dissolved = archivist.post(f"/archive/items/{issued}", what="dissolve")
    assert (dissolved.status_code, "已编号" in alert(dissolved)) == (409, True)
    assert archivist.post(f"/archive/items/{issued}", what="remove", reason="").status_code == 422
    assert archivist.post(f"/archive/items/{issued}", what="remove", reason="移交纪检机构").status_code == 302
    catalogue = archivist.get("/archive/catalogue?year=2025").text
    assert CODE in catalogue
    assert "移交纪检机构" in catalogue


@pytest.mark.parametrize("username", ["gexingyao", "jiziheng", "changguanfu", "zonghuaigu"])
def test_who_keeps_no_register_does_not_find_the_archive(site: Flask, issued: str, username: str) -> None:
    clerk = Clerk(site, username)
    assert "整理归档" not in clerk.get("/worklist").text
    for path in ("", "/order", "/catalogue", "/inspections", "/transfers", "/catalogue.xlsx", "/catalogue/print"):
        assert clerk.get(f"/archive{path}").status_code == 403, path


@pytest.mark.parametrize("username", [CLERK, "peishenzhi", "zhenliyan"])
def test_who_reads_the_archive_settles_nothing(site: Flask, archivist: Clerk, issued: str, username: str) -> None:
    clerk = Clerk(site, username)
    for path in ("", "/order", "/catalogue", "/inspections", "/transfers"):
        page = clerk.get(f"/archive{path}?year=2025")
        assert page.status_code == 200
        assert "csrf_token" not in page.text.partition('id="content"')[2]
    for path, form in (
        ("/assemble", {"case": issued}),
        (f"/cases/{issued}", {"what": "assemble"}),
        ("/paper", {}),
        ("/order", {"confirmed": "x"}),
        (f"/items/{issued}", {"what": "dissolve"}),
        ("/inspections", {}),
        ("/transfers", {"unit": "BGS"}),
    ):
        assert clerk.post(f"/archive{path}", year="2025", **form).status_code == 403, path


def test_a_year_that_is_none_is_the_one_before_this(archivist: Clerk, issued: str) -> None:
    for given in ("", "x", "0000", "99999", "²⁰²⁵"):
        assert "2025年度" in archivist.get(f"/archive?year={given}").text
