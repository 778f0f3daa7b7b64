"""发文字号: in order, without twin or gap, whatever happens at the same time; on both databases."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from app.house import House
from app.transaction import reading, transaction
from engine.delegates import ServiceCall
from engine.model import Value
from tests.office import MORNING, SYSTEM, Desk
from workflows import definitions, verification
from workflows.document_approval import voiding
from workflows.document_approval.delegates import assign_number
from workflows.document_approval.errors import NotSigned, UnknownIssuingCode
from workflows.document_approval.records import document
from workflows.numbering import series as numbering
from workflows.numbering.errors import OpeningRefused, SeriesStarted
from workflows.numbering.records import given_number, number_series

AT_ONCE = 50
REGISTRATION = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="registration_file" targetNamespace="https://example.org/bpmn">
  <bpmn:process id="registration" name="登记" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:scriptTask id="prepare" name="准备" scriptFormat="banjie">
      <bpmn:script>issuing_code = '沐原办'
copies = 19
distribution_units = ['QY1']</bpmn:script>
    </bpmn:scriptTask>
    <bpmn:userTask id="sign" name="签发" camunda:assignee="qiujingan"><bpmn:extensionElements><camunda:properties>
      <camunda:property name="kind" value="sign_and_issue" /></camunda:properties></bpmn:extensionElements></bpmn:userTask>
    <bpmn:exclusiveGateway id="signed" />
    <bpmn:userTask id="register" name="登记编号" camunda:assignee="shaxiaoman"><bpmn:extensionElements><camunda:properties>
      <camunda:property name="kind" value="register" /></camunda:properties></bpmn:extensionElements></bpmn:userTask>
    <bpmn:serviceTask id="number" name="编制发文字号" camunda:delegateExpression="${document.assign_number}" />
    <bpmn:endEvent id="end" />
    <bpmn:sequenceFlow id="to_prepare" sourceRef="start" targetRef="prepare" />
    <bpmn:sequenceFlow id="to_sign" sourceRef="prepare" targetRef="sign" />
    <bpmn:sequenceFlow id="to_signed" sourceRef="sign" targetRef="signed" />
    <bpmn:sequenceFlow id="agreed" name="同意签发" sourceRef="signed" targetRef="register">
      <bpmn:conditionExpression>${decision == 'agree'}</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="refused" name="不同意" sourceRef="signed" targetRef="end">
      <bpmn:conditionExpression>${decision == 'revise'}</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="to_number" sourceRef="register" targetRef="number" />
    <bpmn:sequenceFlow id="to_end" sourceRef="number" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>
""".encode()


class Abandoned(Exception):
    """What makes a transaction roll back after it has taken a number."""


def sign(house: House, instance_id: str, issued_on: str = "2025-11-13") -> None:
    with transaction(house.pool) as connection:
        connection.execute(insert(document).values(instance_id=instance_id, signed_by="qiujingan", issued_on=issued_on))


def register(house: House, instance_id: str, code: str = "沐原办", *, abandon: bool = False) -> str:
    call = ServiceCall(instance_id, "number", {"issuing_code": code}, MORNING)
    with transaction(house.pool) as connection:
        result = assign_number(connection, call, house.documents, house.numbers)
        for change in result.records:
            house.office.engine.vocabulary.records[change.record](connection, change)
        if abandon:
            raise Abandoned
    return str(result.variables["document_number"])


def set_opening(house: House, opening: int, code: str = "沐原办", year: int = 2025) -> None:
    engine = house.office.engine
    with transaction(house.pool) as connection:

        def record(kind: str, data: Mapping[str, Value]) -> None:
            engine.record_ledger(connection, "office:numbers", kind, data, SYSTEM, MORNING)

        numbering.set_opening(connection, code, year, opening, record)


def serials(house: House, code: str = "沐原办", year: int = 2025) -> list[int]:
    with reading(house.pool) as connection:
        return [line.serial for line in numbering.ledger(connection, code, year)]


