"""Ask for contents of a case to be cleared, and decide it: what was asked for is carried out by whoever approves it."""

import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from engine import canonical
from engine.canonical import CLEARED, Redacted
from engine.errors import ClearingRefused
from engine.history import SALT_BYTES
from engine.model import Actor, HistoryEvent, RecordChange, Value
from engine.persistence import history, instances
from engine.persistence.redactions import chains_with
from engine.persistence.tables import work_item
from engine.redacted import Path, marking_with, texts_in
from engine.redaction import Cleared, Wanted
from engine.told_work_items import told_work_items
from workflows.attachments import actions as attachments
from workflows.attachments import told as uploads
from workflows.audit_log import projection as audit_log
from workflows.calendar.values import SHANGHAI
from workflows.clearings import CLEARING, PlaceKind, clearing
from workflows.duties import reads_everything, require
from workflows.errors import ReasonRequired
from workflows.forms.validation import readable_text
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.record_tables import told_of
from workflows.recording import record_in_case
from workflows.redaction import traces
from workflows.redaction.errors import (
    ClearingAsked,
    ClearingDecided,
    ClearingNotFound,
    PlaceNotFound,
    ReasonTellsContent,
)
from workflows.redaction.places import get_place
from workflows.redaction.rules import may_ask, may_decide, may_decide_on
from workflows.redaction.sought import Sought, texts_of_field
from workflows.redaction.traces import Trace
from workflows.search.index import Indexer
from workflows.visibility import require_visible

ASKED, REFUSED = "clearing.asked", "clearing.refused"
LEDGER, CARRIED_OUT = "office:redactions", "clearing:carried_out"
"""The acts under which history tells of a request, and that it was refused."""
INSTEAD = "内容已清除（{on}，经{by}批准）"
"""What stands in the place of an attachment's name."""


@dataclass(frozen=True)
class Request:
    """A request as its row tells it; ``asker`` and ``decider`` are names."""

    id: str
    instance_id: str
    kind: PlaceKind
    label: str
    everywhere: bool
    sha256: str | None
    size: int | None
    media_type: str | None
    reason: str
    asked_by: str
    asker: str
    asked_at: datetime
    decided_by: str | None
    decider: str
    decided_at: datetime | None
    approved: bool | None
    answer: str | None

    @property
    def decided_on(self) -> str:
        """The day on which it was decided."""
        return _day(self.decided_at) if self.decided_at else ""


@dataclass(frozen=True)
class Outlook:
    """What a clearing would touch.

    Attributes:
        events: Places of the events in the case's own history.
        cases: How many other cases hold the same text or file.
        ledgers: How many ledgers of the office do.
        traces: Where else in the database it stands.
        short: Whether the text is too short to be looked for elsewhere.
    """

    events: tuple[int, ...]
    cases: int
    ledgers: int
    traces: tuple[Trace, ...]
    short: bool


def ask(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    kind: str,
    place: str,
    reason: str,
    now: datetime,
    *,
    everywhere: bool,
) -> str:
    """Ask for a content of a case to be cleared.

    Args:
        connection: In a transaction; the case stays locked until it ends.
        office: The office.
        person: Who asks.
        instance_id: The case, whatever its state.
        kind: One of :class:`workflows.clearings.PlaceKind`.
        place: See :class:`workflows.redaction.places.Place`.
        reason: Why, in words that do not repeat the content.
        now: Aware instant.
        everywhere: Whether the same text goes wherever else it stands: in other cases, ledgers, notices.

    Returns:
        The id of the request.

    Raises:
        ReaderCannotClear, PostRequired, CaseNotVisible: The person may not.
        PlaceNotFound: There is no such content.
        ClearingAsked: It was asked for already, and is not decided.
        ReasonRequired, ReasonTellsContent: There are no words, too many, or the content itself.

    Source:
        STORY of such offices, 9.1.
    """
    require(may_ask(person))
    require_visible(connection, person, instance_id, now)
    limit = office.settings.opinion_characters
    words = reason.strip()
    if not words or len(words) > limit or not readable_text(words, lines=True):
        raise ReasonRequired(limit)
    locked = office.engine.lock_case(connection, instance_id)
    found = get_place(connection, office, person, instance_id, kind, place, now)
    if _sought(connection, office, instance_id, found.kind, found.id).holds(words):
        raise ReasonTellsContent
    same = (clearing.c.kind == kind, clearing.c.place == place, clearing.c.decided_at.is_(None))
    asker = connection.scalar(select(clearing.c.asked_by).where(clearing.c.instance_id == instance_id, *same))
    if asker is not None:
        raise ClearingAsked(asker)
    clearing_id = secrets.token_hex(8)
    values: dict[str, Value] = {
        "instance_id": instance_id,
        "kind": found.kind.value,
        "place": found.id,
        "label": found.label,
        "everywhere": everywhere,
        "sha256": found.sha256,
        "size": found.size,
        "media_type": found.media_type,
        "reason": words,
        "asked_by": person.username,
        "asked_at": canonical.instant(max(now, locked.head_at)),
    }
    change = RecordChange(CLEARING, clearing_id, {name: one for name, one in values.items() if one is not None})
    data = {"clearing": clearing_id, "reason": words}
    record_in_case(connection, office, instance_id, ASKED, data, [change], Actor(person.username), now)
    return clearing_id


