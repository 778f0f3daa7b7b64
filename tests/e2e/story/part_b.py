"""Part B: 发文, from 2025-11-07 to 11-17. Each function is a step of the story, with its marks."""

from pathlib import Path

from docx import Document
from playwright.sync_api import Page, expect

from tests.browser import wait_until_ready
from tests.e2e.story.part_a import NUMBER, SOURCE_NUMBER, tapped
from tests.e2e.story.year import Year, write_row
from tests.incoming import NOTICE
from tests.office import TITLE

DOCUMENT_NUMBER = "沐原办〔2025〕47号"
WRONG = "二、春节：2月16日至23日（周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。"
RIGHT = WRONG.replace("16日", "15日")
OCTOBER = "七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）上班。"
OCTOBER_TOO = OCTOBER.replace("9月20日（周日）上班", "9月20日（周日）、10月10日（周六）上班")
BODY = (
    "各所属企业，总部各部门：\n根据国务院办公厅通知精神，现将2026年部分节假日安排通知如下。\n"
    "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。\n{spring}\n"
    "三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。"
    "5月9日（周六）上班。\n五、端午节：6月19日（周五）至21日（周日）放假，共3天。\n"
    "六、中秋节：9月25日（周五）至27日（周日）放假，共3天。\n{october}{emergency}"
)
EMERGENCY = "\n各单位要做好值班值守，突发事件30分钟内电话、1小时内书面报总值班室。"
COMPANIES = {
    "tanzhixing": "砚江热电公司",
    "yuqinghe": "沐原新能源公司",
    "zhulan": "南屏供热公司",
    "luchengzhi": "石浦燃机公司",
    "yanzhiqiu": "青坞水电公司",
    "qiwangshu": "沐原物资公司",
    "luoyichuan": "沐原检修公司",
    "jianhuaiyuan": "沐原置业公司",
}
DEPARTMENTS = {
    "zhenliyan": "党委办公室",
    "shiyanqiu": "党委组织部（人力资源部）",
    "wanliqing": "党群工作部",
    "luanhaiping": "安全环保部",
    "zonghuaigu": "财务部",
    "tongxueling": "法律合规部",
    "peishenzhi": "审计部",
    "zhuanghuaiyuan": "纪委办公室",
    "feisiqi": "信息中心",
}


def body(*, spring: str = RIGHT, october: str = OCTOBER, emergency: str = "") -> str:
    return BODY.format(spring=spring, october=october, emergency=emergency)


def word(year: Year, name: str, text: str) -> Path:
    path = year.folder / name
    document = Document()
    document.add_paragraph(text)
    document.save(str(path))
    return path


def without_number(year: Year) -> None:
    """【必】 Before it is registered, it has no number at any step."""
    page = year.see("gexingyao", "outgoing")
    expect(page.locator(".banjie-pretitle")).to_contain_text("发文办理")
    expect(page.locator("main")).not_to_contain_text("沐原办〔2025〕")


def b1_drafted_from_what_came_in(year: Year) -> None:
    year.at("2025-11-07 10:00")
    page = year.begin("gexingyao", "发文办理", TITLE, source="notice", case="outgoing")
    carried = page.get_by_label("来文标题、字号")
    for text in (NOTICE, SOURCE_NUMBER, "2025-11-04"):  # nothing is typed twice
        assert text in carried.input_value(), carried.input_value()
    expect(page.get_by_role("link", name=f"{SOURCE_NUMBER}.pdf", exact=True)).to_be_visible()
    page.get_by_role("button", name=f"移除 {SOURCE_NUMBER}.pdf").click()  # it is no annex of the group's own notice
    year.fill(
        page,
        {
            "发文机关": "集团办公室",
            "机关代字": "沐原办",
            "行文方向": "下行文",
            "行文目的": "部署",
            "文种": "通知",
            "主送": "各所属企业，总部各部门",
            "公开范围": "集团内公开",
            "正文": body(spring=WRONG),
            "正文文件": word(year, "正文.docx", body(spring=WRONG)),
            "附件说明": "1. 2026年节假日及调休对照表",
            "附件": year.file("2026年节假日及调休对照表.pdf"),
        },
    )
    expect(page.get_by_label("密级")).to_have_value("")
    expect(page.get_by_label("紧急程度")).to_have_value("")
    year.who("gexingyao").look("story-B1-draft")
    year.submit(page, "提交")
    page = year.see("gexingyao", "notice")
    page.get_by_role("link", name="事项脉络").click()
    expect(page.locator(f"#case-{year.cases['outgoing']}")).to_contain_text(NUMBER)


