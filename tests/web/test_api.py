"""The REST API as its documentation fixes it: shapes, refusals as problems in Chinese, everything done once."""

import io
import json
import threading
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.scheduler import follow
from app.transaction import transaction
from engine.model import Actor
from tests.office import DRAFT, MORNING, PASSWORD, TITLE, flow_files
from workflows.organisation import passwords

API = "/api/v1"


class Caller:
    """One person with a token."""

    def __init__(self, app: Flask, username: str = "", password: str = PASSWORD) -> None:
        self._client = app.test_client()
        self._headers: dict[str, str] = {}
        if username:
            answer = self.post("/token", username=username, password=password)
            assert answer.status_code == 200, answer.text
            self._headers = {"Authorization": f"Bearer {answer.json['token']}"}

    def get(self, path: str, **query: object) -> TestResponse:
        return self._client.get(API + path, headers=self._headers, query_string=query)

    def post(self, path: str, idempotency_key: str = "", **body: object) -> TestResponse:
        key = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._client.post(API + path, json=body, headers={**self._headers, **key})

    def send_files(self, path: str, field: str, files: dict[str, bytes], idempotency_key: str = "") -> TestResponse:
        parts = [(io.BytesIO(content), name) for name, content in files.items()]
        key = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        with self._client.post(API + path, data={field: parts}, headers={**self._headers, **key}) as answer:
            answer.get_data()
            return answer

    def raw(self, method: str, path: str, data: bytes = b"") -> TestResponse:
        headers = {**self._headers, "Content-Type": "application/json"}
        return self._client.open(API + path, method=method, data=data, headers=headers)

    def start(self, title: str = TITLE) -> dict[str, Any]:
        answer = self.post("/instances", definition="outgoing_document", title=title)
        assert answer.status_code == 201, answer.text
        return answer.json

    def first_item(self, **query: object) -> dict[str, Any]:
        return self.get("/work-items", **query).json["items"][0]


@pytest.fixture
def clerk(each_site: Flask) -> Caller:
    return Caller(each_site, "gexingyao")


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == status
    assert any("\u4e00" <= char <= "\u9fff" for char in answer.json["detail"])
    return answer.json


def test_a_token_is_for_the_right_password(site: Flask) -> None:
    problem(Caller(site).post("/token", username="gexingyao", password="wrong"), 403)
    problem(Caller(site).get("/work-items"), 401)
    forged = Caller(site)
    forged._headers = {"Authorization": "Bearer forged"}
    problem(forged.get("/work-items"), 401)


def test_a_token_ends_with_the_password(site: Flask) -> None:
    caller = Caller(site, "gexingyao")
    house = site.extensions["banjie"]
    with transaction(house.pool) as connection:
        passwords.change_password(connection, "gexingyao", PASSWORD, "quite another password")
    problem(caller.get("/work-items"), 401)


def test_a_password_to_be_changed_opens_no_api(site: Flask) -> None:
    house = site.extensions["banjie"]
    with transaction(house.pool) as connection:
        new = passwords.reset_password(connection, "gexingyao", lambda _kind, _data: None)
    assert "修改密码" in problem(Caller(site).post("/token", username="gexingyao", password=new), 403)["reason"]


