"""Start a case."""

import secrets
from datetime import datetime

from sqlalchemy import Connection

from engine.commands.outside import LiveOutside
from engine.commands.settlement import columns_of, settle
from engine.definitions import Deployed
from engine.delegates import Vocabulary
from engine.execution import Execution
from engine.history import EMPTY, Entry
from engine.marking import Marking
from engine.model import SEMANTICS_VERSION, Actor, Advanced, EventKind, InstanceState, Variables
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

    Returns:
        What the start left behind.

    Raises:
        NobodyToAct: The first step would have nobody who can act.
    """
    instance_id = new_instance_id(now)
    given = {**variables, "initiator": actor.username, "initiator_unit": unit}
    outside = LiveOutside(connection, vocabulary, instance_id, now)
    execution = Execution(deployed.stepper, Marking(), instance_id, outside, vocabulary.person_only)
    instance = LockedInstance(instance_id, deployed.definition.id, b"", EMPTY)
    instances.insert_instance(
        connection,
        {
            "id": instance_id,
            "definition_id": deployed.definition.id,
            "initiator": actor.username,
            "initiator_unit": unit,
            "started_at": now,
            **columns_of(vocabulary, Marking(variables=given), InstanceState.RUNNING, b"", EMPTY, now),
        },
    )
    execution.start(given)
    started = Entry(
        EventKind.PROCESS_STARTED,
        {
            "semantics_version": SEMANTICS_VERSION,
            "definition": deployed.definition.key,
            "version": deployed.definition.version,
            "definition_hash": deployed.definition.hash,
            "variables": given,
        },
    )
    return settle(connection, vocabulary, instance, execution, [started], actor, now)


def new_instance_id(now: datetime) -> str:
    """Return an id that sorts by time and cannot be guessed: twelve hexadecimal digits of milliseconds, ten random."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(5)}"
