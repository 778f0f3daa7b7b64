"""What events say of records is read in words: every record, every column, and every code that a column holds."""

from enum import StrEnum

import pytest
from flask import Flask

from app.current import HOUSE
from app.record_values import record_value, written
from app.sentences.records import COLUMNS, RECORDS, VALUES
from workflows import catalogue
from workflows.archiving.values import ItemState, PartKind
from workflows.incoming_document.records import HELPING, LEAD
from workflows.meeting_arrangement.tally import Outcome
from workflows.record_tables import RecordTable
from workflows.responsible_units import ASSISTING, LEADING
from workflows.samples.values import Conclusion, Method
from workflows.supervision.oral_orders import OrderDisposal
from workflows.supervision.task_rules import TaskState
from workflows.supervision.values import ChangeKind, Disposal, ReturnKind, Source, State

CODES: dict[tuple[str, str], type[StrEnum]] = {
    ("agenda_line", "outcome"): Outcome,
    ("archive_item", "state"): ItemState,
    ("archive_part", "kind"): PartKind,
    ("assigned_task", "state"): TaskState,
    ("audit_sample", "method"): Method,
    ("audit_sample_case", "conclusion"): Conclusion,
    ("matter", "disposal"): Disposal,
    ("matter", "phase"): State,
    ("matter", "source_kind"): Source,
    ("matter_due_change", "kind"): ChangeKind,
    ("matter_return", "kind"): ReturnKind,
    ("oral_order", "disposal"): OrderDisposal,
}


@pytest.fixture
def tables(site: Flask) -> tuple[RecordTable, ...]:
    return catalogue.record_tables(site.extensions[HOUSE].office.businesses)


def test_every_record_and_every_column_that_history_writes_has_a_name(tables: tuple[RecordTable, ...]) -> None:
    columns = {one.name for table in tables for one in table.table.columns if not one.primary_key}
    assert {table.name for table in tables} == set(RECORDS)
    assert columns == set(COLUMNS)


def test_every_code_is_read_in_words(tables: tuple[RecordTable, ...]) -> None:
    known = {(table.name, one.name) for table in tables for one in table.table.columns}
    assert set(VALUES) <= known
    assert set(VALUES["incoming_unit", "role"]) == {LEAD, HELPING}
    assert set(VALUES["responsible_unit", "role"]) == {LEADING, ASSISTING}
    for place, codes in CODES.items():
        assert set(codes) <= set(VALUES[place]), place


def test_values_are_read_as_people_write_them(site: Flask) -> None:
    with site.test_request_context():
        assert record_value("archive_item", "state", "numbered") == "已编号"
        assert record_value("document", "urgency", "特急") == "特急"
        assert written("2026-02-13T01:05:00.000000Z") == "2026-02-13 09:05:00"
        assert written([True, None, "甲", 3]) == "是、无、甲、3"
        assert written({"unit": "甲部", "due_on": "2026-02-13"}) == "单位：甲部，时限：2026-02-13"
        assert written({"$redacted": "0" * 64}) == "内容已清除"
