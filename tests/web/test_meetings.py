"""A meeting on the pages: its agenda, its room, who comes, what is said and decided, its minutes and its record."""

import html
import io
import re
from datetime import UTC
from typing import Any

import openpyxl
import pytest
from flask import Flask

from app.current import HOUSE
from app.transaction import reading
from tests.meetings.days import CLERK, MEMBERS, PLAN, PRESENT, REPORT, Days
from tests.web.clerk import Clerk, alert
from workflows.meeting_arrangement import record_keeping
from workflows.meeting_arrangement.tally import Outcome
from workflows.visibility import readings_of


@pytest.fixture
def days(site: Flask) -> Days:
    return Days(site.extensions[HOUSE])


def test_whoever_checks_an_item_sees_what_is_missing_and_why_it_does_not_pass(site: Flask, days: Days) -> None:
    plan = days.put_forward_plan()
    clerk = Clerk(site, "zhenliyan")
    [item] = days.items("zhenliyan", plan)
    page = clerk.get(f"/worklist/{item.id}").text
    assert len(re.findall(r'<span class="badge bg-orange-lt">缺</span>', page)) == 3
    refused = clerk.submit(f"/worklist/{item.id}", "pass")
    assert refused.status_code == 422
    assert "要件不齐，缺财务部会签、合规审查意见、分管领导意见，不能通过" in alert(refused)


def test_the_agenda_is_put_in_order_and_the_room_is_booked_on_one_page(site: Flask, days: Days) -> None:
    _report, plan, case = days.to_agenda()
    clerk = Clerk(site, CLERK)
    page = f"/meetings/{case}/agenda"
    shown = clerk.get(page).text
    assert [title for title in (REPORT, PLAN) if title in shown] == [REPORT, PLAN]
    line = days.line(case, PLAN)
    assert clerk.post(page, act="move_up", line=line.id).location == page
    assert [one.title for one in days.meeting(case).lines][1:] == [PLAN, REPORT]
    people = {"attendees": ["wanliqing", "zonghuaigu"], "recused": ["ruanzhiwei"], "recusal_reason": "本人分管"}
    assert clerk.post(page, act="change_line", line=line.id, **people).status_code == 302
    changed = days.line(case, PLAN)
    assert (changed.attendees, dict(changed.recused)) == (("wanliqing", "zonghuaigu"), {"ruanzhiwei": "本人分管"})
    refused = clerk.post(page, act="remove_line", line=line.id, reason="")
    assert (refused.status_code, alert(refused)) == (422, "请用文字填写，不超过 2000 个字符，不含无法显示的字符。")
    assert clerk.post(page, act="remove_line", line=line.id, reason="材料待补").status_code == 302
    assert clerk.post(page, act="add_item", item=plan).status_code == 302
    assert clerk.post(page, act="book", room="1").status_code == 302
    assert "已预订" in clerk.get(page).text
    taken = Clerk(site, "suiyiming").post(
        "/rooms/book", room="1", day="2025-11-25", starts="10:00", ends="11:00", purpose="例会"
    )
    assert taken.status_code == 409


def test_pages_of_a_meeting_are_for_whoever_has_the_step_in_hand(site: Flask, days: Days) -> None:
    _report, _plan, case = days.to_agenda()
    director, outsider, clerk = Clerk(site, "zhenliyan"), Clerk(site, "gexingyao"), Clerk(site, CLERK)
    for page in ("agenda", "attendance", "minutes", "written"):
        assert director.get(f"/meetings/{case}/{page}").status_code == 403
        assert outsider.get(f"/meetings/{case}/{page}").status_code == 403
    assert clerk.get(f"/meetings/{case}/attendance").status_code == 403
    assert director.post(f"/meetings/{case}/agenda", act="move_up", line="x").status_code == 403
    assert clerk.post(f"/meetings/{case}/agenda", act="nonsense").status_code == 403
    assert clerk.get(f"/meetings/{case}/lines/none").status_code == 404
    assert clerk.get("/meetings/none/agenda").status_code == 403


