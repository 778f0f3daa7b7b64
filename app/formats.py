"""How instants, spans and values are written for people, in the office's time zone."""

import json
from datetime import date, datetime, time, timedelta

from app.wording import gettext as _
from app.wording import ngettext
from workflows.calendar.values import SHANGHAI
from workflows.calendar.working_time import WorkingTime, day_of, last_day_of

MINUTE, HOUR, DAY = 60, 3600, 86400


def local_time(at: datetime | None) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if at else ""


def short_time(at: datetime | None) -> str:
    return at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") if at else ""


def clock_time(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%H:%M")


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


def weekday(on: date) -> str:
    """Write a day's weekday as notices do."""
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[on.weekday()]


def written_day(on: date) -> str:
    """Write a day with its weekday."""
    return _("%(month)s月%(day)s日（%(weekday)s）", month=on.month, day=on.day, weekday=weekday(on))


def long_date(day: str) -> str:
    """Write an ISO date as documents do."""
    on = date.fromisoformat(day)
    return _("%(year)s年%(month)s月%(day)s日", year=on.year, month=on.month, day=on.day)


def span(seconds: float) -> str:
    """Write a span in its largest fitting unit."""
    if seconds < HOUR:
        return ngettext("%(num)d 分钟", "%(num)d 分钟", max(1, int(seconds // MINUTE)))
    hours, days = round(seconds / HOUR, 1), round(seconds / DAY, 1)
    if hours < DAY / HOUR:
        return _("%(hours)s 小时", hours=f"{hours:g}")
    return _("%(days)s 天", days=f"{days:g}")


def due(due_at: datetime | None, now: datetime, calendar: WorkingTime) -> str:
    """Write how much working time there is until something is due, or for how much it has been overdue."""
    if due_at is None:
        return _("无时限")
    if due_at < now:
        return overdue(due_at, now, calendar)
    today, last = day_of(now), last_day_of(due_at)
    if days := calendar.days_between(today, last):
        return ngettext("剩余 %(num)d 个工作日", "剩余 %(num)d 个工作日", days)
    if last != today:
        return _("%(day)s 到期", day=until(due_at))
    is_midnight = due_at.astimezone(SHANGHAI).time() == time()
    return _("今天到期") if is_midnight else _("今天 %(time)s 到期", time=clock_time(due_at))


def overdue(due_at: datetime, at: datetime, calendar: WorkingTime) -> str:
    """Write for how much working time something was overdue at an instant."""
    if days := calendar.days_between(last_day_of(due_at), day_of(at)):
        return ngettext("超期 %(num)d 个工作日", "超期 %(num)d 个工作日", days)
    worked = calendar.between(due_at, at).total_seconds()
    return _("超期 %(span)s", span=span(worked)) if worked >= MINUTE else _("已超期")


def provisional(begun_at: datetime, due_at: datetime, calendar: WorkingTime) -> str:
    """Write why it is not certain when something is due that began at an instant: which years are not in force."""
    years = calendar.missing(begun_at, due_at)
    if not years:
        return _("暂定（正在重新计算）")
    lacking = [year for year in years if year not in calendar.pending]
    if lacking:
        return _("暂定（%(years)s年日历未导入）", years="、".join(map(str, lacking)))
    return _("暂定（%(years)s年日历待复核生效）", years="、".join(map(str, years)))


def _last_day(end: datetime) -> datetime:
    """Return the day before an end at midnight, and any other end as it is."""
    return end - timedelta(days=1) if end.time() == time() else end


def embedded(value: object) -> str:
    """Return a value as a JSON text for a script element of the page, which no ``<`` of a hostile file may end."""
    return json.dumps(value).replace("<", "\\u003c")
