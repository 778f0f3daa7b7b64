"""Cells in S-FEEL: what they mean, what is refused, and that every one ends quickly."""

import contextlib
import time
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.decisions.computing import Frame
from engine.decisions.feel import compile_entry, compile_test
from engine.decisions.terms import Term, written
from engine.errors import ExpressionFailed, ExpressionInvalid
from engine.expressions.limits import LONGEST_SOURCE
from engine.model import Value

SCOPE: Mapping[str, Value] = {
    "limit": 10,
    "rate": Decimal("0.10"),
    "urgent": True,
    "nothing": None,
    "kind": "通知",
    "units": ["AHB", "DQB"],
    "votes.countersign": 3,
    "document": {"kind": "函", "copies": {"main": 2}},
    "received_on": "2026-02-15",
    "deadline": "2026-02-15T09:30:00Z",
    "份数": 19,
}
SECONDS = 2.0


def holds(cell: str, value: Term, scope: Mapping[str, Value] = SCOPE) -> bool:
    return compile_test(cell).holds(Frame(scope, subject=value))


def value_of(source: str, scope: Mapping[str, Value] = SCOPE) -> Value:
    return written(compile_entry(source).term(Frame(scope)))


@pytest.mark.parametrize(
    ("cell", "met", "missed"),
    [
        ("-", [1, None, "a", True, []], []),
        ("", [1, None], []),
        ("5", [5, Decimal("5.0")], [4, "5", True, None]),
        ("0.1", [Decimal("0.1"), Decimal("0.10")], [Decimal("0.1000001")]),
        ("-5", [-5], [5]),
        ('"通知"', ["通知"], ["通", None, 1]),
        (r'"a\"b\\c"', ['a"b\\c'], ["a"]),
        ("true", [True], [False, 1, "true", None]),
        ("false", [False], [True, 0, None]),
        ("null", [None], [0, "", False]),
        ("< 10", [9, -1, Decimal("9.99")], [10, 11, None]),
        ("<= limit", [10], [11]),
        ("> limit + 5", [16], [15]),
        (">= 5", [5], [4]),
        ("= 5", [5], [6, None]),
        ("!= 5", [6, None, "5"], [5]),
        ("[1..10]", [1, 5, 10], [0, 11, None]),
        ("(1..10]", [2, 10], [1]),
        ("]1..10[", [2, 9], [1, 10]),
        ("[1..10)", [1, 9], [10]),
        ("[1..limit*2]", [20], [21]),
        ("[-3..-1]", [-2], [0]),
        ("1,5,7", [1, 5, 7], [2, 6, None]),
        ('"a","b"', ["a", "b"], ["c"]),
        ("1, [5..7], > 100", [1, 6, 101], [2, 100]),
        ("not(1,5)", [2, None], [1, 5]),
        ("not([1..10])", [11], [5, None]),
        ("not(< 10)", [10], [9, None]),
        ("not(1), 1", [1, 2], []),
        ("? > 3", [4], [3]),
        ("? > 3 and ? < limit", [4], [3, 10]),
        ("? = 1 or ? = 2", [2], [3]),
        ("? in (1, [3..4])", [1, 4], [2]),
        ("? between 1 and 3", [1, 3], [0, 4]),
        ("if urgent then ? > 3 else ? > 9", [4], [3]),
        ("urgent", [True], [False]),
        ("urgent and not(limit = 3)", ["whatever"], []),
        ("limit = 3", [], [3, True]),
        ("kind", ["通知"], ["函"]),
        ("units", ["AHB", ["AHB", "DQB"]], ["CWB"]),
        ('contains(?, "AHB")', [["AHB"]], [["DQB"]]),
        ("(3)", [3], [4]),
        ("(3), 4", [3, 4], [5]),
        ("[3, 4]", [3, 4], [5]),
        ("${cellInput == 3}", [], [3]),
        ("${limit > 3}", [0], []),
        ("${limit}", [10], [9]),
        ('date("2026-02-15")', ["2026-02-15", "2026-02-15T00:00:00"], ["2026-02-16", None]),
        ('< date("2026-02-15")', ["2026-02-14", "2025-12-31"], ["2026-02-15", None]),
        ('[date("2026-02-01")..date("2026-02-28")]', ["2026-02-01", "2026-02-28"], ["2026-03-01"]),
        ('> date and time("2026-02-15T09:00:00Z")', ["2026-02-15T17:00:01+08:00"], ["2026-02-15T17:00:00+08:00"]),
        ('>= date and time("2026-02-15T00:00:00")', ["2026-02-15"], ["2026-02-14"]),
        ('>= date and time("2026-02-15T00:00:00+08:00")', ["2026-02-15"], ["2026-02-14"]),
        ('>= date("2026-02-15")', ["2026-02-15T00:00:00+08:00"], ["2026-02-14T23:59:59+08:00"]),
        ('> @"2026-02-15"', ["2026-02-16"], ["2026-02-15"]),
        ("> date(received_on)", ["2026-02-16"], ["2026-02-15"]),
        ('<= duration("P3D")', ["P2D", "PT72H"], ["P4D"]),
        ('<= date(received_on) + duration("P3D")', ["2026-02-18"], ["2026-02-19"]),
    ],
)
def test_a_cell_is_met(cell: str, met: list[Value], missed: list[Value]) -> None:
    scope = {**SCOPE, "cellInput": 4}
    assert [value for value in met if not holds(cell, value, scope)] == []
    assert [value for value in missed if holds(cell, value, scope)] == []


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("", None),
        ("1.50", Decimal("1.5")),
        (".5", Decimal("0.5")),
        ("2 * (3 + 4) - 10 / 4", Decimal("11.5")),
        ("1 - 2 - 3", -4),
        ("limit * rate", 1),
        ("--limit", 10),
        ("- (limit + 1)", -11),
        ('"第" + "一"', "第一"),
        ("[1, limit, kind]", [1, 10, "通知"]),
        ("votes.countersign", 3),
        ("document.kind", "函"),
        ("document . copies.main", 2),
        ("份数 + 1", 20),
        ("limit > 3", True),
        ("nothing > 3", None),
        ("nothing = null", True),
        ("nothing > 3 or true", True),
        ("nothing > 3 and false", False),
        ("limit in units", False),
        ('"AHB" in units', True),
        ("limit in ]9..10]", True),
        ("if nothing > 3 then 1 else 2", 2),
        ("max(1, limit)", 10),
        ("round(rate, 1)", Decimal("0.1")),
        ("count(units)", 2),
        ("${limit * 2}", 20),
        ('date("2026-02-15")', "2026-02-15"),
        ('date and time("2026-02-15")', "2026-02-15T00:00:00"),
        ("date and time(deadline)", "2026-02-15T09:30:00Z"),
        ("date(deadline)", "2026-02-15"),
        ("date(nothing)", None),
        ('received_on + duration("P2W")', "2026-03-01"),
        ('duration("P1D") + duration("PT1H")', "P1DT1H"),
        ('date("2026-03-01") - received_on', "P14D"),
        ('date("2026-03-01") - duration("P1D")', "2026-02-28"),
        ('- duration("PT90M")', "-PT1H30M"),
        ('[date("2026-02-15")]', ["2026-02-15"]),
    ],
)
def test_an_expression_has_its_value(source: str, value: Value) -> None:
    result = value_of(source)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("'a'", "双引号"),
        ("“通知”", "双引号"),
        ('"通知"，"函"', "全角"),
        ("＜ 5", "全角"),
        ('"a', "文字"),
        (r'"\x41"', "文字"),
        ("1..10", "不是可以识别"),
        ("[1..10", "不是可以识别"),
        ("[1,10", "不是可以识别"),
        ("]1,10[", "不是可以识别"),
        ("1,", "不是可以识别"),
        ("1,,2", "不是可以识别"),
        ("> ", "不是可以识别"),
        ("== 5", "不是可以识别"),
        ("a b", "不是可以识别"),
        ("5 -", "不是可以识别"),
        ("not(5", "不是可以识别"),
        ("not(urgent) and limit = 3", "not(…)"),
        ("2 ** 3", "不是可以识别"),
        ("{a: 1}", "不能使用"),
        ("x[1]", "不是可以识别"),
        ("__class__", "名称"),
        ("x.__class__", "名称"),
        ("exec(1)", "没有函数 exec"),
        ("${exec(1)}", "没有函数 exec"),
        ("${1 +}", "不是可以识别"),
        ('date("2026-02-30")', "不是有效的日期"),
        ('date("15.2.2026")', "不是日期"),
        ("date(1, 2, 3)", "不能使用"),
        ('duration("P1M")', "年和月"),
        ('@"soon"', "不是日期"),
        ("1" * 31, "数字太大"),
        ("(" * 30 + "1" + ")" * 30, "太复杂"),
        ("1" + "+1" * 400, "太复杂"),
        ("1" * (LONGEST_SOURCE + 1), "太长"),
    ],
)
def test_what_is_no_cell_is_refused_with_its_reason(cell: str, reason: str) -> None:
    with pytest.raises(ExpressionInvalid) as refused:
        compile_test(cell)
    assert reason in refused.value.reason


