"""The second judge by hand: each rule of BPMN 2.0.2 chapter 13 on the smallest process that shows it."""

import pytest

from tests.judge.game import ServiceError
from tests.judge.paper import (
    ANY_ERROR,
    CYCLE,
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    TIMER,
    Case,
    body,
    boundary,
    element,
    event_subprocess,
    parameters,
    properties,
    runs,
    script,
)

ABOVE = "${n > 1}"


def conditional(text: str) -> str:
    return f"<bpmn:conditionalEventDefinition><bpmn:condition>{text}</bpmn:condition></bpmn:conditionalEventDefinition>"


def link(tag: str, node: str, name: str) -> str:
    return element(tag, node, f'<bpmn:linkEventDefinition name="{name}" />')


# Joins


def test_a_parallel_join_in_a_loop_takes_one_token_from_each_flow_every_time() -> None:
    arrows = """
    s_ -> x_merge
    x_merge -> p_split
    p_split -> a
    p_split -> b
    a -> p_join
    b -> p_join
    p_join -> ask
    ask -> x_
    x_ -> x_merge: ${decision == 'again'}
    x_ -> e_: ${decision == 'on'}
    """
    case = Case(body(arrows))
    for decision in ("again", "on"):
        assert case.waiting == ["a", "b"]
        case.done("a")
        assert case.waiting == ["b"]
        case.done("b").done("ask", decision)
    assert case.game.state == "completed"


def test_a_join_that_gets_a_token_too_many_on_one_flow_keeps_it_for_the_next_time() -> None:
    arrows = """
    s_ -> p_split
    p_split -> a
    p_split -> b
    p_split -> c
    a -> x_merge
    b -> x_merge
    x_merge -> p_join
    c -> p_join
    p_join -> d
    d -> e_
    """
    case = Case(body(arrows))
    case.done("a").done("b")
    assert (case.waiting, case.incidents) == (["c"], [])
    assert case.done("c").waiting == ["d"]
    assert case.done("d").incidents == ["p_join"]


def test_a_join_starves_once_nothing_else_is_left_in_its_scope() -> None:
    arrows = "s_ -> p_split\np_split -> sub\np_split -> beside\nsub -> p_join\nbeside -> p_join\np_join -> e_"
    inner = body("s_in -> a\ns_in -> x_in\nx_in -> p_in: ${n > 1}\nx_in -> e_in: ${n < 2}\na -> p_in\np_in -> e_in")
    case = Case(body(arrows, {"sub": element("subProcess", "sub", inner)}), variables={"n": 0})
    case.done("sub/a")
    assert (case.waiting, case.incidents) == (["beside"], ["sub/p_in"])
    assert case.done("beside").incidents == ["sub/p_in"]


INCLUSIVE = """
s_ -> o_split
o_split -> a: ${n > 0}
o_split -> b: ${n > 1}
o_split -> c: ${n > 2}
a -> o_join
b -> o_join
c -> o_join
o_join -> after
after -> e_
"""


@pytest.mark.parametrize(("n", "opened"), [(1, ["a"]), (2, ["a", "b"]), (3, ["a", "b", "c"])])
def test_an_inclusive_join_waits_for_those_flows_only_that_were_taken(n: int, opened: list[str]) -> None:
    case = Case(body(INCLUSIVE), variables={"n": n})
    assert case.waiting == opened
    for task in opened:
        assert "after" not in case.waiting
        case.done(task)
    assert case.waiting == ["after"]


def test_an_inclusive_gateway_with_nothing_true_is_an_incident() -> None:
    case = Case(body(INCLUSIVE), variables={"n": 0})
    assert case.incidents == ["o_split"]


def test_the_default_of_an_inclusive_gateway_is_taken_only_if_nothing_is_true() -> None:
    arrows = "s_ -> o_\no_ -> a: ${n > 1}\no_ -> b: ${n > 2}\no_ -> c\na -> e_\nb -> e_\nc -> e_"
    gateway = element("inclusiveGateway", "o_", default="f3_o__c")
    for n, opened in ((3, ["a", "b"]), (2, ["a"]), (1, ["c"])):
        assert Case(body(arrows, {"o_": gateway}), variables={"n": n}).waiting == opened


def test_an_inclusive_join_in_a_loop_does_not_wait_for_what_can_come_only_through_itself() -> None:
    arrows = """
    s_ -> o_
    o_ -> ask
    ask -> x_
    x_ -> o_: ${decision == 'again'}
    x_ -> e_: ${decision == 'on'}
    """
    case = Case(body(arrows))
    case.done("ask", "again").done("ask", "again").done("ask", "on")
    assert case.game.state == "completed"


