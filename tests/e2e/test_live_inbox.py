"""An inbox that is open shows at once what comes into it, and takes nothing away from whoever is at work there."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from app.house import House
from app.transaction import transaction
from tests import flows
from tests.browser import DESKTOP, screenshot, wait_until_ready
from tests.office import DRAFT, PASSWORD, SYSTEM, Desk
from tests.rest import RestClient, token_of
from tests.serving import LOOPBACK, Server, installation_environment
from workflows import definitions

DRAFTER, HEAD = "gexingyao", "shiyanqiu"
FIRST, SECOND, THIRD = "关于值班安排的通知", "关于防汛工作的通知", "关于档案移交的通知"
POOL = "pool"
STEP = flows.user("step", attributes=f'camunda:candidateUsers="{HEAD},luanhaiping"')
POOL_FILES = flows.model("s_1 -> step\nstep -> e_1", {"step": STEP}, POOL)
AT_ONCE = 1_000.0
PATIENCE = 60_000.0
OBSERVED = """() => {
    window.shifted = 0;
    window.seen = {};
    new PerformanceObserver(list => {
        for (const one of list.getEntries()) window.shifted += one.value;
    }).observe({type: "layout-shift", buffered: false});
    new MutationObserver(() => {
        for (const link of document.querySelectorAll(".banjie-title a")) window.seen[link.textContent] ??= Date.now();
    }).observe(document.body, {childList: true, subtree: true});
}"""


@dataclass(frozen=True)
class Site:
    """A served installation with a person's inbox open in a browser, and a program through which others act."""

    server: Server
    page: Page
    desk: Desk
    client: RestClient

    def hand_on(self, title: str) -> float:
        """Hand a new draft on to the head of the unit; return the milliseconds at which that was answered."""
        self.desk.start(title=title)
        [item] = self.desk.open_items(DRAFTER)
        body = {"version": item.version, "decision": "submit", "variables": {**DRAFT, "title": title}}
        answer = self.client.post(f"/work-items/{item.id}/complete", **body)
        assert answer.status == 200, answer
        return float(self.page.evaluate("Date.now()"))


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Site]]:
    with ExitStack() as stack:
        yield lambda house, **settings: stack.enter_context(_site(house, browser, settings))


@contextmanager
def _site(house: House, browser: Browser, settings: dict[str, str]) -> Iterator[Site]:
    storage = house.settings.storage
    server = Server({**installation_environment(storage.database_url, storage.data_dir), **settings})
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    try:
        server.start()
        server.wait_until_ready()
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"http://{LOOPBACK}:{server.port}/sign-in")
        page.get_by_label("用户名").fill(HEAD)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="待办")).to_be_visible(timeout=PATIENCE)
        page.evaluate(OBSERVED)
        with closing(RestClient(server.port, token_of(server.port, DRAFTER))) as client:
            yield Site(server, page, Desk(house), client)
    finally:
        context.close()
        server.stop()


def offer(desk: Desk, title: str) -> None:
    """Start a case that lies in the pool a minute after the one before."""
    desk.now += timedelta(minutes=1)
    desk.start(key=POOL, title=title)


def row(page: Page, title: str) -> object:
    return page.locator("[data-live-list]").get_by_role("link", name=title, exact=True).first


def test_what_others_hand_on_appears_within_a_second_and_nothing_jumps(
    house: House, opened: Callable[..., Site]
) -> None:
    site = opened(house)
    page = site.page
    site.hand_on(FIRST)
    expect(row(page, FIRST)).to_be_visible(timeout=PATIENCE)  # the stream is open now
    expect(page).to_have_title("(1) 待办 · 办结")
    row(page, FIRST).focus()
    answered = site.hand_on(SECOND)
    expect(row(page, SECOND)).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("title => window.seen[title]", SECOND) - answered < AT_ONCE
    expect(page).to_have_title("(2) 待办 · 办结")
    expect(page.locator("[data-live-box=todo] .banjie-count")).to_have_text("2")
    expect(page.locator("[data-live-box=todo] .banjie-count")).to_have_attribute("aria-label", "2 件")
    expect(page.get_by_role("status")).to_have_text("有 1 件新待办")
    expect(row(page, FIRST)).to_be_focused()
    assert page.evaluate("window.shifted") == 0
    screenshot(page, f"live-inbox-{house.pool.dialect.name}")


