"""Small BPMN models, written down as the arrows between their nodes."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="https://banjie.example/tests">'
)
KINDS = {"s": "startEvent", "e": "endEvent", "x": "exclusiveGateway", "p": "parallelGateway"}
WHO = "gexingyao"


def user(node_id: str, inside: str = "", attributes: str = f'camunda:assignee="{WHO}"') -> str:
    return f'<bpmn:userTask id="{node_id}" name="{node_id}" {attributes}>{inside}</bpmn:userTask>'


def settings(**properties: str) -> str:
    given = "".join(f'<camunda:property name="{name}" value="{value}" />' for name, value in properties.items())
    return f"<bpmn:extensionElements><camunda:properties>{given}</camunda:properties></bpmn:extensionElements>"


def person(node_id: str, who: str, attributes: str = "", inside: str = "", **properties: str) -> str:
    """A user task of one person with the settings of a step."""
    return user(node_id, settings(**properties) + inside, f'camunda:assignee="{who}" {attributes}')


def seats(node_id: str, collection: str = "seats", **properties: str) -> str:
    loop = f'<bpmn:multiInstanceLoopCharacteristics camunda:collection="{collection}" camunda:elementVariable="seat" />'
    return user(node_id, settings(**properties) + loop, 'camunda:assignee="${seat}"')


def script(node_id: str, text: str) -> str:
    return f'<bpmn:scriptTask id="{node_id}"><bpmn:script>{escape(text)}</bpmn:script></bpmn:scriptTask>'


def service(node_id: str, name: str) -> str:
    return f'<bpmn:serviceTask id="{node_id}" camunda:delegateExpression="${{{name}}}" />'


def model(arrows: str, nodes: Mapping[str, str] | None = None, key: str = "flow") -> dict[str, bytes]:
    """Return the file of a model.

    ``arrows`` are lines ``a -> b`` or ``a -> b: condition``. A node is a user task unless ``nodes`` gives its XML or its
    name begins with ``s_`` start, ``e_`` end, ``x_`` exclusive or ``p_`` parallel gateway.
    """
    given = dict(nodes or {})
    lines = [line.strip() for line in arrows.strip().splitlines() if line.strip()]
    ends: dict[str, None] = {}
    flows = []
    for number, line in enumerate(lines):
        arrow, _colon, condition = line.partition(":")
        source, target = (part.strip() for part in arrow.split("->"))
        ends.update({source: None, target: None})
        inside = (
            f"<bpmn:conditionExpression>{escape(condition.strip())}</bpmn:conditionExpression>" if condition else ""
        )
        flow = (
            f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'
        )
        flows.append(flow)
    xml = "".join(given.get(node) or drawn_by_name(node) for node in ends) + "".join(flows)
    text = f'{HEAD}<bpmn:process id="{key}" name="{key}" isExecutable="true">{xml}</bpmn:process></bpmn:definitions>'
    return {f"{key}.bpmn": text.encode()}


def drawn_by_name(node_id: str) -> str:
    """The XML of a node that its name describes, a user task where it does not."""
    kind = KINDS.get(node_id.partition("_")[0]) if "_" in node_id else None
    return f'<bpmn:{kind} id="{node_id}" />' if kind else user(node_id)