def test_a_question_mark_belongs_into_an_input_cell_only() -> None:
    with pytest.raises(ExpressionInvalid) as refused:
        compile_entry("1 + ?")
    assert refused.value.column == 5
    assert compile_entry("limit in (? > 3)").term(Frame(SCOPE)) is True


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("unheard + 1", "没有变量 unheard"),
        ("document.unheard", "没有变量 document.unheard"),
        ("kind.length", "没有变量 kind.length"),
        ("kind + 1", "不能当作数字"),
        ("nothing + 1", "不能当作数字"),
        ("urgent + 1", "不能当作数字"),
        ("limit < kind", "不能当作数字"),
        ("urgent < true", "不能当作数字"),
        ("1 / (limit - 10)", "除数为零"),
        ("limit and urgent", "不能当作条件"),
        ("if kind then 1 else 2", "不能当作条件"),
        ('kind > date("2026-02-15")', "不是日期"),
        ('limit = date("2026-02-15")', "不是日期"),
        ('received_on * duration("P1D")', "不能用"),
        ('date("9999-12-31") + duration("P1D")', "超出范围"),
        ('date and time("2026-02-15T08:00:00") < deadline', "时区"),
        ("max(units)", "不能这样使用"),
        ("${unheard}", "没有变量 unheard"),
    ],
)
def test_what_cannot_be_evaluated_fails_with_its_reason(source: str, reason: str) -> None:
    with pytest.raises(ExpressionFailed) as failed:
        value_of(source)
    assert reason in failed.value.reason


