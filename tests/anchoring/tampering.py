"""What somebody with full power over database and files could do, and where it then has to be found."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, LargeBinary, Table, and_, delete, insert, select, update

from engine import canonical
from engine import history as chains
from engine.history import GENESIS
from engine.model import Actor, EventKind, RecordChange
from engine.persistence.base import UtcDateTime
from engine.persistence.tables import history_event, history_payload, ledger_head, process_instance
from workflows.record_tables import CanonicalValue, RecordTable

HISTORY = (history_event, history_payload)


@dataclass(frozen=True)
class Done:
    """What was done to which row; ``where`` are the words, any set of which names the place."""

    what: str
    table: str
    where: tuple[tuple[str, ...], ...]


def rows_of(connection: Connection, table: Table) -> list[dict[str, Any]]:
    query = select(table).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def key_of(table: Table, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[column.name]) for column in table.primary_key.columns)


def _this(table: Table, row: Mapping[str, Any]) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key.columns))


def other(dice: random.Random, column: Column[Any], value: Any) -> Any:
    """Another value that the column can hold."""
    if value is not None and column.nullable and dice.random() < 0.2:
        return None
    if isinstance(column.type, UtcDateTime):
        return value + timedelta(seconds=dice.randint(1, 9_999)) if value else None
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(column.type, Integer):
        return (value or 0) + dice.randint(1, 5)
    if isinstance(column.type, CanonicalValue):
        return {"x": dice.randint(0, 9)}
    if isinstance(column.type, LargeBinary):
        place = dice.randrange(len(value))
        return value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
    changed = str(value or "")
    return changed[:-1] + ("x" if changed[-1:] != "x" else "y")


def change(dice: random.Random, connection: Connection, table: Table, untold: Sequence[str]) -> Done | None:
    """Change a column of a row."""
    rows = rows_of(connection, table)
    columns = [one for one in table.columns if one.name not in untold]
    row, column = dice.choice(rows), dice.choice(columns)
    new = other(dice, column, row[column.name])
    if new == row[column.name]:
        return None
    changed = {**row, column.name: new}
    if column.primary_key and any(key_of(table, one) == key_of(table, changed) for one in rows):
        return None
    connection.execute(update(table).where(_this(table, row)).values({column.name: new}))
    return Done(
        f"change {column.name} of {key_of(table, row)}", table.name, (key_of(table, row), key_of(table, changed))
    )


def take_away(dice: random.Random, connection: Connection, table: Table, untold: Sequence[str]) -> Done:
    """Delete a row."""
    row = dice.choice(rows_of(connection, table))
    connection.execute(delete(table).where(_this(table, row)))
    return Done(f"delete {key_of(table, row)}", table.name, (key_of(table, row),))


def put_in(dice: random.Random, connection: Connection, table: Table, untold: Sequence[str]) -> Done | None:
    """Insert a copy of a row under another key."""
    rows = rows_of(connection, table)
    row = dict(dice.choice(rows))
    columns = list(table.primary_key.columns)
    column = dice.choice(columns)
    row[column.name] = (
        max(one[column.name] for one in rows) + 1
        if isinstance(column.type, Integer)
        else _lengthened(column, str(row[column.name]))
    )
    unique = [one for one in table.columns if one.unique]
    for one in unique:
        row[one.name] = None
    if table.name == "process_definition":
        row["version"] += 100
    connection.execute(insert(table).values(row))
    return Done(f"insert {key_of(table, row)}", table.name, (key_of(table, row),))


def swap(dice: random.Random, connection: Connection, table: Table, untold: Sequence[str]) -> Done | None:
    """Let two rows exchange what they say."""
    rows = rows_of(connection, table)
    if len(rows) < 2:
        return None
    one, two = dice.sample(rows, 2)
    keys = (
        {column.name for column in table.primary_key.columns}
        | set(untold)
        | {c.name for c in table.columns if c.unique}
    )
    ours = {name: value for name, value in one.items() if name not in keys}
    theirs = {name: value for name, value in two.items() if name not in keys}
    if not ours or ours == theirs:
        return None
    connection.execute(update(table).where(_this(table, one)).values(theirs))
    connection.execute(update(table).where(_this(table, two)).values(ours))
    return Done(f"swap {key_of(table, one)} {key_of(table, two)}", table.name, (key_of(table, one), key_of(table, two)))


def _chain(connection: Connection, chain: str) -> list[dict[str, Any]]:
    query = (
        select(history_event, history_payload.c.salt, history_payload.c.content)
        .join(
            history_payload,
            (history_payload.c.chain == history_event.c.chain) & (history_payload.c.seq == history_event.c.seq),
        )
        .where(history_event.c.chain == chain)
        .order_by(history_event.c.seq)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _write(connection: Connection, chain: str, events: list[dict[str, Any]], since: int) -> None:
    """Write a chain anew from a place on, with numbers, digests and hashes that fit each other, and its head."""
    previous = events[since - 1]["hash"] if since else GENESIS
    for table in reversed(HISTORY):
        connection.execute(delete(table).where(table.c.chain == chain, table.c.seq > since))
    rows: list[dict[str, Any]] = []
    for seq, event in enumerate(events[since:], since + 1):
        digest = canonical.digest(event["salt"] + event["content"])
        actor = Actor(event["actor"], event["on_behalf_of"], event["recorded_by"])
        entry = chains.Entry(event["kind"], {}, event["activity_id"], event["work_item_id"])
        own = chains._hash(chain, seq, canonical.instant(event["at"]), actor, entry, digest, previous)
        rows.append({**event, "seq": seq, "payload_digest": digest, "previous_hash": previous, "hash": own})
        previous = own
    if rows:
        for table in HISTORY:
            connection.execute(insert(table), [{c.name: row[c.name] for c in table.columns} for row in rows])
    if chain.startswith("office:"):
        connection.execute(
            update(ledger_head).where(ledger_head.c.chain == chain).values(seq=len(events), hash=previous)
        )
    else:
        head = {"head_seq": len(events), "head_hash": previous}
        connection.execute(update(process_instance).where(process_instance.c.id == chain).values(head))


def rewrite(dice: random.Random, connection: Connection, chain: str) -> Done | None:
    """Change, take away, put in, exchange or cut off events of a chain, and compute all that follows anew."""
    events = _chain(connection, chain)
    how = dice.choice(["actor", "content", "delete", "insert", "swap", "cut"])
    place = dice.randrange(len(events))
    if how == "actor":
        events[place]["actor"] += "x"
    elif how == "content":
        events[place]["content"] = canonical.encode({**canonical.decode(events[place]["content"]), "note": "x"})
    elif how == "delete":
        del events[place]
    elif how == "insert":
        if place + 1 == len(events):
            return None  # one event more, behind the last that was anchored, is what goes on being told
        place += 1
        events.insert(place, events[place - 1])
    elif how == "swap":
        if place + 1 == len(events):
            return None
        events[place], events[place + 1] = events[place + 1], events[place]
    else:
        del events[place:]
    _write(connection, chain, events, place)
    return Done(f"rewrite by {how} {chain} {place + 1}", history_event.name, ((chain, str(place + 1)),))


def forge(dice: random.Random, connection: Connection, tables: Sequence[RecordTable]) -> Done | None:
    """Let history tell something else of a record, compute all that follows anew, and write the record as it is told now."""
    told = select(history_event.c.chain, history_event.c.seq).where(history_event.c.kind == EventKind.RECORD_CHANGED)
    chain, seq = dice.choice(connection.execute(told.order_by(history_event.c.chain, history_event.c.seq)).all())
    events = _chain(connection, chain)
    data = canonical.decode(events[seq - 1]["content"])
    names = sorted(name for name, value in data["values"].items() if isinstance(value, str) and not value.endswith("Z"))
    table = next(one for one in tables if one.name == data["record"])
    names = [name for name in names if not table.table.c[name].foreign_keys]
    if not names:
        return None
    name = dice.choice(names)
    data["values"][name] += "x"
    events[seq - 1]["content"] = canonical.encode(data)
    _write(connection, chain, events, seq - 1)
    for event in events[seq - 1 :]:
        later = canonical.decode(event["content"])
        if event["kind"] == EventKind.RECORD_CHANGED and (later["record"], later["id"]) == (table.name, data["id"]):
            table.apply(connection, RecordChange(table.name, later["id"], later["values"]))
    return Done(f"forge {table.name}.{name} {chain} {seq}", history_event.name, ((chain, str(seq)),))


def ways() -> Iterator[Any]:
    yield from (change, change, change, take_away, put_in, swap)


def _lengthened(column: Column[Any], value: str) -> str:
    """Return another key than one that is there, no longer than its column has room for."""
    longest = getattr(column.type, "length", None)
    return f"{value[: longest - 1] if longest else value}x"
