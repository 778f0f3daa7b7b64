"""Files as the designers write them: prefixes, pools, spaces, comments, and what each of them leaves out."""

import pytest

from app.house import House
from app.transaction import reading
from engine.spiff import reader
from tests.engine.running import Running
from workflows import definitions

BPMN_IO = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn2:definitions xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:bpmn2="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="Definitions_1"
 targetNamespace="http://bpmn.io/schema/bpmn" exporter="bpmn-js (https://demo.bpmn.io)" exporterVersion="17.11.1">
  <bpmn2:collaboration id="Collaboration_1">
    <bpmn2:participant id="Participant_1" name="办公室" processRef="leave" />
    <bpmn2:participant id="Participant_2" name="申请人" />
    <bpmn2:messageFlow id="MF_1" sourceRef="Participant_2" targetRef="StartEvent_1" />
    <bpmn2:textAnnotation id="TA_0"><bpmn2:text>说明</bpmn2:text></bpmn2:textAnnotation>
  </bpmn2:collaboration>
  <bpmn2:process id="leave" name="请假" isExecutable="true">
    <bpmn2:laneSet id="LaneSet_1">
      <bpmn2:lane id="Lane_1" name="单位">
        <bpmn2:flowNodeRef>Activity_1</bpmn2:flowNodeRef>
        <bpmn2:childLaneSet id="LaneSet_2">
          <bpmn2:lane id="Lane_2" name="办公室主任"><bpmn2:flowNodeRef>Activity_1</bpmn2:flowNodeRef></bpmn2:lane>
          <bpmn2:lane id="Lane_3" />
        </bpmn2:childLaneSet>
      </bpmn2:lane>
    </bpmn2:laneSet>
    <bpmn2:startEvent id="StartEvent_1"><bpmn2:outgoing>Flow_1</bpmn2:outgoing></bpmn2:startEvent>
    <bpmn2:userTask id="Activity_1" name="审批
申请"><bpmn2:incoming>Flow_1</bpmn2:incoming><bpmn2:outgoing>Flow_2</bpmn2:outgoing></bpmn2:userTask>
    <bpmn2:exclusiveGateway id="Gateway_1" default="Flow_4"><bpmn2:incoming>Flow_2</bpmn2:incoming></bpmn2:exclusiveGateway>
    <bpmn2:endEvent id="Event_1" /><bpmn2:endEvent id="Event_2" />
    <bpmn2:sequenceFlow id="Flow_1" sourceRef="StartEvent_1" targetRef="Activity_1" />
    <bpmn2:sequenceFlow id="Flow_2" sourceRef="Activity_1" targetRef="Gateway_1" />
    <bpmn2:sequenceFlow id="Flow_3" name="同意" sourceRef="Gateway_1" targetRef="Event_1">
      <bpmn2:conditionExpression xsi:type="bpmn2:tFormalExpression">
        <!-- a comment before --><![CDATA[${decision == 'agree'}]]><!-- and behind -->
      </bpmn2:conditionExpression>
    </bpmn2:sequenceFlow>
    <bpmn2:sequenceFlow id="Flow_4" name="不同意" sourceRef="Gateway_1" targetRef="Event_2" />
    <bpmn2:dataObject id="DataObject_1" /><bpmn2:dataObjectReference id="DOR_1" name="申请" dataObjectRef="DataObject_1" />
    <bpmn2:dataStoreReference id="DSR_1" name="台账" />
    <bpmn2:group id="Group_1" categoryValueRef="CategoryValue_1" />
    <bpmn2:textAnnotation id="TA_1"><bpmn2:text>须在三日内</bpmn2:text></bpmn2:textAnnotation>
    <bpmn2:association id="A_1" sourceRef="Activity_1" targetRef="TA_1" />
  </bpmn2:process>
  <bpmn2:category id="Category_1"><bpmn2:categoryValue id="CategoryValue_1" value="审批" /></bpmn2:category>
  <bpmndi:BPMNDiagram id="BPMNDiagram_1"><bpmndi:BPMNPlane id="BPMNPlane_1" bpmnElement="Collaboration_1" /></bpmndi:BPMNDiagram>
</bpmn2:definitions>"""

ACTIVITI = """<?xml version='1.0' encoding='UTF-8'?>
<definitions id="definitions" targetNamespace="http://activiti.org/bpmn20" xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:activiti="http://activiti.org/bpmn">
  <process id="holiday" name="Holiday">
    <documentation>Days off.</documentation>
    <startEvent id="start" activiti:initiator="initiator">
      <extensionElements><activiti:formProperty id="days" name="Days" type="long" required="true" /></extensionElements>
    </startEvent>
    <sequenceFlow sourceRef="start" targetRef="handle" />
    <userTask id="handle" name="Handle" activiti:assignee="${initiator}">
      <documentation>${days} days</documentation>
      <extensionElements>
        <activiti:formProperty id="agreed" name="Agreed" type="enum">
          <activiti:value id="true" name="Yes" /><activiti:value id="false" name="No" />
        </activiti:formProperty>
      </extensionElements>
    </userTask>
    <sequenceFlow sourceRef="handle" targetRef="choice" />
    <exclusiveGateway id="choice" />
    <sequenceFlow sourceRef="choice" targetRef="end">
      <conditionExpression xsi:type="tFormalExpression">${agreed == 'true'}</conditionExpression>
    </sequenceFlow>
    <sequenceFlow sourceRef="choice" targetRef="again">
      <conditionExpression xsi:type="tFormalExpression">${agreed == 'false'}</conditionExpression>
    </sequenceFlow>
    <userTask id="again">
      <potentialOwner><resourceAssignmentExpression><formalExpression>user(gexingyao), group(unit_head)</formalExpression>
      </resourceAssignmentExpression></potentialOwner>
    </userTask>
    <sequenceFlow sourceRef="again" targetRef="handle" />
    <endEvent id="end" />
  </process>
