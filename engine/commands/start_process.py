"""Start a case."""

import secrets
from datetime import datetime

from sqlalchemy import Connection

from engine.commands.case import Case, columns_of, input_entry
from engine.definitions import Deployed
from engine.delegates import Vocabulary
from engine.history import EMPTY
from engine.marking import new_marking
from engine.model import Actor, Advanced, EventKind, InstanceState, Value, Variables
from engine.persistence import instances
from engine.persistence.instances import LockedInstance


def start_process(
    connection: Connection,
    vocabulary: Vocabulary,
    deployed: Deployed,
    actor: Actor,
    unit: str,
    variables: Variables,
    now: datetime,
    event_id: str | None = None,
) -> Advanced:
    """Start a case on a deployed definition.

    Args:
        connection: In a transaction.
        vocabulary: What the engine was handed.
        deployed: The definition, pinned for the life of the case.
        actor: Who starts it; becomes the variable ``initiator``.
        unit: Code of the unit they act for; becomes the variable ``initiator_unit``.
        variables: First values, already validated.
        now: Aware instant.
        event_id: The start event that happened; without one, the start event that people start.

    Returns:
        What the start left behind.

    Raises:
        NobodyToAct: The first step would have nobody who can act, and a person starts the case.
        ExecutionFailed: An event subprocess of the case waits for a timer that cannot be computed.
    """
    instance_id = new_instance_id(now)
    given = {"title": deployed.process.name, **variables, "initiator": actor.username, "initiator_unit": unit}
    marking = new_marking(deployed.process.key, given)
    instances.insert_instance(
        connection,
        {
            "id": instance_id,
            "definition_id": deployed.definition.id,
            "initiator": actor.username,
            "initiator_unit": unit,
            "started_at": now,
            **columns_of(vocabulary, marking, InstanceState.RUNNING, b"", EMPTY, now, None),
        },
    )
    instance = LockedInstance(
        instance_id, deployed.definition.id, actor.username, b"", EMPTY, now, InstanceState.RUNNING, None
    )
    case = Case(connection, vocabulary, deployed, instance, now, marking)
    execution = case.execution(unattended=event_id is not None)
    execution.start(event_id)
    data: dict[str, Value] = {
        "definition": deployed.definition.key,
        "version": deployed.definition.version,
        "definition_hash": deployed.definition.hash,
        "variables": given,
    }
    started = input_entry(EventKind.PROCESS_STARTED, {**data, "event": event_id} if event_id else data)
    return case.settle(execution, [started], actor)


def new_instance_id(now: datetime) -> str:
    """Return an id that sorts by time and cannot be guessed: twelve hexadecimal digits of milliseconds, ten random."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(5)}"
