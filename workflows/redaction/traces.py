"""Where a text that is to go stands in the tables beside history, and how it is taken out of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, LargeBinary, String, Table, Text, func, or_, select, type_coerce, update

from engine.canonical import CLEARED
from engine.persistence.base import metadata
from engine.persistence.redactions import holding
from engine.persistence.tables import incident, job, work_item, work_item_draft
from engine.redacted import Path, texts_in, without
from workflows.notices.records import notice
from workflows.record_tables import CanonicalValue
from workflows.redaction.sought import Sought

ELSEWHERE = frozenset(
    {
        "anchor",
        "history_event",
        "history_payload",
        "redaction_slip",
        "process_instance",
        "process_definition",
        "definition_file",
    }
)
"""Tables that the clearing of chains, and of the cases they belong to, takes care of, or that hold models and no contents."""
COPIES = frozenset({"idempotency_key", "incident", "job", "notice", "work_item_draft"})
"""Tables that hold what was answered, is to be done or was typed, and nothing that anybody keeps as a record of their own."""


@dataclass(frozen=True)
class Trace:
    """A table and column in which some rows hold what is to go."""

    table: str
    column: str
    rows: int


def needle_bytes(needle: str) -> bytes:
    """Return a text as it stands within JSON."""
    return msgspec.json.encode(needle)[1:-1]


def list_traces(connection: Connection, sought: Sought) -> list[Trace]:
    """Return where else in the database the texts stand that are looked for everywhere."""
    found: list[Trace] = []
    for table, column in _columns():
        holds = _holds(connection, column, sought)
        rows = connection.scalar(select(func.count()).select_from(table).where(holds)) if holds is not None else 0
        if rows:
            found.append(Trace(table.name, column.name, rows))
    return found


def sweep(connection: Connection, sought: Sought, *, everywhere: bool) -> None:
    """Take the texts that are looked for everywhere out of all tables beside history, or out of those alone that hold copies."""
    for table, column in _columns():
        if not everywhere and table.name not in COPIES:
            continue
        holds = _holds(connection, column, sought)
        if holds is None:
            continue
        if _is_text(column):
            connection.execute(update(table).where(holds).values({column.name: CLEARED}))
        else:
            _rewrite(connection, table, column, holds, lambda _path, text: sought.holds(text))


def sweep_case(connection: Connection, instance_id: str, sought: Sought) -> None:
    """Take what is to go out of the drafts, jobs, incidents and notices of its own case, however short it is."""
    items = select(work_item.c.id).where(work_item.c.instance_id == instance_id)
    for table, column, whose in (
        (work_item_draft, work_item_draft.c.content, work_item_draft.c.work_item_id.in_(items)),
        (job, job.c.content, job.c.instance_id == instance_id),
        (incident, incident.c.facts, incident.c.instance_id == instance_id),
        (notice, notice.c.facts, notice.c.instance_id == instance_id),
    ):
        _rewrite(connection, table, column, whose, sought.of_variables)


def _columns() -> Iterator[tuple[Table, Column[Any]]]:
    for table in metadata.sorted_tables:
        if table.name in ELSEWHERE or table.info.get("cache"):
            continue
        for column in table.columns:
            if not column.primary_key and not column.foreign_keys and (_is_text(column) or _is_bytes(column)):
                yield table, column


def _is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, String | Text)


def _is_bytes(column: Column[Any]) -> bool:
    return isinstance(column.type, LargeBinary | CanonicalValue)


def _holds(connection: Connection, column: Column[Any], sought: Sought) -> Any:
    """Return the condition that a column holds one of the texts, or None where none is looked for."""
    if _is_text(column):
        conditions = [holding(connection, column, one) for one in sorted(sought.needles)]
    else:
        raw = type_coerce(column, LargeBinary)
        conditions = [holding(connection, raw, needle_bytes(one)) for one in sorted(sought.needles)]
    return or_(*conditions) if conditions else None


def _rewrite(
    connection: Connection, table: Table, column: Column[Any], which: Any, picks: Callable[[Path, str], bool]
) -> None:
    """Take texts out of contents in JSON; what is no JSON and holds one goes as a whole."""
    raw, keys = type_coerce(column, LargeBinary), list(table.primary_key.columns)
    for row in connection.execute(select(raw.label("content"), *keys).where(which, column.is_not(None))).all():
        content = bytes(row.content)
        kept = _without(content, picks)
        if kept != content:
            is_row = [key == getattr(row, key.name) for key in keys]
            connection.execute(update(table).where(*is_row).values({column: type_coerce(kept, LargeBinary)}))


def _without(content: bytes, picks: Callable[[Path, str], bool]) -> bytes:
    try:
        value = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return b"" if picks((), content.decode(errors="replace")) else content
    if not any(picks(path, text) for path, text in texts_in(value)):
        return content
    return msgspec.json.encode(without(value, picks, lambda _text: CLEARED), order="sorted")
