"""The administrator's pages: people, units and posts are added, changed, disabled and imported, by nobody else."""

import io
import re
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.clerk import Clerk, alert

PASSWORD_SHOWN = re.compile(r"密码：([\w-]+)（")


def import_csv(administrator: Clerk, path: str, content: bytes) -> TestResponse:
    return administrator.post(path, file=(io.BytesIO(content), "a.csv"))


def reasons(answer: TestResponse) -> list[str]:
    """Return why lines were not imported, as the page says."""
    return [unescape(text) for text in re.findall(r"<li>((?:第|首)[^<]*)</li>", answer.text)]


def test_a_new_person_signs_in_with_the_password_shown_once_and_must_change_it(site: Flask) -> None:
    administrator = Clerk(site, "jiziheng")
    added = administrator.post("/admin/people", username="xinren", name="辛仁", unit="BGS", post="handler")
    assert added.status_code == 302
    shown = PASSWORD_SHOWN.search(administrator.get("/admin/people").text)
    assert shown
    assert shown[1] not in administrator.get("/admin/people").text
    assert Clerk(site, "xinren", shown[1]).get("/worklist").location == "/password"


def test_a_taken_username_is_refused_beside_its_field_and_what_was_typed_stays(site: Flask) -> None:
    refused = Clerk(site, "jiziheng").post("/admin/people", username="gexingyao", name="另一个人")
    assert refused.status_code == 409
    assert "已经被使用" in alert(refused)
    assert 'value="另一个人"' in refused.text
    assert "<details" in refused.text
    assert " open><summary>新增人员" in refused.text


def test_a_disabled_person_is_out_at_once_and_may_come_back(site: Flask) -> None:
    administrator, clerk = Clerk(site, "jiziheng"), Clerk(site, "gexingyao")
    administrator.post("/admin/people/gexingyao/disabled", disable="1")
    assert clerk.get("/worklist").location.startswith("/sign-in")
    administrator.post("/admin/people/gexingyao/disabled", enable="1")
    assert Clerk(site, "gexingyao").get("/worklist").status_code == 200


def test_a_units_name_and_head_are_changed(site: Flask) -> None:
    administrator = Clerk(site, "jiziheng")
    changed = {"existing": "1", "code": "DQB", "name": "党建工作部", "parent": "MYJT", "head": "miaoruogu"}
    assert administrator.post("/admin/units", **changed).status_code == 302
    assert "党建工作部" in administrator.get("/admin/units").text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_people_and_units_come_from_a_table_in_either_encoding(site: Flask, encoding: str) -> None:
    administrator = Clerk(site, "jiziheng")
    units = "code,name,parent,head,leader\nDSY,党史研究室,BGS,,qiujingan\n"
    people = "username,name,title,unit,post\nxinren,辛仁,干事,DSY,handler\nxinren,辛仁,干事,ZBS,duty_officer\n"
    assert import_csv(administrator, "/admin/units/import", units.encode(encoding)).status_code == 302
    assert import_csv(administrator, "/admin/people/import", people.encode(encoding)).status_code == 302
    assert "党史研究室 · 承办人" in administrator.get("/admin/people?q=辛仁").text


def test_each_line_that_cannot_be_imported_is_named_and_none_is(site: Flask) -> None:
    administrator = Clerk(site, "jiziheng")
    text = "username,name,title,unit,post\nhaoren,郝仁,,BGS,handler\nBad Name,坏,,BGS,handler\nx,西,,NOPE,handler\n"
    refused = import_csv(administrator, "/admin/people/import", text.encode())
    assert refused.status_code == 422
    assert [one[:4] for one in reasons(refused)] == ["第 3 ", "第 4 "]
    assert "郝仁" not in administrator.get("/admin/people").text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "首行应为 username,name,title,unit,post。"),
        (b"name;unit\n", "首行应为 username,name,title,unit,post。"),
        (b"\xff\xfe\x00\x80\xff", "第 1 行，file：文件不是 UTF-8 或 GB18030 编码"),
    ],
)
def test_what_is_no_such_table_is_told(site: Flask, content: bytes, reason: str) -> None:
    refused = import_csv(Clerk(site, "jiziheng"), "/admin/people/import", content)
    assert refused.status_code == 422
    assert reasons(refused) == [reason]


@pytest.mark.parametrize("username", ["gexingyao", "zhenliyan", "peishenzhi"])
def test_nobody_else_administers(site: Flask, username: str) -> None:
    other = Clerk(site, username)
    for path in ("/admin/people", "/admin/units", "/admin/posts"):
        assert other.get(path).status_code == 403
        assert other.post(path, code="X", username="x", name="x").status_code == 403