def b2_sent_back(year: Year) -> None:
    year.at("2025-11-07 16:00")
    year.do(
        "shiyanqiu",
        "部门负责人审核",
        TITLE,
        "退回修改",
        "春节应为2月15日至23日共9天，2月14日、2月28日上班，请核原文。",
    )


def b3_mended_and_compared(year: Year) -> None:
    year.at("2025-11-10 09:00")
    page = year.open("gexingyao", "起草", TITLE)
    expect(page.get_by_text("春节应为2月15日至23日共9天，2月14日、2月28日上班，请核原文。")).to_be_visible()
    year.fill(page, {"正文": body(spring=RIGHT)})
    year.submit(page, "提交")
    page = year.see("gexingyao", "outgoing")
    page.locator(".banjie-version-link").filter(has_text="正文").first.click()
    wait_until_ready(page)
    changed = page.locator(".card-body")
    expect(changed.locator("del").first).to_contain_text("6")  # the marked draft: 16 → 15
    expect(changed.locator("ins").first).to_contain_text("5")
    year.who("gexingyao").look("story-B3-compare")


def b4_asked_beside_each_other(year: Year) -> None:
    year.at("2025-11-10 11:00")
    stand_in(year)
    year.do("shiyanqiu", "部门负责人审核", TITLE, "同意", given={"会签部门": ["安全环保部", "党群工作部"]})


def stand_in(year: Year) -> None:
    """万里晴 is away from 11-10 to 11-12 and lets 苗若谷 act."""
    visitor = year.who("wanliqing")
    page = visitor.page
    visitor.go("/substitutions")
    page.get_by_text("委托他人代理").click()
    year.fill(page, {"代理人": ["苗若谷"], "开始日期": "2025-11-10", "结束日期（含当日）": "2025-11-12"})
    page.get_by_label("原因").fill("外出")
    page.get_by_role("button", name="委托", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="苗若谷")).to_contain_text("生效中")


def b5_amended(year: Year) -> None:
    year.at("2025-11-11 09:00")
    page = year.open("luanhaiping", "部门会签", TITLE)
    year.who("luanhaiping").look("story-B5-countersign")
    year.submit(page, "有修改意见", "补写：突发事件30分钟内电话、1小时内书面报总值班室。")


def b5a_agreed_by_the_substitute(year: Year) -> None:
    year.at("2025-11-11 10:00")
    year.do("miaoruogu", "部门会签", TITLE, "同意")
    page = year.see("gexingyao", "outgoing")
    expect(page.locator(".banjie-timeline")).to_contain_text("苗若谷（代万里晴）")


def b5b_answered_before_editing(year: Year) -> None:
    year.at("2025-11-11 15:00")
    page = year.open("gexingyao", "会签意见采纳", TITLE)
    year.refused(page, "送核稿", "采纳")  # 【必】
    write_row(page, "reconciliations", 0, adopted="不采纳", explanation="另行通知")
    year.refused(page, "送核稿", "协商结果")  # 【必】
    write_row(page, "reconciliations", 0, adopted="采纳", explanation="见第三条")
    year.fill(page, {"会签意见采纳情况": "安全环保部意见采纳，见第三条。", "正文": body(emergency=EMERGENCY)})
    year.who("gexingyao").look("story-B5b-reconcile")
    year.submit(page, "送核稿")


def b6_edited(year: Year) -> None:
    year.at("2025-11-12 09:00")
    page = year.open("ranqinghe", "核稿", TITLE)
    year.fill(page, {"正文": body(emergency=EMERGENCY.replace("各单位要做好", "各单位要切实做好"))})
    year.who("ranqinghe").look("story-B6-edit")
    year.submit(page, "通过")
    page = year.see("ranqinghe", "outgoing")
    page.locator(".banjie-version-link").filter(has_text="正文").first.click()
    expect(page.locator(".card-body ins").first).to_contain_text("切实")  # kept, and not sent back


