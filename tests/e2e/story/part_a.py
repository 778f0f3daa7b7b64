"""Part A: 收文, from 2025-11-05 to 11-17. Each function is a step of the story, with its marks."""

from playwright.sync_api import Page, expect

from tests.browser import wait_until_ready
from tests.e2e.story.year import Year
from tests.incoming import INSTRUCTION, NOTICE, ON_PAPER, PROPOSAL
from tests.rest import RestClient

NUMBER = "收2025-0817"
SOURCE_NUMBER = "国办发明电〔2025〕7号"
SOURCE = f"{NOTICE}（{SOURCE_NUMBER}）"
LETTER = "砚江省国资委关于报送2026年度安全生产工作要点的函"
RECEIVED = {"转来单位": "砚江省国资委办公室", "份数": "1", "清点无误": True}
REGISTERED = {
    "来文机关": "国务院办公厅",
    "来文字号": SOURCE_NUMBER,
    "成文日期": "2025-11-04",
    "文种": "通知",
    "电报（明电）": True,
    "来文类型": "办件",
    "页数": "2",
    "附件数": "0",
}
READERS = {
    "yuwenshu": "郁文澍",
    "qishouzhuo": "祁守拙",
    "biancongzhou": "卞从周",
    "ruanzhiwei": "阮知微",
    "miaoyuanchuan": "缪远川",
    "shiyanqiu": "石砚秋",
    "luanhaiping": "栾海平",
    "zonghuaigu": "宗怀谷",
    "tongxueling": "佟雪岭",
    "wanliqing": "万里晴",
    "peishenzhi": "裴慎之",
    "shangkewei": "尚可为",
}
DECLINED = "放假安排不涉及我部职责，慰问经费另会签。"
ASKED = "请党委会专题听一次元旦、春节期间安全生产和走访慰问安排。"


def preconditions(year: Year) -> None:
    """Section 0: what paper registers have used is told as such, and is no gap."""
    for code, opening in (("沐原办", 46), ("收", 816), ("沐原督", 17), ("党委会", 20), ("党委会纪要", 20)):
        [(last,)] = year.ask_database("select last from number_series where code = ? and year = 2025", code)
        assert last == opening, code
    registrar = year.who("shaxiaoman")
    registrar.go("/documents/numbers")
    row = registrar.page.get_by_role("row").filter(has_text="沐原办〔2025〕")
    expect(row).to_contain_text("1—46 号，纸质登记")
    expect(row.get_by_role("cell").last).to_have_text("无")  # 【必】 no gap
    registrar.look("story-numbers")
    registrar.go("/incoming")
    expect(registrar.page.get_by_role("row").filter(has_text="启用前纸质登记")).to_contain_text("2025年 1—816")


def a1_who_may_not_register_is_told_who_does(year: Year) -> None:
    year.at("2025-11-05 08:40")
    handler = year.who("gexingyao")
    handler.go("/cases/new")
    expect(handler.page.get_by_label("收文办理")).to_be_disabled()
    expect(handler.page.locator("#why-not-incoming_document")).to_have_text("请交党办机要文书登记")
    handler.look("story-A1-no-registration")


def a_letter_due_in_an_unknown_year(year: Year) -> None:
    """Section 0: a limit in 2026 is provisional before its calendar is there, and holds nothing up."""
    receive(year, "2025-11-05 09:30", "纸质", LETTER, "letter")
    page = year.open("shaxiaoman", "登记", LETTER)
    year.fill(page, {"来文机关": "砚江省国资委", "文种": "函", "来文类型": "办件"})
    year.submit(page, "登记")


def receive(year: Year, instant: str, channel: str, title: str, case: str) -> None:
    year.at(instant)
    page = year.begin("shaxiaoman", "收文办理", title, case=case)
    year.fill(page, {"来文渠道": channel, **RECEIVED})
    year.who("shaxiaoman").look("story-A2-receive")
    year.submit(page, "签收")


def a2_signed_for(year: Year) -> None:
    receive(year, "2025-11-05 09:12", "电子公文交换", NOTICE, "notice")
    [(received_at, received_by)] = year.ask_database(
        "select received_at, received_by from incoming_document where instance_id = ?", year.cases["notice"]
    )
    assert received_by == "shaxiaoman"
    assert str(received_at).startswith("2025-11-05 01:12"), "the system keeps the time"


