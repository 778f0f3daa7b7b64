"""Put together what an anchor covers: heads of all chains, contents of files, deployments, how many rows never go away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, Table, select

from engine.anchoring.anchors import Anchor, Holdings, Trail, compose, line_of, read_line
from engine.persistence import anchors
from engine.persistence.tables import (
    definition_file,
    history_event,
    history_payload,
    incident,
    participant,
    process_definition,
    process_instance,
    work_item,
)
from workflows.attachments.records import attachment, stored_file
from workflows.calendar.records import calendar_day, calendar_import
from workflows.catalogue import record_tables
from workflows.contract import Business
from workflows.organisation.records import person, post, unit
from workflows.substitutions.records import substitution

LASTING: tuple[Table, ...] = (
    history_event,
    history_payload,
    process_definition,
    definition_file,
    process_instance,
    work_item,
    participant,
    incident,
    stored_file,
    attachment,
    calendar_import,
    calendar_day,
    substitution,
    unit,
    post,
    person,
)
"""Tables, besides those of records, whose rows are never taken away."""


class Key(Protocol):
    """What signs an anchor."""

    @property
    def public(self) -> str:
        """The public key in hexadecimal."""

    def sign(self, content: bytes) -> str:
        """Return the signature in hexadecimal."""


@dataclass(frozen=True)
class Made:
    """An anchor that is not written yet, and its line."""

    anchor: Anchor
    line: bytes


def counted_tables(businesses: Mapping[str, Business]) -> tuple[Table, ...]:
    """Return the tables whose rows are counted."""
    return (*LASTING, *(one.table for one in record_tables(businesses)))


def holdings_of(connection: Connection, businesses: Mapping[str, Business]) -> Holdings:
    """Return what an office holds at the moment.

    Args:
        connection: In a transaction that sees one state of the database.
        businesses: The businesses of the office, whose records are counted.
    """
    return Holdings(
        heads=anchors.heads(connection),
        files=set(connection.scalars(select(stored_file.c.sha256))),
        deployments=anchors.deployments(connection),
        counts=anchors.counts(connection, counted_tables(businesses)),
    )


def next_anchor(
    connection: Connection,
    businesses: Mapping[str, Business],
    trail: Trail,
    key: Key,
    at: datetime,
    made_at: datetime,
) -> Made | None:
    """Return the next anchor, or None where nothing has changed since the last.

    Args:
        connection: In a transaction that sees one state of the database.
        businesses: The businesses of the office.
        trail: All anchors so far.
        key: Signs it.
        at: The installation's clock.
        made_at: The machine's clock.
    """
    now = holdings_of(connection, businesses)
    marks = anchors.marks_after(connection, trail.holdings.heads, now.heads)
    composed = compose(trail, now, marks, at, made_at, key.public)
    if composed is None:
        return None
    header, changes = composed
    unsigned = line_of(header, changes, "")
    line = line_of(header, changes, key.sign(read_line(unsigned, trail.number + 1).signed))
    return Made(read_line(line, trail.number + 1), line)