def test_a_document_goes_its_first_steps(clerk: Caller, each_site: Flask) -> None:
    case = clerk.start()
    assert set(case) >= {
        "id",
        "definition",
        "version",
        "title",
        "number",
        "state",
        "initiator",
        "started_at",
        "ended_at",
    }
    assert case["state"] == "running"
    assert case["started_at"].endswith("Z")
    [opened] = case["open_items"]
    item = clerk.get(f"/work-items/{opened['id']}").json
    assert item["decisions"] == [{"value": "submit", "label": "提交"}]
    assert {one["name"]: one["allowed"] for one in item["operations"]} == {
        "claim": False, "release": False, "save_draft": True, "complete": True,
        "send_back": False, "withdraw": False, "transfer": True, "delegate": True, "resolve": False,
        "add_signer": True, "remove_signer": False, "urge": False, "circulate": True, "mark_read": False,
        "record_for": False, "confirm": False,
    }  # fmt: skip
    fields = {field["key"]: field for field in item["form"]["fields"]}
    assert fields["title"]["value"] == TITLE
    assert fields["title"]["access"] == "edit"
    assert "document_number" not in fields

    draft = clerk.post(f"/work-items/{item['id']}/save_draft", version=1, variables={"body": "未完"}, opinion="想想")
    assert draft.status_code == 200
    assert {f["key"]: f["value"] for f in draft.json["form"]["fields"]}["body"] == "未完"
    done = clerk.post(f"/work-items/{item['id']}/complete", version=1, decision="submit", variables=DRAFT).json
    assert done["state"] == "completed"
    [following] = done["opened"]
    assert (following["activity_id"], following["assignee"]) == ("department_review", "shiyanqiu")

    head = Caller(each_site, "shiyanqiu")
    assert [one["id"] for one in head.get("/work-items").json["items"]] == [following["id"]]
    back = head.post(f"/work-items/{following['id']}/complete", version=1, decision="revise", opinion="请核原文。")
    assert [one["activity_id"] for one in back.json["opened"]] == ["draft"]
    events = clerk.get(f"/instances/{case['id']}/history").json["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert set(events[0]) == {
        "seq", "at", "actor", "on_behalf_of", "recorded_by", "kind", "activity_id", "work_item_id", "data", "hash",
    }  # fmt: skip
    replayed = clerk.get(f"/instances/{case['id']}/replay").json
    assert replayed == {"verified": True, "events": len(events), "divergence": None}
    assert [one["id"] for one in clerk.get("/work-items", box="in_progress").json["items"]] == [item["id"]]


def test_a_pool_item_is_claimed_and_put_back(each_site: Flask) -> None:
    from tests.office import Desk

    desk = Desk(each_site.extensions["banjie"])
    desk.to_signing()
    desk.act("qiujingan", "agree", "同意。")
    registry = Caller(each_site, "shaxiaoman")
    item = registry.first_item(box="claimable")
    claimed = registry.post(f"/work-items/{item['id']}/claim", version=1).json
    assert (claimed["assignee"], claimed["version"]) == ("shaxiaoman", 2)
    assert registry.get("/work-items", box="claimable").json["items"] == []
    problem(registry.post(f"/work-items/{item['id']}/claim", version=2), 403)
    stale = problem(registry.post(f"/work-items/{item['id']}/release", version=1), 409)
    assert stale["by"] == "shaxiaoman"
    assert registry.post(f"/work-items/{item['id']}/release", version=2).json["assignee"] is None


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"title": ""}, "title", "请填写"),
        ({"title": "长" * 10_000}, "title", "字符"),
        ({"urgency": "十万火急"}, "urgency", "可选"),
        ({"unheard_of": "x"}, "unheard_of", "没有"),
        ({"document_number": "沐原办〔2025〕1号"}, "document_number", "不能"),
        ({"reconciliation": "x"}, "reconciliation", "不能"),
        ({"countersign_units": ["NOWHERE"]}, "countersign_units", "单位"),
        ({"body": "\ud800"}, "body", "字符"),
        ({"body": "\x00"}, "body", "字符"),
        ({"annexes": ["no-such-file"]}, "annexes", "附件"),
        ({"important": "maybe"}, "important", "格式"),
    ],
)
def test_a_value_that_cannot_be_accepted_is_named_and_nothing_is_stored(
    clerk: Caller, changed: dict[str, object], field: str, says: str
) -> None:
    case = clerk.start()
    item = case["open_items"][0]
    before = clerk.get(f"/instances/{case['id']}/history").json["events"]
    refused = clerk.post(f"/work-items/{item['id']}/complete", version=1, variables={**DRAFT, **changed})
    errors = {error["field"]: error["message"] for error in problem(refused, 422)["errors"]}
    assert says in errors[field]
    assert clerk.get(f"/instances/{case['id']}/history").json["events"] == before


