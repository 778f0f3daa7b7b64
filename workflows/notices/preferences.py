"""What each person has chosen: of what they are told by which way, how often, and where."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from engine.errors import InvalidSubmission
from engine.model import Actor, Value
from workflows.notices.kinds import ALWAYS, OUTSIDE, Channel, Interval, NoticeKind, wanted_by_default
from workflows.notices.records import notice_choice, notice_delivery
from workflows.office import Office
from workflows.organisation.values import Person

LEDGER, CHANGED = "office:notices", "preferences:changed"
LONGEST_ADDRESS = 254
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]*[A-Za-z0-9])+")
ROBOT_ID = re.compile(r"[A-Za-z0-9._@-]{1,64}")
Choices = Mapping[tuple[NoticeKind, Channel], bool]


@dataclass(eq=False)
class EmailRefused(InvalidSubmission):
    """This is no e-mail address."""

    field: str = "email"


@dataclass(eq=False)
class RobotIdRefused(InvalidSubmission):
    """This is no name by which a robot can mention somebody."""

    field: str = "robot_id"


@dataclass(frozen=True)
class Preferences:
    """One person's choices; ``choices`` holds only what differs from what is wanted by default."""

    interval: Interval = Interval.HOURLY
    email: str = ""
    robot_id: str = ""
    choices: Choices = field(default_factory=dict)

    def wants(self, kind: NoticeKind, channel: Channel) -> bool:
        """Tell whether the person is told of something by a channel; what goes outside is shown on the pages as well."""
        if channel is Channel.IN_APP:
            return kind in ALWAYS or self._chosen(kind, channel)
        return self._chosen(kind, channel) and self.wants(kind, Channel.IN_APP)

    def address(self, channel: Channel) -> str:
        """Return where a channel reaches the person, or an empty text."""
        return {Channel.MAIL: self.email, Channel.ROBOT: self.robot_id}.get(channel, "")

    def ways_out(self, kind: NoticeKind) -> list[Channel]:
        """Return the channels by which something goes outside to the person."""
        if self.interval is Interval.NEVER:
            return []
        return [channel for channel in OUTSIDE if self.address(channel) and self.wants(kind, channel)]

    def _chosen(self, kind: NoticeKind, channel: Channel) -> bool:
        return self.choices.get((kind, channel), wanted_by_default(kind, channel))


def preferences_of(connection: Connection, usernames: Collection[str]) -> dict[str, Preferences]:
    """Return what people have chosen, by username; those who have chosen nothing have what is usual."""
    chosen: dict[str, dict[tuple[NoticeKind, Channel], bool]] = {}
    for row in connection.execute(select(notice_choice).where(notice_choice.c.person.in_(usernames))):
        chosen.setdefault(row.person, {})[NoticeKind(row.kind), Channel(row.channel)] = row.wanted
    delivered = {
        row.person: row
        for row in connection.execute(select(notice_delivery).where(notice_delivery.c.person.in_(usernames)))
    }
    found = {}
    for username in usernames:
        usual = Preferences()
        delivery = delivered.get(username)
        found[username] = Preferences(
            Interval(delivery.interval) if delivery else usual.interval,
            delivery.email if delivery else usual.email,
            delivery.robot_id if delivery else usual.robot_id,
            chosen.get(username, {}),
        )
    return found


def save_preferences(connection: Connection, office: Office, person: Person, given: Preferences, now: datetime) -> None:
    """Write what a person has chosen for themselves, and tell the ledger.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who chooses, for nobody else.
        given: Everything they have chosen.
        now: Aware instant.

    Raises:
        EmailRefused: The address is none.
        RobotIdRefused: The name is none.
    """
    if given.email and (len(given.email) > LONGEST_ADDRESS or not EMAIL.fullmatch(given.email)):
        raise EmailRefused
    if given.robot_id and not ROBOT_ID.fullmatch(given.robot_id):
        raise RobotIdRefused
    differing = {
        (kind, channel): wanted
        for (kind, channel), wanted in given.choices.items()
        if wanted != wanted_by_default(kind, channel) and not (channel is Channel.IN_APP and kind in ALWAYS)
    }
    told: dict[str, Value] = {
        "person": person.username,
        "interval": given.interval.value,
        "email": given.email,
        "robot_id": given.robot_id,
        "choices": {f"{kind.value}.{channel.value}": wanted for (kind, channel), wanted in differing.items()},
    }
    office.engine.record_ledger(connection, LEDGER, CHANGED, told, Actor(person.username), now)
    delivery = {"interval": given.interval.value, "email": given.email, "robot_id": given.robot_id}
    for table in (notice_choice, notice_delivery):
        connection.execute(delete(table).where(table.c.person == person.username))
    connection.execute(insert(notice_delivery).values(person=person.username, **delivery))
    if differing:
        rows = [
            {"person": person.username, "kind": kind.value, "channel": channel.value, "wanted": wanted}
            for (kind, channel), wanted in differing.items()
        ]
        connection.execute(insert(notice_choice), rows)
