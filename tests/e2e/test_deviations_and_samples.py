"""An auditor finds what deviates, draws a sample and fills in its worksheet, in a real browser on a desktop and a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from app.house import House
from app.transaction import transaction
from tests.browser import server
from tests.e2e.visiting import Findings, Visitor
from tests.noticed import the_notice

SPAN = "since=2025-11-01&until=2025-11-30"


@pytest.fixture
def office(sqlite_house: House) -> Iterator[str]:
    desk = the_notice(sqlite_house)
    with transaction(sqlite_house.pool) as connection:
        sqlite_house.office.engine.set_clock(connection, desk.now)
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as address:
        yield address


def test_an_auditor_finds_what_deviates_and_fills_in_a_worksheet(browser: Browser, office: str) -> None:
    findings = Findings()
    visitor = Visitor(browser, office, "peishenzhi", findings, also_phone=True)
    page = visitor.page
    visitor.go(f"/audit/deviations?{SPAN}")
    expect(page.get_by_role("link", name="偏差")).to_have_attribute("aria-current", "page")
    visitor.look("deviations")
    page.get_by_role("link", name="签发后改正文 1").click()
    row = page.get_by_role("row").filter(has_text="沙小满在“复核”给“正文”补写")
    expect(row).to_contain_text("仇敬安于 2025-11-13 09:15 重新签署。")
    changed = row.get_by_role("link", name="条记录").nth(1)
    seq = changed.inner_text()
    changed.click()
    expect(page.locator(f"[data-moment-seq='{seq}']")).to_contain_text("沙小满")

    visitor.go("/audit/samples")
    page.get_by_label("名称或目的").fill("节假日通知核查")
    page.get_by_label("方法").select_option("按风险")
    page.get_by_label("件数，或带百分号的比例").fill("50%")
    page.get_by_label("发起日期自").fill("2025-11-01")
    visitor.look("samples-form")
    page.get_by_role("button", name="抽取").click()
    expect(page.get_by_text("已抽取 1 件。")).to_be_visible()
    visitor.look("sample")
    page.get_by_role("link", name="重抽核对").click()
    expect(page.get_by_text("重新抽取，结果完全相同")).to_be_visible()
    page.get_by_role("link", name="填写").click()
    page.get_by_label("签发后的改动是否报原签发人复审").select_option("是")
    page.get_by_label("审计发现").fill("漏写的一句在签发后补上，已由原签发人复审。")
    page.get_by_label("结论").select_option("未见问题")
    visitor.look("sampled-case")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已记入底稿。")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="漏写的一句")).to_contain_text("裴慎之")
    visitor.go("/audit/samples")
    visitor.look("samples")
    visitor.go("/audit/event-logs")
    visitor.look("event-logs")
    with page.expect_download() as taken:
        page.get_by_role("button", name="导出 XES").click()
    assert taken.value.suggested_filename.endswith(".xes")
    assert findings.complaints == []