</definitions>"""

FLOWABLE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:flowable="http://flowable.org/bpmn"
 xmlns:tns="Examples" targetNamespace="Examples">
  <message id="letter" name="letter" />
  <process id="caller" isExecutable="true">
    <startEvent id="start" flowable:formFieldValidation="true" />
    <sequenceFlow id="f1" sourceRef="start" targetRef="call" />
    <callActivity id="call" calledElement="tns:callee" flowable:calledElementType="key">
      <extensionElements><flowable:in source="initiator" target="asked" /></extensionElements>
    </callActivity>
    <sequenceFlow id="f2" sourceRef="call" targetRef="wait" />
    <receiveTask id="wait" messageRef="tns:letter" />
    <boundaryEvent id="late" attachedToRef="tns:wait" cancelActivity="false">
      <timerEventDefinition><timeDuration> PT1H </timeDuration></timerEventDefinition>
    </boundaryEvent>
    <sequenceFlow id="f3" sourceRef="wait" targetRef="end" />
    <sequenceFlow id="f4" sourceRef="late" targetRef="end" />
    <endEvent id="end" />
  </process>
  <process id="callee" isExecutable="true">
    <startEvent id="start" />
    <sequenceFlow id="f1" sourceRef="start" targetRef="ask" />
    <userTask id="ask" flowable:candidateUsers="${asked}" flowable:formFieldValidation="true">
      <extensionElements><modeler:initiator-can-complete xmlns:modeler="http://flowable.org/modeler"><![CDATA[false]]>
      </modeler:initiator-can-complete></extensionElements>
    </userTask>
    <sequenceFlow id="f2" sourceRef="ask" targetRef="end" />
    <endEvent id="end" />
  </process>
</definitions>"""

SIGNAVIO = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:signavio="http://www.signavio.com" id="sid-1"
 exporter="Signavio Process Editor, http://www.signavio.com" expressionLanguage="http://www.w3.org/1999/XPath"
 targetNamespace="http://www.signavio.com" typeLanguage="http://www.w3.org/2001/XMLSchema">
  <collaboration id="sid-c">
    <extensionElements><signavio:signavioDiagramMetaData metaKey="revisionid" metaValue="x" /></extensionElements>
    <participant id="sid-p1" name="甲" processRef="sid-a"><extensionElements><signavio:signavioMetaData metaKey="bgcolor"
     metaValue="#ffffff" /></extensionElements></participant>
    <participant id="sid-p2" name="乙" processRef="sid-b" />
  </collaboration>
  <process id="sid-a" isClosed="false" isExecutable="false" name="甲" processType="None">
    <laneSet id="sid-l"><lane id="sid-n"><flowNodeRef>sid-s</flowNodeRef></lane></laneSet>
    <startEvent id="sid-s" name=""><outgoing>sid-f</outgoing></startEvent>
    <task completionQuantity="1" id="sid-t" isForCompensation="false" name="填写" startQuantity="1" />
    <endEvent id="sid-e" name="" />
    <sequenceFlow id="sid-f" isImmediate="true" sourceRef="sid-s" targetRef="sid-t" />
    <sequenceFlow id="sid-g" isImmediate="true" sourceRef="sid-t" targetRef="sid-e" />
    <sequenceFlow id="sid-h" sourceRef="sid-t" />
  </process>
  <process id="sid-b" isExecutable="false"><endEvent id="sid-x" /></process>
</definitions>"""

CAMUNDA_8 = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0" targetNamespace="x"
 modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.5.0">
  <bpmn:process id="cloud" isExecutable="true">
    <bpmn:startEvent id="s" /><bpmn:endEvent id="e" />
    <bpmn:userTask id="u"><bpmn:extensionElements><zeebe:userTask />
      <zeebe:assignmentDefinition assignee="=initiator" candidateGroups="kings" /></bpmn:extensionElements></bpmn:userTask>
    <bpmn:serviceTask id="t"><bpmn:extensionElements><zeebe:taskDefinition type="mail" /></bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:exclusiveGateway id="x" default="f4" />
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="u" /><bpmn:sequenceFlow id="f2" sourceRef="u" targetRef="x" />
    <bpmn:sequenceFlow id="f3" sourceRef="x" targetRef="t"><bpmn:conditionExpression>=amount &gt; 100</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f4" sourceRef="x" targetRef="e" /><bpmn:sequenceFlow id="f5" sourceRef="t" targetRef="e" />
  </bpmn:process>
</bpmn:definitions>"""


