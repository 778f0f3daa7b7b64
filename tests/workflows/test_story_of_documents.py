"""发文 and 上行文 as the acceptance story tells them, with its days and words; on both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import InstanceState
from tests.office import SYSTEM, Desk
from workflows import cases, verification, worklist
from workflows.consultation.errors import ConsultationRequired, ReconciliationRequired
from workflows.document_approval import register
from workflows.document_approval.errors import (
    CopiedToSubordinate,
    NotTheSignatory,
    ReportContainsRequest,
)
from workflows.document_approval.records import DOCUMENTS
from workflows.errors import NotTheAssignee
from workflows.numbering import series as numbering
from workflows.operations import hands
from workflows.organisation.secretaries import leaders_of
from workflows.receipts import list_receipts
from workflows.seals.records import SEAL_USES
from workflows.substitutions import actions as substitutions
from workflows.substitutions.values import Arrangement
from workflows.worklist import Submission

TITLE = "沐原能源集团有限公司办公室关于2026年部分节假日安排的通知"
WRONG = "春节：2月16日至23日，共9天。"
RIGHT = "春节：2月15日至23日，共9天。2月14日、2月28日上班。"
COMPLETE = RIGHT + "10月10日（周六）上班。"
NOTICE: dict[str, Any] = {
    "title": TITLE,
    "issuing_organ": "集团办公室",
    "issuing_code": "沐原办",
    "document_type": "通知",
    "direction": "下行文",
    "intent": "部署",
    "main_recipients": "各所属企业，总部各部门",
    "disclosure_scope": "集团内公开",
    "source_document": "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）",
}
UNITS = [*(f"QY{number}" for number in range(1, 9)), *"BGS ZZB DQB AHB CWB FGB SJB JWB XXZ".split()]
REPORT_TITLE = "沐原能源集团有限公司关于2026年春节期间值班安排的报告"
REPORT: dict[str, Any] = {
    "title": REPORT_TITLE,
    "issuing_organ": "沐原能源集团有限公司",
    "issuing_code": "沐原",
    "document_type": "报告",
    "direction": "上行文",
    "intent": "汇报",
    "main_recipients": "砚江省国资委",
    "urgency": "加急",
    "source_document": "关于报送春节值班安排的函（砚国资办函〔2026〕9号）",
}


def case_of(desk: Desk, username: str = "gexingyao") -> cases.CaseDetail:
    with transaction(desk.house.pool) as connection:
        person = desk.person(username)
        return cases.get_case(connection, desk.house.office, person, desk.instance_id, desk.now)


def shown(desk: Desk) -> dict[str, Any]:
    return {view.key: view.value for view in case_of(desk).fields}


def holds(house: House, *desks: Desk) -> None:
    with reading(house.pool) as connection:
        for desk in desks:
            assert house.office.engine.replay(connection, desk.instance_id).verified
        assert verification.verify(connection, house.office) == []


def let_miao_stand_in(desk: Desk) -> None:
    """B5a: 万里晴 11-10—11-12 外出，授权苗若谷代理."""
    starts, ends = datetime(2025, 11, 9, 16, tzinfo=UTC), datetime(2025, 11, 12, 16, tzinfo=UTC)
    with transaction(desk.house.pool) as connection:
        asked = Arrangement("wanliqing", "miaoruogu", starts, ends)
        at = datetime(2025, 11, 8, 1, tzinfo=UTC)
        substitutions.arrange(connection, desk.house.office, desk.person("wanliqing"), asked, at)


def without_number(desk: Desk) -> None:
    """【必】此前任何一步均无字号."""
    assert case_of(desk).case.number is None
    assert "document_number" not in shown(desk)


def test_part_b_the_notice_from_draft_to_the_last_receipt(house: House) -> None:
    desk = Desk(house, title=TITLE)
    let_miao_stand_in(desk)
    desk.at("2025-11-07T10:00").start(title=TITLE)
    desk.act("gexingyao", "submit", **NOTICE, body=WRONG)
    desk.at("2025-11-07T16:00").act(
        "shiyanqiu", "revise", "春节应为2月15日至23日共9天，2月14日、2月28日上班，请核原文。"
    )
    desk.at("2025-11-10T09:00").act("gexingyao", "submit", body=RIGHT)
    desk.at("2025-11-10T11:00").act("shiyanqiu", "agree", countersign_units=["AHB", "DQB"])
    desk.at("2025-11-11T09:00").act("luanhaiping", "amend", "补写：突发事件30分钟内电话、1小时内书面报总值班室。")
    desk.at("2025-11-11T10:00").act("miaoruogu", "agree")
    entries = [one for one in timeline(desk) if getattr(one, "owner", "")]
    assert [(one.people, one.owner) for one in entries] == [(("苗若谷",), "万里晴")]
    desk.at("2025-11-11T15:00")
    with pytest.raises(ReconciliationRequired):
        desk.act("gexingyao", "submit")
    line = {"unit": "安全环保部", "said": "补写：突发事件30分钟内电话、1小时内书面报总值班室。"}
    assert [{key: row[key] for key in line} for row in shown(desk)["reconciliations"]] == [line]
    answered = [{**line, "adopted": "采纳", "explanation": "见第三条"}]
    desk.act("gexingyao", "submit", reconciliations=answered, reconciliation="安全环保部意见采纳，见第三条。")
    without_number(desk)
    desk.at("2025-11-12T09:00").act("ranqinghe", "agree", body=RIGHT)
    desk.at("2025-11-12T10:00").act("zhenliyan", "agree", "拟同意印发，请远川同志审，敬安同志签发。")
    desk.at("2025-11-12T11:00").act("miaoyuanchuan", "agree")
    refuse_a_secretary(desk)
    desk.at("2025-11-12T15:30").act("qiujingan", "agree", "同意印发。仇敬安 2025年11月12日")
    assert shown(desk)["issued_on"] == "2025-11-12"
    desk.at("2025-11-13T08:40").act("shaxiaoman", "substantive", "漏‘10月10日（周六）上班’。", body=COMPLETE)
    refuse_another_signatory(desk)
    desk.at("2025-11-13T09:15").act("qiujingan", "agree", "同意。")
    assert shown(desk)["issued_on"] == "2025-11-13"
    without_number(desk)
    desk.at("2025-11-13T10:00").act("shaxiaoman", "submit", copies=19, distribution_units=UNITS)
    assert case_of(desk).case.number == "沐原办〔2025〕47号"
    desk.at("2025-11-13T14:00").act("quanning", "submit")
    desk.act("gexingyao", "pass", "校对无误。葛星遥")
    desk.act("quanning", "submit")
    sealed = {"sealed_copies": 19, "seal_basis": "签发意见", "seal_supervisor": "quanning"}
    desk.at("2025-11-13T15:00").act("quanning", "submit", **sealed, seal_name="集团办公室印章")
    desk.at("2025-11-14T09:00").act("shaxiaoman", "submit", dispatched_on="2025-11-14", retention="10年")
    desk.at("2025-11-14T10:00").receive(*(whose for whose in receivers(desk) if whose != "yuqinghe"))
    urge_the_last(desk)
    assert case_of(desk).case.state is InstanceState.RUNNING
    desk.at("2025-11-17T08:35").receive("yuqinghe")
    ended = case_of(desk)
    assert ended.case.state is InstanceState.COMPLETED
    assert "closed_awaiting_archive" in ended.done
    with reading(house.pool) as connection:
        record = DOCUMENTS.read(connection)[desk.instance_id]
        [use] = SEAL_USES.read(connection).values()
        [line47] = register.page_of(connection, ["沐原办"], register.Narrowing()).rows
        last = [one for one in list_receipts(connection, desk.instance_id) if one.unit == "沐原新能源公司"]
    assert (record["issued_on"], record["dispatched_on"], record["retention"]) == ("2025-11-13", "2025-11-14", "10年")
    assert (use["seal"], use["copies"], use["basis"], use["supervisor"]) == (
        "集团办公室印章",
        19,
        "签发意见",
        "quanning",
    )
    assert (line47.number, line47.received, line47.recipients) == ("沐原办〔2025〕47号", 17, 17)
    assert [(one.urges, one.signed_at) for one in last] == [(1, datetime(2025, 11, 17, 0, 35, tzinfo=UTC))]
    holds(house, desk)


def timeline(desk: Desk) -> tuple[Any, ...]:
    with transaction(desk.house.pool) as connection:
        person = desk.person("gexingyao")
        return cases.timeline(connection, desk.house.office, person, desk.instance_id, desk.now)


def refuse_a_secretary(desk: Desk) -> None:
    """9.2: 支明远想替仇敬安“签发”：无此按钮；只有代录."""
    [item] = desk.open_items("qiujingan")
    secretary = desk.person("zhimingyuan")
    with reading(desk.house.pool) as connection:
        assert "qiujingan" in leaders_of(connection, "zhimingyuan")
        detail = worklist.get_item(connection, desk.house.office, secretary, item.id, desk.now)
    assert (detail.may("complete"), detail.may("record_for")) == (False, True)
    submission = Submission(item.version, "agree", "同意印发。")
    with transaction(desk.house.pool) as connection, pytest.raises(NotTheAssignee):
        worklist.complete(connection, desk.house.office, secretary, item.id, submission, desk.now)


def refuse_another_signatory(desk: Desk) -> None:
    """B9a: 改为他人复审被拒."""
    [item] = desk.open_items("qiujingan")
    assert item.activity_id == "sign_again"
    submission = Submission(item.version, "agree", "同意。")
    with transaction(desk.house.pool) as connection, pytest.raises(NotTheAssignee):
        worklist.complete(connection, desk.house.office, desk.person("miaoyuanchuan"), item.id, submission, desk.now)


def receivers(desk: Desk) -> list[str]:
    with reading(desk.house.pool) as connection:
        return [str(one.assignee) for one in list_receipts(connection, desk.instance_id)]


def urge_the_last(desk: Desk) -> None:
    """B14: 沐原新能源公司催一次."""
    [item] = desk.open_items("yuqinghe")
    desk.at("2025-11-17T08:00")
    with transaction(desk.house.pool) as connection:
        given = (connection, desk.house.office, desk.person("shaxiaoman"), item.id, item.version)
        hands.urge(*given, "请尽快签收。", datetime(2025, 11, 17, 0, 5, tzinfo=UTC))


def test_a_department_that_disagrees_is_consulted(house: House) -> None:
    """B5b: 不采纳须注明协商结果."""
    desk = Desk(house, title=TITLE)
    desk.at("2025-11-10T09:00").start(title=TITLE)
    desk.act("gexingyao", "submit", **NOTICE, body=RIGHT)
    desk.act("shiyanqiu", "agree", countersign_units=["CWB"])
    desk.act("zonghuaigu", "disagree", "加班费用没有预算。")
    line = {"unit": "财务部", "said": "加班费用没有预算。", "adopted": "不采纳", "explanation": "另行报批"}
    with pytest.raises(ConsultationRequired):
        desk.act("gexingyao", "submit", reconciliations=[line])
    desk.act("gexingyao", "submit", reconciliations=[{**line, "outcome": "协商一致"}])
    holds(house, desk)


def test_part_e_the_report_upward(house: House) -> None:
    with transaction(house.pool) as connection:
        engine = house.office.engine
        at = datetime(2026, 1, 4, 1, tzinfo=UTC)
        numbering.set_opening(
            connection,
            "沐原",
            2026,
            11,
            lambda kind, data: engine.record_ledger(connection, "office:numbers", kind, data, SYSTEM, at),
        )
    desk = Desk(house, title=REPORT_TITLE)
    desk.at("2026-02-06T09:00").start("suiyiming", title=REPORT_TITLE)
    with pytest.raises(ReportContainsRequest):
        desk.act("suiyiming", "submit", **REPORT, body="春节期间值班安排如下。妥否，请批示")
    text = {**REPORT, "body": "春节期间值班安排如下。特此报告。"}
    with pytest.raises(CopiedToSubordinate) as refused:
        desk.act("suiyiming", "submit", **text, copied_organs="各所属企业")
    assert refused.value.organ == "各所属企业"
    desk.act("suiyiming", "submit", **text)
    desk.act("luanhaiping", "agree", countersign_units=[])
    desk.act("ranqinghe", "agree")
    desk.act("zhenliyan", "agree")
    desk.at("2026-02-09T09:00").act("biancongzhou", "agree", "拟同意上报，请启衡同志签发。")
    assert desk.open_items("biancongzhou") == []
    refuse_to_sign_for_the_principal(desk)
    desk.at("2026-02-09T11:00").act("shaoqiheng", "agree", "同意上报")
    desk.act("shaxiaoman", "pass")
    desk.act("shaxiaoman", "submit", copies=3, distribution_units=["BGS"])
    detail = case_of(desk, "suiyiming")
    assert detail.case.number == "沐原〔2026〕12号"
    values = {view.key: view.value for view in detail.fields}
    assert (values["signed_by"], values["issued_on"]) == ("shaoqiheng", "2026-02-09")
    desk.act("quanning", "submit")
    desk.act("suiyiming", "pass")
    desk.act("quanning", "submit")
    desk.act("quanning", "submit", sealed_copies=3, seal_basis="签发意见", seal_supervisor="quanning")
    desk.at("2026-02-10T09:00").act("shaxiaoman", "submit", dispatched_on="2026-02-10")
    desk.receive("zhenliyan")
    with reading(house.pool) as connection:
        assert DOCUMENTS.read(connection)[desk.instance_id]["retention"] == "10年"
        series = numbering.find_series(connection, "沐原", 2026)
    assert series == numbering.Series("沐原", 2026, 11, 12)
    holds(house, desk)


def refuse_to_sign_for_the_principal(desk: Desk) -> None:
    """【必】上行文由主要负责人签发: the step is the principal's, and handed to a deputy it is refused."""
    [item] = desk.open_items("shaoqiheng")
    assert item.activity_id == "sign_and_issue"
    with transaction(desk.house.pool) as connection:
        given = (connection, desk.house.office, desk.person("shaoqiheng"), item.id, item.version)
        hands.transfer(*given, "biancongzhou", "请代为签发", desk.now)
    with pytest.raises(NotTheSignatory):
        desk.act("biancongzhou", "agree", "同意上报")
    [item] = desk.open_items("biancongzhou")
    with transaction(desk.house.pool) as connection:
        given = (connection, desk.house.office, desk.person("biancongzhou"), item.id, item.version)
        hands.transfer(*given, "shaoqiheng", "应由启衡同志签发", desk.now)
