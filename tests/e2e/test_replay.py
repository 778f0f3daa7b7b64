"""过程回放 in a real browser: by keys and slider over the life of a case, with an address for every moment."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.house import House
from tests.browser import PHONE, server
from tests.e2e.visiting import Findings, Visitor
from tests.lived import WRONG_DATE, live
from tests.office import Desk


@pytest.fixture
def office(sqlite_house: House) -> Iterator[tuple[str, Desk]]:
    desk = live(sqlite_house)
    with server(sqlite_house.settings.storage.database_url, sqlite_house.settings.storage.data_dir) as address:
        yield address, desk


def current(page: Page) -> list[str]:
    """The elements at which the diagram shows a token."""
    return page.eval_on_selector_all("g.banjie-current", "all => all.map(one => one.dataset.elementId)")


def test_an_auditor_walks_through_the_life_of_a_case(browser: Browser, office: tuple[str, Desk]) -> None:
    address, desk = office
    findings = Findings()
    visitor = Visitor(browser, address, "peishenzhi", findings)
    page = visitor.page
    visitor.go(f"/audit/{desk.instance_id}")
    page.locator("[data-replay][data-drawn]").wait_for()
    expect(page.locator("[data-proved=true]")).to_contain_text("逐条重新执行，结果与状态摘要全部一致")
    assert current(page) == ["edit"]
    expect(page.locator(".banjie-move")).to_have_count(2)
    visitor.look("replay-end")

    visitor.press("Home")
    expect(page.locator("[data-now]")).to_contain_text("第 1 条")
    assert current(page) == []
    visitor.press("ArrowRight", "ArrowRight", "ArrowRight")
    assert current(page) == ["draft"]
    expect(page.locator("[data-moment-seq='4']")).to_contain_text("葛星遥")
    visitor.press("ArrowLeft")
    expect(page.locator("[data-now]")).to_contain_text("第 3 条")

    page.get_by_label("跳到").select_option(label="退回、撤回")
    page.get_by_role("button", name="下一处").click()
    expect(page.locator("[data-moment-here]")).to_contain_text(WRONG_DATE)
    sent_back = page.url
    assert "at=" in sent_back
    page.get_by_label("跳到").select_option(label="干预")
    page.get_by_role("button", name="下一处").focus()
    visitor.press("Shift+ArrowRight")
    expect(page.locator("[data-moment-here] .badge", has_text="流程干预")).to_be_visible()
    page.go_back()
    expect(page.locator("[data-moment-here]")).to_contain_text(WRONG_DATE)
    assert page.url == sent_back

    page.reload()
    page.locator("[data-replay][data-drawn]").wait_for()
    expect(page.locator("[data-moment-here]")).to_contain_text(WRONG_DATE)
    page.get_by_label("跳到").select_option(label="内容或记录的改动")
    page.get_by_role("button", name="下一处").click()
    expect(page.locator(".is-changed del").first).to_contain_text("16")
    expect(page.locator(".is-changed ins").first).to_contain_text("15")
    page.set_viewport_size(PHONE)
    visitor.look("replay-change")
    page.set_viewport_size(visitor.viewport)

    page.get_by_role("button", name="按时间").click()
    page.get_by_label("速度").select_option("64")
    page.locator("h1").click()
    visitor.press("Space")
    expect(page.locator("[data-now]")).to_contain_text(
        f"第 {page.locator('[data-replay]').get_attribute('data-count')} 条"
    )
    expect(page.get_by_role("button", name="播放")).to_be_visible()
    assert current(page) == ["edit"]
    visitor.press("?")
    expect(page.locator("#keys")).to_contain_text("上一处、下一处所选的人、环节或事情")
    assert findings.complaints == []
