"""流程干预 in a real browser: from the navigation to a case, to the deed and back, by somebody who may not read it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from app.house import House
from app.transaction import transaction
from tests.browser import server
from tests.e2e.visiting import Findings, Visitor
from tests.flows import model, user
from tests.office import TITLE, Desk
from tests.web.test_interventions import FIRST, SECOND, deploy
from tests.web.test_interventions_page import FAILING
from workflows.operations import lifecycle

ADMINISTRATOR = "boruoxi"
MANY = "wanliqing,luanhaiping,gexingyao,shiyanqiu,ranqinghe,quanning"
POOL = model("s_ -> take\ntake -> e_", {"take": user("take", attributes=f'camunda:candidateUsers="{MANY}"')}, "pool")


@pytest.fixture
def office(sqlite_house: House) -> Iterator[tuple[str, Desk]]:
    """A served office with cases in every state; the last one stands at a step that its next version calls something else."""
    desk = Desk(sqlite_house)
    desk.to_registration()
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1", "QY2", "CWB"])
    desk.to_countersign()
    with transaction(sqlite_house.pool) as connection:
        person = desk.person(ADMINISTRATOR)
        lifecycle.suspend(connection, sqlite_house.office, person, desk.instance_id, "等上级意见", desk.now)
    deploy(desk, POOL)
    desk.start(key="pool")
    deploy(desk, model(FAILING, key="failing"))
    desk.start(key="failing")
    deploy(desk, model(FIRST))
    desk.start(key="flow")
    desk.act("gexingyao", "submit")
    deploy(desk, model(SECOND))
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as address:
        yield address, desk


def test_a_case_is_found_and_moved_by_who_may_not_read_it(browser: Browser, office: tuple[str, Desk]) -> None:
    address, desk = office
    findings = Findings()
    visitor = Visitor(browser, address, ADMINISTRATOR, findings, also_phone=True)
    page = visitor.page
    visitor.go("/worklist")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="流程干预").press("Enter")
    visitor.is_at("流程干预")
    expect(page.locator("tbody tr")).to_have_count(5)
    expect(page.locator("main")).not_to_contain_text(TITLE)
    visitor.look("interventions")
    page.get_by_label("事项编号或文号（须完整）").fill("沐原办[2025]47号")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("沐原办〔2025〕47号")
    page.get_by_label("事项编号或文号（须完整）").fill(desk.instance_id)
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).not_to_contain_text("沐原办〔2025〕47号")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="迁移版本").press("Enter")
    visitor.is_at("迁移版本")
    page.get_by_role("button", name="试算").press("Enter")
    expect(page.get_by_text("这样不能迁移：")).to_be_visible()
    visitor.look("migration-refused")
    page.get_by_label("check", exact=True).select_option("check_again")
    page.get_by_role("button", name="试算").press("Enter")
    expect(page.get_by_text("可以迁移。")).to_be_visible()
    visitor.look("migration-possible")
    page.get_by_role("button", name="确认迁移版本").press("Enter")
    visitor.is_told("已迁移版本。")
    visitor.is_at("流程干预")
    expect(page.locator("tbody tr")).to_contain_text("第 2 版")
    page.get_by_role("link", name="终止办理").press("Enter")
    visitor.is_at("终止办理")
    page.get_by_label("理由").fill("重复立项，不再办理。")
    page.get_by_role("button", name="确认终止办理").press("Enter")
    visitor.is_told("已终止办理。")
    expect(page.locator("tbody tr")).to_contain_text("已终止")
    assert findings.complaints == []
