"""The director's pages of flows: versions and who made them why, downloads, uploads, and versions that come back."""

import io
import json
import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.office import deploy, flow_files
from tests.web.clerk import Clerk, alert


def upload(director: Clerk, model: bytes, **form: object) -> TestResponse:
    files = {**flow_files(), "outgoing_document.bpmn": model}
    return director.post(
        "/definitions/upload", files=[(io.BytesIO(content), name) for name, content in files.items()], **form
    )


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def change_of(answer: TestResponse) -> str:
    """Return the id of the change that an answer leads to."""
    assert answer.status_code == 302, alert(answer)
    return answer.location.split("/")[2]


def publish(site: Flask, change: str, drafter: str = "zhenliyan", approver: str = "boruoxi") -> None:
    """Hand a change in as it stands, and approve it."""
    drafted = {"title": "起草改名", "change_reason": "名称不准。"}
    for username, decision, form in ((drafter, "submit", drafted), (approver, "publish", {})):
        clerk = Clerk(site, username)
        box = clerk.get("/worklist?box=todo").text + clerk.get("/worklist?box=claimable").text
        [item] = set(re.findall(rf"/worklist/{change}-\d+", box))
        answer = clerk.submit(item, decision, opinion="同意。", **form)
        assert answer.status_code == 302, alert(answer)


@pytest.fixture
def changeable(site: Flask) -> Flask:
    """The site with the flow by which flows are changed."""
    deploy(site.extensions["banjie"], "flow_change")
    return site


def renamed(new: str) -> bytes:
    return flow_files()["outgoing_document.bpmn"].replace('name="起草"'.encode(), f'name="{new}"'.encode())


def test_a_version_says_who_deployed_it_and_is_downloaded_as_it_was(site: Flask) -> None:
    director = Clerk(site, "zhenliyan")
    assert "系统部署" in director.get("/definitions/outgoing_document").text
    model, _headers = director.download("/definitions/outgoing_document/1/bpmn")
    assert model == flow_files()["outgoing_document.bpmn"]


def test_uploaded_files_are_a_draft_that_another_person_publishes(changeable: Flask) -> None:
    director = Clerk(changeable, "zhenliyan")
    given = {"begin": "1", "title": "起草改名", "change_reason": "名称不准。"}
    change = change_of(upload(director, renamed("起草文稿"), **given))
    draft = director.get(f"/studio/{change}/draft").get_json()
    assert (draft["key"], draft["version"], draft["base_version"]) == ("outgoing_document", 1, 1)
    assert draft["files"]["outgoing_document.bpmn"] == renamed("起草文稿").decode()
    page = director.get("/definitions/outgoing_document").text
    assert "第 2 版" not in page
    assert "进行中的修改" in page
    assert "起草改名" in Clerk(changeable, "boruoxi").get("/definitions").text
    publish(changeable, change)
    page = director.get("/definitions/outgoing_document").text
    for said in ("第 2 版", "名称不准。", "甄立言", "柏若溪", f'href="/cases/{change}"', "与前一版对比"):
        assert said in page
    assert "进行中的修改" not in page
    assert "没有进行中的修改" in director.get("/definitions").text


def test_a_case_of_a_change_shows_what_is_changed_by_whom_and_what_the_check_says(changeable: Flask) -> None:
    director = Clerk(changeable, "zhenliyan")
    given = {"begin": "1", "title": "起草改名", "change_reason": "名称不准。"}
    change = change_of(upload(director, renamed("起草文稿"), **given))
    text = plain(director.get(f"/cases/{change}").text)
    assert "发文办理 outgoing_document 版本 第 1 版 → 草稿 检查 没有发现问题" in text
    assert f'href="/studio/{change}/compare"' in director.get(f"/cases/{change}").text
    publish(changeable, change)
    text = plain(director.get(f"/cases/{change}").text)
    assert "第 1 版 → 第 2 版 起草 甄立言 批准 柏若溪 发布" in text


def test_an_earlier_version_comes_back_as_one_more(changeable: Flask) -> None:
    director = Clerk(changeable, "zhenliyan")
    given = {"begin": "1", "title": "起草改名", "change_reason": "名称不准。"}
    publish(changeable, change_of(upload(director, renamed("起草文稿"), **given)))
    assert "/studio/restore?flow=outgoing_document&amp;version=1" in director.get("/definitions/outgoing_document").text
    place = "/studio/restore?flow=outgoing_document&version=1"
    assert "恢复第 1 版" in director.get(place).text
    unsaid = director.post(place, title="", change_reason="改名有误。")
    assert (unsaid.status_code, "标题" in alert(unsaid)) == (422, True)
    change = change_of(director.post(place, title="起草改名", change_reason="改名有误。"))
    draft = director.get(f"/studio/{change}/draft").get_json()
    assert (draft["base_version"], draft["files"]["outgoing_document.bpmn"]) == (2, renamed("起草").decode())
    publish(changeable, change)
    model, _headers = director.download("/definitions/outgoing_document/3/bpmn")
    assert model == flow_files()["outgoing_document.bpmn"]
    assert director.get("/studio/restore?flow=outgoing_document&version=9").status_code == 404
    assert Clerk(changeable, "gexingyao").get(place).status_code == 403


def test_an_upload_without_a_title_or_of_several_flows_is_refused(changeable: Flask) -> None:
    director = Clerk(changeable, "zhenliyan")
    untitled = upload(director, renamed("起草文稿"), begin="1", title="", change_reason="名称不准。")
    assert (untitled.status_code, "标题" in alert(untitled)) == (422, True)
    files = {**flow_files(), **flow_files("seal_use")}
    several = director.post(
        "/definitions/upload",
        files=[(io.BytesIO(content), name) for name, content in files.items()],
        begin="1",
        title="一起改",
        change_reason="省事。",
    )
    assert (several.status_code, "每次只上传一个流程" in alert(several)) == (422, True)


def test_what_the_check_found_stands_in_the_table_and_at_the_diagram(site: Flask) -> None:
    broken = flow_files()["outgoing_document.bpmn"].replace(b"document_secretary", b"nobody_at_all")
    refused = upload(Clerk(site, "zhenliyan"), broken, begin="1")
    assert refused.status_code == 422
    assert "有必须改正的问题" in alert(refused)
    assert "<td>岗位“nobody_at_all”不存在，请从岗位表中选择。</td>" in refused.text
    [shown] = re.findall(r'data-findings="([^"]*)"', refused.text)
    [finding] = json.loads(unescape(shown))
    assert (finding["element"], finding["message"]) == ("edit", "岗位“nobody_at_all”不存在，请从岗位表中选择。")


def test_a_hostile_file_puts_nothing_into_the_page(site: Flask) -> None:
    hostile = b'<a></script><form id="hostile" action="/sign-out" method="post"></form></a>'
    answer = upload(Clerk(site, "zhenliyan"), hostile, check="1")
    assert answer.status_code == 422
    assert "<form id=" not in answer.text


def test_a_file_that_is_no_model_is_refused_in_chinese(site: Flask) -> None:
    for garbage in (b"", b"\x00\x01", b"<a/>", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'):
        refused = upload(Clerk(site, "zhenliyan"), garbage, begin="1")
        assert refused.status_code == 422, garbage
        assert "没有建立修改事项" in alert(refused)
