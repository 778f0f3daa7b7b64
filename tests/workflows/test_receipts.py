"""签收: after 核发 every unit that was sent the document signs for it; when all have, the case is done."""

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import InstanceState
from tests.office import Desk
from workflows import cases, verification
from workflows.document_approval.records import DOCUMENTS
from workflows.operations import hands
from workflows.organisation import queries
from workflows.receipts import list_receipts

ENTERPRISES = [f"QY{number}" for number in range(1, 9)]
DEPARTMENTS = "BGS ZZB DQB AHB CWB FGB SJB JWB XXZ".split()
RECEIVERS = {
    "QY1": "tanzhixing",
    "QY2": "yuqinghe",
    "JWB": "zhuanghuaiyuan",
    "XXZ": "feisiqi",
    "BGS": "zhenliyan",
    "CWB": "zonghuaigu",
    "SJB": "peishenzhi",
}


def dispatched(house: House, units: list[str]) -> Desk:
    desk = Desk(house)
    desk.to_registration()
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=units)
    desk.act("quanning", "submit")
    desk.act("gexingyao", "pass", "校对无误。")
    desk.act("quanning", "submit")
    desk.act("quanning", "submit", sealed_copies=19, seal_basis="签发意见", seal_supervisor="quanning")
    desk.act("shaxiaoman", "submit", dispatched_on="2025-11-14")
    return desk


def receipts(desk: Desk) -> list[tuple[str, str | None, bool]]:
    with reading(desk.house.pool) as connection:
        return [(one.unit, one.assignee, bool(one.signed_at)) for one in list_receipts(connection, desk.instance_id)]


@pytest.mark.parametrize(("unit", "username"), RECEIVERS.items())
def test_a_unit_signs_by_its_registrar_or_else_by_its_head(sqlite_house: House, unit: str, username: str) -> None:
    with reading(sqlite_house.pool) as connection:
        assert queries.receiver_of(connection, unit) == username


def test_all_seventeen_units_sign_and_the_last_one_ends_the_case(house: House) -> None:
    desk = dispatched(house, [*ENTERPRISES, *DEPARTMENTS])
    lines = receipts(desk)
    assert len(lines) == 17
    assert not any(signed for _unit, _whose, signed in lines)
    last = "yuqinghe"
    desk.receive(*(str(whose) for _unit, whose, _signed in lines if whose != last))
    assert [unit for unit, _whose, signed in receipts(desk) if not signed] == ["沐原新能源公司"]
    [waiting] = desk.open_items(last)
    with transaction(house.pool) as connection:
        clerk = desk.person("shaxiaoman")
        hands.urge(connection, house.office, clerk, waiting.id, waiting.version, "请尽快签收。", desk.now)
    with transaction(house.pool) as connection:
        [late] = [one for one in list_receipts(connection, desk.instance_id) if one.signed_at is None]
        detail = cases.get_case(connection, house.office, desk.person("gexingyao"), desk.instance_id, desk.now)
    assert (late.urges, late.urged_at) == (1, desk.now)
    assert detail.case.state is InstanceState.RUNNING
    desk.receive(last)
    with transaction(house.pool) as connection:
        detail = cases.get_case(connection, house.office, desk.person("gexingyao"), desk.instance_id, desk.now)
        assert detail.case.state is InstanceState.COMPLETED
        assert "closed_awaiting_archive" in detail.done
        assert DOCUMENTS.read(connection)[desk.instance_id]["retention"] == "10年"
        assert house.office.engine.replay(connection, desk.instance_id).verified
        assert verification.verify(connection, house.office) == []
    assert {view.key: view.value for view in detail.fields}["retention"] == "10年"


def test_a_unit_without_anybody_is_signed_for_by_the_administrator_of_flows(house: House) -> None:
    desk = dispatched(house, ["DAS", "QY1"])
    desk.receive("tanzhixing")
    [item] = desk.open_items("boruoxi")
    assert item.seat == "DAS"
    desk.receive("boruoxi")
    assert receipts(desk) == [("档案室", "boruoxi", True), ("砚江热电公司", "tanzhixing", True)]


def test_a_receiver_sees_no_opinions_in_the_form_of_the_receipt(sqlite_house: House) -> None:
    from workflows import worklist

    desk = dispatched(sqlite_house, ["QY1"])
    [item] = desk.open_items("tanzhixing")
    with reading(sqlite_house.pool) as connection:
        detail = worklist.get_item(connection, sqlite_house.office, desk.person("tanzhixing"), item.id, desk.now)
    shown = {view.key for view in detail.fields if view.value not in (None, "", [])}
    assert {"title", "document_number", "issued_on", "body", "main_recipients"} <= shown
    assert not shown & {"reconciliation", "reconciliations", "countersign_units", "signatory", "seal_basis"}
    assert [one.label for one in detail.decisions] == ["签收"]
