"""The studio's pages: who may draw, what is kept, and what the check says while somebody draws."""

import pytest
from flask import Flask

from app.house import House
from tests.office import deploy, flow_files
from tests.web.clerk import Clerk, alert

SEAL = "seal_use"


@pytest.fixture
def house(site: Flask) -> House:
    house: House = site.extensions["banjie"]
    deploy(house, "flow_change", SEAL)
    return house


def begun(site: Flask, username: str = "zhenliyan") -> tuple[Clerk, str]:
    clerk = Clerk(site, username)
    answer = clerk.post("/studio/new", flow=SEAL, title="用印申请改名", change_reason="名称与职责不符。")
    assert answer.status_code == 302, alert(answer)
    return clerk, answer.location


def texts(old: str = "部门负责人审核", new: str = "部门主要负责人审核") -> dict[str, str]:
    return {name: content.decode().replace(old, new) for name, content in flow_files(SEAL).items()}


def test_a_change_of_a_flow_is_begun_from_its_page_and_leads_to_the_studio(site: Flask, house: House) -> None:
    clerk, place = begun(site)
    assert f"/studio/new?flow={SEAL}" in clerk.get(f"/definitions/{SEAL}").text
    assert "用印申请改名" in clerk.get(place).text
    draft = clerk.get(f"{place}/draft").get_json()
    assert (draft["key"], draft["version"], draft["base_version"], draft["editable"]) == (SEAL, 0, 1, True)
    assert draft["files"] == {name: content.decode() for name, content in flow_files(SEAL).items()}


def test_what_is_drawn_is_kept_with_what_the_check_says_of_it(site: Flask, house: House) -> None:
    clerk, place = begun(site)
    kept = clerk.post_json(f"{place}/draft", version=0, files=texts()).get_json()
    assert (kept["version"], kept["findings"]) == (1, [])
    broken = texts('camunda:candidateGroups="office_director"', 'camunda:candidateGroups="nobody_at_all"')
    kept = clerk.post_json(f"{place}/draft", version=1, files=broken).get_json()
    assert [(one["element"], one["severity"]) for one in kept["findings"]] == [("approve", "error")]
    assert clerk.post_json("/studio/check", files=texts()).get_json() == {"findings": []}


def test_a_second_window_is_told_that_it_shows_an_older_draft(site: Flask, house: House) -> None:
    clerk, place = begun(site)
    assert clerk.post_json(f"{place}/draft", version=0, files=texts()).status_code == 200
    late = clerk.post_json(f"{place}/draft", version=0, files=texts(new="部门领导审核"))
    assert late.status_code == 409
    assert "甄立言" in late.get_json()["detail"]


def test_who_draws_no_flows_neither_begins_nor_sees_a_change(site: Flask, house: House) -> None:
    _director, place = begun(site)
    clerk = Clerk(site, "gexingyao")
    assert clerk.get(f"/studio/new?flow={SEAL}").status_code == 403
    assert clerk.get(place).status_code == 403
    assert clerk.get(f"{place}/draft").status_code == 403
    assert clerk.post_json(f"{place}/draft", version=0, files=texts()).status_code == 403
    assert clerk.post_json("/studio/check", files=texts()).status_code == 403


def test_a_body_that_is_no_drawing_is_refused(site: Flask, house: House) -> None:
    clerk, place = begun(site)
    for body in (
        {},
        {"files": []},
        {"files": {"a.bpmn": 1}},
        {"files": texts(), "version": "0"},
        {"files": {"a": "\ud800"}},
    ):
        answer = clerk.post_json(f"{place}/draft", **body)
        assert answer.status_code == 422
        assert answer.get_json()["detail"]


def test_a_new_flow_needs_a_key_of_its_own(site: Flask, house: House) -> None:
    clerk = Clerk(site, "zhenliyan")
    refused = clerk.post("/studio/new", new_flow_key="Vehicle", title="用车申请", change_reason="无纸化。")
    assert (refused.status_code, "新流程的标识" in alert(refused)) == (422, True)
    taken = clerk.post("/studio/new", new_flow_key=SEAL, title="用车申请", change_reason="无纸化。")
    assert (taken.status_code, "已经有流程使用" in alert(taken)) == (422, True)
    begun_ = clerk.post("/studio/new", new_flow_key="vehicle_request", title="用车申请", change_reason="无纸化。")
    assert sorted(clerk.get(f"{begun_.location}/draft").get_json()["files"]) == [
        "vehicle_request.bpmn",
        "vehicle_request.form",
    ]
