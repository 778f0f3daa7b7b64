"""Many items circled, taken back and transferred by keys alone, in a real browser; and circling on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from app.house import House
from app.transaction import reading, transaction
from engine.persistence import work_items
from tests.browser import PHONE, server, wait_until_ready
from tests.circulation import READER, settle, waiting
from tests.e2e.test_accessibility import serious_findings
from tests.e2e.test_inbox_keyboard import arrived, assert_calm_and_accessible, picture, press, row_link, signed_in
from tests.office import Desk

READINGS = tuple(
    f"砚江省国资委关于做好{what}工作的通知"
    for what in (
        "岁末年初安全生产",
        "元旦春节值班值守",
        "统计年报",
        "国有资产清查",
        "年度档案整理",
        "信访稳定",
        "保密自查",
        "节能降碳",
    )
)
SIGNATURE = "沐原能源集团有限公司办公室关于2026年部分节假日安排的通知"
RECEIPT = "沐原新能源公司关于报送十一月生产经营情况的报告"


@pytest.fixture
def address(sqlite_house: House) -> Iterator[str]:
    """A served office in which ten items wait for the registry: eight to read, one to sign, one to receive."""
    settle(sqlite_house)
    waiting(sqlite_house, "reading", *READINGS)
    waiting(sqlite_house, "signing", SIGNATURE)
    waiting(sqlite_house, "receiving", RECEIPT)
    with transaction(sqlite_house.pool) as connection:
        sqlite_house.office.engine.set_clock(connection, Desk(sqlite_house).now)
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as served:
        yield served


def choose_all_rows(page: Page, count: int) -> None:
    for _ in range(count):
        press(page, "j", "x")
    expect(page.locator("[data-chosen]")).to_have_text(f"已选 {count} 件")


def test_ten_are_circled_by_keys_alone_and_taken_back_by_one(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, READER)
    expect(page.get_by_role("button", name="圈阅")).to_be_disabled()
    choose_all_rows(page, 10)
    picture(page, "batch-chosen")
    assert_calm_and_accessible(page)
    press(page, "e")
    expect(page.get_by_role("button", name="圈阅")).to_be_focused()
    press(page, "Enter")
    dialog = page.get_by_role("dialog", name="批量办理")
    expect(dialog.get_by_role("status")).to_have_text("办成 8 件，未办 2 件，共 10 件。")
    expect(dialog.locator(".is-refused", has_text=SIGNATURE)).to_contain_text("签发、批示、审批、表决、会签须逐件办理")
    expect(dialog.locator(".is-refused", has_text=RECEIPT)).to_contain_text("“签收”环节不能圈阅")
    expect(dialog.get_by_role("link", name="回到列表")).to_be_focused()
    expect(dialog.get_by_role("button", name="撤回这 8 件")).to_be_visible()
    picture(page, "batch-circled")
    assert_calm_and_accessible(page)
    press(page, "u")
    expect(dialog.get_by_role("status")).to_have_text("办成 8 件，未办 0 件，共 8 件。")
    expect(dialog.get_by_role("button", name="撤回这 8 件")).to_be_hidden()
    expect(dialog.get_by_role("link", name="回到列表")).to_be_focused()
    press(page, "Enter")
    expect(page.locator("[data-row]")).to_have_count(10)


def test_how_far_a_batch_is_is_shown_while_it_runs(browser: Browser, address: str, sqlite_house: House) -> None:
    waiting(sqlite_house, "reading", *(f"砚江省国资委第{number}期工作简报" for number in range(1, 16)))
    page = signed_in(browser, address, READER)
    page.get_by_role("link", name="每页 100 件").press("Enter")
    expect(page.locator("[data-row]")).to_have_count(25)
    wait_until_ready(page)
    portions: list[Route] = []

    def hold_the_second(route: Route) -> None:
        portions.append(route)
        if len(portions) != 2:
            route.continue_()

    page.route("**/worklist/batch", hold_the_second)
    page.locator("#choose-all").press("Space")
    press(page, "e", "Enter")
    dialog = page.get_by_role("dialog", name="批量办理")
    expect(dialog.get_by_role("progressbar")).to_have_js_property("value", 10)
    expect(dialog.get_by_role("status")).to_have_text(re.compile(r"正在办理：办成 \d+ 件，未办 \d 件，共 25 件。"))
    picture(page, "batch-running")
    assert_calm_and_accessible(page)
    press(page, "Escape")
    expect(dialog).to_be_visible()
    portions[1].continue_()
    expect(dialog.get_by_role("status")).to_have_text("办成 23 件，未办 2 件，共 25 件。")
    expect(dialog.locator("li").first).to_contain_text("未办")
    expect(dialog.get_by_role("button", name="撤回这 23 件")).to_be_visible()


def test_what_can_no_longer_be_taken_back_is_no_longer_offered(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, READER)
    page.clock.install()
    choose_all_rows(page, 10)
    press(page, "e", "Enter")
    dialog = page.get_by_role("dialog", name="批量办理")
    offered = dialog.get_by_role("button", name="撤回这 8 件")
    expect(offered).to_be_visible()
    page.clock.run_for(11_000)
    expect(offered).to_be_hidden()
    press(page, "u", "Escape")
    expect(page.locator("[data-row]")).to_have_count(2)


def test_what_is_transferred_is_addressed_once_and_can_be_thought_better_of(
    browser: Browser, address: str, sqlite_house: House
) -> None:
    page = signed_in(browser, address, READER)
    choose_all_rows(page, 3)
    transfer = page.get_by_role("button", name="转办")
    press(page, "e", "Tab", "Tab")
    expect(transfer).to_be_focused()
    press(page, "Enter")
    dialog = page.get_by_role("dialog", name="批量办理")
    picker = dialog.get_by_role("combobox", name="转给")
    confirm = dialog.get_by_role("button", name="确认转办")
    expect(dialog.get_by_text("所选 3 件都转给同一人，说明写在每一件上。")).to_be_visible()
    expect(dialog.get_by_role("option").first).to_be_visible()
    press(page, "Escape")
    expect(picker).to_have_attribute("aria-expanded", "false")
    press(page, "Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-chosen]")).to_have_text("已选 3 件")
    expect(transfer).to_be_focused()

    press(page, "Enter")
    expect(picker).to_have_attribute("aria-expanded", "true")
    press(page, "Tab", "Tab")
    expect(confirm).to_be_focused()
    press(page, "Enter")
    expect(dialog.get_by_role("alert")).to_have_text("请至少选择一人。")
    expect(dialog.get_by_role("alert")).to_be_focused()
    press(page, "Tab")
    expect(picker).to_have_attribute("aria-expanded", "true")
    page.keyboard.type("屈安宁")
    expect(dialog.locator(".option.active")).to_contain_text("屈安宁")
    press(page, "Enter", "Tab")
    expect(dialog.locator("#reason")).to_be_focused()
    page.keyboard.type("出差期间请代为办理")
    picture(page, "batch-address")
    assert_calm_and_accessible(page)
    press(page, "Tab", "Enter")
    expect(dialog.get_by_role("status")).to_contain_text("共 3 件。")
    expect(dialog.get_by_role("link", name="回到列表")).to_be_focused()
    picture(page, "batch-transferred")
    with reading(sqlite_house.pool) as connection:
        given = work_items.list_open_of(connection, "quanning")
    assert len(given) == dialog.locator(".is-done").count() > 0


def test_on_a_phone_one_thumb_circles_one_or_many(browser: Browser, address: str, sqlite_house: House) -> None:
    page = signed_in(browser, address, READER, PHONE)
    row_link(page, READINGS[0]).click()
    circle = page.get_by_role("button", name="圈阅（已阅知）")
    expect(circle).to_be_in_viewport()
    expect(page.get_by_role("button", name="提交", exact=True)).to_have_count(0)
    picture(page, "circle-phone")
    assert serious_findings(page) == []
    circle.click()
    expect(page.locator(".alert-success")).to_contain_text("已提交")
    page.goto(f"{address}/worklist")
    arrived(page, "待办")
    page.locator(".banjie-batch").get_by_label("全选").check()
    expect(page.locator("[data-chosen]")).to_have_text("已选 9 件")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picture(page, "batch-phone")
    page.get_by_role("button", name="转办").click()
    wait_until_ready(page)
    picture(page, "batch-address-phone")
    page.get_by_role("dialog").get_by_text("所选 9 件").click()  # the list of people lies over the buttons until then
    page.get_by_role("dialog").get_by_role("link", name="取消").click()
    page.get_by_role("button", name="圈阅").click()
    dialog = page.get_by_role("dialog", name="批量办理")
    expect(dialog.get_by_role("status")).to_have_text("办成 7 件，未办 2 件，共 9 件。")
    picture(page, "batch-circled-phone")
    assert serious_findings(page) == []
