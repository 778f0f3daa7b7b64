"""What people read of 收文."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from workflows.incoming_document.errors import NotReadyToClose

SENTENCES: Mapping[str, Any] = {
    "CountMismatch": _("清点不符的，请先与来文单位核对，核对无误后再签收（第二十四条）。"),
    "UrgencyOfTelegram": _("“%(urgency)s”只用于电报（第九条），公文的紧急程度只有特急、加急。"),
    "SuspectedDuplicate": _(
        "疑似重复，与%(number)s相同：来文机关和来文字号一致。是同一件的，请选“并入”；不是的，请填写“不是重复件的理由”。"
    ),
    "NothingToMergeInto": _("没有来文机关和来文字号相同的已登记来文，不能并入。"),
    "InstructorsMissing": _("请选择请哪位领导批示，或者选“直接分办”。"),
    "InstructionRequired": _("批示请写明意见；没有意见的，请选“圈阅”。"),
    "LeadUnitMissing": _("由部门办理的，应当明确一个主办单位（第二十四条）。"),
    "LeadAmongOthers": _("主办单位不能同时是协办单位。"),
    "SentencesUnallocated": _("批示的每一句都要有去向，还没有去向的：%(sentences)s。"),
    "DestinationContradicts": _("“%(sentence)s”选了“不办理”，不能再选其他去向。"),
    "DestinationReasonMissing": _("“%(sentence)s”不办理的，请写明理由。"),
    "DestinationUnitsMissing": _("“%(sentence)s”转议题的，请选择提报议题的单位。"),
    "ReadersMissing": _("有批示要求传阅，请选择传阅人员。"),
    "ReadingDateMissing": _("请填写传阅期限。"),
    "DueBeforeToday": _("期限（%(due_on)s）不能早于今天。"),
    "NothingAllocated": _("请选择主办单位或传阅人员，或者写明批示的其他去向。"),
    "HandlerMissing": _("签收时请指定承办人。"),
    "ReplacementMissing": _("请选择改由哪个单位办理。"),
    "ReplacementInvolved": _("这个单位已经在办理本件，请选择其他单位。"),
    "RetentionMissing": _("归档的，请选择拟保管期限。"),
    "ArchiveReasonMissing": _("不归档的，请写明理由。"),
    "NotRegistered": _("本件还没有登记，没有可以更正的登记内容。"),
    "NothingCorrected": _("没有改动，登记内容与原来相同。"),
    "NotReadyToClose": _("还不能办结：%(missing)s。"),
}
MISSING: Mapping[str, Any] = {
    "readers": _("传阅未齐，缺%(names)s"),
    "lead": _("主办单位%(names)s未报办结"),
    "units": _("协办单位%(names)s未报"),
    "unverified": _("值班登记还没有补核"),
}


def missing_sentence(readers: tuple[str, ...], lead: str, units: tuple[str, ...], *, unverified: bool) -> str:
    """Say who still holds back the closing of a document, by name; empty where nobody does."""
    told = [
        (MISSING["readers"], "、".join(readers)),
        (MISSING["lead"], lead),
        (MISSING["units"], "、".join(units)),
        (MISSING["unverified"], "…" if unverified else ""),
    ]
    return "；".join(str(text) % {"names": names} for text, names in told if names)


def not_ready(error: NotReadyToClose) -> str:
    """Return what people read where a document cannot be closed yet."""
    return missing_sentence(error.readers, error.lead, error.units, unverified=error.unverified)
