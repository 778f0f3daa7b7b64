"""What the ledger of the organisation tells of units, posts and people, compared with their rows.

Passwords and what counts sign-ins are not told there, since nothing secret goes into a record.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from engine.model import HistoryEvent
from workflows.organisation.records import holding, person, post, unit

_SUBJECTS = {"unit": ("code", ("name", "parent", "head", "leader")), "post": ("code", ("name",))}
_PERSON = ("name", "title")
_DISABLED, _ENABLED, _ADDED = "disabled", "enabled", "added"

Rows = dict[str, dict[str, Any]]


def broken(connection: Connection, told: Iterable[HistoryEvent]) -> list[str]:
    """Return the units, posts, people and holdings whose row is not what the ledger says.

    Args:
        connection: In a transaction that sees one state of the database.
        told: The events of the ledger, in order.

    Returns:
        Table and key of each, in order.
    """
    expected: dict[str, Rows] = {"unit": {}, "post": {}, "person": {}}
    held: dict[str, list[tuple[str, str]]] = {}
    for event in told:
        subject, _colon, done = event.kind.partition(":")
        if subject in expected:
            _take(expected[subject], subject, done, event)
        if subject == "person" and "holdings" in event.data:
            data: Mapping[str, Any] = event.data
            held[data["username"]] = [(pair[0], pair[1]) for pair in data["holdings"]]
    found = [
        *_differing(connection, unit, "code", expected["unit"]),
        *_differing(connection, post, "code", expected["post"]),
        *_differing(connection, person, "username", expected["person"]),
        *_holdings(connection, held),
    ]
    return sorted(found)


def _take(rows: Rows, subject: str, done: str, event: HistoryEvent) -> None:
    key, columns = _SUBJECTS.get(subject, ("username", _PERSON))
    data: Mapping[str, Any] = event.data
    of = str(data[key])
    if done == _ADDED:
        rows[of] = {"position": len(rows), "disabled_at": None, **dict.fromkeys(columns)}
    row = rows.setdefault(of, {})
    row |= {name: data[name] for name in columns if name in data}
    if done in (_DISABLED, _ENABLED):
        row["disabled_at"] = event.at if done == _DISABLED else None


def _differing(connection: Connection, table: Table, key: str, expected: Rows) -> Iterator[str]:
    columns = [table.c[name] for name in {name: None for row in expected.values() for name in row}]
    stored = {
        row[key]: {column.name: row[column.name] for column in columns}
        for row in connection.execute(select(table.c[key], *columns)).mappings()
    }
    for of in sorted(expected.keys() | stored.keys()):
        if expected.get(of) != stored.get(of):
            yield f"{table.name} {of}"


def _holdings(connection: Connection, held: Mapping[str, list[tuple[str, str]]]) -> Iterator[str]:
    expected = {(who, *pair): place for who, pairs in held.items() for place, pair in enumerate(pairs)}
    stored = {(row.username, row.unit, row.post): row.position for row in connection.execute(select(holding))}
    for who, unit_code, post_code in sorted(expected.keys() | stored.keys()):
        if expected.get((who, unit_code, post_code)) != stored.get((who, unit_code, post_code)):
            yield f"holding {who} {unit_code} {post_code}"
