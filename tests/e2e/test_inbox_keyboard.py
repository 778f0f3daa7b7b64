"""A clerk's inbox without the mouse: a real browser, keys alone, nothing that jumps, nothing that axe-core finds serious."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from app.house import House
from app.transaction import transaction
from tests.browser import ARTIFACTS, DESKTOP, PHONE, server, wait_until_ready
from tests.e2e.test_accessibility import serious_findings
from tests.office import DRAFT, PASSWORD, TITLE, Desk
from workflows import worklist

LONG = "中共沐原能源集团有限公司委员会关于认真学习贯彻全国国有企业党的建设工作会议精神进一步加强基层党组织建设的通知"
DIAGRAM = "**/definitions/**/bpmn*"
TITLES = (
    (LONG, "特急"),
    ("沐原能源集团有限公司办公室关于印发《公务用车管理办法（试行）》的通知", "加急"),
    ("沐原能源集团有限公司办公室关于调整总值班室电话的通知", None),
)
# Half of what the web counts as good (0.1): below that lie the shifts of a page that is still arriving on a busy machine.
WATCH_SHIFTS = """
    window.shifts = [];
    new PerformanceObserver(list => list.getEntries().filter(one => one.value >= 0.05).forEach(one => window.shifts.push(
        one.value + " " + one.sources.map(source => source.node && (source.node.className || source.node.nodeName)))
    )).observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture
def address(sqlite_house: House) -> Iterator[str]:
    """A served office: three drafts wait for the head of a department, and three signed documents for whoever takes them."""
    for number, (title, urgency) in enumerate(TITLES):
        signed, drafted = Desk(sqlite_house), Desk(sqlite_house)
        signed.to_signing()
        signed.act("qiujingan", "agree", "同意印发。")
        drafted.now = signed.now + timedelta(hours=number)
        drafted.start(title=title)
        drafted.act("gexingyao", "submit", **{**DRAFT, "title": title, "urgency": urgency})
    with transaction(sqlite_house.pool) as connection:
        sqlite_house.office.engine.set_clock(connection, drafted.now + timedelta(hours=2))
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as served:
        yield served


