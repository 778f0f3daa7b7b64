"""Where history alone says that tokens stand is where executing it again puts them, after every command of random plays."""

import base64
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.house import House
from app.transaction import reading
from engine.definitions import build
from engine.model import ProcessDefinition
from engine.replay import read_export, versions_of
from engine.told_tokens import TokensUntold, told_tokens
from tests.engine.drawn import files
from tests.engine.running import Running
from tests.engine.test_two_judges import played
from tests.engine.told_and_executed import tokens_by_both
from tests.flows import model
from tests.judge.driving import Driven
from tests.judge.paper import TIMER, body, boundary
from tests.judge.strategies import Process, processes, with_services

HISTORIES = Path(__file__).parent.parent / "replay" / "histories"
PROCESSES, PLAYS, LEAST_COMMANDS = 25, 3, 200
WITHIN = (
    '<bpmn:subProcess id="within"><bpmn:startEvent id="begin" /><bpmn:userTask id="inner" camunda:assignee="gexingyao" />'
    '<bpmn:endEvent id="done" /><bpmn:sequenceFlow id="to_inner" sourceRef="begin" targetRef="inner" />'
    '<bpmn:sequenceFlow id="to_done" sourceRef="inner" targetRef="done" /></bpmn:subProcess>'
)


def test_history_says_where_tokens_stand_after_every_command_of_random_plays(sqlite_house: House) -> None:
    compared: list[int] = []

    @given(process=processes | with_services, seed=st.integers(0, 2**32))
    @settings(max_examples=PROCESSES, deadline=None, suppress_health_check=list(HealthCheck))
    def play(process: Process, seed: int) -> None:
        drawn = process.files()
        driven = Driven(sqlite_house, drawn)
        for number in range(PLAYS):
            played(driven, drawn, Random(seed + number))
            with reading(driven.pool) as connection:
                told, executed = tokens_by_both(connection, driven.engine, driven.instance_id)
            assert told == executed
            compared.append(len(told))

    play()
    assert sum(compared) >= LEAST_COMMANDS


def test_a_token_at_a_subprocess_is_found_though_no_event_names_it(sqlite_house: House) -> None:
    case = Running(sqlite_house, model("s_ -> within\nwithin -> sign\nsign -> e_", {"within": WITHIN}))
    case.start()
    case.complete("inner")
    with reading(case.pool) as connection:
        told, executed = tokens_by_both(connection, case.engine, case.instance_id)
    assert [sorted(tokens.values()) for _seq, tokens, _failed in told] == [["inner", "within"], ["sign"]]
    assert told == executed


def test_a_token_keeps_its_place_while_a_timer_beside_it_fires(sqlite_house: House) -> None:
    drawing = body(
        "s_ -> draft\ndraft -> e_\nlate -> remind\nremind -> e_2",
        {"late": boundary("late", "draft", TIMER, stops=False)},
    )
    case = Running(sqlite_house, files(drawing))
    case.start()
    with reading(case.pool) as connection:
        told, executed = tokens_by_both(connection, case.engine, case.instance_id)
    assert told == executed
    assert [sorted(tokens.values()) for _seq, tokens, _failed in told] == [["draft"]]


@pytest.mark.parametrize("name", ["moves_semantics_2", "outgoing_document_semantics_1"])
def test_an_old_history_that_does_not_say_it_is_not_guessed_at(name: str) -> None:
    header, sealed = read_export((HISTORIES / f"{name}.jsonl").read_bytes().splitlines())
    events = [one.event for one in sealed]
    [(key, digest), *_later] = versions_of(events)
    drawn = {file: base64.b64decode(content) for file, content in header["files"].items()}
    definition = ProcessDefinition(0, key, 1, "", digest, events[0].at, events[0].actor)
    with pytest.raises(TokensUntold):
        list(told_tokens({digest: build(definition, drawn).process}, events))
