"""The rules of an item on its way to a meeting, by kind of step."""

from decimal import Decimal

from sqlalchemy import Connection

from engine.canonical import instant
from engine.model import RecordChange, Value
from workflows.contract import StepFacts, Verdict
from workflows.meeting_arrangement import consents
from workflows.meeting_arrangement.errors import (
    AmountMissing,
    AskedMissing,
    ConsentsMissing,
    ConsentsRefused,
    PaperTooLong,
    ReportTooLong,
    UnknownBody,
)
from workflows.meeting_arrangement.quorum import ORDINARY, PERSONNEL
from workflows.meeting_arrangement.records import ITEM
from workflows.meeting_arrangement.settings import MeetingSettings
from workflows.meeting_arrangement.values import DECISION

WRITTEN = frozenset("consulted responsible_leader attendees recused item_case checked checked_by remark".split())
"""The variables that these rules write."""
LISTS = ("consulted", "attendees", "recused")
PERSONNEL_MATTER = "重要人事任免"
ACCEPTED, TO_REFUSE = "accept", "reject"


def judge_draft(facts: StepFacts, decision: str, opinion: str, settings: MeetingSettings) -> Verdict:
    """Refuse an item that lacks what its category asks for; say who is asked about it, if only that it is nobody.

    Raises:
        AskedMissing: It is to be decided, and it does not say what.
        AmountMissing: It costs money, and it does not say how much.
        PaperTooLong, ReportTooLong: By the settings of the office.

    Source:
        DOMAIN of such offices: an item of 决策类 lists 请会议决定的事项; papers and reports are limited by rules of the house.
    """
    given = facts.variables
    if given.get("category") == DECISION and not str(given.get("asked") or "").strip():
        raise AskedMissing
    if given.get("involves_money") is True and not _is_positive(given.get("amount")):
        raise AmountMissing
    if settings.paper_characters and _number(given.get("paper_characters")) > settings.paper_characters:
        raise PaperTooLong(settings.paper_characters)
    if settings.report_minutes and _number(given.get("report_minutes")) > settings.report_minutes:
        raise ReportTooLong(settings.report_minutes)
    written: dict[str, Value] = {name: [] for name in LISTS if not given.get(name)}
    if not given.get("responsible_leader"):
        written["responsible_leader"] = None
    return Verdict(written)


def judge_preliminary_review(
    connection: Connection, facts: StepFacts, decision: str, opinion: str, settings: MeetingSettings
) -> Verdict:
    """Let nothing on whose consents are not there; it is sent back, and may come straight back.

    Raises:
        ConsentsMissing: Somebody who has to consent was not asked, or has not answered.
        ConsentsRefused: Somebody who has to consent has refused.

    Source:
        PRACTICE of such offices: 涉及资金的议题须有财务部会签、合规审查意见; unripe items do not go to a meeting.
    """
    if decision == "pass":
        asked = consents.needed(connection, facts.variables, settings)
        missing, refused = consents.judged(asked, consents.said(connection, facts.instance_id))
        if missing:
            raise ConsentsMissing(missing)
        if refused:
            raise ConsentsRefused(refused)
    return Verdict()


def judge_approve(facts: StepFacts, decision: str, opinion: str, settings: MeetingSettings) -> Verdict:
    """Keep what the principal has decided about an item: for which body it is, or that it goes to none, and why.

    Raises:
        UnknownBody: The office has no body of this name.

    Source:
        PRACTICE of such offices: 书记 decides what goes to a meeting; what a unit can settle itself does not.
    """
    if decision not in (ACCEPTED, TO_REFUSE):
        return Verdict()
    given = facts.variables
    body = str(given.get("meeting_body") or "")
    accepted = decision == ACCEPTED
    if accepted and settings.find_body(body) is None:
        raise UnknownBody(body)
    values: dict[str, Value] = {
        "title": given.get("title"),
        "unit": given.get("initiator_unit"),
        "category": given.get("category"),
        "matter": PERSONNEL if given.get("three_major") == PERSONNEL_MATTER else ORDINARY,
        "reporter": given.get("reporter"),
        "minutes": int(_number(given.get("report_minutes"))) or None,
        "attendees": given.get("attendees") or [],
        "recused": given.get("recused") or [],
        "body": body or None,
        "planned_number": given.get("planned_number"),
        "accepted": accepted,
        "decided_by": facts.actor.acts_as,
        "decided_at": instant(facts.now),
        "reason": opinion.strip() or None,
    }
    return Verdict({"item_case": facts.instance_id}, (RecordChange(ITEM, facts.instance_id, values),))


def judge_verify(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Keep what a unit says to its part of the minutes, for the message that takes it back to the meeting.

    Source:
        PRACTICE of such offices: 汇报部门核对 comes before 核稿.
    """
    return Verdict({"checked": decision, "checked_by": facts.actor.acts_as, "remark": opinion.strip() or None})


def _is_positive(value: Value) -> bool:
    return _number(value) > 0


def _number(value: Value) -> Decimal:
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else Decimal(0)
