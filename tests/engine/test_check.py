"""Every rule of the check has a minimal file that breaks it, named with element and line; what is accepted runs."""

import pytest

from app.house import House
from engine.model import Finding
from engine.spiff import rules
from tests.flows import HEAD, model, script, seats, service, user
from tests.office import flow_files
from workflows import definitions

FINE = "s_ -> a\na -> e_"
XML = '<?xml version="1.0"?>'


def one(arrows: str = FINE, **nodes: str) -> dict[str, bytes]:
    return model(arrows, nodes)


def raw(body: str) -> dict[str, bytes]:
    text = f'{HEAD}<bpmn:process id="flow" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'
    return {"flow.bpmn": text.encode()}


WITHOUT_PERSON = user("a", attributes="")
BROKEN: dict[str, tuple[dict[str, bytes], str | None]] = {
    "file_unreadable": ({"flow.bpmn": b"<not xml"}, None),
    "files_ambiguous": ({"flow.form": b"{}"}, None),
    "duplicate_id": (raw('<bpmn:startEvent id="a"/><bpmn:endEvent id="a"/>'), "a"),
    "missing_id": (raw("<bpmn:startEvent/>"), None),
    "name_too_long": (one(a=user("a").replace('name="a"', f'name="{"长" * 201}"')), "a"),
    "key_not_file": ({"other.bpmn": one()["flow.bpmn"]}, "flow"),
    "no_start": (one("a -> e_"), "flow"),
    "several_starts": (one("s_ -> a\ns_2 -> a\na -> e_"), "flow"),
    "no_end": (one("s_ -> a"), "flow"),
    "unsupported_element": (one("s_ -> i\ni -> e_", i='<bpmn:inclusiveGateway id="i"/>'), "i"),
    "unsupported_event": (
        one("s_ -> a\na -> end", end='<bpmn:endEvent id="end"><bpmn:terminateEventDefinition/></bpmn:endEvent>'),
        "end",
    ),
    "unsupported_loop": (one(a=user("a", "<bpmn:standardLoopCharacteristics/>")), "a"),
    "flow_dangling": (raw('<bpmn:sequenceFlow id="f" sourceRef="x" targetRef="y"/>'), "f"),
    "flow_twice": (one("s_ -> x_\nx_ -> a: p\nx_ -> a: q\na -> e_"), "f1"),
    "several_outgoing": (one("s_ -> a\na -> e_\na -> e_2"), "a"),
    "condition_misplaced": (one("s_ -> a\na -> e_: x > 1"), "f1"),
    "condition_missing": (one("s_ -> x_\nx_ -> a\nx_ -> e_: p\na -> e_"), "f1"),
    "no_way_out": (one("s_ -> x_\nx_ -> a: p\nx_ -> e_: q"), "a"),
    "no_way_in": (one("s_ -> e_\na -> e_"), "a"),
    "end_out_of_reach": (one("s_ -> x_\nx_ -> e_: p\nx_ -> a: q\na -> b\nb -> a"), "a"),
    "loop_without_person": (
        one("s_ -> x_\nx_ -> e_: p\nx_ -> t: q\nt -> x_", t=script("t", "n = 1")),
        "t",
    ),
    "nobody": (one(a=WITHOUT_PERSON), "a"),
    "unknown_post": (one(a=user("a", attributes='camunda:candidateGroups="nobody"')), "a"),
    "unknown_kind": (one(a=seats("a", kind="dance")), "a"),
    "unknown_service": (one("s_ -> t\nt -> e_", t=service("t", "office.unheard")), "t"),
    "service_missing": (one("s_ -> t\nt -> e_", t='<bpmn:serviceTask id="t"/>'), "t"),
    "script_missing": (one("s_ -> t\nt -> e_", t='<bpmn:scriptTask id="t"/>'), "t"),
    "bad_expression": (one("s_ -> x_\nx_ -> a: __import__('os')\nx_ -> e_: q\na -> e_"), "f1"),
    "bad_due": (one(a=user("a", attributes='camunda:assignee="x" camunda:dueDate="three days"')), "a"),
    "bad_completion": (one(a=seats("a", completion="most")), "a"),
    "collection_missing": (one(a=seats("a", collection="")), "a"),
    "unknown_setting": (one(a=seats("a", colour="red")), "a"),
    "unsupported_setting": (one(a=seats("a", same_person="skip_done")), "a"),
}
NOT_FROM_A_FILE = {"engine_refuses"}
ATTACKS = {
    "external entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "entity expansion": '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
}


def findings(house: House, files: dict[str, bytes]) -> list[Finding]:
    return definitions.check(house.office, files)


@pytest.mark.parametrize("rule", sorted(BROKEN))
def test_a_broken_rule_is_named_with_its_element(sqlite_house: House, rule: str) -> None:
    files, element = BROKEN[rule]
    found = [finding for finding in findings(sqlite_house, files) if finding.rule == rule]
    assert found, findings(sqlite_house, files)
    assert element is None or element in {finding.element for finding in found}
    assert all(finding.line >= 0 and finding.message for finding in found)


def test_every_rule_has_its_file() -> None:
    known = {rule.id for rule in vars(rules).values() if isinstance(rule, rules.Rule)}
    assert known == set(BROKEN) | NOT_FROM_A_FILE


def test_a_fine_model_has_no_findings(sqlite_house: House) -> None:
    assert findings(sqlite_house, one()) == []
    assert findings(sqlite_house, flow_files()) == []


def test_the_line_is_that_of_the_element(sqlite_house: House) -> None:
    text = one(a=WITHOUT_PERSON)["flow.bpmn"].decode().replace("<bpmn:userTask", "\n\n<bpmn:userTask")
    [finding] = findings(sqlite_house, {"flow.bpmn": text.encode()})
    assert (finding.rule, finding.line) == ("nobody", 3)


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_entities_are_never_expanded(sqlite_house: House, attack: str) -> None:
    text = XML + ATTACKS[attack] + one()["flow.bpmn"].decode()
    assert [finding.rule for finding in findings(sqlite_house, {"flow.bpmn": text.encode()})] == ["file_unreadable"]


def test_a_file_of_deep_nesting_or_great_size_is_refused_quickly(sqlite_house: House) -> None:
    for content in (b"<a>" * 5000 + b"</a>" * 5000, HEAD.encode() + b" " * 5_000_000):
        assert [finding.rule for finding in findings(sqlite_house, {"flow.bpmn": content})] == ["file_unreadable"]


def test_the_dialects_mean_the_same(sqlite_house: House) -> None:
    for dialect, namespace in (("flowable", "http://flowable.org/bpmn"), ("activiti", "http://activiti.org/bpmn")):
        text = one()["flow.bpmn"].decode().replace("camunda:", f"{dialect}:")
        text = text.replace('xmlns:camunda="http://camunda.org/schema/1.0/bpmn"', f'xmlns:{dialect}="{namespace}"')
        text = text.replace(f'xmlns:{dialect}="http://camunda.org/schema/1.0/bpmn"', f'xmlns:{dialect}="{namespace}"')
        assert findings(sqlite_house, {"flow.bpmn": text.encode()}) == []


def test_a_rule_of_the_form_is_checked_with_the_model(sqlite_house: House) -> None:
    files = flow_files()
    files["outgoing_document.bpmn"] = files["outgoing_document.bpmn"].replace(b"access:title", b"access:titel")
    assert "field_unknown" in {finding.rule for finding in findings(sqlite_house, files)}
    del files["outgoing_document.form"]
    assert {finding.rule for finding in findings(sqlite_house, files)} == {"form_missing"}
