"""What is left to do once a clearing is committed: the bytes of files go, and with them what SQLite's log still holds."""

from app.house import House
from app.transaction import reading
from engine.persistence.redactions import wipe_log
from workflows.attachments.actions import remove_cleared


def finish_clearings(house: House, *, decided: bool = False) -> int:
    """Remove the bytes of files that were cleared; whoever ticks does so again, should a process have died before it could.

    Args:
        house: The installation.
        decided: Whether something was cleared just now, be it a file or not.

    Returns:
        How many files were still there.
    """
    with reading(house.pool) as connection:
        removed = remove_cleared(connection, house.office.store)
    if removed or decided:
        wipe_log(house.pool)
    return removed
