"""The order in which cases are drawn: by a seed that anybody can use again, and by risk before it."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.samples.drawing import drawn, population_digest, scored
from workflows.samples.values import Size

CASES = [f"case-{number}" for number in range(200)]


def test_a_sample_is_what_its_algorithm_says_whoever_computes_it() -> None:
    by_hand = sorted(CASES, key=lambda one: hashlib.sha256(f"甲\n{one}".encode()).hexdigest())[:10]
    assert drawn("甲", CASES, 10) == by_hand


@settings(max_examples=25)
@given(st.text(max_size=20), st.permutations(CASES[:30]), st.integers(0, 40))
def test_the_order_of_the_population_and_the_size_change_nothing_of_who_comes_first(
    seed: str, mixed: list[str], size: int
) -> None:
    whole = drawn(seed, CASES[:30], 30)
    assert drawn(seed, mixed, size) == whole[:size]
    assert sorted(whole) == sorted(CASES[:30])


def test_another_seed_gives_another_sample() -> None:
    assert drawn("甲", CASES, 20) != drawn("乙", CASES, 20)


def test_risk_comes_first_and_the_seed_decides_among_equals() -> None:
    scores = {"case-7": 3, "case-9": 8, "case-11": 3}
    first = drawn("甲", CASES, 5, scores)
    assert first[0] == "case-9"
    assert set(first[1:3]) == {"case-7", "case-11"}
    assert first[1:3] == [one for one in drawn("甲", CASES, 200) if one in {"case-7", "case-11"}]
    assert first[3:] == drawn("甲", [one for one in CASES if one not in scores], 2)


def test_each_deviation_weighs_as_often_as_it_occurs_and_a_kind_without_weight_nothing() -> None:
    assert scored(["overdue", "overdue", "voided"], {"overdue": 2}) == 4


def test_the_digest_of_a_population_tells_another_population_but_no_other_order() -> None:
    assert population_digest(CASES) == population_digest(reversed(CASES))
    assert population_digest(CASES) != population_digest(CASES[1:])


@pytest.mark.parametrize(
    ("size", "population", "wanted"),
    [
        (Size(count=5), 200, 5),
        (Size(count=5), 3, 3),
        (Size(percent=10), 200, 20),
        (Size(percent=1), 5, 1),
        (Size(percent=1), 0, 0),
    ],
)
def test_a_share_is_rounded_up_and_nothing_is_drawn_twice(size: Size, population: int, wanted: int) -> None:
    assert size.of(population) == wanted
