"""The records of matters, their feedback, their due dates; of tasks; and of oral orders."""

from sqlalchemy import Column, Index, Integer, String, Table

from engine.persistence.base import UtcDateTime, metadata
from workflows.record_tables import CanonicalValue, RecordTable

MATTER, SOURCE, FEEDBACK, ASSISTANCE, DUE_CHANGE, RETURN = (
    "matter",
    "matter_source",
    "matter_feedback",
    "matter_assistance",
    "matter_due_change",
    "matter_return",
)
TASK = "assigned_task"
ORAL_ORDER = "oral_order"
ORAL_ORDERS_LEDGER = "office:oral_orders"

matter = Table(
    "matter",
    metadata,
    Column("instance_id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("number", String),
    Column("source_kind", String, nullable=False),
    Column("source_number", String),
    Column("decision_no", String),
    Column("lead_unit", String),
    Column("co_units", CanonicalValue),
    Column("responsible_leader", String),
    Column("handler", String),
    Column("due_on", String),
    Column("original_due_on", String),
    Column("extensions", Integer),
    Column("extension_asked_on", String),
    Column("paused_on", String),
    Column("phase", String),
    Column("disposal", String),
    Column("disposal_reason", String),
    Column("merged_into", String),
    Column("entered_on", String, nullable=False),
    Column("registered_on", String),
    Column("received_on", String),
    Column("applied_on", String),
    Column("closed_on", String),
    Column("last_feedback_on", String),
    Column("last_progress", Integer),
    Column("next_feedback_on", String),
    Index("ix_matter_phase_due", "phase", "due_on"),
    Index("ix_matter_closed", "closed_on"),
    Index("ix_matter_lead_unit", "lead_unit"),
)
MATTERS = RecordTable(MATTER, matter)
"""One row for each candidate. ``phase`` is its state beside what ``extension_asked_on`` and ``paused_on`` say; a candidate with a
``disposal`` never became a matter."""

matter_source = Table(
    "matter_source",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("title", String, nullable=False),
    Column("matter", String),
    Column("source_kind", String, nullable=False),
    Column("source_number", String),
    Column("decision_no", String),
    Index("ix_matter_source_instance", "instance_id"),
)
SOURCES = RecordTable(SOURCE, matter_source)
"""Where a candidate came from, by the candidate's own case; ``instance_id`` is the matter that carries it now."""

matter_feedback = Table(
    "matter_feedback",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("round", Integer, nullable=False),
    Column("due_on", String),
    Column("given_on", String, nullable=False),
    Column("given_by", String),
    Column("signed_by", String),
    Column("progress", Integer),
    Column("done", String),
    Column("problems", String),
    Column("next_steps", String),
    Column("evidence", CanonicalValue),
    Index("ix_matter_feedback_instance", "instance_id", "round"),
    Index("ix_matter_feedback_given", "given_on"),
)
FEEDBACKS = RecordTable(FEEDBACK, matter_feedback)

matter_assistance = Table(
    "matter_assistance",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("round", Integer, nullable=False),
    Column("unit", String),
    Column("told_on", String, nullable=False),
    Column("told_by", String, nullable=False),
    Column("words", String),
    Index("ix_matter_assistance_instance", "instance_id", "round"),
)
ASSISTANCES = RecordTable(ASSISTANCE, matter_assistance)
"""What an assisting unit has told the one that leads, for a round of feedback."""

matter_due_change = Table(
    "matter_due_change",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("asked_on", String, nullable=False),
    Column("asked_by", String),
    Column("reason", String),
    Column("old_due_on", String),
    Column("new_due_on", String),
    Column("outcome", String),
    Column("decided_on", String),
    Column("decided_by", String),
    Index("ix_matter_due_change_instance", "instance_id", "asked_on"),
    Index("ix_matter_due_change_decided", "decided_on"),
)
DUE_CHANGES = RecordTable(DUE_CHANGE, matter_due_change)

matter_return = Table(
    "matter_return",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("returned_on", String, nullable=False),
    Column("returned_by", String),
    Column("reason", String),
    Index("ix_matter_return_instance", "instance_id"),
    Index("ix_matter_return_on", "returned_on"),
)
RETURNS = RecordTable(RETURN, matter_return)

assigned_task = Table(
    "assigned_task",
    metadata,
    Column("instance_id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("number", String),
    Column("source_number", String),
    Column("assigned_unit", String),
    Column("assigned_person", String),
    Column("accepter", String),
    Column("due_on", String),
    Column("state", String, nullable=False),
    Column("assigned_on", String),
    Column("received_on", String),
    Column("finished_on", String),
    Column("accepted_on", String),
    Index("ix_assigned_task_state", "state", "due_on"),
)
TASKS = RecordTable(TASK, assigned_task)

oral_order = Table(
    "oral_order",
    metadata,
    Column("id", String, primary_key=True),
    Column("ordered_by", String, nullable=False),
    Column("ordered_on", String, nullable=False),
    Column("words", String, nullable=False),
    Column("lead_unit", String),
    Column("due_on", String),
    Column("recorded_by", String, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("disposal", String),
    Column("reason", String),
    Column("instance_id", String),
    Column("settled_by", String),
    Column("settled_at", UtcDateTime),
    Index("ix_oral_order_recorded", "recorded_at", "id"),
)
ORAL_ORDERS = RecordTable(ORAL_ORDER, oral_order)

RECORDS = (MATTERS, SOURCES, FEEDBACKS, ASSISTANCES, DUE_CHANGES, RETURNS, TASKS, ORAL_ORDERS)
