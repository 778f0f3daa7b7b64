"""Read and change usual phrases.

Those of the office are told to a ledger, so that it can be said who put words into everybody's hands, and since when. A person's
own are no business record: nothing follows from them, and what is submitted stands in the history as it was submitted.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from engine.errors import InvalidSubmission, NotFound
from engine.model import Value
from engine.persistence.history import lock_ledger
from workflows.forms.validation import readable_text
from workflows.organisation.values import Record
from workflows.phrases.records import phrase

LONGEST = 200
MOST = 50
LEDGER = "office:phrases"
SET, REMOVED, ORDERED = "phrase:set", "phrase:removed", "phrase:ordered"


@dataclass(eq=False)
class PhraseRefused(InvalidSubmission):
    """The phrase is empty, too long, not one line of text, there already, or one too many."""

    reason: str
    limit: int = LONGEST
    field: str = "text"


@dataclass(eq=False)
class PhraseNotFound(NotFound):
    """There is no such phrase among those this person may change."""

    phrase_id: str


@dataclass(frozen=True)
class Phrase:
    """One phrase; without ``kind`` it is offered at every step."""

    id: str
    owner: str | None
    kind: str | None
    text: str
    position: int


COLUMNS = tuple(phrase.c[one.name] for one in fields(Phrase))


def list_owned(connection: Connection, owner: str | None) -> list[Phrase]:
    """Return a person's own phrases, or without an owner those of the office, in their order."""
    rows = connection.execute(select(*COLUMNS).where(_of(owner)).order_by(phrase.c.position, phrase.c.id))
    return [Phrase(**row._mapping) for row in rows]


def list_offered(connection: Connection, username: str, kind: str | None) -> list[Phrase]:
    """Return what a person is offered at a step of a kind: their own phrases first, then the office's, no text twice."""
    fitting = phrase.c.kind.is_(None) if kind is None else or_(phrase.c.kind.is_(None), phrase.c.kind == kind)
    rows = connection.execute(
        select(*COLUMNS)
        .where(or_(phrase.c.owner == username, phrase.c.owner.is_(None)), fitting)
        .order_by(phrase.c.owner.is_(None), phrase.c.position, phrase.c.id)
    )
    offered: dict[str, Phrase] = {}
    for row in rows:
        offered.setdefault(row.text, Phrase(**row._mapping))
    return list(offered.values())


def add(connection: Connection, owner: str | None, text: str, kind: str | None, record: Record | None) -> Phrase:
    """Add a phrase behind the others.

    Args:
        connection: In a transaction.
        owner: Username, or None for a phrase of the office.
        text: One line.
        kind: The kind of step it is for, known to the office, or None for all.
        record: Tells the ledger; None for a person's own.

    Returns:
        The phrase.

    Raises:
        PhraseRefused: The text cannot be accepted, or there are too many.
    """
    there = _locked(connection, owner)
    clean = _clean(text, {one.text for one in there if one.kind == kind})
    if len(there) >= MOST:
        raise PhraseRefused("too_many", MOST)
    added = Phrase(secrets.token_urlsafe(9), owner, kind, clean, there[-1].position + 1 if there else 0)
    connection.execute(insert(phrase).values(vars(added)))
    _tell(record, SET, _told(added))
    return added


def change(
    connection: Connection, owner: str | None, phrase_id: str, text: str, kind: str | None, record: Record | None
) -> None:
    """Give a phrase other words, or another kind of step; raise as :func:`add` does, or ``PhraseNotFound``."""
    there = _locked(connection, owner)
    old = _owned(there, phrase_id)
    clean = _clean(text, {one.text for one in there if one.kind == kind and one.id != phrase_id})
    changed = Phrase(old.id, owner, kind, clean, old.position)
    if changed != old:
        connection.execute(update(phrase).where(phrase.c.id == old.id).values(text=clean, kind=kind))
        _tell(record, SET, _told(changed))


def remove(connection: Connection, owner: str | None, phrase_id: str, record: Record | None) -> None:
    """Remove a phrase; raise ``PhraseNotFound``. What was written with it stays."""
    old = _owned(_locked(connection, owner), phrase_id)
    connection.execute(delete(phrase).where(phrase.c.id == old.id))
    _tell(record, REMOVED, {"id": old.id, "text": old.text})


def move(connection: Connection, owner: str | None, phrase_id: str, by: int, record: Record | None) -> None:
    """Move a phrase up (negative) or down among its owner's; raise ``PhraseNotFound``. The ends are no obstacle."""
    there = _locked(connection, owner)
    old = _owned(there, phrase_id)
    at = there.index(old)
    there.insert(max(0, min(len(there) - 1, at + by)), there.pop(at))
    for position, one in enumerate(there):
        if one.position != position:
            connection.execute(update(phrase).where(phrase.c.id == one.id).values(position=position))
    _tell(record, ORDERED, {"ids": [one.id for one in there]})


def broken(connection: Connection, events: Iterable[tuple[str, Mapping[str, Value]]]) -> list[str]:
    """Return the ids of the office's phrases that are others than what the events of their ledger, in order, make of them.

    Where only their order is another, all of them are named.
    """
    known: dict[str, tuple[Value, Value]] = {}
    for kind, data in events:
        if kind == SET:
            known[str(data["id"])] = (data["text"], data["kind"])
        elif kind == REMOVED:
            known.pop(str(data["id"]), None)
        elif kind == ORDERED:
            ids = data["ids"]
            assert isinstance(ids, list)
            known = {str(one): known[str(one)] for one in ids}
    stored: dict[str, tuple[Value, Value]] = {one.id: (one.text, one.kind) for one in list_owned(connection, None)}
    differing = sorted(one for one in known.keys() | stored.keys() if known.get(one) != stored.get(one))
    return differing or ([] if list(known) == list(stored) else sorted(known))


def count_office(connection: Connection) -> int:
    """Return how many phrases the office has."""
    return connection.scalar(select(func.count()).where(_of(None))) or 0


def _of(owner: str | None) -> ColumnElement[bool]:
    return phrase.c.owner.is_(None) if owner is None else phrase.c.owner == owner


def _locked(connection: Connection, owner: str | None) -> list[Phrase]:
    """Return an owner's phrases; the office's are changed by one at a time, so that their order is the ledger's."""
    if owner is None:
        lock_ledger(connection, LEDGER)
    return list_owned(connection, owner)


def _owned(there: list[Phrase], phrase_id: str) -> Phrase:
    found = next((one for one in there if one.id == phrase_id), None)
    if found is None:
        raise PhraseNotFound(phrase_id)
    return found


def _clean(text: str, taken: set[str]) -> str:
    clean = text.strip()
    if not clean:
        raise PhraseRefused("empty")
    if len(clean) > LONGEST:
        raise PhraseRefused("too_long")
    if not readable_text(clean, lines=False):
        raise PhraseRefused("unreadable")
    if clean in taken:
        raise PhraseRefused("there_already")
    return clean


def _told(one: Phrase) -> dict[str, Value]:
    return {"id": one.id, "text": one.text, "kind": one.kind}


def _tell(record: Record | None, kind: str, data: Mapping[str, Value]) -> None:
    if record is not None:
        record(kind, data)
