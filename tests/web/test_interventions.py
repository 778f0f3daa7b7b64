"""Jumps, migrations and messages over REST: by the administrator of flows, who need not be a reader of the case."""

from typing import Any

import pytest
from flask import Flask

from app.transaction import reading, transaction
from tests.engine.test_passing_time import WAITING
from tests.flows import HEAD, model, user
from tests.office import SYSTEM, Desk
from tests.web.test_api import Caller, problem
from workflows import definitions

FIRST = "s_ -> write\nwrite -> check\ncheck -> e_"
SECOND = "s_ -> write\nwrite -> check_again\ncheck_again -> file_it\nfile_it -> e_"
STARTED = (
    f'{HEAD}<bpmn:message id="m" name="letter"/><bpmn:process id="started" name="收件" isExecutable="true">'
    '<bpmn:startEvent id="s_"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
    '<bpmn:sequenceFlow id="f1" sourceRef="s_" targetRef="ask"/>'
    f'{user("ask")}<bpmn:sequenceFlow id="f2" sourceRef="ask" targetRef="e_"/><bpmn:endEvent id="e_"/>'
    "</bpmn:process></bpmn:definitions>"
)


def deploy(desk: Desk, files: dict[str, bytes]) -> None:
    with transaction(desk.house.pool) as connection:
        definitions.deploy_as(connection, desk.house.office, SYSTEM, files, desk.now)


@pytest.fixture
def desk(site: Flask) -> Desk:
    """A case at the step ``write`` of the flow's first version; the second calls the next step something else."""
    desk = Desk(site.extensions["banjie"])
    deploy(desk, model(FIRST))
    desk.start(key="flow")
    deploy(desk, model(SECOND))
    return desk


@pytest.fixture
def administrator(site: Flask, desk: Desk) -> Caller:
    """柏若溪 administers flows, and has no part in the case."""
    return Caller(site, "boruoxi")


def path_of(desk: Desk) -> str:
    return f"/instances/{desk.instance_id}"


def steps(desk: Desk) -> list[str]:
    return [item.activity_id for item in desk.open_items("gexingyao")]


def test_a_case_jumps_and_its_content_is_withheld_from_who_may_not_read_it(
    site: Flask, desk: Desk, administrator: Caller
) -> None:
    answer = administrator.post(f"{path_of(desk)}/jump", **{"from": "write"}, to="check", reason="已经线下拟好。")
    assert answer.status_code == 200, answer.text
    assert (answer.json["title"], answer.json["variables"], answer.json["open_items"]) == (None, {}, [])
    assert steps(desk) == ["check"]
    [moved] = [
        event
        for event in Caller(site, "gexingyao").get(f"{path_of(desk)}/history").json["events"]
        if event["kind"] == "token:moved"
    ]
    assert (moved["actor"], moved["data"]["mode"], moved["data"]["reason"]) == ("boruoxi", "jump", "已经线下拟好。")
    assert Caller(site, "gexingyao").get(f"{path_of(desk)}/replay").json["verified"] is True


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"to": "nowhere", "reason": "试"}, 409, "没有这个环节"),
        ({"to": "e_", "reason": "试"}, 409, "不是由人办理"),
        ({"to": "check", "from": "check", "reason": "试"}, 409, "不在环节“check”"),
        ({"to": "check", "reason": " "}, 422, "请用文字写明原因"),
        ({"to": "check", "reason": "长" * 2001}, 422, "请用文字写明原因"),
    ],
)
def test_a_jump_that_cannot_be_is_refused_with_its_reason(
    desk: Desk, administrator: Caller, body: dict[str, Any], status: int, said: str
) -> None:
    assert said in problem(administrator.post(f"{path_of(desk)}/jump", **body), status)["detail"]
    assert steps(desk) == ["write"]


def test_a_migration_is_planned_then_done_with_a_map(desk: Desk, administrator: Caller) -> None:
    planned = administrator.post(f"{path_of(desk)}/migrate", version=2, dry_run=True)
    assert planned.json == {"possible": True, "tokens": [{"from": "write", "to": "write"}], "refused": []}
    desk.act("gexingyao", "submit")
    refused = administrator.post(f"{path_of(desk)}/migrate", version=2, dry_run=True).json
    assert refused["possible"] is False
    assert "check：" in refused["refused"][0]
    stopped = problem(administrator.post(f"{path_of(desk)}/migrate", version=2, dry_run=False), 409)
    assert stopped["refused"] == refused["refused"]
    named = {"version": 2, "map": {"check": "check_again"}}
    done = administrator.post(f"{path_of(desk)}/migrate", **named, dry_run=False)
    assert done.json["tokens"] == [{"from": "check", "to": "check_again"}]
    assert steps(desk) == ["check_again"]
    problem(administrator.post(f"{path_of(desk)}/migrate", version=9, dry_run=True), 404)


def test_the_pages_of_a_migrated_case_still_know_steps_that_are_gone(
    site: Flask, desk: Desk, administrator: Caller
) -> None:
    from tests.web.clerk import Clerk

    desk.act("gexingyao", "submit")
    [item] = desk.open_items("gexingyao")
    administrator.post(f"{path_of(desk)}/jump", to="write", reason="重新拟写。")
    administrator.post(f"{path_of(desk)}/migrate", version=2, dry_run=False)
    clerk = Clerk(site, "gexingyao")
    page = clerk.get(f"/cases/{desk.instance_id}")
    assert page.status_code == 200
    assert "柏若溪 将事项跳转到“write”" in page.text
    assert "“重新拟写。”" in page.text
    assert "柏若溪 将事项迁移到第 2 版流程" in page.text
    assert clerk.get(f"/worklist/{item.id}").status_code == 200


