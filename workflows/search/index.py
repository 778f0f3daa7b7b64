"""Keeps the index: what history newly says of a case is found there a moment later.

Title, number and form are read as they are now, opinions and comments are added to those that are there; so a case that goes
round for years costs no more than a new one. The index is a cache of the other tables: it is in no backup, and can be made anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.api import Engine
from engine.definitions import Deployed
from engine.marking import unpack
from engine.model import EventKind, HistoryEvent, Value
from engine.persistence import instances
from engine.persistence.tables import process_instance, work_item
from workflows.comments.records import said_in
from workflows.extent import wide_steps
from workflows.forms.catalogue import Forms
from workflows.forms.fields import Field
from workflows.search import dialects
from workflows.search.records import case_text
from workflows.search.text import joined, readable, terms_of

HEAD_CHARACTERS = 30_000
OPINION_CHARACTERS = 10_000
"""What of a case can be found: so much of title, number and form, and so much of its opinions and comments, the newest."""
MOST_ITEMS = 500
"""Where more work items have news, all opinions are read anew."""
BATCH_CASES = 200

_case = select(
    process_instance.c.definition_id, process_instance.c.title, process_instance.c.number, process_instance.c.snapshot
)
_opinions = (
    select(work_item.c.closed_at, work_item.c.opinion)
    .where(work_item.c.opinion.is_not(None))
    .order_by(work_item.c.closed_at)
)


@dataclass(frozen=True)
class Indexer:
    """Writes the rows of the index; ``follow`` is a follower of history."""

    engine: Engine
    forms: Forms
    _fields: dict[int, dict[str, Field]] = field(default_factory=dict)

    def follow(self, connection: Connection, instance_id: str, events: Sequence[HistoryEvent]) -> None:
        """Take what a case newly says into its row."""
        row = connection.execute(select(case_text).where(case_text.c.instance_id == instance_id)).first()
        items = {one.work_item_id for one in events if one.work_item_id is not None}
        if row is None or len(items) > MOST_ITEMS:
            self.index(connection, instance_id)
            return
        found = connection.execute(_opinions.where(work_item.c.id.in_(items))) if items else ()
        ids = [str(one.data["comment"]) for one in events if one.kind == EventKind.CASE_COMMENTED]
        comments = said_in(connection, instance_id, ids) if ids else []
        self._write(connection, instance_id, _with_added(row.opinions, _in_order(found, comments)))

    def index(self, connection: Connection, instance_id: str) -> None:
        """Write the row of a case anew."""
        found = connection.execute(_opinions.where(work_item.c.instance_id == instance_id))
        self._write(connection, instance_id, _with_added("", _in_order(found, said_in(connection, instance_id))))

    def index_next(self, connection: Connection, after: str) -> str | None:
        """Write the rows of the next cases in the order of their ids anew; commands on them wait.

        Args:
            connection: In a transaction; to begin from an empty index, :func:`clear` it first.
            after: The id of the last case so far, or nothing.

        Returns:
            The id of the last one written, or None where there is none left.
        """
        case = process_instance.c
        ids = list(connection.scalars(select(case.id).where(case.id > after).order_by(case.id).limit(BATCH_CASES)))
        for one in ids:
            instances.lock_instance(connection, one)
            self.index(connection, one)
        return ids[-1] if ids else None

    def _write(self, connection: Connection, instance_id: str, opinions: str) -> None:
        case = connection.execute(_case.where(process_instance.c.id == instance_id)).one()
        deployed = self.engine.deployed(connection, case.definition_id)
        shown = (case.title, case.number or "")
        texts = (*shown, *self._form_texts(deployed, bytes(case.snapshot)))
        wide = wide_steps(deployed.process)
        kept = {
            "head": joined(texts, HEAD_CHARACTERS),
            "opinions": opinions,
            "label": joined(shown, HEAD_CHARACTERS) if wide is not None else None,
            "wide": f" {' '.join(sorted(wide))} " if wide is not None else None,
        }
        _put(connection, instance_id, kept)

    def _form_texts(self, deployed: Deployed, snapshot: bytes) -> Iterator[str]:
        fields = self._fields_of(deployed)
        for scope in unpack(snapshot).scopes.values():
            for name, value in scope.variables.items():
                if name in fields:
                    yield from _texts_in(fields[name], value)

    def _fields_of(self, deployed: Deployed) -> Mapping[str, Field]:
        """Return the fields of all forms of a definition, by key; a definition never changes, so they are kept."""
        if deployed.definition.id not in self._fields:
            forms = (self.forms.of(deployed, one) for one in deployed.process.activities.values())
            self._fields[deployed.definition.id] = {
                key: one for form in forms for key, one in form.fields.items() if one.type in TEXTS
            }
        return self._fields[deployed.definition.id]


TEXTS = frozenset({"text", "textarea", "select", "multiselect", "table"})
"""Types of fields that hold what people read; people, units and files are ids, numbers and dates are no text."""


def clear(connection: Connection) -> None:
    """Leave the index empty."""
    dialects.clear(connection)


def _texts_in(one: Field, value: Value) -> Iterator[str]:
    match one.type, value:
        case "table", list(rows):
            cells = (row for row in rows if isinstance(row, dict))
            columns = [column for column in one.columns if column.type in TEXTS]
            yield from (text for row in cells for column in columns for text in _texts_in(column, row.get(column.key)))
        case "multiselect", list(chosen):
            yield from (_label_of(one, value) for value in chosen if isinstance(value, str))
        case "select", str(chosen):
            yield _label_of(one, chosen)
        case _, str(written):
            yield written


def _label_of(one: Field, value: str) -> str:
    return dict(one.options).get(value, value)


def _in_order(opinions: Iterable[Any], comments: Iterable[tuple[datetime, str]]) -> list[str]:
    told = [*((row.closed_at, row.opinion) for row in opinions), *comments]
    return [text for _at, text in sorted(told, key=itemgetter(0))]


def _with_added(opinions: str, added: Iterable[str]) -> str:
    """Return opinions with some more; an opinion that stands there already is not repeated, and the oldest are let go."""
    for one in map(readable, added):
        if one not in opinions:
            opinions += one
    if len(opinions) <= OPINION_CHARACTERS:
        return opinions
    kept = opinions[-OPINION_CHARACTERS:]
    return kept[kept.find(" ") :] if " " in kept else kept


def _put(connection: Connection, instance_id: str, kept: Mapping[str, str | None]) -> None:
    row = connection.execute(select(case_text).where(case_text.c.instance_id == instance_id)).first()
    terms = terms_of(f"{kept['head']}{kept['opinions']}")
    if row is None:
        inserted = insert(case_text).values(instance_id=instance_id, **kept).returning(case_text.c.id)
        dialects.set_terms(connection, connection.execute(inserted).scalar_one(), (), terms)
    elif any(row._mapping[name] != value for name, value in kept.items()):
        connection.execute(update(case_text).where(case_text.c.id == row.id).values(**kept))
        dialects.set_terms(connection, row.id, terms_of(row.head + row.opinions), terms)
