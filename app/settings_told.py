"""Tells the office which settings are in force when a server or a worker starts, where they are others than before.

Old and new values stand side by side; of what is secret only that it changed. To notice that, a digest of the secret is kept
that nobody can try passwords on without the key that signs sessions, and that key is in no database.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.house import House
from app.ledgers import tell
from app.settings import OUTSIDE_SECRETS, Settings, outside_secret, session_secret
from app.transaction import transaction
from engine.model import Value
from engine.persistence.history import lock_ledger

LEDGER, CHANGED = "office:settings", "settings:changed"
SECRET = frozenset({"metrics.token"})
DIGEST_CHARACTERS = 32


def tell_settings(house: House) -> None:
    """Compare the settings with those last told, and tell what is otherwise; a database that is not set up yet is let be."""
    try:
        with transaction(house.pool) as connection:
            lock_ledger(connection, LEDGER)
            changes = _changes(_told(connection, house), _effective(house))
            if changes:
                tell(connection, house, LEDGER, CHANGED, {"changes": changes})
    except (OperationalError, ProgrammingError):
        return


def shown(settings: Settings) -> dict[str, str]:
    """Return every setting that is no secret, by section and key, as text."""
    return {key: value for key, value in _flat("", settings.model_dump(mode="json")) if key not in SECRET}


def _effective(house: House) -> dict[str, tuple[str, bool]]:
    """Return what is in force: by name the value, or the digest of a secret, and whether it is one."""
    found = {key: (value, False) for key, value in shown(house.settings).items()}
    url = make_url(house.settings.storage.database_url)
    found["storage.database_url"] = (url.render_as_string(hide_password=True), False)
    secrets: Mapping[str, str] = {
        "storage.database_url (password)": str(url.password or ""),
        "metrics.token": house.settings.metrics.token,
        **{name: outside_secret(name) for name in OUTSIDE_SECRETS},
    }
    key = session_secret(house.settings.storage.data_dir).encode()
    found |= {name: (_digest(key, name, value), True) for name, value in secrets.items() if value}
    return found


def _digest(key: bytes, name: str, value: str) -> str:
    return hmac.new(key, f"{name}={value}".encode(), hashlib.sha256).hexdigest()[:DIGEST_CHARACTERS]


def _told(connection: Connection, house: House) -> dict[str, tuple[str, bool]]:
    """Return what the ledger says is in force."""
    known: dict[str, tuple[str, bool]] = {}
    for event in house.office.engine.history(connection, LEDGER):
        changes = event.data.get("changes")
        for one in changes if isinstance(changes, list) else ():
            assert isinstance(one, dict)
            name, secret = str(one["name"]), "digest" in one
            new = one.get("digest") if secret else one.get("new")
            if new is None:
                known.pop(name, None)
            else:
                known[name] = (str(new), secret)
    return known


def _changes(before: Mapping[str, tuple[str, bool]], after: Mapping[str, tuple[str, bool]]) -> list[Value]:
    changes: list[Value] = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if (new or old or ("", False))[1]:
            changes.append({"name": name, "digest": new[0] if new else None})
        else:
            changes.append({"name": name, "old": old[0] if old else None, "new": new[0] if new else None})
    return changes


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield settings by their dotted names; lists are written as they stand."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), one)
    else:
        yield prefix, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