def b6a_the_director_agrees(year: Year) -> None:
    year.at("2025-11-12 10:00")
    opinion = "拟同意印发，请远川同志审，敬安同志签发。"
    year.do("zhenliyan", "办公室主任审核", TITLE, "同意", opinion)


def b7_the_leader_agrees(year: Year) -> None:
    year.at("2025-11-12 11:00")
    year.do("miaoyuanchuan", "分管领导审签", TITLE, "同意")


def b8_signed_on_the_phone(year: Year) -> None:
    year.at("2025-11-12 15:30")
    without_number(year)
    sign_on_the_phone(year, "qiujingan", TITLE, "同意印发。仇敬安 2025年11月12日", "story-B8-sign")


def sign_on_the_phone(year: Year, signatory: str, title: str, words: str, look: str) -> None:
    """Sign with three taps: the item, the opinion, the button."""
    visitor = year.who(signatory)
    page = visitor.page
    visitor.go("/worklist")
    taps = tapped(visitor.pointers)
    page.get_by_role("link", name=title).first.tap()
    visitor.is_at(title)
    page.get_by_role("textbox", name="意见").first.tap()
    page.keyboard.insert_text(words)
    visitor.look(look)
    page.get_by_role("button", name="同意签发", exact=True).tap()
    expect(page.locator(".alert-success").first).to_be_visible()
    assert tapped(visitor.pointers) - taps == 3


def b9_something_is_missing(year: Year) -> None:
    year.at("2025-11-13 08:40")
    page = year.open("shaxiaoman", "复核", TITLE)
    text = body(october=OCTOBER_TOO, emergency=EMERGENCY.replace("各单位要做好", "各单位要切实做好"))
    year.fill(page, {"正文": text})
    year.who("shaxiaoman").look("story-B9-verify")
    year.submit(page, "需实质修改", "漏‘10月10日（周六）上班’。")


def b9a_read_again_by_who_signed(year: Year) -> None:
    year.at("2025-11-13 09:15")
    refuse_another_signatory(year)
    page = year.open("qiujingan", "原签发人复审", TITLE)
    year.who("qiujingan").look("story-B9a-sign-again")
    year.submit(page, "同意", "同意。")
    without_number(year)
    [(issued_on,)] = year.ask_database("select issued_on from document where instance_id = ?", year.cases["outgoing"])
    assert issued_on == "2025-11-13"  # 【证】


def refuse_another_signatory(year: Year) -> None:
    """【证】 Nobody else may read it again: not a colleague who tries, nor one to whom it is handed."""
    signatory, other = year.program_of("qiujingan"), year.program_of("miaoyuanchuan")
    [item] = signatory.get(f"/work-items?box=todo&instance={year.cases['outgoing']}").body["items"]
    place, version = f"/work-items/{item['id']}", item["version"]
    assert other.post(f"{place}/complete", version=version, decision="agree", opinion="同意。").status == 403
    handed = signatory.post(f"{place}/transfer", version=version, to="miaoyuanchuan", reason="请代为复审")
    if handed.status == 200:
        version = other.get(place).body["version"]
        answer = other.post(f"{place}/complete", version=version, decision="agree", opinion="同意。")
        assert answer.status == 403, answer.body
        back = other.post(f"{place}/transfer", version=version, to="qiujingan", reason="应由敬安同志复审")
        assert back.status == 200, back.body
    signatory.close()
    other.close()


def b10_registered_and_numbered(year: Year) -> None:
    year.at("2025-11-13 10:00")
    page = year.open("shaxiaoman", "登记编号", TITLE)
    expect(page.locator("main")).not_to_contain_text("沐原办〔2025〕")
    year.fill(page, {"印制份数": "19", "分送单位": [*COMPANIES.values(), *DEPARTMENTS.values()]})
    year.who("shaxiaoman").look("story-B10-register")
    place = page.url
    year.submit(page, "登记编号")
    page = year.see("shaxiaoman", "outgoing")
    expect(page.locator(".banjie-pretitle")).to_contain_text(DOCUMENT_NUMBER)
    expect(page.get_by_role("link", name="作废此号")).to_be_visible()  # 【必】 only this is left
    page.goto(place)
    expect(page.get_by_role("link", name="撤回", exact=True)).to_have_count(0)  # 【必】
    year.who("qiujingan").go("/worklist?box=in_progress")
    year.who("qiujingan").page.get_by_role("link", name=TITLE).first.click()
    expect(year.who("qiujingan").page.get_by_role("link", name="撤回", exact=True)).to_have_count(0)


