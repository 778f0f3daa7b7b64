"""What a new flow begins with: one step between a start and an end, and a form with a title."""

import json
from string import Template
from xml.sax.saxutils import quoteattr

from workflows.contract import GENERAL_BUSINESS

MODEL = Template("""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"\
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"\
 id="${key}_definitions" targetNamespace="https://banjie.example/bpmn">
  <bpmn:process id="$key" name=$name isExecutable="true">
    <bpmn:extensionElements>
      <camunda:properties>
        <camunda:property name="business" value="$business" />
      </camunda:properties>
    </bpmn:extensionElements>
    <bpmn:startEvent id="start" name="发起" camunda:formRef="$key">
      <bpmn:extensionElements>
        <camunda:properties>
          <camunda:property name="access:title" value="edit" />
        </camunda:properties>
      </bpmn:extensionElements>
      <bpmn:outgoing>to_draft</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:userTask id="draft" name="起草" camunda:assignee="$${initiator}" camunda:formRef="$key">
      <bpmn:extensionElements>
        <camunda:properties>
          <camunda:property name="kind" value="draft" />
          <camunda:property name="access:title" value="edit" />
          <camunda:property name="required:title" value="true" />
        </camunda:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>to_draft</bpmn:incoming>
      <bpmn:outgoing>to_end</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="ended" name="办结">
      <bpmn:incoming>to_end</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="to_draft" sourceRef="start" targetRef="draft" />
    <bpmn:sequenceFlow id="to_end" sourceRef="draft" targetRef="ended" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="${key}_diagram">
    <bpmndi:BPMNPlane id="${key}_plane" bpmnElement="$key">
      <bpmndi:BPMNShape id="start_di" bpmnElement="start">
        <dc:Bounds x="160" y="122" width="36" height="36" />
        <bpmndi:BPMNLabel>
          <dc:Bounds x="167" y="165" width="22" height="14" />
        </bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="draft_di" bpmnElement="draft">
        <dc:Bounds x="270" y="100" width="100" height="80" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="ended_di" bpmnElement="ended">
        <dc:Bounds x="452" y="122" width="36" height="36" />
        <bpmndi:BPMNLabel>
          <dc:Bounds x="459" y="165" width="22" height="14" />
        </bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="to_draft_di" bpmnElement="to_draft">
        <di:waypoint x="196" y="140" />
        <di:waypoint x="270" y="140" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="to_end_di" bpmnElement="to_end">
        <di:waypoint x="370" y="140" />
        <di:waypoint x="452" y="140" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
""")


def blank(key: str, name: str) -> dict[str, bytes]:
    """Return the files of a flow that somebody begins to draw.

    Args:
        key: The flow's, a name of small letters, digits and underscores.
        name: What people call it.
    """
    title = {"key": "title", "label": "标题", "type": "textfield", "id": "field_title", "validate": {"maxLength": 200}}
    form = {"type": "default", "id": key, "schemaVersion": 18, "components": [title]}
    return {
        f"{key}.bpmn": MODEL.substitute(key=key, name=quoteattr(name), business=GENERAL_BUSINESS).encode(),
        f"{key}.form": (json.dumps(form, ensure_ascii=False, indent=2) + "\n").encode(),
    }
