"""Expressions are safe and total: what they accept, what they refuse, and that they end quickly whatever they are given."""

import ast
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import canonical
from engine.errors import ExpressionFailed, ExpressionInvalid
from engine.expressions.functions import VARIABLE_FUNCTIONS
from engine.expressions.language import Literal, compile_expression, compile_script, compile_value
from engine.expressions.limits import LARGEST_NUMBER, LONGEST_SOURCE
from engine.model import Value

SCOPE: Mapping[str, Value] = {
    "decision": "agree",
    "initiator": "gexingyao",
    "units": ["AHB", "DQB"],
    "copies": 19,
    "price": Decimal("1.10"),
    "urgent": True,
    "nothing": None,
    "weights": {"AHB": 2, "DQB": 1},
    "passed.countersign": True,
    "votes.countersign": {"AHB": {"decision": "agree"}},
    "份数": 3,
}
SECONDS = 2.0


def value_of(source: str, scope: Mapping[str, Value] = SCOPE) -> Value:
    return compile_expression(source).evaluate(scope, VARIABLE_FUNCTIONS)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("decision == 'agree'", True),
        ("${decision == 'agree'}", True),
        ("#{ decision != 'agree' }", False),
        ("passed.countersign", True),
        ("passed . countersign", True),
        ("votes.countersign['AHB']['decision']", "agree"),
        ("份数 + 1", 4),
        ("1 < copies <= 19", True),
        ("1 < copies < 19", False),
        ("copies if urgent else 0", 19),
        ("'AHB' in units and 'CWB' not in units", True),
        ("'an' in 'meaning'", True),
        ("units[0]", "AHB"),
        ("units[-1]", "DQB"),
        ("weights['DQB']", 1),
        ("{'a': 1, 'b': [2, (3, 4)]}", {"a": 1, "b": [2, [3, 4]]}),
        ("units + ['CWB']", ["AHB", "DQB", "CWB"]),
        ("'关于' + '放假'", "关于放假"),
        ("nothing is None", True),
        ("nothing == null && urgent == true || false", True),
        ("!urgent", False),
        ("!urgent == false", True),
        ("urgent == !nothing", True),
        ("! (copies == 19)", False),
        ("decision != 'a && b || !c'", True),
        ("'it''s' == 'x'".replace("''", "\\'"), False),
        ("-copies", -19),
        ("+copies", 19),
        ("\n  copies\n  > 3\n", True),
        ("${copies\n\t> 3}", True),
        ("'a}' == '${'", False),
    ],
)
def test_an_expression_has_its_value(source: str, value: Value) -> None:
    result = value_of(source)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("0.1 + 0.2", Decimal("0.3")),
        ("0.12345678901234567890123456789", Decimal("0.12345678901234567890123456789")),
        ("1.50", Decimal("1.5")),
        ("2.0", 2),
        ("1e3", 1000),
        ("price * 3", Decimal("3.3")),
        ("price + 0.9", 2),
        ("6 / 3", 2),
        ("1 / 4", Decimal("0.25")),
        ("1 / 3", Decimal("0.3333333333333333333333333333")),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("7 // -2", -4),
        ("-7 % 3", 2),
        ("7 % -3", -2),
        ("7.5 % 2", Decimal("1.5")),
        ("999999999999999999999999999999 + 0.25", Decimal("999999999999999999999999999999.25")),
        ("round(2.5)", 3),
        ("round(2.345, 2)", Decimal("2.35")),
        ("round(2.50, 2)", Decimal("2.5")),
        ("sum([0.1, 0.2, 1])", Decimal("1.3")),
        ("sum([])", 0),
        ("min(3, 1, 2) + max([3, 1, 2])", 4),
        ("abs(-1.5)", Decimal("1.5")),
    ],
)
def test_arithmetic_is_exact_and_knows_no_float(source: str, value: Value) -> None:
    result = value_of(source)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("count(units)", 2),
        ("count(null)", 0),
        ("count('通知')", 2),
        ("empty(null) and empty('') and empty([]) and empty({})", True),
        ("empty(0) or empty(false) or empty(units)", False),
        ("contains(units, 'AHB')", True),
        ("contains(weights, 'AHB')", True),
        ("contains('办公室', '公')", True),
        ("contains(null, 'AHB')", False),
    ],
)
def test_the_functions_of_the_table_answer(source: str, value: Value) -> None:
    assert value_of(source) == value


