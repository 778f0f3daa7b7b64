"""What a case's variables say is put right: the flow stays where it is, replays meet it again, lists show it."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.house import House
from app.transaction import reading, transaction
from engine.errors import CaseSuspended, ProcessInstanceNotFound
from engine.marking import unpack
from engine.model import EventKind, InstanceState
from engine.persistence import instances
from tests.engine.drawn import files
from tests.engine.running import ACTOR, Running
from tests.flows import model
from tests.judge.paper import body, boundary

LINE = "s_ -> draft\ndraft -> review\nreview -> e_"
URGENT = "<bpmn:conditionalEventDefinition><bpmn:condition>${urgent == true}</bpmn:condition></bpmn:conditionalEventDefinition>"
NODES = {"noticed": boundary("noticed", "wait", URGENT, stops=False)}
REASON = {"reason": "来文日期写错"}


@pytest.fixture
def run(house: House) -> Iterator[Any]:
    """Start a case of a model; at the end of the test it has to replay and its rows have to be what history tells."""
    cases: list[Running] = []

    def started(files: dict[str, bytes], **variables: Any) -> Running:
        case = Running(house, files)
        case.start(**variables)
        cases.append(case)
        return case

    yield started
    for case in cases:
        case.assert_replays()


def variables(case: Running) -> dict[str, Any]:
    with reading(case.pool) as connection:
        return unpack(instances.snapshot_of(connection, case.instance_id)).variables


def test_a_corrected_value_is_what_the_case_holds_and_what_lists_show(run: Any) -> None:
    case = run(model(LINE), issued_on="2025-11-05")
    advanced = case.act("correct", {"issued_on": "2025-11-04", "title": "另一件事"}, REASON, ())
    assert (advanced.state, advanced.opened) == (InstanceState.RUNNING, ())
    assert variables(case)["issued_on"] == "2025-11-04"
    assert case.open_steps() == ["draft"]
    with reading(case.pool) as connection:
        assert instances.get_instance(connection, case.instance_id).title == "另一件事"
        told = case.engine.history(connection, case.instance_id)
    [corrected] = [one for one in told if one.kind == EventKind.VARIABLES_CORRECTED]
    assert corrected.actor == ACTOR.username
    assert corrected.data["reason"] == REASON["reason"]
    assert corrected.data["variables"] == {"issued_on": "2025-11-04", "title": "另一件事"}


def test_a_case_that_has_ended_is_corrected_and_stays_ended(run: Any) -> None:
    case = run(model(LINE))
    case.complete("draft")
    ended = case.complete("review")
    assert ended.state is InstanceState.COMPLETED
    with reading(case.pool) as connection:
        ended_at = instances.get_instance(connection, case.instance_id).ended_at
    assert case.act("correct", {"pages": 3}, REASON, ()).state is InstanceState.COMPLETED
    with reading(case.pool) as connection:
        assert instances.get_instance(connection, case.instance_id).ended_at == ended_at
    assert variables(case)["pages"] == 3


def test_a_cancelled_case_is_corrected_and_stays_cancelled(run: Any) -> None:
    case = run(model(LINE))
    case.act("cancel", "不办了")
    assert case.act("correct", {"pages": 3}, REASON, ()).state is InstanceState.CANCELLED


def test_a_suspended_case_is_corrected_only_once_it_goes_on(run: Any) -> None:
    case = run(model(LINE))
    case.act("suspend", "等材料")
    with pytest.raises(CaseSuspended):
        case.act("correct", {"pages": 3}, REASON, ())
    case.act("resume")
    case.act("correct", {"pages": 3}, REASON, ())


def test_what_waits_for_a_condition_notices_the_correction(run: Any) -> None:
    drawn = files(body("s_ -> wait\nwait -> e_\nnoticed -> hurry\nhurry -> e_hurried", NODES))
    case = run(drawn, urgent=False)
    assert case.open_steps() == ["wait"]
    case.act("correct", {"urgent": True}, REASON, ())
    assert case.open_steps() == ["hurry", "wait"]


def test_there_is_nothing_to_correct_in_a_case_that_there_is_not(sqlite_house: House) -> None:
    engine = sqlite_house.office.engine
    with transaction(sqlite_house.pool) as connection, pytest.raises(ProcessInstanceNotFound):
        engine.correct(connection, "nowhere", {}, REASON, (), ACTOR, engine.now(connection))