def refuse(
    connection: Connection, office: Office, person: Person, clearing_id: str, answer: str, now: datetime
) -> None:
    """Refuse what somebody has asked for.

    Raises:
        ReaderCannotClear, PostRequired, OwnClearing: The person may not.
        ClearingNotFound, ClearingDecided: There is nothing to decide.
        ReasonRequired: There are no words, or too many.
    """
    row = _open(connection, office, person, clearing_id)
    words = answer.strip()
    limit = office.settings.opinion_characters
    if not words or len(words) > limit or not readable_text(words, lines=True):
        raise ReasonRequired(limit)
    change = RecordChange(CLEARING, clearing_id, {**_decided(row, person, now), "approved": False, "answer": words})
    data = {"clearing": clearing_id, "reason": words}
    record_in_case(connection, office, row.instance_id, REFUSED, data, [change], Actor(person.username), now)


def approve(connection: Connection, office: Office, person: Person, clearing_id: str, now: datetime) -> None:
    """Approve what somebody else has asked for, and carry it out: the content is gone when the transaction is committed.

    The bytes of a file go afterwards, with :func:`workflows.attachments.actions.remove_cleared`.

    Args:
        connection: In a transaction; every case that holds the content stays locked until it ends.
        office: The office.
        person: Who approves; they need not see the case.
        clearing_id: The request.
        now: Aware instant.

    Raises:
        ReaderCannotClear, PostRequired, OwnClearing: The person may not.
        ClearingNotFound, ClearingDecided: There is nothing to decide.
        ClearingRefused: A case that holds the content does not verify, or could not be executed again without it.

    Source:
        STORY of such offices, 9.1: 双人批准「清除内容」，保留摘要和清除记录，链仍可验.
    """
    row = _open(connection, office, person, clearing_id)
    kind, instance_id = PlaceKind(row.kind), row.instance_id
    sought = _sought(connection, office, instance_id, kind, row.place)
    mark = marking_with(os.urandom(SALT_BYTES))
    actor = Actor(person.username)
    told: dict[str, Value] = {
        "clearing": clearing_id,
        "reason": row.reason,
        "requested_by": row.asked_by,
        "approved_by": person.username,
        "files": [row.sha256] if row.sha256 else [],
    }
    decided = RecordChange(CLEARING, clearing_id, {**_decided(row, person, now), "approved": True})
    own = Wanted(sought.of_event, sought.of_variables, sought.kept, mark, told, (decided,))

    def of_others(event: HistoryEvent, path: Path, text: str) -> bool:
        return sought.of_others(event, path, text) or uploads.names_file(event, path, row.sha256)

    other = Wanted(of_others, lambda _path, text: sought.holds(text), lambda _path, _text: CLEARED, mark, told)
    touched, ledgers = [instance_id], history.list_ledgers(connection)
    engine = office.engine
    _apply(connection, office, instance_id, engine.clear_in_case(connection, instance_id, own, actor, now))
    for chain in _others(connection, row, sought):
        if chain in ledgers:
            engine.clear_in_ledger(connection, chain, other, actor, now)
            audit_log.refresh(connection, chain)
        else:
            _apply(connection, office, chain, engine.clear_in_case(connection, chain, other, actor, now))
            touched.append(chain)
    traces.sweep_case(connection, instance_id, sought)
    traces.sweep(connection, sought, everywhere=bool(row.everywhere))
    if row.sha256:
        attachments.clear(connection, row.sha256, INSTEAD.format(on=_day(now), by=person.name), max(now, row.asked_at))
    seen: dict[str, Value] = {"instance": instance_id, "reason": row.reason, "requested_by": row.asked_by}
    engine.record_ledger(connection, LEDGER, CARRIED_OUT, seen, actor, now)
    indexer = Indexer(engine, office.forms)
    for chain in touched:
        result = engine.replay(connection, chain)
        if not result.verified:
            raise ClearingRefused(chain, result.divergence_seq or 0)
        indexer.index(connection, chain)


