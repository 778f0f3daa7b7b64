"""Where a history and its execution part: what history tells of the state there, beside what executing again gives."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine import canonical
from engine.history import Entry
from engine.model import INPUTS, EventKind, HistoryEvent, Side, Value, Variables, WorkItemState
from engine.process import Process
from engine.told_tokens import TokensUntold, told_tokens
from engine.told_work_items import told_work_items

_WRITTEN: Mapping[str, str] = {
    EventKind.PROCESS_STARTED: "variables",
    EventKind.WORK_ITEM_COMPLETED: "variables",
    EventKind.VARIABLES_CORRECTED: "variables",
    EventKind.VARIABLES_SET: "variables",
    EventKind.SERVICE_RETURNED: "variables",
    EventKind.SERVICE_FINISHED: "variables",
    EventKind.MESSAGE_RECEIVED: "payload",
    EventKind.SIGNAL_RECEIVED: "payload",
}
"""Where the events say what they write into a case."""


def told_side(
    processes: Mapping[str, Process], events: Sequence[HistoryEvent], seq: int, before: Variables
) -> tuple[int, Side]:
    """Return what history tells of a case after the command that an event belongs to.

    Args:
        processes: The versions the case has run on, by the hash of their definition.
        events: The whole chain of the case, in order.
        seq: The event.
        before: The case's own variables before that command.

    Returns:
        The number of the command's input event, and the state. Tokens are left out where history does not say where they stand.
    """
    command = max((one.seq for one in events if one.seq <= seq and one.kind in INPUTS), default=seq)
    after = min((one.seq for one in events if one.seq > seq and one.kind in INPUTS), default=events[-1].seq + 1)
    until = [one for one in events if one.seq < after]
    own = [one for one in until if one.seq >= command]
    variables: dict[str, Value] = dict(before)
    for event in own:
        variables |= written_by(event)
    items = _open_items(until)
    return command, Side(_tokens(processes, until), variables, items, tuple(map(line_of, own[1:])))


def written_by(event: HistoryEvent) -> dict[str, Value]:
    """Return the variables that an event says to have been written, with the decision where it is one."""
    written: Any = event.data.get(_WRITTEN.get(event.kind, ""))
    values: dict[str, Value] = dict(written) if isinstance(written, dict) else {}
    if event.kind == EventKind.WORK_ITEM_COMPLETED and event.activity_id and "token" in event.data:
        values[f"decision_of.{event.activity_id.rpartition(':')[2]}"] = event.data.get("decision")
    return values


def line_of(told: HistoryEvent | Entry) -> str:
    """Return one consequence as a line of text."""
    return " ".join(filter(None, (str(told.kind), told.activity_id, told.work_item_id, _text(told.data))))


def _text(data: Mapping[str, Value]) -> str:
    return canonical.readable(data)


def _open_items(events: Sequence[HistoryEvent]) -> tuple[str, ...]:
    try:
        items = told_work_items(events)
    except (LookupError, TypeError, ValueError):
        return ()
    return tuple(sorted(key for key, one in items.items() if one["state"] == WorkItemState.OPEN))


def _tokens(processes: Mapping[str, Process], events: Sequence[HistoryEvent]) -> tuple[str, ...]:
    tokens: tuple[str, ...] = ()
    try:
        for told in told_tokens(processes, events):
            tokens = tuple(sorted(told.tokens.values()))
    except (TokensUntold, LookupError, TypeError, ValueError):
        return ()
    return tokens
