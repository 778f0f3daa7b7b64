"""Comments on the pages and over REST: said, refused, read by whom."""

from typing import Any

import pytest
from flask import Flask

from app.scheduler import follow
from tests.office import Desk
from tests.web.clerk import Clerk
from tests.web.test_api import Caller, problem


@pytest.fixture
def desk(each_site: Flask) -> Desk:
    desk = Desk(each_site.extensions["banjie"])
    desk.to_countersign()
    return desk


def case_page(desk: Desk) -> str:
    return f"/cases/{desk.instance_id}"


def test_what_is_said_is_escaped_keeps_its_lines_and_goes_back_to_its_page(each_site: Flask, desk: Desk) -> None:
    clerk = Clerk(each_site, "gexingyao")
    [item] = desk.open_items("luanhaiping")
    said = clerk.post(f"{case_page(desk)}/comments", text="<i>一</i>\r\n二", next=f"/worklist/{item.id}")
    assert said.location == f"/worklist/{item.id}#comments"
    for page in (case_page(desk), f"/worklist/{item.id}", f"{case_page(desk)}/comments"):
        assert '<div class="banjie-value">&lt;i&gt;一&lt;/i&gt;\n二</div>' in clerk.get(page).text


def test_a_doubled_form_says_it_once(each_site: Flask, desk: Desk) -> None:
    clerk = Clerk(each_site, "gexingyao")
    form = {"text": "一句", "idempotency_key": clerk.hidden(case_page(desk))["idempotency_key"]}
    assert [clerk.post(f"{case_page(desk)}/comments", **form).status_code for _twice in range(2)] == [302, 302]
    assert clerk.get(case_page(desk)).text.count("一句</div>") == 1


def test_a_refused_comment_is_shown_again_with_who_may_not_see_the_case(each_site: Flask, desk: Desk) -> None:
    clerk = Clerk(each_site, "gexingyao")
    refused = clerk.post(f"{case_page(desk)}/comments", text="@隋一鸣 请看第三条")
    assert refused.status_code == 422
    assert "隋一鸣看不到这个事项，不能在评论中提到。" in refused.text
    assert ">@隋一鸣 请看第三条</textarea>" in refused.text


def test_no_page_goes_anywhere_else_after_a_comment(each_site: Flask, desk: Desk) -> None:
    said = Clerk(each_site, "gexingyao").post(f"{case_page(desk)}/comments", text="一", next="https://evil.example/")
    assert said.location == "/worklist#comments"


def test_whoever_may_not_see_the_case_finds_neither_comments_nor_people(each_site: Flask, desk: Desk) -> None:
    outsider = Clerk(each_site, "suiyiming")
    assert outsider.get(f"{case_page(desk)}/comments").status_code == 403
    assert outsider.get(f"{case_page(desk)}/mentionable?q=").status_code == 403
    assert outsider.post(f"{case_page(desk)}/comments", text="一").status_code == 403


def test_people_are_found_by_a_part_of_their_name(each_site: Flask, desk: Desk) -> None:
    found = Clerk(each_site, "gexingyao").get(f"{case_page(desk)}/mentionable?q=海").json
    assert found == [{"username": "luanhaiping", "name": "栾海平", "unit": "安全环保部"}]


def receipts(caller: Caller, desk: Desk) -> list[Any]:
    return [one["receipts"] for one in caller.get(f"/instances/{desk.instance_id}/comments").json]


def test_comments_and_notices_over_rest(each_site: Flask, desk: Desk) -> None:
    author, reader = Caller(each_site, "gexingyao"), Caller(each_site, "luanhaiping")
    path = f"/instances/{desk.instance_id}/comments"
    for _twice in range(2):
        answer = author.post(path, idempotency_key="k", text="@栾海平 请看", mentions=["luanhaiping"])
        assert answer.status_code == 201
    [comment] = answer.json
    assert (comment["author"], comment["text"], comment["mentions"]) == ("gexingyao", "@栾海平 请看", ["luanhaiping"])
    follow(desk.house)
    assert receipts(author, desk) == [
        [{"person": "luanhaiping", "read_at": None}, {"person": "wanliqing", "read_at": None}]
    ]
    assert receipts(reader, desk) == [None]
    listed = reader.get("/notices", unread="true").json
    assert [one["kind"] for one in listed["items"]] == ["mentioned", "assigned"]
    assert listed["unread"] == 2
    mention = listed["items"][0]
    assert mention["title"]
    read = reader.post(f"/notices/{mention['id']}/read")
    assert read.json["read_at"] is not None
    assert reader.post(f"/notices/{mention['id']}/read").json["read_at"] == read.json["read_at"]
    problem(author.post(f"/notices/{mention['id']}/read"), 404)
    assert receipts(author, desk)[0][0]["read_at"] == read.json["read_at"]
    assert reader.post("/notices/read").json == {"read": 1}
    assert reader.get("/notices", unread="true").json == {"items": [], "next": None, "unread": 0}


def test_refusals_over_rest_name_the_field_and_the_people(each_site: Flask, desk: Desk) -> None:
    author = Caller(each_site, "gexingyao")
    path = f"/instances/{desk.instance_id}/comments"
    refused = problem(author.post(path, text="请看", mentions=["suiyiming"]), 422)
    assert refused["errors"] == [{"field": "text", "message": "隋一鸣看不到这个事项，不能在评论中提到。"}]
    assert refused["people"] == ["隋一鸣"]
    problem(author.post(path, text=""), 422)
    problem(Caller(each_site, "suiyiming").get(path), 403)
    problem(author.get("/notices", after="x"), 422)
