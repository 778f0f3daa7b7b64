"""Decisions: hit policies, types, requirements, and the shapes of results."""

import itertools
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import canonical
from engine.decisions.errors import (
    CellFailed,
    DecisionFailed,
    InputRefused,
    OutputRefused,
    ResultUnfit,
    RulesContradict,
)
from engine.decisions.evaluation import decide
from engine.decisions.mapping import MAPPINGS, mapped
from engine.decisions.model import DecisionResult
from engine.model import Value
from engine.spiff.dmn import findings, read_decisions
from tests.decision_files import MODELER, decision, definitions, literal

SECONDS = 5.0


def result_of(body: str, key: str = "d", **scope: Value) -> DecisionResult:
    content = definitions(body)
    assert [one for one in findings("d.dmn", content) if one.severity == "error"] == []
    return decide(read_decisions("d.dmn", content)[key], scope)


def value_of(body: str, key: str = "d", **scope: Value) -> Value:
    return mapped(result_of(body, key, **scope))


ROWS = ['< 5 | "small"', '[5..10] | "middle"', '> 8 | "large"']


@pytest.mark.parametrize(
    ("policy", "x", "value"),
    [
        ("UNIQUE", 3, "small"),
        ("UNIQUE", 7, "middle"),
        ("UNIQUE", None, None),
        ("FIRST", 9, "middle"),
        ("FIRST", 11, "large"),
        ("FIRST", None, None),
        ("ANY", 11, "large"),
        ("ANY", None, None),
        ("RULE ORDER", 9, ["middle", "large"]),
        ("RULE ORDER", None, []),
        ("COLLECT", 9, ["middle", "large"]),
        ("COLLECT", 3, ["small"]),
        ("COLLECT", None, []),
        ("COLLECT +COUNT", 9, 2),
        ("COLLECT +COUNT", None, 0),
    ],
)
def test_a_hit_policy_chooses(policy: str, x: Value, value: Value) -> None:
    assert value_of(decision(ROWS, policy), x=x) == value


@pytest.mark.parametrize(
    ("aggregation", "x", "value"),
    [
        ("SUM", 9, Decimal("0.3")),
        ("SUM", 0, Decimal("0.1")),
        ("SUM", None, None),
        ("MIN", 9, Decimal("0.1")),
        ("MAX", 9, Decimal("0.2")),
        ("MAX", None, None),
        ("COUNT", 9, 2),
    ],
)
def test_an_aggregation_is_exact(aggregation: str, x: Value, value: Value) -> None:
    rows = [">= 0 | 0.1", "> 5 | 0.2"]
    assert value_of(decision(rows, f"COLLECT +{aggregation}", outputs=["y:number"]), x=x) == value


def test_what_is_no_number_cannot_be_summed() -> None:
    with pytest.raises(ResultUnfit, match="不能当作数字"):
        value_of(decision(['- | "a"'], "COLLECT +SUM"), x=1)


def test_two_rules_of_a_unique_table_contradict_and_are_named() -> None:
    with pytest.raises(RulesContradict) as refused:
        value_of(decision(ROWS), x=9)
    assert refused.value.rules == (2, 3)
    assert refused.value.decision == "d"
    assert "规则 2、3 同时符合" in refused.value.reason


def test_any_accepts_the_same_outputs_and_no_others() -> None:
    rows = ['< 5 | "low" | 1', '< 3 | "low" | 1.0', '< 2 | "low" | true']
    body = decision(rows, "ANY", outputs=["y", "z"])
    assert value_of(body, x=2) == {"y": "low", "z": 1}
    with pytest.raises(RulesContradict) as refused:
        value_of(body, x=1)
    assert refused.value.rules == (1, 2, 3)


RANKED = ['- | "normal" | 1', '> 5 | "urgent" | 2', '> 5 | "urgent" | 3', '> 8 | "secret" | 4']


