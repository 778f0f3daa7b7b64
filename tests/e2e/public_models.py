"""Public models: what the check says of each in the studio, how a director mends it, how a case of it runs.

The files lie beside the repository (:mod:`tests.bpmn.public_models`); here stand only their names and what is done with them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from playwright.sync_api import expect

from app import scheduler
from app.transaction import transaction
from tests.e2e.mending import Mender
from tests.office import Desk
from workflows import worklist
from workflows.worklist import Submission

CLERK, HEAD = "suiyiming", "luanhaiping"
MOMENT = timedelta(minutes=1)


class Runner(Desk):
    """Drives a case of a flow that was drawn elsewhere."""

    def do(self, username: str, step: str, decision: str = "submit", **variables: object) -> None:
        """Complete the one item that a person has at a step."""
        self.now += MOMENT
        [item] = [one for one in self.open_items(username) if one.activity_id == step]
        person = self.person(username)
        with transaction(self.house.pool) as connection:
            worklist.complete(
                connection,
                self.house.office,
                person,
                item.id,
                Submission(item.version, decision, "同意。", variables),
                self.now,
            )

    def let_pass(self, time: timedelta) -> None:
        """Let time pass, and what is due by then happen."""
        self.now += time
        with transaction(self.house.pool) as connection:
            self.house.office.engine.advance_clock(connection, self.now)
        scheduler.run_due(self.house)

    def hear(self, message: str) -> None:
        """Let the case hear a message."""
        self.now += MOMENT
        with transaction(self.house.pool) as connection:
            taken = self.house.office.engine.deliver_message(
                connection, message, {}, {}, self.now, addressee=self.instance_id
            )
        assert taken == self.instance_id


@dataclass(frozen=True)
class PublicModel:
    """A model of others.

    Attributes:
        path: Below the folder of public models.
        flow: The key that it gets.
        told: What the page says of it before it is mended: elements and parts of sentences.
        mend: What the director does at the page.
        run: How a case of it goes to its end.
        form: The form's fields that are drawn before, where the model needs a list of whom to ask.
    """

    path: str
    flow: str
    told: dict[str, str]
    mend: Callable[[Mender], None]
    run: Callable[[Runner], None]
    form: list[dict[str, object]] = field(default_factory=list)

    @property
    def form_text(self) -> str:
        return json.dumps({"type": "default", "id": self.flow, "schemaVersion": 18, "components": self.form})


KIND = "由人办理的，请选择环节类型"
NOBODY = "没有写明由谁办理"
CONDITION = "请写明什么情况走这里，或设为默认出线"

A20 = {
    "first": "_5a972b87-735d-454a-b31c-f52fb3afc5c7",
    "second": "_4f7d62d7-f0e6-46bc-be00-69e02da38f65",
    "third": "_e6eb725a-34bc-45c7-aed0-9f9596cd7bee",
    "fourth": "_7d399717-1aba-47ac-8d7d-8aaa033255e0",
    "to_second": "_f1478fb7-98c4-4c01-8c15-68bd04c91535",
    "to_third": "_a1570a53-28d2-41b1-a3a2-3e50c00d747e",
    "to_fourth": "_20ebb3c1-5178-4c7c-a91d-23e58f2aa73b",
}


def mend_the_exclusive_gateway(director: Mender) -> None:
    director.make(A20["first"], "审核")
    for step in ("second", "third", "fourth"):
        director.make(A20[step], "反馈")
    director.decide(A20["to_second"], "同意")
    director.decide(A20["to_third"], "不同意")
    director.otherwise(A20["to_fourth"])


def run_the_exclusive_gateway(case: Runner) -> None:
    case.do(HEAD, A20["first"], "disagree")
    case.do(CLERK, A20["third"])


A40 = {"first": "_ab851300-b5de-4ad3-bbec-215553757fc8", "second": "_80d1f02b-f39c-45c2-b731-43df75d81779"}


def mend_two_pools(director: Mender) -> None:
    director.make(A40["first"], "起草")
    director.make(A40["second"], "审核")


def run_two_pools(case: Runner) -> None:
    case.do(CLERK, A40["first"])
    case.do(HEAD, A40["second"])


C70 = {
    "write": "_392c86ba-38b5-4dc9-b98d-f97ad4c2add5",
    "approve": "_15b00027-5049-4081-8952-fd398e8b722a",
    "complete": "_d3435084-f2c7-43cc-abcc-c679bc4232ac",
    "homepage": "_64eabfe9-6947-43eb-ac45-8d331745f86c",
    "select": "_eae674ce-4d6e-48ac-819c-c79e0868e40d",
    "platforms": "_a36ddf2f-23c1-46c5-86d4-bd2a0eb42535",
    "no": "_d74707c7-6af3-4db7-9403-924bfdf6a7d8",
    "yes": "_1d201a22-d500-4412-a32a-2c7e24ad4d6b",
}


def mend_lanes_and_a_rule(director: Mender) -> None:
    for step, kind in (("write", "起草"), ("approve", "审核"), ("complete", "反馈")):
        director.make(C70[step], kind)
    director.replace(C70["platforms"], "toggle-parallel-mi")
    for step in ("homepage", "platforms"):
        director.replace(C70[step], "replace-with-user-task")
        director.make(C70[step], "反馈")
    director.replace(C70["select"], "replace-with-script-task")
    director.call_it(C70["select"], "写入变量", "platforms = ['集团网站', '内部报刊']")
    director.decide(C70["no"], "退回修改")
    director.decide(C70["yes"], "同意")


def run_lanes_and_a_rule(case: Runner) -> None:
    case.do(CLERK, C70["write"])
    case.do(CLERK, C70["complete"])
    case.do(HEAD, C70["approve"], "revise")
    case.do(CLERK, C70["complete"])
    case.do(HEAD, C70["approve"], "agree")
    case.do(CLERK, C70["homepage"])
    case.do(CLERK, C70["platforms"])


def mend_the_repeating_timer(director: Mender) -> None:
    director.entrust("userWaiting", "发起人")
    director.entrust("timerFired", "单位负责人")


def run_the_repeating_timer(case: Runner) -> None:
    case.let_pass(timedelta(hours=1, minutes=1))
    case.do(HEAD, "timerFired")
    case.do(CLERK, "userWaiting")


def mend_compensation(director: Mender) -> None:
    director.delete("BoundaryEvent_0bpw3io")
    director.delete("ServiceTask_0pp52o6")
    director.delete("IntermediateThrowEvent_14v0ocg")
    director.make("UserTask_1", "承办")
    director.entrust("UserTask_01xuiw9", "发起人")


def run_compensation(case: Runner) -> None:
    case.do(CLERK, "UserTask_1")
    case.do(CLERK, "UserTask_01xuiw9")


UNITS: list[dict[str, object]] = [
    {
        "key": "asked_units",
        "label": "征求意见单位",
        "type": "taglist",
        "id": "field_asked_units",
        "properties": {"banjie:type": "units"},
    }
]


def mend_seats(director: Mender) -> None:
    director.lead_to("miTask")
    director.page.get_by_role("button", name="删除不支持的设置").click()
    director.panel("会签各方取自").select_option(label="征求意见单位")
    director.panel("由谁办理").select_option(label="单位负责人")
    director.panel("单位").select_option(label="会签的每一方")
    director.make("task2", "反馈")
    director.select("theStart")
    director.page.locator("[data-do=add]").click()
    director.choose_kind("发起人填写表单")


def run_seats(case: Runner) -> None:
    [drafted] = case.open_items(CLERK)
    case.do(CLERK, drafted.activity_id, asked_units=["AHB", "DQB"])
    case.do("luanhaiping", "miTask", "agree")
    case.do("wanliqing", "miTask", "agree")
    case.do(CLERK, "task2")


def mend_messages(director: Mender) -> None:
    for step in ("task", "taskAfterTask", "taskAfterMessage_1", "taskAfterMessage_2"):
        director.entrust(step, "发起人")


def run_messages(case: Runner) -> None:
    case.hear("messageName_2")
    case.do(CLERK, "taskAfterMessage_2")


def mend_a_subprocess_without_id(director: Mender) -> None:
    director.entrust("task", "发起人")
    director.entrust("eventSubProcessTask", "单位负责人")


def run_a_subprocess_without_id(case: Runner) -> None:
    case.do(CLERK, "task")


def mend_a_triggerable_service(director: Mender) -> None:
    director.lead_to("service1")
    director.page.get_by_role("button", name="删除不支持的设置").click()
    director.panel("调用的服务").select_option(label="汇总会签意见")
    director.make("usertask1", "反馈")


def run_a_triggerable_service(case: Runner) -> None:
    case.do(CLERK, "usertask1")


RECOURSE = {
    "start": "sid-E57ADF4A-09F8-4F05-AFE0-91E3E66C28A3",
    "determine": "sid-63F9EE3F-6FC5-46C6-AF7D-F663B88AF174",
    "demand": "sid-A5C47F55-45A3-4946-828E-D65DFE4A6032",
    "paid": "sid-7A688AE2-88EB-448D-9B33-9F245975B253",
    "overdue": "sid-2DAD2EE8-855F-48EA-AA3E-1050E071182D",
    "objection": "sid-2208AAB7-5DAB-4524-9B95-22E33E9576AF",
    "examine": "sid-3600D82E-6795-444E-BB6E-82299A107E1F",
    "collect": "sid-C1C8DB73-A45B-4D68-8EA3-24D182ADDA7E",
    "close": "sid-7C430DF5-3A34-46F2-92BB-FE606B1C8843",
    "unjustified": "sid-0E6E248D-C9B5-4A92-BA39-B85604DC7AE4",
    "possible": "sid-47A6746D-CFB4-4225-9ED1-5FD688B62ED1",
    "justified": "sid-03A44DA8-54FD-4E71-997C-ABF854A1853E",
    "impossible": "sid-F4F405AA-7662-4828-B19E-262BF54C841A",
}


def mend_an_event_gateway(director: Mender) -> None:
    director.lead_to(RECOURSE["start"])
    expect(director.setting("由人发起的，请改为普通开始事件")).to_be_visible()
    director.replace(RECOURSE["start"], "replace-with-none-start")
    director.call_it(RECOURSE["paid"], "消息名称", "已付款")
    director.call_it(RECOURSE["objection"], "消息名称", "提出异议")
    director.lead_to(RECOURSE["overdue"])
    director.panel("计时方式").select_option(label="工作日")
    director.panel("工作日").fill("3")
    for step, kind in (("determine", "审核"), ("demand", "承办"), ("examine", "审核"), ("collect", "反馈")):
        director.make(RECOURSE[step], kind)
    director.make(RECOURSE["close"], "反馈")
    director.decide(RECOURSE["possible"], "同意")
    director.otherwise(RECOURSE["impossible"])
    director.decide(RECOURSE["justified"], "同意")
    director.otherwise(RECOURSE["unjustified"])


def run_an_event_gateway(case: Runner) -> None:
    case.do(HEAD, RECOURSE["determine"], "agree")
    case.do(CLERK, RECOURSE["demand"])
    case.let_pass(timedelta(days=20))
    case.do(CLERK, RECOURSE["collect"])


def mend_an_unknown_post(director: Mender) -> None:
    director.entrust("task", "发起人")


def run_an_unknown_post(case: Runner) -> None:
    case.do(CLERK, "task")


MODELS = (
    PublicModel(
        "miwg_reference/A.2.0.bpmn",
        "foreign_choice",
        {A20["first"]: KIND, A20["fourth"]: KIND, A20["to_second"]: CONDITION},
        mend_the_exclusive_gateway,
        run_the_exclusive_gateway,
    ),
    PublicModel(
        "miwg_reference/A.4.0.bpmn",
        "foreign_pools",
        {A40["first"]: KIND, A40["second"]: KIND},
        mend_two_pools,
        run_two_pools,
    ),
    PublicModel(
        "miwg_reference/C.7.0.bpmn",
        "foreign_lanes",
        {
            C70["write"]: NOBODY,
            C70["homepage"]: "由人办理的，请改为用户任务",
            C70["select"]: "没有规则表的，请改为用户任务或脚本任务",
            C70["platforms"]: "请取消这里的多实例",
            C70["no"]: CONDITION,
        },
        mend_lanes_and_a_rule,
        run_lanes_and_a_rule,
    ),
    PublicModel(
        "camunda/BoundaryTimerNonInterruptingEventTest.testUpdateTimerRepeat.bpmn20.xml",
        "foreign_timer",
        {"userWaiting": NOBODY, "timerFired": NOBODY},
        mend_the_repeating_timer,
        run_the_repeating_timer,
    ),
    PublicModel(
        "camunda/CompensateEventTest.testLocalVariablesInEndExecutionListener.bpmn",
        "foreign_compensation",
        {
            "ServiceTask_0pp52o6": "不支持补偿，请删除",
            "IntermediateThrowEvent_14v0ocg": "请删除，并把需要撤销的工作画成明确的环节",
            "UserTask_1": NOBODY,
        },
        mend_compensation,
        run_compensation,
    ),
    PublicModel(
        "camunda/InputOutputTest.testParallelMIActivityIoSupport.bpmn20.xml",
        "foreign_seats",
        {"miTask": "会签没有写明各方取自哪里", "task2": NOBODY},
        mend_seats,
        run_seats,
        UNITS,
    ),
    PublicModel(
        "camunda/MessageBoundaryEventTest.testDoubleBoundaryMessageEvent.bpmn20.xml",
        "foreign_messages",
        {"task": NOBODY, "taskAfterMessage_2": NOBODY},
        mend_messages,
        run_messages,
    ),
    PublicModel(
        "flowable/SignalEventSubprocessTest.testInterruptingUnderProcessDefinition.bpmn20.xml",
        "foreign_subprocess",
        {"task": NOBODY, "eventSubProcessTask": NOBODY},
        mend_a_subprocess_without_id,
        run_a_subprocess_without_id,
    ),
    PublicModel(
        "flowable/TriggerableServiceTaskTest.testNoneActivityBehaviorClassDelegate.bpmn20.xml",
        "foreign_service",
        {"service1": "请删除该设置，在服务任务之后画一个接收任务", "usertask1": NOBODY},
        mend_a_triggerable_service,
        run_a_triggerable_service,
    ),
    PublicModel(
        "flowable/HistoricTaskInstanceTest.testVariableUpdateOrderHistoricTaskInstance.bpmn20.xml",
        "foreign_post",
        {"task": "岗位“sales”不存在，请从岗位表中选择"},
        mend_an_unknown_post,
        run_an_unknown_post,
    ),
    PublicModel(
        "research/regress_ed528a5996e245a1902b969464835c52.bpmn",
        "foreign_events",
        {
            RECOURSE["start"]: "没有写明消息的名称",
            RECOURSE["overdue"]: "不是 ISO 8601 写法",
            RECOURSE["determine"]: KIND,
            RECOURSE["possible"]: CONDITION,
        },
        mend_an_event_gateway,
        run_an_event_gateway,
    ),
)
