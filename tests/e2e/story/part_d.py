"""Part D: 督办 and 交办, from 2025-12-01 to 2026-03-02. Each function is a step of the story, with its marks."""

from playwright.sync_api import Page, expect

from tests.browser import wait_until_ready
from tests.e2e.story.year import Year, fill_in

CLERK = "linxiaozhou"
SAFETY, VISITS, CHANNEL = "节日安全生产和值班值守", "走访慰问", "核清党费列支渠道"
FIRST, SECOND, THIRD = "印发节日值守方案", "完成所属企业节前检查和整改", "完成走访慰问"
SAFETY_NUMBER, VISITS_NUMBER = "沐原督〔2025〕18号", "沐原督〔2025〕19号"


def board_row(year: Year, title: str, look: str = "") -> Page:
    """Open the register of supervision."""
    clerk = year.who(CLERK)
    clerk.go("/supervision?state=all")
    if look:
        clerk.look(look)
    expect(clerk.page.get_by_role("row").filter(has_text=title)).to_have_count(1)
    return clerk.page


def shows(year: Year, title: str, *texts: str, look: str = "") -> None:
    page = board_row(year, title, look)
    row = page.get_by_role("row").filter(has_text=title)
    for text in texts:
        expect(row).to_contain_text(text)


def d1_four_candidates_and_none_taken_up(year: Year) -> None:
    year.at("2025-12-01 08:30")
    clerk = year.who(CLERK)
    page = clerk.page
    clerk.go("/supervision/candidates")
    expect(page.locator("tbody tr")).to_have_count(4)
    for title in (FIRST, SECOND, THIRD, CHANNEL):
        expect(page.get_by_role("row").filter(has_text=title)).to_contain_text("第21")
    clerk.look("story-D1-candidates")
    clerk.go("/supervision")
    expect(page.get_by_role("row").filter(has_text="沐原督")).to_have_count(0)  # candidates are no matters yet


def d1_two_become_one(year: Year) -> None:
    clerk = year.who(CLERK)
    page = clerk.page
    clerk.go("/supervision/candidates")
    for title in (FIRST, SECOND):
        page.get_by_label(f"勾选 {title}").check()
    page.get_by_label(f"并入 {SECOND}").check()
    page.get_by_role("button", name="合并为一件").click()
    clerk.is_told("已合并")
    year.cases["safety"] = year.case_of(page)
    year.fill(page, {"事项名称": SAFETY})
    year.submit(page, "拟立项")
    propose(year, SAFETY, ["总值班室", "砚江热电公司"], "半月", "2025-12-12", "story-D1-propose")


def propose(year: Year, title: str, helping: list[str], cycle: str, first: str, look: str = "") -> None:
    page = year.open(CLERK, "拟办", title)
    year.fill(page, {"协办单位": helping, "反馈周期": cycle, "首次反馈日期": first, "批示人": ["邵启衡"]})
    if look:
        year.who(CLERK).look(look)
    year.submit(page, "报主任")


def d1_the_third_alone_the_fourth_a_task(year: Year) -> None:
    page = screen(year, THIRD)
    year.cases["visits"] = year.case_of(page)
    year.fill(page, {"事项名称": VISITS})
    year.submit(page, "拟立项")
    propose(year, VISITS, ["财务部", "党委组织部（人力资源部）"], "每月", "2025-12-05")
    page = screen(year, CHANNEL)
    year.fill(page, {"交办人员": ["宗怀谷"]})
    year.submit(page, "转任务交办", "一次性任务，不立项。")


def screen(year: Year, title: str) -> Page:
    visitor = year.who(CLERK)
    visitor.go("/supervision/candidates")
    visitor.page.get_by_role("link", name=title).click()
    visitor.is_at(title)
    return visitor.page


def d1_reviewed_and_approved(year: Year) -> None:
    year.at("2025-12-01 10:00")
    for title in (SAFETY, VISITS):
        year.do("zhenliyan", "办公室主任审核", title, "同意")
        year.do("qiujingan", "立项审批", title, "同意立项", "同意立项。")
    shows(year, SAFETY, SAFETY_NUMBER, "安全环保部", "总值班室、砚江热电公司", "卞从周", "2026-02-13")
    shows(year, VISITS, VISITS_NUMBER, "党群工作部", "仇敬安", "2026-02-10")
    year.do("luanhaiping", "签收", SAFETY, "签收", given={"承办人": ["隋一鸣"]})
    year.do("wanliqing", "签收", VISITS, "签收")


