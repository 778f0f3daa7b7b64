"""组件: which cases one 件 is made of, what its parts are and in which order, and what the catalogue says of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from engine.model import EventKind, HistoryEvent, ProcessInstance, Value
from engine.persistence import instances
from workflows.archiving.meeting_sets import is_dealt_with
from workflows.archiving.values import Described, Part, PartKind
from workflows.attachments.actions import Attachment, list_by_id
from workflows.attachments.records import attachment
from workflows.calendar.values import SHANGHAI
from workflows.contract import DEFAULT_BUSINESS
from workflows.document_approval.records import document
from workflows.incoming_document.business import BUSINESS as INCOMING
from workflows.incoming_document.records import incoming_copy, incoming_document
from workflows.meeting_arrangement.records import agenda_line, meeting, meeting_record
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.unit_names import unit_names

MEETING = "meeting_arrangement"
BODY, BODY_FILE = "body", "body_file"
ORGAN, CLASSIFICATION = "issuing_organ", "classification"
WRITTEN = frozenset({EventKind.PROCESS_STARTED, EventKind.WORK_ITEM_COMPLETED, EventKind.VARIABLES_CORRECTED})
FILES: Mapping[str, Sequence[tuple[str, PartKind]]] = {
    DEFAULT_BUSINESS: (("final_file", PartKind.ORIGINAL), ("annexes", PartKind.ANNEX)),
    INCOMING: (
        ("main_file", PartKind.INCOMING),
        ("annexes", PartKind.ANNEX),
        ("result_files", PartKind.RESULT),
        ("co_result_files", PartKind.RESULT),
        ("reply_file", PartKind.REPLY),
    ),
    MEETING: (("minutes_file", PartKind.MINUTES),),
}
"""What the files in the fields of each business are to a 件."""

SEVERAL = frozenset({PartKind.RESULT, PartKind.REPLY})
"""What several units hand in, so that the last has replaced no other; elsewhere a file that was replaced is a discarded draft."""


@dataclass(frozen=True)
class Bundle:
    """A 件 before it is one: its cases, the first of which it is named for, its parts, and what the catalogue says of it."""

    cases: tuple[str, ...]
    described: Described
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class _Told:
    """What the history of a case tells that matters here: each value a field took, with its event, and what was handed in."""

    case: ProcessInstance
    business: str
    values: Mapping[str, Sequence[tuple[HistoryEvent, Value]]]
    recorded: Sequence[HistoryEvent]
    head: HistoryEvent
    files: Mapping[str, Attachment]

    def last(self, key: str) -> Value:
        """Return what a field holds in the end."""
        several = self.values.get(key)
        return several[-1][1] if several else None

    def found(self, value: Value) -> list[Attachment]:
        """Return the files of the case that a field's value names."""
        named = value if isinstance(value, list) else [value]
        return [self.files[one] for one in named if isinstance(one, str) and one in self.files]


def bundle_of(connection: Connection, office: Office, instance_id: str) -> Bundle:
    """Return what a case makes up together with those that belong to it, a meeting with its items, a document with its copies.

    Args:
        connection: For reading.
        office: The office.
        instance_id: The case that the 件 is named for.

    Raises:
        ProcessInstanceNotFound: There is no such case.

    Source:
        DA/T 22-2015 as DOMAIN of such offices gives it: 正文与附件、正本与定稿、文件处理单与来文 are one 件; inside it
        文件处理单 before 来文, original before copy, 正本 before 定稿; the material of a meeting stays together. STORY of such
        offices: 花脸稿 and 发文稿纸 belong to what was issued, the original of a 代录 to the document it was said on.
    """
    told = _read(connection, office, instance_id)
    described = describe(connection, told)
    if told.business == MEETING:
        items = list(connection.scalars(_items_of(instance_id)))
        parts = _meeting(connection, told, [_read(connection, office, one) for one in items])
        return Bundle((instance_id, *items), described, tuple(parts))
    if told.business == INCOMING:
        rows = connection.execute(_copies_of(instance_id)).all()
        copies = [(row, _read(connection, office, row.id)) for row in rows]
        names = queries.names_of(connection, {one.actor for one in told.recorded})
        parts = _incoming(told, copies, names)
        return Bundle((instance_id, *(row.id for row in rows)), described, tuple(parts))
    parts = _outgoing(told) if told.business == DEFAULT_BUSINESS else _plain(told, PartKind.SHEET)
    return Bundle((instance_id,), described, tuple(parts))


