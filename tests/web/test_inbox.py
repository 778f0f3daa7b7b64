"""The inbox: boxes, filters, pages."""

import re
from datetime import timedelta

from flask import Flask

from app.house import House
from app.scheduler import follow
from app.transaction import transaction
from tests.office import TITLE, Desk
from tests.web.clerk import Clerk, alert

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
        sqlite_house.office.engine.set_clock(connection, desk.now + timedelta(days=3))
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
