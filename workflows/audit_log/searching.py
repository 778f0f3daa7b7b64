"""Finds entries of the audit log: narrowed by day, person, category, act and object, and by words; the newest first.

Every way of asking is cut into branches, each of which one index answers in order (:func:`workflows.keyset.newest_of_branches`).
A word may be part of a person's name, of an act, of a case's title or number, or of what an entry says: each is a branch.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, and_, cast, column, or_, select, text, true
from sqlalchemy.dialects.postgresql import TSQUERY

from engine.model import Value
from engine.persistence import history
from engine.persistence.tables import process_instance
from workflows.audit_log.entries import AuditEntry
from workflows.audit_log.records import SAYS_SOMETHING, audit_entry
from workflows.calendar.values import SHANGHAI
from workflows.few import one_of
from workflows.keyset import Page, lines_of_pages, newest_of_branches
from workflows.organisation.records import person as person_table
from workflows.organisation.values import Person
from workflows.search.dialects import plan_for_these_terms
from workflows.search.finding import found_by
from workflows.search.text import query_of

PAGE, EXPORTED_AT_ONCE = 50, 500
MOST_PEOPLE, MOST_ACTS, MOST_CASES = 5, 10, 100
"""How many names, acts and cases that a word fits are looked at; where more fit, the page says that it shows not all."""
FEW_TEXTS = 2_000
SEARCHED_CHARACTERS = 100


@dataclass(frozen=True)
class Narrowing:
    """What of the log is wanted; everything that is empty narrows nothing.

    Attributes:
        since: First day, by the office's time.
        until: Last day.
        person: Username of who acted, or whose account it is about.
        category: One of the ledgers.
        act: One act.
        object_kind: What ``object_id`` names.
        object_id: What the entry is about.
        q: A word.
    """

    since: date | None = None
    until: date | None = None
    person: str = ""
    category: str = ""
    act: str = ""
    object_kind: str = ""
    object_id: str = ""
    q: str = ""


@dataclass(frozen=True)
class LogLine:
    """An entry as it is shown: the row, and what the ledger tells."""

    entry: AuditEntry
    data: Mapping[str, Value]


@dataclass(frozen=True)
class Found:
    """The branches a search is cut into, and whether a word fits more than was looked at."""

    branches: tuple[ColumnElement[bool], ...]
    cut: bool


@dataclass(frozen=True)
class _Branch:
    """A condition, and whether it names what entries are about; ``beside`` is the same where another part does that."""

    holds: ColumnElement[bool]
    by_object: bool
    beside: ColumnElement[bool] | None = None

    def within(self, by_object: bool) -> ColumnElement[bool]:
        return self.beside if by_object and self.beside is not None else self.holds


_ANY = _Branch(true(), by_object=False)
_entry = audit_entry.c
_columns = [_entry[one.name] for one in fields(AuditEntry)]
_terms_found = text("SELECT rowid FROM audit_term WHERE audit_term MATCH :sought ORDER BY rowid DESC LIMIT :most")


def branches_of(connection: Connection, narrowed: Narrowing, reader: Person, acts_called: Sequence[str] = ()) -> Found:
    """Return the conditions of which one at least holds for each entry that is wanted.

    Args:
        connection: For reading.
        narrowed: What is wanted.
        reader: Who asks; they read every case.
        acts_called: The acts whose names, as people read them, hold the word that is sought.
    """
    by_object = bool(narrowed.object_id)
    people = _about_person(narrowed.person, by_object=by_object) if narrowed.person else [_ANY]
    words, cut = _branches_of_word(connection, narrowed.q, reader, acts_called) if narrowed.q else ([_ANY], False)
    return Found(
        tuple(
            and_(
                whose.holds,
                said.within(by_object or whose.by_object),
                *_everywhere(narrowed, by_object or whose.by_object or said.by_object),
            )
            for whose in people
            for said in words
        ),
        cut,
    )


def page_of(connection: Connection, found: Found, after: str | None = None, limit: int = PAGE) -> Page[LogLine]:
    """Return a page of the log, the newest first.

    Args:
        connection: For reading.
        found: What :func:`branches_of` returned.
        after: The ``next`` of the page before; a key that is none begins anew.
        limit: Lines.
    """
    if not found.branches:
        return Page((), None)
    queries = [select(*_columns).where(one) for one in found.branches]
    page = newest_of_branches(connection, queries, _entry_of_row, _entry.at, _entry.id, after, limit)
    data = history.data_of(connection, [(one.chain, one.seq) for one in page.rows])
    return Page(tuple(LogLine(one, data.get((one.chain, one.seq), {})) for one in page.rows), page.next)


def every_line(connection: Connection, found: Found) -> Iterator[LogLine]:
    """Yield all lines, a few hundred at a time."""
    return lines_of_pages(lambda after: page_of(connection, found, after, EXPORTED_AT_ONCE))


def midnight(day: date) -> datetime:
    """Return the first instant of a day by the office's time."""
    return datetime.combine(day, time(), SHANGHAI)


