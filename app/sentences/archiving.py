"""What people read of 整理归档."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "ArchiveItemNotFound": _("没有这一件归档文件。"),
    "TransferNotFound": _("没有这份移交清册。"),
    "NotPending": _("这个事项不在%(year)s年度的相应清单中，可能已由他人处理，请刷新后再看。"),
    "YearNumbered": _("%(year)s年度已由%(by)s于 %(at)s 编号，不再组件、拆件或重新编号。"),
    "YearNotNumbered": _("%(year)s年度还没有编号。"),
    "YearNotOver": _("%(year)s年度还没有结束，不能编号。"),
    "CasesPending": _("%(year)s年度还有 %(count)s 件待归档，须先组件或者写明不归档的理由，再一次编号。"),
    "NothingToNumber": _("%(year)s年度还没有组件，没有可以编号的。"),
    "OrderChanged": _("排列在您查看之后有变化，请重新核对后再编号。"),
    "ItemStateRefused": _("“%(title)s”现在的状态是“%(state)s”，不能这样做。"),
    "PeriodRefused": _("“%(title)s”没有保管期限，请选择。"),
    "ArchiveWordsRefused": _("请填写一行文字，不超过 %(limit)s 个字符。"),
    "ArchiveUnitUnknown": _("没有代码为“%(unit)s”的机构。"),
    "ArchiveDateRefused": _("请填写文件日期，不晚于整理的年度。"),
    "PagesRefused": _("页数应为正整数。"),
    "ManualResultMissing": _("请写明人工检测的结果，不超过 %(limit)s 个字符。"),
    "NotInspected": _("%(year)s年度还没有通过四性检测，不能移交。"),
    "NothingToTransfer": _("没有可以移交的归档文件：都已列入清册。"),
    "TransferSigned": _("%(by)s已于 %(at)s 签字。"),
    "TransferNotHandedOver": _("移交人还没有签字。"),
    "TransferChanged": _("清册所列与现在的归档文件不一致，不能签字；请档案员重新生成清册。"),
    "SameHand": _("移交人和接收人不能是同一人。"),
}
STANDINGS: Mapping[str, Any] = {
    "pending": _("待归档"),
    "not_archived": _("不归档"),
    "unfinished": _("未办结"),
}
UNFILED: Mapping[str, Any] = {
    "decided": _("档案员：%(reason)s"),
    "merged": _("重复件，并入 %(reason)s"),
    "returned": _("退文：%(reason)s"),
    "closing": _("办结时定：%(reason)s"),
    "cancelled": _("终止办理"),
    "flow": _("归档范围：%(reason)s"),
}
ITEM_STATES: Mapping[str, Any] = {
    "assembled": _("已组件"),
    "numbered": _("已编号"),
    "dissolved": _("已拆件"),
    "removed": _("已出件"),
}
PART_KINDS: Mapping[str, Any] = {
    "processing_sheet": _("文件处理单"),
    "incoming": _("来文"),
    "further_copy": _("重复件"),
    "recorded_original": _("代录原件"),
    "result": _("办理结果"),
    "reply": _("复文"),
    "original": _("正本"),
    "annex": _("附件"),
    "final_draft": _("定稿"),
    "marked_draft": _("花脸稿"),
    "drafting_sheet": _("发文稿纸"),
    "sheet": _("审批单"),
    "agenda_item": _("议题"),
    "material": _("材料"),
    "minutes": _("会议纪要"),
    "meeting_record": _("会议记录（另存，查阅须批准）"),
    "paper": _("纸质文件"),
}
PROPERTIES: Mapping[str, Any] = {
    "authenticity": _("真实性"),
    "integrity": _("完整性"),
    "usability": _("可用性"),
    "security": _("安全性"),
}
CHECKS: Mapping[str, Any] = {
    "digest": _("电子文件与组件时一致"),
    "process": _("办理过程记录与组件时一致"),
    "code_rule": _("档号符合编制规则"),
    "code_unique": _("档号不重复"),
    "duplicate": _("文号、责任者、题名不重复"),
    "plausible": _("保管期限、日期在规定范围内"),
    "count": _("总件数相符"),
    "continuous": _("件号、件内顺序连续"),
    "required": _("题名、责任者、日期不缺"),
    "process_whole": _("办理过程完整，均已办结"),
    "contents": _("内容齐全，与登记的大小一致"),
    "format": _("文件格式可以归档"),
    "encrypted": _("文件没有加密"),
    "virus": _("病毒检测"),
    "carrier": _("载体和移交过程安全"),
}
OUTCOMES: Mapping[str, Any] = {
    "passed": _("通过"),
    "manual": _("人工"),
    "failed": _("不通过"),
}
METADATA: Mapping[str, Any] = {"title": _("缺题名"), "responsible": _("缺责任者"), "dated_on": _("缺日期")}
"""What a check says of 件 that lack what the catalogue must hold."""
