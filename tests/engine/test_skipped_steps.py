"""A step that would be the initiator's, or the same person's again: asked, handed to their superior, or skipped."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from app.house import House
from app.messages import happening_sentence, sentence
from app.transaction import reading, transaction
from engine.api import Engine
from engine.errors import NobodyToAct
from engine.model import Actor, EventKind
from engine.persistence import work_items
from tests.engine.running import ACTOR, Running
from tests.flows import model, person, seats, settings, user
from workflows import cases
from workflows.catalogue import PERSON_ONLY
from workflows.organisation import queries

LINE = "s_ -> first\nfirst -> second\nsecond -> third\nthird -> e_"
CHOICE = """
s_ -> first
first -> second
second -> x_
x_ -> third: decision == 'agree'
x_ -> first: decision == 'revise'
third -> e_
"""
INITIATOR, HEAD, LEADER, OTHER = "gexingyao", "shiyanqiu", "miaoyuanchuan", "wanliqing"
SKIPS = [("when_initiator", "skip"), ("same_person", "skip_consecutive"), ("same_person", "skip_done")]


@pytest.fixture
def run(sqlite_house: House) -> Iterator[Any]:
    """Start a case of a model; at the end of the test it has to replay and its rows have to be what history tells."""
    started: list[Running] = []

    def begun(
        arrows: str,
        nodes: Mapping[str, str],
        by: Actor = ACTOR,
        variables: Mapping[str, Any] | None = None,
        **words: Any,
    ) -> Running:
        case = Running(sqlite_house, model(arrows, nodes), **words)
        case.start(by=by, **(variables or {}))
        started.append(case)
        return case

    yield begun
    for case in started:
        case.assert_replays()


def skipped(case: Running) -> list[tuple[str | None, Any, Any, Any]]:
    """What was skipped: step, person, reason, decision."""
    with reading(case.pool) as connection:
        events = case.engine.history(connection, case.instance_id)
    told = [one for one in events if one.kind == EventKind.WORK_ITEM_SKIPPED]
    return [(one.activity_id, one.data["person"], one.data["reason"], one.data["decision"]) for one in told]


def owner(case: Running, step: str) -> str | None:
    [item] = [one for one in case.items() if one.activity_id == step and one.state == "open"]
    assignee: str | None = item.assignee
    return assignee


def as_(username: str) -> dict[str, Any]:
    return {"by": Actor(username)}


class TestTheInitiator:
    def test_acts_themselves_where_nothing_else_is_said(self, run: Any) -> None:
        case = run(LINE, {"first": person("first", INITIATOR, when_initiator="self")})
        assert (owner(case, "first"), skipped(case)) == (INITIATOR, [])

    def test_is_replaced_by_the_head_of_their_unit(self, run: Any) -> None:
        case = run(LINE, {"first": person("first", INITIATOR, when_initiator="superior")})
        assert owner(case, "first") == HEAD

    def test_who_is_the_head_is_replaced_by_the_leader_in_charge(self, run: Any) -> None:
        case = run(LINE, {"first": person("first", "${initiator}", when_initiator="superior")}, by=Actor(HEAD))
        assert owner(case, "first") == LEADER

    def test_somebody_elses_step_is_nobody_elses(self, run: Any) -> None:
        case = run(LINE, {"first": person("first", OTHER, when_initiator="superior")})
        assert owner(case, "first") == OTHER

    def test_without_a_superior_the_rule_for_nobody_holds(self, sqlite_house: House) -> None:
        step = person("first", "${initiator}", when_initiator="superior", when_empty="person:boruoxi")
        for node, whose in ((step, "boruoxi"), (step.replace("person:boruoxi", "refuse"), None)):
            case = Running(sqlite_house, model(LINE, {"first": node}))
            if whose is None:
                with pytest.raises(NobodyToAct):
                    _start_for(case, "QY1")
            else:
                _start_for(case, "QY1")
                assert owner(case, "first") == whose

    def test_is_passed_over_and_the_case_goes_on(self, run: Any) -> None:
        case = run(LINE, {"second": person("second", "${initiator}", when_initiator="skip")})
        case.complete("first")
        assert skipped(case) == [("second", INITIATOR, "initiator", "submit")]
        assert case.open_steps() == ["third"]
        assert [one.activity_id for one in case.items()] == ["first", "third"]

    def test_is_passed_over_by_the_first_decision_that_does_not_refuse(self, run: Any) -> None:
        agree, revise = "x_ -> third: decision == 'agree'", "x_ -> first: decision == 'revise'"
        refusing_first = CHOICE.replace(agree, "").replace(revise, f"{revise}\n{agree}")
        case = run(refusing_first, {"second": person("second", INITIATOR, when_initiator="skip")})
        case.complete("first")
        assert skipped(case) == [("second", INITIATOR, "initiator", "agree")]
        assert case.variables()["decision_of.second"] == "agree"

    def test_is_asked_where_every_decision_refuses(self, run: Any) -> None:
        arrows = CHOICE.replace("decision == 'agree'", "decision == 'reject'")
        case = run(arrows, {"second": person("second", INITIATOR, when_initiator="skip")})
        case.complete("first")
        assert case.open_steps() == ["second"]


def _start_for(case: Running, unit: str) -> None:
    with transaction(case.pool) as connection:
        deployed = case.engine.deployed(connection, case.definition.id)
        case.instance_id = case.engine.start(connection, deployed, ACTOR, unit, {}, case.now).instance_id


class TestTheSamePerson:
    def test_is_asked_again_where_nothing_else_is_said(self, run: Any) -> None:
        case = run(LINE, {"second": person("second", INITIATOR, same_person="ask")})
        case.complete("first")
        assert case.open_steps() == ["second"]

    def test_is_passed_over_where_they_did_the_step_before(self, run: Any) -> None:
        case = run(LINE, {"second": person("second", INITIATOR, same_person="skip_consecutive")})
        case.complete("first")
        assert skipped(case) == [("second", INITIATOR, "same_person", "submit")]

    def test_is_passed_over_twice_in_a_row(self, run: Any) -> None:
        nodes = {name: person(name, INITIATOR, same_person="skip_consecutive") for name in ("second", "third")}
        case = run(LINE, nodes)
        case.complete("first")
        assert [one[0] for one in skipped(case)] == ["second", "third"]
        assert case.state == "completed"

    def test_is_asked_where_somebody_else_came_between(self, run: Any) -> None:
        nodes = {"second": person("second", OTHER), "third": person("third", INITIATOR, same_person="skip_consecutive")}
        case = run(LINE, nodes)
        case.complete("first")
        case.complete("second", **as_(OTHER))
        assert case.open_steps() == ["third"]

    def test_who_came_between_does_not_matter_where_once_is_enough(self, run: Any) -> None:
        nodes = {"second": person("second", OTHER), "third": person("third", INITIATOR, same_person="skip_done")}
        case = run(LINE, nodes)
        case.complete("first")
        case.complete("second", **as_(OTHER))
        assert skipped(case) == [("third", INITIATOR, "same_person", "submit")]

    def test_is_asked_where_a_substitute_did_it_for_them(self, run: Any) -> None:
        case = run(LINE, {"second": person("second", INITIATOR, same_person="skip_done")})
        case.complete("first", by=Actor(OTHER, on_behalf_of=INITIATOR))
        assert case.open_steps() == ["second"]

    def test_the_last_step_of_another_branch_is_not_the_step_before(self, run: Any) -> None:
        arrows = "s_ -> p_1\np_1 -> a\np_1 -> b\na -> a2\nb -> b2\na2 -> p_2\nb2 -> p_2\np_2 -> e_"
        nodes = {"b": person("b", OTHER), "b2": person("b2", INITIATOR, same_person="skip_consecutive")}
        case = run(arrows, nodes)
        case.complete("b", **as_(OTHER))
        case.complete("a")
        assert "b2" in case.open_steps()
        assert skipped(case) == []

    def test_the_step_before_is_found_out_of_and_into_a_subprocess(self, run: Any) -> None:
        inner = (
            '<bpmn:subProcess id="inner"><bpmn:startEvent id="s_i"/>'
            + person("in1", INITIATOR, same_person="skip_consecutive")
            + '<bpmn:endEvent id="e_i"/><bpmn:sequenceFlow id="i1" sourceRef="s_i" targetRef="in1"/>'
            '<bpmn:sequenceFlow id="i2" sourceRef="in1" targetRef="e_i"/></bpmn:subProcess>'
        )
        arrows = "s_ -> first\nfirst -> inner\ninner -> last\nlast -> e_"
        case = run(arrows, {"inner": inner, "last": person("last", INITIATOR, same_person="skip_consecutive")})
        case.complete("first")
        assert [one[0] for one in skipped(case)] == ["in1", "last"]

    def test_is_asked_again_after_a_refusal(self, run: Any) -> None:
        arrows = CHOICE.replace("first -> second", "first -> mid\nmid -> second").replace("x_ -> first", "x_ -> mid")
        nodes = {
            "mid": person("mid", INITIATOR, same_person="skip_done"),
            "second": person("second", OTHER),
        }
        case = run(arrows, nodes)
        case.complete("first")
        assert [one[0] for one in skipped(case)] == ["mid"]
        case.complete("second", "revise", **as_(OTHER))
        assert case.open_steps() == ["mid"]

    def test_is_asked_again_after_a_send_back(self, run: Any) -> None:
        nodes = {"second": person("second", INITIATOR, same_person="skip_done"), "third": person("third", OTHER)}
        case = run(LINE, nodes)
        case.complete("first")
        case.send_back("third", "first", person=OTHER)
        case.complete("first", **as_(OTHER))
        assert case.open_steps() == ["second"]

    def test_a_step_somebody_is_sent_back_to_is_opened(self, run: Any) -> None:
        nodes = {"second": person("second", INITIATOR, same_person="skip_done"), "third": person("third", OTHER)}
        case = run(LINE, nodes)
        case.complete("first")
        case.send_back("third", "second")
        assert case.open_steps() == ["second"]

    def test_a_circle_of_skipped_steps_asks_after_one_round(self, run: Any) -> None:
        arrows = CHOICE.replace("x_ -> first: decision == 'revise'", "").replace(
            "x_ -> third", "x_ -> second: decision == 'again'\nx_ -> third"
        )
        case = run(arrows, {"second": person("second", INITIATOR, when_initiator="skip")})
        case.complete("first")
        assert skipped(case) == [("second", INITIATOR, "initiator", "again")]
        assert case.open_steps() == ["second"]

    def test_what_was_skipped_goes_when_what_led_to_it_is_withdrawn(self, run: Any) -> None:
        case = run(LINE, {"second": person("second", INITIATOR, same_person="skip_consecutive")})
        case.complete("first")
        case.withdraw("first")
        assert case.open_steps() == ["first"]


class TestWhatAPersonDecides:
    @pytest.mark.parametrize("kind", sorted(PERSON_ONLY))
    @pytest.mark.parametrize(("setting", "value"), SKIPS)
    def test_no_setting_passes_it(self, run: Any, kind: str, setting: str, value: str) -> None:
        """The model was deployed where the kind was none that only a person decides; it is, where the case runs."""
        node = person("second", INITIATOR, kind=kind, **{setting: value})
        case = run(LINE, {"second": node}, person_only=frozenset(), judged={})
        case.engine = Engine(replace(case.engine.vocabulary, person_only=PERSON_ONLY), clock_adjustable=True)
        case.complete("first")
        assert (case.open_steps(), skipped(case)) == (["second"], [])

    @pytest.mark.parametrize("kind", sorted(PERSON_ONLY))
    @pytest.mark.parametrize("when_empty", ["refuse", "administrator"])
    def test_it_never_passes_because_nobody_is_found(self, sqlite_house: House, kind: str, when_empty: str) -> None:
        node = user("second", settings(kind=kind, when_empty=when_empty), 'camunda:candidateGroups="leader_secretary"')
        node = node.replace('name="second"', 'name="请示审定"')
        functions = sqlite_house.office.engine.vocabulary.directory

        def deserted(connection: Any) -> Any:
            return {**functions(connection), "holders": lambda _post: []}

        case = Running(sqlite_house, model(LINE, {"second": node}), directory=deserted)
        case.start()
        with pytest.raises(NobodyToAct) as refused:
            case.complete("first")
        assert "下一环节“请示审定”找不到办理人" in sentence(refused.value)
        assert case.open_steps() == ["first"]
        case.assert_replays()

    @pytest.mark.parametrize("kind", sorted(PERSON_ONLY))
    def test_a_countersign_without_seats_does_not_pass(self, sqlite_house: House, kind: str) -> None:
        case = Running(sqlite_house, model(LINE, {"second": seats("second", kind=kind)}))
        case.start(seats=[])
        with pytest.raises(NobodyToAct):
            case.complete("first")
        assert case.open_steps() == ["first"]

    @pytest.mark.parametrize(("setting", "value"), SKIPS)
    def test_a_seat_is_never_skipped(self, run: Any, setting: str, value: str) -> None:
        nodes = {"second": seats("second", **{setting: value})}
        case = run(LINE, nodes, variables={"seats": [INITIATOR, OTHER]})
        case.complete("first")
        assert case.open_steps() == ["second", "second"]

    @pytest.mark.parametrize(("setting", "value"), SKIPS)
    def test_a_pool_is_never_skipped(self, run: Any, setting: str, value: str) -> None:
        node = person("second", INITIATOR, **{setting: value}).replace("camunda:assignee", "camunda:candidateUsers")
        case = run(LINE, {"second": node})
        case.complete("first")
        assert case.open_steps() == ["second"]


def test_the_timeline_says_that_a_step_was_skipped_by_its_settings_and_nobody_agreed(
    run: Any, sqlite_house: House
) -> None:
    case = run(LINE, {"second": person("second", INITIATOR, same_person="skip_consecutive")})
    case.complete("first")
    with transaction(case.pool) as connection:
        reader = queries.get_person(connection, INITIATOR)
        told = cases.timeline(connection, sqlite_house.office, reader, case.instance_id, case.now)
        items = work_items.list_of_instance(connection, case.instance_id)
    [happening] = [one for one in told if isinstance(one, cases.Happening)]
    assert happening_sentence(happening) == "按设置自动跳过：“second”的办理人葛星遥此前已办理过本事项"
    assert happening.reason == ""
    assert not [one for one in told if isinstance(one, cases.TimelineEntry) and one.step == "second"]
    assert not [one for one in items if one.activity_id == "second"]
