"""The tables of items, meetings and what is recorded of them.

Each record is told by one chain alone: an item by its own case, everything else by the case of the meeting, that somebody
asked to read its full record by the case of that, and the full record itself by a ledger, apart from all of them.
"""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from engine.persistence.base import UtcDateTime, metadata
from workflows.record_tables import CanonicalValue, RecordTable

ITEM, MEETING, LINE, SEAT = "agenda_item", "meeting", "agenda_line", "meeting_seat"
STAND, WRITTEN_OPINION, RESOLUTION = "meeting_stand", "written_opinion", "meeting_resolution"
RECORD, READING = "meeting_record", "record_reading"
RECORDS_LEDGER = "office:meeting_records"

agenda_item = Table(
    "agenda_item",
    metadata,
    Column("instance_id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("unit", String, nullable=False),
    Column("category", String, nullable=False),
    Column("matter", String, nullable=False),
    Column("reporter", String),
    Column("minutes", Integer),
    Column("attendees", CanonicalValue, nullable=False),
    Column("recused", CanonicalValue, nullable=False),
    Column("body", String),
    Column("planned_number", String),
    Column("accepted", Boolean, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("reason", Text),
    Index("ix_agenda_item_body", "body", "decided_at"),
)
meeting = Table(
    "meeting",
    metadata,
    Column("instance_id", String, primary_key=True),
    Column("body", String, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("chair", String),
    Column("room", String),
    Column("year", Integer),
    Column("serial", Integer),
    Column("number", String),
    Column("convened_at", UtcDateTime),
    Column("opened_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("minutes_title", Text),
    Column("minutes_text", Text),
    Column("signed_by", String),
    Column("signed_on", String),
    Column("issue", String),
    Column("dispatched_on", String),
    Column("copies", Integer),
    Column("recipients", CanonicalValue),
    Index("ix_meeting_starts", "starts_at"),
)
agenda_line = Table(
    "agenda_line",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("item_case", String),
    Column("category", String, nullable=False),
    Column("matter", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("unit", String),
    Column("reporter", String),
    Column("minutes", Integer),
    Column("attendees", CanonicalValue, nullable=False),
    Column("recused", CanonicalValue, nullable=False),
    Column("removed", Boolean),
    Column("opened_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("present", CanonicalValue),
    Column("counts", CanonicalValue),
    Column("outcome", String),
    Column("conclusion", Text),
    Column("checked", String),
    Column("checked_by", String),
    Column("check_remark", Text),
    Index("ix_agenda_line_meeting", "instance_id", "position"),
    Index("ix_agenda_line_item", "item_case"),
)
meeting_seat = Table(
    "meeting_seat",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("person", String, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("member", Boolean, nullable=False),
    Column("answer", String),
    Column("answer_reason", Text),
    Column("answered_at", UtcDateTime),
    Column("leave", String),
    Column("leave_by", String),
    Column("leave_at", UtcDateTime),
    Column("uncounted_reason", Text),
    Column("arrived_at", UtcDateTime),
    Index("ix_meeting_seat_meeting", "instance_id", "rank"),
)
meeting_stand = Table(
    "meeting_stand",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("line", String, nullable=False),
    Column("person", String, nullable=False),
    Column("place", Integer, nullable=False),
    Column("opinion", Text),
    Column("choice", String),
    Column("said_at", UtcDateTime, nullable=False),
    Index("ix_meeting_stand_meeting", "instance_id", "line", "place"),
)
written_opinion = Table(
    "written_opinion",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("line", String, nullable=False),
    Column("person", String, nullable=False),
    Column("opinion", Text, nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Index("ix_written_opinion_meeting", "instance_id", "line"),
)
meeting_resolution = Table(
    "meeting_resolution",
    metadata,
    Column("id", String, primary_key=True),
    Column("instance_id", String, nullable=False),
    Column("line", String, nullable=False),
    Column("place", Integer, nullable=False),
    Column("matter", Text, nullable=False),
    Column("lead_unit", String, nullable=False),
    Column("co_units", CanonicalValue, nullable=False),
    Column("due_on", String, nullable=False),
    Column("number", Integer),
    Column("removed", Boolean),
    Index("ix_meeting_resolution_meeting", "instance_id", "line", "place"),
)
meeting_record = Table(
    "meeting_record",
    metadata,
    Column("instance_id", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("kept_by", String, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
)
record_reading = Table(
    "record_reading",
    metadata,
    Column("id", String, primary_key=True),
    Column("meeting", String, nullable=False),
    Column("person", String, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Index("ix_record_reading_meeting", "meeting", "person"),
)
ITEMS = RecordTable(ITEM, agenda_item)
OF_MEETINGS = (
    RecordTable(MEETING, meeting),
    RecordTable(LINE, agenda_line),
    RecordTable(SEAT, meeting_seat),
    RecordTable(STAND, meeting_stand),
    RecordTable(WRITTEN_OPINION, written_opinion),
    RecordTable(RESOLUTION, meeting_resolution),
    RecordTable(RECORD, meeting_record),
    RecordTable(READING, record_reading),
)
