"""The pages of supervision: the register and its lamps, candidates, the bulletin, oral orders, and requests beside the steps."""

import io
import re
from datetime import date

import openpyxl
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.current import HOUSE
from tests.supervising import Supervising
from tests.web.clerk import Clerk, alert, field_errors
from tests.workflows.calendars import published
from tests.workflows.test_supervision_story import FIRST, FOURTH, SECOND, THIRD

LINK = re.compile(r'href="(/supervision/bulletin/2[^"]+)"')


@pytest.fixture
def office(site: Flask) -> Supervising:
    return Supervising(site.extensions[HOUSE])


def under_way(office: Supervising, **said: object) -> str:
    matter = office.decided(**{**THIRD, **said})
    office.propose(matter)
    return matter


def rows(page: TestResponse) -> list[str]:
    """The titles on a page of the register, in order."""
    return re.findall(r'class="banjie-title"><a href="/cases/[^"]+">([^<]+)<', page.text)


def table(clerk: Clerk, path: str) -> list[list[object]]:
    """The cells of a sheet that is downloaded."""
    content, _headers = clerk.download(path)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_lamps_change_by_themselves_as_the_clock_moves(site: Flask, office: Supervising) -> None:
    matter = under_way(office)
    office.act("wanliqing", matter, "accept")
    clerk = Clerk(site, "linxiaozhou")
    for day, colour in (("2025-12-01", "绿灯"), ("2026-02-10", "黄灯"), ("2026-02-11", "红灯")):
        office.at(f"{day} 09:00")
        page = clerk.get("/supervision")
        assert rows(page) == [THIRD["title"]]
        assert f"</span>{colour}</td>" in page.text
    assert rows(clerk.get("/supervision?lamp=red")) == [THIRD["title"]]
    assert rows(clerk.get("/supervision?lamp=green")) == []


def test_everybody_finds_in_the_register_what_they_may_see(site: Flask, office: Supervising) -> None:
    under_way(office)
    under_way(office, title="节前检查", lead_unit="AHB", co_units=["DQB"])
    seen = {name: rows(Clerk(site, name).get("/supervision")) for name in ("linxiaozhou", "wanliqing", "luanhaiping")}
    assert {name: len(titles) for name, titles in seen.items()} == {"linxiaozhou": 2, "wanliqing": 2, "luanhaiping": 1}
    assert Clerk(site, "jiziheng").get("/supervision").status_code == 403


def test_the_register_is_narrowed_sorted_and_gone_through_page_by_page(site: Flask, office: Supervising) -> None:
    for number in range(1, 24):
        due_on = published(2026).add(date(2026, 3, 1), number)
        under_way(office, title=f"事项{number:02}", due_on=due_on.isoformat())
    clerk = Clerk(site, "linxiaozhou")
    first = clerk.get("/supervision")
    assert rows(first) == [f"事项{number:02}" for number in range(1, 21)]
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following
    assert rows(clerk.get(following[1].replace("&amp;", "&"))) == ["事项21", "事项22", "事项23"]
    assert rows(clerk.get("/supervision?q=事项07")) == ["事项07"]
    assert rows(clerk.get("/supervision?state=awaiting_receipt&unit=DQB&source=meeting&q=沐原督〔2025〕18号")) == [
        "事项01"
    ]
    assert rows(clerk.get("/supervision?unit=AHB")) == []
    assert rows(clerk.get("/supervision?state=in_progress")) == []
    assert clerk.get("/supervision?after=nonsense").status_code == 422
    lines = table(clerk, "/supervision/export?q=事项")
    assert lines[0][0] == "督办编号"
    assert len(lines) == 24
    assert lines[1][:4] == ["沐原督〔2025〕18号", "事项01", "绿灯", "待签收"]


