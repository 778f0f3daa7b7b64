"""A day in the office, in a real browser: what shows that the clerk's desk works.

Each test is one person's part of the day. Every page that is met is looked at once (tests/e2e/visiting.py).
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from app.house import House
from app.scheduler import follow
from app.transaction import reading
from tests.browser import PHONE, server, wait_until_ready
from tests.e2e import day_cases
from tests.e2e.visiting import Findings, Visitor
from tests.office import Desk

STEP = ".banjie-decisions"
OPINION = "已核，无不同意见。"


@pytest.fixture
def findings() -> Iterator[Findings]:
    """What was found on the pages of a test: nothing, at its end."""
    found = Findings()
    yield found
    assert found.complaints == [], "\n".join(found.complaints)


@pytest.fixture
def began(sqlite_house: House) -> None:
    """The clock is set before the server starts, which tells at once which settings are in force."""
    day_cases.begin(sqlite_house, day_cases.BEGAN)


@pytest.fixture
def full_desk(sqlite_house: House, began: None) -> None:
    """Thirty items on the clerk's desk, which can be found by words, before anybody serves the office."""
    day_cases.lay_on_the_clerks_desk(sqlite_house)
    while follow(sqlite_house):
        pass


@pytest.fixture
def address(sqlite_house: House, began: None) -> Iterator[str]:
    storage = sqlite_house.settings.storage
    with server(storage.database_url, storage.data_dir) as served:
        yield served
    with reading(sqlite_house.pool) as connection:
        assert sqlite_house.office.engine.verify(connection) == []


class Clerk(Visitor):
    """Clears a desk by keys alone, by what each page says."""

    def step(self) -> str:
        return self.page.locator("form.card[data-keep] .card-title").inner_text()

    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    def finish(self) -> str:
        """Do the item that is open by its first decision, or with words where words are asked for; return its step."""
        step, title = self.step(), self.title()
        if self.page.locator("#reason").count():
            self.look("item-copy" if self.page.locator("#reason:not([aria-required])").count() else "item-lent")
            self.tab_to("#reason")
            self.type(OPINION)
        else:
            self.look(f"item-{step}")
        self.press("e")
        if self.page.evaluate("document.activeElement.matches('textarea')"):  # a letter of the opinion, then
            self.press("Backspace")
            self.tab_to(f"{STEP} .btn-primary")
        expect(self.page.locator(f"{STEP} .btn-primary").first).to_be_focused()
        self.press("Enter")
        expect(self.page.locator(".alert-success").first).to_be_visible()
        expect(self.page.locator("h1")).not_to_have_text(title)
        wait_until_ready(self.page)
        return step

    def go_to_box(self, key: str) -> None:
        with self.page.expect_navigation():
            self.press("g", key)
        wait_until_ready(self.page)

    def open_first(self) -> None:
        self.press("j")
        self.press("Enter")
        expect(self.page.locator("form.card[data-keep]")).to_be_visible()
        wait_until_ready(self.page)


