"""What the BPMN files of a definition say, in the engine's words: flow nodes, flows, events, loops.

Frozen and pure. A definition is its main process with every process it calls; their flow nodes stand in one table. Those of a
called process carry its key in front (``key:id``), those of the main process stand for themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

Key = TypeVar("Key")
One = TypeVar("One")

PERSON_TASKS = frozenset({"userTask", "manualTask"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
CATCHING = frozenset({"intermediateCatchEvent", "receiveTask"})
AWAITED = frozenset({"timer", "message", "signal", "conditional"})
"""The kinds of event that happen to a token that waits; errors and escalations are thrown at it."""
ADDRESSEE = "addressee"
"""The property of a throw that names the one case its message is for."""


@dataclass(frozen=True)
class Decision:
    """One way out of a step: the value conditions ask for, and the label on the button."""

    value: str
    label: str


SEAT_DECISIONS = (Decision("agree", "同意"), Decision("amend", "有修改意见"), Decision("disagree", "不同意"))
"""What the seats of a countersign choose from where its model says nothing else, and signers that are added to a step."""


@dataclass(frozen=True)
class Countersign:
    """A user task done in seats: who they are for, and when it is decided.

    Attributes:
        collection: The variable that lists the seats.
        element_variable: What a seat is called in the expressions that say who does it.
        completion: One of ``all``, ``first``, ``sequence``, ``ratio:0.6``, ``count:3``, ``weight:0.5``.
        agreeing: The decisions that count as consent.
        weights: The variable that gives each seat its weight.
        condition: The model's ``completionCondition``, which decides instead of ``completion``.
        sequential: Whether the seats open one after another.
    """

    collection: str
    element_variable: str
    completion: str
    agreeing: frozenset[str]
    weights: str | None
    condition: str | None = None
    sequential: bool = False


@dataclass(frozen=True)
class Loop:
    """A subprocess or call activity that runs several times: for each element of a list, or a number of times."""

    sequential: bool
    collection: str | None
    element_variable: str | None
    cardinality: str | None
    condition: str | None


@dataclass(frozen=True)
class Trigger:
    """What an event is about.

    Attributes:
        kind: timer, message, signal, conditional, error, escalation, terminate or link.
        name: Of the message, signal or link; the code of an error or escalation, None where any will do.
        text: The timer's date, duration or cycle, or the condition, as written.
        form: date, duration or cycle, for a timer.
    """

    kind: str
    name: str | None = None
    text: str = ""
    form: str = ""


@dataclass(frozen=True)
class Assigned:
    """One variable to be written: ``name`` from the expression or text ``value``."""

    name: str
    value: str


@dataclass(frozen=True)
class Exchange:
    """What a call activity hands over in one direction: everything, or assignments."""

    everything: bool = False
    assigned: tuple[Assigned, ...] = ()


@dataclass(frozen=True)
class FormField:
    """A field that the model itself declares (``formData``): key, label, type, and options as value and label."""

    key: str
    label: str
    type: str
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Activity:
    """A flow node of the diagram, with what the model says of it.

    ``container`` is the process key or the subprocess in which it stands.
    """

    id: str
    element: str
    name: str
    line: int
    container: str = ""
    file: str = ""
    lane: str | None = None
    documentation: str = ""
    assignee: str | None = None
    candidate_users: str | None = None
    candidate_groups: tuple[str, ...] = ()
    due: str | None = None
    form: str | None = None
    form_fields: tuple[FormField, ...] = ()
    service: str | None = None
    slow: bool = False
    script: str | None = None
    decision_table: str | None = None
    result_variable: str | None = None
    result_mapping: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Assigned, ...] = ()
    outputs: tuple[Assigned, ...] = ()
    decisions: tuple[Decision, ...] = ()
    countersign: Countersign | None = None
    loop: Loop | None = None
    trigger: Trigger | None = None
    attached_to: str | None = None
    interrupting: bool = True
    by_event: bool = False
    called: str | None = None
    given: Exchange = Exchange()
    taken: Exchange = Exchange()

    @property
    def kind(self) -> str | None:
        """The kind of step the office's rules attach to, such as ``review``."""
        return self.properties.get("kind")

    @property
    def local_id(self) -> str:
        """The id as it stands in its own file, by which variables such as ``decision_of.ID`` are named."""
        return self.id.rpartition(":")[2]

    @property
    def is_scope(self) -> bool:
        """Whether a token in it stands for a scope of its own."""
        return self.element in ("subProcess", "callActivity")


def starters_of(start: Activity) -> tuple[str, ...]:
    """Return the posts of which one is needed to start a case at a start event; empty where anybody may."""
    return tuple(post.strip() for post in start.properties.get("starters", "").split(",") if post.strip())