def test_the_clerk_merges_candidates_and_finds_the_words_of_both(site: Flask, office: Supervising) -> None:
    first, second = office.decided(**FIRST), office.decided(**SECOND)
    clerk = Clerk(site, "linxiaozhou")
    items = {one.instance_id: one.id for case in (first, second) for one in office.items(case)}
    refused = clerk.post("/supervision/candidates/merge", candidate=[items[first]])
    assert (refused.status_code, "请勾选" in alert(refused)) == (422, True)
    done = clerk.post("/supervision/candidates/merge", candidate=list(items.values()), into=items[second])
    assert done.status_code == 302
    page = clerk.get(done.location)
    assert f"{SECOND['title']}；{FIRST['title']}" in page.text
    assert "12月12日前印发节日值守方案。" in page.text
    assert Clerk(site, "wanliqing").get("/supervision/candidates").status_code == 403
    gone = clerk.get(f"/cases/{first}").text
    assert "已并入" in gone
    assert f"/cases/{second}" in gone
    office.assert_proved()


def test_an_extension_is_asked_for_on_the_page_of_the_matter(site: Flask, office: Supervising) -> None:
    matter = under_way(office)
    office.act("wanliqing", matter, "accept")
    head = Clerk(site, "wanliqing")
    page = head.get(f"/cases/{matter}").text
    assert "申请延期" in page
    assert "/ask/termination" not in page
    path = f"/supervision/{matter}/ask/extension"
    early = head.post(path, extension_due_on="2026-02-10", reason="还差两户。", progress="八成。")
    assert early.status_code == 422
    assert "2026-02-10" in field_errors(early)["extension_due_on"]
    wordless = head.post(path, extension_due_on="2026-02-28", reason=" ", progress="八成。")
    assert "reason" in field_errors(wordless)
    assert head.post(path, extension_due_on="2026-02-28", reason="还差两户。", progress="八成。").status_code == 302
    assert "check_extension" in office.steps(matter), "the head has signed by asking"
    again = head.post(path, extension_due_on="2026-02-28", reason="还差两户。", progress="八成。")
    assert again.status_code == 409
    assert "延期审批中" in Clerk(site, "linxiaozhou").get("/supervision").text
    office.act("linxiaozhou", matter, "revise", "理由不充分。", step="check_extension", extension_due_on="2026-02-28")
    assert "不同意" in head.get(f"/cases/{matter}").text
    office.assert_proved()


def test_every_number_of_the_bulletin_opens_its_matters(site: Flask, office: Supervising) -> None:
    matter = under_way(office)
    office.act("wanliqing", matter, "accept")
    office.at("2026-02-11 09:00")
    office.ask("urge", "linxiaozhou", matter, "请报办结。")
    clerk = Clerk(site, "linxiaozhou")
    page = clerk.get("/supervision/bulletin?month=2026-02")
    links = {one.replace("&amp;", "&") for one in LINK.findall(page.text)}
    assert {one.rsplit("/", 1)[1].partition("?")[0] for one in links} == {"overdue", "urged", "under_way"}
    for link in links:
        assert rows(clerk.get(link)) == [THIRD["title"]]
        assert table(clerk, f"{link}{'&' if '?' in link else '?'}export=1")[1][1] == THIRD["title"]
    lines = table(clerk, "/supervision/bulletin/export?month=2026-02")
    assert lines[-1][0] == "合计"
    assert dict(zip(lines[0], lines[-1], strict=True))["逾期"] == 1
    assert "督查通报" in clerk.get("/supervision/bulletin?month=2026-02&print=1").text
    assert Clerk(site, "wanliqing").get("/supervision/bulletin").status_code == 403
    assert clerk.get("/supervision/bulletin/2026-13/overdue").status_code == 404


