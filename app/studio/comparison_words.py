"""What the elements of a diagram, their settings and values are called where two versions of a flow are compared."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from app.kinds import KIND_LABELS
from workflows.organisation.posts import POSTS

CHANGES: Mapping[str, Any] = {"added": _("新增"), "removed": _("删除"), "changed": _("修改"), "moved": _("只移动位置")}
MARKS: Mapping[str, Any] = {"added": _("增"), "removed": _("删"), "changed": _("改"), "moved": _("移")}
"""One character for each change, so that it is not told by its colour alone."""
ELEMENTS: Mapping[str, Any] = {
    "Participant": _("泳池"),
    "Collaboration": _("协作图"),
    "Process": _("流程"),
    "Lane": _("泳道"),
    "UserTask": _("人工环节"),
    "ManualTask": _("线下环节"),
    "ServiceTask": _("自动环节"),
    "SendTask": _("发送环节"),
    "ReceiveTask": _("接收环节"),
    "ScriptTask": _("脚本环节"),
    "BusinessRuleTask": _("决策环节"),
    "Task": _("未定类型的环节"),
    "SubProcess": _("子流程"),
    "CallActivity": _("调用流程"),
    "ExclusiveGateway": _("排他网关"),
    "ParallelGateway": _("并行网关"),
    "InclusiveGateway": _("包容网关"),
    "EventBasedGateway": _("事件网关"),
    "StartEvent": _("开始"),
    "EndEvent": _("结束"),
    "IntermediateCatchEvent": _("等候事件"),
    "IntermediateThrowEvent": _("发出事件"),
    "BoundaryEvent": _("边界事件"),
    "SequenceFlow": _("连线"),
    "MessageFlow": _("消息连线"),
    "Association": _("关联线"),
    "TextAnnotation": _("文字注释"),
    "DataObjectReference": _("数据对象"),
    "DataStoreReference": _("数据存储"),
    "Group": _("分组框"),
}
SETTINGS: Mapping[str, Any] = {
    "name": _("名称"),
    "element": _("元素类型"),
    "assignee": _("办理人"),
    "candidateUsers": _("候选人"),
    "candidateGroups": _("候选岗位"),
    "dueDate": _("时限"),
    "formKey": _("表单"),
    "formRef": _("表单"),
    "delegateExpression": _("自动处理"),
    "decisionRef": _("决策表"),
    "resultVariable": _("结果变量"),
    "mapDecisionResult": _("结果取法"),
    "script": _("脚本"),
    "condition": _("条件"),
    "default": _("默认走向"),
    "source": _("起点"),
    "target": _("终点"),
    "attachedTo": _("附着在"),
    "cancelActivity": _("触发后中断环节"),
    "isInterrupting": _("触发后中断流程"),
    "triggeredByEvent": _("由事件触发"),
    "calledElement": _("被调用流程"),
    "timer": _("计时"),
    "message": _("消息"),
    "signal": _("信号"),
    "error": _("错误"),
    "escalation": _("升级"),
    "terminate": _("终止全部"),
    "link": _("链接"),
    "collection": _("逐个办理的名单"),
    "elementVariable": _("逐个办理时的变量"),
    "isSequential": _("依次办理"),
    "loopCardinality": _("重复次数"),
    "completionCondition": _("提前结束的条件"),
    "documentation": _("说明"),
    "input": _("传入"),
    "output": _("传出"),
    "formData": _("环节自带的字段"),
    "lane": _("所在泳道"),
    "kind": _("环节类型"),
    "opinion": _("意见"),
    "calendar": _("时限按"),
    "operations": _("可用操作"),
    "decisions": _("办理选项"),
    "agreeing": _("视为同意的选项"),
    "completion": _("会签通过规则"),
    "weights": _("票权"),
    "on_timeout": _("逾期时"),
    "when_empty": _("找不到办理人时"),
    "when_initiator": _("办理人就是发起人时"),
    "same_person": _("办理人已办过时"),
    "business": _("业务"),
    "sources": _("可由哪些流程发起"),
    "relation": _("与来源的关系"),
    "correlation": _("消息匹配"),
    "addressee": _("消息送给"),
    "starters": _("可发起的岗位"),
    "starters_note": _("发起限制的说明"),
    "view": _("可见范围"),
    "other": _("其他设置"),
}
PREFIXES: Mapping[str, Any] = {
    "access:": _("表单权限“{}”"),
    "required:": _("必填“{}”"),
    "carry:": _("由来源带入“{}”"),
}
VALUES: Mapping[str, Mapping[str, Any]] = {
    "access:": {"edit": _("可改"), "read": _("只读"), "hidden": _("隐藏")},
    "opinion": {
        "optional": _("可不填"),
        "required": _("必填"),
        "required_on_refusal": _("不同意时必填"),
        "none": _("没有"),
    },
    "calendar": {"working": _("工作日"), "natural": _("自然日")},
    "completion": {
        "all": _("全部办完，无人反对"),
        "first": _("第一人决定"),
        "sequence": _("依次办完，无人反对"),
    },
    "when_empty": {"refuse": _("不能送出"), "administrator": _("交流程管理员")},
    "when_initiator": {"self": _("照常由本人办理"), "superior": _("由上一级办理"), "skip": _("跳过")},
    "same_person": {"ask": _("照常办理"), "skip_consecutive": _("相邻环节跳过"), "skip_done": _("跳过")},
    "on_timeout": {"escalate": _("报上一级")},
    "kind": KIND_LABELS,
    "candidateGroups": POSTS,
    "starters": POSTS,
    "": {"true": _("是"), "false": _("否"), "${initiator}": _("发起人")},
}
"""By setting; those under the empty name are what a value of any setting is called."""
FIELD_SETTINGS: Mapping[str, Any] = {
    "label": _("标签"),
    "type": _("类型"),
    "required": _("必填"),
    "values": _("选项"),
    "maxLength": _("最多字数"),
    "minLength": _("最少字数"),
    "min": _("最小值"),
    "max": _("最大值"),
    "pattern": _("格式"),
    "description": _("说明"),
    "subtype": _("日期类型"),
    "dateLabel": _("标签"),
    "multiple": _("可选多个"),
    "accept": _("文件类型"),
    "text": _("文字"),
    "banjie:type": _("选取自"),
    "banjie:options": _("选项取自"),
    "banjie:fixed": _("固定的列"),
    "hitPolicy": _("命中策略"),
    "aggregation": _("汇总方式"),
    "expression": _("表达式"),
    "typeRef": _("数据类型"),
}
FIELD_TYPES: Mapping[str, Any] = {
    "textfield": _("单行文字"),
    "textarea": _("多行文字"),
    "number": _("数字"),
    "checkbox": _("是否"),
    "select": _("下拉单选"),
    "radio": _("单选"),
    "checklist": _("多选"),
    "taglist": _("下拉多选"),
    "filepicker": _("附件"),
    "datetime": _("日期时间"),
    "date": _("日期"),
    "dynamiclist": _("可增行的表格"),
    "group": _("分组"),
    "text": _("说明文字"),
    "person": _("人员"),
    "people": _("多名人员"),
    "unit": _("单位"),
    "units": _("多个单位"),
    "file": _("一个文件"),
    "files": _("多个文件"),
}
PARTS: Mapping[str, Any] = {
    "field": _("表单字段"),
    "table": _("决策表"),
    "input": _("条件列"),
    "output": _("结果列"),
    "rule": _("规则"),
}
DURATION: Mapping[str, Any] = {
    "Y": _("{} 年"),
    "M": _("{} 个月"),
    "W": _("{} 周"),
    "D": _("{} 天"),
    "H": _("{} 小时"),
    "minutes": _("{} 分钟"),
    "S": _("{} 秒"),
}


def diagram_words(fields: Mapping[str, str]) -> dict[str, object]:
    """Return what the program that compares two diagrams calls things.

    Args:
        fields: What people call the fields of the flow's forms, by key.
    """
    return {
        "changes": _said(CHANGES),
        "marks": _said(MARKS),
        "elements": _said(ELEMENTS),
        "settings": _said(SETTINGS),
        "prefixes": _said(PREFIXES),
        "values": {name: _said(values) for name, values in VALUES.items()},
        "duration": _said(DURATION),
        "fields": dict(fields),
        "unset": str(_("未设")),
        "none": str(_("两个版本的流程图相同。")),
        "failed": str(_("流程图无法绘制：文件中没有图形信息，或者不是有效的 BPMN。")),
        "uncompared": str(_("流程图无法读取，不能对比。")),
        "remind": str(_("催办 {} 次")),
        "more": str(_("另有 {} 项")),
        "list": "、",
        "counted": str(_("{changed} 处改动，{moved} 处只移动了位置")),
    }


def setting_label(name: str) -> str:
    """Return what people call a setting of a field, a column or a rule."""
    return str(FIELD_SETTINGS.get(name, name))


def setting_value(name: str, value: str) -> str:
    """Return what people call the value of such a setting."""
    if name in ("type", "banjie:type", "subtype"):
        return str(FIELD_TYPES.get(value, value))
    return str(VALUES[""].get(value, value)) if name not in ("label", "text") else value


def _said(words: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(word) for name, word in words.items()}