def b11_typeset_and_proofread(year: Year) -> None:
    year.at("2025-11-13 14:00")
    given = {"排版定稿": year.file("沐原办〔2025〕47号.pdf")}
    year.do("quanning", "排版", TITLE, "送校对", given=given)
    year.do("gexingyao", "校对", TITLE, "校对无误", "校对无误。葛星遥")
    year.do("quanning", "印制", TITLE, "送用印")


def b12_sealed(year: Year) -> None:
    year.at("2025-11-13 15:00")
    page = year.open("quanning", "用印登记", TITLE)
    year.fill(page, {"用印份数": "19", "批准依据": "签发意见", "监印人": ["屈安宁"], "印章": "集团办公室印章"})
    year.who("quanning").look("story-B12-seal")
    year.submit(page, "登记用印")
    visitor = year.who("quanning")
    visitor.go("/documents/seals")
    row = visitor.page.get_by_role("row").filter(has_text=DOCUMENT_NUMBER)
    for text in ("集团办公室印章", "19", "签发意见", "屈安宁"):
        expect(row).to_contain_text(text)


def b13_dispatched(year: Year) -> None:
    year.at("2025-11-14 09:00")
    page = year.open("shaxiaoman", "核发", TITLE)
    year.fill(page, {"印发日期": "2025-11-14", "保管期限": "10年"})
    year.submit(page, "核发")
    page = year.see("shaxiaoman", "outgoing")
    expect(page.locator("#receipts")).to_contain_text("签收 0/17")


def b14_sixteen_sign_the_same_day(year: Year) -> None:
    year.at("2025-11-14 15:00")
    year.do("tanzhixing", "签收", TITLE, "签收")
    year.act_alike(
        [one for one in (*COMPANIES, *DEPARTMENTS) if one not in ("tanzhixing", "yuqinghe")],
        "outgoing",
        "receive",
        "received",
    )


def b14_the_last_is_urged(year: Year) -> None:
    year.at("2025-11-17 08:05")
    page = year.see("shaxiaoman", "outgoing")
    expect(page.locator("#receipts")).to_contain_text("签收 16/17")
    page.get_by_role("link", name="催办 沐原新能源公司").click()
    wait_until_ready(page)
    year.fill(page, {"催办的话": "请尽快签收。"})
    year.submit(page, "确认催办")


def b14_all_have_signed(year: Year) -> None:
    year.at("2025-11-17 08:35")
    year.do("yuqinghe", "签收", TITLE, "签收")
    page = year.see("shaxiaoman", "outgoing")
    expect(page.locator("h1")).to_contain_text("办结")
    receipts = page.locator("#receipts")
    expect(receipts).to_contain_text("签收齐")
    row = receipts.get_by_role("row").filter(has_text="沐原新能源公司")
    expect(row).to_contain_text("催办 1 次")
    expect(row).to_contain_text("2025-11-17 08:35")
    year.who("shaxiaoman").look("story-B14-received")
    [(issued_on, dispatched_on, retention)] = year.ask_database(
        "select issued_on, dispatched_on, retention from document where instance_id = ?",
        year.cases["outgoing"],
    )
    assert (issued_on, dispatched_on, retention) == ("2025-11-13", "2025-11-14", "10年")
    see_the_register(year.who("shaxiaoman").page, year)


def see_the_register(page: Page, year: Year) -> None:
    page.goto(f"{year.address}/documents/register")
    row = page.get_by_role("row").filter(has_text=DOCUMENT_NUMBER)
    for text in (TITLE, "仇敬安", "2025-11-13", "2025-11-14", "19 份", "签收 17/17"):
        expect(row).to_contain_text(text)
    year.who("shaxiaoman").look("story-B14-register")
