"""Questions about standing substitutions. None follows a chain: whoever stands in for B does not thereby stand in for A."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, exists, or_, select

from workflows.duties import may_arrange_for_others
from workflows.organisation.values import Person
from workflows.substitutions.errors import SubstitutionNotFound
from workflows.substitutions.records import substitution
from workflows.substitutions.values import Substitution

Owners = Mapping[str, frozenset[str] | None]
"""For whom somebody may act, and in which flows; None is all."""

_begun_and_not_over = (
    substitution.c.starts_at <= bindparam("now"),
    substitution.c.ends_at > bindparam("now"),
    or_(substitution.c.ended_at.is_(None), substitution.c.ended_at > bindparam("now")),
)
_in_force = (
    select(substitution)
    .where(substitution.c.substitute == bindparam("person"), *_begun_and_not_over)
    .order_by(substitution.c.owner, substitution.c.starts_at)
)
_standing_in = (
    select(substitution)
    .where(substitution.c.owner == bindparam("person"), *_begun_and_not_over)
    .order_by(substitution.c.starts_at, substitution.c.id)
)


def owners_for(connection: Connection, person: str, now: datetime) -> Owners:
    """Return for whom a person may act at an instant, and in which flows.

    Args:
        connection: For reading; one query by index.
        person: Username of the substitute.
        now: Aware instant.

    Returns:
        The flows by owner, None for all; a person substituted in several arrangements has the flows of all of them.
    """
    owners: dict[str, frozenset[str] | None] = {}
    for one in in_force(connection, person, now):
        known = owners.get(one.owner, frozenset())
        owners[one.owner] = None if known is None or one.definitions is None else known | one.definitions
    return owners


def in_force(connection: Connection, person: str, now: datetime) -> list[Substitution]:
    """Return the substitutions under which a person may act for others at an instant, by owner."""
    return [_value(row) for row in connection.execute(_in_force, {"person": person, "now": now})]


def substituting(connection: Connection, now: datetime) -> set[str]:
    """Return who may act for others at an instant."""
    return set(connection.scalars(select(substitution.c.substitute).where(*_begun_and_not_over), {"now": now}))


def substitutes_of(connection: Connection, owner: str, now: datetime) -> list[Substitution]:
    """Return the substitutions under which others may act for an owner at an instant."""
    return [_value(row) for row in connection.execute(_standing_in, {"person": owner, "now": now})]


def substitutions_of(
    connection: Connection, owners: Collection[str], first: datetime, last: datetime
) -> list[Substitution]:
    """Return the substitutions of several owners that are in force at some instant from the first to the last."""
    rows = connection.execute(
        _latest_first.where(
            substitution.c.owner.in_(sorted(owners)), substitution.c.ends_at > first, substitution.c.starts_at <= last
        )
    )
    return [one for one in map(_value, rows) if one.over_at > first]


def stands_in(owner: ColumnElement[Any], substitute: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition under which one column names somebody for whom the other's may act, at the instant ``now``."""
    return exists().where(substitution.c.owner == owner, substitution.c.substitute == substitute, *_begun_and_not_over)


def substitute_of(connection: Connection, owner: str, definition: str, now: datetime) -> str | None:
    """Return who may act for an owner in a flow at an instant, or None."""
    return next((one.substitute for one in substitutes_of(connection, owner, now) if one.covers(definition)), None)


def list_of_person(connection: Connection, person: str) -> list[Substitution]:
    """Return the substitutions in which a person is owner or substitute, the one that begins last first."""
    mine = or_(substitution.c.owner == person, substitution.c.substitute == person)
    return [_value(row) for row in connection.execute(_latest_first.where(mine))]


def list_seen_by(connection: Connection, person: Person) -> list[Substitution]:
    """Return the substitutions a person may read: all for those who arrange them for others, else their own."""
    if may_arrange_for_others(person) is None:
        return list_all(connection)
    return list_of_person(connection, person.username)


def list_all(connection: Connection) -> list[Substitution]:
    """Return every substitution, the one that begins last first."""
    return [_value(row) for row in connection.execute(_latest_first)]


def list_overlapping(connection: Connection, owner: str, starts_at: datetime, ends_at: datetime) -> list[Substitution]:
    """Return an owner's substitutions that have an instant in common with a period, in order of beginning."""
    rows = connection.execute(
        _latest_first.where(
            substitution.c.owner == owner, substitution.c.ends_at > starts_at, substitution.c.starts_at < ends_at
        )
    )
    found = [_value(row) for row in rows]
    return sorted((one for one in found if one.over_at > max(starts_at, one.starts_at)), key=lambda one: one.starts_at)


def get(connection: Connection, substitution_id: str) -> Substitution:
    """Return a substitution; raise ``SubstitutionNotFound``."""
    row = connection.execute(select(substitution).where(substitution.c.id == substitution_id)).first()
    if row is None:
        raise SubstitutionNotFound(substitution_id)
    return _value(row)


_latest_first = select(substitution).order_by(substitution.c.starts_at.desc(), substitution.c.id)


def _value(row: Row[Any]) -> Substitution:
    values = dict(row._mapping)
    flows = values.pop("definitions")
    return Substitution(definitions=None if flows is None else frozenset(flows), **values)
