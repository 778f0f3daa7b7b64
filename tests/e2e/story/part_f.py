"""Part F: 整理归档, from 2026-03-09 to 06-12. Each function is a step of the story, with its marks."""

from playwright.sync_api import Locator, Page, expect

from tests.browser import wait_until_ready
from tests.e2e.story.part_a import NOTICE, NUMBER
from tests.e2e.story.part_b import TITLE
from tests.e2e.story.part_d import CHANNEL, FIRST, SAFETY_NUMBER, VISITS_NUMBER
from tests.e2e.story.part_e import DOCUMENT_NUMBER
from tests.e2e.story.year import Year, fill_in

ARCHIVIST, CLERK = "kuangyuheng", "shaxiaoman"
ISSUED = "沐原办〔2025〕47号"
MEETING = "党委会2025年第21次会议"
COMPARISON = "关于采购比价结果的汇报"
CODES = {
    "党委会会议": "M018-WS·2025-Y-BGS-0001",
    NOTICE: "M018-WS·2025-D10-BGS-0001",
    TITLE: "M018-WS·2025-D10-BGS-0002",
}
PARTS = {
    NOTICE: ("文件处理单", "来文", "重复件", "代录原件"),
    TITLE: ("正本", "定稿", "花脸稿", "发文稿纸"),
    "党委会会议": ("议题", "材料", "会议纪要", "会议记录（另存，查阅须批准）"),
}
NOT_FILED = (
    ("议题提报", COMPARISON, "部门职权内事项，未上会"),
    ("督查督办", FIRST, f"已并入{SAFETY_NUMBER}"),
    ("督查督办", CHANNEL, "已转任务交办"),
)


def listed(year: Year, standing: str) -> Page:
    archivist = year.who(ARCHIVIST)
    archivist.go(f"/archive?year=2025&standing={standing}")
    return archivist.page


def row_of(page: Page, text: str) -> Locator:
    return page.locator("tbody tr").filter(has_text=text)


def f_what_waits_is_listed(year: Year) -> None:
    year.at("2026-03-09 09:00")
    page = listed(year, "pending")
    for number, retention in ((ISSUED, "10年"), (NUMBER, "10年"), (MEETING, "永久")):
        expect(row_of(page, number)).to_contain_text(retention)
    expect(row_of(page, DOCUMENT_NUMBER)).to_have_count(0)  # it is of 2026, and filed in 2027
    year.who(ARCHIVIST).look("story-F-pending")
    page = listed(year, "not_archived")
    expect(row_of(page, NOTICE)).to_contain_text(f"重复件，并入 {NUMBER}")
    page = listed(year, "unfinished")
    for number in (SAFETY_NUMBER, VISITS_NUMBER):
        expect(row_of(page, number)).to_have_count(1)  # ended in 2026


def f_some_are_not_filed_for_a_reason(year: Year) -> None:
    archivist = year.who(ARCHIVIST)
    for flow, title, reason in NOT_FILED:
        row = row_of(listed(year, "pending"), title).filter(has_text=flow)
        row.get_by_role("link", name=f"办理：{title}").click()
        archivist.is_at(title)
        fill_in(archivist.page, "理由", reason)
        archivist.page.get_by_role("button", name="登记为不归档").click()
        wait_until_ready(archivist.page)
        expect(row_of(listed(year, "not_archived"), title).filter(has_text=flow)).to_contain_text(reason)


def f_the_rest_is_put_together(year: Year) -> None:
    archivist = year.who(ARCHIVIST)
    page = listed(year, "pending")
    page.get_by_role("button", name="按拟保管期限组件").click()
    expect(page.locator(".alert-success").first).to_be_visible()
    archivist.go("/archive/order?year=2025")
    for title, code in CODES.items():
        expect(row_of(page, code)).to_contain_text(title)
    archivist.look("story-F-order")


def f_numbered_once(year: Year) -> None:
    archivist = year.who(ARCHIVIST)
    archivist.go("/archive/order?year=2025")
    page = archivist.page
    page.get_by_role("button", name="确认编号").click()
    archivist.is_told("4 件已一次编号")
    archivist.look("story-F-catalogue")
    for title, kinds in PARTS.items():
        archivist.go("/archive/catalogue?year=2025")
        page.get_by_role("link", name=title, exact=True).click()
        archivist.is_at(title)
        for kind in kinds:
            expect(page.get_by_role("cell", name=kind, exact=True).first).to_be_visible()
    for one, other in ((NOTICE, TITLE), (TITLE, NOTICE)):  # each names the other
        archivist.go("/archive/catalogue?year=2025")
        page.get_by_role("link", name=one, exact=True).click()
        archivist.is_at(one)
        expect(page.get_by_role("link", name=CODES[other])).to_be_visible()
    archivist.look("story-F-item")


def f_examined(year: Year) -> None:
    archivist = year.who(ARCHIVIST)
    year.at("2026-05-28 09:00")
    archivist.go("/archive/inspections?year=2025")
    page = archivist.page
    fill_in(page, "病毒检测", "杀毒软件查杀，未发现病毒")
    fill_in(page, "载体和移交过程安全", "硬盘读取正常，两人在场")
    page.get_by_role("button", name="检测并保存报告").click()
    expect(page.get_by_role("heading", name="通过 13、人工 2、不通过 0")).to_be_visible()
    archivist.look("story-F-inspection")


def f_handed_over(year: Year) -> None:
    year.at("2026-05-29 09:00")
    archivist = year.who(ARCHIVIST)
    archivist.go("/archive/transfers?year=2025")
    archivist.page.get_by_role("button", name="生成移交清册").click()
    archivist.is_at("移交清册")
    made = archivist.page.url.removeprefix(year.address)
    registry = year.who(CLERK)
    registry.go(made)
    registry.page.get_by_role("button", name="核对无误，签字移交").click()
    registry.is_told("已签字")
    archivist = year.who(ARCHIVIST)
    archivist.go(made)
    archivist.page.get_by_role("button", name="核对无误，签字接收").click()
    archivist.is_told("已签字")
    archivist.look("story-F-transfer")
