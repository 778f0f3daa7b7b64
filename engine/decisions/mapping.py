"""What a business rule task keeps of a decision's result."""

from engine.decisions.errors import ResultUnfit
from engine.decisions.model import DecisionResult
from engine.model import Value

MAPPINGS = ("singleEntry", "singleResult", "collectEntries", "resultList")


def mapped(result: DecisionResult, mapping: str | None = None) -> Value:
    """Return the result in the shape a model asks for.

    Args:
        result: From :func:`engine.decisions.evaluation.decide`.
        mapping: One of :data:`MAPPINGS`, or None for the natural shape: the value of an only output, a mapping by name of
            several; of a policy that lists, the list of these.

    Returns:
        ``singleEntry``: the one value; ``singleResult``: the one mapping; both None where nothing matched.
        ``collectEntries``: the list of the values of the one output; ``resultList``: the list of mappings.

    Raises:
        ResultUnfit: There are more rows or outputs than the shape has room for.
        ValueError: There is no such mapping.

    Source:
        Camunda's ``mapDecisionResult``, whose own default is ``resultList``.
    """
    rows: list[Value] = [dict(row) for row in result.rows]
    values: list[Value] = [row[name] for row in result.rows for name in result.outputs]
    only_output = len(result.outputs) == 1
    match mapping:
        case None:
            natural = values if only_output else rows
            return natural if result.listing else _only(result, natural)
        case "singleEntry":
            return _only(result, _of_one_output(result, values))
        case "singleResult":
            return _only(result, rows)
        case "collectEntries":
            return _of_one_output(result, values)
        case "resultList":
            return rows
    raise ValueError(mapping)


def _only(result: DecisionResult, found: list[Value]) -> Value:
    if len(found) > 1:
        raise ResultUnfit(result.decision, f"有 {len(found)} 条结果，只能保留一条，请改用 collectEntries 或 resultList")
    return found[0] if found else None


def _of_one_output(result: DecisionResult, values: list[Value]) -> list[Value]:
    if len(result.outputs) > 1:
        raise ResultUnfit(result.decision, "有多个输出列，请改用 singleResult 或 resultList")
    return values
