"""By when a document is to be handled: the day somebody has set, else by its urgency and type."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from engine.model import Variables
from workflows.incoming_document.settings import IncomingSettings


@dataclass(frozen=True)
class Due:
    """By when: the day for people and the register, and what a step's time limit says.

    ``limit`` is a day where somebody has set one, else a duration, which the engine counts in the time that the model asks for,
    marks as provisional where a calendar lacks a year, and counts again once that year is known.
    """

    on: str
    limit: str


def due_of(connection: Connection, variables: Variables, today: date, settings: IncomingSettings) -> Due | None:
    """Return by when a document that is allocated is to be handled.

    Args:
        connection: For a calendar of working days, where the office has one.
        variables: Of the case: ``due_on``, ``urgency`` and ``handling`` count.
        today: The day on which it is allocated.
        settings: The office's table.

    Returns:
        None where neither people nor the table say.

    Source:
        第二十四条（四）: 紧急公文应当明确办理时限. The times themselves are a setting.
    """
    if set_on := variables.get("due_on"):
        return Due(str(set_on), str(set_on))
    limit = settings.limit_of(str(variables.get("urgency") or ""), str(variables.get("handling") or ""))
    if limit is None:
        return None
    text = f"PT{limit.hours}H" if limit.hours else f"P{limit.days}D"
    return Due(settings.days.after(connection, today, limit.days).isoformat(), text)
