"""Units that were renamed, in registers, sections, tables to take along and on paper: what is old says the old name."""

import io
import re
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import event

from app.house import House
from app.transaction import reading, transaction
from tests.archiving import Archive, issue_the_notice, receive_the_notice
from tests.incoming import PROPOSAL, Registry, at
from tests.office import SYSTEM, Desk, deploy
from tests.web.clerk import Clerk
from tests.web.test_incoming import section, text_of
from workflows.archiving import materials
from workflows.organisation import actions, demo, queries
from workflows.organisation.actions import UnitFields

RENAMED_AT = "2026-01-05 09:00"
BEFORE = {code: name for code, name, *_rest in demo.UNITS}
NOW = {"ZZB": "党委干部部", "AHB": "安全监督部", "BGS": "综合事务部"}


@pytest.fixture
def house(sqlite_house: House) -> House:
    return sqlite_house


def rename(house: House) -> None:
    changed = at(RENAMED_AT)
    with transaction(house.pool) as connection:

        def record(kind: str, data: Any) -> None:
            house.office.engine.record_ledger(connection, "office:organisation", kind, data, SYSTEM, changed)

        for code, name in NOW.items():
            unit = queries.get_unit(connection, code)
            actions.change_unit(connection, code, UnitFields(name, unit.parent, unit.head, unit.leader), record)
        house.office.engine.set_clock(connection, at("2026-03-09 09:00"))


def rows_of(page: str) -> list[str]:
    """The lines of the table of a page, as they are read; what may be chosen above it is no line."""
    return [text_of(one) for one in re.findall(r"<tr\b.*?</tr>", page.partition("<tbody>")[2], re.DOTALL)]


def table(clerk: Clerk, path: str) -> list[dict[str, Any]]:
    content, _headers = clerk.download(path)
    header, *rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_register_of_what_came_in_says_the_name_of_then_of_what_is_done_with(site: Flask, house: House) -> None:
    receive_the_notice(house)
    running = Registry(house).begin(title="另一件")
    running.register(source_number="国办发〔2025〕8号")
    running.do("11-18 10:00", "ranqinghe", "pass", "属本集团办理。")
    proposed = {"lead_unit": "ZZB", "co_units": ["AHB"], "due_on": "2026-06-30"}
    running.do("11-18 10:10", "ranqinghe", "submit", "拟由人力资源部承办。", **proposed)
    running.do("11-18 10:20", "zhenliyan", "direct", "同意。")
    running.do("11-18 10:30", "ranqinghe", "submit", lead_unit="ZZB", co_units=["AHB"], due_on="2026-06-30")
    rename(house)
    clerk = Clerk(site, "shaxiaoman")
    [old, new] = [
        next(row for row in rows_of(clerk.get("/incoming").text) if number in row)
        for number in ("收2025-0817", "收2025-0818")
    ]
    assert BEFORE["ZZB"] in old
    assert NOW["ZZB"] in new
    told = {one["收文号"]: (one["主办单位"], one["协办单位"]) for one in table(clerk, "/incoming/register.xlsx")}
    assert told["收2025-0817"] == (BEFORE["ZZB"], BEFORE["AHB"] + "、财务部")
    assert told["收2025-0818"] == (NOW["ZZB"], NOW["AHB"])


