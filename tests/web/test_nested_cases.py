"""Pages of cases in subprocesses and called processes: what is waited for, what has happened, which diagram shows what."""

import re
from datetime import timedelta
from functools import partial
from html import unescape
from io import BytesIO

import pytest
from flask import Flask

from app.transaction import reading, transaction
from engine import jobs
from tests.engine.running import START
from tests.engine.test_passing_time import boundary
from tests.flows import HEAD, user
from tests.office import SYSTEM, Desk, deploy
from tests.web.clerk import Clerk, alert
from workflows import definitions

LATE = boundary("late", "review", "timeCycle", "R2/PT8H", interrupting=False).replace(
    'id="late"', 'id="late" name="逾期"'
)
NESTED = (
    f'{HEAD}<bpmn:message id="m" name="paid"/><bpmn:process id="nested" name="嵌套办理" isExecutable="true">'
    '<bpmn:startEvent id="begin"/><bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="inner"/>'
    '<bpmn:subProcess id="inner" name="部门办理"><bpmn:startEvent id="i_begin"/>'
    f'<bpmn:sequenceFlow id="i1" sourceRef="i_begin" targetRef="review"/>{user("review")}{LATE}'
    f'<bpmn:sequenceFlow id="i2" sourceRef="late" targetRef="remind"/>{user("remind")}'
    '<bpmn:sequenceFlow id="i3" sourceRef="review" targetRef="i_end"/><bpmn:endEvent id="i_end"/></bpmn:subProcess>'
    '<bpmn:boundaryEvent id="paid" name="已付款" attachedToRef="inner"><bpmn:messageEventDefinition messageRef="m"/>'
    '</bpmn:boundaryEvent><bpmn:sequenceFlow id="f2" sourceRef="paid" targetRef="call"/>'
    '<bpmn:sequenceFlow id="f3" sourceRef="inner" targetRef="call"/>'
    '<bpmn:callActivity id="call" name="归档" calledElement="filing"/>'
    '<bpmn:sequenceFlow id="f4" sourceRef="call" targetRef="finish"/><bpmn:endEvent id="finish"/>'
    "</bpmn:process></bpmn:definitions>"
)
FILING = (
    f'{HEAD}<bpmn:process id="filing" name="归档流程" isExecutable="true"><bpmn:startEvent id="begin"/>'
    f'<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="sort"/>{user("sort")}'
    '<bpmn:sequenceFlow id="f2" sourceRef="sort" targetRef="finish"/><bpmn:endEvent id="finish"/>'
    "</bpmn:process></bpmn:definitions>"
)
FILES = {"nested.bpmn": NESTED.encode(), "filing.bpmn": FILING.encode()}
MARKED = re.compile(r"data-url=\"([^\"]*)\" data-done='([^']*)' data-current='([^']*)'")


@pytest.fixture
def desk(site: Flask) -> Desk:
    desk = Desk(site.extensions["banjie"], START)
    with transaction(desk.house.pool) as connection:
        definitions.deploy_as(connection, desk.house.office, SYSTEM, FILES, START)
        desk.house.office.engine.set_clock(connection, START)
    desk.start(key="nested")
    return desk


def pass_time(desk: Desk, hours: int) -> None:
    doors = partial(transaction, desk.house.pool), partial(reading, desk.house.pool)
    jobs.pass_time(desk.house.office.engine, *doors, START + timedelta(hours=hours))


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_a_case_says_what_it_waits_for_and_what_has_happened(site: Flask, desk: Desk) -> None:
    clerk = Clerk(site, "gexingyao")
    page = text_of(clerk.get(f"/cases/{desk.instance_id}").text)
    assert "定时，2025-11-07 17:00 到期 逾期" in page
    assert "消息“paid” 已付款" in page
    assert "定时到期" not in page
    pass_time(desk, 9)
    page = text_of(clerk.get(f"/cases/{desk.instance_id}").text)
    assert "定时到期：逾期 11-07 17:00" in page
    assert "定时，2025-11-08 01:00 到期 逾期" in page
    pass_time(desk, 30)
    assert "到期 逾期" not in text_of(clerk.get(f"/cases/{desk.instance_id}").text)


def test_each_diagram_marks_its_own_elements(site: Flask, desk: Desk) -> None:
    clerk = Clerk(site, "gexingyao")
    [(address, done, current)] = MARKED.findall(clerk.get(f"/cases/{desk.instance_id}").text)
    assert done == '["begin", "f1", "i_begin", "i1"]'
    assert current == '["inner", "review"]'
    desk.act("gexingyao", "submit")
    [item] = desk.open_items("gexingyao")
    main, called = MARKED.findall(clerk.get(f"/cases/{desk.instance_id}").text)
    assert main[2] == '["call"]'
    assert called[1:] == ('["begin", "f1"]', '["sort"]')
    assert b'id="nested"' in clerk.get(unescape(main[0])).data
    assert b'id="filing"' in clerk.get(unescape(called[0])).data
    assert clerk.get(f"{address}?process=outgoing_document").status_code == 404
    assert "sort" in clerk.get(f"/worklist/{item.id}").text
    assert clerk.submit(f"/worklist/{item.id}").status_code == 302
    assert "办结" in clerk.get(f"/cases/{desk.instance_id}").text


def test_a_director_uploads_a_flow_that_calls_another_and_several_together_are_refused(site: Flask, desk: Desk) -> None:
    deploy(desk.house, "flow_change")
    director = Clerk(site, "zhenliyan")
    changed = NESTED.replace("部门办理", "处室办理").encode()
    given = {"begin": "1", "title": "嵌套办理改名", "change_reason": "机构改名。"}
    several = [(BytesIO(changed), "nested.bpmn"), (BytesIO(FILING.encode()), "filing.bpmn")]
    refused = director.post("/definitions/upload", files=several, **given)
    assert (refused.status_code, "每次只上传一个流程" in alert(refused)) == (422, True)
    answer = director.post("/definitions/upload", files=[(BytesIO(changed), "嵌套.bpmn")], **given)
    assert answer.status_code == 302, alert(answer)
    change = answer.location.split("/")[2]
    assert director.get(f"/studio/{change}/draft").get_json()["files"] == {"nested.bpmn": changed.decode()}