def test_a_member_who_asks_for_leave_writes_what_counts_as_no_vote(site: Flask, days: Days) -> None:
    _report, _plan, case = days.to_agenda()
    days.book(case)
    days.convene(case)
    days.act("miaoyuanchuan", case, "leave", "赴砚江热电现场")
    away = Clerk(site, "miaoyuanchuan")
    assert f"/meetings/{case}/written" in away.get(f"/cases/{case}").text
    line = days.line(case, PLAN)
    written = away.post(f"/meetings/{case}/written", act="write", line=line.id, written_opinion="同意")
    assert written.status_code == 302
    section = Clerk(site, "qishouzhuo").get(f"/cases/{case}").text
    assert "书面意见（不计票）" in section
    assert '<span class="badge bg-secondary-lt">不计票</span>' in section
    assert "待批准" in section


def test_a_decision_is_taken_on_the_page_of_its_item(site: Flask, days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case)
    clerk = Clerk(site, CLERK)
    report, plan = days.line(case, REPORT), days.line(case, PLAN)
    first = days.meeting(case).lines[0]
    for one in (first, report):
        page = f"/meetings/{case}/lines/{one.id}"
        assert clerk.post(page, act="open", line=one.id).location == page
        assert clerk.post(page, act="close", line=one.id, conclusion="已听取。").status_code == 302
    page = f"/meetings/{case}/lines/{plan.id}"
    assert "应到 7，到会可表决 6；至少到 4 人，赞成至少 4 票为通过" in clerk.get(page).text
    clerk.post(page, act="open", line=plan.id)
    shown = clerk.get(page).text
    names = re.findall(r'<div class="banjie-stand"><span>([^<\s]+)', shown)
    assert names == ["郁文澍", "仇敬安", "祁守拙", "卞从周", "阮知微", "邵启衡"]
    early = clerk.post(page, act="speak", line=plan.id, member="shaoqiheng", opinion="同意", choice="yes")
    assert (early.status_code, alert(early)) == (409, "邵启衡应当最后表态，还有 5 人没有发言。")
    for member in (*PRESENT[1:], PRESENT[0]):
        said = {"opinion": "列支渠道先核清", "choice": "abstain"} if member == "ruanzhiwei" else {"choice": "yes"}
        assert clerk.post(page, act="speak", line=plan.id, member=member, **said).status_code == 302
    closed = clerk.post(page, act="close", line=plan.id, conclusion="原则同意。")
    assert closed.status_code == 302
    assert "赞成 5　反对 0　弃权 1" in clerk.get(page).text
    assert days.line(case, PLAN).outcome is Outcome.PASSED
    members_page = Clerk(site, "yuwenshu").get(f"/cases/{case}").text
    assert "登记发言表态" not in members_page
    assert "列支渠道先核清" in members_page
    assert "赞成 5　反对 0　弃权 1" in members_page


def test_who_has_withdrawn_sees_nothing_of_what_was_said(site: Flask, days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case)
    clerk, line = Clerk(site, CLERK), days.line(case, PLAN)
    page = f"/meetings/{case}/lines/{line.id}"
    clerk.post(page, act="open", line=line.id)
    assert clerk.post(page, act="recuse", line=line.id, member="qishouzhuo", reason="亲属单位").status_code == 302
    clerk.post(page, act="speak", line=line.id, member="yuwenshu", opinion="此事已经核实", choice="yes")
    assert "此事已经核实" in Clerk(site, "ruanzhiwei").get(f"/cases/{case}").text
    assert "此事已经核实" not in Clerk(site, "qishouzhuo").get(f"/cases/{case}").text


