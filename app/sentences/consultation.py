"""What people read of 会签意见采纳."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "ReconciliationRequired": _("会签部门有修改意见，请填写采纳情况后再送核稿。"),
    "OpinionUnanswered": _("请写明“%(unit)s”的会签意见是否采纳。"),
    "NotAdoptedWithoutReason": _("“%(unit)s”的会签意见没有全部采纳，请写明理由。"),
    "ConsultationRequired": _("会签部门有不同意见，请填写协商结果后再送核稿。"),
    "NotAgreedUpon": _("与“%(unit)s”尚未协商一致，不得向下行文（第十六条），请继续协商或报上级裁定。"),
}
