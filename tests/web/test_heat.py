"""The pages of 流程热力: who reads them, what they never say, and that table, download and list agree."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import openpyxl
import pytest
from flask import Flask

from app.current import HOUSE
from app.transaction import reading
from app.web import create_app
from tests.databases import SETTLED, SqliteDatabases, installed
from tests.flow_cases import run
from tests.web.clerk import Clerk
from workflows.organisation import queries

NOVEMBER = "since=2025-11-01&until=2025-11-30"
AUDITOR, DIRECTOR, ADMINISTRATOR_OF_FLOWS = "peishenzhi", "zhenliyan", "boruoxi"


@pytest.fixture(scope="module")
def counted(sqlite_databases: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on an office with cases of 发文; nothing here changes it."""
    with installed(sqlite_databases, SETTLED, tmp_path_factory.mktemp("heat")) as house:
        run(house)
        app = create_app(house.settings)
        yield app
        app.extensions[HOUSE].pool.dispose()


def read_csv(app: Flask, query: str = NOVEMBER) -> list[dict[str, str]]:
    content, _headers = Clerk(app, AUDITOR).download(f"/audit/heat/table.csv?{query}")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("path", ["/audit/heat", "/audit/heat/cases?step=draft", "/audit/heat/table.csv"])
def test_auditors_and_directors_read_the_figures_and_nobody_else(counted: Flask, path: str) -> None:
    for username in (AUDITOR, "changguanfu", DIRECTOR, ADMINISTRATOR_OF_FLOWS):
        assert Clerk(counted, username).get(path).status_code == 200, username
    for username in ("gexingyao", "shiyanqiu", "jiziheng"):
        assert Clerk(counted, username).get(path).status_code == 403, username


def test_no_person_is_named_in_figures_downloads_and_data_of_the_drawing(counted: Flask) -> None:
    house = counted.extensions[HOUSE]
    with reading(house.pool) as connection:
        people = [one for one in queries.list_people(connection) if one.username != AUDITOR]
    page = Clerk(counted, AUDITOR).get(f"/audit/heat?{NOVEMBER}").text
    content, _headers = Clerk(counted, AUDITOR).download(f"/audit/heat/table.csv?{NOVEMBER}")
    for text in (page, content.decode("utf-8-sig")):
        assert [one.username for one in people if one.name in text or one.username in text] == []


def test_a_unit_of_few_cases_is_not_shown_by_itself(counted: Flask) -> None:
    clerk = Clerk(counted, AUDITOR)
    [unit] = re.findall(r'name="unit".*?<option value="(\w+)"', clerk.get(f"/audit/heat?{NOVEMBER}").text)
    assert "共 6 件事项" in clerk.get(f"/audit/heat?{NOVEMBER}&unit={unit}").text
    few = f"since=2025-11-07&until=2025-11-11&unit={unit}"
    page = clerk.get(f"/audit/heat?{few}").text
    assert "不足 5 件，不单独统计" in page
    assert "data-heat" not in page
    assert read_csv(counted, few) == []
    assert "没有事项。" in clerk.get(f"/audit/heat/cases?{few}&step=draft&measure=waiting").text


def test_a_figure_leads_to_its_cases_at_the_moment_they_were_there(counted: Flask) -> None:
    clerk = Clerk(counted, AUDITOR)
    page = unescape(clerk.get(f"/audit/heat?{NOVEMBER}").text)
    links = re.findall(r'href="(/audit/heat/cases\?[^"]*step=department_review[^"]*measure=rework[^"]*)"', page)
    listed = clerk.get(links[0]).text
    assert listed.count("/audit/0") == 4
    [case, *_others] = re.findall(r'href="(/audit/[0-9a-f]{22}\?at=\d+)"', listed)
    assert clerk.get(case).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        "step=draft&measure=whole",
        "step=draft",
        "path=to_draft",
        "from=department_review&to=draft",
        "loop=draft>department_review>draft",
    ],
)
def test_the_list_behind_a_figure_names_only_cases_that_its_reader_may_see(counted: Flask, asked: str) -> None:
    title = "关于汛期值班安排的通知（2）"
    assert title in Clerk(counted, DIRECTOR).get(f"/audit/heat/cases?{NOVEMBER}&{asked}").text
    listed = Clerk(counted, ADMINISTRATOR_OF_FLOWS).get(f"/audit/heat/cases?{NOVEMBER}&{asked}").text
    assert title not in listed
    assert "只列出您可以查看的事项" in listed


def test_who_may_see_no_case_reads_no_title_among_those_that_came_back_most(counted: Flask) -> None:
    page = Clerk(counted, ADMINISTRATOR_OF_FLOWS).get(f"/audit/heat?{NOVEMBER}").text
    assert "汛期值班安排" not in page
    assert "（您无权查看的事项）" in page


def test_both_downloads_say_the_same_as_the_page(counted: Flask) -> None:
    rows = read_csv(counted)
    content, _headers = Clerk(counted, AUDITOR).download(f"/audit/heat/table.xlsx?{NOVEMBER}")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    [header, *lines] = sheet.iter_rows(values_only=True)
    assert list(header) == list(rows[0])
    for line, row in zip(lines, rows, strict=True):
        for written, cell in zip(line, row.values(), strict=True):
            assert cell == ("" if written is None else written) or float(cell) == written
    draft = rows[0]
    assert (draft["环节标识"], draft["事项数"], draft["轮次"], draft["返工：次数"]) == ("draft", "6", "10", "4")
    page = Clerk(counted, AUDITOR).get(f"/audit/heat?{NOVEMBER}").text
    assert f"共 {draft['事项数']} 件事项" in page


@pytest.mark.parametrize(
    "query",
    [
        "flow=none&version=none&by=none&since=none&until=none&unit=none&urgency=none",
        "version=99",
        "since=2030-01-01",
        "since=9999-12-31&until=0001-01-01",
        "since=&until=",
    ],
)
def test_what_an_address_says_wrongly_shows_other_or_no_cases(counted: Flask, query: str) -> None:
    clerk = Clerk(counted, AUDITOR)
    assert clerk.get(f"/audit/heat?{query}").status_code == 200
    assert clerk.get(f"/audit/heat/cases?{query}&measure=none&step=none").status_code == 200
    assert clerk.get(f"/audit/heat/table.csv?{query}").status_code == 200
    assert clerk.get(f"/audit/heat/table.pdf?{query}").status_code == 404
