"""Add attachments, and bind them to the case they are handed in with."""

import os.path
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.errors import InvalidSubmission, NotFound
from engine.history import Entry
from engine.model import Actor, Value
from engine.persistence.history import append_to_ledger
from workflows.attachments.records import attachment, stored_file
from workflows.attachments.store import AttachmentStore, Received
from workflows.attachments.texts import DOCX, PLAIN, TextUnreadable, paragraphs_of, read_plain
from workflows.attachments.told import ADDED, LEDGER
from workflows.secrecy import StateSecretRefused, mark_in_first_lines, mark_in_name

LONGEST_NAME = 200
LONGEST_SUFFIX = 20
MOST_LOOKED_AT = 4_000
MOST_LOOKED_INTO = 5_000_000
"""Bytes of a text, and of a document that has to be unpacked, whose head is looked at for marks of secrecy."""
ID = re.compile(r"[\w-]{1,64}", re.ASCII)
EXECUTABLE_STARTS = (
    b"MZ",  # Windows
    b"\x7fELF",  # Linux
    b"#!",  # scripts
    b"\xca\xfe\xba\xbe",  # Java, macOS
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # shortcuts of Windows
)
TEXT_SUFFIXES = frozenset({".txt", ".md", ".csv"})
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""Marks of a charset in which every other byte of a Latin letter is 0."""

NOT_IN_A_NAME = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that nobody sees, or that turn the direction of what follows."""
MEDIA_TYPES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
)
ZIPPED = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".ofd": "application/ofd",
}


@dataclass(eq=False)
class AttachmentEmpty(InvalidSubmission):
    """The file has no content."""

    name: str
    field: str = "file"


@dataclass(eq=False)
class AttachmentMissing(InvalidSubmission):
    """No file was sent."""

    field: str = "file"


@dataclass(eq=False)
class AttachmentTooBig(InvalidSubmission):
    """The file is larger than the office allows."""

    name: str
    limit_bytes: int


@dataclass(eq=False)
class AttachmentRefused(InvalidSubmission):
    """The file is a program, or has no usable name."""

    name: str
    field: str = "file"


@dataclass(eq=False)
class AttachmentNotFound(NotFound):
    """There is no such attachment."""

    attachment_id: str


@dataclass(eq=False)
class AttachmentCleared(NotFound):
    """The content of the attachment was cleared by two people."""

    attachment_id: str


@dataclass(eq=False)
class FileWasCleared(InvalidSubmission):
    """The same file was cleared from this system before."""

    field: str = "file"


@dataclass(frozen=True)
class Attachment:
    """A file under the name it was handed in with."""

    id: str
    sha256: str
    name: str
    size: int
    media_type: str
    uploaded_by: str
    uploaded_at: datetime
    instance_id: str | None
    cleared_at: datetime | None = None


_all = select(attachment, stored_file.c.size, stored_file.c.media_type, stored_file.c.cleared_at).join(
    stored_file, stored_file.c.sha256 == attachment.c.sha256
)


_cleared = select(stored_file.c.sha256).where(stored_file.c.cleared_at.is_not(None))


