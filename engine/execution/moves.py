"""Send back and jump: which steps a token may be put at, and what of the marking has to change for that. Pure.

A target that every path to the token leads through takes all that follows it away. A target inside a parallel block that is
finished starts one branch again, and the others count as arrived; or the whole block starts again from its split.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import MoveRefused
from engine.execution.joins import arrived, is_join, reachable
from engine.marking import Arrival, Marking, Token
from engine.process import PERSON_TASKS, Process


@dataclass(frozen=True)
class Move:
    """An edit of the marking.

    Attributes:
        take: Tokens that go, by id, with all that hangs on them.
        drop: Arrivals that go.
        put: The activity at which a token is put, and the scope.
        arrive: Arrivals that are added, for branches that are not run again.
    """

    take: tuple[int, ...]
    drop: tuple[Arrival, ...]
    put: tuple[str, int]
    arrive: tuple[Arrival, ...] = ()


@dataclass(frozen=True)
class Target:
    """A step to which a token may be sent back, and the scope in which it stands.

    ``inside`` says that it lies inside a finished parallel block, ``split`` is the gateway from which the whole block can start
    again, where it has one.
    """

    activity_id: str
    scope: int
    inside: bool = False
    split: str | None = None


def send_back_targets(process: Process, marking: Marking, token: Token) -> list[Target]:
    """Return the persons' steps certainly passed on the way to a token: the innermost scope first, then by file order."""
    targets: list[Target] = []
    for place, scope in _places_outwards(marking, token):
        container = process.activity(place).container
        passed = certainly_passed(process, container)[place] - {place}
        for activity in process.activities.values():
            if activity.id in passed and activity.element in PERSON_TASKS:
                inside = not dominates(process, activity.id, place)
                split = _split_of(process, activity.id, place) if inside else None
                targets.append(Target(activity.id, scope, inside, split))
    return targets


def send_back(process: Process, marking: Marking, token: Token, to: str, *, whole_block: bool = False) -> Move:
    """Return what sends a token back to a step.

    Args:
        process: The case's definition.
        marking: The case.
        token: Whose step is sent back.
        to: A step that was certainly passed.
        whole_block: Start a finished parallel block again from its split, instead of one branch of it.

    Returns:
        The edit.

    Raises:
        MoveRefused: The step was not certainly passed.
    """
    target = next((one for one in send_back_targets(process, marking, token) if one.activity_id == to), None)
    if target is None:
        raise MoveRefused(token.activity_id, to, "not_passed")
    if target.split is not None and whole_block:
        return _without_what_follows(process, marking, token, target.split, target.scope, {target.split})
    if not target.inside:
        return _without_what_follows(process, marking, token, to, target.scope, {to})
    met = {join for join in _joins_ahead(process, to) if _not_fed(process, to, join)}
    move = _without_what_follows(process, marking, token, to, target.scope, met)
    return Move(move.take, move.drop, move.put, _branches_not_run_again(process, marking, move))


def plan_send_back(
    process: Process, marking: Marking, token_id: int, to: str, *, whole_block: bool = False, direct: bool = False
) -> Move:
    """Return what sends a token back to a step, or, where it then comes straight back, what lends it to that step.

    Raises:
        MoveRefused: The step was not certainly passed, or lies in another scope, from which nothing comes straight back.
    """
    token = marking.token(token_id)
    if not direct:
        return send_back(process, marking, token, to, whole_block=whole_block)
    target = next((one for one in send_back_targets(process, marking, token) if one.activity_id == to), None)
    if target is None:
        raise MoveRefused(token.activity_id, to, "not_passed")
    if target.scope != token.scope:
        raise MoveRefused(token.activity_id, to, "no_way_back")
    return Move((token.id,), (), (to, target.scope))


def jump(process: Process, marking: Marking, to: str, token: Token | None, scope: int | None = None) -> Move:
    """Return what puts a token at any step, as an intervention.

    Args:
        process: The case's definition.
        marking: The case.
        to: The step, in a scope that the case is in.
        token: The token that goes there; without one, everything in the target's scope goes.
        scope: The target's scope, where several runs hold the step.

    Returns:
        The edit.

    Raises:
        MoveRefused: There is no such step, the case is not in its scope, or a token left behind would wait for ever.
    """
    source = token.activity_id if token is not None else ""
    activity = process.activities.get(to)
    if activity is None:
        raise MoveRefused(source, to, "unknown_target")
    if activity.element not in PERSON_TASKS:
        raise MoveRefused(source, to, "not_a_step")
    scopes = [one.id for one in marking.scopes.values() if one.container == activity.container]
    if scope is None and token is not None:
        scope = next((one for _place, one in _places_outwards(marking, token) if one in scopes), None)
    scope = scope if scope is not None else next(iter(scopes), None)
    if scope not in scopes or not marking.tokens:  # a case that has ended is in no scope any more
        raise MoveRefused(source, to, "other_scope")
    assert scope is not None
    if token is None:
        take = tuple(one.id for one in marking.tokens if one.scope == scope)
        drop = tuple(one for one in marking.arrivals if one.scope == scope)
    else:
        standing = next((place for place, one in _places_outwards(marking, token) if one == scope), None)
        take = (_token_at(marking, token, scope).id,) if standing is not None else (token.id,)
        drop = ()
    move = Move(take, drop, (to, scope))
    completed = Move(take, drop, (to, scope), _branches_not_run_again(process, marking, move))
    if _strands(process, marking, completed):
        raise MoveRefused(source, to, "strands")
    return completed


