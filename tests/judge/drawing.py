"""The paper on which processes are drawn: nodes and flows, written as BPMN XML, one file for each process."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="https://banjie.example/tests">'
)
PEOPLE = ["luanhaiping", "wanliqing", "zonghuaigu"]
START = {
    "n": 1,
    "m": 0,
    "seats": PEOPLE,
    "weights": dict(zip(PEOPLE, (3, 1, 1), strict=True)),
    "nobody": [],
    "things": ["ink", "paper"],
}
"""The variables that a case of a drawing starts with; ``n`` and ``m`` are the ones that change."""

MESSAGES = ("m1", "m2")
SIGNALS = ("s1",)
TIMES = {"timeDuration": "PT1H", "timeCycle": "R3/PT1H", "timeDate": "2030-01-01T00:00:00Z", "endless": "R/PT1H"}
NAMED = {
    "message": ("message", "messageRef", "name"),
    "signal": ("signal", "signalRef", "name"),
    "error": ("error", "errorRef", "errorCode"),
    "escalation": ("escalation", "escalationRef", "escalationCode"),
}


class Loose(NamedTuple):
    """A flow that has no target yet."""

    source: str
    condition: str | None = None
    is_default: bool = False


@dataclass
class Drawn:
    """A node on the canvas; a subprocess has a canvas of its own."""

    tag: str
    attributes: dict[str, str]
    inside: str
    canvas: "Canvas | None" = None


@dataclass
class Line:
    """A flow on the canvas."""

    id: str
    source: str
    target: str
    condition: str | None


@dataclass
class Sheet:
    """A file while it is drawn; ids are counted for each file anew, so that files share ids."""

    key: str
    definitions: dict[str, str] = field(default_factory=dict)
    count: int = 0
    canvases: "list[Canvas]" = field(default_factory=list)

    def xml(self) -> bytes:
        """The file; the first canvas is the process."""
        definitions = "".join(self.definitions.values())
        process = f'<bpmn:process id="{self.key}" name="{self.key}" isExecutable="true">{self.canvases[0].xml()}</bpmn:process>'
        return f"{HEAD}{definitions}{process}</bpmn:definitions>".encode()

    def new_id(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def event(self, how: str) -> str:
        """The definition of an event written ``kind:what``."""
        kind, _, what = how.partition(":")
        if kind == "timer":
            tag = "timeCycle" if what == "endless" else what
            return f"<bpmn:timerEventDefinition><bpmn:{tag}>{TIMES[what]}</bpmn:{tag}></bpmn:timerEventDefinition>"
        if kind == "conditional":
            condition = f"<bpmn:condition>{escape(what)}</bpmn:condition>"
            return f"<bpmn:conditionalEventDefinition>{condition}</bpmn:conditionalEventDefinition>"
        return f"<bpmn:{kind}EventDefinition{self.reference(kind, what)} />"

    def reference(self, kind: str, what: str) -> str:
        if kind == "link":
            return f' name="{what}"'
        if kind not in NAMED or not what:
            return ""
        tag, attribute, name = NAMED[kind]
        extra = "" if name == "name" else f' name="{what}"'
        self.definitions[f"{tag}_{what}"] = f'<bpmn:{tag} id="{tag}_{what}" {name}="{what}"{extra} />'
        return f' {attribute}="{tag}_{what}"'


@dataclass
class Canvas:
    """What is drawn directly in a process or a subprocess."""

    sheet: Sheet
    nodes: dict[str, Drawn] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sheet.canvases.append(self)

    def node(self, prefix: str, tag: str, after: Sequence[Loose], inside: str = "", **attributes: str) -> str:
        node_id = self.sheet.new_id(prefix)
        self.nodes[node_id] = Drawn(tag, attributes, inside)
        for loose in after:
            self.connect(loose, node_id)
        return node_id

    def connect(self, loose: Loose, target: str) -> None:
        line = Line(self.sheet.new_id("f"), loose.source, target, loose.condition)
        self.lines.append(line)
        if loose.is_default:
            self.nodes[loose.source].attributes["default"] = line.id

    def xml(self) -> str:
        return "".join(map(self._node_xml, self.nodes)) + "".join(map(_line_xml, self.lines))

    def _node_xml(self, node_id: str) -> str:
        drawn = self.nodes[node_id]
        given = "".join(f" {name.replace('__', ':')}={quoteattr(value)}" for name, value in drawn.attributes.items())
        inside = drawn.inside + (drawn.canvas.xml() if drawn.canvas else "")
        return f'<bpmn:{drawn.tag} id="{node_id}" name="{node_id}"{given}>{inside}</bpmn:{drawn.tag}>'


def _line_xml(line: Line) -> str:
    condition = (
        f"<bpmn:conditionExpression>{escape(line.condition)}</bpmn:conditionExpression>" if line.condition else ""
    )
    return (
        f'<bpmn:sequenceFlow id="{line.id}" sourceRef="{line.source}" targetRef="{line.target}">{condition}'
        "</bpmn:sequenceFlow>"
    )
