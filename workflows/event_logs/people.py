"""What people are called in a log: by their names, with post and unit, or by pseudonyms that mean nothing outside of it."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.commands.case import SYSTEM
from workflows.event_logs.values import Named
from workflows.organisation import queries
from workflows.organisation.unit_names import UnitNames, unit_names
from workflows.organisation.values import Person

PSEUDONYM_DIGITS = 12
SYSTEM_NAME = "系统"


@dataclass(frozen=True)
class People:
    """Gives everybody their name in one log.

    Attributes:
        known: Everybody, those who have left included, by username.
        units: What units were called.
        posts: What posts are called.
        salt: Where there is one, people stand under pseudonyms and without their posts: a post that one person holds would name
            them. Whoever has the salt can tell who is who; whoever has not cannot try out the few names of an office.
    """

    known: Mapping[str, Person]
    units: UnitNames
    posts: Mapping[str, str]
    salt: bytes = b""

    def named(self, username: str, at: datetime) -> Named:
        """Return what somebody is called, with the unit they belong to, by the name it had at an instant.

        Which unit and posts those are is said as of now: that is what the organisation knows of a person.
        """
        if username == SYSTEM.username:
            return Named(SYSTEM_NAME, "")
        person = self.known.get(username)
        group = self.units.of_person(person, at) if person else ""
        if self.salt:
            digest = hmac.new(self.salt, username.encode(), hashlib.sha256).hexdigest()
            return Named(f"p-{digest[:PSEUDONYM_DIGITS]}", group)
        if person is None:
            return Named(username, group)
        held = dict.fromkeys(self.posts.get(one.post, one.post) for one in person.holdings)
        return Named(f"{person.name}（{person.username}）", group, "、".join(held))

    def unit(self, code: str, at: datetime) -> str:
        """Return what a unit was called at an instant; under pseudonyms a seat that is a person's is one too."""
        if code in self.known:
            return self.named(code, at).name
        return self.units.at(code, at)


def people(connection: Connection, salt: bytes = b"") -> People:
    """Return what people are called in a log; under pseudonyms where there is a salt."""
    everybody = queries.list_people(connection, include_disabled=True)
    known = {one.username: one for one in everybody}
    return People(known, unit_names(connection), queries.post_names(connection), salt)
