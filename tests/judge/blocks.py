"""Trees of blocks, and how each kind of block is drawn: the structured part of a random process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from tests.judge.drawing import Canvas, Loose, Sheet

WHO = {"camunda__assignee": "gexingyao"}
SEAT = {"camunda__assignee": "${seat}"}


@dataclass(frozen=True)
class Block:
    """A piece of a process; ``how`` says which of the ways to draw its kind."""

    kind: str
    inside: "tuple[Block, ...]" = ()
    how: tuple[str, ...] = ()


class Artist:
    """Draws blocks; each method named for a kind takes the loose ends before it and returns those behind it."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.sheets: list[Sheet] = []

    def process(self, block: Block, key: str) -> None:
        sheet = Sheet(key)
        self.sheets.append(sheet)
        self.whole(Canvas(sheet), block)

    def whole(self, canvas: Canvas, block: Block, start: str = "") -> None:
        """A start, the block, an end."""
        trigger, _, interrupting = start.partition("!")
        inside = canvas.sheet.event(trigger) if trigger else ""
        attributes = {"isInterrupting": interrupting} if trigger else {}
        first = canvas.node("s_", "startEvent", [], inside, **attributes)
        canvas.node("e_", "endEvent", self.draw(canvas, block, [Loose(first)]))

    def draw(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        method: Callable[[Canvas, Block, Sequence[Loose]], list[Loose]] = getattr(self, block.kind)
        return method(canvas, block, after)

    def task(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        return [Loose(canvas.node("t", "userTask", after, **WHO))]

    def seats(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        """``how`` is the rule, then ``one_by_one`` or not, then the name of the list; a rule ``${…}`` is a condition."""
        rule, order, people = block.how
        given = {} if rule.startswith("${") or not rule else {"completion": rule}
        given |= {"weights": "weights"} if rule.startswith("weight") else {}
        extensions = "".join(f"<camunda:property name={quoteattr(k)} value={quoteattr(v)} />" for k, v in given.items())
        inside = _extensions(f"<camunda:properties>{extensions}</camunda:properties>" if extensions else "")
        until = rule if rule.startswith("${") else ""
        inside += _loop(order == "one_by_one", f'camunda:collection="{people}" camunda:elementVariable="seat"', until)
        return [Loose(canvas.node("v", "userTask", after, inside, **SEAT))]

    def script(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        text = f"<bpmn:script>{escape(block.how[0])}</bpmn:script>"
        return [Loose(canvas.node("w", "scriptTask", after, text))]

    def service(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        """``how``: the service, and ``mapped`` or not."""
        name, mapped = block.how
        given = '<camunda:inputParameter name="n">${m}</camunda:inputParameter>'
        given += '<camunda:outputParameter name="m">${n + counted}</camunda:outputParameter>'
        inside = _extensions(f"<camunda:inputOutput>{given}</camunda:inputOutput>" if mapped else "")
        return [Loose(canvas.node("z", "serviceTask", after, inside, camunda__delegateExpression=f"${{{name}}}"))]

    def throw(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        event, correlation = block.how
        inside = _sent(event, correlation)
        if event.startswith("task:"):
            reference = canvas.sheet.reference("message", event.partition(":")[2])
            name, _, value = reference.strip().partition("=")
            return [Loose(canvas.node("o", "sendTask", after, inside, **{name: value.strip('"')}))]
        return [Loose(canvas.node("o", "intermediateThrowEvent", after, inside + canvas.sheet.event(event)))]

    def catch(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        return [Loose(canvas.node("c", "intermediateCatchEvent", after, canvas.sheet.event(block.how[0])))]

    def receive(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        name, _, value = canvas.sheet.reference("message", block.how[0]).strip().partition("=")
        return [Loose(canvas.node("r", "receiveTask", after, **{name: value.strip('"')}))]

    def link(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        name = canvas.sheet.new_id("link")
        canvas.node("o", "intermediateThrowEvent", after, canvas.sheet.event(f"link:{name}"))
        return [Loose(canvas.node("c", "intermediateCatchEvent", [], canvas.sheet.event(f"link:{name}")))]

    def sequence(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        for one in block.inside:
            after = self.draw(canvas, one, after)
        return list(after)

    def decision(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        """``how``: whether a gateway chooses or the task's own flows, whether one merges, how the last branch ends."""
        source, merge, ending = block.how
        task = canvas.node("t", "userTask", after, **WHO)
        if source != "task":
            task = canvas.node("x_", source, [Loose(task)])
        branches = [
            self.draw(canvas, one, [Loose(task, f"${{decision == 'd{number}'}}")])
            for number, one in enumerate(block.inside)
        ]
        return self._joined(canvas, self._ended(canvas, branches, ending), merge)

    def choice(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        """``how``: the gateway, ``default`` or not, what merges, how the last branch ends."""
        source, default, merge, ending = block.how
        gateway = canvas.node("x_", source, after)
        branches = []
        for number, one in enumerate(block.inside):
            is_default = default == "default" and number == len(block.inside) - 1
            loose = Loose(gateway, None if is_default else ("${n > 1}", "${m > 1}", "${n + m < 3}")[number], is_default)
            branches.append(self.draw(canvas, one, [loose]))
        return self._joined(canvas, self._ended(canvas, branches, ending), merge)

    def parallel(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        """``how``: a gateway splits or a task with several flows, what joins, how the last branch ends."""
        source, merge, ending = block.how
        split = canvas.node("p_", source, after, **(WHO if source == "userTask" else {}))
        branches = [self.draw(canvas, one, [Loose(split)]) for one in block.inside]
        return self._joined(canvas, self._ended(canvas, branches, ending), merge)

    def loop(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        """``how``: whether a gateway merges, or the block's first node takes several flows."""
        start = canvas.node("x_", "exclusiveGateway", after) if block.how[0] == "gateway" else None
        before = len(canvas.nodes)
        ends = self.draw(canvas, block.inside[0], [Loose(start)] if start else after)
        drawn = list(canvas.nodes)[before:]
        first = start or next(node for node in drawn if "triggeredByEvent" not in canvas.nodes[node].attributes)
        ask = canvas.node("t", "userTask", ends, **WHO)
        choice = canvas.node("x_", "exclusiveGateway", [Loose(ask)])
        canvas.connect(Loose(choice, "${decision == 'again'}"), first)
        return [Loose(choice, "${decision == 'on'}")]

    def subprocess(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        """``how``: the runs, ``local`` or not; then the trigger of the event subprocess that the second block is."""
        runs, local, *trigger = block.how
        inner = Canvas(canvas.sheet)
        given = '<camunda:inputParameter name="n">${m + 2}</camunda:inputParameter>' if local else ""
        taken = '<camunda:outputParameter name="m">${n}</camunda:outputParameter>' if local == "output" else ""
        extensions = _extensions(f"<camunda:inputOutput>{given}{taken}</camunda:inputOutput>" if local else "")
        node = canvas.node("b", "subProcess", after, extensions + _runs(runs))
        canvas.nodes[node].canvas = inner
        self.whole(inner, block.inside[0])
        if trigger:
            self.handler(inner, block.inside[1], trigger[0])
        return [Loose(node)]

    def handler(self, canvas: Canvas, block: Block, trigger: str) -> None:
        """An event subprocess; ``trigger`` is the event and, behind ``!``, whether it interrupts."""
        node = canvas.node("h", "subProcess", [], triggeredByEvent="true")
        inner = canvas.nodes[node].canvas = Canvas(canvas.sheet)
        self.whole(inner, block, trigger)

    def handled(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        """A block with an event subprocess beside it, in the scope in which it stands."""
        self.handler(canvas, block.inside[1], block.how[0])
        return self.draw(canvas, block.inside[0], after)

    def call(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        """``how``: the runs, and what is handed in."""
        runs, handed = block.how
        called = f"{self.key}_sub{len(self.sheets)}"
        self.process(block.inside[0], called)
        ins = {
            "named": "".join(f'<camunda:in source="{name}" target="{name}" />' for name in ("n", "m", "seats"))
            + '<camunda:in source="weights" target="weights" /><camunda:in sourceExpression="${[]}" target="nobody" />'
            '<camunda:in sourceExpression="${[n, m]}" target="things" />',
            "all": '<camunda:in variables="all" />',
            "nothing": "",
        }[handed]
        out = "" if handed == "nothing" else '<camunda:out source="m" target="m" />'
        extensions = _extensions(ins + out)
        return [Loose(canvas.node("k", "callActivity", after, extensions + _runs(runs), calledElement=called))]

    def guard(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        """An activity with boundary events; ``how`` names each event, with ``!false`` where it does not interrupt."""
        ends = self.draw(canvas, block.inside[0], after)
        [activity] = {loose.source for loose in ends}
        behind: list[Loose] = []
        for one, how in zip(block.inside[1:], block.how[1:], strict=True):
            event, _, interrupting = how.partition("!")
            attributes = {"attachedToRef": activity, "cancelActivity": interrupting or "true"}
            node = canvas.node("y", "boundaryEvent", [], canvas.sheet.event(event), **attributes)
            behind += self.draw(canvas, one, [Loose(node)])
        if block.how[0] == "end":
            canvas.node("e_", "endEvent", behind)
            return ends
        return self._joined(canvas, [ends, behind], block.how[0])

    def race(self, canvas: Canvas, block: Block, after: Sequence[Loose]) -> list[Loose]:
        """An event gateway; ``how``: what merges, then the events."""
        merge, *events = block.how
        gateway = canvas.node("g_", "eventBasedGateway", after)
        branches = []
        for one, event in zip(block.inside, events, strict=True):
            caught = canvas.node("c", "intermediateCatchEvent", [Loose(gateway)], canvas.sheet.event(event))
            branches.append(self.draw(canvas, one, [Loose(caught)]))
        return self._joined(canvas, branches, merge)

    def _ended(self, canvas: Canvas, branches: list[list[Loose]], ending: str) -> list[list[Loose]]:
        if not ending:
            return branches
        inside = "" if ending == "none" else _sent(ending, "") + canvas.sheet.event(ending)
        canvas.node("e_", "endEvent", branches[-1], inside)
        return branches[:-1]

    def _joined(self, canvas: Canvas, branches: list[list[Loose]], merge: str) -> list[Loose]:
        loose = [one for branch in branches for one in branch]
        return [Loose(canvas.node("p_", merge, loose))] if merge else loose


def _extensions(inside: str) -> str:
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""


def _sent(event: str, correlation: str) -> str:
    """What is thrown carries ``n`` as ``m``."""
    if not event.startswith(("message", "task", "signal")):
        return ""
    properties = f'<camunda:property name="correlation" value="{correlation}" />' if correlation else ""
    payload = (
        '<camunda:inputOutput><camunda:inputParameter name="m">${n}</camunda:inputParameter></camunda:inputOutput>'
    )
    return _extensions((f"<camunda:properties>{properties}</camunda:properties>" if properties else "") + payload)


def _loop(sequential: bool, attributes: str, until: str = "", cardinality: str = "") -> str:
    inside = f"<bpmn:loopCardinality>{cardinality}</bpmn:loopCardinality>" if cardinality else ""
    inside += f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    order = str(sequential).lower()
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{order}" {attributes}>{inside}</{tag}>'


def _runs(how: str) -> str:
    """``order:what:until``: how often an activity runs, or the empty text for once."""
    if not how:
        return ""
    order, what, until = how.split("|")
    if what in ("things", "nobody"):
        collection = f'camunda:collection="{what}" camunda:elementVariable="thing"'
        return _loop(order == "sequential", collection, until)
    return _loop(order == "sequential", "", until, what)
