"""The auditor's pages of deviations, samples and logs of events, on one notice as the acceptance story tells it."""

import csv
import io
import re
from collections.abc import Iterator

import openpyxl
import pytest
from flask import Flask
from lxml import etree

from app.current import HOUSE
from app.house import House
from app.transaction import reading
from app.web import create_app
from tests.databases import SETTLED, SqliteDatabases, installed
from tests.noticed import the_notice
from tests.office import Desk
from tests.web.clerk import Clerk, alert
from workflows import verification
from workflows.samples.records import LEDGER
from workflows.visibility import readings_of

SPAN = "since=2025-11-01&until=2025-11-30"
SAMPLE = {"name": "十一月发文", "size": "1", "since": "2025-11-01", "until": "2025-11-30", "seed": "甲"}


@pytest.fixture(scope="module")
def told(
    sqlite_databases: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, House, Desk]]:
    """One installation for all tests of this module, none of which hangs on what another has done."""
    with installed(sqlite_databases, SETTLED, tmp_path_factory.mktemp("told")) as house:
        desk = the_notice(house)
        app = create_app(house.settings)
        yield app, house, desk
        app.extensions[HOUSE].pool.dispose()


@pytest.fixture
def auditor(told: tuple[Flask, House, Desk]) -> Clerk:
    return Clerk(told[0], "peishenzhi")


def test_the_auditor_reads_who_added_what_after_signing_and_that_the_signatory_looked_again(auditor: Clerk) -> None:
    page = auditor.get(f"/audit/deviations?{SPAN}&kind=text_after_signing").text
    [sentence] = re.findall(r"<td>(仇敬安于 2025-11-12 20:30 签发后[^<]*)</td>", page)
    assert "沙小满在“复核”给“正文”补写“10月10日（周六）上班。”" in sentence
    assert "仇敬安于 2025-11-13 09:15 重新签署。" in sentence
    assert re.search(r'href="/audit/\w+\?at=\d+#event-\d+"', page)


def test_each_kind_is_counted_and_leads_to_its_findings(auditor: Clerk) -> None:
    page = auditor.get(f"/audit/deviations?{SPAN}").text
    chips = dict(re.findall(r'kind=(\w+)">\S+ (\d+)</a>', page))
    assert {key: chips[key] for key in ("repeated", "outside_hours", "text_after_signing")} == {
        "repeated": "2",
        "outside_hours": "1",
        "text_after_signing": "1",
    }
    nightly = auditor.get(f"/audit/deviations?{SPAN}&kind=outside_hours").text
    assert "2025-11-12 有 1 次办理不在工作时间内，最后一次为仇敬安 2025-11-12 20:30。" in nightly
    assert "给“正文”补写" not in nightly


def test_another_period_or_flow_has_none_of_them(auditor: Clerk) -> None:
    assert "没有发现偏差" in auditor.get("/audit/deviations?since=2024-01-01&until=2024-12-31").text
    assert "给“正文”补写" in auditor.get(f"/audit/deviations?{SPAN}&flow=outgoing_document").text


def test_findings_are_taken_away_as_tables_and_that_is_told(auditor: Clerk, told: tuple[Flask, House, Desk]) -> None:
    _app, house, desk = told
    assert auditor.get(f"/audit/deviations?{SPAN}").status_code == 200
    book, _headers = auditor.download(f"/audit/deviations.xlsx?{SPAN}&kind=text_after_signing")
    _header, row = openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True)
    text, headers = auditor.download(f"/audit/deviations.csv?{SPAN}&kind=text_after_signing")
    assert headers["Content-Type"].startswith("text/csv")
    [[*_], found] = csv.reader(io.StringIO(text.decode("utf-8-sig")))
    assert found[1] == row[1] == "签发后改正文"
    assert found[6] == row[6] == desk.instance_id
    with reading(house.pool) as connection:
        events = house.office.engine.history(connection, "office:event_logs")
    exported = [one.data["form"] for one in events if one.kind == "deviations:exported"]
    assert exported[-2:] == ["xlsx", "csv"]
    assert "deviations:read" in {one.kind for one in events}


def drawn(auditor: Clerk, **asked: str) -> str:
    """Draw a sample and return the path of its worksheet."""
    answer = auditor.post("/audit/samples", **{**SAMPLE, **asked})
    assert answer.status_code == 302, alert(answer)
    return str(answer.headers["Location"])


