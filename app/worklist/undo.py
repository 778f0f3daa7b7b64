"""The notice after a step was completed, with which it is withdrawn while nothing has come of it; no page of its own."""

from dataclasses import dataclass

from app.current import current_house, now
from app.security import current_person
from app.transaction import reading
from engine.errors import ProcessError
from workflows.operations.send_back import find_withdrawable

UNDO = "undo"
"""The category of a message that is the id of a work item whose completion may be withdrawn for some seconds."""


@dataclass(frozen=True)
class Undo:
    """What the notice needs: the item, its version after the step, and how long it is shown."""

    work_item_id: str
    version: int
    seconds: int


def undo_of(work_item_id: str) -> Undo | None:
    """Return the notice for a work item just completed, or None where it can no longer be taken back."""
    house, person = current_house(), current_person()
    seconds = house.office.settings.undo_seconds
    if not seconds:
        return None
    try:
        with reading(house.pool) as connection:
            at = now(connection)
            item = find_withdrawable(connection, house.office, person, work_item_id, at)
    except ProcessError:  # what cannot be told is not offered; the page shows something else
        return None
    if item is None or item.closed_at is None:
        return None
    left = seconds - int((at - item.closed_at).total_seconds())
    return Undo(item.id, item.version, left) if left > 0 else None
