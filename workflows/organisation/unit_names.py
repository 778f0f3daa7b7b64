"""What units were called on a day: what was done before a unit was renamed keeps showing the name under which it was done.

Nothing is stored for it: the ledger of the organisation tells of every change with what stood there before.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.persistence import history
from workflows.organisation import queries
from workflows.organisation.values import LEDGER, Person

CHANGED = "unit:changed"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class UnitNames:
    """The names of all units, disabled ones included, at any instant.

    Attributes:
        now: By code, as they are called at last.
        before: By code, until when a unit was called otherwise, and how, in order.
    """

    now: dict[str, str]
    before: dict[str, tuple[tuple[datetime, str], ...]]

    def at(self, code: str, instant: datetime | None) -> str:
        """Return what a unit was called at an instant, or is called now without one; an unknown unit is called by its code."""
        if instant is not None:
            for until, name in self.before.get(code, ()):
                if instant < until:
                    return name
        return self.now.get(code, code)

    def when_ended(self, code: str, year: int) -> str:
        """Return what a unit was called when a year ended: what is filed by years names it so, in one class under one name."""
        return self.at(code, datetime(year + 1, 1, 1, tzinfo=SHANGHAI))

    def all_when_ended(self, year: int) -> dict[str, str]:
        """Return the names of all units when a year ended, by code, in the office's order."""
        return {code: self.when_ended(code, year) for code in self.now}

    def all_at(self, instant: datetime | None) -> dict[str, str]:
        """Return the names of all units at an instant, by code, in the office's order."""
        return {code: self.at(code, instant) for code in self.now}

    def of_person(self, person: Person, instant: datetime | None) -> str:
        """Return what the first unit of a person was called at an instant, or an empty text."""
        return self.at(person.unit, instant) if person.unit else ""


def unit_names(connection: Connection) -> UnitNames:
    """Return the names of units; two queries."""
    before: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for one in history.list_of_kind(connection, LEDGER, CHANGED):
        told, old = one.event.data, one.event.data.get("before")
        if isinstance(old, dict) and old.get("name") != told.get("name"):
            before[str(told["code"])].append((one.event.at, str(old["name"])))
    names = queries.names_of_units(connection)
    return UnitNames(names, {code: tuple(changes) for code, changes in before.items()})