def test_an_inclusive_join_waits_for_a_token_upstream_in_a_loop() -> None:
    arrows = """
    s_ -> p_
    p_ -> a
    p_ -> b
    b -> x_
    x_ -> b: ${decision == 'again'}
    x_ -> o_: ${decision == 'on'}
    a -> o_
    o_ -> after
    after -> e_
    """
    case = Case(body(arrows))
    case.done("a").done("b", "again")
    assert case.waiting == ["b"]
    assert case.done("b", "on").waiting == ["after"]


def test_an_inclusive_join_counts_the_way_by_a_boundary_event_and_a_subprocess_as_its_token() -> None:
    arrows = """
    s_ -> p_
    p_ -> a
    p_ -> sub
    sub -> e_
    late -> o_
    a -> o_
    o_ -> after
    after -> e_
    """
    inner = element("subProcess", "sub", body("s_in -> work\nwork -> e_in"))
    case = Case(body(arrows, {"sub": inner, "late": boundary("late", "sub", TIMER)}))
    case.done("a")
    assert case.waiting == ["sub/work"]
    assert case.done("sub/work").waiting == ["after"]


def test_an_inclusive_join_does_not_wait_for_a_token_that_can_reach_a_full_flow_as_well() -> None:
    arrows = """
    s_ -> p_
    p_ -> a
    p_ -> b
    a -> x_merge
    b -> x_choice
    x_choice -> x_merge: ${decision == 'near'}
    x_choice -> o_: ${decision == 'far'}
    x_merge -> o_
    o_ -> after
    after -> e_
    """
    case = Case(body(arrows))
    case.done("a")
    assert case.waiting == ["after", "b"]


# Ways out


def test_several_flows_out_of_an_activity_are_a_parallel_split_and_several_into_one_do_not_join() -> None:
    case = Case(body("s_ -> a\na -> b\na -> c\nb -> d\nc -> d\nd -> e_"))
    case.done("a").done("b").done("c")
    assert case.waiting == ["d", "d"]
    assert case.done("d").done("d").game.state == "completed"


def test_conditional_flows_are_taken_beside_those_without_and_a_default_only_if_none_is() -> None:
    arrows = "s_ -> a\na -> b: ${n > 1}\na -> c\na -> d\nb -> e_\nc -> e_\nd -> e_"
    task = element("userTask", "a", default="f3_a_d")
    for n, opened in ((2, ["b", "c"]), (1, ["c", "d"])):
        assert Case(body(arrows, {"a": task}), variables={"n": n}).done("a").waiting == opened


def test_a_token_that_finds_no_flow_stays_as_an_incident_and_may_be_tried_again() -> None:
    case = Case(body("s_ -> a\na -> x_\nx_ -> b: ${n > 1}\nx_ -> c: ${n < 0}\nb -> e_\nc -> e_"), variables={"n": 1})
    case.done("a")
    assert case.incidents == ["x_"]
    case.game.root.variables["n"] = 2
    case.game.retry(case.game.incidents()[0])
    assert case.waiting == ["b"]


def test_a_failing_script_writes_nothing() -> None:
    case = Case(body("s_ -> w\nw -> e_", {"w": script("w", "m = 7; n = 1 / n")}), variables={"n": 0})
    assert case.incidents == ["w"]
    assert case.variables == {"n": 0}


def test_automatic_nodes_move_in_the_order_of_their_arrival() -> None:
    nodes = {name: script(name, f"log = log + ['{name}']") for name in ("a", "b", "c", "d")}
    case = Case(body("s_ -> a\ns_ -> b\na -> c\nb -> d\nc -> e_\nd -> e_", nodes), variables={"log": []})
    assert case.variables["log"] == ["a", "b", "c", "d"]


def test_a_loop_without_end_is_an_incident() -> None:
    case = Case(body("s_ -> x_\nx_ -> w\nw -> x_", {"w": script("w", "n = n + 1")}), variables={"n": 0})
    assert case.game.state == "incident"


def test_a_link_goes_on_at_the_catch_of_its_name_in_the_same_scope() -> None:
    nodes = {
        "out": link("intermediateThrowEvent", "out", "far"),
        "other": link("intermediateCatchEvent", "other", "near"),
        "back": link("intermediateCatchEvent", "back", "far"),
    }
    case = Case(body("s_ -> out\nother -> a\nback -> b\na -> e_\nb -> e_", nodes))
    assert case.waiting == ["b"]


