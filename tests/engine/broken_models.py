"""For each rule of the check the smallest file that breaks it, each element on a line of its own."""

import re
from dataclasses import dataclass

from tests.decision_files import decision, definitions
from tests.flows import HEAD, drawn_by_name

EXTENSIONS = "bpmn:extensionElements"
MANY = "长" * 201


@dataclass(frozen=True)
class Broken:
    """Files, the element that is named, and the file it stands in; without an element, the finding is about the file."""

    files: dict[str, bytes]
    element: str | None
    file: str = "flow.bpmn"

    @property
    def line(self) -> int:
        """The line on which the element begins."""
        if self.element is None or self.file not in self.files:
            return 1
        lines = self.files[self.file].decode().splitlines()
        return next(number for number, line in enumerate(lines, 1) if f'id="{self.element}"' in line)


def files(
    arrows: str,
    *nodes: str,
    roots: str = "",
    own: str = "",
    key: str = "flow",
    attributes: str = 'isExecutable="true"',
) -> dict[str, bytes]:
    """The file of a process; ``arrows`` as in :mod:`tests.flows`, divided by semicolons, ``nodes`` the XML of some nodes.

    ``own`` is XML of the process itself, before its nodes.
    """
    given = {re.findall(r'\bid="([^"]+)"', node)[0]: node for node in nodes}
    ends: dict[str, None] = dict.fromkeys(given)
    flows = []
    for number, arrow in enumerate(filter(None, (one.strip() for one in arrows.split(";")))):
        path, _, condition = arrow.partition(": ")
        source, target = (one.strip() for one in path.split("->"))
        ends.update({source: None, target: None})
        inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
        flows.append(
            f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'
        )
    drawn = [given.get(node) or drawn_by_name(node) for node in ends]
    lines = [HEAD, *filter(None, [roots]), f'<bpmn:process id="{key}" {attributes}>{own}', *drawn, *flows]
    return {f"{key}.bpmn": "\n".join([*lines, "</bpmn:process>", "</bpmn:definitions>"]).encode()}


def node(tag: str, identifier: str, inside: str = "", **attributes: str) -> str:
    """The XML of a node; ``camunda_x`` stands for ``camunda:x``."""
    written = "".join(f' {name.replace("camunda_", "camunda:")}="{value}"' for name, value in attributes.items())
    return f'<bpmn:{tag} id="{identifier}"{written}>{inside}</bpmn:{tag}>'


def step(identifier: str, inside: str = "", **attributes: str) -> str:
    return node("userTask", identifier, inside, **{"camunda_assignee": "gexingyao", **attributes})


def settings(**given: str) -> str:
    inside = "".join(f'<camunda:property name="{name}" value="{value}" />' for name, value in given.items())
    return f"<{EXTENSIONS}><camunda:properties>{inside}</camunda:properties></{EXTENSIONS}>"


def seats(
    identifier: str, loop: str = 'camunda:collection="seats" camunda:elementVariable="seat"', **given: str
) -> str:
    return step(identifier, settings(**given) + f"<bpmn:multiInstanceLoopCharacteristics {loop} />")


def script(identifier: str, text: str) -> str:
    return node("scriptTask", identifier, f"<bpmn:script>{text}</bpmn:script>")


def repeated(identifier: str, loop: str = "", inside: str = "", outputs: str = "") -> str:
    many = f"<bpmn:multiInstanceLoopCharacteristics {loop}>{inside}{outputs}</bpmn:multiInstanceLoopCharacteristics>"
    return within(identifier, many)


def within(identifier: str, more: str = "", start: str = "", **attributes: str) -> str:
    """A subprocess on one line: a start, an end, and what else is given."""
    begin = node("startEvent", f"{identifier}_start", start, **({"isInterrupting": "false"} if "!" in more else {}))
    inside = begin + node("endEvent", f"{identifier}_end")
    arrow = f'<bpmn:sequenceFlow id="{identifier}_flow" sourceRef="{identifier}_start" targetRef="{identifier}_end" />'
    return node("subProcess", identifier, more.replace("!", "") + inside + arrow, **attributes)


