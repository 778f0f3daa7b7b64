"""What people read of deviations: their kinds, one sentence of fact for each, and where the rule behind it comes from."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from workflows.deviations.values import Kind

KINDS: Mapping[Kind, Any] = {
    Kind.INTERVENTION: _("干预"),
    Kind.REPEATED: _("环节重复"),
    Kind.SKIPPED_BY_RULE: _("按规则跳过"),
    Kind.SKIPPED_BY_PERSON: _("人为跳过"),
    Kind.DRAFTED_AND_SIGNED: _("起草人即签发人"),
    Kind.OUTSIDE_HOURS: _("非工作时间办理"),
    Kind.OUT_OF_ORDER: _("号序颠倒"),
    Kind.VOIDED: _("作废号"),
    Kind.GAP: _("缺号"),
    Kind.BACKDATED: _("倒签"),
    Kind.RECORDED: _("代录已确认"),
    Kind.UNCONFIRMED: _("代录未确认"),
    Kind.OVERDUE: _("逾期"),
    Kind.SIGNED_AFTER_NUMBER: _("先编号后签发"),
    Kind.UNANSWERED: _("会签未反馈"),
    Kind.ATTACHMENT_AFTER_SIGNING: _("签发后改附件"),
    Kind.TEXT_AFTER_SIGNING: _("签发后改正文"),
}
SOURCES: Mapping[Kind, Any] = {
    Kind.INTERVENTION: _("本单位规定：流程管理员的干预处处显示，须写原因"),
    Kind.REPEATED: _("与流程图的正常路径相比；退回重办属正常，次数供参考"),
    Kind.SKIPPED_BY_RULE: _("流程图中该环节的设置（同一人自动通过、无人办理时的处理）"),
    Kind.SKIPPED_BY_PERSON: _("与流程图的正常路径相比；跳转和减签须写原因"),
    Kind.DRAFTED_AND_SIGNED: _(
        "《党政机关公文处理工作条例》第二十条至第二十二条：起草、审核、签发分设；可否兼任由本单位规定"
    ),
    Kind.OUTSIDE_HOURS: _("设置 [calendar] hours 与已生效的工作日历；不等于违规"),
    Kind.OUT_OF_ORDER: _("公文登记惯例：号序与编号时间、成文日期先后一致"),
    Kind.VOIDED: _("公文登记惯例：作废号保留原位并写明理由"),
    Kind.GAP: _("公文登记惯例：不跳号"),
    Kind.BACKDATED: _("《党政机关公文处理工作条例》第九条（十二）：成文日期为签发之日；此处比系统记录的时间早"),
    Kind.RECORDED: _("本单位规定：代录不是代签，须本人确认"),
    Kind.UNCONFIRMED: _("本单位规定：代录不是代签，须本人确认"),
    Kind.OVERDUE: _("《党政机关公文处理工作条例》第二十四条：办理时限、催办；时限为流程图和设置所定"),
    Kind.SIGNED_AFTER_NUMBER: _("《党政机关公文处理工作条例》第二十五条：签发、复核之后方可登记编号"),
    Kind.UNANSWERED: _("本单位规定：会签未答复为“逾期未反馈”，不视为同意"),
    Kind.ATTACHMENT_AFTER_SIGNING: _("《党政机关公文处理工作条例》第二十五条（一）：实质性修改应当报原签批人复审"),
    Kind.TEXT_AFTER_SIGNING: _("《党政机关公文处理工作条例》第二十五条（一）：实质性修改应当报原签批人复审"),
}
INTERVENTIONS: Mapping[str, Any] = {
    "jump": _("%(actor)s把事项跳转到“%(step)s”。原因：%(reason)s"),
    "process:migrated": _("%(actor)s把事项改按第 %(version)s 版流程办理。原因：%(reason)s"),
    "process:suspended": _("%(actor)s挂起了事项。原因：%(reason)s"),
    "process:resumed": _("%(actor)s恢复了事项。"),
    "process:cancelled": _("%(actor)s终止了事项。原因：%(reason)s"),
    "variables:corrected": _("%(actor)s更正了已登记的内容。原因：%(reason)s"),
    "incident:retried": _("%(actor)s重试了失败的自动环节“%(step)s”。"),
    "work_item:transferred": _("%(actor)s改派了“%(step)s”。原因：%(reason)s"),
}
SENTENCES: Mapping[str, Any] = {
    "repeated": _("“%(step)s”共办了 %(times)s 次。"),
    "repeated seat": _("“%(step)s”（%(seat)s）共办了 %(times)s 次。"),
    "skipped_by_rule": _("“%(step)s”未经人办理，按规则“%(rule)s”通过（应由%(person)s办理）。"),
    "skipped_by_person": _("%(actor)s使“%(step)s”未办而过。原因：%(reason)s"),
    "drafted_and_signed": _("%(actor)s既起草又在“%(step)s”签署。"),
    "outside_hours": _("%(day)s 有 %(acts)s 次办理不在工作时间内，最后一次为%(actor)s %(time)s。"),
    "outside_hours off": _("%(day)s 为非工作日，有 %(acts)s 次办理，最后一次为%(actor)s %(time)s。"),
    "out_of_order given_at": _("%(number)s 编于 %(day)s，早于前一号 %(before)s 的 %(before_day)s。"),
    "out_of_order issued_on": _("%(number)s 成文日期 %(day)s，早于前一号 %(before)s 的 %(before_day)s。"),
    "voided": _("%(actor)s作废了 %(number)s。理由：%(reason)s"),
    "gap": _("%(series)s 第 %(first)s—%(last)s 号没有对应的登记。"),
    "backdated issued_on": _("成文日期 %(day)s，由%(actor)s于 %(entered_at)s 记入系统。"),
    "backdated dispatched_on": _("印发日期 %(day)s，由%(actor)s于 %(entered_at)s 记入系统。"),
    "recorded": _(
        "%(recorded_by)s于 %(recorded_at)s 代录%(actor)s的“%(step)s”，%(confirmed_by)s于 %(confirmed_at)s 确认，相隔 %(span)s。"
    ),
    "unconfirmed": _("%(recorded_by)s于 %(recorded_at)s 代录%(actor)s的“%(step)s”，至今未确认（%(days)s 个工作日）。"),
    "overdue": _(
        "“%(step)s”应于 %(due_at)s 前办，%(actor)s于 %(closed_at)s 办，逾期 %(days)s 个工作日，催办 %(urges)s 次。"
    ),
    "overdue open": _(
        "“%(step)s”应于 %(due_at)s 前办，至今未办（%(actor)s），逾期 %(days)s 个工作日，催办 %(urges)s 次。"
    ),
    "signed_after_number": _("已编 %(number)s 之后，%(actor)s才在“%(step)s”签署。"),
    "unanswered": _("“%(step)s”（%(seat)s）没有答复即关闭。"),
    "attachment_after_signing": _(
        "%(signed_by)s于 %(signed_at)s 签发后，%(actor)s在“%(step)s”改动了“%(field)s”；%(again)s"
    ),
    "text_after_signing added": _(
        "%(signed_by)s于 %(signed_at)s 签发后，%(actor)s在“%(step)s”给“%(field)s”补写“%(after)s”；%(again)s"
    ),
    "text_after_signing removed": _(
        "%(signed_by)s于 %(signed_at)s 签发后，%(actor)s在“%(step)s”从“%(field)s”删去“%(before)s”；%(again)s"
    ),
    "text_after_signing": _(
        "%(signed_by)s于 %(signed_at)s 签发后，%(actor)s在“%(step)s”改动了“%(field)s”：“%(before)s”改为“%(after)s”；%(again)s"
    ),
}
RULES: Mapping[str, Any] = {
    "initiator": _("办理人就是发起人"),
    "same_person": _("办理人此前已办理过本事项"),
}
SIGNED_AGAIN = _("%(again_by)s于 %(again_at)s 重新签署。")
NOT_SIGNED_AGAIN = _("此后没有重新签署。")
NO_REASON = _("（未写）")
NOBODY_YET = _("待领办")
