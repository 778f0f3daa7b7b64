"""The rules of a meeting from its end to its minutes and record, by kind of step."""

from sqlalchemy import Connection

from engine.canonical import instant
from engine.model import RecordChange, Value
from workflows.contract import StepFacts, Verdict
from workflows.meeting_arrangement.errors import (
    ConclusionMissing,
    LinesOpen,
    NotSignedYet,
    NotTheChair,
    RecordMissing,
)
from workflows.meeting_arrangement.minutes import compose, extract
from workflows.meeting_arrangement.record_keeping import is_kept
from workflows.meeting_arrangement.records import LINE, MEETING, READING
from workflows.meeting_arrangement.settings import MeetingSettings
from workflows.meeting_arrangement.state import get_meeting
from workflows.meeting_arrangement.tally import Outcome
from workflows.meeting_arrangement.values import FIRST_TOPIC, Line, Meeting
from workflows.organisation import queries

AGREE = "agree"


def judge_deliberate(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """End a meeting when every item of its agenda was dealt with or put off; what became of each is told to its case.

    Raises:
        LinesOpen: Some were not.

    Source:
        Rules of such bodies: item by item; a decision is never replaced by 传阅 or 会签, so nothing leaves the agenda undealt.
    """
    held = get_meeting(connection, facts.instance_id)
    waiting = tuple(one.title for one in held.lines if one.closed_at is None)
    if waiting:
        raise LinesOpen(waiting)
    results: list[Value] = [
        {"item_case": one.item_case, "outcome": one.outcome.value, "conclusion": one.conclusion}
        for one in held.lines
        if one.item_case is not None and one.outcome is not None
    ]
    change = RecordChange(MEETING, facts.instance_id, {"closed_at": instant(facts.now)})
    return Verdict({"results": results}, (change,))


def judge_draft(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Hand the minutes on to the units that reported, each its own part; what they say to an earlier round is not taken for it.

    Raises:
        ConclusionMissing: The minutes say nothing of an item.

    Source:
        PRACTICE of such offices: 起草 → 汇报部门核对 → 核稿 → 签发; single opinions and other units' items are not for them.
    """
    held = get_meeting(connection, facts.instance_id)
    _require_conclusions(held)
    units = _unit_names(connection)
    reported = [one for one in held.lines if one.item_case is not None and one.outcome is not Outcome.POSTPONED]
    extracts: list[Value] = [{"item_case": one.item_case, "extract": extract(held, one, units)} for one in reported]
    unchecked: dict[str, Value] = dict.fromkeys(("checked", "checked_by", "check_remark"))
    changes = tuple(RecordChange(LINE, one.id, unchecked) for one in reported if one.checked is not None)
    known = facts.variables.get("extract_round")
    number = known + 1 if isinstance(known, int) else 1
    return Verdict({"extracts": extracts, "extracts_agreed": True, "extract_round": number}, changes)


def judge_edit(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Let no minutes on for signature that say nothing of an item; raise ``ConclusionMissing``."""
    if decision == AGREE:
        _require_conclusions(get_meeting(connection, facts.instance_id))
    return Verdict()


def judge_sign_and_issue(
    connection: Connection, facts: StepFacts, decision: str, opinion: str, settings: MeetingSettings
) -> Verdict:
    """Let who presides sign, and keep the text that was signed, with what stands above it.

    Raises:
        NotTheChair: Somebody else presides.
        ConclusionMissing: The minutes say nothing of an item.

    Source:
        PRACTICE of such offices: minutes are signed by who presided; nobody else's signature replaces it.
    """
    held = get_meeting(connection, facts.instance_id)
    if facts.actor.acts_as != held.chair:
        raise NotTheChair(held.chair or "")
    if decision != AGREE:
        return Verdict()
    _require_conclusions(held)
    recorder = str(facts.variables.get("initiator") or "")
    people = {one.person for one in held.seats} | {recorder, held.chair or ""}
    text = compose(held, queries.names_of(connection, people), _unit_names(connection), recorder)
    signed: dict[str, Value] = {
        "minutes_title": settings.minutes_title(held.body),
        "minutes_text": text,
        "signed_by": facts.actor.acts_as,
        "signed_on": facts.today.isoformat(),
    }
    return Verdict({"signed_on": signed["signed_on"]}, (RecordChange(MEETING, facts.instance_id, signed),))


def judge_dispatch(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Issue only minutes that were signed and have their number, and keep when they went to whom.

    Raises:
        NotSignedYet: They have none.

    Source:
        第二十五条（二） asks of what is issued that 分送范围 and 印制份数 are recorded; minutes are a 公文.
    """
    given = facts.variables
    if not given.get("minutes_issue"):
        raise NotSignedYet
    sent: dict[str, Value] = {
        "dispatched_on": facts.today.isoformat(),
        "copies": given.get("copies"),
        "recipients": given.get("distribution_units"),
    }
    return Verdict({}, (RecordChange(MEETING, facts.instance_id, sent),))


def judge_archive(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Close no meeting without its full record.

    Raises:
        RecordMissing: It was not kept.

    Source:
        DOMAIN of such offices: 会议记录 is kept by a named person apart from the minutes, and archived.
    """
    if not is_kept(connection, facts.instance_id):
        raise RecordMissing
    return Verdict()


def judge_approve(facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Keep who asked to read a meeting's record, what for, and who allowed it or did not.

    Source:
        DOMAIN of such offices: reading the record of a meeting needs the principal's approval, and is registered.
    """
    given = facts.variables
    values: dict[str, Value] = {
        "meeting": given.get("source_case"),
        "person": given.get("initiator"),
        "purpose": given.get("purpose") or "",
        "allowed": decision == AGREE,
        "decided_by": facts.actor.acts_as,
        "decided_at": instant(facts.now),
    }
    return Verdict({}, (RecordChange(READING, facts.instance_id, values),))


def _require_conclusions(held: Meeting) -> None:
    """Raise ``ConclusionMissing`` where an item was dealt with, and neither words nor a resolution say what was agreed."""
    silent = tuple(one.title for one in held.lines if _is_silent(held, one))
    if silent:
        raise ConclusionMissing(silent)


def _is_silent(held: Meeting, line: Line) -> bool:
    dealt_with = line.closed_at is not None and line.category != FIRST_TOPIC
    return dealt_with and not line.conclusion and not held.resolutions.get(line.id)


def _unit_names(connection: Connection) -> dict[str, str]:
    return queries.names_of_units(connection)
