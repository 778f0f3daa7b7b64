"""Importing a year and putting it into force: by two people, each told to the ledger in the transaction that does it."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, time

from sqlalchemy import Connection, func, insert, select, update

from engine.api import Engine
from engine.errors import ProcessError
from engine.model import Actor, CalendarChange, HistoryEvent, Value
from engine.persistence.history import lock_ledger
from engine.persistence.subscriptions import list_starting, list_waiting
from workflows.calendar.calendars import LEDGER
from workflows.calendar.errors import ImportSettled, OwnImport, SameAsInForce, SourceRequired, YearRefused
from workflows.calendar.proposals import FIRST_YEAR, LAST_YEAR, Proposal
from workflows.calendar.queries import get_import, imports_with_unreadable_days, list_imports
from workflows.calendar.records import calendar_day, calendar_import
from workflows.calendar.values import SHANGHAI, ImportedYear, SpecialDay, YearState
from workflows.duties import may_keep_calendar, require
from workflows.forms.validation import readable_text
from workflows.organisation.values import Person

IMPORTED, PUT_INTO_FORCE, DISCARDED = "calendar:imported", "calendar:put_into_force", "calendar:discarded"
CALENDAR_CHANGED = "calendar_changed"
"""The signal by which flows learn that days count otherwise than before; its payload is ``calendar_year``."""
LONGEST_SOURCE = 200
LONGEST_ORIGIN = 200


def check_year(year: int) -> int:
    """Return a year that a calendar can be about; raise ``YearRefused`` for another."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearRefused(FIRST_YEAR, LAST_YEAR)
    return year


def import_year(
    connection: Connection,
    engine: Engine,
    person: Person,
    proposal: Proposal,
    source: str,
    now: datetime,
    instance_id: str | None = None,
) -> ImportedYear:
    """导入: keep what is proposed as a year; it counts for nothing until somebody else has put it into force.

    Args:
        connection: In a transaction.
        engine: Keeps the ledger.
        person: Who imports it.
        proposal: The year.
        source: 依据: the notice that says so, one line.
        now: Aware instant.
        instance_id: The case that holds the notice, which the person may see.

    Returns:
        The import.

    Raises:
        PostRequired: The person does not keep the calendar.
        YearRefused, SourceRequired: It cannot be accepted so.
        SameAsInForce: That is what is in force already, by the same notice.

    Source:
        Practice of such offices: a year counts once a second person has compared it with the notice (复核).
    """
    require(may_keep_calendar(person))
    year = check_year(proposal.year)
    notice = source.strip()
    if not notice or len(notice) > LONGEST_SOURCE or not readable_text(notice, lines=False):
        raise SourceRequired(LONGEST_SOURCE)
    lock_ledger(connection, LEDGER)
    before = next((one for one in list_imports(connection, year) if one.state is YearState.IN_FORCE), None)
    if before is not None and (before.days, before.source) == (proposal.days, notice):
        raise SameAsInForce(year)
    row: dict[str, object] = {
        "id": secrets.token_urlsafe(9),
        "year": year,
        "source": notice,
        "instance_id": instance_id,
        "origin": proposal.origin[-LONGEST_ORIGIN:],
        "imported_by": person.username,
        "imported_at": now,
        "put_into_force_by": None,
        "put_into_force_at": None,
        "revision": None,
        "discarded_by": None,
        "discarded_at": None,
    }
    connection.execute(insert(calendar_import).values(row))
    connection.execute(insert(calendar_day), [{"import_id": row["id"], **_columns(day)} for day in proposal.days])
    imported = get_import(connection, str(row["id"]))
    engine.record_ledger(connection, LEDGER, IMPORTED, _told(imported), Actor(person.username), now)
    return imported


def may_put_into_force(person: Person, one: ImportedYear) -> ProcessError | None:
    """Say why this person may not put an import into force."""
    if one.state is not YearState.PENDING:
        return _settled(one)
    if (refusal := may_keep_calendar(person)) is not None:
        return refusal
    return OwnImport(one.year) if one.imported_by == person.username else None


def may_discard(person: Person, one: ImportedYear) -> ProcessError | None:
    """Say why this person may not discard an import."""
    return _settled(one) if one.state is not YearState.PENDING else may_keep_calendar(person)