def test_whoever_is_typing_is_offered_the_new_list_and_takes_it_by_a_key(
    sqlite_house: House, opened: Callable[..., Site]
) -> None:
    site = opened(sqlite_house)
    page = site.page
    search = page.get_by_label("标题、文号、内容或意见")
    search.fill("防")
    site.hand_on(FIRST)
    offer = page.get_by_role("button", name="有 1 件新待办，点此或按 r 刷新")
    expect(offer).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_title("(1) 待办 · 办结")
    assert page.locator("[data-live-list]").get_by_role("link", name=FIRST).count() == 0
    site.hand_on(SECOND)
    expect(page.get_by_role("button", name="有 2 件新待办，点此或按 r 刷新")).to_be_visible(timeout=PATIENCE)
    screenshot(page, "live-inbox-offer")
    search.press("r")
    expect(search).to_have_value("防r")
    assert page.evaluate("window.shifted") == 0
    search.blur()
    page.keyboard.press("r")
    expect(row(page, FIRST)).to_be_visible(timeout=PATIENCE)
    expect(row(page, SECOND)).to_be_visible()
    expect(search).to_have_value("防r")
    expect(page.locator("[data-live] button")).to_have_count(0)


def test_the_item_beside_the_list_stays_as_it_is(sqlite_house: House, opened: Callable[..., Site]) -> None:
    site = opened(sqlite_house)
    page = site.page
    site.hand_on(FIRST)
    expect(row(page, FIRST)).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("v")
    expect(page.locator(".banjie-inbox.is-split")).to_be_visible()
    wait_until_ready(page)
    pane = page.locator("[data-pane]")
    row(page, FIRST).click()
    expect(pane.get_by_role("heading", name=FIRST)).to_be_focused()
    opinion = pane.locator("textarea[name=opinion]")
    opinion.fill("同意")
    site.hand_on(SECOND)  # what is typed beside the list keeps nothing from it
    expect(row(page, SECOND)).to_be_visible(timeout=PATIENCE)
    expect(opinion).to_be_focused()
    expect(opinion).to_have_value("同意")
    expect(page.locator("[data-row].is-open")).to_contain_text(FIRST)
    expect(row(page, FIRST)).to_have_attribute("aria-current", "true")
    row(page, SECOND).focus()
    site.hand_on(THIRD)
    expect(row(page, THIRD)).to_be_visible(timeout=PATIENCE)
    expect(row(page, SECOND)).to_be_focused()
    page.keyboard.press("j")
    expect(row(page, THIRD)).to_be_focused()
    page.keyboard.press("Enter")
    expect(pane.get_by_role("heading", name=THIRD)).to_be_focused()
    pane.get_by_role("link", name="转办").click()
    expect(pane.get_by_role("heading", name="转办")).to_be_visible()
    expect(page.locator("[data-row].is-open")).to_contain_text(THIRD)


