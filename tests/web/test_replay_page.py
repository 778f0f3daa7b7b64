"""The page that replays a case: every moment has an address and works without a script; the proof is asked for beside it."""

import re
from json import loads

import pytest
from flask import Flask

from app.transaction import reading
from engine.model import EventKind, HistoryEvent
from tests.forging import forge
from tests.lived import JUMPED, WRONG_DATE, live
from tests.office import Desk
from tests.web.clerk import Clerk
from workflows.visibility import readings_of

FRAMES = re.compile(r'<script type="application/json" data-frames>(.*?)</script>', re.DOTALL)


@pytest.fixture
def desk(site: Flask) -> Desk:
    return live(site.extensions["banjie"])


@pytest.fixture
def auditor(site: Flask, desk: Desk) -> Clerk:
    return Clerk(site, "peishenzhi")


def events_of(desk: Desk) -> list[HistoryEvent]:
    with reading(desk.house.pool) as connection:
        return desk.house.office.engine.history(connection, desk.instance_id)


def seq_of(desk: Desk, kind: str, number: int = 0) -> int:
    return [one.seq for one in events_of(desk) if one.kind == kind][number]


def readings(desk: Desk) -> list[str]:
    with reading(desk.house.pool) as connection:
        return [
            str(one.data["what"]) for one in desk.house.office.engine.history(connection, readings_of("peishenzhi"))
        ]


def test_an_address_shows_its_moment_without_a_script(auditor: Clerk, desk: Desk) -> None:
    seq = seq_of(desk, EventKind.TOKEN_MOVED)
    page = auditor.get(f"/audit/{desk.instance_id}?at={seq}").text
    assert f"第 {seq} 条，共 {len(events_of(desk))} 条" in page
    assert WRONG_DATE in page
    assert JUMPED not in page
    assert f'href="/audit/{desk.instance_id}?at={seq - 1}"' in page
    before, after = (auditor.get(f"/audit/{desk.instance_id}?at={at}").text for at in (0, 9_999))
    assert "第 1 条，共" in before
    assert JUMPED in after


def test_a_change_is_shown_with_what_stood_there_before(auditor: Clerk, desk: Desk) -> None:
    seq = seq_of(desk, EventKind.WORK_ITEM_COMPLETED, 1)
    page = auditor.get(f"/audit/{desk.instance_id}/moment?at={seq}").text
    assert "本次改动" in page
    assert re.search(r"<del>.*?16.*?</del>", page)
    assert re.search(r"<ins>.*?15.*?</ins>", page)
    assert "<html" not in page


def test_who_acted_for_whom_and_who_could_have_is_said(auditor: Clerk, desk: Desk) -> None:
    urged = seq_of(desk, EventKind.WORK_ITEM_URGED)
    assert "苗若谷可代万里晴办理" in auditor.get(f"/audit/{desk.instance_id}/moment?at={urged}").text
    assert "苗若谷（代万里晴）" in auditor.get(f"/audit/{desk.instance_id}/moment").text


def test_the_page_carries_every_moment_of_the_diagram(auditor: Clerk, desk: Desk) -> None:
    frames = loads(FRAMES.findall(auditor.get(f"/audit/{desk.instance_id}").text)[0])
    events = events_of(desk)
    assert {len(frames[name]) for name in ("at", "kind", "who", "place", "flags", "worked")} == {len(events)}
    standing = [[frames["elements"][one] for one in tokens] for _seq, tokens, _failed in frames["tokens"]]
    assert standing[0] == ["draft"]
    assert standing[-1] == ["edit"]
    assert [mode for _seq, mode, _origins, _target in frames["moves"]] == ["send_back", "jump"]
    assert frames["versions"][0]["url"] == "/definitions/outgoing_document/1/bpmn"


def test_opening_is_recorded_once_and_sliding_is_not(auditor: Clerk, desk: Desk) -> None:
    auditor.get(f"/audit/{desk.instance_id}")
    for seq in (1, 2, 3):
        auditor.get(f"/audit/{desk.instance_id}/moment?at={seq}")
    auditor.get(f"/audit/{desk.instance_id}/proof")
    assert readings(desk) == ["history"]


def test_the_proof_says_how_much_was_executed_again(auditor: Clerk, desk: Desk) -> None:
    events = events_of(desk)
    settled = sum(1 for one in events if one.kind == EventKind.MARKING_SETTLED)
    proof = auditor.get(f"/audit/{desk.instance_id}/proof", headers={"X-Requested-With": "fetch"}).text
    assert f"{len(events)} 条记录首尾相连" in proof
    assert f"{settled} 个状态摘要相同" in proof
    assert "<html" not in proof
    assert "<html" in auditor.get(f"/audit/{desk.instance_id}/proof").text


def test_a_divergence_shows_the_two_states_beside_each_other(auditor: Clerk, desk: Desk) -> None:
    def to_another(event: HistoryEvent) -> dict[str, object] | None:
        opened = event.kind == EventKind.WORK_ITEM_OPENED and event.data["assignee"] == "luanhaiping"
        return {**event.data, "token": 99} if opened else None

    forge(desk.house, desk.instance_id, to_another)
    seq = next(one.seq for one in events_of(desk) if one.data.get("token") == 99)
    proof = auditor.get(f"/audit/{desk.instance_id}/proof").text
    assert f"第 {seq} 条记录不一致" in proof
    assert "记录所说" in proof
    assert "重新执行所得" in proof
    different = re.findall(r'is-different"><span class="visually-hidden">不同：</span>([^<]*)', proof)
    assert any("token&#34;:99" in one for one in different)
    assert len(different) < proof.count("<li")
    later = auditor.get(f"/audit/{desk.instance_id}").text
    assert "过程回放" in later


def test_the_records_are_a_page_of_their_own_that_leads_to_each_moment(auditor: Clerk, desk: Desk) -> None:
    page = auditor.get(f"/audit/{desk.instance_id}/records").text
    assert f'href="/audit/{desk.instance_id}?at=4"' in page
    assert 'id="event-4"' in page


@pytest.mark.parametrize("path", ["", "/moment", "/proof", "/records"])
def test_who_is_neither_auditor_nor_director_is_refused(site: Flask, desk: Desk, path: str) -> None:
    assert Clerk(site, "gexingyao").get(f"/audit/{desk.instance_id}{path}").status_code == 403


def test_auditors_and_directors_are_led_there_from_the_case(site: Flask, auditor: Clerk, desk: Desk) -> None:
    link = f'href="/audit/{desk.instance_id}"'
    assert link in auditor.get(f"/cases/{desk.instance_id}").text
    assert link in auditor.get(f"/cases/{desk.instance_id}/thread").text
    assert link in Clerk(site, "zhenliyan").get(f"/cases/{desk.instance_id}").text
    assert link not in Clerk(site, "gexingyao").get(f"/cases/{desk.instance_id}").text
