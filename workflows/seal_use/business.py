"""用印 as one business: its rules by kind of step."""

from workflows.contract import Business, by_facts
from workflows.seal_use import rules

NAME = "seal_use"


def seal_use() -> Business:
    """Return the business; its record, :data:`workflows.seals.records.SEAL_USES`, belongs to documents too."""
    return Business(
        judges={
            "draft": by_facts(rules.judge_draft),
            "approve": by_facts(rules.judge_approve),
            "seal": by_facts(rules.judge_seal),
        },
        written=rules.WRITTEN,
    )