def breaks(house: House) -> list[tuple[str, str]]:
    with reading(house.pool) as connection:
        return [(one.chain, one.reason) for one in verification.verify(connection, house.office)]


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Let as many threads act in the same moment; return what each got, or the error it met."""
    together = Barrier(count)

    def turn(one: int) -> Any:
        together.wait()
        try:
            return act(one)
        except (Abandoned, SeriesStarted) as error:
            return error

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(turn, range(count)))


def test_fifty_registrations_at_once_get_fifty_numbers_without_twin_or_gap(house: House) -> None:
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, {"registration.bpmn": REGISTRATION}, MORNING)
    desks = [Desk(house) for _ in range(AT_ONCE)]
    for desk in desks:
        desk.start(key="registration")
        desk.act("qiujingan", "agree", "同意印发。")
    at_once(AT_ONCE, lambda one: desks[one].act("shaxiaoman", "submit"))
    assert serials(house) == list(range(47, 47 + AT_ONCE))
    assert breaks(house) == []


def test_numbers_made_void_while_others_are_given_stay_where_they_are(house: House) -> None:
    with transaction(house.pool) as connection:
        definitions.deploy_as(connection, house.office, SYSTEM, {"registration.bpmn": REGISTRATION}, MORNING)
    desks = [Desk(house) for _ in range(AT_ONCE)]
    for desk in desks:
        desk.start(key="registration")
        desk.act("qiujingan", "agree", "同意印发。")
    earlier, later = desks[::2], desks[1::2]
    for desk in earlier:
        desk.act("shaxiaoman", "submit")

    def turn(one: int) -> None:
        desk = desks[one]
        if one % 2:
            desk.act("shaxiaoman", "submit")
            return
        with transaction(house.pool) as connection:
            clerk = desk.person("shaxiaoman")
            voiding.void_number(connection, house.office, clerk, desk.instance_id, "作废", voiding.END, desk.now)

    at_once(AT_ONCE, turn)
    assert serials(house) == list(range(47, 47 + AT_ONCE))
    with reading(house.pool) as connection:
        lines = numbering.ledger(connection, "沐原办", 2025)
        assert numbering.count_given(connection) == {("沐原办", 2025): (AT_ONCE, len(earlier))}
    void = {one.serial for one in lines if one.voided_at}
    assert void == set(range(47, 47 + len(earlier)))
    assert {one.instance_id for one in lines if not one.voided_at} == {desk.instance_id for desk in later}
    assert breaks(house) == []


def test_numbers_taken_by_registrations_that_fail_are_given_to_the_next(house: House) -> None:
    for one in range(AT_ONCE):
        sign(house, f"case-{one}")
    at_once(AT_ONCE, lambda one: register(house, f"case-{one}", abandon=one % 3 == 0))
    assert serials(house) == list(range(47, 47 + sum(one % 3 != 0 for one in range(AT_ONCE))))


def test_the_first_registrations_of_a_series_begin_it_together(house: House) -> None:
    for one in range(10):
        sign(house, f"case-{one}", "2026-01-04")
    numbers = at_once(10, lambda one: register(house, f"case-{one}", "沐原"))
    assert set(numbers) == {f"沐原〔2026〕{serial}号" for serial in range(1, 11)}
    assert serials(house, "沐原", 2026) == list(range(1, 11))


@pytest.mark.parametrize("opened", [None, 5])
def test_an_opening_set_while_a_number_is_given_is_either_before_it_or_refused(
    house: House, opened: int | None
) -> None:
    for year in range(2026, 2036):
        if opened is not None:
            set_opening(house, opened, "沐原", year)
        sign(house, f"case-{year}", f"{year}-01-04")
        acts = (partial(register, house, f"case-{year}", "沐原"), partial(set_opening, house, 11, "沐原", year))
        _, refused = at_once(2, lambda one, acts=acts: acts[one]())
        assert serials(house, "沐原", year) == [(opened or 0) + 1 if isinstance(refused, SeriesStarted) else 12]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from(["沐原", "沐原办", "沐原党"]), st.sampled_from(["2031-12-31", "2032-01-01"]), st.booleans()
        ),
        max_size=20,
    )
)
def test_each_code_and_year_counts_for_itself_whatever_is_abandoned(
    sqlite_house: House, acts: list[tuple[str, str, bool]]
) -> None:
    counted = {series: len(serials(sqlite_house, *series)) for series in every_series(acts)}
    for code, issued_on, abandon in acts:
        year = int(issued_on[:4])
        case = f"{code}-{issued_on}-{counted[code, year]}"
        sign_once(sqlite_house, case, issued_on)
        if abandon:
            with pytest.raises(Abandoned):
                register(sqlite_house, case, code, abandon=True)
        else:
            counted[code, year] += 1
            assert register(sqlite_house, case, code) == f"{code}〔{year}〕{counted[code, year]}号"
    for series, count in counted.items():
        assert serials(sqlite_house, *series) == list(range(1, count + 1))


def every_series(acts: list[tuple[str, str, bool]]) -> set[tuple[str, int]]:
    return {(code, int(issued_on[:4])) for code, issued_on, _ in acts}


def sign_once(house: House, instance_id: str, issued_on: str) -> None:
    with reading(house.pool) as connection:
        known = connection.execute(document.select().where(document.c.instance_id == instance_id)).first()
    if known is None:
        sign(house, instance_id, issued_on)


def test_the_year_is_that_of_the_documents_date_and_not_of_its_registration(house: House) -> None:
    sign(house, "case", "2024-12-31")
    assert register(house, "case") == "沐原办〔2024〕1号"


def test_a_document_that_has_its_number_keeps_it(house: House) -> None:
    sign(house, "case")
    assert register(house, "case") == register(house, "case") == "沐原办〔2025〕47号"
    assert serials(house) == [47]


def test_a_document_whose_record_shows_no_signature_gets_no_number(house: House) -> None:
    claimed = {"issuing_code": "沐原办", "signed_by": "qiujingan", "issued_on": "2025-11-13"}
    with transaction(house.pool) as connection, pytest.raises(NotSigned):
        assign_number(connection, ServiceCall("case", "number", claimed, MORNING), house.documents, house.numbers)
    assert serials(house) == []


@pytest.mark.parametrize("code", ["", "中办发"])
def test_a_code_that_the_office_does_not_have_begins_no_series(sqlite_house: House, code: str) -> None:
    sign(sqlite_house, "case")
    with pytest.raises(UnknownIssuingCode):
        register(sqlite_house, "case", code)
    with reading(sqlite_house.pool) as connection:
        assert [one.code for one in numbering.list_series(connection)] == ["沐原办"]


def test_an_opening_may_be_corrected_until_the_first_number_is_given(house: House) -> None:
    set_opening(house, 40)
    set_opening(house, 45)
    sign(house, "case")
    assert register(house, "case") == "沐原办〔2025〕46号"
    with pytest.raises(SeriesStarted):
        set_opening(house, 46)
    with reading(house.pool) as connection:
        assert numbering.find_series(connection, "沐原办", 2025) == numbering.Series("沐原办", 2025, 45, 46)
        assert numbering.find_series(connection, "沐原办", 2024) is None


@pytest.mark.parametrize("opening", [-1, 100_000])
def test_an_opening_beyond_reason_is_refused(sqlite_house: House, opening: int) -> None:
    with pytest.raises(OpeningRefused):
        set_opening(sqlite_house, opening)


@pytest.mark.parametrize("changed", [{"last": 46}, {"last": 48}, {"opening": 45}, {"opening": 46, "last": 60}])
def test_a_series_that_was_changed_behind_the_systems_back_is_found(house: House, changed: dict[str, int]) -> None:
    desk = Desk(house)
    desk.to_registration()
    desk.act("shaxiaoman", "submit", copies=19, distribution_units=["QY1"])
    assert breaks(house) == []
    with transaction(house.pool) as connection:
        connection.execute(update(number_series).values(**changed))
    assert breaks(house) == [("office:numbers", "沐原办〔2025〕")]


def test_an_opening_that_was_changed_before_the_first_number_is_found(house: House) -> None:
    with transaction(house.pool) as connection:
        connection.execute(update(number_series).values(opening=50, last=50))
    assert breaks(house) == [("office:numbers", "沐原办〔2025〕")]


def test_a_series_that_was_removed_is_found(house: House) -> None:
    with transaction(house.pool) as connection:
        connection.execute(number_series.delete())
    assert breaks(house) == [("office:numbers", "沐原办〔2025〕")]


def test_numbers_that_nothing_was_given_are_listed_one_by_one(sqlite_house: House) -> None:
    desks = [Desk(sqlite_house) for _ in range(5)]
    for one in desks:
        one.to_registration()
        one.act("shaxiaoman", "submit", copies=1, distribution_units=["QY1"])
    with reading(sqlite_house.pool) as connection:
        whole = numbering.find_series(connection, "沐原办", 2025)
        assert whole is not None
        assert numbering.gaps(connection, whole) == []
    with transaction(sqlite_house.pool) as connection:
        connection.execute(delete(given_number).where(given_number.c.serial.in_([47, 49, 50])))
        assert numbering.gaps(connection, whole) == [(47, 47), (49, 50)]
        connection.execute(delete(given_number).where(given_number.c.serial == 51))
        assert numbering.gaps(connection, whole) == [(47, 47), (49, 51)]