def signed_in(browser: Browser, address: str, username: str, viewport: dict[str, int] = DESKTOP) -> Page:
    page = browser.new_context(viewport=viewport, locale="zh-CN").new_page()
    page.set_default_timeout(20000)
    page.add_init_script(WATCH_SHIFTS)
    page.goto(f"{address}/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="待办", exact=True).wait_for()
    wait_until_ready(page)
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def picture(page: Page, name: str) -> None:
    """Keep what the window shows, without laying the page out anew for it."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")


def row_link(page: Page, title: str) -> Locator:
    return page.locator("a[data-open]", has_text=title)


def arrived(page: Page, heading: str) -> None:
    expect(page.locator("h1")).to_have_text(heading)
    wait_until_ready(page)


def assert_calm_and_accessible(page: Page) -> None:
    assert page.evaluate("window.shifts") == []
    assert serious_findings(page) == []


def test_a_list_is_walked_and_its_items_are_done_one_after_the_other(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "shiyanqiu")
    first, second, third = (title for title, _urgency in TITLES)
    press(page, "j")
    expect(row_link(page, first)).to_be_focused()
    press(page, "j", "j", "j")
    expect(row_link(page, third)).to_be_focused()
    press(page, "k", "k")
    expect(row_link(page, first)).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    picture(page, "inbox-desktop")
    assert_calm_and_accessible(page)
    press(page, "Enter")
    expect(page.get_by_role("heading", name="部门负责人审核")).to_be_visible()
    wait_until_ready(page)
    press(page, "e")
    expect(page.locator("button[name=decision]").first).to_be_focused()
    press(page, "Enter")
    expect(page.locator(".alert-success")).to_contain_text("已提交")
    expect(page.locator("h1")).to_contain_text(second)
    expect(page.locator("h1")).to_be_focused()
    wait_until_ready(page)
    assert_calm_and_accessible(page)
    press(page, "b")
    arrived(page, "退回")
    expect(page.locator("input[name=to]:checked")).to_be_focused()
    press(page, "g", "t")
    arrived(page, "待办")
    expect(page.locator("[data-row]")).to_have_count(2)


def test_where_nothing_can_be_sent_back_the_key_says_so(browser: Browser, address: str, sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.start()
    page = signed_in(browser, address, "gexingyao")
    page.goto(f"{address}/worklist/{desk.open_items('gexingyao')[0].id}")
    wait_until_ready(page)
    press(page, "b")
    expect(page.locator("[data-announce]")).to_have_text("这里不能退回。")
    expect(page.locator("h1")).to_contain_text(TITLE)


def test_a_slip_is_mended_by_the_notice_and_what_was_said_is_there_again(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "shiyanqiu")
    press(page, "j", "Enter")
    expect(page.get_by_role("heading", name="部门负责人审核")).to_be_visible()
    wait_until_ready(page)
    page.locator("#opinion").fill("同意，请尽快印发。")
    page.locator("button[name=decision]").first.click()
    notice = page.locator("[data-undo]")
    expect(notice).to_be_visible()
    expect(page.locator("h1")).to_contain_text(TITLES[1][0])
    assert_calm_and_accessible(page)
    picture(page, "inbox-undo")
    notice.get_by_role("button", name="撤回").click()
    expect(page.locator(".alert-success")).to_contain_text("已撤回，可以重新办理。")
    expect(page.locator("h1")).to_contain_text(LONG)
    expect(page.locator("#opinion")).to_have_value("同意，请尽快印发。")
    wait_until_ready(page)
    press(page, "g", "t")
    arrived(page, "待办")
    expect(page.locator("[data-row]")).to_have_count(3)
    expect(notice).to_be_hidden()


def test_every_box_has_its_key_and_the_help_lists_all(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "gexingyao")
    boxes = {
        "p": "待领办",
        "i": "在办",
        "d": "办结",
        "s": "我发起的",
        "c": "传阅",
        "f": "草稿",
        "w": "委托",
        "t": "待办",
    }
    for key, name in boxes.items():
        press(page, "g", key)
        arrived(page, name)
        assert_calm_and_accessible(page)
    press(page, "?")
    dialog = page.get_by_role("dialog", name="快捷键")
    expect(dialog).to_be_visible()
    for name in boxes.values():
        expect(dialog.get_by_role("link", name=name, exact=True)).to_be_visible()
    picture(page, "inbox-keys")
    assert serious_findings(page) == []
    press(page, "g", "d")  # the dialog listens to nothing but Escape
    press(page, "Escape")
    expect(dialog).to_be_hidden()
    arrived(page, "待办")
    press(page, "/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jxg?e/")
    expect(page.locator("#q")).to_have_value("jxg?e/")
    expect(dialog).to_be_hidden()


def test_the_keys_can_be_switched_off(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "shiyanqiu")
    press(page, "?")
    page.get_by_label("在这台电脑上停用这些键").check()
    press(page, "Escape", "j")
    expect(row_link(page, LONG)).not_to_be_focused()
    page.reload()
    wait_until_ready(page)
    press(page, "?")
    page.get_by_label("在这台电脑上停用这些键").uncheck()
    press(page, "Escape", "j")
    expect(row_link(page, LONG)).to_be_focused()


def test_an_item_opens_beside_the_list_and_the_next_one_follows(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "shiyanqiu")
    first, second, _third = (title for title, _urgency in TITLES)
    press(page, "v")
    expect(page.locator(".banjie-inbox.is-split")).to_be_visible()
    wait_until_ready(page)
    page.evaluate("window.sameDocument = true")
    press(page, "j", "Enter")
    pane = page.locator("[data-pane]")
    expect(pane.get_by_role("heading", name=first)).to_be_focused()
    expect(pane.locator("[data-drawn]")).to_be_visible()
    expect(row_link(page, first)).to_have_attribute("aria-current", "true")
    assert page.evaluate("window.sameDocument")
    assert_calm_and_accessible(page)
    picture(page, "inbox-split")
    press(page, "Escape")
    expect(row_link(page, first)).to_be_focused()
    press(page, "j", "Enter")
    expect(pane.get_by_role("heading", name=second)).to_be_focused()
    press(page, "k", "Enter")
    expect(pane.get_by_role("heading", name=first)).to_be_focused()

    pane.locator("button[name=decision][value=revise]").focus()
    press(page, "Enter")
    expect(pane.locator("#problem")).to_be_focused()
    expect(pane.locator("#problem")).to_contain_text("请填写意见后再提交")
    assert page.evaluate("window.sameDocument")
    assert_calm_and_accessible(page)

    press(page, "e", "Enter")
    expect(page.locator(".alert-success")).to_contain_text("已提交")
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(pane.get_by_role("heading", name=second)).to_be_focused()
    expect(page.locator("[data-row].is-open")).to_contain_text(second)
    assert_calm_and_accessible(page)
    page.goto(f"{address}/worklist")
    expect(page.locator(".banjie-inbox.is-split")).to_be_visible()


def test_a_diagram_that_arrives_after_its_item_was_left_is_let_go(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "shiyanqiu")
    errors: list[str] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route(DIAGRAM, hold)
    press(page, "v")
    expect(page.locator(".banjie-inbox.is-split")).to_be_visible()
    wait_until_ready(page)
    pane = page.locator("[data-pane]")
    for title, _urgency in TITLES[:2]:
        with page.expect_request(DIAGRAM):
            press(page, "j", "Enter")
        expect(pane.get_by_role("heading", name=title)).to_be_focused()
        press(page, "Escape")
    for one in held:
        with page.expect_event("requestfinished"):
            one.continue_()
    expect(pane.locator("[data-drawn]")).to_be_visible()
    assert errors == []


def test_a_narrow_window_opens_the_page_of_the_item(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "shiyanqiu")
    press(page, "v")
    expect(page.locator(".banjie-inbox.is-split")).to_be_visible()
    page.set_viewport_size({"width": 1000, "height": 768})
    row_link(page, LONG).focus()
    press(page, "Enter")
    expect(page.locator("h1")).to_contain_text(LONG)


def test_many_items_are_taken_at_once_and_each_is_told_what_became_of_it(
    browser: Browser, address: str, sqlite_house: House
) -> None:
    page = signed_in(browser, address, "shaxiaoman")
    press(page, "g", "p")
    arrived(page, "待领办")
    press(page, "j", "x", "j", "x")
    expect(page.locator("[data-chosen]")).to_have_text("已选 2 件")
    expect(page.get_by_label("全选").first).to_have_js_property("indeterminate", value=True)
    picture(page, "inbox-chosen")
    assert_calm_and_accessible(page)
    desk = Desk(sqlite_house)
    taken = page.locator("[data-choose]").first.input_value().partition(":")[0]
    with transaction(sqlite_house.pool) as connection:
        at = sqlite_house.office.engine.now(connection)
        worklist.claim(connection, sqlite_house.office, desk.person("shaxiaoman"), taken, 1, at)
    page.get_by_role("button", name="领办").focus()
    press(page, "Enter")
    dialog = page.get_by_role("dialog", name="批量办理")
    expect(dialog.get_by_role("status")).to_have_text("办成 1 件，未办 1 件，共 2 件。")
    expect(dialog.locator(".is-refused")).to_contain_text("这件待办已有变动")
    expect(dialog.get_by_role("link", name="回到列表")).to_be_focused()
    picture(page, "inbox-batch")
    assert_calm_and_accessible(page)
    press(page, "Enter")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_the_columns_are_chosen_with_the_keyboard_and_remembered(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "shiyanqiu")
    expect(page.get_by_role("columnheader", name="发起人")).to_be_visible()
    page.locator("summary", has_text="列设置").focus()
    press(page, "Enter", "Tab", "Tab")
    expect(page.get_by_role("checkbox", name="发起人")).to_be_focused()
    picture(page, "inbox-columns")
    assert_calm_and_accessible(page)
    press(page, "Space", "Tab", "Space", "Enter")
    expect(page.get_by_role("columnheader", name="发起单位")).to_be_visible()
    expect(page.get_by_role("columnheader", name="发起人")).to_be_hidden()
    page.goto(f"{address}/worklist?box=started")
    expect(page.get_by_role("heading", name="我发起的")).to_be_visible()


def test_on_a_phone_rows_are_cards_and_everything_is_reachable(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "shiyanqiu", PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(row_link(page, LONG)).to_be_visible()
    page.locator("summary", has_text="筛选").click()
    expect(page.locator("#initiator")).to_be_visible()
    box = page.locator(".banjie-filter .banjie-menu-body").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    page.keyboard.press("Escape")
    picture(page, "inbox-phone")
    assert_calm_and_accessible(page)
    page.locator("summary", has_text="列设置").click()
    box = page.locator(".banjie-actions .banjie-menu-body").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    registry = signed_in(browser, address, "shaxiaoman", PHONE)
    registry.goto(f"{address}/worklist?box=claimable")
    registry.locator(".banjie-batch").get_by_label("全选").check()
    expect(registry.locator("[data-chosen]")).to_have_text("已选 3 件")
    picture(registry, "inbox-phone-batch")
    assert serious_findings(registry) == []
