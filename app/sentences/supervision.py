"""What people read of 督查督办 and 任务交办."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "LeadUnitMissing": _("请填写牵头单位，一件只有一个。"),
    "DueDateMissing": _("请填写办理时限，这类来源没有设定通常的工作日数。"),
    "DueDatePast": _("办理时限不能早于今天。"),
    "DueDateFree": _("%(due_on)s 不是工作日，请另选时限（调休上班的周末可以）。"),
    "ResponsibleLeaderMissing": _("牵头单位没有分管领导，请填写责任领导。"),
    "FeedbackPlanIncomplete": _("请填写首次反馈日期；指定日期的，请逐个填写反馈日期。"),
    "MergeTargetUnknown": _("没有这个可以并入的事项，请填写另一件未销号事项的督办编号或事项标识。"),
    "PartsMissing": _("拆分至少填写两项，每项都要有事项名称。"),
    "AssigneeMissing": _("请填写承办人，或者有人员的承办单位。"),
    "AccepterMissing": _("请填写验收人。"),
    "NewDueDateTooEarly": _("新时限须晚于现在的时限（%(due_on)s）。"),
    "ReasonMissing": _("请用文字写明，不超过 %(limit)s 个字符。"),
    "MatterPaused": _("事项暂停办理，恢复后才能反馈和报办结。"),
    "NotTheLeadUnit": _("只有牵头单位的负责人或承办人可以这样申请。"),
    "MatterNotFound": _("没有这个督办事项。"),
    "ExtensionTooLate": _("已过办理时限（%(due_on)s），不能再申请延期；延期应在到期前提出。"),
    "ExtensionPending": _("已经申请延期，正在审批。"),
    "AskedAlready": _("已经提出过这项申请，正在审批。"),
    "MatterNotInProgress": _("督办事项现在的状态是“%(state)s”，不能这样做。"),
    "UnknownBoardPage": _("没有这一页，请从第一页重新翻阅。"),
    "OralOrderNotFound": _("没有这条口头交办。"),
    "OralOrderSettled": _("这条口头交办已经处理，请刷新后再看。"),
    "OralOrderRefused": _("请填写交办领导、不晚于今天的交办日期和交办内容；不予办理的，须写明理由。"),
}

STATES: Mapping[str, Any] = {
    "candidate": _("待立项"),
    "awaiting_receipt": _("待签收"),
    "in_progress": _("办理中"),
    "handed_back": _("已退办"),
    "extension_asked": _("延期审批中"),
    "paused": _("暂停"),
    "awaiting_review": _("待审核"),
    "awaiting_reading": _("待审阅"),
    "closed": _("已销号"),
    "terminated": _("已终止"),
}

DISPOSALS: Mapping[str, Any] = {
    "merged": _("已并入"),
    "split": _("已拆分"),
    "declined": _("不立项"),
    "assigned": _("转任务交办"),
}

LAMPS: Mapping[str, Any] = {
    "red": _("红灯"),
    "yellow": _("黄灯"),
    "green": _("绿灯"),
    "grey": _("不计时"),
    "done": _("已结束"),
}

SOURCES: Mapping[str, Any] = {
    "superior": _("上级部署"),
    "meeting": _("会议议定"),
    "instruction": _("领导批示"),
    "document": _("文件要求"),
    "oral": _("口头交办"),
    "proposal": _("建议提案"),
    "petition": _("信访"),
    "other": _("其他"),
}

CHANGES: Mapping[str, Any] = {
    "extension": _("延期"),
    "pause": _("暂停"),
    "granted": _("同意"),
    "refused": _("不同意"),
}

RETURNS: Mapping[str, Any] = {"receipt": _("退办"), "closing": _("退回续办")}

REMINDERS: Mapping[str, Any] = {
    "near_due": _("到期前提醒"),
    "overdue": _("逾期提醒"),
    "urged": _("催办"),
}

FIGURES: Mapping[str, Any] = {
    "registered": _("立项"),
    "closed": _("办结"),
    "on_time": _("按期"),
    "extended": _("延期"),
    "overdue": _("逾期"),
    "returned": _("退回"),
    "handed_back": _("退办"),
    "urged": _("催办"),
    "feedback_late": _("反馈迟报"),
    "terminated": _("终止"),
    "under_way": _("月末在办"),
}

TASK_STATES: Mapping[str, Any] = {
    "draft": _("待交办"),
    "awaiting_receipt": _("待签收"),
    "in_progress": _("办理中"),
    "handed_back": _("已退办"),
    "awaiting_acceptance": _("待验收"),
    "accepted": _("已办结"),
    "dropped": _("不再交办"),
}

ORDER_DISPOSALS: Mapping[str, Any] = {
    "supervised": _("转待立项"),
    "assigned": _("转任务交办"),
    "declined": _("不予办理"),
}

SORTS: Mapping[str, Any] = {
    "due": _("按时限"),
    "registered": _("按立项日期"),
    "feedback": _("按最近反馈"),
}
