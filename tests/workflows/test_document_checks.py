"""行文规则 and elements of a document, each row with its clause; no database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.errors import InvalidSubmission
from engine.model import Actor, Value
from engine.process import Activity
from workflows.contract import StepFacts, Verdict
from workflows.document_approval import checks, rules
from workflows.document_approval import errors as refusals
from workflows.document_approval.checks import Circumstances
from workflows.document_approval.settings import DocumentSettings, IssuingCode
from workflows.secrecy import StateSecretRefused

SETTINGS = DocumentSettings(
    issuing_codes=(
        IssuingCode("沐原党", "principal", "中共沐原能源集团有限公司委员会"),
        IssuingCode("沐原办", "leader_of_office", "集团办公室"),
        IssuingCode("沐原函", "leader_of_unit", "沐原能源集团有限公司", may_instruct=False),
    ),
    office_unit="BGS",
    request_phrases=("妥否，请批示", "请批示", "请批准"),
    superior_organs=("砚江省国资委", "中共砚江省国资委委员会"),
    higher_organs=("砚江省人民政府",),
    subordinate_words=("所属企业",),
    person_titles=("同志", "主任"),
    opinion_phrases=("拟同意",),
    approval_phrases=("同意", "批准"),
    planned_types=("意见",),
)
ONE_SUPERIOR = replace(SETTINGS, superior_organs=("砚江省国资委",))
KNOWN = Circumstances(own_units=frozenset({"砚江热电公司"}), people=frozenset({"仇敬安"}))
NOTICE: dict[str, Value] = {
    "title": "沐原能源集团有限公司办公室关于2026年部分节假日安排的通知",
    "issuing_organ": "集团办公室",
    "issuing_code": "沐原办",
    "document_type": "通知",
    "direction": "下行文",
    "main_recipients": "各所属企业，总部各部门",
    "body": "放假安排。",
    "countersign_units": [],
}
REPORT: dict[str, Value] = {
    **NOTICE,
    "title": "沐原能源集团有限公司关于2026年春节期间值班安排的报告",
    "document_type": "报告",
    "direction": "上行文",
    "main_recipients": "砚江省国资委",
    "body": "特此报告。",
}
REQUEST: dict[str, Value] = {
    **REPORT,
    "title": "关于增加储备煤的请示",
    "document_type": "请示",
    "body": "妥否，请批示。",
}


def facts(variables: Mapping[str, Value], kind: str = "edit") -> StepFacts:
    return StepFacts(
        instance_id="1",
        activity=Activity(kind, "userTask", "环节", 1),
        actor=Actor("ranqinghe"),
        variables=variables,
        votes={},
        today=date(2025, 11, 12),
        now=datetime(2025, 11, 12, 1, tzinfo=UTC),
    )


def test_an_ordinary_notice_and_an_ordinary_report_are_let_through() -> None:
    for document in (NOTICE, REPORT, REQUEST):
        checks.require_rules_kept(document, ONE_SUPERIOR, KNOWN)
        assert checks.warnings_of(document, ONE_SUPERIOR, KNOWN) == ()


REFUSED: list[tuple[str, dict[str, Value], dict[str, Any], type[InvalidSubmission], str]] = [
    ("XW-02 第十五条（一）", REPORT, {"copied_organs": "各所属企业"}, refusals.CopiedToSubordinate, "copied_organs"),
    (
        "XW-02 by name",
        REPORT,
        {"copied_organs": "省发展改革委、砚江热电公司"},
        refusals.CopiedToSubordinate,
        "copied_organs",
    ),
    (
        "XW-03 第十四条",
        REPORT,
        {"main_recipients": "砚江省人民政府"},
        refusals.SkippedOrganNotCopied,
        "copied_organs",
    ),
    ("XW-06 第十五条（五）", REPORT, {"main_recipients": "仇敬安"}, refusals.AddressedToPerson, "main_recipients"),
    ("XW-06 by title", REPORT, {"main_recipients": "李明远同志"}, refusals.AddressedToPerson, "main_recipients"),
    (
        "XW-07 第十五条（三）",
        REQUEST,
        {"source_document": "砚江热电公司关于增加储备煤的请示"},
        refusals.OwnOpinionMissing,
        "body",
    ),
    ("XW-08 第十五条（二）", REPORT, {"important": True}, refusals.ConsentMissing, "consent"),
    ("XW-10 第十六条（一）", NOTICE, {"important": True}, refusals.SuperiorNotCopied, "copied_organs"),
    (
        "XW-11 第十六条（二）",
        NOTICE,
        {"issuing_code": "沐原函", "issuing_organ": "沐原能源集团有限公司"},
        refusals.MayNotInstruct,
        "issuing_code",
    ),
    ("XW-12 第十六条（二）", NOTICE, {"consent": "2025年第20次党委会"}, refusals.ApprovalNotStated, "body"),
    ("XW-14 第十七条", NOTICE, {"joint_organs": "砚江省国资委"}, refusals.UnequalJointIssue, "joint_organs"),
    ("XW-15 第十七条", NOTICE, {"issuing_organ": "党委办公室"}, refusals.BodyMismatch, "issuing_organ"),
    ("第九条（八）", NOTICE, {"main_recipients": None}, refusals.MainRecipientMissing, "main_recipients"),
    ("第八条（十二）", NOTICE, {"document_type": "批复"}, refusals.AnswerWithoutRequest, "source_document"),
    (
        "公布",
        NOTICE,
        {"document_type": "公告", "direction": "公布性公文", "disclosure_scope": "不公开"},
        refusals.NotWithheld,
        "disclosure_scope",
    ),
    ("保密法", NOTICE, {"body": "秘密★1年\n放假安排。"}, StateSecretRefused, "body"),
    ("保密法, alone on a line", NOTICE, {"body": "机密\n放假安排。"}, StateSecretRefused, "body"),
    ("保密法, in the title", NOTICE, {"title": "（绝密★）关于放假的通知"}, StateSecretRefused, "title"),
]


@pytest.mark.parametrize(("clause", "document", "changed", "refusal", "field"), REFUSED, ids=lambda one: str(one)[:24])
def test_what_the_rules_do_not_allow_is_refused(
    clause: str, document: dict[str, Value], changed: dict[str, Any], refusal: type[InvalidSubmission], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        checks.require_rules_kept({**document, **changed}, SETTINGS, KNOWN)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("document", "changed"),
    [
        (REPORT, {"copied_organs": "砚江省发展改革委"}),
        (REPORT, {"main_recipients": "砚江省人民政府", "copied_organs": "砚江省国资委"}),
        (REPORT, {"main_recipients": "李明远同志", "source_document": "李明远同志交办事项"}),
        (REQUEST, {"source_document": "砚江热电公司关于增加储备煤的请示", "body": "我公司拟同意。妥否，请批示。"}),
        (REPORT, {"important": True, "consent": "2025年第20次党委会"}),
        (REPORT, {"important": True, "issuing_code": "沐原党", "issuing_organ": "中共沐原能源集团有限公司委员会"}),
        (NOTICE, {"important": True, "copied_organs": "砚江省国资委"}),
        (NOTICE, {"consent": "2025年第20次党委会", "body": "经党委会同意，现通知如下。"}),
        (NOTICE, {"joint_organs": "中共某某集团有限公司委员会"}),
        (NOTICE, {"document_type": "批复", "source_document": "砚江热电公司关于增加储备煤的请示"}),
        (NOTICE, {"document_type": "纪要", "main_recipients": None}),
        (NOTICE, {"body": "注意保守商业秘密。按规定程序办理机密文件。"}),
    ],
)
def test_what_the_rules_allow_goes_on(document: dict[str, Value], changed: dict[str, Any]) -> None:
    checks.require_rules_kept({**document, **changed}, SETTINGS, KNOWN)


WARNED: list[tuple[str, dict[str, Value], dict[str, Any], str]] = [
    ("XW-01 第十五条（一）", REPORT, {"main_recipients": "砚江省国资委，砚江省应急厅"}, "several_main_recipients"),
    (
        "XW-03 第十四条",
        REPORT,
        {"main_recipients": "砚江省人民政府", "copied_organs": "砚江省国资委"},
        "level_skipped",
    ),
    ("XW-04 第十五条（四）", REQUEST, {"body": "一、请批准增加储备。二、妥否，请批示。"}, "several_matters"),
    ("XW-17 第十三条", NOTICE, {"document_type": "意见", "title": "关于值班的意见"}, "without_plan"),
    ("第九条（七）, type", NOTICE, {"title": "沐原能源集团关于2026年节假日安排的报告"}, "title_form"),
    ("第九条（七）, 关于…的", NOTICE, {"title": "2026年节假日安排通知"}, "title_form"),
]


@pytest.mark.parametrize(("clause", "document", "changed", "check"), WARNED, ids=lambda one: str(one)[:24])
def test_what_is_in_principle_otherwise_is_warned_of(
    clause: str, document: dict[str, Value], changed: dict[str, Any], check: str
) -> None:
    warned = checks.warnings_of({**document, **changed}, ONE_SUPERIOR, KNOWN)
    assert [one.check for one in warned] == [check]


def test_the_other_of_two_superiors_is_thought_of() -> None:
    """XW-09 第十五条（六）."""
    [warned] = checks.warnings_of(REPORT, SETTINGS, KNOWN)
    assert (warned.check, warned.seen) == ("other_superior_not_copied", "中共砚江省国资委委员会")
    assert checks.warnings_of({**REPORT, "copied_organs": warned.seen}, SETTINGS, KNOWN) == ()


@pytest.mark.parametrize("title", ["关于印发差旅费管理办法的通知（试行）", "某某公司关于值班安排的通知"])
def test_a_title_may_end_in_a_parenthesis_behind_its_type(title: str) -> None:
    assert checks.warnings_of({**NOTICE, "title": title}, ONE_SUPERIOR, KNOWN) == ()


@pytest.mark.parametrize(
    ("note", "listed"),
    [
        ("", ()),
        ("1. 2026年节假日及调休对照表", ("2026年节假日及调休对照表",)),
        ("2026年节假日及调休对照表", ("2026年节假日及调休对照表",)),
        ("附件：1.对照表；2.值班表", ("对照表", "值班表")),
        ("1. 对照表\n2. 值班表", ("对照表", "值班表")),
        ("1. 投资3.5亿元项目表 2. 值班表", ("投资3.5亿元项目表", "值班表")),
    ],
)
def test_a_note_of_annexes_is_read(note: str, listed: tuple[str, ...]) -> None:
    assert checks.annexes_listed(note) == listed


def test_the_note_lists_as_many_annexes_as_are_attached() -> None:
    """第九条（十）."""
    checks.require_annexes_listed({"annexes": ["a"], "annex_note": "1. 对照表"})
    checks.require_annexes_listed({"annexes": [], "annex_note": "1. 对照表"})
    for note in (None, "1. 对照表；2. 值班表"):
        with pytest.raises(refusals.AnnexesUnlisted):
            checks.require_annexes_listed({"annexes": ["a"], "annex_note": note})


def test_an_annex_that_the_note_calls_otherwise_is_warned_of() -> None:
    known = checks.known_by(["对照表.pdf"], KNOWN)
    named = {**NOTICE, "annexes": ["a"], "annex_note": "1. 2026年节假日及调休对照表"}
    assert checks.warnings_of(named, ONE_SUPERIOR, known) == ()
    [warned] = checks.warnings_of({**named, "annex_note": "1. 值班表"}, ONE_SUPERIOR, known)
    assert (warned.check, warned.seen) == ("annexes_named_otherwise", "对照表")


def test_an_annex_whose_name_bears_a_secrecy_mark_is_refused() -> None:
    with pytest.raises(StateSecretRefused):
        checks.require_rules_kept(NOTICE, SETTINGS, checks.known_by(["会议材料秘密★1年.pdf"], KNOWN))


# 核稿: what is warned of goes on with a reason, which is recorded

UNUSUAL = {**NOTICE, "title": "2026年节假日安排通知"}


def judged(variables: Mapping[str, Value], decision: str = "agree") -> Verdict:
    return rules.judge_edit(facts(variables), decision, "", ONE_SUPERIOR, KNOWN)


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_warning_without_a_reason_does_not_go_on_but_can_be_returned(reason: str | None) -> None:
    with pytest.raises(refusals.ChecksUnanswered) as refused:
        judged({**UNUSUAL, "override_reason": reason})
    assert refused.value.checks == ("title_form",)
    assert judged(UNUSUAL, "revise") == Verdict()


def test_a_warning_that_is_kept_is_recorded_with_its_reason_and_not_warned_of_again() -> None:
    verdict = judged({**UNUSUAL, "override_reason": "沿用历年标题。"})
    [change] = verdict.records
    assert change.record == "document_check"
    assert {key: change.values[key] for key in ("check_name", "seen", "reason", "person", "activity_id")} == {
        "check_name": "title_form",
        "seen": "2026年节假日安排通知",
        "reason": "沿用历年标题。",
        "person": "ranqinghe",
        "activity_id": "edit",
    }
    assert verdict.variables["override_reason"] is None
    assert judged({**UNUSUAL, **verdict.variables}) == Verdict()
    with pytest.raises(refusals.ChecksUnanswered):
        judged({**UNUSUAL, **verdict.variables, "title": "2026年放假安排通知"})


def test_a_draft_that_names_no_department_is_countersigned_by_none() -> None:
    unsaid = {**NOTICE, "countersign_units": None}
    assert rules.judge_draft(facts(unsaid), "submit", "", ONE_SUPERIOR).variables == {"countersign_units": []}


def test_where_the_draft_says_nothing_the_usual_disclosure_is_kept() -> None:
    usual = replace(ONE_SUPERIOR, default_disclosure="集团内公开")
    assert rules.judge_draft(facts(NOTICE), "submit", "", usual).variables == {"disclosure_scope": "集团内公开"}
    said = {**NOTICE, "disclosure_scope": "限定范围"}
    assert rules.judge_draft(facts(said), "submit", "", usual) == Verdict()


# 第二十二条, 第九条（十二）: a document of several bodies bears the date of the last signature

JOINT: dict[str, Value] = {
    **NOTICE,
    "joint_organs": "甲集团，乙集团",
    "signed_by": "qiujingan",
    "issued_on": "2025-11-12",
    "copies": 19,
    "distribution_units": ["QY1"],
}


def signatures(first: str, second: str | None) -> list[Value]:
    rows: list[Value] = [{"organ": "甲集团", "signatory": "赵一鸣", "signed_on": first}]
    return [*rows, {"organ": "乙集团", "signatory": "钱有为", "signed_on": second}] if second else rows


@pytest.mark.parametrize(
    ("second", "dated"), [("2025-11-14", {"issued_on": "2025-11-14"}), ("2025-11-10", {"issued_on": "2025-11-13"})]
)
def test_the_last_signature_dates_a_joint_document(second: str, dated: dict[str, str]) -> None:
    signed = {**JOINT, "joint_signatures": signatures("2025-11-13", second)}
    for judge, decision in ((rules.judge_verify, "pass"), (rules.judge_register, "submit")):
        verdict = judge(facts(signed), decision, "", ONE_SUPERIOR)
        assert (verdict.variables, [one.values for one in verdict.records]) == (dated, [dated])


def test_a_body_that_has_not_signed_holds_a_joint_document_up() -> None:
    with pytest.raises(refusals.JointSignaturesMissing) as refused:
        rules.judge_verify(
            facts({**JOINT, "joint_signatures": signatures("2025-11-13", None)}), "pass", "", ONE_SUPERIOR
        )
    assert refused.value.organ == "乙集团"


# 第二十五条（二）（三）


def test_what_has_no_number_is_neither_typeset_nor_printed() -> None:
    with pytest.raises(refusals.NotNumbered):
        rules.judge_typeset(facts(NOTICE, "typeset"), "submit", "")
    assert rules.judge_typeset(facts({**NOTICE, "document_number": "沐原办〔2025〕47号"}), "submit", "") == Verdict()


def test_no_more_is_sealed_than_was_printed_and_only_what_was_signed() -> None:
    sealed = {**JOINT, "sealed_copies": 19, "seal_basis": "签发意见", "seal_supervisor": "quanning"}
    verdict = rules.judge_seal(facts(sealed, "seal"), "submit", "")
    assert [one.record for one in verdict.records] == ["document", "seal_use"]
    assert verdict.records[1].values["seal"] == "集团办公室印章"
    assert verdict.records[1].values["approved_by"] == "qiujingan"
    with pytest.raises(refusals.SealedMoreThanPrinted):
        rules.judge_seal(facts({**sealed, "sealed_copies": 20}, "seal"), "submit", "")
    with pytest.raises(refusals.SignatureMissing):
        rules.judge_seal(facts({**sealed, "signed_by": None}, "seal"), "submit", "")


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"important": True}, "leader_of_office"),
        ({"direction": "上行文"}, "principal"),
        ({"important": True, "issuing_code": "沐原党"}, "principal"),
    ],
)
def test_an_office_may_be_authorised_to_sign_its_own_important_documents_but_never_upward_ones(
    changed: dict[str, Value], rule: str
) -> None:
    authorised = replace(
        SETTINGS,
        issuing_codes=(
            IssuingCode("沐原党", "principal"),
            IssuingCode("沐原办", "leader_of_office", important_to_principal=False),
        ),
    )
    assert rules.signatory_rule({**NOTICE, **changed}, authorised) == rule