def test_emoji_and_rare_characters_are_kept_as_they_are(clerk: Caller) -> None:
    title = "关于😀与𠮷野家的通知"
    case = clerk.start(title)
    assert clerk.get(f"/instances/{case['id']}").json["title"] == title


@pytest.mark.parametrize("title", ["", "   ", "长" * 10_000, "一行\n两行", "\x07"])
def test_a_title_that_is_none_starts_nothing(clerk: Caller, title: str) -> None:
    refused = clerk.post("/instances", definition="outgoing_document", title=title)
    assert problem(refused, 422)["errors"][0]["field"] == "title"
    assert clerk.get("/instances").json["items"] == []


def test_whoever_has_no_part_sees_and_does_nothing(clerk: Caller, each_site: Flask) -> None:
    case = clerk.start()
    item = case["open_items"][0]
    stranger = Caller(each_site, "zonghuaigu")
    for path in (f"/instances/{case['id']}", f"/instances/{case['id']}/history", f"/work-items/{item['id']}"):
        assert problem(stranger.get(path), 403)["reason"]
    problem(stranger.post(f"/work-items/{item['id']}/complete", version=1, variables=DRAFT), 403)
    assert stranger.get("/instances").json["items"] == []
    administrator = Caller(each_site, "jiziheng")
    problem(administrator.get(f"/instances/{case['id']}"), 403)
    problem(clerk.get("/instances/no-such-case"), 403)
    problem(clerk.get("/work-items/no-such-item"), 404)


def test_a_closed_item_says_who_closed_it_and_when(clerk: Caller) -> None:
    item = clerk.start()["open_items"][0]
    assert clerk.post(f"/work-items/{item['id']}/complete", version=1, variables=DRAFT).status_code == 200
    again = problem(clerk.post(f"/work-items/{item['id']}/complete", version=1, variables=DRAFT), 409)
    assert again["by"] == "gexingyao"
    assert again["at"].endswith("Z")


def test_the_same_key_is_answered_the_same_and_done_once(clerk: Caller) -> None:
    answers = [
        clerk.post("/instances", idempotency_key="one", definition="outgoing_document", title=TITLE) for _ in range(3)
    ]
    assert {answer.json["id"] for answer in answers} == {answers[0].json["id"]}
    assert len(clerk.get("/instances").json["items"]) == 1
    other = clerk.post("/instances", idempotency_key="one", definition="outgoing_document", title="另一个")
    problem(other, 409)