def test_an_oral_order_is_recorded_and_taken_up_or_declined_with_a_reason(site: Flask, office: Supervising) -> None:
    office.at("2025-12-02 09:00")
    secretary, clerk = Clerk(site, "zhimingyuan"), Clerk(site, "linxiaozhou")
    incomplete = secretary.post("/supervision/oral-orders", ordered_by="", ordered_on="2025-12-02", words="查一查")
    assert (incomplete.status_code, list(field_errors(incomplete))) == (422, ["ordered_by"])
    for words in ("请安环部查一下厂区照明。", "天冷，食堂加一个热菜。"):
        said = {"ordered_by": "shaoqiheng", "ordered_on": "2025-12-01", "words": words, "lead_unit": "AHB"}
        assert secretary.post("/supervision/oral-orders", **said).status_code == 302
    page = clerk.get("/supervision/oral-orders").text
    orders = re.findall(r'action="(/supervision/oral-orders/[0-9a-f]+)"', page)
    assert len(orders) == 2
    assert secretary.post(orders[0], disposal="declined", reason="属后勤日常。").status_code == 403
    wordless = clerk.post(orders[0], disposal="declined", reason="")
    assert (wordless.status_code, "不予办理的，须写明理由" in wordless.text) == (422, True)
    assert clerk.post(orders[0], disposal="declined", reason="属后勤日常工作。").status_code == 302
    taken = clerk.post(orders[1], disposal="supervised", reason="")
    assert taken.status_code == 302
    assert clerk.post(orders[1], disposal="declined", reason="又不办了").status_code == 409
    case = taken.location.rsplit("/", 1)[1]
    told = office.variables(case)
    assert (told["source_kind"], told["source_text"], told["instructed_by"], told["lead_unit"]) == (
        "oral",
        "请安环部查一下厂区照明。",
        "shaoqiheng",
        "AHB",
    )
    lines = table(clerk, "/supervision/oral-orders/export")
    assert [(line[0], line[5], line[6]) for line in lines[1:]] == [
        ("邵启衡", "不予办理", "属后勤日常工作。"),
        ("邵启衡", "转待立项", None),
    ]
    office.assert_proved()


def test_the_clerk_finds_and_opens_every_task_and_nobody_else_does(site: Flask, office: Supervising) -> None:
    fourth = office.decided(**FOURTH)
    office.act("linxiaozhou", fourth, "assign", title=FOURTH["title"], assigned_person="zonghuaigu")
    own = office.start("luanhaiping", "task_assignment", "清点消防器材")
    office.at("2025-12-01 10:00")
    [handed] = [one for one in office.cases_of("task_assignment") if one != own]
    clerk = Clerk(site, "linxiaozhou")
    assert set(rows(clerk.get("/supervision/tasks"))) == {FOURTH["title"], "清点消防器材"}
    assert [clerk.get(f"/cases/{one}").status_code for one in (handed, own)] == [200, 200]
    assert FOURTH["title"] in clerk.get(f"/cases?q={FOURTH['title']}").text
    for stranger in ("wanliqing", "boruoxi", "jinshubai"):
        assert Clerk(site, stranger).get(f"/cases/{handed}").status_code == 403
        assert rows(Clerk(site, stranger).get("/supervision/tasks?state=all")) == []
    office.assert_proved()


def test_tasks_are_narrowed_to_a_unit_or_to_what_is_late_and_go_into_a_sheet(site: Flask, office: Supervising) -> None:
    for title, unit, person, due_on in (
        ("核清列支渠道", "CWB", "zonghuaigu", "2025-12-03"),
        ("清点消防器材", "AHB", "luanhaiping", "2025-12-31"),
    ):
        task = office.start("ruanzhiwei", "task_assignment", title)
        given = {"matter": f"{title}。", "assigned_unit": unit, "assigned_person": person, "due_on": due_on}
        office.act("ruanzhiwei", task, "submit", title=title, **given)
    office.at("2025-12-05 09:00")
    clerk = Clerk(site, "linxiaozhou")
    assert rows(clerk.get("/supervision/tasks?unit=AHB")) == ["清点消防器材"]
    late = clerk.get("/supervision/tasks?late=1")
    assert rows(late) == ["核清列支渠道"]
    assert "超期 2 个工作日" in late.text
    assert "/cases/new?definition=task_assignment" in late.text
    lines = table(clerk, "/supervision/tasks/export?state=all")
    assert [(line[1], line[4], line[5], line[7]) for line in lines] == [
        ("任务", "承办人", "验收人", "状态"),
        ("核清列支渠道", "宗怀谷", "阮知微", "待签收"),
        ("清点消防器材", "栾海平", "阮知微", "待签收"),
    ]
    assert [line[1] for line in table(clerk, "/supervision/tasks/export?late=1")[1:]] == ["核清列支渠道"]
    assert len(table(Clerk(site, "wanliqing"), "/supervision/tasks/export?state=all")) == 1


