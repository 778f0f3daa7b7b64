"""文种 by relation and intent, as 第八条 says what each type is for; no database."""

import pytest

from workflows.document_approval.errors import TypeUnfit
from workflows.document_approval.types import (
    DIRECTIONS,
    FITTING,
    INTENTS,
    TYPES,
    allowed_types,
    require_fitting_type,
)


@pytest.mark.parametrize(
    ("direction", "intent", "allowed"),
    [
        ("上行文", "请求", ("意见", "请示")),
        ("上行文", "汇报", ("意见", "报告")),
        ("上行文", "答复", ("报告",)),
        ("上行文", "部署", ()),
        ("平行文", "请求", ("函",)),
        ("平行文", "答复", ("函",)),
        ("下行文", "部署", ("决议", "决定", "命令", "意见", "通知")),
        ("下行文", "告知", ("通知", "通报")),
        ("下行文", "表彰批评", ("决定", "命令", "通报")),
        ("下行文", "请求", ()),
        ("公布性公文", "公布", ("决议", "决定", "命令", "公报", "公告", "通告")),
        ("下行文", "记载", ("决议", "纪要")),
    ],
)
def test_each_relation_and_intent_has_its_types(direction: str, intent: str, allowed: tuple[str, ...]) -> None:
    assert allowed_types(direction, intent) == allowed


@pytest.mark.parametrize(
    ("document_type", "directions"),
    [
        ("报告", {"上行文"}),
        ("请示", {"上行文"}),
        ("批复", {"下行文"}),
        ("函", {"平行文"}),
        ("意见", {"上行文", "平行文", "下行文"}),
        ("通知", {"平行文", "下行文"}),
        ("公报", {"公布性公文"}),
    ],
)
def test_each_type_goes_where_it_may(document_type: str, directions: set[str]) -> None:
    assert {one for one in DIRECTIONS if document_type in allowed_types(one, None)} == directions


def test_a_request_to_a_body_without_subordination_is_a_letter_and_no_request_upward() -> None:
    with pytest.raises(TypeUnfit) as refused:
        require_fitting_type("请示", "平行文", "请求")
    assert refused.value.allowed == ("函",)
    require_fitting_type("函", "平行文", "请求")


def test_where_the_intent_is_not_said_the_relation_decides_alone() -> None:
    require_fitting_type("通知", "下行文", "")
    with pytest.raises(TypeUnfit):
        require_fitting_type("通知", "上行文", "")


def test_the_table_knows_no_other_words() -> None:
    for (direction, intent), types in FITTING.items():
        assert direction in DIRECTIONS
        assert intent in INTENTS
        assert set(types) <= set(TYPES)
        assert types
