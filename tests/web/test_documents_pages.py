"""The pages of documents: numbers, who signs what, registers, 作废此号, and what is warned of at 核稿."""

import io
import re
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import delete

from app.house import House
from app.transaction import transaction
from tests.office import DRAFT, TITLE, Desk, deploy
from tests.web.clerk import Clerk, alert, field_errors
from workflows.numbering.records import given_number

REASON = "机关代字选错，应为沐原。"


@pytest.fixture
def house(site: Flask) -> House:
    return site.extensions["banjie"]


def numbered(house: House, title: str = TITLE) -> Desk:
    desk = Desk(house, title=title)
    desk.to_registration()
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1", "QY2"])
    return desk


def table(clerk: Clerk, path: str) -> list[tuple[Any, ...]]:
    content, headers = clerk.download(path)
    assert headers["Content-Type"].startswith("application/vnd.openxmlformats")
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_every_number_of_a_series_is_explained(site: Flask, house: House) -> None:
    void, valid = numbered(house), numbered(house)
    clerk = Clerk(site, "shaxiaoman")
    clerk.post(f"/documents/{void.instance_id}/void", reason=REASON, then="end")
    listed = plain(clerk.get("/documents/numbers").text)
    assert "沐原办〔2025〕 1—46 号，纸质登记 沐原办〔2025〕48号 2 个 1 个 无" in listed
    page = clerk.get("/documents/numbers/沐原办/2025").text
    told = plain(page)
    assert "1—46 号 启用前纸质登记" in told
    assert f"作废 {REASON} 沙小满" in told
    assert f"沐原办〔2025〕48号 {TITLE}" in told
    assert f"/cases/{valid.instance_id}" in page
    header, first, second = table(clerk, "/documents/numbers/沐原办/2025.xlsx")
    assert header[:4] == ("编号", "编号时间", "经办人", "事项")
    assert (first[0], first[2], first[4], first[5], first[6]) == (
        "沐原办〔2025〕47号",
        "沙小满",
        "作废",
        REASON,
        "沙小满",
    )
    assert (second[0], second[4]) == ("沐原办〔2025〕48号", "有效")
    assert clerk.get("/documents/numbers/沐原办/1999").status_code == 404


def test_a_number_that_is_lacking_is_named_on_the_pages_of_numbers(site: Flask, house: House) -> None:
    numbered(house)
    numbered(house)
    clerk = Clerk(site, "shaxiaoman")
    assert "缺号" not in clerk.get("/documents/numbers/沐原办/2025").text
    with transaction(house.pool) as connection:
        connection.execute(delete(given_number).where(given_number.c.serial == 47))
    assert "1 个 47" in plain(clerk.get("/documents/numbers").text)
    assert "缺号 47" in plain(clerk.get("/documents/numbers/沐原办/2025").text)


def test_a_number_is_made_void_on_a_page_of_its_own_with_words(site: Flask, house: House) -> None:
    desk = numbered(house)
    clerk, path = Clerk(site, "shaxiaoman"), f"/documents/{desk.instance_id}/void"
    assert f'href="{path}"' in clerk.get(f"/cases/{desk.instance_id}").text
    assert "沐原办〔2025〕47号" in clerk.get(path).text
    refused = clerk.post(path, reason="", then="end")
    assert refused.status_code == 422
    assert "reason" in field_errors(refused)
    assert clerk.post(path, reason=REASON, then="again").location == f"/cases/{desk.instance_id}"
    page = clerk.get(f"/cases/{desk.instance_id}").text
    assert "沐原办〔2025〕47号 已作废" in plain(page)
    assert "作废此号" in plain(page)
    assert clerk.get(path).location == f"/cases/{desk.instance_id}"
    other = Clerk(site, "gexingyao")
    assert "作废此号" not in other.get(f"/cases/{desk.instance_id}").text.replace("沙小满 作废此号", "")
    assert other.get(path).status_code == 403
    assert other.post(path, reason=REASON).status_code == 403


