"""发文 with a 法律审核 of documents to those below, three working days, between the director and the leader: its next version."""

from tests.office import flow_files

KEY = "outgoing_document"
STEPS = """    <bpmn:exclusiveGateway id="legal_needed" name="须法律审核？" default="legal_not_needed">
      <bpmn:incoming>director_agrees</bpmn:incoming>
      <bpmn:outgoing>legal_asked</bpmn:outgoing>
      <bpmn:outgoing>legal_not_needed</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:userTask id="legal_review" name="法律审核" camunda:candidateGroups="compliance_reviewer" camunda:dueDate="P3D"\
 camunda:formRef="outgoing_document">
      <bpmn:extensionElements>
        <camunda:properties>
          <camunda:property name="kind" value="review" />
          <camunda:property name="opinion" value="required_on_refusal" />
          <camunda:property name="calendar" value="working" />
        </camunda:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>legal_asked</bpmn:incoming>
      <bpmn:outgoing>to_legal_decision</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="legal_decision">
      <bpmn:incoming>to_legal_decision</bpmn:incoming>
      <bpmn:outgoing>legal_agrees</bpmn:outgoing>
      <bpmn:outgoing>legal_returns</bpmn:outgoing>
    </bpmn:exclusiveGateway>
"""
FLOWS = """    <bpmn:sequenceFlow id="legal_asked" name="下行文" sourceRef="legal_needed" targetRef="legal_review">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${direction == '下行文'}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="legal_not_needed" name="其他" sourceRef="legal_needed" targetRef="leader_review" />
    <bpmn:sequenceFlow id="to_legal_decision" sourceRef="legal_review" targetRef="legal_decision" />
    <bpmn:sequenceFlow id="legal_agrees" name="同意" sourceRef="legal_decision" targetRef="leader_review">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${decision == 'agree'}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="legal_returns" name="退回修改" sourceRef="legal_decision" targetRef="draft">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${decision == 'revise'}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
"""
SHAPES = {
    "legal_needed": (1709, 475, 50, 50),
    "legal_review": (1800, 460, 100, 80),
    "legal_decision": (1940, 475, 50, 50),
}
EDGES = {
    "legal_asked": ((1759, 500), (1800, 500)),
    "legal_not_needed": ((1734, 525), (1734, 635)),
    "to_legal_decision": ((1900, 500), (1940, 500)),
    "legal_agrees": ((1965, 525), (1965, 600), (1750, 600), (1750, 635)),
    "legal_returns": ((1965, 475), (1965, 112), (330, 112), (330, 160)),
}
DIRECTLY = '<di:waypoint x="1647" y="500" />\n        <di:waypoint x="1734" y="500" />\n        <di:waypoint x="1734" y="635" />'


def with_legal_review() -> dict[str, bytes]:
    """Return the files of the next version."""
    files = flow_files(KEY)
    text = files[f"{KEY}.bpmn"].decode()
    text = _replaced(text, DIRECTLY, _points(((1647, 500), (1709, 500))))
    text = _replaced(
        text,
        'sourceRef="director_decision" targetRef="leader_review"',
        'sourceRef="director_decision" targetRef="legal_needed"',
    )
    text = _replaced(
        text,
        "<bpmn:incoming>director_agrees</bpmn:incoming>",
        "<bpmn:incoming>legal_not_needed</bpmn:incoming>\n      <bpmn:incoming>legal_agrees</bpmn:incoming>",
    )
    text = _replaced(
        text,
        "<bpmn:incoming>director_returns</bpmn:incoming>",
        "<bpmn:incoming>director_returns</bpmn:incoming>\n      <bpmn:incoming>legal_returns</bpmn:incoming>",
    )
    lane = "        <bpmn:flowNodeRef>director_decision</bpmn:flowNodeRef>\n"
    text = _replaced(
        text, lane, lane + "".join(f"        <bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>\n" for one in SHAPES)
    )
    text = _before(text, '    <bpmn:userTask id="leader_review"', STEPS)
    text = _before(text, '    <bpmn:sequenceFlow id="to_leader_decision"', FLOWS)
    text = _before(text, '      <bpmndi:BPMNShape id="leader_review_di"', "".join(map(_shape, SHAPES)))
    text = _before(text, '      <bpmndi:BPMNEdge id="to_leader_decision_di"', "".join(map(_edge, EDGES)))
    return {**files, f"{KEY}.bpmn": text.encode()}


def _replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def _before(text: str, place: str, what: str) -> str:
    return _replaced(text, place, what + place)


def _shape(node: str) -> str:
    x, y, width, height = SHAPES[node]
    return (
        f'      <bpmndi:BPMNShape id="{node}_di" bpmnElement="{node}">\n'
        f'        <dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}" />\n      </bpmndi:BPMNShape>\n'
    )


def _edge(flow: str) -> str:
    drawn = _points(EDGES[flow])
    return f'      <bpmndi:BPMNEdge id="{flow}_di" bpmnElement="{flow}">\n        {drawn}\n      </bpmndi:BPMNEdge>\n'


def _points(points: tuple[tuple[int, int], ...]) -> str:
    return "\n        ".join(f'<di:waypoint x="{x}" y="{y}" />' for x, y in points)
