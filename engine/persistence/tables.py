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
)

from engine.persistence.base import UtcDateTime, metadata

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
)
Index(
    "ix_process_instance_unfollowed",
    process_instance.c.head_at,
    process_instance.c.id,
    sqlite_where=process_instance.c.head_seq > process_instance.c.followed_seq,
    postgresql_where=process_instance.c.head_seq > process_instance.c.followed_seq,
)

work_item = Table(
    "work_item",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False),
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
    Index("ix_work_item_todo", "assignee", "state", "opened_at", "id", "due_at"),
    Index("ix_work_item_closed", "closed_by", "closed_at", "id"),
)

# ``offered`` and ``opened_at`` repeat what the work item says, so that the offers to a person are found and counted without
# looking at all that were ever made to them.
work_item_candidate = Table(
    "work_item_candidate",
    metadata,
    Column("work_item_id", ForeignKey("work_item.id"), primary_key=True),
    Column("person", String, primary_key=True),
    Column("offered", Boolean, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Index("ix_work_item_candidate_offered", "person", "offered", "opened_at", "work_item_id"),
)

# Who had a work item in hand and gave it away: they stay participants of the case.
participant = Table(
    "participant",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id"), primary_key=True),
    Column("person", String, primary_key=True),
)

work_item_draft = Table(
    "work_item_draft",
    metadata,
    Column("work_item_id", ForeignKey("work_item.id"), primary_key=True),
    Column("person", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
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

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("chain", String, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
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