def a3_registered(year: Year) -> None:
    year.at("2025-11-05 09:25")
    page = year.open("shaxiaoman", "登记", NOTICE)
    expect(page.get_by_label("密级")).to_have_value("")
    expect(page.get_by_label("紧急程度")).to_have_value("")
    expect(page.get_by_label("紧急程度").locator("option")).to_have_text(["", "特提", "特急", "加急", "平急"])
    year.fill(page, {**REGISTERED, "来文正文": year.file("国办发明电〔2025〕7号.pdf")})
    year.who("shaxiaoman").look("story-A3-register")
    year.submit(page, "登记")
    page = year.see("shaxiaoman", "notice")
    expect(page.locator(".banjie-pretitle")).to_contain_text(NUMBER)  # follows 0816


def a5_reviewed(year: Year) -> None:
    year.at("2025-11-05 09:40")
    year.do("ranqinghe", "初审", NOTICE, "通过", "属本集团办理；需转化为集团通知。")


def a6_proposed(year: Year) -> None:
    year.at("2025-11-05 10:05")
    given = {
        "请批示": ["仇敬安"],
        "请圈阅": ["邵启衡", "郁文澍"],
        "主办单位": ["党委组织部（人力资源部）"],
        "协办单位": ["安全环保部", "财务部"],
        "办理时限": "2025-11-14",
        "传阅": list(READERS.values()),
        "传阅期限": "2025-11-12",
    }
    page = year.open("ranqinghe", "拟办", NOTICE)
    year.fill(page, given)
    page.get_by_role("textbox", name="意见").first.fill(PROPOSAL)
    year.who("ranqinghe").look("story-A6-propose")
    year.submit(page, "报主任")


def a6a_the_director_agrees(year: Year) -> None:
    year.at("2025-11-05 10:30")
    year.do("zhenliyan", "审核拟办意见", NOTICE, "同意，呈领导批示", "同意青禾意见，呈敬安同志。")
    give_out_the_letter(year)


def give_out_the_letter(year: Year) -> None:
    """The other letter goes to 安全环保部 at once, with a limit in January: nobody is held up by the missing calendar."""
    year.do("ranqinghe", "初审", LETTER, "通过")
    given = {"主办单位": ["安全环保部"], "传阅": ["尚可为"], "传阅期限": "2026-01-09"}
    year.do("ranqinghe", "拟办", LETTER, "报主任", "拟由安全环保部承办。", given)
    year.do("zhenliyan", "审核拟办意见", LETTER, "同意，直接分办")
    year.do("ranqinghe", "分办", LETTER, "分办")
    year.do("luanhaiping", "签收·指定承办人", LETTER, "签收", given={"承办人": ["隋一鸣"]})
    for person, limit in (
        ("suiyiming", "剩余 45 个工作日"),
        ("shangkewei", "剩余 47 个工作日"),
    ):  # counted; set by hand
        visitor = year.who(person)
        visitor.go("/worklist")
        row = visitor.page.get_by_role("row").filter(has_text=LETTER)
        expect(row).to_contain_text(limit)
        expect(row).to_contain_text("暂定（2026年日历未导入）")  # 【必】
        visitor.look("story-0-provisional")


def a7_the_calendar_of_2026(year: Year) -> None:
    year.at("2025-11-05 11:00")
    keeper = year.who("shangkewei")
    page = keeper.page
    keeper.go("/calendar?year=2026")
    page.get_by_label("依据所在的事项").fill(NUMBER)
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator("#error-source")).to_contain_text("没有依据的日历不能生效")  # 【证】
    year.findings.expect_refusals(1)
    page.get_by_label("依据（通知名称和文号）").fill(SOURCE)
    page.get_by_role("button", name="导入", exact=True).click()
    keeper.is_at("导入的2026年日历")
    for line in (
        "元旦：1月1日（周四）至1月3日（周六）放假，共3天。1月4日（周日）上班。",
        "春节：2月15日（周日）至2月23日（周一）放假，共9天。2月14日（周六）、2月28日（周六）上班。",
        "清明：4月4日（周六）至4月6日（周一）放假，共3天。",
        "劳动节：5月1日（周五）至5月5日（周二）放假，共5天。5月9日（周六）上班。",
        "端午：6月19日（周五）至6月21日（周日）放假，共3天。",
        "中秋：9月25日（周五）至9月27日（周日）放假，共3天。",
        "国庆节：10月1日（周四）至10月7日（周三）放假，共7天。9月20日（周日）、10月10日（周六）上班。",
    ):
        expect(page.get_by_text(line)).to_be_visible()
    expect(page.get_by_role("button", name="复核生效")).to_have_count(0)  # 【证】 who imported it may not
    place = page.url.removeprefix(year.address)
    other = year.who("boruoxi")
    other.go(place)
    expect(other.page.locator("main")).to_contain_text(f"依据：{SOURCE} {NUMBER}")
    other.page.get_by_role("button", name="复核生效").click()
    other.is_told("2026年日历已生效")
    limit = other.page.get_by_role("row").filter(has_text="暂定→确定")
    year.until(other.page, limit)
    expect(limit).to_contain_text("2026-01-07 17:30 （暂定）")
    expect(limit).to_contain_text("2026-01-08 17:30")
    other.look("story-A7-calendar")
    reader = year.who("ranqinghe")
    reader.go(place)
    expect(reader.page.get_by_role("row").filter(has_text="暂定→确定")).to_contain_text(LETTER)  # 【证】
    expect(reader.page.get_by_role("link", name=NUMBER)).to_have_attribute("href", f"/cases/{year.cases['notice']}")
    for person in ("suiyiming", "shangkewei"):
        visitor = year.who(person)
        visitor.go("/worklist")
        expect(visitor.page.get_by_role("row").filter(has_text=LETTER)).not_to_contain_text("暂定")


