"""On random processes and under random commands the engine and a second judge agree after every command; all cases replay.

Between commands a case is nothing but its rows: every command loads it anew. Some commands crash before their commit, and now and
then the case is moved to another version.
"""

from collections.abc import Callable
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.house import House
from tests.judge.drawing import START
from tests.judge.driving import GIVEN, Driven, standing_of
from tests.judge.people import Office
from tests.judge.player import apply, next_command
from tests.judge.reader import read
from tests.judge.services import SERVICES
from tests.judge.strategies import Process, processes, with_services

PROCESSES, LEAST_COMMANDS = 650, 10_000
PLAYS_OF_ONE_PROCESS, MOST_COMMANDS = 4, 30
CHANCE_OF_A_CRASH, CHANCE_OF_A_MIGRATION = 0.05, 0.02


def test_engine_and_judge_agree_after_every_command(sqlite_house: House) -> None:
    assert sum(play_random_processes(sqlite_house, PROCESSES)) >= LEAST_COMMANDS


def play_random_processes(
    house: House,
    number: int,
    at_random: Callable[..., object] = lambda test: test,
    plays: int = PLAYS_OF_ONE_PROCESS,
) -> list[int]:
    """Play cases of random processes; return how many commands each was given. ``at_random`` decorates the test inside."""
    commands: list[int] = []

    @at_random
    @given(process=processes | with_services, seed=st.integers(0, 2**32))
    @settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck))
    def play(process: Process, seed: int) -> None:
        files = process.files()
        driven = Driven(house, files)
        commands.extend(played(driven, files, Random(seed + case)) for case in range(plays))

    play()
    return commands


def played(driven: Driven, files: dict[str, bytes], chance: Random) -> int:
    """Play one case of a process to its end or for some commands; return how many were carried out."""
    judge = Office(read(files, "flow"), services=SERVICES)
    judge.start({**GIVEN, **START})
    driven.forget_what_others_wait_for()
    driven.start(START)
    said: list[object] = []
    try:
        _play(driven, judge, chance, said)
    except BaseException as error:
        error.add_note(f"after {said}")
        raise
    driven.assert_proved()
    return len(said)


def _play(driven: Driven, judge: Office, chance: Random, said: list[object]) -> None:
    for _ in range(MOST_COMMANDS):
        assert driven.look() == standing_of(judge)
        command = next_command(judge, chance.choice)
        if command is None:
            break
        if chance.random() < CHANCE_OF_A_CRASH:
            said.append(("crash", command))
            driven.apply(command, crash=True)
            assert driven.look() == standing_of(judge)
        if chance.random() < CHANCE_OF_A_MIGRATION and not judge.completed and not judge.suspended:
            said.append("migration")
            driven.migrate()
            assert driven.look() == standing_of(judge)
        said.append(command)
        if driven.apply(command):
            apply(judge, command)
        else:
            said.append("refused")
    assert driven.look() == standing_of(judge)