def test_the_sections_of_a_document_name_its_units_as_they_were_when_they_were_done(site: Flask, house: House) -> None:
    done, _copy = receive_the_notice(house)
    running = Registry(house).begin(title="另一件").register(source_number="国办发〔2025〕8号")
    running.do("11-06 12:40", "ranqinghe", "pass", "属本集团办理。")
    running.do("11-06 12:45", "ranqinghe", "submit", PROPOSAL, lead_unit="ZZB", co_units=["AHB"])
    running.do("11-06 12:50", "zhenliyan", "direct", "同意。")
    running.do("11-06 12:55", "ranqinghe", "submit", lead_unit="ZZB", co_units=["AHB"])
    rename(house)
    director = Clerk(site, "zhenliyan")
    page = director.get(f"/cases/{done.instance_id}").text
    for name in ("units", "instructions"):
        assert BEFORE["AHB"] in section(page, name)
        assert NOW["AHB"] not in section(page, name)
    assert BEFORE["ZZB"] in section(page, "units")
    page = director.get(f"/cases/{running.instance_id}").text
    assert NOW["AHB"] in section(page, "units")
    assert NOW["ZZB"] in section(page, "closing")
    paper = text_of(director.get(f"/cases/{done.instance_id}/print").text)
    assert BEFORE["ZZB"] in paper
    assert NOW["ZZB"] not in paper


def test_the_registers_of_documents_and_of_seals_say_the_name_of_then(site: Flask, house: House) -> None:
    issue_the_notice(house)
    deploy(house, "seal_use")
    use = Desk(house)
    use.start("suiyiming", "seal_use", "检修合同")
    use.act("suiyiming", "submit", seal_name="集团办公室印章", requested_copies=4, reason_for_use="签订合同")
    use.act("luanhaiping", "agree")
    use.act("zhenliyan", "agree")
    use.act("quanning", "submit", sealed_copies=4, seal_supervisor="shaxiaoman")
    rename(house)
    clerk = Clerk(site, "shaxiaoman")
    [line] = rows_of(clerk.get("/documents/register").text)
    assert BEFORE["ZZB"] in line
    assert [one["拟稿部门"] for one in table(clerk, "/documents/register.xlsx")] == [BEFORE["ZZB"]]
    used = rows_of(clerk.get("/documents/seals?q=检修").text)
    assert [BEFORE["AHB"] in line for line in used] == [True]
    units = {one["用印事项"]: one["申请单位"] for one in table(clerk, "/documents/seals.xlsx")}
    assert units["检修合同"] == BEFORE["AHB"]


def test_what_was_filed_of_a_year_stands_under_the_name_which_the_unit_had_when_the_year_ended(
    site: Flask, house: House
) -> None:
    case = issue_the_notice(house).instance_id
    rename(house)
    archive = Archive(house)
    item = archive.assemble(case)
    archivist = Clerk(site, "kuangyuheng")
    assert BEFORE["BGS"] in text_of(archivist.get("/archive/order?year=2025").text)
    archive.number()
    assert [one["机构"] for one in table(archivist, "/archive/catalogue.xlsx?year=2025")] == [BEFORE["BGS"]]
    for path in (f"/archive/items/{item}", "/archive/transfers?year=2025"):
        page = text_of(archivist.get(path).text.partition("<main")[2])
        assert BEFORE["BGS"] in page, path
        assert NOW["BGS"] not in page, path
    archive.examine()
    listed = archivist.get(f"/archive/transfers/{archive.make_list()}?print=1").text
    assert BEFORE["BGS"] in listed


def test_who_is_responsible_for_what_is_filed_is_called_as_they_were_when_they_began_it(house: House) -> None:
    deploy(house, "internal_submission")
    desk = Desk(house)
    desk.start("gexingyao", "internal_submission", "关于节前检查的请示")
    rename(house)
    with reading(house.pool) as connection:
        described = materials.bundle_of(connection, house.office, desk.instance_id).described
    assert described.responsible == BEFORE["ZZB"]


def test_a_name_of_then_asks_no_more_for_more_lines(site: Flask, house: House) -> None:
    receive_the_notice(house)
    rename(house)
    clerk, asked = Clerk(site, "shaxiaoman"), list[str]()
    event.listen(house.pool, "before_cursor_execute", lambda *told: asked.append(told[2]))
    clerk.get("/incoming")
    for_one = len(asked)
    for number in range(8, 12):
        Registry(house).begin(title=f"第{number}件").register(source_number=f"国办发〔2025〕{number}号")
    asked.clear()
    clerk.get("/incoming")
    assert len(asked) == for_one
