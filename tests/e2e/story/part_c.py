"""Part C: 议题 and 党委会, from 2025-11-10 to 11-28. Each function is a step of the story, with its marks."""

from playwright.sync_api import Page, expect

from tests.browser import wait_until_ready
from tests.e2e.story.part_a import NUMBER
from tests.e2e.story.year import NAMES, Year, fill_in

REPORT = "关于元旦、春节期间安全生产和值班值守工作安排的汇报"
PLAN = "关于2026年元旦、春节期间走访慰问工作方案"
PRICES = "关于采购比价结果的汇报"
CLERK = "jinshubai"
MEETING = "党委会2025年第21次会议"
MEMBERS = ("shaoqiheng", "yuwenshu", "qiujingan", "qishouzhuo", "biancongzhou", "ruanzhiwei", "miaoyuanchuan")
PRESENT = MEMBERS[:-1]
FINANCE = "26.6万元在工会预算内，党费部分请党群核支出范围"
RESOLUTIONS = (
    (REPORT, "印发节日值守方案", "安全环保部", "2025-12-12"),
    (REPORT, "完成所属企业节前检查和整改", "安全环保部", "2026-02-13"),
    (PLAN, "完成走访慰问", "党群工作部", "2026-02-10"),
    (PLAN, "核清党费列支渠道", "财务部", "2025-12-03"),
)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()
    wait_until_ready(page)


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()
    wait_until_ready(page)


def c1_the_report_is_put_forward(year: Year) -> None:
    year.at("2025-11-10 10:00")
    page = year.begin("suiyiming", "议题提报", REPORT, source="notice", case="report")
    assert NUMBER in page.get_by_label("议题来源").input_value()  # nothing is typed twice
    year.fill(
        page,
        {
            "议题类别": "汇报类",
            "三重一大": "不属于",
            "议题来源": f"{NUMBER} 邵启衡批示",
            "汇报人": ["栾海平"],
            "汇报时长（分钟）": "10",
            "议题内容": "元旦、春节期间安全生产和值班值守工作安排。",
            "会议材料": year.file("安全生产和值班值守汇报.pdf"),
            "材料字数": "1860",
            "建议列席人员": ["栾海平"],
            "分管领导": ["卞从周"],
        },
    )
    year.who("suiyiming").look("story-C1-item")
    year.submit(page, "提交")
    year.do("luanhaiping", "部门负责人签字", REPORT, "同意提报")


def c1_its_leader_agrees(year: Year) -> None:
    year.at("2025-11-13 09:00")
    year.do("biancongzhou", "分管领导意见", REPORT, "同意提交", "同意提交。")


def c2_the_plan_is_put_forward(year: Year) -> None:
    year.at("2025-11-11 16:00")
    page = year.see(
        "zhenliyan", "notice"
    )  # 万里晴, who was told, is away: her deputy is shown what he is to put forward
    page.get_by_role("link", name="审核拟办意见", exact=True).click()
    wait_until_ready(page)
    year.operate(page, "传阅", {"传阅给": ["苗若谷"], "附言": "请据启衡同志批示提报走访慰问议题。"})
    page = year.begin("miaoruogu", "议题提报", PLAN, source="notice", case="plan")
    assert NUMBER in page.get_by_label("议题来源").input_value()  # nothing is typed twice
    year.fill(
        page,
        {
            "议题来源": f"{NUMBER} 邵启衡批示",
            "议题类别": "决策类",
            "三重一大": "不属于",
            "汇报人": ["万里晴"],
            "汇报时长（分钟）": "10",
            "议题内容": "2026年元旦、春节期间走访慰问工作方案。",
            "请会议决定的事项": "1. 慰问范围；2. 经费列支",
            "涉及资金": True,
            "金额（万元）": "38.6",
            "资金来源": "党费12.0万元，工会经费26.6万元",
            "会议材料": year.file("走访慰问工作方案.pdf"),
            "建议列席人员": ["万里晴", "宗怀谷", "佟雪岭"],
        },
    )
    year.submit(page, "提交")


def c2_its_head_signs(year: Year) -> None:
    year.at("2025-11-13 15:30")
    year.do("wanliqing", "部门负责人签字", PLAN, "同意提报")