def _everywhere(narrowed: Narrowing, by_object: bool) -> Iterator[ColumnElement[bool]]:
    if narrowed.since:
        yield _entry.at >= midnight(narrowed.since)
    if narrowed.until:
        yield _entry.at < midnight(narrowed.until + timedelta(days=1))
    if narrowed.act:
        yield _compared(_entry.act, by_object) == narrowed.act  # an act belongs to one category
    elif narrowed.category:
        yield _compared(_entry.category, by_object) == narrowed.category
    if narrowed.object_id:
        yield _entry.object_id == narrowed.object_id
    if narrowed.object_kind:
        yield _entry.object_kind == narrowed.object_kind


def _compared(one: ColumnElement[str], by_object: bool) -> ColumnElement[str]:
    """Return a column to be compared; what is about one thing is few, and shall not be sought by the index of anything else."""
    return one.concat("") if by_object else one


def _about_person(username: str, *, by_object: bool) -> list[_Branch]:
    about = and_(_entry.object_id == username, _entry.object_kind == "person")
    return [_Branch(_compared(_entry.actor, by_object) == username, by_object), _Branch(about, by_object=True)]


def _branches_of_word(
    connection: Connection, q: str, reader: Person, acts_called: Sequence[str]
) -> tuple[list[_Branch], bool]:
    """Return a branch for each thing a word may be part of, and whether more fits than is looked at."""
    sought = q[:SEARCHED_CHARACTERS]
    row = person_table.c
    named = or_(row.name.contains(sought, autoescape=True), row.username == sought)
    people = list(connection.scalars(select(row.username).where(named).order_by(row.username).limit(MOST_PEOPLE + 1)))
    plan_for_these_terms(connection)
    cases = _cases(connection, sought, reader)
    branches = [_Branch(_entry.object_id == sought, by_object=True)]
    for username in people[:MOST_PEOPLE]:
        branches += _about_person(username, by_object=False)
    branches += [_Branch(_entry.act == one, by_object=False) for one in acts_called[:MOST_ACTS]]
    if cases:
        branches.append(_Branch(_entry.object_id.in_(cases[:MOST_CASES]), by_object=True))
    said = _said(connection, sought)
    if said is not None:
        branches.append(said)
    cut = len(people) > MOST_PEOPLE or len(acts_called) > MOST_ACTS or len(cases) > MOST_CASES
    return branches, cut


def _cases(connection: Connection, sought: str, reader: Person) -> list[str]:
    case = process_instance.c
    query = select(case.id).where(*found_by(connection, sought, reader, {}))
    query = query.where(
        or_(case.title.contains(sought, autoescape=True), case.number.contains(sought, autoescape=True))
    )
    return list(connection.scalars(query.order_by(case.started_at.desc(), case.id.desc()).limit(MOST_CASES + 1)))


def _said(connection: Connection, sought: str) -> _Branch | None:
    """Return the branch of what entries say: by their numbers where few say it, else to be met soon in order of time."""
    query = query_of(sought)
    if not query.terms:
        return None
    pieces = [_entry.words.contains(one, autoescape=True) for one in query.pieces]
    few = _with_terms(connection, query.terms)
    if few is None:
        slowly = [_compared(_entry.words, by_object=True).contains(one, autoescape=True) for one in query.pieces]
        return _Branch(and_(SAYS_SOMETHING, *pieces), by_object=False, beside=and_(true(), *slowly))
    said = and_(one_of(connection, _entry.id, few), SAYS_SOMETHING, *pieces)
    return _Branch(said, by_object=False) if few else None


def _with_terms(connection: Connection, terms: Sequence[str]) -> list[int] | None:
    """Return the numbers of the rows that have all terms, or None where these are many."""
    if connection.dialect.name == "postgresql":
        wanted = cast(" & ".join(f"'{one}'" for one in terms), TSQUERY)
        query = select(_entry.id).where(_entry.terms.bool_op("@@")(wanted)).limit(FEW_TEXTS + 1)
        found = list(connection.scalars(query))
    else:
        wanted_there = " AND ".join(f'"{one}"' for one in terms)
        rows = _terms_found.bindparams(sought=wanted_there, most=FEW_TEXTS + 1).columns(column("rowid", Integer))
        found = list(connection.scalars(rows))
    return found if len(found) <= FEW_TEXTS else None


def _entry_of_row(row: Row[Any]) -> AuditEntry:
    return AuditEntry(**{one.name: getattr(row, one.name) for one in fields(AuditEntry)})
