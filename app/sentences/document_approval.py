"""What people read of 发文."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

SENTENCES: Mapping[str, Any] = {
    "ReportContainsRequest": _("报告不得夹带请示事项（第十五条），请删除“%(phrase)s”。"),
    "NotTheSignatory": _("本件应由%(signatory)s签发，他人不能代为签发。"),
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
    "TypeUnfit": _(
        "“%(document_type)s”不适用于这种行文方向和目的（第八条），可用文种：%(allowed)s。请更正文种、行文方向或行文目的。"
    ),
    "BodyMismatch": _(
        "机关代字“%(code)s”属于“%(registered)s”，不能由“%(organ)s”使用（第十七条），请更正发文机关或机关代字。"
    ),
    "MayNotInstruct": _("机关代字“%(code)s”不能用于向下级党委行文、提出指令性要求（第十六条），请更换机关代字。"),
    "MainRecipientMissing": _("请填写主送机关（第九条）；决议、公报、公告、通告、纪要可以不填。"),
    "AnswerWithoutRequest": _("批复应当写明所答复的请示（第八条），请填写来文标题、字号。"),
    "NotWithheld": _("面向社会公布的公文，公开范围不能是“不公开”。"),
    "CopiedToSubordinate": _("上行文不得抄送下级机关（第十五条），请从抄送中删除“%(organ)s”。"),
    "SkippedOrganNotCopied": _("越级行文应当同时抄送被越过的机关（第十四条），请在抄送中增加“%(organ)s”。"),
    "AddressedToPerson": _(
        "不得以本机关名义向上级机关负责人报送公文（第十五条），请将主送“%(organ)s”改为机关；确系负责人交办的，请填写来文标题、字号。"
    ),
    "OwnOpinionMissing": _(
        "转报下级机关的请示，应当提出倾向性意见，不得原文转报（第十五条），请在正文中写明本机关意见。"
    ),
    "ConsentMissing": _(
        "办公室名义向上级请示、报告重大事项，应当经本级党委同意或者授权（第十五条），请填写同意或授权依据。"
    ),
    "SuperiorNotCopied": _("重要的下行文应当同时抄送直接上级机关（第十六条），请在抄送中增加“%(organ)s”。"),
    "ApprovalNotStated": _("经上级或党委同意后由办公室行文的，文中须注明已经同意（第十六条），请在正文中写明。"),
    "UnequalJointIssue": _("只有同级机关可以联合行文（第十七条），请从联合发文机关中删除“%(organ)s”。"),
    "AnnexesUnlisted": _("附件有 %(attached)s 个，附件说明列了 %(listed)s 个（第九条），请按“1. 名称”逐个列出。"),
    "ChecksUnanswered": _("请核对：%(checks)s 确需保留的，请填写保留理由。"),
    "JointSignaturesMissing": _("联合行文由所有机关的负责人签发（第二十二条），请填写“%(organ)s”的签发人和签发日期。"),
    "SealedMoreThanPrinted": _("用印份数不能多于印制份数（%(printed)s 份）。"),
    "NothingToVoid": _("这个事项没有可以作废的号，或者号已经作废。"),
    "AlreadyIssued": _("%(number)s 已经核发，不能作废此号；需要停止执行的，应当另行文撤销或废止。"),
    "SigningRuleRefused": _("签发权限没有保存：%(reason)s。"),
}

CHECKS: Mapping[str, Any] = {
    "several_main_recipients": _("上行文原则上主送一个上级机关（第十五条）"),
    "level_skipped": _("一般不得越级行文（第十四条）"),
    "several_matters": _("请示应当一文一事（第十五条），正文中不止一处请求"),
    "other_superior_not_copied": _("受双重领导的，必要时抄送另一个上级机关（第十五条）"),
    "without_plan": _("行文应当确有必要（第十三条），没有填写发文依据"),
    "title_form": _("标题一般由发文机关、“关于…的”和文种组成（第九条）"),
    "annexes_named_otherwise": _("附件说明与附件的名称不符（第九条）"),
}
"""What is warned of at 核稿, by the name of the check."""

SIGNING_REASONS: Mapping[str, Any] = {
    "code": _("机关代字应为 1 至 20 个汉字或字母"),
    "organ": _("请填写发文机关名称，不超过 100 个字符"),
    "person": _("没有这个人员，或者已经停用"),
    "signatory": _("请选择签发人"),
    "important": _("重要公文由主要负责人签发（第二十二条），只有办公室名义的代字可以另行规定"),
    "date": _("生效日期不正确"),
    "past": _("生效日期不能早于今天"),
}

ACTS: Mapping[str, Any] = {"case:recorded document.number_voided": _("%(actor)s 作废此号")}
"""What is recorded in a case beside its steps."""
