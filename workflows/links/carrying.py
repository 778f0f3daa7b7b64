"""What a case takes over from the one it is started from: as its start event says, so that nothing is typed twice. Pure."""

from collections.abc import Mapping

from engine.model import Value, Variables
from engine.process import Activity, Process
from workflows.links.relations import RELATIONS

SOURCE_CASE = "source_case"
"""The variable that names the case, or the cases, that one was started from; where a person starts it from none, it is None, so
that a flow may ask. What a case knows that a message starts, the message brings."""
SOURCE_FLOW = "source_flow"
"""The variable that names the flow of the case that one was started from by hand; like the other, None where there was none."""
CARRY_PREFIX = "carry:"
SOURCES, RELATION = "sources", "relation"
USUAL_RELATION = "follows"


def sources_of(process: Process) -> frozenset[str]:
    """Return the keys of the flows from whose cases a case of this flow may be started: ``sources`` of its start event."""
    return frozenset(filter(None, process.start.properties.get(SOURCES, "").split("|")))


def relation_of(start: Activity) -> str:
    """Return what a case is to the one it is started from; ``follows`` where the start event says nothing usable."""
    relation = start.properties.get(RELATION, USUAL_RELATION)
    return relation if relation in RELATIONS else USUAL_RELATION


def carried(start: Activity, source: Variables) -> Mapping[str, Value]:
    """Return the fields that are filled from another case.

    Args:
        start: The start event; ``carry:FIELD`` names variables of the source, divided by ``|``: the first that holds
            something is taken. Several joined by ``+`` are taken together, texts as one, files as one list.
        source: The variables of the other case.
    """
    found: dict[str, Value] = {}
    for setting, named in start.properties.items():
        if not setting.startswith(CARRY_PREFIX):
            continue
        values = (_together([source.get(name.strip()) for name in one.split("+")]) for one in named.split("|"))
        value = next((one for one in values if one is not None), None)
        if value is not None:
            found[setting.removeprefix(CARRY_PREFIX)] = value
    return found


def _together(values: list[Value]) -> Value:
    """Return what several variables hold together, None where that is nothing."""
    held = [one for one in values if one not in (None, "", [])]
    if len(held) < 2:  # noqa: PLR2004  (one alone stays what it is)
        return held[0] if held else None
    if any(isinstance(one, list) for one in held):
        return [each for one in held for each in (one if isinstance(one, list) else [one])]
    return "，".join(map(str, held))