def test_a_clerk_clears_thirty_mixed_items_by_keys_alone(
    browser: Browser, findings: Findings, full_desk: None, address: str
) -> None:
    clerk = Clerk(browser, address, day_cases.CLERK, findings, also_phone=True)
    page = clerk.page
    clerk.go_to_box("t")
    clerk.is_at("待办")
    assert (clerk.count_of("todo"), clerk.count_of("claimable"), clerk.count_of("copies")) == (21, 5, 4)
    clerk.look("inbox")
    red = [row.locator(".banjie-lamp-red").count() for row in page.locator("[data-row]").all()]
    assert red == sorted(red, reverse=True)
    assert 0 < sum(red) < len(red)
    done = []

    # what is overdue first, one after another
    clerk.open_first()
    expect(page.locator(".banjie-lamp-red").first).to_be_visible()
    done += [clerk.finish() for _ in range(3)]

    # one is found by its title, and given to somebody else
    clerk.go_to_box("t")
    clerk.is_at("待办")
    clerk.press("/")
    clerk.type("花名册")
    clerk.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)
    wait_until_ready(page)
    clerk.look("inbox-found")
    clerk.open_first()
    clerk.is_at(day_cases.TO_TRANSFER)
    clerk.tab_to("[data-operation=transfer]")
    clerk.press("Enter")
    clerk.is_at("转办")
    expect(page.locator("#to-ts-control")).to_be_focused()
    clerk.type("苗若谷")
    expect(page.locator("#to-ts-dropdown .option").first).to_contain_text("苗若谷")
    clerk.press("Enter")
    clerk.look("transfer")
    clerk.tab_to("#reason")
    clerk.type("花名册归党群工作部管理。")
    clerk.tab_to(f"{STEP} .btn-primary")
    clerk.press("Enter")
    clerk.is_told("已转办")
    expect(page.locator("[data-row]")).to_have_count(0)
    done.append("转办")

    # one goes back with the reason
    clerk.press("/")
    clerk.type("考勤办法")
    clerk.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)
    wait_until_ready(page)
    clerk.open_first()
    clerk.is_at(day_cases.TO_SEND_BACK)
    clerk.press("b")
    clerk.is_at("退回")
    expect(page.locator("input[name=to]:checked")).to_be_focused()
    expect(page.locator("[data-preview]")).to_contain_text("回来的路")
    clerk.look("send-back")
    clerk.tab_to("#reason")
    clerk.type("会签意见与办法第六条不一致，请核对。")
    clerk.tab_to(f"{STEP} .btn-danger")
    clerk.press("Enter")
    clerk.is_told("已退回")
    done.append("退回")

    # all the rest, the next one opening by itself
    clerk.go_to_box("t")
    clerk.is_at("待办")
    clerk.open_first()
    while page.locator("form.card[data-keep]").count():
        done.append(clerk.finish())
        assert len(done) <= day_cases.TODO
    assert len(done) == day_cases.TODO
    assert set(done) == {"起草", "会签意见采纳", "校对", "提出意见", "部门意见", "转办", "退回"}
    clerk.is_at("待办")
    expect(page.get_by_text("这里没有事项。")).to_be_visible()
    clerk.look("inbox-empty")

    # what is offered: chosen, claimed together, done
    clerk.go_to_box("p")
    clerk.is_at("待领办")
    for _ in range(day_cases.POOL):
        clerk.press("j", "x")
    expect(page.locator("[data-chosen]")).to_have_text("已选 5 件")
    clerk.look("pool")
    clerk.tab_to("[data-batch-button][value=claim]", back=True)
    clerk.press("Enter")
    expect(page.get_by_role("dialog", name="批量办理").get_by_role("status")).to_contain_text("办成 5 件，未办 0 件")
    expect(page.get_by_role("link", name="回到列表")).to_be_focused()
    clerk.press("Enter")
    expect(page.get_by_text("这里没有事项。")).to_be_visible()
    wait_until_ready(page)
    clerk.go_to_box("t")
    clerk.is_at("待办")
    clerk.open_first()
    done += [clerk.finish() for _ in range(day_cases.POOL)]

    # copies: two with words, one after the other, the others together
    clerk.go_to_box("c")
    clerk.is_at("传阅")
    clerk.look("copies")
    clerk.open_first()
    done += [clerk.finish() for _ in range(2)]
    clerk.go_to_box("c")
    clerk.is_at("传阅")
    clerk.press("j", "x", "j", "x")
    clerk.tab_to("[data-batch-button]", back=True)
    clerk.press("Enter")
    expect(page.get_by_role("dialog", name="批量办理").get_by_role("status")).to_contain_text("办成 2 件，未办 0 件")
    expect(page.get_by_role("link", name="回到列表")).to_be_focused()
    clerk.press("Enter")
    expect(page.get_by_text("这里没有事项。")).to_be_visible()
    done += ["已阅"] * 2

    assert len(done) == 30
    for box in ("todo", "claimable", "copies", "drafts", "delegated"):
        assert clerk.count_of(box) == 0, box
    assert clerk.pointers == []


def test_what_was_just_handed_in_can_be_taken_back_for_some_seconds(
    browser: Browser, findings: Findings, sqlite_house: House, address: str
) -> None:
    day_cases.deploy_second_flow(sqlite_house)
    for number in range(2):
        desk = day_cases.drafted(sqlite_house, f"关于第{number + 1}次演练的通知", day_cases.BEGAN)
    day_cases.begin(sqlite_house, desk.now)
    head = Visitor(browser, address, "shiyanqiu", findings, also_phone=True)
    page = head.page
    head.press("j", "Enter")
    expect(page.locator("form.card[data-keep]")).to_be_visible()
    title = page.locator("h1").inner_text()
    wait_until_ready(page)
    head.press("e", "Enter")
    notice = page.locator("[data-undo]")
    expect(notice).to_contain_text("撤回")
    expect(page.locator("h1")).not_to_have_text(title)
    wait_until_ready(page)
    head.press("u")
    head.is_told("已撤回")
    head.is_at(title)
    head.press("e", "Enter")
    expect(notice).to_be_visible()
    head.look("undo")
    expect(notice).to_have_count(0, timeout=20000)
    assert head.pointers == []


