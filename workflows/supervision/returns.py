"""What is returned: a matter or task by the unit that was to take it, a closing by who looks at it."""

from sqlalchemy import Connection, func, select

from engine.model import RecordChange, Value
from workflows.contract import StepFacts
from workflows.supervision.records import RETURN, matter_return
from workflows.supervision.values import ReturnKind


def returned(connection: Connection, facts: StepFacts, kind: ReturnKind, reason: str) -> RecordChange:
    """Return the change that tells of a return.

    Args:
        connection: In the transaction that completes the step.
        facts: Of the step by which it is returned.
        kind: What is returned.
        reason: Why.
    """
    of_case = matter_return.c.instance_id == facts.instance_id
    number = (connection.scalar(select(func.count()).select_from(matter_return).where(of_case)) or 0) + 1
    values: dict[str, Value] = {
        "instance_id": facts.instance_id,
        "kind": kind.value,
        "returned_on": facts.today.isoformat(),
        "returned_by": facts.actor.acts_as,
        "reason": reason.strip() or None,
    }
    return RecordChange(RETURN, f"{facts.instance_id}-{number:04}", values)
