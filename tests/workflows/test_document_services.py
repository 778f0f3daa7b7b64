"""Who must sign, found by rule in the demonstration office; and the rules met on the way through the flow."""

from typing import Any

import pytest
from sqlalchemy import update

from app.house import House
from app.transaction import reading, transaction
from engine.delegates import ServiceCall
from engine.errors import ExecutionFailed
from engine.model import InstanceState
from tests.office import BODY, DRAFT, MORNING, TITLE, Desk
from workflows import cases, verification, worklist
from workflows.document_approval.delegates import appoint_signatory
from workflows.document_approval.errors import (
    DirectionMismatch,
    DispatchedBeforeIssue,
    NoSignatory,
    ReportContainsRequest,
    UnknownIssuingCode,
)
from workflows.document_approval.records import DOCUMENTS, document
from workflows.document_approval.settings import DocumentSettings, IssuingCode
from workflows.errors import NotTheAssignee
from workflows.organisation.records import holding, person, unit
from workflows.worklist import Submission


def signatory(house: House, **variables: Any) -> str:
    inputs = {"issuing_code": "沐原办", "initiator_unit": "ZZB", **variables}
    with reading(house.pool) as connection:
        found = appoint_signatory(connection, ServiceCall("case", "appoint", inputs, MORNING), house.documents)
    return str(found.variables["signatory"])


@pytest.mark.parametrize(
    ("variables", "who"),
    [
        ({"issuing_code": "沐原办"}, "qiujingan"),
        ({"issuing_code": "沐原党办"}, "qiujingan"),
        ({"issuing_code": "沐原"}, "miaoyuanchuan"),
        ({"issuing_code": "沐原", "initiator_unit": "AHB"}, "biancongzhou"),
        ({"issuing_code": "沐原党"}, "shaoqiheng"),
        ({"issuing_code": "沐原办", "important": True}, "shaoqiheng"),
        ({"issuing_code": "沐原", "initiator_unit": "AHB", "direction": "上行文"}, "shaoqiheng"),
        ({"issuing_code": "沐原", "initiator_unit": "AHB", "document_type": "报告"}, "shaoqiheng"),
    ],
)
def test_the_signatory_is_found_by_rule(house: House, variables: dict[str, Any], who: str) -> None:
    assert signatory(house, **variables) == who


@pytest.mark.parametrize("unit_code", ["QY1", "nowhere", None])
def test_a_unit_without_leader_has_no_signatory_and_it_is_said_why(sqlite_house: House, unit_code: str | None) -> None:
    with pytest.raises(NoSignatory) as refused:
        signatory(sqlite_house, issuing_code="沐原", initiator_unit=unit_code)
    assert refused.value.rule == "leader_of_unit"
    assert isinstance(refused.value, ExecutionFailed)


def test_nobody_is_appointed_to_sign_who_has_left(house: House) -> None:
    with transaction(house.pool) as connection:
        connection.execute(update(person).where(person.c.username == "qiujingan").values(disabled_at=MORNING))
    with pytest.raises(NoSignatory):
        signatory(house, issuing_code="沐原办")


def test_a_principal_that_nobody_is_cannot_sign(house: House) -> None:
    with transaction(house.pool) as connection:
        connection.execute(holding.delete().where(holding.c.post == "principal"))
    with pytest.raises(NoSignatory) as refused:
        signatory(house, important=True)
    assert refused.value.rule == "principal"


def test_a_code_may_be_left_to_the_director_of_the_office(sqlite_house: House) -> None:
    authorised = DocumentSettings((IssuingCode("沐原办", "office_director"),), "BGS", ())
    with reading(sqlite_house.pool) as connection:
        call = ServiceCall("case", "appoint", {"issuing_code": "沐原办"}, MORNING)
        assert appoint_signatory(connection, call, authorised).variables == {"signatory": "zhenliyan"}


def test_an_unknown_code_has_no_signatory(sqlite_house: House) -> None:
    with pytest.raises(UnknownIssuingCode):
        signatory(sqlite_house, issuing_code="中办发")


