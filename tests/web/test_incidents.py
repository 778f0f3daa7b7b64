"""An automatic step that fails: the act before it stands, the office is told, somebody tries again."""

import re

from flask import Flask
from sqlalchemy import update

from app.house import House
from app.transaction import transaction
from tests.office import BODY, TITLE, Desk
from tests.web.clerk import Clerk, alert
from workflows.organisation.records import unit

RETRY = re.compile(r'action="(/cases/incidents/[^"]+/retry)"')


def lead_the_office(house: House, leader: str | None) -> None:
    with transaction(house.pool) as connection:
        connection.execute(update(unit).where(unit.c.code == "BGS").values(leader=leader))


def test_a_failed_automatic_step_is_told_and_can_be_tried_again(site: Flask, sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.to_countersign()
    desk.act("luanhaiping", "agree")
    desk.act("wanliqing", "agree")
    desk.act("gexingyao", "submit", title=TITLE, body=BODY)
    desk.act("ranqinghe", "agree", title=TITLE, body=BODY, document_type="通知", main_recipients="总部各部门")
    desk.act("zhenliyan", "agree")
    lead_the_office(sqlite_house, None)
    [item] = desk.open_items("miaoyuanchuan")
    leader = Clerk(site, "miaoyuanchuan")
    answer = leader.submit(f"/worklist/{item.id}", decision="agree")
    assert "后面的自动环节没有完成，需由办公室主任或流程管理员处理后继续。" in leader.get(answer.location).text

    case = f"/cases/{desk.instance_id}"
    assert RETRY.search(Clerk(site, "gexingyao").get(case).text) is None
    director = Clerk(site, "zhenliyan")
    page = director.get(case)
    assert "自动环节“document.appoint_signatory”没有完成：" in page.text
    retry = RETRY.search(page.text)
    assert retry
    assert "重试仍未成功" in director.get(director.post(retry[1]).location).text

    lead_the_office(sqlite_house, "qiujingan")
    retry = RETRY.search(director.get(case).text)
    assert retry
    assert "重试成功，流程继续。" in director.get(director.post(retry[1]).location).text
    assert [one.activity_id for one in desk.open_items("qiujingan")] == ["sign_and_issue"]


def test_only_the_office_tries_again(site: Flask) -> None:
    answer = Clerk(site, "gexingyao").post("/cases/incidents/any/retry")
    assert answer.status_code == 403
    assert alert(answer) == "只有下列岗位可以这样做：办公室主任、流程管理员。"
