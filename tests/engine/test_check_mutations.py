"""Models that were damaged at random: the check never raises nor takes long, and what it still accepts is built and starts."""

import time
from copy import deepcopy
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from app.house import House
from engine.definitions import build
from engine.errors import ProcessError
from engine.model import ProcessDefinition
from tests.decision_files import decision
from tests.decision_files import definitions as tables
from tests.engine.broken_models import (
    EXTENSIONS,
    at,
    caught,
    event,
    files,
    node,
    script,
    seats,
    step,
    timer,
)
from tests.engine.broken_models import (
    settings as step_settings,
)
from tests.engine.running import Running
from workflows import definitions

NOW = datetime(2025, 11, 7, tzinfo=UTC)
LONGEST_SECONDS = 2.0
MAPPED = (
    f'<{EXTENSIONS}><camunda:inputOutput><camunda:inputParameter name="n">${{1 + 1}}</camunda:inputParameter>'
    f'<camunda:outputParameter name="m">${{n}}</camunda:outputParameter></camunda:inputOutput></{EXTENSIONS}>'
)
INNER = (
    node("startEvent", "i_start")
    + step("inner", step_settings(kind="review"))
    + node("endEvent", "i_end", event("error", errorRef="E"))
    + '<bpmn:sequenceFlow id="i1" sourceRef="i_start" targetRef="inner" />'
    + '<bpmn:sequenceFlow id="i2" sourceRef="inner" targetRef="i_end" />'
)
MODEL = files(
    "s -> a; a -> x; x -> b: decision == 'again'; x -> c: decision == 'on'; b -> x2; c -> p; p -> sub; p -> r; p -> v; "
    "sub -> j; r -> j; v -> j; caught -> j2; j -> j2; j2 -> w; w -> g; g -> k1; g -> k2; k1 -> i; k2 -> i; i -> d; "
    "d -> call; call -> mail; mail -> l; m -> e; x2 -> e2; late -> e3",
    node("startEvent", "s"),
    step("a", camunda_dueDate="P3D"),
    node("exclusiveGateway", "x"),
    step("b"),
    node("exclusiveGateway", "x2"),
    step("c"),
    node("parallelGateway", "p"),
    node("subProcess", "sub", MAPPED + INNER),
    node("receiveTask", "r", messageRef="M"),
    seats("v", completion="ratio:0.6"),
    at("sub", "caught", event("error", errorRef="E")),
    at("a", "late", timer("R3/PT1H", "timeCycle"), cancelActivity="false"),
    node("parallelGateway", "j"),
    node("exclusiveGateway", "j2"),
    script("w", "n = 1; m = n + 1"),
    node("eventBasedGateway", "g"),
    caught("k1", timer("P1D")),
    caught("k2", event("signal", signalRef="S")),
    node("inclusiveGateway", "i"),
    node("businessRuleTask", "d", camunda_decisionRef="d", camunda_resultVariable="y"),
    node("callActivity", "call", calledElement="other"),
    node("sendTask", "mail", messageRef="M"),
    node("intermediateThrowEvent", "l", event("link", name="L")),
    caught("m", event("link", name="L")),
    node("endEvent", "e", event("terminate")),
    node("endEvent", "e2"),
    node("endEvent", "e3", event("message", messageRef="M")),
    roots='<bpmn:message id="M" name="m" /><bpmn:signal id="S" name="s" /><bpmn:error id="E" errorCode="E1" />',
)["flow.bpmn"]
OTHERS = {**files("s_ -> q; q -> e_", key="other"), "d.dmn": tables(decision(["- | 1"], inputs=("n",)))}
TREE = etree.fromstring(MODEL)
SIZE = sum(1 for _one in TREE.iter())
WORDS = (
    *(
        "",
        "a",
        "x",
        "sub",
        "i_start",
        "flow",
        "other",
        "d",
        "E",
        "M",
        "L",
        "Start",
        "End",
        "f1",
        "i1",
        "true",
        "false",
        "1",
    ),
    *(
        "${n > 1}",
        "${",
        "#{x}",
        "decision == 'on'",
        "P1D",
        "R/PT1H",
        "PT",
        "-1",
        "99999999999",
        "a:b",
        "名称",
        "a b",
        "\U00020000",
    ),
)
TAGS = tuple(
    sorted({etree.QName(one).localname for one in TREE.iter()} | {"task", "transaction", "complexGateway", "lane"})
)
KINDS = ("drop", "double", "move", "rename", "drop attribute", "set attribute", "swap attributes", "text")
damages = st.tuples(
    st.sampled_from(KINDS),
    st.integers(1, SIZE - 1),
    st.integers(0, SIZE - 1),
    st.sampled_from(WORDS),
    st.sampled_from(TAGS),
)


def damaged(tree: etree._Element, damage: tuple[str, int, int, str, str]) -> None:
    kind, where, other, word, tag = damage
    nodes = list(tree.iter())
    one, another = nodes[where % len(nodes)], nodes[other % len(nodes)]
    names = sorted(one.attrib)
    name = names[other % len(names)] if names else "id"
    match kind:
        case "drop" if one.getparent() is not None:
            one.getparent().remove(one)
        case "double" if one.getparent() is not None:
            one.addnext(deepcopy(one))
        case "move" if one is not another and one not in another.iterancestors() and one.getparent() is not None:
            another.append(one)
        case "rename":
            one.tag = f"{{{etree.QName(one).namespace}}}{tag}"
        case "drop attribute":
            one.attrib.pop(name, None)
        case "set attribute" if word.isprintable():
            one.set(name, word)
        case "swap attributes" if name in another.attrib and name in one.attrib:
            one.attrib[name], another.attrib[name] = another.attrib[name], one.attrib[name]
        case "text":
            one.text = word


def test_the_model_that_is_damaged_is_fine(sqlite_house: House) -> None:
    found = definitions.check(sqlite_house.office, {"flow.bpmn": MODEL, **OTHERS})
    assert [one for one in found if one.severity == "error"] == []
    started(sqlite_house, MODEL)


@given(what=st.lists(damages, min_size=1, max_size=4))
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_a_damaged_model_is_judged_and_what_is_accepted_starts(sqlite_house: House, what: list) -> None:
    tree = deepcopy(TREE)
    for damage in what:
        damaged(tree, damage)
    content = etree.tostring(tree)
    begun = time.process_time()
    found = definitions.check(sqlite_house.office, {"flow.bpmn": content, **OTHERS})
    assert time.process_time() - begun < LONGEST_SECONDS
    assert all(one.rule and one.message and one.line >= 0 for one in found)
    if not any(one.severity == "error" for one in found):
        started(sqlite_house, content)


def started(house: House, content: bytes) -> None:
    """Build what was accepted, and start a case of each process; an error that the engine means to raise is one it tells."""
    files_ = {"flow.bpmn": content, **OTHERS}
    for key in house.office.engine.judge(files_).processes:
        build(ProcessDefinition(0, key, 1, "", "", NOW, "gexingyao"), files_)
    running = Running(house, files_)
    try:
        running.start(seats=["luanhaiping"], n=1)
    except ProcessError:
        return
    running.assert_executes_again()  # what is stored is looked at as a whole by the tests of one model
