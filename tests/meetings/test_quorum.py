"""Quorum and vote, by the table: fractions of a base, 以上 and 超过, monotone, deaf to what the absent have written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.meeting_arrangement.quorum import (
    CHOICES,
    ORDINARY,
    PERSONNEL,
    Base,
    Choice,
    MatterRule,
    Threshold,
    parse_threshold,
)
from workflows.meeting_arrangement.tally import Ballots, Counts, Outcome, Room, count, is_quorate, outcome

MEMBERS = tuple("甲乙丙丁戊己庚辛壬")
HALF = parse_threshold(">= 1/2 of due")
TWO_THIRDS = parse_threshold(">= 2/3 of due")
MORE_THAN_HALF = parse_threshold("> 1/2 of due")
ORDINARY_RULE = MatterRule(ORDINARY, HALF, MORE_THAN_HALF)
PERSONNEL_RULE = MatterRule(PERSONNEL, TWO_THIRDS, MORE_THAN_HALF)

thresholds = st.builds(
    Threshold,
    op=st.sampled_from([">", ">="]),
    numerator=st.integers(1, 4),
    denominator=st.just(5),
    base=st.sampled_from(list(Base)),
)
rules = st.builds(
    MatterRule,
    matter=st.just(ORDINARY),
    quorum=thresholds,
    passing=thresholds,
    recused_counted=st.booleans(),
)
people = st.frozensets(st.sampled_from(MEMBERS))
rooms = st.builds(Room, due=people, present=people, recused=people)
choices = st.dictionaries(st.sampled_from(MEMBERS), st.sampled_from(list(Choice)))
opinions = st.dictionaries(st.sampled_from(MEMBERS), st.text(min_size=1, max_size=5))


def of(number: int) -> frozenset[str]:
    return frozenset(MEMBERS[:number])


@pytest.mark.parametrize(
    ("due", "present", "rule", "quorate"),
    [
        (9, 5, ORDINARY_RULE, True),  # 半数以上: 4.5, so 5
        (9, 4, ORDINARY_RULE, False),
        (8, 4, ORDINARY_RULE, True),  # 以上 includes the number itself
        (7, 4, ORDINARY_RULE, True),
        (7, 3, ORDINARY_RULE, False),
        (9, 6, PERSONNEL_RULE, True),  # 三分之二以上
        (9, 5, PERSONNEL_RULE, False),
        (7, 5, PERSONNEL_RULE, True),
        (7, 4, PERSONNEL_RULE, False),
        (0, 0, ORDINARY_RULE, False),
    ],
)
def test_a_meeting_is_quorate_by_the_table(due: int, present: int, rule: MatterRule, quorate: bool) -> None:
    assert is_quorate(Room(of(due), of(present)), rule) is quorate


@pytest.mark.parametrize(
    ("due", "yes", "passed"),
    [
        (9, 5, Outcome.PASSED),  # also if only six came
        (9, 4, Outcome.NOT_PASSED),
        (8, 4, Outcome.NOT_PASSED),  # a tie is not more than half
        (8, 5, Outcome.PASSED),
        (7, 4, Outcome.PASSED),
        (7, 3, Outcome.NOT_PASSED),
    ],
)
def test_a_decision_needs_more_than_half_of_those_who_are_to_come(due: int, yes: int, passed: Outcome) -> None:
    assert outcome(Room(of(due), of(due)), Counts(yes=yes), ORDINARY_RULE) is passed


def test_the_vote_of_the_story_passes_with_five_of_seven() -> None:
    """赞成 5、反对 0、弃权 1；缪书面意见不计票；5 > 7/2."""
    room = Room(of(7), of(6))
    said = {**dict.fromkeys(MEMBERS[:5], Choice.YES), MEMBERS[5]: Choice.ABSTAIN}
    counts = count(room, Ballots(said, {MEMBERS[6]: "同意"}))
    assert counts == Counts(yes=5, abstain=1)
    assert outcome(room, counts, ORDINARY_RULE) is Outcome.PASSED


@given(rules, rooms, choices, st.sampled_from(MEMBERS))
def test_one_more_yes_never_turns_what_passed_into_what_did_not(
    rule: MatterRule, room: Room, said: dict[str, Choice], member: str
) -> None:
    before = outcome(room, count(room, Ballots(said)), rule)
    after = outcome(room, count(room, Ballots({**said, member: Choice.YES})), rule)
    assert not (before is Outcome.PASSED and after is Outcome.NOT_PASSED)


@given(rooms, choices, opinions)
def test_what_is_written_by_those_who_are_absent_never_counts(
    room: Room, said: dict[str, Choice], written: dict[str, str]
) -> None:
    assert count(room, Ballots(said, written)) == count(room, Ballots(said))


@given(rooms, choices, st.sampled_from(MEMBERS), st.sampled_from(list(Choice)))
def test_who_has_withdrawn_counts_neither_with_one_ballot_nor_with_another(
    room: Room, said: dict[str, Choice], member: str, choice: Choice
) -> None:
    without = Room(room.due, room.present, room.recused | {member})
    others = {one: what for one, what in said.items() if one != member}
    assert count(without, Ballots({**said, member: choice})) == count(without, Ballots(others))
    assert member not in without.voters


@given(rules, rooms, choices, st.sampled_from(MEMBERS))
def test_who_is_not_there_or_no_member_changes_nothing_by_a_ballot(
    rule: MatterRule, room: Room, said: dict[str, Choice], member: str
) -> None:
    away = Room(room.due, room.present - {member}, room.recused)
    others = {one: what for one, what in said.items() if one != member}
    for choice in Choice:
        counted = count(away, Ballots({**others, member: choice}))
        assert outcome(away, counted, rule) is outcome(away, count(away, Ballots(others)), rule)


@given(rules, rooms, st.sampled_from(MEMBERS))
def test_one_more_who_comes_never_makes_a_meeting_short(rule: MatterRule, room: Room, member: str) -> None:
    more = Room(room.due, room.present | {member}, room.recused)
    assert not (is_quorate(room, rule) and not is_quorate(more, rule))


@given(rooms, choices)
def test_never_more_ballots_than_voters(room: Room, said: dict[str, Choice]) -> None:
    assert count(room, Ballots(said)).cast <= len(room.voters)


@given(thresholds, st.integers(1, 200))
def test_the_least_number_is_enough_and_one_less_is_not(threshold: Threshold, total: int) -> None:
    least = threshold.least(total)
    assert threshold.is_met(least, total)
    assert not threshold.is_met(least - 1, total)


def test_a_rule_may_keep_who_withdraws_in_the_base() -> None:
    kept = MatterRule(ORDINARY, HALF, MORE_THAN_HALF, recused_counted=True)
    room = Room(of(6), of(6), frozenset(MEMBERS[:1]))
    assert outcome(room, Counts(yes=3), ORDINARY_RULE) is Outcome.PASSED  # 3 of 5
    assert outcome(room, Counts(yes=3), kept) is Outcome.NOT_PASSED  # 3 of 6


def test_deferring_is_for_personnel_alone_and_abstaining_for_all_else() -> None:
    assert Choice.DEFER not in CHOICES[ORDINARY]
    assert Choice.ABSTAIN not in CHOICES[PERSONNEL]


@pytest.mark.parametrize(
    "written",
    ["1/2 of due", "= 1/2 of due", "> 2/1 of due", ">= 0/2 of due", "> 2/2 of due", "> 1/0 of due", "> 1/2 of all"],
)
def test_a_rule_that_asks_for_nothing_or_the_impossible_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        parse_threshold(written)
