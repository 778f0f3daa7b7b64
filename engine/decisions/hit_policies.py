"""From the rules that match to the rows of the result.

Source:
    DMN 1.3, 8.2.10 (single and multiple hits) and 8.2.11 (aggregation).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext

from engine.decisions.errors import OutputRefused, ResultUnfit, RulesContradict
from engine.decisions.model import Aggregation, DecisionRule, HitPolicy, Output
from engine.decisions.temporal import Unfit, shown
from engine.decisions.terms import number, same
from engine.expressions.limits import EXACT
from engine.expressions.values import equal, plain
from engine.model import Value

Row = Mapping[str, Value]
Hit = tuple[DecisionRule, Row]


def require_one(decision: str, rules: Sequence[DecisionRule]) -> None:
    """Refuse several rules that match; raise ``RulesContradict``."""
    if len(rules) > 1:
        raise _contradiction(decision, rules, "命中策略 UNIQUE 只允许一条")


def chosen(decision: str, policy: HitPolicy, outputs: Sequence[Output], hits: Sequence[Hit]) -> list[Row]:
    """Return the rows that count, in their order.

    Args:
        decision: Its id, for errors.
        policy: UNIQUE and FIRST are handed one hit at most.
        outputs: With their priorities.
        hits: The rules that match, in the order of the table, with their outputs.

    Returns:
        At most one row, unless the policy makes a list.

    Raises:
        RulesContradict: ANY, and the rules differ.
        OutputRefused: PRIORITY or OUTPUT ORDER, and a value has no priority.
    """
    rows = [row for _rule, row in hits]
    match policy:
        case HitPolicy.ANY:
            if not all(equal(dict(row), dict(rows[0])) for row in rows):
                raise _contradiction(decision, [rule for rule, _row in hits], "命中策略 ANY 要求它们的输出相同")
            return rows[:1]
        case HitPolicy.PRIORITY | HitPolicy.OUTPUT_ORDER:
            ranked = sorted(hits, key=lambda hit: _rank(decision, outputs, hit))
            return [row for _rule, row in ranked][: 1 if policy is HitPolicy.PRIORITY else None]
    return rows


def aggregated(decision: str, aggregation: Aggregation, column: str, values: Sequence[Value]) -> Value:
    """Return what COLLECT makes of the values; null for none, except that COUNT makes 0.

    Raises:
        ResultUnfit: Something is no number, or the sum is beyond bounds.
    """
    if aggregation is Aggregation.COUNT:
        return len(values)
    if not values:
        return None
    try:
        numbers = [number(value) for value in values]
        with localcontext(EXACT):
            match aggregation:
                case Aggregation.SUM:
                    return plain(number(sum(numbers, Decimal(0))))
                case Aggregation.MIN:
                    return plain(min(numbers))
        return plain(max(numbers))
    except Unfit as error:
        raise ResultUnfit(decision, f"不能用 {aggregation} 汇总：{error}", column) from error


def _rank(decision: str, outputs: Sequence[Output], hit: Hit) -> list[int]:
    """Outputs without priorities do not count; those on the left come before those on the right."""
    rule, row = hit
    ranks = []
    for output in outputs:
        if output.priorities:
            value = row[output.name]
            rank = next((at for at, one in enumerate(output.priorities) if same(one, value)), None)
            if rank is None:
                reason = f"规则 {rule.number} 的{shown(value)}不在允许的输出值之中"
                raise OutputRefused(decision, reason, output.label, rule.number)
            ranks.append(rank)
    return ranks


def _contradiction(decision: str, rules: Sequence[DecisionRule], reason: str) -> RulesContradict:
    numbers = tuple(rule.number for rule in rules)
    named = "、".join(str(one) for one in numbers)
    return RulesContradict(decision, f"规则 {named} 同时符合，而{reason}", rules=numbers)