@pytest.mark.parametrize(
    ("policy", "x", "value"),
    [
        ("PRIORITY", 1, {"y": "normal", "z": 1}),
        ("PRIORITY", 9, {"y": "secret", "z": 4}),
        ("PRIORITY", 6, {"y": "urgent", "z": 2}),
        (
            "OUTPUT ORDER",
            9,
            [{"y": "secret", "z": 4}, {"y": "urgent", "z": 2}, {"y": "urgent", "z": 3}, {"y": "normal", "z": 1}],
        ),
    ],
)
def test_priority_follows_the_order_of_the_allowed_outputs(policy: str, x: Value, value: Value) -> None:
    outputs = ['y:string = "secret","urgent","normal"', "z"]
    assert value_of(decision(RANKED, policy, outputs=outputs), x=x) == value


def test_of_two_ranked_outputs_the_left_one_comes_first() -> None:
    rows = ['- | 1 | "b"', '- | 2 | "a"', '- | 1 | "a"']
    body = decision(rows, "OUTPUT ORDER", outputs=["y = 1,2", 'z = "a","b"'])
    assert value_of(body, x=0) == [{"y": 1, "z": "a"}, {"y": 1, "z": "b"}, {"y": 2, "z": "a"}]


@pytest.mark.parametrize(
    ("policy", "value"), [("UNIQUE", "none"), ("COLLECT", ["none"]), ("COLLECT +COUNT", "none"), ("FIRST", "none")]
)
def test_a_default_stands_in_where_nothing_matches(policy: str, value: Value) -> None:
    assert value_of(decision(['> 5 | "a"'], policy, outputs=['y; "none"']), x=1) == value


def test_outputs_without_a_default_are_null_where_nothing_matches() -> None:
    assert value_of(decision(["> 5 | 1 | 2"], outputs=["y; 0", "z"]), x=1) == {"y": 0, "z": None}


def test_all_columns_of_a_rule_must_be_met() -> None:
    rows = ['"请示" | > 10 | 1', '"请示" | <= 10 | 2', "- | - | 3"]
    body = decision(rows, "FIRST", inputs=["kind", "copies"])
    pairs = [("请示", 11), ("请示", 10), ("函", 11)]
    assert [value_of(body, kind=kind, copies=copies) for kind, copies in pairs] == [1, 2, 3]


def test_entries_and_inputs_may_calculate() -> None:
    body = decision(["[1..limit] | x * rate + bonus"], inputs=["x / 2"])
    assert value_of(body, x=10, limit=5, rate=Decimal("0.1"), bonus=1) == 2


def test_a_table_without_inputs_always_matches() -> None:
    assert value_of(decision(["7"], inputs=[])) == 7


def test_a_condition_of_the_house_sees_the_input() -> None:
    body = decision(["${cellInput > 3 && urgent} | ${x * 2}"])
    assert value_of(body, x=4, urgent=True) == 8
    assert value_of(body, x=4, urgent=False) is None


@pytest.mark.parametrize(
    ("kind", "fits", "unfit"),
    [
        ("string", ["a", None], [1, True, ["a"]]),
        ("number", [1, Decimal("1.5"), None], ["1", True]),
        ("double", [1, Decimal("1.5")], ["1"]),
        ("integer", [1, Decimal(2)], [Decimal("1.5"), "1", True]),
        ("long", [1], [Decimal("1.5")]),
        ("boolean", [True, False], [1, "true"]),
        ("date", ["2026-02-15", "2026-02-15T08:00:00Z"], ["15.2.2026", "2026-02-30", 20260215, "20260215"]),
    ],
)
def test_values_must_be_of_the_type_of_their_column(kind: str, fits: list[Value], unfit: list[Value]) -> None:
    asked, given_out = decision(["- | 1"], inputs=[f"x:{kind}"]), decision(["- | x"], outputs=[f"y:{kind}"])
    for value in fits:
        assert value_of(asked, x=value) == 1
        assert value_of(given_out, x=value) == value
    for value in unfit:
        with pytest.raises(InputRefused):
            value_of(asked, x=value)
        with pytest.raises(OutputRefused):
            value_of(given_out, x=value)


