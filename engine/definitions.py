"""Deployed definitions, read and made executable once in each process.

A definition is pinned by the hash of its files, those of the processes and decisions it calls among them, and never changes; so
what is built from it can be kept and shared.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from engine import canonical
from engine.decisions.model import Decision
from engine.errors import FileUnreadable
from engine.model import Finding, ProcessDefinition
from engine.persistence import definitions as rows
from engine.process import Process
from engine.spiff import dmn, property_edits, reader, tables
from engine.spiff.stepper import Stepper


def is_model(name: str) -> bool:
    """Tell by its name whether a file is a BPMN file."""
    return reader.is_model(name)


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
    process = reader.read_process(reader.read_models(files), definition.key)
    return Deployed(definition, files, process, Stepper(process, tables.decide_by(files)))


def decisions_in(name: str, content: bytes) -> Mapping[str, Decision]:
    """Return the decisions of a DMN file by their ids; raise ``FileUnreadable`` where it has an error."""
    return dmn.read_decisions(name, content)


def read_processes(files: Mapping[str, bytes]) -> list[Process]:
    """Return what each model among files says, without what it calls; nothing of a file that cannot be read."""
    processes: list[Process] = []
    for name in sorted(filter(reader.is_model, files)):
        try:
            processes.extend(map(reader.read_own, reader.drawn_in(name, files[name])))
        except FileUnreadable:
            continue
    return processes


def parts_of(files: Mapping[str, bytes], deployed: Mapping[str, Mapping[str, bytes]]) -> dict[str, dict[str, bytes]]:
    """Return for each process among the files the files of its own definition.

    Args:
        files: What is deployed together.
        deployed: The files of the newest version of processes that are called but not among ``files``.

    Returns:
        By key: the file it stands in, those of all it calls, and every file that is no model, by name.

    Raises:
        FileUnreadable: A model cannot be read, or two files of one name differ.
    """
    models = reader.read_models(files)
    others = {name: content for name, content in files.items() if not reader.is_model(name)}
    parts: dict[str, dict[str, bytes]] = {}
    for key in models:
        part = dict(others)
        process = reader.read_process(models, key)
        for one in (key, *process.called):
            part[models[one].file] = files[models[one].file]
        for called in _not_among(models, process):
            for name, content in deployed.get(called, {}).items():
                if part.setdefault(name, content) != content:
                    raise FileUnreadable(name, 1, f"与被调用流程“{called}”的同名文件内容不同")
        parts[key] = part
    return parts


def called_from_elsewhere(files: Mapping[str, bytes]) -> list[str]:
    """Return the keys of the processes that are called but are not among the files; raise ``FileUnreadable``."""
    models = reader.read_models(files)
    called = [one for model in models.values() for one in _not_among(models, reader.read_own(model))]
    return list(dict.fromkeys(called))


def _not_among(models: Mapping[str, reader.Model], process: Process) -> list[str]:
    called = (one.called for one in process.activities.values())
    return list(dict.fromkeys(one for one in called if one and one not in models))


def file_of(files: Mapping[str, bytes], key: str | None = None) -> str:
    """Return the name of the BPMN file in which a process stands, or of the first where none is named.

    Raises:
        StopIteration: There is none.
    """
    named = sorted(filter(reader.is_model, files))
    if key is not None and len(named) > 1:
        return reader.read_models(files)[key].file
    return next(iter(named))


def with_properties(file: str, content: bytes, changes: Mapping[str, Mapping[str, str | None]]) -> bytes:
    """Return a model in which steps have these properties, and which is otherwise as it was, byte for byte.

    Args:
        file: Its name, for errors.
        content: The model.
        changes: By the id of the step: the value of each property that changes, None to take it away.

    Returns:
        The model.

    Raises:
        FileUnreadable: It is no XML that can be read.
        ActivityUnknown: It has no such step.
    """
    return property_edits.set_properties(file, content, changes)


def with_form(file: str, content: bytes, step: str, form: str) -> bytes:
    """Return a model in which a step uses a form, and which is otherwise as it was, byte for byte.

    Args:
        file: Its name, for errors.
        content: The model.
        step: The id of the step.
        form: The name of the form, as the model is to say it.

    Returns:
        The model.

    Raises:
        FileUnreadable: It is no XML that can be read.
        ActivityUnknown: It has no such step.
    """
    return property_edits.set_form(file, content, step, form)


def hash_of(files: Mapping[str, bytes]) -> str:
    """Return the hash that pins a definition: SHA-256 over the names and contents of its files."""
    return canonical.digest(
        canonical.encode({name: base64.b64encode(content).decode() for name, content in files.items()})
    )


def errors_of(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return the findings that make a file not deployable."""
    return tuple(finding for finding in findings if finding.severity == "error")
