"""整理归档 in a browser: from the list of what waits to the transfer list with both signatures."""

from playwright.sync_api import Browser, expect

from app.house import House
from app.transaction import transaction
from tests.archiving import CLERK, Archive, issue_the_notice
from tests.browser import server
from tests.e2e.visiting import Findings, Visitor
from tests.office import TITLE

CODE = "M018-WS·2025-D10-BGS-0001"


def test_the_archivist_files_a_year_and_the_office_hands_it_over(browser: Browser, sqlite_house: House) -> None:
    storage = sqlite_house.settings.storage
    case = issue_the_notice(sqlite_house).instance_id
    archive = Archive(sqlite_house)
    archive.add_paper("砚江省国资委关于2025年值班工作的批复", "2025-12-20", document_number="砚国资函〔2025〕8号")
    with transaction(sqlite_house.pool) as connection:
        sqlite_house.office.engine.set_clock(connection, archive.now)
    findings = Findings()
    with server(storage.database_url, storage.data_dir) as address:
        archivist = Visitor(browser, address, "kuangyuheng", findings, also_phone=True)
        page = archivist.page
        page.get_by_role("link", name="整理归档").click()
        archivist.is_at("整理归档 · 2025年度")
        archivist.look("archive-pending")
        page.get_by_role("link", name=f"办理：{TITLE}").click()
        archivist.is_at(TITLE)
        archivist.look("archive-case")
        page.get_by_label("页数").fill("3")
        page.get_by_role("button", name="组件").click()
        archivist.is_told("已组件")
        page.get_by_role("link", name="登记纸质文件").click()
        archivist.look("archive-paper")
        archivist.go("/archive/order?year=2025")
        archivist.look("archive-order")
        page.get_by_role("button", name="确认编号").click()
        archivist.is_told("2 件已一次编号")
        expect(page.get_by_text(CODE).first).to_be_visible()
        archivist.look("archive-catalogue")
        page.get_by_role("link", name=TITLE).click()
        archivist.is_at(TITLE)
        archivist.look("archive-item")
        archivist.go("/archive/catalogue/print?year=2025")
        archivist.look("archive-catalogue-printed")
        archivist.go("/archive/inspections?year=2025")
        page.get_by_label("病毒检测", exact=True).fill("杀毒软件查杀，未发现病毒")
        page.get_by_label("载体和移交过程安全", exact=True).fill("硬盘读取正常，两人在场")
        page.get_by_role("button", name="检测并保存报告").click()
        expect(page.get_by_role("heading", name="通过 13、人工 2、不通过 0")).to_be_visible()
        archivist.look("archive-inspection")
        archivist.go("/archive/transfers?year=2025")
        page.get_by_role("button", name="生成移交清册").click()
        archivist.is_at("移交清册")
        made = page.url.removeprefix(address)

        registry = Visitor(browser, address, CLERK, findings, also_phone=True)
        registry.go(made)
        registry.look("archive-transfer")
        registry.page.get_by_role("button", name="核对无误，签字移交").click()
        registry.is_told("已签字")
        archivist.go(made)
        page.get_by_role("button", name="核对无误，签字接收").click()
        archivist.is_told("已签字")
        archivist.go("/archive/transfers?year=2025")
        archivist.look("archive-transfers")

        drafter = Visitor(browser, address, "gexingyao", findings, also_phone=True)
        drafter.go(f"/cases/{case}")
        expect(drafter.page.get_by_text(CODE)).to_be_visible()
        drafter.look("archive-section")
        drafter.go(f"/cases/{case}/thread")
        expect(drafter.page.get_by_text(CODE)).to_be_visible()
    assert findings.complaints == [], "\n".join(findings.complaints)
    archive.assert_sound()
