"""Judges the order of steps by the house's own rules: what must have been passed before a step can be reached. Pure.

It is apart from the engine's check because which step needs which is a custom of offices, not of BPMN.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.model import Finding
from engine.process import Activity, Process

RULE = "kind_order"
SENTENCE = "“{name}”可能在没有经过规定环节的情况下到达：{reason}。请检查到达它的每一条路径。"
Place = tuple[str, str]
"""A node: the key of its process, and its id."""


@dataclass(frozen=True)
class Order:
    """A rule of the house: a step of kind or service ``after`` is not reached but by way of a step of a kind in ``before``.

    ``reason`` is told to whoever draws otherwise.
    """

    before: frozenset[str]
    after: str
    reason: str


def check_order(
    processes: Mapping[str, Process], called: Mapping[str, Process], order: Order, person_only: frozenset[str]
) -> Iterator[Finding]:
    """Yield the steps that a case of one of the processes may reach without what the rule asks for before them.

    Args:
        processes: Those under judgement, by key; each may be started by itself.
        called: Others that they call.
        order: The rule.
        person_only: The kinds that cannot pass where nobody is called to them.
    """
    known = {**called, **processes}
    if any(_is_after(one, order) for process in known.values() for one in process.activities.values()):
        paths = _Paths(known, order, person_only)
        for process in processes.values():
            for key, node in paths.open_from(process):
                activity = known[key].activity(node)
                if _is_after(activity, order):
                    text = SENTENCE.format(name=activity.name or activity.id, reason=order.reason)
                    yield Finding(activity.file, activity.line, activity.id, RULE, "error", text)


def _is_after(activity: Activity, order: Order) -> bool:
    return order.after in (activity.kind, activity.service)


@dataclass
class _Paths:
    """Paths through processes and what they call. A token is *open* while it may not have passed what is asked for."""

    processes: Mapping[str, Process]
    order: Order
    person_only: frozenset[str]
    _certain: dict[Place, bool] = field(default_factory=dict)

    def open_from(self, process: Process) -> list[Place]:
        """Return the nodes that an open token may enter, from the starts of a process."""
        entered: dict[Place, None] = {}
        arrivals: dict[Place, set[str]] = {}
        ahead = [(process.key, one.id) for one in self._first(process, process.key)]
        while ahead:
            place = ahead.pop()
            if place in entered:
                continue
            entered[place] = None
            owner = self.processes[place[0]]
            activity = owner.activity(place[1])
            ahead.extend((owner.key, event.id) for event in owner.boundaries(activity.id))
            ahead.extend(self._inside(owner, activity))
            if self._passes(owner, activity):
                continue
            for flow in owner.outgoing(activity.id):
                if flow.target not in owner.activities:
                    continue  # which the check says itself
                target = (owner.key, flow.target)
                arrivals.setdefault(target, set()).add(flow.id)
                joins = owner.activity(flow.target).element == "parallelGateway"
                if not joins or len(arrivals[target]) == len(owner.incoming(flow.target)):
                    ahead.append(target)
            ahead.extend((owner.key, one.id) for one in _linked(owner, activity))
        return list(entered)

    def _inside(self, process: Process, activity: Activity) -> list[Place]:
        """Return where tokens begin inside a subprocess or a call."""
        if activity.called is not None:
            called = self.processes.get(activity.called)
            return [(called.key, one.id) for one in self._first(called, called.key)] if called is not None else []
        return [(process.key, one.id) for one in self._first(process, activity.id)] if activity.is_scope else []

    @staticmethod
    def _first(process: Process, container: str) -> list[Activity]:
        return [*process.starts_of(container), *process.event_subprocess_starts(container)]

    def _passes(self, process: Process, activity: Activity) -> bool:
        """Tell whether a token that leaves a node by its flows has certainly passed what is asked for, in it or inside it."""
        if activity.kind in self.order.before and (activity.countersign is None or activity.kind in self.person_only):
            return True  # another countersign passes at once where nobody is called to it
        if not activity.is_scope or activity.loop is not None:
            return False
        called = self.processes.get(activity.called) if activity.called is not None else process
        return called is not None and self._certain_in(called, activity.called or activity.id)

    def _certain_in(self, process: Process, container: str) -> bool:
        """Tell whether no run of a process or subprocess comes to its end without a step that is asked for."""
        place = (process.key, container)
        if place not in self._certain:
            self._certain[place] = True  # a call of itself inside it ends no sooner than that does
            self._certain[place] = self._judged(process, container)
        return self._certain[place]

    def _judged(self, process: Process, container: str) -> bool:
        inside = [one for one in process.activities.values() if one.container == container]
        terminates = any(one.trigger is not None and one.trigger.kind == "terminate" for one in inside)
        evading: set[str] = set()
        before: dict[str, list[Activity]] = {}
        for one in inside:
            for follower in _followers(process, one):
                before.setdefault(follower, []).append(one)
        ahead = inside
        while ahead:
            found = [
                one
                for one in ahead
                if one.id not in evading and self._evades(process, one, evading, any_way=terminates)
            ]
            evading.update(one.id for one in found)
            ahead = list({earlier.id: earlier for one in found for earlier in before.get(one.id, ())}.values())
        interrupting = [one for one in process.event_subprocess_starts(container) if one.interrupting]
        others = [one.container for one in interrupting]
        starts = process.starts_of(container)
        begins = process.start_of(container).id if starts else ""
        return bool(starts) and begins not in evading and all(self._certain_in(process, one) for one in others)

    def _evades(self, process: Process, activity: Activity, evading: set[str], *, any_way: bool) -> bool:
        """Tell whether a token at a node may come to the end of its scope without passing what is asked for."""
        if any(event.id in evading for event in process.boundaries(activity.id) if event.interrupting):
            return True
        if self._passes(process, activity):
            return False
        ways = [
            *(flow.target for flow in process.outgoing(activity.id)),
            *(one.id for one in _linked(process, activity)),
        ]
        if not ways:
            return activity.trigger is None or activity.trigger.kind != "error"
        free = [way for way in ways if way in evading]
        at_once = _takes_all(process, activity) and not any_way
        return len(free) == len(ways) if at_once else bool(free)


def _takes_all(process: Process, activity: Activity) -> bool:
    if activity.element == "parallelGateway":
        return True
    chooses = activity.element in ("exclusiveGateway", "inclusiveGateway", "eventBasedGateway")
    return not chooses and not any(flow.condition for flow in process.outgoing(activity.id))


def _linked(process: Process, activity: Activity) -> list[Activity]:
    if activity.element != "intermediateThrowEvent" or activity.trigger is None or activity.trigger.kind != "link":
        return []
    catch = process.link_catch(activity)
    return [catch] if catch is not None else []


def _followers(process: Process, activity: Activity) -> list[str]:
    events = (event.id for event in process.boundaries(activity.id))
    linked = (one.id for one in _linked(process, activity))
    return [*(flow.target for flow in process.outgoing(activity.id)), *events, *linked]
