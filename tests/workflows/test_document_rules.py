"""The rules of 公文, each with the clause it comes from; no database."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model import Actor, Value
from engine.process import Activity
from workflows.consultation.errors import ConsultationRequired, ReconciliationRequired
from workflows.contract import StepFacts, Verdict
from workflows.document_approval import rules
from workflows.document_approval.errors import (
    DirectionMismatch,
    DispatchedBeforeIssue,
    NotNumbered,
    NotTheOriginalSignatory,
    NotTheSignatory,
    RegistrationIncomplete,
    ReportContainsRequest,
    SignatoryNotAppointed,
    SignatureMissing,
    UnknownIssuingCode,
)
from workflows.document_approval.settings import DocumentSettings, IssuingCode

SETTINGS = DocumentSettings(
    issuing_codes=(
        IssuingCode("沐原党", "principal"),
        IssuingCode("沐原办", "leader_of_office"),
        IssuingCode("沐原", "leader_of_unit"),
    ),
    office_unit="BGS",
    request_phrases=("妥否，请批示", "请批准"),
)
NOTICE: dict[str, Value] = {
    "issuing_code": "沐原办",
    "document_type": "通知",
    "direction": "下行文",
    "main_recipients": "各所属企业",
    "body": "放假安排。",
    "countersign_units": [],
}
REPORT: dict[str, Value] = {
    "issuing_code": "沐原",
    "document_type": "报告",
    "direction": "上行文",
    "main_recipients": "砚江省国资委",
    "body": "特此报告。",
    "countersign_units": [],
}
SIGNED: dict[str, Value] = {**NOTICE, "signed_by": "qiujingan", "issued_on": "2025-11-13"}
REGISTERED: dict[str, Value] = {**SIGNED, "copies": 19, "distribution_units": ["QY1", "CWB"]}
EVENING = datetime(2025, 11, 12, 15, 30, tzinfo=UTC)


def facts(variables: dict[str, Value], actor: str = "qiujingan", votes: dict[str, str] | None = None) -> StepFacts:
    said = {unit: {"decision": decision} for unit, decision in (votes or {}).items()}
    return StepFacts(
        instance_id="1",
        activity=Activity("step", "userTask", "环节", 1),
        actor=Actor(actor),
        variables=variables,
        votes={"countersign": said} if said else {},
        today=date(2025, 11, 12),
        now=EVENING,
    )


# GB/T 9704-2012, 7.2.5


@given(
    code=st.sampled_from(["沐原办", "沐原党办", "X办函"]), year=st.integers(1900, 2099), serial=st.integers(1, 99_999)
)
def test_a_number_is_read_as_it_was_written(code: str, year: int, serial: int) -> None:
    written = rules.format_number(code, year, serial)
    assert rules.parse_number(written) == (code, year, serial)
    assert rules.repair_number(written) == written


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("沐原办[2025]47号", "沐原办〔2025〕47号"),
        ("沐原办【2025】47号", "沐原办〔2025〕47号"),
        ("沐原办(2025)47号", "沐原办〔2025〕47号"),
        ("沐原办（2025）47号", "沐原办〔2025〕47号"),
        ("沐原办［2025］47号", "沐原办〔2025〕47号"),
        ("沐原办〔25〕47号", "沐原办〔2025〕47号"),
        ("沐原办〔2025〕第47号", "沐原办〔2025〕47号"),
        ("沐原办〔2025〕047号", "沐原办〔2025〕47号"),
        ("沐原办〔２０２５〕４７号", "沐原办〔2025〕47号"),
        ("沐原办〔20２5〕47号", "沐原办〔2025〕47号"),
        (" 沐原办 〔2025〕 47 号 ", "沐原办〔2025〕47号"),
        ("沐原办〔1825〕47号", None),
        ("沐原办〔2025〕0号", None),
        ("沐原办〔2025〕号", None),
        ("〔2025〕47号", None),
        ("关于放假的通知", None),
        ("", None),
    ],
)
def test_a_number_written_otherwise_is_refused_and_a_repair_offered_where_it_can_be_told(
    written: str, meant: str | None
) -> None:
    assert rules.parse_number(written) is None
    assert rules.repair_number(written) == meant


# 第二十二条


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({}, "leader_of_office"),
        ({"issuing_code": "沐原"}, "leader_of_unit"),
        ({"issuing_code": "沐原党"}, "principal"),
        ({"important": False}, "leader_of_office"),
        ({"important": True}, "principal"),
        ({"direction": "上行文"}, "principal"),
        ({"document_type": "请示", "direction": None}, "principal"),
        ({"document_type": "报告", "direction": "下行文"}, "principal"),
    ],
)
def test_the_signatory_follows_from_code_direction_type_and_weight(changed: dict[str, Value], rule: str) -> None:
    assert rules.signatory_rule({**NOTICE, **changed}, SETTINGS) == rule


@pytest.mark.parametrize("code", [None, "", "中办发"])
def test_a_draft_without_a_code_of_this_office_is_refused(code: str | None) -> None:
    with pytest.raises(UnknownIssuingCode):
        rules.judge_draft(facts({**NOTICE, "issuing_code": code}), "submit", "", SETTINGS)


def test_a_fitting_draft_is_accepted_and_changes_nothing() -> None:
    assert rules.judge_draft(facts(NOTICE), "submit", "", SETTINGS) == Verdict()
    assert rules.judge_draft(facts(REPORT), "submit", "", SETTINGS) == Verdict()


# 第八条, 第十五条（四）: at every step that can change the text

JUDGES_OF_TEXT = {
    "draft": (rules.judge_draft, "submit"),
    "edit": (rules.judge_edit, "agree"),
    "reconcile": (rules.judge_reconcile, "submit"),
    "verify": (rules.judge_verify, "pass"),
    "verify, of substance": (rules.judge_verify, "substantive"),
}


@pytest.mark.parametrize("step", JUDGES_OF_TEXT)
@pytest.mark.parametrize("request_in_it", ["妥否，请批示", "妥否，\n  请批示", "以上请批准。"])
def test_a_report_may_not_contain_a_request_at_any_step_that_writes_text(step: str, request_in_it: str) -> None:
    judge, decision = JUDGES_OF_TEXT[step]
    report = {**REPORT, "signed_by": "shaoqiheng", "issued_on": "2025-11-12", "body": f"安排如下。{request_in_it}"}
    with pytest.raises(ReportContainsRequest) as refused:
        judge(facts(report), decision, "", SETTINGS)
    assert refused.value.field == "body"


@pytest.mark.parametrize("step", JUDGES_OF_TEXT)
@pytest.mark.parametrize(
    ("document_type", "direction", "due"),
    [
        ("报告", "下行文", "上行文"),
        ("请示", "平行文", "上行文"),
        ("批复", "上行文", "下行文"),
        ("函", "下行文", "平行文"),
    ],
)
def test_a_type_that_goes_one_way_is_refused_another_at_any_step_that_writes_text(
    step: str, document_type: str, direction: str, due: str
) -> None:
    judge, decision = JUDGES_OF_TEXT[step]
    with pytest.raises(DirectionMismatch) as refused:
        judge(facts({**SIGNED, "document_type": document_type, "direction": direction}), decision, "", SETTINGS)
    assert (refused.value.field, refused.value.direction) == ("document_type", due)


@pytest.mark.parametrize("judge", [rules.judge_edit, rules.judge_reconcile])
def test_a_text_that_does_not_fit_can_still_be_returned(judge: object) -> None:
    assert callable(judge)
    assert judge(facts({**REPORT, "body": "请批准。"}), "revise", "", SETTINGS) == Verdict()


@pytest.mark.parametrize(
    ("document_type", "direction"), [("请示", "上行文"), ("意见", "上行文"), ("通知", "下行文"), ("函", "平行文")]
)
def test_other_types_may_contain_the_words_of_a_request(document_type: str, direction: str) -> None:
    draft = {**NOTICE, "document_type": document_type, "direction": direction, "body": "妥否，请批示"}
    assert rules.judge_draft(facts(draft), "submit", "", SETTINGS) == Verdict()


# 第十九条, 第二十条


@pytest.mark.parametrize("vote", ["amend", "disagree"])
@pytest.mark.parametrize("said", [None, "", "  \n"])
def test_a_change_asked_for_is_answered_before_the_draft_goes_on(vote: str, said: str | None) -> None:
    asked = facts({**NOTICE, "reconciliation": said}, votes={"AHB": vote, "DQB": "agree"})
    with pytest.raises(ReconciliationRequired):
        rules.judge_reconcile(asked, "submit", "", SETTINGS)
    assert rules.judge_reconcile(asked, "revise", "", SETTINGS) == Verdict()


def test_a_disagreement_is_consulted_about_before_the_draft_goes_on() -> None:
    answered: dict[str, Value] = {**NOTICE, "reconciliation": "采纳。", "consultation": " "}
    with pytest.raises(ConsultationRequired):
        rules.judge_reconcile(facts(answered, votes={"AHB": "disagree"}), "submit", "", SETTINGS)
    assert rules.judge_reconcile(facts(answered, votes={"AHB": "amend"}), "submit", "", SETTINGS) == Verdict()
    answered["consultation"] = "经协商，同意。"
    assert rules.judge_reconcile(facts(answered, votes={"AHB": "disagree"}), "submit", "", SETTINGS) == Verdict()


@pytest.mark.parametrize("votes", [None, {"AHB": "agree", "DQB": "agree"}])
def test_where_all_agree_nothing_need_be_said(votes: dict[str, str] | None) -> None:
    assert rules.judge_reconcile(facts(NOTICE, votes=votes), "submit", "", SETTINGS) == Verdict()


# 第二十二条, 第二十五条（一）


def test_a_signature_sets_signatory_instant_and_date_in_the_case_and_in_the_record() -> None:
    verdict = rules.judge_sign_and_issue(facts({**NOTICE, "signatory": "qiujingan"}), "agree", "同意印发。")
    signed = {
        "signed_by": "qiujingan",
        "signed_at": "2025-11-12T15:30:00.000000Z",
        "issued_on": "2025-11-12",
    }
    assert verdict.variables == {**signed, rules.REFUSED_TEXT: None}
    [change] = verdict.records
    assert (change.record, change.record_id, change.values) == ("document", "1", signed)


def test_a_signatory_who_returns_the_draft_signs_nothing() -> None:
    verdict = rules.judge_sign_and_issue(facts({**NOTICE, "signatory": "qiujingan"}), "revise", "重写。")
    assert set(verdict.variables) == {rules.REFUSED_TEXT}
    assert verdict.records == ()


@pytest.mark.parametrize("decision", ["agree", "revise"])
def test_nobody_signs_or_returns_in_place_of_the_signatory(decision: str) -> None:
    appointed = facts({**REPORT, "signatory": "shaoqiheng"}, actor="biancongzhou")
    with pytest.raises(NotTheSignatory):
        rules.judge_sign_and_issue(appointed, decision, "同意")


@pytest.mark.parametrize("decision", ["agree", "revise"])
def test_a_second_signature_is_the_same_signatorys(decision: str) -> None:
    other = facts({**SIGNED, "signatory": "yuwenshu"}, actor="yuwenshu")
    with pytest.raises(NotTheOriginalSignatory) as refused:
        rules.judge_sign_and_issue(other, decision, "同意")
    assert refused.value.signatory == "qiujingan"


def test_a_second_signature_moves_the_date() -> None:
    earlier = {**SIGNED, "issued_on": "2025-11-10"}
    assert rules.judge_sign_and_issue(facts(earlier), "agree", "同意").variables["issued_on"] == "2025-11-12"


@pytest.mark.parametrize("changed", [{"important": True}, {"direction": "上行文"}, {"document_type": "请示"}])
def test_what_needs_the_principal_is_not_signed_where_no_signatory_was_appointed(changed: dict[str, Value]) -> None:
    with pytest.raises(SignatoryNotAppointed):
        rules.judge_sign_and_issue(facts({**NOTICE, **changed}), "agree", "同意")


def test_an_ordinary_document_is_signed_by_whom_the_flow_names_where_no_rule_was_asked() -> None:
    assert rules.judge_sign_and_issue(facts(NOTICE), "agree", "同意").variables["signed_by"] == "qiujingan"


# 第二十五条


@pytest.mark.parametrize("missing", ["signed_by", "issued_on"])
def test_what_was_not_signed_is_neither_verified_nor_registered(missing: str) -> None:
    unsigned = facts({**REGISTERED, missing: None})
    with pytest.raises(SignatureMissing):
        rules.judge_verify(unsigned, "pass", "", SETTINGS)
    with pytest.raises(SignatureMissing):
        rules.judge_register(unsigned, "submit", "", SETTINGS)


def test_what_was_signed_is_verified() -> None:
    assert rules.judge_verify(facts(SIGNED), "pass", "", SETTINGS) == Verdict()


def test_a_registration_with_code_copies_and_destinations_is_accepted() -> None:
    assert rules.judge_register(facts(REGISTERED), "submit", "", SETTINGS) == Verdict()


@pytest.mark.parametrize("copies", [None, 0, -1, True, "19"])
def test_a_registration_says_how_many_copies(copies: Value) -> None:
    with pytest.raises(RegistrationIncomplete) as refused:
        rules.judge_register(facts({**REGISTERED, "copies": copies}), "submit", "", SETTINGS)
    assert refused.value.field == "copies"


@pytest.mark.parametrize("units", [None, []])
def test_a_registration_says_where_the_document_goes(units: Value) -> None:
    with pytest.raises(RegistrationIncomplete) as refused:
        rules.judge_register(facts({**REGISTERED, "distribution_units": units}), "submit", "", SETTINGS)
    assert refused.value.field == "distribution_units"


def test_a_code_that_the_office_gave_up_is_not_registered() -> None:
    with pytest.raises(UnknownIssuingCode):
        rules.judge_register(facts({**REGISTERED, "issuing_code": "沐原旧"}), "submit", "", SETTINGS)


def test_a_document_without_number_is_not_dispatched() -> None:
    with pytest.raises(NotNumbered):
        rules.judge_dispatch(facts(REGISTERED), "submit", "")


@pytest.mark.parametrize(
    ("day", "kept"), [("2025-11-14", "2025-11-14"), ("2025-11-12", "2025-11-12"), (None, "2025-11-12")]
)
def test_the_day_of_dispatch_is_kept_and_is_today_where_none_is_given(day: str | None, kept: str) -> None:
    numbered = {**REGISTERED, "issued_on": "2025-11-12", "document_number": "沐原办〔2025〕47号", "dispatched_on": day}
    verdict = rules.judge_dispatch(facts(numbered), "submit", "")
    assert verdict.variables == {"dispatched_on": kept}, "from which case it was started is none of its business"
    assert [change.values for change in verdict.records] == [{"dispatched_on": kept}]


def test_a_document_is_not_dispatched_before_its_own_date() -> None:
    numbered = {**REGISTERED, "document_number": "沐原办〔2025〕47号", "dispatched_on": "2025-11-12"}
    with pytest.raises(DispatchedBeforeIssue) as refused:
        rules.judge_dispatch(facts(numbered), "submit", "")
    assert refused.value.issued_on == "2025-11-13"
