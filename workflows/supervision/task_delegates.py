"""What the service tasks of 任务交办 do."""

from sqlalchemy import Connection

from engine.delegates import ServiceCall
from engine.model import RecordChange, ServiceResult, Value
from workflows.case_keepers import kept_by
from workflows.duties import SUPERVISION_CLERK
from workflows.responsible_units import given_to
from workflows.supervision.records import TASK
from workflows.supervision.rules import SHANGHAI
from workflows.supervision.task_rules import REPORTED, TaskState

KEPT = "matter source_number source_case assigned_unit assigned_person accepter due_on".split()
"""What a task may bring along."""
WRITTEN = frozenset({*KEPT, *REPORTED, "handler", "feedback_round", "task_given"})
"""The variables that these services write."""


def enter(_connection: Connection, call: ServiceCall) -> ServiceResult:
    """Enter a task (``task.enter``), whether somebody begins it or a candidate of supervision became one.

    ``task_given`` tells whether it says already who does it, by when, and who accepts it.
    """
    said = call.inputs
    variables: dict[str, Value] = {**dict.fromkeys(WRITTEN), **{name: said.get(name) for name in KEPT}}
    complete = bool((said.get("assigned_person") or said.get("assigned_unit")) and said.get("due_on"))
    variables |= {"feedback_round": 0, "task_given": complete and bool(said.get("accepter"))}
    values: dict[str, Value] = {
        "title": said.get("title"),
        "state": TaskState.DRAFT.value,
        **{name: said.get(name) for name in KEPT if name not in ("matter", "source_case")},
    }
    changes = RecordChange(TASK, call.instance_id, values), kept_by(call.instance_id, SUPERVISION_CLERK)
    return ServiceResult(variables, changes)


def give_out(_connection: Connection, call: ServiceCall) -> ServiceResult:
    """Give a task out (``task.give_out``); its unit may see it from then on."""
    said = call.inputs
    names = ("title", "number", "assigned_unit", "assigned_person", "accepter", "due_on")
    values: dict[str, Value] = {
        **{name: said.get(name) for name in names},
        "state": TaskState.AWAITING_RECEIPT.value,
        "assigned_on": call.now.astimezone(SHANGHAI).date().isoformat(),
    }
    changes = (
        RecordChange(TASK, call.instance_id, values),
        *given_to(call.instance_id, str(said.get("assigned_unit") or ""), ()),
    )
    return ServiceResult({}, changes)
