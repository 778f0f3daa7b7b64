"""The life of the group's own holiday notice, through the services, on both databases."""

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import InstanceState
from tests.office import BODY, DRAFT, TITLE, Desk
from workflows import cases, verification
from workflows.consultation.errors import ConsultationRequired, ReconciliationRequired
from workflows.document_approval.errors import (
    RefusedTextUnchanged,
    ReportContainsRequest,
)
from workflows.errors import OpinionRequired
from workflows.numbering import series as numbering


def test_a_document_goes_from_draft_to_archive_ready_and_its_history_verifies(house: House) -> None:
    desk = Desk(house)
    desk.to_the_end()
    with transaction(house.pool) as connection:
        reader = desk.person("gexingyao")
        detail = cases.get_case(connection, house.office, reader, desk.instance_id, desk.now)
        assert detail.case.state is InstanceState.COMPLETED
        assert detail.case.number == "沐原办〔2025〕47号"
        assert detail.current == ()
        assert house.office.engine.replay(connection, desk.instance_id).verified
        assert verification.verify(connection, house.office) == []


def test_a_change_of_substance_goes_back_to_the_same_signatory_and_moves_the_date(house: House) -> None:
    desk = Desk(house)
    desk.to_signing()
    desk.act("qiujingan", "agree", "同意印发。")
    desk.now = desk.now.replace(day=13)
    desk.act(
        "shaxiaoman", "substantive", "漏‘10月10日（周六）上班’。", title=TITLE, body=BODY + "10月10日（周六）上班。"
    )
    [item] = desk.open_items("qiujingan")
    assert item.activity_id == "sign_again"
    assert item.assignee == "qiujingan"
    desk.act("qiujingan", "agree", "同意。")
    with transaction(house.pool) as connection:
        detail = cases.get_case(connection, house.office, desk.person("gexingyao"), desk.instance_id, desk.now)
    assert {view.key: view.value for view in detail.fields}["issued_on"] == "2025-11-13"
    assert detail.case.number is None


def test_two_departments_countersign_in_either_order(house: House) -> None:
    for order in (("luanhaiping", "wanliqing"), ("wanliqing", "luanhaiping")):
        desk = Desk(house)
        desk.to_countersign()
        assert desk.act(order[0], "agree").opened == ()
        assert [item.activity_id for item in desk.act(order[1], "agree").opened] == ["reconcile"]


def test_an_asked_for_change_without_a_word_about_it_does_not_go_on(house: House) -> None:
    desk = Desk(house)
    desk.to_countersign()
    desk.act("luanhaiping", "amend", "补写值班要求。")
    desk.act("wanliqing", "disagree", "走访慰问不应由我部承担。")
    text = {"title": TITLE, "body": BODY}
    with pytest.raises(ReconciliationRequired):
        desk.act("gexingyao", "submit", **text)
    with pytest.raises(ConsultationRequired):
        desk.act("gexingyao", "submit", **text, reconciliation="采纳安全环保部意见。")
    desk.act("gexingyao", "submit", **text, reconciliation="采纳。", consultation="经协商，党群工作部同意。")


def test_a_department_that_refuses_says_why(house: House) -> None:
    desk = Desk(house)
    desk.to_countersign()
    with pytest.raises(OpinionRequired):
        desk.act("luanhaiping", "disagree")


def test_a_report_may_not_contain_a_request(house: House) -> None:
    desk = Desk(house)
    desk.start()
    draft = {**DRAFT, "document_type": "报告", "direction": "上行文", "body": "值班安排如下。妥否，请批示"}
    with pytest.raises(ReportContainsRequest):
        desk.act("gexingyao", "submit", **draft)


def test_an_upward_document_is_signed_by_the_principal(house: House) -> None:
    desk = Desk(house)
    desk.start()
    desk.act("gexingyao", "submit", **{**DRAFT, "document_type": "报告", "direction": "上行文", "body": "特此报告。"})
    desk.act("shiyanqiu", "agree", countersign_units=[])
    title = TITLE.replace("通知", "报告")
    desk.act("ranqinghe", "agree", title=title, document_type="报告", main_recipients="砚江省国资委", body="特此报告。")
    desk.act("zhenliyan", "agree")
    desk.act("miaoyuanchuan", "agree")
    [item] = desk.open_items("shaoqiheng")
    assert item.activity_id == "sign_and_issue"


def test_numbers_follow_the_opening_without_gap(house: House) -> None:
    for _ in range(3):
        desk = Desk(house)
        desk.to_registration()
        desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])
    with reading(house.pool) as connection:
        assert [line.serial for line in numbering.ledger(connection, "沐原办", 2025)] == [47, 48, 49]


def test_a_change_the_signatory_refused_is_not_passed_on(house: House) -> None:
    desk = Desk(house)
    desk.to_signing()
    desk.act("qiujingan", "agree", "同意印发。")
    changed = {"title": TITLE, "body": BODY + "三、清明节：4月5日至7日。"}
    desk.act("shaxiaoman", "substantive", "补写清明节。", **changed)
    desk.act("qiujingan", "revise", "日期有误，应为4月4日至6日。")
    with pytest.raises(RefusedTextUnchanged):
        desk.act("shaxiaoman", "pass", **changed)
    desk.act("shaxiaoman", "pass", title=TITLE, body=BODY)
