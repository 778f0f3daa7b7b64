"""What of a case can be cleared, as somebody who sees the case chooses it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.canonical import CLEARED
from engine.persistence import work_items
from workflows import cases
from workflows.attachments.records import attachment, stored_file
from workflows.clearings import PlaceKind
from workflows.comments.actions import list_comments
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.redaction.errors import PlaceNotFound

FREE_TEXTS = frozenset({"text", "textarea", "table"})
"""Types of fields in which people write freely; what they choose from lists, numbers and dates decides flows and is no text."""
SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class Place:
    """Something of a case that can be cleared.

    Attributes:
        kind: What it is.
        id: A field's key, or the id of a work item, comment or attachment.
        label: What it is, without its content.
        shown: How its content begins; for those alone who see the case.
        sha256: Of an attachment, as the others.
        size: In bytes.
        media_type: As the house knows it.
    """

    kind: PlaceKind
    id: str
    label: str
    shown: str
    sha256: str | None = None
    size: int | None = None
    media_type: str | None = None


def list_places(
    connection: Connection, office: Office, person: Person, instance_id: str, now: datetime
) -> tuple[Place, ...]:
    """Return what of a case can be cleared; raise ``CaseNotVisible``."""
    return (
        *_attachments(connection, instance_id),
        *_fields(connection, office, person, instance_id, now),
        *_opinions(connection, instance_id),
        *_comments(connection, office, person, instance_id, now),
    )


def get_place(
    connection: Connection, office: Office, person: Person, instance_id: str, kind: str, place: str, now: datetime
) -> Place:
    """Return one place of a case; raise ``PlaceNotFound``, or ``CaseNotVisible``."""
    for one in list_places(connection, office, person, instance_id, now):
        if (one.kind.value, one.id) == (kind, place):
            return one
    raise PlaceNotFound(kind, place)


def _attachments(connection: Connection, instance_id: str) -> Iterator[Place]:
    rows = connection.execute(
        select(attachment, stored_file.c.size, stored_file.c.media_type)
        .join(stored_file, stored_file.c.sha256 == attachment.c.sha256)
        .where(attachment.c.instance_id == instance_id, stored_file.c.cleared_at.is_(None))
        .order_by(attachment.c.uploaded_at, attachment.c.id)
    )
    for row in rows:
        yield Place(PlaceKind.ATTACHMENT, row.id, "", row.name, row.sha256, row.size, row.media_type)


def _fields(connection: Connection, office: Office, person: Person, instance_id: str, now: datetime) -> Iterator[Place]:
    for view in cases.get_case(connection, office, person, instance_id, now, recorded=True).fields:
        if view.type in FREE_TEXTS and view.value != CLEARED:
            shown = view.value if isinstance(view.value, str) else ""
            yield Place(PlaceKind.FIELD, view.key, view.label, shown[:SHOWN_CHARACTERS])


def _opinions(connection: Connection, instance_id: str) -> Iterator[Place]:
    items = [
        one
        for one in work_items.list_of_instance(connection, instance_id)
        if one.opinion and one.opinion != CLEARED and one.closed_by
    ]
    names = queries.names_of(connection, {str(one.closed_by) for one in items})
    for one in items:
        label = f"{one.name}（{names.get(str(one.closed_by), one.closed_by)}）"
        yield Place(PlaceKind.OPINION, one.id, label, (one.opinion or "")[:SHOWN_CHARACTERS])


def _comments(
    connection: Connection, office: Office, person: Person, instance_id: str, now: datetime
) -> Iterator[Place]:
    said = list_comments(connection, office, person, instance_id, now, recorded=True)
    names = queries.names_of(connection, {one.author for one in said})
    for one in said:
        if one.text != CLEARED:
            yield Place(PlaceKind.COMMENT, one.id, names.get(one.author, one.author), one.text[:SHOWN_CHARACTERS])