def test_what_is_done_with_an_item_opens_beside_the_list_and_goes_on_with_it(
    browser: Browser, findings: Findings, sqlite_house: House, address: str
) -> None:
    for title in ("关于第一次演练的通知", "关于第二次演练的通知"):
        desk = day_cases.drafted(sqlite_house, title, day_cases.BEGAN)
        day_cases.to_reconcile(desk)
    day_cases.begin(sqlite_house, desk.now)
    clerk = Visitor(browser, address, day_cases.CLERK, findings)
    page, pane = clerk.page, clerk.page.locator("[data-pane]")
    clerk.press("v")
    expect(page.locator(".banjie-inbox.is-split")).to_be_visible()
    wait_until_ready(page)
    clerk.press("j", "Enter")
    title = page.locator("[data-row] a[data-open]").first.inner_text()
    expect(pane.get_by_role("heading", name=title)).to_be_focused()
    page.evaluate("window.sameDocument = true")
    clerk.press("b")
    expect(pane.locator("[data-heading]")).to_have_text("退回")
    expect(pane.locator("input[name=to]:checked")).to_be_focused()
    clerk.look("send-back-beside")
    clerk.press("ArrowDown")
    expect(pane.locator("[data-preview]")).to_contain_text("部门负责人审核 → 部门会签 → 会签意见采纳")
    clerk.tab_to("#reason")
    clerk.tab_to(f"{STEP} .btn-danger")
    clerk.press("Enter")
    expect(pane.locator("#error-reason")).to_be_visible()
    expect(pane.locator("#problem")).to_be_focused()
    findings.expect_refusals(1)
    assert page.evaluate("window.sameDocument")
    clerk.tab_to("#reason")
    clerk.type("请与人力资源部核对。")
    clerk.tab_to(f"{STEP} .btn-danger")
    clerk.press("Enter")
    clerk.is_told("已退回")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(pane.locator("[data-heading]")).to_be_visible()
    expect(pane.locator("[data-heading]")).not_to_have_text(title)
    assert clerk.pointers == []


def test_a_leader_decides_five_items_on_a_phone_in_three_taps_each(
    browser: Browser, findings: Findings, sqlite_house: House, address: str
) -> None:
    day_cases.deploy_second_flow(sqlite_house)
    for number in range(3):
        desk = Desk(sqlite_house, day_cases.BEGAN, f"{day_cases.LONG}（{number + 1}）")
        desk.to_signing()
    for number in range(2):
        day_cases.started(sqlite_house, f"关于请批示第{number + 1}号事项的请示", desk.now)
    day_cases.begin(sqlite_house, desk.now)
    leader = Visitor(browser, address, "qiujingan", findings, phone=True)
    page = leader.page
    leader.look("leader-inbox")
    for left in range(5, 0, -1):
        assert page.locator("[data-row]").count() == left
        taps = len([one for one in leader.pointers if one == "pointerup"])
        page.locator("[data-row] a[data-open]").first.tap()
        expect(page.locator("form.card[data-keep]")).to_be_visible()
        step = page.locator("form.card[data-keep] .card-title").inner_text()
        leader.look(f"leader-{step}")
        if step == "签发":
            page.locator("[data-phrase]", has_text="同意").first.tap()
            expect(page.locator("#opinion")).not_to_have_value("")
        page.locator(f"{STEP} button[name=decision]").first.tap()
        expect(page.locator(".alert-success").first).to_contain_text("已提交")
        assert len([one for one in leader.pointers if one == "pointerup"]) - taps <= 3
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        leader.look("leader-next")
        leader.go("/worklist")
    expect(page.get_by_text("这里没有事项。")).to_be_visible()


