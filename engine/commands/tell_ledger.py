"""Tells an office ledger, and whoever keeps something of what ledgers tell."""

from datetime import datetime

from sqlalchemy import Connection

from engine.delegates import Vocabulary
from engine.history import Entry
from engine.model import Actor
from engine.persistence import history


def tell_ledger(
    connection: Connection, vocabulary: Vocabulary, ledger: str, entry: Entry, actor: Actor, at: datetime
) -> None:
    """Append one entry to an office ledger, whose head is locked until the transaction ends.

    Args:
        connection: In a transaction.
        vocabulary: Names what the office keeps of its ledgers.
        ledger: Such as ``office:organisation``.
        entry: What is told.
        actor: Who acted.
        at: Aware instant.
    """
    vocabulary.ledger_told(connection, history.append_to_ledger(connection, ledger, entry, actor, at))
