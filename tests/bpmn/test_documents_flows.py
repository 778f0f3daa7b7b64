"""The flows of documents: somebody for every step, in the order of practice."""

import re
from pathlib import Path

import pytest

from engine.process import Process
from engine.spiff import reader
from workflows.catalogue import KINDS
from workflows.organisation.posts import POSTS

BPMN = Path(__file__).parents[2] / "bpmn"
STEPS = {
    "outgoing_document": (
        "起草 部门负责人审核 部门会签 会签意见采纳 核稿 办公室主任审核 分管领导审签 签发 复核 "
        "登记编号 排版 校对 印制 用印登记 核发 签收"
    ),
    "internal_submission": (
        "起草 部门负责人审核 部门会签 会签意见采纳 办公室主任审核 分管领导批示 主要负责人批示 办理 反馈 批示人阅知"
    ),
    "seal_use": "填写申请 部门负责人审核 办公室主任审批 分管领导审批 用印登记",
}
ONWARD = {"agree", "submit", "pass"}


def process_of(key: str) -> Process:
    models = reader.read_models({f"{key}.bpmn": (BPMN / key / f"{key}.bpmn").read_bytes()})
    return reader.read_process(models, key)


@pytest.mark.parametrize("key", STEPS)
def test_every_step_has_a_kind_somebody_a_lane_and_a_time(key: str) -> None:
    for activity in process_of(key).activities.values():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", activity.id)
        if activity.element != "userTask":
            continue
        assert activity.kind in KINDS
        assert activity.assignee or set(activity.candidate_groups) & set(POSTS)
        assert activity.lane
        assert activity.due
        for decision in activity.decisions:
            assert re.search(r"[\u4e00-\u9fff]", decision.label), (activity.id, decision)


@pytest.mark.parametrize("key", STEPS)
def test_the_steps_come_in_the_order_of_practice(key: str) -> None:
    process = process_of(key)
    steps, node = [], process.start.id
    while process.activity(node).element != "endEvent":
        outgoing = process.outgoing(node)
        asked = [flow for flow in outgoing if reader.decision_asked(flow) in ONWARD]
        conditional = [flow for flow in outgoing if flow.condition]
        node = (asked or conditional or outgoing)[0].target
        if process.activity(node).element == "userTask":
            steps.append(process.activity(node).name)
    assert steps == STEPS[key].split()
