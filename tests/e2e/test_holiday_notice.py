"""The group's own holiday notice, from draft to archive-ready, in a real browser, by the people who do it."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, Page, expect

from tests.browser import DESKTOP, PHONE, screenshot, server, wait_until_ready
from tests.databases import SETTLED, PostgresDatabases
from tests.office import PASSWORD, TITLE
from tests.serving import banjie

WRONG = (
    "二、春节：2月16日（农历除夕）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。"
)
RIGHT = WRONG.replace("2月16日", "2月15日")
BODY = (
    "各所属企业，总部各部门：\n根据国务院办公厅通知精神，现将2026年部分节假日安排通知如下。\n"
    "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。\n{spring}\n"
    "三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。\n"
    "五、端午节：6月19日（周五）至21日（周日）放假，共3天。\n六、中秋节：9月25日（周五）至27日（周日）放假，共3天。\n"
    "七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）{october}上班。"
)
SOURCE = "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


class Installation:
    """A served installation, its clock, and one signed-in page for each person."""

    def __init__(self, address: str, browser: Browser, url: str, folder: Path, kind: str) -> None:
        self.address = address
        self.kind = kind
        self.console: list[str] = []
        self._browser = browser
        self._url = url
        self._folder = folder
        self._pages: dict[str, Page] = {}
        self._picture = 0

    def banjie(self, *arguments: str, expect_code: int = 0) -> str:
        """Run the command line on this installation."""
        return banjie(self._url, self._folder, *arguments, code=expect_code)

    def at(self, instant: str) -> None:
        self.banjie("tick", "--at", f"{instant}+08:00")

    def page_of(self, username: str) -> Page:
        if username not in self._pages:
            context = self._browser.new_context(viewport=DESKTOP, locale="zh-CN")
            page = context.new_page()
            page.set_default_timeout(8000)
            page.on("console", lambda message: message.type == "error" and self.console.append(message.text))
            page.goto(f"{self.address}/sign-in")
            page.get_by_label("用户名").fill(username)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            expect(page.get_by_role("heading", name="待办")).to_be_visible()
            self._pages[username] = page
        return self._pages[username]

    def open_item(self, username: str, step: str) -> Page:
        """Open the one item a person has at a step."""
        page = self.page_of(username)
        for box in ("todo", "claimable"):
            page.goto(f"{self.address}/worklist?box={box}")
            row = page.get_by_role("row").filter(has_text=TITLE).filter(has_text=step)
            if row.count():
                row.get_by_role("link", name=TITLE).click()
                expect(page.get_by_role("heading", name=step, exact=True)).to_be_visible()
                wait_until_ready(page)
                return page
        raise AssertionError(f"{username} has nothing at {step}")

    def decide(self, page: Page, button: str, opinion: str = "") -> None:
        if opinion:
            page.locator("textarea[name=opinion]").fill(opinion)
        self.picture(page, button)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator(".alert-success")).to_contain_text("已提交")

    def picture(self, page: Page, name: str) -> None:
        self._picture += 1
        expect(page.locator("[data-drawn]").first).to_be_visible() if page.locator("[data-diagram]").count() else None
        screenshot(page, f"{self.kind}-{self._picture:02d}-{name}")


@pytest.fixture
def installation(postgres_databases: PostgresDatabases, browser: Browser, tmp_path: Path) -> Iterator[Installation]:
    """A served installation on PostgreSQL; the story of the year takes the same document its way on SQLite."""
    url = postgres_databases.new(SETTLED)
    banjie(url, tmp_path, "tick", "--at", "2025-11-07T09:00+08:00")
    with server(url, tmp_path) as address:
        yield Installation(address, browser, url, tmp_path, postgres_databases.name)
    postgres_databases.drop(url)


def attach(page: Page, label: str, path: Path) -> None:
    page.get_by_label(label, exact=True).set_input_files(path)
    expect(page.get_by_role("link", name=path.name)).to_be_visible()


def pick(page: Page, label: str, names: list[str]) -> None:
    """Choose in a picker by typing, as a clerk does."""
    page.get_by_label(label, exact=True).first.click()
    for name in names:
        page.keyboard.type(name)
        page.locator(".ts-dropdown .option", has_text=name).first.click()
    page.keyboard.press("Escape")


def test_the_holiday_notice_from_draft_to_archive_ready(installation: Installation, tmp_path: Path) -> None:
    office = installation
    word, table = tmp_path / "正文.docx", tmp_path / "2026年节假日及调休对照表.pdf"
    document = Document()
    document.add_paragraph(BODY.format(spring=WRONG, october=""))
    document.save(str(word))
    table.write_bytes(PDF)

    office.at("2025-11-07T10:00")
    page = office.page_of("gexingyao")
    office.picture(page, "待办")
    page.get_by_role("link", name="新建").last.click()
    page.get_by_label("标题").fill(TITLE)
    office.picture(page, "新建")
    page.get_by_role("button", name="新建并起草").click()
    page.get_by_label("发文机关", exact=True).select_option("集团办公室")
    page.get_by_label("机关代字").select_option("沐原办")
    page.get_by_label("文种").select_option("通知")
    page.get_by_label("行文方向").select_option("下行文")
    page.get_by_label("主送").fill("各所属企业，总部各部门")
    page.get_by_label("公开范围").select_option("集团内公开")
    page.get_by_label("来文标题、字号").fill(SOURCE)
    page.locator("textarea[name=body]").fill(BODY.format(spring=WRONG, october=""))
    page.get_by_label("附件说明").fill("1. 2026年节假日及调休对照表")
    attach(page, "正文文件", word)
    attach(page, "附件", table)
    office.decide(page, "提交")

    office.at("2025-11-07T16:00")
    page = office.open_item("shiyanqiu", "部门负责人审核")
    office.decide(page, "退回修改", "春节应为2月15日至23日共9天，2月14日、2月28日上班，请核原文。")

    office.at("2025-11-10T09:00")
    page = office.open_item("gexingyao", "起草")
    expect(page.get_by_text("春节应为2月15日至23日共9天")).to_be_visible()
    page.locator("textarea[name=body]").fill(BODY.format(spring=RIGHT, october=""))
    office.decide(page, "提交")

    office.at("2025-11-10T11:00")
    page = office.open_item("shiyanqiu", "部门负责人审核")
    pick(page, "会签部门", ["安全环保部", "党群工作部"])
    office.decide(page, "同意")

    office.at("2025-11-11T09:00")
    first, second = office.open_item("luanhaiping", "部门会签"), office.open_item("wanliqing", "部门会签")
    office.decide(first, "有修改意见", "补写：突发事件30分钟内电话、1小时内书面报总值班室。")
    office.decide(second, "同意")

    office.at("2025-11-11T15:00")
    page = office.open_item("gexingyao", "会签意见采纳")
    page.get_by_role("button", name="送核稿").click()
    expect(page.locator("#problem")).to_contain_text("请填写采纳情况")
    page.get_by_label("会签意见采纳情况").fill("安全环保部意见采纳，见第三条。")
    office.decide(page, "送核稿")

    office.at("2025-11-12T09:00")
    office.decide(office.open_item("ranqinghe", "核稿"), "通过")
    office.at("2025-11-12T10:00")
    office.decide(office.open_item("zhenliyan", "办公室主任审核"), "同意", "拟同意印发，请远川同志审，敬安同志签发。")
    office.at("2025-11-12T11:00")
    office.decide(office.open_item("miaoyuanchuan", "分管领导审签"), "同意")

    office.at("2025-11-12T15:30")
    page = office.open_item("qiujingan", "签发")
    page.get_by_role("button", name="同意签发").click()
    expect(page.locator("#error-opinion")).to_be_visible()
    office.decide(page, "同意签发", "同意印发。仇敬安 2025年11月12日")

    office.at("2025-11-13T08:40")
    page = office.open_item("shaxiaoman", "复核")
    page.locator("textarea[name=body]").fill(BODY.format(spring=RIGHT, october="、10月10日（周六）"))
    office.decide(page, "需实质修改", "漏‘10月10日（周六）上班’。")

    office.at("2025-11-13T09:15")
    page = office.open_item("qiujingan", "原签发人复审")
    page.set_viewport_size(PHONE)
    office.picture(page, "手机-原签发人复审")
    page.set_viewport_size(DESKTOP)
    office.decide(page, "同意", "同意。")

    office.at("2025-11-13T10:00")
    page = office.open_item("shaxiaoman", "登记编号")
    expect(page.get_by_text("2025-11-13", exact=True).first).to_be_visible()
    expect(page.get_by_text("沐原办〔2025〕47号")).to_have_count(0)
    page.get_by_label("印制份数").fill("19")
    pick(page, "分送单位", ["砚江热电公司", "沐原新能源公司", "安全环保部"])
    office.decide(page, "登记编号")

    office.at("2025-11-13T14:00")
    page = office.open_item("quanning", "排版")
    expect(page.get_by_text("沐原办〔2025〕47号").first).to_be_visible()
    office.decide(page, "送校对")
    office.decide(office.open_item("gexingyao", "校对"), "校对无误", "校对无误。葛星遥")
    office.decide(office.open_item("quanning", "印制"), "送用印")

    office.at("2025-11-13T15:00")
    page = office.open_item("quanning", "用印登记")
    page.get_by_label("用印份数").fill("19")
    page.get_by_label("批准依据").fill("签发意见")
    pick(page, "监印人", ["屈安宁"])
    office.decide(page, "登记用印")

    office.at("2025-11-14T09:00")
    page = office.open_item("shaxiaoman", "核发")
    page.get_by_label("印发日期").fill("2025-11-14")
    page.get_by_label("保管期限").select_option("10年")
    office.decide(page, "核发")

    office.at("2025-11-14T10:00")
    for receiver in ("tanzhixing", "luanhaiping"):
        office.decide(office.open_item(receiver, "签收"), "签收")
    office.at("2025-11-17T08:00")
    urge_the_last(office)
    office.at("2025-11-17T08:35")
    office.decide(office.open_item("yuqinghe", "签收"), "签收")

    page = office.page_of("gexingyao")
    page.goto(f"{office.address}/worklist?box=done")
    expect(page.get_by_role("row").filter(has_text="沐原办〔2025〕47号")).to_contain_text("办结")
    office.picture(page, "办结")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", name=TITLE)).to_contain_text("办结")
    office.picture(page, "事项全貌")
    instance_id = page.url.rpartition("/")[2]

    see_the_history(office, instance_id)
    see_the_flows(office)
    see_the_administration(office)
    prove_it(office, instance_id, tmp_path)
    assert office.console == []


def urge_the_last(office: Installation) -> None:
    """Who has not signed yet is seen on the page of the case, and urged from there."""
    page = office.page_of("shaxiaoman")
    page.goto(f"{office.address}/documents/register")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", name="签收 2/3")).to_be_visible()
    office.picture(page, "签收情况")
    page.get_by_role("link", name="催办 沐原新能源公司").click()
    page.get_by_label("催办的话").fill("请尽快签收。")
    office.picture(page, "催办")
    page.get_by_role("button", name="确认催办").click()
    expect(page.locator(".alert-success")).to_contain_text("已催办")


def see_the_history(office: Installation, instance_id: str) -> None:
    page = office.page_of("peishenzhi")
    page.goto(f"{office.address}/audit/{instance_id}")
    expect(page.get_by_text("重放验证通过")).to_be_visible()
    office.picture(page, "过程审计")
    page.goto(f"{office.address}/audit/log?category=readings")
    expect(page.get_by_role("row").filter(has_text="裴慎之").first).to_be_visible()
    office.picture(page, "查阅记录")


def see_the_flows(office: Installation) -> None:
    page = office.page_of("zhenliyan")
    page.goto(f"{office.address}/definitions")
    page.get_by_role("link", name="发文办理").click()
    office.picture(page, "流程")
    flow = Path(__file__).parents[2] / "bpmn" / "outgoing_document"
    broken = (flow / "outgoing_document.bpmn").read_text().replace("document_secretary", "nobody_at_all")
    page.goto(f"{office.address}/definitions/upload")
    page.get_by_label("一个 .bpmn 文件").set_input_files(
        [
            {"name": "outgoing_document.bpmn", "mimeType": "application/xml", "buffer": broken.encode()},
            {
                "name": "outgoing_document.form",
                "mimeType": "application/json",
                "buffer": (flow / "outgoing_document.form").read_bytes(),
            },
        ]
    )
    page.get_by_role("button", name="检查并建立修改事项").click()
    expect(page.get_by_text("岗位“nobody_at_all”不存在").first).to_be_visible()
    office.picture(page, "检查结果")
    assert page.locator(".banjie-finding").count() == 1
    office.console[:] = [text for text in office.console if "422" not in text]


def see_the_administration(office: Installation) -> None:
    page = office.page_of("jiziheng")
    for path, name in (("units", "单位"), ("posts", "岗位"), ("people", "人员")):
        page.goto(f"{office.address}/admin/{path}")
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        office.picture(page, name)


def prove_it(office: Installation, instance_id: str, folder: Path) -> None:
    """The case replays from its export alone, the whole database verifies, the record says what the story says."""
    export = folder / "case.jsonl"
    export.write_text(office.banjie("export", "history", instance_id), encoding="utf-8")
    assert "一致" in office.banjie("replay", "--file", str(export))
    assert "全部一致" in office.banjie("verify")
    lines = [json.loads(line) for line in export.read_text(encoding="utf-8").splitlines()[1:]]
    payloads = [json.loads(line["payload"]) for line in lines if line["kind"] == "record:changed"]
    record = {key: value for payload in payloads for key, value in payload["values"].items()}
    assert record["document_number"] == "沐原办〔2025〕47号"
    assert record["issued_on"] == "2025-11-13"
    assert record["dispatched_on"] == "2025-11-14"
    moments = [datetime.fromisoformat(line["at"]) for line in lines]
    assert moments == sorted(moments)
    changed = re.sub("10月10日", "10月11日", export.read_text(encoding="utf-8"), count=1)
    export.write_text(changed, encoding="utf-8")
    assert "不一致" in office.banjie("replay", "--file", str(export), expect_code=1)