def d1_the_task_is_done(year: Year) -> None:
    year.at("2025-12-02 09:00")
    year.do("zonghuaigu", "签收", CHANNEL, "签收")
    page = year.open("zonghuaigu", "办理", CHANNEL)
    year.fill(page, {"办理情况": "党费列支渠道已核清。"})
    year.submit(page, "报完成")
    year.do("ruanzhiwei", "验收", CHANNEL, "验收通过", "同意。")
    done = year.who("ruanzhiwei")
    done.go("/worklist?box=done")
    expect(done.page.get_by_role("row").filter(has_text=CHANNEL)).to_contain_text("办结")


def feedback(year: Year, username: str, title: str, done: str, progress: str, head: str = "") -> None:
    year.do(username, "反馈", title, "报送反馈", given={"进展（%）": progress, "已做工作": done})
    if head:
        year.do(head, "反馈审签", title, "同意报送")


def d_visits_tell_each_month(year: Year, day: str) -> None:
    year.at(f"{day} 10:00")
    feedback(year, "wanliqing", VISITS, "按方案走访。", "50")


def d_visits_in_december(year: Year) -> None:
    d_visits_tell_each_month(year, "2025-12-05")


def d_visits_in_january(year: Year) -> None:
    d_visits_tell_each_month(year, "2026-01-05")


def d_the_plan_is_issued(year: Year) -> None:
    year.at("2025-12-12 10:00")
    year.do("shangkewei", "协办情况报送", SAFETY, "报送牵头单位", "值班表已排定。")
    feedback(year, "suiyiming", SAFETY, "节日值守方案已印发。", "40", "luanhaiping")
    page = year.see(CLERK, "safety")
    section = page.locator("#supervision")
    for text in ("第 1 期", "节日值守方案已印发。", "值班表已排定。", "2025-12-12", "下次 2025-12-26"):
        expect(section).to_contain_text(text)
    year.who(CLERK).look("story-D-matter")


def d_safety_tells_each_fortnight(year: Year, day: str) -> None:
    year.at(f"{day} 10:00")
    feedback(year, "suiyiming", SAFETY, "按计划检查。", "60", "luanhaiping")


def d_safety_26_december(year: Year) -> None:
    d_safety_tells_each_fortnight(year, "2025-12-26")


def d_safety_9_january(year: Year) -> None:
    d_safety_tells_each_fortnight(year, "2026-01-09")


def d_safety_23_january(year: Year) -> None:
    d_safety_tells_each_fortnight(year, "2026-01-23")


def d_safety_6_february(year: Year) -> None:
    d_safety_tells_each_fortnight(year, "2026-02-06")


def d_visits_are_reminded(year: Year) -> None:
    """On 02-05, three working days before it is due."""
    year.at("2026-02-05 10:00")
    section = year.see("wanliqing", "visits").locator("#supervision")
    expect(section).to_contain_text("提醒和催办")
    expect(section.locator("li").filter(has_text="2026-02-05").filter(has_text="万里晴").first).to_be_visible()
    feedback(year, "wanliqing", VISITS, "还差两户。", "80")


def d_an_extension_is_asked_for(year: Year) -> None:
    year.at("2026-02-05 11:00")
    page = year.see("suiyiming", "safety")
    page.get_by_role("link", name="申请延期").click()
    wait_until_ready(page)
    fill_in(page, "新时限", "2026-02-28")
    fill_in(page, "延期理由", "砚江热电2号炉检修顺延，整改随停机窗口")
    fill_in(page, "目前进展", "已整改七家。")
    year.who("suiyiming").look("story-D-extension")
    page.get_by_role("button", name="申请延期").click()
    year.who("suiyiming").is_told("已提出延期申请")
    year.do("luanhaiping", "延期申请审签", SAFETY, "同意")
    year.do(CLERK, "督查审核延期", SAFETY, "同意")
    year.do("biancongzhou", "责任领导审核延期", SAFETY, "同意")


def d_the_extension_is_granted(year: Year) -> None:
    """Before it is due; a Saturday that is worked can be the limit."""
    year.at("2026-02-06 11:00")
    year.do("qiujingan", "批准延期", SAFETY, "同意", "同意延至2月28日。")
    shows(year, SAFETY, "2026-02-28", "原时限 2026-02-13", "延期1次", look="story-D-extended")
    handler = year.who("suiyiming")
    handler.go("/worklist")
    row = (
        handler.page.get_by_role("row").filter(has_text=SAFETY).filter(has=handler.page.get_by_text("办理", exact=True))
    )
    expect(row).to_contain_text("剩余 11 个工作日")  # 【证】 five until 02-13, and 02-28 is the sixth after it


