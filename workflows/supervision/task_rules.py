"""任务交办: the rules of its steps.

Source:
    Practice of such offices: a task has somebody who gives it, one who does it, a due date, and somebody who accepts it; who
    gave it accepts it unless they name somebody else.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import Connection

from engine.model import RecordChange, Value
from workflows.contract import StepFacts, Verdict
from workflows.organisation import queries
from workflows.supervision.errors import AssigneeMissing, DueDateMissing, DueDatePast
from workflows.supervision.records import FEEDBACK, TASK
from workflows.supervision.returns import returned
from workflows.supervision.rules import REVISE, whole
from workflows.supervision.values import ReturnKind

PROGRESS = "progress"
DROP = "drop"
REPORTED = ("progress_percent", "done", "evidence")
WRITTEN = frozenset({*REPORTED, "accepter", "handler", "feedback_round"})
"""The variables that these rules write."""


class TaskState(StrEnum):
    """What can be said of a task; the names on screen stand in ``app/sentences/supervision.py``."""

    DRAFT = "draft"
    AWAITING_RECEIPT = "awaiting_receipt"
    IN_PROGRESS = "in_progress"
    HANDED_BACK = "handed_back"
    AWAITING_ACCEPTANCE = "awaiting_acceptance"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


def judge_allocation(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Give a task out: to a person, or to a unit, by a day that is not past.

    Raises:
        AssigneeMissing: Nobody is named, or nobody belongs to the unit.
        DueDateMissing, DueDatePast: It has no due date, or one that is past.
    """
    if decision == DROP:
        return Verdict({}, (_in(facts, TaskState.DROPPED),))
    said = facts.variables
    if not said.get("assigned_person") and not queries.members(connection, str(said.get("assigned_unit") or "")):
        raise AssigneeMissing
    if not said.get("due_on"):
        raise DueDateMissing
    if str(said["due_on"]) < facts.today.isoformat():
        raise DueDatePast
    return Verdict({"accepter": said.get("accepter") or facts.actor.acts_as})


def judge_receipt(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Let somebody take a task, naming who works on it, or hand it back to whoever gave it."""
    if decision == REVISE:
        return Verdict(
            {}, (_in(facts, TaskState.HANDED_BACK), returned(connection, facts, ReturnKind.RECEIPT, opinion))
        )
    handler = facts.variables.get("handler") or facts.actor.acts_as
    return Verdict({"handler": handler}, (_in(facts, TaskState.IN_PROGRESS, received_on=facts.today),))


def judge_work(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Record how far a task is; said to be finished, it waits for whoever accepts it."""
    round_no = int(str(facts.variables.get("feedback_round") or 0)) + 1
    percent = whole(facts.variables.get("progress_percent"))
    values: dict[str, Value] = {
        "instance_id": facts.instance_id,
        "round": round_no,
        "due_on": facts.variables.get("due_on"),
        "given_on": facts.today.isoformat(),
        "given_by": facts.actor.acts_as,
        "signed_by": facts.actor.acts_as,
        "progress": percent if decision == PROGRESS else 100,
        "done": facts.variables.get("done"),
        "evidence": facts.variables.get("evidence") or None,
    }
    told = RecordChange(FEEDBACK, f"{facts.instance_id}-{round_no}", values)
    if decision == PROGRESS:
        return Verdict({**dict.fromkeys(REPORTED), "feedback_round": round_no}, (told,))
    finished = _in(facts, TaskState.AWAITING_ACCEPTANCE, finished_on=facts.today)
    return Verdict({"feedback_round": round_no}, (told, finished))


def judge_acceptance(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Accept what was done (验收), or return it."""
    if decision == REVISE:
        return Verdict(
            {}, (_in(facts, TaskState.IN_PROGRESS), returned(connection, facts, ReturnKind.CLOSING, opinion))
        )
    return Verdict({}, (_in(facts, TaskState.ACCEPTED, accepted_on=facts.today),))


def _in(facts: StepFacts, state: TaskState, **on: date) -> RecordChange:
    values: dict[str, Value] = {"state": state.value, **{name: day.isoformat() for name, day in on.items()}}
    return RecordChange(TASK, facts.instance_id, values)
