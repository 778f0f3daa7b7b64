"""What lies on the desks when the day begins: cases of the demonstration flow at several stages, and of a second, small flow."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.house import House
from app.transaction import transaction
from tests.office import DRAFT, SYSTEM, Desk
from workflows import definitions
from workflows.operations import hands

BEGAN = datetime(2025, 11, 10, 1, 0, tzinfo=UTC)
CLERK, COLLEAGUE = "gexingyao", "miaoruogu"
KEY = "opinion_request"
LONG = (
    "沐原能源集团有限公司办公室关于报送《中共沐原能源集团有限公司委员会贯彻落实中央八项规定精神实施办法》修订意见的函"
)
TO_TRANSFER = "关于核对党员花名册的函"
TO_SEND_BACK = "关于调整考勤办法的通知"
FLOW = f"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="https://banjie.example/tests">
<bpmn:process id="{KEY}" name="征求意见" isExecutable="true">
  <bpmn:startEvent id="s" />
  <bpmn:exclusiveGateway id="x" default="to_opinion" />
  <bpmn:userTask id="opinion" name="提出意见" camunda:assignee="{CLERK}" camunda:dueDate="P2D" />
  <bpmn:userTask id="compile" name="汇总意见" camunda:candidateUsers="{CLERK},{COLLEAGUE}" camunda:dueDate="P5D" />
  <bpmn:userTask id="ask" name="部门意见" camunda:assignee="{COLLEAGUE}" camunda:dueDate="P3D" />
  <bpmn:userTask id="decide" name="领导批示" camunda:assignee="qiujingan" camunda:dueDate="P1D"><bpmn:extensionElements>
    <camunda:properties><camunda:property name="kind" value="instruct" /></camunda:properties>
  </bpmn:extensionElements></bpmn:userTask>
  <bpmn:endEvent id="e" />
  <bpmn:sequenceFlow id="f0" sourceRef="s" targetRef="x" />
  <bpmn:sequenceFlow id="to_opinion" sourceRef="x" targetRef="opinion" />
  <bpmn:sequenceFlow id="f2" sourceRef="x" targetRef="compile">
    <bpmn:conditionExpression>contains(title, "汇总")</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="f3" sourceRef="x" targetRef="ask">
    <bpmn:conditionExpression>contains(title, "请提意见")</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="f4" sourceRef="x" targetRef="decide">
    <bpmn:conditionExpression>contains(title, "请批示")</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="f5" sourceRef="opinion" targetRef="e" />
  <bpmn:sequenceFlow id="f6" sourceRef="compile" targetRef="e" />
  <bpmn:sequenceFlow id="f7" sourceRef="ask" targetRef="e" />
  <bpmn:sequenceFlow id="f8" sourceRef="decide" targetRef="e" />
</bpmn:process>
<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="{KEY}">{{drawing}}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>"""
PLACES = {"s": (60, 200, 36, 36), "x": (140, 193, 50, 50), "e": (520, 200, 36, 36)}
PLACES |= {one: (280, 20 + 100 * row, 120, 70) for row, one in enumerate(("opinion", "compile", "ask", "decide"))}
ARROWS = {"f0": ("s", "x"), "to_opinion": ("x", "opinion"), "f2": ("x", "compile"), "f3": ("x", "ask")}
ARROWS |= {
    "f4": ("x", "decide"),
    "f5": ("opinion", "e"),
    "f6": ("compile", "e"),
    "f7": ("ask", "e"),
    "f8": ("decide", "e"),
}
TODO = 5 + 4 + 3 + 6 + 1 + 1 + 1
POOL, COPIES = 5, 4


