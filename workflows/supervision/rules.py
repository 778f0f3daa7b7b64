"""The rules of supervision's steps, decided from facts alone.

What a step changes of the records is told with it; whoever draws the flow need not know of records. Rules that must look who
heads a unit, or which other matters there are, are in :mod:`workflows.supervision.looking_rules`.
"""

from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.model import RecordChange, Value
from workflows.contract import StepFacts, Verdict
from workflows.supervision.errors import MatterPaused
from workflows.supervision.records import MATTER
from workflows.supervision.values import Disposal, State

SHANGHAI = ZoneInfo("Asia/Shanghai")
REJECT, REVISE = "reject", "revise"
NEW_DUE_DATE = "extension_due_on"
WRITTEN = frozenset({"signed_off_by"})


def judge_sign_off(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Remember who signs for a unit; the records of what they signed name them.

    Source:
        Practice of such offices: feedback, closing and extension are signed by the head of the unit.
    """
    return Verdict({"signed_off_by": facts.actor.acts_as})


def judge_instruct(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Let whoever gave the order read what came of it; without a new order it can be closed.

    Source:
        Practice of such offices (批示人审阅): no new order, closed; a new one, and the unit goes on.
    """
    if decision == REVISE:
        return Verdict({}, (phase(facts, State.IN_PROGRESS),))
    return Verdict()


def judge_close(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Close a matter (销号)."""
    values: dict[str, Value] = {"phase": State.CLOSED.value, "closed_on": facts.today.isoformat()}
    return Verdict({}, (RecordChange(MATTER, facts.instance_id, values),))


def require_going_on(facts: StepFacts) -> None:
    """Raise ``MatterPaused`` while the matter is paused."""
    if facts.variables.get("paused_on"):
        raise MatterPaused


def whole(percent: Value) -> int | None:
    """Return a percentage without what is behind its point; None where there is none."""
    return int(percent) if isinstance(percent, int | Decimal) and not isinstance(percent, bool) else None


def phase(facts: StepFacts, state: State) -> RecordChange:
    """Return the change that puts a matter into a state."""
    return RecordChange(MATTER, facts.instance_id, {"phase": state.value})


def disposed(facts: StepFacts, disposal: Disposal, reason: str) -> RecordChange:
    """Return the change that says what became of a candidate instead of a matter."""
    values: dict[str, Value] = {"phase": None, "disposal": disposal.value, "disposal_reason": reason.strip() or None}
    return RecordChange(MATTER, facts.instance_id, {**values, "closed_on": facts.today.isoformat()})
