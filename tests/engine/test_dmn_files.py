"""DMN files: every version is read, and what would not run right is named with element and line."""

from pathlib import Path

import pytest
import SpiffWorkflow.dmn.parser
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.decisions.evaluation import decide
from engine.decisions.mapping import mapped
from engine.errors import FileUnreadable
from engine.spiff import dmn_rules
from engine.spiff.dmn import LONGEST_CHAIN, MOST_CELLS, findings, read_decisions
from engine.spiff.rules import Rule
from tests.decision_files import MODELER, decision, definitions, literal

SCHEMA = Path(SpiffWorkflow.dmn.parser.__file__).parent / "schema" / "DMN13.xsd"
TABLE = Path(__file__).parents[2] / "docs" / "decisions.md"
RULES = {rule.id: rule for rule in vars(dmn_rules).values() if isinstance(rule, Rule)}


def one(rows: list[str], policy: str = "UNIQUE", inputs: str = "x", outputs: str = "y") -> bytes:
    return definitions(decision(rows, policy, inputs.split("; and "), outputs.split("; and ")))


def chain(length: int) -> str:
    links = [literal(f"d{at - 1}", key=f"d{at}", requires=[f"d{at - 1}"]) for at in range(1, length)]
    return literal("1", key="d0") + "".join(links)


