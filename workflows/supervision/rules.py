"""The rules of supervision's steps, decided from facts alone.

What a step changes of the records is told with it; whoever draws the flow need not know of records. Rules that must look who
heads a unit, or which other matters there are, are in :mod:`workflows.supervision.looking_rules`.
"""

from datetime import date
from zoneinfo import ZoneInfo

from engine.canonical import instant
from engine.model import RecordChange, Value
from workflows.contract import StepFacts, Verdict
from workflows.supervision.errors import MatterPaused, NewDueDateTooEarly
from workflows.supervision.records import MATTER, RETURN
from workflows.supervision.values import Disposal, ReturnKind, State

SHANGHAI = ZoneInfo("Asia/Shanghai")
REJECT, REVISE = "reject", "revise"
NEW_DUE_DATE = "extension_due_on"
WRITTEN = frozenset({"signed_off_by", "approved_by"})


def judge_sign_off(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Remember who signs for a unit; the records of what they signed name them.

    Source:
        Practice of such offices: feedback, closing and extension are signed by the head of the unit.
    """
    return Verdict({"signed_off_by": facts.actor.acts_as})


def judge_approve(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Remember who approves; a candidate that is rejected never becomes a matter.

    Raises:
        NewDueDateTooEarly: The step may say by when a matter is due after all, and says what is no extension.
    """
    require_later_due_date(facts)
    changes = (disposed(facts, Disposal.DECLINED, opinion),) if decision == REJECT else ()
    return Verdict({"approved_by": facts.actor.acts_as}, changes)


def judge_review(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Refuse an extension to a day that is none; other reviews have no rule.

    Raises:
        NewDueDateTooEarly: As :func:`require_later_due_date` says.
    """
    require_later_due_date(facts)
    return Verdict()


def judge_verify(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Pass a closing on to whoever gave the order, or return it to the unit.

    Source:
        Practice of such offices: 审核 looks whether the matter is solved and the papers are complete; what fails goes back with
        a reason (退回续办).
    """
    if decision == REVISE:
        return Verdict({}, (phase(facts, State.IN_PROGRESS), returned(facts, ReturnKind.CLOSING, opinion)))
    return Verdict({}, (phase(facts, State.AWAITING_READING),))


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


def require_later_due_date(facts: StepFacts) -> None:
    """Raise ``NewDueDateTooEarly`` where a step that may write a new due date names none that is later.

    Source:
        Practice of such offices: whoever approves an extension states the new exact date.
    """
    if facts.activity.properties.get(f"access:{NEW_DUE_DATE}") != "edit":
        return
    new, due_on = facts.variables.get(NEW_DUE_DATE), str(facts.variables.get("due_on") or "")
    if not new or date.fromisoformat(str(new)).isoformat() <= due_on:
        raise NewDueDateTooEarly(due_on)


def phase(facts: StepFacts, state: State) -> RecordChange:
    """Return the change that puts a matter into a state."""
    return RecordChange(MATTER, facts.instance_id, {"phase": state.value})


def disposed(facts: StepFacts, disposal: Disposal, reason: str) -> RecordChange:
    """Return the change that says what became of a candidate instead of a matter."""
    values: dict[str, Value] = {"phase": None, "disposal": disposal.value, "disposal_reason": reason.strip() or None}
    return RecordChange(MATTER, facts.instance_id, {**values, "closed_on": facts.today.isoformat()})


def returned(facts: StepFacts, kind: ReturnKind, reason: str) -> RecordChange:
    """Return the change that tells of a return; no two of a case happen at one instant."""
    values: dict[str, Value] = {
        "instance_id": facts.instance_id,
        "kind": kind.value,
        "returned_on": facts.today.isoformat(),
        "returned_by": facts.actor.acts_as,
        "reason": reason.strip() or None,
    }
    return RecordChange(RETURN, f"{facts.instance_id}-{instant(facts.now)}", values)
