"""What is kept once for an installation: how far its clock stands from the machine's."""

from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from engine.persistence.tables import installation

CLOCK_OFFSET_MICROSECONDS = "clock_offset_microseconds"


def find_clock_offset(connection: Connection) -> timedelta | None:
    """Return how far the installation's clock is ahead of the machine's, or None where it was never set."""
    value = connection.scalar(select(installation.c.value).where(installation.c.name == CLOCK_OFFSET_MICROSECONDS))
    return timedelta(microseconds=int(value)) if value is not None else None


def set_clock_offset(connection: Connection, offset: timedelta) -> None:
    """Keep how far the installation's clock is ahead of the machine's."""
    value = str(offset // timedelta(microseconds=1))
    changed = connection.execute(
        update(installation).where(installation.c.name == CLOCK_OFFSET_MICROSECONDS).values(value=value)
    )
    if changed.rowcount == 0:
        connection.execute(insert(installation).values(name=CLOCK_OFFSET_MICROSECONDS, value=value))
