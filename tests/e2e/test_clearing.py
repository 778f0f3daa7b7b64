"""清除内容 in a real browser: asked for on the case's page, approved by somebody who sees none of it, by keyboard."""

import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from app.house import House
from app.transaction import transaction
from tests.browser import server
from tests.e2e.visiting import Findings, Visitor
from tests.office import DRAFT, Desk
from workflows.attachments import actions as attachments

FILE = "北线七号库设备部署情况说明.txt"


@pytest.fixture
def office(sqlite_house: House) -> Iterator[tuple[str, Desk]]:
    """A served office with a case in which a file was stored by mistake."""
    desk = Desk(sqlite_house)
    desk.start()
    with transaction(sqlite_house.pool) as connection:
        added = attachments.add(
            connection, sqlite_house.office.store, FILE, io.BytesIO(b"x" * 9_000), 10_000, "gexingyao", desk.now
        )
    desk.act("gexingyao", "submit", **{**DRAFT, "annexes": [added.id]})
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as address:
        yield address, desk


def test_a_file_is_cleared_by_two_people_and_the_case_says_so(browser: Browser, office: tuple[str, Desk]) -> None:
    address, desk = office
    findings = Findings()
    director = Visitor(browser, address, "zhenliyan", findings, also_phone=True)
    page, case = director.page, f"/cases/{desk.instance_id}"
    director.go(case)
    page.get_by_role("link", name="清除内容…").press("Enter")
    director.is_at("清除内容")
    page.get_by_role("radio", name=FILE).press("Space")
    page.get_by_role("button", name="查看将清除什么").press("Enter")
    expect(page.get_by_text("文件摘要（保留）")).to_be_visible()
    director.look("clearing-asked")
    page.get_by_label("理由（不要写出内容本身）").fill("误传涉密扫描件")
    page.get_by_role("button", name="提出清除").press("Enter")
    expect(page.locator("#clearing")).to_contain_text("甄立言 提出清除，待批准")

    administrator = Visitor(browser, address, "yuemingda", findings, also_phone=True)
    page = administrator.page
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="清除内容").press("Enter")
    administrator.is_at("清除内容")
    administrator.look("clearings")
    page.get_by_role("link", name="附件（文本").press("Enter")
    expect(page.locator("main")).not_to_contain_text("北线")
    administrator.look("clearing-decided")
    page.get_by_role("button", name="批准清除").press("Enter")
    administrator.is_told("已清除")

    director.go(case)
    expect(director.page.locator("main")).not_to_contain_text(FILE)
    expect(director.page.locator("#clearing")).to_contain_text("经岳明达批准")
    director.look("clearing-done")
    auditor = Visitor(browser, address, "changguanfu", findings)
    auditor.go("/clearings")
    expect(auditor.page.locator(".banjie-tabs [aria-current=page]")).to_have_text("清除内容")
    auditor.look("clearings-audited")
    assert findings.complaints == []
