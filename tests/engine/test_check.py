"""Every rule of the check has a minimal file that breaks it, named with element and line; what is fine has no findings."""

import re
from dataclasses import replace

import pytest

from app.house import House
from engine.api import Engine
from engine.model import Finding, ServiceResult
from engine.spiff import rules
from tests.architecture.documented import rule_ids
from tests.engine.broken_models import (
    BROKEN,
    EXTENSIONS,
    LINE,
    MESSAGE,
    at,
    caught,
    event,
    files,
    node,
    script,
    seats,
    settings,
    step,
    timer,
    within,
)
from tests.flows import model
from tests.office import flow_files
from workflows import definitions

CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")


@pytest.fixture
def house(sqlite_house: House) -> House:
    """An office with a slow service."""
    vocabulary = sqlite_house.office.engine.vocabulary
    engine = Engine(replace(vocabulary, slow_services={"slow": lambda _call: ServiceResult()}))
    return replace(sqlite_house, office=replace(sqlite_house.office, engine=engine))


def told(house: House, content: dict[str, bytes]) -> list[Finding]:
    return definitions.check(house.office, content)


def rules_of(house: House, content: dict[str, bytes]) -> set[tuple[str, str | None]]:
    return {(one.rule, one.element) for one in told(house, content)}


@pytest.mark.parametrize("rule", sorted(BROKEN))
def test_a_broken_rule_is_named_with_its_element_and_line(house: House, rule: str) -> None:
    broken = BROKEN[rule]
    found = [one for one in told(house, broken.files) if one.rule == rule]
    if rule == "missing_id":
        assert [(one.element, one.line) for one in found] == [(None, 3)]
    elif rule != "form_unsupported":
        assert (broken.file, broken.element, broken.line) in {(one.file, one.element, one.line) for one in found}, found
    assert found
    assert all(CHINESE.search(one.message) for one in found)


@pytest.mark.parametrize("rule", sorted(BROKEN))
def test_a_minimal_file_is_refused_for_no_other_reason(house: House, rule: str) -> None:
    """But where one thing cannot be wrong alone."""
    along = {
        "missing_id": {"flow_dangling", "no_way_in"},
        "no_start": {"no_way_in"},
        "link_missing": {"end_out_of_reach"},
        "link_twice": {"no_way_in"},
        "boundary_dangling": {"no_way_in"},
    }
    others = {one.rule for one in told(house, BROKEN[rule].files) if one.severity == "error"} - {rule}
    assert others <= along.get(rule, set())


def test_every_rule_has_its_file() -> None:
    assert rule_ids() == set(BROKEN)


def test_every_rule_has_one_id() -> None:
    known = [rule.id for rule in vars(rules).values() if isinstance(rule, rules.Rule)]
    assert len(known) == len(set(known))


def test_a_fine_model_has_no_findings(house: House) -> None:
    assert told(house, model(LINE.replace("; ", "\n"))) == []
    assert told(house, flow_files()) == []


def test_all_broken_files_of_a_deployment_are_named(house: House) -> None:
    content = {"a.bpmn": b"<", "b.bpmn": b"", **files(LINE)}
    found = {(one.file, one.rule) for one in told(house, content)}
    assert found == {("a.bpmn", "file_unreadable"), ("b.bpmn", "file_unreadable")}


# Whether a process is meant to be executed


@pytest.mark.parametrize(
    ("attributes", "refused"),
    [
        ('isExecutable="true"', False),
        ('isExecutable="1"', False),
        ("", False),
        ('processType="Private"', False),
        ('isExecutable="false"', True),
        ('processType="Public"', True),
    ],
)
def test_a_process_is_executable_unless_it_says_otherwise(house: House, attributes: str, refused: bool) -> None:
    assert (("not_executable", "flow") in rules_of(house, files(LINE, attributes=attributes))) == refused


def test_beside_an_executable_process_the_others_of_the_file_are_drawings(house: House) -> None:
    [(name, content)] = files(LINE).items()
    other = b'<bpmn:process id="supplier"><bpmn:task id="t" /></bpmn:process></bpmn:definitions>'
    assert told(house, {name: content.replace(b"</bpmn:definitions>", other)}) == []


def test_one_key_twice_in_a_deployment_is_refused(house: House) -> None:
    [content] = files(LINE).values()
    found = told(house, {"flow.bpmn": content, "zweite.bpmn": content})
    assert ("duplicate_id", "flow") in {(one.rule, one.element) for one in found if one.file == "zweite.bpmn"}


