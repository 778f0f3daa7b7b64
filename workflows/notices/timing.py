"""When a message goes outside. Pure."""

from datetime import datetime, timedelta

from workflows.calendar.values import SHANGHAI
from workflows.notices.kinds import Interval
from workflows.notices.settings import NoticeSettings

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def goes_out_at(interval: Interval, at: datetime, settings: NoticeSettings) -> datetime | None:
    """Return when somebody is told outside of what has happened at an instant.

    Never before the step can no longer be taken back.

    Args:
        interval: What the person has chosen.
        at: Aware instant.
        settings: How long a step can be taken back, and when the day's message goes.

    Returns:
        Aware instant, or None where nothing goes.
    """
    earliest = at + settings.undo
    if interval is Interval.NEVER:
        return None
    if interval is Interval.INSTANT:
        return earliest
    local = earliest.astimezone(SHANGHAI)
    if interval is Interval.HOURLY:
        hour = local.replace(minute=0, second=0, microsecond=0)
        return (hour if hour == local else hour + HOUR).astimezone(at.tzinfo)
    morning = local.replace(hour=settings.daily_at.hour, minute=settings.daily_at.minute, second=0, microsecond=0)
    return (morning if morning >= local else morning + DAY).astimezone(at.tzinfo)
