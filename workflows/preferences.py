"""How a person likes their inbox: columns, a list beside the item, what opens after a step.

Kept for the person and told to no history, since it is no business of the office.
"""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select

from workflows.organisation.records import person_preference

COLUMNS = ("flow", "initiator", "unit", "step", "urgency", "due", "received", "assignee")
"""What a list can show beside the title, in this order."""
USUAL_COLUMNS = ("flow", "initiator", "step", "urgency", "due", "received")


@dataclass(frozen=True)
class Preferences:
    """What a person has chosen, or what everybody has at first.

    Attributes:
        columns: Of :data:`COLUMNS`, in their order.
        split: Whether an item opens beside the list where there is room.
        open_next: Whether the next item of the list opens after one is completed.
    """

    columns: tuple[str, ...] = USUAL_COLUMNS
    split: bool = False
    open_next: bool = True


def preferences_of(connection: Connection, username: str) -> Preferences:
    """Return a person's preferences."""
    kept = {
        row.name: msgspec.json.decode(row.value)
        for row in connection.execute(select(person_preference).where(person_preference.c.person == username))
    }
    usual = Preferences()
    return Preferences(
        columns=_known(kept.get("columns", usual.columns)),
        split=bool(kept.get("split", usual.split)),
        open_next=bool(kept.get("open_next", usual.open_next)),
    )


def keep_columns(connection: Connection, username: str, columns: list[str]) -> None:
    """Keep which columns a person wants to see; names that no column has are left out."""
    _keep(connection, username, "columns", _known(columns))


def keep_split(connection: Connection, username: str, *, split: bool) -> None:
    """Keep whether a person wants an item beside the list."""
    _keep(connection, username, "split", split)


def keep_open_next(connection: Connection, username: str, *, open_next: bool) -> None:
    """Keep whether the next item shall open after one is completed."""
    _keep(connection, username, "open_next", open_next)


def _known(columns: Any) -> tuple[str, ...]:
    return tuple(one for one in COLUMNS if one in columns)


def _keep(connection: Connection, username: str, name: str, value: object) -> None:
    mine = person_preference.c.person == username
    connection.execute(delete(person_preference).where(mine, person_preference.c.name == name))
    text = msgspec.json.encode(value).decode()
    connection.execute(insert(person_preference).values(person=username, name=name, value=text))
