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
FILES_AMBIGUOUS = _error("files_ambiguous", "一次部署必须且只能包含一个 BPMN 文件，现有 {count} 个。")
SPIFFWORKFLOW_REFUSES = _error("engine_refuses", "执行引擎不能读取该流程：{reason}。")
DUPLICATE_ID = _error("duplicate_id", "标识“{id}”在文件中出现多次，请为每个元素起不同的标识。")
MISSING_ID = _error("missing_id", "该元素没有标识（id），请补上。")
NAME_TOO_LONG = _error("name_too_long", "名称或标识超过 {limit} 个字符，请缩短。")
KEY_NOT_FILE = _warning("key_not_file", "流程标识“{key}”与文件名不一致，建议相同。")
NO_START = _error("no_start", "流程没有开始事件，请画一个无条件的开始事件。")
SEVERAL_STARTS = _error("several_starts", "流程有多个开始事件，请只保留一个，用排他网关分出不同的起始环节。")
NO_END = _error("no_end", "流程没有结束事件，请画出办结的位置。")
UNSUPPORTED_ELEMENT = _error("unsupported_element", "暂不支持“{tag}”元素。{instead}")
UNSUPPORTED_EVENT = _error("unsupported_event", "暂不支持带“{tag}”的事件，请改用无条件的开始或结束事件。")
UNSUPPORTED_LOOP = _error("unsupported_loop", "只有用户任务可以设为多实例（会签）；其他循环请用网关和回退连线画出。")
FLOW_DANGLING = _error("flow_dangling", "连线的一端没有接到环节上，请重新连接。")
FLOW_TWICE = _error("flow_twice", "两个环节之间有多条连线，请合并为一条，条件用“or”连接。")
SEVERAL_OUTGOING = _error("several_outgoing", "环节有多条出线，请在其后画一个排他网关或并行网关。")
CONDITION_MISPLACED = _error("condition_misplaced", "条件只能写在排他网关的出线上，请在此处画一个排他网关。")
CONDITION_MISSING = _error("condition_missing", "排他网关的这条出线既没有条件，也不是默认出线。")
NO_WAY_OUT = _error("no_way_out", "该元素没有出线，流程会停在这里。请连到下一环节或结束事件。")
NO_WAY_IN = _error("no_way_in", "从开始事件到不了该元素，请接上或删除。")
END_OUT_OF_REACH = _error("end_out_of_reach", "从该元素走不到任何结束事件，请补画出口。")
LOOP_WITHOUT_PERSON = _error("loop_without_person", "这个循环里没有任何人办理的环节，会无休止地自动执行。")
NOBODY = _error("nobody", "没有写明由谁办理。请填写办理人、候选岗位，或把环节放进以岗位命名的泳道。")
UNKNOWN_POST = _error("unknown_post", "岗位“{post}”不存在。")
UNKNOWN_KIND = _error("unknown_kind", "环节类型“{kind}”不存在。")
UNKNOWN_SERVICE = _error("unknown_service", "服务“{service}”没有登记。")
SERVICE_MISSING = _error("service_missing", "服务任务没有写明服务名称，请填写代理表达式或主题。")
SCRIPT_MISSING = _error("script_missing", "脚本任务没有内容，请写成“变量 = 表达式”。")
BAD_EXPRESSION = _error("bad_expression", "表达式“{source}”不能接受：{reason}。")
BAD_DUE = _error("bad_due", "办理时限“{due}”不是 ISO 8601 期限或日期，例如 P3D 表示三天。")
BAD_COMPLETION = _error("bad_completion", "会签完成条件“{completion}”不正确，例如 all、first、ratio:0.6。")
COLLECTION_MISSING = _error("collection_missing", "会签没有写明对象集合（collection）或元素变量（elementVariable）。")
UNKNOWN_SETTING = _warning("unknown_setting", "环节设置“{name}”不认识，将不起作用。")
UNSUPPORTED_SETTING = _error("unsupported_setting", "环节设置“{name} = {value}”暂不支持。")

INSTEAD = {
    "inclusiveGateway": "请改用并行网关，在各分支上用排他网关决定是否办理。",
    "eventBasedGateway": "请改用排他网关，由办理人作出选择。",
    "complexGateway": "请改用排他网关和并行网关组合。",
    "subProcess": "请把子流程的环节直接画在主流程中。",
    "adHocSubProcess": "请把其中的环节直接画在主流程中。",
    "transaction": "请把其中的环节直接画在主流程中。",
    "callActivity": "请把被调用的环节直接画在本流程中。",
    "boundaryEvent": "请去掉边界事件，用办理时限和催办代替。",
    "intermediateCatchEvent": "请改为由人办理的环节。",
    "intermediateThrowEvent": "请删除该事件。",
    "sendTask": "请改用服务任务或由人办理的环节。",
    "receiveTask": "请改为由人办理的环节。",
    "businessRuleTask": "请改用脚本任务或排他网关的条件。",
    "task": "请改为用户任务、服务任务或脚本任务。",
}
