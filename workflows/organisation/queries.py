"""Questions about units, posts and people. Disabled people hold no posts as far as these answers go."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, or_, select

from workflows.organisation.errors import PersonNotFound, UnitNotFound
from workflows.organisation.records import holding, person, post, unit
from workflows.organisation.values import Holding, Person, Post, Unit

REGISTRAR = "unit_registrar"
_people = (
    select(
        person.c.username,
        person.c.name,
        person.c.title,
        person.c.disabled_at,
        person.c.credential_stamp,
        person.c.must_change_password,
        holding.c.unit,
        holding.c.post,
        unit.c.name.label("unit_name"),
    )
    .outerjoin(holding, holding.c.username == person.c.username)
    .outerjoin(unit, unit.c.code == holding.c.unit)
    .order_by(person.c.position, person.c.username, holding.c.position)
)
_person = _people.where(person.c.username == bindparam("username"))
_enabled = person.c.disabled_at.is_(None)
_holders = (
    select(person.c.username)
    .join(holding, holding.c.username == person.c.username)
    .where(holding.c.post == bindparam("post"), _enabled)
    .group_by(person.c.username, person.c.position)
    .order_by(person.c.position, person.c.username)
)
_names = select(person.c.username, person.c.name).where(person.c.username.in_(bindparam("asked", expanding=True)))
_head = (
    select(person.c.username)
    .join(unit, unit.c.head == person.c.username)
    .where(unit.c.code == bindparam("code"), _enabled)
)
_leader = (
    select(person.c.username)
    .join(unit, unit.c.leader == person.c.username)
    .where(unit.c.code == bindparam("code"), _enabled)
)


def find_person(connection: Connection, username: str) -> Person | None:
    """Return a person with their holdings, or None."""
    people = _grouped(connection.execute(_person, {"username": username}))
    return people[0] if people else None


def find_signed_in(connection: Connection, username: str) -> tuple[Person, str, bool] | None:
    """Return an enabled person, their credential stamp, and whether they must change their password; or None."""
    rows = connection.execute(_person, {"username": username}).all()
    if not rows or rows[0].disabled_at is not None:
        return None
    return _grouped(rows)[0], rows[0].credential_stamp, rows[0].must_change_password


def get_person(connection: Connection, username: str) -> Person:
    """Return a person with their holdings; raise ``PersonNotFound``."""
    found = find_person(connection, username)
    if found is None:
        raise PersonNotFound(username)
    return found


def list_people(connection: Connection, q: str = "", *, include_disabled: bool = False) -> list[Person]:
    """Return people whose name or username contains ``q``, in the office's order."""
    query = _people
    if q:
        query = query.where(
            or_(person.c.name.contains(q, autoescape=True), person.c.username.contains(q, autoescape=True))
        )
    if not include_disabled:
        query = query.where(_enabled)
    return _grouped(connection.execute(query))


def names_of(connection: Connection, usernames: Iterable[str]) -> dict[str, str]:
    """Return the names of people by username; unknown usernames stand for themselves."""
    asked = set(usernames)
    rows = connection.execute(_names, {"asked": list(asked)})
    return {**{username: username for username in asked}, **{row.username: row.name for row in rows}}


def list_units(connection: Connection, *, include_disabled: bool = False) -> list[Unit]:
    """Return units in the office's order."""
    query = select(unit).order_by(unit.c.position, unit.c.code)
    if not include_disabled:
        query = query.where(unit.c.disabled_at.is_(None))
    return [_unit(row) for row in connection.execute(query)]


def names_of_units(connection: Connection) -> dict[str, str]:
    """Return the names of all units by code, those of disabled ones too, in the office's order."""
    rows = connection.execute(select(unit.c.code, unit.c.name).order_by(unit.c.position, unit.c.code))
    return {row.code: row.name for row in rows}


def led_by(username: str) -> Select[tuple[str]]:
    """Return a query for the codes of the units of which somebody is the head or the leader in charge (分管领导)."""
    return select(unit.c.code).where(or_(unit.c.head == username, unit.c.leader == username))


def get_unit(connection: Connection, code: str) -> Unit:
    """Return a unit; raise ``UnitNotFound``."""
    row = connection.execute(select(unit).where(unit.c.code == code)).first()
    if row is None:
        raise UnitNotFound(code)
    return _unit(row)


def list_posts(connection: Connection, *, include_disabled: bool = False) -> list[Post]:
    """Return posts in the office's order."""
    rows = connection.execute(select(post).order_by(post.c.position))
    posts = [Post(row.code, row.name, row.disabled_at is not None) for row in rows]
    return [one for one in posts if include_disabled or not one.disabled]


def post_names(connection: Connection) -> dict[str, str]:
    """Return the name of every post by its code, disabled ones included."""
    return {one.code: one.name for one in list_posts(connection, include_disabled=True)}


def head_of(connection: Connection, code: str) -> str:
    """Return the username of a unit's head (部门负责人), or an empty text."""
    return connection.scalar(_head, {"code": code}) or ""


def leader_of(connection: Connection, code: str) -> str:
    """Return the username of the leader in charge of a unit (分管领导), or an empty text."""
    return connection.scalar(_leader, {"code": code}) or ""


def unit_of(connection: Connection, username: str) -> str:
    """Return the code of the unit a person belongs to first, or an empty text."""
    found = find_person(connection, username)
    return found.unit if found else ""


def holders(connection: Connection, post_code: str) -> list[str]:
    """Return the usernames of those who hold a post, in the office's order."""
    return list(connection.scalars(_holders, {"post": post_code}))


def members(connection: Connection, code: str) -> list[str]:
    """Return the usernames of those who hold a post in a unit, in the office's order."""
    query = (
        select(person.c.username)
        .join(holding, holding.c.username == person.c.username)
        .where(holding.c.unit == code, _enabled)
        .group_by(person.c.username, person.c.position)
        .order_by(person.c.position, person.c.username)
    )
    return list(connection.scalars(query))


def receiver_of(connection: Connection, code: str) -> str:
    """Return the username of whoever signs for what a unit is sent: its 单位收发员, else its head, or an empty text."""
    query = (
        select(person.c.username)
        .join(holding, holding.c.username == person.c.username)
        .where(holding.c.unit == code, holding.c.post == REGISTRAR, _enabled)
        .order_by(person.c.position, person.c.username)
    )
    return connection.scalar(query.limit(1)) or head_of(connection, code)


def _grouped(rows: Iterable[Any]) -> list[Person]:
    people: dict[str, list[Row[Any]]] = {}
    for row in rows:
        people.setdefault(row.username, []).append(row)
    return [
        Person(
            username=username,
            name=of_person[0].name,
            title=of_person[0].title,
            holdings=tuple(Holding(row.unit, row.unit_name, row.post) for row in of_person if row.unit),
            disabled=of_person[0].disabled_at is not None,
        )
        for username, of_person in people.items()
    ]


def _unit(row: Row[Any]) -> Unit:
    return Unit(row.code, row.name, row.parent, row.head, row.leader, row.disabled_at is not None)
