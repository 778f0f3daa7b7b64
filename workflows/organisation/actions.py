"""Changes of the organisation: each is told to the ledger in the transaction that makes it."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from engine.model import Value
from workflows.organisation import queries
from workflows.organisation.csv_lines import csv_lines
from workflows.organisation.errors import CodeTaken, FieldRefused, ImportRefused, PostNotFound, UnitNotFound
from workflows.organisation.records import holding, person, post, unit
from workflows.organisation.values import Person, Record, Unit

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,29}")
LONGEST_NAME = 100
PEOPLE_COLUMNS = ("username", "name", "title", "unit", "post")
UNIT_COLUMNS = ("code", "name", "parent", "head", "leader")


@dataclass(frozen=True)
class UnitFields:
    """What an administrator may say of a unit."""

    name: str
    parent: str | None = None
    head: str | None = None
    leader: str | None = None


@dataclass(frozen=True)
class PersonFields:
    """What an administrator may say of a person; ``holdings`` are pairs of unit and post codes, the first one first."""

    name: str
    title: str = ""
    holdings: tuple[tuple[str, str], ...] = ()


def add_unit(connection: Connection, code: str, fields: UnitFields, record: Record) -> Unit:
    """Add a unit; raise ``CodeTaken`` or ``FieldRefused``."""
    if not CODE.fullmatch(code):
        raise FieldRefused("code", "code")
    if connection.scalar(select(unit.c.code).where(unit.c.code == code)):
        raise CodeTaken(code)
    _check_unit(connection, code, fields)
    position = connection.scalar(select(func.count()).select_from(unit)) or 0
    connection.execute(insert(unit).values(code=code, position=position, disabled_at=None, **vars(fields)))
    record("unit:added", {"code": code, **vars(fields)})
    return queries.get_unit(connection, code)


def change_unit(connection: Connection, code: str, fields: UnitFields, record: Record) -> None:
    """Change a unit; raise ``UnitNotFound`` or ``FieldRefused``."""
    before = queries.get_unit(connection, code)
    _check_unit(connection, code, fields)
    connection.execute(update(unit).where(unit.c.code == code).values(**vars(fields)))
    old: dict[str, Value] = {"name": before.name, "parent": before.parent, "head": before.head, "leader": before.leader}
    record("unit:changed", {"code": code, "before": old, **vars(fields)})


def set_unit_disabled(connection: Connection, code: str, at: datetime | None, record: Record) -> None:
    """Disable a unit at an instant, or enable it again with None; raise ``UnitNotFound``."""
    queries.get_unit(connection, code)
    connection.execute(update(unit).where(unit.c.code == code).values(disabled_at=at))
    record("unit:disabled" if at else "unit:enabled", {"code": code})


def add_post(connection: Connection, code: str, name: str, record: Record) -> None:
    """Add a post; raise ``CodeTaken`` or ``FieldRefused``."""
    if not CODE.fullmatch(code):
        raise FieldRefused("code", "code")
    _check_name(name)
    if code in queries.post_names(connection):
        raise CodeTaken(code)
    position = connection.scalar(select(func.count()).select_from(post)) or 0
    connection.execute(insert(post).values(code=code, name=name, position=position, disabled_at=None))
    record("post:added", {"code": code, "name": name})


def change_post(connection: Connection, code: str, name: str, record: Record) -> None:
    """Give a post another name; its code stays, since models name it. Raise ``PostNotFound`` or ``FieldRefused``."""
    before = _post_name(connection, code)
    _check_name(name)
    connection.execute(update(post).where(post.c.code == code).values(name=name))
    record("post:changed", {"code": code, "before": before, "name": name})


def set_post_disabled(connection: Connection, code: str, at: datetime | None, record: Record) -> None:
    """Disable a post at an instant, or enable it again with None; who holds it keeps it. Raise ``PostNotFound``."""
    _post_name(connection, code)
    connection.execute(update(post).where(post.c.code == code).values(disabled_at=at))
    record("post:disabled" if at else "post:enabled", {"code": code})


def add_person(connection: Connection, username: str, fields: PersonFields, record: Record) -> Person:
    """Add a person without a password; raise ``CodeTaken`` or ``FieldRefused``."""
    if not USERNAME.fullmatch(username):
        raise FieldRefused("username", "username")
    if queries.find_person(connection, username):
        raise CodeTaken(username)
    _check_person(connection, fields)
    position = connection.scalar(select(func.count()).select_from(person)) or 0
    connection.execute(
        insert(person).values(
            username=username,
            name=fields.name,
            title=fields.title,
            position=position,
            disabled_at=None,
            password_hash=None,
            must_change_password=True,
            credential_stamp=secrets.token_hex(8),
            failed_sign_ins=0,
            locked_until=None,
        )
    )
    _write_holdings(connection, username, fields)
    record("person:added", {"username": username, **_told(fields)})
    return queries.get_person(connection, username)


def change_person(connection: Connection, username: str, fields: PersonFields, record: Record) -> None:
    """Change a person's name, title and holdings; raise ``PersonNotFound`` or ``FieldRefused``."""
    before = queries.get_person(connection, username)
    _check_person(connection, fields)
    connection.execute(update(person).where(person.c.username == username).values(name=fields.name, title=fields.title))
    connection.execute(delete(holding).where(holding.c.username == username))
    _write_holdings(connection, username, fields)
    held = tuple((one.unit, one.post) for one in before.holdings)
    old = _told(PersonFields(before.name, before.title, held))
    record("person:changed", {"username": username, "before": old, **_told(fields)})


