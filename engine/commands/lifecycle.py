"""Commands on a case as a whole: ended before its end, suspended, resumed, handed around to be read, its variables corrected."""

from collections.abc import Mapping, Sequence

from engine.commands import overdue
from engine.commands.case import Case, input_entry, record_entry
from engine.commands.recompute import due_set
from engine.errors import SuspensionRefused
from engine.history import Entry
from engine.model import Actor, Advanced, EventKind, RecordChange, Value, Variables
from engine.persistence import work_items


def cancel(case: Case, reason: str, actor: Actor) -> Advanced:
    """End a case where it stands; what was done in it stays to be read."""
    execution = case.execution(while_suspended=True)
    execution.cancel()
    return case.settle(execution, [input_entry(EventKind.PROCESS_CANCELLED, {"reason": reason})], actor)


def suspend(case: Case, reason: str, actor: Actor) -> Advanced:
    """Stop a case's clocks until it is resumed; raise ``CaseSuspended``, or ``SuspensionRefused`` while a service is asked."""
    running = next((token for token in case.marking.tokens if token.requested), None)
    if running is not None:
        raise SuspensionRefused(case.instance.id, running.activity_id)
    execution = case.execution()
    execution.suspend(case.now)
    advanced = case.settle(execution, [input_entry(EventKind.PROCESS_SUSPENDED, {"reason": reason})], actor)
    overdue.write_again(case)
    return advanced


def resume(case: Case, actor: Actor) -> Advanced:
    """Let a suspended case go on; what was due is due later by as long as it was suspended, in its own kind of time."""
    execution = case.execution(while_suspended=True)
    suspended_at = execution.resume(case.now)
    told: list[Entry] = []
    for item in work_items.list_due(case.connection, case.instance.id):
        if item.due_at is not None:
            activity = case.deployed.process.activity(item.activity_id)
            due_at, provisional = case.outside.resumed(activity, item.due_at, suspended_at, case.now)
            told.append(due_set(case.connection, item, due_at, provisional=provisional or item.due_provisional))
    advanced = case.settle(execution, [input_entry(EventKind.PROCESS_RESUMED, {}), *told], actor)
    overdue.write_again(case)
    return advanced


def circulate(case: Case, people: Sequence[str], message: str, activity_id: str, actor: Actor) -> Advanced:
    """Hand copies of a case to people, to be read; a case that has ended can be handed around as well."""
    execution = case.execution(while_suspended=True)
    execution.circulate(people, activity_id)
    data: dict[str, Value] = {"people": list(people), "message": message}
    return case.settle(execution, [input_entry(EventKind.PROCESS_CIRCULATED, data, activity_id)], actor)


def correct(
    case: Case, values: Variables, data: Mapping[str, Value], records: Sequence[RecordChange], actor: Actor
) -> Advanced:
    """Write other values of a case's variables than were handed in, with the records that say the same; it may have ended."""
    for change in records:
        case.vocabulary.records[change.record](case.connection, change)
    execution = case.execution()
    execution.correct(values)
    told = input_entry(EventKind.VARIABLES_CORRECTED, {**data, "variables": dict(values)})
    return case.settle(execution, [told, *map(record_entry, records)], actor)
