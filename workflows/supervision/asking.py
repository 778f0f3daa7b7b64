"""What people ask for beside the steps of a matter: to be given longer, to pause it, to end it, to urge its unit.

Each is a message to the case, told by its history with who has sent it; the flow says what follows.
"""

from datetime import date, datetime

from sqlalchemy import Connection

from engine.marking import unpack
from engine.model import Actor, Advanced, Variables
from engine.persistence import instances
from workflows import duties
from workflows.forms.validation import readable_text
from workflows.office import Office
from workflows.organisation import queries
from workflows.organisation.values import Person
from workflows.supervision.errors import (
    AskedAlready,
    ExtensionPending,
    ExtensionTooLate,
    MatterNotInProgress,
    NewDueDateTooEarly,
    NotTheLeadUnit,
    ReasonMissing,
)
from workflows.supervision.looking_rules import require_working
from workflows.supervision.matters import get_row, state_of
from workflows.supervision.rules import NEW_DUE_DATE, SHANGHAI
from workflows.supervision.values import UNDER_WAY, State
from workflows.visibility import require_visible

CLERKS = ("supervision_clerk",)
URGERS = ("supervision_clerk", "office_director")
LONGEST_REASON = 1_000


def ask_extension(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    new_due_on: date | None,
    reason: str,
    progress: str,
    now: datetime,
) -> Advanced:
    """Ask for a later due date (申请延期), as who works on the matter or heads the unit that leads.

    Args:
        connection: In a transaction.
        office: The office.
        person: Who asks; signed by the head of the unit unless that is who asks.
        instance_id: The matter.
        new_due_on: The day that is asked for.
        reason: Why.
        progress: How far the matter is.
        now: Aware instant.

    Returns:
        What the request left behind.

    Raises:
        NotTheLeadUnit: They are neither.
        MatterNotInProgress: The matter is not in progress.
        ExtensionPending: One was asked for before and is not decided.
        ExtensionTooLate: The due date is past.
        NewDueDateTooEarly: The new day is not later.
        DueDateFree: The office does not work on the new day.
        ReasonMissing: There is no reason.

    Source:
        Practice of such offices: an extension is asked for before the due date, with reason, expected finish and progress; the
        head of the unit, the clerk, the responsible leader and the leader who approves sign it in turn.
    """
    office.engine.lock_case(connection, instance_id)
    require_visible(connection, person, instance_id, now)
    row, today = get_row(connection, instance_id), now.astimezone(SHANGHAI).date()
    head = queries.head_of(connection, row.lead_unit or "")
    if person.username not in (row.handler, head):
        raise NotTheLeadUnit
    state = state_of(row)
    if state is State.EXTENSION_ASKED:
        raise ExtensionPending
    if state is not State.IN_PROGRESS:
        raise MatterNotInProgress(state.value if state else "")
    due_on = date.fromisoformat(row.due_on)
    if today > due_on:
        raise ExtensionTooLate(due_on)
    if new_due_on is None or new_due_on <= due_on:
        raise NewDueDateTooEarly(row.due_on)
    require_working(connection, new_due_on, office.calendars.current, NEW_DUE_DATE)
    payload: Variables = {
        NEW_DUE_DATE: new_due_on.isoformat(),
        "extension_reason": _reason(reason),
        "extension_progress": _reason(progress, "progress"),
        "extension_by": person.username,
        "extension_signed": person.username == head,
    }
    return _send(connection, office, person, instance_id, "extension_asked", payload, now)


def ask_pause(
    connection: Connection, office: Office, person: Person, instance_id: str, reason: str, now: datetime
) -> Advanced:
    """Ask that a matter in progress be paused (申请暂停), as the clerk or for the unit that leads.

    Raises:
        NotTheLeadUnit: They are neither the clerk nor of the unit.
        MatterNotInProgress: The matter is not in progress, or is paused.
        AskedAlready: That was asked for before and is not decided.
        ReasonMissing: There is no reason.
    """
    office.engine.lock_case(connection, instance_id)
    require_visible(connection, person, instance_id, now)
    row = get_row(connection, instance_id)
    theirs = (row.handler, queries.head_of(connection, row.lead_unit or ""))
    if person.username not in theirs and not person.posts & set(CLERKS):
        raise NotTheLeadUnit
    _require_state(row, frozenset({State.IN_PROGRESS}))
    _require_not_asked(connection, instance_id, "pause_reason")
    payload: Variables = {"pause_reason": _reason(reason), "pause_by": person.username}
    return _send(connection, office, person, instance_id, "pause_asked", payload, now)


def ask_termination(
    connection: Connection, office: Office, person: Person, instance_id: str, reason: str, now: datetime
) -> Advanced:
    """Ask that a matter end before it is done (申请终止), as the clerk; a leader approves it.

    Raises:
        PostRequired: They are no clerk of supervision.
        MatterNotInProgress: The matter was never given out, or has ended.
        AskedAlready: That was asked for before and is not decided.
        ReasonMissing: There is no reason.
    """
    duties.require_post(person, CLERKS)
    office.engine.lock_case(connection, instance_id)
    _require_state(get_row(connection, instance_id), UNDER_WAY)
    _require_not_asked(connection, instance_id, "termination_reason")
    payload: Variables = {"termination_reason": _reason(reason), "termination_by": person.username}
    return _send(connection, office, person, instance_id, "termination_asked", payload, now)


def urge(
    connection: Connection, office: Office, person: Person, instance_id: str, words: str, now: datetime
) -> Advanced:
    """Urge the unit that leads (催办单); what follows for an overdue matter, the flow and the settings say.

    Raises:
        PostRequired: They are neither clerk of supervision nor the office director.
        MatterNotInProgress: The matter is not with its unit.
        ReasonMissing: There are no words.
    """
    duties.require_post(person, URGERS)
    office.engine.lock_case(connection, instance_id)
    with_the_unit = frozenset({State.AWAITING_RECEIPT, State.IN_PROGRESS, State.EXTENSION_ASKED})
    _require_state(get_row(connection, instance_id), with_the_unit)
    payload: Variables = {"urging_words": _reason(words, "words"), "urged_by": person.username}
    return _send(connection, office, person, instance_id, "urging_issued", payload, now)


def _send(
    connection: Connection,
    office: Office,
    person: Person,
    instance_id: str,
    name: str,
    payload: Variables,
    now: datetime,
) -> Advanced:
    return office.engine.hand_message(connection, instance_id, name, payload, now, Actor(person.username))


def _require_not_asked(connection: Connection, instance_id: str, reason: str) -> None:
    """Raise ``AskedAlready`` while a request is open: its reason stays with the case until it is decided."""
    if unpack(instances.snapshot_of(connection, instance_id)).variables.get(reason):
        raise AskedAlready


def _require_state(row: object, allowed: frozenset[State]) -> None:
    state = state_of(row)
    if state not in allowed:
        raise MatterNotInProgress(state.value if state else "")


def _reason(text: str, field: str = "reason") -> str:
    said = text.strip()
    if not said or len(said) > LONGEST_REASON or not readable_text(said, lines=True):
        raise ReasonMissing(LONGEST_REASON, field)
    return said
