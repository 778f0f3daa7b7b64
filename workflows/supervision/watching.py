"""When the clock reminds of a matter, tells that it is overdue, and reports it to the responsible leader. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import count

from workflows.supervision.days import WorkingDays, day_before
from workflows.supervision.settings import SupervisionSettings


class Act(StrEnum):
    """What the clock does about a due date."""

    REMIND = "remind"
    OVERDUE = "overdue"
    REPORT = "report"


@dataclass(frozen=True)
class Watch:
    """One act about one due date; ``key`` names it for good, so that nothing is done twice."""

    act: Act
    key: str
    on: date


def watches(due_on: date, days: WorkingDays, settings: SupervisionSettings) -> Iterator[Watch]:
    """Yield what is to be done about a due date, in order; reports are repeated for ever."""
    yield Watch(Act.REMIND, f"{Act.REMIND} {due_on}", day_before(days, due_on, max(settings.near_due_days, 1)))
    yield Watch(Act.OVERDUE, f"{Act.OVERDUE} {due_on}", days.add(due_on, 1))
    for number in count():
        after = settings.report_after_days + number * settings.report_again_days
        yield Watch(Act.REPORT, report_key(due_on, number), days.add(due_on, max(after, 1)))


def report_key(due_on: date, number: int = 0) -> str:
    """Return the name of a report about a due date."""
    return f"{Act.REPORT} {due_on} {number}"


def due_now(
    due_on: date, done: Collection[str], today: date, days: WorkingDays, settings: SupervisionSettings
) -> tuple[list[Watch], Watch | None]:
    """Return what is to be done today or was to be before, and what comes next.

    Args:
        due_on: By when the matter is due.
        done: The keys of what was done.
        today: The day in Asia/Shanghai.
        days: The calendar.
        settings: The office's.

    Returns:
        What is due and not done, in order; and the first that lies ahead, None where nothing does.
    """
    due: list[Watch] = []
    for one in watches(due_on, days, settings):
        if one.on > today:
            return due, one
        if one.key not in done:
            due.append(one)
    return due, None
