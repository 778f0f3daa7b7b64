"""打印: the sheet of a case, where each opinion lands, and who may print it."""

import re

from flask import Flask

from app.house import House
from app.transaction import transaction
from tests.office import MORNING, SYSTEM, TITLE, Desk, flow_files
from tests.web.clerk import Clerk
from workflows import definitions


def cell(page: str, label: str) -> str:
    """Return what stands beside a label."""
    found = re.search(rf'<th scope="row">{label}</th><td[^>]*>(.*?)</td>', page, re.DOTALL)
    assert found, label
    return found[1]


def test_the_sheet_of_a_finished_document_has_every_opinion_in_its_cell(each_site: Flask, house: House) -> None:
    desk = Desk(house)
    desk.to_the_end()
    page = Clerk(each_site, "gexingyao").get(f"/cases/{desk.instance_id}/print").text
    assert "<h1>发文稿纸</h1>" in page
    assert cell(page, "发文字号") == "沐原办〔2025〕47号"
    assert cell(page, "标题") == TITLE
    assert "同意印发。" in cell(page, "签发")
    assert "仇敬安" in cell(page, "签发")
    assert "拟同意印发，请远川同志审" in cell(page, "审核")
    assert "突发事件30分钟内电话" in cell(page, "会签")
    assert "冉青禾" in cell(page, "核稿")
    assert "校对无误。" in cell(page, "印制")
    assert "签发意见" in cell(page, "用印")
    assert cell(page, "份数") == "19"
    assert "登记编号" in cell(page, "其他环节")
    assert "data:image/svg+xml" in page
    assert "<h2>办理过程</h2>" not in page


def test_the_whole_process_follows_where_it_is_asked_for(site: Flask, sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.to_signing()
    page = Clerk(site, "gexingyao").get(f"/cases/{desk.instance_id}/print?history=1").text
    process = page.partition("<h2>办理过程</h2>")[2]
    assert process.count("<tr>") == 10
    assert "办理中" in process
    assert "尚在办理：签发" in page


def test_a_step_that_was_renamed_or_added_still_lands_in_the_right_cell(site: Flask, sqlite_house: House) -> None:
    files = flow_files()
    model = files["outgoing_document.bpmn"].decode()
    renamed = model.replace('id="edit" name="核稿"', 'id="edit" name="文字把关"').replace(
        '<camunda:property name="kind" value="reconcile" />', '<camunda:property name="kind" value="propose" />'
    )
    assert renamed != model
    with transaction(sqlite_house.pool) as connection:
        changed = {**files, "outgoing_document.bpmn": renamed.encode()}
        definitions.deploy_as(connection, sqlite_house.office, SYSTEM, changed, MORNING)
    desk = Desk(sqlite_house)
    desk.to_signing()
    page = Clerk(site, "gexingyao").get(f"/cases/{desk.instance_id}/print").text
    assert "文字把关" in cell(page, "核稿")
    assert "会签意见采纳" in cell(page, "其他环节")


def test_a_sheet_is_for_those_who_may_see_the_case_and_an_auditors_is_recorded(
    site: Flask, sqlite_house: House
) -> None:
    desk = Desk(sqlite_house)
    desk.to_countersign()
    path = f"/cases/{desk.instance_id}/print"
    assert Clerk(site, "luanhaiping").get(path).status_code == 200
    assert Clerk(site, "tanzhixing").get(path).status_code == 403
    assert Clerk(site, "jiziheng").get(path).status_code == 403
    auditor = Clerk(site, "peishenzhi")
    assert auditor.get(path).status_code == 200
    assert "打印" in auditor.get("/audit/log?act=case:read:print").text.partition("<tbody>")[2]