def test_a_missing_signatory_stops_the_case_as_an_incident_and_the_leaders_act_stands(house: House) -> None:
    desk = Desk(house)
    desk.start()
    desk.act("gexingyao", "submit", **DRAFT)
    desk.act("shiyanqiu", "agree", countersign_units=[])
    desk.act("ranqinghe", "agree", title=TITLE, body=BODY, document_type="通知", main_recipients="各单位")
    desk.act("zhenliyan", "agree")
    with transaction(house.pool) as connection:
        connection.execute(update(unit).where(unit.c.code == "BGS").values(leader=None))
    advanced = desk.act("miaoyuanchuan", "agree")
    assert advanced.state is InstanceState.INCIDENT
    assert len(advanced.incidents) == 1


def test_a_draft_that_an_editor_turns_into_a_report_with_a_request_does_not_go_on(house: House) -> None:
    desk = Desk(house)
    desk.start()
    asking = {"document_type": "意见", "direction": "上行文", "body": "安排如下。妥否，请批示"}
    desk.act("gexingyao", "submit", **{**DRAFT, **asking})
    desk.act("shiyanqiu", "agree", countersign_units=[])
    title = TITLE.replace("通知", "报告")
    text = {"title": title, "main_recipients": "砚江省国资委", "document_type": "报告"}
    with pytest.raises(ReportContainsRequest):
        desk.act("ranqinghe", "agree", **text, body="安排如下。妥否，请批示")
    desk.act("ranqinghe", "agree", **text, body="特此报告。")


def test_a_report_cannot_be_drafted_as_downward_to_escape_the_principal(sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.start()
    with pytest.raises(DirectionMismatch):
        desk.act("gexingyao", "submit", **{**DRAFT, "document_type": "报告", "body": "特此报告。"})


def test_a_document_is_not_dispatched_before_its_date_and_its_record_tells_its_whole_life(house: House) -> None:
    desk = Desk(house)
    desk.to_registration()
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])
    desk.act("quanning", "submit")
    desk.act("gexingyao", "pass", "校对无误。")
    desk.act("quanning", "submit")
    desk.act("quanning", "submit", sealed_copies=19, seal_basis="签发意见", seal_supervisor="quanning")
    with pytest.raises(DispatchedBeforeIssue):
        desk.act("shaxiaoman", "submit", dispatched_on="2025-11-06")
    desk.act("shaxiaoman", "submit", dispatched_on="2025-11-14")
    with reading(house.pool) as connection:
        record = DOCUMENTS.read(connection)[desk.instance_id]
        assert verification.verify(connection, house.office) == []
    assert {name: record[name] for name in record if not name.endswith("_at")} == {
        "document_type": "通知",
        "disclosure_scope": "集团内公开",
        "main_recipients": "各所属企业，总部各部门",
        "copies": 19,
        "recipients": 1,
        "drafted_by_unit": "ZZB",
        "sealed_copies": 19,
        "seal_supervisor": "quanning",
        "retention": "10年",
        "signed_by": "qiujingan",
        "issued_on": "2025-11-07",
        "issuing_code": "沐原办",
        "year": 2025,
        "serial": 47,
        "document_number": "沐原办〔2025〕47号",
        "dispatched_on": "2025-11-14",
    }


@pytest.mark.parametrize("changed", [{"signed_by": "yuwenshu"}, {"issued_on": "2025-11-01"}, {"signed_at": None}])
def test_a_record_that_was_changed_behind_the_systems_back_is_found(house: House, changed: dict[str, Any]) -> None:
    desk = Desk(house)
    desk.to_registration()
    with transaction(house.pool) as connection:
        connection.execute(update(document).values(**changed))
    with reading(house.pool) as connection:
        [found] = verification.verify(connection, house.office)
    assert (found.chain, found.reason) == (desk.instance_id, f"document {desk.instance_id}")


def test_nobody_else_takes_up_the_second_signature(house: House) -> None:
    desk = Desk(house)
    desk.to_signing()
    desk.act("qiujingan", "agree", "同意印发。")
    desk.act("shaxiaoman", "substantive", "漏一日上班。", title=TITLE, body=BODY + "10月10日上班。")
    [item] = desk.open_items("qiujingan")
    leader = desk.person("yuwenshu")
    submission = Submission(item.version, "agree", "同意")
    with transaction(house.pool) as connection, pytest.raises(NotTheAssignee):
        worklist.complete(connection, house.office, leader, item.id, submission, desk.now)
    with transaction(house.pool) as connection:
        detail = cases.get_case(connection, house.office, desk.person("gexingyao"), desk.instance_id, desk.now)
    assert detail.current == ("sign_again",)
