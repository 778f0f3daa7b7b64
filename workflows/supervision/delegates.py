"""What the service tasks of supervision do: a candidate is entered, a matter given out, closed, extended, paused, urged."""

from datetime import date

from sqlalchemy import Connection, func, select

from engine.delegates import ServiceCall
from engine.model import RecordChange, ServiceResult, Value, Variables
from workflows.case_keepers import kept_by
from workflows.duties import SUPERVISION_CLERK
from workflows.organisation import queries
from workflows.responsible_units import given_to
from workflows.supervision.days import CountDays
from workflows.supervision.looking_rules import PRINCIPAL
from workflows.supervision.matters import get_row
from workflows.supervision.records import DUE_CHANGE, FEEDBACK, MATTER, SOURCE, matter_due_change
from workflows.supervision.rules import NEW_DUE_DATE, SHANGHAI, whole
from workflows.supervision.settings import SupervisionSettings
from workflows.supervision.values import ChangeKind, Source, State

ASKED = ("extension_due_on", "extension_reason", "extension_progress", "extension_signed")
REPORTED = ("progress", "done", "problems", "next_steps", "evidence")
WRITTEN = frozenset(
    """item merge_into parts handler paused_on watched watch_at report_overdue source_kind due_on original_due_on co_units
    responsible_leader instructed_by approving_leader assigned_unit assigned_person accepter lead_unit matter source_number
    decision_no source_case split_from feedback_cycle first_feedback_on feedback_dates feedback_planned_on feedback_due_on
    feedback_opens_at feedback_round known_due_on reporter_signs signed_off_by feedback_by approved_by due_change
    pause_reason termination_reason urging_words""".split()
).union(ASKED, REPORTED)
"""The variables that these services write."""
KEPT = """matter source_number decision_no source_case split_from lead_unit due_on responsible_leader instructed_by parts
    merge_into assigned_unit assigned_person accepter feedback_cycle first_feedback_on feedback_dates""".split()
"""What a candidate may bring along."""
GRANTED, REFUSED = "granted", "refused"


def enter(connection: Connection, call: ServiceCall, settings: SupervisionSettings) -> ServiceResult:
    """Enter a candidate (``supervision.enter``), wherever it comes from, and make its variables known.

    Args:
        connection: In the transaction of the command.
        call: ``inputs`` holds what the source brings: ``title``, ``matter``, ``lead_unit``, ``co_units``, ``due_on``,
            ``source_kind``, ``source_number``, ``decision_no``; what is missing is empty. Where no source is named, one that
            numbers its decisions is a meeting, another case a document.
        settings: The unit that is the office.

    Returns:
        Every variable of the flow, and the records of the candidate and of its source.

    Source:
        Practice of such offices: what a meeting has decided becomes a candidate (待立项); nothing is typed twice.
    """
    said = call.inputs
    unit = str(said.get("lead_unit") or "")
    kind = str(said.get("source_kind") or "")
    if kind not in set(Source):
        kind = _usual_source(said).value
    assisting = said.get("co_units")
    variables: dict[str, Value] = {
        **dict.fromkeys(WRITTEN),
        **{name: said.get(name) for name in KEPT},
        "item": call.instance_id,
        "source_kind": kind,
        "decision_no": str(said["decision_no"]) if said.get("decision_no") is not None else None,
        "co_units": assisting if isinstance(assisting, list) else [],
        "responsible_leader": said.get("responsible_leader") or queries.leader_of(connection, unit) or None,
        "instructed_by": said.get("instructed_by") or next(iter(queries.holders(connection, PRINCIPAL)), None),
        "approving_leader": queries.leader_of(connection, settings.office_unit) or None,
        "watched": [],
        "feedback_round": 0,
        "report_overdue": False,
        "reporter_signs": False,
    }
    told = {name: variables[name] for name in ("source_kind", "source_number", "decision_no")}
    values: dict[str, Value] = {
        **told,
        "title": said.get("title"),
        **{name: variables[name] for name in ("lead_unit", "co_units", "due_on", "responsible_leader")},
        "phase": State.CANDIDATE.value,
        "entered_on": _today(call).isoformat(),
    }
    source: dict[str, Value] = {
        **told,
        "instance_id": call.instance_id,
        "title": said.get("title"),
        "matter": variables["matter"],
    }
    changes = (
        RecordChange(MATTER, call.instance_id, values),
        RecordChange(SOURCE, call.instance_id, source),
        kept_by(call.instance_id, SUPERVISION_CLERK),
    )
    return ServiceResult(variables, changes)


