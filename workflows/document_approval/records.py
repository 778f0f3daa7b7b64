"""The records of documents and their numbers, and the one way in which they are written: from history's own words."""

from sqlalchemy import Column, Connection, Integer, String, Table, UniqueConstraint, insert, select, update

from engine.model import RecordChange, Variables
from engine.persistence.base import metadata

document = Table(
    "document",
    metadata,
    Column("instance_id", String, primary_key=True),
    Column("signed_by", String),
    Column("signed_at", String),
    Column("issued_on", String),
    Column("issuing_code", String),
    Column("year", Integer),
    Column("serial", Integer),
    Column("document_number", String),
    Column("registered_at", String),
    Column("dispatched_on", String),
    UniqueConstraint("issuing_code", "year", "serial"),
)

number_series = Table(
    "number_series",
    metadata,
    Column("issuing_code", String, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("opening", Integer, nullable=False),
    Column("last", Integer, nullable=False),
)


def apply_document(connection: Connection, change: RecordChange) -> None:
    """Write what history says of a document."""
    known = connection.scalar(select(document.c.instance_id).where(document.c.instance_id == change.record_id))
    if known is None:
        connection.execute(insert(document).values(instance_id=change.record_id, **change.values))
    else:
        connection.execute(update(document).where(document.c.instance_id == change.record_id).values(**change.values))


def read_documents(connection: Connection) -> dict[str, Variables]:
    """Return what the rows say of each document, by case, without what is empty."""
    return {
        row.instance_id: {
            name: value for name, value in row._mapping.items() if value is not None and name != "instance_id"
        }
        for row in connection.execute(select(document))
    }
