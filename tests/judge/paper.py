"""Processes written down by hand as arrows, scopes within scopes."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from tests.judge.drawing import HEAD
from tests.judge.game import Service, TokenGame
from tests.judge.reader import read
from tests.judge.state import Place

KINDS = {
    "s": "startEvent",
    "e": "endEvent",
    "x": "exclusiveGateway",
    "p": "parallelGateway",
    "o": "inclusiveGateway",
    "g": "eventBasedGateway",
}
MESSAGE = '<bpmn:messageEventDefinition messageRef="letter" />'
SIGNAL = '<bpmn:signalEventDefinition signalRef="bell" />'
TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
CYCLE = "<bpmn:timerEventDefinition><bpmn:timeCycle>R2/PT1H</bpmn:timeCycle></bpmn:timerEventDefinition>"
ERROR = '<bpmn:errorEventDefinition errorRef="broken" />'
ANY_ERROR = "<bpmn:errorEventDefinition />"
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="raised" />'
TERMINATE = "<bpmn:terminateEventDefinition />"
NAMES = (
    '<bpmn:message id="letter" name="letter" /><bpmn:signal id="bell" name="bell" />'
    '<bpmn:error id="broken" errorCode="BROKEN" /><bpmn:escalation id="raised" escalationCode="RAISED" />'
)


def body(arrows: str, nodes: Mapping[str, str] | None = None) -> str:
    """Lines ``a -> b`` or ``a -> b: condition``; ``nodes`` gives the XML of what its name does not tell."""
    given = dict(nodes or {})
    ends: dict[str, None] = {}
    flows = ""
    for number, line in enumerate(line.strip() for line in arrows.strip().splitlines() if line.strip()):
        arrow, _, condition = line.partition(":")
        source, target = (part.strip() for part in arrow.split("->"))
        ends.update({source: None, target: None})
        inside = (
            f"<bpmn:conditionExpression>{escape(condition.strip())}</bpmn:conditionExpression>" if condition else ""
        )
        flow_id = f"f{number}_{source}_{target}"
        flows += (
            f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'
        )
    others = (xml for node, xml in given.items() if node not in ends)
    return "".join(given.get(node) or _node(node) for node in ends) + "".join(others) + flows


def _node(node: str) -> str:
    kind = KINDS.get(node.partition("_")[0], "userTask") if "_" in node else "userTask"
    return f'<bpmn:{kind} id="{node}" />'


def element(tag: str, node: str, inside: str = "", **attributes: str) -> str:
    given = "".join(f' {name.replace("__", ":")}="{value}"' for name, value in attributes.items())
    return f'<bpmn:{tag} id="{node}"{given}>{inside}</bpmn:{tag}>'


def boundary(node: str, activity: str, event: str, *, stops: bool = True) -> str:
    return element("boundaryEvent", node, event, attachedToRef=activity, cancelActivity=str(stops).lower())


def event_subprocess(node: str, event: str, *, stops: bool, arrows: str, nodes: Mapping[str, str] | None = None) -> str:
    start = element("startEvent", "s_event", event, isInterrupting=str(stops).lower())
    return element("subProcess", node, body(arrows, {"s_event": start, **(nodes or {})}), triggeredByEvent="true")


def script(node: str, text: str) -> str:
    return element("scriptTask", node, f"<bpmn:script>{escape(text)}</bpmn:script>")


def runs(
    *, collection: str = "", cardinality: str = "", until: str = "", sequential: bool = False, variable: str = "one"
) -> str:
    given = f'camunda:collection="{collection}" camunda:elementVariable="{variable}"' if collection else ""
    inside = f"<bpmn:loopCardinality>{cardinality}</bpmn:loopCardinality>" if cardinality else ""
    inside += f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{str(sequential).lower()}" {given}>{inside}</{tag}>'


def properties(**given: str) -> str:
    inside = "".join(f'<camunda:property name="{name}" value="{value}" />' for name, value in given.items())
    return f"<bpmn:extensionElements><camunda:properties>{inside}</camunda:properties></bpmn:extensionElements>"


def parameters(
    inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None, more: str = ""
) -> str:
    inside = "".join(
        f'<camunda:inputParameter name="{k}">{v}</camunda:inputParameter>' for k, v in (inputs or {}).items()
    )
    inside += "".join(
        f'<camunda:outputParameter name="{k}">{v}</camunda:outputParameter>' for k, v in (outputs or {}).items()
    )
    return f"<bpmn:extensionElements><camunda:inputOutput>{inside}</camunda:inputOutput>{more}</bpmn:extensionElements>"


def file(content: str, key: str = "flow") -> bytes:
    return f'{HEAD}{NAMES}<bpmn:process id="{key}">{content}</bpmn:process></bpmn:definitions>'.encode()


class Case:
    """A game told in short: places by the words of their path, divided by slashes, runs behind ``#``, seats behind ``@``."""

    def __init__(
        self,
        content: str,
        others: Mapping[str, str] | None = None,
        *,
        services: Mapping[str, Service] | None = None,
        person_only: frozenset[str] = frozenset(),
        variables: Mapping[str, object] | None = None,
    ) -> None:
        files = {key: file(xml, key) for key, xml in {"flow": content, **(others or {})}.items()}
        self.game = TokenGame(read(files, "flow"), services=services, person_only=person_only)
        self.game.start(variables or {})

    @property
    def waiting(self) -> list[str]:
        return sorted(told(place) for place in self.game.waiting())

    @property
    def events(self) -> list[str]:
        return sorted(f"{told(place)} {event}" for place, event, _kind in self.game.events())

    @property
    def incidents(self) -> list[str]:
        return sorted(told(place) for place in self.game.incidents())

    @property
    def variables(self) -> dict[str, object]:
        """The root's, without the record of decisions."""
        return {name: value for name, value in self.game.variables().items() if not name.startswith("decision_of.")}

    def done(self, where: str, decision: str = "submit", **variables: object) -> "Case":
        self.game.complete(next(place for place in self.game.waiting() if told(place) == where), decision, variables)
        return self

    def timer(self, event: str) -> "Case":
        place, event_id, _kind = next(one for one in self.game.events() if one[1] == event)
        self.game.fire_timer(place, event_id)
        return self

    def jump(self, where: str, target: str) -> "Case":
        self.game.jump(next(place for place in self.game.waiting() if told(place) == where), target)
        return self


def told(place: Place) -> str:
    path = "".join(f"{activity}{'' if run is None else f'#{run}'}/" for activity, run in place.path)
    return path + place.activity + (f"@{place.seat}" if place.seat else "")
