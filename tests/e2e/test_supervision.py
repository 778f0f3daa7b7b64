"""督查督办 in a browser: candidates merged, taken up, received, told of, extended, and read in register and bulletin."""

from playwright.sync_api import Browser, expect

from app.house import House
from tests.browser import server
from tests.e2e.visiting import Findings, Visitor
from tests.supervising import Supervising
from tests.workflows.test_supervision_story import FIRST, SECOND


def test_a_matter_from_two_decisions_to_the_register(browser: Browser, sqlite_house: House) -> None:
    storage = sqlite_house.settings.storage
    office = Supervising(sqlite_house)
    findings = Findings()
    office.decided(**FIRST)
    office.decided(**SECOND)
    with server(storage.database_url, storage.data_dir) as address:
        clerk = Visitor(browser, address, "linxiaozhou", findings, also_phone=True)
        clerk.go("/supervision/candidates")
        clerk.look("supervision-candidates")
        for title in (FIRST["title"], SECOND["title"]):
            clerk.page.get_by_label(f"勾选 {title}").check()
        clerk.page.get_by_label(f"并入 {SECOND['title']}").check()
        clerk.page.get_by_role("button", name="合并为一件").click()
        clerk.is_told("已合并")
        expect(clerk.page.locator("#field-matter")).to_have_value(f"1. {SECOND['matter']}\n2. {FIRST['matter']}")
        clerk.look("supervision-screening")
        clerk.page.locator("#field-title").fill("节日安全生产和值班值守")
        clerk.page.get_by_role("button", name="拟立项").click()
        clerk.is_told("拟办")
        clerk.go("/worklist?box=claimable")
        clerk.page.get_by_role("link", name="节日安全生产和值班值守").first.click()
        clerk.page.get_by_label("反馈周期").select_option("half_monthly")
        clerk.page.get_by_label("首次反馈日期").fill("2025-12-12")
        clerk.look("supervision-proposal")
        clerk.page.get_by_role("button", name="报主任", exact=True).click()
        clerk.is_told("办公室主任审核")
        [matter] = [one for one in office.cases_of("supervision") if office.row(one)["disposal"] is None]
        office.act("zhenliyan", matter, "agree")
        office.act("qiujingan", matter, "agree")

        head = Visitor(browser, address, "luanhaiping", findings, also_phone=True)
        head.go("/worklist")
        head.page.get_by_role("link", name="节日安全生产和值班值守").first.click()
        head.is_at("节日安全生产和值班值守")
        head.page.get_by_role("button", name="签收").click()
        head.is_told("办理")
        office.at("2025-12-12 10:00")
        office.act("luanhaiping", matter, "submit", step="report", progress=40, done="值守方案已印发。")
        head.go(f"/cases/{matter}")
        head.look("supervision-matter")
        head.page.get_by_role("link", name="申请延期").click()
        head.page.get_by_label("新时限").fill("2026-02-28")
        head.page.get_by_label("延期理由").fill("砚江热电2号炉检修顺延，整改随停机窗口")
        head.page.get_by_label("目前进展").fill("已整改七家。")
        head.look("supervision-extension")
        head.page.get_by_role("button", name="申请延期").click()
        head.is_told("已提出延期申请")
        expect(head.page.get_by_text("审批中").first).to_be_visible()

        clerk.go("/supervision")
        expect(clerk.page.get_by_text("延期审批中", exact=True).last).to_be_visible()
        clerk.look("supervision-board")
        clerk.go("/supervision/bulletin?month=2025-12")
        clerk.look("supervision-bulletin")
        clerk.page.get_by_role("link", name="立项 1").click()
        clerk.is_at("2025年12月立项")
        expect(clerk.page.get_by_role("link", name="节日安全生产和值班值守")).to_be_visible()
        clerk.go("/supervision/oral-orders")
        clerk.look("supervision-oral-orders")
        clerk.go("/supervision/tasks")
        clerk.look("supervision-tasks")
    assert findings.complaints == []
    office.assert_proved()