def outlook(connection: Connection, office: Office, instance_id: str, kind: PlaceKind, place: str) -> Outlook:
    """Return what the clearing of a content would touch; it tells nothing of the content itself."""
    sought = _sought(connection, office, instance_id, kind, place)
    own = [one for one in office.engine.history(connection, instance_id) if _has(sought, one)]
    chains = _chains_with(connection, sought) - {instance_id}
    cases = chains - history.list_ledgers(connection).keys()
    held = set(_cases_with_file(connection, kind, place)) - {instance_id}
    return Outlook(
        tuple(one.seq for one in own),
        len(cases | held),
        len(chains - cases),
        tuple(traces.list_traces(connection, sought)),
        not sought.needles,
    )


def get_request(connection: Connection, person: Person, clearing_id: str) -> tuple[Request, str]:
    """Return a request with its place, to who may decide requests or reads everything; raise ``ClearingNotFound``."""
    _require_reader(person)
    row = connection.execute(select(clearing).where(clearing.c.id == clearing_id)).first()
    if row is None:
        raise ClearingNotFound(clearing_id)
    return _named(connection, [row])[0], row.place


def list_requests(connection: Connection, person: Person, limit: int) -> list[Request]:
    """Return the newest requests, those that are to be decided first, to who may decide them or reads everything."""
    _require_reader(person)
    newest = (clearing.c.decided_at.is_not(None), clearing.c.asked_at.desc(), clearing.c.id)
    return _named(connection, connection.execute(select(clearing).order_by(*newest).limit(limit)).all())


def count_undecided(connection: Connection, person: Person) -> int:
    """Return how many requests wait for somebody who may decide them: those that others have asked for."""
    waiting = (clearing.c.decided_at.is_(None), clearing.c.asked_by != person.username)
    return connection.scalar(select(func.count()).select_from(clearing).where(*waiting)) or 0


def list_of_case(connection: Connection, instance_id: str) -> list[Request]:
    """Return what was asked for in a case, in order; the caller has seen that the reader may see the case."""
    query = select(clearing).where(clearing.c.instance_id == instance_id).order_by(clearing.c.asked_at, clearing.c.id)
    return _named(connection, connection.execute(query).all())


def _require_reader(person: Person) -> None:
    if not reads_everything(person):
        require(may_decide(person))


def _named(connection: Connection, rows: Sequence[Row[Any]]) -> list[Request]:
    names = queries.names_of(connection, {one for row in rows for one in (row.asked_by, row.decided_by) if one})
    return [
        Request(
            row.id,
            row.instance_id,
            PlaceKind(row.kind),
            row.label,
            row.everywhere,
            row.sha256,
            row.size,
            row.media_type,
            row.reason,
            row.asked_by,
            names.get(row.asked_by, row.asked_by),
            row.asked_at,
            row.decided_by,
            names.get(row.decided_by, row.decided_by or ""),
            row.decided_at,
            row.approved,
            row.answer,
        )
        for row in rows
    ]


