"""What people read of items and meetings."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "AskedMissing": _("决策类议题须列明请会议决定的事项。"),
    "AmountMissing": _("涉及资金的议题须填写金额。"),
    "PaperTooLong": _("议题材料不超过 %(limit)s 字。"),
    "ReportTooLong": _("汇报不超过 %(limit)s 分钟。"),
    "ConsentsMissing": _("要件不齐，缺%(missing)s，不能通过；请退回提报部门补办，可以选“直接送回本环节”。"),
    "ConsentsRefused": _("%(missing)s为不同意，不能通过；请退回提报部门协商。"),
    "UnknownBody": _("请选择议题上哪个会；“%(name)s”没有登记。"),
    "MeetingTimesRefused": _("%(reason)s。"),
    "AgendaIncomplete": _("%(reason)s%(title)s。"),
    "RoomNotBooked": _("还没有预订覆盖会议时间的会议室，不能发通知。"),
    "ItemNotReady": _("这个议题没有经审定列入本会，或者已在其他议程上。"),
    "LineNotFound": _("议程上没有这一项。"),
    "ResolutionNotFound": _("没有这条议定事项。"),
    "MeetingNotFound": _("这不是会议，或者还没有完成会议筹备。"),
    "NotInHand": _("这一步现在不由您办理，不能登记。"),
    "NotQuorate": _("应到 %(due)s 人，实到 %(present)s 人，至少须到 %(least)s 人，不足法定人数，不能开会或审议。"),
    "LineClosed": _("“%(title)s”现在不能这样登记：还没有开始，或者已经结束。"),
    "LinesOpen": _("议程还没有议完：%(titles)s。"),
    "NotAVoter": _("%(person)s%(reason)s。"),
    "HeadSpeaksLast": _("%(person)s应当最后表态，还有 %(waits)s 人没有发言。"),
    "HeadHasSpoken": _("%(person)s已经最后表态，其他人不能再发言。"),
    "ChoiceRefused": _("%(reason)s。"),
    "StandsMissing": _("还有 %(waits)s 位到会成员没有表态，不能结束本项。"),
    "CountsRefused": _("无记名票数合计 %(cast)s 张，应等于参加表决的 %(voters)s 人。"),
    "BallotsGiven": _("%(person)s已经就本项发言，不能再回避。"),
    "WordsRefused": _("请用文字填写，不超过 %(limit)s 个字符，不含无法显示的字符。"),
    "NoWrittenOpinion": _("只有请假的成员可以提交书面意见，并且应在审议之前。"),
    "ResolutionRefused": _("%(reason)s。"),
    "ConclusionMissing": _("纪要中还没有写明：%(titles)s。"),
    "NotTheChair": _("纪要由主持人%(chair)s签发，他人不能代替。"),
    "NotSignedYet": _("纪要没有签发、编期号，不能印发。"),
    "RecordMissing": _("会议记录还没有归存，不能办结。"),
    "MinutesNotReadable": _("纪要还没有签发印发，不能查看。"),
    "RecordNotReadable": _("查阅会议记录须经批准，请先提出申请。"),
    "NothingToMinute": _("这个事项没有开过会，或者纪要没有签发，不能编号。"),
}

CONSENTS: Mapping[str, Any] = {
    "finance": _("财务部会签"),
    "compliance": _("合规审查意见"),
    "leader": _("分管领导意见"),
}

TIMES_REASONS: Mapping[str, Any] = {
    "past": _("会议开始时间应晚于现在"),
    "order": _("结束时间应晚于开始，不超过一天"),
    "receipts": _("回执截止应晚于现在，不晚于会议开始"),
}

AGENDA_REASONS: Mapping[str, Any] = {
    "empty": _("议程上没有议题"),
    "first_topic": _("议程没有第一议题，请补上，或者写明原因"),
    "materials": _("通知应与材料同发，缺材料的议题："),
}

VOTER_REASONS: Mapping[str, Any] = {
    "no_member": _("不是应到会的成员，不能表态"),
    "absent": _("没有到会，不能表态，也不能由他人代为表态"),
    "recused": _("已经回避本项，不能表态"),
}

CHOICE_REASONS: Mapping[str, Any] = {
    "report": _("汇报类议题不表决"),
    "secret": _("无记名表决不登记个人的票"),
    "unknown": _("请选择表决意见"),
}

RESOLUTION_REASONS: Mapping[str, Any] = {
    "unit": _("请选择现有的单位"),
    "twice": _("牵头单位不能同时是配合单位"),
    "day": _("请填写完成时限"),
}

CATEGORIES: Mapping[str, Any] = {
    "第一议题": _("第一议题"),
    "汇报类": _("汇报类"),
    "决策类": _("决策类"),
    "学习类": _("学习类"),
}

OUTCOMES: Mapping[str, Any] = {
    "noted": _("已听取（不表决）"),
    "passed": _("通过"),
    "not_passed": _("未通过"),
    "postponed": _("暂缓"),
}

CHOICES: Mapping[str, Mapping[str, Any]] = {
    "一般事项": {"yes": _("赞成"), "no": _("反对"), "abstain": _("弃权")},
    "干部任免": {"yes": _("同意"), "no": _("不同意"), "defer": _("缓议")},
}

ANSWERS: Mapping[str, Any] = {"attend": _("参加"), "leave": _("请假")}
LEAVES: Mapping[str, Any] = {"granted": _("准假"), "refused": _("不准假")}
CHECKS: Mapping[str, Any] = {"agree": _("核对无误"), "amend": _("有修改意见")}

STATES: Mapping[str, Any] = {
    "preparing": _("筹备中"),
    "convened": _("已发通知"),
    "held": _("已召开"),
    "issued": _("纪要已印发"),
    "done": _("办结"),
    "cancelled": _("已取消"),
}

ACTS: Mapping[str, Any] = {
    "case:recorded meeting.item_added": _("%(actor)s 把议题列入议程"),
    "case:recorded meeting.first_topic_added": _("%(actor)s 恢复第一议题"),
    "case:recorded meeting.line_removed": _("%(actor)s 从议程撤下一项"),
    "case:recorded meeting.line_moved": _("%(actor)s 调整议程次序"),
    "case:recorded meeting.line_changed": _("%(actor)s 修改议程的一项"),
    "case:recorded meeting.arrived": _("%(actor)s 登记签到"),
    "case:recorded meeting.not_arrived": _("%(actor)s 更正签到"),
    "case:recorded meeting.uncounted": _("%(actor)s 登记一人不计入应到"),
    "case:recorded meeting.counted": _("%(actor)s 恢复一人计入应到"),
    "case:recorded meeting.written_opinion": _("%(actor)s 提交书面意见（不计票）"),
    "case:recorded meeting.item_opened": _("%(actor)s 登记开始审议一项"),
    "case:recorded meeting.recused": _("%(actor)s 登记回避"),
    "case:recorded meeting.spoken": _("%(actor)s 登记发言表态"),
    "case:recorded meeting.item_closed": _("%(actor)s 登记一项审议结束"),
    "case:recorded meeting.item_postponed": _("%(actor)s 登记一项暂缓审议"),
    "case:recorded meeting.resolved": _("%(actor)s 登记议定事项"),
    "case:recorded meeting.resolution_changed": _("%(actor)s 修改议定事项"),
    "case:recorded meeting.resolution_removed": _("%(actor)s 删去议定事项"),
    "case:recorded meeting.concluded": _("%(actor)s 修改纪要内容"),
}


def category_label(category: str) -> str:
    """Return what people read of what an item is."""
    return str(CATEGORIES.get(category, category))


def outcome_label(outcome: str) -> str:
    """Return what people read of what became of an item."""
    return str(OUTCOMES[outcome])


def choices_of(matter: str) -> Mapping[str, Any]:
    """Return what the choices of a vote are called, by what is kept of them."""
    return CHOICES[matter]


def meeting_state_label(state: str) -> str:
    """Return what people read of how far a meeting is."""
    return str(STATES[state])


WORDS: Mapping[str, Callable[[str], Any]] = {
    "category_label": category_label,
    "outcome_label": outcome_label,
    "choices_of": choices_of,
    "meeting_state_label": meeting_state_label,
    "consent_label": lambda name: str(CONSENTS[name]),
    "minutes_check_label": lambda checked: str(CHECKS[checked]),
    "answer_label": lambda answer: str(ANSWERS[answer]),
    "leave_label": lambda leave: str(LEAVES[leave]),
}
"""What templates call things."""
