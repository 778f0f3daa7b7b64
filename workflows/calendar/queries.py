"""Questions about what was imported."""

from datetime import date

from sqlalchemy import ColumnElement, Connection, Row, select, true

from workflows.calendar.errors import CalendarImportNotFound
from workflows.calendar.records import calendar_day, calendar_import
from workflows.calendar.values import DayKind, ImportedYear, SpecialDay, YearState


def list_imports(connection: Connection, year: int | None = None) -> list[ImportedYear]:
    """Return every import, or those of one year, the last one first."""
    those = true() if year is None else calendar_import.c.year == year
    rows = connection.execute(select(calendar_import).where(those)).all()
    days = _days(connection, those) if rows else {}
    latest: dict[int, int] = {}
    for row in rows:
        latest[row.year] = max(latest.get(row.year, 0), row.revision or 0)
    found = [
        ImportedYear(**row._mapping, days=tuple(days.get(row.id, ())), state=_state(row, latest[row.year]))
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.imported_at, one.id), reverse=True)


def get_import(connection: Connection, import_id: str) -> ImportedYear:
    """Return an import; raise ``CalendarImportNotFound``."""
    year = connection.scalar(select(calendar_import.c.year).where(calendar_import.c.id == import_id))
    found = {one.id: one for one in list_imports(connection, year)} if year is not None else {}
    if import_id not in found:
        raise CalendarImportNotFound(import_id)
    return found[import_id]


def _days(connection: Connection, those: ColumnElement[bool]) -> dict[str, list[SpecialDay]]:
    joined = select(calendar_day).join(calendar_import, calendar_import.c.id == calendar_day.c.import_id)
    days: dict[str, list[SpecialDay]] = {}
    for row in connection.execute(joined.where(those).order_by(calendar_day.c.on)):
        days.setdefault(row.import_id, []).append(SpecialDay(date.fromisoformat(row.on), DayKind(row.kind), row.name))
    return days


def imports_with_unreadable_days(connection: Connection) -> list[str]:
    """Return the ids of imports of which a day is no date, or of no kind: somebody else than the system wrote it."""
    found: set[str] = set()
    for row in connection.execute(select(calendar_day)):
        try:
            _ = date.fromisoformat(row.on), DayKind(row.kind)
        except ValueError:
            found.add(row.import_id)
    return sorted(found)


def _state(row: Row[tuple[object, ...]], latest: int) -> YearState:
    if row.discarded_at is not None:
        return YearState.DISCARDED
    if row.revision is None:
        return YearState.PENDING
    return YearState.IN_FORCE if row.revision == latest else YearState.SUPERSEDED
