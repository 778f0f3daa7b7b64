"""Send back and jump edit the marking: right targets, right treatment of parallel blocks, nothing left behind; all replays."""

import pytest

from app.house import House
from engine.errors import MoveRefused
from engine.model import InstanceState
from tests.engine.drawn import files
from tests.engine.running import Running
from tests.flows import model, seats
from tests.judge.paper import TIMER, body, boundary, element

LINE = """
s_ -> draft
draft -> review
review -> sign
sign -> e_
"""
BLOCK = """
s_ -> draft
draft -> p_split
p_split -> a
a -> b
p_split -> c
b -> p_join
c -> p_join
p_join -> lead
lead -> e_
"""
NESTED_BLOCK = """
s_ -> draft
draft -> p_outer
p_outer -> p_inner
p_inner -> a
p_inner -> b
a -> p_met
b -> p_met
p_met -> c
p_outer -> d
c -> p_join
d -> p_join
p_join -> lead
lead -> e_
"""


def running(house: House, arrows: str, **nodes: str) -> Running:
    case = Running(house, model(arrows, nodes))
    case.start(seats=["shiyanqiu", "luanhaiping"])
    return case


def finish(case: Running, *steps: str) -> None:
    for step in steps:
        case.complete(step)
    assert case.state is InstanceState.COMPLETED
    case.assert_replays()


def test_a_step_goes_back_to_any_step_before_it(sqlite_house: House) -> None:
    case = running(sqlite_house, LINE)
    case.complete("draft")
    case.complete("review")
    assert case.targets("sign") == ["draft", "review"]
    case.send_back("sign", "draft")
    assert case.open_steps() == ["draft"]
    assert [item.state for item in case.items() if item.activity_id == "sign"] == ["returned"]
    finish(case, "draft", "review", "sign")


def test_a_step_does_not_go_back_to_where_it_never_was(sqlite_house: House) -> None:
    case = running(sqlite_house, LINE)
    for to in ("draft", "sign", "nothing"):
        with pytest.raises(MoveRefused):
            case.send_back("draft", to)
    assert case.open_steps() == ["draft"]


def test_to_before_the_split_all_branches_go(sqlite_house: House) -> None:
    case = running(sqlite_house, BLOCK)
    case.complete("draft")
    case.complete("c")
    assert case.targets("a") == ["draft"]
    case.send_back("a", "draft")
    assert case.open_steps() == ["draft"]
    finish(case, "draft", "a", "c", "b", "lead")


def test_inside_a_branch_the_other_branches_run_on(sqlite_house: House) -> None:
    case = running(sqlite_house, BLOCK)
    case.complete("draft")
    case.complete("a")
    assert case.targets("b") == ["draft", "a"]
    case.send_back("b", "a")
    assert case.open_steps() == ["a", "c"]
    finish(case, "c", "a", "b", "lead")


def test_into_a_finished_block_one_branch_runs_again_and_the_other_counts_as_arrived(sqlite_house: House) -> None:
    case = running(sqlite_house, BLOCK)
    for step in ("draft", "c", "a", "b"):
        case.complete(step)
    assert case.targets("lead") == ["draft", "a", "b", "c"]
    case.send_back("lead", "c")
    assert case.open_steps() == ["c"]
    finish(case, "c", "lead")


def test_into_a_finished_block_the_whole_block_runs_again_when_asked(sqlite_house: House) -> None:
    case = running(sqlite_house, BLOCK)
    for step in ("draft", "c", "a", "b"):
        case.complete(step)
    case.send_back("lead", "c", whole_block=True)
    assert case.open_steps() == ["a", "c"]
    finish(case, "a", "c", "b", "lead")


def test_into_a_block_within_a_block_both_joins_are_fed(sqlite_house: House) -> None:
    case = running(sqlite_house, NESTED_BLOCK)
    for step in ("draft", "a", "b", "c", "d"):
        case.complete(step)
    case.send_back("lead", "b")
    assert case.open_steps() == ["b"]
    finish(case, "b", "c", "lead")


