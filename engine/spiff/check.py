"""Judges files before they are deployed: whatever would not run as BPMN 2.0 says is refused, with element and line.

What is accepted here is exactly what :mod:`engine.execution` carries out. ``docs/bpmn-support.md`` lists it element by element.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.delegates import Vocabulary
from engine.errors import FileUnreadable
from engine.model import Finding
from engine.process import Process
from engine.spiff import reader, rules, tables
from engine.spiff.checks import automatic, data, elements, events, extensions, people, structure
from engine.spiff.checks.judged import Judged, finding
from engine.spiff.checks.waiting import Waiting
from engine.spiff.reader import Model

CHECKS = (elements, structure, events, people, automatic, data, extensions)


@dataclass(frozen=True)
class Judgement:
    """What is to be said of the files of a deployment, and what was read of them.

    Attributes:
        findings: In the order of file and line; the files are deployable if none is an error.
        processes: The processes of the files by key, none with those it calls in it.
        called: Processes that are deployed already and may be called, likewise.
    """

    findings: list[Finding]
    processes: Mapping[str, Process]
    called: Mapping[str, Process]


def check(
    files: Mapping[str, bytes], vocabulary: Vocabulary, called: Mapping[str, Mapping[str, bytes]] | None = None
) -> Judgement:
    """Say everything that is to be said of the files of one deployment.

    Args:
        files: Name and content: models, and the forms and decision tables they use.
        vocabulary: The names a model may use.
        called: The files of processes that are deployed already and may be called, by key.

    Returns:
        The findings, and the processes they are about.
    """
    if not any(map(reader.is_model, files)):
        return Judgement([finding(next(iter(files), ""), 1, None, rules.NO_MODEL)], {}, {})
    found = list(tables.findings(files))
    models: dict[str, Model] = {}
    for name in sorted(filter(reader.is_model, files)):
        try:
            drawn = reader.drawn_in(name, files[name])
        except FileUnreadable as error:
            found.append(finding(name, error.line, None, rules.FILE_UNREADABLE, reason=error.reason))
            continue
        found.extend(_whole_file(name, drawn, models))
        for model in drawn:
            models.setdefault(model.key, model)
    processes = {key: reader.read_own(model) for key, model in models.items()}
    decisions, fields = frozenset(tables.decisions_in(files)), vocabulary.fields(files)
    others = _deployed(called or {}, processes)
    waiting = Waiting({**others, **processes})
    for key, model in models.items():
        judged = Judged(processes[key], model, vocabulary, waiting, decisions, fields)
        for one in CHECKS:
            found.extend(one.findings(judged))
    return Judgement(in_order(found), processes, others)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by file, line and rule, each once."""
    return sorted(dict.fromkeys(findings), key=lambda one: (one.file, one.line, one.rule))


def _whole_file(name: str, drawn: list[Model], models: Mapping[str, Model]) -> Iterator[Finding]:
    keys = set(models)
    for model in drawn:
        line = model.element.sourceline or 1
        if model.key in keys:
            yield finding(name, line, model.key, rules.DUPLICATE_ID, id=model.key)
        keys.add(model.key)
        if not model.executable:
            yield finding(name, line, model.key, rules.NOT_EXECUTABLE)


def _deployed(called: Mapping[str, Mapping[str, bytes]], processes: Mapping[str, Process]) -> dict[str, Process]:
    """Return the deployed processes that may be called, and those they call; one among the files stands before them."""
    found: dict[str, Process] = {}
    for files in called.values():
        for key, model in reader.read_models(files).items():
            if key not in processes:
                found.setdefault(key, reader.read_own(model))
    return found