def test_a_date_column_compares_days_however_they_are_written() -> None:
    body = decision(['date("2026-02-15") | date("2026-03-01")'], inputs=["x:date"], outputs=["y:date"])
    assert value_of(body, x="2026-02-15T00:00:00") == "2026-03-01"


def test_values_must_be_among_those_allowed() -> None:
    body = decision(["- | x"], inputs=["x = [1..5]"], outputs=["y = 1,2,3"])
    assert value_of(body, x=3) == 3
    assert value_of(body, x=None) is None
    with pytest.raises(InputRefused, match="不在允许的输入值"):
        value_of(body, x=6)
    with pytest.raises(OutputRefused, match="不在允许的输出值"):
        value_of(body, x=4)


@pytest.mark.parametrize(
    ("row", "column", "rule", "reason"),
    [
        ("unheard | 1", "x", 1, "没有变量 unheard"),
        ("- | unheard", "y", 1, "没有变量 unheard"),
        ("- | 1 / (x - 1)", "y", 1, "除数为零"),
        ('< "a" | 1', "x", 1, "不能当作数字"),
    ],
)
def test_a_failure_says_where(row: str, column: str, rule: int, reason: str) -> None:
    with pytest.raises(CellFailed) as failed:
        value_of(decision([row]), x=1)
    assert (failed.value.decision, failed.value.column, failed.value.rule) == ("d", column, rule)
    assert reason in failed.value.reason


def test_a_missing_input_is_a_failure_of_its_column() -> None:
    with pytest.raises(CellFailed) as failed:
        value_of(decision(["- | 1"]))
    assert (failed.value.column, failed.value.rule) == ("x", 0)


@pytest.mark.parametrize(
    ("policy", "outputs", "shapes"),
    [
        ("FIRST", ["y"], {None: 1, "singleEntry": 1, "singleResult": {"y": 1}, "collectEntries": [1]}),
        ("FIRST", ["y", "z"], {None: {"y": 1, "z": 2}, "singleResult": {"y": 1, "z": 2}}),
        ("COLLECT", ["y"], {None: [1, 3], "collectEntries": [1, 3], "resultList": [{"y": 1}, {"y": 3}]}),
        ("COLLECT", ["y", "z"], {None: [{"y": 1, "z": 2}, {"y": 3, "z": 4}]}),
        ("COLLECT +SUM", ["y"], {None: 4, "singleEntry": 4, "singleResult": {"y": 4}, "resultList": [{"y": 4}]}),
    ],
)
def test_a_result_takes_the_shape_asked_for(
    policy: str, outputs: Sequence[str], shapes: Mapping[str | None, Value]
) -> None:
    rows = ["- | 1 | 2", "- | 3 | 4"] if len(outputs) == 2 else ["- | 1", "- | 3"]
    result = result_of(decision(rows, policy, outputs=outputs), x=0)
    assert {shape: mapped(result, shape) for shape in shapes} == shapes


def test_a_shape_without_room_is_refused() -> None:
    several = result_of(decision(["- | 1 | 2", "- | 3 | 4"], "COLLECT", outputs=["y", "z"]), x=0)
    for shape in ("singleEntry", "singleResult", "collectEntries"):
        with pytest.raises(ResultUnfit):
            mapped(several, shape)
    with pytest.raises(ValueError, match="most"):
        mapped(several, "most")


@pytest.mark.parametrize(
    ("shape", "value"),
    [(None, None), ("singleEntry", None), ("singleResult", None), ("collectEntries", []), ("resultList", [])],
)
def test_nothing_has_a_shape_too(shape: str | None, value: Value) -> None:
    assert mapped(result_of(decision(["> 5 | 1"]), x=0), shape) == value
    assert shape is None or shape in MAPPINGS


def test_a_result_names_the_rules_that_matched() -> None:
    assert result_of(decision(ROWS, "COLLECT"), x=9).rules == ("r2", "r3")
    assert result_of(decision(ROWS, "FIRST"), x=9).rules == ("r2",)