def refused(house: House, content: str, name: str = "leave.bpmn") -> set[tuple[str, str | None]]:
    found = definitions.check(house.office, {name: content.encode()})
    return {(one.rule, one.element) for one in found if one.severity == "error"}


def test_a_file_of_bpmn_io_with_pools_lanes_and_comments_runs(sqlite_house: House) -> None:
    content = BPMN_IO.encode()
    assert definitions.check(sqlite_house.office, {"leave.bpmn": content}) == []
    running = Running(sqlite_house, {"leave.bpmn": content})
    running.start()
    [item] = running.items()
    assert (item.activity_id, item.name) == ("Activity_1", "审批 申请")
    running.complete("Activity_1", "agree")
    assert str(running.state) == "completed"
    with reading(running.pool) as connection:
        assert "Flow_3" in running.engine.history(connection, running.instance_id)[-1].data["passed"]


def test_a_file_of_activiti_with_flows_without_ids_runs(sqlite_house: House) -> None:
    content = {"holiday.bpmn20.xml": ACTIVITI.encode()}
    assert definitions.check(sqlite_house.office, content) == []
    running = Running(sqlite_house, content)
    running.start(days=3)
    running.complete("handle", agreed="false")
    [item] = [one for one in running.items() if one.state == "open"]
    assert item.activity_id == "again"
    running.complete("again")
    running.complete("handle", agreed="true")
    assert str(running.state) == "completed"
    running.assert_replays()


def test_a_file_of_flowable_with_two_processes_and_prefixed_references_runs(sqlite_house: House) -> None:
    content = {"caller.bpmn20.xml": FLOWABLE.encode()}
    found = definitions.check(sqlite_house.office, content)
    assert {one.rule for one in found} == {"key_not_file", "extension_ignored"}
    running = Running(sqlite_house, content)
    assert running.definition.key == "caller"
    running.start()
    assert running.open_steps() == ["callee:ask"]
    running.complete("callee:ask")
    running.assert_replays()


def test_a_file_of_signavio_is_refused_for_what_it_lacks(sqlite_house: House) -> None:
    found = refused(sqlite_house, SIGNAVIO)
    assert {
        ("not_executable", "sid-a"),
        ("not_executable", "sid-b"),
        ("unsupported_element", "sid-t"),
        ("flow_dangling", "sid-h"),
        ("no_start", "sid-b"),
    } <= found


def test_a_file_for_camunda_8_says_so(sqlite_house: House) -> None:
    found = refused(sqlite_house, CAMUNDA_8, "cloud.bpmn")
    assert {
        ("unsupported_extension", "u"),
        ("unsupported_extension", "t"),
        ("nobody", "u"),
        ("service_missing", "t"),
        ("bad_expression", "f3"),
    } <= found


@pytest.mark.parametrize("prefix", ["", "bpmn", "bpmn2", "semantic", "ns0", "办"])
def test_the_prefix_of_the_namespace_does_not_matter(sqlite_house: House, prefix: str) -> None:
    if prefix:
        content = BPMN_IO.replace("bpmn2:", f"{prefix}:").replace("xmlns:bpmn2=", f"xmlns:{prefix}=")
    else:
        content = BPMN_IO.replace("xmlns:bpmn2=", "xmlns=").replace("bpmn2:", "")
    assert refused(sqlite_house, content) == set()


@pytest.mark.parametrize("name", ["leave.bpmn", "leave.bpmn20.xml", "leave.xml", "LEAVE.BPMN", "leave.bpmn2"])
def test_a_model_is_known_by_its_name(sqlite_house: House, name: str) -> None:
    assert reader.is_model(name)
    assert refused(sqlite_house, BPMN_IO, name) == set()


def test_ids_that_the_library_keeps_for_itself_are_fine(sqlite_house: House) -> None:
    content = BPMN_IO.replace("StartEvent_1", "Start").replace("Event_1", "End").replace("Activity_1", "Root")
    content = content.replace("<bpmn2:text>说明", "<bpmn2:text>").replace("MF_1", "M")
    assert refused(sqlite_house, content) == set()
    running = Running(sqlite_house, {"leave.bpmn": content.encode()})
    running.start()
    running.complete("Root", "agree")
    assert str(running.state) == "completed"


def test_a_condition_is_not_lost_behind_a_comment(sqlite_house: House) -> None:
    content = BPMN_IO.replace(' default="Flow_4"', "")
    assert refused(sqlite_house, content) == {("condition_missing", "Flow_4")}
    process = reader.read_own(reader.drawn_in("leave.bpmn", BPMN_IO.encode())[0])
    [condition] = [flow.condition for flow in process.flows if flow.id == "Flow_3"]
    assert condition == "${decision == 'agree'}"
