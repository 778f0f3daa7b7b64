"""Deploy the next version of a definition."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from engine.definitions import bpmn_file_of, hash_of
from engine.history import Entry
from engine.model import Actor, ProcessDefinition
from engine.persistence import definitions, history
from engine.spiff import reader, xml

LEDGER = "office:definitions"


def deploy_definition(
    connection: Connection, files: Mapping[str, bytes], actor: Actor, now: datetime
) -> ProcessDefinition:
    """Write checked files as the next version; the same files again are the version that they are already.

    Args:
        connection: In a transaction.
        files: Name and content, already found deployable.
        actor: Who deploys.
        now: Aware instant.

    Returns:
        The version.
    """
    file = bpmn_file_of(files)
    process = reader.read_process(file, reader.find_process(file, xml.parse(file, files[file])))
    hash_ = hash_of(files)
    newest = definitions.find_newest(connection, process.key)
    if newest is not None and newest.hash == hash_:
        return newest
    deployed = definitions.insert_definition(connection, process.key, process.name, hash_, files, actor.username, now)
    told = Entry(
        "definition:deployed",
        {"key": deployed.key, "version": deployed.version, "hash": hash_, "files": [*sorted(files)]},
    )
    history.append_to_ledger(connection, LEDGER, told, actor, now)
    return deployed
