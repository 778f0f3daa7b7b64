"""签报: a department asks its leaders, and reports what came of it; on both databases."""

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import InstanceState
from tests.office import Desk, deploy
from workflows import approval_sheet, cases, verification
from workflows.consultation.errors import OpinionUnanswered, ReconciliationRequired
from workflows.errors import OpinionRequired
from workflows.forms.validation import SubmissionInvalid
from workflows.internal_submission.errors import ResultMissing
from workflows.numbering import series as numbering
from workflows.secrecy import StateSecretRefused

TITLE = "关于增补春节值班车辆的签报"
DRAFT = {"title": TITLE, "category": "请示类", "body": "春节期间拟增派两辆值班车，费用 1.2 万元。"}


@pytest.fixture
def desk(house: House) -> Desk:
    deploy(house, "internal_submission")
    return Desk(house)


def drafted(desk: Desk, **changed: object) -> Desk:
    desk.start("suiyiming", "internal_submission", TITLE)
    desk.act("suiyiming", "submit", **{**DRAFT, **changed})
    return desk


def to_the_leader(desk: Desk, **changed: object) -> Desk:
    drafted(desk, **changed)
    desk.act("luanhaiping", "agree")
    desk.act("zhenliyan", "agree")
    return desk


def case_of(desk: Desk) -> cases.CaseDetail:
    with transaction(desk.house.pool) as connection:
        return cases.get_case(connection, desk.house.office, desk.person("suiyiming"), desk.instance_id, desk.now)


def test_a_submission_goes_by_its_own_department_the_office_and_the_leaders_and_comes_back_with_a_result(
    desk: Desk,
) -> None:
    drafted(desk, countersign_units=["CWB"], needs_principal=True)
    desk.act("luanhaiping", "agree")
    desk.act("zonghuaigu", "amend", "费用从值班经费列支。")
    with pytest.raises(ReconciliationRequired):
        desk.act("suiyiming", "submit")
    adopted = [{"unit": "财务部", "said": "费用从值班经费列支。", "adopted": "采纳", "explanation": "见第二段"}]
    desk.act("suiyiming", "submit", reconciliations=adopted)
    desk.act("zhenliyan", "agree")
    assert case_of(desk).case.number == "签报〔2025〕1号"
    with pytest.raises(OpinionRequired):
        desk.act("biancongzhou", "agree")
    desk.act("biancongzhou", "agree", "同意，请启衡同志批示。")
    desk.act("shaoqiheng", "agree", "同意。车辆安全要检查到位。")
    desk.act("luanhaiping", "submit")
    with pytest.raises(SubmissionInvalid):
        desk.act("luanhaiping", "submit", result="")
    desk.act("luanhaiping", "submit", result="两辆值班车已于12月30日到位并完成检查。")
    desk.act("shaoqiheng", "submit")
    detail = case_of(desk)
    assert detail.case.state is InstanceState.COMPLETED
    assert "closed_awaiting_archive" in detail.done
    with reading(desk.house.pool) as connection:
        assert desk.house.office.engine.replay(connection, desk.instance_id).verified
        assert verification.verify(connection, desk.house.office) == []


def test_without_the_principals_word_the_department_carries_it_out_on_the_leaders(desk: Desk) -> None:
    to_the_leader(desk)
    desk.act("biancongzhou", "agree", "同意。")
    assert [item.activity_id for item in desk.open_items("luanhaiping")] == ["handle"]
    desk.act("luanhaiping", "submit")
    desk.act("luanhaiping", "submit", result="已办。")
    assert [item.activity_id for item in desk.open_items("biancongzhou")] == ["read_report"]


def test_a_leader_may_have_another_unit_carry_it_out(desk: Desk) -> None:
    to_the_leader(desk)
    desk.act("biancongzhou", "agree", "同意，请总值班室办理。", handling_unit="ZBS")
    assert [item.activity_id for item in desk.open_items("shangkewei")] == ["handle"]


def test_what_a_leader_refuses_ends_there_and_what_is_returned_keeps_its_number(desk: Desk) -> None:
    to_the_leader(desk)
    desk.act("biancongzhou", "revise", "写明车辆来源。")
    desk.act("suiyiming", "submit")
    desk.act("luanhaiping", "agree")
    desk.act("zhenliyan", "agree")
    assert case_of(desk).case.number == "签报〔2025〕1号"
    desk.act("biancongzhou", "disagree", "今年不增。")
    detail = case_of(desk)
    assert (detail.case.state, detail.current) == (InstanceState.COMPLETED, ())
    assert "refused_by_leader" in detail.done
    with reading(desk.house.pool) as connection:
        assert [one.serial for one in numbering.ledger(connection, "签报", 2025)] == [1]


def test_each_unit_that_asked_for_a_change_is_answered(desk: Desk) -> None:
    drafted(desk, countersign_units=["CWB", "DQB"])
    desk.act("luanhaiping", "agree")
    desk.act("zonghuaigu", "amend", "费用从值班经费列支。")
    desk.act("wanliqing", "amend", "请写明用车人。")
    with pytest.raises(OpinionUnanswered) as refused:
        desk.act("suiyiming", "submit", reconciliations=[{"unit": "财务部", "adopted": "采纳"}])
    assert refused.value.unit == "党群工作部"
    desk.act("suiyiming", "submit", reconciliation="均采纳。")


def test_a_state_secret_is_not_taken_in(desk: Desk) -> None:
    desk.start("suiyiming", "internal_submission", TITLE)
    with pytest.raises(StateSecretRefused):
        desk.act("suiyiming", "submit", **{**DRAFT, "body": "秘密★1年\n用车安排。"})


def test_a_result_is_reported_in_words() -> None:
    from tests.workflows.test_document_checks import facts
    from workflows.internal_submission import rules

    with pytest.raises(ResultMissing):
        rules.judge_report(facts({"result": "  "}), "submit", "")


def test_it_is_printed_as_a_submission_without_red_head(desk: Desk) -> None:
    to_the_leader(desk)
    desk.act("biancongzhou", "agree", "同意。")
    with transaction(desk.house.pool) as connection:
        given = (connection, desk.house.office, desk.person("suiyiming"), desk.instance_id, desk.now)
        sheet = approval_sheet.approval_sheet(*given, with_history=False)
    assert (sheet.submission, sheet.official) == (True, False)
    assert [(one.person, one.opinion) for one in sheet.cells["instructed"]] == [("卞从周", "同意。")]
    assert [one.person for one in sheet.cells["reviewed"]] == ["栾海平", "甄立言"]