def describe(connection: Connection, told: _Told) -> Described:
    """Return what the catalogue says of a case.

    Source:
        归档文件目录: 责任者 is who issued a document, 日期 the day it was issued.
    """
    case = told.case
    if told.business == INCOMING:
        row = connection.execute(
            select(incoming_document).where(incoming_document.c.instance_id == case.id)
        ).one_or_none()
        if row is not None:
            return Described(
                title=case.title,
                document_number=row.source_number,
                responsible=row.source_organ,
                dated_on=row.issued_on or _day(case),
                classification=row.classification,
                pages=row.pages,
                remarks=case.number,
            )
    issued_on, classification = connection.execute(
        select(document.c.issued_on, document.c.classification).where(document.c.instance_id == case.id)
    ).one_or_none() or (None, None)
    units = unit_names(connection)
    held = connection.execute(select(meeting).where(meeting.c.instance_id == case.id)).one_or_none()
    day = held.starts_at.astimezone(SHANGHAI).date().isoformat() if held is not None else _day(case)
    return Described(
        title=case.title,
        document_number=case.number,
        responsible=held.body
        if held is not None
        else str(told.last(ORGAN) or (case.initiator_unit and units.at(case.initiator_unit, case.started_at))) or None,
        dated_on=issued_on or day,
        classification=classification or None,
    )


def _incoming(told: _Told, copies: Sequence[tuple[Row[Any], _Told]], names: Mapping[str, str]) -> Iterator[Part]:
    yield _sheet(told, PartKind.PROCESSING_SHEET)
    placed: set[str] = set()
    yield from _of_kind(told, PartKind.INCOMING, placed, str(told.last("channel") or ""))
    for row, copy in copies:
        where = "，".join(filter(None, (row.channel, row.forwarding_unit)))
        files = copy.found(copy.last("main_file"))
        yield from (_file(one, PartKind.FURTHER_COPY) for one in files)
        if not files:
            yield Part(PartKind.FURTHER_COPY, where, copy.case.id)
    yield from _of_kind(told, PartKind.ANNEX, placed)
    for event in told.recorded:
        handed_in = told.found(event.data.get("attachments"))
        placed |= {one.id for one in handed_in}
        yield from (_file(one, PartKind.RECORDED_ORIGINAL) for one in handed_in)
        if not handed_in:
            yield Part(PartKind.RECORDED_ORIGINAL, names.get(event.actor, event.actor), told.case.id)
    for kind in (PartKind.RESULT, PartKind.REPLY):
        yield from _of_kind(told, kind, placed)
    yield from _rest(told, placed)


def _outgoing(told: _Told) -> Iterator[Part]:
    placed: set[str] = set()
    yield from _of_kind(told, PartKind.ORIGINAL, placed, told.case.number or "")
    yield from _of_kind(told, PartKind.ANNEX, placed)
    yield from _drafts(told, placed)
    yield _sheet(told, PartKind.DRAFTING_SHEET)
    yield from _rest(told, placed)


def _drafts(told: _Told, placed: set[str]) -> Iterator[Part]:
    """Yield 定稿, then 花脸稿: the text or file of the body as it was signed, and those it has replaced."""
    files = [one for _event, value in told.values.get(BODY_FILE, ()) for one in told.found(value)]
    placed |= {one.id for one in files}
    texts = [event for event, value in told.values.get(BODY, ()) if value]
    yield from (_file(one, PartKind.FINAL_DRAFT) for one in files[-1:])
    yield from (_text(told, one, PartKind.FINAL_DRAFT) for one in texts[-1:])
    yield from (_file(one, PartKind.MARKED_DRAFT) for one in files[:-1])
    yield from (_text(told, one, PartKind.MARKED_DRAFT) for one in texts[:-1])