def d_visits_turn_red(year: Year) -> None:
    year.at("2026-02-10 17:00")
    page = board_row(year, VISITS)
    expect(page.get_by_role("row").filter(has_text=VISITS).locator(".banjie-lamp-yellow")).to_have_count(1)
    year.at("2026-02-11 09:00")
    is_red_for(year, 1, look="story-D-red")
    page = year.see("wanliqing", "visits")
    expect(page.get_by_role("link", name="申请延期")).to_have_count(0)  # 【证】 the unit cannot change its lamp
    urge(year, "已逾期，请当日报办结。")
    year.has_nothing("qiujingan", "责任领导阅知超期", VISITS)


def is_red_for(year: Year, days: int, look: str = "") -> None:
    page = board_row(year, VISITS, look)
    row = page.get_by_role("row").filter(has_text=VISITS)
    expect(row.locator(".banjie-lamp-red")).to_have_count(1)
    expect(row).to_contain_text(f"超期 {days} 个工作日")


def urge(year: Year, words: str) -> None:
    page = year.see(CLERK, "visits")
    page.locator("#supervision").get_by_role("link", name="催办").click()
    wait_until_ready(page)
    fill_in(page, "催办内容", words)
    page.get_by_role("button", name="催办").click()
    expect(page.locator(".alert-success").first).to_be_visible()


def d_visits_are_reported_to_their_leader(year: Year) -> None:
    year.at("2026-02-12 09:00")
    urge(year, "催办单：再次催办。")
    is_red_for(year, 2)
    year.do("qiujingan", "责任领导阅知超期", VISITS, "圈阅（已阅知）")


def d_visits_are_sent_back(year: Year) -> None:
    """On Saturday 02-14, which is worked."""
    year.at("2026-02-13 09:00")
    is_red_for(year, 3)
    year.at("2026-02-14 10:00")
    is_red_for(year, 4)
    year.do("wanliqing", "办理", VISITS, "报办结", given={"办结情况": "走访慰问完成。"})
    page = year.open(CLERK, "办结审核", VISITS)
    year.submit(page, "退回续办", "缺签收表")


def d_free_days_do_not_count(year: Year) -> None:
    year.at("2026-02-23 10:00")
    is_red_for(year, 4)
    year.at("2026-02-24 10:00")
    is_red_for(year, 5)
    given = {"办结情况": "走访慰问完成，附签收表。", "办结材料": year.file("签收表.pdf")}
    year.do("wanliqing", "办理", VISITS, "报办结", given=given)


def d_visits_pass(year: Year) -> None:
    year.at("2026-02-25 10:00")
    year.do(CLERK, "办结审核", VISITS, "审核通过")


def d_visits_are_read(year: Year) -> None:
    year.at("2026-02-26 10:00")
    year.do("shaoqiheng", "批示人审阅", VISITS, "同意销号", "阅。")


def d_both_are_closed(year: Year) -> None:
    year.at("2026-02-27 09:00")
    year.do(CLERK, "销号", VISITS, "销号")
    year.do("suiyiming", "办理", SAFETY, "报办结", given={"办结情况": "8家企业检查整改全部完成。"})
    year.do("luanhaiping", "办结申请审签", SAFETY, "同意报结")
    year.do(CLERK, "办结审核", SAFETY, "审核通过")
    year.do("shaoqiheng", "批示人审阅", SAFETY, "同意销号", "很好。")
    year.do(CLERK, "销号", SAFETY, "销号")
    for title in (SAFETY, VISITS):
        shows(year, title, "2026-02-27")
    page = year.see(CLERK, "visits")
    expect(page.get_by_text("蔺晓舟：发出催办单")).to_have_count(2)
    section = page.locator("#supervision")
    for text in ("缺签收表", "已逾期，请当日报办结。", "催办单：再次催办。"):
        expect(section).to_contain_text(text)
    year.who(CLERK).look("story-D-closed")


def d2_the_bulletin_of_february(year: Year) -> None:
    year.at("2026-03-02 09:00")
    clerk = year.who(CLERK)
    page = clerk.page
    clerk.go("/supervision/bulletin?month=2026-02")
    for label, count in (("办结", 2), ("按期", 1), ("延期", 1), ("逾期", 1), ("退回", 1)):
        figure = page.locator(".banjie-figures > div").filter(has=page.locator("dt", has_text=label)).first
        expect(figure.locator("dd")).to_have_text(str(count))
    clerk.look("story-D2-bulletin")
    for label, titles in (
        ("办结 2", (SAFETY, VISITS)),
        ("按期 1", (SAFETY,)),
        ("延期 1", (SAFETY,)),
        ("逾期 1", (VISITS,)),
        ("退回 1", (VISITS,)),
    ):
        clerk.go("/supervision/bulletin?month=2026-02")
        page.get_by_role("link", name=label, exact=True).first.click()  # every number leads to its matters
        rows = page.locator("tbody tr")
        expect(rows).to_have_count(len(titles))
        for title in titles:
            expect(page.get_by_role("link", name=title)).to_be_visible()