def set_person_disabled(connection: Connection, username: str, at: datetime | None, record: Record) -> None:
    """Disable a person at an instant, which ends their sessions, or enable them again with None."""
    queries.get_person(connection, username)
    connection.execute(
        update(person)
        .where(person.c.username == username)
        .values(disabled_at=at, credential_stamp=secrets.token_hex(8))
    )
    record("person:disabled" if at else "person:enabled", {"username": username})


def import_people(connection: Connection, content: bytes, record: Record) -> int:
    """Add people from a CSV file: all of them, or none where a line is not acceptable.

    Args:
        connection: In a transaction.
        content: UTF-8 or GB18030, with a header line of ``username,name,title,unit,post``; a username may stand in
            several lines, one for each post held.
        record: Told of every person added.

    Returns:
        How many people were added.

    Raises:
        ImportRefused: Names each bad line, its field and the reason.
    """
    lines = csv_lines(content, PEOPLE_COLUMNS)
    bad: list[tuple[int, str, str]] = []
    people: dict[str, PersonFields] = {}
    units = {one.code for one in queries.list_units(connection)}
    posts = {one.code for one in queries.list_posts(connection)}
    for number, line in lines:
        problem = _line_problem(connection, line, units, posts)
        if problem:
            bad.append((number, *problem))
            continue
        held = ((line["unit"], line["post"]),) if line["unit"] else ()
        known = people.get(line["username"])
        earlier = known.holdings if known else ()
        people[line["username"]] = PersonFields(line["name"], line["title"], earlier + held)
    if bad or not people:
        raise ImportRefused(tuple(bad) or ((1, "file", "empty"),))
    for username, fields in people.items():
        add_person(connection, username, fields, record)
    return len(people)


def import_units(connection: Connection, content: bytes, record: Record) -> int:
    """Add units from a CSV file: all of them, or none where a line is not acceptable.

    Args:
        connection: In a transaction.
        content: UTF-8 or GB18030, with a header line of ``code,name,parent,head,leader``; a unit stands after the one it
            belongs to.
        record: Told of every unit added.

    Returns:
        How many units were added.

    Raises:
        ImportRefused: Names each bad line, its field and the reason.
    """
    lines = csv_lines(content, UNIT_COLUMNS)
    bad: list[tuple[int, str, str]] = []
    for number, line in lines:
        fields = UnitFields(line["name"], line["parent"] or None, line["head"] or None, line["leader"] or None)
        try:
            add_unit(connection, line["code"], fields, record)
        except CodeTaken:
            bad.append((number, "code", "taken"))
        except UnitNotFound:
            bad.append((number, "parent", "unknown"))
        except FieldRefused as error:
            bad.append((number, error.field, error.reason))
    if bad or not lines:
        raise ImportRefused(tuple(bad) or ((1, "file", "empty"),))
    return len(lines)


def _line_problem(
    connection: Connection, line: Mapping[str, str], units: set[str], posts: set[str]
) -> tuple[str, str] | None:
    if not USERNAME.fullmatch(line["username"]):
        return "username", "username"
    if queries.find_person(connection, line["username"]):
        return "username", "taken"
    if not line["name"] or len(line["name"]) > LONGEST_NAME:
        return "name", "name"
    if line["unit"] and line["unit"] not in units:
        return "unit", "unknown"
    if line["unit"] and line["post"] not in posts:
        return "post", "unknown"
    return None


def _post_name(connection: Connection, code: str) -> str:
    names = queries.post_names(connection)
    if code not in names:
        raise PostNotFound(code)
    return names[code]


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME:
        raise FieldRefused("name", "name")


def _check_unit(connection: Connection, code: str, fields: UnitFields) -> None:
    _check_name(fields.name)
    for field in ("head", "leader"):
        username = getattr(fields, field)
        if username and queries.find_person(connection, username) is None:
            raise FieldRefused(field, "unknown")
    ancestor, seen = fields.parent, {code}
    while ancestor:
        if ancestor in seen:
            raise FieldRefused("parent", "circle")
        seen.add(ancestor)
        ancestor = queries.get_unit(connection, ancestor).parent


def _check_person(connection: Connection, fields: PersonFields) -> None:
    _check_name(fields.name)
    units = {one.code for one in queries.list_units(connection, include_disabled=True)}
    posts = queries.post_names(connection)
    for unit_code, post_code in fields.holdings:
        if unit_code not in units or post_code not in posts:
            raise FieldRefused("holdings", "unknown")
    if len(set(fields.holdings)) != len(fields.holdings):
        raise FieldRefused("holdings", "twice")


def _write_holdings(connection: Connection, username: str, fields: PersonFields) -> None:
    if fields.holdings:
        connection.execute(
            insert(holding),
            [
                {"username": username, "unit": unit_code, "post": post_code, "position": position}
                for position, (unit_code, post_code) in enumerate(fields.holdings)
            ],
        )


def _told(fields: PersonFields) -> dict[str, Value]:
    return {"name": fields.name, "title": fields.title, "holdings": [list(pair) for pair in fields.holdings]}
