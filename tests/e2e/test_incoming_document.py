"""收文 in a browser: registered, merged, instructed upon on a phone, allocated line by line, closed once everybody has read."""

import re

from playwright.sync_api import Browser, expect

from app.house import House
from tests.browser import server
from tests.e2e.visiting import Findings, Visitor
from tests.incoming import INSTRUCTION, NOTICE, ON_PAPER, PROPOSAL, PROPOSED, READERS, Registry, settle_incoming
from workflows.operations import hands
from workflows.worklist import Submission

NUMBER = "国办发明电〔2025〕7号"


def open_first(visitor: Visitor, box: str, title: str = NOTICE) -> None:
    visitor.go(f"/worklist?box={box}")
    visitor.page.get_by_role("link", name=title).first.click()
    visitor.is_at(title)


def receive(clerk: Visitor, channel: str) -> None:
    """Start a document and sign for it; its registration comes next."""
    clerk.go("/cases/new")
    clerk.page.get_by_label("收文办理").check()
    clerk.page.get_by_label("标题").fill(NOTICE)
    clerk.page.get_by_role("button", name="新建并起草").click()
    clerk.is_at(NOTICE)
    clerk.page.get_by_label("来文渠道").select_option(channel)
    clerk.page.get_by_label("转来单位").fill("砚江省国资委办公室")
    clerk.page.get_by_label("份数").fill("1")
    clerk.page.get_by_label("清点无误").check()
    clerk.look("incoming-receive")
    clerk.page.get_by_role("button", name="签收", exact=True).click()
    clerk.is_told("登记")
    open_first(clerk, "todo")


def fill_in_registration(clerk: Visitor) -> None:
    clerk.page.get_by_label("来文机关").fill("国务院办公厅")
    clerk.page.get_by_label("来文字号").fill(NUMBER)
    clerk.page.get_by_label("成文日期").fill("2025-11-04")
    clerk.page.get_by_label("文种").select_option("通知")
    clerk.page.get_by_label("电报（明电）").check()
    clerk.page.get_by_label("来文类型").select_option("办件")


