"""Deployed definitions, read and made executable once in each process.

A definition is pinned by the hash of its files and never changes, so what is built from it can be kept and shared.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from engine import canonical
from engine.errors import FileUnreadable
from engine.model import Finding, Process, ProcessDefinition
from engine.persistence import definitions as rows
from engine.spiff import reader, xml
from engine.spiff.stepper import Stepper


@dataclass(frozen=True)
class Deployed:
    """A definition with its files and what executes it."""

    definition: ProcessDefinition
    files: Mapping[str, bytes]
    process: Process
    stepper: Stepper


class Definitions:
    """Hands out deployed definitions by the id of their row."""

    def __init__(self) -> None:
        """Start with none; each is read when it is first asked for."""
        self._deployed: dict[int, Deployed] = {}

    def get(self, connection: Connection, definition_id: int) -> Deployed:
        """Return a deployed definition; raise ``ProcessDefinitionNotFound``."""
        if definition_id not in self._deployed:
            definition = rows.get_by_id(connection, definition_id)
            self._deployed[definition_id] = build(definition, rows.files_of(connection, definition_id))
        return self._deployed[definition_id]


def build(definition: ProcessDefinition, files: Mapping[str, bytes]) -> Deployed:
    """Make a definition executable from its files alone."""
    file = bpmn_file_of(files)
    element = reader.find_process(file, xml.parse(file, files[file]))
    process = reader.read_process(file, element)
    return Deployed(definition, files, process, Stepper(process, element))


def read_process(files: Mapping[str, bytes]) -> Process | None:
    """Return what the model among a deployment's files says, or None where it cannot be read at all."""
    try:
        file = bpmn_file_of(files)
        return reader.read_process(file, reader.find_process(file, xml.parse(file, files[file])))
    except (StopIteration, FileUnreadable):
        return None


def bpmn_file_of(files: Mapping[str, bytes]) -> str:
    """Return the name of the one BPMN file among a definition's files."""
    return next(name for name in sorted(files) if name.endswith((".bpmn", ".bpmn20.xml")))


def hash_of(files: Mapping[str, bytes]) -> str:
    """Return the hash that pins a definition: SHA-256 over the names and contents of its files."""
    return canonical.digest(
        canonical.encode({name: base64.b64encode(content).decode() for name, content in files.items()})
    )


def errors_of(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return the findings that make a file not deployable."""
    return tuple(finding for finding in findings if finding.severity == "error")
