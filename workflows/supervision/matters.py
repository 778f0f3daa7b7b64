"""Questions about one matter that rules, services and pages ask."""

from typing import Any

from sqlalchemy import Connection, Row, or_, select

from workflows.supervision.errors import MatterNotFound
from workflows.supervision.records import matter
from workflows.supervision.values import ENDED, State

_open = matter.c.phase.not_in([one.value for one in ENDED])


def get_row(connection: Connection, instance_id: str) -> Row[Any]:
    """Return the row of a matter; raise ``MatterNotFound``."""
    row = find_row(connection, instance_id)
    if row is None:
        raise MatterNotFound(instance_id)
    return row


def find_row(connection: Connection, instance_id: str) -> Row[Any] | None:
    """Return the row of a matter, or None."""
    return connection.execute(select(matter).where(matter.c.instance_id == instance_id)).first()


def find_open(connection: Connection, named: str) -> str | None:
    """Return the case of a matter or candidate that has not ended, by its case's id or its number; None where there is none."""
    which = or_(matter.c.instance_id == named, matter.c.number == named)
    return connection.scalar(select(matter.c.instance_id).where(which, _open)) if named else None


def state_of(row: Any) -> State | None:
    """Return the state of a matter by its row; None for a candidate that never became one.

    A pause covers everything until the matter has ended, an extension that is asked for only progress.
    """
    if row.phase is None:
        return None
    found = State(row.phase)
    if found in ENDED:
        return found
    if row.paused_on:
        return State.PAUSED
    return State.EXTENSION_ASKED if found is State.IN_PROGRESS and row.extension_asked_on else found
