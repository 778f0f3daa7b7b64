"""On which days a unit tells how far it is. Pure."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from engine.model import Variables
from workflows.supervision.values import Cycle

HALF_MONTH = timedelta(days=14)
MONTHS = 12


@dataclass(frozen=True)
class FeedbackPlan:
    """A cycle with its first day, or a list of days; without a cycle no feedback is asked for."""

    cycle: Cycle | None = None
    first: date | None = None
    dates: tuple[date, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the days can be told."""
        if self.cycle is Cycle.DATES:
            return bool(self.dates)
        return self.cycle is None or self.first is not None

    def days(self) -> Iterator[date]:
        """Yield the days in order; those of a cycle have no end."""
        if self.cycle is Cycle.DATES:
            yield from sorted(set(self.dates))
        elif self.cycle is not None and self.first is not None:
            for number in count():
                yield (
                    _half_monthly(self.first, number)
                    if self.cycle is Cycle.HALF_MONTHLY
                    else _monthly(self.first, number)
                )


def plan_of(variables: Variables) -> FeedbackPlan:
    """Return the plan that a case's variables ``feedback_cycle``, ``first_feedback_on``, ``feedback_dates`` tell."""
    cycle, first, rows = (variables.get(name) for name in ("feedback_cycle", "first_feedback_on", "feedback_dates"))
    listed = [row.get("on") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return FeedbackPlan(
        Cycle(str(cycle)) if cycle else None,
        date.fromisoformat(str(first)) if first else None,
        tuple(date.fromisoformat(str(one)) for one in listed if one),
    )


def next_day(plan: FeedbackPlan, after: date | None, today: date) -> date | None:
    """Return the next day of a plan.

    What fell due while nobody was asked is not asked for afterwards.

    Args:
        plan: The plan.
        after: The day that was planned last, or None.
        today: The day in Asia/Shanghai.

    Returns:
        A day that is not past and comes after the last one; None where there is none.
    """
    return next((day for day in plan.days() if day >= today and (after is None or day > after)), None)


def _half_monthly(first: date, number: int) -> date:
    return first + number * HALF_MONTH


def _monthly(first: date, number: int) -> date:
    """Return the same day of a later month, or its last one where it is shorter."""
    months = first.month - 1 + number
    year, month = first.year + months // MONTHS, months % MONTHS + 1
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))
