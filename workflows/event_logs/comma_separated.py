"""Tables as comma-separated values: the same events as in XES, one a row; and any other rows that go the same way."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from workflows.calendar.values import SHANGHAI
from workflows.event_logs.people import People
from workflows.event_logs.values import LogEvent, Trace

MARK = "\ufeff"
"""Begins the file, so that spreadsheets read it as UTF-8."""
LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEADER = (
    *("case", "seq", "activity", "lifecycle", "timestamp", "resource", "role", "group", "on_behalf_of", "recorded_by"),
    *("assignee", "seat", "decision", "work_item", "activity_id", "kind", "definition_version", "initiator_unit"),
)


def rows_of(found: Iterable[Trace], known: People) -> Iterator[Sequence[object]]:
    """Yield the events of cases as rows under :data:`HEADER`."""
    for trace in found:
        unit = known.unit(trace.initiator_unit, trace.started_at)
        for event in trace.events:
            yield (*_cells(trace.instance_id, event, known), trace.version, unit)


def comma_separated(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a table as comma-separated values in UTF-8.

    A value that a spreadsheet would take for a formula is written with an apostrophe in front.

    Args:
        header: What stands above the columns.
        rows: As many values as columns.

    Yields:
        One part for each row.

    Source:
        RFC 4180: commas, CRLF, quotation marks doubled. OWASP, CSV Injection: which beginnings spreadsheets take for a formula.
    """
    line = io.StringIO()
    writer = csv.writer(line)
    line.write(MARK)
    writer.writerow(header)
    for row in rows:
        yield _taken(line)
        writer.writerow([_guarded(value) for value in row])
    yield _taken(line)


def _taken(line: io.StringIO) -> bytes:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text.encode("utf-8", "replace")


def _guarded(value: object) -> object:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(LIKE_A_FORMULA) else text


def _cells(instance_id: str, event: LogEvent, known: People) -> tuple[object, ...]:
    who = known.named(event.resource, event.at)
    others = (known.named(one, event.at).name if one else "" for one in (event.on_behalf_of, event.recorded_by))
    return (
        instance_id,
        event.seq,
        event.name,
        event.transition,
        event.at.astimezone(SHANGHAI).isoformat(timespec="milliseconds"),
        who.name,
        who.role,
        who.group,
        *others,
        known.named(event.assignee, event.at).name if event.assignee else "",
        known.unit(event.seat, event.at) if event.seat else "",
        event.decision,
        event.instance,
        event.activity_id,
        event.kind,
    )
