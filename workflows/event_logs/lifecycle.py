"""How events of a case's history stand in a log: by the standard transactional model of the lifecycle extension. Pure.

Nothing is made up: that somebody began to work on a step is not recorded, so a step has no ``start``. What has no transition of
its own in the model is ``unknown``, as the standard provides; consequences that are no event of a step are left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.model import SEND_BACK, WITHDRAW, EventKind, HistoryEvent, InstanceState
from workflows.event_logs.values import LogEvent

CASE = "事项"
"""What an event is called that is about the case as a whole."""
STANDARD = frozenset(
    """assign ate_abort autoskip complete manualskip pi_abort reassign resume schedule start suspend unknown withdraw""".split()
)
"""The transitions of the standard model. Source: IEEE 1849-2016, lifecycle extension."""
SCHEDULE, ASSIGN, REASSIGN, COMPLETE, WITHDRAWN, ABORTED = (
    "schedule",
    "assign",
    "reassign",
    "complete",
    "withdraw",
    "ate_abort",
)
CASE_ABORTED, UNKNOWN = "pi_abort", "unknown"

OF_CASES: Mapping[str, str] = {
    EventKind.PROCESS_STARTED: "start",
    EventKind.PROCESS_SUSPENDED: "suspend",
    EventKind.PROCESS_RESUMED: "resume",
    EventKind.PROCESS_CANCELLED: CASE_ABORTED,
    EventKind.PROCESS_MIGRATED: UNKNOWN,
    EventKind.VARIABLES_CORRECTED: UNKNOWN,
}
"""Events of the case as a whole. Its end is told by ``marking:settled``, where that says that the case is completed."""
OF_STEPS: Mapping[str, str] = {
    EventKind.WORK_ITEM_OPENED: SCHEDULE,
    EventKind.WORK_ITEM_CLAIMED: ASSIGN,
    EventKind.WORK_ITEM_RELEASED: UNKNOWN,
    EventKind.WORK_ITEM_TRANSFERRED: REASSIGN,
    EventKind.WORK_ITEM_DELEGATED: REASSIGN,
    EventKind.WORK_ITEM_RESOLVED: REASSIGN,
    EventKind.WORK_ITEM_COMPLETED: COMPLETE,
    EventKind.WORK_ITEM_READ: COMPLETE,
    EventKind.WORK_ITEM_CONFIRMED: UNKNOWN,
    EventKind.WORK_ITEM_WITHDRAWN: UNKNOWN,
    EventKind.WORK_ITEM_CANCELLED: WITHDRAWN,
    EventKind.WORK_ITEM_SKIPPED: "autoskip",
    EventKind.TOKEN_MOVED: UNKNOWN,
    EventKind.SIGNERS_ADDED: UNKNOWN,
    EventKind.SIGNER_REMOVED: UNKNOWN,
    EventKind.SERVICE_REQUESTED: "start",
    EventKind.SERVICE_RETURNED: COMPLETE,
    EventKind.SERVICE_FINISHED: COMPLETE,
    EventKind.SERVICE_FAILED: ABORTED,
    EventKind.INCIDENT_OPENED: "suspend",
    EventKind.INCIDENT_CLOSED: "resume",
    EventKind.TIMER_FIRED: COMPLETE,
    EventKind.MESSAGE_RECEIVED: COMPLETE,
    EventKind.SIGNAL_RECEIVED: COMPLETE,
}
"""Events of one step. Two hang on what is told with them: a step that is opened for somebody is ``assign`` besides ``schedule``,
what is cancelled with the whole case is ``pi_abort``, and a work item that is sent back is ``ate_abort``."""


def log_events(events: Iterable[HistoryEvent], steps: Mapping[str, str]) -> Iterator[LogEvent]:
    """Yield what stands of a case in a log.

    Args:
        events: The whole chain of the case, in order.
        steps: What the steps of its flow are called, by id; one that is not there is called by its id.

    Yields:
        In the order of the history; of a step that is opened for somebody two, at the same instant.
    """
    names: dict[str, str] = {}
    cancels_case = False
    for event in events:
        if event.kind == EventKind.MARKING_SETTLED:
            cancels_case = False
            if event.data.get("state") == InstanceState.COMPLETED:
                yield _told(event, CASE, COMPLETE)
            continue
        if event.kind in OF_CASES:
            cancels_case = event.kind == EventKind.PROCESS_CANCELLED
            yield _told(event, CASE, OF_CASES[event.kind])
            continue
        transition = OF_STEPS.get(event.kind)
        if transition is None:
            continue
        if event.kind == EventKind.WORK_ITEM_OPENED:
            names[str(event.work_item_id)] = str(event.data["name"])
        elif event.kind == EventKind.WORK_ITEM_CANCELLED and cancels_case:
            transition = CASE_ABORTED
        elif event.kind == EventKind.TOKEN_MOVED and event.work_item_id and event.data.get("mode") == SEND_BACK:
            transition = ABORTED
        name = names.get(event.work_item_id or "") or steps.get(event.activity_id or "") or event.activity_id or CASE
        told = _told(event, name, transition)
        if event.kind == EventKind.WORK_ITEM_OPENED and told.assignee:
            yield replace(told, assignee="")
            told = replace(told, transition=ASSIGN)
        yield told


def _told(event: HistoryEvent, name: str, transition: str) -> LogEvent:
    data = event.data
    decision = data.get("mode") if event.kind == EventKind.TOKEN_MOVED else data.get("decision")
    if event.kind == EventKind.WORK_ITEM_WITHDRAWN:
        decision = WITHDRAW
    assignee = data.get("to") if event.kind != EventKind.TOKEN_MOVED else None
    if event.kind == EventKind.WORK_ITEM_OPENED:
        assignee = data.get("assignee")
    elif event.kind == EventKind.WORK_ITEM_CLAIMED:
        assignee = event.on_behalf_of or event.actor
    return LogEvent(
        seq=event.seq,
        at=event.at,
        name=name,
        instance=event.work_item_id or "",
        transition=transition,
        kind=event.kind,
        activity_id=event.activity_id or "",
        resource=event.actor,
        on_behalf_of=event.on_behalf_of or "",
        recorded_by=event.recorded_by or "",
        assignee=assignee if isinstance(assignee, str) else "",
        seat=str(data.get("seat") or ""),
        decision=decision if isinstance(decision, str) else "",
    )