def test_the_register_is_narrowed_sorted_and_taken_along(site: Flask, house: House) -> None:
    desk = numbered(house, "集团办公室关于安全检查的通知")
    numbered(house, "集团办公室关于年度总结的通知")
    clerk = Clerk(site, "shaxiaoman")
    page = clerk.get("/documents/register?q=安全").text
    assert "安全检查" in page
    assert "年度总结" not in page
    ascending = clerk.get("/documents/register?sort=title&order=asc").text
    assert ascending.index("安全检查") < ascending.index("年度总结")
    assert 'aria-sort="ascending"' in ascending
    header, *rows = table(clerk, "/documents/register.xlsx?sort=number&order=asc")
    assert header[:2] == ("发文字号", "标题")
    assert [row[:3] for row in rows] == [
        ("沐原办〔2025〕47号", "集团办公室关于安全检查的通知", "通知"),
        ("沐原办〔2025〕48号", "集团办公室关于年度总结的通知", "通知"),
    ]
    assert [row[17:19] for row in rows] == [(2, 0), (2, 0)]
    archivist = Clerk(site, "kuangyuheng")
    assert "安全检查" in archivist.get("/documents/register").text
    assert f"/cases/{desk.instance_id}" not in archivist.get("/documents/register").text


def test_the_use_of_seals_is_registered_and_taken_along(site: Flask, house: House) -> None:
    deploy(house, "seal_use")
    desk = Desk(house)
    desk.start("suiyiming", "seal_use", "=检修合同")
    desk.act("suiyiming", "submit", seal_name="集团办公室印章", requested_copies=4, reason_for_use="签订合同")
    desk.act("luanhaiping", "agree")
    desk.act("zhenliyan", "agree")
    desk.act("quanning", "submit", sealed_copies=4, seal_supervisor="shaxiaoman")
    keeper = Clerk(site, "quanning")
    assert "检修合同" in keeper.get("/documents/seals?seal=集团办公室印章").text
    assert "检修合同" not in keeper.get("/documents/seals?q=没有").text
    _header, row = table(keeper, "/documents/seals.xlsx")
    assert row[1:5] == ("集团办公室印章", "=检修合同", None, 4)


def test_the_director_changes_who_signs_and_the_forms_follow(site: Flask, house: House) -> None:
    director = Clerk(site, "zhenliyan")
    page = plain(director.get("/documents/signing").text)
    assert "沐原办 集团办公室 分管办公室的领导 主要负责人 可以 启用时 现行" in page
    edited = director.get("/documents/signing?edit=沐原办-1970-01-01").text
    assert 'value="集团办公室"' in edited
    line = {"organ": "集团办公室", "signatory": "office_director", "valid_from": "2099-01-01", "may_instruct": "true"}
    line |= {"important_to_principal": "true"}
    assert director.post("/documents/signing", code="沐原办", **line).location == "/documents/signing"
    assert "未生效" in director.get("/documents/signing").text
    today = {
        **line,
        "valid_from": re.findall(
            r'id="valid_from" name="valid_from" value="([^"]+)"', director.get("/documents/signing").text
        )[0],
    }
    director.post(
        "/documents/signing",
        code="沐原函",
        **{**today, "organ": "沐原能源集团有限公司", "signatory": "person:biancongzhou"},
    )
    assert "卞从周" in plain(director.get("/documents/signing").text)
    refused = director.post("/documents/signing", code="沐原 函", **today)
    assert refused.status_code == 422
    assert field_errors(refused)["code"].startswith("签发权限没有保存：机关代字应为")
    drafter = Clerk(site, "gexingyao")
    draft = drafter.get(drafter.start(TITLE)).text
    assert '<option value="沐原函">' in draft
    assert '<option value="沐原能源集团有限公司">' in draft
    assert "data-offered-types" in draft


def to_edit(desk: Desk, title: str) -> str:
    desk.start(title=title)
    desk.act("gexingyao", "submit", **{**DRAFT, "title": title})
    desk.act("shiyanqiu", "agree", countersign_units=[])
    [item] = desk.open_items("ranqinghe")
    return f"/worklist/{item.id}"


