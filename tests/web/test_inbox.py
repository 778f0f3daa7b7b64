"""The inbox: boxes, filters, pages."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from app.house import House
from app.scheduler import follow
from app.transaction import reading, transaction
from engine.persistence import work_items
from engine.persistence.tables import work_item
from tests.office import DRAFT, MORNING, TITLE, Desk
from tests.web.clerk import Clerk, alert, case_of
from tests.web.test_api import Caller
from workflows import batch, boxes, worklist
from workflows.operations import hands

NEAR_UNTIL = MORNING + timedelta(hours=24)
PART = {"X-Banjie-Part": "1"}
CHOICE = re.compile(r'name="item" value="([^"]+)"')
NEXT = re.compile(r'rel="next" href="([^"]+)"')


def test_a_new_case_lies_in_the_boxes_of_those_it_concerns(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    clerk.start(TITLE)
    assert TITLE in clerk.get("/worklist").text
    assert TITLE in clerk.get("/worklist?box=started").text
    for box in ("claimable", "in_progress", "done"):
        assert TITLE not in clerk.get(f"/worklist?box={box}").text
    assert TITLE not in Clerk(site, "shiyanqiu").get("/worklist").text


def test_what_one_handed_on_is_in_progress_until_the_case_ends(site: Flask, sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.to_countersign()
    clerk = Clerk(site, "gexingyao")
    assert TITLE in clerk.get("/worklist?box=in_progress").text
    assert TITLE not in clerk.get("/worklist?box=done").text


def test_a_finished_case_lies_in_done_with_its_number(site: Flask, sqlite_house: House) -> None:
    Desk(sqlite_house).to_the_end()
    clerk = Clerk(site, "gexingyao")
    assert "沐原办〔2025〕47号" in clerk.get("/worklist?box=done").text
    assert TITLE not in clerk.get("/worklist?box=in_progress").text


def test_the_boxes_are_counted_in_the_navigation(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    clerk.start("关于节假日安排的通知")
    clerk.start("关于值班安排的通知")
    assert '<span class="banjie-count" aria-label="2 件">2</span>' in clerk.get("/worklist").text


def test_titles_can_be_searched_and_flows_chosen(site: Flask, sqlite_house: House) -> None:
    clerk = Clerk(site, "gexingyao")
    clerk.start("关于节假日安排的通知")
    clerk.start("关于值班100%安排的通知")
    follow(sqlite_house)
    found = clerk.get("/worklist?q=值班100%25").text
    assert "值班100%安排" in found
    assert "节假日安排" not in found
    assert "节假日安排" in clerk.get("/worklist?definition=outgoing_document").text
    assert "节假日安排" not in clerk.get("/worklist?definition=nothing").text


def test_a_tile_leads_to_the_items_it_counts(site: Flask, sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.to_signing()
    with transaction(sqlite_house.pool) as connection:
        sqlite_house.office.engine.set_clock(connection, desk.now)
    leader = Clerk(site, "qiujingan")
    assert "<strong>1</strong> 件临近时限" in leader.get("/worklist").text
    assert TITLE in leader.get("/worklist?due=near").text
    assert TITLE not in leader.get("/worklist?due=overdue").text
    with transaction(sqlite_house.pool) as connection:
        sqlite_house.office.engine.set_clock(connection, desk.now + timedelta(days=4))  # a weekend is no working time
    assert "<strong>1</strong> 件已超期" in leader.get("/worklist").text
    assert TITLE in leader.get("/worklist?due=overdue").text
    assert TITLE not in leader.get("/worklist?due=near").text


def test_every_item_is_on_exactly_one_page(each_site: Flask) -> None:
    clerk = Clerk(each_site, "gexingyao")
    titles = {f"第{number:02}号通知" for number in range(45)}
    for title in titles:
        clerk.start(title)
    seen: list[str] = []
    path: str | None = "/worklist"
    while path:
        page = clerk.get(path).text
        seen += re.findall(r">(第\d\d号通知)<", page)
        following = NEXT.search(page)
        path = following[1].replace("&amp;", "&") if following else None
    assert sorted(seen) == sorted(titles)


def test_a_page_key_that_no_page_gave_is_refused(each_site: Flask) -> None:
    clerk = Clerk(each_site, "gexingyao")
    for path in ("/worklist?after=rubbish", "/worklist?box=done&after=x~y", "/cases?after=%00"):
        answer = clerk.get(path)
        assert answer.status_code == 422, path
        assert alert(answer) == "没有这一页，请从第一页重新翻阅。"


def test_an_unknown_box_leads_back_to_the_first_one(site: Flask) -> None:
    assert Clerk(site, "gexingyao").get("/worklist?box=nonsense").location == "/worklist"


def test_an_urgent_case_is_marked(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start("关于节假日安排的通知")
    clerk.submit(
        item,
        title="关于节假日安排的通知",
        issuing_organ="集团办公室",
        issuing_code="沐原办",
        document_type="通知",
        direction="下行文",
        main_recipients="总部各部门",
        body="放假。",
        urgency="特急",
    )
    assert "特急" in Clerk(site, "shiyanqiu").get("/worklist").text


def rows(page: str) -> list[str]:
    return [unescape(title) for title in re.findall(r"data-open>([^<]*)</a>", page)]


def due(house: House, path: str, at: datetime) -> None:
    """Set by when an item is due, as importing a calendar does."""
    with transaction(house.pool) as connection:
        work_items.set_due(connection, path.removeprefix("/worklist/"), at, provisional=False)


def insert_item(house: House, beside: str, serial: int, **values: object) -> str:
    """Add an item to the case of another one, as the operations do that give it to further people."""
    with transaction(house.pool) as connection:
        model = connection.execute(select(work_item).where(work_item.c.id == beside.removeprefix("/worklist/"))).one()
        item_id = f"{model.instance_id}-{serial}"
        connection.execute(insert(work_item).values({**model._mapping, "id": item_id, **values}))
    return item_id


def test_what_is_due_first_stands_first_and_what_has_no_limit_last(each_site: Flask, house: House) -> None:
    clerk = Clerk(each_site, "gexingyao")
    paths = {title: clerk.start(title) for title in ("没有时限甲", "三天以后", "没有时限乙", "已经超期", "今天到期")}
    due(house, paths["三天以后"], MORNING + timedelta(days=3))
    due(house, paths["已经超期"], MORNING - timedelta(days=3))
    due(house, paths["今天到期"], MORNING)
    expected = ["已经超期", "今天到期", "三天以后", "没有时限甲", "没有时限乙"]
    assert rows(clerk.get("/worklist").text) == expected
    person = Desk(house).person("gexingyao")
    seen, after = [], None
    with reading(house.pool) as connection:
        for _ in range(5):
            page = boxes.list_box(connection, person, "todo", boxes.Filter(), MORNING, NEAR_UNTIL, after, limit=1)
            seen += [row.case.title for row in page.rows]
            after = page.next
    assert seen == expected
    assert after is None


def test_what_is_offered_is_sorted_by_when_it_is_due_too(each_site: Flask, house: House) -> None:
    ids = []
    for _ in range(2):
        desk = Desk(house)
        desk.to_signing()
        desk.act("qiujingan", "agree", "同意印发。")
        [item] = desk.open_items("shaxiaoman")
        ids.append(item.id)
    due(house, ids[1], MORNING - timedelta(days=1))
    page = Clerk(each_site, "shaxiaoman").get("/worklist?box=claimable").text
    assert re.findall(r'data-row="([^"]+)"', page) == [ids[1], ids[0]]


def test_a_moved_rank_is_a_break_that_verification_finds(house: House) -> None:
    desk = Desk(house)
    desk.start()
    engine = house.office.engine
    with reading(house.pool) as connection:
        assert list(engine.verify(connection)) == []
    with transaction(house.pool) as connection:
        connection.execute(update(work_item).values(rank_at=MORNING, definition_key="another"))
    with reading(house.pool) as connection:
        reasons = [one.reason for one in engine.verify(connection)]
    assert {reason.rpartition(".")[2] for reason in reasons} == {"rank_at", "definition_key"}


def test_chips_count_a_box_by_flow_and_by_how_near_it_is_due(each_site: Flask, house: House) -> None:
    clerk = Clerk(each_site, "gexingyao")
    paths = [clerk.start(f"第{number}件") for number in range(3)]
    due(house, paths[0], MORNING - timedelta(days=1))
    page = clerk.get("/worklist").text
    assert re.findall(r'class="banjie-chip[^>]*>(\S+) <span>(\d+)</span>', page) == [
        ("全部", "3"),
        ("发文办理", "3"),
        ("已超期", "1"),
    ]
    assert rows(clerk.get("/worklist?due=overdue").text) == ["第0件"]
    assert rows(clerk.get("/worklist?definition=outgoing_document").text) == ["第0件", "第1件", "第2件"]
    assert rows(clerk.get("/worklist?definition=another").text) == []


def test_items_are_filtered_by_step_urgency_and_initiator(each_site: Flask, house: House) -> None:
    for title, urgency in (("特急的", "特急"), ("加急的", "加急"), ("平常的", None)):
        desk = Desk(house)
        desk.start(title=title)
        desk.act("gexingyao", "submit", **{**DRAFT, "title": title, "urgency": urgency})
    follow(house)
    clerk = Clerk(each_site, "shiyanqiu")
    for query, expected in {
        "urgency=特急": ["特急的"],
        "urgency=加急": ["加急的"],
        "urgency=平件": ["平常的"],
        "initiator=葛星": ["特急的", "加急的", "平常的"],
        "initiator=gexingyao&urgency=加急": ["加急的"],
        "initiator=石": [],
        "step=部门负责人审核": ["特急的", "加急的", "平常的"],
        "step=签发": [],
        "q=平常": ["平常的"],
    }.items():
        assert set(rows(clerk.get(f"/worklist?{query}").text)) == set(expected), query
    started = Clerk(each_site, "gexingyao")
    assert rows(started.get("/worklist?box=started&step=部门负责人审核&urgency=特急").text) == ["特急的"]
    nothing = started.get("/worklist?box=in_progress&step=签发")
    assert (nothing.status_code, rows(nothing.text)) == (200, [])
    flow = clerk.get("/worklist?definition=outgoing_document").text
    assert "<option>部门负责人审核</option>" in flow


def test_copies_lie_in_their_own_box_until_they_are_read(each_site: Flask, house: House) -> None:
    item = Clerk(each_site, "gexingyao").start(TITLE)
    copy = insert_item(house, item, 99, role="copy", assignee="shiyanqiu", parent_id=item.removeprefix("/worklist/"))
    clerk = Clerk(each_site, "shiyanqiu")
    assert rows(clerk.get("/worklist").text) == []
    page = clerk.get("/worklist?box=copies").text
    assert rows(page) == [TITLE]
    assert '<span class="banjie-count" aria-label="1 件">1</span>' in page
    assert rows(clerk.get("/worklist?box=copies&read=1").text) == []
    with transaction(house.pool) as connection:
        read = {"state": "completed", "closed_by": "shiyanqiu", "closed_at": MORNING}
        connection.execute(update(work_item).where(work_item.c.id == copy).values(read))
    assert rows(clerk.get("/worklist?box=copies").text) == []
    assert rows(clerk.get("/worklist?box=copies&read=1").text) == [TITLE]
    assert rows(clerk.get("/worklist?box=in_progress").text) == []


def test_an_item_with_unfinished_entries_lies_in_drafts(each_site: Flask) -> None:
    clerk = Clerk(each_site, "gexingyao")
    item = clerk.start(TITLE)
    assert rows(clerk.get("/worklist?box=drafts").text) == []
    clerk.post(item, **clerk.hidden(item), draft="1", opinion="写到一半")
    assert rows(clerk.get("/worklist?box=drafts").text) == [TITLE]
    assert rows(clerk.get("/worklist").text) == [TITLE]


def test_what_one_gave_to_another_for_an_opinion_lies_in_delegated(each_site: Flask, house: House) -> None:
    item = Clerk(each_site, "gexingyao").start(TITLE)
    with transaction(house.pool) as connection:
        lent = {"assignee": "shiyanqiu", "owner": "gexingyao"}
        connection.execute(update(work_item).where(work_item.c.id == item.removeprefix("/worklist/")).values(lent))
    clerk = Clerk(each_site, "gexingyao")
    clerk.post("/worklist/view", columns_shown="1", column="assignee")
    page = clerk.get("/worklist?box=delegated").text
    assert rows(page) == [TITLE]
    assert "石砚秋</td>" in page
    assert rows(clerk.get("/worklist").text) == []


def test_a_case_one_handled_twice_is_listed_once_where_it_was_handled_last(house: House) -> None:
    first, second = Desk(house), Desk(house)
    first.to_signing()  # its drafter acts at the start and again before the signature
    second.now = MORNING + timedelta(minutes=30)
    second.to_countersign()
    person = first.person("gexingyao")
    with reading(house.pool) as connection:
        seen, after = [], None
        for _ in range(2):
            page = boxes.list_box(connection, person, "in_progress", boxes.Filter(), MORNING, NEAR_UNTIL, after, 1)
            seen += [row.case.id for row in page.rows]
            after = page.next
    assert seen == [first.instance_id, second.instance_id]
    assert after is None


def test_the_columns_a_person_chose_are_kept_for_that_person(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    clerk.start(TITLE)
    kept = clerk.post("/worklist/view", columns_shown="1", column=["unit", "due", "nonsense"], next="/worklist")
    assert kept.location == "/worklist"
    page = clerk.get("/worklist").text
    assert re.findall(r'class="banjie-column-(\w+)"', page) == ["unit", "due"]
    other = Clerk(site, "shiyanqiu")
    assert "banjie-column" not in other.get("/worklist").text
    assert 'value="flow" checked' in other.get("/worklist").text


def test_the_split_view_is_remembered_and_only_where_items_lie(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    assert "data-pane" not in clerk.get("/worklist").text
    clerk.post("/worklist/view", split="1")
    assert "data-pane" in clerk.get("/worklist").text
    assert "data-pane" not in clerk.get("/worklist?box=started").text
    clerk.post("/worklist/view", split="0")
    assert "data-pane" not in clerk.get("/worklist").text


def test_nobody_is_sent_elsewhere_by_the_form_of_the_columns(site: Flask) -> None:
    assert Clerk(site, "gexingyao").post("/worklist/view", split="1", next="//evil.example").location == "/worklist"


def submitted(house: House, *titles: str) -> list[str]:
    """Bring cases to the head of the department, and return the paths of the items there."""
    paths = []
    for number, title in enumerate(titles):
        desk = Desk(house, MORNING + timedelta(hours=number))
        desk.start(title=title)
        desk.act("gexingyao", "submit", **{**DRAFT, "title": title})
        paths += [f"/worklist/{item.id}" for item in desk.open_items("shiyanqiu")]
    return paths


def test_the_next_item_of_the_list_opens_after_one_is_done(each_site: Flask, house: House) -> None:
    first, second, third = submitted(house, "甲", "乙", "丙")
    clerk = Clerk(each_site, "shiyanqiu")
    assert clerk.submit(second, "agree", list="box=todo").location == f"{third}?box=todo"
    assert clerk.submit(third, "agree", list="box=todo").location == f"{first}?box=todo"
    assert clerk.submit(first, "agree", list="box=todo").location == "/worklist?box=todo"


def test_the_next_item_is_looked_for_among_those_the_list_showed(each_site: Flask, house: House) -> None:
    first, _second, third = submitted(house, "关于甲", "乙", "关于丙")
    follow(house)
    clerk = Clerk(each_site, "shiyanqiu")
    query = "box=todo&q=%E5%85%B3%E4%BA%8E"
    assert f'name="list" value="{query.replace("&", "&amp;")}"' in clerk.get(f"{first}?{query}").text
    assert clerk.submit(first, "agree", list=query).location == f"{third}?{query}"


def test_who_likes_it_so_comes_back_to_the_list(site: Flask, sqlite_house: House) -> None:
    first, _second = submitted(sqlite_house, "甲", "乙")
    clerk = Clerk(site, "shiyanqiu")
    clerk.post("/worklist/view", open_next="0")
    assert clerk.submit(first, "agree", list="box=todo").location == "/worklist?box=todo"


def test_an_item_that_was_opened_from_no_list_leads_to_the_inbox(site: Flask, sqlite_house: House) -> None:
    first, _second = submitted(sqlite_house, "甲", "乙")
    assert Clerk(site, "shiyanqiu").submit(first, "agree").location == "/worklist"


def test_a_script_gets_an_item_without_the_page_around_it(site: Flask, sqlite_house: House) -> None:
    first, second = submitted(sqlite_house, "甲", "乙")
    clerk = Clerk(site, "shiyanqiu")
    part = clerk.get(f"{first}?box=todo", headers=PART).text
    assert "<html" not in part
    assert "<h2" in part
    assert 'name="list" value="box=todo"' in part
    refused = clerk.post(first, headers=PART, **clerk.hidden(first), decision="revise", list="box=todo")
    assert refused.status_code == 422
    assert "<html" not in refused.text
    assert alert(refused)
    done = clerk.post(first, headers=PART, **clerk.hidden(first), decision="agree", list="box=todo")
    assert done.status_code == 204
    assert done.headers["X-Banjie-Location"] == f"/worklist?box=todo&item={second.removeprefix('/worklist/')}"


def test_the_notice_with_which_a_step_is_withdrawn_is_shown_once_and_takes_it_back(
    site: Flask, sqlite_house: House
) -> None:
    [first] = submitted(sqlite_house, "甲")
    clerk = Clerk(site, "shiyanqiu")
    clerk.submit(first, "agree")
    page = clerk.get("/worklist").text
    assert f'action="{first}/withdraw"' in page
    assert 'data-undo="10"' in page
    assert page.count("alert-success") == 1
    assert "data-undo" not in clerk.get("/worklist").text
    withdrawn = clerk.post(f"{first}/do/withdraw", version=clerk.hidden(first)["version"])
    assert withdrawn.status_code == 302
    assert rows(clerk.get("/worklist").text) == ["甲"]
    assert withdrawn.location in clerk.get("/worklist").text


def test_no_notice_offers_what_can_no_longer_be_taken_back(site: Flask, sqlite_house: House) -> None:
    first, second = submitted(sqlite_house, "甲", "乙")
    clerk, house = Clerk(site, "shiyanqiu"), sqlite_house
    clerk.submit(first, "agree")
    with transaction(house.pool) as connection:
        at = house.office.engine.now(connection)
        house.office.engine.set_clock(connection, at + timedelta(seconds=house.settings.office.undo_seconds + 1))
    assert "data-undo" not in clerk.get("/worklist").text
    clerk.submit(second, "agree")
    desk = Desk(house)
    desk.instance_id = case_of(second).removeprefix("/cases/")
    with transaction(house.pool) as connection:
        desk.now = house.office.engine.now(connection)
    [item] = desk.open_items("ranqinghe")
    with transaction(house.pool) as connection:
        worklist.claim(connection, house.office, desk.person("ranqinghe"), item.id, item.version, desk.now)
    assert "data-undo" not in clerk.get("/worklist").text


def test_a_step_just_completed_is_withdrawn_and_open_again_with_what_was_said(each_site: Flask, house: House) -> None:
    [first] = submitted(house, "甲")
    clerk = Clerk(each_site, "shiyanqiu")
    clerk.submit(first, "agree", opinion="同意，请尽快。", list="box=todo")
    [version] = re.findall(r'name="version" value="(\d+)"', clerk.get("/worklist?box=todo").text)
    withdrawn = clerk.post(f"{first}/withdraw", version=version, list="box=todo")
    assert withdrawn.location != first
    assert withdrawn.location.endswith("?box=todo")
    page = clerk.get(withdrawn.location).text
    assert "已撤回，可以重新办理。" in page
    assert "同意，请尽快。</textarea>" in page
    twice = alert(clerk.post(f"{first}/withdraw", version=version))
    assert twice.startswith("这件待办已经办理完毕（石砚秋，")
    assert clerk.submit(withdrawn.location.removesuffix("?box=todo"), "agree").status_code == 302


def test_what_somebody_else_has_taken_up_meanwhile_is_not_offered_to_be_withdrawn(
    site: Flask, sqlite_house: House
) -> None:
    desk = Desk(sqlite_house)
    desk.to_signing()
    [signing] = desk.open_items("qiujingan")
    leader = Clerk(site, "qiujingan")
    leader.submit(f"/worklist/{signing.id}", "agree", opinion="同意印发。")
    [registering] = desk.open_items("shaxiaoman")
    Clerk(site, "shaxiaoman").post(f"/worklist/{registering.id}/claim", version=registering.version)
    assert "data-undo" not in leader.get("/worklist").text


def test_no_notice_is_shown_where_the_office_wants_none(site: Flask, sqlite_house: House) -> None:
    [first] = submitted(sqlite_house, "甲")
    settings = replace(sqlite_house.office.settings, undo_seconds=0)
    site.extensions["banjie"] = replace(sqlite_house, office=replace(sqlite_house.office, settings=settings))
    clerk = Clerk(site, "shiyanqiu")
    clerk.submit(first, "agree")
    assert "data-undo" not in clerk.get("/worklist").text


def offered(house: House, number: int) -> list[str]:
    """Bring so many cases to the registry, and return the items that wait there with their versions."""
    found = []
    for _ in range(number):
        desk = Desk(house)
        desk.to_signing()
        desk.act("qiujingan", "agree", "同意印发。")
        found += [f"{item.id}:{item.version}" for item in desk.open_items("shaxiaoman")]
    return found


def test_a_batch_does_what_it_can_and_says_why_not_the_rest(each_site: Flask, house: House) -> None:
    taken, free = offered(house, 2)
    clerk = Clerk(each_site, "shaxiaoman")
    item, version = taken.split(":")
    clerk.post(f"/worklist/{item}/claim", version=version)
    answer = clerk.post("/worklist/batch", operation="claim", item=[taken, free, "nothing:1"], list="box=claimable")
    assert answer.status_code == 200
    assert "办成 1 件，未办 2 件。" in answer.text
    assert "这件待办已有变动" in answer.text
    assert "没有这件待办。" in answer.text
    assert 'href="/worklist?box=claimable"' in answer.text
    assert len(rows(clerk.get("/worklist").text)) == 2
    assert rows(clerk.get("/worklist?box=claimable").text) == []


def test_copies_are_marked_read_together(each_site: Flask, house: House) -> None:
    copies = []
    for title in ("甲", "乙"):
        desk = Desk(house)
        desk.start(title=title)
        item = desk.act("gexingyao", "submit", **{**DRAFT, "title": title})
        with transaction(house.pool) as connection:
            copied = hands.circulate(
                connection, house.office, desk.person("gexingyao"), item.opened[0].id, ["peishenzhi"], "", desk.now
            )
        copies += [f"{one.id}:{one.version}" for one in copied.opened]
    reader = Clerk(each_site, "peishenzhi")
    assert 'value="mark_read"' in reader.get("/worklist?box=copies").text
    answer = reader.post("/worklist/batch", operation="mark_read", item=copies, list="box=copies")
    assert "办成 2 件，未办 0 件。" in answer.text
    assert rows(reader.get("/worklist?box=copies").text) == []
    read = reader.get("/worklist?box=copies&read=1").text
    assert set(rows(read)) == {"甲", "乙"}
    assert 'value="mark_read"' not in read


def test_what_was_lent_is_urged_together_and_not_again_at_once(each_site: Flask, house: House) -> None:
    lent = []
    for path in submitted(house, "甲", "乙"):
        item = path.removeprefix("/worklist/")
        with transaction(house.pool) as connection:
            person, at = Desk(house).person("shiyanqiu"), MORNING + timedelta(hours=2)
            hands.delegate(connection, house.office, person, item, 1, "gexingyao", "", at)
            house.office.engine.set_clock(connection, at)
            lent.append(f"{item}:{work_items.get_work_item(connection, item).version}")
    owner = Clerk(each_site, "shiyanqiu")
    assert 'value="urge"' in owner.get("/worklist?box=delegated").text
    urged = owner.post("/worklist/batch", operation="urge", item=lent, list="box=delegated")
    assert "办成 2 件，未办 0 件。" in urged.text
    again = owner.post("/worklist/batch", operation="urge", item=lent, list="box=delegated")
    assert "办成 0 件，未办 2 件。" in again.text
    assert "已经催办过" in again.text


def test_a_batch_tells_nobody_the_title_of_a_case_they_may_not_see(site: Flask, sqlite_house: House) -> None:
    [free] = offered(sqlite_house, 1)
    answer = Clerk(site, "quanning").post("/worklist/batch", headers=PART, operation="claim", item=free)
    assert "<html" not in answer.text
    assert 'data-done="0" data-refused="1"' in answer.text
    assert TITLE not in answer.text


def test_a_batch_of_too_many_items_or_of_something_else_is_refused_as_a_whole(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE).removeprefix("/worklist/")
    many = clerk.post("/worklist/batch", operation="claim", item=[f"{item}:{number}" for number in range(101)])
    assert many.status_code == 422
    assert alert(many) == "一次最多办理 100 件。"
    assert alert(clerk.post("/worklist/batch", operation="complete", item=f"{item}:1")) == "“complete”不能批量办理。"


@pytest.mark.parametrize("kind", ["sign_and_issue", "instruct", "approve", "vote", "countersign"])
def test_what_only_a_person_may_decide_is_never_completed_together_with_others(sqlite_house: House, kind: str) -> None:
    desk = Desk(sqlite_house)
    desk.start()
    [item] = desk.open_items("gexingyao")
    for operation, completed in batch.COMPLETES.items():
        assert isinstance(batch.may_in_batch(operation, replace(item, kind=kind)), batch.OnlySingly)
        assert isinstance(batch.may_in_batch(operation, replace(item, kind="review")), batch.OtherKind)
        assert batch.may_in_batch(operation, replace(item, kind=completed)) is None
    assert batch.may_in_batch("claim", replace(item, kind=kind)) is None


@pytest.mark.parametrize("operation", sorted(batch.COMPLETES))
def test_a_batch_completes_no_signature(sqlite_house: House, operation: str) -> None:
    desk = Desk(sqlite_house)
    desk.to_signing()
    [item] = desk.open_items("qiujingan")
    with transaction(sqlite_house.pool) as connection, pytest.raises(batch.OnlySingly):
        batch.carry_out(
            connection, sqlite_house.office, desk.person("qiujingan"), operation, item.id, item.version, desk.now
        )


def test_the_api_gives_every_box_page_by_page(each_site: Flask, house: House) -> None:
    clerk = Clerk(each_site, "gexingyao")
    paths = [clerk.start(f"第{number}件") for number in range(3)]
    clerk.post(paths[0], **clerk.hidden(paths[0]), draft="1", opinion="写到一半")
    insert_item(house, paths[1], 98, role="copy", assignee="gexingyao")
    insert_item(house, paths[2], 99, assignee="shiyanqiu", owner="gexingyao")
    program = Caller(each_site, "gexingyao")
    counted = {box: len(program.get("/work-items", box=box).json["items"]) for box in boxes.BOXES}
    assert counted == {
        "todo": 3,
        "claimable": 0,
        "in_progress": 0,
        "done": 0,
        "started": 4,
        "copies": 1,
        "drafts": 1,
        "delegated": 1,
    }
    assert program.get("/work-items", box="copies", read="true").json["items"] == []
    for box, expected in (("todo", 3), ("started", 4)):
        seen, after = [], ""
        while after is not None:
            answer = program.get("/work-items", box=box, limit=1, after=after).json
            seen += [one["id"] for one in answer["items"]]
            after = answer["next"]
        assert len(seen) == len(set(seen)) == expected