def a8_instructed_on_the_phone(year: Year) -> None:
    year.at("2025-11-05 14:20")
    leader = year.who("qiujingan")
    page = leader.page
    leader.go("/worklist")
    taps = tapped(leader.pointers)
    page.get_by_role("link", name=NOTICE).first.tap()
    leader.is_at(NOTICE)
    opinion = page.get_by_role("textbox", name="意见").first
    opinion.tap()
    page.keyboard.insert_text(INSTRUCTION)
    leader.look("story-A8-instruct")
    page.get_by_role("button", name="批示", exact=True).tap()
    expect(page.locator(".alert-success").first).to_be_visible()
    assert tapped(leader.pointers) - taps == 3


def tapped(pointers: list[str]) -> int:
    return pointers.count("click")


def a8a_the_same_on_paper(year: Year) -> None:
    receive(year, "2025-11-05 16:20", "纸质", NOTICE, "copy")
    page = year.open("shaxiaoman", "登记", NOTICE)
    year.fill(page, REGISTERED)
    year.refused(page, "登记", f"疑似重复，与{NUMBER}相同")  # 【必】
    year.who("shaxiaoman").look("story-A8a-duplicate")
    year.submit(page, "并入")
    page = year.see("shaxiaoman", "copy")
    expect(page.locator(".banjie-pretitle")).not_to_contain_text("收2025")
    page = year.see("shaxiaoman", "notice")
    expect(page.locator("#registration")).to_contain_text("第 2 份")
    assert year.ask_database("select last from number_series where code = '收' and year = 2025") == [(818,)]


def a9_circled_without_consent(year: Year) -> None:
    year.at("2025-11-06 08:50")
    page = year.open("yuwenshu", "圈阅", NOTICE)
    buttons = page.locator(".banjie-decisions")
    expect(buttons).to_contain_text("圈阅（已阅知）")  # 【必】
    expect(buttons).not_to_contain_text("同意")
    year.submit(page, "圈阅（已阅知）")
    page = year.see("ranqinghe", "notice")
    said = page.locator("#instructions").get_by_role("row").filter(has_text="郁文澍")
    expect(said).to_contain_text("圈阅（已阅知）")
    expect(said).not_to_contain_text("同意")


def a10_recorded_for_the_secretary(year: Year) -> None:
    year.at("2025-11-06 09:10")
    secretary = year.who("zhimingyuan")
    page = secretary.page
    secretary.go(f"/cases?q={NOTICE}")
    page.get_by_role("link", name=NOTICE).first.click()
    entry = page.locator(".banjie-timeline > li").filter(has_text="邵启衡")
    entry.get_by_role("link", name="圈阅").click()
    secretary.is_at(NOTICE)
    expect(page.locator(".banjie-decisions").get_by_role("button", name="批示")).to_have_count(0)  # no 代签
    given = {"领导的原话": ON_PAPER, "手写件扫描件（口述的可不附）": year.file("邵启衡批示扫描件.pdf")}
    page.get_by_role("link", name="代录").click()
    wait_until_ready(page)
    page.get_by_label("批示", exact=True).check()
    year.fill(page, given)
    secretary.look("story-A10-record-for")
    year.submit(page, "确认代录")
    page = year.see("ranqinghe", "notice")
    expect(page.locator("#instructions")).to_contain_text("邵启衡（支明远代录，待本人确认）")  # 【必】
    events = [one for one in history_of(year, "notice") if one["recorded_by"]]
    assert {(one["actor"], one["recorded_by"]) for one in events} == {("shaoqiheng", "zhimingyuan")}


