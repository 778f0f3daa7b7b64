"""Step A7 of the story: one imports the calendar of the next year, another puts it into force, and limits become certain."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.house import House
from app.transaction import transaction
from tests.browser import server, wait_until_ready
from tests.e2e.visiting import Findings, Visitor
from tests.office import Desk
from tests.serving import banjie
from tests.workflows.calendars import at

NOTICE = "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）"
TITLE = "沐原能源集团有限公司办公室关于做好元旦期间值班工作的通知"
PLAN = (
    "元旦：1月1日（周四）至1月3日（周六）放假，共3天。1月4日（周日）上班。",
    "春节：2月15日（周日）至2月23日（周一）放假，共9天。2月14日（周六）、2月28日（周六）上班。",
    "清明：4月4日（周六）至4月6日（周一）放假，共3天。",
    "劳动节：5月1日（周五）至5月5日（周二）放假，共5天。5月9日（周六）上班。",
    "端午：6月19日（周五）至6月21日（周日）放假，共3天。",
    "中秋：9月25日（周五）至9月27日（周日）放假，共3天。",
    "国庆节：10月1日（周四）至10月7日（周三）放假，共7天。9月20日（周日）、10月10日（周六）上班。",
)
RELOADS = 200


def until_it_says(page: Page, text: str) -> None:
    """Look again and again, as somebody who waits for the server does."""
    for _ in range(RELOADS):
        if text in page.locator("main").inner_text():
            return
        page.reload()
        wait_until_ready(page)
    raise AssertionError(f"{page.url} never says {text}")


def test_a_year_that_two_people_put_into_force_makes_limits_certain(
    postgres_house: House, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANJIE_JOBS__IN_SERVER", "always")
    url = postgres_house.pool.url.render_as_string(hide_password=False)
    findings = Findings()
    banjie(url, tmp_path, "tick", "--at", "2025-12-31T09:00+08:00")
    with server(url, tmp_path) as address:
        clerk = Visitor(browser, address, "gexingyao", findings)
        case = a_limit_reaches_into_the_unknown_year(clerk)
        duty = Visitor(browser, address, "shangkewei", findings, also_phone=True)
        place = one_imports_it(duty)
        other = Visitor(browser, address, "boruoxi", findings, also_phone=True)
        another_puts_it_into_force(other, place)
        the_limit_is_certain(clerk, other, place, case)
    assert "全部一致" in banjie(url, tmp_path, "verify")
    assert "一致" in banjie(url, tmp_path, "replay", case.rpartition("/")[2])
    assert findings.complaints == []
    assert duty.pointers == other.pointers == []  # by the keyboard alone


def a_limit_reaches_into_the_unknown_year(clerk: Visitor) -> str:
    """Nothing is held up by it: the document is begun and goes on its way."""
    clerk.go("/cases/new")
    clerk.page.get_by_label("标题").fill(TITLE)
    clerk.page.get_by_role("button", name="新建并起草").click()
    expect(clerk.page.get_by_text("暂定（2026年日历未导入）").first).to_be_visible()
    expect(clerk.page.get_by_text("2026-01-05 17:30").first).to_be_visible()
    clerk.page.get_by_role("link", name="事项全貌").click()
    clerk.is_at(TITLE)
    case = clerk.page.url.removeprefix(clerk.address)
    clerk.go("/worklist")
    expect(clerk.page.get_by_role("row").filter(has_text=TITLE)).to_contain_text("暂定（2026年日历未导入）")
    clerk.look("calendar-provisional-inbox")
    return case


def one_imports_it(duty: Visitor) -> str:
    duty.go("/calendar?year=2026")
    expect(duty.page.get_by_text("2026年日历没有生效")).to_be_visible()
    duty.look("calendar-unknown-year")
    duty.tab_to("#source")
    duty.press("Enter")
    expect(duty.page.locator("#error-source")).to_contain_text("没有依据的日历不能生效")
    duty.look("calendar-refused")
    duty.findings.expect_refusals(1)
    duty.tab_to("#source")
    duty.type(NOTICE)
    duty.press("Enter")
    duty.is_at("导入的2026年日历")
    for line in PLAN:
        expect(duty.page.get_by_text(line)).to_be_visible()
    expect(duty.page.get_by_text("须由另一人与依据核对后复核生效")).to_be_visible()
    expect(duty.page.get_by_role("button", name="复核生效")).to_have_count(0)
    duty.look("calendar-imported")
    return duty.page.url.removeprefix(duty.address)


def another_puts_it_into_force(other: Visitor, place: str) -> None:
    other.go("/calendar")
    other.tab_to(f"a[href='{place}']")
    other.press("Enter")
    other.is_at("导入的2026年日历")
    other.tab_to("form[action$='put_into_force'] button")
    other.press("Enter")
    other.is_told("2026年日历已生效")


def the_limit_is_certain(clerk: Visitor, other: Visitor, place: str, case: str) -> None:
    until_it_says(other.page, "变动 1 项，其中由“暂定”变为“确定” 1 项。")
    row = other.page.get_by_role("row").filter(has_text="暂定→确定")
    expect(row).to_contain_text("2026-01-05 17:30 （暂定）")
    expect(row).to_contain_text("2026-01-06 17:30")
    other.look("calendar-in-force")
    other.go("/calendar?year=2026")
    expect(other.page.get_by_text("全年 248 个工作日")).to_be_visible()
    other.look("calendar-year")
    clerk.go("/worklist")
    limit = clerk.page.get_by_role("row").filter(has_text=TITLE)
    expect(limit).to_contain_text("剩余 3 个工作日")
    expect(limit).not_to_contain_text("暂定")
    clerk.go(case)
    expect(clerk.page.get_by_text("2026年工作日历变动，时限重新计算")).to_be_visible()
    clerk.look("calendar-case")
    clerk.go(place)
    expect(clerk.page.get_by_role("link", name=TITLE)).to_be_visible()


def test_the_lamp_and_the_days_overdue_follow_the_clock(sqlite_house: House, browser: Browser, tmp_path: Path) -> None:
    desk = Desk(sqlite_house)  # Friday, 2025-11-07
    desk.to_countersign()  # two working days: until Tuesday
    with transaction(sqlite_house.pool) as connection:
        sqlite_house.office.engine.set_clock(connection, desk.now + timedelta(minutes=1))
    storage, findings = sqlite_house.settings.storage, Findings()
    with server(storage.database_url, storage.data_dir) as address:
        signer = Visitor(browser, address, "luanhaiping", findings)
        for day, colour, written in (
            ("2025-11-07 16:00", "green", "剩余 2 个工作日"),
            ("2025-11-09 10:00", "green", "剩余 2 个工作日"),  # a Sunday
            ("2025-11-10 10:00", "yellow", "剩余 1 个工作日"),
            ("2025-11-11 10:00", "yellow", "今天 17:30 到期"),
            ("2025-11-12 08:00", "red", "超期 1 个工作日"),
            ("2025-11-17 08:00", "red", "超期 4 个工作日"),
        ):
            banjie(storage.database_url, storage.data_dir, "tick", "--at", at(day).isoformat())
            signer.go("/worklist")
            cell = signer.page.get_by_role("cell").filter(has_text=written)
            expect(cell.locator(f".banjie-lamp-{colour}")).to_have_count(1)
        signer.look("calendar-overdue")
    assert findings.complaints == []