numbers = st.decimals(-1000, 1000, places=2) | st.integers(-20, 20)


@given(low=numbers, high=numbers, value=numbers, opening=st.sampled_from("[(]"), closing=st.sampled_from("])["))
def test_a_range_agrees_with_plain_comparison(
    low: Decimal, high: Decimal, value: Decimal, opening: str, closing: str
) -> None:
    above = value >= low if opening == "[" else value > low
    below = value <= high if closing == "]" else value < high
    assert holds(f"{opening}{low}..{high}{closing}", value) == (above and below)


@given(low=st.dates(), high=st.dates(), value=st.dates())
def test_a_range_of_dates_agrees_with_plain_comparison(low: object, high: object, value: object) -> None:
    assert holds(f'[date("{low}")..date("{high}")]', str(value)) == (low <= value <= high)  # type: ignore[operator]


@given(values=st.lists(numbers, min_size=1, max_size=8), value=numbers)
def test_a_list_is_met_by_its_values_and_its_negation_by_all_others(values: list[Decimal], value: Decimal) -> None:
    cell = ", ".join(map(str, values))
    assert holds(cell, value) == (value in values)
    assert holds(f"not({cell})", value) == (value not in values)


@given(value=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), other=st.text(max_size=5))
def test_a_text_is_met_by_itself_alone(value: str, other: str) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    assert holds(f'"{quoted}"', value)
    assert holds(f'"{quoted}"', other) == (value == other)


PIECES = (
    '? - + * / < <= > >= = != ( ) [ ] .. , not( and or if then else in between date( duration("P1D") @"2026-02-15" 1 2.5 '
    'true null "a" limit kind units nothing received_on document.kind ${limit} ${ } # ， “ 份数 \\ " 99999999999999999999999'
).split()
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=12) | st.sampled_from(["2026-02-15", "P1D", "AHB"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@settings(max_examples=600)
@given(pieces=st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25), value=values)
@example(pieces=["1", "in", "(", "? ", "in", "(", "1..2", ")", ")"], value=1)
def test_any_text_is_refused_or_has_a_value_or_fails_as_declared(pieces: list[str], value: Value) -> None:
    source = " ".join(pieces)
    for compiled in (compile_test, compile_entry):
        try:
            cell = compiled(source)
        except ExpressionInvalid:
            continue
        try:
            cell.term(Frame(SCOPE, subject=value))
        except ExpressionFailed:
            continue


HOSTILE = {
    "brackets": "(" * LONGEST_SOURCE,
    "ranges never closed": "[1.." * (LONGEST_SOURCE // 4),
    "ranges in tests in ranges": "? in (" * 300 + "1" + ")" * 300,
    "negations": "not(" * 500,
    "signs": "-" * 300 + "1",
    "spaces": "a" + " " * (LONGEST_SOURCE - 2) + "b",
    "dots": "a." * (LONGEST_SOURCE // 2),
    "quotes": '"' + "\\" * (LONGEST_SOURCE - 2),
    "commas": "1," * 199 + "1",
    "choices": "if true then " * 100,
    "products": "9" * 29 + ("*" + "9" * 29) * 60,
    "sums of texts": "text" + "+text" * 190,
    "comparisons of lists": "many = many" + " or many = many" * 60,
    "long names": "名" * LONGEST_SOURCE,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_text_ends_quickly(name: str) -> None:
    scope: dict[str, Value] = {"text": "长" * 50_000, "many": [0] * 50_000}
    before = time.perf_counter()
    with contextlib.suppress(ExpressionInvalid, ExpressionFailed):
        compile_test(HOSTILE[name]).term(Frame(scope, subject=1))
    assert time.perf_counter() - before < SECONDS