def _open(connection: Connection, office: Office, person: Person, clearing_id: str) -> Row[Any]:
    """Lock the case of a request and return the request, if this person may decide it and nobody has."""
    require(may_decide(person))
    query = select(clearing).where(clearing.c.id == clearing_id)
    row = connection.execute(query).first()
    if row is None:
        raise ClearingNotFound(clearing_id)
    office.engine.lock_case(connection, row.instance_id)
    row = connection.execute(query).one()
    if row.decided_by is not None:
        raise ClearingDecided(clearing_id, row.decided_by)
    require(may_decide_on(person, clearing_id, row.asked_by))
    return row


def _decided(row: Row[Any], person: Person, now: datetime) -> dict[str, Value]:
    return {"decided_by": person.username, "decided_at": canonical.instant(max(now, row.asked_at))}


def _has(sought: Sought, event: HistoryEvent) -> bool:
    return any(sought.of_event(event, path, text) for path, text in texts_in(event.data))


def _chains_with(connection: Connection, sought: Sought) -> set[str]:
    return chains_with(connection, map(traces.needle_bytes, sought.needles))


def _cases_with_file(connection: Connection, kind: PlaceKind, place: str) -> list[str]:
    if kind is not PlaceKind.ATTACHMENT:
        return []
    return attachments.cases_with(connection, attachments.get(connection, place).sha256)


def _others(connection: Connection, row: Row[Any], sought: Sought) -> list[str]:
    """Return the other chains that lose something, or are to tell that a file of theirs is gone, in the order they are locked."""
    found = _chains_with(connection, sought) if row.everywhere else set()
    if row.sha256:
        found.update((*attachments.cases_with(connection, row.sha256), uploads.LEDGER))
    return sorted(found - {row.instance_id})


def _sought(connection: Connection, office: Office, instance_id: str, kind: PlaceKind, place: str) -> Sought:
    """Return the texts that stand at a place of a case now, and stood there before."""
    events = office.engine.history(connection, instance_id)
    titles = frozenset(office.engine.vocabulary.columns["title"])
    names: frozenset[str] = frozenset()
    match kind:
        case PlaceKind.FIELD:
            names = titles if place in titles else frozenset({place})
            flow = instances.get_instance(connection, instance_id).definition.name
            texts = texts_of_field(events, names, flow)
        case PlaceKind.OPINION:
            texts = frozenset(_opinions(events, place))
        case PlaceKind.COMMENT:
            changes = told_of([one for one in events if one.data.get("record")], "comment")
            if place not in changes:
                raise PlaceNotFound(kind, place)
            texts = frozenset({str(changes[place][1]["text"])})
        case PlaceKind.ATTACHMENT:
            texts = frozenset({attachments.get(connection, place).name})
    return Sought(kind, place, names, texts - {CLEARED}, titles)


def _opinions(events: Iterable[HistoryEvent], work_item_id: str) -> Iterable[str]:
    for event in events:
        if event.work_item_id == work_item_id:
            for word in ("opinion", "reason", "message"):
                text = event.data.get(word)
                if isinstance(text, str) and text and not isinstance(text, Redacted):
                    yield text


def _apply(connection: Connection, office: Office, chain: str, cleared: Cleared) -> None:
    """Write the opinions and records of a chain anew that have lost something."""
    events = office.engine.history(connection, chain)
    items = {one.work_item_id for one in events if one.seq in set(cleared.payloads) and one.work_item_id}
    told = told_work_items(events) if items else {}
    for work_item_id in sorted(items & told.keys()):
        opinion = told[work_item_id]["opinion"]
        connection.execute(update(work_item).where(work_item.c.id == work_item_id).values(opinion=opinion))
    lost = {(str(one.data["record"]), str(one.data["id"])) for one in cleared.changes}
    if not lost:
        return
    changes = [one for one in events if one.data.get("record")]
    for record, record_id in sorted(lost):
        _chain, values = told_of(changes, record)[record_id]
        gone = {name: value for name, value in values.items() if any(_is_gone(text) for _p, text in texts_in(value))}
        if gone:
            office.engine.vocabulary.records[record](connection, RecordChange(record, record_id, gone))


def _day(at: datetime) -> str:
    return at.astimezone(SHANGHAI).date().isoformat()


def _is_gone(text: str) -> bool:
    return isinstance(text, Redacted)