BROKEN: dict[str, list[tuple[bytes, str | None]]] = {
    "dmn_unreadable": [
        (b"<not xml", None),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', None),
        (b"<definitions/>", None),
        (definitions("", "http://www.omg.org/spec/BPMN/20100524/MODEL"), None),
    ],
    "dmn_too_large": [(one(["1 | 1"] * (MOST_CELLS // 2 + 1)), "file")],
    "dmn_id": [
        (definitions(decision(["1 | 1"], key="")), ""),
        (definitions(decision(["1 | 1"], key="a b")), "a b"),
        (definitions(decision(["1 | 1"]) + decision(["1 | 1"])), "d"),
    ],
    "dmn_empty": [
        (definitions(""), "file"),
        (definitions('<decision id="d"/>'), "d"),
        (definitions(literal("")), "d"),
        (one([]), "table_d"),
        (definitions(decision(["1"], outputs=[])), "table_d"),
    ],
    "dmn_unsupported": [
        (definitions('<import id="i"/>' + literal("1")), "i"),
        (definitions('<decision id="d"><context id="c"/></decision>'), "c"),
        (definitions('<decision id="d"><invocation id="c"/></decision>'), "c"),
        (definitions('<decision id="d"><relation id="c"/></decision>'), "c"),
        (definitions(literal("1").replace("<literal", '<knowledgeRequirement id="k"/><literal')), "k"),
    ],
    "dmn_hit_policy": [
        (one(["1 | 1"], "LAST"), "table_d"),
        (one(["1 | 1"], "PRIORITY"), "table_d"),
        (one(["1 | 1"], "OUTPUT ORDER", outputs="y = [1..3]"), "table_d"),
        (one(["1 | 1"], "FIRST +SUM"), "table_d"),
        (one(["1 | 1"], "COLLECT +MEDIAN"), "table_d"),
        (one(["1 | 1 | 1"], "COLLECT +SUM", outputs="y; and z"), "table_d"),
        (one(['1 | "a"'], "COLLECT +MAX", outputs="y:string"), "table_d"),
    ],
    "dmn_language": [
        (definitions(decision(["1 | 1"]), attributes='expressionLanguage="groovy"'), "file"),
        (one(["1 | 1"]).replace(b'id="i1_0"', b'id="i1_0" expressionLanguage="javascript"'), "i1_0"),
    ],
    "dmn_expression": [
        (one(["1 ... 5 | 1"]), "i1_0"),
        (one(["'a' | 1"]), "i1_0"),
        (one(["1 | ? + 1"]), "o1_0"),
        (one(["1 | -"]), "o1_0"),
        (one(["1 | 1"], inputs="x +"), "in_x +"),
        (one(["1 | 1"], inputs=""), "in_"),
        (one(["1 | 1"], inputs="x = 1,,2"), "in_x"),
        (one(["1 | 1"], outputs="y; 1 +"), "out_y"),
        (definitions(literal("__import__('os')")), "expression_d"),
    ],
    "dmn_type": [
        (one(["1 | 1"], inputs="x:tMoney"), "in_x"),
        (one(["1 | 1"], outputs="y:time"), "out_y"),
        (definitions(literal("1", kind='typeRef="context"')), "d"),
    ],
    "dmn_value": [
        (one(['"1" | 1'], inputs="x:integer"), "i1_0"),
        (one(['< "1" | 1'], inputs="x:integer"), "i1_0"),
        (one(["[1..2.5] | 1"], inputs="x:integer"), "i1_0"),
        (one(["not(3) | 1"], inputs="x:string"), "i1_0"),
        (one(["1, true | 1"], inputs="x:number"), "i1_0"),
        (one(['"soon" | 1'], inputs="x:date"), "i1_0"),
        (one(["- | 1"], inputs='x:number = "a"'), "in_x"),
        (one(["1 | 1"], outputs="y:string"), "o1_0"),
        (one(["1 | 1.5"], outputs="y:integer"), "o1_0"),
        (one(['1 | "true"'], outputs="y:boolean"), "o1_0"),
        (one(["1 | true"], outputs='y:boolean; "no"'), "out_y"),
    ],
    "dmn_output": [
        (one(["1 | 1 | 2"], outputs="y; and y"), "out_y"),
        (one(["1 | 1"], outputs="two words"), "out_two words"),
        (definitions(decision(["1 | 1 | 2"], outputs=["y", ""])), "out_"),
        (one(["1 | 4"], outputs="y = 1,2,3"), "o1_0"),
        (one(["1 | 1"], outputs="y = 1,2,3; 4"), "out_y"),
    ],
    "dmn_columns": [(one(["1"]), "r1"), (one(["1 | 2 | 3"]), "r1")],
    "dmn_required": [
        (definitions(literal("1", requires=["elsewhere"])), "needs_elsewhere"),
        (definitions(literal("1", requires=["d"])), "d"),
        (definitions(chain(LONGEST_CHAIN + 1)), f"d{LONGEST_CHAIN}"),
    ],
    "dmn_bare_word": [
        (one(["通知 | 1"]), "i1_0"),
        (one(["1 | principal"], outputs="y:string"), "o1_0"),
    ],
}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_broken_rule_is_named_with_its_element(rule: str) -> None:
    for content, element in BROKEN[rule]:
        found = [finding for finding in findings("d.dmn", content) if finding.rule == rule]
        assert found, content.decode()
        assert {finding.element for finding in found} == {element}
        assert {finding.severity for finding in found} == {RULES[rule].severity}
        assert all(finding.line > 0 and finding.message.endswith(("。", "）。")) for finding in found)
        assert all("{" not in finding.message for finding in found)


@pytest.mark.parametrize("rule", sorted(rule for rule in RULES if RULES[rule].severity == "error"))
def test_what_is_found_wanting_is_not_read(rule: str) -> None:
    for content, _element in BROKEN[rule]:
        with pytest.raises(FileUnreadable) as refused:
            read_decisions("d.dmn", content)
        assert refused.value.line > 0
        assert refused.value.reason


def test_a_circle_is_refused_by_both_its_names() -> None:
    content = definitions(literal("b", key="a", requires=["b"]) + literal("a", key="b", requires=["a"]))
    [finding] = findings("d.dmn", content)
    assert (finding.rule, finding.element) in {("dmn_required", "a"), ("dmn_required", "b")}
    assert "成了环" in finding.message


def test_the_longest_chain_there_may_be_is_decided() -> None:
    decisions = read_decisions("d.dmn", definitions(chain(LONGEST_CHAIN)))
    assert mapped(decide(decisions[f"d{LONGEST_CHAIN - 1}"], {})) == 1


def test_a_finding_knows_its_line() -> None:
    content = one(["1 | 1", "2 | 2", "1..2 | 3"])
    [finding] = findings("d.dmn", content)
    assert b"1..2" in content.splitlines()[finding.line - 1]


@pytest.mark.parametrize("rows", [["limit | 1"], ['"a" | other']])
def test_a_name_that_the_file_knows_is_no_bare_word(rows: list[str]) -> None:
    inputs, outputs = ["x:string", "limit"], ["y"]
    rows = [row.replace(" | ", " | - | ") for row in rows]
    body = literal("1", key="other") + decision(rows, "UNIQUE", inputs, outputs, requires=["other"])
    assert findings("d.dmn", definitions(body)) == []


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_is_read(namespace: str) -> None:
    content = definitions(decision(["[1..10] | 1"], outputs=["y:feel:number"]), namespace)
    assert findings("d.dmn", content) == []
    assert mapped(decide(read_decisions("d.dmn", content)["d"], {"x": 10})) == 1


def test_a_file_of_the_modeler_is_valid_and_has_nothing_to_be_said_of() -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    schema.assertValid(etree.fromstring(MODELER))
    assert findings("signatory.dmn", MODELER) == []


def test_a_single_output_needs_no_name() -> None:
    content = one(["1 | 1"]).replace(b'name="y"', b"")
    assert findings("d.dmn", content) == []
    assert mapped(decide(read_decisions("d.dmn", content)["d"], {"x": 1}), "singleResult") == {"d": 1}


@settings(max_examples=150)
@given(at=st.integers(0, len(MODELER) - 1), length=st.integers(0, 200), instead=st.binary(max_size=8))
def test_a_damaged_file_is_judged_and_never_breaks_the_judge(at: int, length: int, instead: bytes) -> None:
    content = MODELER[:at] + instead + MODELER[at + length :]
    found = findings("signatory.dmn", content)
    assert all(finding.rule in RULES for finding in found)
    try:
        read_decisions("signatory.dmn", content)
    except FileUnreadable:
        assert any(finding.severity == "error" for finding in found)
    else:
        assert all(finding.severity == "warning" for finding in found)


def test_every_rule_stands_in_the_document_and_no_other() -> None:
    named = {word.split("`")[0] for word in TABLE.read_text(encoding="utf-8").split("`dmn_")[1:]}
    assert {f"dmn_{word}" for word in named} == set(RULES)
