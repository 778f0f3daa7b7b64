"""自动暂存: entries are kept while they are typed, and never put over newer ones."""

import re

from flask import Flask
from werkzeug.test import TestResponse

from app.transaction import transaction
from tests.office import DRAFT, TITLE, Desk
from tests.web.clerk import Clerk, case_of
from tests.web.test_api import Caller
from tests.web.test_attachments import PDF
from workflows.operations import signers


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


def shown_files(clerk: Clerk, item: str) -> list[str]:
    """The attachments that a page would hand in with the opinion."""
    return re.findall(r'name="attachments" value="([^"]*)"', clerk.get(item).text)


def test_files_of_an_opinion_are_kept_with_it_and_handed_in_with_it(each_site: Flask) -> None:
    clerk = Clerk(each_site, "gexingyao")
    item = clerk.start(TITLE)
    first, second = (clerk.upload(name, PDF).json["id"] for name in ("说明.pdf", "对照表.pdf"))
    answer = keep(clerk, item, "", title=TITLE, attachments=[first, second])
    assert answer.status_code == 200
    assert shown_files(clerk, item) == [first, second]
    assert "说明.pdf" in clerk.get(item).text
    assert keep(clerk, item, answer.json["stamp"], title=TITLE, attachments=[second]).status_code == 200
    assert shown_files(clerk, item) == [second]
    clerk.submit(item, **DRAFT, attachments=shown_files(clerk, item))
    case = Clerk(each_site, "shiyanqiu").get(case_of(item)).text
    assert "对照表.pdf" in case
    assert "说明.pdf" not in case


def test_the_button_keeps_the_files_too(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    attachment = clerk.upload("说明.pdf", PDF).json["id"]
    assert clerk.post(item, **{**clerk.hidden(item), "draft": "1", "attachments": attachment}).status_code == 302
    assert shown_files(clerk, item) == [attachment]
    assert clerk.post(item, **{**clerk.hidden(item), "draft": "1"}).status_code == 302
    assert shown_files(clerk, item) == []


def test_nobody_keeps_the_file_of_another(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    attachment = Clerk(site, "shiyanqiu").upload("干部考察材料.pdf", PDF).json["id"]
    assert keep(clerk, item, "", title=TITLE, attachments=attachment).status_code == 403
    assert shown_files(clerk, item) == []


def test_what_is_kept_over_rest_leaves_the_files_unless_it_speaks_of_them(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    attachment = clerk.upload("说明.pdf", PDF).json["id"]
    keep(clerk, item, "", title=TITLE, attachments=attachment)
    client = Caller(site, "gexingyao")
    path = f"/work-items/{item.removeprefix('/worklist/')}/save_draft"
    assert client.post(path, version=1, variables={}, opinion="想一想").status_code == 200
    assert shown_files(clerk, item) == [attachment]
    assert "想一想</textarea>" in clerk.get(item).text
    assert client.post(path, version=1, opinion="想一想", attachments=[]).status_code == 200
    assert shown_files(clerk, item) == []


def test_a_step_taken_back_has_its_files_again(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    attachment = clerk.upload("说明.pdf", PDF).json["id"]
    clerk.submit(item, **DRAFT, attachments=attachment)
    again = clerk.post(f"{item}/withdraw", version=clerk.hidden(item)["version"]).location
    assert again != item
    assert shown_files(clerk, again) == [attachment]


def test_who_is_asked_to_sign_finds_what_was_kept(site: Flask) -> None:
    desk = Desk(site.extensions["banjie"])
    desk.start()
    [item] = desk.open_items("gexingyao")
    with transaction(desk.house.pool) as connection:
        given = (desk.person("gexingyao"), item.id, item.version, ["ranqinghe"], "before", "请先看")
        signers.add_signer(connection, desk.house.office, *given, desk.now)
    clerk = Clerk(site, "ranqinghe")
    [asked] = desk.open_items("ranqinghe")
    attachment = clerk.upload("说明.pdf", PDF).json["id"]
    page = f"/worklist/{asked.id}"
    assert keep(clerk, page, "", opinion="想一想", attachments=attachment).status_code == 200
    assert "想一想</textarea>" in clerk.get(page).text
    assert shown_files(clerk, page) == [attachment]


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
