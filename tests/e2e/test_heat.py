"""流程热力 in a real browser: read on the drawing and in the table, by keyboard, on a desktop and a phone, down to a case."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from app.house import House
from tests.browser import server
from tests.e2e.visiting import Findings, Visitor
from tests.flow_cases import run


@pytest.fixture
def office(sqlite_house: House) -> Iterator[str]:
    """A served office with cases of 发文, some of them sent back."""
    run(sqlite_house)
    with server(sqlite_house.settings.storage.database_url, sqlite_house.settings.storage.data_dir) as address:
        yield address


def test_an_auditor_finds_where_cases_wait_and_come_back(browser: Browser, office: str) -> None:
    findings = Findings()
    visitor = Visitor(browser, office, "peishenzhi", findings, also_phone=True)
    page = visitor.page
    visitor.go("/audit")
    page.get_by_role("link", name="流程热力").press("Enter")
    visitor.is_at("流程热力")
    visitor.go("/audit/heat?since=2025-11-01&until=2025-12-31")
    page.locator("[data-heat][data-drawn]").wait_for()
    expect(page.get_by_text("共 6 件事项")).to_be_visible()
    review = page.locator("[data-step=department_review]")
    expect(review).to_contain_text("3 件多轮，最多 3 轮")
    spots = page.locator("[data-canvas] .layer-banjie-heat-spots ellipse")
    expect(spots.first).to_be_attached()
    visitor.look("heat-waiting")
    waiting = spots.count()
    page.get_by_label("返工").focus()
    page.keyboard.press("Space")
    expect(spots).not_to_have_count(waiting)
    expect(page.locator(".banjie-heat-arrow")).to_have_count(1)
    expect(page.locator(".banjie-heat-arrow text")).to_have_text("4")
    visitor.look("heat-rework")
    page.reload()
    page.locator("[data-heat][data-drawn]").wait_for()
    expect(page.get_by_role("radio", name="返工")).to_be_checked()
    rounds = page.get_by_role("button", name="轮次")
    rounds.press("Enter")
    expect(page.locator("[data-sorted-table] tbody tr").first).to_contain_text("起草")
    expect(page.locator("[data-sorted-table] th[aria-sort=descending]")).to_contain_text("轮次")
    expect(page.get_by_text("起草 → 部门负责人审核 → 起草")).to_be_visible()
    page.locator("[data-step=department_review] a[href*=rework]").press("Enter")
    visitor.is_at("返工")
    expect(page.locator("tbody tr")).to_have_count(4)
    visitor.look("heat-cases")
    page.get_by_role("link", name="关于汛期值班安排的通知（2）").first.press("Enter")
    visitor.is_at("关于汛期值班安排的通知（2）")
    assert "?at=" in page.url
    assert findings.complaints == []
