"""The working copy of a flow that is being changed: read, kept, and refused where it could not be a flow's."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import Connection, bindparam, insert, select, update

from engine.definitions import hash_of
from engine.marking import unpack
from engine.model import ProcessDefinition, WorkItemState
from engine.persistence import definitions, instances, work_items
from workflows import permissions
from workflows.extent import Extent, require_extent
from workflows.flow_changes.errors import (
    FlowDraftNewer,
    FlowDraftNotFound,
    FlowFileRefused,
    FlowKeyRefused,
    NotTheDrafter,
)
from workflows.flow_changes.new_flow import blank
from workflows.flow_changes.records import flow_change, flow_draft, flow_file
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.standing import Standing
from workflows.steps import find_step

NAME = "flow_change"
"""The business, and the key of its flow."""
DRAFTING = "draft"
MOST_FILES = 50
MOST_BYTES = 2_000_000
_file_name = re.compile(r"[a-z][a-z0-9_]{0,59}\.(bpmn|form|dmn)")
_key = re.compile(r"[a-z][a-z0-9_]{1,59}")
_draft = select(flow_draft).where(flow_draft.c.instance_id == bindparam("instance_id"))


@dataclass(frozen=True)
class FlowDraft:
    """A flow as it is being drawn.

    Attributes:
        instance_id: The case of the change.
        key: The flow.
        base: The version it began from; None for a new flow.
        files: Name and content.
        version: How often it was kept; 0 before that, when it is what it began from.
        saved_at: Aware instant of the last time; None before that.
        saved_by: Username.
    """

    instance_id: str
    key: str
    base: ProcessDefinition | None
    files: Mapping[str, bytes]
    version: int
    saved_at: datetime | None
    saved_by: str

    @property
    def base_version(self) -> int:
        """The number of the version it began from, 0 for a new flow."""
        return self.base.version if self.base is not None else 0

    @property
    def changed(self) -> bool:
        """Whether it is another than the version it began from."""
        return self.base is None or hash_of(self.files) != self.base.hash

    @property
    def digests(self) -> dict[str, str]:
        """The SHA-256 of each file, by name."""
        return {name: digest_of(content) for name, content in sorted(self.files.items())}


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def get_draft(connection: Connection, instance_id: str) -> FlowDraft:
    """Return what a change of a flow has drawn so far: of a new one, the version that it begins from.

    Raises:
        FlowDraftNotFound: The case is no change of a flow.
        FlowKeyRefused: It names no flow.
    """
    case = instances.get_instance(connection, instance_id)
    if case.definition.key != NAME:
        raise FlowDraftNotFound(instance_id)
    variables = unpack(instances.snapshot_of(connection, instance_id)).variables
    key = key_of(variables)
    row = connection.execute(_draft, {"instance_id": instance_id}).first()
    if row is None:
        base = definitions.find_newest(connection, key)
        if base is not None and not variables.get("flow_key"):
            raise FlowKeyRefused(key, "taken")
        files = files_of_version(connection, base) if base is not None else blank(key, case.title)
        return FlowDraft(instance_id, key, base, files, 0, None, "")
    based = definitions.get_definition(connection, key, row.base_version) if row.base_version else None
    return FlowDraft(instance_id, key, based, _read(connection, row.files), row.version, row.saved_at, row.saved_by)


def find_draft(connection: Connection, person: Person, office: Office, instance_id: str, now: datetime) -> FlowDraft:
    """Return a draft to somebody who sees the whole case of it.

    Raises:
        CaseNotVisible: They do not.
        FlowDraftNotFound, FlowKeyRefused: As :func:`get_draft`.
    """
    require_extent(connection, office, person, instance_id, Extent.WHOLE, now)
    return get_draft(connection, instance_id)


def may_draw(connection: Connection, office: Office, person: Person, instance_id: str, now: datetime) -> bool:
    """Tell whether a person may change the draft: the step of drafting is open and theirs to complete."""
    case = instances.get_instance(connection, instance_id)
    for item in work_items.list_of_instance(connection, instance_id):
        if item.kind != DRAFTING or item.state is not WorkItemState.OPEN:
            continue
        _deployed, activity = find_step(connection, office, case.definition.id, item.activity_id)
        if permissions.may_complete(Standing(connection, person, item, activity, case.state, now)) is None:
            return True
    return False


def keep(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    version: int,
    files: Mapping[str, bytes],
    now: datetime,
    base_version: int | None = None,
) -> FlowDraft:
    """Keep what was drawn.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who draws.
        instance_id: The case of the change.
        version: Of the draft, as the page shows it.
        files: All of its files.
        now: Aware instant.
        base_version: The version that the draft is compared with and replaces; without it, the one it had.

    Returns:
        The draft as kept.

    Raises:
        NotTheDrafter: The draft is not this person's to change, or no longer.
        FlowDraftNewer: It was kept by somebody else, or in another window, since the page was shown.
        FlowFileRefused: A file is none that a flow may have.
    """
    office.engine.lock_case(connection, instance_id)
    draft = find_draft(connection, person, office, instance_id, now)
    if not may_draw(connection, office, person, instance_id, now):
        raise NotTheDrafter(instance_id)
    if draft.version != version:
        raise FlowDraftNewer(draft.saved_by, draft.saved_at or now)
    _require_files(draft.key, files)
    _store(connection, files)
    values = {
        "base_version": draft.base_version if base_version is None else base_version,
        "files": {name: digest_of(content) for name, content in files.items()},
        "version": version + 1,
        "saved_at": now,
        "saved_by": person.username,
    }
    if version == 0:
        connection.execute(insert(flow_draft), {"instance_id": instance_id, **values})
    else:
        connection.execute(update(flow_draft).where(flow_draft.c.instance_id == instance_id).values(values))
    return get_draft(connection, instance_id)


def files_of_version(connection: Connection, base: ProcessDefinition) -> dict[str, bytes]:
    """Return the files of a version; those of the flows it calls are theirs, and are changed there."""
    files = definitions.files_of(connection, base.id)
    own = f"{base.key}.bpmn"
    if own not in files:
        return files
    return {name: content for name, content in files.items() if name == own or not name.endswith(".bpmn")}


def key_of(variables: Mapping[str, object]) -> str:
    """Return the key of the flow that a change is about; raise ``FlowKeyRefused`` where it names none."""
    chosen, new = (str(variables.get(name) or "").strip() for name in ("flow_key", "new_flow_key"))
    if chosen:
        return chosen
    if not new:
        raise FlowKeyRefused("", "missing", "flow_key")
    if not _key.fullmatch(new):
        raise FlowKeyRefused(new, "form")
    return new


def _read(connection: Connection, digests: Mapping[str, str]) -> dict[str, bytes]:
    rows = connection.execute(select(flow_file).where(flow_file.c.sha256.in_(set(digests.values()))))
    contents = {row.sha256: bytes(row.content) for row in rows}
    return {name: contents[digest] for name, digest in sorted(digests.items())}


def _store(connection: Connection, files: Mapping[str, bytes]) -> None:
    wanted = {digest_of(content): content for content in files.values()}
    known = set(connection.scalars(select(flow_file.c.sha256).where(flow_file.c.sha256.in_(wanted))))
    rows = [{"sha256": digest, "content": content} for digest, content in wanted.items() if digest not in known]
    if rows:
        connection.execute(insert(flow_file), rows)


def _require_files(key: str, files: Mapping[str, bytes]) -> None:
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise FlowFileRefused("", "size")
    for name, content in files.items():
        if not _file_name.fullmatch(name):
            raise FlowFileRefused(name, "name")
        try:
            content.decode()
        except UnicodeDecodeError as error:
            raise FlowFileRefused(name, "text") from error
    if not any(PurePath(name).suffix == ".bpmn" for name in files):
        raise FlowFileRefused(f"{key}.bpmn", "missing")


def damaged(connection: Connection) -> list[str]:
    """Return the SHA-256 of each kept file of a draft whose content is another, or that a submitted change names in vain."""
    there = {row.sha256: digest_of(bytes(row.content)) for row in connection.execute(select(flow_file))}
    named = {
        digest
        for files in connection.scalars(select(flow_change.c.files).where(flow_change.c.files.is_not(None)))
        for digest in (files.values() if isinstance(files, dict) else ())
        if isinstance(digest, str)
    }
    return sorted({key for key, digest in there.items() if key != digest} | (named - there.keys()))
