"""Which persons' steps were done right before one, whatever stands between. Pure."""

from collections.abc import Collection, Iterator

from engine.process import Activity, Process


def nearest_before(process: Process, activity_id: str, done: Collection[str]) -> set[str]:
    """Return the steps that were done nearest before one, on each way that leads to it.

    A way is followed backwards over gateways, events, automatic nodes and steps that were not done, into subprocesses and called
    processes and out of them, up to the first step on it that was done.

    Args:
        process: The definition.
        activity_id: The step.
        done: The steps that were done, by id.

    Returns:
        Ids out of ``done``; the step itself among them where a way leads from it back to it.
    """
    found: set[str] = set()
    seen: set[str] = set()
    pending = list(_sources(process, process.activity(activity_id)))
    while pending:
        node = process.activity(pending.pop())
        if node.id in seen:
            continue
        seen.add(node.id)
        if node.id in done:
            found.add(node.id)
        else:
            pending.extend(_ends_inside(process, node) or _sources(process, node))
    return found


def _sources(process: Process, node: Activity) -> Iterator[str]:
    """Yield the nodes from which a token may have come to a node."""
    yield from (flow.source for flow in process.incoming(node.id))
    if node.attached_to is not None:
        yield node.attached_to
    elif node.element == "startEvent":
        for outer in process.activities.values():
            if outer.id == node.container or (outer.called is not None and outer.called == node.container):
                yield from _sources(process, outer)
    elif node.element == "intermediateCatchEvent" and node.trigger is not None and node.trigger.kind == "link":
        yield from (
            one.id
            for one in process.activities.values()
            if one.element == "intermediateThrowEvent" and one.trigger is not None and process.link_catch(one) == node
        )


def _ends_inside(process: Process, node: Activity) -> list[str]:
    """Return the nodes at which a subprocess or called process ends, or nothing for any other node."""
    if not node.is_scope:
        return []
    inside = node.called or node.id
    return [one.id for one in process.activities.values() if one.container == inside and not process.outgoing(one.id)]