# Scopes


def test_a_terminate_end_ends_its_own_scope_and_what_is_in_it_only() -> None:
    nodes = {"e_stop": element("endEvent", "e_stop", TERMINATE)}
    deep = element("subProcess", "deep", body("s_deep -> far\nfar -> e_deep"))
    inner = body("s_in -> a\ns_in -> deep\na -> e_stop\ndeep -> e_in", {**nodes, "deep": deep})
    case = Case(
        body(
            "s_ -> sub\ns_ -> beside\nsub -> after\nbeside -> e_\nafter -> e_",
            {"sub": element("subProcess", "sub", inner)},
        )
    )
    assert case.waiting == ["beside", "sub/a", "sub/deep/far"]
    assert case.done("sub/a").waiting == ["after", "beside"]


def test_a_plain_subprocess_hands_what_it_writes_outwards_but_for_what_it_holds_itself() -> None:
    ways = parameters({"inner": "${n + 1}"}, {"result": "${inner}"})
    inner = body("s_in -> w\nw -> a\na -> e_in", {"w": script("w", "inner = inner * 10; seen = n")})
    case = Case(
        body("s_ -> sub\nsub -> t\nt -> e_", {"sub": element("subProcess", "sub", ways + inner)}), variables={"n": 1}
    )
    assert case.game.variables((("sub", None),)) == {"inner": 20}
    assert case.variables == {"n": 1, "seen": 1}
    case.done("sub/a")
    assert case.variables == {"n": 1, "seen": 1, "result": 20}


def test_runs_see_what_is_outside_and_keep_what_they_write() -> None:
    ways = runs(collection="things")
    inner = body("s_in -> w\nw -> a\na -> e_in", {"w": script("w", "mine = one; total = total + 1; at = loopCounter")})
    case = Case(
        body("s_ -> sub\nsub -> t\nt -> e_", {"sub": element("subProcess", "sub", ways + inner)}),
        variables={"things": ["ink", "paper"], "total": 0},
    )
    assert case.waiting == ["sub#0/a", "sub#1/a"]
    assert case.game.variables((("sub", 1),)) == {
        "one": "paper",
        "loopCounter": 1,
        "mine": "paper",
        "total": 1,
        "at": 1,
    }
    assert case.variables["total"] == 0
    assert case.done("sub#1/a").done("sub#0/a").waiting == ["t"]


def test_runs_one_after_another_end_when_the_completion_condition_holds() -> None:
    ways = runs(cardinality="${n}", until="${nrOfCompletedInstances >= 2}", sequential=True)
    nodes = {"sub": element("subProcess", "sub", ways + body("s_in -> a\na -> e_in"))}
    case = Case(body("s_ -> sub\nsub -> t\nt -> e_", nodes), variables={"n": 5})
    assert case.waiting == ["sub#0/a"]
    assert case.done("sub#0/a").waiting == ["sub#1/a"]
    assert case.done("sub#1/a").waiting == ["t"]


def test_a_completion_condition_takes_the_other_runs_away_and_no_runs_pass_at_once() -> None:
    ways = runs(cardinality="${n}", until="${enough}")
    nodes = {"sub": element("subProcess", "sub", ways + body("s_in -> a\na -> e_in"))}
    case = Case(body("s_ -> sub\nsub -> t\nt -> e_", nodes), variables={"n": 3, "enough": False})
    case.done("sub#1/a")
    assert case.waiting == ["sub#0/a", "sub#2/a"]
    case.game.root.variables["enough"] = True
    assert case.done("sub#2/a").waiting == ["t"]
    assert Case(body("s_ -> sub\nsub -> t\nt -> e_", nodes), variables={"n": 0}).waiting == ["t"]


CALL = (
    '<bpmn:extensionElements><camunda:in source="n" target="k" /><camunda:in sourceExpression="${n * 2}" target="double" />'
    '<camunda:out source="k" target="answer" /></bpmn:extensionElements>'
)


def test_a_called_process_sees_what_is_handed_in_and_hands_back_what_is_asked() -> None:
    call = element("callActivity", "call", CALL, calledElement="helper")
    called = body("s_ -> w\nw -> a\na -> e_", {"w": script("w", "k = k + double; own = 1")})
    case = Case(
        body("s_ -> call\ncall -> t\nt -> e_", {"call": call}),
        {"helper": called},
        variables={"n": 3, "title": "一件事"},
    )
    assert case.waiting == ["call/helper:a"]
    assert case.game.variables((("call", None),)) == {"k": 9, "double": 6, "own": 1, "title": "一件事"}
    case.done("call/helper:a")
    assert case.waiting == ["t"]
    assert case.variables == {"n": 3, "title": "一件事", "answer": 9}


