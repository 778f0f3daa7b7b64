"""What Camunda, Flowable and Activiti write beside BPMN means the same, and the standard's own elements too."""

import pytest

from engine.process import Activity, Assigned, FormField
from engine.spiff import reader

NAMESPACES = {
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "flowable": "http://flowable.org/bpmn",
    "activiti": "http://activiti.org/bpmn",
}


def read(node: str, prefix: str = "camunda") -> Activity:
    text = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        f'xmlns:{prefix}="{NAMESPACES[prefix]}" targetNamespace="t"><process id="flow" isExecutable="true">{node}'
        "</process></definitions>"
    )
    process = reader.read_process(reader.read_models({"flow.bpmn": text.encode()}), "flow")
    return next(iter(process.activities.values()))


@pytest.fixture(params=sorted(NAMESPACES))
def prefix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_who_does_a_step(prefix: str) -> None:
    step = read(
        f'<userTask id="a" {prefix}:assignee="${{initiator}}" {prefix}:candidateUsers="x, y" '
        f'{prefix}:candidateGroups="unit_head,handler" {prefix}:dueDate="P3D" {prefix}:formKey="notice" />',
        prefix,
    )
    assert (step.assignee, step.candidate_users) == ("${initiator}", "x, y")
    assert (step.candidate_groups, step.due, step.form) == (("unit_head", "handler"), "P3D", "notice")


def test_seats(prefix: str) -> None:
    step = read(
        f'<userTask id="a"><multiInstanceLoopCharacteristics isSequential="true" {prefix}:collection="${{people}}" '
        f'{prefix}:elementVariable="person"><completionCondition>${{nrOfCompletedInstances &gt; 1}}</completionCondition>'
        "</multiInstanceLoopCharacteristics></userTask>",
        prefix,
    )
    assert step.countersign is not None
    assert (step.countersign.collection, step.countersign.element_variable) == ("people", "person")
    assert (step.countersign.sequential, step.countersign.condition) == (True, "${nrOfCompletedInstances > 1}")


@pytest.mark.parametrize(
    "attribute", ["delegateExpression='${{document.assign_number}}'", "expression='${{document.assign_number}}'"]
)
def test_services(prefix: str, attribute: str) -> None:
    step = read(f"<serviceTask id='a' {prefix}:{attribute.format()} />", prefix)
    assert step.service == "document.assign_number"


def test_a_topic_is_a_service_and_asynchronous_is_slow() -> None:
    step = read('<serviceTask id="a" camunda:type="external" camunda:topic="translate" camunda:asyncBefore="true" />')
    assert (step.service, step.slow) == ("translate", True)
    assert read('<serviceTask id="a" flowable:async="true" flowable:class="x.Y" />', "flowable").slow


def test_forms_that_a_step_declares_itself() -> None:
    camunda = read(
        '<userTask id="a"><extensionElements><camunda:formData><camunda:formField id="kind" label="类别" type="enum">'
        '<camunda:value id="a" name="甲" /><camunda:validation><camunda:constraint name="required" /></camunda:validation>'
        "</camunda:formField></camunda:formData></extensionElements></userTask>"
    )
    flowable = read(
        '<userTask id="a"><extensionElements><flowable:formProperty id="kind" name="类别" type="enum" required="true">'
        '<flowable:value id="a" name="甲" /></flowable:formProperty></extensionElements></userTask>',
        "flowable",
    )
    assert camunda.form_fields == flowable.form_fields == (FormField("kind", "类别", "enum", True, (("a", "甲"),)),)


def test_calls_hand_over_and_take_back(prefix: str) -> None:
    step = read(
        f'<callActivity id="a" calledElement="other"><extensionElements><{prefix}:in source="x" target="y" />'
        f'<{prefix}:in sourceExpression="${{x + 1}}" target="z" /><{prefix}:out source="y" target="x" />'
        "</extensionElements></callActivity>",
        prefix,
    )
    assert step.called == "other"
    assert step.given.assigned == (Assigned("y", "${x}"), Assigned("z", "${x + 1}"))
    assert step.taken.assigned == (Assigned("x", "${y}"),)


def test_potential_owners_of_the_standard() -> None:
    step = read(
        '<userTask id="a"><humanPerformer><resourceAssignmentExpression><formalExpression>gexingyao</formalExpression>'
        "</resourceAssignmentExpression></humanPerformer><potentialOwner><resourceAssignmentExpression>"
        "<formalExpression>user(shiyanqiu), group(unit_head), handler</formalExpression>"
        "</resourceAssignmentExpression></potentialOwner></userTask>"
    )
    assert (step.assignee, step.candidate_users, step.candidate_groups) == (
        "gexingyao",
        "shiyanqiu",
        ("unit_head", "handler"),
    )


def test_collections_of_the_standard() -> None:
    step = read(
        '<subProcess id="a"><multiInstanceLoopCharacteristics><loopDataInputRef>units</loopDataInputRef>'
        '<inputDataItem id="i" name="unit" /></multiInstanceLoopCharacteristics></subProcess>'
    )
    assert step.loop is not None
    assert (step.loop.collection, step.loop.element_variable) == ("units", "unit")
