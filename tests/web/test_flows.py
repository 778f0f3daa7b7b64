"""The director's pages of flows: versions, downloads, uploads with what the check found."""

import io
import json
import re
from html import unescape

from flask import Flask
from werkzeug.test import TestResponse

from tests.office import flow_files
from tests.web.clerk import Clerk, alert


def upload(director: Clerk, model: bytes, **form: object) -> TestResponse:
    files = {**flow_files(), "outgoing_document.bpmn": model}
    return director.post(
        "/definitions/upload", files=[(io.BytesIO(content), name) for name, content in files.items()], **form
    )


def test_a_version_says_who_deployed_it_and_is_downloaded_as_it_was(site: Flask) -> None:
    director = Clerk(site, "zhenliyan")
    assert "<td>系统</td>" in director.get("/definitions/outgoing_document").text
    model, _headers = director.download("/definitions/outgoing_document/1/bpmn")
    assert model == flow_files()["outgoing_document.bpmn"]


def test_a_changed_flow_becomes_the_next_version_under_the_directors_name(site: Flask) -> None:
    director = Clerk(site, "zhenliyan")
    changed = flow_files()["outgoing_document.bpmn"].replace("起草".encode(), "起草文稿".encode())
    assert upload(director, changed, deploy="1").status_code == 302
    page = director.get("/definitions/outgoing_document").text
    assert "第 2 版" in page
    assert "<td>甄立言</td>" in page


def test_what_the_check_found_stands_in_the_table_and_at_the_diagram(site: Flask) -> None:
    broken = flow_files()["outgoing_document.bpmn"].replace(b"document_secretary", b"nobody_at_all")
    refused = upload(Clerk(site, "zhenliyan"), broken, deploy="1")
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
        refused = upload(Clerk(site, "zhenliyan"), garbage, deploy="1")
        assert refused.status_code == 422, garbage
        assert "没有部署" in alert(refused)
