"""The flows that are measured: five steps in a row, a countersign, a step that goes round in a loop."""

from itertools import pairwise

FIVE_STEPS, COUNTERSIGN, LOOP = "bench_five_steps", "bench_countersign", "bench_loop"
FORM = '{"type":"default","components":[{"type":"textarea","key":"note","label":"说明"}]}'.encode()
_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="https://banjie.example/bench">'
)
_STEP = (
    '<bpmn:userTask id="{id}" name="{name}" camunda:assignee="${{initiator}}" camunda:formRef="{form}" '
    'camunda:dueDate="P3D"><bpmn:extensionElements><camunda:properties>'
    '<camunda:property name="access:note" value="edit" />'
    "</camunda:properties></bpmn:extensionElements></bpmn:userTask>"
)
_ENDS = '<bpmn:startEvent id="start" /><bpmn:endEvent id="end" />'
_FLOW = '<bpmn:sequenceFlow id="f_{0}_{1}" sourceRef="{0}" targetRef="{1}" />'
_CHOICE = (
    '<bpmn:sequenceFlow id="f_{0}_{1}" name="{2}" sourceRef="{0}" targetRef="{1}">'
    "<bpmn:conditionExpression>decision == '{2}'</bpmn:conditionExpression></bpmn:sequenceFlow>"
)


def all_flows() -> tuple[dict[str, bytes], ...]:
    """Return the files of each flow; the person who starts a case does every step of it."""
    return (
        {f"{FIVE_STEPS}.bpmn": five_steps(), f"{FIVE_STEPS}.form": FORM},
        {f"{COUNTERSIGN}.bpmn": countersign()},
        {f"{LOOP}.bpmn": loop(), f"{LOOP}.form": FORM},
    )


def five_steps() -> bytes:
    steps = [f"step{n}" for n in range(1, 6)]
    tasks = "".join(_STEP.format(id=step, name=f"第{n}步", form=FIVE_STEPS) for n, step in enumerate(steps, 1))
    return _model(FIVE_STEPS, _ENDS + tasks + _chain(["start", *steps, "end"]))


def countersign() -> bytes:
    task = (
        '<bpmn:userTask id="countersign" name="会签" camunda:assignee="${initiator}">'
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="seats" camunda:elementVariable="seat" />'
        "</bpmn:userTask>"
    )
    return _model(COUNTERSIGN, _ENDS + task + _chain(["start", "countersign", "end"]))


def loop() -> bytes:
    task = _STEP.format(id="again", name="再来一次", form=LOOP)
    gateway = '<bpmn:exclusiveGateway id="enough" />'
    choices = _CHOICE.format("enough", "again", "more") + _CHOICE.format("enough", "end", "done")
    return _model(LOOP, _ENDS + task + gateway + _chain(["start", "again", "enough"]) + choices)


def _chain(nodes: list[str]) -> str:
    return "".join(_FLOW.format(source, target) for source, target in pairwise(nodes))


def _model(key: str, body: str) -> bytes:
    return f'{_HEAD}<bpmn:process id="{key}" name="{key}" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'.encode()
