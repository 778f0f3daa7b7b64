"""What deviates in how a case was handled: moved by hand, repeated, skipped, late, outside working time, unanswered. Pure."""

from collections.abc import Iterator
from datetime import timedelta

from engine.canonical import instant
from engine.commands.case import SYSTEM
from engine.model import SEND_BACK, EventKind, HistoryEvent, WorkItemRole
from engine.told_work_items import told_work_items
from workflows.calendar.working_time import day_of, last_day_of
from workflows.deviations.values import Finding, Kind, Watched, words

JUMP = "jump"
DECIDED = "decided"
BY_HAND = frozenset(
    {
        EventKind.PROCESS_MIGRATED,
        EventKind.PROCESS_SUSPENDED,
        EventKind.PROCESS_RESUMED,
        EventKind.PROCESS_CANCELLED,
        EventKind.VARIABLES_CORRECTED,
        EventKind.INCIDENT_RETRIED,
    }
)
ACTS = frozenset(
    {
        EventKind.PROCESS_STARTED,
        EventKind.WORK_ITEM_COMPLETED,
        EventKind.WORK_ITEM_TRANSFERRED,
        EventKind.WORK_ITEM_DELEGATED,
        EventKind.WORK_ITEM_RESOLVED,
        EventKind.WORK_ITEM_CONFIRMED,
        EventKind.WORK_ITEM_READ,
        EventKind.TOKEN_MOVED,
        EventKind.SIGNERS_ADDED,
        EventKind.SIGNER_REMOVED,
        *BY_HAND,
    }
)
"""What somebody does to a case; a comment, an urging or a claim changes nothing in it."""
ANSWERING = frozenset({"countersign", "vote"})
"""Kinds of step whose seats are asked for an answer; those of other kinds are informed, or receive."""
A_MOMENT = timedelta(seconds=1)


def interventions(case: Watched) -> Iterator[Finding]:
    """Yield what somebody did to a case from outside its flow.

    Source:
        PRACTICE of such offices: what 流程管理员 does to a case (干预) is shown everywhere as such.
    """
    for event in case.events:
        jumped = event.kind == EventKind.TOKEN_MOVED and event.data.get("mode") == JUMP
        if event.kind not in BY_HAND and not jumped and not event.data.get("intervention"):
            continue
        facts = {"what": JUMP if jumped else event.kind, "reason": words(event.data.get("reason"))}
        if event.kind == EventKind.PROCESS_MIGRATED:
            facts["version"] = str(event.data["version"])
        yield Finding(
            Kind.INTERVENTION, case.instance_id, (event.seq,), event.at, event.actor, case.step_of(event), facts
        )


def repeated(case: Watched) -> Iterator[Finding]:
    """Yield each step that people did more than once, with how often.

    A seat counts for itself, and so does each run of a subprocess: several units that do the same step repeat nothing.
    """
    opened = {str(one.work_item_id): one for one in case.events if one.kind == EventKind.WORK_ITEM_OPENED}
    passes: dict[tuple[str, str, str], list[HistoryEvent]] = {}
    for event in case.events:
        began = opened.get(str(event.work_item_id))
        if event.kind != EventKind.WORK_ITEM_COMPLETED or began is None:
            continue
        if began.data.get("role", WorkItemRole.STEP) == WorkItemRole.STEP:
            key = (str(event.activity_id), str(event.data.get("seat") or ""), str(event.data.get("scope") or ""))
            passes.setdefault(key, []).append(event)
    for (_step, seat, _scope), done in passes.items():
        if len(done) > 1:
            facts = {"times": str(len(done)), **({"seat": seat} if seat else {})}
            seqs, last = tuple(one.seq for one in done), done[-1]
            name = str(opened[str(last.work_item_id)].data["name"])
            yield Finding(Kind.REPEATED, case.instance_id, seqs, last.at, last.actor, name, facts)


def skipped(case: Watched) -> Iterator[Finding]:
    """Yield the steps that did not happen: passed over by a rule of the flow, or taken away by somebody.

    A step that another branch of the flow does without is none: that is the flow's own way.
    """
    moved: HistoryEvent | None = None
    for event in case.events:
        if event.kind == EventKind.WORK_ITEM_SKIPPED:
            facts = {"rule": str(event.data["reason"]), "person": str(event.data["person"])}
            at = Finding(Kind.SKIPPED_BY_RULE, case.instance_id, (event.seq,), event.at, "", case.step_of(event), facts)
            yield at
        elif event.kind == EventKind.TOKEN_MOVED:
            moved = event if event.data.get("mode") == JUMP else None
        elif event.kind == EventKind.SIGNER_REMOVED:
            facts = {"reason": words(event.data.get("reason"))}
            step = case.step_of(event)
            yield Finding(Kind.SKIPPED_BY_PERSON, case.instance_id, (event.seq,), event.at, event.actor, step, facts)
        elif event.kind == EventKind.WORK_ITEM_CANCELLED and moved is not None:
            facts = {"reason": words(moved.data.get("reason"))}
            seqs, step = (moved.seq, event.seq), case.step_of(event)
            yield Finding(Kind.SKIPPED_BY_PERSON, case.instance_id, seqs, event.at, moved.actor, step, facts)
        elif event.kind == EventKind.MARKING_SETTLED:
            moved = None


