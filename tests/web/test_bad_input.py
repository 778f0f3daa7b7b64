"""What nobody should send: a clear sentence, the right status, nothing stored."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.current import HOUSE
from app.scheduler import follow
from app.transaction import reading
from engine.persistence.tables import history_event
from tests.office import DRAFT, TITLE
from tests.web.clerk import Clerk, alert, field_errors
from workflows.visibility import readings_of

ASTRAL = "关于印发《𠮷祥社区😀管理办法》的通知"


def events(site: Flask) -> int:
    """How much has been told, of whatever but that somebody has read something."""
    told = select(func.count()).select_from(history_event).where(~history_event.c.chain.startswith(readings_of("")))
    with reading(site.extensions[HOUSE].pool) as connection:
        return connection.scalar(told) or 0


@pytest.mark.parametrize("title", ["", "  ", "长" * 201, "长" * 10_000, "一行\n又一行", "响\x07铃"])
def test_a_title_that_is_none_is_refused_and_stays_in_its_field(site: Flask, title: str) -> None:
    clerk = Clerk(site, "gexingyao")
    before = events(site)
    answer = clerk.post("/cases/new", definition="outgoing_document", title=title)
    assert answer.status_code == 422
    assert field_errors(answer) == {"title": "请填写一行标题，不超过 200 个字符。"}
    assert f'value="{title}"' in answer.text
    assert events(site) == before


def test_characters_beyond_the_basic_plane_are_ordinary_text(each_site: Flask) -> None:
    clerk = Clerk(each_site, "gexingyao")
    item = clerk.start(ASTRAL)
    assert ASTRAL in clerk.get(item).text
    assert clerk.submit(item, **{**DRAFT, "title": ASTRAL}).status_code == 302
    follow(each_site.extensions[HOUSE])
    assert ASTRAL in clerk.get("/worklist?box=in_progress&q=𠮷").text


@pytest.mark.parametrize(
    ("entries", "field", "message"),
    [
        ({"issuing_code": "市府"}, "issuing_code", "不在可选范围内。"),
        ({"approver": "gexingyao"}, "approver", "表单没有这一栏。"),
        ({"document_number": "沐原办〔2025〕1号"}, "document_number", "本环节不能填写这一栏。"),
        ({"signatory": "gexingyao"}, "signatory", "本环节不能填写这一栏。"),
        ({"countersign_units": "NONE"}, "countersign_units", "没有这个单位。"),
        ({"body_file": "someone-elses"}, "body_file", "附件不可用，请重新上传。"),
        ({"title": "长" * 201}, "title", "不能超过 200 个字符。"),
        ({"body": "铃\x07"}, "body", "有无法显示的字符，请删除。"),
    ],
)
def test_a_value_that_the_step_does_not_accept_is_refused(
    site: Flask, entries: dict[str, str], field: str, message: str
) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    before = events(site)
    answer = clerk.submit(item, **{**DRAFT, **entries})
    assert answer.status_code == 422
    assert message in (field_errors(answer).get(field) or alert(answer))
    assert events(site) == before


def test_an_entry_that_the_page_does_not_show_is_named_above_the_form(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    answer = clerk.submit(clerk.start(TITLE), **DRAFT, approver="gexingyao", signatory="gexingyao")
    assert alert(answer).endswith("approver：表单没有这一栏。拟签发人：本环节不能填写这一栏。")


def test_an_unknown_decision_is_refused(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    answer = clerk.submit(clerk.start(TITLE), decision="sign", **DRAFT)
    assert answer.status_code == 422
    assert "没有“sign”这个选项" in alert(answer)


def test_an_opinion_that_is_too_long_is_refused_beside_its_field(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    answer = clerk.submit(clerk.start(TITLE), **DRAFT, opinion="长" * 2001)
    assert field_errors(answer) == {"opinion": "意见不能超过 2000 个字符。"}


def test_a_form_without_its_token_is_refused(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    before = events(site)
    answer = clerk.post_without_token(item, version="1", decision="submit", **DRAFT)
    assert answer.status_code == 403
    assert "没有提交" in alert(answer)
    assert events(site) == before


def test_an_expired_form_leads_back_to_its_page(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    item = clerk.start(TITLE)
    answer = Clerk(site).post_without_token(item, headers={"Referer": f"http://localhost{item}"}, **DRAFT)
    assert answer.status_code == 403
    assert f'href="{item}">回到刚才的页面' in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/worklist/none",
        "/no-such-page",
        "/definitions/outgoing_document/99999999999999999999999/bpmn",
        "/attachments/none",
    ],
)
def test_what_does_not_exist_is_not_found(each_site: Flask, path: str) -> None:
    answer = Clerk(each_site, "gexingyao").get(path)
    assert answer.status_code == 404
    assert "没有" in answer.text


@pytest.mark.parametrize("path", ["/worklist/%00", "/cases/%00", "/worklist?q=%00", "/worklist?definition=%00"])
def test_a_null_character_harms_nothing(each_site: Flask, path: str) -> None:
    assert Clerk(each_site, "gexingyao").get(path).status_code in (200, 403, 404, 422)


@pytest.mark.parametrize("version", ["", "x", "-1", "²", "9" * 40])
def test_a_version_that_is_none_is_stale(each_site: Flask, version: str) -> None:
    clerk = Clerk(each_site, "gexingyao")
    answer = clerk.post(clerk.start(TITLE), version=version, decision="submit", **DRAFT)
    assert answer.status_code == 409


def test_starting_twice_with_one_form_starts_one_case(each_site: Flask) -> None:
    clerk = Clerk(each_site, "gexingyao")
    form = {**clerk.hidden("/cases/new"), "definition": "outgoing_document", "title": TITLE}
    assert clerk.post("/cases/new", **form).location == clerk.post("/cases/new", **form).location
    assert clerk.get("/worklist").text.count(f">{TITLE}<") == 1


def test_markup_in_a_title_stays_text(site: Flask) -> None:
    clerk = Clerk(site, "gexingyao")
    clerk.start("<script>alert(1)</script>")
    assert "<script>alert(1)" not in clerk.get("/worklist").text


def test_a_wrong_method_is_told(site: Flask) -> None:
    answer = Clerk(site, "gexingyao").get("/sign-out")
    assert answer.status_code == 405
    assert alert(answer) == "这个地址不接受这样的请求。"
