"""What history tells of a case beside its work items: its row, its incidents, and who had to do with it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.model import EventKind, HistoryEvent
from engine.step_settings import ESCALATE

_DEFINITION = (EventKind.PROCESS_STARTED, EventKind.PROCESS_MIGRATED)
_HANDED_OVER = (EventKind.WORK_ITEM_TRANSFERRED, EventKind.WORK_ITEM_DELEGATED, EventKind.WORK_ITEM_RESOLVED)


def told_case(events: Sequence[HistoryEvent]) -> dict[str, Any]:
    """Return the columns of a case's row that its variables do not give; ``on`` is key and hash of its definition.

    Args:
        events: The whole chain of a case, in order, which begins with its start.
    """
    first, last = events[0], events[-1]
    given: Mapping[str, Any] = first.data["variables"]  # type: ignore[assignment]  # variables are told by name
    on = next(one.data for one in reversed(events) if one.kind in _DEFINITION)
    return {
        "on": {name: on[name] for name in ("definition", "definition_hash")},
        "initiator": given["initiator"],
        "initiator_unit": given["initiator_unit"],
        "started_at": first.at,
        "head_at": last.at,
    }


def told_incidents(events: Sequence[HistoryEvent]) -> dict[str, dict[str, Any]]:
    """Return the row of each incident that history tells of, by id, with its facts as they were told."""
    told: dict[str, dict[str, Any]] = {}
    gone: set[object] = set()
    for event in events:
        data: Mapping[str, Any] = event.data
        if event.kind == EventKind.INCIDENT_OPENED:
            told[data["incident"]] = {
                "id": data["incident"],
                "instance_id": event.chain,
                "token_id": data["token"],
                "activity_id": event.activity_id,
                "error": data["error"],
                "facts": data["facts"],
                "opened_at": event.at,
                "closed_at": None,
            }
        elif event.kind == EventKind.INCIDENT_RETRIED and data["incident"] in told:
            told[data["incident"]]["closed_at"] = event.at
        elif event.kind == EventKind.INCIDENT_CLOSED:
            gone.add(data["token"])
        elif event.kind == EventKind.MARKING_SETTLED:
            for one in told.values():
                if one["token_id"] in gone and one["closed_at"] is None:
                    one["closed_at"] = event.at
            gone.clear()
    return told


def told_participants(events: Sequence[HistoryEvent]) -> set[str]:
    """Return who had a work item in hand and gave it away, or was told above others that one is overdue."""
    holders: dict[str | None, str | None] = {}
    told: set[str] = set()
    for event in events:
        data: Mapping[str, Any] = event.data
        if event.kind == EventKind.WORK_ITEM_OPENED:
            holders[event.work_item_id] = data["assignee"]
        elif event.kind == EventKind.WORK_ITEM_CLAIMED:
            holders[event.work_item_id] = event.on_behalf_of or event.actor
        elif event.kind == EventKind.WORK_ITEM_RELEASED:
            holders[event.work_item_id] = None
        elif event.kind in _HANDED_OVER:
            before = holders.get(event.work_item_id)
            told.update([before] if before is not None else [])
            holders[event.work_item_id] = data["to"]
        elif event.kind == EventKind.WORK_ITEM_OVERDUE and data["rule"] == ESCALATE:
            told.update(data["to"])
    return told
