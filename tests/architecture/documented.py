"""What the code has and documents must list."""

import re
from pathlib import Path

from engine.spiff import rules
from workflows import order_check

ROOT = Path(__file__).parents[2]


def rule_ids() -> set[str]:
    """The ids of the rules of the check, those about DMN files aside."""
    known = {rule.id for rule in vars(rules).values() if isinstance(rule, rules.Rule)}
    forms = (ROOT / "workflows" / "forms" / "check.py").read_text(encoding="utf-8")
    return known | {order_check.RULE} | set(re.findall(r'"((?:form|field|access|required)_[a-z_]+)"', forms))