def test_a_substitute_acts_for_who_is_away_and_the_case_says_so(
    browser: Browser, findings: Findings, sqlite_house: House, address: str
) -> None:
    desk = Desk(sqlite_house, day_cases.BEGAN)
    desk.to_signing()
    day_cases.begin(sqlite_house, desk.now)
    owner = Visitor(browser, address, "qiujingan", findings, also_phone=True)
    owner.page.get_by_role("link", name="代理", exact=True).click()
    owner.page.get_by_text("委托他人代理").click()
    owner.pick("substitute", "郁文澍")
    owner.page.get_by_label("结束日期").fill("2025-11-20")
    owner.page.get_by_label("原因").fill("赴砚江热电现场")
    owner.look("substitution")
    owner.page.get_by_role("button", name="委托", exact=True).click()
    expect(owner.page.get_by_text("生效中")).to_be_visible()
    owner.look("substitutions")

    substitute = Visitor(browser, address, "yuwenshu", findings, also_phone=True)
    page = substitute.page
    expect(page.locator("[data-row]", has_text="代仇敬安")).to_have_count(1)
    substitute.look("inbox-substitute")
    page.locator("[data-row] a[data-open]").click()
    expect(page.get_by_text("您正在代仇敬安办理")).to_be_visible()
    substitute.look("item-substitute")
    page.locator("#opinion").fill("同意印发。")
    page.locator(f"{STEP} button[name=decision]").first.click()
    substitute.is_told("已提交")
    substitute.go(f"/cases/{desk.instance_id}")
    expect(page.locator(".banjie-timeline")).to_contain_text("郁文澍（代仇敬安）")
    substitute.look("case-substitute")


def test_a_countersign_gains_and_loses_seats_a_vote_comes_back_and_one_sends_back_from_inside(
    browser: Browser, findings: Findings, sqlite_house: House, address: str
) -> None:
    desk = Desk(sqlite_house, day_cases.BEGAN)
    desk.to_countersign()
    day_cases.begin(sqlite_house, desk.now)
    one = Visitor(browser, address, "luanhaiping", findings)
    page = one.page
    page.locator("[data-row] a[data-open]").click()
    page.locator("[data-operation=add_signer]").click()
    one.is_at("加签")
    expect(page.get_by_label("并加签")).to_be_checked()
    one.pick("people", "财务部", "法律合规部")
    one.look("add-signer")
    page.get_by_role("button", name="确认加签").click()
    one.is_told("已加签")
    expect(page.locator(".banjie-timeline")).to_contain_text("请财务部、法律合规部加签")
    expect(page.locator(".banjie-timeline")).to_contain_text("宗怀谷")
    expect(page.locator(".banjie-timeline")).to_contain_text("佟雪岭")
    one.look("countersign")
    page.locator("[data-operation=remove_signer]").click()
    one.is_at("减签")
    page.get_by_label("法律合规部").check()
    one.look("remove-signer")
    page.get_by_role("button", name="确认减签").click()
    one.is_told("已减签")

    page.locator("#opinion").fill("无意见。")
    page.locator(f"{STEP} button[value=agree]").click()
    one.is_told("已提交")
    page.locator("[data-undo] button", has_text="撤回").click()
    one.is_told("已撤回")
    page.locator("#opinion").fill("第三条请补充应急值守电话。")
    page.locator(f"{STEP} button[value=amend]").click()
    one.is_told("已提交")

    other = Visitor(browser, address, "wanliqing", findings)
    page = other.page
    page.locator("[data-row] a[data-open]").click()
    page.locator("[data-operation=send_back]").click()
    other.is_at("退回")
    page.get_by_label("起草").check()
    preview = page.locator("[data-preview]")
    expect(preview).to_contain_text("起草 → 部门负责人审核 → 部门会签")
    expect(preview).to_contain_text("部门会签（宗怀谷）")
    expect(preview).to_contain_text("部门会签（栾海平）")
    other.look("send-back-from-inside")
    page.get_by_label("退回理由").fill("放假范围与上级通知不一致。")
    page.get_by_role("button", name="确认退回").click()
    other.is_told("已退回。现在办理：起草（葛星遥）。")

    drafter = Visitor(browser, address, "gexingyao", findings)
    drafter.page.locator("[data-row] a[data-open]").click()
    expect(drafter.page.locator(".banjie-timeline")).to_contain_text("放假范围与上级通知不一致")
    drafter.look("item-returned")
    drafter.page.locator(f"{STEP} button[name=decision]").first.click()
    drafter.is_told("部门负责人审核（石砚秋）")
    with reading(sqlite_house.pool) as connection:
        desk.now = sqlite_house.office.engine.now(connection)
    desk.act("shiyanqiu", "agree", countersign_units=["AHB", "DQB"])
    desk.act("luanhaiping", "agree")
    desk.act("wanliqing", "agree")
    assert [item.name for item in desk.open_items("gexingyao")] == ["会签意见采纳"]
    with reading(sqlite_house.pool) as connection:
        assert sqlite_house.office.engine.replay(connection, desk.instance_id).verified


