"""What deviates in how a case was handled: each rule finds what it is for, and nothing where that is not there."""

import pytest

from engine.commands.case import SYSTEM
from engine.model import EventKind
from tests.deviations.cases import Case
from workflows.deviations import handling
from workflows.deviations.values import Kind

ORDINARY = Case().step("draft", "draft").step("sign", "sign_and_issue", "qiujingan").watched()
RULES = [
    handling.interventions,
    handling.repeated,
    handling.skipped,
    handling.outside_hours,
    handling.overdue,
    handling.unanswered,
    handling.recorded,
]


@pytest.mark.parametrize("rule", RULES)
def test_nothing_is_found_in_an_ordinary_case(rule) -> None:
    assert list(rule(ORDINARY)) == []


@pytest.mark.parametrize(
    ("kind", "data", "what"),
    [
        (EventKind.TOKEN_MOVED, {"mode": "jump", "reason": "急件"}, "jump"),
        (EventKind.PROCESS_MIGRATED, {"version": 2}, EventKind.PROCESS_MIGRATED),
        (EventKind.PROCESS_SUSPENDED, {"reason": "待查"}, EventKind.PROCESS_SUSPENDED),
        (EventKind.VARIABLES_CORRECTED, {"variables": {}}, EventKind.VARIABLES_CORRECTED),
        (EventKind.WORK_ITEM_TRANSFERRED, {"intervention": True, "to": "x"}, EventKind.WORK_ITEM_TRANSFERRED),
    ],
)
def test_what_is_done_from_outside_the_flow_is_an_intervention(kind, data, what) -> None:
    [found] = handling.interventions(Case().open("draft", "draft").tell(kind, "draft", by="boruoxi", **data).watched())
    assert (found.seqs, found.actor, found.facts["what"]) == ((2,), "boruoxi", what)


def test_a_transfer_by_whoever_has_the_item_is_no_intervention() -> None:
    case = Case().open("draft", "draft").tell(EventKind.WORK_ITEM_TRANSFERRED, "draft", "i1", to="shiyanqiu", reason="")
    assert list(handling.interventions(case.watched())) == []


def test_a_step_that_was_done_twice_is_found_with_its_rounds() -> None:
    [found] = handling.repeated(Case().step("draft", "draft").step("draft", "draft").watched())
    assert (found.step, found.seqs, found.facts) == ("起草", (2, 4), {"times": "2"})


def test_seats_and_runs_of_a_subprocess_repeat_nothing_but_a_seat_that_is_asked_again_does() -> None:
    case = Case().step("verify", "handle", scope=1).step("verify", "handle", scope=2)
    case.step("countersign", "countersign", seat="AHB").step("countersign", "countersign", seat="DQB")
    assert list(handling.repeated(case.watched())) == []
    [found] = handling.repeated(case.step("countersign", "countersign", seat="DQB").watched())
    assert found.facts == {"times": "2", "seat": "DQB"}


def test_a_step_that_a_rule_passes_over_is_told_apart_from_one_that_somebody_took_away() -> None:
    skip = {"item": "i", "token": 1, "person": "shiyanqiu", "reason": "same_person", "decision": "agree"}
    ruled = Case().tell(EventKind.WORK_ITEM_SKIPPED, "draft", **skip)
    jumped = Case().open("draft", "draft").tell(EventKind.TOKEN_MOVED, "sign", by="boruoxi", mode="jump", reason="急件")
    jumped.tell(EventKind.WORK_ITEM_CANCELLED, "draft", "i1", by="boruoxi", reason="withdrawn")
    jumped.tell(EventKind.MARKING_SETTLED, state="running")
    [by_rule], [by_person] = handling.skipped(ruled.watched()), handling.skipped(jumped.watched())
    assert (by_rule.kind, by_rule.facts) == (Kind.SKIPPED_BY_RULE, {"rule": "same_person", "person": "shiyanqiu"})
    assert (by_person.kind, by_person.seqs, by_person.actor) == (Kind.SKIPPED_BY_PERSON, (2, 3), "boruoxi")


