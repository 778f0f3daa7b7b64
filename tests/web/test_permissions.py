"""Who may do what: one table, every cell tried. Rows are people, columns acts, at a state of one case."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.office import Desk
from tests.web.test_api import Caller

PEOPLE = {
    "gexingyao": "initiator",
    "shiyanqiu": "head of the initiator's unit",
    "miaoyuanchuan": "leader in charge of it",
    "luanhaiping": "asked to countersign",
    "wanliqing": "asked to countersign",
    "biancongzhou": "leader in charge of a unit asked to countersign",
    "zhenliyan": "office director",
    "boruoxi": "process administrator without part in the case",
    "zonghuaigu": "head of another unit",
    "shaxiaoman": "registry clerk, not yet reached",
    "peishenzhi": "auditor",
    "changguanfu": "security auditor",
    "jiziheng": "system administrator",
    "yuemingda": "security administrator",
}
READERS = {
    "gexingyao", "shiyanqiu", "miaoyuanchuan", "luanhaiping", "wanliqing", "biancongzhou", "zhenliyan",
    "peishenzhi", "changguanfu",
}  # fmt: skip
ARRANGED = {"owner": "zonghuaigu", "substitute": "", "from": "2025-11-07", "to": "2025-11-08", "reason": "出差"}
ACTS: dict[str, Callable[[Caller, str, str], TestResponse]] = {
    "read the case": lambda caller, case, item: caller.get(case),
    "read its history": lambda caller, case, item: caller.get(f"{case}/history"),
    "replay it": lambda caller, case, item: caller.get(f"{case}/replay"),
    "read 栾海平's item": lambda caller, case, item: caller.get(item),
    "complete 栾海平's item": lambda caller, case, item: caller.post(f"{item}/complete", version=1, decision="?"),
    "save a draft on it": lambda caller, case, item: caller.post(f"{item}/save_draft", version=1),
    "claim it": lambda caller, case, item: caller.post(f"{item}/claim", version=1),
    "release it": lambda caller, case, item: caller.post(f"{item}/release", version=1),
    "deploy a flow": lambda caller, case, item: caller.send_files("/definitions", "files", {"x.bpmn": b"<x/>"}),
    "read its incidents": lambda caller, case, item: caller.get(f"{case}/incidents"),
    "jump": lambda caller, case, item: caller.post(f"{case}/jump", to="draft", reason=""),
    "plan a migration": lambda caller, case, item: caller.post(f"{case}/migrate", version=1, dry_run=True),
    "send a message": lambda caller, case, item: caller.post("/messages", name="x"),
    "retry an incident": lambda caller, case, item: caller.post("/incidents/none/retry"),
    "arrange a substitute of 宗怀谷's": lambda caller, case, item: caller.post("/substitutions", **ARRANGED),
    "start a case": lambda caller, case, item: caller.post("/instances", definition="outgoing_document", title=""),
}
MAY = {
    "read the case": READERS,
    "read its history": READERS,
    "replay it": READERS,
    "read 栾海平's item": READERS,
    "complete 栾海平's item": {"luanhaiping"},
    "save a draft on it": {"luanhaiping"},
    "claim it": set(),
    "release it": set(),
    "deploy a flow": {"zhenliyan", "boruoxi"},
    "read its incidents": READERS | {"boruoxi"},
    "jump": {"boruoxi"},
    "plan a migration": {"boruoxi"},
    "send a message": {"boruoxi"},
    "retry an incident": {"zhenliyan", "boruoxi"},
    "arrange a substitute of 宗怀谷's": {"zonghuaigu", "zhenliyan", "boruoxi"},
    "start a case": set(PEOPLE) - {"changguanfu", "jiziheng", "yuemingda"},
}
ALLOWED, REFUSED = {200, 201, 202, 422}, {403}
"""422 is an answer to somebody who may, about what they sent."""


@pytest.fixture
def desk(site: Flask) -> Desk:
    desk = Desk(site.extensions["banjie"])
    desk.to_countersign()
    return desk


@pytest.mark.parametrize("act", sorted(ACTS))
def test_each_act_is_for_those_the_table_names(site: Flask, desk: Desk, act: str) -> None:
    [item] = desk.open_items("luanhaiping")
    for username, part in PEOPLE.items():
        caller = Caller(site, username)
        answer = ACTS[act](caller, f"/instances/{desk.instance_id}", f"/work-items/{item.id}")
        expected = (ALLOWED if act != "retry an incident" else {404}) if username in MAY[act] else REFUSED
        assert answer.status_code in expected, f"{username} ({part}), {act}: {answer.status_code} {answer.text}"


PAGES = {
    "/documents/numbers": {"zhenliyan", "boruoxi", "shaxiaoman"},
    "/documents/signing": {"zhenliyan", "boruoxi"},
    "/documents/register": {"zhenliyan", "shaxiaoman"},
    "/documents/seals": {"zhenliyan", "shaxiaoman"},
    "/definitions": {"zhenliyan", "boruoxi"},
    "/definitions/upload": {"zhenliyan", "boruoxi"},
    "/audit": {"peishenzhi", "changguanfu"},
    "/audit/log": {"peishenzhi", "changguanfu"},
    "/audit/anchors": {"peishenzhi", "changguanfu"},
    "/audit/heat": {"peishenzhi", "changguanfu", "zhenliyan", "boruoxi"},
    "/admin/units": {"jiziheng"},
    "/admin/posts": {"jiziheng"},
    "/admin/people": {"jiziheng"},
    "/secretaries": {"zhenliyan", "boruoxi"},
    "/substitutions": set(PEOPLE),
    "/worklist": set(PEOPLE),
    "/cases": set(PEOPLE),
    "/cases/new": set(PEOPLE),
}


def test_each_page_is_for_those_the_table_names_and_offered_to_nobody_else(site: Flask) -> None:
    from tests.web.clerk import Clerk

    for username in PEOPLE:
        clerk = Clerk(site, username)
        offered = clerk.get("/worklist").text
        for path, readers in PAGES.items():
            status = clerk.get(path).status_code
            assert status == (200 if username in readers else 403), f"{username} {path}: {status}"
            if path not in ("/definitions/upload", "/audit/log", "/audit/heat", "/audit/anchors"):
                assert (f'href="{path}"' in offered or f'href="{path}?' in offered) == (username in readers)


def test_the_table_names_every_act() -> None:
    assert set(ACTS) == set(MAY)
