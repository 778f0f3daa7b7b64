"""领导秘书: which secretary serves which leaders. Serving somebody gives no right to act for them; that is a substitute's.

Source: PRACTICE of such offices: a secretary types in what a leader wrote or said (代录); it is neither 代签 nor 代理.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Select, delete, insert, select

from engine.model import HistoryEvent
from workflows.organisation import queries
from workflows.organisation.errors import NotALeader, NotASecretary, ServesAlready, ServesNot
from workflows.organisation.records import holding, leader_secretary, person
from workflows.organisation.values import Record

SECRETARY = "leader_secretary"
LEADERS = frozenset({"principal", "executive_head", "deputy_leader"})
ASSIGNED, DISMISSED = "secretary:assigned", "secretary:dismissed"


@dataclass(frozen=True)
class Service:
    """One secretary's service to one leader; both usernames."""

    secretary: str
    leader: str


def assign(connection: Connection, secretary: str, leader: str, record: Record) -> None:
    """Let a secretary serve a leader.

    Args:
        connection: In a transaction.
        secretary: Username.
        leader: Username.
        record: Writes the event to the ledger of the organisation.

    Raises:
        NotASecretary, NotALeader: These two people cannot be.
        ServesAlready: It is so already.
    """
    if secretary not in queries.holders(connection, SECRETARY):
        raise NotASecretary
    found = queries.find_person(connection, leader)
    if found is None or found.disabled or not found.posts & LEADERS:
        raise NotALeader
    if leader in {one.leader for one in list_services(connection) if one.secretary == secretary}:
        raise ServesAlready(secretary, leader)
    connection.execute(insert(leader_secretary).values(secretary=secretary, leader=leader))
    record(ASSIGNED, {"secretary": secretary, "leader": leader})


def dismiss(connection: Connection, secretary: str, leader: str, record: Record) -> None:
    """Let a secretary no longer serve a leader; raise ``ServesNot``."""
    row = leader_secretary.c
    done = connection.execute(delete(leader_secretary).where(row.secretary == secretary, row.leader == leader))
    if done.rowcount != 1:
        raise ServesNot(secretary, leader)
    record(DISMISSED, {"secretary": secretary, "leader": leader})


def leaders_of(connection: Connection, secretary: str) -> frozenset[str]:
    """Return whom a secretary serves; nobody once the secretary no longer holds the post, or is disabled."""
    return frozenset(connection.scalars(served_by(secretary)))


def served_by(secretary: str) -> Select[tuple[str]]:
    """Return the query for whom a secretary serves; see :func:`leaders_of`."""
    return (
        select(leader_secretary.c.leader)
        .join(person, person.c.username == leader_secretary.c.secretary)
        .join(holding, holding.c.username == person.c.username)
        .where(leader_secretary.c.secretary == secretary, holding.c.post == SECRETARY, person.c.disabled_at.is_(None))
    )


def list_services(connection: Connection) -> list[Service]:
    """Return who serves whom, by secretary, leaders in the office's order."""
    query = (
        select(leader_secretary)
        .join(person, person.c.username == leader_secretary.c.leader)
        .order_by(leader_secretary.c.secretary, person.c.position)
    )
    return [Service(**row._mapping) for row in connection.execute(query)]


def candidates(connection: Connection) -> tuple[list[str], list[str]]:
    """Return who can serve and who can be served, as usernames in the office's order."""
    leaders = [one.username for one in queries.list_people(connection) if one.posts & LEADERS]
    return queries.holders(connection, SECRETARY), leaders


def broken(connection: Connection, told: Iterable[HistoryEvent]) -> list[tuple[str, str]]:
    """Return the pairs of leader and secretary whose row is not what the ledger says.

    Args:
        connection: In a transaction that sees one state of the database.
        told: The events of the ledger of the organisation, in order.

    Returns:
        In order.
    """
    expected: set[tuple[str, str]] = set()
    for event in told:
        if event.kind in (ASSIGNED, DISMISSED):
            pair = (str(event.data["leader"]), str(event.data["secretary"]))
            (expected.add if event.kind == ASSIGNED else expected.discard)(pair)
    return sorted(expected ^ {(one.leader, one.secretary) for one in list_services(connection)})
