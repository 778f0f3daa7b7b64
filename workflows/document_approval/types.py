"""文种: which types of document fit a relation between bodies and an intent. Pure.

Apart from the other rules, because pages offer a type by the same table that refuses one.
"""

from collections.abc import Mapping

from workflows.document_approval.errors import TypeUnfit

UPWARD, LEVEL, DOWNWARD, PUBLIC = "上行文", "平行文", "下行文", "公布性公文"
DIRECTIONS = (UPWARD, LEVEL, DOWNWARD, PUBLIC)
REQUEST, TELL_SUPERIOR, ANSWER, INSTRUCT, INFORM, PRAISE, RECORD, PUBLISH = (
    "请求 汇报 答复 部署 告知 表彰批评 记载 公布".split()
)
INTENTS = (REQUEST, TELL_SUPERIOR, ANSWER, INSTRUCT, INFORM, PRAISE, RECORD, PUBLISH)
TYPES = "决议 决定 命令 公报 公告 通告 意见 通知 通报 报告 请示 批复 议案 函 纪要".split()
"""The fifteen of 第八条."""

FITTING: Mapping[tuple[str, str], tuple[str, ...]] = {
    (UPWARD, REQUEST): ("请示", "意见"),
    (UPWARD, TELL_SUPERIOR): ("报告", "意见"),
    (UPWARD, ANSWER): ("报告",),
    (UPWARD, INFORM): ("报告",),
    (LEVEL, REQUEST): ("函",),
    (LEVEL, ANSWER): ("函",),
    (LEVEL, INFORM): ("函", "通知", "意见"),
    (LEVEL, RECORD): ("纪要",),
    (DOWNWARD, INSTRUCT): ("通知", "意见", "决定", "决议", "命令"),
    (DOWNWARD, INFORM): ("通知", "通报"),
    (DOWNWARD, ANSWER): ("批复", "通知"),
    (DOWNWARD, PRAISE): ("通报", "决定", "命令"),
    (DOWNWARD, RECORD): ("纪要", "决议"),
    (DOWNWARD, PUBLISH): ("决议", "决定", "命令"),
    (PUBLIC, PUBLISH): ("公报", "公告", "通告", "决议", "决定", "命令"),
    (PUBLIC, INFORM): ("公告", "通告"),
    (PUBLIC, INSTRUCT): ("通告",),
    (PUBLIC, PRAISE): ("决定",),
}
"""Which types serve which intent towards which body, in the order they are offered.

Source: 第八条, which says what each type is for; 报告 请示 go up, 批复 goes down and 函 to bodies without subordination by its
own words. Where it says nothing of the direction, this is how the clause is commonly read: 意见 alone may go any way.
"""


def allowed_types(direction: str | None, intent: str | None) -> tuple[str, ...]:
    """Return the types that fit, in the order they are offered.

    Args:
        direction: One of :data:`DIRECTIONS`; None where it is not known yet.
        intent: One of :data:`INTENTS`; None where it is not known yet.

    Returns:
        The types; those of every direction, or of every intent, where one of the two is not known.

    Source:
        第八条, as :data:`FITTING` reads it.
    """
    fitting = {
        one
        for (towards, purpose), types in FITTING.items()
        if direction in (None, "", towards) and intent in (None, "", purpose)
        for one in types
    }
    return tuple(one for one in TYPES if one in fitting)


def require_fitting_type(document_type: str, direction: str | None, intent: str | None) -> None:
    """Refuse a type that does not serve the intent, or does not go that way.

    Raises:
        TypeUnfit: Names the types that would fit.

    Source:
        第八条, as :data:`FITTING` reads it.
    """
    allowed = allowed_types(direction, intent)
    if document_type and document_type not in allowed:
        raise TypeUnfit(document_type, direction or "", intent or "", allowed)
