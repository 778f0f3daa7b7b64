"""What people do to steps on any flow: send back, withdraw, ask others to sign, hand over; replay and rows agree after each."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.house import House
from engine.errors import (
    CaseSuspended,
    MoveRefused,
    SignersAwaited,
    SuspensionRefused,
    WithdrawalRefused,
    WorkItemClosed,
)
from engine.model import Actor, EventKind, ServiceResult
from engine.persistence.jobs import SIGNAL as SIGNAL_JOB
from engine.persistence.jobs import Job
from tests.engine.drawn import files
from tests.engine.running import Running
from tests.flows import model, seats, service, user
from tests.judge.paper import SIGNAL, TIMER, body, boundary, element
from tests.replay.record import UNENDED

LINE = "s_ -> draft\ndraft -> review\nreview -> sign\nsign -> e_"
LONGER = "s_ -> draft\ndraft -> review\nreview -> legal\nlegal -> sign\nsign -> e_"
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

    def test_direct_to_a_step_that_was_lent_itself_comes_back_twice(self, run: Any) -> None:
        case = run(LONGER)
        for step in ("draft", "review", "legal"):
            case.complete(step)
        case.send_back("sign", "review", direct=True)
        case.send_back("review", "draft", direct=True)
        case.complete("draft")
        assert case.open_steps() == ["review"]
        case.complete("review")
        assert case.open_steps() == ["sign"]
        assert states(case, "sign") == ["returned", "open"]

    def test_direct_to_a_countersign_that_calls_nobody_comes_back_at_once(self, run: Any) -> None:
        case = run(VOTE, {"vote": seats("vote", completion="all")}, seats=[])
        case.complete("draft")
        case.send_back("sign", "vote", direct=True)
        assert states(case, "sign") == ["returned", "open"]

    def test_direct_comes_back_after_the_step_had_to_be_opened_again(self, run: Any) -> None:
        rule = seats("vote").replace(
            'camunda:elementVariable="seat" />',
            'camunda:elementVariable="seat"><bpmn:completionCondition>${limit > 0}</bpmn:completionCondition>'
            "</bpmn:multiInstanceLoopCharacteristics>",
        )
        case = run(LONGER.replace("review", "vote"), {"vote": rule}, seats=PEOPLE[:1], limit=1)
        case.complete("draft")
        case.complete("vote", "agree", seat=PEOPLE[0])
        case.complete("legal")
        case.send_back("sign", "vote", direct=True)
        failed = case.complete("vote", "agree", seat=PEOPLE[0], limit="many")
        assert case.state == "incident"
        case.retry(failed.incidents[0])
        case.complete("vote", "agree", seat=PEOPLE[0], limit=1)
        assert states(case, "sign") == ["returned", "open"]

    def test_into_a_block_that_a_step_itself_splits_the_other_branch_counts_as_arrived(self, run: Any) -> None:
        case = run("s_ -> draft\ndraft -> a\ndraft -> b\na -> p_join\nb -> p_join\np_join -> lead\nlead -> e_")
        for step in ("draft", "a", "b"):
            case.complete(step)
        case.send_back("lead", "a")
        case.complete("a")
        assert (case.state, case.open_steps()) == ("running", ["lead"])

    def test_a_step_before_a_link_was_passed(self, sqlite_house: House) -> None:
        link = '<bpmn:linkEventDefinition name="on" />'
        nodes = {
            "out": element("intermediateThrowEvent", "out", link),
            "in": element("intermediateCatchEvent", "in", link),
        }
        case = Running(sqlite_house, files(body("s_ -> draft\ndraft -> out\nin -> sign\nsign -> e_", nodes)))
        case.start()
        case.complete("draft")
        assert case.targets("sign") == ["draft"]
        case.send_back("sign", "draft")
        assert case.open_steps() == ["draft"]
        case.assert_replays()

    def test_a_step_that_an_event_has_interrupted_was_not_passed(self, sqlite_house: House) -> None:
        late = boundary("late", "draft", TIMER)
        case = Running(
            sqlite_house, files(body("s_ -> draft\ndraft -> e_\nlate -> remind\nremind -> e_2", {"late": late}))
        )
        case.start()
        case.now += timedelta(hours=2)
        case.work_off()
        assert (case.open_steps(), case.targets("remind")) == (["remind"], [])

    def test_what_runs_beside_in_an_event_subprocess_is_left_alone(self, run: Any) -> None:
        beside = (
            '<bpmn:subProcess id="beside" name="beside" triggeredByEvent="true"><bpmn:startEvent id="s_late" '
            'isInterrupting="false"><bpmn:conditionalEventDefinition><bpmn:condition>${late}</bpmn:condition>'
            "</bpmn:conditionalEventDefinition></bpmn:startEvent>" + user("watch") + '<bpmn:endEvent id="e_late" />'
            '<bpmn:sequenceFlow id="l1" sourceRef="s_late" targetRef="watch" />'
            '<bpmn:sequenceFlow id="l2" sourceRef="watch" targetRef="e_late" /></bpmn:subProcess>'
        )
        case = run(LINE, {"s_": '<bpmn:startEvent id="s_" />' + beside}, late=False)
        case.complete("draft", late=True)
        assert case.open_steps() == ["review", "watch"]
        case.send_back("review", "draft")
        assert case.open_steps() == ["draft", "watch"]

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

    def test_a_scope_that_could_not_end_is_no_incident_while_its_last_step_is_done_again(self, run: Any) -> None:
        case = run("s_ -> within\nwithin -> sign\nsign -> e_", {"within": UNENDED})
        case.complete("count")
        assert case.state == "incident"
        case.withdraw("count")
        assert case.state == "running"
        case.complete("count", amount=2)
        assert (case.open_steps(), case.variables()["total"]) == (["sign"], 3)

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

    def test_not_after_somebody_has_asked_others_to_sign_it(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        case.add_signers("review", "before", "wanliqing")
        with pytest.raises(WithdrawalRefused) as refused:
            case.withdraw("draft")
        assert refused.value.reason == "handled"

    def test_a_step_that_was_lent_still_comes_straight_back(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        case.complete("review")
        case.send_back("sign", "draft", direct=True)
        case.complete("draft")
        case.withdraw("draft")
        assert case.open_steps() == ["draft"]
        case.complete("draft")
        assert case.open_steps() == ["sign"]

    def test_not_out_of_a_case_that_was_cancelled(self, run: Any) -> None:
        case = run("s_ -> p_split\np_split -> a\np_split -> b\na -> e_\nb -> e_2")
        case.complete("a")
        case.act("cancel", "不再需要")
        with pytest.raises(WithdrawalRefused):
            case.withdraw("a")

    def test_a_branch_that_has_ended_only_while_nothing_else_has_moved(self, run: Any) -> None:
        case = run("s_ -> draft\ndraft -> p_split\np_split -> a\np_split -> b\na -> e_\nb -> e_2")
        case.complete("draft")
        case.complete("a")
        case.withdraw("a")
        assert case.open_steps() == ["a", "b"]
        case.complete("a")
        case.send_back("b", "draft")
        with pytest.raises(WithdrawalRefused):
            case.withdraw("a")  # draft brings it again

    def test_a_join_that_waits_for_nobody_waits_again(self, run: Any) -> None:
        case = run(
            "s_ -> p_split\np_split -> a\np_split -> b\na -> p_join\nb -> x_\n"
            "x_ -> p_join: ${decision == 'on'}\nx_ -> e_: ${decision == 'off'}\np_join -> e_2"
        )
        case.complete("a")
        case.complete("b", "off")
        assert case.state == "incident"
        case.withdraw("a")
        assert (case.state, case.open_steps()) == ("running", ["a"])

    def test_not_after_an_event_has_happened_to_what_followed(self, run: Any) -> None:
        timer = (
            '<bpmn:boundaryEvent id="late" attachedToRef="review" cancelActivity="false"><bpmn:timerEventDefinition>'
            "<bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        )
        case = run(LINE + "\nlate -> remind\nremind -> e_2", {"late": timer})
        case.complete("draft")
        case.now += timedelta(days=2)
        case.work_off()
        assert case.open_steps() == ["remind", "review"]
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
        with pytest.raises(SignersAwaited):
            case.complete("draft")
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

    def test_removing_who_signs_before_a_seat_takes_no_seat_away(self, run: Any) -> None:
        case = voting(run)
        case.add_signers("vote", "before", "tongxueling", seat="luanhaiping")
        case.remove_signer("vote", "tongxueling", seat="luanhaiping")
        for seat in PEOPLE:
            assert case.open_steps().count("vote") == len(PEOPLE) - PEOPLE.index(seat)
            case.complete("vote", "agree", seat=seat)
        assert case.open_steps() == ["sign"]

    def test_removing_a_seat_takes_who_signs_before_it_along(self, run: Any) -> None:
        case = voting(run)
        case.add_signers("vote", "parallel", "tongxueling", seat="luanhaiping")
        case.add_signers("vote", "before", "zhaiwenbo", seat="tongxueling")
        case.remove_signer("vote", "tongxueling", seat="luanhaiping")
        assert [one.assignee for one in case.items() if one.state == "open" and one.role == "before"] == []

    def test_removing_a_seat_that_decides_cancels_each_item_once(self, run: Any) -> None:
        case = voting(run, "ratio:0.6")
        case.add_signers("vote", "parallel", "tongxueling", seat="luanhaiping")
        for seat in PEOPLE[1:]:
            case.complete("vote", "agree", seat=seat)
        case.remove_signer("vote", "tongxueling", seat="luanhaiping")
        assert case.open_steps() == ["sign"]
        with case.pool.begin() as connection:
            told = case.engine.history(connection, case.instance_id)
        cancelled = [one.work_item_id for one in told if one.kind == EventKind.WORK_ITEM_CANCELLED]
        assert len(cancelled) == len(set(cancelled)) == 2

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

    def test_nothing_moves_while_a_case_is_suspended(self, run: Any) -> None:
        case = run(LINE)
        case.complete("draft")
        case.act("suspend", "等上级意见")
        for forbidden in (
            lambda: case.complete("review"),
            lambda: case.send_back("review", "draft"),
            lambda: case.withdraw("draft"),
            lambda: case.add_signers("review", "before", "wanliqing"),
            lambda: case.jump("sign"),
            lambda: case.act("suspend", "再等"),
        ):
            with pytest.raises(CaseSuspended):
                forbidden()
        assert states(case, "review") == ["open"]

    def test_a_signal_that_was_on_its_way_does_not_reach_a_suspended_case(self, sqlite_house: House) -> None:
        drawing = body(
            "s_ -> draft\ndraft -> e_\nbell -> remind\nremind -> e_2", {"bell": boundary("bell", "draft", SIGNAL)}
        )
        case = Running(sqlite_house, files(drawing))
        case.start()
        [token] = case.marking().tokens
        case.act("suspend", "等上级意见")
        on_its_way = Job(1, SIGNAL_JOB, case.instance_id, None, token.id, "bell", {"event": "bell"}, case.now, 0, None)
        with case.pool.begin() as connection:
            case.engine.deliver_signal_to(connection, on_its_way, {}, case.now)
        assert (case.state, case.open_steps()) == ("suspended", ["draft"])
        case.assert_replays()

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
