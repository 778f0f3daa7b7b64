"""On random processes and in random orders the engine and a token interpreter agree after every command; all replays verify."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.house import House
from engine.model import InstanceState
from tests.engine.running import Running
from tests.flows import model
from tests.strategies import Shape, drawn, shapes
from tests.token_game import Arc, TokenGame

MOST_COMMANDS = 40


@given(shape=shapes, seed=st.integers(0, 2**32))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_engine_and_token_game_agree_after_every_command(sqlite_house: House, shape: Shape, seed: int) -> None:
    chance = random.Random(seed)
    drawing = drawn(shape)
    judge = TokenGame(drawing.kinds, drawing.arcs)
    case = Running(sqlite_house, model(drawing.as_arrows(), key=f"flow{abs(hash(shape))}"))
    judge.start()
    case.start()
    for number in range(MOST_COMMANDS):
        assert case.open_steps() == judge.open_tasks
        if judge.completed:
            break
        task = chance.choice(judge.open_tasks)
        decision = "again" if number < MOST_COMMANDS // 2 and chance.random() < 0.4 else "on"
        offered = [arc for arc in drawing.arcs if arc.when and Arc(task, arc.source) in drawing.arcs]
        decision = decision if offered else "submit"
        judge.complete(task, decision)
        case.complete(task, decision)
    assert (case.state is InstanceState.COMPLETED) == judge.completed
    case.assert_replays()