@pytest.mark.parametrize("to", ["draft", "a", "b", "c", "d"])
def test_whatever_the_target_the_case_can_be_finished(sqlite_house: House, to: str) -> None:
    case = running(sqlite_house, NESTED_BLOCK)
    for step in ("draft", "a", "b", "c", "d"):
        case.complete(step)
    case.send_back("lead", to)
    while case.open_steps():
        case.complete(case.open_steps()[0])
    assert case.state is InstanceState.COMPLETED
    case.assert_replays()


def test_out_of_a_countersign_the_peers_items_are_cancelled_and_the_next_round_is_whole(sqlite_house: House) -> None:
    arrows = "s_ -> draft\ndraft -> sign\nsign -> after\nafter -> e_"
    case = running(sqlite_house, arrows, sign=seats("sign"))
    case.complete("draft")
    [mine, peer] = [item for item in case.items() if item.activity_id == "sign"]
    case.complete("sign", "agree", seat=mine.seat)
    case.send_back("sign", "draft")
    assert [item.state for item in case.items() if item.id == peer.id] == ["returned"]
    case.complete("draft")
    assert case.open_steps() == ["sign", "sign"]
    for seat in ("shiyanqiu", "luanhaiping"):
        case.complete("sign", "agree", seat=seat)
    finish(case, "after")


def test_out_of_a_subprocess_its_timer_goes_with_it(sqlite_house: House) -> None:
    inner = element("subProcess", "block", body("s_in -> work\nwork -> check\ncheck -> e_in"))
    nodes = {"block": inner, "late": boundary("late", "block", TIMER)}
    case = Running(
        sqlite_house, files(body("s_ -> draft\ndraft -> block\nblock -> e_\nlate -> chase\nchase -> e_", nodes))
    )
    case.start()
    case.complete("draft")
    case.complete("work")
    assert case.timers() == ["late"]
    assert case.targets("check") == ["work", "draft"]
    case.send_back("check", "draft")
    assert (case.open_steps(), case.timers()) == (["draft"], [])
    case.complete("draft")
    assert (case.open_steps(), case.timers()) == (["work"], ["late"])
    finish(case, "work", "check")


def test_onto_a_step_with_a_boundary_timer_the_timer_is_set(sqlite_house: House) -> None:
    nodes = {"late": boundary("late", "draft", TIMER, stops=False)}
    case = Running(
        sqlite_house, files(body("s_ -> draft\ndraft -> review\nreview -> e_\nlate -> chase\nchase -> e_", nodes))
    )
    case.start()
    case.complete("draft")
    assert case.timers() == []
    case.send_back("review", "draft")
    assert case.timers() == ["late"]
    finish(case, "draft", "review")


def test_an_intervention_puts_the_case_at_any_step(sqlite_house: House) -> None:
    case = running(sqlite_house, LINE)
    case.jump("sign")
    assert case.open_steps() == ["sign"]
    finish(case, "sign")


def test_an_intervention_into_a_block_feeds_its_join(sqlite_house: House) -> None:
    case = running(sqlite_house, BLOCK)
    case.jump("c")
    assert case.open_steps() == ["c"]
    finish(case, "c", "lead")


def test_an_intervention_that_would_leave_a_branch_waiting_for_ever_is_refused(sqlite_house: House) -> None:
    case = running(sqlite_house, BLOCK)
    case.complete("draft")
    with pytest.raises(MoveRefused) as refused:
        case.jump("lead", "a")
    assert refused.value.reason == "strands"
    case.jump("lead")
    assert case.open_steps() == ["lead"]
    finish(case, "lead")


def test_an_intervention_only_goes_to_steps_of_scopes_the_case_is_in(sqlite_house: House) -> None:
    inner = element("subProcess", "block", body("s_in -> work\nwork -> e_in"))
    case = Running(sqlite_house, files(body("s_ -> draft\ndraft -> block\nblock -> e_", {"block": inner})))
    case.start()
    for to, reason in (("work", "other_scope"), ("block", "not_a_step"), ("nothing", "unknown_target")):
        with pytest.raises(MoveRefused) as refused:
            case.jump(to)
        assert refused.value.reason == reason


def test_a_case_that_has_ended_is_not_brought_back(sqlite_house: House) -> None:
    case = running(sqlite_house, LINE)
    finish(case, "draft", "review", "sign")
    with pytest.raises(MoveRefused):
        case.jump("draft")
    assert case.state is InstanceState.COMPLETED
