"""The steps of a flow that is drawn, as the table of access and the pages of its forms and rules show them."""

import pytest

from engine.definitions import read_processes
from engine.errors import ActivityUnknown
from tests.flows import HEAD, settings, user
from tests.office import flow_files
from workflows.flow_changes.errors import FieldSettingRefused
from workflows.flow_changes.form_steps import asked_by, steps_of, with_access

SEAL = "seal_use"
FILE = f"{SEAL}.bpmn"


def drawn(inside: str) -> dict[str, bytes]:
    return {
        "a.bpmn": f'{HEAD}<bpmn:process id="a" isExecutable="true">{inside}</bpmn:process></bpmn:definitions>'.encode()
    }


def arrow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}" />'


def test_steps_stand_in_the_order_in_which_they_follow_each_other() -> None:
    steps = steps_of(flow_files(SEAL))
    assert [one.name for one in steps] == [
        "申请用印",
        "填写申请",
        "部门负责人审核",
        "办公室主任审批",
        "分管领导审批",
        "用印登记",
    ]
    assert [one.is_start for one in steps] == [True, *[False] * 5]
    assert {one.form for one in steps} == {f"{SEAL}.form"}
    assert steps[0].settings["access:sealed_copies"] == "hidden"
    assert "kind" not in steps[1].settings


def test_steps_inside_beside_and_apart_are_found_too() -> None:
    inside = (
        f'<bpmn:subProcess id="sub"><bpmn:startEvent id="in" />{user("deep")}{arrow("in", "deep")}</bpmn:subProcess>'
    )
    late = '<bpmn:boundaryEvent id="late" attachedToRef="sub"><bpmn:timerEventDefinition /></bpmn:boundaryEvent>'
    flows = "".join(arrow(*pair) for pair in (("start", "sub"), ("sub", "after"), ("late", "urge"), ("after", "sub")))
    files = drawn(f'{user("apart")}{user("urge")}{user("after")}{late}{inside}<bpmn:startEvent id="start" />{flows}')
    assert [one.id for one in steps_of(files)] == ["deep", "after", "urge", "apart"]
    assert {one.form for one in steps_of(files)} == {""}


def test_the_steps_that_ask_a_decision_are_named() -> None:
    task = '<bpmn:businessRuleTask id="{0}" name="{1}" camunda:decisionRef="level" />'
    files = drawn(task.format("b", "定级") + task.format("c", "") + user("d"))
    assert asked_by(files) == {"level": ["定级", "c"]}


def test_access_is_set_at_the_steps_that_are_named_and_nowhere_else() -> None:
    files = flow_files(SEAL)
    changed = with_access(files, {"approve": {"access:legal_opinion": "edit", "required:legal_opinion": "true"}})
    before, after = ({one.id: one.settings for one in steps_of(each)} for each in (files, changed))
    assert after.pop("approve") == {
        **before.pop("approve"),
        "access:legal_opinion": "edit",
        "required:legal_opinion": "true",
    }
    assert after == before
    assert {name: content for name, content in changed.items() if name != FILE} == {
        name: content for name, content in files.items() if name != FILE
    }
    assert with_access(changed, {"approve": {"access:legal_opinion": None, "required:legal_opinion": None}}) == files


def test_a_step_inside_another_can_be_set() -> None:
    files = drawn(f'<bpmn:subProcess id="sub">{user("deep", settings(kind="review"))}</bpmn:subProcess>')
    [process] = read_processes(with_access(files, {"deep": {"access:title": "hidden"}}))
    assert process.activities["deep"].properties == {"kind": "review", "access:title": "hidden"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "sign_and_issue"),
        ("access:title", "write"),
        ("required:title", "yes"),
        ("access:", "edit"),
        ("access:a b", "edit"),
    ],
)
def test_a_setting_that_is_none_about_a_field_is_refused(name: str, value: str) -> None:
    with pytest.raises(FieldSettingRefused):
        with_access(flow_files(SEAL), {"approve": {name: value}})


def test_a_step_that_is_gone_is_refused() -> None:
    with pytest.raises(ActivityUnknown):
        with_access(flow_files(SEAL), {"nobody": {"access:title": "read"}})
