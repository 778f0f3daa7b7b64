"""用印 by itself: approved, used, registered; on both databases."""

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.model import InstanceState
from tests.office import Desk, deploy
from workflows import cases, verification
from workflows.seal_use import rules
from workflows.seal_use.errors import SealedMoreThanApproved, SealNotApproved
from workflows.seals.records import SEAL_USES
from workflows.secrecy import StateSecretRefused

ASKED = {"seal_name": "集团办公室印章", "requested_copies": 4, "reason_for_use": "签订检修合同"}


@pytest.fixture
def desk(house: House) -> Desk:
    deploy(house, "seal_use")
    return Desk(house)


def asked(desk: Desk, **changed: object) -> Desk:
    desk.start("suiyiming", "seal_use", "检修合同")
    desk.act("suiyiming", "submit", **{**ASKED, **changed})
    desk.act("luanhaiping", "agree")
    return desk


def state(desk: Desk) -> tuple[InstanceState, tuple[str, ...]]:
    with transaction(desk.house.pool) as connection:
        given = (connection, desk.house.office, desk.person("suiyiming"), desk.instance_id, desk.now)
        detail = cases.get_case(*given)
        assert desk.house.office.engine.replay(connection, desk.instance_id).verified
        assert verification.verify(connection, desk.house.office) == []
    return detail.case.state, detail.done


def test_the_seal_of_the_office_is_used_on_its_directors_word(desk: Desk) -> None:
    asked(desk)
    desk.act("zhenliyan", "agree")
    with pytest.raises(SealedMoreThanApproved):
        desk.act("quanning", "submit", sealed_copies=5, seal_supervisor="shaxiaoman")
    desk.act("quanning", "submit", sealed_copies=4, seal_supervisor="shaxiaoman")
    ended, done = state(desk)
    assert ended is InstanceState.COMPLETED
    assert "sealed" in done
    with reading(desk.house.pool) as connection:
        [use] = SEAL_USES.read(connection).values()
    assert (use["seal"], use["copies"], use["approved_by"], use["keeper"]) == (
        "集团办公室印章",
        4,
        "zhenliyan",
        "quanning",
    )


@pytest.mark.parametrize("seal", ["集团公章", "党委印章", "法定代表人名章"])
def test_another_seal_needs_the_leader_too(desk: Desk, seal: str) -> None:
    asked(desk, seal_name=seal)
    desk.act("zhenliyan", "agree")
    desk.act("biancongzhou", "agree")
    desk.act("quanning", "submit", sealed_copies=4, seal_supervisor="shaxiaoman")
    with reading(desk.house.pool) as connection:
        [use] = SEAL_USES.read(connection).values()
    assert (use["seal"], use["approved_by"]) == (seal, "biancongzhou")


@pytest.mark.parametrize(("leader", "end"), [(False, "refused_by_director"), (True, "refused_by_leader")])
def test_what_is_refused_is_not_sealed(desk: Desk, leader: bool, end: str) -> None:
    asked(desk, seal_name="集团公章" if leader else "集团办公室印章")
    if leader:
        desk.act("zhenliyan", "agree")
        desk.act("biancongzhou", "disagree", "合同未经法律审核。")
    else:
        desk.act("zhenliyan", "disagree", "合同未经法律审核。")
    ended, done = state(desk)
    assert ended is InstanceState.COMPLETED
    assert end in done
    with reading(desk.house.pool) as connection:
        assert SEAL_USES.read(connection) == {}


def test_what_was_approved_before_it_was_changed_is_approved_anew(desk: Desk) -> None:
    asked(desk, seal_name="集团公章")
    desk.act("zhenliyan", "agree")
    desk.act("biancongzhou", "revise", "份数不符。")
    desk.act("suiyiming", "submit", requested_copies=2)
    desk.act("luanhaiping", "agree")
    assert [item.activity_id for item in desk.open_items("zhenliyan")] == ["approve"]


def test_without_approval_nothing_is_sealed_however_the_flow_is_drawn() -> None:
    from tests.workflows.test_document_checks import facts

    with pytest.raises(SealNotApproved):
        rules.judge_seal(facts({"sealed_copies": 1}, "seal"), "submit", "")


def test_a_state_secret_is_not_sealed_here(desk: Desk) -> None:
    desk.start("suiyiming", "seal_use", "检修合同")
    with pytest.raises(StateSecretRefused):
        desk.act("suiyiming", "submit", **{**ASKED, "reason_for_use": "机密★3年 合同用印"})