def put_into_force(
    connection: Connection, engine: Engine, person: Person, import_id: str, now: datetime
) -> ImportedYear:
    """复核生效: let a year count; an earlier import of it is superseded, and kept.

    What open cases have provisionally, or by the import that is superseded, is computed again after the commit, by jobs that
    this transaction writes, each case in a transaction of its own. Flows that count days by services of their own are told by
    the signal :data:`CALENDAR_CHANGED`, where any waits for it.

    Args:
        connection: In a transaction.
        engine: Keeps the ledger and the jobs.
        person: Who has compared it with the notice; never who imported it.
        import_id: The import.
        now: Aware instant.

    Returns:
        The import.

    Raises:
        CalendarImportNotFound: There is none.
        ImportSettled: Somebody was faster.
        PostRequired, OwnImport: The person may not.
    """
    lock_ledger(connection, LEDGER)
    one = get_import(connection, import_id)
    require(may_put_into_force(person, one))
    before = next((other for other in list_imports(connection, one.year) if other.state is YearState.IN_FORCE), None)
    revision = (connection.scalar(select(func.max(calendar_import.c.revision))) or 0) + 1
    put = {"put_into_force_by": person.username, "put_into_force_at": now, "revision": revision}
    connection.execute(update(calendar_import).where(calendar_import.c.id == import_id).values(put))
    told: dict[str, Value] = {"id": one.id, "revision": revision}
    engine.record_ledger(connection, LEDGER, PUT_INTO_FORCE, told, Actor(person.username), now)
    change = _change(before, one, revision)
    if change is not None:
        engine.calendar_changed(connection, change, now)
        if any(ask(connection, "signal", CALENDAR_CHANGED) for ask in (list_waiting, list_starting)):
            engine.throw_signal(connection, CALENDAR_CHANGED, {"calendar_year": one.year}, now)
    return get_import(connection, import_id)


def discard(connection: Connection, engine: Engine, person: Person, import_id: str, now: datetime) -> ImportedYear:
    """作废: say that an import is never to count; it is kept.

    Raises:
        CalendarImportNotFound: There is none.
        ImportSettled: It was put into force or discarded already.
        PostRequired: The person does not keep the calendar.
    """
    lock_ledger(connection, LEDGER)
    require(may_discard(person, get_import(connection, import_id)))
    discarded = {"discarded_by": person.username, "discarded_at": now}
    connection.execute(update(calendar_import).where(calendar_import.c.id == import_id).values(discarded))
    engine.record_ledger(connection, LEDGER, DISCARDED, {"id": import_id}, Actor(person.username), now)
    return get_import(connection, import_id)


def broken(connection: Connection, told: Iterable[HistoryEvent]) -> list[str]:
    """Return the ids of the imports whose rows are not what the ledger says.

    Args:
        connection: In a transaction that sees one state of the database.
        told: The events of the ledger, in order.

    Returns:
        In order of id.
    """
    expected: dict[str, dict[str, object]] = {}
    for event in told:
        who = {"by": event.actor, "at": event.at}
        if event.kind == IMPORTED:
            expected[str(event.data["id"])] = {**event.data, IMPORTED: who}
        elif event.kind in (PUT_INTO_FORCE, DISCARDED):
            expected.setdefault(str(event.data["id"]), {}).update({**event.data, event.kind: who})
    unreadable = set(imports_with_unreadable_days(connection))
    if unreadable:
        return sorted(unreadable)
    stored = {one.id: _row(one) for one in list_imports(connection)}
    return sorted(key for key in expected.keys() | stored.keys() if expected.get(key) != stored.get(key))


def _settled(one: ImportedYear) -> ImportSettled:
    if one.discarded_by and one.discarded_at:
        return ImportSettled(one.discarded_by, one.discarded_at)
    assert one.put_into_force_by is not None
    assert one.put_into_force_at is not None
    return ImportSettled(one.put_into_force_by, one.put_into_force_at)


def _change(before: ImportedYear | None, one: ImportedYear, revision: int) -> CalendarChange | None:
    """Return from when on putting an import into force changes what is due, or None where it changes nothing.

    What is due then and not provisional can move only where days were otherwise before: of a year that is corrected, and of
    the last December, whose own year may be in force.
    """
    was = {(day.on, day.kind) for day in before.days} if before else set()
    changed = {on for on, _kind in was ^ {(day.on, day.kind) for day in one.days}}
    if before is None:
        changed.add(date(one.year, 1, 1))
    if not changed:
        return None
    first = min(changed)
    corrects = before is not None or first.year < one.year
    since = datetime.combine(first, time(), SHANGHAI)
    return CalendarChange(revision, str(one.year), since, corrects)


def _columns(day: SpecialDay) -> dict[str, Value]:
    return {"on": day.on.isoformat(), "kind": day.kind.value, "name": day.name}


def _told(one: ImportedYear) -> dict[str, Value]:
    return {
        "id": one.id,
        "year": one.year,
        "source": one.source,
        "instance_id": one.instance_id,
        "origin": one.origin,
        "days": [_columns(day) for day in one.days],
    }


def _row(one: ImportedYear) -> dict[str, object]:
    row: dict[str, object] = {**_told(one), IMPORTED: {"by": one.imported_by, "at": one.imported_at}}
    if one.revision is not None:
        row |= {"revision": one.revision, PUT_INTO_FORCE: {"by": one.put_into_force_by, "at": one.put_into_force_at}}
    if one.discarded_by is not None:
        row[DISCARDED] = {"by": one.discarded_by, "at": one.discarded_at}
    return row
