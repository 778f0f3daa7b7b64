"""Moves a running case to another version of its definition, token by token. Pure.

Each token, arrival and awaited event is looked for in the other version by its id, or by the id that a map gives it. What has no
place there is a reason to refuse; nothing is dropped in silence but events that the new version no longer knows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.marking import Arrival, Marking, Watch
from engine.process import CATCHING, Activity, Process


@dataclass(frozen=True)
class Migration:
    """Where each token would stand (token, from, to), and why the case cannot move, if it cannot.

    ``dropped`` are the events that the case waits for and the other version does not know, by their ids in the old version.
    """

    tokens: tuple[tuple[int, str, str], ...]
    refused: tuple[str, ...]
    dropped: tuple[str, ...] = ()


def plan(old: Process, new: Process, marking: Marking, renamed: Mapping[str, str]) -> Migration:
    """Return where every token would stand in the other version.

    Args:
        old: The version the case runs on.
        new: The version it is to move to.
        marking: The case.
        renamed: Ids of the old version and what they are called in the new one.

    Returns:
        The plan; the case can move if nothing is refused. Reasons are Chinese sentences with the id in front.
    """
    tokens: list[tuple[int, str, str]] = []
    refused: list[str] = []
    for token in marking.tokens:
        there = renamed.get(token.activity_id, token.activity_id)
        tokens.append((token.id, token.activity_id, there))
        reason = _misfit(old.activity(token.activity_id), new.activities.get(there), old, new, renamed)
        if reason:
            refused.append(f"{token.activity_id}：{reason}")
        refused.extend(
            f"{one}：新版本中没有这个环节，无法直接送回"
            for one in _steps_back(token.back)
            if renamed.get(one, one) not in new.activities
        )
    refused.extend(
        f"{arrival.join}：新版本中没有来自“{arrival.flow}”的汇聚"
        for arrival in marking.arrivals
        if _flow_there(old, new, arrival, renamed) is None
    )
    dropped = () if refused else tuple(_dropped(old, new, marking, renamed))
    return Migration(tuple(tokens), tuple(dict.fromkeys(refused)), tuple(dict.fromkeys(dropped)))


def apply(old: Process, new: Process, marking: Marking, renamed: Mapping[str, str]) -> dict[int, list[Activity]]:
    """Change a marking that a plan did not refuse.

    Returns:
        By token or scope, the events that only the new version has and that it now has to wait for.
    """
    fresh: dict[int, list[Activity]] = {}
    for token in marking.tokens:
        activity = new.activity(renamed.get(token.activity_id, token.activity_id))
        known = _events_of(old, old.activity(token.activity_id))
        events = _events_of(new, activity)
        token.activity_id = activity.id
        token.watches = _kept(token.watches, old, events, renamed)
        token.back = _back_there(token.back, renamed)
        if not token.failed:
            fresh[token.id] = _only_new(known, events, renamed)
    for scope in marking.scopes.values():
        known = list(old.event_subprocess_starts(scope.container))
        scope.container = _container_there(old, new, scope.container, renamed)
        events = list(new.event_subprocess_starts(scope.container))
        scope.watches = _kept(scope.watches, old, events, renamed)
        fresh[scope.id] = _only_new(known, events, renamed)
    marking.arrivals = [
        Arrival(renamed.get(one.join, one.join), _flow_there(old, new, one, renamed) or one.flow, one.scope)
        for one in marking.arrivals
    ]
    return {holder: events for holder, events in fresh.items() if events}


def _misfit(
    here: Activity, there: Activity | None, old: Process, new: Process, renamed: Mapping[str, str]
) -> str | None:
    if there is None:
        return "新版本中没有这个环节"
    if there.element != here.element:
        return "新版本中同一标识是另一种元素"
    if there.container != _container_there(old, new, here.container, renamed):
        return "新版本中该环节在另一个子流程里"
    if (there.countersign is None) != (here.countersign is None) or (there.loop is None) != (here.loop is None):
        return "新版本中该环节的多实例设置不同"
    if here.element in CATCHING and _waits_for(there) != _waits_for(here):
        return "新版本中该环节等候的是另一种事件"
    if there.called != here.called:
        return "新版本中该环节调用另一个流程"
    return None


def _steps_back(back: list[Any] | None) -> Iterator[str]:
    """Yield the steps that a token goes straight back to, one after the other."""
    while back is not None:
        yield back[0]
        back = back[3]


def _back_there(back: list[Any] | None, renamed: Mapping[str, str]) -> list[Any] | None:
    if back is None:
        return None
    activity_id, scope, person, further = back
    return [renamed.get(activity_id, activity_id), scope, person, _back_there(further, renamed)]


def _container_there(old: Process, new: Process, container: str, renamed: Mapping[str, str]) -> str:
    return new.key if container == old.key else renamed.get(container, container)


def _flow_there(old: Process, new: Process, arrival: Arrival, renamed: Mapping[str, str]) -> str | None:
    """Return the flow of the new version over which an arrival would have come: of the same id, or between the same nodes."""
    join = renamed.get(arrival.join, arrival.join)
    source = next(flow.source for flow in old.flows if flow.id == arrival.flow)
    into = new.incoming(join)
    same = [flow.id for flow in into if flow.id == renamed.get(arrival.flow, arrival.flow)]
    between = [flow.id for flow in into if flow.source == renamed.get(source, source)]
    return next(iter([*same, *between]), None)


def _events_of(process: Process, activity: Activity) -> list[Activity]:
    if activity.element == "eventBasedGateway":
        return [process.activity(flow.target) for flow in process.outgoing(activity.id)]
    own = [activity] if activity.element in CATCHING else []
    return [*own, *process.boundaries(activity.id)]


def _kept(
    watches: Mapping[str, Watch], old: Process, events: list[Activity], renamed: Mapping[str, str]
) -> dict[str, Watch]:
    """Return what is still waited for: the event of the same id, unless it has become one of another kind."""
    there = {event.id: _waits_for(event) for event in events}
    return {
        renamed.get(event, event): watch
        for event, watch in watches.items()
        if there.get(renamed.get(event, event)) == _waits_for(old.activity(event))
    }


def _only_new(known: list[Activity], events: list[Activity], renamed: Mapping[str, str]) -> list[Activity]:
    before = {renamed.get(event.id, event.id): _waits_for(event) for event in known}
    return [event for event in events if event.id not in before or before[event.id] != _waits_for(event)]


def _waits_for(event: Activity) -> tuple[str, str]:
    """Return the kind of an event, by which what was kept for it can be used for another one or not."""
    return event.element, event.trigger.kind if event.trigger is not None else ""


def _dropped(old: Process, new: Process, marking: Marking, renamed: Mapping[str, str]) -> Iterator[str]:
    """Yield the events that are waited for and would not be any more."""
    for token in marking.tokens:
        events = _events_of(new, new.activity(renamed.get(token.activity_id, token.activity_id)))
        kept = _kept(token.watches, old, events, renamed)
        yield from (event for event in token.watches if renamed.get(event, event) not in kept)
    for scope in marking.scopes.values():
        events = list(new.event_subprocess_starts(_container_there(old, new, scope.container, renamed)))
        kept = _kept(scope.watches, old, events, renamed)
        yield from (event for event in scope.watches if renamed.get(event, event) not in kept)