def test_a_decision_uses_those_it_requires() -> None:
    body = (
        decision(['> 100 | "large" | 3', '<= 100 | "small" | 1'], key="size", outputs=["grade", "weight"])
        + literal("weight * 2", key="doubled", variable="double", requires=["size"])
        + decision(
            ['"large" | 6 | "principal"', "- | - | grade"], "FIRST", ["grade", "double"], requires=["doubled", "size"]
        )
        + decision(["- | size"], inputs=["double"], key="whole", requires=["doubled", "size"])
    )
    assert value_of(body, x=101) == "principal"
    assert value_of(body, x=5) == "small"
    assert value_of(body, "whole", x=5) == {"grade": "small", "weight": 1}


def test_a_required_result_hides_a_variable_and_a_list_stays_one() -> None:
    body = decision(ROWS, "COLLECT", key="sizes", outputs=["found"]) + decision(
        ["> 1 | found"], inputs=["count(found)"], requires=["sizes"]
    )
    assert value_of(body, x=9, found="hidden") == ["middle", "large"]


def test_a_decision_is_blind_to_what_it_does_not_require() -> None:
    body = decision(["- | 1"], key="other", outputs=["secret"]) + decision(["- | secret"])
    with pytest.raises(CellFailed, match="没有变量 secret"):
        value_of(body, x=1)


def test_a_diamond_is_decided_once_at_each_corner() -> None:
    """Each level requires the one below twice over; without memory the last would take 2 ** 19 decisions."""
    body = decision(["- | x"], key="c0", outputs=["v0"]) + decision(["- | x"], key="e0", outputs=["w0"])
    for level in range(1, 20):
        below = [f"c{level - 1}", f"e{level - 1}"]
        sum_of_both = f"v{level - 1} + w{level - 1}"
        body += decision([f"- | {sum_of_both}"], key=f"c{level}", outputs=[f"v{level}"], requires=below)
        body += decision([f"- | {sum_of_both}"], key=f"e{level}", outputs=[f"w{level}"], requires=below)
    assert value_of(body, "c19", x=1) == 2**19


def test_an_expression_alone_is_a_decision_of_its_type() -> None:
    body = literal("x + 1", kind='typeRef="integer"')
    assert value_of(body, x=1) == 2
    with pytest.raises(OutputRefused):
        value_of(body, x=Decimal("0.5"))


@pytest.mark.parametrize(
    ("document_type", "copies", "issued_on", "value"),
    [
        ("请示", 1, "2026-02-15", {"signatory": "principal", "countersign": True}),
        ("通知", 51, "2026-12-31", {"signatory": "leader", "countersign": True}),
        ("通知", 50, "2026-02-15", {"signatory": "office_director", "countersign": False}),
        ("函", 500, "2027-01-01", {"signatory": "office_director", "countersign": False}),
    ],
)
def test_a_file_of_the_modeler_decides(document_type: str, copies: int, issued_on: str, value: Value) -> None:
    scope: dict[str, Value] = {"document_type": document_type, "copies": copies, "issued_on": issued_on}
    assert mapped(decide(read_decisions("signatory.dmn", MODELER)["signatory"], scope)) == value


ends = st.tuples(st.integers(0, 12), st.integers(0, 12))


@given(ranges=st.lists(ends, min_size=1, max_size=6), x=st.integers(0, 12))
def test_a_unique_table_contradicts_if_and_only_if_two_rules_match(ranges: list[tuple[int, int]], x: int) -> None:
    rows = [f"[{low}..{high}] | {at}" for at, (low, high) in enumerate(ranges, 1)]
    expected = [at for at, (low, high) in enumerate(ranges, 1) if low <= x <= high]
    if len(expected) > 1:
        with pytest.raises(RulesContradict) as refused:
            value_of(decision(rows), x=x)
        assert list(refused.value.rules) == expected
    else:
        assert value_of(decision(rows), x=x) == (expected[0] if expected else None)


