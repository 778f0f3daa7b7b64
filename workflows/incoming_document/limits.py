"""By when a document is to be handled, where nobody has said so: by its urgency and type, from the day it was registered."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.model import Variables
from workflows.incoming_document.settings import IncomingSettings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def due_of(connection: Connection, variables: Variables, now: datetime, settings: IncomingSettings) -> str | None:
    """Return by when a document is to be handled: the day somebody has set, else by the office's table.

    Args:
        connection: For a calendar of working days, where the office has one.
        variables: Of the case: ``due_on``, ``urgency``, ``handling`` and ``registered_on`` count.
        now: Aware instant, from which hours are counted.
        settings: The office's table.

    Returns:
        A day, or for what is due within hours an instant, as a step's time limit is written; None where neither says.

    Source:
        第二十四条（四）: 紧急公文应当明确办理时限. The times themselves are a setting.
    """
    if set_on := variables.get("due_on"):
        return str(set_on)
    limit = settings.limit_of(str(variables.get("urgency") or ""), str(variables.get("handling") or ""))
    if limit is None:
        return None
    if limit.hours:
        return (now + timedelta(hours=limit.hours)).astimezone(SHANGHAI).isoformat(timespec="minutes")
    registered_on = variables.get("registered_on")
    start = date.fromisoformat(str(registered_on)) if registered_on else now.astimezone(SHANGHAI).date()
    return settings.days.after(connection, start, limit.days).isoformat()
