"""How instants, spans and values are written for people, in the office's time zone."""

from datetime import datetime, time, timedelta

from app.wording import gettext as _
from app.wording import ngettext
from workflows.worklist import SHANGHAI

MINUTE, HOUR, DAY = 60, 3600, 86400


def local_time(at: datetime | None) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if at else ""


def short_time(at: datetime | None) -> str:
    return at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") if at else ""


def exact_time(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def until(ends_at: datetime) -> str:
    """Write the last day of a period, with the time where it ends during that day."""
    local = ends_at.astimezone(SHANGHAI)
    last = _last_day(local)
    day = _("%(month)s月%(day)s日", month=last.month, day=last.day)
    return day if last != local else f"{day} {local:%H:%M}"


def period(starts_at: datetime, ends_at: datetime) -> str:
    """Write a period by its first and last day, with times where it is not of whole days."""
    begin, end = starts_at.astimezone(SHANGHAI), ends_at.astimezone(SHANGHAI)
    last = _last_day(end)
    if begin.time() == time() and last != end:
        return _("%(begin)s 至 %(end)s", begin=f"{begin:%Y-%m-%d}", end=f"{last:%Y-%m-%d}")
    return _("%(begin)s 至 %(end)s", begin=local_time(begin), end=local_time(end))


def span(seconds: float) -> str:
    """Write a span in its largest fitting unit."""
    if seconds < HOUR:
        return ngettext("%(num)d 分钟", "%(num)d 分钟", max(1, int(seconds // MINUTE)))
    hours, days = round(seconds / HOUR, 1), round(seconds / DAY, 1)
    if hours < DAY / HOUR:
        return _("%(hours)s 小时", hours=f"{hours:g}")
    return _("%(days)s 天", days=f"{days:g}")


def due(due_at: datetime | None, now: datetime) -> str:
    """Write how long there is until something is due, or how long it has been overdue."""
    if due_at is None:
        return _("无时限")
    seconds = (due_at - now).total_seconds()
    return _("剩 %(span)s", span=span(seconds)) if seconds >= 0 else _("超期 %(span)s", span=span(-seconds))


def _last_day(end: datetime) -> datetime:
    """Return the day before an end at midnight, and any other end as it is."""
    return end - timedelta(days=1) if end.time() == time() else end
