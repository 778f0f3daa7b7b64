"""A meeting in the browser: its agenda and room, leave on the phone, who is there, what is said and decided, its minutes.

Every page that is met is looked at once, on the desk and on the phone (tests/e2e/visiting.py).
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.house import House
from tests.browser import server, wait_until_ready
from tests.e2e.visiting import Findings, Visitor
from tests.meetings.days import CLERK, PLAN, PRESENT, REPORT, Days
from workflows.meeting_arrangement.tally import Counts, Outcome
from workflows.organisation.demo import PEOPLE

NAMES = {username: name for username, name, *_ in PEOPLE}


@pytest.fixture
def findings() -> Iterator[Findings]:
    """What was found on the pages of a test: nothing, at its end."""
    found = Findings()
    yield found
    assert found.complaints == [], "\n".join(found.complaints)


@pytest.fixture
def days(sqlite_house: House) -> Days:
    return Days(sqlite_house)


@pytest.fixture
def address(sqlite_house: House, days: Days) -> Iterator[str]:
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as served:
        yield served


def press(page: Page, name: str, *, exact: bool = True) -> None:
    page.get_by_role("button", name=name, exact=exact).first.click()
    wait_until_ready(page)


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()
    wait_until_ready(page)


def test_a_meeting_from_its_agenda_to_its_minutes(
    browser: Browser, findings: Findings, days: Days, address: str
) -> None:
    report, _plan, case = days.to_agenda()
    clerk = Visitor(browser, address, CLERK, findings, also_phone=True)
    page = clerk.page
    [item] = days.items(CLERK, case)
    clerk.go(f"/worklist/{item.id}")
    clerk.look("agenda-step")
    follow(page, "调整议程、预订会议室")
    clerk.look("agenda")
    press(page, "预订 1208")
    expect(page.get_by_text("已预订")).to_be_visible()
    clerk.go(f"/worklist/{item.id}")
    press(page, "提交")
    [item] = days.items(CLERK, case)
    clerk.go(f"/worklist/{item.id}")
    press(page, "发通知")
    days.deliver()

    for member in PRESENT:
        days.act(member, case, "attend")
    away = Visitor(browser, address, "miaoyuanchuan", findings, phone=True)
    [item] = days.items("miaoyuanchuan", case)
    away.go(f"/worklist/{item.id}")
    away.look("receipt")
    away.page.get_by_label("意见", exact=False).first.fill("赴砚江热电现场")
    press(away.page, "请假")
    away.go(f"/cases/{case}")
    follow(away.page, "提交书面意见")
    away.look("written-opinion")
    away.page.get_by_label(f"书面意见 {PLAN}").fill("同意")
    away.page.locator("form").filter(has_text=PLAN).get_by_role("button", name="提交书面意见").click()
    expect(away.page.get_by_role("status").filter(has_text="已登记。")).to_be_visible()

    days.act("shaoqiheng", case, "grant", "准假。")
    days.at("11-25 09:00")
    [item] = days.items(CLERK, case)
    clerk.go(f"/worklist/{item.id}")
    follow(page, "登记签到")
    for member in (*PRESENT, "luanhaiping", "wanliqing", "zonghuaigu", "tongxueling"):
        page.locator(f"input[value={member}]").check()
    clerk.look("check-in")
    press(page, "登记到会")
    clerk.go(f"/worklist/{item.id}")
    press(page, "开会")

    for line in days.meeting(case).lines:
        clerk.go(f"/meetings/{case}/lines/{line.id}")
        press(page, "开始审议本项")
        if line.is_decision:
            clerk.look("vote")
            for member in (*PRESENT[1:], PRESENT[0]):
                row = page.locator("li").filter(has=page.locator(f"input[name=member][value={member}]"))
                row.get_by_label("弃权" if member == "ruanzhiwei" else "赞成").check()
                row.get_by_label(f"{NAMES[member]}的意见").fill("列支渠道先核清" if member == "ruanzhiwei" else "同意")
                press(page, f"记录 {NAMES[member]}")
        page.get_by_label("议定内容", exact=False).fill("会议同意。")
        page.get_by_role("button", name="结束本项", exact=False).click()
        expect(page.get_by_role("status").filter(has_text="已登记。")).to_be_visible()
    clerk.look("voted")
    decided = days.line(case, PLAN)
    assert (decided.outcome, decided.counts) == (Outcome.PASSED, Counts(yes=5, abstain=1))

    [item] = days.items(CLERK, case)
    clerk.go(f"/worklist/{item.id}")
    press(page, "结束议事")
    clerk.go(f"/meetings/{case}/minutes")
    part = page.locator("section").filter(has_text=REPORT).first
    part.get_by_text("增加议定事项").first.click()
    part.get_by_label("议定事项").last.fill("印发节日值守方案")
    line_id = days.line(case, REPORT).id
    clerk.pick(f"lead-{line_id}", "安全环保部")
    part.get_by_label("完成时限").last.fill("2025-12-12")
    part.get_by_role("button", name="增加议定事项").click()
    expect(page.get_by_text("责任单位：安全环保部；完成时限：2025年12月12日").first).to_be_visible()
    clerk.look("minutes")
    clerk.go(f"/meetings/{case}/record")
    page.get_by_label("会议记录").fill("邵启衡主持，逐项审议。")
    press(page, "归存")
    clerk.look("record")
    clerk.go(f"/cases/{case}")
    clerk.look("meeting")

    member = Visitor(browser, address, "qishouzhuo", findings, also_phone=True)
    member.go(f"/cases/{case}")
    expect(member.page.get_by_text("赞成 5　反对 0　弃权 1")).to_be_visible()
    member.go(f"/cases/{report}")
    member.look("item")


def test_issued_minutes_are_signed_for_printed_and_found_in_the_register(
    browser: Browser, findings: Findings, days: Days, address: str
) -> None:
    _report, _plan, case = days.to_dispatch()
    signer = Visitor(browser, address, "zonghuaigu", findings, also_phone=True)
    [item] = days.items("zonghuaigu", case)
    signer.go(f"/worklist/{item.id}")
    title = signer.page.locator(".banjie-minutes-title")
    expect(title).to_have_text("中共沐原能源集团有限公司委员会会议纪要")
    signer.look("minutes-to-sign")
    press(signer.page, "签收")
    clerk = Visitor(browser, address, CLERK, findings, also_phone=True)
    clerk.go(f"/meetings/{case}/minutes/print")
    clerk.look("minutes-printed")
    clerk.go("/meetings?state=issued&since=2025-11-01&until=2025-11-30")
    expect(clerk.page.locator("tbody")).to_contain_text("签收 1/3")
    clerk.look("meetings-register")
    clerk.go(f"/cases/{case}")
    press(clerk.page, "催办全部未签收单位")
    expect(clerk.page.locator("#receipts")).to_contain_text("催办 1 次")


def test_the_calendar_of_rooms_is_walked_through_by_the_keyboard_and_is_a_list_on_the_phone(
    browser: Browser, findings: Findings, days: Days, address: str
) -> None:
    days.at("11-20 09:00")
    clerk = Visitor(browser, address, CLERK, findings, also_phone=True)
    page = clerk.page
    clerk.go("/rooms?day=2025-11-25")
    clerk.tab_to("table[data-grid] a")
    focused = page.locator("*:focus")
    expect(focused).to_have_attribute("aria-label", "预订 1208，08:00 起")
    clerk.press("ArrowDown", "ArrowDown", "ArrowRight")
    expect(focused).to_have_attribute("aria-label", "预订 1206，09:00 起")
    clerk.press("ArrowLeft", "Enter")
    clerk.is_at("预订会议室")
    clerk.look("room-booking")
    clerk.tab_to("#purpose")
    clerk.type("党委会2025年第21次会议")
    clerk.tab_to("button.btn-primary")
    clerk.press("Enter")
    clerk.is_at("会议室")
    expect(page.locator("td.is-taken")).to_contain_text("09:00—10:00 党委会2025年第21次会议")
    clerk.look("rooms-of-a-day")
    clerk.go("/rooms?day=2025-11-25&view=week")
    clerk.look("rooms-of-a-week")
    phone = Visitor(browser, address, "suiyiming", findings, phone=True)
    phone.go("/rooms?day=2025-11-25")
    expect(phone.page.locator("table[data-grid]")).to_be_hidden()
    expect(phone.page.locator(".banjie-calendar-list")).to_contain_text("党委会2025年第21次会议")
    follow(phone.page, "09:00")
    phone.look("one-booking")
    clerk.go("/rooms/bookings/1")
    page.get_by_label("取消原因").fill("会议改期")
    press(page, "取消预订")
    clerk.go("/rooms?day=2025-11-25")
    expect(page.locator("td.is-taken")).to_have_count(0)
