"""What a case was given, input by input, and the way it took: the steps it came to, as history or a command's entries tell."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.history import Entry
from engine.model import INPUTS, WITHDRAW, EventKind, HistoryEvent
from engine.process import PERSON_TASKS, Activity, Process


@dataclass(frozen=True)
class Command:
    """One input of a history with what followed from it."""

    input: HistoryEvent
    consequences: tuple[HistoryEvent, ...]


def commands_of(events: Sequence[HistoryEvent]) -> list[Command]:
    """Return the inputs of a history, each with its consequences, without what was taken back and its taking back."""
    commands: list[Command] = []
    index = 0
    while index < len(events):
        end = index + 1
        while end < len(events) and events[end].kind not in INPUTS:
            end += 1
        commands.append(Command(events[index], tuple(events[index + 1 : end])))
        index = end
    for back in [one for one in commands if _takes_back(one.input)]:
        done = [
            one
            for one in commands
            if one.input.kind == EventKind.WORK_ITEM_COMPLETED and one.input.work_item_id == back.input.work_item_id
        ]
        commands = [one for one in commands if one is not back and one not in done]
    return commands


def steps_of(process: Process, commands: Iterable[Command]) -> tuple[str, ...]:
    """Return the steps that work items were opened for and the automatic tasks that were passed, in order."""
    seen: set[int] = set()
    return tuple(step for one in commands for step in steps_in(process, one.consequences, seen))


def steps_in(process: Process, entries: Sequence[HistoryEvent | Entry], seen: set[int]) -> Iterator[str]:
    """Yield the steps that one command came to.

    Args:
        process: The definition.
        entries: What was told of the command.
        seen: The tokens of steps that were told already, for a step of several seats is one; it is added to.
    """
    for entry in entries:
        passed = entry.data.get("passed") if entry.kind == EventKind.MARKING_SETTLED else None
        for node in passed if isinstance(passed, list) else ():
            activity = process.activities.get(str(node))
            if activity is not None and _is_automatic(activity):
                yield activity.id
    for entry in entries:
        if entry.kind == EventKind.WORK_ITEM_OPENED and "role" not in entry.data:
            token = int(str(entry.data["token"]))
            if token not in seen:
                seen.add(token)
                yield str(entry.activity_id)


def _is_automatic(activity: Activity) -> bool:
    return activity.element.lower().endswith("task") and activity.element not in PERSON_TASKS


def _takes_back(event: HistoryEvent) -> bool:
    moved = event.kind == EventKind.TOKEN_MOVED and event.data["mode"] == WITHDRAW
    return moved or event.kind == EventKind.WORK_ITEM_WITHDRAWN