def test_rows_that_are_chosen_stay_chosen(sqlite_house: House, opened: Callable[..., Site]) -> None:
    site = opened(sqlite_house)
    page, desk = site.page, site.desk
    with transaction(sqlite_house.pool) as connection:
        definitions.deploy_as(connection, sqlite_house.office, SYSTEM, POOL_FILES, desk.now)
    offer(desk, FIRST)
    offer(desk, SECOND)
    page.goto(f"http://{LOOPBACK}:{site.server.port}/worklist?box=claimable")
    page.get_by_label(f"选择 {SECOND}").check()
    offer(desk, THIRD)
    expect(page.get_by_role("button", name="有 1 件新待办，点此或按 r 刷新")).to_be_visible(timeout=PATIENCE)
    row(page, SECOND).focus()
    page.keyboard.press("r")
    expect(row(page, THIRD)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_label(f"选择 {SECOND}")).to_be_checked()
    expect(page.locator("[data-chosen]")).to_have_text("已选 1 件")
    expect(row(page, SECOND)).to_be_focused()
    page.keyboard.press("j")
    expect(row(page, THIRD)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[data-chosen]")).to_have_text("已选 2 件")
    page.get_by_role("button", name="领办").click()
    expect(page.get_by_role("link", name="回到列表")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page).to_have_title("(2) 待领办 · 办结")


def test_a_page_finds_its_server_again_after_a_restart(sqlite_house: House, opened: Callable[..., Site]) -> None:
    site = opened(sqlite_house)
    page = site.page
    site.hand_on(FIRST)
    expect(row(page, FIRST)).to_be_visible(timeout=PATIENCE)
    site.server.kill()
    site.client.close()  # it connects anew
    site.desk.start(title=SECOND)
    site.desk.act(DRAFTER, "submit", **{**DRAFT, "title": SECOND})
    site.server.start()
    site.server.wait_until_ready()
    expect(row(page, SECOND)).to_be_visible(timeout=PATIENCE)
    site.hand_on(THIRD)
    expect(row(page, THIRD)).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_title("(3) 待办 · 办结")


def test_a_page_that_gets_no_stream_asks_from_time_to_time(sqlite_house: House, opened: Callable[..., Site]) -> None:
    site = opened(sqlite_house, BANJIE_LIVE__MOST_STREAMS="0", BANJIE_LIVE__POLL_SECONDS="0.3")
    for number, title in enumerate((FIRST, SECOND), 1):
        site.hand_on(title)
        expect(row(site.page, title)).to_be_visible(timeout=PATIENCE)
        expect(site.page).to_have_title(f"({number}) 待办 · 办结")


def test_two_pages_of_one_browser_share_a_stream_and_both_follow(
    sqlite_house: House, opened: Callable[..., Site]
) -> None:
    site = opened(sqlite_house, BANJIE_LIVE__STREAMS_PER_PERSON="1")
    second = site.page.context.new_page()
    second.goto(f"http://{LOOPBACK}:{site.server.port}/cases")
    expect(second).to_have_title("事项查询 · 办结")
    site.hand_on(FIRST)
    expect(row(site.page, FIRST)).to_be_visible(timeout=PATIENCE)
    expect(second).to_have_title("(1) 事项查询 · 办结", timeout=PATIENCE)
    metrics = site.page.request.get(f"http://{LOOPBACK}:{site.server.port}/metrics").text()
    assert "banjie_live_streams 1.0" in metrics


def test_the_bell_counts_what_is_told_and_leaves_the_list_to_whoever_types(
    sqlite_house: House, opened: Callable[..., Site]
) -> None:
    site = opened(sqlite_house, BANJIE_JOBS__POLL_SECONDS="0.2")
    page, bell = site.page, site.page.locator("[data-live-box=notices] .banjie-count")
    site.hand_on(FIRST)
    expect(bell).to_have_text("1", timeout=PATIENCE)
    expect(row(page, FIRST)).to_be_visible(timeout=PATIENCE)
    page.get_by_label("标题、文号、内容或意见").fill("防")

    def say(text: str) -> None:
        answer = site.client.post(f"/instances/{site.desk.instance_id}/comments", text=text, mentions=[HEAD])
        assert answer.status == 201, answer

    say("@石砚秋 请看")
    expect(bell).to_have_text("2", timeout=PATIENCE)
    expect(page.locator("[data-live] button")).to_have_count(0)
    page.goto(f"http://{LOOPBACK}:{site.server.port}/notices")
    expect(page.locator(".banjie-notices li")).to_have_count(2)
    page.evaluate("window.stays = true")
    say("@石砚秋 再看一次")
    expect(page.locator(".banjie-notices li")).to_have_count(3, timeout=PATIENCE)
    expect(bell).to_have_text("3")
    expect(page).to_have_title("(1) 通知 · 办结")
    assert page.evaluate("window.stays"), "the page was not loaded anew"
    page.get_by_role("button", name="全部标为已读").click()
    expect(bell).to_have_count(0)
