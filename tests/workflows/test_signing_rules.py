"""签发权限: the director says who signs what, without redrawing anything; every change is told and verified."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from app.house import House
from app.transaction import reading, transaction
from engine.model import EventKind
from tests.office import DRAFT, TITLE, Desk
from workflows import verification
from workflows.document_approval import signing
from workflows.document_approval.errors import SigningRuleRefused, UnknownIssuingCode
from workflows.document_approval.records import signing_rule
from workflows.document_approval.settings import IssuingCode
from workflows.document_approval.signing import BEGINNING, SigningRule
from workflows.errors import PostRequired

TODAY = datetime(2025, 11, 10, 1, tzinfo=UTC)
OFFICE = IssuingCode("沐原办", "office_director", "集团办公室")
NEW = IssuingCode("沐原函", "person:biancongzhou", "沐原能源集团有限公司", may_instruct=False)


def set_rule(
    house: House, issued: IssuingCode, valid_from: str = "2025-11-10", *, closed: bool = False, by: str = "zhenliyan"
) -> None:
    with transaction(house.pool) as connection:
        person = Desk(house).person(by)
        rule = SigningRule(issued, valid_from, closed)
        signing.set_rule(connection, house.office, house.documents, person, rule, TODAY)


def in_force(house: House, day: date) -> dict[str, str]:
    with reading(house.pool) as connection:
        codes = signing.in_force(connection, house.documents, day).issuing_codes
    return {one.code: one.signatory for one in codes}


def test_the_table_starts_with_the_settings(house: House) -> None:
    settings = {one.code: one.signatory for one in house.documents.issuing_codes}
    assert in_force(house, date(2025, 11, 10)) == settings
    set_rule(house, OFFICE, "2025-12-01")
    assert in_force(house, date(2025, 11, 30)) == settings
    assert in_force(house, date(2025, 12, 1)) == {**settings, "沐原办": "office_director"}
    with reading(house.pool) as connection:
        told = house.office.engine.history(connection, signing.LEDGER)
        assert [one.kind for one in told] == [EventKind.RECORD_CHANGED] * (len(settings) + 1)
        assert verification.verify(connection, house.office) == []
        first = signing.list_rules(connection, house.documents)[0]
    assert (first.valid_from, first.closed) == (BEGINNING, False)


def to_signing(desk: Desk, **draft: object) -> None:
    desk.start()
    desk.act("gexingyao", "submit", **{**DRAFT, **draft})
    desk.act("shiyanqiu", "agree", countersign_units=[])
    text = {"title": TITLE, "body": DRAFT["body"], "document_type": "通知", "main_recipients": "各所属企业"}
    desk.act("ranqinghe", "agree", **text)
    desk.act("zhenliyan", "agree")
    desk.act("miaoyuanchuan", "agree")


def test_another_signatory_signs_from_the_day_on_without_a_flow_being_redrawn(house: House) -> None:
    set_rule(house, OFFICE, "2025-11-12")
    before, after = Desk(house).at("2025-11-11T09:00"), Desk(house).at("2025-11-12T09:00")
    for desk, signatory in ((before, "qiujingan"), (after, "zhenliyan")):
        to_signing(desk)
        assert [item.activity_id for item in desk.open_items(signatory)] == ["sign_and_issue"]


def test_a_code_can_be_added_to_be_signed_by_a_named_leader_and_closed_again(house: House) -> None:
    set_rule(house, NEW)
    desk = Desk(house).at("2025-11-11T09:00")
    letter = {"issuing_code": "沐原函", "issuing_organ": NEW.organ, "direction": "平行文", "document_type": "函"}
    desk.start()
    desk.act("gexingyao", "submit", **{**DRAFT, **letter, "title": "关于商请协助的函"})
    set_rule(house, NEW, "2025-11-12", closed=True)
    assert "沐原函" not in in_force(house, date(2025, 11, 12))
    other = Desk(house).at("2025-11-12T09:00")
    other.start()
    with pytest.raises(Exception, match="not_an_option"):
        other.act("gexingyao", "submit", **{**DRAFT, **letter})


def test_important_documents_of_an_authorised_office_are_signed_by_itself_but_upward_ones_by_the_principal(
    house: House,
) -> None:
    set_rule(house, replace(OFFICE, important_to_principal=False))
    important = {"important": True, "copied_organs": "砚江省国资委"}
    desk = Desk(house).at("2025-11-11T09:00")
    to_signing(desk, **important)
    assert desk.open_items("zhenliyan")


@pytest.mark.parametrize(
    ("issued", "valid_from", "reason"),
    [
        (replace(OFFICE, code="沐原 办"), "2025-11-10", "code"),
        (replace(OFFICE, organ=" "), "2025-11-10", "organ"),
        (replace(OFFICE, signatory="anybody"), "2025-11-10", "signatory"),
        (replace(OFFICE, signatory="person:nobody"), "2025-11-10", "person"),
        (replace(OFFICE, signatory="leader_of_unit", important_to_principal=False), "2025-11-10", "important"),
        (OFFICE, "2025-11-09", "past"),
        (OFFICE, "soon", "date"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(
    sqlite_house: House, issued: IssuingCode, valid_from: str, reason: str
) -> None:
    with pytest.raises(SigningRuleRefused) as refused:
        set_rule(sqlite_house, issued, valid_from)
    assert refused.value.reason == reason


@pytest.mark.parametrize("username", ["shaxiaoman", "shaoqiheng", "jiziheng"])
def test_nobody_but_the_director_and_the_administrator_of_flows_keeps_the_table(
    sqlite_house: House, username: str
) -> None:
    with pytest.raises(PostRequired):
        set_rule(sqlite_house, OFFICE, by=username)


def test_a_line_that_was_changed_behind_the_systems_back_is_found(house: House) -> None:
    set_rule(house, OFFICE)
    with transaction(house.pool) as connection:
        connection.execute(
            update(signing_rule).where(signing_rule.c.code == "沐原党").values(signatory="leader_of_unit")
        )
    with reading(house.pool) as connection:
        [found] = verification.verify(connection, house.office)
    assert (found.chain, found.reason) == (signing.LEDGER, f"signing_rule 沐原党-{BEGINNING}")


def test_a_code_that_is_closed_while_a_document_is_under_way_gets_no_number(house: House) -> None:
    desk = Desk(house).at("2025-11-10T09:00")
    desk.to_registration()
    set_rule(house, OFFICE, "2025-11-11", closed=True)
    desk.at("2025-11-11T09:00")
    with pytest.raises(UnknownIssuingCode):
        desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])
