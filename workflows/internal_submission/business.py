"""签报 as one business: its rules by kind of step."""

from workflows.contract import Business, by_facts
from workflows.internal_submission import rules

NAME = "internal_submission"


def internal_submission() -> Business:
    """Return the business."""
    return Business(
        judges={
            "draft": by_facts(rules.judge_draft),
            "reconcile": by_facts(rules.judge_reconcile),
            "instruct": by_facts(rules.judge_instruct),
            "report": by_facts(rules.judge_report),
        },
        written=rules.WRITTEN,
    )
