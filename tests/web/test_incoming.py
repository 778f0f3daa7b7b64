"""收文 on its pages: what is offered to whom, what each section says, the register, corrections, the paper."""

import io
import re
from html import unescape

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import event

from app.house import House
from app.transaction import reading
from tests.incoming import NOTICE, ON_PAPER, READERS, RECEIVED, REGISTERED, Registry, settle_incoming
from tests.web.clerk import Clerk, alert, case_of
from workflows import verification
from workflows.errors import ServesNobodyHere
from workflows.operations import hands
from workflows.worklist import Submission

POSTED = {**REGISTERED, "telegram": "true"}


@pytest.fixture
def incoming(site: Flask, sqlite_house: House) -> Flask:
    settle_incoming(sqlite_house)
    return site


def text_of(page: str) -> str:
    """A page as it is read: without tags, spaces closed up."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    apart = re.sub(r"</?(td|th|tr|div|p|h\d|li)\b[^>]*>", " ", bare)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", apart)))


def section(page: str, name: str) -> str:
    """One section of the page of a case, as it is read."""
    found = re.search(rf'<section class="card mt-3" id="{name}">(.*?)</section>', page, re.DOTALL)
    assert found, name
    return text_of(found[1])


def test_who_may_not_register_is_told_whom_to_ask(incoming: Flask) -> None:
    page = Clerk(incoming, "gexingyao").get("/cases/new").text
    assert re.search(r'value="incoming_document" disabled', page)
    assert "请交党办机要文书登记" in page
    refused = Clerk(incoming, "gexingyao").post("/cases/new", definition="incoming_document", title=NOTICE)
    assert refused.status_code == 403
    assert "请交党办机要文书登记" in refused.text
    mine = Clerk(incoming, "shaxiaoman").get("/cases/new").text
    assert re.search(r'value="incoming_document"(?! disabled)', mine)
    assert "请交党办机要文书登记" not in mine


def test_a_document_that_comes_again_is_offered_to_be_merged(incoming: Flask, sqlite_house: House) -> None:
    first = Registry(sqlite_house).begin().register()
    clerk = Clerk(incoming, "shaxiaoman")
    item = clerk.start(NOTICE, "incoming_document")
    received = {**RECEIVED, "counted_ok": "true", "channel": "纸质"}
    clerk.submit(item, **received)
    again = re.search(r'href="(/worklist/[^"?]+)', clerk.get("/worklist").text)
    assert again
    refused = clerk.submit(again[1], **POSTED)
    assert refused.status_code == 422
    assert "疑似重复，与收2025-0817相同" in alert(refused)
    assert re.search(r'name="decision" value="merge">并入<', refused.text)
    merged = clerk.submit(again[1], "merge", **POSTED)
    assert merged.status_code == 302
    page = clerk.get(f"/cases/{first.instance_id}").text
    assert "第 2 份" in section(page, "registration")
    assert "纸质" in section(page, "registration")
    assert "本件与 收2025-0817 相同，已并入" in text_of(clerk.get(case_of(item)).text)
    table = text_of(clerk.get("/incoming").text)
    assert "另 1 份重复件" in table
    assert table.count("收2025-08") == 1


def test_the_pages_say_who_has_read_and_what_is_missing(incoming: Flask, sqlite_house: House) -> None:
    desk = Registry(sqlite_house).begin().to_report()
    late = desk.item("biancongzhou")
    office = Clerk(incoming, "ranqinghe")
    page = office.get(f"/cases/{desk.instance_id}").text
    assert "还不能办结：传阅未齐，缺卞从周；主办单位党委组织部（人力资源部）未报办结" in section(page, "closing")
    assert "传阅 11/12" in section(page, "circulation")
    assert "催阅 2 次" in section(page, "circulation")
    assert "漏传 0 误传 0" in section(page, "circulation")
    assert "财务部 协办 退办 宗怀谷" in section(page, "units")
    assert "已撤下" in section(page, "units")

    desk.do("11-14 08:00", "gexingyao", "submit", result="已印发。")
    desk.do("11-14 08:30", "shiyanqiu", "agree")
    [close] = [one for one in desk.open_items("ranqinghe") if one.activity_id == "close"]
    refused = office.submit(f"/worklist/{close.id}", archiving="archived", retention="10年")
    assert refused.status_code == 422
    assert "还不能办结：传阅未齐，缺卞从周。" in alert(refused)
    desk.do("11-14 09:00", "biancongzhou", "read", step="circulate")
    page = office.get(f"/cases/{desk.instance_id}").text
    assert "逾期 2 个工作日" in section(page, "circulation")
    assert "可以办结" in section(page, "closing")
    assert late.id in page


def test_what_was_typed_in_for_a_leader_says_so_until_they_confirm_it(incoming: Flask, sqlite_house: House) -> None:
    desk = Registry(sqlite_house).begin().to_instruction()
    desk.do("11-05 14:20", "qiujingan", "instruct", "请启衡、文澍同志阅。")
    desk.do("11-06 08:50", "yuwenshu", "read")
    item = desk.item("shaoqiheng")
    secretary = Clerk(incoming, "zhimingyuan")
    scan = secretary.upload("邵启衡11月6日批示.png", b"\x89PNG\r\n\x1a\n scan").json["id"]
    shown = secretary.get(f"/worklist/{item.id}/do/record_for").text
    assert "邵启衡" in shown
    recorded = secretary.post(
        f"/worklist/{item.id}/do/record_for",
        version=item.version,
        to="shaoqiheng",
        decision="instruct",
        reason=ON_PAPER,
        attachments=scan,
    )
    assert recorded.status_code == 302, alert(recorded)
    office = Clerk(incoming, "zhenliyan")
    page = office.get(f"/cases/{desk.instance_id}").text
    assert "邵启衡（支明远代录，待本人确认）" in section(page, "instructions")
    assert "郁文澍 圈阅（已阅知）" in section(page, "instructions")
    assert "郁文澍 同意" not in section(page, "instructions")
    assert "邵启衡11月6日批示.png" in page
    confirmed = Clerk(incoming, "shaoqiheng").post(f"/worklist/{item.id}/do/confirm", version=item.version + 1)
    assert confirmed.status_code == 302, alert(confirmed)
    page = office.get(f"/cases/{desk.instance_id}").text
    assert "邵启衡（支明远代录，本人已确认）" in section(page, "instructions")


def test_the_register_is_filtered_sorted_and_taken_along(incoming: Flask, sqlite_house: House) -> None:
    Registry(sqlite_house).begin().register()
    Registry(sqlite_house).begin(title="关于报送值班安排的函").register(
        source_organ="砚江省国资委",
        source_number="砚国资办函〔2025〕9号",
        document_type="函",
        telegram=False,
        urgency="加急",
    )
    clerk = Clerk(incoming, "shaxiaoman")
    page = text_of(clerk.get("/incoming").text)
    assert page.index("收2025-0818") < page.index("收2025-0817") < page.index("1—816")
    assert "启用前纸质登记" in page
    ascending = text_of(clerk.get("/incoming?sort=number&order=asc").text)
    assert ascending.index("收2025-0817") < ascending.index("收2025-0818")
    for query, found in (
        ("urgency=加急", ["收2025-0818"]),
        ("source_organ=国务院办公厅", ["收2025-0817"]),
        ("q=值班", ["收2025-0818"]),
        ("state=running", ["收2025-0818", "收2025-0817"]),
        ("state=closed", []),
        ("year=2025&since=2025-11-06", []),
        ("unit=ZZB", []),
    ):
        told = re.findall(r"收2025-\d{4}", text_of(clerk.get(f"/incoming?{query}").text))
        assert told == found, query
    content, headers = clerk.download("/incoming/register.xlsx")
    assert "spreadsheetml" in headers["Content-Type"]
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    header = rows[0]
    second = dict(zip(header, rows[2], strict=True))
    assert (second["收文号"], second["来文字号"], second["文种"]) == (
        "收2025-0817",
        "国办发明电〔2025〕7号",
        "通知（电报）",
    )
    assert second["转来单位"] == "砚江省国资委办公室"
    assert rows[-1][:2] == ("2025年 1—816", "启用前纸质登记")


def test_the_table_of_the_register_asks_no_more_for_more_documents(incoming: Flask, sqlite_house: House) -> None:
    Registry(sqlite_house).begin().to_allocation()
    clerk = Clerk(incoming, "shaxiaoman")
    asked: list[str] = []
    event.listen(sqlite_house.pool, "before_cursor_execute", lambda *told: asked.append(told[2]))
    clerk.download("/incoming/register.xlsx")
    for_one = len(asked)
    for number in range(8, 12):
        Registry(sqlite_house).begin(title=f"第{number}件").register(source_number=f"国办发〔2025〕{number}号")
    asked.clear()
    content, _headers = clerk.download("/incoming/register.xlsx")
    assert len(asked) == for_one
    header, *rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    told = [dict(zip(header, row, strict=True)) for row in rows]
    [said] = [one["领导批示"] for one in told if one["收文号"] == "收2025-0817"]
    assert said.splitlines()[0].startswith("仇敬安：同意拟办意见。")
    assert f"邵启衡：{ON_PAPER}" in said
    assert [one["当前位置"] for one in told if one["收文号"] == "收2025-0818"] == ["初审 冉青禾"]


def test_others_find_in_the_register_what_they_may_see(incoming: Flask, sqlite_house: House) -> None:
    desk = Registry(sqlite_house).begin().to_allocation().allocate()
    Registry(sqlite_house).begin(title="另一件").register(source_number="国办发〔2025〕8号")
    head = Clerk(incoming, "shiyanqiu")
    assert re.findall(r"收2025-\d{4}", text_of(head.get("/incoming").text)) == ["收2025-0817"]
    assert "启用前纸质登记" not in head.get("/incoming").text
    assert 'href="/incoming"' in head.get("/worklist").text
    nobody = Clerk(incoming, "jiziheng")
    assert "收2025" not in nobody.get("/incoming").text
    assert 'href="/incoming"' not in nobody.get("/worklist").text
    assert nobody.get(f"/cases/{desk.instance_id}").status_code == 403


def test_a_wrong_date_is_put_right_with_both_values_who_and_why(incoming: Flask, sqlite_house: House) -> None:
    desk = Registry(sqlite_house).begin().register(issued_on="2025-11-05")
    clerk = Clerk(incoming, "shaxiaoman")
    path = f"/incoming/{desk.instance_id}/correct"
    assert 'name="issued_on" value="2025-11-05"' in clerk.get(path).text
    entries = {**POSTED, **{name: RECEIVED[name] for name in ("channel", "forwarding_unit", "copies")}}
    unchanged = {**entries, "issued_on": "2025-11-05"}
    assert "没有改动" in alert(clerk.post(path, reason="没有错", **unchanged))
    assert clerk.post(path, reason=" ", **entries).status_code == 422
    done = clerk.post(path, reason="来文日期写错，原件为11月4日", **entries)
    assert done.status_code == 302, alert(done)
    page = clerk.get(f"/cases/{desk.instance_id}").text
    told = section(page, "registration")
    assert "成文日期 2025-11-05 2025-11-04 来文日期写错，原件为11月4日 沙小满" in told
    assert "沙小满 更正：成文日期" in text_of(page)
    assert "2025-11-04" in text_of(clerk.get("/incoming").text)
    assert Clerk(incoming, "ranqinghe").get(path).status_code == 403
    with reading(sqlite_house.pool) as connection:
        assert verification.verify(connection, sqlite_house.office) == []
        assert sqlite_house.office.engine.replay(connection, desk.instance_id).verified


def test_a_correction_may_not_make_a_duplicate_nor_bring_in_a_secret(incoming: Flask, sqlite_house: House) -> None:
    Registry(sqlite_house).begin().register()
    other = Registry(sqlite_house).begin(title="另一件").register(source_number="国办发〔2025〕8号")
    clerk = Clerk(incoming, "shaxiaoman")
    path = f"/incoming/{other.instance_id}/correct"
    entries = {**POSTED, **{name: RECEIVED[name] for name in ("channel", "forwarding_unit", "copies")}}
    assert "疑似重复" in alert(clerk.post(path, reason="字号写错", **entries))
    secret = {**entries, "source_number": "国办发〔2025〕8号", "remarks": "原件标秘密★1年"}
    assert "国家秘密标志" in alert(clerk.post(path, reason="补备注", **secret))


def test_the_paper_has_every_opinion_in_its_place(incoming: Flask, sqlite_house: House) -> None:
    desk = Registry(sqlite_house).begin().to_report()
    desk.do("11-14 08:00", "gexingyao", "submit", result="已印发沐原办〔2025〕47号。")
    desk.do("11-14 08:30", "shiyanqiu", "agree", "同意办结。")
    page = Clerk(incoming, "ranqinghe").get(f"/cases/{desk.instance_id}/print").text
    assert "<h1>文件处理单</h1>" in page

    def cell(label: str) -> str:
        found = re.search(rf'<th scope="row">{label}</th><td[^>]*>(.*?)</td>', page, re.DOTALL)
        assert found, label
        return text_of(found[1])

    assert "国务院办公厅（砚江省国资委办公室转来）" in cell("来文机关")
    assert cell("收文号") == "收2025-0817"
    assert "拟请敬安同志批示" in cell("拟办意见")
    assert "同意青禾意见" in cell("拟办意见")
    assert "同意拟办意见。" in cell("领导批示")
    assert "支明远 代录" in cell("领导批示")
    assert "圈阅（已阅知）" in cell("领导批示")
    assert "已印发沐原办〔2025〕47号。" in cell("处理结果")
    assert "同意办结。" in cell("处理结果")
    assert "同意办结。" not in cell("拟办意见")
    read = text_of(page.partition("<h2>传阅</h2>")[2])
    assert read.index("郁文澍") < read.index("祁守拙") < read.index("尚可为")
    assert read.count("已阅") == len(READERS) - 1


def test_a_file_with_a_mark_of_secrecy_is_refused_and_the_refusal_told(incoming: Flask, sqlite_house: House) -> None:
    refused = Clerk(incoming, "quanning").upload("扫描件（秘密★1年）.pdf", b"%PDF-1.4")
    assert refused.status_code == 422
    assert "国家秘密标志" in refused.json["detail"]
    with reading(sqlite_house.pool) as connection:
        [told] = sqlite_house.office.engine.history(connection, "office:secrecy")
    assert (told.actor, told.data) == ("quanning", {"mark": "秘密★1年"})


def test_the_administrator_of_flows_gives_an_item_to_somebody_else_and_it_shows_everywhere(
    incoming: Flask, sqlite_house: House
) -> None:
    desk = Registry(sqlite_house).begin().to_instruction()
    item = desk.item("qiujingan")
    administrator = Clerk(incoming, "boruoxi")
    path = f"/cases/{desk.instance_id}/do/reassign"
    page = administrator.get(path).text
    assert "批示（仇敬安）" in page
    assert NOTICE not in page
    assert administrator.post(path, item=item.id, to="yuwenshu", reason="").status_code == 422
    done = administrator.post(path, item=item.id, to="yuwenshu", reason="敬安同志出差，请文澍同志批示。")
    assert done.status_code == 302, alert(done)
    assert Clerk(incoming, "ranqinghe").get(path).status_code == 403
    told = text_of(Clerk(incoming, "ranqinghe").get(f"/cases/{desk.instance_id}").text)
    assert "流程干预 柏若溪 将“批示”改派给郁文澍办理" in told
    printed = text_of(Clerk(incoming, "ranqinghe").get(f"/cases/{desk.instance_id}/print?history=1").text)
    assert "【流程干预】柏若溪 将“批示”改派给郁文澍办理" in printed
    desk.do("11-05 15:00", "yuwenshu", "instruct", "同意。", step="instruct")
    with reading(sqlite_house.pool) as connection:
        assert verification.verify(connection, sqlite_house.office) == []
        assert sqlite_house.office.engine.replay(connection, desk.instance_id).verified


def test_a_recorded_instruction_needs_the_leaders_own_secretary(incoming: Flask, sqlite_house: House) -> None:
    desk = Registry(sqlite_house).begin().to_instruction()
    desk.do("11-05 14:20", "qiujingan", "read")
    item = desk.item("yuwenshu")  # whom nobody serves
    with pytest.raises(ServesNobodyHere):
        desk.act_on("11-06 09:10", "zhimingyuan", item, hands.record_for, "yuwenshu", Submission(item.version, "read"))
