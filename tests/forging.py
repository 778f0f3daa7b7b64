"""What somebody with full power over the database could do: change what history tells, and compute every hash anew."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from app.house import House
from app.transaction import transaction
from engine import history as chains
from engine.history import EMPTY, Entry, Head
from engine.model import Actor, HistoryEvent
from engine.persistence import history
from tests.engine.test_history import TRIGGERS_OFF

Change = Callable[[HistoryEvent], dict[str, Any] | None]
"""Returns what an event is to tell instead, or None where it stays."""


def forge(house: House, instance_id: str, change: Change) -> None:
    """Change events of a case so that its chain is whole, and its row names the new head."""
    with transaction(house.pool) as connection:
        for statement in TRIGGERS_OFF[house.pool.dialect.name]:
            connection.execute(text(statement))
        head = EMPTY
        for one in history.list_events(connection, instance_id):
            event = one.event
            data = change(event)
            entry = Entry(event.kind, event.data if data is None else data, event.activity_id, event.work_item_id)
            actor = Actor(event.actor, event.on_behalf_of, event.recorded_by)
            [sealed] = chains.seal(instance_id, head, [entry], actor, event.at)
            head = Head(sealed.event.seq, sealed.event.hash)
            written = {"chain": instance_id, "seq": event.seq}
            connection.execute(
                text("UPDATE history_payload SET salt = :salt, content = :content WHERE chain = :chain AND seq = :seq"),
                {**written, "salt": sealed.salt, "content": sealed.content},
            )
            connection.execute(
                text(
                    "UPDATE history_event SET payload_digest = :digest, previous_hash = :previous, hash = :hash"
                    " WHERE chain = :chain AND seq = :seq"
                ),
                {
                    **written,
                    "digest": sealed.event.payload_digest,
                    "previous": sealed.event.previous_hash,
                    "hash": sealed.event.hash,
                },
            )
        connection.execute(
            text("UPDATE process_instance SET head_hash = :hash WHERE id = :id"), {"hash": head.hash, "id": instance_id}
        )
