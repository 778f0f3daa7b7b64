"""Part E: 上行文, from 2026-02-06 to 02-10. Each function is a step of the story, with its marks."""

from datetime import datetime

from playwright.sync_api import expect

from tests.e2e.story.part_b import sign_on_the_phone
from tests.e2e.story.year import Year
from tests.incoming import Registry
from tests.office import BETWEEN, Desk

LETTER, LETTER_NUMBER = "关于报送春节值班安排的函", "砚国资办函〔2026〕9号"
INCOMING_NUMBER, DOCUMENT_NUMBER = "收2026-0043", "沐原〔2026〕12号"
TITLE = "沐原能源集团有限公司关于2026年春节期间值班安排的报告"
BODY = "春节期间，集团班子成员轮流带班，总值班室24小时值守，所属企业同步安排。\n{end}"
OTHER_LETTERS, OTHER_DOCUMENTS = 42, 11


def others_before_it(year: Year) -> None:
    """What the office has registered and issued in 2026 before: 收2026-0001 to 0042, 沐原〔2026〕1 to 11."""
    year.at("2026-02-05 17:00")
    began = datetime.fromisoformat("2026-02-05T17:01+08:00")
    for serial in range(1, OTHER_LETTERS + 1):
        letter = Registry(year.house, began, title=f"2026年来文第{serial}件")
        letter.start("shaxiaoman", "incoming_document", letter.title)
        received = {"channel": "纸质", "copies": 1, "counted_ok": True}
        registered = {"source_organ": "砚江省国资委", "document_type": "通知", "handling": "阅件"}
        for given in (received, registered):
            letter.now -= BETWEEN  # all within the same minute
            letter.act("shaxiaoman", "submit", title=letter.title, **given)
    for serial in range(1, OTHER_DOCUMENTS + 1):
        issue(Desk(year.house, began, title=f"沐原能源集团有限公司关于2026年第{serial}项工作的通知"))
    year.at("2026-02-05 20:00")
    assert year.ask_database("select last from number_series where code = '收' and year = 2026") == [(OTHER_LETTERS,)]
    assert year.ask_database("select last from number_series where code = '沐原' and year = 2026") == [
        (OTHER_DOCUMENTS,)
    ]


def issue(desk: Desk) -> None:
    """Take a document to its number, a few minutes after the last."""
    text = {"title": desk.title, "body": "现将有关工作通知如下。"}
    desk.start(title=desk.title)
    organ = {"issuing_organ": "沐原能源集团有限公司", "issuing_code": "沐原", "main_recipients": "各所属企业"}
    kinds = {"document_type": "通知", "direction": "下行文", "intent": "部署"}
    for username, decision, variables in (
        ("gexingyao", "submit", {**text, **organ, **kinds}),
        ("shiyanqiu", "agree", {"countersign_units": []}),
        ("ranqinghe", "agree", {**text, "override_reason": "照报送单位所拟"}),
        ("zhenliyan", "agree", {}),
        ("miaoyuanchuan", "agree", {}),
        ("miaoyuanchuan", "agree", {}),
        ("shaxiaoman", "pass", text),
        ("shaxiaoman", "submit", {"copies": 9, "distribution_units": ["QY1"]}),
    ):
        desk.now -= BETWEEN
        desk.act(username, decision, "同意。", **variables)


def e_the_letter_comes_in(year: Year) -> None:
    year.at("2026-02-06 13:00")
    page = year.begin("shaxiaoman", "收文办理", LETTER, case="letter_2026")
    year.fill(page, {"来文渠道": "电子公文交换", "份数": "1", "清点无误": True})
    year.submit(page, "签收")
    page = year.open("shaxiaoman", "登记", LETTER)
    year.fill(
        page,
        {
            "来文机关": "砚江省国资委",
            "来文字号": LETTER_NUMBER,
            "成文日期": "2026-02-05",
            "文种": "函",
            "来文类型": "办件",
            "紧急程度": "加急",
            "要求答复": True,
        },
    )
    year.submit(page, "登记")
    expect(year.see("shaxiaoman", "letter_2026").locator(".banjie-pretitle")).to_contain_text(INCOMING_NUMBER)
    year.do("ranqinghe", "初审", LETTER, "通过")
    given = {"主办单位": ["安全环保部"], "办理时限": "2026-02-10"}
    year.do("ranqinghe", "拟办", LETTER, "报主任", "拟由安全环保部拟稿报送。", given)
    year.do("zhenliyan", "审核拟办意见", LETTER, "同意，直接分办")
    year.do("ranqinghe", "分办", LETTER, "分办")
    year.do("luanhaiping", "签收·指定承办人", LETTER, "签收", given={"承办人": ["隋一鸣"]})


