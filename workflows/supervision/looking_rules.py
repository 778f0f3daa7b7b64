"""The rules of supervision's steps that must also look who heads a unit, or which other matters there are."""

from datetime import date

from sqlalchemy import Connection, select

from engine.model import RecordChange, Value, Variables
from workflows.contract import StepFacts, Verdict
from workflows.organisation import queries
from workflows.supervision.days import CountDays, is_free
from workflows.supervision.errors import (
    AccepterMissing,
    AssigneeMissing,
    DueDateFree,
    DueDateMissing,
    DueDatePast,
    FeedbackPlanIncomplete,
    LeadUnitMissing,
    MergeTargetUnknown,
    NewDueDateTooEarly,
    PartsMissing,
    ResponsibleLeaderMissing,
)
from workflows.supervision.feedback_dates import plan_of
from workflows.supervision.matters import find_open
from workflows.supervision.records import ASSISTANCE, MATTER, SOURCE, matter_source
from workflows.supervision.returns import returned
from workflows.supervision.rules import NEW_DUE_DATE, REJECT, REVISE, disposed, phase, require_going_on
from workflows.supervision.settings import SupervisionSettings
from workflows.supervision.values import Cycle, Disposal, ReturnKind, State

SCREENING = "preliminary_review"
MERGE, SPLIT, ASSIGN = "merge", "split", "assign"
LEAST_PARTS = 2
PRINCIPAL = "principal"
WRITTEN = frozenset(
    """merge_into assigned_unit assigned_person accepter lead_unit co_units due_on responsible_leader instructed_by
    approving_leader approved_by handler reporter_signs signed_off_by feedback_by""".split()
)
"""The variables that these rules write."""


