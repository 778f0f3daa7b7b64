"""Arranging and ending substitutions: each is told to the ledger in the transaction that does it."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from engine import canonical
from engine.model import Actor, HistoryEvent, Value
from engine.persistence import definitions
from workflows.calendar.values import SHANGHAI
from workflows.duties import may_arrange_for_others, require
from workflows.errors import ReasonRequired
from workflows.forms.validation import readable_text
from workflows.office import Office
from workflows.organisation.queries import find_person
from workflows.organisation.records import person as people
from workflows.organisation.values import Person
from workflows.substitutions import queries
from workflows.substitutions.errors import (
    BeginsInThePast,
    EndsTooEarly,
    FlowMissing,
    FlowUnknown,
    OwnerUnknown,
    SelfSubstitution,
    SubstituteUnusable,
    SubstitutionNotFound,
    SubstitutionOver,
    SubstitutionOverlaps,
)
from workflows.substitutions.records import substitution
from workflows.substitutions.values import (
    Arrangement,
    Substitution,
    SubstitutionState,
    beginning_of,
)

LEDGER = "office:substitutions"
ARRANGED, ENDED = "substitution:arranged", "substitution:ended"


def arrange(connection: Connection, office: Office, person: Person, asked: Arrangement, now: datetime) -> Substitution:
    """委托代理: let somebody act for an owner, of their own will or by those who arrange it for others.

    All kinds of step are covered, also those that nothing but a person may decide: a substitute is a person.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who arranges it.
        asked: Whom, by whom, for which flows and how long; a reason where it is for somebody else.
        now: Aware instant.

    Returns:
        The substitution.

    Raises:
        PostRequired, ReasonRequired: It is for somebody else, by one who may not, or without a reason.
        OwnerUnknown, SubstituteUnusable, SelfSubstitution: These two people cannot be.
        FlowUnknown, FlowMissing, BeginsInThePast, EndsTooEarly: This scope cannot be.
        SubstitutionOverlaps: The owner has a substitute then; names them.

    Source:
        Practice of such offices: 出差委托 names person, matters and period; 代理人 never passes on what was passed to them.
    """
    if asked.owner != person.username:
        require(may_arrange_for_others(person))
    _check_reason(office, asked, needed=asked.owner != person.username)
    _check_people(connection, asked)
    _check_scope(connection, asked, now)
    connection.execute(
        select(people.c.username).where(people.c.username == asked.owner).with_for_update(key_share=True)
    )
    for other in queries.list_overlapping(connection, asked.owner, asked.starts_at, asked.ends_at):
        if asked.definitions is None or other.definitions is None or asked.definitions & other.definitions:
            raise SubstitutionOverlaps(asked.owner, other.substitute, other.starts_at, other.ends_at)
    row: dict[str, object] = {
        "id": secrets.token_urlsafe(9),
        "owner": asked.owner,
        "substitute": asked.substitute,
        "definitions": None if asked.definitions is None else sorted(asked.definitions),
        "starts_at": asked.starts_at,
        "ends_at": asked.ends_at,
        "reason": asked.reason.strip(),
        "created_by": person.username,
        "created_at": now,
        "ended_by": None,
        "ended_at": None,
    }
    connection.execute(insert(substitution).values(row))
    arranged = queries.get(connection, str(row["id"]))
    office.engine.record_ledger(connection, LEDGER, ARRANGED, _told(arranged), Actor(person.username), now)
    return arranged


def end(connection: Connection, office: Office, person: Person, substitution_id: str, now: datetime) -> Substitution:
    """结束代理: end a substitution now, before its time or before it began; what was done under it stays.

    Raises:
        SubstitutionNotFound: There is none, or this person has no part in it.
        PostRequired: It is somebody else's to end.
        SubstitutionOver: It has ended already.
    """
    known = queries.get(connection, substitution_id)
    if known.owner != person.username:
        if known.substitute != person.username and may_arrange_for_others(person) is not None:
            raise SubstitutionNotFound(substitution_id)
        require(may_arrange_for_others(person))
    lock = select(substitution.c.id).where(substitution.c.id == substitution_id).with_for_update()
    connection.execute(lock)
    known = queries.get(connection, substitution_id)
    if known.state_at(now) is SubstitutionState.ENDED:
        raise SubstitutionOver(known.over_at)
    ended = {"ended_by": person.username, "ended_at": now}
    connection.execute(update(substitution).where(substitution.c.id == substitution_id).values(ended))
    office.engine.record_ledger(connection, LEDGER, ENDED, {"id": substitution_id}, Actor(person.username), now)
    return queries.get(connection, substitution_id)


def broken(connection: Connection, told: Iterable[HistoryEvent]) -> list[str]:
    """Return the ids of the substitutions whose row is not what the ledger says.

    Args:
        connection: In a transaction that sees one state of the database.
        told: The events of the ledger, in order.

    Returns:
        In order of id.
    """
    expected: dict[str, dict[str, object]] = {}
    for event in told:
        if event.kind == ARRANGED:
            made = {"created_by": event.actor, "created_at": event.at, "ended_by": None, "ended_at": None}
            expected[str(event.data["id"])] = {**event.data, **made}
        elif event.kind == ENDED:
            expected.setdefault(str(event.data["id"]), {}).update(ended_by=event.actor, ended_at=event.at)
    stored = {one.id: _row(one) for one in queries.list_all(connection)}
    return sorted(key for key in expected.keys() | stored.keys() if expected.get(key) != stored.get(key))


def _check_reason(office: Office, asked: Arrangement, *, needed: bool) -> None:
    limit = office.settings.opinion_characters
    missing = needed and not asked.reason.strip()
    if missing or len(asked.reason) > limit or not readable_text(asked.reason, lines=True):
        raise ReasonRequired(limit)


def _check_people(connection: Connection, asked: Arrangement) -> None:
    if find_person(connection, asked.owner) is None:
        raise OwnerUnknown
    substitute = find_person(connection, asked.substitute)
    if substitute is None or substitute.disabled:
        raise SubstituteUnusable
    if asked.owner == asked.substitute:
        raise SelfSubstitution


def _check_scope(connection: Connection, asked: Arrangement, now: datetime) -> None:
    if asked.definitions is not None:
        if not asked.definitions:
            raise FlowMissing
        unknown = asked.definitions - {one.key for one in definitions.list_newest(connection)}
        if unknown:
            raise FlowUnknown(min(unknown))
    if asked.starts_at < beginning_of(now.astimezone(SHANGHAI).date()):
        raise BeginsInThePast
    if asked.ends_at <= max(asked.starts_at, now):
        raise EndsTooEarly


def _told(one: Substitution) -> dict[str, Value]:
    return {
        "id": one.id,
        "owner": one.owner,
        "substitute": one.substitute,
        "definitions": None if one.definitions is None else [*sorted(one.definitions)],
        "from": canonical.instant(one.starts_at),
        "to": canonical.instant(one.ends_at),
        "reason": one.reason,
    }


def _row(one: Substitution) -> dict[str, object]:
    made = {"created_by": one.created_by, "created_at": one.created_at}
    return {**_told(one), **made, "ended_by": one.ended_by, "ended_at": one.ended_at}