def test_a_called_process_does_not_see_what_its_caller_holds() -> None:
    call = element("callActivity", "call", calledElement="helper")
    called = body("s_ -> w\nw -> e_", {"w": script("w", "k = n")})
    case = Case(body("s_ -> call\ncall -> e_", {"call": call}), {"helper": called}, variables={"n": 3})
    assert case.incidents == ["call/helper:w"]


def test_runs_of_a_call_are_handed_their_own_element() -> None:
    mapping = (
        '<bpmn:extensionElements><camunda:in source="one" target="mine" /><camunda:out source="mine" target="last" />'
        "</bpmn:extensionElements>"
    )
    call = element("callActivity", "call", mapping + runs(collection="things"), calledElement="helper")
    case = Case(
        body("s_ -> call\ncall -> t\nt -> e_", {"call": call}),
        {"helper": body("s_ -> a\na -> e_")},
        variables={"things": ["ink", "paper"]},
    )
    assert case.game.variables((("call", 1),)) == {"mine": "paper"}
    case.done("call#1/helper:a")
    assert case.variables["last"] == "paper"
    assert case.done("call#0/helper:a").waiting == ["t"]


def test_a_process_that_calls_itself_keeps_its_plain_names() -> None:
    call = element(
        "callActivity",
        "call",
        '<bpmn:extensionElements><camunda:in source="n" target="n" /></bpmn:extensionElements>',
        calledElement="flow",
    )
    case = Case(
        body(
            "s_ -> w\nw -> x_\nx_ -> call: ${n < 2}\nx_ -> a: ${n > 1}\ncall -> e_\na -> e_",
            {"call": call, "w": script("w", "n = n + 1")},
        ),
        variables={"n": 0},
    )
    assert case.waiting == ["call/a"]


# Seats

PEOPLE = ["luanhaiping", "wanliqing", "zonghuaigu", "tongxueling"]


def countersign(
    completion: str = "", *, until: str = "", sequential: bool = False, timer: bool = False, **more: str
) -> Case:
    given = properties(**({"completion": completion} if completion else {}), **more)
    vote = element(
        "userTask", "vote", given + runs(collection="people", until=until, sequential=sequential, variable="seat")
    )
    nodes = {"vote": vote, **({"late": boundary("late", "vote", TIMER)} if timer else {})}
    arrows = "s_ -> vote\nvote -> x_\nx_ -> passed: ${passed.vote}\nx_ -> failed: ${!passed.vote}\npassed -> e_\nfailed -> e_"
    variables = {"people": [*PEOPLE, PEOPLE[0]], "weights": dict(zip(PEOPLE, (3, 1, 1, 1), strict=True))}
    return Case(body(arrows + ("\nlate -> failed" if timer else ""), nodes), variables=variables)


@pytest.mark.parametrize(
    ("completion", "votes", "outcome"),
    [
        ("all", "agree agree agree amend", "passed"),
        ("all", "disagree agree agree agree", "failed"),
        ("", "agree agree agree agree", "passed"),
        ("first", "agree", "passed"),
        ("first", "disagree", "failed"),
        ("ratio:0.5", "agree agree", "passed"),
        ("ratio:0.75", "disagree disagree", "failed"),
        ("count:3", "agree disagree agree agree", "passed"),
        ("count:3", "disagree disagree", "failed"),
        ("weight:0.5", "agree", "passed"),
        ("weight:0.6", "disagree", "failed"),
    ],
)
def test_seats_are_decided_as_soon_as_their_rule_is(completion: str, votes: str, outcome: str) -> None:
    case = countersign(completion, weights="weights")
    for person, decision in zip(PEOPLE, votes.split(), strict=False):
        assert f"vote@{person}" in case.waiting
        case.done(f"vote@{person}", decision)
    assert case.waiting == [outcome]


def test_seats_in_sequence_open_one_by_one() -> None:
    for case in (countersign("sequence"), countersign(sequential=True), countersign("count:4", sequential=True)):
        for person in PEOPLE:
            assert case.waiting == [f"vote@{person}"]
            case.done(f"vote@{person}", "agree")
        assert case.waiting == ["passed"]