def test_a_subprocess_may_not_be_named_like_a_process_that_is_called(house: House) -> None:
    caller = files(
        "s_ -> a; a -> other; other -> e_", within("other"), node("callActivity", "a", calledElement="other")
    )
    assert ("duplicate_id", "other") in rules_of(house, {**caller, **files("s_ -> b; b -> e_", key="other")})


# Ways


def test_a_decision_is_known_only_where_it_was_just_made(house: House) -> None:
    ways = "x_ -> b: decision == 'again'; x_ -> e_: decision == 'on'; b -> e_"
    assert ("unknown_variable", "f2") not in rules_of(house, files(f"s_ -> a; a -> x_; {ways}"))
    assert ("unknown_variable", "f3") in rules_of(
        house, files(f"s_ -> a; a -> t; t -> x_; {ways}", script("t", "n = 1"))
    )


def test_links_take_no_part_in_flows_on_their_far_side(house: House) -> None:
    throw = node("intermediateThrowEvent", "l", event("link", name="x"))
    catch = caught("k", event("link", name="x"))
    assert told(house, files("s_ -> a; a -> l; k -> e_", throw, catch)) == []
    assert ("flow_misplaced", "f3") in rules_of(house, files("s_ -> a; a -> l; k -> e_; l -> k", throw, catch))


def test_a_loop_over_a_link_needs_a_person_too(house: House) -> None:
    throw = node("intermediateThrowEvent", "l", event("link", name="x"))
    catch = caught("k", event("link", name="x"))
    found = rules_of(house, files("s_ -> x_2; k -> x_2; x_2 -> x_; x_ -> l: title; x_ -> e_: initiator", throw, catch))
    assert {("loop_without_person", one) for one in ("l", "k", "x_")} <= found


def test_a_process_that_calls_itself_before_anybody_has_acted_is_refused(house: House) -> None:
    call = node("callActivity", "again", calledElement="flow")
    assert ("loop_without_person", "again") in rules_of(house, files("s_ -> again; again -> a; a -> e_", call))
    fine = files("s_ -> a; a -> x_; x_ -> again: decision == 'again'; x_ -> e_: decision == 'on'; again -> e_", call)
    assert told(house, fine) == []


def test_processes_that_call_each_other_in_circles_are_refused(house: House) -> None:
    first = files("s_ -> c; c -> a; a -> e_", node("callActivity", "c", calledElement="second"))
    ring = {**first, **files("s_ -> d; d -> e_", node("callActivity", "d", calledElement="flow"), key="second")}
    assert {("loop_without_person", "c"), ("loop_without_person", "d")} <= rules_of(house, ring)
    waits = files("s_ -> b; b -> d; d -> e_", node("callActivity", "d", calledElement="flow"), key="second")
    assert told(house, {**first, **waits}) == []


def test_a_subprocess_stands_for_those_who_act_in_it(house: House) -> None:
    arrows = "s_ -> x_; x_ -> b: title; x_ -> e_: initiator; b -> x_"
    assert ("loop_without_person", "b") in rules_of(house, files(arrows, within("b")))
    inner = node("startEvent", "i") + step("u") + node("endEvent", "j")
    inner += (
        '<bpmn:sequenceFlow id="g" sourceRef="i" targetRef="u"/><bpmn:sequenceFlow id="h" sourceRef="u" targetRef="j"/>'
    )
    assert told(house, files(arrows, node("subProcess", "b", inner))) == []


# Events where they are refused, or not


@pytest.mark.parametrize(
    ("kind", "refused"),
    [("timer", True), ("message", True), ("signal", True), ("error", True), ("conditional", True)],
)
def test_an_embedded_subprocess_begins_without_a_trigger(house: House, kind: str, refused: bool) -> None:
    found = rules_of(house, files(LINE, within("a", start=event(kind))))
    assert (("unsupported_event", "a_start") in found) == refused


def test_an_event_subprocess_begins_with_one(house: House) -> None:
    assert ("trigger_missing", "h_start") in rules_of(house, files(LINE, within("h", triggeredByEvent="true")))
    assert told(house, files(LINE, within("h", start=timer("PT1H"), triggeredByEvent="true"))) == []