def outside_hours(case: Watched) -> Iterator[Finding]:
    """Yield the days of a case on which people acted outside working time, each once.

    Source:
        The office's hours are a setting, ``[calendar] hours``; days off are those of the calendar in force. In a year without a
        calendar weekends count as off, and holidays are not known.
    """
    days: dict[str, list[HistoryEvent]] = {}
    for event in case.events:
        if event.kind not in ACTS or event.actor == SYSTEM.username:
            continue
        if case.calendar.between(event.at - A_MOMENT, event.at + A_MOMENT):
            continue  # at the very moment of opening or closing is within
        days.setdefault(day_of(event.at).isoformat(), []).append(event)
    for day, events in days.items():
        last = events[-1]
        off = "" if case.calendar.is_working(day_of(last.at)) else "off"
        facts = {"day": day, "acts": str(len(events)), "off": off, "time": instant(last.at)}
        seqs = tuple(one.seq for one in events)
        yield Finding(Kind.OUTSIDE_HOURS, case.instance_id, seqs, last.at, last.actor, case.step_of(last), facts)


def overdue(case: Watched) -> Iterator[Finding]:
    """Yield the work items that were done after they were due, or are not done yet.

    Source:
        《党政机关公文处理工作条例》第二十四条（四）（六）: 办理时限, 催办.
    """
    seqs = _seqs_of(case)
    for item_id, item in told_work_items(case.events).items():
        due_at, closed_at = item["due_at"], item["closed_at"]
        if due_at is None or (item["state"] != "open" and item["closed_by"] is None):
            continue
        ended = closed_at or case.now
        if ended <= due_at or (closed_at is None and case.events[-1].data.get("state") == "cancelled"):
            continue
        facts = {
            "due_at": instant(due_at),
            "closed_at": instant(closed_at) if closed_at else "",
            "days": str(case.calendar.days_between(last_day_of(due_at), day_of(ended))),
            "urges": str(item["urges"]),
        }
        actor = str(item["closed_by"] or item["assignee"] or "")
        yield Finding(
            Kind.OVERDUE, case.instance_id, seqs[item_id], closed_at or due_at, actor, str(item["name"]), facts
        )


def unanswered(case: Watched) -> Iterator[Finding]:
    """Yield the seats of a countersign that were closed without an answer.

    Source:
        DESIGN of the house: a countersigner who did not answer is 逾期未反馈, never 同意.
    """
    opened: dict[str, HistoryEvent] = {}
    sent_back = False
    for event in case.events:
        if event.kind == EventKind.TOKEN_MOVED:
            sent_back = event.data.get("mode") == SEND_BACK
        elif event.kind == EventKind.MARKING_SETTLED:
            sent_back = False
        elif event.kind == EventKind.WORK_ITEM_OPENED and event.data.get("kind") in ANSWERING:
            opened[str(event.work_item_id)] = event
        elif event.kind == EventKind.WORK_ITEM_CANCELLED and event.work_item_id in opened and not sent_back:
            seat = opened[str(event.work_item_id)]
            facts = {
                "seat": str(seat.data["seat"] or seat.data["assignee"] or ""),
                "why": words(event.data.get("reason")),
            }
            seqs, step = (seat.seq, event.seq), str(seat.data["name"])
            yield Finding(
                Kind.UNANSWERED, case.instance_id, seqs, event.at, str(seat.data["assignee"] or ""), step, facts
            )


def recorded(case: Watched) -> Iterator[Finding]:
    """Yield what somebody typed in for another (代录): when that person confirmed it, or that they have not.

    Source:
        STORY of such offices: 代录 is no 代签; both records stay, before and after the confirmation.
    """
    confirmed = {str(event.work_item_id): event for event in case.events if event.kind == EventKind.WORK_ITEM_CONFIRMED}
    for event in case.events:
        if event.recorded_by is None or event.kind != EventKind.WORK_ITEM_COMPLETED:
            continue
        told = {"recorded_by": event.recorded_by, "recorded_at": instant(event.at)}
        said = confirmed.get(str(event.work_item_id))
        step = case.step_of(event)
        if said is None:
            days = str(case.calendar.days_between(day_of(event.at), day_of(case.now)))
            facts = {**told, "days": days}
            yield Finding(Kind.UNCONFIRMED, case.instance_id, (event.seq,), event.at, event.actor, step, facts)
        else:
            seconds = int((said.at - event.at).total_seconds())
            facts = {**told, "confirmed_at": instant(said.at), "seconds": str(seconds), "confirmed_by": said.actor}
            yield Finding(Kind.RECORDED, case.instance_id, (event.seq, said.seq), said.at, event.actor, step, facts)


def _seqs_of(case: Watched) -> dict[str, tuple[int, ...]]:
    """Return, by work item, the event that opened it and the one that closed it, if one did."""
    found: dict[str, tuple[int, ...]] = {}
    closing = (EventKind.WORK_ITEM_COMPLETED, EventKind.WORK_ITEM_READ, EventKind.TOKEN_MOVED)
    for event in case.events:
        item_id = event.work_item_id or ""
        if event.kind == EventKind.WORK_ITEM_OPENED:
            found[item_id] = (event.seq,)
        elif event.kind in closing and item_id in found:
            found[item_id] = (found[item_id][0], event.seq)
    return found
