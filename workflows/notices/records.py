"""The tables of notices, of what people have chosen about them, and of what is to go outside.

Notices follow from history and are no business records: whoever follows history anew writes the same ones. ``on_behalf_of``
is for whom the person stands in (代理), where what they are told of is not their own to do.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from engine.persistence.base import UtcDateTime, metadata

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("work_item_id", ForeignKey("work_item.id")),
    Column("on_behalf_of", String),
    Column("actor", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    Column("moot_at", UtcDateTime),
    Column("facts", LargeBinary, nullable=False),
    UniqueConstraint("instance_id", "seq", "person", "kind"),
    Index("ix_notice_person", "person", "id"),
    Index("ix_notice_work_item", "work_item_id", "person"),
)
# SQLite counts from an index alone only where it holds every column that is asked of, also those that are always null in it.
Index(
    "ix_notice_unread",
    *(notice.c.person, notice.c.id, notice.c.on_behalf_of, notice.c.read_at, notice.c.moot_at),
    sqlite_where=notice.c.read_at.is_(None) & notice.c.moot_at.is_(None),
    postgresql_where=notice.c.read_at.is_(None) & notice.c.moot_at.is_(None),
)

# Only what differs from what is wanted by default.
notice_choice = Table(
    "notice_choice",
    metadata,
    Column("person", ForeignKey("person.username"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("wanted", Boolean, nullable=False),
)

notice_delivery = Table(
    "notice_delivery",
    metadata,
    Column("person", ForeignKey("person.username"), primary_key=True),
    Column("interval", String, nullable=False),
    Column("email", String, nullable=False),
    Column("robot_id", String, nullable=False),
)

# A row is one notice by one channel; those of a person that are due together go in one message.
outside_message = Table(
    "outside_message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("notice_id", ForeignKey("notice.id"), nullable=False),
    Column("channel", String, nullable=False),
    Column("person", String, nullable=False),
    Column("state", String, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("notice_id", "channel"),
)
Index(
    "ix_outside_message_waiting",
    outside_message.c.due_at,
    outside_message.c.id,
    sqlite_where=outside_message.c.state == "waiting",
    postgresql_where=outside_message.c.state == "waiting",
)
