"""Whether a step goes on without its person, by the settings ``when_initiator`` and ``same_person`` of its model.

What a person did counts only as long as nothing has come back since: after a decision that refuses, a send back or a jump the
matter may be another, and everybody is asked again. A step is never skipped for what its substitute did.
"""

from datetime import datetime

from sqlalchemy import Connection

from engine import step_settings
from engine.delegates import Skip, Vocabulary
from engine.execution.steps_before import nearest_before
from engine.model import WITHDRAW, EventKind, Variables, WorkItem
from engine.persistence import history, work_items
from engine.process import Activity, Process

INITIATOR, SAME_PERSON = "initiator", "same_person"


def skip_of(
    connection: Connection,
    vocabulary: Vocabulary,
    process: Process,
    instance_id: str,
    activity: Activity,
    person: str,
    scope: Variables,
) -> Skip | None:
    """Return why and how a step that would be a person's goes on without them, or None where they are asked.

    Args:
        connection: For reading.
        vocabulary: Says which kinds are never skipped, and which decisions refuse.
        process: The case's definition.
        instance_id: The case.
        activity: The step, which has come in the ordinary way.
        person: To whom alone it was assigned.
        scope: The variables it sees.
    """
    asked = step_settings.skipping_settings(activity)
    kept = vocabulary.never_skipped(process.business)
    decision = step_settings.going_on(activity, kept, vocabulary.refusing) if asked else None
    if decision is None:
        return None
    if "when_initiator" in asked and person == scope.get("initiator"):
        return Skip(person, INITIATOR, decision)
    if "same_person" in asked:
        done = _since_it_came_back(connection, vocabulary, instance_id)
        if _has_acted(process, activity, person, done, asked["same_person"]):
            return Skip(person, SAME_PERSON, decision)
    return None


def _has_acted(process: Process, activity: Activity, person: str, done: list[WorkItem], rule: str) -> bool:
    """Tell whether a person has done the step before this one, or any; a step that was done itself has come again."""
    if any(one.activity_id == activity.id for one in done):
        return False
    if rule == step_settings.SKIP_CONSECUTIVE:
        nearest = nearest_before(process, activity.id, {one.activity_id for one in done})
        done = [one for one in done if one.activity_id in nearest][-1:]
    return any(one.assignee == one.closed_by == person for one in done)


def _since_it_came_back(connection: Connection, vocabulary: Vocabulary, instance_id: str) -> list[WorkItem]:
    """Return what was completed in a case since it was last refused, sent back or moved, the last one last."""
    done = work_items.list_done(connection, instance_id)
    moves = history.list_of_kind(connection, instance_id, EventKind.TOKEN_MOVED)
    came_back: list[datetime] = [one.event.at for one in moves if one.event.data["mode"] != WITHDRAW]
    came_back += [one.closed_at for one in done if one.decision in vocabulary.refusing and one.closed_at is not None]
    if not came_back:
        return done
    last = max(came_back)
    return [one for one in done if one.closed_at is not None and one.closed_at > last]