def history_of(year: Year, case: str, reader: str = "peishenzhi") -> list[dict[str, str]]:
    client: RestClient = year.program_of(reader)
    answer = client.get(f"/instances/{year.cases[case]}/history")
    client.close()
    assert answer.status == 200, answer.body
    events: list[dict[str, str]] = answer.body["events"]
    return events


def a11_confirmed_on_the_phone(year: Year) -> None:
    year.at("2025-11-06 12:30")
    principal = year.who("shaoqiheng")
    page = principal.page
    principal.go("/worklist")
    expect(page.locator(".banjie-unconfirmed")).to_contain_text("支明远代录")
    taps = tapped(principal.pointers)
    page.locator(".banjie-unconfirmed").get_by_role("link", name=NOTICE).tap()
    principal.is_at(NOTICE)
    expect(page.get_by_text(ON_PAPER, exact=True)).to_be_visible()
    principal.look("story-A11-confirm")
    page.get_by_role("button", name="确认代录").tap()
    expect(page.locator(".alert-success").first).to_be_visible()
    assert tapped(principal.pointers) - taps <= 3
    page = year.see("ranqinghe", "notice")
    expect(page.locator("#instructions")).to_contain_text("邵启衡（支明远代录，本人已确认）")
    kinds = [
        (one["kind"], one["actor"]) for one in history_of(year, "notice") if one["activity_id"] == "circle"
    ]  # 【证】 both records are there
    assert ("work_item:completed", "shaoqiheng") in kinds
    assert ("work_item:confirmed", "shaoqiheng") in kinds


def a12_allocated_sentence_by_sentence(year: Year) -> None:
    year.at("2025-11-06 14:00")
    secretary = year.who("ranqinghe")
    page = year.open("ranqinghe", "分办", NOTICE)
    expect(page.locator("#table-destinations tbody tr")).to_have_count(6)
    year.refused(page, "分办", "还没有去向的：仇敬安“人力资源部抓紧代拟集团通知，11月14日前印发”")
    place(page, 1, "承办")
    place(page, 2, "传阅")
    place(page, 4, "承办")
    place(page, 5, "转议题", "告督查", units=("安全环保部", "党群工作部"), note="不立项：由党委会议定后立项")
    secretary.look("story-A12-allocate")
    year.submit(page, "分办")
    page = year.see("ranqinghe", "notice")
    said = page.locator("#instructions")
    expect(said).not_to_contain_text("待分办")  # every sentence has gone somewhere
    row = said.get_by_role("row").filter(has_text=ASKED)
    for text in ("转议题", "告督查", "安全环保部、党群工作部", "不立项：由党委会议定后立项"):
        expect(row).to_contain_text(text)
    secretary.look("story-A12-case")
    for told in ("linxiaozhou", "luanhaiping", "wanliqing"):
        year.do(told, "告知（转议题、告督查）", NOTICE, "已知悉")


def place(page: Page, row: int, *destinations: str, units: tuple[str, ...] = (), note: str = "") -> None:
    """Say where a sentence of an instruction goes."""
    line = page.locator("#table-destinations tbody tr").nth(row)
    for column, names in ((0, destinations), (1, units)):
        for name in names:
            line.locator(".ts-control").nth(column).click()
            page.keyboard.insert_text(name)
            page.locator(".ts-dropdown .option:visible", has_text=name).first.click()
            page.keyboard.press("Escape")
    if note:
        line.locator("textarea").last.fill(note)


def a13_declined_and_taken_off(year: Year) -> None:
    year.at("2025-11-06 15:10")
    year.do("zonghuaigu", "签收·指定承办人", NOTICE, "退办", DECLINED)
    year.at("2025-11-06 15:30")
    year.has_nothing("qiujingan", "批示", NOTICE)  # back to 分办, not to the leaders
    year.do("ranqinghe", "分办（协办退办）", NOTICE, "撤下该单位")
    page = year.see("ranqinghe", "notice")
    row = page.locator("#units").get_by_role("row").filter(has_text="财务部")
    expect(row).to_contain_text("已撤下")
    expect(row).to_contain_text(DECLINED)