def give_out(connection: Connection, call: ServiceCall) -> ServiceResult:
    """Give a matter out to the unit that leads (``supervision.give_out``); its units may see it from then on.

    The first due date it was given out with stays its original one, also where it is given out again.
    """
    said, row = call.inputs, get_row(connection, call.instance_id)
    unit, assisting = str(said.get("lead_unit") or ""), said.get("co_units")
    original = row.original_due_on or said.get("due_on")
    values: dict[str, Value] = {
        **{name: said.get(name) for name in ("title", "number", "lead_unit", "responsible_leader", "due_on")},
        "co_units": assisting,
        "original_due_on": original,
        "registered_on": row.registered_on or _today(call).isoformat(),
        "phase": State.AWAITING_RECEIPT.value,
    }
    others = [str(one) for one in assisting] if isinstance(assisting, list) else []
    changes = RecordChange(MATTER, call.instance_id, values), *given_to(call.instance_id, unit, others)
    return ServiceResult({"original_due_on": original, "known_due_on": said.get("due_on")}, changes)


def record_feedback(_connection: Connection, call: ServiceCall) -> ServiceResult:
    """Record what the unit has told and its head has signed (``supervision.record_feedback``), and clear its form."""
    said, today = call.inputs, _today(call).isoformat()
    values: dict[str, Value] = {
        "instance_id": call.instance_id,
        "round": said.get("feedback_round"),
        "due_on": said.get("feedback_due_on"),
        "given_on": today,
        "given_by": said.get("feedback_by"),
        "signed_by": said.get("signed_off_by"),
        **{name: said.get(name) for name in ("done", "problems", "next_steps")},
        "progress": whole(said.get("progress")),
        "evidence": said.get("evidence") or None,
    }
    of_matter: dict[str, Value] = {
        "last_feedback_on": today,
        "last_progress": whole(said.get("progress")),
        "next_feedback_on": None,
    }
    changes = (
        RecordChange(FEEDBACK, f"{call.instance_id}-{said.get('feedback_round')}", values),
        RecordChange(MATTER, call.instance_id, of_matter),
    )
    return ServiceResult({**dict.fromkeys(REPORTED), "feedback_due_on": None}, changes)


def apply_for_closing(_connection: Connection, call: ServiceCall) -> ServiceResult:
    """Record that the unit says the matter is done (``supervision.apply_for_closing``); its clerk reviews that."""
    values: dict[str, Value] = {
        "phase": State.AWAITING_REVIEW.value,
        "applied_on": _today(call).isoformat(),
        "next_feedback_on": None,
    }
    return ServiceResult({}, (RecordChange(MATTER, call.instance_id, values),))


def ask_extension(connection: Connection, call: ServiceCall) -> ServiceResult:
    """Record that the unit asks to be given longer (``supervision.ask_extension``)."""
    said, asked_on = call.inputs, _today(call).isoformat()
    values: dict[str, Value] = {
        "instance_id": call.instance_id,
        "kind": ChangeKind.EXTENSION.value,
        "asked_on": asked_on,
        "asked_by": said.get("extension_by"),
        "reason": said.get("extension_reason"),
        "old_due_on": said.get("due_on"),
        "new_due_on": said.get(NEW_DUE_DATE),
    }
    change = _next_change(connection, call.instance_id)
    asked = RecordChange(MATTER, call.instance_id, {"extension_asked_on": asked_on})
    return ServiceResult({"due_change": change}, (RecordChange(DUE_CHANGE, change, values), asked))


