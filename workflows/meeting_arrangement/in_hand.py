"""Who may record what of a meeting: whoever has the step in hand at which it is done, or substitutes for them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from engine.errors import CaseSuspended
from engine.model import Actor, InstanceState, WorkItem, WorkItemRole, WorkItemState
from engine.persistence import instances, work_items
from workflows.forms.validation import readable_text
from workflows.meeting_arrangement.errors import NotInHand, WordsRefused
from workflows.office import Office
from workflows.organisation.values import Person
from workflows.standing import Standing
from workflows.steps import find_step

AGENDA = frozenset({"set_agenda", "convene"})
GATHERING = frozenset({"check_in", "deliberate"})
DELIBERATION = frozenset({"deliberate"})
MINUTES = frozenset({"deliberate", "draft", "edit"})
RECORD = frozenset({"deliberate", "draft", "archive"})
"""At which kinds of step the agenda is put together, people are checked in, items dealt with, minutes and the record written.

The agenda may still be changed, and a room booked, until the notice goes out.
"""
ALL = AGENDA | GATHERING | MINUTES | RECORD


def find_actor(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    kinds: Collection[str],
    now: datetime,
) -> Actor | None:
    """Return as whom a person acts on an open step of one of these kinds, or None where it is not in their hands."""
    found = find_hand(connection, office, person, instance_id, kinds, now)
    return found[1] if found is not None else None


def find_hand(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    kinds: Collection[str],
    now: datetime,
) -> tuple[WorkItem, Actor] | None:
    """Return the open step of one of these kinds that a person has in hand, and as whom they act on it; or None."""
    case = instances.get_instance(connection, instance_id)
    for item in work_items.list_of_instance(connection, instance_id):
        if item.state is not WorkItemState.OPEN or item.role is not WorkItemRole.STEP or item.kind not in kinds:
            continue
        _deployed, activity = find_step(connection, office, case.definition.id, item.activity_id)
        standing = Standing(connection, person, item, activity, case.state, now)
        if standing.may_work:
            return item, standing.actor
    return None


def require_actor(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    kinds: Collection[str],
    now: datetime,
) -> Actor:
    """Lock a case and return as whom a person acts on a step of one of these kinds.

    Args:
        connection: In a transaction; the case stays locked until it ends.
        office: The office.
        person: Who acts.
        instance_id: The case.
        kinds: Of step.
        now: Aware instant.

    Raises:
        ProcessInstanceNotFound: There is no such case.
        NotInHand: No such step is in their hands.
        CaseSuspended: The case is suspended.
    """
    locked = office.engine.lock_case(connection, instance_id)
    actor = find_actor(connection, office, person, instance_id, kinds, now)
    if actor is None:
        raise NotInHand(instance_id)
    if locked.state is InstanceState.SUSPENDED:
        raise CaseSuspended(instance_id)
    return actor


def words(office: Office, text: str, field: str, *, needed: bool = True) -> str:
    """Return a text without what surrounds it; raise ``WordsRefused`` where there is none, too much, or no text."""
    said, limit = text.replace("\r\n", "\n").strip(), office.settings.opinion_characters
    if (needed and not said) or len(said) > limit or not readable_text(said, lines=True):
        raise WordsRefused(limit, field)
    return said