def test_a_completion_condition_over_seats_passes_them_and_without_it_everybody_must_consent() -> None:
    case = countersign(until="${nrOfOpposed >= 2}")
    case.done(f"vote@{PEOPLE[0]}", "disagree").done(f"vote@{PEOPLE[1]}", "agree")
    assert case.done(f"vote@{PEOPLE[2]}", "disagree").waiting == ["passed"]
    case = countersign(until="${nrOfOpposed >= 2}")
    for person, decision in zip(PEOPLE, ("disagree", "agree", "agree", "agree"), strict=True):
        case.done(f"vote@{person}", decision)
    assert case.waiting == ["failed"]


def test_votes_keep_the_order_of_opening_and_what_was_said_before_an_interruption() -> None:
    case = countersign("all", timer=True)
    case.done(f"vote@{PEOPLE[1]}", "agree").done(f"vote@{PEOPLE[0]}", "disagree")
    case.timer("late")
    assert case.waiting == ["failed"]
    assert case.variables["votes.vote"] == {PEOPLE[0]: {"decision": "disagree"}, PEOPLE[1]: {"decision": "agree"}}
    assert list(case.variables["votes.vote"]) == PEOPLE[:2]
    assert case.variables["passed.vote"] is False


def test_an_empty_list_of_seats_passes_unless_only_a_person_may_decide() -> None:
    vote = element("userTask", "vote", properties(kind="sign") + runs(collection="people"))
    arrows = "s_ -> vote\nvote -> t\nt -> e_"
    assert Case(body(arrows, {"vote": vote}), variables={"people": []}).waiting == ["t"]
    case = Case(body(arrows, {"vote": vote}), variables={"people": []}, person_only=frozenset({"sign"}))
    assert case.incidents == ["vote"]


def test_a_task_for_nobody_is_an_incident() -> None:
    task = element("userTask", "a", camunda__assignee="${who}")
    for who, waiting, incidents in (("luanhaiping", ["a"], []), ("", [], ["a"])):
        case = Case(body("s_ -> a\na -> e_", {"a": task}), variables={"who": who})
        assert (case.waiting, case.incidents) == (waiting, incidents)


# Events


def test_a_boundary_timer_interrupts_or_runs_beside_as_often_as_its_cycle_says() -> None:
    arrows = "s_ -> a\na -> e_\nlate -> b\nb -> e_"
    case = Case(body(arrows, {"late": boundary("late", "a", TIMER)}))
    assert case.events == ["a late"]
    assert case.timer("late").waiting == ["b"]
    case = Case(body(arrows, {"late": boundary("late", "a", CYCLE, stops=False)}))
    case.timer("late").timer("late")
    assert (case.waiting, case.events) == (["a", "b", "b"], [])
    case = Case(body(arrows, {"late": boundary("late", "a", TIMER, stops=False)}))
    assert case.timer("late").events == []


def test_an_interrupting_boundary_event_takes_everything_in_the_activity_away() -> None:
    deep = element("subProcess", "deep", body("s_deep -> far\nfar -> e_deep"))
    inner = element("subProcess", "sub", body("s_in -> deep\ns_in -> near\ndeep -> e_in\nnear -> e_in", {"deep": deep}))
    case = Case(
        body("s_ -> sub\nsub -> e_\nrang -> b\nb -> e_", {"sub": inner, "rang": boundary("rang", "sub", SIGNAL)})
    )
    assert case.waiting == ["sub/deep/far", "sub/near"]
    assert case.game.deliver_signal("bell", {"loud": True}) == 1
    assert (case.waiting, case.variables) == (["b"], {"loud": True})
    assert case.game.deliver_signal("bell", {}) == 0


def test_a_message_goes_to_the_oldest_whose_scope_holds_all_that_correlates() -> None:
    receive = element("receiveTask", "get", messageRef="letter")
    inner = body("s_in -> get\nget -> a\na -> e_in", {"get": receive})
    sub = element("subProcess", "sub", runs(collection="things") + inner)
    case = Case(body("s_ -> sub\nsub -> e_", {"sub": sub}), variables={"things": ["ink", "paper"], "year": 2025})
    assert not case.game.deliver_message("letter", {"one": "stone"}, {})
    assert not case.game.deliver_message("letter", {"unknown": None}, {})
    assert not case.game.deliver_message("parcel", {}, {})
    assert case.game.deliver_message("letter", {"one": "paper", "year": 2025}, {"answer": 1})
    assert case.waiting == ["sub#1/a"]
    assert case.game.variables((("sub", 1),))["answer"] == 1
    assert case.game.deliver_message("letter", {}, {})
    assert case.waiting == ["sub#0/a", "sub#1/a"]


