"""The page of a work item: what it shows to whom, and what a submission does."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import insert

from app.house import House
from app.transaction import transaction
from tests.office import BODY, DRAFT, TITLE, Desk
from tests.web.clerk import Clerk, alert, case_of, field_errors
from workflows.organisation.records import holding


def item_of(desk: Desk, username: str) -> str:
    [item] = desk.open_items(username)
    return f"/worklist/{item.id}"


def to_editing(desk: Desk) -> str:
    """Bring a case to its step for a pool, and return the path of the item."""
    desk.to_countersign()
    desk.act("luanhaiping", "agree")
    desk.act("wanliqing", "agree")
    desk.act("gexingyao", "submit", title=TITLE, body=BODY)
    return item_of(desk, "ranqinghe")


def test_the_drafter_gets_a_form_and_one_button_to_submit(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    page = clerk.get(clerk.start(TITLE)).text
    assert 'name="main_recipients"' in page
    assert 'name="document_number"' not in page
    assert 'value="submit">提交</button>' in page
    assert page.count('name="decision"') == 1


def test_buttons_are_named_after_the_decisions_and_refusals_stand_out(site: Flask, sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.start()
    desk.act("gexingyao", "submit", **DRAFT)
    page = Clerk(site, "shiyanqiu").get(item_of(desk, "shiyanqiu")).text
    assert '<button class="btn btn-primary" name="decision" value="agree">' in page
    assert '<button class="btn btn-outline-danger" name="decision" value="revise">退回修改</button>' in page


def test_an_accepted_submission_says_where_the_case_went(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    answer = clerk.submit(clerk.start(TITLE), **DRAFT)
    assert answer.status_code == 302
    assert "已提交，转到：部门负责人审核（石砚秋）。" in clerk.get(answer.location).text


def test_the_first_of_two_seats_hears_that_others_are_waited_for(site: Flask, sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.to_countersign()
    clerk = Clerk(site, "luanhaiping")
    answer = clerk.submit(item_of(desk, "luanhaiping"), decision="agree")
    assert "已提交，等待其他人办理。" in clerk.get(answer.location).text


def test_the_last_step_says_that_the_case_is_done(each_site: Flask, house: House) -> None:
    desk = Desk(house)
    desk.to_registration()
    for username, decision, entries in (
        ("shaxiaoman", "submit", {"copies": 19, "distribution_units": ["QY1"]}),
        ("quanning", "submit", {}),
        ("gexingyao", "pass", {}),
        ("quanning", "submit", {}),
        ("quanning", "submit", {"sealed_copies": 19, "seal_basis": "签发意见", "seal_supervisor": "quanning"}),
        ("shaxiaoman", "submit", {"dispatched_on": "2025-11-14"}),
    ):
        desk.act(username, decision, **entries)
    clerk = Clerk(each_site, "tanzhixing")
    answer = clerk.submit(item_of(desk, "tanzhixing"), "received")
    assert "已提交，本事项办结。" in clerk.get(answer.location).text


def test_what_is_missing_is_said_beside_each_field_and_nothing_typed_is_lost(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    answer = clerk.submit(item, title=TITLE, body=BODY, opinion="请审。")
    assert answer.status_code == 422
    assert alert(answer) == "有内容需要更正，请看标红的栏目。"
    missing = field_errors(answer)
    assert missing["issuing_organ"] == "请填写。"
    assert "body" not in missing
    assert "2月15日至23日放假" in answer.text
    assert "请审。</textarea>" in answer.text
    assert "2月15日至23日放假" not in clerk.get(item).text


def test_a_draft_is_kept_for_its_writer_alone(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    kept = clerk.post(item, **clerk.hidden(item), draft="1", title=TITLE, body="写到一半", opinion="想一想")
    assert kept.location == item
    page = clerk.get(item).text
    assert "已暂存，仅您本人可见。" in page
    assert "写到一半</textarea>" in page
    assert "想一想</textarea>" in page
    assert "写到一半" not in Clerk(site, "zhenliyan").get(item).text


def test_a_reader_sees_the_item_without_anything_to_press(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    page = Clerk(site, "shiyanqiu").get(item)
    assert page.status_code == 200
    assert 'name="decision"' not in page.text
    assert "这件待办由他人办理，您不能操作。" in page.text


def test_another_case_by_its_id_is_refused_in_every_way(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    stranger = Clerk(site, "tanzhixing")
    case = case_of(item)
    answers = [
        stranger.get(item),
        stranger.get(case),
        stranger.post(item, version="1", decision="submit"),
        stranger.post(item, version="7", decision="submit"),
        stranger.post(f"{item}/claim", version="1"),
        stranger.post(f"{item}/claim", version="7"),
        stranger.post(f"{item}/release", version="1"),
        stranger.get(case.replace("/cases/", "/audit/")),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    for answer in answers:
        assert TITLE not in answer.text
        assert "葛星遥" not in answer.text


def test_a_stale_page_says_who_was_faster_and_keeps_what_was_typed(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    answer = clerk.post(item, version="7", decision="submit", title=TITLE, body="改过的正文", opinion="请审。")
    assert answer.status_code == 409
    assert "已有变动（葛星遥" in alert(answer)
    assert "改过的正文</textarea>" in answer.text
    assert 'name="version" value="1"' in answer.text


def test_an_item_that_was_closed_meanwhile_says_who_and_when_and_shows_what_was_typed(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    late = clerk.hidden(item)
    clerk.submit(item, **DRAFT)
    answer = clerk.post(
        item, **late, decision="submit", **{**DRAFT, "body": "另一个窗口里的正文"}, opinion="另一条意见"
    )
    assert answer.status_code == 409
    assert "已经办理完毕（葛星遥" in alert(answer)
    assert "您填写而没有提交的内容" in answer.text
    assert "另一个窗口里的正文" in answer.text
    assert "另一条意见" in answer.text


def test_one_of_two_candidates_who_comes_too_late_keeps_what_was_typed(site: Flask, sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    with transaction(sqlite_house.pool) as connection:
        second = {"username": "zhimingyuan", "unit": "BGS", "post": "document_secretary", "position": 1}
        connection.execute(insert(holding), [second])
    path = to_editing(desk)
    late = Clerk(site, "zhimingyuan")
    form = late.hidden(path)
    text = {"title": TITLE, "body": BODY, "document_type": "通知", "main_recipients": "总部各部门"}
    desk.act("ranqinghe", "agree", **text)
    answer = late.post(path, **form, decision="agree", **text, opinion="核过，改了两处。")
    assert answer.status_code == 409
    assert "已经办理完毕（冉青禾" in alert(answer)
    assert "核过，改了两处。" in answer.text


def test_a_double_click_submits_once_and_both_see_that_it_arrived(each_site: Flask) -> None:
    clerk = Clerk(each_site, "gexingyao")
    item = clerk.start(TITLE)
    form = {**clerk.hidden(item), "decision": "submit", **DRAFT, "csrf_token": clerk.token()}
    first, second = clerk.post_without_token(item, **form), clerk.post_without_token(item, **form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.location == second.location == "/worklist"
    assert Clerk(each_site, "shiyanqiu").get("/worklist").text.count(f">{TITLE}<") == 1


def test_the_same_form_with_other_words_is_not_taken_for_a_double_click(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    form = clerk.hidden(item)
    clerk.post(item, **form, decision="submit", **DRAFT)
    other = clerk.post(item, **form, decision="submit", **{**DRAFT, "body": "别的正文"})
    assert other.status_code == 409


def test_many_windows_at_once_submit_an_item_once(each_site: Flask) -> None:
    clerk = Clerk(each_site, "gexingyao")
    item = clerk.start(TITLE)
    clerks = [Clerk(each_site, "gexingyao") for _ in range(6)]
    forms = [{**one.hidden(item), "csrf_token": one.token()} for one in clerks]
    with ThreadPoolExecutor(len(clerks)) as threads:
        answers = list(
            threads.map(
                lambda pair: pair[0].post_without_token(item, **pair[1], decision="submit", **DRAFT),
                zip(clerks, forms, strict=True),
            )
        )
    assert sorted(answer.status_code for answer in answers) == [302, *[409] * 5]


def test_an_item_of_a_pool_can_be_taken_and_put_back(site: Flask, sqlite_house: House) -> None:
    path, clerk = to_editing(Desk(sqlite_house)), Clerk(site, "ranqinghe")
    assert TITLE in clerk.get("/worklist?box=claimable").text
    assert clerk.post(f"{path}/claim", version=clerk.hidden(path)["version"]).location == path
    assert "领办</button>" not in clerk.get(path).text
    assert TITLE in clerk.get("/worklist").text
    clerk.post(f"{path}/release", version=clerk.hidden(path)["version"])
    assert "领办</button>" in clerk.get(path).text
    assert TITLE in clerk.get("/worklist?box=claimable").text


def test_the_diagram_and_the_steps_so_far_are_shown(site: Flask, sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.to_countersign()
    page = Clerk(site, "luanhaiping").get(item_of(desk, "luanhaiping")).text
    assert 'data-url="/definitions/outgoing_document/1/bpmn"' in page
    assert "部门负责人审核" in page
    assert "石砚秋" in page
    assert "办理中" in page


def test_the_auditors_reading_of_a_case_is_recorded(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    auditor = Clerk(site, "peishenzhi")
    assert auditor.get(case_of(item)).status_code == 200
    assert case_of(item).removeprefix("/cases/") in auditor.get("/audit/log?category=readings").text


def test_the_system_administrator_sees_no_case(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    assert Clerk(site, "jiziheng").get(item).status_code == 403
    assert TITLE not in Clerk(site, "jiziheng").get("/cases").text