def test_who_is_there_is_checked_in_and_what_is_due_can_be_corrected(site: Flask, days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.at("11-25 09:00")
    clerk, page = Clerk(site, CLERK), f"/meetings/{case}/attendance"
    assert clerk.post(page, act="check_in", arrived=[*MEMBERS[:3], "luanhaiping"]).location == page
    [item] = days.items(CLERK, case)
    refused = clerk.submit(f"/worklist/{item.id}", "open", chair="shaoqiheng")
    assert alert(refused) == "应到 7 人，实到 3 人，至少须到 4 人，不足法定人数，不能开会或审议。"
    assert clerk.post(page, act="excuse", member="qishouzhuo", reason="长期驻外").status_code == 302
    assert "应到 6，实到 3" in clerk.get(page).text
    assert clerk.submit(f"/worklist/{item.id}", "open", chair="shaoqiheng").status_code == 302


def test_minutes_are_written_from_what_was_recorded(site: Flask, days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case)
    days.deliberate(case)
    clerk, page, line = Clerk(site, CLERK), f"/meetings/{case}/minutes", days.line(case, REPORT)
    given = {"matter": "印发节日值守方案", "lead_unit": "AHB", "co_units": ["ZBS"], "due_on": "2025-12-12"}
    assert clerk.post(page, act="resolve", line=line.id, **given).location == page
    refused = clerk.post(page, act="resolve", line=line.id, **{**given, "due_on": ""})
    assert (refused.status_code, alert(refused)) == (422, "请填写完成时限。")
    shown = clerk.get(page).text
    assert "议定：印发节日值守方案（责任单位：安全环保部，配合单位：总值班室；完成时限：2025年12月12日）" in shown
    [one] = days.meeting(case).all_resolutions
    changed = {**given, "matter": "印发值守方案"}
    assert clerk.post(page, act="change_resolution", resolution=one.id, **changed).status_code == 302
    assert clerk.post(page, act="conclude", line=line.id, conclusion="会议强调安全。").status_code == 302
    assert "会议强调安全。" in clerk.get(f"/cases/{case}").text
    assert clerk.post(page, act="remove_resolution", resolution=one.id).status_code == 302
    assert days.meeting(case).all_resolutions == ()


def test_the_record_is_shown_to_whoever_may_read_it_and_its_register_too(site: Flask, days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.open_meeting(case)
    clerk, director, page = Clerk(site, CLERK), Clerk(site, "zhenliyan"), f"/meetings/{case}/record"
    assert clerk.post(page, act="keep", record="逐人发言如下……").location == page
    assert "逐人发言如下" in clerk.get(page).text
    refused = director.get(page).text
    assert "逐人发言如下" not in refused
    assert f"/cases/new?source={case}&amp;definition=meeting_record_reading" in refused
    assert director.post(page, act="keep", record="改写").status_code == 403
    asked = days.start("zhenliyan", "meeting_record_reading", "查阅会议记录", source=case)
    days.act("zhenliyan", asked, title="查阅会议记录", purpose="核对")
    days.act("shaoqiheng", asked, "agree", "准予查阅。")
    shown = director.get(page).text
    assert "逐人发言如下" in shown
    assert "甄立言" in shown
    assert "准予查阅（邵启衡）" in shown
    assert Clerk(site, "luanhaiping").get(page).status_code == 403


def test_the_instants_of_a_meeting_are_read_on_the_offices_wall(site: Flask, days: Days) -> None:
    _report, _plan, case = days.to_agenda()
    assert days.meeting(case).starts_at.astimezone(UTC).hour == 1
    assert "2025-11-25 09:00" in Clerk(site, "zhenliyan").get(f"/cases/{case}").text


def table(clerk: Clerk, path: str) -> list[tuple[Any, ...]]:
    content, headers = clerk.download(path)
    assert headers["Content-Type"].startswith("application/vnd.openxmlformats")
    return list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_the_register_of_meetings_is_narrowed_and_taken_along(site: Flask, days: Days) -> None:
    _report, _plan, case = days.to_dispatch()
    days.act("luanhaiping", case, "received")
    other = days.arrange("11-28 10:00", "12-09", "12-08T17:00")
    clerk = Clerk(site, CLERK)
    page = clerk.get("/meetings").text
    assert f"/cases/{case}" in page
    assert f"/cases/{other}" in page
    assert "中共沐原能源集团有限公司委员会会议纪要" in page
    assert "签收 1/3" in page
    narrowed = clerk.get("/meetings?state=preparing&sort=title&order=asc").text
    assert f"/cases/{case}" not in narrowed
    assert 'aria-sort="ascending"' in narrowed
    header, first, second = table(clerk, "/meetings/register.xlsx?order=asc")
    assert header[:3] == ("会议类别", "会议次数", "会议名称")
    assert (first[1], first[12], first[14], first[18], first[20]) == ("2025年第21次", "纪要已印发", "第21期", 12, 1)
    assert (second[1], second[12]) == (None, "筹备中")
    assert table(Clerk(site, "zonghuaigu"), "/meetings/register.xlsx")[1][1] == "2025年第21次"
    assert len(table(Clerk(site, "kuangyuheng"), "/meetings/register.xlsx")) == 1


def test_the_register_of_meetings_is_offered_to_whoever_may_use_it(site: Flask, days: Days) -> None:
    for username in (CLERK, "zhenliyan", "shaoqiheng", "zonghuaigu"):
        assert 'href="/meetings"' in Clerk(site, username).get("/worklist").text, username
    for username in ("jiziheng", "gexingyao"):
        outsider = Clerk(site, username)
        assert 'href="/meetings"' not in outsider.get("/worklist").text
        assert [outsider.get(path).status_code for path in ("/meetings", "/meetings/register.xlsx")] == [403, 403]


def test_minutes_bear_their_title_on_the_page_and_in_print(site: Flask, days: Days) -> None:
    report, plan, case = days.to_meeting()
    reader, title = Clerk(site, "yuwenshu"), "中共沐原能源集团有限公司委员会会议纪要"
    refused = reader.get(f"/meetings/{case}/minutes/print")
    assert (refused.status_code, "纪要还没有签发印发" in refused.text) == (403, True)
    days.open_meeting(case)
    days.deliberate(case)
    unsigned = reader.get(f"/meetings/{case}/minutes/print").text
    assert title in unsigned
    assert "（未签发，没有期号）" in unsigned
    days.sign_minutes(report, plan, case)
    days.dispatch(case)
    for page in (reader.get(f"/cases/{case}").text, reader.get(f"/meetings/{case}/minutes/print").text):
        assert title in page
        assert "第21期" in page
    printed = Clerk(site, "zonghuaigu").get(f"/meetings/{case}/minutes/print").text
    assert "分送：安全环保部、党群工作部、财务部。" in printed
    assert "共印 12 份" in printed
    assert Clerk(site, "gexingyao").get(f"/meetings/{case}/minutes/print").status_code == 403


def test_who_has_signed_for_the_minutes_is_shown_and_the_others_are_urged_at_once(site: Flask, days: Days) -> None:
    _report, _plan, case = days.to_dispatch()
    signer = Clerk(site, "luanhaiping")
    [item] = days.items("luanhaiping", case)
    page = signer.get(f"/worklist/{item.id}").text
    assert "会议强调，节日安全不能放假。" in page  # the minutes are there to be read
    assert "赴砚江热电现场" not in page  # why a member asked for leave is not
    assert signer.get(f"/meetings/{case}/record").status_code == 403
    assert signer.submit(f"/worklist/{item.id}", "received").status_code == 302
    clerk = Clerk(site, "shaxiaoman")
    listed = clerk.get(f"/cases/{case}").text
    assert "签收 1/3" in listed
    assert "催办全部未签收单位" in listed
    assert clerk.post(f"/documents/{case}/urge").status_code == 302
    assert clerk.get(f"/cases/{case}").text.count("催办 1 次") == 2


def test_the_record_is_asked_for_allowed_and_read_on_the_pages(site: Flask, days: Days) -> None:
    """C10: 会议记录另存，查阅须批准; who reads it is told to the ledger of readings."""
    _report, _plan, case = days.to_dispatch()
    words = "阮知微：列支渠道先核清。"
    days.record(record_keeping.keep_record, case, words)
    reader, path = Clerk(site, "yuwenshu"), f"/meetings/{case}/record"
    shut = reader.get(path).text
    assert words not in shut
    asking = re.search(r'href="([^"]*meeting_record_reading[^"]*)"', shut)
    assert asking is not None
    form = reader.get(html.unescape(asking[1]))
    assert form.status_code == 200
    asked = days.start("yuwenshu", "meeting_record_reading", "查阅党委会会议记录", source=case)
    days.act("yuwenshu", asked, title="查阅党委会会议记录", purpose="核对列支渠道的意见")
    assert words not in reader.get(path).text
    [item] = days.items("shaoqiheng", asked)
    assert Clerk(site, "shaoqiheng").submit(f"/worklist/{item.id}", "agree", opinion="准予查阅。").status_code == 302
    opened = reader.get(path).text
    assert words in opened
    assert "核对列支渠道的意见" in opened
    house = days.house
    with reading(house.pool) as connection:
        told = [
            one.actor
            for one in house.office.engine.history(connection, readings_of("yuwenshu"))
            if one.kind == "meeting_record:read"
        ]
    assert told == ["yuwenshu"]


def test_a_step_names_what_is_done_beside_its_form_and_those_pages_lead_back(site: Flask, days: Days) -> None:
    _report, _plan, case = days.to_agenda()
    clerk = Clerk(site, CLERK)

    def to_do() -> tuple[str, list[str]]:
        [item] = days.items(CLERK, case)
        page = clerk.get(f"/worklist/{item.id}").text
        nav = re.search(r'<nav class="card mb-3".*?</nav>', page, re.DOTALL)
        assert nav is not None
        return item.id, re.findall(r'href="/meetings/[^/]+/(\w+)', nav[0])

    item, pages = to_do()
    assert pages == ["agenda"]
    assert f'href="/worklist/{item}">回到办理：拟定议程、预订会议室' in clerk.get(f"/meetings/{case}/agenda").text
    days.act(CLERK, case)
    assert to_do()[1] == ["agenda"]
    assert clerk.post(f"/meetings/{case}/agenda", act="book", room="1").status_code == 302  # as late as at the notice
    days.act(CLERK, case)
    days.deliver()
    days.answer(case)
    days.at("11-25 08:30")
    assert to_do()[1] == ["attendance"]
    days.open_meeting(case)
    assert to_do()[1] == ["attendance", "lines", "minutes", "record"]


def test_a_room_that_was_booked_for_another_time_is_named_and_another_can_be_booked(site: Flask, days: Days) -> None:
    _report, _plan, case = days.to_meeting()
    days.at("11-25 09:00")
    days.act(CLERK, case, "adjourn")
    given = {"starts_at": "2025-11-27T09:00", "ends_at": "2025-11-27T11:30", "receipts_due": "2025-11-26T17:00"}
    days.act(CLERK, case, title="党委会会议", meeting_body="党委会", **given)
    clerk, path = Clerk(site, CLERK), f"/meetings/{case}/agenda"
    assert "已预订，与会议时间不符" in clerk.get(path).text
    assert clerk.post(path, act="book", room="1").status_code == 302
    assert '<span class="badge bg-green-lt">已预订</span>' in clerk.get(path).text


def test_only_what_moves_a_line_is_offered(site: Flask, days: Days) -> None:
    days.to_agenda()
    [case] = days.cases_of("meeting_arrangement")
    page = Clerk(site, CLERK).get(f"/meetings/{case}/agenda").text
    assert re.findall(r'aria-label="(上移|下移) ([^"]+)"', page) == [("下移", REPORT), ("上移", PLAN)]


def test_the_units_that_have_something_to_do_are_proposed_for_the_minutes(site: Flask, days: Days) -> None:
    report, plan, case = days.to_meeting()
    days.open_meeting(case)
    days.deliberate(case)
    days.sign_minutes(report, plan, case)
    assert days.variables(case)["distribution_units"] == ["AHB", "DQB", "CWB"]
