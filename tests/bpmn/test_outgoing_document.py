"""The flow 发文 as drawn: lasting ids, a complete diagram, somebody for every step, the order of practice."""

import re
from pathlib import Path

import pytest

from engine.spiff import reader
from workflows.catalogue import KINDS
from workflows.organisation.posts import POSTS

FOLDER = Path(__file__).parents[2] / "bpmn" / "outgoing_document"
MODELS = reader.read_models({"outgoing_document.bpmn": (FOLDER / "outgoing_document.bpmn").read_bytes()})
PROCESS = reader.read_process(MODELS, "outgoing_document")
TASKS = [activity for activity in PROCESS.activities.values() if activity.element == "userTask"]
ORDER = """起草 部门负责人审核 部门会签 会签意见采纳 核稿 办公室主任审核 分管领导审签 签发 复核
登记编号 排版 校对 印制 用印登记 核发 签收""".split()
ONWARD = {"agree", "submit", "pass"}


def test_key_folder_and_file_are_one_word() -> None:
    assert PROCESS.key == FOLDER.name == "outgoing_document"


def test_ids_are_english_snake_case_and_names_chinese() -> None:
    for activity in PROCESS.activities.values():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", activity.id)
        if activity.element != "exclusiveGateway":
            assert re.search(r"[\u4e00-\u9fff]", activity.name), activity.id
    for flow in PROCESS.flows:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", flow.id)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_a_step_has_a_kind_somebody_and_a_lane(task: reader.Activity) -> None:
    assert task.kind in KINDS
    assert task.assignee or task.candidate_groups
    assert set(task.candidate_groups) <= set(POSTS)
    assert task.lane
    assert task.due


def test_the_steps_come_in_the_order_of_practice() -> None:
    """起草 → 审核 → 会签 → 采纳 → 核稿 → 主任审核 → 审签 → 签发 → 复核 → 登记编号 → 排版·校对 → 印制 → 用印 → 核发 → 签收."""
    steps, node = [], PROCESS.start.id
    while PROCESS.activity(node).element != "endEvent":
        outgoing = PROCESS.outgoing(node)
        asked = [flow for flow in outgoing if reader.decision_asked(flow) in ONWARD]
        conditional = [flow for flow in outgoing if flow.condition]
        node = (asked or conditional or outgoing)[0].target
        if PROCESS.activity(node).element == "userTask":
            steps.append(PROCESS.activity(node).name)
    assert steps == ORDER
    assert PROCESS.activity(node).name == "办结·待归档"


def test_the_number_is_given_behind_registration_and_nowhere_else() -> None:
    services = [activity.id for activity in PROCESS.activities.values() if activity.service == "document.assign_number"]
    assert services == ["assign_number"]
    assert [flow.source for flow in PROCESS.incoming("assign_number")] == ["register"]
