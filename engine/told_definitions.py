"""What the ledger tells of deployed definitions, compared with their rows and files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.definitions import build, hash_of
from engine.model import HistoryEvent, ProcessDefinition
from engine.persistence import definitions

DEPLOYED = "definition:deployed"


@dataclass(frozen=True)
class BentDefinition:
    """A definition that is not what was deployed; ``definition_id`` is None where its row is gone."""

    definition_id: int | None
    reason: str


def bent_definitions(connection: Connection, told: Sequence[HistoryEvent]) -> Iterator[BentDefinition]:
    """Yield the definitions whose row or files are not what the ledger says.

    Args:
        connection: In a transaction that sees one state of the database.
        told: The events of the ledger of definitions, in order.
    """
    expected = {
        (one.data["key"], one.data["version"]): (one.data["hash"], one.actor, one.at)
        for one in told
        if one.kind == DEPLOYED
    }
    for row in definitions.list_all(connection):
        named = f"{row.key} {row.version}"
        files = definitions.files_of(connection, row.id)
        if expected.pop((row.key, row.version), None) != (row.hash, row.deployed_by, row.deployed_at):
            yield BentDefinition(row.id, f"process_definition {named}")
        elif hash_of(files) != row.hash:
            yield BentDefinition(row.id, f"definition_file {named}")
        elif _name_of(row, files) != row.name:
            yield BentDefinition(row.id, f"process_definition {named} name")
    for key, version in expected:
        yield BentDefinition(None, f"process_definition {key} {version}")


_names: dict[tuple[str, str], str] = {}
"""Names of processes by key and hash of the files, which never change."""


def _name_of(row: ProcessDefinition, files: dict[str, bytes]) -> str:
    if (row.key, row.hash) not in _names:
        _names[row.key, row.hash] = build(row, files).process.name
    return _names[row.key, row.hash]
