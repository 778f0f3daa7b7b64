"""As a director would: 合规审查 is added to 发文 by editing the drawing alone, deployed, and a document runs through it."""

import pytest

from app.house import House
from app.transaction import transaction
from engine.model import InstanceState
from tests.office import TITLE, Desk, flow_files
from workflows import cases, definitions, verification
from workflows.errors import OpinionRequired

STEP = """<bpmn:userTask id="compliance_review" name="合规审查" camunda:candidateGroups="compliance_reviewer"
      camunda:dueDate="P2D" camunda:formRef="outgoing_document">
      <bpmn:extensionElements>
        <camunda:properties>
          <camunda:property name="kind" value="review" />
          <camunda:property name="opinion" value="required" />
        </camunda:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>compliance_asked</bpmn:incoming>
      <bpmn:outgoing>to_compliance_decision</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="compliance_needed" name="需合规审查？" default="compliance_not_asked" />
    <bpmn:exclusiveGateway id="compliance_decision" />
    """
FLOWS = """<bpmn:sequenceFlow id="edit_passes" name="通过" sourceRef="edit_decision" targetRef="compliance_needed">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${decision == 'agree'}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="compliance_asked" name="需要" sourceRef="compliance_needed" targetRef="compliance_review">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">
        ${document_type == '决定' or contains(title, '制度')}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="compliance_not_asked" name="不需要" sourceRef="compliance_needed" targetRef="director_review" />
    <bpmn:sequenceFlow id="to_compliance_decision" sourceRef="compliance_review" targetRef="compliance_decision" />
    <bpmn:sequenceFlow id="compliance_agrees" name="符合" sourceRef="compliance_decision" targetRef="director_review">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${decision == 'agree'}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="compliance_returns" name="不符合，退回修改" sourceRef="compliance_decision" targetRef="draft">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${decision == 'revise'}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    """
LANE = "<bpmn:flowNodeRef>edit_decision</bpmn:flowNodeRef>"
SYSTEM_OF_RULES = "沐原能源集团有限公司办公室关于印发公务用车管理制度的通知"


def redrawn() -> dict[str, bytes]:
    """The files of 发文 with one more step between 核稿 and 办公室主任审核: nothing but its drawing is changed."""
    files = flow_files()
    model = files["outgoing_document.bpmn"].decode()
    begin = model.index('<bpmn:sequenceFlow id="edit_passes"')
    end = model.index('<bpmn:sequenceFlow id="edit_returns"')
    model = model[:begin] + FLOWS + model[end:]
    model = model.replace(
        '<bpmn:exclusiveGateway id="edit_decision"', STEP + '<bpmn:exclusiveGateway id="edit_decision"'
    )
    nodes = ("compliance_needed", "compliance_review", "compliance_decision")
    model = model.replace(LANE, LANE + "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes))
    for node in ("incoming>edit_passes</bpmn:incoming", "incoming>countersign_not_asked</bpmn:incoming"):
        assert f"<bpmn:{node}>" in model
    return {**files, "outgoing_document.bpmn": model.encode()}


def deploy_as_director(house: House) -> None:
    desk = Desk(house)
    with transaction(house.pool) as connection:
        assert definitions.check(house.office, redrawn(), connection) == []
        [deployed] = definitions.deploy(connection, house.office, desk.person("zhenliyan"), redrawn(), desk.now)
    assert deployed.version == 2


def to_compliance(house: House, title: str) -> Desk:
    desk = Desk(house, title=title)
    desk.to_countersign()
    desk.act("luanhaiping", "agree")
    desk.act("wanliqing", "agree")
    desk.act("gexingyao", "submit")
    desk.act("ranqinghe", "agree")
    return desk


def test_a_document_that_meets_the_condition_goes_through_the_new_step_to_its_end(house: House) -> None:
    deploy_as_director(house)
    desk = to_compliance(house, SYSTEM_OF_RULES)
    [item] = desk.open_items("tongxueling")
    assert (item.activity_id, item.name, item.kind) == ("compliance_review", "合规审查", "review")
    with pytest.raises(OpinionRequired):
        desk.act("tongxueling", "agree")
    desk.act("tongxueling", "agree", "符合。")
    desk.act("zhenliyan", "agree")
    desk.act("miaoyuanchuan", "agree")
    desk.act("qiujingan", "agree", "同意印发。")
    desk.act("shaxiaoman", "pass")
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])
    desk.act("quanning", "submit")
    desk.act("gexingyao", "pass", "校对无误。")
    desk.act("quanning", "submit")
    desk.act("quanning", "submit", sealed_copies=19, seal_basis="签发意见", seal_supervisor="quanning")
    desk.act("shaxiaoman", "submit", dispatched_on="2025-11-14")
    desk.receive("tanzhixing")
    with transaction(house.pool) as connection:
        person = desk.person("gexingyao")
        detail = cases.get_case(connection, house.office, person, desk.instance_id, desk.now)
        assert house.office.engine.replay(connection, desk.instance_id).verified
        assert verification.verify(connection, house.office) == []
    assert detail.case.state is InstanceState.COMPLETED
    assert {"compliance_review", "compliance_agrees"} <= set(detail.done)


def test_a_document_that_does_not_meet_it_goes_the_old_way_and_one_that_fails_goes_back(house: House) -> None:
    deploy_as_director(house)
    ordinary = to_compliance(house, TITLE)
    assert [item.activity_id for item in ordinary.open_items("zhenliyan")] == ["director_review"]
    failing = to_compliance(house, SYSTEM_OF_RULES)
    failing.act("tongxueling", "revise", "与上位制度不一致。")
    assert [item.activity_id for item in failing.open_items("gexingyao")] == ["draft"]
