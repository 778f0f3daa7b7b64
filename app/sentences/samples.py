"""What people read of an auditor's samples."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from workflows.samples.values import Answer, Conclusion, Method

SENTENCES: Mapping[str, Any] = {
    "SampleNotFound": _("没有这次抽样，或者其中没有这一件。"),
    "NothingToSample": _("没有符合条件的事项，无从抽样。"),
    "SampleSizeRefused": _("数量应为 1 至 1000 的整数，或者百分之一至一百的比例。"),
    "SampleNameRequired": _("请写明这次抽样的名称或目的。"),
    "FindingTooLong": _("审计发现不能超过 %(most)s 个字符。"),
}
METHODS: Mapping[Method, Any] = {Method.RANDOM: _("随机"), Method.RISK: _("按风险")}
CONCLUSIONS: Mapping[Conclusion, Any] = {
    Conclusion.SOUND: _("未见问题"),
    Conclusion.FLAWED: _("有问题"),
    Conclusion.TO_FOLLOW: _("需进一步核实"),
}
ANSWERS: Mapping[Answer, Any] = {Answer.YES: _("是"), Answer.NO: _("否"), Answer.NOT_APPLICABLE: _("不适用")}
