"""What the figures of 流程热力 are: computed by hand, by brute force, and of what lies at their edges."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model import EventKind
from tests.workflows.calendars import at, hours, published
from tests.workflows.flow_lives import Written
from workflows.flow_figures.figures import count
from workflows.flow_figures.lives import Model, life_of
from workflows.flow_figures.loops import loops_of
from workflows.flow_figures.spans import spans_of, spread_of
from workflows.flow_figures.values import FlowFigures, Measure

CALENDAR = published(2025)
OFFERED = {"draft": ("submit",), "review": ("agree", "disagree"), "countersign": ("agree", "disagree")}
WAITING, WORKING, REWORK, WHOLE = Measure


def sent_back_once() -> Written:
    """A draft that is sent back, comes again, stands still for an afternoon, and is countersigned by two."""
    one = Written("2025-11-03 09:00")  # a Monday; the office works from 8:30 to 12:00 and from 14:00 to 17:30
    one.open("d1", "draft", 1, "2025-11-03 09:00")
    one.settle("2025-11-03 09:00", "start", "to_draft")
    one.tell(EventKind.WORK_ITEM_CLAIMED, "2025-11-03 10:00", "d1", "draft")
    one.complete("d1", "draft", "2025-11-03 11:00", "submit")
    one.open("r1", "review", 2, "2025-11-03 11:00")
    one.settle("2025-11-03 11:00", "draft", "to_review")
    one.move("r1", "draft", "2025-11-04 09:30")
    one.open("d2", "draft", 3, "2025-11-04 09:30")
    one.settle("2025-11-04 09:30")
    one.complete("d2", "draft", "2025-11-04 14:30", "submit")
    one.open("r2", "review", 4, "2025-11-04 14:30")
    one.settle("2025-11-04 14:30", "draft", "to_review")
    one.tell(EventKind.PROCESS_SUSPENDED, "2025-11-04 15:00")
    one.settle("2025-11-04 15:00")
    one.tell(EventKind.PROCESS_RESUMED, "2025-11-05 09:00")
    one.settle("2025-11-05 09:00")
    one.complete("r2", "review", "2025-11-05 10:00")
    one.open("s1", "countersign", 5, "2025-11-05 10:00")
    one.open("s2", "countersign", 5, "2025-11-05 10:00")
    one.settle("2025-11-05 10:00", "review", "to_countersign")
    one.complete("s1", "countersign", "2025-11-05 11:00")
    one.settle("2025-11-05 11:00")
    one.tell(EventKind.WORK_ITEM_CLAIMED, "2025-11-05 14:00", "s2", "countersign")
    one.complete("s2", "countersign", "2025-11-05 16:00")
    one.settle("2025-11-05 16:00", "countersign", "to_end", "end")
    return one


def put_back_once() -> Written:
    """A draft that was claimed, put back into its pool, and claimed again."""
    one = Written()
    one.open("d1", "draft", 1, "2025-11-03 09:00")
    one.tell(EventKind.WORK_ITEM_CLAIMED, "2025-11-03 09:30", "d1")
    one.tell(EventKind.WORK_ITEM_RELEASED, "2025-11-03 10:00", "d1")
    one.tell(EventKind.WORK_ITEM_CLAIMED, "2025-11-03 11:00", "d1")
    one.complete("d1", "draft", "2025-11-03 11:30", "submit")
    one.settle("2025-11-03 11:30", "draft", "to_review")
    return one


def counted(*written: Written, unchanged_from: int = 1, model: Model | None = None) -> FlowFigures:
    lives = [(one.case, life_of(one.events, model or Model())) for one in written]
    return count(lives, CALENDAR, OFFERED, unchanged_from)


def measured(written: Written, step: str, measure: Measure) -> list[timedelta]:
    spans = spans_of(life_of(written.events), CALENDAR)
    return [one.span for one in spans if (one.activity_id, one.measure) == (step, measure)]


@pytest.mark.parametrize(
    ("step", "measure", "expected"),
    [
        ("draft", WAITING, [1]),  # 9 to 10, then claimed
        ("draft", WORKING, [1]),  # 10 to 11
        ("draft", REWORK, [3]),  # the second time: 9:30 to 12 and 14 to 14:30
        ("draft", WHOLE, [2, 3]),
        ("review", WAITING, [5.5]),  # Monday 11 to 12 and 14 to 17:30, Tuesday 8:30 to 9:30: nobody had taken it up
        ("review", WORKING, []),  # so nobody can say how long it was worked on
        ("review", REWORK, [1.5]),  # 14:30 to 15, then suspended until Wednesday 9, and to 10
        ("review", WHOLE, [5.5, 1.5]),
        ("countersign", WAITING, [1, 2]),  # one seat 10 to 11; the other 10 to 12, and claimed when the office opened
        ("countersign", WORKING, [2]),
        ("countersign", REWORK, []),
        ("countersign", WHOLE, [4]),  # from 10 to 16, both seats together
    ],
)
def test_spans_are_those_computed_by_hand(step: str, measure: Measure, expected: list[float]) -> None:
    assert measured(sent_back_once(), step, measure) == [hours(one) for one in expected]


def test_what_is_put_back_waits_again() -> None:
    assert measured(put_back_once(), "draft", WAITING) == [hours(1.5)]
    assert measured(put_back_once(), "draft", WORKING) == [hours(1)]


def test_what_is_given_to_another_waits_for_them_and_what_is_asked_of_another_does_not() -> None:
    one = Written()
    one.open("d1", "draft", 1, "2025-11-03 09:00")
    one.tell(EventKind.WORK_ITEM_DELEGATED, "2025-11-03 09:30", "d1")
    one.tell(EventKind.WORK_ITEM_TRANSFERRED, "2025-11-03 10:30", "d1")
    one.complete("d1", "draft", "2025-11-03 11:30", "submit")
    assert measured(one, "draft", WAITING) == [hours(1.5)]
    assert measured(one, "draft", WORKING) == [hours(1)]


def test_cases_items_rounds_and_ways_are_counted() -> None:
    found = counted(sent_back_once(), put_back_once())
    assert found.cases == 2
    draft, review, countersign = (found.steps[one] for one in ("draft", "review", "countersign"))
    assert (draft.cases, draft.rounds, draft.cases_again, draft.most_rounds) == (2, 3, 1, 2)
    assert (draft.items, draft.begun) == (3, 2)
    assert draft.waiting is not None
    assert (draft.waiting.count, draft.waiting.middle, draft.waiting.mean) == (2, hours(1.25), hours(1.25))
    assert (review.rounds, review.items, review.begun) == (2, 2, 0)
    assert (countersign.rounds, countersign.items, countersign.seats) == (1, 2, 2)
    assert {"to_draft": 1, "to_review": 3, "to_end": 1}.items() <= found.passed.items()
    [sent] = found.sent
    assert (sent.source, sent.target, sent.mode, sent.times, sent.cases) == ("review", "draft", "send_back", 1, 1)
    [loop] = found.loops
    assert (loop.steps, loop.times, loop.cases) == (("draft", "review", "draft"), 1, 1)
    [back] = found.returning
    assert (back.rounds_more, back.rounds) == (2, 2)


def test_the_ninetieth_percentile_is_a_span_that_was_measured() -> None:
    spread = spread_of([hours(one) for one in (9, 1, 8, 2, 7, 3, 6, 4, 5, 100)])
    assert spread is not None
    assert (spread.middle, spread.mean, spread.most) == (hours(5.5), hours(14.5), hours(9))
    assert spread_of([]) is None


def test_what_is_open_or_taken_away_is_counted_and_not_measured() -> None:
    one = Written()
    one.open("s1", "countersign", 1, "2025-11-03 09:00")
    one.open("s2", "countersign", 1, "2025-11-03 09:00")
    one.open("s3", "countersign", 1, "2025-11-03 09:00")
    one.complete("s1", "countersign", "2025-11-03 10:00")
    one.tell(EventKind.WORK_ITEM_CANCELLED, "2025-11-03 10:00", "s2")
    step = counted(one).steps["countersign"]
    assert (step.items, step.taken_away, step.running) == (1, 1, 1)
    assert measured(one, "countersign", WAITING) == [hours(1)]
    assert measured(one, "countersign", WHOLE) == []


def test_copies_to_read_are_no_work() -> None:
    one = Written()
    one.open("c1", "draft", 0, "2025-11-03 09:00", role="copy")
    assert counted(one).steps == {}


def test_a_withdrawal_makes_no_round() -> None:
    """The step opens again in the same round; what it had led to and nobody had touched was no round of the next step."""
    one = Written()
    one.open("d1", "draft", 1, "2025-11-03 09:00")
    one.complete("d1", "draft", "2025-11-03 10:00", "submit")
    one.open("r1", "review", 2, "2025-11-03 10:00")
    one.settle("2025-11-03 10:00")
    one.move("d1", "draft", "2025-11-03 10:30", "withdraw")
    one.tell(EventKind.WORK_ITEM_CANCELLED, "2025-11-03 10:30", "r1")
    one.open("d2", "draft", 3, "2025-11-03 10:30")
    one.settle("2025-11-03 10:30")
    one.complete("d2", "draft", "2025-11-03 11:00", "submit")
    one.open("r2", "review", 4, "2025-11-03 11:00")
    one.settle("2025-11-03 11:00")
    one.complete("r2", "review", "2025-11-03 12:00")
    found = counted(one)
    assert found.steps["draft"].rounds == found.steps["review"].rounds == 1
    assert found.steps["draft"].rework is found.steps["review"].rework is None
    assert (found.loops, found.returning) == ((), ())
    assert measured(one, "draft", WAITING) == [hours(1), hours(0.5)]


def test_runs_beside_each_other_are_no_rounds() -> None:
    one = Written()
    for token, seat in ((1, "x"), (2, "y")):
        one.open(seat, "draft", token, "2025-11-03 09:00")
    for scope, seat in ((7, "x"), (8, "y")):
        one.complete(seat, "draft", "2025-11-03 10:00", "submit", scope=scope)
    step = counted(one, model=Model(frozenset({"draft"}))).steps["draft"]
    assert (step.cases, step.rounds, step.cases_again, step.rework) == (1, 2, 0, None)


def test_a_step_that_was_renamed_is_counted_by_its_new_name() -> None:
    one = sent_back_once()
    one.tell(
        EventKind.PROCESS_MIGRATED, "2025-11-05 17:00", data={"renamed": {"review": "check", "to_review": "to_check"}}
    )
    found = counted(one)
    assert set(found.steps) == {"draft", "check", "countersign"}
    assert (found.passed["to_check"], found.sent[0].source) == (2, "check")


def test_a_jump_is_told_from_a_send_back() -> None:
    one = Written()
    one.open("d1", "draft", 1, "2025-11-03 09:00")
    one.move(None, "review", "2025-11-03 10:00", "jump", take=[1])
    [sent] = counted(one).sent
    assert (sent.source, sent.target, sent.mode) == ("draft", "review", "jump")


@pytest.mark.parametrize(
    ("way", "loops"),
    [
        ("ab", []),
        ("aba", ["aba"]),
        ("abab", ["aba"]),
        ("ababa", ["aba", "aba"]),
        ("abcbca", ["bcb", "abca"]),
        ("aa", ["aa"]),
    ],
)
def test_a_way_back_is_told_once(way: str, loops: list[str]) -> None:
    one = Written()
    for token, step in enumerate(way, 1):
        one.open(f"i{token}", step, token, "2025-11-03 09:00")
        one.complete(f"i{token}", step, "2025-11-03 09:00")
    assert ["".join(steps) for steps, _seq in loops_of(life_of(one.events))] == loops


def always_agreed(times: int = 3, **told: object) -> list[Written]:
    found = []
    for _ in range(times):
        one = Written()
        one.open("r1", "review", 1, "2025-11-03 09:00")
        one.complete("r1", "review", "2025-11-03 10:00", **told)
        found.append(one)
    return found


EDITABLE = Model(editable={"review": frozenset({"title", "note"})})


def test_a_step_that_decided_always_the_same_is_named_with_the_evidence() -> None:
    cases = always_agreed(variables={"title": "一件事", "note": "", "signed_by": "rules"}, opinion="同意。")
    [found] = counted(*cases, unchanged_from=3, model=EDITABLE).unchanged
    assert (found.activity_id, found.items, found.cases, found.decision) == ("review", 3, 3, "agree")
    assert (found.opinions, found.unused) == (3, ("disagree",))


@pytest.mark.parametrize(
    "cases",
    [
        always_agreed(2),
        [*always_agreed(), *always_agreed(1, decision="disagree")],
        [*always_agreed(), *always_agreed(1, variables={"title": "另一件事"})],
        [*always_agreed(), *always_agreed(1, variables={"note": "补充"})],
        [*always_agreed(), *always_agreed(1, attachments=["file"])],
        [*always_agreed(), *always_agreed(1, decision={"$redacted": "00"})],
    ],
    ids=["too few", "another decision", "a field changed", "a field filled", "a file", "a decision nobody can read"],
)
def test_a_step_is_not_named_where_that_is_not_so(cases: list[Written]) -> None:
    assert counted(*cases, unchanged_from=3, model=EDITABLE).unchanged == ()


def test_a_step_that_offers_one_decision_decides_nothing() -> None:
    assert counted(put_back_once(), unchanged_from=1).unchanged == ()


SLOT = timedelta(minutes=30)
ACTS = ("claim", "release", "transfer", "delegate", "suspend", "resume", "send_back", "complete", "nothing")


def is_worked(slot: datetime) -> bool:
    """Whether half an hour from an instant on is working time, as the calendar says of its day."""
    hour = slot.hour + slot.minute / 60
    return CALENDAR.is_working(slot.date()) and (8.5 <= hour < 12 or 14 <= hour < 17.5)


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 40)), max_size=25))
def test_waiting_working_and_rework_are_all_the_open_working_time(acts: list[tuple[str, int]]) -> None:
    """By brute force: every half hour in which an item that was closed stood open and the case was not suspended."""
    one, now, number = Written(), at("2025-09-29 09:00"), 1  # holidays and a Sunday that is worked lie ahead
    one.open("i1", "review", 1, now)
    suspended, expected, open_slots = False, 0, 0
    for act, slots in acts:
        for slot in range(slots):
            open_slots += is_worked(now + slot * SLOT) and not suspended
        now += slots * SLOT
        item = f"i{number}"
        if act == "suspend" and not suspended:
            one.tell(EventKind.PROCESS_SUSPENDED, now)
            suspended = True
        elif act == "resume" and suspended:
            one.tell(EventKind.PROCESS_RESUMED, now)
            suspended = False
        elif act in ("send_back", "complete") and not suspended:
            if act == "complete":
                one.complete(item, "review", now)
            else:
                one.move(item, "review", now)
            number, expected, open_slots = number + 1, expected + open_slots, 0
            one.open(f"i{number}", "review", number, now)
            one.settle(now)
        elif act in ("claim", "release", "transfer", "delegate"):
            kind = {
                "claim": EventKind.WORK_ITEM_CLAIMED,
                "release": EventKind.WORK_ITEM_RELEASED,
                "transfer": EventKind.WORK_ITEM_TRANSFERRED,
                "delegate": EventKind.WORK_ITEM_DELEGATED,
            }[act]
            one.tell(kind, now, item)
    spans = spans_of(life_of(one.events), CALENDAR)
    apart = sum((span.span for span in spans if span.measure is not WHOLE), timedelta())
    assert apart == expected * SLOT