@pytest.mark.parametrize(
    "source", ["1 == true", "0 == false", "'1' == 1", "[1] == [true]", "1 in [true]", "{'a': 0} == {'a': false}"]
)
def test_values_of_different_types_are_never_equal(source: str) -> None:
    assert value_of(source) is False


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("missing", "没有变量 missing"),
        ("decision.lower", "没有变量 decision.lower"),
        ("head_of('AHB')", "没有函数 head_of"),
        ("1 / 0", "除数为零"),
        ("0 / 0", "除数为零"),
        ("1 // 0", "除数为零"),
        ("1 % 0.0", "除数为零"),
        ("'a' < 1", "文字不能当作数字"),
        ("true < 2", "是否值不能当作数字"),
        ("true + 1", "是否值不能当作数字"),
        ("null + 1", "空值不能当作数字"),
        ("units * 2", "列表不能当作数字"),
        ("'a' * 1000000000", "文字不能当作数字"),
        ("-'a'", "文字不能当作数字"),
        ("'%s' % 1", "文字不能当作数字"),
        ("1 in 'abc'", "在文字中不能查找数字"),
        ("'a' in null", "在空值中不能查找文字"),
        ("units[2]", "列表中没有这一项"),
        ("units[true]", "列表中没有这一项"),
        ("weights['CWB']", "对照表中没有这一项"),
        ("decision[0]", "文字中没有这一项"),
        ("{1: 2}", "键应当是文字，不能是数字"),
        ("{'$decimal': '1'}", "这个名称不能使用"),
        ("{'😀': 1}", "这个名称不能使用"),
        ("abs([])", "函数 abs 不能这样使用"),
        ("abs()", "函数 abs 不能这样使用"),
        ("abs(true)", "函数 abs 不能这样使用"),
        ("min()", "函数 min 不能这样使用"),
        ("round(1, true)", "函数 round 不能这样使用"),
        ("round(1, 99)", "函数 round 不能这样使用"),
        ("count(1)", "函数 count 不能这样使用"),
        ("contains(1, 1)", "函数 contains 不能这样使用"),
        ("sum(units)", "函数 sum 不能这样使用"),
    ],
)
def test_an_expression_that_does_not_fit_the_values_fails_and_says_why(source: str, reason: str) -> None:
    with pytest.raises(ExpressionFailed) as failed:
        value_of(source)
    assert failed.value.reason == reason
    assert failed.value.expression == source


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os').popen('id')",
        "os.popen('id')",
        "().__class__",
        "''.__class__.__mro__",
        "decision.__class__",
        "__builtins__",
        "a.b()",
        "units[0]()",
        "(lambda: 1)()",
        "lambda: 1",
        "[x for x in units]",
        "{x for x in units}",
        "{x: 1 for x in units}",
        "(x for x in units)",
        "f'{decision}'",
        "f'{decision.__class__}'",
        "'{0.__class__}'.format(decision)",
        "(a := 1)",
        "count(*units)",
        "count(value=units)",
        "count(**weights)",
        "[*units]",
        "{**weights}",
        "{1, 2}",
        "2 ** 3",
        "1 | 2",
        "1 & 2",
        "1 ^ 2",
        "1 << 2",
        "~1",
        "a @ b",
        "units[0:1]",
        "b'bytes'",
        "1j",
        "...",
        "yield",
        "await x",
        "import os",
        "a = 1",
        "a; b",
        "a # comment",
        "a ? b : c",
        "copies gt 1",
        "copies \\\n > 1",
        "'''text'''",
        "'a' 'b'",
        "'\\x41'",
        "'\\ud800'",
        "'\\N{BULLET}'",
        "r'\\d'",
        "'\x00'",
        "\x00",
        "\ud800",
        "",
        "  ",
        "${}",
        "${a}-${b}",
        "(a",
        "a) or (b",
        "'open",
    ],
)
def test_what_is_not_on_the_list_is_refused_before_it_runs(source: str) -> None:
    with pytest.raises(ExpressionInvalid):
        compile_expression(source)


@pytest.mark.parametrize(
    "source", ["ｄecision == 'agree'", "decision＝＝'agree'", "decision == 'agree' and（urgent）", "ﬁle"]
)
def test_a_name_or_sign_that_python_would_silently_rewrite_is_refused(source: str) -> None:
    with pytest.raises(ExpressionInvalid) as refused:
        compile_expression(source)
    assert "全角" in refused.value.reason


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("1 + 2 ** 3", 5),
        ("${份数 + 2 ** 3}", 8),
        ("${ a && 份数 || b.c() }", 15),
        ("'关于' + 'x\\x41'", 8),
        ("份数 ＋ 1", 4),
        ("a == )", 6),
    ],
)
def test_a_refusal_says_at_which_column_of_the_written_text(source: str, column: int) -> None:
    with pytest.raises(ExpressionInvalid) as refused:
        compile_expression(source)
    assert refused.value.column == column
    assert refused.value.source == source


def test_an_expression_says_which_names_and_functions_it_asks_for() -> None:
    expression = compile_expression("${passed.countersign && count(units) > 1 && !false}")
    assert expression.names == {"passed.countersign", "units"}
    assert expression.functions == {"count"}
    assert compile_expression("${passed.countersign && count(units) > 1 && !false}") is expression


