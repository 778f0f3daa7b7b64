"""The house's own rules of order: 登记编号 is not reached but by way of 签发, whatever is nested, called or joined."""

import pytest

from app.house import House
from app.settings import load
from engine.spiff import reader
from tests.engine.broken_models import at, event, files, node, seats, settings, step, timer, within
from workflows import definitions
from workflows.catalogue import PERSON_ONLY
from workflows.order_check import Order, check_order

SIGNED_FIRST = Order(frozenset({"sign_and_issue"}), "register", "登记须在签发之后")
START, END = node("startEvent", "s"), node("endEvent", "e")
SIGN, REGISTER = step("sign", settings(kind="sign_and_issue")), step("register", settings(kind="register"))


def found(*drawn: dict[str, bytes], order: Order = SIGNED_FIRST) -> list[str | None]:
    models = reader.read_models({name: content for one in drawn for name, content in one.items()})
    processes = {key: reader.read_own(model) for key, model in models.items()}
    return [one.element for one in check_order({"flow": processes["flow"]}, processes, order, PERSON_ONLY)]


def drawn(arrows: str, *nodes: str, key: str = "flow") -> dict[str, bytes]:
    return files(
        arrows, *(one for one in (*nodes, SIGN, REGISTER) if f'id="{_id(one)}"' in one and _id(one) in arrows), key=key
    )


def _id(xml: str) -> str:
    return xml.partition(' id="')[2].partition('"')[0]


def inside(identifier: str, *nodes: str, arrows: str, more: str = "") -> str:
    """A subprocess with the nodes ``s`` and ``e`` of its own."""
    flows = ""
    for number, arrow in enumerate(arrows.split("; ")):
        source, target = arrow.split(" -> ")
        flows += f'<bpmn:sequenceFlow id="{identifier}_{number}" sourceRef="{source}" targetRef="{target}" />'
    ends = node("startEvent", f"{identifier}_s") + node("endEvent", f"{identifier}_e")
    return node("subProcess", identifier, more + ends + "".join(nodes) + flows)


def test_a_straight_line_in_order_is_fine_and_the_other_is_not() -> None:
    assert found(drawn("s_ -> sign; sign -> register; register -> e_")) == []
    assert found(drawn("s_ -> register; register -> sign; sign -> e_")) == ["register"]


def test_one_way_round_is_enough_to_be_refused() -> None:
    assert found(drawn("s_ -> x_; x_ -> sign: title; x_ -> register: initiator; sign -> register; register -> e_")) == [
        "register"
    ]


def test_a_way_back_behind_it_does_no_harm() -> None:
    arrows = "s_ -> draft; draft -> sign; sign -> x_; x_ -> draft: title; x_ -> register: initiator; register -> e_"
    assert found(drawn(arrows)) == []


def test_a_parallel_branch_with_it_counts_behind_the_join_but_not_beside_it() -> None:
    joined = "s_ -> p_; p_ -> sign; p_ -> a; sign -> p_2; a -> p_2; p_2 -> register; register -> e_"
    assert found(drawn(joined)) == []
    beside = "s_ -> p_; p_ -> sign; p_ -> register; sign -> p_2; register -> p_2; p_2 -> e_"
    assert found(drawn(beside)) == ["register"]


def test_an_exclusive_merge_of_parallel_branches_joins_nothing() -> None:
    merged = "s_ -> p_; p_ -> sign; p_ -> a; sign -> x_; a -> x_; x_ -> register; register -> e_"
    assert found(drawn(merged)) == ["register"]


def test_a_boundary_event_leaves_without_it() -> None:
    arrows = "s_ -> sign; sign -> register; late -> register; register -> e_"
    assert found(drawn(arrows, at("sign", "late", timer("P1D")))) == ["register"]
    assert found(drawn(arrows, at("sign", "late", timer("P1D"), cancelActivity="false"))) == ["register"]
    behind = "s_ -> sign; sign -> b; b -> register; late -> register; register -> e_"
    assert found(drawn(behind, at("b", "late", timer("P1D")), step("b"))) == []


def test_a_link_is_a_way() -> None:
    throw = node("intermediateThrowEvent", "l", event("link", name="x"))
    catch = node("intermediateCatchEvent", "k", event("link", name="x"))
    assert found(drawn("s_ -> l; k -> register; register -> e_; s_ -> sign; sign -> e_", throw, catch)) == ["register"]
    assert found(drawn("s_ -> sign; sign -> l; k -> register; register -> e_", throw, catch)) == []


def test_a_subprocess_counts_if_every_way_through_it_does() -> None:
    outer = "s_ -> b; b -> register; register -> e_"
    assert found(drawn(outer, inside("b", SIGN, arrows="b_s -> sign; sign -> b_e"))) == []
    round_it = "b_s -> x; x -> sign; x -> b_e; sign -> b_e"
    assert found(drawn(outer, inside("b", SIGN, node("exclusiveGateway", "x"), arrows=round_it))) == ["register"]
    both = "b_s -> p; p -> sign; p -> b_e; sign -> b_e"
    assert found(drawn(outer, inside("b", SIGN, node("parallelGateway", "p"), arrows=both))) == []
    ended = both.replace("p -> b_e", "p -> t")
    stop = node("endEvent", "t", event("terminate"))
    assert found(drawn(outer, inside("b", SIGN, stop, node("parallelGateway", "p"), arrows=ended))) == ["register"]


