"""Public models beside the repository: found, judged, and counted by the rules that refuse them.

``python -m tests.bpmn.public_models FOLDER`` prints the table of a folder, as the files are and normalised.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app.house import House
from engine.api import Engine
from engine.model import Finding, ServiceResult
from engine.spiff import reader
from tests.bpmn.normalising import SERVICE, normalised
from tests.databases import installation
from workflows import definitions

VARIABLE = "BANJIE_TEST_MODELS"
AS_THEY_ARE, NORMALISED = "as they are", "normalised"


@dataclass(frozen=True)
class Judged:
    """What the check said of a model, and how long it took on a processor."""

    findings: list[Finding]
    seconds: float

    @property
    def refused_by(self) -> list[str]:
        return sorted({one.rule for one in self.findings if one.severity == "error"})


def knowing(house: House) -> House:
    """The house with the service that normalised models call; it does nothing."""
    vocabulary = house.office.engine.vocabulary
    services = {**vocabulary.services, SERVICE: lambda _connection, _call: ServiceResult()}
    engine = Engine(replace(vocabulary, services=services), clock_adjustable=True)
    return replace(house, office=replace(house.office, engine=engine))


def folder() -> Path | None:
    """The folder that the environment names; one that is not there is an error."""
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    path = Path(named)
    if not path.is_dir():
        raise FileNotFoundError(f"{VARIABLE} names {path}, which is no folder")
    return path


def models_in(path: Path | None) -> list[Path]:
    """Every BPMN file below a folder."""
    found = path.rglob("*") if path is not None else ()
    return sorted(one for one in found if one.is_file() and reader.is_model(one.name))


def files_of(path: Path, *, as_is: bool) -> dict[str, bytes]:
    content = path.read_bytes()
    return {path.name: content if as_is else normalised(content)}


def judged(house: House, files: Mapping[str, bytes]) -> Judged:
    begun = time.process_time()
    findings = definitions.check(house.office, files)
    return Judged(findings, time.process_time() - begun)


def table(house: House, path: Path, *, as_is: bool) -> str:
    """The table of the sets in a folder: accepted, refused, and by which rules; a file counts for each rule that refuses it."""
    tallies: dict[str, Counter[str]] = {}
    slowest = 0.0
    for one in models_in(path):
        tally = tallies.setdefault(one.parent.name, Counter())
        found = judged(house, files_of(one, as_is=as_is))
        slowest = max(slowest, found.seconds)
        tally["accepted" if not found.refused_by else "refused"] += 1
        tally.update(found.refused_by)
    sets = sorted(tallies)
    total = sum(tallies.values(), Counter[str]())
    rules = sorted((rule for rule in total if rule not in ("accepted", "refused")), key=lambda one: (-total[one], one))
    lines = [f"| rule | {' | '.join(sets)} | all |", f"|---|{'---|' * (len(sets) + 1)}"]
    for row in ("accepted", "refused", *rules):
        counts = [tallies[one][row] for one in sets]
        lines.append(f"| {row} | {' | '.join(map(str, counts))} | {total[row]} |")
    return "\n".join([*lines, f"slowest: {slowest:.2f} s"])


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        house = knowing(installation(f"sqlite:///{place}/empty.db", Path(place)))
        for as_is in (True, False):
            print(f"\n{AS_THEY_ARE if as_is else NORMALISED}\n")
            print(table(house, Path(sys.argv[1]), as_is=as_is))


if __name__ == "__main__":
    main()
