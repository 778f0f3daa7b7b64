"""What kinds of step are called, where they are spoken of apart from a flow."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

KIND_LABELS: Mapping[str, Any] = {
    "draft": _("起草"),
    "review": _("审核"),
    "edit": _("核稿"),
    "countersign": _("会签"),
    "reconcile": _("会签意见采纳"),
    "sign_and_issue": _("签发"),
    "verify": _("复核"),
    "register": _("登记"),
    "typeset": _("排版"),
    "proofread": _("校对"),
    "print": _("印制"),
    "seal": _("用印"),
    "dispatch": _("核发"),
    "receive": _("签收"),
    "preliminary_review": _("初审"),
    "propose": _("拟办"),
    "instruct": _("批示"),
    "allocate": _("分办"),
    "handle": _("承办"),
    "circulate": _("传阅"),
    "report": _("反馈"),
    "sign_off": _("审签"),
    "reply": _("答复"),
    "approve": _("审批"),
    "vote": _("表决"),
    "close": _("办结（环节）"),
    "archive": _("归档"),
    "arrange": _("会议筹备"),
    "set_agenda": _("拟定议程"),
    "convene": _("会议通知"),
    "answer": _("会议回执"),
    "grant_leave": _("请假审批"),
    "check_in": _("签到"),
    "deliberate": _("会议议事"),
}


def kind_label(kind: str | None) -> str:
    return str(KIND_LABELS.get(kind or "", kind or ""))
