"""Makes the calendar that is in force, and remembers it.

A command needs the calendar in the middle of its transaction, and must not pay more for it than one short statement: what was
read last is kept, under the hash of the ledger that it follows from. A command holds the head of that ledger until it ends, so
whoever puts a year into force waits for those that have counted without it, and finds what they have written.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from engine.persistence.tables import ledger_head
from workflows.calendar.queries import list_imports
from workflows.calendar.values import ImportedYear, WorkingHours, YearState
from workflows.calendar.working_time import WorkingTime, in_force

LEDGER = "office:calendar"
_head = select(ledger_head.c.hash).where(ledger_head.c.chain == LEDGER)
_held = _head.with_for_update(read=True)


class Calendars:
    """Gives the calendar to whoever counts working time. It holds no connection and may be shared by threads."""

    def __init__(self, hours: WorkingHours) -> None:
        """Take the office's hours."""
        self._hours = hours
        self._known: tuple[str | None, WorkingTime] = (None, WorkingTime((), frozenset(), hours))

    def in_command(self, connection: Connection) -> WorkingTime:
        """Return the calendar in force to a command, for which it stays so until the transaction ends."""
        return self._at_head(connection, connection.scalar(_held))

    def current(self, connection: Connection) -> WorkingTime:
        """Return the calendar in force."""
        return self._at_head(connection, connection.scalar(_head))

    def at(self, connection: Connection, revision: int) -> WorkingTime:
        """Return the calendar as it was after so many imports had been put into force."""
        known = [one for one in list_imports(connection) if one.revision is not None and one.revision <= revision]
        return self._made_of(sorted(known, key=lambda one: one.revision or 0))

    def showing(self, connection: Connection, one: ImportedYear) -> WorkingTime:
        """Return the calendar as it is, would be or was with an import in force."""
        others = (other for other in list_imports(connection) if other.state is YearState.IN_FORCE)
        return self._made_of([*others, one])

    def _at_head(self, connection: Connection, head: str | None) -> WorkingTime:
        known, calendar = self._known
        if known != head:
            found = list_imports(connection)
            waiting = frozenset(one.year for one in found if one.state is YearState.PENDING)
            calendar = self._made_of((one for one in found if one.state is YearState.IN_FORCE), waiting)
            self._known = (head, calendar)
        return calendar

    def _made_of(self, imports: Iterable[ImportedYear], pending: frozenset[int] = frozenset()) -> WorkingTime:
        """Return the calendar of imports; of those of one year, the last one counts."""
        counting = {one.year: one for one in imports}
        special = in_force((year, one.days) for year, one in counting.items())
        return WorkingTime(special, frozenset(counting), self._hours, pending)
