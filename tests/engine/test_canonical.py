"""The canonical form is that of RFC 8785, as an independent implementation writes it, and loses nothing."""

from decimal import Decimal

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine import canonical

KEYS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8).filter(
    lambda key: not key.startswith("$")
)
INTEGERS = st.integers(-canonical.EXACT_INTEGER, canonical.EXACT_INTEGER)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)


@given(PLAIN)
def test_it_is_what_rfc_8785_says(value: object) -> None:
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(st.recursive(PLAIN | DECIMALS | st.integers(), lambda inner: st.lists(inner, max_size=4)))
def test_it_comes_back_equal_and_is_written_the_same_again(value: object) -> None:
    written = canonical.encode(value)
    assert canonical.decode(written) == value
    assert canonical.encode(canonical.decode(written)) == written


@pytest.mark.parametrize("value", [1.5, {"$decimal": "1"}, {"\U0001f600": 1}, Decimal("NaN"), {1: 2}, object()])
def test_what_has_no_one_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical.encode(value)
