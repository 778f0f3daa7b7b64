"""Decision tables among a definition's files, as what a business rule task is carried out by."""

from collections.abc import Callable, Iterator, Mapping

from engine.decisions.evaluation import decide
from engine.decisions.mapping import mapped
from engine.decisions.model import Decision
from engine.errors import FileUnreadable
from engine.model import Finding, Variables
from engine.process import Activity
from engine.spiff import dmn

DMN_FILES = (".dmn",)
CarryOut = Callable[[Activity, Variables], Variables]


def decide_by(files: Mapping[str, bytes]) -> dict[str, CarryOut]:
    """Return what carries out a business rule task, by the id of the decision it names; raise ``FileUnreadable``."""
    return {
        key: _carrying_out(decision)
        for name in _dmn_files(files)
        for key, decision in dmn.read_decisions(name, files[name]).items()
    }


def decisions_in(files: Mapping[str, bytes]) -> set[str]:
    """Return the ids of the decisions that can be asked; those of a file that is refused are not among them."""
    found: set[str] = set()
    for name in _dmn_files(files):
        try:
            found.update(dmn.read_decisions(name, files[name]))
        except FileUnreadable:
            continue
    return found


def findings(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Yield what is wrong with the decision tables of a deployment."""
    for name in _dmn_files(files):
        yield from dmn.findings(name, files[name])


def _dmn_files(files: Mapping[str, bytes]) -> list[str]:
    return sorted(name for name in files if name.endswith(DMN_FILES))


def _carrying_out(decision: Decision) -> CarryOut:
    def carry_out(activity: Activity, scope: Variables) -> Variables:
        value = mapped(decide(decision, scope), activity.result_mapping)
        return {activity.result_variable or activity.decision_table or "": value}

    return carry_out
