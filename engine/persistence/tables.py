"""The tables of the engine.

``process_instance.snapshot`` and all of ``work_item`` are caches of what the history says; ``history_event`` and
``history_payload`` are the truth and are only ever appended to (see :mod:`engine.persistence.database`).
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
    true,
)

from engine.persistence.base import CACHE, UtcDateTime, metadata

process_definition = Table(
    "process_definition",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("deployed_at", UtcDateTime, nullable=False),
    Column("deployed_by", String, nullable=False),
    UniqueConstraint("key", "version"),
)

definition_file = Table(
    "definition_file",
    metadata,
    Column("definition_id", ForeignKey("process_definition.id"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

process_instance = Table(
    "process_instance",
    metadata,
    Column("id", String, primary_key=True),
    Column("definition_id", ForeignKey("process_definition.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("urgency", String),
    Column("number", String),
    Column("state", String, nullable=False),
    Column("initiator", String, nullable=False),
    Column("initiator_unit", String, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("snapshot", LargeBinary, nullable=False),
    Column("head_seq", Integer, nullable=False),
    Column("head_hash", String(64), nullable=False),
    Column("head_at", UtcDateTime, nullable=False),
    Column("followed_seq", Integer, nullable=False, server_default="0"),
    Index("ix_process_instance_started", "started_at", "id"),
    Index("ix_process_instance_initiator", "initiator", "started_at", "id"),
    Index("ix_process_instance_initiator_unit", "initiator_unit", "id"),
)
Index(
    "ix_process_instance_urgency",
    *(process_instance.c.urgency, process_instance.c.id),
    sqlite_where=process_instance.c.urgency.is_not(None),
    postgresql_where=process_instance.c.urgency.is_not(None),
)
Index(
    "ix_process_instance_unfollowed",
    process_instance.c.head_at,
    process_instance.c.id,
    sqlite_where=process_instance.c.head_seq > process_instance.c.followed_seq,
    postgresql_where=process_instance.c.head_seq > process_instance.c.followed_seq,
)
# SQLite reads from an index alone only where it holds every column that is asked of, also those that are always null in it.
_case = process_instance.c
Index(
    "ix_process_instance_running",
    *(_case.state, _case.started_at, _case.id, _case.definition_id, _case.ended_at),
    sqlite_where=_case.ended_at.is_(None),
    postgresql_where=_case.ended_at.is_(None),
)

work_item = Table(
    "work_item",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False),
    Column("definition_key", String, nullable=False),
    Column("initiator", String, nullable=False),
    Column("token_id", Integer, nullable=False),
    Column("activity_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String),
    Column("role", String, nullable=False),
    Column("parent_id", ForeignKey("work_item.id")),
    Column("owner", String),
    Column("state", String, nullable=False),
    Column("assignee", String),
    Column("claimed_at", UtcDateTime),
    Column("seat", String),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("rank_at", UtcDateTime, nullable=False),
    Column("due_provisional", Boolean, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by", String),
    Column("decision", String),
    Column("opinion", Text),
    Column("circled", Boolean, nullable=False),
    Column("recorded_by", String),
    Column("confirmed_at", UtcDateTime),
    Column("urged_at", UtcDateTime),
    Column("urges", Integer, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False),
    Index("ix_work_item_instance", "instance_id", "id"),
    Index("ix_work_item_assignee", "assignee", "instance_id"),
)

Index(
    "ix_work_item_seat",
    work_item.c.seat,
    sqlite_where=work_item.c.seat.is_not(None),
    postgresql_where=work_item.c.seat.is_not(None),
)
Index(
    "ix_work_item_parent",
    work_item.c.parent_id,
    sqlite_where=work_item.c.parent_id.is_not(None),
    postgresql_where=work_item.c.parent_id.is_not(None),
)

# What a box shows first stands first in its index, and what is counted stands in it too: neither the first page nor the
# thousandth sorts, and counting looks at no row. Closed items are in none of them. Conditions are written out, since a
# database uses a partial index only where it sees that the query's condition implies the index's.
OPEN = work_item.c.state == literal_column("'open'")
IS_COPY = work_item.c.role == literal_column("'copy'")
NO_COPY = work_item.c.role != literal_column("'copy'")
Index("ix_work_item_waiting", work_item.c.instance_id, work_item.c.name, sqlite_where=OPEN, postgresql_where=OPEN)
_item = work_item.c
_RANK = (_item.rank_at, _item.opened_at, _item.id)
_REST = (_item.definition_key, _item.state, _item.role)
_TODO, _DELEGATED, _HANDLED = and_(OPEN, NO_COPY), and_(OPEN, _item.owner.is_not(None)), _item.closed_by.is_not(None)
UNCONFIRMED = and_(_item.recorded_by.is_not(None), _item.confirmed_at.is_(None))
"""Work items that were recorded for somebody who has not confirmed it."""
Index(
    "ix_work_item_unconfirmed",
    *(_item.closed_by, _item.state, _item.closed_at),
    sqlite_where=UNCONFIRMED,
    postgresql_where=UNCONFIRMED,
)
PROVISIONAL = and_(OPEN, _item.due_provisional == true())
"""Open work items whose due date hangs on a year that the calendar lacks."""
Index(
    "ix_work_item_provisional",
    *(_item.due_at, _item.instance_id),
    sqlite_where=PROVISIONAL,
    postgresql_where=PROVISIONAL,
)
Index("ix_work_item_todo", _item.assignee, *_RANK, *_REST, _item.name, sqlite_where=_TODO, postgresql_where=_TODO)
Index("ix_work_item_delegated", _item.owner, *_RANK, *_REST, sqlite_where=_DELEGATED, postgresql_where=_DELEGATED)
Index(
    "ix_work_item_copies",
    *(_item.assignee, _item.state, _item.opened_at, _item.id, _item.rank_at, _item.definition_key, _item.role),
    sqlite_where=IS_COPY,
    postgresql_where=IS_COPY,
)
Index(
    "ix_work_item_closed",
    *(_item.closed_by, _item.closed_at, _item.id, _item.role, _item.instance_id, _item.definition_key, _item.initiator),
    sqlite_where=_HANDLED,
    postgresql_where=_HANDLED,
)
Index(
    "ix_work_item_handled",
    *(_item.instance_id, _item.closed_by, _item.closed_at, _item.id, _item.role),
    sqlite_where=_HANDLED,
    postgresql_where=_HANDLED,
)

# ``offered``, ``opened_at``, ``rank_at`` and ``definition_key`` repeat what the work item says, so that the offers to a person
# are found, sorted and counted without looking at all that were ever made to them.
work_item_candidate = Table(
    "work_item_candidate",
    metadata,
    Column("work_item_id", ForeignKey("work_item.id"), primary_key=True),
    Column("person", String, primary_key=True),
    Column("offered", Boolean, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("rank_at", UtcDateTime, nullable=False),
    Column("definition_key", String, nullable=False),
    Index(
        "ix_work_item_candidate_offered", "person", "offered", "rank_at", "opened_at", "work_item_id", "definition_key"
    ),
)

# Who had a work item in hand and gave it away, or was told that one is overdue: they stay participants of the case.
participant = Table(
    "participant",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id"), primary_key=True),
    Column("person", String, primary_key=True),
    Index("ix_participant_person", "person", "instance_id"),
)

work_item_draft = Table(
    "work_item_draft",
    metadata,
    Column("work_item_id", ForeignKey("work_item.id"), primary_key=True),
    Column("person", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    Index("ix_work_item_draft_person", "person", "work_item_id"),
)

incident = Table(
    "incident",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False, index=True),
    Column("token_id", Integer, nullable=False),
    Column("activity_id", String, nullable=False),
    Column("error", String, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
)

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("instance_id", ForeignKey("process_instance.id"), index=True),
    Column("definition_id", ForeignKey("process_definition.id"), index=True),
    Column("holder", Integer),
    Column("name", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("due_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Index("ix_job_due", "due_at", "id"),
)

event_subscription = Table(
    "event_subscription",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("instance_id", ForeignKey("process_instance.id"), index=True),
    Column("definition_id", ForeignKey("process_definition.id"), index=True),
    Column("holder", Integer),
    Column("event_id", String, nullable=False),
    Index("ix_event_subscription_awaited", "kind", "name", "instance_id", "holder"),
)

history_event = Table(
    "history_event",
    metadata,
    Column("chain", String, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("on_behalf_of", String),
    Column("recorded_by", String),
    Column("kind", String, nullable=False),
    Column("activity_id", String),
    Column("work_item_id", String),
    Column("payload_digest", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

history_payload = Table(
    "history_payload",
    metadata,
    Column("chain", String, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(["chain", "seq"], ["history_event.chain", "history_event.seq"]),
)

# A slip stands here only within the transaction of a clearing: it lets the database accept exactly one new content of one
# payload, and only where the chain tells of it.
redaction_slip = Table(
    "redaction_slip",
    metadata,
    Column("chain", String, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("told_in", Integer, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(["chain", "seq"], ["history_payload.chain", "history_payload.seq"]),
    ForeignKeyConstraint(["chain", "told_in"], ["history_event.chain", "history_event.seq"]),
    info=CACHE,
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("chain", String, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

# Only ever appended to, as history is. ``line`` is the anchor as its file holds it; the other columns repeat what it says.
anchor = Table(
    "anchor",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("root", String(64), nullable=False),
    Column("line", LargeBinary, nullable=False),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("person", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("request_digest", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

installation = Table(
    "installation",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
