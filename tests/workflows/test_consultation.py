"""会签意见采纳: a line for each unit that asked for a change, or one text for all; no database but where units are named."""

from typing import Any

import pytest

from app.house import House
from app.transaction import reading
from engine.delegates import ServiceCall
from engine.model import Value
from tests.office import MORNING
from workflows.consultation.delegates import list_opinions
from workflows.consultation.errors import (
    ConsultationRequired,
    NotAdoptedWithoutReason,
    NotAgreedUpon,
    OpinionUnanswered,
    ReconciliationRequired,
)
from workflows.consultation.rules import require_agreement, require_answered

VOTES = {"countersign": {"AHB": {"decision": "amend"}, "CWB": {"decision": "disagree"}, "DQB": {"decision": "agree"}}}
OPINIONS: list[Value] = [{"code": "AHB", "unit": "安全环保部"}, {"code": "CWB", "unit": "财务部"}]


def answered(*rows: dict[str, Value], **more: Value) -> dict[str, Value]:
    return {"countersign_opinions": OPINIONS, "reconciliations": list(rows), **more}


ADOPTED: dict[str, Value] = {"unit": "安全环保部", "adopted": "采纳"}
AGREED: dict[str, Value] = {"unit": "财务部", "adopted": "不采纳", "explanation": "已另行安排", "outcome": "协商一致"}


def test_every_unit_that_asked_for_something_has_its_answer() -> None:
    require_answered(answered(ADOPTED, AGREED), VOTES)
    require_answered({}, {"countersign": {"DQB": {"decision": "agree"}}})


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ((), ReconciliationRequired),
        ((ADOPTED,), OpinionUnanswered),
        ((ADOPTED, {**AGREED, "explanation": ""}), NotAdoptedWithoutReason),
        (({**ADOPTED, "adopted": "部分采纳"}, AGREED), NotAdoptedWithoutReason),
        ((ADOPTED, {**AGREED, "outcome": None}), ConsultationRequired),
        (({**ADOPTED, "adopted": "不采纳", "explanation": "另行通知"}, AGREED), ConsultationRequired),
    ],
)
def test_what_is_not_answered_does_not_go_on(rows: tuple[dict[str, Value], ...], refusal: Any) -> None:
    with pytest.raises(refusal):
        require_answered(answered(*rows), VOTES)


def test_one_text_answers_for_all_whose_lines_are_empty() -> None:
    require_answered(answered(reconciliation="全部采纳。", consultation="经协商，同意。"), VOTES)
    with pytest.raises(ConsultationRequired):
        require_answered(answered(reconciliation="全部采纳。"), VOTES)


def test_without_agreement_nothing_goes_down() -> None:
    """第十六条（四）."""
    require_agreement(answered(ADOPTED, AGREED), VOTES)
    with pytest.raises(NotAgreedUpon) as refused:
        require_agreement(answered(ADOPTED, {**AGREED, "outcome": "未协商一致"}), VOTES)
    assert refused.value.unit == "财务部"


def listed(house: House, **inputs: Value) -> dict[str, Value]:
    with reading(house.pool) as connection:
        return dict(list_opinions(connection, ServiceCall("case", "list", inputs, MORNING)).variables)


def test_the_lines_are_laid_out_by_the_units_names_and_keep_their_answers(sqlite_house: House) -> None:
    votes: dict[str, Value] = {
        "AHB": {"decision": "amend", "opinion": "补写时限。"},
        "DQB": {"decision": "agree", "opinion": ""},
    }
    first = listed(sqlite_house, **{"votes.countersign": votes})
    line = {"unit": "安全环保部", "said": "补写时限。", "adopted": None, "explanation": None, "outcome": None}
    assert first["reconciliations"] == [line]
    assert [row["unit"] for row in first["countersign_opinions"]] == ["安全环保部", "党群工作部"]  # type: ignore[union-attr,index,call-overload]
    kept = listed(sqlite_house, **{"votes.countersign": votes, "reconciliations": [{**line, "adopted": "采纳"}]})
    assert kept["reconciliations"] == [{**line, "adopted": "采纳"}]
    votes["AHB"] = {"decision": "amend", "opinion": "再补写电话。"}
    again = listed(sqlite_house, **{"votes.countersign": votes, "reconciliations": [{**line, "adopted": "采纳"}]})
    assert again["reconciliations"] == [{**line, "said": "再补写电话。"}]
