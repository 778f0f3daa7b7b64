"""Logs of a flow as files: XES by the schema of its standard, comma-separated values by RFC 4180."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import event

from app.house import House
from app.transaction import reading
from engine.errors import ProcessDefinitionNotFound
from tests.office import MORNING, Desk
from workflows.event_logs import traces
from workflows.event_logs.comma_separated import HEADER, comma_separated
from workflows.event_logs.exporting import event_log
from workflows.event_logs.people import People
from workflows.event_logs.values import Trace, Wanted
from workflows.event_logs.xes import xes
from workflows.organisation.unit_names import UnitNames

SCHEMA = Path(__file__).parent / "xes.xsd"
WANTED = Wanted("outgoing_document")
HOSTILE = '=1+1 <&">甲'


def two_cases(house: House) -> list[Desk]:
    desks = []
    for hour, title in enumerate(("甲", HOSTILE)):
        desk = Desk(house, MORNING + timedelta(hours=hour), title)
        desk.to_countersign()
        desk.act("luanhaiping", "amend", "补写联系电话，内容保密。")
        desks.append(desk)
    return desks


def exported(house: House, wanted: Wanted = WANTED, salt: bytes = b"", *, as_table: bool = False) -> bytes:
    with reading(house.pool) as connection:
        return b"".join(event_log(connection, house.office.engine, wanted, salt, as_table=as_table))


def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def values(element: etree._Element) -> dict[str, str]:
    return {one.get("key", ""): one.get("value", "") for one in element if one.get("key")}


def test_a_log_is_valid_xes_and_tells_every_event_of_its_cases(house: House) -> None:
    desks = two_cases(house)
    log = etree.fromstring(exported(house))
    assert schema().validate(log), schema().error_log
    traces = log.findall("trace")
    assert [values(one)["concept:name"] for one in traces] == [one.instance_id for one in desks]
    events = [values(one) for one in traces[0].findall("event")]
    completed = [one for one in events if one["lifecycle:transition"] == "complete"]
    assert [(one["concept:name"], one["org:resource"], one["org:group"]) for one in completed] == [
        ("起草", "葛星遥（gexingyao）", "党委组织部（人力资源部）"),
        ("部门负责人审核", "石砚秋（shiyanqiu）", "党委组织部（人力资源部）"),
        ("部门会签", "栾海平（luanhaiping）", "安全环保部"),
    ]
    assert completed[0]["time:timestamp"] == "2025-11-07T01:30:00.000+00:00"
    assert all(
        {"concept:name", "lifecycle:transition", "time:timestamp", "org:resource"} <= one.keys() for one in events
    )
    assert [one.get("name") for one in log.findall("extension")] == ["Concept", "Time", "Lifecycle", "Organizational"]
    assert values(traces[1])["title"] == HOSTILE


def test_characters_that_no_xml_can_carry_are_left_out_and_line_breaks_kept() -> None:
    trace = Trace("case", "甲\x0b\n乙\ud800", "", 1, "ZZB", MORNING, "running", ())
    log = etree.fromstring(b"".join(xes(WANTED, "发文", [trace], People({}, UnitNames({}, {}), {}))))
    assert schema().validate(log)
    assert values(log.find("trace"))["title"] == "甲\n乙"


def test_nothing_of_what_people_wrote_stands_in_a_log(sqlite_house: House) -> None:
    two_cases(sqlite_house)
    for as_table in (False, True):
        assert "内容保密" not in exported(sqlite_house, as_table=as_table).decode()


def test_pseudonyms_hold_in_one_log_and_mean_nothing_in_another(sqlite_house: House) -> None:
    two_cases(sqlite_house)
    first, second = (exported(sqlite_house, salt=salt).decode() for salt in (b"1" * 32, b"2" * 32))
    for one in (first, second):
        assert schema().validate(etree.fromstring(one.encode()))
        for told in ("gexingyao", "葛星遥", "甲", "org:role"):
            assert told not in one
    names = [
        {values(event)["org:resource"] for event in etree.fromstring(one.encode()).iter("event")}
        for one in (first, second)
    ]
    assert len(names[0]) == len(names[1]) == 3
    assert not names[0] & names[1]


def test_a_log_holds_the_cases_that_were_asked_for(sqlite_house: House) -> None:
    first, second = two_cases(sqlite_house)
    with reading(sqlite_house.pool) as connection:
        begun = [sqlite_house.office.engine.history(connection, one.instance_id)[0].at for one in (first, second)]
    later = begun[1]
    asked = {
        Wanted("outgoing_document", version=1): 2,
        Wanted("outgoing_document", until=later): 1,
        Wanted("outgoing_document", since=later): 1,
        Wanted("outgoing_document", units=frozenset({"ZZB"})): 2,
        Wanted("outgoing_document", units=frozenset({"AHB"})): 0,
    }
    for wanted, count in asked.items():
        log = etree.fromstring(exported(sqlite_house, wanted))
        assert schema().validate(log)
        assert len(log.findall("trace")) == count, wanted


def test_cases_are_read_a_few_at_a_time_and_none_is_lost_between_them(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []
    for _ in range(5):
        desk = Desk(sqlite_house)
        desk.start()
        begun.append(desk.instance_id)
    monkeypatch.setattr(traces, "CASES_AT_ONCE", 2)
    read: list[str] = []
    with reading(sqlite_house.pool) as connection:
        event.listen(connection, "before_cursor_execute", lambda *told: read.append(told[2]))
        found = traces.traces(connection, sqlite_house.office.engine, WANTED)
        first = next(found)
        asked = sum("history_payload" in one for one in read)
        rest = [one.instance_id for one in found]
    assert asked == 1
    assert [first.instance_id, *rest] == sorted(begun)


def test_a_flow_that_is_not_there_is_refused(sqlite_house: House) -> None:
    with pytest.raises(ProcessDefinitionNotFound):
        exported(sqlite_house, Wanted("outgoing_document", version=7))


def test_the_table_has_the_same_events_one_a_row(sqlite_house: House) -> None:
    two_cases(sqlite_house)
    content = exported(sqlite_house, as_table=True)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    events = [values(one) for one in etree.fromstring(exported(sqlite_house)).iter("event")]
    assert tuple(rows[0]) == HEADER
    assert [(one["seq"], one["lifecycle"], one["activity"]) for one in rows] == [
        (one["seq"], one["lifecycle:transition"], one["concept:name"]) for one in events
    ]


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_what_begins_like_a_formula_is_made_text(typed: str) -> None:
    content = b"".join(comma_separated(["甲"], [[typed], ['a,"b"\n'], [None]])).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content, newline=""))) == [["甲"], [f"'{typed}"], ['a,"b"\n'], [""]]
