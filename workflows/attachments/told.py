"""What history tells of attachments, compared with their rows.

That a file came is told in a ledger. That it became part of a case is told by the case itself, which names the attachment in
what was handed in with it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.canonical import Redacted
from engine.model import EventKind, HistoryEvent
from engine.persistence.history import list_contents
from workflows.attachments.records import attachment, stored_file

LEDGER, ADDED = "office:attachments", "attachment:added"
_NAMED = re.compile(rb'"([\w-]{22})"')


def names_file(event: HistoryEvent, path: tuple[str | int, ...], sha256: str | None) -> bool:
    """Tell whether a text of the ledger is the name under which a file of this content came."""
    return event.kind == ADDED and path == ("name",) and sha256 is not None and event.data.get("sha256") == sha256


def broken(connection: Connection, told: Iterable[HistoryEvent], cleared: Mapping[str, datetime]) -> list[str]:
    """Return the attachments and stored files whose row is not what history says.

    The name of an attachment that was cleared is told nowhere any more, and is not compared.

    Args:
        connection: In a transaction that sees one state of the database.
        told: The events of the ledger of attachments, in order.
        cleared: When contents were cleared, by their SHA-256.

    Returns:
        Table and key of each, in order.
    """
    added: dict[str, dict[str, Any]] = {}
    contents: dict[str, dict[str, Any]] = {}
    for event in told:
        if event.kind == ADDED:
            data: Any = event.data
            added[data["id"]] = {
                "sha256": data["sha256"],
                "name": data["name"],
                "uploaded_by": event.actor,
                "uploaded_at": event.at,
            }
            content = {
                "size": data["size"],
                "media_type": data["media_type"],
                "stored_at": event.at,
                "cleared_at": cleared.get(data["sha256"]),
            }
            contents.setdefault(data["sha256"], content)
    rows = {row.id: dict(row._mapping) for row in connection.execute(select(attachment))}
    for key, row in rows.items():
        if row["sha256"] in cleared and key in added and isinstance(added[key]["name"], Redacted):
            added[key]["name"] = row["name"]
    homes = {key: row.pop("instance_id") for key, row in rows.items()}
    stored = {row.sha256: dict(row._mapping) for row in connection.execute(select(stored_file))}
    found = {
        f"attachment {key}"
        for key in added.keys() | rows.keys()
        if added.get(key) != _columns(rows.get(key), ("sha256", "name", "uploaded_by", "uploaded_at"))
    }
    found |= {
        f"stored_file {key}"
        for key in contents.keys() | stored.keys()
        if contents.get(key) != _columns(stored.get(key), ("size", "media_type", "stored_at", "cleared_at"))
    }
    if homes:
        found |= {f"attachment {key}" for key in _astray(connection, homes)}
    return sorted(found)


def _columns(row: dict[str, Any] | None, names: tuple[str, ...]) -> dict[str, Any] | None:
    return None if row is None else {name: row[name] for name in names}


def _astray(connection: Connection, homes: dict[str, str | None]) -> Iterable[str]:
    """Yield the attachments that belong to a case which does not name them, or to none although one does."""
    named: dict[str, set[str]] = {}
    cleared: set[str] = set()
    for chain, kind, content in list_contents(connection):
        if kind == EventKind.CONTENT_REDACTED:
            cleared.add(chain)
        if not chain.startswith("office:"):
            for one in _NAMED.findall(content):
                named.setdefault(one.decode("ascii"), set()).add(chain)
    for key, home in homes.items():
        chains = named.get(key, set())
        if (home is None and chains) or (home is not None and home not in chains | cleared):
            yield key