def test_what_is_warned_of_at_review_says_its_clause_and_goes_on_with_a_reason(site: Flask, house: House) -> None:
    desk = Desk(house)
    path = to_edit(desk, "2026年节假日安排通知")
    secretary = Clerk(site, "ranqinghe")
    text = {"title": "2026年节假日安排通知", "document_type": "通知", "main_recipients": "各所属企业", "body": "放假。"}
    refused = secretary.submit(path, "agree", **text)
    assert refused.status_code == 422
    assert "第九条" in alert(refused)
    assert "确需保留的，请填写保留理由" in field_errors(refused)["override_reason"]
    done = secretary.submit(path, "agree", **text, override_reason="沿用历年标题。")
    assert done.status_code == 302
    page = plain(Clerk(site, "gexingyao").get(f"/cases/{desk.instance_id}").text)
    assert "行文检查" in page
    assert "2026年节假日安排通知 沿用历年标题。 冉青禾" in page


def test_what_the_rules_do_not_allow_is_said_beside_its_field(site: Flask) -> None:
    drafter = Clerk(site, "suiyiming")
    upward = {**DRAFT, "document_type": "报告", "direction": "上行文", "main_recipients": "砚江省国资委"}
    item = drafter.start(TITLE)
    refused = drafter.submit(item, **upward, copied_organs="各所属企业")
    assert field_errors(refused)["copied_organs"] == "上行文不得抄送下级机关（第十五条），请从抄送中删除“各所属企业”。"
    refused = drafter.submit(item, **{**DRAFT, "document_type": "请示", "direction": "平行文", "intent": "请求"})
    assert "请示" in field_errors(refused)["document_type"]


def test_who_has_received_a_document_is_seen_and_urged_from_its_page(site: Flask, house: House) -> None:
    desk = numbered(house)
    desk.act("quanning", "submit")
    desk.act("gexingyao", "pass", "校对无误。")
    desk.act("quanning", "submit")
    desk.act("quanning", "submit", sealed_copies=19, seal_basis="签发意见", seal_supervisor="quanning")
    desk.act("shaxiaoman", "submit", dispatched_on="2025-11-14")
    desk.receive("tanzhixing")
    page = Clerk(site, "shaxiaoman").get(f"/cases/{desk.instance_id}").text
    assert "签收 1/2" in page
    [waiting] = desk.open_items("yuqinghe")
    assert f"/worklist/{waiting.id}/do/urge" in page
    own = Clerk(site, "yuqinghe").get(f"/cases/{desk.instance_id}").text
    assert f"/worklist/{waiting.id}/do/urge" not in own


def test_all_units_that_have_not_signed_are_urged_in_one_act_and_not_twice(site: Flask, house: House) -> None:
    desk = Desk(house)
    desk.to_registration()
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1", "QY2", "QY3"])
    desk.act("quanning", "submit")
    desk.act("gexingyao", "pass", "校对无误。")
    desk.act("quanning", "submit")
    desk.act("quanning", "submit", sealed_copies=19, seal_basis="签发意见", seal_supervisor="quanning")
    desk.act("shaxiaoman", "submit", dispatched_on="2025-11-14")
    desk.receive("tanzhixing")
    clerk, path = Clerk(site, "shaxiaoman"), f"/documents/{desk.instance_id}/urge"
    assert "催办全部未签收单位" in clerk.get(f"/cases/{desk.instance_id}").text
    assert clerk.post(path).status_code == 302
    page = clerk.get(f"/cases/{desk.instance_id}").text
    assert "已催办 2 个未签收的单位。" in page
    assert page.count("催办 1 次") == 2
    clerk.post(path)
    page = clerk.get(f"/cases/{desk.instance_id}").text
    assert "未签收的单位刚刚都催办过。" in page
    assert page.count("催办 1 次") == 2
    receiver = Clerk(site, "yuqinghe")
    assert "催办全部未签收单位" not in receiver.get(f"/cases/{desk.instance_id}").text
    assert receiver.post(path).status_code == 403