def certainly_passed(process: Process, container: str) -> dict[str, frozenset[str]]:
    """Return for each node of a container the nodes that a token at it has certainly passed, itself included.

    At a parallel join all its branches were passed; at any other node only what every way in has in common.
    """
    nodes = [one.id for one in process.activities.values() if one.container == container]
    everything = frozenset(nodes)
    passed = dict.fromkeys(nodes, everything)
    changed = True
    while changed:
        changed = False
        for node in nodes:
            before = [passed[source] for source in _sources(process, node)]
            joined = process.activity(node).element == "parallelGateway"
            come = frozenset().union(*before) if joined or not before else frozenset.intersection(*before)
            now = come | {node}
            if now != passed[node]:
                passed[node], changed = now, True
    return passed


def dominates(process: Process, node: str, other: str) -> bool:
    """Tell whether there is a path from a start of the container to ``other``, and every one leads through ``node``."""
    if node == other:
        return True
    starts = process.starts_of(process.activity(node).container)
    leading = [start.id for start in starts if other in reachable(process, start.id)]
    return bool(leading) and all(
        start == node or other not in reachable(process, start, without=node) for start in leading
    )


def _without_what_follows(
    process: Process, marking: Marking, token: Token, put: str, scope: int, heads: Iterable[str]
) -> Move:
    """Return the edit that takes the token away with all in its scope that can only come after one of ``heads``."""
    going = _token_at(marking, token, scope)
    after = [
        one.id
        for one in marking.tokens
        if one.scope == scope and one is not going and _follows(process, heads, one.activity_id)
    ]
    flows = {flow.id: flow.source for flow in process.flows}
    drop = [one for one in marking.arrivals if one.scope == scope and _follows(process, heads, flows[one.flow])]
    return Move((going.id, *after), tuple(drop), (put, scope))


def _follows(process: Process, heads: Iterable[str], node: str) -> bool:
    return any(head in process.activities and dominates(process, head, node) for head in heads)


def _branches_not_run_again(process: Process, marking: Marking, move: Move) -> tuple[Arrival, ...]:
    """Return an arrival for each flow into a parallel join ahead that neither the target nor any other token can bring."""
    to, scope = move.put
    places = [to, *_remaining(marking, move)]
    added: list[Arrival] = []
    for join in _joins_ahead(process, to):
        waiting = arrived(marking, join, scope)
        for one in move.drop:
            if one.join == join and one.scope == scope:
                waiting[one.flow] -= 1
        added.extend(
            Arrival(join, flow.id, scope)
            for flow in process.incoming(join)
            if waiting[flow.id] <= 0 and not any(_brings(process, place, flow.source, join) for place in places)
        )
    return tuple(added)


def _strands(process: Process, marking: Marking, move: Move) -> bool:
    """Tell whether some parallel join would hold a token for ever after the edit."""
    to, scope = move.put
    places = [to, *_remaining(marking, move)]
    arrivals = [one for one in (*marking.arrivals, *move.arrive) if one.scope == scope and one not in move.drop]
    container = process.activity(to).container
    for activity in process.activities.values():
        if activity.container != container or activity.element != "parallelGateway" or not is_join(process, activity):
            continue
        held = {one.flow for one in arrivals if one.join == activity.id}
        coming = [flow for flow in process.incoming(activity.id) if flow.id not in held]
        brought = [any(_brings(process, place, flow.source, activity.id) for place in places) for flow in coming]
        if (held or any(brought)) and not all(brought):
            return True
    return False


def _remaining(marking: Marking, move: Move) -> list[str]:
    scope = move.put[1]
    return [one.activity_id for one in marking.tokens if one.scope == scope and one.id not in move.take]


def _joins_ahead(process: Process, node: str) -> list[str]:
    ahead = reachable(process, node)
    return [
        one.id
        for one in process.activities.values()
        if one.id in ahead and one.element == "parallelGateway" and is_join(process, one)
    ]


def _not_fed(process: Process, node: str, join: str) -> bool:
    return any(not _brings(process, node, flow.source, join) for flow in process.incoming(join))


def _brings(process: Process, place: str, source: str, join: str) -> bool:
    return source in reachable(process, place, without=join)


def _split_of(process: Process, inside: str, after: str) -> str | None:
    """Return the innermost parallel or inclusive split that every path to a step in a finished block leads through."""
    splits = [
        one.id
        for one in process.activities.values()
        if one.element in ("parallelGateway", "inclusiveGateway")
        and len(process.outgoing(one.id)) > 1
        and one.container == process.activity(inside).container
        and dominates(process, one.id, inside)
        and dominates(process, one.id, after)
    ]
    return next((one for one in splits if all(dominates(process, other, one) for other in splits)), None)


def _sources(process: Process, node: str) -> list[str]:
    sources = [flow.source for flow in process.incoming(node)]
    attached_to = process.activity(node).attached_to
    if attached_to is not None:
        sources.extend(flow.source for flow in process.incoming(attached_to))
    sources.extend(throw.id for throw in process.link_throws(process.activity(node)))
    return sources


def _places_outwards(marking: Marking, token: Token) -> list[tuple[str, int]]:
    """Return where a token stands, scope by scope: itself, then the subprocess or call activity it is in, and so on."""
    places = [(token.activity_id, token.scope)]
    scope = marking.scopes[token.scope]
    while scope.token is not None:
        around = marking.token(scope.token)
        places.append((around.activity_id, around.scope))
        scope = marking.scopes[around.scope]
    return places


def _token_at(marking: Marking, token: Token, scope: int) -> Token:
    """Return the token itself, or the one around it that stands in this scope."""
    while token.scope != scope:
        around = marking.scopes[token.scope].token
        if around is None:
            return token
        token = marking.token(around)
    return token
