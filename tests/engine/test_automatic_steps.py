"""Scripts and services: results recorded, failures kept as incidents that can be tried again."""

from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from app.house import House
from app.transaction import reading
from engine.delegates import ServiceCall
from engine.errors import ServiceFailed
from engine.model import InstanceState, ServiceResult
from engine.persistence.tables import installation
from tests.engine.drawn import files
from tests.engine.running import Running
from tests.flows import model, script, service
from tests.judge.paper import TIMER, body, boundary, element

ARROWS = """
s_ -> ask
ask -> auto
auto -> after
after -> e_
"""


def test_a_script_assigns_in_order(sqlite_house: House) -> None:
    files = model(ARROWS, {"auto": script("auto", "total = price * count\nbig = total > 100")})
    case = Running(sqlite_house, files)
    case.start()
    case.complete("ask", price=30, count=4)
    assert case.variables()["total"] == 120
    assert case.variables()["big"] is True
    case.assert_replays()


@pytest.mark.parametrize("text", ["x = 1 / zero", "x = missing", "x = title + 1"])
def test_a_failing_script_becomes_an_incident_and_the_persons_act_stands(house: House, text: str) -> None:
    case = Running(house, model(ARROWS, {"auto": script("auto", text)}))
    case.start(zero=0)
    advanced = case.complete("ask", note="说过的话")
    assert advanced.state is InstanceState.INCIDENT
    assert case.variables()["note"] == "说过的话"
    assert case.open_steps() == []
    case.assert_replays()


def test_an_incident_is_tried_again_when_its_cause_is_gone(house: House) -> None:
    calls: list[str] = []

    def fails_once(connection: Connection, call: ServiceCall) -> ServiceResult:
        calls.append(call.instance_id)
        connection.execute(insert(installation).values(name=f"try{len(calls)}", value="x"))
        if len(calls) == 1:
            raise ServiceFailed("office.flaky", "NotYet", {})
        return ServiceResult({"answer": 42})

    case = Running(house, model(ARROWS, {"auto": service("auto", "office.flaky")}), {"office.flaky": fails_once})
    case.start()
    [incident] = case.complete("ask").incidents
    with reading(house.pool) as connection:
        assert list(connection.scalars(select(installation.c.name).where(installation.c.name.like("try%")))) == []
    case.assert_replays()
    case.retry(incident)
    assert case.open_steps() == ["after"]
    assert case.variables()["answer"] == 42
    case.assert_replays()
    assert len(calls) == 2, "a replay must not call the service"


def test_a_condition_that_cannot_be_evaluated_names_itself(sqlite_house: House) -> None:
    arrows = """
    s_ -> ask
    ask -> x_
    x_ -> after: ${amount > 100}
    x_ -> e_: ${amount <= 100}
    after -> e_
    """
    case = Running(sqlite_house, model(arrows))
    case.start()
    assert case.complete("ask").state is InstanceState.INCIDENT
    with reading(sqlite_house.pool) as connection:
        [told] = [one for one in case.engine.history(connection, case.instance_id) if one.kind == "incident:opened"]
    facts: Any = told.data["facts"]
    assert told.activity_id == "x_"
    assert "amount" in facts["reason"]
    case.assert_replays()


def test_what_was_asked_before_a_step_failed_by_itself_is_undone_and_replays(sqlite_house: House) -> None:
    call = element(
        "callActivity",
        "call",
        '<bpmn:extensionElements><camunda:in source="missing" target="n" /></bpmn:extensionElements>',
        calledElement="other",
    )
    late = boundary("late", "call", TIMER, stops=False)
    arrows = "s_ -> call\ncall -> e_\nlate -> chase\nchase -> e_"
    other = body("s_ -> inside\ninside -> e_")
    case = Running(sqlite_house, files(body(arrows, {"call": call, "late": late}), {"other": other}))
    assert case.start().incidents
    assert case.timers() == []
    case.assert_replays()
