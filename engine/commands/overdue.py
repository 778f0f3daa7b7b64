"""Tells that a person's step is not done in time, by the setting ``on_timeout`` of its model.

Somebody is told, and nothing else: an overdue step stays open, stays whose it is, and waits for their decision; a countersigner
who has not answered has not agreed.

Source:
    Practice of such offices: nothing passes by timeout; who did not answer is 逾期未反馈.
"""

from datetime import datetime

from engine.commands import reminders
from engine.commands.case import SYSTEM, Case
from engine.commands.superiors import superior_of
from engine.commands.tell import tell
from engine.model import EventKind, Value, WorkItem, WorkItemState
from engine.persistence import history, jobs, work_items
from engine.step_settings import ESCALATE, on_timeout_of


def fire(case: Case, work_item_id: str, number: int) -> None:
    """Tell that a work item is overdue, and write when that is to be told again; do nothing where that comes too late.

    Args:
        case: The case, opened; its job is removed by the caller.
        work_item_id: The work item.
        number: The how manieth time it is told.
    """
    item = work_items.get_work_item(case.connection, work_item_id)
    told = _told(case)
    before = told.get(item.id, [])
    open_and_due = item.state is WorkItemState.OPEN and item.due_at is not None and case.marking.suspended_at is None
    if not open_and_due or number != len(before) + 1:
        return
    if _next_at(case, item, before) <= case.now and reminders.awaits(
        case.deployed.process, item.activity_id, number - 1
    ):
        told[item.id] = [*before, _tell(case, item, number)]
    _enqueue(case, [item], told)


def write_again(case: Case) -> None:
    """Write the jobs of a case anew, after its due dates or its definition have changed, or it was suspended or resumed."""
    jobs.remove_overdue(case.connection, case.instance.id)
    if case.marking.suspended_at is None:
        _enqueue(case, work_items.list_due(case.connection, case.instance.id), _told(case))


def _tell(case: Case, item: WorkItem, number: int) -> datetime:
    locked = work_items.lock_work_item(case.connection, item.id, item.version)
    rule = on_timeout_of(case.deployed.process.activity(item.activity_id))
    escalates = rule is not None and rule.rule == ESCALATE
    to = _above(case, item) if escalates else _hands(item)
    for person in to if escalates else ():
        work_items.take_part(case.connection, case.instance.id, person)
    data: dict[str, Value] = {"number": number, "to": list(to), "rule": rule.rule if rule is not None else ""}
    kind = EventKind.WORK_ITEM_OVERDUE
    return tell(case.connection, case.vocabulary, case.instance, kind, data, SYSTEM, case.now, about=locked)


def _enqueue(case: Case, items: list[WorkItem], told: reminders.Told) -> None:
    later = case.outside.reminded_later
    reminders.enqueue(case.connection, case.deployed.process, case.instance.id, items, told, later)


def _next_at(case: Case, item: WorkItem, before: list[datetime]) -> datetime:
    assert item.due_at is not None
    activity = case.deployed.process.activity(item.activity_id)
    return reminders.next_at(activity, item.due_at, before, case.outside.reminded_later)


def _told(case: Case) -> dict[str, list[datetime]]:
    events = history.list_of_kind(case.connection, case.instance.id, EventKind.WORK_ITEM_OVERDUE)
    return reminders.told_overdue(one.event for one in events)


def _hands(item: WorkItem) -> tuple[str, ...]:
    """Return who has a work item in hand, and to whom it returns where it was given away for an opinion."""
    if item.assignee is None:
        return tuple(sorted(item.candidates))
    return (item.assignee, item.owner) if item.owner else (item.assignee,)


def _above(case: Case, item: WorkItem) -> tuple[str, ...]:
    """Return the superior of whose decision a work item is; of a pool's, or where there is none, the administrators."""
    functions, person = case.outside.functions, item.owner or item.assignee
    superior = superior_of(functions, person) if person else ""
    if superior:
        return (superior,)
    holders = functions["holders"](case.vocabulary.administrators)
    return tuple(map(str, holders)) if isinstance(holders, list) else ()
