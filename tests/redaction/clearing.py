"""Clears contents as two people do, and looks for what should be gone."""

import base64
import json
from collections.abc import Iterator

from app.finishing import finish_clearings
from app.house import House
from app.transaction import reading, transaction
from engine.model import ReplayResult
from engine.persistence import dump
from tests.office import Desk
from workflows import verification
from workflows.clearings import PlaceKind
from workflows.redaction import actions
from workflows.redaction.places import Place, list_places

ASKER, APPROVER = "zhenliyan", "yuemingda"


def places(desk: Desk, kind: PlaceKind) -> list[Place]:
    """What of this kind can be cleared in the case, as the asker sees it."""
    with reading(desk.house.pool) as connection:
        found = list_places(connection, desk.house.office, desk.person(ASKER), desk.instance_id, desk.now)
    return [one for one in found if one.kind is kind]


def ask(desk: Desk, kind: PlaceKind, place: str, *, by: str = ASKER, everywhere: bool = True) -> str:
    person = desk.person(by)
    with transaction(desk.house.pool) as connection:
        return actions.ask(
            connection,
            desk.house.office,
            person,
            desk.instance_id,
            kind.value,
            place,
            "误存",
            desk.now,
            everywhere=everywhere,
        )


def approve(desk: Desk, clearing_id: str, *, by: str = APPROVER) -> None:
    person = desk.person(by)
    with transaction(desk.house.pool) as connection:
        actions.approve(connection, desk.house.office, person, clearing_id, desk.now)
    finish_clearings(desk.house, decided=True)


def clear(desk: Desk, kind: PlaceKind, place: str, *, everywhere: bool = True) -> None:
    approve(desk, ask(desk, kind, place, everywhere=everywhere))


def replayed(desk: Desk) -> ReplayResult:
    with reading(desk.house.pool) as connection:
        return desk.house.office.engine.replay(connection, desk.instance_id)


def breaks(house: House) -> list[tuple[str, int | None, str]]:
    with reading(house.pool) as connection:
        return [(one.chain, one.seq, one.reason) for one in verification.verify(connection, house.office)]


def found_in(house: House, *secrets: str) -> list[str]:
    """Where a text stands still: in a table of the database, row by row, or a file of the data folder."""
    found = []
    with reading(house.pool) as connection:
        for table in dump.metadata.sorted_tables:
            for row in connection.execute(table.select()):
                content = b"\0".join(
                    bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in row
                )
                found += [table.name for one in forms_of(secrets) if one in content]
        if connection.dialect.name == "sqlite":
            found += [
                house.pool.url.database or ""
                for one in forms_of(secrets)
                for file in sqlite_files(house)
                if one in file
            ]
    for path in house.settings.storage.data_dir.rglob("*"):
        if path.is_file():
            found += [path.name for one in forms_of(secrets) if one in path.read_bytes()]
    return found


def sqlite_files(house: House) -> Iterator[bytes]:
    """The raw bytes of the database and of its log."""
    from pathlib import Path

    for suffix in ("", "-wal"):
        path = Path(f"{house.pool.url.database}{suffix}")
        if path.exists():
            yield path.read_bytes()


def forms_of(secrets: tuple[str, ...]) -> Iterator[bytes]:
    """A text as it is, as JSON writes it either way, and in the three shapes that base64 gives to a part of something."""
    for secret in secrets:
        encoded = secret.encode()
        yield encoded
        yield json.dumps(secret, ensure_ascii=False)[1:-1].encode()
        yield json.dumps(secret)[1:-1].encode()
        for shift in range(3):
            inner = base64.b64encode(b"\0" * shift + encoded)
            yield inner[4 if shift else 0 : len(inner) - 4]