@pytest.mark.parametrize(
    "source",
    [
        "(" * 900 + "1" + ")" * 900,
        "[" * 900 + "]" * 900,
        "-" * 1500 + "1",
        "not " * 480 + "1",
        "!" * 1500 + "a",
        ".".join("a" * 1000),
        "+".join("1" * 1000),
        "a[" * 600 + "0" + "]" * 600,
        "f(" * 600 + "0" + ")" * 600,
        "1 if 1 else " * 150 + "1",
        "1" + "0" * 1900,
        "1e400",
        "-1e400",
        "1e99999999999999999999",
        "9" * (LONGEST_SOURCE + 1),
    ],
)
def test_a_monstrous_source_is_refused_quickly(source: str) -> None:
    started = time.monotonic()
    with pytest.raises((ExpressionInvalid, ExpressionFailed)):
        value_of(source, {"a": 1})
    assert time.monotonic() - started < SECONDS


def test_a_long_chain_of_names_is_one_name_and_nothing_deeper() -> None:
    name = ".".join("a" * 900)
    assert value_of(name, {name: 1}) == 1


@pytest.mark.parametrize("source", ["big * big", "big + 1", "-big - 1", "big * 10 // 1", "sum([big, big])", "1e30 + 1"])
def test_a_number_beyond_the_bound_fails(source: str) -> None:
    with pytest.raises(ExpressionFailed):
        value_of(source, {"big": int(LARGEST_NUMBER)})


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e999999"), 10**4000])
def test_a_variable_that_is_no_sensible_number_fails_instead_of_spreading(value: Value) -> None:
    for source in ("x + 1", "x < 1", "x * x", "1 // x", "-x", "abs(x)", "round(x)"):
        with pytest.raises(ExpressionFailed):
            value_of(source, {"x": value})


def test_texts_and_lists_cannot_be_blown_up_line_by_line() -> None:
    for first, again in (("a = 'aaaaaaaaaa'", "a = a + a"), ("a = [1]", "a = a + a"), ("a = [1]", "a = [a, a]")):
        script = compile_script("\n".join([first, *([again] * 100)]))
        started = time.monotonic()
        with pytest.raises(ExpressionFailed):
            script.evaluate({}, VARIABLE_FUNCTIONS)
        assert time.monotonic() - started < SECONDS


def test_many_comparisons_of_long_lists_run_out_of_steps() -> None:
    scope: dict[str, Value] = {"xs": list(range(90_000)), "ys": [*range(89_999), -1]}
    for source in (
        " or ".join(["xs == ys"] * 130),
        " or ".join(["contains(xs, -2)"] * 60),
        "-2 in xs or " * 60 + "false",
    ):
        started = time.monotonic()
        with pytest.raises(ExpressionFailed) as failed:
            value_of(source, scope)
        assert failed.value.reason == "运算量太大"
        assert time.monotonic() - started < SECONDS


def test_a_value_nested_deeper_than_the_stack_fails_instead_of_crashing() -> None:
    one: list[Any] = []
    other: list[Any] = []
    for _ in range(100_000):
        one, other = [one], [other]
    with pytest.raises(ExpressionFailed):
        value_of("one == other", {"one": one, "other": other})
    while one:
        one, other = one[0], other[0]


@pytest.mark.parametrize(
    ("source", "assigned"),
    [
        ("a = 1\nb = a + copies", {"a": 1, "b": 20}),
        ("a = 1; b = a\n\n# done", {"a": 1, "b": 1}),
        ("  a = 'x;y=z'  ", {"a": "x;y=z"}),
        ("# don't; a = 1\na = 'it;s'", {"a": "it;s"}),
        ("a = ${copies == 19}", {"a": True}),
        ("结果 = decision\n结果 = 结果 + '!'", {"结果": "agree!"}),
        ("copies = copies + 1", {"copies": 20}),
    ],
)
def test_a_script_assigns_line_by_line(source: str, assigned: dict[str, Value]) -> None:
    assert compile_script(source).evaluate(SCOPE, VARIABLE_FUNCTIONS) == assigned
    assert SCOPE["copies"] == 19


@pytest.mark.parametrize(
    "source",
    [
        "",
        "# nothing",
        "a",
        "a == 1",
        "a.b = 1",
        "a[0] = 1",
        "a, b = 1, 2",
        "a += 1",
        "a = b = 1",
        "if = 1",
        "True = 1",
        "true = 1",
        "__builtins__ = 1",
        "ａ = 1",
        "import os",
        "a = 1\nexec('1')",
        "a = __import__('os')\nb = a.system",
        "a = 1\n" * 5_000,
    ],
)
def test_a_script_that_is_more_than_assignments_is_refused(source: str) -> None:
    with pytest.raises(ExpressionInvalid):
        compile_script(source)