def test_of_two_that_await_a_message_the_older_token_gets_it() -> None:
    nodes = {name: element("receiveTask", name, messageRef="letter") for name in ("first", "second")}
    case = Case(body("s_ -> p_\np_ -> t\np_ -> second\nt -> first\nfirst -> a\nsecond -> b\na -> e_\nb -> e_", nodes))
    case.done("t")
    assert case.game.deliver_message("letter", {}, {})
    assert case.waiting == ["b"]


def test_a_signal_does_not_reach_what_an_older_receiver_has_taken_away() -> None:
    catch = element("intermediateCatchEvent", "listen", SIGNAL)
    inner = body("s_in -> listen\nlisten -> a\na -> e_in", {"listen": catch})
    nodes = {"sub": element("subProcess", "sub", inner), "rang": boundary("rang", "sub", SIGNAL)}
    case = Case(body("s_ -> sub\nsub -> e_\nrang -> b\nb -> e_", nodes))
    assert case.game.deliver_signal("bell", {}) == 1
    assert case.waiting == ["b"]


def test_throws_put_message_and_signal_with_correlation_and_payload_in_the_outbox() -> None:
    given = (
        '<bpmn:extensionElements><camunda:properties><camunda:property name="correlation" value="n, twice = n * 2" />'
        '</camunda:properties><camunda:inputOutput><camunda:inputParameter name="said">${n + 1}</camunda:inputParameter>'
        "</camunda:inputOutput></bpmn:extensionElements>"
    )
    nodes = {
        "send": element("sendTask", "send", given, messageRef="letter"),
        "ring": element("intermediateThrowEvent", "ring", SIGNAL),
        "e_": element("endEvent", "e_", MESSAGE),
    }
    case = Case(body("s_ -> send\nsend -> ring\nring -> e_", nodes), variables={"n": 1})
    assert case.game.outbox == [
        ("message", "letter", {"n": 1, "twice": 2}, {"said": 2}),
        ("signal", "bell", {}, {}),
        ("message", "letter", {}, {}),
    ]


def test_the_first_event_behind_an_event_gateway_takes_the_token() -> None:
    nodes = {
        "come": element("intermediateCatchEvent", "come", MESSAGE),
        "late": element("intermediateCatchEvent", "late", TIMER),
    }
    arrows = "s_ -> g_\ng_ -> come\ng_ -> late\ncome -> a\nlate -> b\na -> e_\nb -> e_"
    case = Case(body(arrows, nodes))
    assert case.events == ["g_ come", "g_ late"]
    assert case.game.deliver_message("letter", {}, {"n": 1})
    assert (case.waiting, case.events, case.variables) == (["a"], [], {"n": 1})
    assert Case(body(arrows, nodes)).timer("late").waiting == ["b"]


def test_a_condition_fires_when_it_turns_true_and_again_only_after_it_was_false() -> None:
    nodes = {"high": boundary("high", "a", conditional(ABOVE), stops=False)}
    case = Case(
        body("s_ -> a\ns_ -> b\na -> e_\nb -> b2\nb2 -> b3\nb3 -> e_\nhigh -> c\nc -> e_", nodes), variables={"n": 2}
    )
    assert case.waiting == ["a", "b", "c"]
    case.done("b", n=3)
    assert case.waiting == ["a", "b2", "c"]
    case.done("b2", n=1).done("b3", n=2)
    assert case.waiting == ["a", "c", "c"]


def test_a_conditional_catch_looks_when_it_is_armed_and_when_a_variable_changes() -> None:
    catch = element("intermediateCatchEvent", "high", conditional(ABOVE))
    arrows = "s_ -> high\ns_ -> b\nhigh -> a\na -> e_\nb -> e_"
    assert Case(body(arrows, {"high": catch}), variables={"n": 2}).waiting == ["a", "b"]
    case = Case(body(arrows, {"high": catch}))
    assert case.events == ["high high"]
    assert case.done("b", n=2).waiting == ["a"]


def test_an_error_goes_to_the_nearest_boundary_event_with_its_code_before_one_without() -> None:
    nodes = {"e_bad": element("endEvent", "e_bad", ERROR)}
    deep = element("subProcess", "deep", body("s_deep -> a\ns_deep -> b\na -> e_bad\nb -> e_deep", nodes))
    inside = {
        "deep": deep,
        "any": boundary("any", "deep", ANY_ERROR),
        "code": boundary("code", "deep", ERROR),
    }
    arrows = "s_mid -> deep\ndeep -> e_mid\nany -> c\ncode -> d\nc -> e_mid\nd -> e_mid"
    outer = element("subProcess", "sub", body(arrows, inside))
    case = Case(body("s_ -> sub\nsub -> e_\nfar -> f\nf -> e_", {"sub": outer, "far": boundary("far", "sub", ERROR)}))
    assert case.done("sub/deep/a").waiting == ["sub/d"]


