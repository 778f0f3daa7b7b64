"""走一遍 and 用历史试 in a real browser: a document walked to its number with nothing stored, five past cases tried."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect

from app.house import House
from tests.browser import DESKTOP, PHONE, screenshot, server, wait_until_ready
from tests.drafting import drafted
from tests.e2e.test_accessibility import serious_findings
from tests.office import BETWEEN, DRAFT, MORNING, PASSWORD, Desk
from tests.workflows.test_director_adds_a_step import SYSTEM_OF_RULES, redrawn
from tests.workflows.test_walks import everything


@dataclass
class Director:
    """The office director at the studio's pages of one change."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def look(self, name: str) -> None:
        """Look at the page as it is: nothing serious, nothing wider than the window, a picture."""
        if self.page.locator("[data-diagram]").count():
            self.page.locator("[data-drawn]").first.wait_for()
        self.complaints += serious_findings(self.page)
        size = self.page.viewport_size
        assert size is not None
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{name} is {width} wide"
        screenshot(self.page, f"studio-{size['width']}-{name}")

    def decide(self, label: str, opinion: str = "", **fields: str) -> None:
        """Fill in the step that is shown and press a decision."""
        for key, text in fields.items():
            control = self.page.locator(f"[name={key}]").first
            if control.evaluate("one => one.tagName") == "SELECT":
                control.select_option(text, force=True)
            else:
                control.fill(text)
        if opinion:
            self.page.get_by_label("意见", exact=False).first.fill(opinion)
        self.page.get_by_role("button", name=label, exact=True).click()
        wait_until_ready(self.page)


def drawn() -> dict[str, bytes]:
    files = redrawn()
    model = files["outgoing_document.bpmn"].decode()
    found = re.search(r'<bpmndi:BPMNShape [^>]*bpmnElement="edit"[^>]*>\s*<dc:Bounds x="(\d+)" y="(\d+)"', model)
    assert found
    x, y = int(found[1]), int(found[2])
    shape = "".join(
        f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}">'
        f'<dc:Bounds x="{x + right}" y="{y + down}" width="{width}" height="{height}" /></bpmndi:BPMNShape>'
        for name, right, down, width, height in (
            ("compliance_needed", 30, 100, 50, 50),
            ("compliance_review", 130, 85, 100, 80),
            ("compliance_decision", 260, 100, 50, 50),
        )
    )
    model = model.replace("</bpmndi:BPMNPlane>", f"{shape}</bpmndi:BPMNPlane>", 1)
    return {**files, "outgoing_document.bpmn": model.encode()}


@pytest.fixture
def change(sqlite_house: House) -> Iterator[tuple[str, Desk]]:
    """A served office with five finished documents, of which three are about 制度, and a change of their flow.

    What is due stays undone, so that nothing but the pages can change what is stored.
    """
    for place, title in enumerate([SYSTEM_OF_RULES, Desk(sqlite_house).title] * 2 + [SYSTEM_OF_RULES]):
        Desk(sqlite_house, MORNING + place * BETWEEN / 10, title=title).to_the_end()
    desk = drafted(sqlite_house, drawn())
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir, BANJIE_JOBS__IN_SERVER="never") as address:
        yield address, desk


def director(browser: Browser, address: str, viewport: dict[str, int] = DESKTOP) -> Director:
    page = browser.new_context(viewport=viewport, locale="zh-CN").new_page()
    page.set_default_timeout(20_000)
    who = Director(page, address)
    page.on("console", lambda one: one.type == "error" and who.complaints.append(one.text))
    page.goto(f"{address}/sign-in")
    page.get_by_label("用户名").fill("zhenliyan")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="待办")).to_be_visible()
    return who


def test_a_document_is_walked_to_its_number_and_nothing_is_stored(
    browser: Browser, change: tuple[str, Desk], sqlite_house: House
) -> None:
    address, desk = change
    who = director(browser, address)
    before = everything(sqlite_house)
    page = who.page
    page.goto(f"{address}/studio/{desk.instance_id}/walk")
    who.look("walk-start")
    page.locator("[name=walk-person]").select_option("gexingyao", force=True)
    page.get_by_label("标题").fill(SYSTEM_OF_RULES)
    page.get_by_label("发起时间").fill("2025-11-10T09:00")
    page.get_by_role("button", name="发起试走").click()
    expect(page.get_by_role("heading", name="起草 · 葛星遥")).to_be_visible()
    who.look("walk-draft")
    who.decide("提交")
    expect(page.get_by_role("alert")).to_contain_text("有内容需要更正")
    who.look("walk-refused")
    who.decide("提交", **{key: str(text) for key, text in DRAFT.items() if key != "title"})
    expect(page.get_by_role("heading", name="部门负责人审核 · 石砚秋")).to_be_visible()
    who.decide("同意")
    page.get_by_role("button", name="退回上一步").click()
    expect(page.get_by_role("heading", name="部门负责人审核 · 石砚秋")).to_be_visible()
    who.decide("同意")
    who.decide("通过", override_reason="照报送单位所拟")
    expect(page.get_by_role("heading", name=re.compile("^合规审查 · "))).to_be_visible()
    who.look("walk-compliance")
    page.get_by_label("时钟拨到").fill("2025-11-14T10:00")
    page.get_by_role("button", name="拨", exact=True).click()
    expect(page.get_by_text("时钟 2025-11-14 10:00")).to_be_visible()
    expect(page.get_by_text("超期")).to_be_visible()
    who.decide("符合", "符合制度规定。")
    page.get_by_role("button", name="以甄立言办理").click()
    who.decide("同意")
    who.decide("同意")
    who.decide("同意签发", "同意印发。")
    who.decide("复核通过")
    who.decide("登记编号", copies="19", distribution_units="QY1")
    expect(page.get_by_role("heading", name=re.compile("^排版 · "))).to_be_visible()
    page.get_by_text("试走中的内容").click()
    expect(page.get_by_text("沐原办〔2025〕52号").first).to_be_visible()
    who.look("walk-numbered")
    page.set_viewport_size(PHONE)
    who.look("walk-numbered")
    assert everything(sqlite_house) == before
    refused = [one for one in who.complaints if "status of 422" in one]
    assert (len(refused), [one for one in who.complaints if one not in refused]) == (1, [])


def test_past_cases_are_tried(browser: Browser, change: tuple[str, Desk]) -> None:
    address, desk = change
    for viewport in (DESKTOP, PHONE):
        who = director(browser, address, viewport)
        who.page.goto(f"{address}/studio/{desk.instance_id}/trial")
        expect(who.page.get_by_text("2 件一致，3 件不同，0 件走不通")).to_be_visible()
        who.look("trial")
        assert who.complaints == []