def add(
    connection: Connection,
    store: AttachmentStore,
    name: str,
    stream: BinaryIO,
    limit_bytes: int,
    by: str,
    now: datetime,
) -> Attachment:
    """Store a file and remember under which name it came.

    Args:
        connection: In a transaction.
        store: Where the bytes go.
        name: As the browser sent it; only its last part is kept, without control characters.
        stream: The bytes.
        limit_bytes: The most that is accepted.
        by: Username.
        now: Aware instant.

    Returns:
        The attachment, bound to no case yet.

    Raises:
        AttachmentEmpty: It has 0 bytes.
        AttachmentTooBig: It has more than ``limit_bytes``.
        AttachmentRefused: It is a program, or has no usable name.
        StateSecretRefused: Its name, or the head of a text that can be read, bears the mark of a state secret; nothing of it
            is kept.
        FileWasCleared: Its content was cleared before; nothing of it is kept.
    """
    clean = _clean_name(name)
    if not clean:
        raise AttachmentRefused("")
    if mark := mark_in_name(clean):
        raise StateSecretRefused(mark, "file")
    with store.receive(stream, limit_bytes) as received:
        if received.size == 0:
            raise AttachmentEmpty(clean)
        if received.size > limit_bytes:
            raise AttachmentTooBig(clean, limit_bytes)
        if received.start.startswith(EXECUTABLE_STARTS):
            raise AttachmentRefused(clean)
        if mark := mark_in_first_lines(_first_lines(received, clean)):
            raise StateSecretRefused(mark, "file")
        if connection.scalar(_cleared.where(stored_file.c.sha256 == received.sha256)) is not None:
            raise FileWasCleared
        received.keep()
    sha256 = received.sha256
    media_type = _remember(connection, received, _media_type(clean, received.start), now)
    row = {
        "id": secrets.token_urlsafe(16),
        "sha256": sha256,
        "name": clean,
        "uploaded_by": by,
        "uploaded_at": now,
        "instance_id": None,
    }
    connection.execute(insert(attachment).values(row))
    _tell_added(connection, row, received.size, media_type, by, now)
    return Attachment(size=received.size, media_type=media_type, **row)  # type: ignore[arg-type]


def get(connection: Connection, attachment_id: str) -> Attachment:
    """Return an attachment; raise ``AttachmentNotFound``."""
    found = list_by_id(connection, [attachment_id])
    if not found:
        raise AttachmentNotFound(attachment_id)
    return found[attachment_id]


def list_by_id(connection: Connection, ids: Iterable[str]) -> dict[str, Attachment]:
    """Return the attachments with these ids, by id; what cannot be an id is passed over."""
    rows = connection.execute(_all.where(attachment.c.id.in_(_possible(ids))))
    return {row.id: Attachment(**row._mapping) for row in rows}


def usable_by(connection: Connection, ids: frozenset[str], username: str, instance_id: str | None) -> frozenset[str]:
    """Return which of these attachments a person may hand in with a case: their own new ones, and the case's."""
    return frozenset(
        one.id
        for one in list_by_id(connection, ids).values()
        if (one.instance_id is None and one.uploaded_by == username)
        or (instance_id is not None and one.instance_id == instance_id)
    )


def bind(connection: Connection, ids: Iterable[str], instance_id: str) -> None:
    """Make attachments part of a case; whoever may see the case may then read them.

    Raises:
        AttachmentNotFound: One does not exist, or became part of another case meanwhile.
    """
    asked = set(ids)
    if not asked:
        return
    connection.execute(
        update(attachment)
        .where(attachment.c.id.in_(_possible(asked)), attachment.c.instance_id.is_(None))
        .values(instance_id=instance_id)
    )
    bound = {one.id for one in list_by_id(connection, asked).values() if one.instance_id == instance_id}
    if asked != bound:
        raise AttachmentNotFound(min(asked - bound))


def copy(connection: Connection, ids: Iterable[str], instance_id: str, by: str, now: datetime) -> tuple[str, ...]:
    """Let files of a case be handed in with another one, as attachments of their own that share the stored content.

    Args:
        connection: In a transaction.
        ids: Attachments of the case; others are passed over.
        instance_id: The case they are part of, which the caller has seen to be visible to the person.
        by: Username of whoever carries them over.
        now: Aware instant.

    Returns:
        The ids of the copies, in the order given, bound to no case yet.
    """
    asked = list(ids)
    known = list_by_id(connection, asked)
    rows = [
        {
            "id": secrets.token_urlsafe(16),
            "sha256": known[one].sha256,
            "name": known[one].name,
            "uploaded_by": by,
            "uploaded_at": now,
            "instance_id": None,
        }
        for one in asked
        if one in known and known[one].instance_id == instance_id
    ]
    if rows:
        connection.execute(insert(attachment), rows)
    for row in rows:
        first = next(one for one in known.values() if one.sha256 == row["sha256"])
        _tell_added(connection, row, first.size, first.media_type, by, now)
    return tuple(str(row["id"]) for row in rows)


