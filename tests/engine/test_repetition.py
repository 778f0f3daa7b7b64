"""How often something is repeated by a number: as often as it says, not at all for nought, and never without bound."""

import pytest

from app.house import House
from engine.model import InstanceState
from tests.engine.drawn import files
from tests.engine.running import Running
from tests.judge.paper import body, element, runs


def repeated(house: House, number: object) -> Running:
    inner = runs(cardinality="${n}") + body("s_in -> work\nwork -> e_in")
    case = Running(
        house, files(body("s_ -> block\nblock -> after\nafter -> e_", {"block": element("subProcess", "block", inner)}))
    )
    case.start(n=number)
    return case


@pytest.mark.parametrize(("number", "steps"), [(3, ["work"] * 3), (0, ["after"]), ("2", ["work"] * 2)])
def test_a_number_says_how_often(sqlite_house: House, number: object, steps: list[str]) -> None:
    case = repeated(sqlite_house, number)
    assert case.open_steps() == steps
    case.assert_replays()


@pytest.mark.parametrize("number", [-1, 1_001, True, "many", None])
def test_what_is_no_such_number_is_an_incident(sqlite_house: House, number: object) -> None:
    case = repeated(sqlite_house, number)
    assert case.state is InstanceState.INCIDENT
    case.assert_replays()
