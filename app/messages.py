"""What people read of an error: a sentence for each class, formatted with the error's facts."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _

from app.formats import local_time, period
from app.sentences import (
    archiving,
    consultation,
    document_approval,
    flow_changes,
    incoming_document,
    internal_submission,
    meeting_arrangement,
    migrating,
    numbering,
    redaction,
    rooms,
    samples,
    seals,
    supervision,
    trials,
)
from engine.commands.case import SYSTEM
from engine.errors import MoveRefused, ProcessError, ServiceFailed, WithdrawalRefused
from engine.model import EventKind
from engine.persistence.incidents import Incident
from engine.trial import Stuck
from workflows.archiving.errors import ItemStateRefused
from workflows.batch import OtherKind
from workflows.cases import Happening
from workflows.document_approval.errors import ChecksUnanswered, SigningRuleRefused
from workflows.document_approval.settings import NAMED
from workflows.errors import NotAStarter, PersonRefused, SignersRefused, SwitchedOff
from workflows.flow_changes.errors import FlowFileRefused, FlowKeyRefused
from workflows.forms.validation import FieldError
from workflows.incoming_document.errors import NotReadyToClose
from workflows.meeting_arrangement.errors import (
    AgendaIncomplete,
    ChoiceRefused,
    MeetingTimesRefused,
    NotAVoter,
    ResolutionRefused,
)
from workflows.notices.reading import Notice
from workflows.organisation.posts import POSTS
from workflows.phrases.actions import PhraseRefused
from workflows.rooms.errors import BookingRefused, RoomRefused
from workflows.supervision.errors import MatterNotInProgress
from workflows.waits import Wait

SENTENCES: Mapping[str, Any] = {
    **archiving.SENTENCES,
    **consultation.SENTENCES,
    **document_approval.SENTENCES,
    **flow_changes.SENTENCES,
    **trials.SENTENCES,
    **internal_submission.SENTENCES,
    **incoming_document.SENTENCES,
    **migrating.SENTENCES,
    **numbering.SENTENCES,
    **supervision.SENTENCES,
    **seals.SENTENCES,
    **meeting_arrangement.SENTENCES,
    **rooms.SENTENCES,
    **redaction.SENTENCES,
    **samples.SENTENCES,
    "ProcessDefinitionNotFound": _("没有这个流程或版本。"),
    "ProcessInstanceNotFound": _("没有这个事项。"),
    "WorkItemNotFound": _("没有这件待办。"),
    "IncidentNotFound": _("没有这个待处理的异常，可能已经有人处理。"),
    "TokenGone": _("事项已经走过这一步，请刷新后再看。"),
    "MessageNotAwaited": _("事项现在不接受这样的操作，请刷新后再看。"),
    "MoveRefused": _("不能移到“%(target)s”：%(reason)s。"),
    "MigrationRefused": _("事项不能迁移到这个版本：%(refused)s。"),
    "StaleWorkItem": _("这件待办已有变动（%(by)s，%(at)s），请核对最新内容后再办。"),
    "WorkItemClosed": _("这件待办已经办理完毕（%(by)s，%(at)s），无需再次提交。"),
    "WorkItemAlreadyClaimed": _("%(by)s 已于 %(at)s 领办。"),
    "KeyReused": _("同一幂等键不能用于不同的请求。"),
    "ClockNotAdjustable": _("本系统的时钟不能设置。"),
    "ClockSetBack": _("时钟不能设到最近一次记录（%(last_event_at)s）之前。"),
    "UnknownDecision": _("本环节没有“%(decision)s”这个选项。"),
    "NobodyToAct": _("下一环节“%(activity_name)s”找不到办理人（%(expression)s），请联系办公室调整岗位或流程。"),
    "FileUnreadable": _("文件无法读取：%(reason)s。"),
    "DefinitionRefused": _("流程文件未通过检查，没有部署。"),
    "ExpressionInvalid": _("表达式“%(source)s”不能接受：%(reason)s。"),
    "ExpressionFailed": _("表达式“%(expression)s”无法计算：%(reason)s。"),
    "CellFailed": _("决策“%(decision)s”无法得出结果：%(reason)s。"),
    "InputRefused": _("决策“%(decision)s”的输入“%(column)s”不能使用：%(reason)s。"),
    "OutputRefused": _("决策“%(decision)s”的输出“%(column)s”不能使用：%(reason)s。"),
    "RulesContradict": _("决策“%(decision)s”的规则相互矛盾：%(reason)s。"),
    "ResultUnfit": _("决策“%(decision)s”的结果不能使用：%(reason)s。"),
    "NoFlowTaken": _("网关没有可走的出线：所有条件都不成立。"),
    "LoopWithoutPerson": _("流程在没有人办理的环节之间循环。"),
    "JoinStarved": _("汇合网关等待的分支不会再到达。"),
    "BusinessError": _("自动环节报告了业务错误“%(code)s”，流程中没有处理它的边界事件。"),
    "ErrorNotCaught": _("错误“%(code)s”没有边界事件接收。"),
    "NotAList": _("“%(collection)s”不是列表，不能逐个办理。"),
    "NotANumber": _("重复次数“%(expression)s”不是零或正整数。"),
    "ServiceFailed": _("自动环节“%(service)s”没有完成：%(cause)s。"),
    "ReplayDiverged": _("重放结果与第 %(seq)s 条记录不一致。"),
    "ChainBroken": _("记录链在第 %(seq)s 条断开。"),
    "AnchorKeyUnreadable": _("%(file)s 里没有可用的密钥。"),
    "AnchorsUnreadable": _("锚定文件第 %(number)s 行无法读出。"),
    "CaseNotVisible": _("您无权查看这个事项，或者它不存在。"),
    "CaseEnded": _("事项已经办结，不能再移动。"),
    "NothingThere": _("事项现在不在环节“%(activity_id)s”。"),
    "SeveralThere": _("事项有多处停在环节“%(activity_id)s”，不能确定移动哪一处。"),
    "NotTheAssignee": _("这件待办由他人办理，您不能操作。"),
    "NotACandidate": _("这件待办没有交给您办理。"),
    "NothingToRelease": _("这件待办不是领办的，不能放回。"),
    "NotClaimable": _("这件待办已经在您手中。"),
    "PostRequired": _("只有下列岗位可以这样做：%(posts)s。"),
    "WithoutBusiness": _("系统、安全保密、审计管理员和审计人员没有业务权限，不能发起事项。"),
    "OnlyAudits": _("您因审计查看本事项，不能在其中办理或评论。"),
    "NotAStarter": _("“%(flow)s”由%(posts)s发起。"),
    "SubstitutionNotFound": _("没有这项代理。"),
    "SubstitutionOver": _("这项代理已于 %(ended_at)s 结束。"),
    "SubstitutionOverlaps": _(
        "%(owner)s在这段时间已由%(substitute)s代理（%(period)s），同一流程不能再委托他人；请先结束那一项，或者另选时间、流程。"
    ),
    "SelfSubstitution": _("不能委托本人代理自己。"),
    "SubstituteUnusable": _("没有这个人员，或者已经停用，不能代理。"),
    "OwnerUnknown": _("没有这个人员。"),
    "FlowUnknown": _("没有流程“%(key)s”。"),
    "FlowMissing": _("请至少选择一个流程。"),
    "BeginsInThePast": _("开始不能早于今天。"),
    "EndsTooEarly": _("结束须晚于开始，并且不能早于现在。"),
    "SubstitutionNotInForce": _("您代理%(owner)s的期限是 %(period)s，现在不能代办。"),
    "FlowNotSubstituted": _("您对%(owner)s的代理不包括这个流程，不能代办。"),
    "CalendarImportNotFound": _("没有这次导入的日历。"),
    "ImportSettled": _("%(by)s已于 %(at)s 处理了这次导入。"),
    "OwnImport": _("您导入的%(year)s年日历，须由另一人与依据核对后复核生效。"),
    "SourceRequired": _("请写明依据（通知名称和文号），不超过 %(limit)s 个字符；没有依据的日历不能生效。"),
    "YearRefused": _("年度应为 %(first)s 至 %(last)s。"),
    "YearNotPublished": _(
        "随软件提供的数据只有 %(first)s 至 %(last)s 年，还没有%(year)s年；请按通知填写 CSV 文件后导入。"
    ),
    "SameAsInForce": _("与现行%(year)s年日历完全相同，无需导入。"),
    "CaseUnknown": _("没有这个编号的事项，或者您无权查看。"),
    "NotASecretary": _("请选择现任的领导秘书。"),
    "NotALeader": _("请选择现任的领导。"),
    "ServesAlready": _("%(secretary)s已经服务于%(leader)s。"),
    "ServesNot": _("%(secretary)s现在不服务于%(leader)s。"),
    "OpinionRequired": _("请填写意见后再提交。"),
    "OpinionTooLong": _("意见不能超过 %(limit)s 个字符。"),
    "OpinionUnreadable": _("意见中有无法显示的字符，请删除后再提交。"),
    "ReasonRequired": _("请用文字写明原因，不超过 %(limit)s 个字符。"),
    "TitleRefused": _("请填写一行标题，不超过 %(limit)s 个字符。"),
    "AttachmentNotUsable": _("附件不属于这个事项，请重新上传。"),
    "SubmissionInvalid": _("有内容需要更正，请看标红的栏目。"),
    "AttachmentMissing": _("请选择要上传的文件。"),
    "AttachmentEmpty": _("文件“%(name)s”是空的（0 字节），没有上传。"),
    "AttachmentTooBig": _("文件“%(name)s”超过 %(limit_megabytes)s 兆字节的上限，没有上传。"),
    "AttachmentRefused": _("文件“%(name)s”是程序或名称不可用，没有上传。"),
    "AttachmentNotFound": _("没有这个附件。"),
    "StateSecretRefused": _(
        "“%(mark)s”是国家秘密标志，本系统不得录入国家秘密，没有保存任何内容；请按保密规定处理，确非涉密的请改正名称后再提交。"
    ),
    "InvalidForm": _("表单“%(file)s”的字段“%(key)s”不能使用：%(reason)s。"),
    "NotStartedFrom": _("“%(flow)s”不能由“%(source)s”的事项发起。"),
    "SourceUnknown": _("来源事项 %(instance_id)s 不存在，无法关联。"),
    "UnknownRelation": _("流程图中的关联方式“%(relation)s”不存在。"),
    "DraftNewer": _("另一个窗口已于 %(at)s 暂存了较新的内容。"),
    "FieldNotFound": _("没有这一栏的版本。"),
    "VersionUnknown": _("请选择两个版本进行对比。"),
    "TextUnreadable": _("文件“%(name)s”的文字无法读取。"),
    "PhraseNotFound": _("没有这条常用语，可能已经删除。"),
    "PhraseRefused": _("常用语没有保存：%(reason)s。"),
    "PersonNotFound": _("没有这个人员。"),
    "PostNotFound": _("没有这个岗位。"),
    "UnitNotFound": _("没有这个单位。"),
    "CodeTaken": _("“%(code)s”已经被使用。"),
    "FieldRefused": _("这一栏的内容不能接受，请检查格式和引用。"),
    "ImportRefused": _("文件中有不能接受的行，一行都没有导入。"),
    "UnknownBox": _("没有“%(box)s”这个箱。"),
    "UnknownBatchOperation": _("“%(operation)s”不能批量办理。"),
    "TooManyAtOnce": _("一次最多办理 %(limit)s 件。"),
    "OnlySingly": _("签发、批示、审批、表决、会签须逐件办理，不能批量提交。"),
    "OtherKind": _("“%(step)s”环节不能%(operation)s，请打开逐件办理。"),
    "SeveralDecisions": _("“%(step)s”有几种选择，请打开逐件办理。"),
    "FieldsMissing": _("本件还要填写%(fields)s，请打开逐件办理。"),
    "DraftUnsent": _("您在这一件上暂存了内容，请打开逐件办理。"),
    "UnknownPage": _("没有这一页，请从第一页重新翻阅。"),
    "TokenRefused": _("令牌无效或已过期，请重新获取。"),
    "PasswordChangeRequired": _("请先登录网页修改密码，再使用接口。"),
    "CommentRefused": _("请填写评论，不超过 %(limit)s 个字符，不含无法显示的字符。"),
    "MentionRefused": _("%(people)s看不到这个事项，不能在评论中提到。"),
    "TooManyMentions": _("一条评论最多提到 %(limit)s 人。"),
    "NoticeNotFound": _("没有这条通知。"),
    "EmailRefused": _("这不是有效的邮箱地址。"),
    "RobotIdRefused": _("用户 ID 只含字母、数字和 . _ @ -，最长 64 个字符。"),
    "InvalidCredentials": _("用户名或密码不正确。"),
    "AccountLocked": _("多次输错密码，登录暂停，请 %(minutes)s 分钟后再试。"),
    "CaseSuspended": _("事项已挂起，恢复后才能办理。"),
    "NotSuspended": _("事项没有挂起。"),
    "CaseNumbered": _("事项已编号（%(number)s），不能自行终止，请联系流程管理员。"),
    "CopyIsRead": _("传阅件只需阅读，不用办理。"),
    "NotACopy": _("这不是传阅件。"),
    "OpinionAwaited": _("已委派给%(assignee)s提意见，交回后才能办理。"),
    "NothingDelegated": _("这一件没有委派给别人。"),
    "SignersAwaited": _("前加签的人员还没有签署，请等候或先减签。"),
    "OnlyAsked": _("您只是被请来签署或阅读，不能这样处理这一环节。"),
    "SwitchedOff": _("“%(step)s”环节没有开放“%(operation)s”。"),
    "NothingToWithdraw": _("只有已经提交的环节可以撤回。"),
    "NotDoneByYou": _("只能撤回本人提交的环节。"),
    "WithdrawalRefused": _("不能撤回：%(reason)s。"),
    "SuspensionRefused": _("有自动任务正在执行，请稍后再挂起。"),
    "YourOwn": _("这一件在您本人手中，不用催办。"),
    "NoPartInCase": _("只有参与这件事项的人员可以这样做。"),
    "ServesNobodyHere": _("本件不在您所服务的领导手中，不能代录。"),
    "NothingToRecord": _("这一件不需要代录。"),
    "NothingToConfirm": _("没有需要您确认的代录。"),
    "UrgedAlready": _("%(at)s 已经催办过，%(again_at)s 以后可以再催。"),
    "PersonRefused": _("%(person)s：%(reason)s。"),
    "SignersRefused": _("不能加签：%(reason)s。"),
    "NothingEarlier": _("前面没有已经办过、可以退回的环节。"),
    "NeverPassed": _("这件事项还没有人办过这一环节，不能退回到那里。"),
    "PasswordTooWeak": _("新密码至少 %(least_characters)s 个字符，不能包含用户名，也不能与旧密码相同。"),
}

MOVE_REASONS: Mapping[str, Any] = {
    "unknown_target": _("流程中没有这个环节"),
    "not_a_step": _("它不是由人办理的环节"),
    "other_scope": _("事项现在不在它所在的子流程里"),
    "not_passed": _("事项还没有经过它"),
    "no_way_back": _("它在另一个子流程里，办完后不能直接送回"),
    "strands": _("留下的分支会永远等不到汇合"),
}

WITHDRAWAL_REASONS: Mapping[str, Any] = {
    "too_old": _("它办理得太早，没有留下撤回所需的记录"),
    "followed": _("已经由此编号、发出消息或执行了自动任务"),
    "handled": _("后续环节已有人接手"),
    "others_sign": _("加签人正在或已经签署"),
    "decided": _("会签已经结束"),
    "moved_on": _("流程已经继续往下走"),
}

PERSON_REASONS: Mapping[str, Any] = {
    "unknown": _("没有这个人员或单位，或者已停用"),
    "yourself": _("不能选择本人"),
    "twice": _("已在办理或阅读，不必重复选择"),
    "nobody": _("请至少选择一人"),
    "not_added": _("不是您加签的，或者已经签署"),
    "not_a_leader": _("本件不在这位领导手中，或者您不是其秘书"),
}

SIGNER_REASONS: Mapping[str, Any] = {
    "unknown_mode": _("加签方式只有前加签、后加签和并加签"),
    "no_countersign": _("只有会签环节可以并加签"),
    "seat_after": _("会签席位不能后加签"),
    "before_and_after": _("前加签和后加签不能同时进行"),
}

OPERATIONS: Mapping[str, Any] = {
    "claim": _("领办"),
    "release": _("放回"),
    "save_draft": _("暂存"),
    "complete": _("提交"),
    "send_back": _("退回"),
    "withdraw": _("撤回"),
    "transfer": _("转办"),
    "delegate": _("委派"),
    "resolve": _("交回意见"),
    "add_signer": _("加签"),
    "remove_signer": _("减签"),
    "urge": _("催办"),
    "circulate": _("传阅"),
    "mark_read": _("已阅"),
    "record_for": _("代录"),
    "confirm": _("确认代录"),
}

BATCH_OPERATIONS: Mapping[str, Any] = {
    "claim": _("领办"),
    "circle": _("圈阅"),
    "receive": _("签收"),
    "transfer": _("转办"),
    "mark_read": _("已阅"),
    "urge": _("催办"),
    "withdraw": _("撤回"),
}

CASE_OPERATIONS: Mapping[str, Any] = {
    "suspend": _("挂起"),
    "resume": _("恢复"),
    "jump": _("跳转"),
    "reassign": _("改派"),
    "migrate": _("迁移版本"),
    "cancel": _("终止办理"),
}

PHRASE_REASONS: Mapping[str, Any] = {
    "empty": _("没有内容"),
    "too_long": _("太长，至多 %(limit)s 个字符"),
    "unreadable": _("有无法显示的字符或换行"),
    "there_already": _("已经有相同的一条"),
    "too_many": _("已经有 %(limit)s 条，请先删除不用的"),
}

SIGNATORY_RULES: Mapping[str, Any] = {
    "principal": _("主要负责人"),
    "leader_of_office": _("分管办公室的领导"),
    "leader_of_unit": _("拟稿部门的分管领导"),
    "office_director": _("办公室主任"),
}

EVENT_LABELS: Mapping[str, Any] = {
    "process:started": _("发起"),
    "work_item:claimed": _("领办"),
    "work_item:released": _("放回"),
    "work_item:completed": _("提交"),
    "work_item:withdrawn": _("撤回"),
    "work_item:transferred": _("转办"),
    "work_item:delegated": _("委派"),
    "work_item:resolved": _("交回意见"),
    "work_item:urged": _("催办"),
    "work_item:overdue": _("逾期提醒"),
    "work_item:confirmed": _("确认代录"),
    "work_item:read": _("已阅"),
    "signers:added": _("加签"),
    "signer:removed": _("减签"),
    "process:circulated": _("传阅"),
    "process:cancelled": _("终止办理"),
    "process:suspended": _("挂起"),
    "process:resumed": _("恢复"),
    "incident:retried": _("重试"),
    "timer:fired": _("定时到期"),
    "message:received": _("收到消息"),
    "signal:received": _("收到信号"),
    "service:finished": _("后台任务完成"),
    "service:failed": _("后台任务失败"),
    "token:moved": _("移动"),
    "process:migrated": _("迁移到其他版本"),
    "due:recomputed": _("时限重新计算"),
    "variables:corrected": _("更正"),
    "case:commented": _("评论"),
    "case:recorded": _("登记变更"),
    "work_item:opened": _("产生待办"),
    "work_item:cancelled": _("待办取消"),
    "work_item:skipped": _("自动跳过"),
    "work_item:due_set": _("时限确定"),
    "work_item:renewed": _("待办改名"),
    "timer:set": _("设定定时"),
    "message:thrown": _("发出消息"),
    "signal:thrown": _("发出信号"),
    "service:requested": _("交给后台执行"),
    "countersign:decided": _("会签结束"),
    "service:returned": _("自动环节完成"),
    "variables:set": _("脚本赋值"),
    "incident:opened": _("自动环节异常"),
    "incident:closed": _("异常解除"),
    "marking:settled": _("流转完成"),
    "record:changed": _("业务记录变更"),
    "content_redacted": _("清除内容"),
}

WAITS: Mapping[str, Any] = {
    "timer": _("定时，%(due_at)s 到期"),
    "message": _("消息“%(name)s”"),
    "signal": _("信号“%(name)s”"),
    "conditional": _("条件成立"),
    "service": _("后台任务“%(name)s”"),
}

HAPPENINGS: Mapping[str, Any] = {
    **document_approval.ACTS,
    "timer:fired": _("定时到期：%(place)s"),
    "message:received": _("收到消息：%(place)s"),
    "message:received by": _("%(actor)s：%(place)s"),
    "signal:received": _("收到信号：%(place)s"),
    "service:failed": _("后台任务“%(place)s”没有完成"),
    "token:moved jump": _("%(actor)s 将事项跳转到“%(place)s”"),
    "token:moved send_back": _("%(actor)s 将事项退回到“%(place)s”"),
    "token:moved withdraw": _("%(actor)s 撤回“%(place)s”"),
    "work_item:withdrawn": _("%(actor)s 撤回在“%(place)s”的意见"),
    "work_item:transferred": _("%(actor)s 将“%(place)s”转给%(name)s办理"),
    "work_item:transferred intervention": _("%(actor)s 将“%(place)s”改派给%(name)s办理"),
    "work_item:delegated": _("%(actor)s 将“%(place)s”委派给%(name)s提意见"),
    "work_item:resolved": _("%(actor)s 对“%(place)s”提出意见，交回%(name)s"),
    "work_item:urged": _("%(actor)s 就“%(place)s”催办%(name)s"),
    "work_item:overdue remind": _("“%(place)s”已逾期，提醒%(name)s"),
    "work_item:overdue escalate": _("“%(place)s”已逾期，报告%(name)s"),
    "work_item:skipped initiator": _("按设置自动跳过：“%(place)s”的办理人%(name)s就是发起人"),
    "work_item:skipped same_person": _("按设置自动跳过：“%(place)s”的办理人%(name)s此前已办理过本事项"),
    "work_item:confirmed": _("%(actor)s 确认“%(place)s”的代录"),
    "signers:added": _("%(actor)s 在“%(place)s”请%(name)s加签"),
    "signer:removed": _("%(actor)s 在“%(place)s”减去%(name)s"),
    "process:circulated": _("%(actor)s 传阅给%(name)s"),
    "process:started sent": _("%(actor)s 由来源事项转来本件"),
    "case:recorded case.linked": _("%(actor)s 由来源事项发起本件"),
    "process:cancelled": _("%(actor)s 终止办理"),
    "process:suspended": _("%(actor)s 挂起事项"),
    "process:resumed": _("%(actor)s 恢复事项"),
    "due:recomputed": _("%(name)s年工作日历变动，时限重新计算"),
    "process:migrated": _("%(actor)s 将事项迁移到第 %(name)s 版流程"),
    **meeting_arrangement.ACTS,
    **redaction.ACTS,
    "variables:corrected": _("%(actor)s 更正：%(name)s"),
}

NOTICE_KINDS: Mapping[str, Any] = {
    "assigned": _("新待办"),
    "offered": _("新的待领办"),
    "sent_back": _("退回给我"),
    "urged": _("催办"),
    "near_due": _("事项将到期"),
    "overdue": _("超过时限"),
    "transferred": _("转办"),
    "delegated": _("委派"),
    "resolved": _("委派已答复"),
    "circulated": _("传阅"),
    "instruction": _("领导批示"),
    "mentioned": _("评论提到我"),
    "commented": _("我的事项有评论"),
    "withdrawn": _("待办被撤回"),
    "cancelled": _("不再需要办理"),
    "completed": _("我发起的事项办结"),
    "incident": _("自动环节异常"),
}

NOTICES: Mapping[str, Any] = {
    "assigned": _("%(actor)s 送来“%(step)s”，请办理"),
    "offered": _("%(actor)s 送来“%(step)s”，可以领办"),
    "sent_back": _("%(actor)s 退回，请重新办理“%(step)s”"),
    "urged": _("%(actor)s 催办“%(step)s”"),
    "urged case": _("%(actor)s 催办这个事项"),
    "near_due": _("这个事项 %(due_on)s 到期，请抓紧办理"),
    "near_due case": _("这个事项 %(due_on)s 到期，请抓紧办理"),
    "overdue": _("“%(step)s”已超过办理时限"),
    "overdue case": _("这个事项已超过时限（%(due_on)s）"),
    "transferred": _("%(actor)s 把“%(step)s”转给您办理"),
    "transferred away": _("%(actor)s 把您的“%(step)s”转给他人办理"),
    "delegated": _("%(actor)s 请您对“%(step)s”提出意见"),
    "delegated away": _("%(actor)s 把您的“%(step)s”委派给他人"),
    "resolved": _("%(actor)s 答复了您委派的“%(step)s”"),
    "resolved away": _("%(actor)s 了结了委派给您的“%(step)s”"),
    "circulated": _("%(actor)s 传阅“%(step)s”给您"),
    "instruction": _("%(actor)s 在“%(step)s”作了批示"),
    "mentioned": _("%(actor)s 在评论中提到您"),
    "commented": _("%(actor)s 发表了评论"),
    "withdrawn": _("%(actor)s 撤回，“%(step)s”不再由您办理"),
    "cancelled": _("“%(step)s”不再需要您办理"),
    "cancelled case": _("您发起的事项已经终止"),
    "completed": _("您发起的事项已经办结"),
    "incident": _("自动环节没有完成，需要处理"),
}

CHANNELS: Mapping[str, Any] = {"in_app": _("站内"), "mail": _("邮件"), "robot": _("机器人")}

INTERVALS: Mapping[str, Any] = {
    "instant": _("即时"),
    "hourly": _("每小时"),
    "daily": _("每天早上 %(at)s"),
    "never": _("不发"),
}

IMPORT_REASONS: Mapping[str, Any] = {
    "username": _("用户名须以小写字母开头，只含小写字母、数字和 . _ -"),
    "taken": _("代码或用户名已存在"),
    "code": _("代码须以字母开头，只含字母、数字和 _ -"),
    "circle": _("上级单位成环"),
    "name": _("名称为空或过长"),
    "unknown": _("没有这个单位、岗位或人员"),
    "empty": _("文件中没有人员"),
    "too_big": _("文件过大"),
    "encoding": _("文件不是 UTF-8 或 GB18030 编码"),
    "unreadable": _("不是有效的 CSV 文件"),
    "icalendar": _("不是有效的 iCalendar 文件"),
    "no_days": _("文件中没有放假或上班的日期"),
    "date": _("日期应写作 2026-02-14"),
    "kind": _("应为 holiday（放假）或 workday（上班）"),
    "other_year": _("不是本年度的日期（可以包括上一年12月）"),
    "twice": _("这一天已经出现过"),
    "works_anyway": _("周一至周五本来就上班，不用列出"),
    "day_name": _("请写明节日名称，不超过20个字符"),
    "unmarked": _("名称末尾应写明（休）或（班）"),
    "whole_days": _("应为全天的日程，不重复"),
}

BREAK_REASONS: Mapping[str, Any] = {
    "hash": _("记录被改动，与它的哈希不符"),
    "payload": _("内容被改动，与它的摘要不符"),
    "previous_hash": _("与上一条记录不相连"),
    "missing": _("记录缺失"),
    "snapshot": _("当前状态与历史不符"),
    "document": _("公文的登记内容与历史不符"),
    "untellable": _("记录链完整，但所述内容不成立"),
    "a chain that belongs to nothing": _("这条记录链不属于任何事项或台账"),
    "anchor_event": _("与锚定时的记录不同：这一条被改写过"),
    "anchor_missing": _("锚定时有的记录缺失"),
    "anchor_row": _("锚定的登记与它的内容不符"),
    "anchor_replaced": _("锚定与另处保存的不同，或者缺失"),
    "anchor_signature": _("锚定的签名不符，或者不是这把密钥签的"),
    "anchor_order": _("锚定与上一个不相连"),
    "anchor_changes": _("锚定的内容与它的摘要不符"),
    "anchor_root": _("锚定的根与它的内容不符"),
    "anchor_unreadable": _("锚定无法读出"),
}

FIELD_SENTENCES: Mapping[str, Any] = {
    "unknown_field": _("表单没有这一栏。"),
    "hidden_field": _("本环节不能填写这一栏。"),
    "read_only_field": _("本环节不能修改这一栏。"),
    "required": _("请填写。"),
    "not_an_option": _("不在可选范围内。"),
    "wrong_type": _("格式不正确。"),
    "unreadable_character": _("有无法显示的字符，请删除。"),
    "too_long": _("不能超过 %(limit)s 个字符。"),
    "too_small": _("不能小于 %(limit)s。"),
    "too_big": _("不能大于 %(limit)s。"),
    "too_many": _("不能超过 %(limit)s 项。"),
    "only_one": _("只能有一个文件。"),
    "bad_date": _("不是有效的日期。"),
    "unknown_person": _("没有这个人员。"),
    "unknown_unit": _("没有这个单位。"),
    "unknown_attachment": _("附件不可用，请重新上传。"),
}

PEOPLE = (
    "by",
    "assignee",
    "person",
    "signatory",
    "owner",
    "substitute",
    "secretary",
    "leader",
    "chair",
    "asked_by",
    "decided_by",
)
"""Facts of errors that are usernames, and are read as names."""

_MEGABYTE = 1_000_000
_WRITTEN: Mapping[type, Callable[[Any], str]] = {datetime: local_time}


_REASONS: Mapping[type, Mapping[str, Mapping[str, Any]]] = {
    ItemStateRefused: {"state": archiving.ITEM_STATES},
    MoveRefused: {"reason": MOVE_REASONS},
    WithdrawalRefused: {"reason": WITHDRAWAL_REASONS},
    PersonRefused: {"reason": PERSON_REASONS},
    SignersRefused: {"reason": SIGNER_REASONS},
    SwitchedOff: {"operation": OPERATIONS},
    OtherKind: {"operation": BATCH_OPERATIONS},
    PhraseRefused: {"reason": PHRASE_REASONS},
    MatterNotInProgress: {"state": supervision.STATES},
    RoomRefused: {"reason": rooms.ROOM_REASONS},
    BookingRefused: {"reason": rooms.BOOKING_REASONS},
    MeetingTimesRefused: {"reason": meeting_arrangement.TIMES_REASONS},
    AgendaIncomplete: {"reason": meeting_arrangement.AGENDA_REASONS},
    NotAVoter: {"reason": meeting_arrangement.VOTER_REASONS},
    ChoiceRefused: {"reason": meeting_arrangement.CHOICE_REASONS},
    ResolutionRefused: {"reason": meeting_arrangement.RESOLUTION_REASONS},
    FlowFileRefused: {"reason": flow_changes.FILE_REASONS},
    FlowKeyRefused: {"reason": flow_changes.KEY_REASONS},
    SigningRuleRefused: {"reason": document_approval.SIGNING_REASONS},
}
"""Facts of errors that are codes, and are read as words."""


def sentence(error: ProcessError, names: Mapping[str, str] | None = None) -> str:
    """Return what people read of an error.

    Args:
        error: Any deliberate error.
        names: People's names by username, for facts that name somebody.
    """
    facts = {name: _fact(name, value, names or {}) for name, value in error.facts()}
    facts |= {
        name: str(words[facts[name]]) for name, words in _REASONS.get(type(error), {}).items() if facts[name] in words
    }
    if isinstance(error, ChecksUnanswered):
        facts["checks"] = "".join(f"{check_label(one)}；" for one in error.checks)
    if isinstance(error, PersonRefused) and not error.person:
        return f"{facts['reason']}。"
    if isinstance(error, PhraseRefused | FlowFileRefused | FlowKeyRefused):
        facts["reason"] = facts["reason"] % facts
    if isinstance(error, NotReadyToClose):
        facts["missing"] = incoming_document.not_ready(error)
    if "starts_at" in facts and "ends_at" in facts:
        written = dict(error.facts())
        facts["period"] = period(written["starts_at"], written["ends_at"])
    if "limit_bytes" in facts:
        facts["limit_megabytes"] = str(int(facts["limit_bytes"]) // _MEGABYTE)
    text = str(SENTENCES[type(error).__name__])
    if isinstance(error, NotAStarter) and error.note:
        text = f"{error.note}。{text}"
    return text % facts if facts else text


def check_label(check: str) -> str:
    """Return what people read of something that is warned of at 核稿."""
    return str(document_approval.CHECKS.get(check, check))


def signatory_label(rule: str, names: Mapping[str, str]) -> str:
    """Return what people read of who signs: a rule, or a person by name."""
    named = rule.removeprefix(NAMED)
    return names.get(named, named) if named != rule else str(SIGNATORY_RULES.get(rule, rule))


def incident_sentence(incident: Incident) -> str:
    """Return what people read of an automatic step that failed."""
    facts = dict(incident.facts)
    details = facts.pop("details", None)
    if incident.error == ServiceFailed.__name__ and isinstance(details, Mapping):
        cause = str(facts["cause"])
        reason = str(SENTENCES[cause]) % _in_words(details) if cause in SENTENCES else _("没有登记的服务")
        facts["cause"] = str(reason).rstrip("。")
    return str(SENTENCES[incident.error]) % facts


def _in_words(details: Mapping[str, str]) -> dict[str, str]:
    return {name: str(SIGNATORY_RULES.get(value, value)) for name, value in details.items()}


def stuck_sentence(stuck: Stuck) -> str:
    """Return what people read of why a past case could not go on by a draft."""
    if stuck.reason in trials.STUCK_REASONS:
        return str(trials.STUCK_REASONS[stuck.reason])
    if stuck.reason not in SENTENCES:
        return str(trials.STUCK_REASONS["unfitting"])
    facts = dict(stuck.facts)
    if stuck.reason == MoveRefused.__name__:
        facts["reason"] = str(MOVE_REASONS.get(str(facts["reason"]), facts["reason"]))
    ended = datetime.min.replace(tzinfo=UTC)
    return incident_sentence(Incident("", "", 0, stuck.activity_id, stuck.reason, facts, ended, None))


def wait_sentence(wait: Wait) -> str:
    """Return what people read of something that a case waits for besides people."""
    return str(WAITS[wait.kind]) % {"name": wait.name, "due_at": local_time(wait.due_at)}


def happening_sentence(happening: Happening) -> str:
    """Return what people read of something that was no person's step: who, what."""
    key = happening.kind
    if key == EventKind.TOKEN_MOVED:
        key = f"{key} {happening.name}"
    elif happening.rule:
        key = f"{key} {happening.rule}"
    elif key == EventKind.CASE_RECORDED:
        key = f"{key} {happening.name}"
    elif key == EventKind.MESSAGE_RECEIVED and happening.actor:
        key = f"{key} by"
    said = {"actor": happening.actor, "place": happening.place, "name": happening.name}
    return (str(HAPPENINGS[key]) % said).rstrip("：: ")