def c3_one_passes_the_other_goes_back(year: Year) -> None:
    year.at("2025-11-14 10:00")
    year.do("zhenliyan", "办公室初审", REPORT, "通过")
    page = year.open("zhenliyan", "办公室初审", PLAN)
    year.who("zhenliyan").look("story-C3-review")
    year.refused(page, "通过", "财务部会签")
    page.get_by_role("link", name="退回", exact=True).click()
    expect(page.locator("h1")).to_contain_text("退回")
    wait_until_ready(page)
    page.get_by_label("起草议题").check()
    page.get_by_label("直接送回本环节").check()
    year.fill(page, {"退回理由": "缺财务部会签、合规审查意见"})
    year.who("zhenliyan").look("story-C3-send-back")
    year.submit(page, "确认退回")


def c4_asked_beside_each_other(year: Year) -> None:
    year.at("2025-11-14 16:00")
    page = year.open("miaoruogu", "起草议题", PLAN)
    page.get_by_role("link", name="加签", exact=True).click()
    expect(page.locator("h1")).to_contain_text("加签")
    wait_until_ready(page)
    year.fill(page, {"加签人": ["宗怀谷", "佟雪岭", "仇敬安"], "说明": "请会签"})
    year.who("miaoruogu").look("story-C4-signers")
    year.submit(page, "确认加签")


def c4_complete_and_straight_back(year: Year) -> None:
    year.at("2025-11-17 14:00")
    for username, opinion in (("zonghuaigu", FINANCE), ("tongxueling", "符合"), ("qiujingan", "同意提交")):
        year.do(username, "起草议题", PLAN, "同意", opinion)
    year.do("miaoruogu", "起草议题", PLAN, "提交")
    page = year.open("zhenliyan", "办公室初审", PLAN)  # straight back to 甄立言
    year.submit(page, "通过")


def c5_what_goes_to_the_meeting(year: Year) -> None:
    year.at("2025-11-18 09:00")
    page = year.begin("gexingyao", "议题提报", PRICES, case="prices")
    given = {
        "议题类别": "汇报类",
        "三重一大": "不属于",
        "汇报人": ["石砚秋"],
        "汇报时长（分钟）": "5",
        "议题内容": "采购比价结果。",
        "分管领导": ["缪远川"],
    }
    year.fill(page, given)
    year.submit(page, "提交")
    year.do("shiyanqiu", "部门负责人签字", PRICES, "同意提报")
    year.do("miaoyuanchuan", "分管领导意见", PRICES, "同意提交")
    year.do("zhenliyan", "办公室初审", PRICES, "通过")
    for title in (REPORT, PLAN):
        page = year.open("shaoqiheng", "主要负责人审定", title)
        year.fill(page, {"上会": "党委会", "会议次数": "2025年第21次"})
        year.who("shaoqiheng").look("story-C5-decide")
        year.submit(page, "列入会议")
    year.do("shaoqiheng", "主要负责人审定", PRICES, "不上会", "部门职权内事项，不上会")


def c6_agenda_room_and_notice(year: Year) -> None:
    year.at("2025-11-20 09:00")
    clerk = year.who(CLERK)
    page = year.begin(CLERK, "会议办理", "党委会会议", case="meeting")
    year.fill(
        page,
        {
            "会议类别": "党委会",
            "开始时间": "2025-11-25T09:00",
            "结束时间": "2025-11-25T11:30",
            "回执截止": "2025-11-21T17:00",
        },
    )
    year.submit(page, "提交")
    clerk.go(f"/meetings/{year.cases['meeting']}/agenda")
    lines = page.locator(".banjie-lines").first.locator("> li strong")
    expect(lines).to_have_text(["第一议题（由党群工作部按当期公开报道填写）", REPORT, PLAN])
    expect(page.locator("main")).not_to_contain_text(PRICES)
    press(page, "预订 1208")
    expect(page.get_by_text("已预订")).to_be_visible()
    clerk.look("story-C6-agenda")
    refuse_the_room(year)
    year.do(CLERK, "拟定议程、预订会议室", "党委会", "提交")
    year.do(CLERK, "发会议通知", "党委会", "发通知")