def decide_extension(connection: Connection, call: ServiceCall) -> ServiceResult:
    """Record what was decided on an extension (``supervision.decide_extension``), as the input ``granted`` says.

    The original due date stays; an extension that is granted counts.

    Source:
        Practice of such offices: the approval states the new exact date; extensions are counted.
    """
    said, row = call.inputs, get_row(connection, call.instance_id)
    granted = said.get("granted") in (True, "true")
    values: dict[str, Value] = {
        "outcome": GRANTED if granted else REFUSED,
        "decided_on": _today(call).isoformat(),
        "decided_by": said.get("approved_by") if granted else None,
        "new_due_on": said.get(NEW_DUE_DATE),
    }
    of_matter: dict[str, Value] = {"extension_asked_on": None}
    variables: dict[str, Value] = dict.fromkeys((*ASKED, "due_change"))
    if granted:
        of_matter |= {"due_on": said.get(NEW_DUE_DATE), "extensions": (row.extensions or 0) + 1}
        variables["due_on"] = said.get(NEW_DUE_DATE)
    changes = (
        RecordChange(DUE_CHANGE, str(said.get("due_change")), values),
        RecordChange(MATTER, call.instance_id, of_matter),
    )
    return ServiceResult(variables, changes)


def pause(connection: Connection, call: ServiceCall) -> ServiceResult:
    """Let a matter wait (``supervision.pause``): its time does not run, and nothing is asked of its unit."""
    said, today = call.inputs, _today(call).isoformat()
    change = _next_change(connection, call.instance_id)
    values: dict[str, Value] = {
        "instance_id": call.instance_id,
        "kind": ChangeKind.PAUSE.value,
        "asked_on": today,
        "asked_by": said.get("approved_by"),
        "reason": said.get("pause_reason"),
        "old_due_on": said.get("due_on"),
    }
    paused = RecordChange(MATTER, call.instance_id, {"paused_on": today})
    return ServiceResult(
        {"paused_on": today, "pause_change": change}, (RecordChange(DUE_CHANGE, change, values), paused)
    )


def resume(connection: Connection, call: ServiceCall, days: CountDays) -> ServiceResult:
    """Let a paused matter go on (``supervision.resume``): it is due later by as many working days as it stood.

    Source:
        The office's custom: what is paused does not use up its time, and that is no extension.
    """
    said, today = call.inputs, _today(call)
    due_on = moved_due_date(connection, said, today, days)
    values: dict[str, Value] = {"outcome": GRANTED, "decided_on": today.isoformat(), "new_due_on": due_on}
    of_matter: dict[str, Value] = {"paused_on": None, "due_on": due_on}
    changes = (
        RecordChange(DUE_CHANGE, str(said.get("pause_change")), values),
        RecordChange(MATTER, call.instance_id, of_matter),
    )
    return ServiceResult({"paused_on": None, "pause_reason": None, "due_on": due_on}, changes)


def terminate(_connection: Connection, call: ServiceCall) -> ServiceResult:
    """Record that a matter ends before it is done (``supervision.terminate``), which a leader has approved."""
    values: dict[str, Value] = {
        "phase": State.TERMINATED.value,
        "closed_on": _today(call).isoformat(),
        "disposal_reason": call.inputs.get("termination_reason"),
    }
    return ServiceResult({}, (RecordChange(MATTER, call.instance_id, values),))


def moved_due_date(connection: Connection, said: Variables, today: date, days: CountDays) -> str | None:
    """Return by when a matter is due if it goes on today; while it stands, its due date moves on with the days."""
    due_on, paused_on = said.get("due_on"), said.get("paused_on")
    if not due_on or not paused_on:
        return str(due_on) if due_on else None
    counted = days(connection)
    stood = counted.days_between(date.fromisoformat(str(paused_on)), today)
    return counted.add(date.fromisoformat(str(due_on)), stood).isoformat()


def _usual_source(said: Variables) -> Source:
    if said.get("decision_no"):
        return Source.MEETING
    return Source.DOCUMENT if said.get("source_case") else Source.OTHER


def _today(call: ServiceCall) -> date:
    return call.now.astimezone(SHANGHAI).date()


def _next_change(connection: Connection, instance_id: str) -> str:
    of_case = matter_due_change.c.instance_id == instance_id
    number = (connection.scalar(select(func.count()).select_from(matter_due_change).where(of_case)) or 0) + 1
    return f"{instance_id}-{number:04}"
