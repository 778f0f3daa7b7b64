"""自动暂存: entries are kept while they are typed, and never put over newer ones from another window."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine import canonical
from engine.errors import Conflict
from engine.persistence import instances, work_items
from workflows import worklist
from workflows.forms.access import AccessMap
from workflows.forms.fields import Form
from workflows.forms.validation import SubmissionInvalid
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.worklist import Entries

NEVER = ""
"""The stamp of a draft that does not exist."""


@dataclass(eq=False)
class DraftNewer(Conflict):
    """Another window has kept a draft of the same work item since this page was shown."""

    work_item_id: str
    at: datetime | None


@dataclass(frozen=True)
class Kept:
    """What was kept: the stamp by which the next one is judged, and the labels of fields that could not be kept."""

    stamp: str
    left_out: tuple[str, ...]


def stamp_of(connection: Connection, work_item_id: str, person: Person) -> str:
    """Return the stamp of a person's draft of a work item; it changes whenever the draft is kept anew."""
    at = work_items.draft_saved_at(connection, work_item_id, person.username)
    return canonical.instant(at) if at else NEVER


def keep(
    connection: Connection,
    office: Office,
    person: Person,
    work_item_id: str,
    version: int,
    entries: Entries,
    opinion: str,
    seen: str,
    now: datetime,
    attachments: tuple[str, ...] | None = None,
) -> Kept:
    """Keep a person's unfinished entries, as :func:`workflows.worklist.save_draft` does, unless theirs are newer.

    A field that is only half typed and therefore none that could be kept does not keep the others from it.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who types.
        work_item_id: The work item.
        version: Of the work item, as the page shows it.
        entries: Values by key, or how to read them.
        opinion: As typed.
        seen: The stamp of the draft that the page shows, or of what it has kept itself.
        now: Aware instant.
        attachments: The ids of what is attached to the opinion; None leaves what the draft had.

    Returns:
        The new stamp, and what was left out.

    Raises:
        DraftNewer: Another window was faster.
        OpinionTooLong, OpinionUnreadable: The opinion is none that could be kept.
        WorkItemNotFound, Conflict, NotPermitted: As for completing.
    """
    item = work_items.get_work_item(connection, work_item_id)
    instances.lock_instance(connection, item.instance_id)
    if stamp_of(connection, work_item_id, person) != seen:
        raise DraftNewer(work_item_id, work_items.draft_saved_at(connection, work_item_id, person.username))
    left_out: tuple[str, ...] = ()
    try:
        worklist.save_draft(connection, office, person, work_item_id, version, entries, opinion, now, attachments)
    except SubmissionInvalid as error:
        refused = {one.field for one in error.errors}
        form, _access = worklist.step_form(connection, office, work_item_id)
        left_out = tuple(form.fields[key].label if key in form.fields else key for key in sorted(refused))
        rest = _without(entries, refused)
        worklist.save_draft(connection, office, person, work_item_id, version, rest, opinion, now, attachments)
    return Kept(stamp_of(connection, work_item_id, person), left_out)


def _without(entries: Entries, refused: set[str]) -> Entries:
    def read(form: Form, access: AccessMap) -> Mapping[str, object]:
        given = entries(form, access) if callable(entries) else entries
        return {key: value for key, value in given.items() if key not in refused}

    return read