@dataclass(frozen=True)
class Flow:
    """A sequence flow; ``condition`` is the expression as written, without its wrapper."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None
    is_default: bool
    line: int


@dataclass(frozen=True)
class Process:
    """A definition's main process, with the processes it calls in ``called``: key by the name used in ``calledElement``.

    ``properties`` are those of the main process itself.
    """

    key: str
    name: str
    file: str
    activities: Mapping[str, Activity]
    flows: tuple[Flow, ...]
    called: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)

    @property
    def business(self) -> str | None:
        """The business whose rules its kinds of step follow, such as ``incoming_document``; None where it says none."""
        return self.properties.get("business")

    def activity(self, activity_id: str) -> Activity:
        """Return the flow node with this id."""
        return self.activities[activity_id]

    @property
    def start(self) -> Activity:
        """The start event that people start, or where there is none the first of the others."""
        return self.start_of(self.key)

    def start_of(self, container: str) -> Activity:
        """Return the none start event of a container, or where there is none the first of its start events."""
        starts = self.starts_of(container)
        return next((start for start in starts if start.trigger is None), starts[0])

    def starts_of(self, container: str) -> tuple[Activity, ...]:
        """Return the start events of a container, in the order of the file."""
        return self._starts.get(container, ())

    def outgoing(self, activity_id: str) -> tuple[Flow, ...]:
        """Return the flows that leave this node, in the order of the file."""
        return self._outgoing.get(activity_id, ())

    def incoming(self, activity_id: str) -> tuple[Flow, ...]:
        """Return the flows that enter this node, in the order of the file."""
        return self._incoming.get(activity_id, ())

    def boundaries(self, activity_id: str) -> tuple[Activity, ...]:
        """Return the boundary events of this node, in the order of the file."""
        return self._boundaries.get(activity_id, ())

    def event_subprocess_starts(self, container: str) -> tuple[Activity, ...]:
        """Return the start events of the event subprocesses that stand in a container, in the order of the file."""
        return self._event_subprocess_starts.get(container, ())

    def link_catch(self, throw: Activity) -> Activity | None:
        """Return where a link goes on, or None where no catch of its name stands in the same container."""
        assert throw.trigger is not None
        return self._links.get((throw.container, throw.trigger.name))

    def link_throws(self, catch: Activity) -> tuple[Activity, ...]:
        """Return the throws from which a link goes on at this node, in the order of the file."""
        return self._link_throws.get(catch.id, ())

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each flow node in the file."""
        return {key: place for place, key in enumerate(self.activities)}

    @cached_property
    def awaits_events(self) -> bool:
        """Whether any token of this definition may wait for an event, a job or a call."""
        return any(one.trigger is not None or one.slow for one in self.activities.values())

    @cached_property
    def has_timeouts(self) -> bool:
        """Whether somebody is to be told when a step of this definition is not done in time."""
        return any("on_timeout" in one.properties for one in self.activities.values())

    @cached_property
    def has_conditions(self) -> bool:
        """Whether any event waits for a condition."""
        return any(one.trigger is not None and one.trigger.kind == "conditional" for one in self.activities.values())

    @cached_property
    def has_inclusive_joins(self) -> bool:
        """Whether a token may have to wait at an inclusive gateway."""
        return any(one.element == "inclusiveGateway" for one in self.activities.values())

    @cached_property
    def _starts(self) -> dict[str, tuple[Activity, ...]]:
        return _grouped((one.container, one) for one in self.activities.values() if one.element == "startEvent")

    @cached_property
    def _outgoing(self) -> dict[str, tuple[Flow, ...]]:
        return _grouped((flow.source, flow) for flow in self.flows)

    @cached_property
    def _incoming(self) -> dict[str, tuple[Flow, ...]]:
        return _grouped((flow.target, flow) for flow in self.flows)

    @cached_property
    def _boundaries(self) -> dict[str, tuple[Activity, ...]]:
        return _grouped((one.attached_to, one) for one in self.activities.values() if one.attached_to is not None)

    @cached_property
    def _event_subprocess_starts(self) -> dict[str, tuple[Activity, ...]]:
        return _grouped(
            (one.container, start)
            for one in self.activities.values()
            if one.by_event
            for start in self.starts_of(one.id)
        )

    @cached_property
    def _link_throws(self) -> dict[str, tuple[Activity, ...]]:
        throws = [
            one
            for one in self.activities.values()
            if one.element == "intermediateThrowEvent" and one.trigger is not None and one.trigger.kind == "link"
        ]
        return _grouped((catch.id, one) for one in throws if (catch := self.link_catch(one)) is not None)

    @cached_property
    def _links(self) -> dict[tuple[str, str | None], Activity]:
        return {
            (one.container, one.trigger.name): one
            for one in self.activities.values()
            if one.element == "intermediateCatchEvent" and one.trigger is not None and one.trigger.kind == "link"
        }


def _grouped(pairs: Iterable[tuple[Key, One]]) -> dict[Key, tuple[One, ...]]:
    groups: dict[Key, list[One]] = {}
    for key, one in pairs:
        groups.setdefault(key, []).append(one)
    return {key: tuple(ones) for key, ones in groups.items()}
