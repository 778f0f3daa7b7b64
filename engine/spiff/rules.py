"""What ``check`` may say of a file: the rule's id, its weight, and the sentence a director reads.

The sentences are the Chinese source text of the screen; the web layer translates them by this text.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One thing that may be wrong; ``sentence`` is formatted with the facts of the finding."""

    id: str
    severity: str
    sentence: str


def _error(rule_id: str, sentence: str) -> Rule:
    return Rule(rule_id, "error", sentence)


def _warning(rule_id: str, sentence: str) -> Rule:
    return Rule(rule_id, "warning", sentence)


FILE_UNREADABLE = _error("file_unreadable", "文件无法读取：{reason}。请用流程设计器重新导出 BPMN 2.0 文件。")
NOT_EXECUTABLE = _error("not_executable", "流程没有设为可执行，请在流程的属性中勾选“可执行”（isExecutable）。")
NO_MODEL = _error("no_model", "没有 BPMN 文件，请选择 .bpmn 流程文件，连同它引用的表单和决策表。")
DUPLICATE_ID = _error("duplicate_id", "标识“{id}”出现多次，请为每个流程和元素起不同的标识。")
MISSING_ID = _error("missing_id", "该元素没有标识（id），请补上。")
NAME_TOO_LONG = _error("name_too_long", "名称、标识或办理人超过 {limit} 个字符，请缩短。")
KEY_NOT_FILE = _warning("key_not_file", "流程标识“{key}”与文件名不一致，建议相同。")
NO_START = _error("no_start", "没有开始事件，请画一个无条件的开始事件。")
SEVERAL_STARTS = _error("several_starts", "有多个开始事件，请只保留一个，用排他网关分出不同的起始环节。")
UNSUPPORTED_ELEMENT = _error("unsupported_element", "不支持“{tag}”元素。{instead}")
UNSUPPORTED_EVENT = _error("unsupported_event", "这里不支持带“{tag}”的事件。{instead}")
UNSUPPORTED_LOOP = _error(
    "unsupported_loop",
    "只有用户任务、子流程和调用活动可以设为多实例，请取消这里的多实例；其他循环请用网关和回退连线画出。",
)
UNSUPPORTED_COMPENSATION = _error("unsupported_compensation", "不支持补偿，请删除，并把需要撤销的工作画成明确的环节。")
LOOP_OUTPUT = _error("loop_output", "多实例不支持汇总输出，请用子流程的输出参数，或由环节写入变量。")
SEVERAL_TRIGGERS = _error("several_triggers", "一个事件只能有一个触发条件，请分成几个事件，或用事件网关。")
TRIGGER_MISSING = _error("trigger_missing", "该事件没有触发条件，请选择定时、消息、信号等，或删除该事件。")
NAME_MISSING = _error("name_missing", "没有写明{what}的名称，请在属性中选择或填写。")
NAME_NOT_FIXED = _error("name_not_fixed", "{what}的名称“{name}”不能是表达式，请写固定的名称，用关联变量区分对象。")
BAD_TIMER = _error("bad_timer", "定时“{text}”不是 ISO 8601 写法，或含有月、年；例如 {example}。")
EVENT_CONDITION_MISSING = _error("event_condition_missing", "条件事件没有写条件，请写上表达式。")
EVENT_GATEWAY_TARGET = _error(
    "event_gateway_target", "事件网关之后只能直接是等待事件或接收任务，且只有这一条入线、没有边界事件。"
)
BOUNDARY_DANGLING = _error(
    "boundary_dangling", "边界事件没有附着在同一层的任务、子流程或调用活动上，请拖到它所属的环节上，或删除。"
)
BOUNDARY_NEVER = _error("boundary_never", "“{host}”不会等待，也不会抛出这种事件，该边界事件永远不会发生，请删除。")
ERROR_NOT_INTERRUPTING = _error("error_not_interrupting", "错误事件必须中断所附着的环节或所在的子流程。")
ERROR_NOT_CAUGHT = _warning(
    "error_not_caught", "错误“{code}”在本流程中没有边界事件接收；若调用方也不接收，将成为异常。"
)
LINK_MISSING = _error("link_missing", "同一层中没有名为“{name}”的链接接收事件，请补画，或改用连线。")
LINK_TWICE = _error("link_twice", "同一层中有多个名为“{name}”的链接接收事件，请改成不同的名称。")
FLOW_DANGLING = _error("flow_dangling", "连线的一端没有接到环节上，请重新连接。")
FLOW_CROSSES = _error("flow_crosses", "连线不能穿过子流程的边框，请连到子流程本身。")
FLOW_MISPLACED = _error(
    "flow_misplaced",
    "开始事件、边界事件和链接接收事件没有入线，结束事件和链接抛出事件没有出线，事件子流程两者都没有，请删除这条连线。",
)
CONDITION_MISPLACED = _error(
    "condition_misplaced", "条件只能写在排他网关、包容网关或环节的出线上，请在此处画一个排他网关。"
)
CONDITION_MISSING = _error(
    "condition_missing", "网关的这条出线既没有条件，也不是默认出线，请写明什么情况走这里，或设为默认出线。"
)
CONDITION_EMPTY = _error("condition_empty", "连线的条件没有内容，请写上表达式，或删除该条件。")
DEFAULT_DANGLING = _error("default_dangling", "默认出线“{flow}”不是从该元素出发的连线，请重新选择。")
NO_WAY_OUT = _error("no_way_out", "该网关没有出线，请连到下一环节或结束事件。")
IMPLICIT_END = _warning("implicit_end", "该元素没有出线，流程到这里就结束；若不是本意，请连到下一环节。")
NO_WAY_IN = _error("no_way_in", "从开始事件到不了该元素，请接上或删除。")
END_OUT_OF_REACH = _error("end_out_of_reach", "从该元素走不到任何结束事件，请补画出口。")
LOOP_WITHOUT_PERSON = _error(
    "loop_without_person",
    "这个循环里没有任何人办理或等待的环节，会无休止地自动执行，请加上这样的环节，或删除回退的连线。",
)
NOBODY = _error("nobody", "没有写明由谁办理。请填写办理人、候选岗位，或把环节放进以岗位命名的泳道。")
UNKNOWN_POST = _error("unknown_post", "岗位“{post}”不存在，请从岗位表中选择。")
UNKNOWN_KIND = _error("unknown_kind", "环节类型“{kind}”不存在，请从类型表中选择。")
UNKNOWN_BUSINESS = _error("unknown_business", "业务“{business}”不存在，请从 {known} 中选择，或删除该设置。")
UNKNOWN_SERVICE = _error("unknown_service", "服务“{service}”没有登记，请改用登记过的服务，或请管理员登记。")
SERVICE_MISSING = _error(
    "service_missing",
    "没有写明调用的服务，请从登记过的服务中选择（文件中为代理表达式或主题）；由人办理的，请改为用户任务。",
)
SCRIPT_MISSING = _error("script_missing", "脚本任务没有内容，请写成“变量 = 表达式”。")
BAD_EXPRESSION = _error("bad_expression", "表达式“{source}”不能接受：{reason}。")
BAD_DUE = _error("bad_due", "办理时限“{due}”不是 ISO 8601 期限或日期，例如 P3D 表示三天。")
BAD_COMPLETION = _error("bad_completion", "会签完成条件“{completion}”不正确，例如 all、first、ratio:0.6。")
COLLECTION_MISSING = _error(
    "collection_missing",
    "会签没有写明各方取自哪里（collection、elementVariable），请选择列出单位或人员的表单字段，或取消多方会签。",
)
BAD_COLLECTION = _error("bad_collection", "对象集合“{collection}”应为一个变量的名称，请先由环节或脚本写入该变量。")
LOOP_UNBOUNDED = _error("loop_unbounded", "多实例没有写明对象集合，次数也不是数字或表达式，请写明，或取消多实例。")
LOOP_TOO_OFTEN = _error("loop_too_often", "多实例的次数超过 {limit}，请减少。")
WEIGHTS_MISSING = _error("weights_missing", "按权重会签没有写明权重变量（weights）。")
SERVICE_SLOW = _error("service_slow", "服务“{service}”耗时较长，请把该任务设为异步（asyncBefore）。")
DECISION_MISSING = _error(
    "decision_missing", "业务规则任务没有写明规则表（decisionRef），请选择；没有规则表的，请改为用户任务或脚本任务。"
)
UNKNOWN_DECISION = _error("unknown_decision", "部署文件中没有决策“{decision}”，请一并上传它的 .dmn 文件。")
BAD_RESULT_MAPPING = _error(
    "bad_result_mapping", "结果映射“{mapping}”不正确，应为 singleEntry、singleResult、collectEntries 或 resultList。"
)
CALLED_MISSING = _error("called_missing", "调用活动没有写明固定的被调用流程（calledElement）。")
CALLED_UNKNOWN = _error("called_unknown", "被调用流程“{key}”不在部署文件中，也没有部署过。")
MAPPING_UNREADABLE = _error("mapping_unreadable", "输入输出参数只能是文字或表达式，不能是脚本、列表或对照表。")
MAPPING_IGNORED = _warning("mapping_ignored", "用户任务的输入输出参数不起作用，请用表单字段。")
BAD_VARIABLE = _error("bad_variable", "变量名“{name}”不能使用，请改用字母、汉字、数字和下划线。")
UNKNOWN_VARIABLE = _warning(
    "unknown_variable", "变量“{name}”在本流程中没有任何地方写入，执行到这里可能成为异常，或无人会签。"
)
DECISION_NOT_OFFERED = _warning(
    "decision_not_offered", "条件中的 decision 没有写成 decision == '值' 的形式，办理人看不到相应的选项。"
)
WRITTEN_TWICE = _warning("written_twice", "变量“{name}”在并行的分支上都会写入，后完成的会覆盖先完成的。")
DATA_IGNORED = _warning("data_ignored", "数据的输入输出关联只作图示，不起作用；请用表单字段或参数。")
LISTENER_IGNORED = _warning("listener_ignored", "监听器不会执行，请改用服务任务。")
BAD_ID = _error("bad_id", "标识“{id}”含有空格、冒号或特殊符号，请改用字母、数字和下划线。")
EXTENSION_IGNORED = _warning("extension_ignored", "扩展“{name}”不起作用，请删除，或用环节设置代替。")
UNSUPPORTED_EXTENSION = _error("unsupported_extension", "不支持扩展“{name}”：{instead}")
UNKNOWN_SETTING = _warning("unknown_setting", "环节设置“{name}”不认识，将不起作用。")
UNSUPPORTED_SETTING = _error("unsupported_setting", "环节设置“{name} = {value}”暂不支持，请改用其他取值。")
BAD_TIMEOUT = _error(
    "bad_timeout", "超时设置“{value}”不正确，应为 remind:次数（1 至 {limit} 次）或 escalate；超时只提醒，不自动办理。"
)
TIMEOUT_IN_VAIN = _warning("timeout_in_vain", "没有写明办理时限（dueDate），超时设置不起作用。")
NEVER_SKIPPED = _error(
    "never_skipped",
    "“{kind}”类型的环节必须由人办理，不能设为自动跳过（{name} = {value}），请删除该设置或改为 superior。",
)
SETTING_IN_VAIN = _warning(
    "setting_in_vain",
    "环节设置“{name} = {value}”不起作用：它只用于由一位指定办理人（assignee）办理、且有选项可以继续的环节，不用于会签和候选人。",
)
SKIPPED_FIELDS = _warning("skipped_fields", "该环节可能自动跳过（{name} = {value}），届时必填的“{field}”没有人填写。")