@given(ranges=st.lists(ends, min_size=1, max_size=6), x=st.integers(0, 12))
def test_the_policies_agree_with_each_other(ranges: list[tuple[int, int]], x: int) -> None:
    rows = [f"[{low}..{high}] | {at}" for at, (low, high) in enumerate(ranges, 1)]
    found: Any = {policy: value_of(decision(rows, policy), x=x) for policy in ("FIRST", "COLLECT", "RULE ORDER")}
    assert (
        found["COLLECT"] == found["RULE ORDER"] == [at for at, (low, high) in enumerate(ranges, 1) if low <= x <= high]
    )
    assert found["FIRST"] == (found["COLLECT"][0] if found["COLLECT"] else None)
    totals = {one: value_of(decision(rows, f"COLLECT +{one}"), x=x) for one in ("SUM", "MIN", "MAX", "COUNT")}
    listed = found["COLLECT"]
    assert totals["COUNT"] == len(listed)
    if listed:
        assert (totals["SUM"], totals["MIN"], totals["MAX"]) == (sum(listed), min(listed), max(listed))


cells = st.sampled_from(
    ["-", "1", "< 3", '"a"', "[1..2]", "not(1)", "${x}", "y", 'date("2026-02-15")', "? + 1", "null"]
)
entries = st.sampled_from(["1", '"a"', "x", "x + 1", "y", "1 / x", "", "[x, 1]", 'duration("P1D")', "${x > 1}"])
values = st.sampled_from([None, True, 0, 1, Decimal("1.5"), "a", "2026-02-15", [1], {"k": 1}])
POLICIES = ["UNIQUE", "FIRST", "ANY", "RULE ORDER", "COLLECT", "COLLECT +SUM", "COLLECT +MAX", "COLLECT +COUNT"]


@settings(max_examples=200)
@given(
    rows=st.lists(st.tuples(cells, entries).map(" | ".join), min_size=1, max_size=4),
    policy=st.sampled_from(POLICIES),
    kinds=st.tuples(*[st.sampled_from(["", ":string", ":integer", ":date"])] * 2),
    x=values,
    y=values,
)
def test_a_decision_comes_to_a_storable_value_or_fails_as_declared(
    rows: list[str], policy: str, kinds: tuple[str, str], x: Value, y: Value
) -> None:
    content = definitions(decision(rows, policy, [f"x{kinds[0]}"], [f"y{kinds[1]}"]))
    if any(one.severity == "error" for one in findings("d.dmn", content)):
        return
    try:
        result = decide(read_decisions("d.dmn", content)["d"], {"x": x, "y": y})
    except DecisionFailed:
        return
    for shape in (None, *MAPPINGS):
        try:
            canonical.encode(mapped(result, shape))
        except ResultUnfit:
            continue


def test_the_work_of_a_decision_is_bounded() -> None:
    """A thousand cells that each walk through a long list are stopped, not carried out."""
    many: list[Value] = [0] * 20_000
    for cell in ("many", "contains(many, ?)", "${contains(many, x)}", "? = 2 or many = many"):
        body = decision([f"{cell} | 1"] * 1_000, "COLLECT")
        before = time.perf_counter()
        with pytest.raises(CellFailed, match="运算量太大"):
            value_of(body, x=1, many=many)
        assert time.perf_counter() - before < SECONDS


def test_the_size_of_a_result_is_bounded() -> None:
    long: Value = "长" * 60_000
    with pytest.raises(ResultUnfit, match="结果太长"):
        value_of(decision(["- | x", "- | x"], "COLLECT"), x=long)


def test_a_large_table_is_decided_quickly() -> None:
    rows = [f"{at} | {a} | {at * 2 + a}" for at, a in itertools.product(range(1_500), range(2))]
    body = decision(rows, inputs=["x", "a"])
    decisions = read_decisions("d.dmn", definitions(body))
    before = time.perf_counter()
    assert mapped(decide(decisions["d"], {"x": 1_499, "a": 1})) == 2_999
    assert time.perf_counter() - before < SECONDS