def test_what_has_ended_is_not_moved(desk: Desk, administrator: Caller) -> None:
    desk.act("gexingyao", "submit")
    desk.act("gexingyao", "submit")
    for path, body in (("jump", {"to": "write", "reason": "试"}), ("migrate", {"version": 2, "dry_run": False})):
        assert "已经办结" in problem(administrator.post(f"{path_of(desk)}/{path}", **body), 409)["detail"]
    problem(administrator.post("/instances/none/jump", to="write", reason="试"), 404)


def test_a_message_goes_to_the_case_whose_variables_match(site: Flask, desk: Desk, administrator: Caller) -> None:
    deploy(desk, {"waiting.bpmn": WAITING.encode()})
    desk.start(key="waiting")
    sent = administrator.post("/messages", name="paid", correlation={"initiator": "nobody"}, variables={"sum": 1.5})
    assert (sent.status_code, sent.json) == (202, {"delivered": False})
    sent = administrator.post("/messages", name="paid", correlation={"initiator": "gexingyao"}, variables={"sum": 1.5})
    assert sent.json == {"delivered": True}
    assert steps(desk) == ["ask"]
    events = Caller(site, "gexingyao").get(f"{path_of(desk)}/history").json["events"]
    [received] = [event for event in events if event["kind"] == "message:received"]
    assert (received["actor"], received["data"]["payload"]) == ("boruoxi", {"sum": "1.5"})


def test_a_message_starts_the_flow_that_begins_with_it_once_for_one_key(
    site: Flask, desk: Desk, administrator: Caller
) -> None:
    deploy(desk, {"started.bpmn": STARTED.encode()})
    for _time in range(2):
        sent = administrator.post("/messages", idempotency_key="k1", name="letter", variables={"title": "来信"})
        assert sent.json == {"delivered": True}
    clerk = Caller(site, "gexingyao")
    assert [one["title"] for one in clerk.get("/instances", definition="started").json["items"]] == ["来信"]
    flows = {one["key"]: one["startable"] for one in clerk.get("/definitions").json}
    assert flows == {"flow": True, "outgoing_document": True, "started": False}
    assert clerk.get("/definitions/started").json["startable"] is False


@pytest.mark.parametrize(
    "body", [b'{"name":"x","variables":{"a":NaN}}', b'{"name":"x","variables":{"$a":1}}', b'{"name":""}']
)
def test_a_message_that_no_variable_could_hold_is_refused(administrator: Caller, body: bytes) -> None:
    assert administrator.raw("POST", "/messages", body).status_code == 422
    deep = b'{"name":"x","variables":{"a":' + b"[" * 900 + b"]" * 900 + b"}}"
    assert administrator.raw("POST", "/messages", deep).status_code in (202, 422)


def test_called_models_are_checked_among_those_that_are_deployed(desk: Desk, administrator: Caller) -> None:
    call = '<bpmn:callActivity id="call" calledElement="flow"/>'
    files = model("s_ -> call\ncall -> e_", {"call": call}, key="caller")
    checked = administrator.send_files("/definitions/check", "files", files).json
    assert checked == {"deployable": True, "findings": []}
    deployed = administrator.send_files("/definitions", "files", {**files, **model(FIRST)}).json["definitions"]
    assert {one["key"] for one in deployed} == {"caller", "flow"}


def test_a_file_named_like_another_one_of_a_called_process_is_found_before_it_is_deployed(
    desk: Desk, administrator: Caller
) -> None:
    deploy(desk, {**model(FIRST), "note.form": b"{}"})
    call = '<bpmn:callActivity id="call" calledElement="flow"/>'
    files = {**model("s_ -> call\ncall -> e_", {"call": call}, key="caller"), "note.form": b'{"components": []}'}
    checked = administrator.send_files("/definitions/check", "files", files).json
    assert checked["deployable"] is False
    assert "同名文件内容不同" in checked["findings"][0]["message"]
    assert administrator.send_files("/definitions", "files", files).status_code == 422


def test_incidents_are_told_to_those_who_clear_them_though_they_may_not_read_the_case(
    site: Flask, desk: Desk, administrator: Caller
) -> None:
    from engine.persistence import incidents

    arrows = "s_ -> x_\nx_ -> write: ${amount > 1}\nx_ -> check: ${amount <= 1}\nwrite -> e_\ncheck -> e_"
    deploy(desk, model(arrows, key="failing"))
    desk.start(key="failing")
    [told] = administrator.get(f"{path_of(desk)}/incidents").json
    assert "amount" in told["message"]
    again = administrator.post(f"/incidents/{told['id']}/retry")
    assert (again.status_code, again.json["state"]) == (200, "incident")
    problem(Caller(site, "zonghuaigu").get(f"{path_of(desk)}/incidents"), 403)
    problem(Caller(site, "gexingyao").post(f"/incidents/{told['id']}/retry"), 403)
    with reading(desk.house.pool) as connection:
        assert len(incidents.list_open(connection, desk.instance_id)) == 1
