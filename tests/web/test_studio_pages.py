"""The studio's pages: who may draw, what is kept, and what the check says while somebody draws."""

import json
import re

import pytest
from flask import Flask

from app.house import House
from app.studio.step_templates import STEP_TEMPLATES, USER_TASK, StepTemplate
from app.studio.vocabulary import MOST_PEOPLE, SERVICE_LABELS
from tests.office import deploy, flow_files
from tests.web.clerk import Clerk, alert

SEAL = "seal_use"
BY_THE_OFFICE = {"kind_order"}
"""What the office says of where a step stands, such as that a number comes after a signature."""
TOLD = re.compile(r"data-told>([^<]*)<")


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


def test_the_page_offers_what_the_engine_runs_and_no_more(site: Flask, house: House) -> None:
    clerk, place = begun(site)
    told = json.loads(TOLD.findall(clerk.get(place).text)[0])
    words = house.office.engine.vocabulary
    offered = told["vocabulary"]
    assert {one["value"] for one in offered["posts"]} == set(words.posts)
    assert (
        {one["value"] for one in offered["services"]} == {*words.services, *words.slow_services} == set(SERVICE_LABELS)
    )
    assert {one["value"] for one in offered["kinds"]} == set(words.kinds)
    assert SEAL not in {one["value"] for one in offered["flows"]}
    assert told["draft"]["model"] == f"{SEAL}.bpmn"


@pytest.mark.parametrize(
    "template", [one for one in STEP_TEMPLATES if one.element == USER_TASK], ids=lambda one: one.id
)
def test_a_step_of_each_kind_passes_the_check_as_it_is_drawn(site: Flask, house: House, template: StepTemplate) -> None:
    """What the template says stands on a step between two others; a countersign takes its seats from a list."""
    attributes = dict(template.attributes)
    seats = ""
    if template.seats:
        attributes["assignee"] = "${head_of(unit)}"
        seats = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="signing_units" camunda:elementVariable="unit" />'
    written = "".join(f' camunda:{name}="{value}"' for name, value in attributes.items())
    settings = {**template.properties, "kind": template.kind, **({"completion": template.seats} if seats else {})}
    properties = "".join(f'<camunda:property name="{name}" value="{value}" />' for name, value in settings.items())
    step = (
        f'<bpmn:userTask id="added" name="{template.label}"{written} camunda:formRef="{SEAL}"><bpmn:extensionElements>'
        f"<camunda:properties>{properties}</camunda:properties></bpmn:extensionElements>{seats}</bpmn:userTask>"
        '<bpmn:sequenceFlow id="to_added" sourceRef="added" targetRef="department_review" />'
    )
    flow = '<bpmn:sequenceFlow id="to_department_review" sourceRef="apply" targetRef="department_review" />'
    files = texts(flow, flow.replace('targetRef="department_review"', 'targetRef="added"') + step)
    files[f"{SEAL}.bpmn"] = files[f"{SEAL}.bpmn"].replace("<bpmn:outgoing>to_department_review</bpmn:outgoing>", "")
    form = json.loads(files[f"{SEAL}.form"])
    listed = {"key": "signing_units", "type": "taglist", "label": "会签单位", "properties": {"banjie:type": "units"}}
    files[f"{SEAL}.form"] = json.dumps({**form, "components": [*form["components"], listed]})
    clerk, _place = begun(site)
    found = clerk.post_json("/studio/check", files=files).get_json()["findings"]
    assert {one["rule"] for one in found} <= BY_THE_OFFICE


def test_people_are_found_by_a_part_of_their_names_by_those_who_draw(site: Flask, house: House) -> None:
    director = Clerk(site, "zhenliyan")
    [found] = director.get("/studio/people?q=佟雪").get_json()["people"]
    assert found["value"] == "tongxueling"
    assert found["label"].startswith("佟雪岭（")
    assert len(director.get("/studio/people?q=").get_json()["people"]) == MOST_PEOPLE
    assert Clerk(site, "gexingyao").get("/studio/people?q=佟").status_code == 403


def test_whoever_sees_the_case_looks_at_the_drawing_and_changes_nothing(site: Flask, house: House) -> None:
    clerk, place = begun(site)
    kept = clerk.post_json(f"{place}/draft", version=0, files=texts())
    assert kept.status_code == 200
    item = clerk.get("/worklist").text
    path = re.findall(r"/worklist/[\w]+-\d+", item)[0]
    assert clerk.submit(path, "submit", change_reason="名称与职责不符。", title="用印申请改名").status_code == 302
    told = json.loads(TOLD.findall(Clerk(site, "boruoxi").get(place).text)[0])
    assert (told["draft"]["editable"], told["urls"]["check"]) == (False, None)
    assert "部门主要负责人审核" in told["draft"]["files"][f"{SEAL}.bpmn"]
