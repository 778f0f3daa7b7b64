"""版本: what a case's fields held at each step, read from its history, and what differs between two of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.definitions import Deployed
from engine.errors import InvalidSubmission, NotFound
from engine.model import EventKind, HistoryEvent, Value
from engine.persistence import instances
from workflows.attachments import actions as attachments
from workflows.attachments.actions import Attachment
from workflows.attachments.texts import READABLE, TextUnreadable, paragraphs_of
from workflows.comparison import Paragraph, compare
from workflows.extent import Extent, extent_of, require_extent
from workflows.forms.access import HIDDEN, access_map
from workflows.forms.fields import Field
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.steps import find_step
from workflows.visibility import record_reading

FILES = frozenset({"file", "files"})
TEXTS = frozenset({"text", "textarea"})
COMPARED = FILES | TEXTS


@dataclass(eq=False)
class FieldNotFound(NotFound):
    """The flow has no such field whose versions could be shown."""

    key: str


@dataclass(eq=False)
class VersionUnknown(InvalidSubmission):
    """The versions that are to be compared are not two of the field."""

    field: str = "old"


@dataclass(frozen=True)
class Version:
    """What a field held from one step on. ``number`` counts from 1; ``seq`` is the event of history that says so.

    A value that was ``corrected`` was put right beside the steps.
    """

    number: int
    seq: int
    at: datetime
    by: str
    on_behalf_of: str
    step: str
    text: str
    files: tuple[Attachment, ...]
    corrected: bool = False


@dataclass(frozen=True)
class FieldVersions:
    """A field with all its versions, the oldest first."""

    field: Field
    versions: tuple[Version, ...]

    def find(self, number: int) -> Version | None:
        """Return the version with a number."""
        return next((one for one in self.versions if one.number == number), None)


@dataclass(frozen=True)
class FileComparison:
    """Two files under one heading: what differs, or None where their texts cannot be read."""

    old: Attachment | None
    new: Attachment | None
    paragraphs: tuple[Paragraph, ...] | None


def list_versions(
    connection: Connection, office: Office, person: Person, instance_id: str, now: datetime
) -> dict[str, FieldVersions]:
    """Return the texts and files of a case that have been replaced, by field, as far as the person may see them.

    Raises:
        CaseNotVisible: The person has no part in the case.
    """
    if extent_of(connection, office, person, instance_id, now) < Extent.WHOLE:
        return {}
    found = _all_versions(connection, office, instance_id)
    return {key: one for key, one in found.items() if len(one.versions) > 1}


def get_versions(
    connection: Connection, office: Office, person: Person, instance_id: str, key: str, now: datetime
) -> FieldVersions:
    """Return all versions of one field, also where there is only one; the reading is recorded.

    Raises:
        CaseNotVisible: The person has no part in the case.
        FieldNotFound: The flow has no such field, or nothing was ever written in it.
    """
    require_extent(connection, office, person, instance_id, Extent.WHOLE, now)
    record_reading(connection, office, person, instance_id, "versions", now)
    found = _all_versions(connection, office, instance_id).get(key)
    if found is None or not found.versions:
        raise FieldNotFound(key)
    return found


def compare_texts(old: Version, new: Version) -> tuple[Paragraph, ...]:
    """Return what differs between two versions of a text."""
    return tuple(compare(old.text.splitlines(), new.text.splitlines()))


def compare_files(office: Office, old: Version, new: Version) -> tuple[FileComparison, ...]:
    """Return what differs between the files of two versions: of one name, or else in their order.

    The same file twice is left out, those without a partner stand alone. Only .docx and plain texts can be read; of others there
    is no more to say than that their content is another.
    """
    old_files, new_files = list(old.files), list(new.files)
    pairs: list[tuple[Attachment | None, Attachment | None]] = []
    for before in old.files:
        same = next((one for one in new_files if one.sha256 == before.sha256), None)
        if same is not None:
            old_files.remove(before)
            new_files.remove(same)
    for before in list(old_files):
        named = next((one for one in new_files if one.name == before.name), None)
        if named is not None:
            pairs.append((before, named))
            old_files.remove(before)
            new_files.remove(named)
    while old_files and new_files:
        pairs.append((old_files.pop(0), new_files.pop(0)))
    pairs += [*((one, None) for one in old_files), *((None, one) for one in new_files)]
    return tuple(FileComparison(before, after, _compared(office, before, after)) for before, after in pairs)


def _compared(office: Office, old: Attachment | None, new: Attachment | None) -> tuple[Paragraph, ...] | None:
    if old is None or new is None or old.cleared_at or new.cleared_at:
        return None
    if old.media_type not in READABLE or new.media_type not in READABLE:
        return None
    try:
        before, after = (paragraphs_of(office.store.path(one.sha256), one.name, one.media_type) for one in (old, new))
    except TextUnreadable:
        return None
    return tuple(compare(before, after))


def _all_versions(connection: Connection, office: Office, instance_id: str) -> dict[str, FieldVersions]:
    case = instances.get_instance(connection, instance_id)
    fields = _fields(office, office.engine.deployed(connection, case.definition.id))
    events = [one for one in office.engine.history(connection, instance_id) if _written(one)]
    changes = list(_changes(fields, events))
    names = queries.names_of(
        connection, {name for event, *_rest in changes for name in (event.actor, event.on_behalf_of) if name}
    )
    ids = {one for _event, key, value in changes if fields[key].type in FILES for one in _ids(value)}
    known = attachments.list_by_id(connection, ids)
    steps = _steps(connection, office, case.definition.id, events)
    found: dict[str, list[Version]] = {}
    for event, key, value in changes:
        is_file = fields[key].type in FILES
        found.setdefault(key, []).append(
            Version(
                number=len(found.get(key, ())) + 1,
                seq=event.seq,
                at=event.at,
                by=names.get(event.actor, event.actor),
                on_behalf_of=names.get(event.on_behalf_of, "") if event.on_behalf_of else "",
                step=steps.get(event.activity_id or "", ""),
                text="" if is_file or value is None else str(value),
                files=tuple(known[one] for one in _ids(value) if one in known) if is_file else (),
                corrected=event.kind == EventKind.VARIABLES_CORRECTED,
            )
        )
    return {key: FieldVersions(fields[key], tuple(several)) for key, several in found.items()}


def _fields(office: Office, deployed: Deployed) -> Mapping[str, Field]:
    """Return the fields of all forms of a flow whose versions can be compared and that its readers may see."""
    fields: dict[str, Field] = {}
    for activity in deployed.process.activities.values():
        form = office.forms.of(deployed, activity)
        access = access_map(form, {})
        for key, field in form.fields.items():
            if field.type in COMPARED and access[key].access != HIDDEN:
                fields.setdefault(key, field)
    return fields


def _written(event: HistoryEvent) -> Mapping[str, Value]:
    variables = event.data.get("variables")
    inputs = (EventKind.PROCESS_STARTED, EventKind.WORK_ITEM_COMPLETED, EventKind.VARIABLES_CORRECTED)
    return variables if event.kind in inputs and isinstance(variables, dict) else {}


def _changes(fields: Mapping[str, Field], events: list[HistoryEvent]) -> Iterator[tuple[HistoryEvent, str, Value]]:
    """Yield what was written that was not there already; a field that is still empty has no version."""
    held: dict[str, Value] = {}
    for event in events:
        for key, value in _written(event).items():
            if key in fields and held.get(key) != value and not (key not in held and value in (None, "", [])):
                held[key] = value
                yield event, key, value


def _ids(value: Value) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return [str(value)] if value else []


def _steps(connection: Connection, office: Office, definition_id: int, events: list[HistoryEvent]) -> dict[str, str]:
    activities = {event.activity_id for event in events if event.activity_id}
    return {one: find_step(connection, office, definition_id, one)[1].name for one in activities}
