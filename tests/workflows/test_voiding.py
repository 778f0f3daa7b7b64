"""作废此号: a number is not taken back; it stays with who made it void and why, and is never given again."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from app.house import House
from app.transaction import reading, transaction
from engine.errors import WithdrawalRefused
from engine.model import InstanceState
from tests.office import MORNING, Desk
from workflows import cases, verification
from workflows.cases import Happening
from workflows.document_approval import voiding
from workflows.document_approval.errors import AlreadyIssued, NothingToVoid
from workflows.document_approval.records import DOCUMENTS
from workflows.errors import CaseNotVisible, PostRequired, ReasonRequired, SwitchedOff
from workflows.numbering import series as numbering
from workflows.numbering.errors import SeriesStarted
from workflows.numbering.records import given_number
from workflows.operations import send_back

REASON = "机关代字选错，应为沐原。"


def numbered(house: House) -> Desk:
    desk = Desk(house)
    desk.to_registration()
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])
    return desk


def void(desk: Desk, then: str = voiding.END, reason: str = REASON, by: str = "shaxiaoman") -> str:
    with transaction(desk.house.pool) as connection:
        given = (connection, desk.house.office, desk.person(by), desk.instance_id)
        return voiding.void_number(*given, reason, then, desk.now)


def ledger(house: House) -> list[numbering.LedgerLine]:
    with reading(house.pool) as connection:
        assert verification.verify(connection, house.office) == []
        return numbering.ledger(connection, "沐原办", 2025)


def test_a_document_whose_number_is_void_ends_and_says_so(house: House) -> None:
    desk = numbered(house)
    assert void(desk) == "沐原办〔2025〕47号"
    [line] = ledger(house)
    assert (line.serial, line.voided_at, line.voided_by, line.void_reason) == (47, desk.now, "shaxiaoman", REASON)
    with transaction(house.pool) as connection:
        person = desk.person("gexingyao")
        detail = cases.get_case(connection, house.office, person, desk.instance_id, desk.now)
        entries = cases.timeline(connection, house.office, person, desk.instance_id, desk.now)
        assert "document_number" not in DOCUMENTS.read(connection)[desk.instance_id]
        assert house.office.engine.replay(connection, desk.instance_id).verified
    assert detail.case.state is InstanceState.CANCELLED
    told = [(one.kind, one.name, one.reason) for one in entries if isinstance(one, Happening)]
    assert told[-2:] == [
        ("case:recorded", voiding.VOIDED, REASON),
        ("process:cancelled", "", f"作废沐原办〔2025〕47号：{REASON}"),
    ]


def test_a_document_that_is_registered_anew_gets_the_next_number(house: House) -> None:
    desk = numbered(house)
    void(desk, voiding.AGAIN)
    [item] = desk.open_items("shaxiaoman")
    assert item.activity_id == "register"
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])
    assert [(one.serial, one.voided_at is not None) for one in ledger(house)] == [(47, True), (48, False)]
    with reading(house.pool) as connection:
        assert DOCUMENTS.read(connection)[desk.instance_id]["document_number"] == "沐原办〔2025〕48号"
        assert house.office.engine.replay(connection, desk.instance_id).verified


def test_a_void_number_is_not_given_again(house: House) -> None:
    void(numbered(house))
    numbered(house)
    assert [one.serial for one in ledger(house)] == [47, 48]
    with transaction(house.pool) as connection, pytest.raises(SeriesStarted):
        numbering.set_opening(connection, "沐原办", 2025, 46, lambda _kind, _data: None)
    again = {"id": "x", "code": "沐原办", "year": 2025, "serial": 47, "text": "沐原办〔2025〕47号"}
    with pytest.raises(IntegrityError), transaction(house.pool) as connection:
        connection.execute(insert(given_number).values(**again, instance_id="other", given_at=MORNING))


def test_once_a_number_is_given_nothing_before_it_is_taken_back(house: House) -> None:
    """STORY 9.3: 编号后不可以撤回."""
    desk = Desk(house)
    desk.to_signing()
    signed = desk.act("qiujingan", "agree", "同意印发。")
    [signature] = [one for one in desk_items(desk) if one.activity_id == "sign_and_issue"]
    withdraw(desk, "qiujingan", signature.id, signature.version)
    desk.act("qiujingan", "agree", "同意印发。")
    assert signed.opened
    desk.act("shaxiaoman", "pass", title=desk.title, body="正文")
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])
    for username, step in (("qiujingan", "sign_and_issue"), ("shaxiaoman", "register")):
        item = next(one for one in desk_items(desk) if one.activity_id == step and one.state == "completed")
        with pytest.raises(WithdrawalRefused):
            withdraw(desk, username, item.id, item.version)
    [typeset] = desk.open_items("quanning")
    quanning = desk.person("quanning")
    with transaction(house.pool) as connection, pytest.raises(SwitchedOff):
        send_back.send_back(
            connection, house.office, quanning, typeset.id, typeset.version, "register", "退回登记", desk.now
        )


def desk_items(desk: Desk) -> list:
    from engine.persistence import work_items

    with reading(desk.house.pool) as connection:
        return work_items.list_of_instance(connection, desk.instance_id)


def withdraw(desk: Desk, username: str, item: str, version: int) -> None:
    with transaction(desk.house.pool) as connection:
        send_back.withdraw(connection, desk.house.office, desk.person(username), item, version, "再看一遍", desk.now)


@pytest.mark.parametrize(
    ("by", "refusal"), [("gexingyao", PostRequired), ("quanning", PostRequired), ("boruoxi", PostRequired)]
)
def test_only_the_registry_and_the_director_make_a_number_void(
    sqlite_house: House, by: str, refusal: type[Exception]
) -> None:
    desk = numbered(sqlite_house)
    with pytest.raises(refusal):
        void(desk, by=by)


@pytest.mark.parametrize("reason", ["", "   ", "长" * 2001, "有\x00"])
def test_a_number_is_not_made_void_without_words(sqlite_house: House, reason: str) -> None:
    desk = numbered(sqlite_house)
    with pytest.raises(ReasonRequired):
        void(desk, reason=reason)
    assert [one.voided_at for one in ledger(sqlite_house)] == [None]


def test_there_is_nothing_to_void_before_the_number_nor_twice(house: House) -> None:
    desk = Desk(house)
    desk.to_registration()
    with pytest.raises(NothingToVoid):
        void(desk)
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])
    void(desk, by="zhenliyan")
    with pytest.raises(NothingToVoid):
        void(desk)


def test_what_was_dispatched_keeps_its_number(house: House) -> None:
    desk = Desk(house)
    desk.to_the_end()
    with pytest.raises(AlreadyIssued):
        void(desk)


def test_a_case_that_one_may_not_see_has_no_number_to_void(sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.instance_id = "no-such-case"
    with pytest.raises(CaseNotVisible):
        void(desk)


def test_of_two_who_make_a_number_void_at_once_one_is_told_that_it_is_void(house: House) -> None:
    desk = numbered(house)
    together = Barrier(2)

    def attempt(by: str) -> object:
        together.wait()
        try:
            return void(desk, by=by)
        except NothingToVoid as error:
            return type(error)

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(attempt, ["shaxiaoman", "zhenliyan"]))
    assert sorted(map(str, done)) == sorted(["沐原办〔2025〕47号", str(NothingToVoid)])
    assert len(ledger(house)) == 1


def test_a_void_that_was_changed_behind_the_systems_back_is_found(house: House) -> None:
    desk = numbered(house)
    void(desk)
    with transaction(house.pool) as connection:
        connection.execute(update(given_number).values(void_reason="别的理由"))
    with reading(house.pool) as connection:
        [found] = verification.verify(connection, house.office)
    assert (found.chain, found.reason) == (desk.instance_id, "number 沐原办-2025-47")


def test_who_registered_each_number_is_told(house: House) -> None:
    numbered(house)
    lines = ledger(house)
    with reading(house.pool) as connection:
        assert numbering.givers(connection, lines) == {"沐原办〔2025〕47号": "shaxiaoman"}
        assert numbering.count_given(connection) == {("沐原办", 2025): (1, 0)}
