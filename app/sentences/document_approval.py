"""What people read of 发文."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "ReportContainsRequest": _("报告不得夹带请示事项（第十五条），请删除“%(phrase)s”。"),
    "ReconciliationRequired": _("会签部门有修改意见，请填写采纳情况后再送核稿。"),
    "ConsultationRequired": _("会签部门有不同意见，请填写协商结果后再送核稿。"),
    "NotTheSignatory": _("本件应由指定的签发人签发，他人不能代为签发。"),
    "NotTheOriginalSignatory": _(
        "复核后作实质性修改的，应由原签发人（%(signatory)s）复审，他人不能代替（第二十五条）。"
    ),
    "SignatoryNotAppointed": _(
        "重要公文和上行文应由主要负责人签发（第二十二条），本流程没有确定签发人，请联系流程管理员。"
    ),
    "DirectionMismatch": _("“%(document_type)s”应为%(direction)s（第八条），请更正文种或行文方向。"),
    "SignatureMissing": _("未经签发的文件不能复核、登记（第二十五条）。"),
    "RegistrationIncomplete": _("登记编号应当填写印制份数和分送单位（第二十五条）。"),
    "NotNumbered": _("尚未登记编号的文件不能核发（第二十五条）。"),
    "DispatchedBeforeIssue": _("印发日期不能早于成文日期（%(issued_on)s）。"),
    "UnknownIssuingCode": _("机关代字“%(code)s”没有登记，请选择本单位的机关代字。"),
    "RefusedTextUnchanged": _("原签发人不同意现在的文稿，请改回或修改后再通过，或再次送原签发人复审。"),
    "NoSignatory": _("按规则应由%(rule)s签发，但没有这样的人。"),
    "NotSigned": _("未经签发的文件不能编号。"),
}