def test_a_notice_from_its_receipt_to_its_closing(browser: Browser, sqlite_house: House) -> None:
    storage = sqlite_house.settings.storage
    settle_incoming(sqlite_house)
    findings = Findings()
    with server(storage.database_url, storage.data_dir) as address:
        clerk = Visitor(browser, address, "shaxiaoman", findings, also_phone=True)
        receive(clerk, "电子公文交换")
        fill_in_registration(clerk)
        clerk.look("incoming-register")
        clerk.page.get_by_role("button", name="登记", exact=True).click()
        clerk.is_told("初审")

        receive(clerk, "纸质")
        fill_in_registration(clerk)
        clerk.page.get_by_role("button", name="登记", exact=True).click()
        expect(clerk.page.get_by_role("alert")).to_contain_text(re.compile("疑似重复，与收20[0-9]{2}-0001相同"))
        clerk.look("incoming-duplicate")
        clerk.page.get_by_role("button", name="并入", exact=True).click()
        expect(clerk.page.locator(".alert-success").first).to_be_visible()
        clerk.go("/incoming")
        expect(clerk.page.get_by_text("另 1 份重复件")).to_be_visible()
        expect(clerk.page.get_by_text("启用前纸质登记")).to_be_visible()
        clerk.look("incoming-register-book")

    desk = Registry(sqlite_house).begin("2027-01-04 09:00", title="另一件通知")
    desk.do("2027-01-04 09:12", "shaxiaoman", "submit", channel="纸质", copies=1, counted_ok=True, title=desk.title)
    entries = {"source_organ": "砚江省国资委", "document_type": "通知", "handling": "办件", "title": desk.title}
    desk.do("2027-01-04 09:25", "shaxiaoman", "submit", **entries)
    desk.do("2027-01-04 09:40", "ranqinghe", "pass")
    dates = {"due_on": "2027-12-30", "circulation_due": "2027-12-30"}
    desk.do("2027-01-04 10:05", "ranqinghe", "submit", PROPOSAL, **{**PROPOSED, **dates})
    desk.do("2027-01-04 10:30", "zhenliyan", "present")
    with server(storage.database_url, storage.data_dir) as address:
        leader = Visitor(browser, address, "qiujingan", findings, phone=True)
        open_first(leader, "todo", desk.title)
        leader.page.get_by_role("textbox", name="意见").fill(INSTRUCTION)
        leader.look("incoming-instruct")
        leader.page.get_by_role("button", name="批示", exact=True).click()
        expect(leader.page.locator(".alert-success").first).to_be_visible()
        desk.do("2027-01-05 08:50", "yuwenshu", "read")
        paper = desk.item("shaoqiheng")
        words = Submission(paper.version, "instruct", ON_PAPER)
        desk.act_on("2027-01-05 09:10", "zhimingyuan", paper, hands.record_for, "shaoqiheng", words)

        secretary = Visitor(browser, address, "ranqinghe", findings, also_phone=True)
        open_first(secretary, "claimable", desk.title)
        expect(secretary.page.get_by_text("邵启衡（支明远代录，待本人确认）")).to_be_visible()
        lines = secretary.page.locator("#table-destinations tbody tr")
        expect(lines).to_have_count(6)
        secretary.page.get_by_role("button", name="分办", exact=True).click()
        expect(secretary.page.get_by_role("alert")).to_contain_text(
            "还没有去向的：仇敬安“人力资源部抓紧代拟集团通知，11月14日前印发”"
        )
        for place, choice in ((1, "承办"), (2, "传阅"), (4, "承办"), (5, "承办")):
            control = lines.nth(place).locator(".ts-control").first
            control.click()
            secretary.page.locator(".ts-dropdown .option:visible", has_text=choice).first.click()
            secretary.press("Escape")
        secretary.look("incoming-allocate")
        secretary.page.get_by_role("button", name="分办", exact=True).click()
        expect(secretary.page.locator(".alert-success").first).to_be_visible()

        desk.do("2027-01-05 15:10", "zonghuaigu", "reject", "不涉及我部职责。", "co_receive")
        desk.do("2027-01-05 15:30", "ranqinghe", "take_off")
        desk.do("2027-01-05 15:40", "shiyanqiu", "receive", step="lead_receive", lead_handler="gexingyao")
        desk.do("2027-01-05 15:50", "luanhaiping", "receive", step="co_receive", co_handler="suiyiming")
        for reader in READERS[1:]:
            desk.do("2027-01-06 10:00", reader, "read", step="circulate")
        desk.do("2027-01-06 16:00", "suiyiming", "submit", co_result="已提供。")
        desk.do("2027-01-07 09:00", "gexingyao", "submit", result="已印发。")
        desk.do("2027-01-07 10:00", "shiyanqiu", "agree", step="lead_review")
        open_first(secretary, "claimable", desk.title)
        secretary.page.get_by_label("归档", exact=True).select_option("archived")
        secretary.page.get_by_label("拟保管期限").select_option("10年")
        secretary.page.get_by_role("button", name="办结", exact=True).click()
        expect(secretary.page.get_by_role("alert")).to_contain_text("还不能办结：传阅未齐，缺郁文澍")
        secretary.look("incoming-close")
        desk.do("2027-01-07 11:00", "yuwenshu", "read", step="circulate")
        open_first(secretary, "claimable", desk.title)
        secretary.page.get_by_label("归档", exact=True).select_option("archived")
        secretary.page.get_by_label("拟保管期限").select_option("10年")
        secretary.page.get_by_role("button", name="办结", exact=True).click()
        expect(secretary.page.locator(".alert-success").first).to_be_visible()
        secretary.go(f"/cases/{desk.instance_id}")
        expect(secretary.page.locator("#circulation")).to_contain_text("传阅 12/12")
        secretary.look("incoming-closed")

        registrar = Visitor(browser, address, "shaxiaoman", findings, also_phone=True)
        registrar.go(f"/incoming/{desk.instance_id}/correct")
        registrar.page.get_by_label("成文日期").fill("2027-01-03")
        registrar.page.get_by_label("更正原因").fill("登记时漏填")
        registrar.look("incoming-correct")
        registrar.page.get_by_role("button", name="更正", exact=True).click()
        registrar.is_told("已更正：成文日期")
        registrar.look("incoming-corrected")
    findings.expect_refusals(3)
    assert findings.complaints == []
