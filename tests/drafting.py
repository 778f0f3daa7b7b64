"""A flow that is being changed in tests: the change begun, its draft kept."""

from app.house import House
from app.transaction import transaction
from tests.office import Desk, deploy, flow_files
from workflows import cases
from workflows.flow_changes import drafts

FLOW = "outgoing_document"


def drafted(house: House, files: dict[str, bytes], key: str = FLOW, username: str = "zhenliyan") -> Desk:
    """Return the desk of a change of a flow with a draft of these files; flow_change is deployed with the first one."""
    deploy(house, "flow_change")
    desk = Desk(house, title="发文流程增加合规审查")
    person = desk.person(username)
    with transaction(house.pool) as connection:
        begun = cases.start(connection, house.office, person, drafts.NAME, desk.title, {"flow_key": key}, desk.now)
        drafts.keep(connection, house.office, person, begun.instance_id, 0, files, desk.now)
    desk.instance_id = begun.instance_id
    return desk


def changed(old: str, new: str, files: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """Return the files of 发文, or these, with one text of the drawing replaced."""
    files = files or flow_files()
    model = files["outgoing_document.bpmn"].decode()
    assert old in model
    return {**files, "outgoing_document.bpmn": model.replace(old, new).encode()}


def turning() -> dict[str, bytes]:
    """The files of 发文 that wait for an hour after 核稿, again and again."""
    gateway = """<bpmn:exclusiveGateway id="round" default="again" />
      <bpmn:intermediateCatchEvent id="turn" name="等一小时"><bpmn:timerEventDefinition><bpmn:timeDuration
        xsi:type="bpmn:tFormalExpression">PT1H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
      """
    files = changed('<bpmn:exclusiveGateway id="edit_decision"', f'{gateway}<bpmn:exclusiveGateway id="edit_decision"')
    flows = """<bpmn:sequenceFlow id="again" sourceRef="round" targetRef="turn" />
        <bpmn:sequenceFlow id="turned_round" sourceRef="turn" targetRef="round" />
        <bpmn:sequenceFlow id="never" sourceRef="round" targetRef="director_review"><bpmn:conditionExpression
          xsi:type="bpmn:tFormalExpression">${title == '没有'}</bpmn:conditionExpression></bpmn:sequenceFlow>
        <bpmn:sequenceFlow id="edit_passes" name="通过" sourceRef="edit_decision" targetRef="round">"""
    old = '<bpmn:sequenceFlow id="edit_passes" name="通过" sourceRef="edit_decision" targetRef="director_review">'
    return changed(old, flows, files)
