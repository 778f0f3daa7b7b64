"""What is wrong with a request whose shape is not the described one, in a sentence for each kind of mistake."""

from collections.abc import Mapping

from app.wording import gettext as _


def malformed_sentence(kind: str, facts: Mapping[str, object]) -> str:
    """Return the sentence for one mistake.

    Args:
        kind: As pydantic names it, such as ``int_parsing``.
        facts: What it says of the mistake; names of what was expected.
    """
    if kind in ("literal_error", "enum"):
        return _("只能是 %(expected)s。", expected=str(facts.get("expected", "")).replace(" or ", "、"))
    exact = {
        "missing": _("缺少这一项。"),
        "extra_forbidden": _("不认识这一项。"),
        "model_type": _("应为 JSON 对象。"),
        "model_attributes_type": _("应为 JSON 对象。"),
        "json_invalid": _("不是有效的 JSON。"),
        "value_error": _("内容不能这样写。"),
    }
    return exact.get(kind) or _by_type(kind.partition("_")[0])


def _by_type(wanted: str) -> str:
    return {
        "string": _("应为文本。"),
        "int": _("应为整数。"),
        "float": _("应为数字。"),
        "decimal": _("应为数字。"),
        "bool": _("应为 true 或 false。"),
        "list": _("应为列表。"),
        "tuple": _("应为列表。"),
        "dict": _("应为 JSON 对象。"),
        "datetime": _("应为带时区的时刻（ISO 8601）。"),
        "date": _("应为日期（ISO 8601）。"),
        "timezone": _("应为带时区的时刻（ISO 8601）。"),
        "greater": _("数值超出范围。"),
        "less": _("数值超出范围。"),
    }.get(wanted, _("格式不正确。"))