def e_refused_until_it_is_a_report(year: Year) -> None:
    year.at("2026-02-06 15:00")
    page = year.begin("suiyiming", "发文办理", TITLE, source="letter_2026", case="report_upward")
    assert LETTER_NUMBER in page.get_by_label("来文标题、字号").input_value()
    year.fill(
        page,
        {
            "发文机关": "沐原能源集团有限公司",
            "机关代字": "沐原",
            "行文方向": "上行文",
            "行文目的": "汇报",
            "文种": "报告",
            "主送": "砚江省国资委",
            "紧急程度": "加急",
            "正文": BODY.format(end="妥否，请批示"),
        },
    )
    year.refused(page, "提交", "报告不得夹带请示事项")  # 【必】 第十五条
    year.who("suiyiming").look("story-E-report-refused")
    year.fill(page, {"正文": BODY.format(end="特此报告。"), "抄送": "各所属企业"})
    year.refused(page, "提交", "上行文不得抄送下级机关")  # 【必】
    year.fill(page, {"抄送": ""})
    year.submit(page, "提交")
    year.do("luanhaiping", "部门负责人审核", TITLE, "同意")
    year.do("ranqinghe", "核稿", TITLE, "通过")
    year.do("zhenliyan", "办公室主任审核", TITLE, "同意")


def e_only_the_principal_signs(year: Year) -> None:
    year.at("2026-02-09 09:00")
    year.do("biancongzhou", "分管领导审签", TITLE, "同意", "拟同意上报，请启衡同志签发。")
    year.has_nothing("biancongzhou", "签发", TITLE)
    year.at("2026-02-09 09:30")
    principal, deputy = year.program_of("shaoqiheng"), year.program_of("biancongzhou")
    [item] = principal.get(f"/work-items?box=todo&instance={year.cases['report_upward']}").body["items"]
    place = f"/work-items/{item['id']}"
    handed = principal.post(f"{place}/transfer", version=item["version"], to="biancongzhou", reason="请代为签发")
    assert handed.status == 200, handed.body
    deputy.close()
    page = year.open("biancongzhou", "签发", TITLE)  # handed to a deputy it is refused  【必】
    page.get_by_role("textbox", name="意见").first.fill("同意上报")
    year.who("biancongzhou").look("story-E-deputy")
    page.get_by_role("button", name="同意签发", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("应由邵启衡签发")
    year.findings.expect_refusals(1, 403)
    page = year.open("biancongzhou", "签发", TITLE)
    page.get_by_role("link", name="转办", exact=True).click()
    expect(page.locator("h1")).to_contain_text("转办")
    year.fill(page, {"转给": ["邵启衡"], "说明": "应由启衡同志签发"})
    year.submit(page, "确认转办")
    principal.close()


def e_signed_on_the_phone(year: Year) -> None:
    year.at("2026-02-09 11:00")
    sign_on_the_phone(year, "shaoqiheng", TITLE, "同意上报", "story-E-sign")


def e_numbered_printed_sealed(year: Year) -> None:
    year.at("2026-02-09 14:00")
    year.do("shaxiaoman", "复核", TITLE, "复核通过")
    year.do("shaxiaoman", "登记编号", TITLE, "登记编号", given={"印制份数": "3", "分送单位": ["党委办公室"]})
    page = year.see("shaxiaoman", "report_upward")
    expect(page.locator(".banjie-pretitle")).to_contain_text(DOCUMENT_NUMBER)
    [(issued_on, signed_by)] = year.ask_database(
        "select issued_on, signed_by from document where instance_id = ?", year.cases["report_upward"]
    )
    assert (issued_on, signed_by) == ("2026-02-09", "shaoqiheng")
    year.do("quanning", "排版", TITLE, "送校对")
    year.do("suiyiming", "校对", TITLE, "校对无误")
    year.do("quanning", "印制", TITLE, "送用印")
    given = {"用印份数": "3", "批准依据": "签发意见", "监印人": ["屈安宁"]}
    year.do("quanning", "用印登记", TITLE, "登记用印", given=given)


def e_sent_and_the_letter_answered(year: Year) -> None:
    year.at("2026-02-10 09:00")
    year.do("shaxiaoman", "核发", TITLE, "核发", given={"印发日期": "2026-02-10", "保管期限": "10年"})
    year.do("zhenliyan", "签收", TITLE, "签收")
    expect(year.see("shaxiaoman", "report_upward").locator("h1")).to_contain_text("办结")
    year.who("shaxiaoman").look("story-E-sent")
    year.do("suiyiming", "承办", LETTER, "报办结", given={"办理结果": f"已以{DOCUMENT_NUMBER}报出。"})
    year.do("luanhaiping", "主办负责人审签", LETTER, "同意")
    year.has_nothing("suiyiming", "答复来文单位", LETTER)  # the document has told the letter that it is answered
    told = year.ask_database(
        "select reply_number, replied_on from incoming_document where instance_id = ?", year.cases["letter_2026"]
    )
    assert told == [(DOCUMENT_NUMBER, "2026-02-10")], "nothing is typed twice"
    given = {"归档": "归档", "拟保管期限": "10年"}
    year.do("ranqinghe", "办结审核", LETTER, "办结", given=given)
    page = year.see("ranqinghe", "letter_2026")
    expect(page.locator("h1")).to_contain_text("办结")
    page.get_by_role("link", name="事项脉络").click()
    expect(page.locator(f"#case-{year.cases['report_upward']}")).to_contain_text(INCOMING_NUMBER)
