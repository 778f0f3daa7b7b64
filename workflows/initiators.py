"""Who began a case as people see it, also where a message from another case has started it and its row names nobody."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from engine.model import EventKind
from engine.persistence import history
from workflows.links.records import case_link
from workflows.organisation import queries

SYSTEM = "system"
"""The initiator of a case that no person has started."""


def initiator_names(connection: Connection, begun_by: Mapping[str, str]) -> Mapping[str, str]:
    """Return the names of those who began some cases, by the cases' ids.

    Args:
        connection: For reading.
        begun_by: The initiator of each case, as its row says.

    Returns:
        Names, in the order given; empty where no person began a case and nobody is known to have sent its message.
    """
    begun = {**begun_by, **senders_of(connection, begun_by)}
    names = queries.names_of(connection, set(begun.values()) - {SYSTEM})
    return {instance_id: names.get(username, "") for instance_id, username in begun.items()}


def senders_of(connection: Connection, begun_by: Mapping[str, str]) -> Mapping[str, str]:
    """Return whose act has sent the message that started a case, of those cases that no person started and where it is known.

    A case that a message has started keeps ``system`` as its initiator: who sent it has no part in it by that, and sees no more
    than before. History has who acted: of a case that the new one is tied to, and that has sent all that the new one was given.

    Args:
        connection: For reading.
        begun_by: The initiator of each case, as its row says.

    Returns:
        Usernames, by the cases' ids.
    """
    unattended = [instance_id for instance_id, username in begun_by.items() if username == SYSTEM]
    if not unattended:
        return {}
    link = case_link.c
    ties = select(link.target_id, link.source_id).where(link.target_id.in_(unattended)).order_by(link.id)
    senders: dict[str, str] = {}
    for target, source in connection.execute(ties).all():
        sender = _sender(connection, target, source)
        if sender is not None:
            senders.setdefault(target, sender)
    return senders


def _sender(connection: Connection, target: str, source: str) -> str | None:
    started = [one.event for one in history.list_of_kind(connection, target, EventKind.PROCESS_STARTED)]
    given = started[0].data.get("variables") if started else None
    thrown = [one.event for one in history.list_of_kind(connection, source, EventKind.MESSAGE_THROWN)]
    for event in reversed(thrown):
        payload = event.data["payload"]
        fits = isinstance(payload, dict) and isinstance(given, dict) and payload.items() <= given.items()
        if fits and event.at <= started[0].at and event.actor != SYSTEM:
            return event.actor
    return None