def test_a_script_that_fails_assigns_nothing_and_leaves_the_scope_alone() -> None:
    scope: dict[str, Value] = {"a": 1}
    with pytest.raises(ExpressionFailed):
        compile_script("a = 2\nb = missing").evaluate(scope, VARIABLE_FUNCTIONS)
    assert scope == {"a": 1}


def test_an_attribute_of_a_model_is_a_text_or_an_expression_and_never_half_of_each() -> None:
    assert compile_value("gexingyao") == Literal("gexingyao")
    assert compile_value("gexingyao").evaluate({}, {}) == "gexingyao"
    assert compile_value("${initiator}").evaluate(SCOPE, {}) == "gexingyao"
    assert compile_value(" #{initiator} ").evaluate(SCOPE, {}) == "gexingyao"
    assert compile_value("P3D").evaluate({}, {}) == "P3D"
    for mixed in ("user_${initiator}", "${a},${b}", "${a} or so", "x #{a}", "${a"):
        with pytest.raises(ExpressionInvalid):
            compile_value(mixed)


def test_functions_of_the_office_are_called_with_values_only() -> None:
    asked: list[tuple[Value, ...]] = []

    def head_of(*arguments: Value) -> Value:
        asked.append(arguments)
        return "luanhaiping"

    assert compile_expression("head_of(units[0])").evaluate(SCOPE, {"head_of": head_of}) == "luanhaiping"
    assert asked == [("AHB",)]


def test_a_function_that_answers_with_no_value_fails() -> None:
    for answer in (0.5, ("a",), object()):
        with pytest.raises(ExpressionFailed):
            compile_expression("f()").evaluate({}, {"f": lambda answer=answer: answer})


NAMES = [
    "decision",
    "units",
    "copies",
    "price",
    "urgent",
    "nothing",
    "weights",
    "passed.countersign",
    "missing",
    "份数",
]
ATOMS = st.one_of(
    st.sampled_from(NAMES),
    st.integers(-(10**31), 10**31).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="'\\"), max_size=8).map("'{}'".format),
    st.sampled_from(["true", "false", "null", "None", "[]", "{}"]),
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from([*"+ - * / // % == != < <= > >= in and or && ||".split(), "not in", "is not"])
    functions = st.sampled_from([*VARIABLE_FUNCTIONS, "unknown"])
    return st.one_of(
        st.tuples(inner, operators, inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        inner.map("(not {})".format),
        inner.map("(!{})".format),
        inner.map("(-{})".format),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} else {parts[2]})"),
        st.lists(inner, max_size=4).map(lambda parts: f"[{', '.join(parts)}]"),
        st.lists(st.tuples(inner, inner), max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
        ),
        st.tuples(inner, inner).map(lambda parts: f"{parts[0]}[{parts[1]}]"),
        st.tuples(functions, st.lists(inner, max_size=3)).map(lambda call: f"{call[0]}({', '.join(call[1])})"),
    )


@settings(max_examples=1_000, deadline=2_000)
@given(st.recursive(ATOMS, _larger, max_leaves=25))
def test_any_expression_ends_in_a_value_that_can_be_stored_or_in_one_of_the_two_refusals(source: str) -> None:
    try:
        value = value_of(source)
    except (ExpressionInvalid, ExpressionFailed):
        return
    assert canonical.decode(canonical.encode(value)) == value


@settings(max_examples=2_000, deadline=2_000)
@given(st.one_of(st.text(max_size=60), st.text("abor '\"()[]{}.,!&|=<>+-*/%:$#\\\n0123456789eE_", max_size=60)))
@example("'" * 2_000)
@example('"\\' * 1_000)
@example("${" * 1_000)
@example("a&&" * 600)
def test_any_text_is_an_expression_or_refused(source: str) -> None:
    for compile_any in (compile_expression, compile_value, compile_script):
        try:
            compiled = compile_any(source)
            compiled.evaluate(SCOPE, VARIABLE_FUNCTIONS)
        except (ExpressionInvalid, ExpressionFailed):
            pass


PYTHON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.text("ab'公", max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text("ab", max_size=2), inner, max_size=3)),
    max_leaves=12,
)


@given(PYTHON_VALUES)
def test_a_literal_means_what_it_means_in_python(value: Value) -> None:
    assert value_of(repr(value)) == value == ast.literal_eval(repr(value))


@given(st.integers(-(10**12), 10**12), st.integers(-(10**6), 10**6).filter(bool))
def test_whole_numbers_divide_as_in_python(one: int, other: int) -> None:
    assert value_of("a // b * b + a % b", {"a": one, "b": other}) == one
    assert value_of("[a // b, a % b]", {"a": one, "b": other}) == [one // other, one % other]
