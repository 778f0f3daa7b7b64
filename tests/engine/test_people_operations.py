"""What people do to steps on any flow: send back, withdraw, ask others to sign, hand over; replay and rows agree after each."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.house import House
from engine.errors import MoveRefused, SuspensionRefused, WithdrawalRefused, WorkItemClosed
from engine.model import Actor, ServiceResult
from tests.engine.running import Running
from tests.flows import model, seats, service

LINE = "s_ -> draft\ndraft -> review\nreview -> sign\nsign -> e_"
BLOCK = """
s_ -> draft
draft -> p_split
p_split -> a
p_split -> b
a -> p_join
b -> p_join
p_join -> lead
lead -> e_
"""
VOTE = "s_ -> draft\ndraft -> vote\nvote -> sign\nsign -> e_"
PEOPLE = ["luanhaiping", "wanliqing", "zonghuaigu"]


@pytest.fixture
def run(sqlite_house: House) -> Iterator[Any]:
    """Start a case of a model; at the end of the test it has to replay and its rows have to be what history tells."""
    cases: list[Running] = []

    def started(arrows: str, nodes: dict[str, str] | None = None, **variables: Any) -> Running:
        case = Running(sqlite_house, model(arrows, nodes))
        case.start(**variables)
        cases.append(case)
        return case

    yield started
    for case in cases:
        case.assert_replays()


def voting(run: Any, completion: str = "all") -> Running:
    case: Running = run(VOTE, {"vote": seats("vote", completion=completion)}, seats=PEOPLE)
    case.complete("draft")
    return case


def states(case: Running, step: str) -> list[str]:
    return [one.state.value for one in case.items() if one.activity_id == step]


class TestSendBack:
    def test_what_was_sent_back_is_kept_as_such_with_who_and_why(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        case.send_back("review", "draft")
        [review] = [one for one in case.items() if one.activity_id == "review"]
        assert (review.state, review.closed_by, review.opinion) == ("returned", "gexingyao", "请改")
        assert case.open_steps() == ["draft"]

    def test_again_runs_all_steps_again(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        case.complete("review")
        case.send_back("sign", "draft")
        case.complete("draft")
        assert case.open_steps() == ["review"]

    def test_direct_comes_straight_back_to_who_sent_it(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        case.complete("review")
        case.hand("transfer", "sign", "wanliqing", "出差")
        case.send_back("sign", "draft", direct=True)
        case.complete("draft")
        [sign] = [one for one in case.items() if one.state == "open"]
        assert (sign.activity_id, sign.assignee) == ("sign", "wanliqing")
        case.complete("sign")
        assert case.state == "completed"

    def test_direct_leaves_the_other_branches_alone(self, run: Any) -> None:
        case = run(BLOCK)
        case.complete("draft")
        case.send_back("a", "draft", direct=True)
        assert case.open_steps() == ["b", "draft"]
        case.complete("draft")
        assert case.open_steps() == ["a", "b"]
        case.complete("b")
        case.complete("a")
        assert case.open_steps() == ["lead"]

    def test_a_step_that_was_not_passed_is_no_target(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        with pytest.raises(MoveRefused):
            case.send_back("review", "sign", direct=True)

    def test_a_seat_that_sends_back_cancels_those_who_have_not_spoken_and_keeps_what_was_said(self, run: Any) -> None:
        case = voting(run)
        case.complete("vote", "agree", seat="luanhaiping")
        case.send_back("vote", "draft", seat="wanliqing")
        assert states(case, "vote") == ["completed", "returned", "cancelled"]
        case.complete("draft")
        assert states(case, "vote").count("open") == len(PEOPLE)


class TestWithdraw:
    def test_a_step_nobody_has_acted_on_comes_back_to_who_did_it(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        case.withdraw("draft")
        assert case.open_steps() == ["draft"]
        assert states(case, "draft") == ["withdrawn", "open"]
        assert states(case, "review") == ["cancelled"]
        case.complete("draft")
        case.complete("review")
        case.complete("sign")
        assert case.state == "completed"

    def test_not_after_somebody_has_acted(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        case.complete("review")
        with pytest.raises(WithdrawalRefused) as refused:
            case.withdraw("draft")
        assert refused.value.reason == "handled"

    def test_not_after_somebody_has_taken_it_over(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        case.hand("transfer", "review", "wanliqing", "请办")
        with pytest.raises(WithdrawalRefused):
            case.withdraw("draft")

    def test_not_after_a_service_has_followed(self, sqlite_house: House) -> None:
        arrows = "s_ -> draft\ndraft -> tell\ntell -> print\nprint -> e_"
        services: Any = {"tells": lambda _connection, _call: ServiceResult({"told": True})}
        case = Running(sqlite_house, model(arrows, {"tell": service("tell", "tells")}), services)
        case.start()
        case.complete("draft")
        with pytest.raises(WithdrawalRefused) as refused:
            case.withdraw("draft")
        assert refused.value.reason == "followed"

    def test_the_last_step_comes_back_too(self, run: Any) -> None:
        case = run("s_ -> draft\ndraft -> e_")
        case.complete("draft")
        assert case.withdraw("draft").state == "running"  # nothing has followed but the end
        assert case.open_steps() == ["draft"]

    def test_twice_is_refused(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        before = case.items()[0]
        case.withdraw("draft")
        with pytest.raises(WorkItemClosed), case.pool.begin() as connection:
            case.engine.lock_completed(connection, before.id, before.version)

    def test_a_branch_that_waits_at_a_join_comes_back(self, run: Any) -> None:
        case = run(BLOCK)
        case.complete("draft")
        case.complete("a")
        case.withdraw("a")
        assert case.open_steps() == ["a", "b"]
        case.complete("b")
        assert case.open_steps() == ["a"]
        case.complete("a")
        assert case.open_steps() == ["lead"]

    def test_not_out_of_a_join_that_others_have_come_to(self, run: Any) -> None:
        case = run(BLOCK)
        case.complete("draft")
        case.complete("a")
        case.complete("b")
        with pytest.raises(WithdrawalRefused):
            case.withdraw("b")
        with pytest.raises(WithdrawalRefused):
            case.withdraw("a")

    def test_a_vote_while_the_countersign_goes_on(self, run: Any) -> None:
        case = voting(run)
        case.complete("vote", "disagree", seat="luanhaiping")
        case.withdraw("vote", seat="luanhaiping")
        for seat in PEOPLE:
            case.complete("vote", "agree", seat=seat)
        assert case.variables()["passed.vote"] is True
        assert case.variables()["votes.vote"]["luanhaiping"]["decision"] == "agree"

    def test_a_vote_in_order_takes_the_next_seat_back(self, run: Any) -> None:
        case = voting(run, "sequence")
        case.complete("vote", "agree", seat="luanhaiping")
        case.withdraw("vote", seat="luanhaiping")
        assert [one.seat for one in case.items() if one.state == "open"] == ["luanhaiping"]
        for seat in PEOPLE:
            case.complete("vote", "agree", seat=seat)
        assert case.open_steps() == ["sign"]

    def test_not_the_vote_that_has_decided(self, run: Any) -> None:
        case = voting(run, "first")
        case.complete("vote", "agree", seat="luanhaiping")
        with pytest.raises(WithdrawalRefused) as refused:
            case.withdraw("vote", seat="luanhaiping")
        assert refused.value.reason == "decided"


class TestSigners:
    def test_before_opens_for_them_and_the_step_stays_its_owners(self, run: Any) -> None:
        case = run(LINE)
        case.add_signers("draft", "before", "wanliqing", "zonghuaigu")
        assert sorted(one.assignee for one in case.items() if one.role == "before") == ["wanliqing", "zonghuaigu"]
        case.sign("wanliqing")
        case.sign("zonghuaigu", "amend")
        case.complete("draft")
        assert case.open_steps() == ["review"]

    def test_after_holds_the_owners_decision_until_the_last_has_signed(self, run: Any) -> None:
        case = run(LINE)
        case.add_signers("draft", "after", "wanliqing", "zonghuaigu")
        assert case.open_steps() == ["draft"]
        case.complete("draft")
        assert sorted(one.assignee for one in case.items() if one.state == "open") == ["wanliqing", "zonghuaigu"]
        case.sign("wanliqing")
        assert "review" not in case.open_steps()
        case.sign("zonghuaigu")
        assert case.open_steps() == ["review"]

    def test_in_parallel_is_one_more_seat(self, run: Any) -> None:
        case = voting(run)
        case.add_signers("vote", "parallel", "tongxueling", seat="luanhaiping")
        for seat in PEOPLE:
            case.complete("vote", "agree", seat=seat)
        assert case.open_steps() == ["vote"]
        case.complete("vote", "disagree", seat="tongxueling")
        assert case.variables()["passed.vote"] is False

    def test_removing_the_last_open_seat_decides_by_what_was_said(self, run: Any) -> None:
        case = voting(run)
        case.add_signers("vote", "parallel", "tongxueling", seat="luanhaiping")
        for seat in PEOPLE[:-1]:
            case.complete("vote", "agree", seat=seat)
        case.remove_signer("vote", "tongxueling", seat=PEOPLE[-1])
        assert case.open_steps() == ["vote"]
        case.complete("vote", "agree", seat=PEOPLE[-1])
        assert case.open_steps() == ["sign"]

    def test_removing_who_signs_before_leaves_the_owner_to_act(self, run: Any) -> None:
        case = run(LINE)
        case.add_signers("draft", "before", "wanliqing")
        case.remove_signer("draft", "wanliqing")
        assert case.open_steps() == ["draft"]
        case.complete("draft")
        assert case.open_steps() == ["review"]

    def test_removing_who_signs_after_before_the_owner_has_decided(self, run: Any) -> None:
        case = run(LINE)
        case.add_signers("draft", "after", "wanliqing")
        case.remove_signer("draft", "wanliqing")
        case.complete("draft")
        assert case.open_steps() == ["review"]

    def test_sending_back_takes_the_signers_along(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        case.add_signers("review", "before", "wanliqing")
        case.send_back("review", "draft")
        assert case.open_steps() == ["draft"]


class TestHands:
    def test_whom_it_is_transferred_to_decides(self, run: Any) -> None:
        case = run(LINE)
        case.hand("transfer", "draft", "wanliqing", "出差")
        [draft] = case.items()
        assert (draft.assignee, draft.version) == ("wanliqing", 2)
        case.complete("draft")
        assert case.open_steps() == ["review"]

    def test_what_is_delegated_returns_to_its_owner(self, run: Any) -> None:
        case = run(LINE)
        case.hand("delegate", "draft", "wanliqing", "请提意见")
        assert [(one.assignee, one.owner) for one in case.items()] == [("wanliqing", "gexingyao")]
        case.hand("resolve", "draft", "可行")
        assert [(one.assignee, one.owner) for one in case.items()] == [("gexingyao", None)]

    def test_urging_leaves_the_version_alone(self, run: Any) -> None:
        case = run(LINE)
        case.hand("urge", "draft", "请抓紧")
        [draft] = case.items()
        assert (draft.version, draft.urges) == (1, 1)

    def test_copies_survive_a_send_back_and_the_end_and_are_read_once(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        case.act("circulate", ["wanliqing", "zonghuaigu"], "请阅", "draft")
        case.send_back("review", "draft")
        case.complete("draft")
        case.complete("review")
        case.complete("sign")
        assert case.state == "completed"
        copies = [one for one in case.items() if one.role == "copy"]
        assert [one.state for one in copies] == ["open", "open"]
        with case.pool.begin() as connection:
            locked = case.engine.lock_work_item(connection, copies[0].id, copies[0].version)
            case.engine.mark_read(connection, locked, "已阅", Actor("wanliqing"), case.now)
        case.act("circulate", ["tongxueling"], "办结后传阅", "draft")
        assert case.state == "completed"


class TestLifecycle:
    def test_a_cancelled_case_keeps_what_was_done(self, run: Any) -> None:
        case = run(BLOCK)
        case.complete("draft")
        case.complete("a")
        case.act("cancel", "不再需要")
        assert case.state == "cancelled"
        assert states(case, "a") == ["completed"]
        assert states(case, "b") == ["cancelled"]

    def test_clocks_stand_still_while_a_case_is_suspended(self, run: Any) -> None:
        due = '<bpmn:userTask id="draft" name="draft" camunda:assignee="gexingyao" camunda:dueDate="P3D" />'
        case = run(LINE, {"draft": due})
        before = case.items()[0].due_at
        case.act("suspend", "等上级意见")
        assert case.state == "suspended"
        begun = case.now
        case.now += timedelta(days=10)
        case.act("resume")
        assert case.state == "running"
        assert case.items()[0].due_at - before == case.now - begun

    def test_timers_wait_while_a_case_is_suspended(self, run: Any) -> None:
        timer = (
            '<bpmn:boundaryEvent id="late" attachedToRef="draft"><bpmn:timerEventDefinition>'
            "<bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        )
        case = run(LINE + "\nlate -> remind\nremind -> e_2", {"late": timer})
        assert case.timers() == ["late"]
        case.act("suspend", "等上级意见")
        assert case.timers() == []
        case.act("resume")
        assert case.timers() == ["late"]

    def test_not_while_a_slow_service_is_under_way(self, sqlite_house: House) -> None:
        slow = (
            '<bpmn:serviceTask id="ask" camunda:delegateExpression="${slowly}" camunda:asyncBefore="true" name="ask" />'
        )
        case = Running(
            sqlite_house,
            model("s_ -> draft\ndraft -> ask\nask -> e_", {"ask": slow}),
            slow_services={"slowly": lambda _call: ServiceResult()},
        )
        case.start()
        case.complete("draft")
        with pytest.raises(SuspensionRefused):
            case.act("suspend", "等一等")