def _meeting(connection: Connection, told: _Told, items: Sequence[_Told]) -> Iterator[Part]:
    yield _sheet(told, PartKind.SHEET)
    for one in items:
        yield _sheet(one, PartKind.AGENDA_ITEM)
        yield from _rest(one, set())
    placed: set[str] = set()
    yield from _of_kind(told, PartKind.MINUTES, placed, told.case.title)
    kept = select(meeting_record.c.instance_id).where(meeting_record.c.instance_id == told.case.id)
    if connection.scalar(kept) is not None:
        yield Part(PartKind.MEETING_RECORD, told.case.title, told.case.id)
    yield from _rest(told, placed)


def _plain(told: _Told, sheet: PartKind) -> Iterator[Part]:
    yield _sheet(told, sheet)
    placed: set[str] = set()
    if told.values.get(BODY) or told.values.get(BODY_FILE):
        yield from _drafts(told, placed)
    yield from _rest(told, placed)


def _of_kind(told: _Told, kind: PartKind, placed: set[str], on_paper: str = "") -> Iterator[Part]:
    """Yield the files of the fields of a kind; where there are none and something must be, that it is on paper."""
    keys = [key for key, of in FILES.get(told.business, ()) if of is kind]
    held = [one for key in keys for _event, value in told.values.get(key, ()) for one in told.found(value)]
    last = held if kind in SEVERAL else [one for key in keys for one in told.found(told.last(key))]
    files = [one for one in dict.fromkeys(last) if one.id not in placed]
    placed |= {one.id for one in held}
    yield from (_file(one, kind) for one in files)
    if not files and kind in (PartKind.INCOMING, PartKind.ORIGINAL, PartKind.MINUTES):
        yield Part(kind, on_paper, told.case.id)


def _rest(told: _Told, placed: set[str]) -> Iterator[Part]:
    yield from (_file(one, PartKind.MATERIAL) for one in told.files.values() if one.id not in placed)


def _sheet(told: _Told, kind: PartKind) -> Part:
    return Part(kind, told.case.title, told.case.id, sha256=told.head.hash, seq=told.head.seq)


def _text(told: _Told, event: HistoryEvent, kind: PartKind) -> Part:
    return Part(kind, told.case.title, told.case.id, sha256=event.hash, seq=event.seq)


def _file(one: Attachment, kind: PartKind) -> Part:
    return Part(kind, one.name, one.instance_id, one.id, one.sha256, one.size)


def _read(connection: Connection, office: Office, instance_id: str) -> _Told:
    case = instances.get_instance(connection, instance_id)
    process = office.engine.deployed(connection, case.definition.id).process
    events = office.engine.history(connection, instance_id)
    ids = connection.scalars(
        select(attachment.c.id)
        .where(attachment.c.instance_id == instance_id)
        .order_by(attachment.c.uploaded_at, attachment.c.id)
    ).all()
    known = list_by_id(connection, ids)
    return _Told(
        case=case,
        business=process.business or DEFAULT_BUSINESS,
        values=_values(events),
        recorded=[one for one in events if one.kind == EventKind.WORK_ITEM_COMPLETED and one.recorded_by],
        head=events[-1],
        files={one: known[one] for one in ids},
    )


def _values(events: Iterable[HistoryEvent]) -> dict[str, list[tuple[HistoryEvent, Value]]]:
    """Return, by field, each value that was another than the one before."""
    found: dict[str, list[tuple[HistoryEvent, Value]]] = {}
    for event in events:
        written = event.data.get("variables") if event.kind in WRITTEN else None
        if not isinstance(written, dict):
            continue
        for key, value in written.items():
            several = found.setdefault(key, [])
            if (several[-1][1] if several else None) != value:
                several.append((event, value))
    return found


def _items_of(meeting_id: str) -> Select[Any]:
    line = agenda_line.c
    return (
        select(line.item_case)
        .where(line.instance_id == meeting_id, line.item_case.is_not(None), is_dealt_with())
        .order_by(line.position, line.id)
    )


def _copies_of(instance_id: str) -> Select[Any]:
    copy = incoming_copy.c
    return (
        select(copy.id, copy.channel, copy.forwarding_unit)
        .where(copy.first_id == instance_id)
        .order_by(copy.merged_at, copy.id)
    )


def _day(case: ProcessInstance) -> str | None:
    return case.ended_at.astimezone(SHANGHAI).date().isoformat() if case.ended_at else None
