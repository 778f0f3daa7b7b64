"""Public models: the check never raises nor takes long, gives a reason for each refusal, and what it accepts runs as BPMN says.

Models are read from the folder that the environment variable ``BANJIE_TEST_MODELS`` names. Few of them say who does what in
words this office knows; so each is also played as a copy in which that is filled in (:mod:`tests.bpmn.normalising`).
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from app.house import House
from tests.bpmn.normalising import SERVICE
from tests.bpmn.public_models import AS_THEY_ARE, NORMALISED, VARIABLE, files_of, folder, judged, knowing, models_in
from tests.judge.drawing import START
from tests.judge.driving import GIVEN, Driven, Standing, standing_of
from tests.judge.game import TokenGame
from tests.judge.player import apply, next_command
from tests.judge.reader import read

FOLDER = folder()
MODELS = models_in(FOLDER)
LONGEST_SECONDS = 2.0
MOST_COMMANDS = 12
SEEDS = (1, 2)
CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")


def test_the_folder_of_public_models_is_named_and_there(capsys: pytest.CaptureFixture[str]) -> None:
    if FOLDER is None:
        with capsys.disabled():
            print(f"{VARIABLE} is not set: no public models are read")
    else:
        assert MODELS


@pytest.mark.parametrize("kind", [AS_THEY_ARE, NORMALISED])
@pytest.mark.parametrize("path", MODELS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_public_model_is_refused_with_a_reason_or_runs_as_the_token_interpreter_says(
    sqlite_house: House, path: Path, kind: str
) -> None:
    files = files_of(path, as_is=kind == AS_THEY_ARE)
    house = knowing(sqlite_house)
    said = judged(house, files)
    assert said.seconds < LONGEST_SECONDS
    for one in said.findings:
        assert one.file == path.name
        assert one.line > 0
        assert one.rule
        assert CHINESE.search(one.message), one
    if not said.refused_by:
        for key in house.office.engine.judge(files).processes:
            for seed in SEEDS:
                play(house, files, key, Random(seed))


def flow_of(standing: Standing) -> Standing:
    """How a case stands, whoever has its steps in hand: public models name people of their own."""
    return replace(standing, hands=[])


def play(house: House, files: Mapping[str, bytes], key: str, chance: Random) -> int:
    """Play one case under random commands in the engine and in the judge; return how many were carried out."""
    driven = Driven(house, files, key)
    driven.forget_what_others_wait_for()
    judge = TokenGame(read(files, key), services={SERVICE: lambda _seen: {}})
    judge.start({**GIVEN, **START})
    driven.start(START)
    said: list[object] = []
    for _ in range(MOST_COMMANDS):
        assert flow_of(driven.look()) == standing_of(judge), said
        command = next_command(judge, chance.choice)
        if command is None:
            break
        said.append(command)
        if driven.apply(command):
            apply(judge, command)
    assert flow_of(driven.look()) == standing_of(judge), said
    driven.assert_proved()
    return len(said)
