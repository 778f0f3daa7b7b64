"""What the service tasks do that look at the calendar: feedback is planned, the due date watched, a unit urged."""

from datetime import date, datetime

from sqlalchemy import Connection, func, select

from engine.canonical import instant
from engine.delegates import ServiceCall
from engine.model import RecordChange, ServiceResult, Value
from workflows.organisation import queries
from workflows.reminders import ReminderKind, reminded, reminder
from workflows.supervision.days import CountDays, day_before, working_day_from
from workflows.supervision.delegates import moved_due_date
from workflows.supervision.feedback_dates import next_day, plan_of
from workflows.supervision.records import MATTER
from workflows.supervision.rules import SHANGHAI
from workflows.supervision.settings import SupervisionSettings
from workflows.supervision.watching import Act, Watch, due_now, report_key

CLERKS = "supervision_clerk"
WRITTEN = frozenset({"pause_change"})


def plan_feedback(
    connection: Connection, call: ServiceCall, settings: SupervisionSettings, days: CountDays
) -> ServiceResult:
    """Say when the unit gives its next feedback, and when it finds that among its work (``supervision.plan_feedback``).

    Args:
        connection: In the transaction of the command.
        call: ``inputs`` holds the plan (:func:`workflows.supervision.feedback_dates.plan_of`), and the day planned last.
        settings: How many working days before the unit finds it among its work.
        days: The calendar; a feedback due on a free day is due on the next working day.

    Returns:
        ``feedback_due_on`` and ``feedback_opens_at``, empty where no feedback is to come.

    Source:
        Practice of such offices: half-monthly, monthly by the 5th, or as the notice says; local rules, so a field.
    """
    said, today = call.inputs, call.now.astimezone(SHANGHAI).date()
    before = said.get("feedback_planned_on")
    planned = next_day(plan_of(said), date.fromisoformat(str(before)) if before else None, today)
    if planned is None:
        none = RecordChange(MATTER, call.instance_id, {"next_feedback_on": None})
        return ServiceResult({"feedback_due_on": None, "feedback_opens_at": None}, (none,))
    counted = days(connection)
    due_on = working_day_from(counted, planned)
    opens_on = day_before(counted, due_on, settings.feedback_notice_days) if settings.feedback_notice_days else due_on
    variables: dict[str, Value] = {
        "feedback_planned_on": planned.isoformat(),
        "feedback_due_on": due_on.isoformat(),
        "feedback_opens_at": _morning(opens_on, settings),
        "feedback_round": int(str(said.get("feedback_round") or 0)) + 1,
    }
    return ServiceResult(variables, (RecordChange(MATTER, call.instance_id, {"next_feedback_on": due_on.isoformat()}),))


def watch(connection: Connection, call: ServiceCall, settings: SupervisionSettings, days: CountDays) -> ServiceResult:
    """Do what the clock has to do about the due date as it is now, and say when to look again (``supervision.watch``).

    Returns:
        ``watch_at``, empty where nothing lies ahead; ``report_overdue``, whether the responsible leader is to be told now;
        and records of whom was reminded.

    Source:
        Practice of such offices: a reminder before the due date, urging after it, then the responsible leader of the unit
        that leads. The numbers of days are the setting ``[supervision]``.
    """
    said, today = call.inputs, call.now.astimezone(SHANGHAI).date()
    due = moved_due_date(connection, said, today, days)
    if due is None:
        return ServiceResult({"watch_at": None, "report_overdue": False})
    due_on, done = date.fromisoformat(due), _listed(said.get("watched"))
    acts, ahead = due_now(due_on, done, today, days(connection), settings)
    variables: dict[str, Value] = {
        "watch_at": _morning(ahead.on, settings) if ahead is not None else None,
        "watched": [*done, *(one.key for one in acts)],
        "report_overdue": any(one.act is Act.REPORT for one in acts),
    }
    kind = _told_as(acts)
    if kind is None:
        return ServiceResult(variables)
    people = _unit_people(connection, said.get("handler"), said.get("lead_unit"))
    if kind is ReminderKind.OVERDUE:
        people += [one for one in queries.holders(connection, CLERKS) if one not in people]
    serial = _next_serial(connection, call.instance_id)
    return ServiceResult(variables, (reminded(call.instance_id, serial, kind, people, call.now, due),))


def urge(connection: Connection, call: ServiceCall, settings: SupervisionSettings) -> ServiceResult:
    """Urge the unit that leads (``supervision.urge``); urged in vain, an overdue matter is reported to the responsible leader.

    Source:
        Practice of such offices: 催办 → 催办单 → 责任领导. The how manieth urging it is, is the setting
        ``urgings_before_report``.
    """
    said, today = call.inputs, call.now.astimezone(SHANGHAI).date().isoformat()
    people = _unit_people(connection, said.get("handler"), said.get("lead_unit"))
    due, done = str(said.get("due_on") or ""), _listed(said.get("watched"))
    urged = connection.scalar(
        select(func.count())
        .select_from(reminder)
        .where(
            reminder.c.instance_id == call.instance_id,
            reminder.c.kind == ReminderKind.URGED.value,
            reminder.c.due_on == due,
        )
    )
    overdue = bool(due) and due < today
    key = report_key(date.fromisoformat(due)) if due else ""
    report = overdue and (urged or 0) + 1 >= settings.urgings_before_report and key not in done
    told = reminded(
        call.instance_id,
        _next_serial(connection, call.instance_id),
        ReminderKind.URGED,
        people,
        call.now,
        due or None,
        str(said.get("urging_words") or ""),
        str(said.get("urged_by") or ""),
    )
    variables: dict[str, Value] = {"report_overdue": report, "watched": [*done, key] if report else list(done)}
    return ServiceResult(variables, (told,))


def _told_as(acts: list[Watch]) -> ReminderKind | None:
    """Return as what the unit is told of the last of several acts; a report tells it nothing new."""
    if not acts or acts[-1].act is Act.REPORT:
        return None
    return ReminderKind.OVERDUE if acts[-1].act is Act.OVERDUE else ReminderKind.NEAR_DUE


def _unit_people(connection: Connection, handler: Value, unit: Value) -> list[str]:
    """Return who answers for a matter in the unit that leads: who works on it, and the head, or else the unit's people."""
    code = str(unit or "")
    head = queries.head_of(connection, code)
    people = [str(handler or ""), *([head] if head else queries.members(connection, code))]
    return [one for one in dict.fromkeys(people) if one]


def _next_serial(connection: Connection, instance_id: str) -> int:
    last = select(func.max(reminder.c.serial)).where(reminder.c.instance_id == instance_id)
    return (connection.scalar(last) or 0) + 1


def _morning(day: date, settings: SupervisionSettings) -> str:
    return instant(datetime.combine(day, settings.morning, SHANGHAI))


def _listed(value: Value) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