@pytest.mark.parametrize(("method", "size"), [("random", "1"), ("risk", "50%")])
def test_a_sample_keeps_what_it_was_drawn_by_and_comes_out_the_same_again(
    auditor: Clerk, told: tuple[Flask, House, Desk], method: str, size: str
) -> None:
    place = drawn(auditor, method=method, size=size)
    page = auditor.get(f"{place}?again=1").text
    for shown in (
        "结果完全相同",
        "甲",
        "sha256(seed + LF + case)",
        f"要求 {size}，抽得 1 件",
        "裴慎之",
        "签发后改正文",
    ):
        assert shown in page
    with reading(told[1].pool) as connection:
        assert verification.verify(connection, told[1].office) == []


def test_what_the_auditor_writes_down_stands_on_the_worksheet_and_in_the_ledger_and_the_case_is_not_touched(
    auditor: Clerk, told: tuple[Flask, House, Desk]
) -> None:
    _app, house, desk = told
    place = drawn(auditor)
    with reading(house.pool) as connection:
        before = house.office.engine.history(connection, desk.instance_id)
    said = {"answer-0": "yes", "answer-2": "no", "finding": "=复核后补写，已报原签发人复审。", "conclusion": "sound"}
    assert auditor.post(f"{place}/1", **said).status_code == 302
    worksheet = auditor.get(f"{place}/1").text
    assert '<option value="no" selected>' in worksheet
    assert said["finding"] in auditor.get(place).text
    book, _headers = auditor.download(f"{place}.xlsx")
    _header, row = openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True)
    assert [row[5], row[6], row[7]] == ["是", None, "否"]
    assert (said["finding"], "未见问题", "裴慎之") == row[10:13]
    with reading(house.pool) as connection:
        assert house.office.engine.history(connection, desk.instance_id) == before
        told_there = house.office.engine.history(connection, LEDGER)
        read = [one.data for one in house.office.engine.history(connection, readings_of("peishenzhi"))]
    last = [one for one in told_there if one.kind == "record:changed"][-1]
    assert (last.actor, last.data["values"]["conclusion"]) == ("peishenzhi", "sound")
    assert {"instance": desk.instance_id, "what": "sample"} in read
    assert "sample:read" in {one.kind for one in told_there}


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({"size": "0"}, "数量应为"),
        ({"size": "101%"}, "数量应为"),
        ({"size": "五"}, "数量应为"),
        ({"name": " "}, "请写明这次抽样"),
        ({"since": "2024-01-01", "until": "2024-01-02"}, "没有符合条件的事项"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_was_typed(
    auditor: Clerk, asked: dict[str, str], refused: str
) -> None:
    answer = auditor.post("/audit/samples", **{**SAMPLE, **asked})
    assert answer.status_code == 422
    assert refused in answer.text
    assert 'value="甲"' in answer.text


def test_a_finding_that_is_too_long_is_refused_and_kept_in_the_page(auditor: Clerk) -> None:
    place = drawn(auditor)
    answer = auditor.post(f"{place}/1", finding="长" * 4001)
    assert answer.status_code == 422
    assert "长" * 4001 in answer.text


def test_a_log_is_taken_away_under_pseudonyms_unless_names_are_asked_for(
    auditor: Clerk, told: tuple[Flask, House, Desk]
) -> None:
    asked = f"definition=outgoing_document&{SPAN}"
    hidden, headers = auditor.download(f"/audit/event-logs/xes?{asked}")
    named, _headers = auditor.download(f"/audit/event-logs/csv?{asked}&people=name")
    assert headers["Content-Disposition"].endswith("outgoing_document_2025-11-01_2025-11-30.xes")
    assert len(etree.fromstring(hidden).findall("trace")) == 1
    assert "葛星遥" not in hidden.decode()
    assert "葛星遥" in named.decode()
    with reading(told[1].pool) as connection:
        events = told[1].office.engine.history(connection, "office:event_logs")
    assert [one.data["form"] for one in events if one.kind == "event_log:exported"][-2:] == ["xes", "csv+names"]


PAGES = ("/audit/deviations", "/audit/deviations.csv", "/audit/samples", "/audit/event-logs", "/audit/event-logs/xes")


@pytest.mark.parametrize("username", ["zhenliyan", "boruoxi", "jiziheng", "yuemingda", "gexingyao"])
def test_only_auditors_see_these_pages(told: tuple[Flask, House, Desk], username: str) -> None:
    clerk = Clerk(told[0], username)
    assert {clerk.get(f"{page}?definition=outgoing_document").status_code for page in PAGES} == {403}
    assert clerk.post("/audit/samples", **SAMPLE).status_code == 403


def test_what_is_not_there_is_not_found(auditor: Clerk) -> None:
    missing = (
        "/audit/samples/2025-999",
        "/audit/samples/2025-999/1",
        "/audit/event-logs/pdf?definition=outgoing_document",
    )
    assert [auditor.get(path).status_code for path in missing] == [404, 404, 404]
    assert auditor.get("/audit/event-logs/xes?definition=none").status_code == 404
