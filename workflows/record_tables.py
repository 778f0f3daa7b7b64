"""Tables of business records: written only from history's own words, and read back in the same words for comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, LargeBinary, Table, TypeDecorator, bindparam, insert, select, update

from engine import canonical
from engine.model import HistoryEvent, RecordChange, Value, Variables
from engine.persistence.base import UtcDateTime


class CanonicalValue(TypeDecorator[Value]):
    """A value of any shape that history can tell, as canonical JSON."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Return the bytes to store."""
        return None if value is None else canonical.encode(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Value:
        """Return the value that was stored."""
        return None if value is None else canonical.decode(bytes(value))


@dataclass(frozen=True)
class RecordTable:
    """A table whose rows are records of one name; its primary key is the one column that holds a record's id.

    A change names the columns it writes; columns of instants take and give them as history writes them. A field that is
    told as None is empty from then on.
    """

    name: str
    table: Table

    def apply(self, connection: Connection, change: RecordChange) -> None:
        """Write what history says of a record: the first change makes the row."""
        key = self._key
        values = {name: self._stored(name, value) for name, value in change.values.items()}
        found = connection.scalar(select(key).where(key == bindparam("of")), {"of": change.record_id})
        if found is None:
            connection.execute(insert(self.table), {**values, key.name: change.record_id})
        elif values:
            connection.execute(update(self.table).where(key == bindparam("of")), {**values, "of": change.record_id})

    def read(self, connection: Connection) -> dict[str, Variables]:
        """Return what the rows say, by id, in history's words and without what is empty."""
        key = self._key.name
        return {
            row[key]: {
                name: canonical.instant(value) if isinstance(self.table.c[name].type, UtcDateTime) else value
                for name, value in row.items()
                if value is not None and name != key
            }
            for row in connection.execute(select(self.table)).mappings()
        }

    @property
    def _key(self) -> Any:
        (key,) = self.table.primary_key.columns
        return key

    def _stored(self, name: str, value: Value) -> Any:
        is_instant = value is not None and isinstance(self.table.c[name].type, UtcDateTime)
        return canonical.parse_instant(str(value)) if is_instant else value


def told_of(changes: Sequence[HistoryEvent], record: str) -> Mapping[str, tuple[str, Variables]]:
    """Return what history tells of the records of one name: by id, the chain that told last, and all that it says."""
    told: dict[str, tuple[str, dict[str, Value]]] = {}
    for event in changes:
        values = event.data.get("values")
        if event.data.get("record") != record or not isinstance(values, dict):
            continue
        record_id = str(event.data["id"])
        known = {**told[record_id][1], **values} if record_id in told else dict(values)
        told[record_id] = event.chain, {name: value for name, value in known.items() if value is not None}
    return told