def test_a_subprocess_that_may_run_not_at_all_does_not_count() -> None:
    loop = '<bpmn:multiInstanceLoopCharacteristics camunda:collection="seats" />'
    repeated = inside("b", SIGN, arrows="b_s -> sign; sign -> b_e", more=loop)
    assert found(drawn("s_ -> b; b -> register; register -> e_", repeated)) == ["register"]


def test_a_subprocess_that_an_event_takes_over_does_not_count() -> None:
    handler = within("h", start=timer("PT1H"), triggeredByEvent="true")
    taken = inside("b", SIGN, arrows="b_s -> sign; sign -> b_e", more=handler)
    assert found(drawn("s_ -> b; b -> register; register -> e_", taken)) == ["register"]
    other = taken.replace('id="h_start"', 'id="h_start" isInterrupting="false"')
    assert found(drawn("s_ -> b; b -> register; register -> e_", other)) == []


def test_a_subprocess_that_fails_goes_another_way() -> None:
    failing = inside(
        "b",
        SIGN,
        node("exclusiveGateway", "x"),
        node("endEvent", "f", event("error")),
        arrows="b_s -> x; x -> f; x -> sign; sign -> b_e",
    )
    caught = at("b", "y", event("error"))
    assert found(drawn("s_ -> b; b -> register; y -> a; a -> e_; register -> e_", failing, caught)) == []
    assert found(drawn("s_ -> b; b -> register; y -> register; register -> e_", failing, caught)) == ["register"]


def test_a_step_inside_a_subprocess_has_passed_what_was_passed_before_it() -> None:
    nested = inside("b", REGISTER, arrows="b_s -> register; register -> b_e")
    assert found(files("s_ -> sign; sign -> b; b -> e_", nested, SIGN)) == []
    assert found(files("s_ -> b; b -> sign; sign -> e_", nested, SIGN)) == ["register"]


def test_what_is_called_is_looked_into() -> None:
    call = node("callActivity", "c", calledElement="other")
    signs = drawn("s_ -> sign; sign -> e_", key="other")
    asks = files("s_ -> a; a -> e_", key="other")
    assert found(drawn("s_ -> c; c -> register; register -> e_", call), signs) == []
    assert found(drawn("s_ -> c; c -> register; register -> e_", call), asks) == ["register"]
    registers = drawn("s_ -> register; register -> e_", key="other")
    assert found(drawn("s_ -> sign; sign -> c; c -> e_", call), registers) == []
    assert found(drawn("s_ -> c; c -> sign; sign -> e_", call), registers) == ["register"]


def test_processes_that_call_each_other_come_to_an_end() -> None:
    call, back = node("callActivity", "c", calledElement="other"), node("callActivity", "d", calledElement="flow")
    first = drawn("s_ -> a; a -> c; c -> register; register -> e_", call)
    assert found(first, files("s_ -> x_; x_ -> d: title; x_ -> e_: initiator; d -> e_", back, key="other")) == [
        "register"
    ]


def test_a_signature_in_seats_counts_because_nobody_can_be_left_out_of_it() -> None:
    signed = seats("sign", kind="sign_and_issue")
    assert found(files("s_ -> sign; sign -> register; register -> e_", signed, REGISTER)) == []
    asked = Order(frozenset({"review"}), "register", "登记须在审核之后")
    reviewed = seats("sign", kind="review")
    assert found(files("s_ -> sign; sign -> register; register -> e_", reviewed, REGISTER), order=asked) == ["register"]


def test_a_service_can_be_what_comes_after() -> None:
    order = Order(frozenset({"sign_and_issue"}), "document.assign_number", "编号须在签发之后")
    number = node("serviceTask", "n", camunda_delegateExpression="${document.assign_number}")
    assert found(drawn("s_ -> sign; sign -> n; n -> e_", number), order=order) == []
    assert found(files("s_ -> n; n -> e_", number), order=order) == ["n"]


def test_the_house_refuses_by_its_settings(sqlite_house: House) -> None:
    content = drawn("s_ -> register; register -> sign; sign -> e_")
    [told] = [one for one in definitions.check(sqlite_house.office, content) if one.rule == "kind_order"]
    assert (told.element, told.severity) == ("register", "error")
    assert "签发" in told.message
    incoming = files("s_ -> r; r -> register; register -> e_", step("r", settings(kind="receive")), REGISTER)
    assert definitions.check(sqlite_house.office, incoming) == []


def test_a_setting_that_names_no_kind_is_an_error() -> None:
    order = {"before": ["signing"], "after": "register", "reason": "x"}
    with pytest.raises(ValueError, match="signing"):
        load(check={"order": [order]})