def test_the_same_key_at_the_same_moment_is_done_once(clerk: Caller, each_site: Flask) -> None:
    callers = [Caller(each_site, "gexingyao") for _ in range(4)]
    answers: list[TestResponse] = []

    def start(caller: Caller) -> None:
        answers.append(caller.post("/instances", idempotency_key="k", definition="outgoing_document", title=TITLE))

    threads = [threading.Thread(target=start, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1


def test_flows_are_listed_checked_and_deployed_by_those_who_draw_them(each_site: Flask) -> None:
    clerk, director = Caller(each_site, "gexingyao"), Caller(each_site, "zhenliyan")
    [flow] = clerk.get("/definitions").json
    assert (flow["key"], flow["version"], flow["startable"]) == ("outgoing_document", 1, True)
    start_form = clerk.get("/definitions/outgoing_document").json["start_form"]["fields"]
    assert "title" in {field["key"] for field in start_form}
    assert clerk.get("/definitions/outgoing_document/1/bpmn").mimetype == "application/xml"
    problem(clerk.get("/definitions/unheard_of"), 404)
    files = flow_files()
    assert clerk.send_files("/definitions/check", "files", files).json == {"deployable": True, "findings": []}
    files["outgoing_document.form"] += b"\n"
    problem(clerk.send_files("/definitions", "files", files), 403)
    deployed = director.send_files("/definitions", "files", files)
    assert deployed.status_code == 201
    assert deployed.json["definitions"][0]["version"] == 2
    files["outgoing_document.bpmn"] = files["outgoing_document.bpmn"].replace(b"registry_clerk", b"nobody")
    refused = problem(director.send_files("/definitions", "files", files), 422)
    assert {finding["rule"] for finding in refused["findings"]} == {"unknown_post"}
    unreadable = director.send_files("/definitions", "files", {"x.bpmn": b"<not xml"})
    assert problem(unreadable, 422)["findings"][0]["rule"] == "file_unreadable"


def test_attachments_are_kept_by_content_and_shown_to_those_who_see_the_case(clerk: Caller, each_site: Flask) -> None:
    sent = clerk.send_files("/attachments", "file", {"对照表.pdf": b"%PDF-1.4 content"})
    assert sent.status_code == 201
    assert set(sent.json) == {"id", "sha256", "size", "media_type"}
    problem(Caller(each_site, "shiyanqiu").get(f"/attachments/{sent.json['id']}"), 404)
    item = clerk.start()["open_items"][0]
    variables = {**DRAFT, "annexes": [sent.json["id"]]}
    assert clerk.post(f"/work-items/{item['id']}/complete", version=1, variables=variables).status_code == 200
    with Caller(each_site, "shiyanqiu").get(f"/attachments/{sent.json['id']}") as shown:
        assert shown.data == b"%PDF-1.4 content"
        assert shown.headers["Content-Disposition"].startswith("attachment")
    for files in ({"空.pdf": b""}, {"x.exe": b"MZ" + b"x" * 100}, {}):
        refused = problem(clerk.send_files("/attachments", "file", files), 422)
        assert [one["field"] for one in refused["errors"]] == ["file"]


def test_an_auditor_reads_everything_and_it_is_recorded(clerk: Caller, each_site: Flask) -> None:
    case = clerk.start()
    auditor = Caller(each_site, "peishenzhi")
    assert auditor.get(f"/instances/{case['id']}").status_code == 200
    problem(auditor.post(f"/work-items/{case['open_items'][0]['id']}/complete", version=1, variables=DRAFT), 403)
    house = each_site.extensions["banjie"]
    with transaction(house.pool) as connection:
        told = house.office.engine.history(connection, "office:readings:peishenzhi")
    assert [(event.actor, event.data["instance"]) for event in told] == [("peishenzhi", case["id"])]


def test_cases_come_page_by_page(clerk: Caller, each_site: Flask) -> None:
    titles = [f"第{number}号通知" for number in range(5)]
    for title in titles:
        clerk.start(title)
    seen: list[str] = []
    after: str | None = None
    while True:
        page = clerk.get("/instances", limit=2, **({"after": after} if after else {})).json
        seen += [case["title"] for case in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(titles)
    follow(each_site.extensions["banjie"])
    assert [one["title"] for one in clerk.get("/instances", q="第3号").json["items"]] == ["第3号通知"]
    problem(clerk.get("/work-items", box="nowhere"), 422)


@pytest.mark.parametrize(
    ("method", "path", "data", "status"),
    [
        ("POST", "/instances", b"{not json", 400),
        ("POST", "/instances", b"[]", 422),
        ("POST", "/instances", b'{"definition": 7, "title": []}', 422),
        ("POST", "/instances", b'{"definition": "outgoing_document", "title": "x", "unknown": 1}', 422),
        ("GET", "/nothing", b"", 404),
        ("DELETE", "/instances", b"", 405),
        ("GET", "/instances?limit=many", b"", 422),
        ("POST", "/work-items/x/complete", b'{"version": "one"}', 422),
    ],
)
def test_a_malformed_request_is_a_problem_in_chinese(
    site: Flask, method: str, path: str, data: bytes, status: int
) -> None:
    answer = Caller(site, "gexingyao").raw(method, path, data)
    assert answer.status_code in (status, 422), answer.text
    problem(answer, answer.status_code)


def test_each_mistake_in_a_request_is_told_in_chinese_beside_its_field(site: Flask) -> None:
    sent = {"version": "one", "variables": [], "attachments": 3, "circled": "perhaps", "opinion": 7, "odd": 1}
    answer = Caller(site, "gexingyao").raw("POST", "/work-items/x/complete", json.dumps(sent).encode())
    assert {one["field"]: one["message"] for one in answer.json["errors"]} == {
        "version": "应为整数。",
        "variables": "应为 JSON 对象。",
        "attachments": "应为列表。",
        "circled": "应为 true 或 false。",
        "opinion": "应为文本。",
        "odd": "不认识这一项。",
    }
    missing = Caller(site, "gexingyao").raw("POST", "/instances", b"{}").json["errors"]
    assert {one["field"]: one["message"] for one in missing} == {"definition": "缺少这一项。", "title": "缺少这一项。"}
    [limit] = Caller(site, "gexingyao").raw("GET", "/instances?limit=101", b"").json["errors"]
    assert limit["message"] == "数值超出范围。"


def test_no_operation_breaks_on_odd_input(site: Flask) -> None:
    """Every operation the description names answers odd input with a refusal, never with a fault of its own."""
    caller = Caller(site, "zhenliyan")
    described = site.test_client().get("/api/v1/openapi.json").json
    for path, operations in described["paths"].items():
        for method in operations:
            for odd in ("0", "%00", "x" * 300, "😀", "' OR 1=1 --", "../../etc/passwd"):
                concrete = path.removeprefix(API)
                for name in ("key", "instance_id", "work_item_id", "incident_id", "attachment_id"):
                    concrete = concrete.replace("{" + name + "}", odd)
                concrete = concrete.replace("{version}", "7")
                with caller.raw(method.upper(), concrete, json.dumps({"version": 1, "odd": odd}).encode()) as answer:
                    assert answer.status_code < 500, f"{method} {concrete}: {answer.text}"


def test_people_and_units_are_listed(site: Flask) -> None:
    caller = Caller(site, "gexingyao")
    [found] = caller.get("/people", q="石砚秋").json
    assert found == {"username": "shiyanqiu", "name": "石砚秋", "unit": "ZZB", "posts": ["unit_head"]}
    units = {one["code"]: one for one in caller.get("/units").json}
    assert units["ZZB"] == {"code": "ZZB", "name": "党委组织部（人力资源部）", "parent": "MYJT", "head": "shiyanqiu"}


def test_an_incident_is_shown_and_tried_again_by_those_who_may(each_site: Flask) -> None:
    house = each_site.extensions["banjie"]
    with transaction(house.pool) as connection:
        from workflows.organisation import actions

        def record(kind: str, data: object) -> None:
            house.office.engine.record_ledger(connection, "office:organisation", kind, {}, Actor("jiziheng"), MORNING)

        actions.set_person_disabled(connection, "qiujingan", MORNING, record)
    from tests.office import Desk

    desk = Desk(house)
    desk.to_signing()
    director = Caller(each_site, "zhenliyan")
    case = director.get(f"/instances/{desk.instance_id}").json
    assert case["state"] == "incident"
    [incident] = director.get(f"/instances/{desk.instance_id}/incidents").json
    assert "分管办公室的领导" in incident["message"]
    problem(Caller(each_site, "gexingyao").post(f"/incidents/{incident['id']}/retry"), 403)
    with transaction(house.pool) as connection:
        actions.set_person_disabled(connection, "qiujingan", None, record)
    assert director.post(f"/incidents/{incident['id']}/retry").json["state"] == "running"


def test_a_file_sent_twice_under_one_key_is_one_attachment(clerk: Caller) -> None:
    answers = [clerk.send_files("/attachments", "file", {"表.pdf": b"%PDF-1.4"}, "key") for _ in range(2)]
    assert answers[0].json == answers[1].json
    problem(clerk.send_files("/attachments", "file", {"表.pdf": b"%PDF-1.5"}, "key"), 409)
