"""What history tells of a case's work items: the rows that they have to be. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine import canonical
from engine.model import READ, SEND_BACK, EventKind, HistoryEvent, WorkItemRole, WorkItemState

Told = dict[str, Any]


def told_work_items(events: Iterable[HistoryEvent]) -> dict[str, Told]:
    """Return the columns of each work item that history tells of, by id, with the list of its candidates.

    Args:
        events: The whole chain of a case, in order.
    """
    items: dict[str, Told] = {}
    for event in events:
        if event.kind == EventKind.WORK_ITEM_OPENED:
            items[str(event.work_item_id)] = _opened(event)
        elif (follow := _FOLLOWED.get(event.kind)) is not None and event.work_item_id is not None:
            item = items[event.work_item_id]
            follow(item, event)
            if event.kind not in _SAME_VERSION:
                item["version"] += 1
    return items


def _opened(event: HistoryEvent) -> Told:
    data: Mapping[str, Any] = event.data
    return {
        "token_id": data["token"],
        "kind": data["kind"],
        "version": 1,
        "role": data.get("role", WorkItemRole.STEP.value),
        "parent_id": data.get("parent"),
        "owner": None,
        "state": WorkItemState.OPEN.value,
        "assignee": data["assignee"],
        "claimed_at": None,
        "candidates": data["candidates"],
        "seat": data["seat"],
        "activity_id": event.activity_id,
        "name": data["name"],
        "opened_at": event.at,
        "due_at": canonical.parse_instant(data["due_at"]) if data["due_at"] else None,
        "due_provisional": data["due_provisional"],
        "closed_at": None,
        "closed_by": None,
        "decision": None,
        "opinion": None,
        "circled": False,
        "recorded_by": None,
        "confirmed_at": None,
        "urged_at": None,
        "urges": 0,
    }


def _claimed(item: Told, event: HistoryEvent) -> None:
    item |= {"assignee": event.on_behalf_of or event.actor, "claimed_at": event.at}


def _released(item: Told, _event: HistoryEvent) -> None:
    item |= {"assignee": None, "claimed_at": None}


def _handed_over(item: Told, event: HistoryEvent) -> None:
    item |= {"assignee": event.data["to"], "owner": None, "claimed_at": None}


def _delegated(item: Told, event: HistoryEvent) -> None:
    item |= {"assignee": event.data["to"], "owner": event.data["from"], "claimed_at": None}


def _urged(item: Told, event: HistoryEvent) -> None:
    item |= {"urged_at": event.at, "urges": item["urges"] + 1}


def _confirmed(item: Told, event: HistoryEvent) -> None:
    item["confirmed_at"] = event.at


def _due_set(item: Told, event: HistoryEvent) -> None:
    item["due_at"] = canonical.parse_instant(str(event.data["due_at"]))
    item["due_provisional"] = event.data["due_provisional"]


def _renewed(item: Told, event: HistoryEvent) -> None:
    item |= {"activity_id": event.activity_id, "name": event.data["name"], "kind": event.data["kind"] or None}


def _cancelled(item: Told, event: HistoryEvent) -> None:
    item |= {"state": WorkItemState.CANCELLED.value, "closed_at": event.at}


def _withdrawn(item: Told, _event: HistoryEvent) -> None:
    item["state"] = WorkItemState.WITHDRAWN.value


def _read(item: Told, event: HistoryEvent) -> None:
    _closed(item, event, WorkItemState.COMPLETED, READ, str(event.data["opinion"]))


def _completed(item: Told, event: HistoryEvent) -> None:
    _closed(item, event, WorkItemState.COMPLETED, str(event.data["decision"]), str(event.data["opinion"]))
    item["circled"] = event.data["circled"]


def _moved(item: Told, event: HistoryEvent) -> None:
    """A step that was sent back is closed by the move; one that was withdrawn was closed before."""
    if event.data["mode"] == SEND_BACK:
        _closed(item, event, WorkItemState.RETURNED, SEND_BACK, str(event.data["reason"]))
    else:
        _withdrawn(item, event)


def _closed(item: Told, event: HistoryEvent, state: WorkItemState, decision: str, opinion: str) -> None:
    item |= {
        "state": state.value,
        "assignee": item["assignee"] or event.on_behalf_of or event.actor,
        "closed_by": event.actor,
        "closed_at": event.at,
        "decision": decision,
        "opinion": opinion,
        "recorded_by": event.recorded_by,
    }


_FOLLOWED: dict[str, Callable[[Told, HistoryEvent], None]] = {
    EventKind.WORK_ITEM_CLAIMED: _claimed,
    EventKind.WORK_ITEM_RELEASED: _released,
    EventKind.WORK_ITEM_TRANSFERRED: _handed_over,
    EventKind.WORK_ITEM_DELEGATED: _delegated,
    EventKind.WORK_ITEM_RESOLVED: _handed_over,
    EventKind.WORK_ITEM_URGED: _urged,
    EventKind.WORK_ITEM_CONFIRMED: _confirmed,
    EventKind.WORK_ITEM_DUE_SET: _due_set,
    EventKind.WORK_ITEM_RENEWED: _renewed,
    EventKind.WORK_ITEM_CANCELLED: _cancelled,
    EventKind.WORK_ITEM_WITHDRAWN: _withdrawn,
    EventKind.WORK_ITEM_READ: _read,
    EventKind.WORK_ITEM_COMPLETED: _completed,
    EventKind.TOKEN_MOVED: _moved,
}
_SAME_VERSION = (EventKind.WORK_ITEM_URGED, EventKind.WORK_ITEM_DUE_SET)
"""Events after which whoever sees the work item as it was may still act on it."""