def test_a_feedback_that_was_not_given_in_time_is_called_overdue(site: Flask, office: Supervising) -> None:
    matter = office.decided(**THIRD)
    office.propose(matter, feedback_cycle="monthly", first_feedback_on="2025-12-05")
    office.act("wanliqing", matter, "accept")
    clerk = Clerk(site, "linxiaozhou")
    office.at("2025-12-05 09:00")
    assert "下次 2025-12-05" in clerk.get("/supervision").text
    office.at("2025-12-08 09:00")
    for page in ("/supervision", f"/cases/{matter}"):
        text = clerk.get(page).text
        assert "2025-12-05 未反馈" in text
        assert "下次 2025-12-05" not in text


def test_what_was_sent_to_a_matter_is_told_in_the_words_of_its_diagram(site: Flask, office: Supervising) -> None:
    matter = under_way(office)
    office.act("wanliqing", matter, "accept")
    office.ask("urge", "linxiaozhou", matter, "请抓紧。")
    page = Clerk(site, "linxiaozhou").get(f"/cases/{matter}").text
    assert "蔺晓舟：发出催办单" in page
    assert "“urging_issued”" not in page


def test_the_matters_behind_a_figure_name_their_leader_and_months_lead_to_each_other(
    site: Flask, office: Supervising
) -> None:
    under_way(office)
    office.at("2026-02-11 09:00")
    clerk = Clerk(site, "linxiaozhou")
    assert "仇敬安" in clerk.get("/supervision/bulletin/2026-02/overdue").text
    page = clerk.get("/supervision/bulletin?month=2026-01").text
    assert "month=2025-12" in page
    assert "month=2026-02" in page
    assert "month=2026-03" not in clerk.get("/supervision/bulletin?month=2026-02").text, "nothing has happened yet"


def test_a_task_that_a_message_began_names_who_sent_it(site: Flask, office: Supervising) -> None:
    fourth = office.decided(**FOURTH)
    office.act("linxiaozhou", fourth, "assign", title=FOURTH["title"], assigned_person="zonghuaigu")
    office.at("2025-12-01 10:00")
    [task] = office.cases_of("task_assignment")
    handler = Clerk(site, "zonghuaigu")
    inbox = handler.get("/worklist").text
    assert re.search(r">蔺晓舟</td>", inbox)
    assert ">system<" not in inbox
    page = handler.get(f"/cases/{task}").text
    assert "蔺晓舟发起" in page
    assert "蔺晓舟 由来源事项转来本件" in page
    assert re.search(r">蔺晓舟</td>", handler.get("/supervision/tasks").text)
    assert "蔺晓舟" in handler.get(f"/cases/{task}/print").text
    assert Clerk(site, "linxiaozhou").get(f"/cases/{fourth}").text.count("系统发起") == 1, "a decision that nobody sent"
    office.assert_proved()


def test_tasks_are_listed_for_those_who_have_part_in_them(site: Flask, office: Supervising) -> None:
    task = office.start("ruanzhiwei", "task_assignment", "核清列支渠道")
    said = {"matter": "核清党费列支渠道。", "assigned_person": "zonghuaigu", "due_on": "2025-12-03"}
    office.act("ruanzhiwei", task, "submit", title="核清列支渠道", **said)
    office.act("zonghuaigu", task, "accept")
    office.at("2025-12-04 09:00")
    titles = [rows(Clerk(site, name).get("/supervision/tasks")) for name in ("ruanzhiwei", "zonghuaigu", "wanliqing")]
    assert titles == [["核清列支渠道"], ["核清列支渠道"], []]
    assert "banjie-lamp-red" in Clerk(site, "zonghuaigu").get("/supervision/tasks").text
    page = Clerk(site, "zonghuaigu").get(f"/cases/{task}").text
    assert "任务情况" in page
    assert "交办〔2025〕1号" in page
