"""清除内容 on the pages: asked for by who sees the case, decided by who does not, told by every page afterwards."""

import re
from dataclasses import dataclass

from flask import Flask

from app.house import House
from engine.canonical import REDACTED
from tests.office import DRAFT
from tests.redaction.clearing import breaks
from tests.web.clerk import Clerk, alert, case_of
from tests.web.test_api import Caller

SECRET = "北线某型设备部署在七号库，数量二十四台"
TITLE = "关于北线七号库设备部署情况的通知"
FILE = "北线七号库设备部署情况说明.txt"
REQUEST = re.compile(r'href="(/clearings/\w+)"')


@dataclass
class Stored:
    """A case in which a secret was stored by mistake."""

    case: str
    attachment: str


def store(site: Flask) -> Stored:
    clerk = Clerk(site, "gexingyao")
    attachment = clerk.upload(FILE, SECRET.encode()).json["id"]
    item = clerk.start(TITLE)
    clerk.submit(item, **{**DRAFT, "title": TITLE, "body": SECRET}, annexes=attachment)
    return Stored(case_of(item), attachment)


def ask(clerk: Clerk, case: str, place: str, reason: str = "误存，涉密") -> None:
    answer = clerk.post(f"{case}/clearing", place=place, reason=reason, everywhere="on")
    assert answer.status_code == 302, alert(answer)


def approve(clerk: Clerk) -> str:
    path = REQUEST.findall(clerk.get("/clearings").text)[0]
    answer = clerk.post(f"{path}/approve")
    assert answer.status_code == 302, alert(answer)
    return path


def test_two_people_clear_a_file_and_a_text_and_every_page_says_so(site: Flask, sqlite_house: House) -> None:
    stored = store(site)
    director, administrator = Clerk(site, "zhenliyan"), Clerk(site, "yuemingda")
    assert f"{stored.case}/clearing" in director.get(stored.case).text
    chosen = director.get(f"{stored.case}/clearing?place=attachment:{stored.attachment}").text
    assert FILE in chosen
    assert "已经导出、打印的" in chosen
    ask(director, stored.case, f"attachment:{stored.attachment}")
    assert "甄立言 提出清除，待批准" in director.get(stored.case).text

    listed = administrator.get("/clearings").text
    page = administrator.get(REQUEST.findall(listed)[0]).text
    assert "误存，涉密" in page
    for unseen in (FILE, TITLE, SECRET):
        assert unseen not in listed + page
    approve(administrator)
    for place in ("field:title", "field:body"):
        ask(director, stored.case, place)
        approve(administrator)

    auditor = Clerk(site, "changguanfu")
    history = f"/audit/{stored.case.removeprefix('/cases/')}"
    pages = {
        "case": director.get(stored.case),
        "print": director.get(f"{stored.case}/print"),
        "thread": director.get(f"{stored.case}/thread"),
        "inbox": Clerk(site, "shiyanqiu").get("/worklist"),
        "audit": auditor.get(history),
        "audit earlier": auditor.get(f"{history}?at=5"),
        "records": auditor.get(f"{history}/records"),
        "proof": auditor.get(f"{history}/proof"),
        "export": auditor.get(f"{history}/export"),
        "versions": director.get(f"{stored.case}/versions/body"),
        "api": Caller(site, "zhenliyan").get(f"/instances/{stored.case.removeprefix('/cases/')}/history"),
        "clearings": auditor.get("/clearings"),
    }
    for name, answer in pages.items():
        assert answer.status_code == 200, name
        for gone in (FILE, TITLE, SECRET):
            assert gone not in answer.text, name
        assert name == "export" or REDACTED not in answer.text, name
    assert "内容已清除（20" in pages["case"].text
    assert "经岳明达批准）" in pages["case"].text
    assert "岳明达 批准清除内容" in pages["case"].text
    assert "重放验证通过" in pages["proof"].text
    assert "个状态含已清除的内容" in pages["proof"].text
    assert "清除内容" in pages["clearings"].text
    gone = director.get(f"/attachments/{stored.attachment}")
    assert gone.status_code == 404
    assert "附件内容已清除" in gone.text
    assert director.get(f"/attachments/{stored.attachment}/preview").status_code == 404
    assert breaks(sqlite_house) == []


def test_a_required_field_that_was_cleared_is_asked_again(site: Flask) -> None:
    stored = store(site)
    shi = Clerk(site, "shiyanqiu")
    item = re.findall(r'href="(/worklist/[\w-]+-\d+)', shi.get("/worklist").text)[0]
    shi.submit(item, "revise", opinion="请重写")
    ask(Clerk(site, "zhenliyan"), stored.case, "field:body")
    approve(Clerk(site, "yuemingda"))
    clerk = Clerk(site, "gexingyao")
    again = re.findall(r'href="(/worklist/[\w-]+-\d+)', clerk.get("/worklist").text)[0]
    assert clerk.submit(again, **{**DRAFT, "title": "设备管理的通知", "body": ""}).status_code == 422
    assert clerk.submit(again, **{**DRAFT, "title": "设备管理的通知", "body": "一、从略。"}).status_code == 302


def test_who_may_not_is_refused_and_nothing_is_cleared(site: Flask) -> None:
    stored = store(site)
    page = f"{stored.case}/clearing"
    for username in ("gexingyao", "yuemingda", "jiziheng", "changguanfu", "peishenzhi"):
        assert Clerk(site, username).get(page).status_code == 403, username
    assert Clerk(site, "shaxiaoman").get(page).status_code == 403  # asks, but does not see this case
    director = Clerk(site, "zhenliyan")
    for place, reason in (("field:body", ""), ("field:body", f"误存{SECRET}"), ("field:none", "误存")):
        answer = director.post(page, place=place, reason=reason)
        assert answer.status_code in (404, 422)
        assert alert(answer)
    ask(director, stored.case, "field:body")
    path = REQUEST.findall(director.get("/clearings").text)[0]
    assert director.post(f"{path}/approve").status_code == 403
    assert "须由另一人批准" in director.get(path).text
    auditor = Clerk(site, "changguanfu")
    assert auditor.post(f"{path}/approve").status_code == 403
    assert auditor.post(f"{path}/refuse", answer="不").status_code == 403
    assert Clerk(site, "jiziheng").get("/clearings").status_code == 403
    administrator = Clerk(site, "yuemingda")
    assert administrator.post(f"{path}/refuse", answer="").status_code == 422
    assert administrator.post(f"{path}/refuse", answer="不是误存").status_code == 302
    assert administrator.post(f"{path}/approve").status_code == 409
    assert SECRET in director.get(stored.case).text
    assert "未同意清除：不是误存" in director.get(stored.case).text
