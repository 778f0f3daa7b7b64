"""Rows of deployed definitions and their files."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from engine.errors import ProcessDefinitionNotFound
from engine.model import ProcessDefinition
from engine.persistence.tables import definition_file, process_definition

_newest = (
    select(process_definition.c.key, func.max(process_definition.c.version).label("version"))
    .group_by(process_definition.c.key)
    .subquery()
)
_list_newest = (
    select(process_definition)
    .join(
        _newest,
        (_newest.c.key == process_definition.c.key) & (_newest.c.version == process_definition.c.version),
    )
    .order_by(process_definition.c.key)
)


def insert_definition(
    connection: Connection, key: str, name: str, hash_: str, files: Mapping[str, bytes], by: str, at: datetime
) -> ProcessDefinition:
    """Write the next version of a definition with its files, and return it."""
    newest = connection.scalar(select(func.max(process_definition.c.version)).where(process_definition.c.key == key))
    version = (newest or 0) + 1
    row = {"key": key, "version": version, "name": name, "hash": hash_, "deployed_at": at, "deployed_by": by}
    inserted = connection.execute(insert(process_definition).values(row)).inserted_primary_key
    definition_id = int(inserted[0]) if inserted else 0
    connection.execute(
        insert(definition_file),
        [{"definition_id": definition_id, "name": n, "content": c} for n, c in sorted(files.items())],
    )
    return ProcessDefinition(definition_id, key, version, name, hash_, at, by)


def find_newest(connection: Connection, key: str) -> ProcessDefinition | None:
    """Return the newest version of a definition, or None."""
    rows = list_versions(connection, key)
    return rows[0] if rows else None


def get_definition(connection: Connection, key: str, version: int | None = None) -> ProcessDefinition:
    """Return one version of a definition, by default the newest; raise ``ProcessDefinitionNotFound``."""
    for definition in list_versions(connection, key):
        if version is None or definition.version == version:
            return definition
    raise ProcessDefinitionNotFound(key, version)


def get_by_id(connection: Connection, definition_id: int) -> ProcessDefinition:
    """Return the definition of this row; raise ``ProcessDefinitionNotFound``."""
    row = connection.execute(select(process_definition).where(process_definition.c.id == definition_id)).first()
    if row is None:
        raise ProcessDefinitionNotFound(str(definition_id))
    return ProcessDefinition(**row._mapping)


def find_by_id(connection: Connection, definition_id: int) -> ProcessDefinition | None:
    """Return the definition of this row, or None."""
    row = connection.execute(select(process_definition).where(process_definition.c.id == definition_id)).first()
    return None if row is None else ProcessDefinition(**row._mapping)


def list_all(connection: Connection) -> list[ProcessDefinition]:
    """Return all versions of all definitions, by key and version."""
    rows = connection.execute(
        select(process_definition).order_by(process_definition.c.key, process_definition.c.version)
    )
    return [ProcessDefinition(**row._mapping) for row in rows]


def get_by_hash(connection: Connection, key: str, hash_: str) -> ProcessDefinition:
    """Return the definition of this key with this hash; raise ``ProcessDefinitionNotFound``."""
    named = (process_definition.c.key == key, process_definition.c.hash == hash_)
    row = connection.execute(select(process_definition).where(*named)).first()
    if row is None:
        raise ProcessDefinitionNotFound(hash_)
    return ProcessDefinition(**row._mapping)


def list_versions(connection: Connection, key: str) -> list[ProcessDefinition]:
    """Return all versions of a definition, newest first."""
    rows = connection.execute(
        select(process_definition).where(process_definition.c.key == key).order_by(process_definition.c.version.desc())
    )
    return [ProcessDefinition(**row._mapping) for row in rows]


def list_newest(connection: Connection) -> list[ProcessDefinition]:
    """Return the newest version of every definition, by key."""
    rows = connection.execute(_list_newest)
    return [ProcessDefinition(**row._mapping) for row in rows]


def files_of(connection: Connection, definition_id: int) -> dict[str, bytes]:
    """Return name and content of each file of a definition."""
    rows = connection.execute(
        select(definition_file.c.name, definition_file.c.content).where(
            definition_file.c.definition_id == definition_id
        )
    )
    return {name: bytes(content) for name, content in rows}