def a14_received_and_handed_on(year: Year) -> None:
    year.at("2025-11-06 15:40")
    page = year.open("shiyanqiu", "签收·指定承办人", NOTICE)
    year.fill(page, {"承办人": ["葛星遥"]})
    year.who("shiyanqiu").look("story-A14-receive")
    year.submit(page, "签收")
    year.do("luanhaiping", "签收·指定承办人", NOTICE, "签收", given={"协办承办人": ["隋一鸣"]})
    page = year.open("gexingyao", "承办", NOTICE)  # 传阅 and 承办 run beside each other
    expect(page.get_by_text("2025-11-14").first).to_be_visible()
    year.open("shiyanqiu", "传阅", NOTICE)


def a15_read_by_those_who_are_here(year: Year) -> None:
    """All but 卞从周, who travels, on 2025-11-07; one of them in the browser."""
    year.at("2025-11-07 08:30")
    page = year.open("shiyanqiu", "传阅", NOTICE)
    year.who("shiyanqiu").look("story-A15-circulate")
    year.submit(page, "圈阅（已阅知）")
    others = [one for one in READERS if one not in ("biancongzhou", "shiyanqiu")]
    year.act_alike(others, "notice", "circulate", "read")


def a15_urged(year: Year, instant: str) -> None:
    year.at(instant)
    page = year.see("ranqinghe", "notice")
    page.get_by_role("link", name="催阅 卞从周").click()
    wait_until_ready(page)
    year.fill(page, {"催办的话": "请阅。"})
    year.submit(page, "确认催办")


def a15_urged_once(year: Year) -> None:
    a15_urged(year, "2025-11-10 16:00")


def a15_urged_twice(year: Year) -> None:
    a15_urged(year, "2025-11-12 09:30")


def a15_the_helping_unit_answers(year: Year) -> None:
    year.at("2025-11-13 16:00")
    year.do("suiyiming", "协助承办", NOTICE, "报送", given={"协办情况": "值守要求已提供。"})


def a15_read_late(year: Year) -> None:
    year.at("2025-11-14 09:30")
    page = year.see("ranqinghe", "notice")
    row = page.locator("#circulation").get_by_role("row").filter(has_text="卞从周")
    expect(row).to_contain_text("逾期 2 个工作日")
    year.do("biancongzhou", "传阅", NOTICE, "圈阅（已阅知）")
    page = year.see("ranqinghe", "notice")
    circulation = page.locator("#circulation")
    row = circulation.get_by_role("row").filter(has_text="卞从周")
    for text in ("2025-11-14 09:30", "逾期 2 个工作日", "催阅 2 次"):
        expect(row).to_contain_text(text)
    for text in ("传阅 12/12", "漏传 0", "误传 0", "逾期 1"):
        expect(circulation).to_contain_text(text)


def a16_not_yet_to_be_closed(year: Year) -> None:
    """【必】 Who is missing is told before the unit that leads has reported."""
    year.at("2025-11-13 17:00")
    page = year.see("ranqinghe", "notice")
    closing = page.locator("#closing")
    expect(closing).to_contain_text("还不能办结")
    expect(closing).to_contain_text("卞从周")
    expect(closing).to_contain_text("人力资源部")
    year.has_nothing("ranqinghe", "办结审核", NOTICE)


def a16_reported(year: Year) -> None:
    year.at("2025-11-17 09:00")
    result = "已印发沐原办〔2025〕47号，8家所属企业全部签收。"
    page = year.open("gexingyao", "承办", NOTICE)
    year.fill(page, {"办理结果": result})
    year.who("gexingyao").look("story-A16-report")
    year.submit(page, "报办结")
    year.do("shiyanqiu", "主办负责人审签", NOTICE, "同意")


def a17_closed(year: Year) -> None:
    year.at("2025-11-17 10:20")
    page = year.open("ranqinghe", "办结审核", NOTICE)
    year.fill(page, {"归档": "归档", "拟保管期限": "10年", "复文字号": "沐原办〔2025〕47号"})
    year.who("ranqinghe").look("story-A17-close")
    year.submit(page, "办结")
    page = year.see("ranqinghe", "notice")
    expect(page.locator("h1")).to_contain_text("办结")
    year.who("ranqinghe").look("story-A17-closed")
    [(outcome, archiving, retention)] = year.ask_database(
        "select outcome, archiving, retention from incoming_document where instance_id = ?", year.cases["notice"]
    )
    assert (outcome, archiving, retention) == ("closed", "archived", "10年")
