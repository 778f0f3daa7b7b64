"""The rules of 收文 that need facts alone: received, reviewed, proposed, handled, answered."""

from datetime import UTC

from engine.canonical import instant
from engine.model import RecordChange, Value, Variables
from workflows.contract import StepFacts, Verdict
from workflows.incoming_document.errors import (
    CountMismatch,
    HandlerMissing,
    InstructorsMissing,
    LeadAmongOthers,
    LeadUnitMissing,
    UrgencyOfTelegram,
)
from workflows.incoming_document.records import INCOMING, RETURNED, UNIT, unit_record_id
from workflows.incoming_document.settings import READ
from workflows.secrecy import StateSecretRefused, mark_in_text

RECEIVE, DECLINE, NOTED = "receive", "reject", "noted"
PRESENT, SIGNED, DECLINED = "present", "agree", "reject"
TELEGRAMS_ONLY = frozenset({"特提", "平急"})
SECRETS_OF_COMMERCE = frozenset({"普通商密", "核心商密"})
"""What an enterprise may write where a state organ would write 绝密, 机密 or 秘密.

Source:
    《中央企业商业秘密保护暂行规定》: 核心商业秘密 and 普通商业秘密, marked 核心商密 and 普通商密.
"""
TEXTS = ("title", "source_organ", "source_number", "contact", "return_demand", "remarks")


def judge_receive(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Let what came be signed for: by the registry, with its count; by a unit, which names who handles it, or declines.

    Raises:
        CountMismatch: The registry has not found everything.
        HandlerMissing: A unit does not say who handles it.

    Source:
        第二十四条（一）: 逐件清点，核对无误后签字或者盖章，并注明签收时间. That a unit may decline, and the document then goes
        back to whoever allocates, never to the leader, is practice.
    """
    if decision == NOTED:
        return Verdict()
    if decision in (RECEIVE, DECLINE):
        return _judge_unit(facts, decision, opinion)
    if facts.variables.get("counted_ok") is not True:
        raise CountMismatch
    values: dict[str, Value] = {
        "received_at": moment(facts),
        "received_by": facts.actor.acts_as,
        **{name: facts.variables.get(name) for name in ("channel", "forwarding_unit", "copies")},
    }
    return Verdict(records=(RecordChange(INCOMING, facts.instance_id, values),))


def judge_preliminary_review(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Keep why a document is returned to its sender; its number stays used.

    Source:
        第二十四条（三）: 经初审不符合规定的公文，应当及时退回来文单位并说明理由.
    """
    if decision != DECLINED:
        return Verdict()
    values = {"outcome": RETURNED, "outcome_reason": opinion.strip(), "closed_at": moment(facts)}
    return Verdict(records=(RecordChange(INCOMING, facts.instance_id, dict(values)),))


def judge_propose(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Keep what is proposed, and see that where units act, one leads.

    Raises:
        LeadUnitMissing, LeadAmongOthers: As :func:`require_lead` says.

    Source:
        第二十四条（四）: 批办性公文应当提出拟办意见报本机关负责人批示或者转有关部门办理；需要两个以上部门办理的，应当明确
        主办部门.
    """
    seen = facts.variables
    require_lead(seen)
    instructors = listed(seen, "instructors")
    variables: dict[str, Value] = {
        "asks_approval": seen.get("asks_approval") is True,
        "lead_unit": seen.get("lead_unit"),
        "instructors": list(instructors),
        "circlers": [one for one in listed(seen, "circlers") if one not in instructors],
        "co_units": list(listed(seen, "co_units")),
        "circulation": list(listed(seen, "circulation")),
        "destinations": seen.get("destinations") or [],
    }
    values = {"proposal": opinion.strip(), "due_on": seen.get("due_on")}
    return Verdict(variables, (RecordChange(INCOMING, facts.instance_id, values),))


def judge_review(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Let a proposal go to leaders only where it names them, and keep that a unit's head has signed its report.

    Raises:
        InstructorsMissing: It is to be presented, and nobody is to instruct.
    """
    if decision == PRESENT and not listed(facts.variables, "instructors"):
        raise InstructorsMissing
    if decision != SIGNED:
        return Verdict()
    values: Variables = {"signed_at": moment(facts), "signed_by": facts.actor.acts_as}
    return Verdict(records=(RecordChange(UNIT, unit_record_id(facts.instance_id, _unit(facts)), values),))


def judge_verify(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Keep who has verified what the officer on duty registered (节后补核)."""
    values: Variables = {"verified_at": moment(facts), "verified_by": facts.actor.acts_as}
    return Verdict(records=(RecordChange(INCOMING, facts.instance_id, values),))


def require_acceptable(variables: Variables) -> None:
    """Refuse what a registration may not say.

    Raises:
        UrgencyOfTelegram: An urgency that only telegrams bear.
        StateSecretRefused: A text bears the mark of a state secret, or the classification is none of an enterprise's.

    Source:
        第九条（三） for the urgencies.
    """
    urgency = str(variables.get("urgency") or "")
    if urgency in TELEGRAMS_ONLY and variables.get("telegram") is not True:
        raise UrgencyOfTelegram(urgency)
    classification = str(variables.get("classification") or "")
    if classification and classification not in SECRETS_OF_COMMERCE:
        raise StateSecretRefused(classification, "classification")
    for name in TEXTS:
        if mark := mark_in_text(str(variables.get(name) or "")):
            raise StateSecretRefused(mark, name)


def require_lead(variables: Variables) -> None:
    """Raise ``LeadUnitMissing`` or ``LeadAmongOthers`` unless one unit leads those that help it."""
    lead, others = variables.get("lead_unit"), listed(variables, "co_units")
    if others and not lead:
        raise LeadUnitMissing
    if lead in others:
        raise LeadAmongOthers


def listed(variables: Variables, name: str) -> tuple[str, ...]:
    """Return the texts of a list that a case holds; none where it holds no such list."""
    value = variables.get(name)
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def moment(facts: StepFacts) -> str:
    """Return the instant of a step as history writes it."""
    return instant(facts.now.astimezone(UTC))


def helping_unit(facts: StepFacts) -> str | None:
    """Return the unit that helps the one that leads, where the step is one of its own; None at all others."""
    unit = facts.variables.get("unit")
    return str(unit) if unit else None


def is_for_reading(variables: Variables) -> bool:
    """Return whether a document is only to be read (阅件)."""
    return variables.get("handling") == READ


def _unit(facts: StepFacts) -> str:
    return helping_unit(facts) or str(facts.variables.get("lead_unit") or "")


def _judge_unit(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    field = "co_handler" if helping_unit(facts) else "lead_handler"
    handler, unit = facts.variables.get(field), _unit(facts)
    if decision == RECEIVE and not handler:
        raise HandlerMissing(field)
    values: dict[str, Value] = (
        {"received_at": moment(facts), "received_by": facts.actor.acts_as, "handler": handler}
        if decision == RECEIVE
        else {"declined_at": moment(facts), "declined_by": facts.actor.acts_as, "decline_reason": opinion.strip()}
    )
    return Verdict(records=(RecordChange(UNIT, unit_record_id(facts.instance_id, unit), values),))
