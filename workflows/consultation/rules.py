"""Whether everything that countersigning units have said was answered, decided from facts alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.model import Value, Variables
from workflows.consultation.errors import (
    ConsultationRequired,
    NotAdoptedWithoutReason,
    NotAgreedUpon,
    OpinionUnanswered,
    ReconciliationRequired,
)

OPINIONS, ANSWERS = "countersign_opinions", "reconciliations"
"""The variables that hold what units have said, and the table in which each of them is answered."""
AMEND, DISAGREE = "amend", "disagree"
ADOPTED, NOT_ADOPTED = "采纳", "不采纳"
AGREED, NOT_AGREED = "协商一致", "未协商一致"
Votes = Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True)
class _Said:
    """What one unit has said that asks for an answer, and the answer."""

    unit: str
    disagrees: bool
    adopted: str
    explanation: str
    outcome: str


def require_answered(variables: Variables, votes: Votes) -> None:
    """Ask what became of each change that a unit asked for, and of each disagreement.

    Each unit has a line of its own in the table ``reconciliations``. A text that answers all of them (``reconciliation``,
    ``consultation``) counts for the units whose lines are empty.

    Args:
        variables: The case's, with what is handed in.
        votes: The results of countersigns by step.

    Raises:
        ReconciliationRequired: Somebody asked for a change or disagreed, and nothing is said about it.
        OpinionUnanswered: Of some units it is said, of one it is not.
        NotAdoptedWithoutReason: A unit's opinion was not adopted, and nothing says why.
        ConsultationRequired: A unit disagrees, or what it asked for was not adopted, and the result of the consultation is
            not stated.

    Source:
        第十九条（五）: 公文涉及其他地区或者部门职权范围内的事项，起草单位必须征求相关地区或者部门意见，力求达成一致;
        第二十条（三）.
        That what was not adopted is explained, and how the consultation ended, is practice.
    """
    text, consulted = _words(variables.get("reconciliation")), _words(variables.get("consultation"))
    asked = _asked(variables, votes)
    if asked and not text and not any(one.adopted for one in asked):
        raise ReconciliationRequired
    for one in asked:
        if not one.adopted and not text:
            raise OpinionUnanswered(one.unit)
        if one.adopted and one.adopted != ADOPTED and not one.explanation and not text:
            raise NotAdoptedWithoutReason(one.unit)
        if (one.disagrees or one.adopted == NOT_ADOPTED) and not one.outcome and not consulted:
            raise ConsultationRequired


def require_agreement(variables: Variables, votes: Votes) -> None:
    """Let nothing go down to subordinate bodies that other departments have not agreed to.

    Raises:
        NotAgreedUpon: A unit that disagreed still does.

    Source:
        第十六条（四）: 涉及多个部门职权范围内的事务，部门之间未协商一致的，不得向下行文.
    """
    for one in _asked(variables, votes):
        if one.outcome == NOT_AGREED:
            raise NotAgreedUpon(one.unit)


def _asked(variables: Variables, votes: Votes) -> list[_Said]:
    """Return what was said that asks for an answer, by the service's list where there is one, else by the votes alone."""
    answers = {_words(row.get("unit")): row for row in _rows(variables.get(ANSWERS))}
    listed = {_words(row.get("code")): _words(row.get("unit")) for row in _rows(variables.get(OPINIONS))}
    decisions = {unit: vote.get("decision", "") for said in votes.values() for unit, vote in said.items()}
    found = []
    for code, decision in decisions.items():
        if decision in (AMEND, DISAGREE):
            unit = listed.get(code, code)
            answer = answers.get(unit, {})
            words = (_words(answer.get(key)) for key in ("adopted", "explanation", "outcome"))
            found.append(_Said(unit, decision == DISAGREE, *words))
    return found


def _rows(value: Value) -> list[Mapping[str, Value]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _words(value: Value) -> str:
    return str(value or "").strip()
