"""What history tells of attachments, compared with their rows.

That a file came is told in a ledger. That it became part of a case is told by the case itself, which names the attachment in
what was handed in with it.
"""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from engine.model import HistoryEvent
from engine.persistence.history import list_contents
from workflows.attachments.records import attachment, stored_file

LEDGER, ADDED = "office:attachments", "attachment:added"
REDACTED = "content_redacted"
_NAMED = re.compile(rb'"([\w-]{22})"')


def broken(connection: Connection, told: Iterable[HistoryEvent]) -> list[str]:
    """Return the attachments and stored files whose row is not what history says.

    Args:
        connection: In a transaction that sees one state of the database.
        told: The events of the ledger of attachments, in order.

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
            content = {"size": data["size"], "media_type": data["media_type"], "stored_at": event.at}
            contents.setdefault(data["sha256"], content)
    rows = {row.id: dict(row._mapping) for row in connection.execute(select(attachment))}
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
        if contents.get(key) != _columns(stored.get(key), ("size", "media_type", "stored_at"))
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
        if kind == REDACTED:
            cleared.add(chain)
        if not chain.startswith("office:"):
            for one in _NAMED.findall(content):
                named.setdefault(one.decode("ascii"), set()).add(chain)
    for key, home in homes.items():
        chains = named.get(key, set())
        if (home is None and chains) or (home is not None and home not in chains | cleared):
            yield key