def notice_kind(kind: str) -> str:
    """Return what people read of a kind of notice."""
    return str(NOTICE_KINDS[kind])


def notice_sentence(notice: Notice, names: Mapping[str, str]) -> str:
    """Return what people read of a notice: who, what, at which step."""
    key: str = notice.kind
    if notice.facts.get("away"):
        key = f"{key} away"
    elif notice.facts.get("case") or (key == "cancelled" and notice.work_item_id is None):
        key = f"{key} case"
    actor = names.get(notice.actor, notice.actor) if notice.actor != SYSTEM.username else _("系统")
    return str(NOTICES[key]) % {
        "actor": actor,
        "step": notice.facts.get("step", "…"),
        "due_on": notice.facts.get("due_on", "…"),
    }


def channel_label(channel: str) -> str:
    """Return what people read of a way by which they are told."""
    return str(CHANNELS[channel])


def interval_label(interval: str, daily_at: str) -> str:
    """Return what people read of how often messages go outside; ``daily_at`` is the time of the day's message."""
    return str(INTERVALS[interval]) % {"at": daily_at}


def event_label(kind: str) -> str:
    """Return what people read of an event's kind."""
    return str(EVENT_LABELS.get(kind, kind))


def break_reason(reason: str) -> str:
    """Return what people read of why a chain, a row or a replay does not agree with history."""
    code = reason.removeprefix("chain: ")
    if code in BREAK_REASONS:
        return str(BREAK_REASONS[code])
    return str(_("与历史不符：%(what)s", what=code))


def import_reason(reason: str) -> str:
    """Return what people read of why a line was not imported."""
    return str(IMPORT_REASONS.get(reason, reason))


def field_sentence(error: FieldError) -> str:
    """Return what people read of one field's error."""
    return str(FIELD_SENTENCES[error.code]) % {"limit": error.limit}


def _fact(name: str, value: object, names: Mapping[str, str]) -> str:
    if value is None:
        return "—"
    if name in PEOPLE:
        return names.get(str(value), str(value))
    if name == "posts" and isinstance(value, tuple):
        return "、".join(POSTS.get(post, post) for post in value)
    if name in ("people", "fields", "titles", "readers", "units") and isinstance(value, tuple):
        return "、".join(map(str, value))
    if name == "missing" and isinstance(value, tuple):
        return "、".join(str(meeting_arrangement.CONSENTS[one]) for one in value)
    if name == "allowed" and isinstance(value, tuple):
        return "、".join(map(str, value)) or "—"
    if name in ("refused", "sentences") and isinstance(value, tuple):
        return "；".join(map(str, value))
    return _WRITTEN.get(type(value), str)(value)
