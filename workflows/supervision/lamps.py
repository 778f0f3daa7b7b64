"""The lamp of a matter, from its due date and the day alone. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from workflows.supervision.days import WorkingDays
from workflows.supervision.values import ENDED, REPORTED, Lamp, State


@dataclass(frozen=True)
class LampDays:
    """The days that part the lamps, worked out once for a list.

    Attributes:
        today: The day in Asia/Shanghai.
        near_until: The last due date that is near.
        days: The calendar.
    """

    today: date
    near_until: date
    days: WorkingDays

    def late_days(self, due_on: date, until: date | None = None) -> int:
        """Return for how many working days something is overdue on a day, today unless another is said; none before."""
        return self.days.days_between(due_on, until or self.today)


def lamp_days(today: date, days: WorkingDays, near_due_days: int) -> LampDays:
    """Return the days that part the lamps.

    Args:
        today: The day in Asia/Shanghai.
        days: The calendar.
        near_due_days: Working days before it is due, from which on a matter is yellow.

    Returns:
        What :func:`lamp_of` needs; a due date on free days after the last near one is near too.
    """
    near = days.add(today, near_due_days + 1)
    return LampDays(today, near - timedelta(days=1), days)


def lamp_of(
    state: State, due_on: date | None, applied_on: date | None, next_feedback_on: date | None, on: LampDays
) -> Lamp:
    """Return the lamp of a matter.

    Args:
        state: Its state.
        due_on: By when it is due.
        applied_on: When its unit last said that it was done.
        next_feedback_on: By when the unit owes its next feedback, or None.
        on: The days that part the lamps.

    Returns:
        Red from the day after the due date on, yellow near it or while a feedback is late, else green; while others look at
        what the unit says is done, by the day on which it said so. Grey while paused, or where nobody has said by when; done at
        the end.

    Source:
        Practice of such offices: there is no national standard; red, yellow, green are common. The unit cannot set its own.
    """
    if state in ENDED:
        return Lamp.DONE
    if state in (State.PAUSED, State.CANDIDATE) or due_on is None:
        return Lamp.GREY
    if state in REPORTED:
        return Lamp.GREEN if applied_on is not None and applied_on <= due_on else Lamp.RED
    if due_on < on.today:
        return Lamp.RED
    late = next_feedback_on is not None and next_feedback_on < on.today
    return Lamp.YELLOW if late or due_on <= on.near_until else Lamp.GREEN
