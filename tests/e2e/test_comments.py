"""A comment with @name by the keyboard alone; the mentioned opens the notice; the author sees who has read it."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.house import House
from tests.browser import DESKTOP, PHONE, screenshot, server, wait_until_ready
from tests.e2e.test_accessibility import serious_findings
from tests.office import PASSWORD, Desk
from tests.serving import STARTUP_SECONDS


@pytest.fixture
def filled(sqlite_house: House) -> Iterator[tuple[str, str]]:
    """A served office with a case under countersigning: its address, and the case."""
    desk = Desk(sqlite_house)
    desk.to_countersign()
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as address:
        yield address, desk.instance_id


def signed_in(browser: Browser, address: str, username: str, viewport: dict[str, int]) -> Page:
    page = browser.new_context(viewport=viewport, locale="zh-CN").new_page()  # type: ignore[arg-type]
    page.goto(f"{address}/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="待办").wait_for()
    wait_until_ready(page)
    return page


def test_somebody_is_mentioned_by_the_keyboard_reads_it_and_the_author_sees_so(
    browser: Browser, filled: tuple[str, str]
) -> None:
    address, case = filled
    author = signed_in(browser, address, "gexingyao", DESKTOP)
    author.goto(f"{address}/cases/{case}")
    wait_until_ready(author)
    field = author.get_by_label("写评论")
    field.focus()
    author.keyboard.type("请看第三条 @海")
    people = author.get_by_role("listbox", name="可以提到的人")
    expect(people.get_by_role("option", selected=True)).to_have_text("栾海平 · 安全环保部")
    screenshot(author, "comment-mentioning")
    assert serious_findings(author) == []
    author.keyboard.press("Escape")
    expect(people).to_be_hidden()
    author.keyboard.press("Backspace")
    expect(people.get_by_role("option")).not_to_have_count(0)
    author.keyboard.press("ArrowDown")
    expect(people.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    author.keyboard.type("海平")
    expect(people.get_by_role("option")).to_have_count(1)
    author.keyboard.press("Enter")
    expect(field).to_have_value("请看第三条 @栾海平 ")
    author.keyboard.type("，谢谢。")
    author.keyboard.press("Tab")
    expect(author.get_by_role("button", name="发表")).to_be_focused()
    author.keyboard.press("Enter")
    expect(author.get_by_text("请看第三条 @栾海平 ，谢谢。")).to_be_visible()
    expect(author.get_by_label("写评论")).to_have_value("")

    reader = signed_in(browser, address, "luanhaiping", DESKTOP)
    mention = reader.get_by_text("葛星遥 在评论中提到您")
    reader.goto(f"{address}/notices")
    deadline = time.monotonic() + STARTUP_SECONDS
    while not mention.is_visible():  # until the serving process has followed the comment
        assert time.monotonic() < deadline, "nobody has followed the comment"
        reader.reload()
    assert serious_findings(reader) == []
    screenshot(reader, "notices-unread")
    author.reload()
    expect(author.get_by_text("已阅 0/2")).to_be_visible()
    reader.get_by_role("listitem").filter(has=mention).locator(".btn-link").press("Enter")
    expect(reader.get_by_text("请看第三条 @栾海平 ，谢谢。")).to_be_visible()
    author.reload()
    author.get_by_text("已阅 1/2").click()
    expect(author.get_by_text("万里晴 未读")).to_be_visible()
    screenshot(author, "comment-read-by")


def test_a_comment_beside_the_list_leaves_the_opinion_that_is_being_written(
    browser: Browser, filled: tuple[str, str]
) -> None:
    address, _case = filled
    page = signed_in(browser, address, "luanhaiping", DESKTOP)
    page.keyboard.press("v")
    expect(page.locator(".banjie-inbox.is-split")).to_be_visible()
    wait_until_ready(page)
    page.locator("[data-row] a[data-open]").click()
    pane = page.locator("[data-pane]")
    opinion = pane.locator("#opinion")
    opinion.fill("第三条建议修改")
    said = pane.get_by_label("写评论")
    said.fill("第三条的依据是什么？")
    pane.get_by_role("button", name="发表").click()
    expect(pane.locator(".banjie-comments")).to_contain_text("第三条的依据是什么？")
    expect(opinion).to_have_value("第三条建议修改")
    expect(said).to_have_value("")
    expect(pane.locator("input[name=list]")).to_have_value("box=todo")
    pane.get_by_role("button", name="发表").click()
    expect(pane.get_by_role("alert")).to_contain_text("请填写评论")
    expect(opinion).to_have_value("第三条建议修改")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_pages_of_notices_and_comments_have_no_serious_finding(
    browser: Browser, filled: tuple[str, str], viewport: dict[str, int]
) -> None:
    address, case = filled
    page = signed_in(browser, address, "luanhaiping", viewport)
    for path in ("/notices?all=1", "/notices/settings", f"/cases/{case}/comments", f"/cases/{case}"):
        page.goto(f"{address}{path}")
        if page.locator("[data-diagram]").count():
            page.locator("[data-drawn]").first.wait_for()
        assert serious_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
        screenshot(
            page,
            f"page-{viewport['width']}-{path.strip('/').partition('?')[0].replace(case, 'case').replace('/', '-')}",
        )
