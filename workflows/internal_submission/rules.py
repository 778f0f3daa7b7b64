"""The rules of 签报, decided from facts alone."""

from datetime import UTC

from engine.canonical import instant
from engine.model import Value
from workflows.consultation.rules import require_answered
from workflows.contract import REFUSING, StepFacts, Verdict
from workflows.internal_submission.errors import ResultMissing
from workflows.secrecy import require_no_mark

HANDLED_BY = "handling_unit"
UNSAID: dict[str, Value] = {"countersign_units": [], "needs_principal": False}
"""What holds where a draft says nothing: nobody countersigns, and the leader in charge decides."""
WRITTEN = frozenset({HANDLED_BY, "instructed_by", "instructed_at", *UNSAID})
"""The variables that the rules of steps write."""


def judge_draft(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Refuse what bears the mark of a state secret; without another word, the department itself carries it out.

    Raises:
        StateSecretRefused: It bears such a mark.
    """
    require_no_mark((key, _words(facts.variables.get(key))) for key in ("title", "body"))
    unsaid = {key: value for key, value in UNSAID.items() if facts.variables.get(key) is None}
    return Verdict({**unsaid, **_handled_by_default(facts).variables})


def judge_reconcile(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Ask what became of each change that a countersigner asked for, before the submission goes on.

    Raises:
        InvalidSubmission: As :func:`workflows.consultation.rules.require_answered` says.
        StateSecretRefused: The text bears the mark of a state secret.

    Source:
        PRACTICE of such offices: what is put before leaders has been talked over with the departments it touches.
    """
    if decision not in REFUSING:
        require_answered(facts.variables, facts.votes)
        require_no_mark((key, _words(facts.variables.get(key))) for key in ("title", "body"))
    return Verdict()


def judge_instruct(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Keep who has instructed, since the result is reported to them; without another word, the department carries it out."""
    if decision in REFUSING:
        return Verdict()
    said: dict[str, Value] = {
        "instructed_by": facts.actor.acts_as,
        "instructed_at": instant(facts.now.astimezone(UTC)),
    }
    return Verdict({**said, **_handled_by_default(facts).variables})


def judge_report(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Ask for the result in words.

    Raises:
        ResultMissing: There are none.

    Source:
        PRACTICE of such offices: a 签报 ends with 反馈, not with the instruction.
    """
    if not _words(facts.variables.get("result")):
        raise ResultMissing
    return Verdict()


def _handled_by_default(facts: StepFacts) -> Verdict:
    if facts.variables.get(HANDLED_BY):
        return Verdict()
    return Verdict({HANDLED_BY: facts.variables.get("initiator_unit")})


def _words(value: Value) -> str:
    return str(value or "").strip()
