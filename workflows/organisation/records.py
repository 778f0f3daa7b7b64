"""The tables of the organisation."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from engine.persistence.base import UtcDateTime, metadata

unit = Table(
    "unit",
    metadata,
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("parent", ForeignKey("unit.code", deferrable=True)),
    Column("head", String),
    Column("leader", String),
    Column("position", Integer, nullable=False),
    Column("disabled_at", UtcDateTime),
)

post = Table(
    "post",
    metadata,
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("disabled_at", UtcDateTime),
)

person = Table(
    "person",
    metadata,
    Column("username", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("title", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("password_hash", String),
    Column("must_change_password", Boolean, nullable=False),
    Column("credential_stamp", String, nullable=False),
    Column("failed_sign_ins", Integer, nullable=False),
    Column("locked_until", UtcDateTime),
)

holding = Table(
    "holding",
    metadata,
    Column("username", ForeignKey("person.username"), primary_key=True),
    Column("unit", ForeignKey("unit.code"), primary_key=True),
    Column("post", ForeignKey("post.code"), primary_key=True),
    Column("position", Integer, nullable=False),
    Index("ix_holding_post", "post"),
)

leader_secretary = Table(
    "leader_secretary",
    metadata,
    Column("secretary", ForeignKey("person.username"), primary_key=True),
    Column("leader", ForeignKey("person.username"), primary_key=True),
)
