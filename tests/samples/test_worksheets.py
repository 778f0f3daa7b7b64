"""Samples and worksheets as records of their ledger, on each kind of database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.house import House
from app.transaction import reading, transaction
from tests.office import Desk
from workflows import verification
from workflows.deviations import search
from workflows.deviations.search import Period
from workflows.errors import PostRequired
from workflows.samples import actions, queries
from workflows.samples.drawing import population_digest
from workflows.samples.records import LEDGER
from workflows.samples.values import ALGORITHM, Answer, Chosen, Conclusion, Criteria, Method, Note, Point, Sample

NOVEMBER = Criteria(
    datetime(2025, 11, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC), ("outgoing_document",), ("ZZB",)
)
LATER = datetime(2025, 12, 1, 9, tzinfo=UTC)
ASKED = Sample(
    *("", "发文核查", Method.RISK, "甲", "", NOVEMBER, {"overdue": 2}, ("手续是否完备",), "1", 0, 0, "", ""), LATER
)
NOTE = Note({0: Answer.NO}, "缺一处会签。", Conclusion.FLAWED)


def test_a_sample_is_kept_with_its_worksheet_and_what_is_noted_replaces_what_stood_there(house: House) -> None:
    desk = Desk(house)
    desk.to_countersign()
    office, auditor = house.office, desk.person("peishenzhi")
    point = Point("overdue", (5, 9), LATER, "luanhaiping", "部门会签", {"days": "3"})
    with transaction(house.pool) as connection:
        found = queries.population(connection, NOVEMBER, LATER)
        assert found == [desk.instance_id]
        sample_id = actions.keep(connection, office, auditor, ASKED, found, [Chosen(found[0], 4, [point])], LATER)
        actions.note(connection, office, auditor, sample_id, 1, NOTE, LATER)
        actions.note(
            connection, office, auditor, sample_id, 1, replace(NOTE, finding="已补。"), LATER + timedelta(hours=1)
        )
    with reading(house.pool) as connection:
        sample = queries.get_sample(connection, sample_id)
        [line] = queries.list_cases(connection, sample_id)
        events = office.engine.history(connection, LEDGER)
        assert verification.verify(connection, office) == []
        assert queries.list_samples(connection) == [(sample, 1)]
    assert (sample.id, sample.algorithm, sample.size, sample.population) == ("2025-001", ALGORITHM, 1, 1)
    assert sample.criteria == NOVEMBER
    assert sample.population_digest == population_digest([desk.instance_id])
    assert (line.score, line.points, line.answers) == (4, (point,), NOTE.answers)
    assert (line.finding, line.conclusion, line.noted_by) == ("已补。", Conclusion.FLAWED, "peishenzhi")
    assert [one.data["values"].get("finding") for one in events[2:]] == ["缺一处会签。", "已补。"]


def test_a_population_is_what_began_in_the_period_in_the_flow_and_the_unit(sqlite_house: House) -> None:
    desk = Desk(sqlite_house)
    desk.start()
    with reading(sqlite_house.pool) as connection:
        for criteria, count in (
            (replace(NOVEMBER, flows=(), units=()), 1),
            (replace(NOVEMBER, units=("AHB",)), 0),
            (replace(NOVEMBER, flows=("incoming_document",)), 0),
            (replace(NOVEMBER, until=datetime(2025, 11, 2, tzinfo=UTC)), 0),
        ):
            assert len(queries.population(connection, criteria, LATER)) == count
        assert queries.population(connection, NOVEMBER, datetime(2025, 11, 2, tzinfo=UTC)) == []


@pytest.mark.parametrize("username", ["zhenliyan", "jiziheng", "boruoxi"])
def test_nobody_but_an_auditor_draws_or_notes(sqlite_house: House, username: str) -> None:
    person = Desk(sqlite_house).person(username)
    with transaction(sqlite_house.pool) as connection:
        with pytest.raises(PostRequired):
            actions.keep(connection, sqlite_house.office, person, ASKED, ["x"], [Chosen("x", 0)], LATER)
        with pytest.raises(PostRequired):
            actions.note(connection, sqlite_house.office, person, "2025-001", 1, NOTE, LATER)


def test_what_is_told_after_an_instant_does_not_change_what_is_found_until_then(house: House) -> None:
    desk = Desk(house)
    desk.start()
    desk.act("gexingyao", "submit", title="甲", issuing_organ="集团办公室", issuing_code="沐原办", document_type="通知",
             direction="下行文", main_recipients="各部门", body="甲。")  # fmt: skip
    until = desk.now
    with reading(house.pool) as connection:
        before = list(search.in_cases(connection, house.office, [desk.instance_id], until))
    desk.at("2025-11-08T23:00").act("shiyanqiu", "revise", "重写。")
    with reading(house.pool) as connection:
        assert list(search.in_cases(connection, house.office, [desk.instance_id], until)) == before
        late = Period(until, LATER)
        found = search.find(connection, house.office, late, LATER)
    assert [one.facts["day"] for one in found.findings if one.kind == "outside_hours"] == ["2025-11-08"]