def test_a_signer_who_is_taken_away_is_a_step_that_somebody_let_fall() -> None:
    [found] = handling.skipped(Case().tell(EventKind.SIGNER_REMOVED, "sign", reason="已面商").watched())
    assert (found.kind, found.facts) == (Kind.SKIPPED_BY_PERSON, {"reason": "已面商"})


def test_what_is_cancelled_after_a_step_was_sent_back_was_not_skipped() -> None:
    case = Case().open("draft", "draft").tell(EventKind.TOKEN_MOVED, "draft", "i1", mode="send_back", reason="改")
    assert list(handling.skipped(case.tell(EventKind.WORK_ITEM_CANCELLED, "sign", "i1", reason="x").watched())) == []


def test_acts_outside_working_time_are_one_finding_a_day() -> None:
    case = Case().step("draft", "draft", when="11-10T20:10").step("sign", "sign_and_issue", when="11-10T21:00")
    case.step("verify", "verify", when="11-15T10:00")
    late, weekend = handling.outside_hours(case.watched())
    assert (late.facts["day"], late.facts["acts"], late.facts["off"], late.seqs) == ("2025-11-10", "2", "", (2, 4))
    assert (weekend.facts["day"], weekend.facts["off"]) == ("2025-11-15", "off")


def test_what_the_system_does_at_night_and_what_is_done_as_the_office_closes_is_within() -> None:
    case = Case().tell(EventKind.TOKEN_MOVED, by=SYSTEM.username, mode="x", when="11-10T23:00")
    assert list(handling.outside_hours(case.step("draft", "draft", when="11-11T17:30").watched())) == []


DUE = {"due_at": "2025-11-12T09:30:00.000000Z"}


def test_what_was_done_late_is_overdue_by_working_days_and_what_was_not_done_still_is() -> None:
    done = Case().open("draft", "draft", **DUE).done("draft", when="11-17T10:00")
    still = Case().open("draft", "draft", **DUE)
    [late], [waiting] = handling.overdue(done.watched()), handling.overdue(still.watched("11-14T10:00"))
    assert (late.facts["days"], late.seqs, late.actor) == ("3", (1, 2), "gexingyao")
    assert (waiting.facts["closed_at"], waiting.facts["days"], waiting.seqs) == ("", "2", (1,))


def test_what_was_done_in_time_or_is_not_due_yet_is_not_overdue() -> None:
    in_time = Case().open("draft", "draft", **DUE).done("draft", when="11-12T10:00")
    assert list(handling.overdue(in_time.watched())) == []
    assert list(handling.overdue(Case().open("draft", "draft", **DUE).watched("11-12T10:00"))) == []


def test_a_seat_that_was_closed_without_an_answer_is_found_and_one_that_answered_is_not() -> None:
    case = Case().open("countersign", "countersign", "wanliqing", seat="DQB")
    case.open("countersign", "countersign", "luanhaiping", seat="AHB").done("countersign", "luanhaiping")
    case.tell(EventKind.WORK_ITEM_CANCELLED, "countersign", "i1", reason="decided")
    case.open("verify", "circulate", seat="ZZB").tell(EventKind.WORK_ITEM_CANCELLED, "verify", "i3", reason="decided")
    [found] = handling.unanswered(case.watched())
    assert (found.seqs, found.actor, found.facts) == ((1, 4), "wanliqing", {"seat": "DQB", "why": "decided"})


def test_what_was_typed_in_for_another_says_after_how_long_it_was_confirmed() -> None:
    case = Case().open("sign", "instruct", "shaoqiheng")
    case.done("sign", "shaoqiheng", recorded_by="zhimingyuan", when="11-06T09:10")
    [open_still] = handling.recorded(case.watched("11-07T09:10"))
    assert (open_still.kind, open_still.facts["days"]) == (Kind.UNCONFIRMED, "1")
    case.tell(EventKind.WORK_ITEM_CONFIRMED, "sign", "i1", "shaoqiheng", when="11-06T12:30")
    [found] = handling.recorded(case.watched())
    assert (found.kind, found.seqs, found.facts["seconds"]) == (Kind.RECORDED, (2, 3), "12000")