def event(kind: str, inside: str = "", **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<bpmn:{kind}EventDefinition{written}>{inside}</bpmn:{kind}EventDefinition>"


def timer(text: str, form: str = "timeDuration") -> str:
    return event("timer", f"<bpmn:{form}>{text}</bpmn:{form}>")


def caught(identifier: str, inside: str) -> str:
    return node("intermediateCatchEvent", identifier, inside)


def at(host: str, identifier: str, inside: str, **attributes: str) -> str:
    return node("boundaryEvent", identifier, inside, attachedToRef=host, **attributes)


def form(*keys: str) -> bytes:
    fields = ",".join(f'{{"type": "textfield", "key": "{key}", "label": "{key}"}}' for key in keys)
    return f'{{"type": "default", "components": [{fields}]}}'.encode()


def with_form(content: bytes | None, **given: str) -> dict[str, bytes]:
    model = files("s_ -> a; a -> e_", step("a", settings(**given), camunda_formRef="notice"))
    return {**model, "notice.form": content} if content is not None else model


LINE = "s_ -> a; a -> e_"
SKIPPED = {"when_initiator": "skip", "access:body": "edit", "required:body": "true"}
MESSAGE = '<bpmn:message id="m" name="m" />'
LOOPS = "<bpmn:standardLoopCharacteristics />"

BROKEN: dict[str, Broken] = {
    "file_unreadable": Broken({"flow.bpmn": b"<not xml"}, None),
    "no_model": Broken({"flow.form": b"{}"}, None, "flow.form"),
    "not_executable": Broken(files(LINE, attributes='isExecutable="false"'), "flow"),
    "duplicate_id": Broken(files(LINE, step("a", node("userTask", "a"))), "a"),
    "missing_id": Broken(
        {"flow.bpmn": files(LINE)["flow.bpmn"].replace(b'<bpmn:startEvent id="s_" />', b"<bpmn:startEvent />")}, None
    ),
    "bad_id": Broken(files("s_ -> a b; a b -> e_", step("a b")), "a b"),
    "name_too_long": Broken(files(LINE, step("a", name=MANY)), "a"),
    "key_not_file": Broken({"other.bpmn": files(LINE)["flow.bpmn"]}, "flow", "other.bpmn"),
    "no_start": Broken(files("a -> e_"), "flow"),
    "several_starts": Broken(files("s_ -> a; s_2 -> a; a -> e_"), "s_2"),
    "unsupported_element": Broken(files("s_ -> a; a -> e_", node("task", "a")), "a"),
    "unsupported_event": Broken(files("s_ -> a; a -> e_", caught("a", event("compensate"))), "a"),
    "unsupported_loop": Broken(files(LINE, step("a", LOOPS)), "a"),
    "unsupported_compensation": Broken(files(LINE, step("a", isForCompensation="true")), "a"),
    "loop_output": Broken(
        files(
            LINE, repeated("a", 'camunda:collection="x"', outputs="<bpmn:loopDataOutputRef>y</bpmn:loopDataOutputRef>")
        ),
        "a",
    ),
    "several_triggers": Broken(files(LINE, caught("a", timer("P1D") + event("conditional"))), "a"),
    "trigger_missing": Broken(files(LINE, caught("a", "")), "a"),
    "name_missing": Broken(files(LINE, caught("a", event("message"))), "a"),
    "name_not_fixed": Broken(
        files(LINE, caught("a", event("message", messageRef="m")), roots='<bpmn:message id="m" name="${x}" />'), "a"
    ),
    "bad_timer": Broken(files(LINE, caught("a", timer("3 days"))), "a"),
    "event_condition_missing": Broken(files(LINE, caught("a", event("conditional"))), "a"),
    "event_gateway_target": Broken(files("s_ -> g; g -> a; a -> e_", node("eventBasedGateway", "g")), "a"),
    "boundary_dangling": Broken(files(f"{LINE}; b -> e_", at("nothing", "b", timer("P1D"))), "b"),
    "boundary_never": Broken(files(f"{LINE}; b -> e_", script("a", "x = 1"), at("a", "b", timer("P1D"))), "b"),
    "error_not_interrupting": Broken(
        files(f"{LINE}; b -> e_", within("a"), at("a", "b", event("error"), cancelActivity="false")), "b"
    ),
    "error_not_caught": Broken(files("s_ -> a; a -> e", node("endEvent", "e", event("error", errorRef="x"))), "e"),
    "link_missing": Broken(files("s_ -> l", node("intermediateThrowEvent", "l", event("link", name="x"))), "l"),
    "link_twice": Broken(
        files(f"{LINE}; k -> e_; l -> e_", caught("k", event("link", name="x")), caught("l", event("link", name="x"))),
        "k",
    ),
    "flow_dangling": Broken(
        {
            "flow.bpmn": files("s_ -> a; a -> gone; a -> e_")["flow.bpmn"]
            .replace(b'<bpmn:userTask id="gone"', b'<bpmn:x id="gone"')
            .replace(b'name="gone" camunda:assignee="gexingyao"></bpmn:userTask>', b"/>")
        },
        "f1",
    ),
    "flow_crosses": Broken(
        files(LINE, within("a", '<bpmn:sequenceFlow\n id="f" sourceRef="a_start" targetRef="e_" />')), "f"
    ),
    "flow_misplaced": Broken(files("s_ -> a; a -> s_; a -> e_"), "f1"),
    "condition_misplaced": Broken(files("s_ -> p_; p_ -> a: x; p_ -> e_; a -> e_"), "f1"),
    "condition_missing": Broken(files("s_ -> x_; x_ -> a; x_ -> e_: title; a -> e_"), "f1"),
    "condition_empty": Broken({"flow.bpmn": files("s_ -> a; a -> e_: HERE")["flow.bpmn"].replace(b"HERE", b"")}, "f1"),
    "default_dangling": Broken(
        files("s_ -> x; x -> a: title; a -> e_", node("exclusiveGateway", "x", default="f2")), "x"
    ),
    "no_way_out": Broken(files("s_ -> x_; x_ -> e_: title; x_ -> p_: initiator"), "p_"),
    "implicit_end": Broken(files("s_ -> a"), "a"),
    "no_way_in": Broken(files("s_ -> e_; a -> e_"), "a"),
    "end_out_of_reach": Broken(files("s_ -> x_; x_ -> e_: title; x_ -> a: initiator; a -> b; b -> a"), "a"),
    "loop_without_person": Broken(
        files("s_ -> x_; x_ -> e_: title; x_ -> a: initiator; a -> x_", script("a", "n = 1")), "a"
    ),
    "nobody": Broken(files(LINE, node("userTask", "a")), "a"),
    "unknown_post": Broken(files(LINE, node("userTask", "a", camunda_candidateGroups="kings")), "a"),
    "unknown_kind": Broken(files(LINE, step("a", settings(kind="dance"))), "a"),
    "unknown_service": Broken(files(LINE, node("serviceTask", "a", camunda_delegateExpression="${no.service}")), "a"),
    "service_missing": Broken(files(LINE, node("serviceTask", "a")), "a"),
    "service_slow": Broken(files(LINE, node("serviceTask", "a", camunda_topic="slow")), "a"),
    "script_missing": Broken(files(LINE, node("scriptTask", "a")), "a"),
    "bad_expression": Broken(files("s_ -> x_; x_ -> a: __import__('os'); x_ -> e_: title; a -> e_"), "f1"),
    "bad_due": Broken(files(LINE, step("a", camunda_dueDate="soon")), "a"),
    "bad_completion": Broken(files(LINE, seats("a", completion="most")), "a"),
    "weights_missing": Broken(files(LINE, seats("a", completion="weight:0.5")), "a"),
    "collection_missing": Broken(files(LINE, seats("a", "")), "a"),
    "bad_collection": Broken(
        files(LINE, seats("a", 'camunda:collection="${members(unit)}" camunda:elementVariable="seat"')), "a"
    ),
    "loop_unbounded": Broken(files(LINE, repeated("a")), "a"),
    "loop_too_often": Broken(
        files(LINE, repeated("a", inside="<bpmn:loopCardinality>5000</bpmn:loopCardinality>")), "a"
    ),
    "decision_missing": Broken(files(LINE, node("businessRuleTask", "a")), "a"),
    "unknown_decision": Broken(files(LINE, node("businessRuleTask", "a", camunda_decisionRef="d")), "a"),
    "bad_result_mapping": Broken(
        {
            **files(LINE, node("businessRuleTask", "a", camunda_decisionRef="d", camunda_mapDecisionResult="first")),
            "d.dmn": definitions(decision(["- | 1"])),
        },
        "a",
    ),
    "called_missing": Broken(files(LINE, node("callActivity", "a", calledElement="${which}")), "a"),
    "called_unknown": Broken(files(LINE, node("callActivity", "a", calledElement="elsewhere")), "a"),
    "mapping_unreadable": Broken(
        files(
            LINE,
            within(
                "a",
                f'<{EXTENSIONS}><camunda:inputOutput><camunda:inputParameter name="x"><camunda:list /></camunda:inputParameter>'
                f"</camunda:inputOutput></{EXTENSIONS}>",
            ),
        ),
        "a",
    ),
    "mapping_ignored": Broken(
        files(
            LINE,
            step(
                "a",
                f'<{EXTENSIONS}><camunda:inputOutput><camunda:inputParameter name="x">1</camunda:inputParameter>'
                f"</camunda:inputOutput></{EXTENSIONS}>",
            ),
        ),
        "a",
    ),
    "bad_variable": Broken(
        files(
            LINE,
            within(
                "a",
                f'<{EXTENSIONS}><camunda:inputOutput><camunda:inputParameter name="$x">1</camunda:inputParameter>'
                f"</camunda:inputOutput></{EXTENSIONS}>",
            ),
        ),
        "a",
    ),
    "unknown_variable": Broken(files("s_ -> x_; x_ -> a: unheard; x_ -> e_: title; a -> e_"), "f1"),
    "decision_not_offered": Broken(
        files("s_ -> a; a -> x_; x_ -> e_: decision != 'no'; x_ -> e_2: decision == 'no'"), "f2"
    ),
    "written_twice": Broken(
        files("s_ -> p_; p_ -> a; p_ -> b; a -> p_2; b -> p_2; p_2 -> e_", script("a", "x = 1"), script("b", "x = 2")),
        "p_",
    ),
    "data_ignored": Broken(files(LINE, step("a", "<bpmn:dataInputAssociation />")), "a"),
    "listener_ignored": Broken(
        files(LINE, step("a", f'<{EXTENSIONS}><camunda:taskListener class="x" event="create" /></{EXTENSIONS}>')), "a"
    ),
    "extension_ignored": Broken(files(LINE, step("a", camunda_owner="x")), "a"),
    "unsupported_extension": Broken(files(LINE, step("a", camunda_skipExpression="${true}")), "a"),
    "unknown_business": Broken(files(LINE, step("a"), own=settings(business="poetry")), "flow"),
    "unknown_setting": Broken(files(LINE, step("a", settings(colour="red"))), "a"),
    "unsupported_setting": Broken(files(LINE, step("a", settings(same_person="skip_twice"))), "a"),
    "bad_timeout": Broken(files(LINE, step("a", settings(on_timeout="pass"), camunda_dueDate="P1D")), "a"),
    "timeout_in_vain": Broken(files(LINE, step("a", settings(on_timeout="escalate"))), "a"),
    "never_skipped": Broken(files(LINE, step("a", settings(kind="approve", same_person="skip_done"))), "a"),
    "setting_in_vain": Broken(
        files(LINE, node("userTask", "a", settings(when_initiator="skip"), camunda_candidateUsers="gexingyao")), "a"
    ),
    "skipped_fields": Broken(with_form(form("body"), **SKIPPED), "a"),
    "form_missing": Broken(with_form(None), "a"),
    "form_unsupported": Broken(with_form(b'{"components": [{"type": "iframe", "key": "x"}]}'), None, "notice.form"),
    "field_unknown": Broken(with_form(form("title"), **{"access:body": "edit"}), "a"),
    "access_unknown": Broken(with_form(form("body"), **{"access:body": "write"}), "a"),
    "required_unknown": Broken(with_form(form("body"), **{"access:body": "edit", "required:body": "yes"}), "a"),
    "required_in_vain": Broken(with_form(form("body"), **{"required:body": "true"}), "a"),
    "kind_order": Broken(files(LINE, step("a", settings(kind="register"))), "a"),
}