def drawing() -> str:
    """Return the shapes and edges of the second flow."""
    shapes = [
        f'<bpmndi:BPMNShape id="{one}_di" bpmnElement="{one}"><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}" />'
        "</bpmndi:BPMNShape>"
        for one, (x, y, w, h) in PLACES.items()
    ]
    for flow, (source, target) in ARROWS.items():
        (x, y, w, h), (to_x, to_y, _w, to_h) = PLACES[source], PLACES[target]
        ends = f'<di:waypoint x="{x + w}" y="{y + h / 2}" /><di:waypoint x="{to_x}" y="{to_y + to_h / 2}" />'
        shapes.append(f'<bpmndi:BPMNEdge id="{flow}_di" bpmnElement="{flow}">{ends}</bpmndi:BPMNEdge>')
    return "".join(shapes)


def deploy_second_flow(house: House) -> None:
    files = {f"{KEY}.bpmn": FLOW.format(drawing=drawing()).encode()}
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, files, BEGAN)


def started(house: House, title: str, at: datetime, by: str = "zhenliyan") -> Desk:
    """Start a case of the second flow."""
    desk = Desk(house, at)
    desk.start(by, KEY, title)
    return desk


def drafted(house: House, title: str, at: datetime, *further: Callable[[Desk], object]) -> Desk:
    """Bring a case of the demonstration flow behind its draft, and on."""
    desk = Desk(house, at)
    desk.start(title=title)
    desk.act("gexingyao", "submit", **{**DRAFT, "title": title})
    for one in further:
        one(desk)
    return desk


def to_reconcile(desk: Desk) -> None:
    desk.act("shiyanqiu", "agree", countersign_units=["AHB", "DQB"])
    desk.act("luanhaiping", "agree")
    desk.act("wanliqing", "agree")


def to_proofread(house: House, title: str, at: datetime) -> None:
    desk = Desk(house, at, title)
    desk.to_registration()
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1", "QY2", "CWB"])
    desk.act("quanning", "submit")


def lay_on_the_clerks_desk(house: House) -> datetime:
    """Thirty items for the clerk; return when the day goes on: some of them are overdue by then."""
    deploy_second_flow(house)
    hour = timedelta(hours=1)
    for number in range(5):
        returned = drafted(house, f"关于2026年第{number + 1}季度培训安排的通知", BEGAN + number * hour)
        returned.act("shiyanqiu", "revise", "请写明参加人员和联系人。")
    for number in range(4):
        drafted(house, f"关于填报第{number + 1}批人员信息的通知", BEGAN + (5 + number) * hour, to_reconcile)
    drafted(house, TO_SEND_BACK, BEGAN + 9 * hour, to_reconcile)
    for number in range(3):
        to_proofread(house, f"关于第{number + 1}次总值班的通知", BEGAN + (10 + number) * hour)
    for number in range(5):
        started(house, f"关于修订第{number + 1}项制度的函", BEGAN + (20 + number) * hour)
    started(house, LONG, BEGAN + 25 * hour)
    started(house, TO_TRANSFER, BEGAN + 26 * hour)
    lent = started(house, "关于工作服样式请提意见的函", BEGAN + 27 * hour)
    [item] = lent.open_items(COLLEAGUE)
    with transaction(house.pool) as connection:
        given = (connection, house.office, lent.person(COLLEAGUE), item.id, item.version)
        hands.delegate(*given, CLERK, "请从薪酬角度提意见", lent.now)
    for number in range(POOL):
        started(house, f"关于汇总第{number + 1}组意见的函", BEGAN + (30 + number) * hour)
    for number in range(COPIES):
        circulated = started(house, f"关于请批示第{number + 1}号事项的请示", BEGAN + (40 + number) * hour)
        copy_to(circulated, CLERK, "qiujingan", "请阅知")
    return begin(house, BEGAN + timedelta(days=3))


def copy_to(desk: Desk, reader: str, by: str, message: str) -> None:
    """Hand a copy of a desk's case around, by somebody who has an item of it."""
    [item] = desk.open_items(by)
    with transaction(desk.house.pool) as connection:
        given = (connection, desk.house.office, desk.person(by), item.id, [reader], message)
        hands.circulate(*given, desk.now)


def begin(house: House, at: datetime) -> datetime:
    """Set the clock of the installation, which runs on from there."""
    with transaction(house.pool) as connection:
        house.office.engine.set_clock(connection, at)
    return at