def test_an_error_that_nobody_catches_is_an_incident_at_its_end_event() -> None:
    case = Case(body("s_ -> a\na -> e_bad", {"e_bad": element("endEvent", "e_bad", ERROR)}))
    case.done("a")
    assert (case.game.state, case.incidents) == ("incident", ["e_bad"])


def test_an_error_leaves_a_called_process_and_a_service_by_the_boundary_event() -> None:
    call = element("callActivity", "call", calledElement="helper")
    helper = body("s_ -> a\na -> e_bad", {"e_bad": element("endEvent", "e_bad", ERROR)})
    arrows = "s_ -> call\ncall -> e_\ncaught -> b\nb -> e_"
    case = Case(body(arrows, {"call": call, "caught": boundary("caught", "call", ANY_ERROR)}), {"helper": helper})
    assert case.done("call/helper:a").waiting == ["b"]

    def fails(_variables: dict[str, object]) -> dict[str, object]:
        raise ServiceError("BROKEN")

    work = element("serviceTask", "call", camunda__delegateExpression="${work}")
    nodes = {"call": work, "caught": boundary("caught", "call", ERROR)}
    assert Case(body(arrows, nodes), services={"work": fails}).waiting == ["b"]
    assert Case(body("s_ -> call\ncall -> e_", {"call": work}), services={"work": fails}).incidents == ["call"]


def test_a_service_sees_its_inputs_and_its_outputs_are_written() -> None:
    given = parameters({"twice": "${n * 2}"}, {"answer": "${found + twice}"})
    work = element("serviceTask", "work", given, camunda__delegateExpression="${work}")
    case = Case(
        body("s_ -> work\nwork -> t\nt -> e_", {"work": work}),
        services={"work": lambda seen: {"found": seen["twice"]}},
        variables={"n": 2},
    )
    assert case.variables == {"n": 2, "found": 4, "answer": 8}


def test_an_escalation_is_caught_outwards_beside_or_instead_and_has_no_effect_when_nobody_does() -> None:
    inner = body(
        "s_in -> raise\nraise -> a\na -> e_in", {"raise": element("intermediateThrowEvent", "raise", ESCALATION)}
    )
    arrows = "s_ -> sub\nsub -> e_\nheard -> b\nb -> e_"
    sub = element("subProcess", "sub", inner)
    for stops, opened in ((True, ["b"]), (False, ["b", "sub/a"])):
        assert (
            Case(body(arrows, {"sub": sub, "heard": boundary("heard", "sub", ESCALATION, stops=stops)})).waiting
            == opened
        )
    assert Case(body("s_ -> sub\nsub -> e_", {"sub": sub})).waiting == ["sub/a"]


def test_an_escalation_end_event_ends_its_token_before_it_is_heard() -> None:
    inner = body("s_in -> e_in", {"e_in": element("endEvent", "e_in", ESCALATION)})
    nodes = {"sub": element("subProcess", "sub", inner), "heard": boundary("heard", "sub", ESCALATION, stops=False)}
    assert Case(body("s_ -> sub\nsub -> a\nheard -> b\na -> e_\nb -> e_", nodes)).waiting == ["a", "b"]


# Event subprocesses


def test_an_event_subprocess_beside_may_start_again_and_the_scope_waits_for_it() -> None:
    handler = event_subprocess("help", MESSAGE, stops=False, arrows="s_event -> h\nh -> e_event")
    sub = element("subProcess", "sub", body("s_in -> a\na -> e_in", {"help": handler}))
    case = Case(body("s_ -> sub\nsub -> t\nt -> e_", {"sub": sub}))
    assert case.events == ["sub/help s_event"]
    assert case.game.deliver_message("letter", {}, {})
    assert case.game.deliver_message("letter", {}, {})
    assert case.waiting == ["sub/a", "sub/help/h", "sub/help/h"]
    assert case.done("sub/a").waiting == ["sub/help/h", "sub/help/h"]
    assert case.done("sub/help/h").done("sub/help/h").waiting == ["t"]