def damaged(connection: Connection, store: AttachmentStore) -> list[str]:
    """Return the SHA-256 of each stored file whose content is gone or changed, or is there although it was cleared."""
    rows = connection.execute(select(stored_file.c.sha256, stored_file.c.cleared_at))
    return [row.sha256 for row in rows if store.digest_of(row.sha256) != (None if row.cleared_at else row.sha256)]


def clear(connection: Connection, sha256: str, instead: str, now: datetime) -> list[str]:
    """Clear a content: every attachment that has it gets another name; the bytes go with :func:`remove_cleared`.

    Args:
        connection: In a transaction.
        sha256: The content.
        instead: What stands in the place of the names.
        now: Aware instant.

    Returns:
        The cases whose attachments they are.
    """
    ours = attachment.c.sha256 == sha256
    connection.execute(update(stored_file).where(stored_file.c.sha256 == sha256).values(cleared_at=now))
    connection.execute(update(attachment).where(ours).values(name=instead))
    return cases_with(connection, sha256)


def remove_cleared(connection: Connection, store: AttachmentStore) -> int:
    """Remove the bytes of what was cleared, after that was committed; return how many files were still there."""
    return sum(store.remove(sha256) for sha256 in connection.scalars(_cleared))


def cases_with(connection: Connection, sha256: str) -> list[str]:
    """Return the cases that have an attachment with a content."""
    whose = attachment.c.instance_id
    return sorted(connection.scalars(select(whose).where(attachment.c.sha256 == sha256, whose.is_not(None)).distinct()))


def _tell_added(
    connection: Connection, row: Mapping[str, object], size: int, media_type: str, by: str, now: datetime
) -> None:
    told: dict[str, Value] = {name: str(row[name]) for name in ("id", "sha256", "name")}
    entry = Entry(ADDED, {**told, "size": size, "media_type": media_type})
    append_to_ledger(connection, LEDGER, entry, Actor(by), now)


def _possible(ids: Iterable[str]) -> set[str]:
    """Leave out what no attachment is called: not every text could even be asked of the database."""
    return {one for one in ids if ID.fullmatch(one)}


def _remember(connection: Connection, received: Received, media_type: str, now: datetime) -> str:
    """Write the row of a content unless there is one, also when it comes twice at once; return its media type."""
    known = select(stored_file.c.media_type).where(stored_file.c.sha256 == received.sha256)
    found = connection.scalar(known)
    if found is not None:
        return str(found)
    row = {"sha256": received.sha256, "size": received.size, "media_type": media_type, "stored_at": now}
    try:
        with connection.begin_nested():
            connection.execute(insert(stored_file).values(row))
    except IntegrityError:
        return str(connection.scalars(known).one())
    return media_type


def _first_lines(received: Received, name: str) -> list[str]:
    """Return how a document begins, as far as its text can be read at all; a scan is only a picture."""
    media_type = _media_type(name, received.start)
    if media_type == PLAIN:
        return read_plain(received.temporary, MOST_LOOKED_AT).text.splitlines()
    if media_type == DOCX and received.size <= MOST_LOOKED_INTO:
        try:
            return paragraphs_of(received.temporary, name, media_type)
        except TextUnreadable:
            return []
    return []


def _clean_name(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in last if unicodedata.category(char) not in NOT_IN_A_NAME).strip()
    if not kept.strip(". "):
        return ""
    stem, suffix = os.path.splitext(kept)  # noqa: PTH122  (a name, not a path of this machine)
    return stem[: LONGEST_NAME - len(suffix)] + suffix if len(suffix) <= LONGEST_SUFFIX else kept[:LONGEST_NAME]


def _media_type(name: str, start: bytes) -> str:
    for magic, media_type in MEDIA_TYPES:
        if start.startswith(magic):
            return media_type
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122
    if start.startswith(b"PK\x03\x04"):
        return ZIPPED.get(suffix, "application/zip")
    is_text = b"\x00" not in start or start.startswith(UTF_16)
    return "text/plain" if suffix in TEXT_SUFFIXES and is_text else "application/octet-stream"
