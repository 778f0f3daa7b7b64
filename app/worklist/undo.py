"""The notice by which a step that was just handed in can be taken back: for some seconds, and only where it can be."""

from dataclasses import dataclass

from app.current import current_house, now
from app.security import current_person
from app.transaction import reading
from engine.errors import ProcessError
from engine.persistence import work_items
from workflows import permissions, worklist
from workflows.operations.send_back import why_not_withdrawn


@dataclass(frozen=True)
class Undo:
    """What the notice needs: the completed item as it stands, and for how many more seconds it is shown."""

    work_item_id: str
    version: int
    seconds: int


def undo_offered(work_item_id: str) -> Undo | None:
    """Return what can be taken back by a notice, or None where nothing can, or no longer."""
    house, person = current_house(), current_person()
    with reading(house.pool) as connection:
        at = now(connection)
        try:
            item = work_items.get_work_item(connection, work_item_id)
            refusal = permissions.may_withdraw(worklist.stand_at(connection, house.office, person, item, at))
        except ProcessError:  # what the session says is not more than a wish
            return None
        if refusal is not None or item.closed_at is None or why_not_withdrawn(connection, item) is not None:
            return None
    left = house.settings.office.undo_seconds - int((at - item.closed_at).total_seconds())
    return Undo(item.id, item.version, left) if left > 0 else None