def test_an_interrupting_event_subprocess_takes_everything_else_and_disarms_the_others() -> None:
    nodes = {
        "stop": event_subprocess("stop", SIGNAL, stops=True, arrows="s_event -> h\nh -> e_event"),
        "help": event_subprocess("help", MESSAGE, stops=False, arrows="s_event -> i\ni -> e_event"),
    }
    case = Case(body("s_ -> p_\np_ -> a\np_ -> b\na -> p_join\nb -> p_join\np_join -> e_", nodes))
    case.done("a")
    assert case.game.deliver_signal("bell", {}) == 1
    assert (case.waiting, case.events) == (["stop/h"], [])
    assert case.done("stop/h").game.state == "completed"


def test_an_event_subprocess_of_the_scope_catches_an_error_before_the_boundary_around_it() -> None:
    handler = event_subprocess("rescue", ANY_ERROR, stops=True, arrows="s_event -> h\nh -> e_event")
    inner = body("s_in -> a\na -> e_bad", {"e_bad": element("endEvent", "e_bad", ERROR), "rescue": handler})
    nodes = {"sub": element("subProcess", "sub", inner), "caught": boundary("caught", "sub", ERROR)}
    case = Case(body("s_ -> sub\nsub -> t\ncaught -> u\nt -> e_\nu -> e_", nodes))
    assert case.done("sub/a").waiting == ["sub/rescue/h"]
    assert case.done("sub/rescue/h").waiting == ["t"]


def test_an_error_out_of_an_event_subprocess_goes_past_its_own_scope() -> None:
    handler = event_subprocess(
        "rescue",
        ERROR,
        stops=True,
        arrows="s_event -> e_worse",
        nodes={"e_worse": element("endEvent", "e_worse", ERROR)},
    )
    inner = body("s_in -> a\na -> e_bad", {"e_bad": element("endEvent", "e_bad", ERROR), "rescue": handler})
    nodes = {"sub": element("subProcess", "sub", inner), "caught": boundary("caught", "sub", ERROR)}
    case = Case(body("s_ -> sub\nsub -> t\ncaught -> u\nt -> e_\nu -> e_", nodes))
    assert case.done("sub/a").waiting == ["u"]


def test_a_condition_that_is_true_at_once_starts_its_event_subprocess_beside_or_instead_of_the_start() -> None:
    for stops, opened in ((True, ["help/h"]), (False, ["a", "help/h"])):
        handler = event_subprocess("help", conditional(ABOVE), stops=stops, arrows="s_event -> h\nh -> e_event")
        assert Case(body("s_ -> a\na -> e_", {"help": handler}), variables={"n": 2}).waiting == opened


# Commands


def test_a_jump_takes_the_token_with_all_in_it_to_another_activity_of_the_scope() -> None:
    nodes = {"late": boundary("late", "a", TIMER)}
    case = Case(body("s_ -> a\ns_ -> b\na -> c\nb -> e_\nc -> e_\nlate -> e_", nodes))
    case.jump("a", "c")
    assert (case.waiting, case.events) == (["b", "c"], [])


def test_a_completion_writes_what_is_handed_in_where_the_item_stands_and_what_was_decided() -> None:
    sub = element("subProcess", "sub", parameters({"n": "1"}) + body("s_in -> a\na -> b\nb -> e_in"))
    case = Case(body("s_ -> sub\nsub -> t\nt -> e_", {"sub": sub}), variables={"n": 0})
    case.done("sub/a", "agree", n=5, other=6)
    assert case.game.variables((("sub", None),)) == {"n": 5}
    assert case.game.variables() == {"n": 0, "other": 6, "decision_of.a": "agree"}


def test_a_decision_is_known_to_the_flows_and_the_gateway_directly_behind_only() -> None:
    case = Case(
        body(
            "s_ -> a\na -> x_one\nx_one -> x_two\nx_two -> b: ${decision == 'go'}\nx_two -> c: ${true}\nb -> e_\nc -> e_"
        )
    )
    assert case.done("a", "go").incidents == ["x_two"]


def test_names_of_other_vendors_are_read_alike() -> None:
    vendor = body("s_ -> w\nw -> e_", {"w": element("serviceTask", "w", camunda__delegateExpression="${work}")})
    for address in ("http://flowable.org/bpmn", "http://activiti.org/bpmn"):
        xml = vendor.replace("camunda:", "v:").replace("<bpmn:serviceTask", f'<bpmn:serviceTask xmlns:v="{address}"')
        assert Case(xml, services={"work": lambda _seen: {"done": True}}).variables == {"done": True}
