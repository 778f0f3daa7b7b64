"""A step in seats is decided as its rule says, early in both directions, and keeps what was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.house import House
from engine import countersign
from engine.errors import NobodyToAct
from engine.marking import Tally
from engine.model import InstanceState
from tests.engine.running import Running
from tests.flows import model, seats

ARROWS = """
s_ -> vote
vote -> x_
x_ -> passed: ${passed.vote}
x_ -> failed: ${not passed.vote}
passed -> e_
failed -> e_
"""
PEOPLE = ["luanhaiping", "wanliqing", "zonghuaigu", "tongxueling"]


def opened(house: House, completion: str, **more: str) -> Running:
    case = Running(house, model(ARROWS, {"vote": seats("vote", completion=completion, **more)}))
    case.start(seats=PEOPLE, weights=dict(zip(PEOPLE, (3, 1, 1, 1), strict=True)))
    return case


@pytest.mark.parametrize(
    ("completion", "votes", "outcome"),
    [
        ("all", ["agree", "agree", "agree", "amend"], "passed"),
        ("all", ["disagree", "agree", "agree", "agree"], "failed"),
        ("first", ["agree"], "passed"),
        ("first", ["disagree"], "failed"),
        ("ratio:0.5", ["agree", "agree"], "passed"),
        ("ratio:0.75", ["disagree", "disagree"], "failed"),
        ("count:3", ["agree", "disagree", "agree", "agree"], "passed"),
        ("count:3", ["disagree", "disagree"], "failed"),
        ("weight:0.5", ["agree"], "passed"),
        ("weight:0.6", ["disagree"], "failed"),
    ],
)
def test_a_countersign_ends_as_soon_as_it_is_decided(
    sqlite_house: House, completion: str, votes: list[str], outcome: str
) -> None:
    case = opened(sqlite_house, completion, weights="weights" if "weight" in completion else "")
    for person, decision in zip(PEOPLE, votes, strict=False):
        assert "vote" in case.open_steps()
        case.complete("vote", decision, seat=person)
    assert case.open_steps() == [outcome]
    said = case.variables()["votes.vote"]
    assert [said[person]["decision"] for person in PEOPLE[: len(votes)]] == votes
    cancelled = [item for item in case.items() if item.state == "cancelled"]
    assert len(cancelled) == len(PEOPLE) - len(votes)
    case.assert_replays()


def test_seats_in_sequence_open_one_after_another(sqlite_house: House) -> None:
    case = opened(sqlite_house, "sequence")
    for person in PEOPLE:
        assert [item.seat for item in case.items() if item.state == "open"] == [person]
        case.complete("vote", "agree", seat=person)
    assert case.open_steps() == ["passed"]
    case.assert_replays()


def test_seats_may_be_taken_in_any_order_on_both_databases(house: House) -> None:
    case = opened(house, "all")
    for person in reversed(PEOPLE):
        case.complete("vote", "agree", seat=person)
    assert case.open_steps() == ["passed"]
    case.assert_replays()


def test_a_second_round_starts_with_a_clean_slate(sqlite_house: House) -> None:
    arrows = """
    s_ -> vote
    vote -> ask
    ask -> x_
    x_ -> vote: ${decision == 'revise'}
    x_ -> e_: ${decision == 'agree'}
    """
    case = Running(sqlite_house, model(arrows, {"vote": seats("vote")}))
    case.start(seats=PEOPLE[:2])
    for decision in ("revise", "agree"):
        for person in PEOPLE[:2]:
            case.complete("vote", "agree", seat=person)
        case.complete("ask", decision)
    assert case.state is InstanceState.COMPLETED
    case.assert_replays()


def test_what_only_a_person_may_decide_is_not_passed_by_an_empty_list(sqlite_house: House) -> None:
    case = Running(sqlite_house, model(ARROWS, {"vote": seats("vote", kind="countersign")}))
    with pytest.raises(NobodyToAct):
        case.start(seats=[])


def test_an_empty_list_of_another_kind_has_nothing_to_wait_for(sqlite_house: House) -> None:
    case = Running(sqlite_house, model(ARROWS, {"vote": seats("vote", kind="circulate")}))
    case.start(seats=[])
    assert case.open_steps() == ["passed"]
    case.assert_replays()


@given(
    total=st.integers(1, 30),
    agreed=st.integers(0, 30),
    against=st.integers(0, 30),
    completion=st.sampled_from(["all", "first", "ratio:0.6", "count:3"]),
)
def test_a_rule_that_has_everybodys_vote_is_always_decided(
    total: int, agreed: int, against: int, completion: str
) -> None:
    agreed = min(agreed, total)
    against = min(against, total - agreed)
    outcome = countersign.decided(completion, Tally(total, total - agreed - against, agreed, against))
    if agreed + against == total:
        assert outcome is not None
    if outcome is False and completion != "all":
        assert against > 0 or agreed < 3


@pytest.mark.parametrize("text", ["", "most", "ratio", "ratio:2", "ratio:-1", "count:x", "all:3", "weight:NaN"])
def test_an_unknown_rule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        countersign.parse_completion(text)