INSTEAD = {
    "task": "由人办理的，请选择环节类型；自动办理的，请改为服务任务或脚本任务。",
    "complexGateway": "请改用排他网关、包容网关和并行网关组合。",
    "adHocSubProcess": "请改用普通子流程，画出先后关系。",
    "transaction": "请改用普通子流程，用错误边界事件处理失败。",
    "implicitThrowEvent": "请改用中间抛出事件。",
}
"""For each element that is refused, what to draw instead."""

INSTEAD_OF_EXTENSION = {
    "skipExpression": "请用排他网关绕过该环节。",
    "initiator": "发起人请用变量 initiator。",
    "triggerable": "请删除该设置，在服务任务之后画一个接收任务。",
    "inheritVariables": '请写明传入的变量，或用 variables="all"。',
    "variableMappingClass": "请用输入输出参数（in、out）。",
    "variableMappingDelegateExpression": "请用输入输出参数（in、out）。",
    "errorEventDefinition": "请由服务自己抛出错误。",
    "mapException": "请由服务自己抛出错误。",
    "connector": "请改用登记过的服务。",
    "local": "请写明传递的变量。",
    "zeebe": "该文件为 Camunda 8 设计，请删除这些设置并在这里重新设置，或先转换为 Camunda 7 格式。",
}
"""For each extension that would change what happens and is refused, what to write instead."""

INSTEAD_OF_EVENT = {
    "compensateEventDefinition": "请删除，并把需要撤销的工作画成明确的环节。",
    "cancelEventDefinition": "请改用错误事件。",
    "terminateEventDefinition": "终止只能用在结束事件上。",
    "errorEventDefinition": "错误只能由结束事件抛出，由边界事件或事件子流程接收。",
    "escalationEventDefinition": "升级只能由抛出事件或结束事件抛出，由边界事件或事件子流程接收。",
    "conditionalEventDefinition": "条件只能用在等待事件、边界事件和事件子流程的开始事件上。",
    "timerEventDefinition": "定时只能用在开始事件、等待事件和边界事件上。",
    "linkEventDefinition": "链接只能用在中间事件上。",
    "messageEventDefinition": "子流程请用无条件的开始事件。",
    "signalEventDefinition": "子流程请用无条件的开始事件。",
}
"""For an event that is refused where it stands, what to draw instead."""