def test_an_error_interrupts_the_scope_of_its_event_subprocess(house: House) -> None:
    handler = within("h", "!", start=event("error"), triggeredByEvent="true")
    assert ("error_not_interrupting", "h_start") in rules_of(house, files(LINE, handler))


def test_an_event_may_be_defined_elsewhere_in_the_file(house: House) -> None:
    roots = f'{MESSAGE}<bpmn:messageEventDefinition id="d" messageRef="m" />'
    defined = caught("a", "<bpmn:eventDefinitionRef>d</bpmn:eventDefinitionRef>")
    assert told(house, files(LINE, defined, roots=roots)) == []
    assert ("unsupported_event", "a") in rules_of(house, files(LINE, defined))


@pytest.mark.parametrize("text", ["P3D", "PT24H", "P2W", "${due}"])
def test_a_duration_is_one(house: House, text: str) -> None:
    assert told(house, files(LINE, caught("a", timer(text)))) == []


@pytest.mark.parametrize("text", ["", "P", "PT", "P1M", "P1Y", "3D", "R/PT0S", "2026-02-30", "明天", "P99999999D"])
def test_what_is_no_time_is_refused(house: House, text: str) -> None:
    for form in ("timeDuration", "timeDate", "timeCycle"):
        assert ("bad_timer", "a") in rules_of(house, files(LINE, caught("a", timer(text, form)))), form


def test_boundary_events_wait_where_something_waits(house: House) -> None:
    for host in (step("a"), within("a"), node("receiveTask", "a", messageRef="m"), seats("a")):
        arrows = f"{LINE}; b -> e_2"
        found = told(house, files(arrows, host, at("a", "b", timer("P1D")), roots=MESSAGE))
        assert [one for one in found if one.severity == "error"] == [], host


# What is written beside BPMN


def test_what_would_change_the_run_is_refused_and_the_rest_is_told(house: House) -> None:
    zeebe = f'<{EXTENSIONS}><z:ioMapping xmlns:z="http://camunda.org/schema/zeebe/1.0" /></{EXTENSIONS}>'
    assert ("unsupported_extension", "a") in rules_of(house, files(LINE, step("a", zeebe)))
    start = node("startEvent", "s", camunda_initiator="starter")
    assert ("unsupported_extension", "s") in rules_of(house, files("s -> a; a -> e_", start))
    start = node("startEvent", "s", camunda_initiator="initiator")
    assert told(house, files("s -> a; a -> e_", start)) == []
    assert told(house, files(LINE, step("a", camunda_asyncAfter="true", camunda_priority="50"))) == []
    sent = node("sendTask", "a", messageRef="m", camunda_topic="mail")
    assert ("extension_ignored", "a") in rules_of(house, files(LINE, sent, roots=MESSAGE))


def test_settings_that_are_known_are_not_remarked_on(house: House) -> None:
    given = settings(kind="review", opinion="required", when_empty="person:gexingyao", may_skip_by_rule="false")
    assert told(house, files(LINE, step("a", given))) == []


def test_a_lane_named_like_a_post_says_who_also_inside_a_subprocess(house: House) -> None:
    inner = node("startEvent", "i") + node("userTask", "u") + node("endEvent", "j")
    inner += (
        '<bpmn:sequenceFlow id="g" sourceRef="i" targetRef="u"/><bpmn:sequenceFlow id="h" sourceRef="u" targetRef="j"/>'
    )
    post = next(iter(house.office.engine.vocabulary.posts.values()))
    lane = f'<bpmn:lane id="k" name="{post}"><bpmn:flowNodeRef>b</bpmn:flowNodeRef></bpmn:lane>'
    lanes = f'<bpmn:laneSet id="l">{lane}</bpmn:laneSet>'
    content = files("s_ -> b; b -> e_", node("subProcess", "b", inner))["flow.bpmn"].decode()
    assert ("nobody", "u") in rules_of(house, {"flow.bpmn": content.encode()})
    laned = content.replace('isExecutable="true">', f'isExecutable="true">{lanes}')
    assert told(house, {"flow.bpmn": laned.encode()}) == []


def test_the_case_a_message_is_for_is_named_by_an_expression(house: House) -> None:
    def sent(to: str) -> dict[str, bytes]:
        return files(LINE, node("sendTask", "a", settings(addressee=to), messageRef="m"), roots=MESSAGE)

    assert ("bad_expression", "a") in rules_of(house, sent("${source_case +}"))
    assert told(house, sent("${source_case}")) == []
