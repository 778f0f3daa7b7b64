"""The rules of the use of seals, decided from facts alone.

Source: 《国务院关于国家行政机关和企业事业单位社会团体印章管理的规定》（国发〔1999〕25号）: seals are used by approval. That each
use is registered, and who approves which seal, is custom; the latter is drawn in the flow.
"""

from engine.model import Value
from workflows.contract import REFUSING, StepFacts, Verdict
from workflows.seal_use.errors import SealedMoreThanApproved, SealNotApproved
from workflows.seals.records import seal_change
from workflows.secrecy import require_no_mark

APPROVED_BY = "approved_by"
USUAL_BASIS = "审批意见"
WRITTEN = frozenset({APPROVED_BY, "seal_basis"})
"""The variables that the rules of steps write."""


def judge_draft(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Refuse what bears the mark of a state secret; what was approved before counts no more.

    Raises:
        StateSecretRefused: It bears such a mark.
    """
    keys = ("title", "reason_for_use", "document_reference")
    require_no_mark((key, str(facts.variables.get(key) or "")) for key in keys)
    return Verdict({APPROVED_BY: None}) if facts.variables.get(APPROVED_BY) else Verdict()


def judge_approve(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Keep who has approved last."""
    return Verdict() if decision in REFUSING else Verdict({APPROVED_BY: facts.actor.acts_as})


def judge_seal(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Seal only what was approved, not more often than that, and keep who sealed what on whose word.

    Raises:
        SealNotApproved: Nobody has approved it.
        SealedMoreThanApproved: Fewer copies were asked for.
    """
    approved_by = str(facts.variables.get(APPROVED_BY) or "")
    if not approved_by:
        raise SealNotApproved
    sealed, asked = facts.variables.get("sealed_copies"), facts.variables.get("requested_copies")
    if isinstance(sealed, int) and isinstance(asked, int) and sealed > asked:
        raise SealedMoreThanApproved(asked)
    basis: dict[str, Value] = {"seal_basis": facts.variables.get("seal_basis") or USUAL_BASIS}
    change = seal_change(facts, str(facts.variables.get("seal_name") or ""), approved_by=approved_by, **basis)
    return Verdict(basis, (change,))