def refuse_the_room(year: Year) -> None:
    """【必】 The same room at the same time is refused to others."""
    other = year.who("suiyiming")
    page = other.page
    other.go("/rooms?day=2025-11-25")
    taken = page.locator("td.is-taken").filter(has_text="党委会")
    expect(taken.first).to_contain_text("09:00—11:30")
    expect(page.get_by_label("预订 1208，09:00 起")).to_have_count(0)
    page.get_by_label("预订 1208，08:00 起").click()
    other.is_at("预订会议室")
    for label, value in (("开始", "10:00"), ("结束", "11:00"), ("用途", "部门例会")):
        fill_in(page, label, value)
    page.get_by_role("button", name="预订", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("会议室“1208”在")
    other.look("story-C6-room")
    year.findings.expect_refusals(1, 409)


def c7_receipts_leave_and_a_written_opinion(year: Year) -> None:
    year.at("2025-11-21 10:00")
    title = "党委会"
    year.act_alike([one for one in PRESENT if one != "yuwenshu"], "meeting", "answer", "attend")
    year.do("yuwenshu", "会议回执", title, "参加")
    away = year.who("miaoyuanchuan")
    page = year.open("miaoyuanchuan", "会议回执", title)
    away.look("story-C7-receipt")
    year.submit(page, "请假", "赴砚江热电现场")
    page = year.see("miaoyuanchuan", "meeting")
    follow(page, "提交书面意见")
    page.get_by_label(f"书面意见 {PLAN}").fill("同意")
    page.locator("form").filter(has_text=PLAN).get_by_role("button", name="提交书面意见").click()
    expect(page.get_by_role("status").filter(has_text="已登记。")).to_be_visible()
    year.do("shaoqiheng", "请假审批", title, "准假", "准假。")
    page = year.see(CLERK, "meeting")
    row = page.get_by_role("row").filter(has_text="缪远川")
    expect(row).to_contain_text("赴砚江热电现场")
    expect(row).to_contain_text("邵启衡")


def c8_six_of_seven_are_there(year: Year) -> None:
    year.at("2025-11-25 09:00")
    page = year.open(CLERK, "签到", "党委会")
    follow(page, "登记签到")
    for member in (*PRESENT, "luanhaiping", "wanliqing", "zonghuaigu", "tongxueling"):
        page.locator(f"input[value={member}]").check()
    press(page, "登记到会")
    year.who(CLERK).go(f"/meetings/{year.cases['meeting']}/attendance")
    expect(page.locator("main")).to_contain_text("应到 7，实到 6")
    year.who(CLERK).look("story-C8-check-in")
    page = year.see(CLERK, "meeting")
    lines = page.locator(".banjie-lines > li")
    expect(lines.filter(has_text=REPORT)).to_contain_text("列席 栾海平")
    expect(lines.filter(has_text=PLAN)).to_contain_text("列席 万里晴、宗怀谷、佟雪岭")
    year.do(CLERK, "签到", "党委会", "开会")


def c9_deliberated_and_voted_upon(year: Year) -> None:
    year.at("2025-11-25 09:10")
    clerk = year.who(CLERK)
    page = clerk.page
    query = "select id, title from agenda_line where instance_id = ? and coalesce(removed, 0) = 0 order by position"
    for line_id, title in year.ask_database(query, year.cases["meeting"]):
        clerk.go(f"/meetings/{year.cases['meeting']}/lines/{line_id}")
        press(page, "开始审议本项")
        if title == PLAN:
            vote(year, page)
        else:
            expect(page.get_by_label("赞成")).to_have_count(0)  # what is reported is not voted upon
        page.get_by_label("议定内容").fill("会议强调，节日安全不能放假。" if title == REPORT else "会议同意。")
        page.get_by_role("button", name="结束本项").click()
        expect(page.get_by_role("status").filter(has_text="已登记。")).to_be_visible()
    clerk.look("story-C9-voted")
    outcome = page.locator("section").filter(has_text="结果").last
    for text in ("通过", "赞成 5", "反对 0", "弃权 1"):
        expect(outcome).to_contain_text(text)
    expect(page.locator("main")).to_contain_text("书面意见（不计票）")
    year.do(CLERK, "会议议事", "党委会", "结束议事")


def vote(year: Year, page: Page) -> None:
    """Everybody speaks, 邵启衡 last."""
    head = page.locator("li").filter(has=page.locator("input[name=member][value=shaoqiheng]"))
    expect(head).to_contain_text("最后")
    expect(page.locator("main")).to_contain_text("应到 7，到会可表决 6")
    head.get_by_label("赞成").check()
    head.get_by_label("邵启衡的意见").fill("同意")
    page.get_by_role("button", name="记录 邵启衡", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("邵启衡应当最后表态，还有 5 人没有发言")  # 【必】
    year.findings.expect_refusals(1, 409)
    for member in (*PRESENT[1:], PRESENT[0]):
        row = page.locator("li").filter(has=page.locator(f"input[name=member][value={member}]"))
        abstains = member == "ruanzhiwei"
        row.get_by_label("弃权" if abstains else "赞成").check()
        row.get_by_label(f"{NAMES[member]}的意见").fill("列支渠道先核清" if abstains else "同意")
        press(page, f"记录 {NAMES[member]}")
    expect(page.locator("input[name=member][value=miaoyuanchuan]")).to_have_count(0)
    year.who(CLERK).look("story-C9-vote")


def c10_minutes_drafted_and_checked(year: Year) -> None:
    year.at("2025-11-26 09:00")
    clerk = year.who(CLERK)
    page = clerk.page
    for title, matter, unit, due_on in RESOLUTIONS:
        clerk.go(f"/meetings/{year.cases['meeting']}/minutes")
        part = page.locator("section").filter(has_text=title).first
        part.locator("summary").filter(has_text="增加议定事项").click()
        adding = part.locator("details[open]").last
        adding.get_by_label("议定事项").fill(matter)
        fill_in_unit(page, adding, unit)
        adding.get_by_label("完成时限").fill(due_on)
        adding.get_by_role("button", name="增加议定事项").click()
        expect(page.get_by_text(f"议定：{matter}（责任单位：{unit}").first).to_be_visible()
    clerk.look("story-C10-minutes")
    year.do(CLERK, "起草纪要", "党委会", "送核对")
    year.at("2025-11-26 15:00")
    year.do("luanhaiping", "核对纪要", REPORT, "核对无误")
    year.do("wanliqing", "核对纪要", PLAN, "核对无误")


def fill_in_unit(page: Page, adding: object, unit: str) -> None:
    """Pick the unit that leads."""
    control = adding.locator(".ts-control").first  # type: ignore[attr-defined]
    control.click()
    page.keyboard.insert_text(unit)
    page.locator(".ts-dropdown .option:visible", has_text=unit).first.click()


def c10_minutes_edited(year: Year) -> None:
    year.at("2025-11-27 09:00")
    year.do("zhenliyan", "核稿", "党委会", "同意")


def c10_minutes_issued(year: Year) -> None:
    year.at("2025-11-28 09:00")
    page = year.open("shaoqiheng", "签发纪要", "党委会")
    year.who("shaoqiheng").look("story-C10-sign")
    year.submit(page, "同意印发", "同意印发。")
    page = year.see("shaxiaoman", "meeting")
    heading = page.get_by_role("heading", name="会议纪要")
    expect(heading).to_contain_text("第21期")
    expect(heading).to_contain_text("2025-11-28 签发")
    minutes = page.locator(".banjie-minutes")
    for text in (
        "请假：缪远川",
        "出席：邵启衡、郁文澍、仇敬安、祁守拙、卞从周、阮知微",
        "列席：栾海平（第二项）；万里晴、宗怀谷、佟雪岭（第三项）",
    ):
        expect(minutes).to_contain_text(text)
    expect(minutes).not_to_contain_text("弃权")
    expect(page.locator(".banjie-minutes-title").first).to_have_text("中共沐原能源集团有限公司委员会会议纪要")
    page = year.open("shaxiaoman", "印发纪要", "党委会")
    for unit in ("安全环保部", "党群工作部", "财务部"):  # which have something to do, and need not be picked again
        expect(page.locator(".ts-control .item", has_text=unit)).to_be_visible()
    year.fill(page, {"印制份数": "12"})
    year.submit(page, "印发")
    for username in ("luanhaiping", "wanliqing", "zonghuaigu"):
        year.do(username, "签收纪要", "党委会", "签收")
    year.who("zhenliyan").go("/meetings")
    register = year.who("zhenliyan").page.locator("main")
    expect(register).to_contain_text("中共沐原能源集团有限公司委员会会议纪要 第21期")
    expect(register).to_contain_text("签收 3/3")
    year.who("zhenliyan").look("story-C10-register")


def c10_the_record_is_kept_apart(year: Year) -> None:
    year.at("2025-11-28 14:00")
    clerk = year.who(CLERK)
    clerk.go(f"/meetings/{year.cases['meeting']}/record")
    clerk.page.get_by_label("会议记录").fill("邵启衡主持。逐项汇报、逐人发言如下……")
    press(clerk.page, "归存")
    year.do(CLERK, "会议记录归存", "党委会", "归存")
    reader = year.who("yuwenshu")
    reader.go(f"/meetings/{year.cases['meeting']}/record")
    expect(reader.page.locator("main")).not_to_contain_text("逐人发言如下")
    expect(reader.page.get_by_role("link", name="申请查阅")).to_be_visible()  # only when it is approved
    reader.look("story-C10-record")
    page = year.see("suiyiming", "report")
    expect(page.locator("main")).to_contain_text("会议强调，节日安全不能放假。")
