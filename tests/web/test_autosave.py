"""自动暂存: entries are kept while they are typed, and never put over newer ones."""

import re

from flask import Flask
from werkzeug.test import TestResponse

from tests.office import DRAFT, TITLE
from tests.web.clerk import Clerk


def seen(clerk: Clerk, item: str) -> str:
    found = re.search(r'name="draft_seen" value="([^"]*)"', clerk.get(item).text)
    assert found
    return found[1]


def keep(clerk: Clerk, item: str, stamp: str, version: str = "1", **entries: object) -> TestResponse:
    form = {"version": version, "draft_seen": stamp, "csrf_token": clerk.token(), **entries}
    return clerk.post_without_token(f"{item}/draft", {"Accept": "application/json"}, **form)


def test_what_was_kept_by_itself_is_there_when_the_page_is_opened_again(each_site: Flask) -> None:
    clerk = Clerk(each_site, "gexingyao")
    item = clerk.start(TITLE)
    answer = keep(clerk, item, "", title=TITLE, body="写到一半", opinion="想一想")
    assert answer.status_code == 200
    assert re.fullmatch(r"已自动暂存 \d\d:\d\d", answer.json["text"])
    page = clerk.get(item).text
    assert "写到一半</textarea>" in page
    assert "想一想</textarea>" in page
    assert seen(clerk, item) == answer.json["stamp"]
    assert keep(clerk, item, answer.json["stamp"], title=TITLE, body="写完了").status_code == 200
    assert "写完了</textarea>" in clerk.get(item).text


def test_an_older_window_does_not_write_over_a_newer_draft(each_site: Flask) -> None:
    clerk = Clerk(each_site, "gexingyao")
    item = clerk.start(TITLE)
    older = seen(clerk, item)
    assert keep(clerk, item, older, title=TITLE, body="新窗口里的正文").status_code == 200
    answer = keep(clerk, item, older, title=TITLE, body="旧窗口里的正文")
    assert answer.status_code == 409
    assert "另一个窗口已于" in answer.json["detail"]
    assert "新窗口里的正文</textarea>" in clerk.get(item).text


def test_an_item_that_was_closed_meanwhile_keeps_no_draft_and_says_who_closed_it(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    clerk.submit(item, **DRAFT)
    answer = keep(clerk, item, "", title=TITLE, body="太晚了")
    assert answer.status_code == 409
    assert "已经办理完毕（葛星遥" in answer.json["detail"]


def test_a_half_typed_value_does_not_keep_the_rest_from_being_kept(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    answer = keep(clerk, item, "", title=TITLE, body="正文", document_type="没有的文种")
    assert answer.status_code == 200
    assert "“文种”填写有误" in answer.json["text"]
    assert "正文</textarea>" in clerk.get(item).text


def test_an_opinion_that_cannot_be_kept_says_so(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    answer = keep(clerk, item, "", title=TITLE, opinion="长" * 2001)
    assert answer.status_code == 422
    assert answer.json["detail"] == "意见不能超过 2000 个字符。"


def test_nobody_keeps_a_draft_on_the_item_of_another(site: Flask) -> None:
    item = Clerk(site, "gexingyao").start(TITLE)
    answer = keep(Clerk(site, "shiyanqiu"), item, "", title=TITLE, body="别人的正文")
    assert answer.status_code == 403
    assert keep(Clerk(site, "gexingyao"), "/worklist/nothing-1", "").status_code == 404


def test_without_a_token_nothing_is_kept_and_the_answer_is_no_page(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    answer = clerk.post_without_token(f"{item}/draft", {"Accept": "application/json"}, version="1", title=TITLE)
    assert answer.status_code == 403
    assert "登录已过期" in answer.json["detail"]
