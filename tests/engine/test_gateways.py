"""Exclusive and parallel gateways run as BPMN 2.0 says, also inside loops, in every order of completion."""

import itertools

import pytest

from app.house import House
from engine.model import InstanceState
from tests.engine.running import Running
from tests.flows import model

BLOCK_IN_A_LOOP = """
s_ -> draft
draft -> p_split
p_split -> a
p_split -> b
p_split -> c
a -> p_join
b -> p_join
c -> p_join
p_join -> lead
lead -> x_lead
x_lead -> draft: ${decision == 'revise'}
x_lead -> e_: ${decision == 'agree'}
"""
NESTED = """
s_ -> p_outer
p_outer -> a
p_outer -> p_inner
p_inner -> b
p_inner -> c
a -> p_join
b -> p_join
c -> p_join
p_join -> after
after -> e_
"""
LOOP_INSIDE_A_BRANCH = """
s_ -> p_split
p_split -> a
p_split -> b
b -> check
check -> x_check
x_check -> b: ${decision == 'revise'}
x_check -> p_join: ${decision == 'agree'}
a -> p_join
p_join -> after
after -> e_
"""


@pytest.mark.parametrize("orders", list(itertools.product(itertools.permutations("abc"), repeat=2))[::5])
def test_a_join_inside_a_loop_waits_for_every_branch_of_its_own_round(
    sqlite_house: House, orders: tuple[tuple[str, ...], ...]
) -> None:
    case = Running(sqlite_house, model(BLOCK_IN_A_LOOP))
    case.start()
    for number, order in enumerate(orders):
        case.complete("draft")
        for step in order[:-1]:
            case.complete(step)
            assert "lead" not in case.open_steps()
        case.complete(order[-1])
        assert case.open_steps() == ["lead"]
        case.complete("lead", "agree" if number == len(orders) - 1 else "revise")
    assert case.state is InstanceState.COMPLETED
    case.assert_replays()


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_nested_splits_meet_in_one_join(sqlite_house: House, order: tuple[str, ...]) -> None:
    case = Running(sqlite_house, model(NESTED))
    case.start()
    for step in order:
        assert "after" not in case.open_steps()
        case.complete(step)
    assert case.open_steps() == ["after"]
    case.complete("after")
    assert case.state is InstanceState.COMPLETED
    case.assert_replays()


@pytest.mark.parametrize("when_a", [0, 1, 2, 3])
def test_a_branch_may_loop_while_another_waits_at_the_join(sqlite_house: House, when_a: int) -> None:
    case = Running(sqlite_house, model(LOOP_INSIDE_A_BRANCH))
    case.start()
    for round_number in range(3):
        if round_number == when_a:
            case.complete("a")
        case.complete("b")
        case.complete("check", "agree" if round_number == 2 else "revise")
    if when_a == 3:
        case.complete("a")
    assert case.open_steps() == ["after"]
    case.assert_replays()


def test_a_second_token_on_one_flow_waits_for_its_own_partner(sqlite_house: House) -> None:
    """BPMN 2.0.2 section 13.4.1: excess tokens remain at the flow after the gateway has fired."""
    arrows = """
    s_ -> p_split
    p_split -> a
    p_split -> b
    p_split -> c
    a -> x_merge
    b -> x_merge
    x_merge -> p_join
    c -> p_join
    p_join -> after
    after -> e_
    """
    case = Running(sqlite_house, model(arrows))
    case.start()
    case.complete("a")
    case.complete("b")
    assert "after" not in case.open_steps()
    case.complete("c")
    assert case.open_steps() == ["after"]
    advanced = case.complete("after")
    assert advanced.state is InstanceState.INCIDENT
    assert len(advanced.incidents) == 1
    case.assert_replays()


def test_a_default_flow_is_taken_when_no_condition_holds(sqlite_house: House) -> None:
    arrows = """
    s_ -> ask
    ask -> gate
    gate -> big: ${amount > 100}
    gate -> small
    big -> e_
    small -> e_
    """
    gate = '<bpmn:exclusiveGateway id="gate" default="f3" />'
    for amount, expected in ((101, "big"), (100, "small")):
        case = Running(sqlite_house, model(arrows, {"gate": gate}))
        case.start()
        case.complete("ask", amount=amount)
        assert case.open_steps() == [expected]


def test_a_decision_is_local_to_its_step_and_kept_under_the_steps_name(sqlite_house: House) -> None:
    arrows = """
    s_ -> first
    first -> x_first
    x_first -> second: ${decision == 'agree'}
    x_first -> e_: ${decision == 'revise'}
    second -> x_second
    x_second -> third: ${decision_of.first == 'agree'}
    x_second -> e_: ${decision_of.first == 'revise'}
    third -> e_
    """
    case = Running(sqlite_house, model(arrows))
    case.start()
    case.complete("first", "agree")
    case.complete("second")
    assert case.open_steps() == ["third"]
    assert "decision" not in case.variables()
    case.assert_replays()


def test_a_case_may_loop_many_times_at_constant_size(sqlite_house: House) -> None:
    arrows = """
    s_ -> work
    work -> x_
    x_ -> work: ${decision == 'revise'}
    x_ -> e_: ${decision == 'agree'}
    """
    case = Running(sqlite_house, model(arrows))
    case.start()
    for _ in range(150):
        case.complete("work", "revise")
    case.complete("work", "agree")
    assert case.state is InstanceState.COMPLETED
    case.assert_replays()