def test_a_secretary_records_what_a_leader_wrote_and_the_leader_confirms_it(
    browser: Browser, findings: Findings, sqlite_house: House, address: str
) -> None:
    desk = Desk(sqlite_house, day_cases.BEGAN)
    desk.to_signing()
    day_cases.begin(sqlite_house, desk.now)
    secretary = Visitor(browser, address, "zhimingyuan", findings)
    page = secretary.page
    page.get_by_role("link", name="事项查询").click()
    secretary.look("cases-secretary")
    page.get_by_role("link", name=desk.title).click()
    page.locator(".banjie-timeline .is-open a").click()
    secretary.look("item-secretary")
    page.locator("[data-operation=record_for]").click()
    secretary.is_at("代录")
    page.locator("input[name=decision]").first.check()
    page.get_by_label("领导的原话").fill("同意印发。")
    scan = page.screenshot(clip={"x": 300, "y": 100, "width": 320, "height": 200})
    page.locator("#field-attachments").set_input_files({"name": "手写件.png", "mimeType": "image/png", "buffer": scan})
    expect(page.locator(".banjie-files")).to_contain_text("手写件.png")
    expect(page.get_by_role("button", name="移除 手写件.png")).to_be_visible()
    secretary.look("record-for")
    page.get_by_role("button", name="确认代录").click()
    secretary.is_told("已代录")
    secretary.go(f"/cases/{desk.instance_id}")
    expect(page.locator(".banjie-timeline")).to_contain_text("支明远代录，待本人确认")
    expect(page.locator(".banjie-timeline")).to_contain_text("手写件.png")
    secretary.look("case-recorded")

    leader = Visitor(browser, address, "qiujingan", findings, phone=True)
    page = leader.page
    leader.look("inbox-to-confirm")
    page.locator(".banjie-unconfirmed a").tap()
    confirm = page.get_by_role("button", name="确认代录")
    confirm.wait_for()
    leader.look("item-to-confirm")
    confirm.tap()
    leader.is_told("已确认代录")
    expect(page.locator(".banjie-timeline")).to_contain_text("支明远代录，本人已于")
    leader.go("/worklist")
    expect(page.get_by_text("待您确认")).to_have_count(0)


def test_the_office_suspends_resumes_jumps_ends_and_hands_over(
    browser: Browser, findings: Findings, sqlite_house: House, address: str
) -> None:
    desk, other = Desk(sqlite_house, day_cases.BEGAN), Desk(sqlite_house, day_cases.BEGAN, day_cases.LONG)
    desk.to_countersign()
    other.to_countersign()
    for case in (desk, other):
        day_cases.copy_to(case, "boruoxi", "luanhaiping", "请按流程干预。")
    day_cases.begin(sqlite_house, desk.now)
    office = Visitor(browser, address, "boruoxi", findings)
    page = office.page

    def do(case: Desk, operation: str, reason: str = "") -> None:
        office.go(f"/cases/{case.instance_id}")
        page.get_by_role("link", name=operation, exact=True).click()
        office.is_at(operation)
        office.look(f"do-{operation}")
        if reason:
            page.get_by_label("理由").fill(reason)
        page.get_by_role("button", name=f"确认{operation}").click()
        office.is_told(f"已{operation}")
        expect(page.locator(".banjie-timeline")).to_contain_text(reason)
        office.look(f"done-{operation}")

    office.go(f"/cases/{desk.instance_id}")
    expect(page.locator("h1")).to_contain_text(desk.title)
    do(desk, "挂起", "等待上级批复。")
    expect(page.locator("h1")).to_contain_text("已挂起")
    do(desk, "恢复")
    office.go(f"/cases/{desk.instance_id}")
    page.get_by_role("link", name="跳转", exact=True).click()
    office.pick("to", "核稿")
    page.get_by_label("理由").fill("会签部门已面签，见附件。")
    office.look("do-jump")
    page.get_by_role("button", name="确认跳转").click()
    office.is_told("已跳转")
    expect(page.locator(".banjie-timeline")).to_contain_text("流程干预")
    office.look("done-jump")
    do(other, "终止办理", "事项已并入另一件办理。")
    expect(page.locator("h1")).to_contain_text("已终止")

    page.get_by_role("link", name="工作交接").click()
    office.pick("from", "冉青禾")
    office.pick("to", "靳书白")
    page.get_by_label("理由").fill("岗位调整。")
    office.look("handover")
    page.get_by_role("button", name="确认交接").click()
    office.is_told("已交接 0 件")
