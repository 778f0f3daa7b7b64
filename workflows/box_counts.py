"""How many items lie in the boxes: for the navigation of every page, and for the filters of one box.

Every count is taken from the index of its box alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from engine.persistence.tables import work_item, work_item_candidate
from workflows.box_contents import (
    BOXES_OF_ITEMS,
    NEAR,
    NOBODY,
    OVERDUE,
    SHARED,
    Contents,
    contents_of,
    due_within,
    owners_in,
)
from workflows.organisation.values import Person
from workflows.substitutions.queries import owners_for


@dataclass(frozen=True)
class Survey:
    """A box at a glance: how many items it holds of each flow, how many of all are nearly due, how many overdue."""

    flows: Mapping[str, int]
    near_due: int
    overdue: int

    @property
    def total(self) -> int:
        """Return how many items there are."""
        return sum(self.flows.values())


def _counting(boxes: Mapping[str, Contents]) -> Select[Any]:
    return select(
        *(
            select(func.count()).select_from(box.source).where(box.condition).scalar_subquery().label(name)
            for name, box in boxes.items()
        )
    )


_counts = _counting(
    {box: contents_of(box, bindparam("username", type_=work_item.c.assignee.type)) for box in BOXES_OF_ITEMS}
)


def counts(connection: Connection, person: Person, now: datetime) -> Mapping[str, int]:
    """Return how many items lie in each of a person's boxes of open items, with those of whom they substitute for."""
    owners = owners_for(connection, person.username, now)
    if not owners:
        return dict(connection.execute(_counts, {"username": person.username}).one()._mapping)
    theirs = {box: contents_of(box, person.username, owners if box in SHARED else NOBODY) for box in BOXES_OF_ITEMS}
    return dict(connection.execute(_counting(theirs)).one()._mapping)


def survey(
    connection: Connection, person: Person, box: str, now: datetime, near_until: datetime, *, read: bool = False
) -> Survey:
    """Count a person's box of open items by flow, and by how near they are due.

    Args:
        connection: For reading.
        person: Whose box.
        box: One of :data:`workflows.box_contents.BOXES_OF_ITEMS`.
        now: Aware instant.
        near_until: Aware instant; what is due by then, and not overdue, counts as nearly due.
        read: Of copies, those that were read.
    """
    inside = contents_of(box, person.username, owners_in(connection, person, box, now), read=read)
    rows = connection.execute(
        select(
            inside.definition_key,
            func.count(),
            func.count().filter(due_within(inside.rank_at, NEAR, now, near_until)),
            func.count().filter(due_within(inside.rank_at, OVERDUE, now, near_until)),
        )
        .select_from(inside.source)
        .where(inside.condition)
        .group_by(inside.definition_key)
    ).all()
    return Survey({row[0]: row[1] for row in rows}, sum(row[2] for row in rows), sum(row[3] for row in rows))


def steps_in(connection: Connection, person: Person, box: str, definition_key: str, now: datetime) -> list[str]:
    """Return the names of the steps of one flow that lie in a person's box of open items."""
    inside = contents_of(box, person.username, owners_in(connection, person, box, now))
    query = select(work_item.c.name).select_from(inside.source).distinct().order_by(work_item.c.name)
    if inside.source is work_item_candidate:
        query = query.join(work_item, work_item.c.id == work_item_candidate.c.work_item_id)
    return list(connection.scalars(query.where(inside.condition, inside.definition_key == definition_key)))