def judge_screening(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Decide what becomes of a candidate: it is proposed, merged, split, declined, or turned into a task.

    Raises:
        MergeTargetUnknown: The matter named in ``merge_into`` is not there, has ended, or is this one.
        PartsMissing: ``parts`` are not at least two.
        AssigneeMissing, AccepterMissing, DueDateMissing: The task has nobody to do or to accept it, or no due date.

    Source:
        Practice of such offices: the clerk merges, splits, refuses with a reason, or turns a candidate into a task; a decision
        of a meeting does not start supervision by itself.
    """
    if decision == MERGE:
        return _merged(connection, facts, opinion)
    if decision == SPLIT:
        parts = facts.variables.get("parts")
        titled = [row for row in parts if isinstance(row, dict) and row.get("title")] if isinstance(parts, list) else []
        if len(titled) < LEAST_PARTS or titled != parts:
            raise PartsMissing
        return Verdict({}, (disposed(facts, Disposal.SPLIT, opinion),))
    if decision == ASSIGN:
        return Verdict(_task(connection, facts.variables), (disposed(facts, Disposal.ASSIGNED, opinion),))
    return Verdict({}, (disposed(facts, Disposal.DECLINED, opinion),)) if decision == REJECT else Verdict()


def judge_proposal(
    connection: Connection,
    facts: StepFacts,
    decision: str,
    opinion: str,
    settings: SupervisionSettings,
    days: CountDays,
) -> Verdict:
    """Complete what is proposed: who leads and answers for it, by when it is due, when feedback is given.

    Raises:
        LeadUnitMissing: No unit leads.
        DueDateMissing: Nobody says by when, and the office has no usual limit for the source.
        DueDatePast: It would have been due before today.
        DueDateFree: It would be due on a day on which the office does not work.
        ResponsibleLeaderMissing: Nobody is named, and nobody is in charge of the unit that leads.
        FeedbackPlanIncomplete: The cycle has no first day, the list no days.

    Source:
        Practice of such offices (立项通知单): one unit leads, others assist; responsible leader, due date, cycle of feedback.
    """
    said = facts.variables
    unit = str(said.get("lead_unit") or "")
    if not unit:
        raise LeadUnitMissing
    due_on = said.get("due_on")
    if not due_on:
        limit = settings.limits.get(str(said.get("source_kind")))
        if limit is None:
            raise DueDateMissing
        due_on = days(connection).add(facts.today, limit).isoformat()
    elif str(due_on) < facts.today.isoformat():
        raise DueDatePast
    require_working(connection, date.fromisoformat(str(due_on)), days)
    responsible = said.get("responsible_leader") or queries.leader_of(connection, unit)
    if not responsible:
        raise ResponsibleLeaderMissing
    plan = plan_of(said)
    if not plan.complete:
        raise FeedbackPlanIncomplete("feedback_dates" if plan.cycle is Cycle.DATES else "first_feedback_on")
    values: dict[str, Value] = {
        "lead_unit": unit,
        "co_units": [one for one in _listed(said.get("co_units")) if one != unit],
        "due_on": due_on,
        "responsible_leader": responsible,
        "instructed_by": said.get("instructed_by") or next(iter(queries.holders(connection, PRINCIPAL)), None),
        "approving_leader": queries.leader_of(connection, settings.office_unit),
    }
    told = {name: values[name] for name in ("lead_unit", "co_units", "due_on", "responsible_leader")}
    return Verdict(values, (RecordChange(MATTER, facts.instance_id, {**told, "title": said.get("title")}),))


def judge_approval(connection: Connection, facts: StepFacts, decision: str, opinion: str, days: CountDays) -> Verdict:
    """Remember who approves; a candidate that is rejected never becomes a matter.

    Raises:
        NewDueDateTooEarly, DueDateFree: As :func:`judge_review` says.
    """
    _require_extension(connection, facts, days)
    changes = (disposed(facts, Disposal.DECLINED, opinion),) if decision == REJECT else ()
    return Verdict({"approved_by": facts.actor.acts_as}, changes)


def judge_review(connection: Connection, facts: StepFacts, decision: str, opinion: str, days: CountDays) -> Verdict:
    """Refuse an extension to a day that is none; other reviews have no rule.

    Raises:
        NewDueDateTooEarly: The step may say by when a matter is due after all, and says a day that is not later.
        DueDateFree: The office does not work on that day.

    Source:
        Practice of such offices: whoever approves an extension states the new exact date.
    """
    _require_extension(connection, facts, days)
    return Verdict()


def require_working(connection: Connection, due_on: date, days: CountDays, field: str = "due_on") -> None:
    """Raise ``DueDateFree`` where it is known that the office does not work on a day.

    Source:
        The acceptance story: the 28th of February 2026, a Saturday that is worked, can be a due date.
    """
    if is_free(days(connection), due_on):
        raise DueDateFree(due_on.isoformat(), field)


def _require_extension(connection: Connection, facts: StepFacts, days: CountDays) -> None:
    """Ask a step that may write a new due date for one that can be."""
    if facts.activity.properties.get(f"access:{NEW_DUE_DATE}") != "edit":
        return
    new, due_on = facts.variables.get(NEW_DUE_DATE), str(facts.variables.get("due_on") or "")
    if not new or str(new) <= due_on:
        raise NewDueDateTooEarly(due_on)
    require_working(connection, date.fromisoformat(str(new)), days, NEW_DUE_DATE)


def judge_receipt(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Let the unit that leads take a matter, naming who works on it, or hand it back (退办) to the clerk."""
    if decision == REVISE:
        handed_back = returned(connection, facts, ReturnKind.RECEIPT, opinion)
        return Verdict({}, (phase(facts, State.HANDED_BACK), handed_back))
    handler = facts.variables.get("handler") or facts.actor.acts_as
    values: dict[str, Value] = {
        "phase": State.IN_PROGRESS.value,
        "received_on": facts.today.isoformat(),
        "handler": handler,
    }
    return Verdict({"handler": handler}, (RecordChange(MATTER, facts.instance_id, values),))


def judge_verification(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Pass a closing on to whoever gave the order, or return it to the unit.

    Source:
        Practice of such offices: 审核 looks whether the matter is solved and the papers are complete; what fails goes back with
        a reason (退回续办).
    """
    if decision == REVISE:
        return Verdict({}, (phase(facts, State.IN_PROGRESS), returned(connection, facts, ReturnKind.CLOSING, opinion)))
    return Verdict({}, (phase(facts, State.AWAITING_READING),))


def judge_report(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Say whether who reports for a unit is its head, so that nobody signs what they have written themselves.

    Raises:
        MatterPaused: The matter is paused.

    Source:
        Practice of such offices: feedback and closing are signed by the head of the unit; a unit without a head reports by
        whoever received the matter.
    """
    require_going_on(facts)
    reporter = facts.actor.acts_as
    head = queries.head_of(connection, str(facts.variables.get("lead_unit") or ""))
    signs = head in ("", reporter)
    signed: Variables = {"signed_off_by": reporter} if signs else {}
    return Verdict({"reporter_signs": signs, "feedback_by": reporter, **signed})


def judge_assistance(connection: Connection, facts: StepFacts, decision: str, opinion: str) -> Verdict:
    """Record what an assisting unit tells the one that leads, which alone reports on the matter.

    Source:
        Practice of such offices: of a matter that several units share, the leading unit reports.
    """
    teller, round_no = facts.actor.acts_as, facts.variables.get("feedback_round")
    theirs = [
        unit
        for unit in _listed(facts.variables.get("co_units"))
        if teller == queries.head_of(connection, unit) or teller in queries.members(connection, unit)
    ]
    unit = next(iter(theirs), None)
    values: dict[str, Value] = {
        "instance_id": facts.instance_id,
        "round": round_no,
        "unit": unit,
        "told_on": facts.today.isoformat(),
        "told_by": teller,
        "words": opinion.strip() or None,
    }
    return Verdict({}, (RecordChange(ASSISTANCE, f"{facts.instance_id}-{round_no}-{unit or teller}", values),))


def _merged(connection: Connection, facts: StepFacts, opinion: str) -> Verdict:
    target = find_open(connection, str(facts.variables.get("merge_into") or ""))
    if target is None or target == facts.instance_id:
        raise MergeTargetUnknown
    gone = disposed(facts, Disposal.MERGED, opinion)
    carried = connection.scalars(select(matter_source.c.id).where(matter_source.c.instance_id == facts.instance_id))
    return Verdict(
        {"merge_into": target},
        (
            RecordChange(MATTER, facts.instance_id, {**gone.values, "merged_into": target}),
            *(RecordChange(SOURCE, one, {"instance_id": target}) for one in sorted(carried)),
        ),
    )


def _task(connection: Connection, said: Variables) -> Variables:
    """Return what the task that a candidate becomes is told, completed by who heads and leads the unit."""
    unit, person = said.get("assigned_unit") or said.get("lead_unit"), said.get("assigned_person")
    if not person and not (unit and queries.members(connection, str(unit))):
        raise AssigneeMissing
    if not said.get("due_on"):
        raise DueDateMissing
    accepter = said.get("accepter") or (queries.leader_of(connection, str(unit)) if unit else "")
    if not accepter:
        raise AccepterMissing
    return {"assigned_unit": unit, "assigned_person": person, "accepter": accepter}


def _listed(value: Value) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
