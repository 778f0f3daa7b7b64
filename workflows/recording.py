"""Records that people change beside the steps of a flow, told to the chain they belong to in the same transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from engine.commands.case import record_entry
from engine.model import Actor, EventKind, RecordChange, Value
from engine.persistence.history import lock_ledger
from workflows.office import Office

QUIET = "quiet"
"""Told with an act whose business shows it in full beside the timeline, so that the timeline does not repeat it."""


def record_in_case(
    connection: Connection,
    office: Office,
    instance_id: str,
    act: str,
    data: Mapping[str, Value],
    changes: Sequence[RecordChange],
    actor: Actor,
    now: datetime,
) -> datetime:
    """Change records of a case; its flow stays where it is, and the case may have ended.

    Args:
        connection: In a transaction; the case stays locked until it ends. Whoever decides by what is stored locks the case
            before looking (``office.engine.lock_case``).
        office: The office.
        instance_id: The case.
        act: What is done, such as ``document.number_voided``; its sentence stands in ``app/messages.py``.
        data: What is told of the act beside the records, such as a ``reason``.
        changes: What is written.
        actor: Who does it; that they may is for the caller to say.
        now: Aware instant.

    Returns:
        The instant at which it is told to have happened.

    Raises:
        ProcessInstanceNotFound: There is no such case.
    """
    locked = office.engine.lock_case(connection, instance_id)
    told = {**data, "act": act}
    return office.engine.tell(connection, locked, EventKind.CASE_RECORDED, told, changes, actor, now)


def record_in_ledger(
    connection: Connection,
    office: Office,
    ledger: str,
    changes: Sequence[RecordChange],
    actor: Actor,
    now: datetime,
) -> None:
    """Change records that belong to no case, such as rooms; the ledger stays locked until the transaction ends.

    Args:
        connection: In a transaction.
        office: The office.
        ledger: Such as ``office:rooms``.
        changes: What is written.
        actor: Who does it; that they may is for the caller to say.
        now: Aware instant.
    """
    lock_ledger(connection, ledger)
    for change in changes:
        office.engine.vocabulary.records[change.record](connection, change)
        told = record_entry(change)
        office.engine.record_ledger(connection, ledger, told.kind, told.data, actor, now)
