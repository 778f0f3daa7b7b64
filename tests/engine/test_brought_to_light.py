"""What public models brought to light, each on the smallest process that shows it."""

from app.house import House
from app.transaction import reading
from tests.engine.broken_models import at, caught, event, files, node, step
from tests.engine.running import Running

RAISED = '<bpmn:escalation id="E" escalationCode="E1" />'
LETTER = '<bpmn:message id="M" name="letter" />'


def test_a_case_is_replayed_on_its_own_process_where_a_file_holds_two(sqlite_house: House) -> None:
    [(name, first)] = files("s_ -> a; a -> e_").items()
    [second] = files("s_ -> b; b -> e_", key="second").values()
    process = second[second.index(b"<bpmn:process") : second.index(b"</bpmn:definitions>")]
    content = {name: first.replace(b"</bpmn:definitions>", process + b"</bpmn:definitions>")}
    for key, task in (("flow", "a"), ("second", "b")):
        running = Running(sqlite_house, content)
        with reading(running.pool) as connection:
            running.definition = running.engine.deployed_version(connection, key).definition
        running.start()
        running.complete(task)
        running.assert_replays()


def test_a_boundary_escalation_that_does_not_interrupt_leaves_its_activity_running(sqlite_house: House) -> None:
    inner = (
        node("startEvent", "i")
        + step("u")
        + node("intermediateThrowEvent", "t", event("escalation", escalationRef="E"))
    )
    inner += step("v") + node("endEvent", "j")
    inner += "".join(
        f'<bpmn:sequenceFlow id="{one}_{other}" sourceRef="{one}" targetRef="{other}" />'
        for one, other in ("iu", "ut", "tv", "vj")
    )
    raised = at("b", "y", event("escalation", escalationRef="E"), cancelActivity="false")
    running = Running(
        sqlite_house, files("s_ -> b; b -> e_; y -> w; w -> e_2", node("subProcess", "b", inner), raised, roots=RAISED)
    )
    running.start()
    running.complete("u")
    assert running.open_steps() == ["v", "w"]
    running.assert_replays()


def test_of_two_that_wait_for_one_message_behind_a_gateway_the_first_of_the_file_takes_it(sqlite_house: House) -> None:
    nodes = (caught("k2", event("message", messageRef="M")), caught("k1", event("message", messageRef="M")))
    gateway = node("eventBasedGateway", "g")
    running = Running(
        sqlite_house,
        files(
            "s_ -> g; g -> k1; g -> k2; k1 -> first; k2 -> second; first -> e_; second -> e_",
            *nodes,
            gateway,
            roots=LETTER,
        ),
    )
    running.start()
    with running.pool.begin() as connection:
        assert running.engine.deliver_message(connection, "letter", {}, {}, running.now)
    assert running.open_steps() == ["second"]


def test_a_condition_that_holds_from_the_start_happens_before_the_scope_begins(sqlite_house: House) -> None:
    begun = "<bpmn:conditionalEventDefinition><bpmn:condition>${n &gt; 2}</bpmn:condition></bpmn:conditionalEventDefinition>"
    beside = (
        f'<bpmn:startEvent id="c" isInterrupting="false">{begun}</bpmn:startEvent>'
        '<bpmn:scriptTask id="k"><bpmn:script>n = 0</bpmn:script></bpmn:scriptTask><bpmn:endEvent id="d" />'
        '<bpmn:sequenceFlow id="ck" sourceRef="c" targetRef="k" /><bpmn:sequenceFlow id="kd" sourceRef="k" targetRef="d" />'
    )
    inner = (
        '<bpmn:startEvent id="i" /><bpmn:scriptTask id="t"><bpmn:script>m = n</bpmn:script></bpmn:scriptTask>'
        '<bpmn:endEvent id="j" /><bpmn:sequenceFlow id="it" sourceRef="i" targetRef="t" />'
        '<bpmn:sequenceFlow id="tj" sourceRef="t" targetRef="j" />'
        f'<bpmn:subProcess id="h" triggeredByEvent="true">{beside}</bpmn:subProcess>'
    )
    running = Running(sqlite_house, files("s_ -> b; b -> u; u -> e_", node("subProcess", "b", inner)))
    running.start(n=3)
    assert running.variables()["m"] == 0
    running.assert_replays()
