"""Several candidates of supervision become one matter: the others end, and what they ask for is carried over as a draft."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from engine.marking import unpack
from engine.persistence import instances, work_items
from workflows import worklist
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.supervision.looking_rules import MERGE
from workflows.worklist import Submission


def merge(
    connection: Connection,
    office: Office,
    person: Person,
    into: str,
    others: Sequence[str],
    reason: str,
    now: datetime,
) -> None:
    """Merge candidates into one, as their clerk; the one that stays finds the words of all of them in its clerk's draft.

    Args:
        connection: In a transaction; either all are merged or none.
        office: The office.
        person: The clerk.
        into: The work item of the candidate that stays.
        others: The work items of those that are merged into it.
        reason: The clerk's words.
        now: Aware instant.

    Raises:
        WorkItemNotFound: There is no such work item.
        NotPermitted, Conflict, InvalidSubmission: As for completing each of them.
    """
    staying = work_items.get_work_item(connection, into)
    told = [unpack(instances.snapshot_of(connection, staying.instance_id)).variables]
    for one in others:
        item = work_items.get_work_item(connection, one)
        told.append(unpack(instances.snapshot_of(connection, item.instance_id)).variables)
        submission = Submission(item.version, MERGE, reason, {"merge_into": staying.instance_id})
        worklist.complete(connection, office, person, item.id, submission, now)
    limit = office.settings.title_characters
    words = [str(one.get("matter") or one.get("title") or "") for one in told]
    draft = {
        "title": "；".join(str(one.get("title") or "") for one in told)[:limit],
        "matter": "\n".join(f"{number}. {text}" for number, text in enumerate(words, start=1)),
    }
    worklist.save_draft(connection, office, person, staying.id, staying.version, draft, "", now)
