"""What differs between two texts: nothing is lost, and nothing takes minutes."""

import time

from hypothesis import given
from hypothesis import strategies as st

from workflows.comparison import ADDED, CHANGED, REMOVED, SAME, Part, compare, differs

TEXTS = st.lists(st.text(alphabet="甲乙丙12a ，。", max_size=12), max_size=8)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_their_comparison(old: list[str], new: list[str]) -> None:
    found = compare(old, new)
    before = ["".join(part.text for part in one.parts if part.change != ADDED) for one in found if one.change != ADDED]
    after = [
        "".join(part.text for part in one.parts if part.change != REMOVED) for one in found if one.change != REMOVED
    ]
    assert before == old
    assert after == new


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: list[str]) -> None:
    assert not differs(compare(text, text))


def test_figures_and_latin_words_are_compared_as_wholes() -> None:
    [one] = compare(["春节2月15日放假，见 notice。"], ["春节2月16日放假，见 notice。"])
    assert one.change == CHANGED
    assert [part for part in one.parts if part.change != SAME] == [Part(REMOVED, "15"), Part(ADDED, "16")]


def test_paragraphs_that_have_nothing_in_common_are_not_mixed() -> None:
    found = compare(["特此通知。"], ["联系人：葛星遥"])
    assert [one.change for one in found] == [REMOVED, ADDED]


def test_a_text_made_to_take_long_is_shown_as_a_whole() -> None:
    begun = time.perf_counter()
    found = compare(["甲乙" * 20_000, "x"], ["乙甲" * 20_000, "y"])
    assert {one.change for one in found} == {REMOVED, ADDED}
    compare([f"第{one % 3}条" for one in range(3000)], [f"第{one % 2}条" for one in range(3000)])
    assert time.perf_counter() - begun < 20
